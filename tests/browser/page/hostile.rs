//! Files made to break the page, and rules made to run code in it.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, drop_on, open_menu, texts};
use crate::support::{Entry, zip};
use crate::truth::{agree, report};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("hostile: every bad file ends in one bucket and the good ones are read", bad_files),
    ("hostile: markup in every field of a rule stays text", markup),
    ("hostile: nothing readable says so and the page goes on", nothing_readable),
];

pub(crate) fn rule(title: &str, technique: &str) -> String {
    format!(
        "title: {title}\nstatus: test\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  \
         condition: a\nlevel: high\ntags:\n  - attack.{technique}\n"
    )
}

/// The files of a list of the import report, without line and column.
pub(crate) fn listed(page: &Page, part: &str) -> Vec<String> {
    page.evaluate(&format!("location.hash = '#/import?show={part}'"));
    page.wait_until(&format!(
        "document.querySelector('nav.chips [aria-current]')?.getAttribute('href') === '#/import?show={part}'"
    ));
    let places = texts(page, "section[aria-label=\"Import report\"] tbody td:first-child");
    let path = |place: &String| {
        place.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':').to_owned()
    };
    places.iter().map(path).collect()
}

fn bad_files(rig: &Rig) {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='z').zip('a'..) {
        let copies = vec![format!("*{before}"); 10].join(", ");
        bomb.push_str(&format!("{name}: &{name} [{copies}]\n"));
    }
    let deep = format!("title: Deep\nx: {}\n", "[".repeat(10_000));
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(rule("Sixteen", "t1003").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    // "é" in Latin-1, which is no UTF-8.
    let mut latin = rule("Caf\u{1}", "t1082").into_bytes();
    latin.iter_mut().filter(|byte| **byte == 1).for_each(|byte| *byte = 0xE9);
    let binary: Vec<u8> = (0..4096_u32).map(|at| (at * 167 % 251) as u8).collect();
    let mut huge = rule("Huge", "t1016").into_bytes();
    huge.resize(10 << 20, b'#');
    let archive = zip(&[
        Entry::new("../escape.yml", rule("Escape", "t1057").as_bytes(), true),
        Entry::new("inside.yml", rule("Inside", "t1049").as_bytes(), true),
    ]);
    let files: [(&str, Vec<u8>); 12] = [
        ("a-good.yml", rule("First", "t1059.001").into_bytes()),
        ("below/z-good.yml", rule("Last", "t1059.003").into_bytes()),
        ("empty.yml", Vec::new()),
        ("binary.yml", binary),
        ("latin.yml", latin),
        ("utf16.yml", utf16),
        ("broken.yml", b"title: a: b\n  - [unclosed\nx: 'y\n".to_vec()),
        ("deep.yml", deep.into_bytes()),
        ("bomb.yml", bomb.into_bytes()),
        ("escape.zip", archive),
        ("huge.yml", huge),
        ("picture.png", b"\x89PNG\r\n\x1a\n and so on".to_vec()),
    ];
    let folder = rig.folder(&[("bad/below/.keep", "")]);
    fs::remove_file(folder.join("bad/below/.keep")).expect("just written");
    for (name, content) in &files {
        fs::write(folder.join("bad").join(name), content).expect("writable");
    }
    let page = rig.open();
    drop_on(&page, &[&folder.join("bad")]);
    let report = report(&folder, &["bad"]);
    agree(&page, &report);
    for id in ["T1059.001", "T1059.003", "T1003", "T1049"] {
        let score = page.attribute(&format!("[data-technique=\"{id}\"]"), "data-score");
        assert_eq!(score.as_deref(), Some("80"), "the good rule of {id}");
    }

    page.click("[data-view=import]");
    let mut buckets: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut sizes = Vec::new();
    for part in ["read", "skipped", "failed"] {
        let paths = listed(&page, part);
        sizes.push(paths.len());
        for path in paths {
            buckets.entry(path).or_default().push(part);
        }
    }
    let import = &report["import"];
    assert_eq!(json!(sizes), json!([import["read"], import["skipped"], import["failed"]]));
    let twice: Vec<_> = buckets.iter().filter(|(_, parts)| parts.len() != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let names: BTreeSet<_> = buckets.keys().map(String::as_str).collect();
    for (name, _) in files.iter().filter(|(name, _)| *name != "escape.zip") {
        assert!(names.contains(format!("bad/{name}").as_str()), "{name} is not in {names:?}");
    }
    // Of the archive both entries, and nothing outside the dropped folder.
    assert_eq!(names.iter().filter(|name| name.starts_with("bad/escape.zip/")).count(), 2);
    assert_eq!(names.len(), files.len() + 1, "{names:?}");
    for bad in ["empty.yml", "binary.yml", "broken.yml", "deep.yml", "bomb.yml", "huge.yml"] {
        assert_ne!(buckets[&format!("bad/{bad}")], ["read"], "{bad}");
    }

    // It still does what it is asked.
    page.click("[data-view=matrix]");
    page.wait_until("document.querySelector('[data-technique=\"T1003\"]')");
    page.click("[data-technique=T1003]");
    page.wait_until(
        "document.querySelector('aside[data-panel=technique] [data-rule]')?.textContent.includes('Sixteen')",
    );
}

const IMAGE: &str = "<img src=x onerror=\"window.__fired=1\">";
const SCRIPT: &str = "</script><script>window.__fired=1</script>";

fn markup(rig: &Rig) {
    let hostile = format!("{IMAGE}{SCRIPT}");
    let quoted = format!("'{hostile}'");
    let yaml = format!(
        "title: {q}\nid: {q}\nstatus: {q}\ndescription: {q}\nauthor: {q}\ndate: {q}\nmodified: {q}\n\
         references: [{q}]\nlicense: {q}\nlogsource:\n  category: {q}\n  product: {q}\n  service: {q}\n  \
         definition: {q}\ndetection:\n  {q}: {q}\n  condition: {q}\nfields: [{q}]\nfalsepositives: [{q}]\n\
         level: {q}\ntags: [attack.t1059.001, {q}, 'attack.{hostile}']\n",
        q = quoted
    );
    let folder = rig.folder(&[
        (&format!("hostile/{IMAGE}.yml"), yaml.as_str()),
        ("hostile/broken.yml", &format!("title: '{hostile}'\ndetection: [{hostile}\n")),
    ]);
    let page = rig.open();
    let scripts = page.count("script");
    drop_on(&page, &[&folder.join("hostile")]);
    agree(&page, &report(&folder, &["hostile"]));
    let nothing_ran = |place: &str| {
        let found = page.evaluate(
            "[window.__fired ?? null, document.querySelectorAll('img, [onerror]').length, document.querySelectorAll('script').length]",
        );
        assert_eq!(found, json!([null, 0, scripts]), "{place}");
    };
    nothing_ran("matrix");
    page.hover("[data-technique=\"T1059\"]");

    page.evaluate("location.hash = '#/technique/T1059.001'");
    page.wait_until("document.querySelector('aside[data-panel=technique] [data-rule]')");
    let drawer = page.text("aside[data-panel=technique]");
    assert!(drawer.contains(IMAGE) && drawer.contains(SCRIPT), "{drawer}");
    assert_eq!(attributes(&page, "aside [data-rule]", "data-rule"), [hostile.as_str()]);
    for folded in 0..page.count("aside details") {
        page.evaluate(&format!("document.querySelectorAll('aside details')[{folded}].open = true"));
    }
    nothing_ran("drawer");
    page.key("Escape");

    page.click("[data-view=rules]");
    page.wait_until("document.querySelector('tr[data-rule]')");
    assert!(page.text("tr[data-rule] th").contains(IMAGE));
    assert!(page.text("tr[data-rule]").contains(SCRIPT));
    nothing_ran("rules");

    page.click("[data-view=import]");
    page.wait_until("document.querySelector('section[aria-label=\"Import report\"] tbody tr')");
    assert!(page.text("section[aria-label=\"Import report\"]").contains(IMAGE));
    for part in ["notes", "read", "failed"] {
        assert!(!listed(&page, part).is_empty(), "{part}");
        nothing_ran(part);
    }
    page.click("#search");
    page.type_text(&hostile);
    page.wait_until("document.querySelector('#search-matches')?.checkVisibility()");
    nothing_ran("search");
    page.key("Escape");
    page.key("Escape");
    page.click("[data-view=matrix]");
    open_menu(&page, "export");
    page.click("[data-action=export-layer]");
    let layer = page.download();
    assert!(serde_json::from_slice::<serde_json::Value>(&layer.bytes).is_ok());
    nothing_ran("export");
}

fn nothing_readable(rig: &Rig) {
    let folder = rig.folder(&[("none/empty.yml", ""), ("none/read.me", "no rule at all")]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("none")]);
    assert_eq!(page.figure("rules"), 0.0);
    page.click("[data-view=import]");
    page.wait_until("document.querySelector('section[aria-label=\"Import report\"] tbody tr')");
    let told: Vec<_> = ["read", "skipped", "failed"].map(|part| listed(&page, part)).concat();
    assert_eq!(
        told.into_iter().collect::<BTreeSet<_>>(),
        ["none/empty.yml", "none/read.me"].map(str::to_owned).into()
    );
    // The next drop is read as if nothing had been.
    let good = rig.folder(&[("good.yml", &rule("Good", "t1082"))]);
    drop_on(&page, &[&good.join("good.yml")]);
    assert_eq!(page.figure("rules"), 1.0);
}
