//! Marks that would run, in every string of every format, dropped all together: every view, drawer
//! and export is walked, and neither does one run nor does an element come of it. And what is too
//! large, and a press that dies.
use crate::Test;
use crate::hosted::{host, open};
use crate::hostile::{listed, rule};
use crate::marked::{self, MARK};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{choose, click_text, drop_on, open_menu, read, with_sample};
use coverlay::source::archive::Archive;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("marks: in every string of every format, nothing runs and nothing comes alive", everywhere),
    ("marks: what turns text round is shown, in page and exports", turned),
    ("marks: a gigabyte is refused by its size, with the limit named", gigabyte),
    ("marks: a limit that is raised lets the file through, and is kept", raised),
    ("marks: a press that dies says so, and the next export works", dying_press),
];

/// What came alive: nothing, and only the scripts there were.
#[track_caller]
fn nothing_lives(page: &Page, scripts: u64, place: &str) {
    let found = page.evaluate(
        "[window.__fired ?? null,
          document.querySelectorAll('body img:not(.doc-picture[src^=blob]), body script, iframe, object, embed, [onerror], [onload], [onclick]').length,
          [...document.body.querySelectorAll('[href], [src], [action]')].map((each) => each.getAttribute('href') ?? each.getAttribute('src') ?? '')
            .filter((to) => /^\\s*(javascript|data|vbscript):/i.test(to) || (!to.startsWith('#') && to.includes('__fired'))),
          document.querySelectorAll('script').length]",
    );
    assert_eq!(found, json!([null, 0, [], scripts]), "{place}");
}

/// Opens all that is folded, and what opens on a press without doing anything else.
fn unfold(page: &Page) {
    page.evaluate(
        "document.querySelectorAll('main details, aside details').forEach((each) => { each.open = true; });
         document.querySelectorAll('main button[aria-expanded=false]:not([popovertarget])').forEach((each, at) => { if (at < 60) each.click(); })",
    );
    page.evaluate(
        "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(() => ok(0))))",
    );
}

fn go(page: &Page, hash: &str) {
    page.evaluate(&format!("location.hash = {}", json!(hash)));
    page.evaluate("new Promise((ok) => setTimeout(ok, 150))");
    unfold(page);
}

/// Elements or attributes of the mark in a file that a browser would open.
#[track_caller]
fn assert_dead(name: &str, text: &str) {
    let lower = text.to_ascii_lowercase();
    for alive in ["<img", "<script>window", "<svg onload", "href=\"javascript:", "href=\"data:text"]
    {
        assert!(!lower.contains(alive), "{name} holds {alive}");
    }
}

fn everywhere(rig: &Rig) {
    let hosted = marked::hosted();
    let server = host(
        rig,
        &[("coverlay.json", hosted.as_bytes()), ("hostile.json", marked::layer().as_bytes())],
    );
    let page = open(rig, &server);
    let scripts = page.count("script");
    nothing_lives(&page, scripts, "what a host laid beside");

    let folder = rig.folder(&[]);
    let mut files = marked::rules();
    files.extend([
        ("layer.json".to_owned(), marked::layer()),
        ("alerts.csv".to_owned(), marked::alerts()),
        ("tests.xml".to_owned(), marked::tests()),
        ("profile.yml".to_owned(), marked::profile()),
        ("bundle.json".to_owned(), marked::bundle()),
        ("<img src=x onerror=window.__fired=1>.yml".to_owned(), rule("'=1+1'", "t1059")),
    ]);
    for (path, text) in &files {
        let path = folder.join("all").join(path);
        fs::create_dir_all(path.parent().expect("below")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    drop_on(&page, &[&folder.join("all")]);
    nothing_lives(&page, scripts, "after the drop");
    let views = [
        "#/matrix",
        "#/table",
        "#/tactics",
        "#/gaps",
        "#/gaps?show=profile",
        "#/gaps?show=actors",
        "#/gaps?show=next",
        "#/gaps?show=peers",
        "#/changes",
        "#/changes?show=trend",
        "#/rules",
        "#/rules?show=counted",
        "#/alerts",
        "#/alerts?show=rows",
        "#/alerts?show=rules",
        "#/alerts?show=files",
        "#/alerts?show=evidence",
        "#/alerts?show=investigate&techniques=T1059.001",
        "#/report",
        "#/report?show=slides",
        "#/import?show=notes",
        "#/import?show=read",
        "#/import?show=skipped",
        "#/import?show=failed",
    ];
    let walk = |state: &str| {
        for view in views {
            go(&page, view);
            nothing_lives(&page, scripts, &format!("{view} {state}"));
        }
        for technique in ["T1059", "T1059.001", "T1003", "T1003.001"] {
            go(&page, &format!("#/technique/{technique}"));
            nothing_lives(&page, scripts, &format!("drawer {technique} {state}"));
            // A rule's own text, where there is one.
            page.evaluate("document.querySelectorAll('aside [data-rule] button').forEach((each, at) => { if (at < 8) each.click(); })");
            page.evaluate("new Promise((ok) => setTimeout(ok, 150))");
            nothing_lives(&page, scripts, &format!("text in the drawer {technique} {state}"));
        }
        page.key("Escape");
    };
    // The bundle is the newest release, and the last layer lies open.
    walk("of a layer in a release of marks");
    click_text(&page, "[role=tab]", "Rules");
    assert!(page.figure("rules") > 40.0, "{}", page.figure("rules"));
    walk("of rules in a release of marks");
    go(&page, "#/technique/T1059");
    let drawer = page.text("aside[data-panel=technique]");
    assert!(drawer.matches("onerror").count() > 20, "it is read as text: {drawer}");
    page.key("Escape");

    // The exports of the matrix.
    go(&page, "#/matrix");
    for (action, end) in [("export-layer", "json"), ("export-csv", "csv"), ("export-svg", "svg")] {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        let text = String::from_utf8(page.download().bytes).expect("UTF-8");
        match end {
            "svg" => assert_dead("SVG", &text),
            "csv" => {
                assert!(!text.lines().any(|line| line.starts_with(['=', '+', '-', '@'])), "{text}")
            }
            _ => assert!(!text.contains("\"url\": \"javascript:"), "a link that runs"),
        }
        nothing_lives(&page, scripts, action);
    }
    open_menu(&page, "export");
    page.click("[data-action=export-xlsx]");
    let workbook = page.download().bytes;
    let archive = Archive::open("", &workbook).expect("a zip");
    let parts: BTreeMap<String, String> = archive
        .unpack_some(|_| true)
        .filter_map(|file| Some((file.path, String::from_utf8(file.bytes).ok()?)))
        .collect();
    for (name, part) in &parts {
        assert!(
            !part.contains("<f>") && !part.contains("<hyperlink"),
            "{name} has a formula or link"
        );
        assert!(!part.contains("Target=\"javascript"), "{name}");
    }
    assert!(parts.values().any(|part| part.contains("onerror")), "the mark is in it, as text");
    page.key("Escape");

    // A workspace has all of it once more, and is opened in its place.
    open_menu(&page, "export");
    page.wait_until("document.querySelector('[data-action=save-workspace]')");
    page.evaluate("document.querySelector('[data-action=workspace-embedded]')?.click(); document.querySelector('[data-action=save-workspace]').click()");
    let workspace = page.download();
    assert!(String::from_utf8_lossy(&workspace.bytes).contains("onerror"));
    let path = rig.folder(&[]).join("work.coverlay.json");
    fs::write(&path, &workspace.bytes).expect("writable");
    page.key("Escape");
    read(&page, || page.drop_files(&[&path], 640.0, 400.0));
    walk("of a workspace");

    choose(&page, "header select", "Enterprise 19.2");
    walk("of the built-in release");
    // What is typed is no program either.
    page.click("#search");
    page.type_text(MARK);
    page.type_text("(((((a+)+)+)+)+)+$");
    nothing_lives(&page, scripts, "typed into the search");
    page.take_errors();
}

/// A title and a name that would be read backwards.
fn turned(rig: &Rig) {
    let title = "'safe\u{202e}gpj.exe\u{2066}x\u{200b}y'";
    let folder = rig.folder(&[("r/a\u{202e}lmy.yml", &rule(title, "t1059"))]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("r")]);
    for view in ["#/rules", "#/technique/T1059", "#/import?show=read", "#/report"] {
        go(&page, view);
        // The report has its rows a few at a time.
        page.wait_until("document.querySelector('#main').textContent.includes('\u{fffd}') || document.querySelector('aside')?.textContent.includes('\u{fffd}')");
        let shown = page.evaluate("[...document.body.textContent].filter((c) => /[\\u202a-\\u202e\\u2066-\\u2069\\u200b]/.test(c)).length");
        assert_eq!(shown, 0, "{view}");
    }
    go(&page, "#/matrix");
    for action in ["export-csv", "export-svg", "export-layer"] {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        let text = String::from_utf8(page.download().bytes).expect("UTF-8");
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!text.contains(turns), "{action}");
    }
}

/// Files made of the same pieces again and again take no memory; the page must not make them take some.
fn gigabyte(rig: &Rig) {
    let page = rig.open();
    let before = page.wasm_memory();
    let now = page.now();
    page.evaluate(
        "(() => {
            const piece = new Blob([new Uint8Array(1 << 20).fill(35)]);
            const whole = new Blob(Array(1024).fill(piece));
            const transfer = new DataTransfer();
            for (const name of ['huge.yml', 'huge.zip', 'huge.json', 'huge.rules', 'huge'])
                transfer.items.add(new File([whole], name));
            transfer.items.add(new File(['title: Good\\nlogsource:\\n  product: windows\\ndetection:\\n  condition: a\\ntags:\\n  - attack.t1059\\n'], 'good.yml'));
            const input = document.querySelector('input[type=file]');
            input.files = transfer.files;
            input.dispatchEvent(new Event('change', { bubbles: true }));
        })()",
    );
    page.wait_for_mark_after("coverlay:painted", now);
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value === '1'");
    assert_eq!(
        listed(&page, "failed"),
        ["huge", "huge.json", "huge.rules", "huge.yml", "huge.zip"]
    );
    let told = page.text("section[aria-label=\"Import report\"]");
    assert_eq!(told.matches("1024 MiB; the limit for this kind of file is").count(), 5, "{told}");
    for name in ["rule-list-bytes", "archive-bytes", "stix-bytes"] {
        assert!(told.contains(&format!("raise the limit '{name}'")), "{name}: {told}");
    }
    assert!(page.now() - now < 20_000.0);
    let grown = page.wasm_memory().saturating_sub(before);
    assert!(grown < 64 << 20, "{grown} bytes");
}

fn raised(rig: &Rig) {
    let deep = format!("{}x: {}a{}\n", rule("Deep", "t1059"), "[".repeat(80), "]".repeat(80));
    let folder = rig.folder(&[("deep.yml", &deep)]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("deep.yml")]);
    listed(&page, "notes");
    let told = || page.text("section[aria-label=\"Import report\"]");
    assert!(told().contains("raise the limit 'yaml-depth'"), "{}", told());
    let fill = |value: &str| {
        page.evaluate(&format!(
            "(() => {{ const at = document.querySelector('[data-limit=yaml-depth]'); at.value = {}; at.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
            json!(value)
        ));
    };
    page.evaluate("document.querySelector('details.limits').open = true");
    fill("1000");
    page.wait_until(
        "document.querySelector('#limit-yaml-depth-wrong').innerText.includes('from 1 to 256')",
    );
    fill("100");
    page.wait_until("document.querySelector('#limit-yaml-depth-wrong').innerText === ''");
    page.click("[data-action=clear]");
    drop_on(&page, &[&folder.join("deep.yml")]);
    assert_eq!(page.figure("rules"), 1.0);
    listed(&page, "notes");
    assert!(!told().contains("raise the limit"), "{}", told());
    // Kept with the settings, and taken back.
    page.wait_until("localStorage.getItem('coverlay.settings.1')?.includes('yaml-depth')");
    page.reload();
    page.wait_for_mark("coverlay:whole");
    page.evaluate("location.hash = '#/import'");
    page.wait_until("document.querySelector('[data-limit=yaml-depth]')?.value === '100'");
    page.evaluate("document.querySelector('details.limits').open = true");
    page.click("[data-action=reset-limits]");
    page.wait_until("document.querySelector('[data-limit=yaml-depth]').value === '64'");
}

/// A page whose press, where `window.faulty` is set, runs out of memory as it is told what to do: the
/// fault is put into its script from outside.
pub(crate) fn with_faulty_press(rig: &Rig) -> Page {
    let page = rig.blank();
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({"source": "{
            const Plain = Blob;
            window.Blob = class extends Plain {
                constructor(parts, options) {
                    const fault = `self.addEventListener('message', (event) => {
                        if (!(event.data instanceof Array)) return;
                        event.stopImmediatePropagation();
                        throw new RangeError('WebAssembly.Memory.grow(): out of memory');
                    });`;
                    super(window.faulty && options?.type === 'text/javascript' ? [fault, ...parts] : parts, options);
                }
            };
        }"}),
    );
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page
}

fn dying_press(rig: &Rig) {
    let page = with_faulty_press(rig);
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate("window.faulty = true");
    open_menu(&page, "export");
    page.click("[data-action=export-xlsx]");
    page.wait_until(
        "document.querySelector('[data-note=xlsx]').innerText.includes('out of memory')",
    );
    page.evaluate("window.faulty = false");
    page.click("[data-action=export-xlsx]");
    let file = page.download();
    assert!(file.name.ends_with(".xlsx") && file.bytes.starts_with(b"PK"), "{}", file.name);
    page.take_errors();
    // The page is not hurt: the same from one that never died.
    let other = with_sample(rig);
    open_menu(&other, "export");
    other.click("[data-action=export-xlsx]");
    assert_eq!(other.download().bytes.len(), file.bytes.len());
}
