//! A library beside one's own rules: what is recommended is the core's, nothing of one's own is
//! touched, and nothing is remembered unasked.
use crate::Test;
use crate::hostile::rule;
use crate::library_truth::{Truth, archive, shelf};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, click_text, read, texts, with_sample};
use crate::support::{Entry, zip};
use crate::truth::newest;
use coverlay::export::gaps_recommended;
use coverlay::gaps::{NextAsked, recommended, skeleton};
use coverlay::rule::Level;
use coverlay::source::archive::Archive;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("library: chosen or dropped it leaves one's own rules as they are", beside_ones_own),
    ("library: what is dropped for another shelf waits its turn", one_after_the_other),
    ("library: the next rules are the core's, whatever is asked", next),
    ("library: saved as a zip of the files and as a list", saved),
    ("library: a preview is a layer, and undo takes it away", previewed),
    ("library: advice names its rules, or how to write one", advised),
    ("library: the text of its rules opens", text),
    ("library: remembered if asked, and only then", remembered),
    ("library: names are never markup", names),
    ("library: accessible in light", |rig| accessible(rig, "light")),
    ("library: accessible in dark", |rig| accessible(rig, "dark")),
];

const NEXT: &str = "#/gaps?show=next";
const ROWS: &str = "[data-stat=next] tr[data-row]";

/// The sample, and the library beside it.
#[track_caller]
fn opened(rig: &Rig) -> Page {
    let page = with_sample(rig);
    page.evaluate(&format!("location.hash = '{NEXT}'"));
    page.wait_until("document.querySelector('#library-files')");
    let archive = archive(rig, "lib.zip");
    read(&page, || page.set_file_input("#library-files", &[&archive]));
    page.wait_until(&format!("document.querySelector('{ROWS}')"));
    page
}

fn told(page: &Page) -> String {
    page.attribute("[data-figure=library]", "data-value").expect("numbers")
}

fn beside_ones_own(rig: &Rig) {
    let page = opened(rig);
    let truth = Truth::of("lib.zip");
    let own = truth.coverage.summary.rules;
    let counts = truth.library.report.counts();
    let wanted = format!(
        "{} {} {} {} {}",
        truth.library.rules.len(),
        counts.files,
        counts.read,
        counts.skipped,
        counts.failed
    );
    assert_eq!(told(&page), wanted);
    assert!(counts.failed > 0);
    assert_eq!(page.figure("rules"), own as f64);
    // Nothing is lost silently.
    page.click(".library-report summary");
    page.wait_until("document.querySelector('.library-report .report-table')");
    let failed = texts(&page, ".library-report [data-weight=failed] td.path");
    assert!(failed.iter().any(|path| path.contains("broken.yml")), "{failed:?}");
    // Dropped there it comes to the library, anywhere else to one's own.
    let more = rig.folder(&[("more.yml", &rule("More", "t1110"))]);
    let (x, y) = page.hover(".library-drop-text");
    read(&page, || page.drop_files(&[&more.join("more.yml")], x, y));
    page.wait_until(&format!(
        "document.querySelector('[data-figure=library]').dataset.value.startsWith('{} ')",
        truth.library.rules.len() + 1
    ));
    assert_eq!(page.figure("rules"), own as f64);
    let mine = rig.folder(&[("mine.yml", &rule("Mine", "t1110"))]);
    read(&page, || page.drop_files(&[&mine.join("mine.yml")], 640.0, 30.0));
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{}'",
        own + 1
    ));
    // Undo goes back step by step, over both.
    page.click("[data-action=undo]");
    page.click("[data-action=undo]");
    page.wait_until(&format!(
        "document.querySelector('[data-figure=library]').dataset.value === '{wanted}'"
    ));
    page.click("[data-action=remove-library]");
    page.wait_until("!document.querySelector('[data-figure=library]')");
    assert_eq!(page.count(ROWS), 0);
    page.click("[data-action=undo]");
    page.wait_until(&format!("document.querySelectorAll('{ROWS}').length > 1"));
}

fn one_after_the_other(rig: &Rig) {
    let page = rig.open_at(NEXT);
    page.wait_until("document.querySelector('#library-files')");
    let many: Vec<Entry> = (0..900)
        .map(|at| {
            let text = rule(&format!("Rule {at}"), "t1135").replace("b: c", &format!("b: c{at}"));
            Entry::new(&format!("many/{at}.yml"), text.as_bytes(), true)
        })
        .collect();
    let folder = rig.folder(&[("mine.yml", &rule("Mine", "t1110"))]);
    fs::write(folder.join("many.zip"), zip(&many)).expect("writable");
    let before = page.now();
    page.set_file_input("#library-files", &[&folder.join("many.zip")]);
    page.set_file_input("#open-files", &[&folder.join("mine.yml")]);
    page.wait_for_mark_after("coverlay:painted", before);
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value === '1'");
    page.wait_until(
        "document.querySelector('[data-figure=library]')?.dataset.value === '900 900 900 0 0'",
    );
}

/// Waits until the page's rows are these.
#[track_caller]
fn shows(page: &Page, rows: &[[String; 2]]) {
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('{ROWS}')].map((row) => [row.dataset.row, row.dataset.value])) === {}",
        json!(json!(rows).to_string())
    ));
}

fn next(rig: &Rig) {
    let page = opened(rig);
    let truth = Truth::of("lib.zip");
    let all = truth.rows(&NextAsked::default());
    assert!(all.len() >= 3, "{all:?}");
    shows(&page, &all);
    let shown = texts(&page, "[data-stat=next] .stat-sentence").join(" ").replace('\u{202f}', "");
    let chosen = truth.next(&NextAsked::default());
    let (bought, open) = (chosen.bought(), chosen.open);
    for part in [
        format!("{} of {} rules that can be chosen", all.len(), chosen.offered),
        format!("buy {bought:.2} of {open:.2} priority"),
        format!("{:.1}%", bought * 100.0 / open),
        format!("{} of {} rules of the library", chosen.offered, truth.library.rules.len()),
        "1 already deployed".to_owned(),
        "1 without a technique".to_owned(),
    ] {
        assert!(shown.contains(&part), "{part} is not in {shown}");
    }
    // Every technique says from where to where.
    let raised = texts(&page, "[data-stat=next] .next-raises > span > span");
    let wanted: Vec<String> = truth
        .next(&NextAsked::default())
        .rules
        .iter()
        .flat_map(|next| next.raised.clone())
        .map(|one| {
            let id = newest().technique(one.technique).id;
            format!("{id} {} → {}", one.from.round(), one.to.round())
        })
        .collect();
    assert_eq!(raised, wanted);

    page.click("[data-action=next-available]");
    let there = NextAsked { available_only: true, ..NextAsked::default() };
    assert_ne!(truth.rows(&there), all);
    shows(&page, &truth.rows(&there));
    page.click("[data-action=next-available]");
    page.click("[data-choice=level][data-value=medium]");
    let medium =
        NextAsked { levels: BTreeSet::from([Some(Level::Medium)]), ..NextAsked::default() };
    shows(&page, &truth.rows(&medium));
    page.click("[data-choice=level][data-value=medium]");
    page.evaluate("(() => { const field = document.querySelector('[data-action=next-most]'); field.value = 1; field.dispatchEvent(new Event('change', {bubbles: true})); })()");
    shows(&page, &all[..1]);
    // A rule less of one's own, and others may be next: it follows.
    page.evaluate("(() => { const field = document.querySelector('[data-action=next-most]'); field.value = 10; field.dispatchEvent(new Event('change', {bubbles: true})); })()");
    shows(&page, &all);
    page.click("[data-action=clear]");
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('{ROWS}')].map((row) => row.dataset.row)) !== {}",
        json!(json!(all.iter().map(|[name, _]| name).collect::<Vec<_>>()).to_string())
    ));
}

fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let archive = Archive::open("z", bytes).expect("a zip");
    archive
        .part(0, 1, 0)
        .map(|entry| entry.expect("readable"))
        .map(|file| (file.path.trim_start_matches("z/").to_owned(), file.bytes))
        .collect()
}

fn saved(rig: &Rig) {
    let page = opened(rig);
    let truth = Truth::of("lib.zip");
    let chosen = truth.next(&NextAsked::default());
    let contents: BTreeMap<String, Vec<u8>> = shelf()
        .into_iter()
        .map(|(path, text)| (path.trim_start_matches("lib/").to_owned(), text.into_bytes()))
        .collect();
    let wanted: BTreeMap<String, Vec<u8>> = coverlay::gaps::files(&truth.library, &chosen.chosen())
        .iter()
        .map(|file| (file.within.to_owned(), contents[file.within].clone()))
        .collect();
    assert!(wanted.len() >= 3);
    page.click("[data-action=next-zip]");
    let zip = page.download();
    assert_eq!(zip.name, "next-rules.zip");
    assert_eq!(unzipped(&zip.bytes), wanted);
    page.click("[data-action=next-csv]");
    let csv =
        truth.ask(|grounds, library| gaps_recommended::next_rules_csv(grounds, library, &chosen));
    assert_eq!(String::from_utf8_lossy(&page.download().bytes), csv);
    // The same out of a folder.
    page.click("[data-action=remove-library]");
    page.wait_until("!document.querySelector('[data-figure=library]')");
    let files: Vec<(&str, String)> = shelf();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let folder = rig.folder(&files);
    read(&page, || page.set_file_input("#library-folder", &[&folder.join("lib")]));
    page.wait_until(&format!(
        "document.querySelectorAll('{ROWS}').length === {}",
        chosen.rules.len()
    ));
    page.click("[data-action=next-zip]");
    assert_eq!(unzipped(&page.download().bytes), wanted);
    // What is gone is named, and the rest is saved.
    fs::remove_file(folder.join("lib/windows/a.yml")).expect("it was there");
    page.click("[data-action=next-zip]");
    page.wait_until("document.querySelector('[data-list=missing-files]')");
    assert!(page.text("[data-list=missing-files]").contains("windows/a.yml"));
    assert_eq!(unzipped(&page.download().bytes).len(), wanted.len() - 1);
}

fn previewed(rig: &Rig) {
    let page = opened(rig);
    let truth = Truth::of("lib.zip");
    let chosen = truth.next(&NextAsked::default());
    page.click("[data-action=preview-next]");
    page.wait_until("document.querySelector('.matrix-found')?.innerText.includes('changed by')");
    page.wait_until("document.querySelectorAll('[data-technique]').length > 800");
    for next in &chosen.rules {
        for raised in &next.raised {
            let id = newest().technique(raised.technique).id;
            page.wait_until(&format!(
                "+document.querySelector('[data-technique=\"{id}\"]').dataset.score >= {}",
                raised.to.round()
            ));
        }
    }
    assert_eq!(page.count("[data-layer-tab]"), 2);
    assert!(
        truth
            .coverage
            .technique(newest().find("T1135".parse().expect("an id")).expect("known"))
            .rules
            .is_empty()
    );
    page.click("[data-action=undo]");
    page.wait_until("!document.querySelector('[data-layer-tab]')");
    assert_eq!(page.figure("rules"), truth.coverage.summary.rules as f64);
}

fn advised(rig: &Rig) {
    let page = opened(rig);
    let truth = Truth::of("lib.zip");
    for id in ["T1053", "T1135", "T1557.001"] {
        let index = newest().find(id.parse().expect("an id")).expect("known");
        page.evaluate(&format!("location.hash = '#/technique/{id}'"));
        page.wait_until(&format!(
            "document.querySelector('.drawer-head')?.innerText.includes('{id}')"
        ));
        // Once open it stays so.
        if id == "T1053" {
            page.click("[data-fold=advice] summary");
        }
        page.wait_until(&format!("document.querySelector('[data-advice=\"{id}\"] pre')"));
        let names = truth.ask(|grounds, library| {
            let found = recommended(grounds, library, index);
            found
                .iter()
                .map(|one| truth.library.rules[one.rule as usize].name())
                .collect::<Vec<_>>()
        });
        assert_eq!(attributes(&page, "[data-recommends]", "data-recommends"), names, "{id}");
        if names.is_empty() {
            assert!(page.text("[data-guide=rules]").contains("Nothing in the library"), "{id}");
        }
        let begun = truth.ask(|grounds, _| skeleton(grounds, index));
        let shown = page.evaluate("document.querySelector('.advice-skeleton pre').textContent");
        assert_eq!(shown, json!(begun), "{id}");
        page.click("[data-action=save-skeleton]");
        let file = page.download();
        assert_eq!(file.name, format!("{}.yml", id.to_lowercase().replace('.', "-")));
        assert_eq!(String::from_utf8_lossy(&file.bytes), begun);
    }
    // Without a library it says where one goes.
    page.key("Escape");
    page.evaluate(&format!("location.hash = '{NEXT}'"));
    page.click("[data-action=remove-library]");
    page.evaluate("location.hash = '#/technique/T1135'");
    page.wait_until("document.querySelector('[data-guide=rules]')?.innerText.includes('SigmaHQ')");
}

fn text(rig: &Rig) {
    let page = opened(rig);
    click_text(&page, &format!("{ROWS} th a"), "Shares listed");
    page.wait_until("document.querySelector('aside[data-panel=rule] .source')?.innerText.includes('attack.t1135')");
    let hash = page.evaluate("location.hash");
    assert_eq!(hash, json!("#/rule/library/0/lib.zip%2Flib%2Fwindows%2Fb.yml"));
    // The same place among one's own rules is another.
    page.evaluate("location.hash = '#/rule/0/lib.zip%2Flib%2Fwindows%2Fb.yml'");
    page.wait_until(
        "document.querySelector('aside[data-panel=rule]')?.innerText.includes('No such rule')",
    );
}

/// What is in the browser's storage.
fn stored(page: &Page) -> Value {
    page.evaluate(
        "(async () => [(await indexedDB.databases()).length, Object.keys(localStorage).includes('coverlay.library')])()",
    )
}

fn remembered(rig: &Rig) {
    let page = opened(rig);
    let truth = Truth::of("lib.zip");
    let all = truth.rows(&NextAsked::default());
    assert_eq!(stored(&page), json!([0, false]));
    page.click("[data-action=remember-library]");
    page.wait_until("document.querySelector('[data-stat=library]').innerText.includes('Remembered with its files')");
    assert_eq!(stored(&page), json!([1, true]));
    let before = told(&page);
    // At another visit nothing is read before somebody looks at the gaps.
    page.go("about:blank");
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate(&format!("location.hash = '{NEXT}'"));
    page.wait_until("document.querySelector('[data-figure=library]')");
    assert_eq!(told(&page), before);
    shows(&page, &all);
    // Undo of what came before does not take it away.
    page.click("[data-action=undo]");
    page.wait_until("document.querySelector('[data-figure=rules]')?.dataset.value === '0'");
    assert_eq!(told(&page), before);
    page.key("Control+y");
    shows(&page, &all);
    // Its files are there as well.
    page.click("[data-action=next-zip]");
    assert_eq!(unzipped(&page.download().bytes).len(), all.len());
    page.click("[data-action=remember-library]");
    page.wait_until("(async () => (await indexedDB.databases()).length === 0)()");
    assert_eq!(stored(&page), json!([0, false]));
    assert_eq!(told(&page), before, "it stays for this visit");
    // Taken away, it is forgotten.
    page.click("[data-action=remember-library]");
    page.wait_until("document.querySelector('[data-stat=library]').innerText.includes('Remembered with its files')");
    page.click("[data-action=remove-library]");
    page.wait_until("(async () => (await indexedDB.databases()).length === 0)()");
    assert_eq!(stored(&page), json!([0, false]));
}

fn names(rig: &Rig) {
    let page = with_sample(rig);
    page.evaluate(&format!("location.hash = '{NEXT}'"));
    page.wait_until("document.querySelector('#library-files')");
    let title = "'<img src=x onerror=alert(1)>'";
    let folder = rig.folder(&[("<b>.yml", &rule(title, "t1135"))]);
    read(&page, || page.set_file_input("#library-files", &[&folder.join("<b>.yml")]));
    page.wait_until(&format!("document.querySelector('{ROWS}')"));
    page.evaluate("location.hash = '#/technique/T1135'");
    page.click("[data-fold=advice] summary");
    page.wait_until("document.querySelector('[data-recommends]')");
    assert!(page.text("[data-recommends]").contains("<img src=x"));
    assert_eq!(page.count("main img, aside img, .rule-place b"), 0);
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    page.evaluate(&format!("location.hash = '{NEXT}'"));
    page.wait_until("document.querySelector('#library-files')");
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        let Some(found) = page.axe() else { return };
        for each in found {
            let place = each.places.first();
            wrong.push(format!("{state}: {} ({}) {place:?}", each.rule, each.impact));
        }
    };
    check("without a library");
    let archive = archive(rig, "lib.zip");
    read(&page, || page.set_file_input("#library-files", &[&archive]));
    page.wait_until(&format!("document.querySelector('{ROWS}')"));
    page.click(".library-report summary");
    page.wait_until("document.querySelector('.library-report .report-table')");
    check("wide");
    page.evaluate("location.hash = '#/technique/T1053'");
    page.wait_until("document.querySelector('.drawer-head')?.innerText.includes('T1053')");
    // The drawer takes its room a frame later.
    page.evaluate("new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))");
    page.click("[data-fold=advice] summary");
    page.wait_until("document.querySelector('[data-advice] pre')");
    check("advice");
    page.key("Escape");
    page.set_viewport(390, 844, 1.0);
    check("narrow");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing is wider than the phone.
    assert_eq!(
        page.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"),
        json!(true)
    );
}
