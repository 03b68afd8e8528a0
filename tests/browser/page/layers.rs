//! Layers in the page: what the tabs do, and that every cell is what the library makes of it.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{choose, click_text, drop_on, open_menu, read, texts};
use crate::truth::newest;
use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::heatmap::{LayerPainter, Theme};
use coverlay::layer::{self, Layer, LayerMatrix};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const TESTS: &[Test] = &[
    ("layers: each is a tab, its cells have the Navigator's colours", tabs_and_colours),
    ("layers: order, names, copies and closing, by mouse and keys, and back", life_of_tabs),
    ("layers: every choice of the toolbar is one of the file", toolbar),
    ("layers: the saved file is that of the library", saved),
    ("layers: an expression makes a layer, a mistake is told", combined),
    ("layers: brought to the newest release, with a report", migrated),
    ("layers: beside rules the rules stay", beside_rules),
    ("layers: what strangers write stays text", hostile),
];

/// A layer with a bit of everything.
fn first() -> Value {
    json!({
        "name": "First", "domain": "enterprise-attack", "description": "d",
        "versions": {"attack": "19", "navigator": "5.1.0", "layer": "4.5"},
        "our own": {"kept": [1, null]},
        "layout": {"layout": "flat", "expandedSubtechniques": "annotated"},
        "gradient": {"colors": ["#ff6666", "#ffe766", "#8ec843"], "minValue": 0, "maxValue": 100},
        "legendItems": [{"label": "by hand", "color": "#1b56d8"}],
        "techniques": [
            {"techniqueID": "T1059", "score": 50, "comment": "two\nlines"},
            {"techniqueID": "T1059.001", "score": 99},
            {"techniqueID": "T1059.003", "score": 1},
            {"techniqueID": "T1053", "tactic": "persistence", "score": 75},
            {"techniqueID": "T1078", "color": "#1b56d8"},
            {"techniqueID": "T1003", "score": 25, "enabled": false},
            {"techniqueID": "T9999", "score": 3},
        ],
    })
}

fn second() -> Value {
    json!({
        "name": "Second", "domain": "enterprise-attack",
        "versions": {"attack": "19", "navigator": "5.1.0", "layer": "4.5"},
        "techniques": [{"techniqueID": "T1059", "score": 10}, {"techniqueID": "T1566", "score": 80}],
    })
}

fn library(value: &Value) -> Layer {
    layer::read("x.json", &value.to_string()).expect("a layer").value.remove(0)
}

/// The page with layers dropped on it, each in a file of its own.
fn with_layers(rig: &Rig, layers: &[Value]) -> Page {
    let texts: Vec<(String, String)> =
        (1..).zip(layers).map(|(at, layer)| (format!("{at}.json"), layer.to_string())).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let folder = rig.folder(&files);
    let page = rig.open();
    drop_on(&page, &[&folder]);
    page
}

/// Technique and tactic, then colour and score of each visible cell; colours as CSS writes them.
type Cells = BTreeMap<(String, String), (String, Option<String>)>;

fn on_screen(page: &Page) -> Cells {
    let read = page.evaluate(
        "[...document.querySelectorAll('[data-technique]')].filter((cell) => cell.checkVisibility({contentVisibilityAuto: false}))
            .map((cell) => [cell.dataset.technique, cell.dataset.tactic, getComputedStyle(cell).backgroundColor, cell.dataset.score ?? null])",
    );
    let cells: Vec<(String, String, String, Option<String>)> =
        serde_json::from_value(read).expect("cells");
    cells.into_iter().map(|(id, tactic, fill, score)| ((id, tactic), (fill, score))).collect()
}

fn in_the_library(layer: &Layer, catalogue: &Catalogue) -> Cells {
    let matrix = LayerMatrix::of(layer, catalogue);
    let painter = LayerPainter::new(&layer.gradient, Theme::Light);
    let mut cells = Cells::new();
    for row in matrix.columns.iter().flatten() {
        let subs = row.subs.iter().filter(|_| row.is_open);
        for cell in std::iter::once(&row.cell).chain(subs).filter(|cell| cell.visible) {
            let entry = cell.entry.and_then(|at| layer.techniques.entries.get(at));
            let fill = match painter.cell(cell, entry).fill {
                Some(fill) => format!("rgb({}, {}, {})", fill.0, fill.1, fill.2),
                None => "rgba(0, 0, 0, 0)".to_owned(),
            };
            let id = catalogue.technique(cell.technique).id.to_string();
            let tactic = catalogue.tactics[usize::from(cell.tactic)].shortname.clone();
            let score = cell.shown_score().map(|score| score.to_string());
            cells.insert((id, tactic), (fill, score));
        }
    }
    cells
}

#[track_caller]
fn agree(page: &Page, layer: &Layer, catalogue: &Catalogue) {
    let wanted = in_the_library(layer, catalogue);
    let mut found = Cells::new();
    for _ in 0..200 {
        found = on_screen(page);
        if found == wanted {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let differs = wanted.iter().find(|(key, cell)| found.get(*key) != Some(cell));
    panic!(
        "{} cells for {}: {differs:?}, found {:?}",
        found.len(),
        wanted.len(),
        differs.map(|(key, _)| found.get(key))
    );
}

fn tabs(page: &Page) -> Vec<String> {
    texts(page, "[data-layer-tab] .layer-tab-name")
}

fn active(page: &Page) -> String {
    page.text("[data-layer-tab][aria-selected=true]")
}

fn tabs_and_colours(rig: &Rig) {
    let both = json!([first(), second()]);
    let third = json!({"name": "Third", "domain": "mobile-attack", "techniques":
        [{"techniqueID": "T1626", "score": 7}], "gradient":
        {"colors": ["#ffffff", "#000000"], "minValue": 0, "maxValue": 10}});
    let page = with_layers(rig, &[both, third.clone()]);
    assert_eq!(tabs(&page), ["First", "Second", "Third"]);
    assert!(active(&page).contains("First"));
    agree(&page, &library(&first()), newest());
    assert_eq!(page.figure("layer-unplaced"), 1.0);
    assert_eq!(page.figure("layer-entries"), 7.0);
    // What one reads when pointing at it.
    page.hover("[data-technique=\"T1059\"][data-tactic=\"execution\"]");
    page.wait_until("document.querySelector('.tip')?.innerText.includes('two\\nlines')");
    page.click("[data-layer-tab] + * + * button"); // the second layer's tab
    agree(&page, &library(&second()), newest());
    click_text(&page, "[data-layer-tab]", "c");
    let mobile = bundled::find(Domain::Mobile, None).expect("it reads").expect("it is there");
    agree(&page, &library(&third), mobile);
    // What comes again takes its place.
    page.key("Control+z");
    let names = tabs(&page);
    assert_eq!(names.len(), 0, "a drop is taken back whole: {names:?}");
    page.key("Control+y");
    assert_eq!(tabs(&page).len(), 3);
}

fn life_of_tabs(rig: &Rig) {
    let page = with_layers(rig, &[first(), second()]);
    page.click("[data-action=duplicate-layer]");
    page.wait_until("document.querySelectorAll('[data-layer-tab]').length === 4");
    assert_eq!(tabs(&page), ["First", "First (copy)", "Second"]);
    page.evaluate("document.querySelector('[data-layer-tab][aria-selected=true]').focus()");
    page.key("Control+Shift+ArrowRight");
    page.wait_until("document.querySelectorAll('.layer-tab-name')[2].innerText === 'First (copy)'");
    // Moved, a tab has lost the focus and gets it back with the next frame.
    page.wait_until("document.activeElement.matches('[data-layer-tab]') && document.activeElement.innerText.includes('First (copy)')");
    page.key("Home");
    page.wait_until(
        "document.querySelector('[data-layer-tab=rules]').getAttribute('aria-selected') === 'true'",
    );
    page.key("ArrowRight");
    page.key("ArrowRight");
    assert!(active(&page).contains("Second"));
    page.key("F2");
    page.evaluate("document.activeElement.select()");
    page.type_text("Renamed");
    page.key("Enter");
    page.wait_until("document.querySelectorAll('.layer-tab-name')[1].innerText === 'Renamed'");
    page.evaluate("document.querySelector('[data-layer-tab][aria-selected=true]').focus()");
    page.key("Delete");
    page.wait_until("document.querySelectorAll('.layer-tab-name').length === 2");
    assert!(active(&page).contains("First (copy)"), "what stood right of it");
    page.click("[data-action=undo]");
    page.wait_until("document.querySelectorAll('.layer-tab-name').length === 3");
    assert_eq!(tabs(&page), ["First", "Renamed", "First (copy)"]);
    page.click("[data-action=undo]");
    page.wait_until("document.querySelectorAll('.layer-tab-name')[1].innerText === 'Second'");
    page.click("[data-action=redo]");
    page.wait_until("document.querySelectorAll('.layer-tab-name')[1].innerText === 'Renamed'");
    // By mouse.
    page.click("[aria-label=\"Close First\"]");
    page.wait_until("document.querySelectorAll('.layer-tab-name').length === 2");
    page.click("[data-action=clear]");
    page.wait_until("!document.querySelector('.layer-tab-name')");
    page.click("[data-action=undo]");
    page.wait_until("document.querySelectorAll('.layer-tab-name').length === 2");
}

fn toolbar(rig: &Rig) {
    let page = with_layers(rig, &[first()]);
    let mut layer = library(&first());
    let catalogue = newest();
    agree(&page, &layer, catalogue);
    page.click("[data-action=expand-all]");
    layer.layout.expanded_subtechniques = "all";
    agree(&page, &layer, catalogue);
    page.click("[data-action=collapse-all]");
    layer.layout.expanded_subtechniques = "none";
    agree(&page, &layer, catalogue);
    open_menu(&page, "aggregates");
    click_text(&page, "#aggregates label", "Techniques show");
    click_text(&page, "#aggregates label", "Highest");
    page.key("Escape");
    layer.layout.show_aggregate_scores = true;
    layer.layout.aggregate_function = "max";
    agree(&page, &layer, catalogue);
    choose(&page, "[data-choice=sorting]", "By score, descending");
    layer.sorting = 3;
    agree(&page, &layer, catalogue);
    let top = page.attribute(".column:nth-child(4) [data-technique]", "data-technique");
    let execution = catalogue.tactics.iter().position(|t| t.shortname == "execution");
    assert_eq!(execution, Some(3));
    assert_eq!(top.as_deref(), Some("T1059"), "99 by its sub-technique");
    open_menu(&page, "layer-platforms");
    click_text(&page, "#layer-platforms label", "macOS");
    page.key("Escape");
    layer.filters =
        Some(layer::Filters { platforms: vec!["macOS".to_owned()], extra: layer::Extra::new() });
    agree(&page, &layer, catalogue);
    open_menu(&page, "layer-cells");
    click_text(&page, "#layer-cells label", "Hide disabled");
    click_text(&page, "#layer-cells label", "IDs");
    page.key("Escape");
    layer.hide_disabled = true;
    agree(&page, &layer, catalogue);
    assert_eq!(page.count(".grid.show-ids"), 1);
    page.click("[data-layout-choice=mini]");
    page.wait_until("document.querySelector('.grid').dataset.layout === 'mini'");
    assert_eq!(page.count(".grid.show-ids"), 0, "small cells have no text");
    agree(&page, &layer, catalogue);
    page.click("[data-layout-choice=side]");
    page.click("[data-action=expand-all]");
    layer.layout.expanded_subtechniques = "all";
    agree(&page, &layer, catalogue);
    // Beside it, not below: and nothing lies on top of anything else.
    let beside = page.evaluate(
        "(() => { const box = (id) => document.querySelector(`[data-technique=\"${id}\"][data-tactic=execution]`).getBoundingClientRect();
            const [a, b] = [box('T1059'), box('T1059.002')]; return b.left >= a.right && b.top >= a.top && b.bottom <= a.bottom + 1; })()",
    );
    assert_eq!(beside, true);
    // Folding one by hand.
    page.click("[data-technique=\"T1059\"][data-tactic=\"execution\"] .cell-fold");
    page.wait_until("!document.querySelector('[data-technique=\"T1059.002\"]').checkVisibility()");
}

fn saved(rig: &Rig) {
    let page = with_layers(rig, &[first(), second()]);
    let catalogue = newest();
    let save = |action: &str| {
        open_menu(&page, "export");
        page.click(&format!("[data-action={action}]"));
        let download = page.download();
        page.key("Escape");
        (download.name, String::from_utf8(download.bytes).expect("UTF-8"))
    };
    let (json, notes) = layer::written(vec![library(&first())], Some(catalogue), true);
    open_menu(&page, "export");
    let told = texts(&page, "[data-list=layer-notes] li");
    assert_eq!(told, notes.iter().map(|(_, note)| note.to_string()).collect::<Vec<_>>());
    assert_eq!(save("export-layer"), ("first.json".to_owned(), json.clone()));
    assert!(json.contains("our own") && json.contains("T9999"), "nothing is lost on the way");
    open_menu(&page, "export");
    click_text(&page, "#export label", "Keep fields");
    let (strict, _) = layer::written(vec![library(&first())], Some(catalogue), false);
    assert_eq!(save("export-layer").1, strict);
    assert!(!strict.contains("our own"));
    let both = vec![library(&first()), library(&second())];
    let (all, _) = layer::written(both, None, false);
    assert_eq!(save("export-all-layers"), ("layers.json".to_owned(), all));
}

fn combined(rig: &Rig) {
    let page = with_layers(rig, &[first(), second()]);
    open_menu(&page, "combine");
    page.click("#combine-expression");
    page.evaluate("document.getElementById('combine-expression').select()");
    page.type_text("a + (b");
    page.wait_until("document.getElementById('combine-said').innerText.includes('at character')");
    assert_eq!(page.attribute("[data-action=combine-layers]", "disabled").as_deref(), Some(""));
    page.evaluate("document.getElementById('combine-expression').select()");
    page.type_text("max(a, b) - 5");
    page.wait_until("!document.querySelector('[data-action=combine-layers]').disabled");
    page.click("[data-action=combine-layers]");
    page.wait_until("document.querySelectorAll('.layer-tab-name').length === 3");
    assert!(active(&page).contains("max(a, b) - 5"));
    let layers = [library(&first()), library(&second())];
    let text = "max(a, b) - 5";
    let expression = layer::Expression::parse(text, 2).expect("an expression");
    let wanted = layer::combine(&expression, text, &layers, text, newest()).layer;
    agree(&page, &wanted, newest());
    // One click: all that either has.
    open_menu(&page, "combine");
    click_text(&page, "#combine button", "Union");
    assert_eq!(
        page.evaluate("document.getElementById('combine-expression').value"),
        "a > 0 or b > 0 or c > 0"
    );
}

fn migrated(rig: &Rig) {
    let old = json!({"name": "Old", "domain": "enterprise-attack", "versions": {"attack": "18"},
    "techniques": [
        {"techniqueID": "T1562.001", "tactic": "defense-evasion", "score": 60},
        {"techniqueID": "T1059", "score": 30},
    ]});
    let page = with_layers(rig, std::slice::from_ref(&old));
    let before = bundled::find(Domain::Enterprise, Some("18.1")).expect("it reads");
    let before = before.expect("it is built in");
    agree(&page, &library(&old), before);
    page.click("[data-action=migrate-layer]");
    let (wanted, report) = layer::migrate(library(&old), Some(before), newest());
    agree(&page, &wanted, newest());
    assert_eq!((report.moved.len(), report.tactics.len()), (1, 1));
    page.click("[data-panel=migration] summary");
    let told = page.text("[data-panel=migration]");
    for part in ["T1562.001", "T1685", "defense-evasion", "defense-impairment"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    page.key("Control+z");
    agree(&page, &library(&old), before);
}

fn beside_rules(rig: &Rig) {
    let layer = first().to_string();
    let folder = rig.folder(&[
        ("layer.json", &layer),
        ("rule.yml", "title: A\nid: 00000000-0000-4000-8000-000000000009\nstatus: test\nlevel: high\ntags: [attack.t1566]\nlogsource: {product: windows, category: process_creation}\ndetection: {a: {b: c}, condition: a}\n"),
        ("cut.json", &layer[..layer.len() - 9]),
    ]);
    let page = rig.open();
    drop_on(&page, &[&folder]);
    assert!(active(&page).starts_with("Rules"));
    assert_eq!(page.figure("rules"), 1.0);
    assert_eq!(tabs(&page), ["First"]);
    // Tables of rules are of the rules.
    click_text(&page, "[data-layer-tab]", "a");
    agree(&page, &library(&first()), newest());
    page.click("[data-view=rules]");
    page.wait_until(
        "document.querySelector('[data-layer-tab=rules]').getAttribute('aria-selected') === 'true'",
    );
    page.click("[data-view=import]");
    page.wait_until("document.querySelector('main').innerText.includes('cut.json')");
    let said = page.text("main");
    assert!(said.contains("EOF"), "{said}");
    open_menu(&page, "combine");
    click_text(&page, "#combine button", "Rules minus threat");
    assert_eq!(page.evaluate("document.getElementById('combine-expression').value"), "b - a");
    page.click("[data-action=combine-layers]");
    page.wait_until("document.querySelectorAll('.layer-tab-name').length === 2");
    let cell = "[data-technique=\"T1566\"][data-tactic=\"initial-access\"]";
    page.wait_until(&format!("document.querySelector('{cell}')?.dataset.score === '80'"));
}

fn hostile(rig: &Rig) {
    let bad = "<img src=x onerror=\"window.hacked = 1\">";
    let layer = json!({"name": bad, "domain": "enterprise-attack", "description": bad,
        "metadata": [{"name": bad, "value": bad}],
        "legendItems": [{"label": bad, "color": "#123456"}],
        "links": [{"label": "x", "url": "javascript:window.hacked=1"}],
        "techniques": [{"techniqueID": "T1059", "score": 1, "comment": bad, "tactic": bad,
                "links": [{"label": bad, "url": "javascript:window.hacked=1"}]},
            {"techniqueID": "T1059", "score": 1, "comment": bad, "metadata": [{"name": bad, "value": bad}]},
            {"techniqueID": bad}, null, 5]});
    let own =
        json!({"name": "Own", "domain": bad, "techniques": [{"techniqueID": "T1059", "score": 1}]});
    let page = with_layers(rig, &[layer, own]);
    assert_eq!(tabs(&page)[0], bad);
    page.hover("[data-technique=\"T1059\"][data-tactic=\"execution\"]");
    page.wait_until("document.querySelector('.tip')?.innerText.includes('onerror')");
    open_menu(&page, "layer-unplaced");
    page.key("Escape");
    open_menu(&page, "layer-about");
    page.key("Escape");
    click_text(&page, "[data-layer-tab]", "b");
    page.wait_until("document.querySelector('.matrix-wait')?.innerText.includes('onerror')");
    read(&page, || {
        // The same again, among layers that are open.
        let folder = rig.folder(&[("3.json", &second().to_string())]);
        page.drop_files(&[&folder], 640.0, 400.0);
    });
    assert_eq!(tabs(&page).len(), 3);
    assert_eq!(
        page.evaluate(
            "window.hacked === undefined && !document.querySelector('img, [href^=javascript]')"
        ),
        true
    );
}
