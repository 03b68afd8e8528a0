//! Editing a layer: cells are selected as in the Navigator, what is changed goes to all of them,
//! and everything can be taken back.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{cell, choose, click_text, drop_on, open_menu, texts, with_sample};
use crate::truth::{newest, sample_coverage};
use coverlay::attack::TechniqueIndex;
use coverlay::heatmap::GradientShades;
use coverlay::layer::{Gradient, NAVIGATOR_GRADIENTS};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("layer edit: clicks and keys select, as far as the layer's options say", selecting),
    ("layer edit: what a group uses, as the catalogue has it", by_group),
    ("layer edit: a score, its colour, undo, redo and the file", score),
    ("layer edit: cells that differ", various),
    ("layer edit: gradient", gradient),
    ("layer edit: legend and the row of tactics", legend),
    ("layer edit: the drawer's form takes no HTML and no script", hostile),
    ("layer edit: by keyboard alone", by_keyboard),
    ("layer edit: a new layer, and the rules as one", new_layers),
    ("layer edit: accessible, light", |rig| accessible(rig, "light")),
    ("layer edit: accessible, dark", |rig| accessible(rig, "dark")),
];

const BAR: &str = "[data-panel=layer-edit]";
const SELECTED: &str = "[role=gridcell][aria-selected=true]";
const FROM: &str = "#layer-gradient label:first-of-type input";
const TO: &str = "#layer-gradient label:nth-of-type(2) input";
const DRAWER: &str = "aside[data-panel=technique]";

/// A page with a layer of our own.
fn with_layer(rig: &Rig) -> Page {
    let layer = json!({
        "name": "Edit me", "domain": "enterprise-attack",
        "versions": {"attack": "19", "navigator": "5.3.2", "layer": "4.5"},
        "techniques": [
            {"techniqueID": "T1059", "score": 40, "comment": "<b>bold</b><img src=x onerror='window.hacked = true'>",
             "links": [{"label": "Runbook", "url": "https://example.org/runbook"}],
             "metadata": [{"name": "owner", "value": "<i>blue</i> team"}]},
            {"techniqueID": "T1003", "score": 100},
        ],
    });
    let folder = rig.folder(&[("edit-me.json", &layer.to_string())]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("edit-me.json")]);
    page.wait_until("document.querySelector('[role=grid][aria-multiselectable=true]')");
    page
}

/// Clicks with modifiers: 2 is Ctrl, 8 is Shift.
fn click_with(page: &Page, selector: &str, modifiers: u32) {
    let (x, y) = page.hover(selector);
    for kind in ["mousePressed", "mouseReleased"] {
        page.call(
            "Input.dispatchMouseEvent",
            json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1, "modifiers": modifiers}),
        );
    }
}

#[track_caller]
fn selected(page: &Page, number: usize) {
    page.wait_until(&format!("document.querySelectorAll('{SELECTED}').length === {number}"));
}

/// Cells of a technique: one a tactic.
fn cells_of(id: &str) -> usize {
    let catalogue = newest();
    let index = catalogue.find(id.parse().expect("an id")).expect("a live one");
    catalogue.technique(index).tactics.len()
}

/// Sets a field as someone does who types and goes on.
#[track_caller]
fn fill(page: &Page, selector: &str, text: &str) {
    page.evaluate(&format!(
        "(() => {{
            const field = document.querySelector({});
            field.focus();
            field.select();
        }})()",
        json!(selector)
    ));
    if text.is_empty() {
        page.key("Delete");
    } else {
        page.type_text(text);
    }
    page.key("Tab");
}

/// The background of a cell becomes this colour.
#[track_caller]
fn has_colour(page: &Page, selector: &str, colour: coverlay::heatmap::Rgb) {
    page.wait_until(&format!(
        "getComputedStyle(document.querySelector({})).backgroundColor === 'rgb({}, {}, {})'",
        json!(selector),
        colour.0,
        colour.1,
        colour.2
    ));
}

fn selecting(rig: &Rig) {
    let page = with_layer(rig);
    let (shell, dump) = (cell("T1059", "execution"), cell("T1003", "credential-access"));
    // A click selects only that one, and opens it.
    page.click(&shell);
    page.wait_until(&format!("document.querySelector('{DRAWER}')"));
    selected(&page, 1);
    page.key("Escape");
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
    selected(&page, 1);
    page.key("x");
    selected(&page, 0);
    assert_eq!(page.count(BAR), 0);
    page.key("x");
    selected(&page, 1);
    click_with(&page, &dump, 2);
    selected(&page, 2);
    assert_eq!(page.count(DRAWER), 0, "it opens nothing");
    assert_eq!(page.text(&format!("{BAR} .edit-number")), "2 cells of 2 techniques selected");
    click_with(&page, &dump, 2);
    selected(&page, 1);
    assert_eq!(page.attribute(&dump, "aria-selected").as_deref(), Some("false"));
    // Across tactics, as layers have it unless they say otherwise.
    let accounts = cells_of("T1078");
    assert!(accounts > 1);
    let valid = cell("T1078", "persistence");
    click_with(&page, &valid, 2);
    selected(&page, 1 + accounts);
    click_with(&page, &valid, 2);
    selected(&page, 1);
    open_menu(&page, "layer-select");
    page.click("[data-check=across-tactics]");
    page.key("Escape");
    click_with(&page, &valid, 2);
    selected(&page, 2);
    // The whole family: a technique and its sub-techniques in this tactic.
    open_menu(&page, "layer-select");
    page.click("#layer-select [data-action=select-none]");
    page.click("[data-check=with-subs]");
    page.key("Escape");
    let catalogue = newest();
    let index = catalogue.find("T1059".parse().expect("an id")).expect("a live one");
    let execution = catalogue.tactics.iter().position(|t| t.shortname == "execution");
    let family = 1 + catalogue.sub_column(index, execution.expect("a tactic")).len();
    click_with(&page, &shell, 2);
    selected(&page, family);
    open_menu(&page, "layer-select");
    page.click("[data-check=with-subs]");
    page.click("#layer-select [data-action=select-none]");
    page.key("Escape");
    // A range: the four upper cells of a column.
    let column = catalogue.column(0);
    let name = |at: usize| {
        cell(&catalogue.technique(column[at]).id.to_string(), &catalogue.tactics[0].shortname)
    };
    click_with(&page, &name(3), 2);
    click_with(&page, &name(0), 8);
    selected(&page, 4);
    let focus = |at: usize| {
        page.evaluate(&format!("document.querySelector({}).focus()", json!(name(at))));
    };
    // With Shift the arrows take cells along, and let them go on the way back.
    page.key("Escape");
    selected(&page, 0);
    focus(1);
    for (key, number) in [
        ("Shift+ArrowDown", 2),
        ("Shift+ArrowDown", 3),
        ("Shift+ArrowUp", 2),
        ("Shift+ArrowUp", 1),
        ("Shift+ArrowUp", 2),
        ("Shift+ArrowRight", 3),
    ] {
        page.key(key);
        selected(&page, number);
    }
    assert_eq!(page.attribute(&name(1), "aria-selected").as_deref(), Some("true"));
    page.key("ArrowDown");
    selected(&page, 3);
    // The head of a column selects its techniques, with Ctrl besides what is selected.
    let head = |at: usize| format!(".column:nth-child({}) .column-name", at + 1);
    page.click(&head(0));
    selected(&page, column.len());
    click_with(&page, &head(1), 2);
    selected(&page, column.len() + catalogue.column(1).len());
    page.click(&head(1));
    selected(&page, catalogue.column(1).len());
    // Esc first selects nothing.
    focus(0);
    page.key("Control+a");
    let shown = page.evaluate("[...document.querySelectorAll('[role=gridcell]')].filter((each) => each.checkVisibility()).length");
    selected(&page, usize::try_from(shown.as_u64().expect("a number")).expect("few"));
    page.key("Escape");
    selected(&page, 0);
    // The options are the layer's: they can be taken back like all else.
    page.key("Control+z");
    page.key("Control+z");
    page.key("Control+z");
    click_with(&page, &valid, 2);
    selected(&page, accounts);
}

fn by_group(rig: &Rig) {
    let page = with_layer(rig);
    let catalogue = newest();
    let uses = |group: usize| {
        let group = u16::try_from(group).expect("few");
        let used = catalogue.techniques.iter().filter(|one| one.groups.contains(&group));
        used.map(|one| one.tactics.len()).sum::<usize>()
    };
    let most = (0..catalogue.groups.len()).max_by_key(|group| uses(*group)).expect("groups");
    let group = &catalogue.groups[most];
    open_menu(&page, "layer-select");
    choose(&page, "#layer-select select", "Groups");
    let listed = page.count("#layer-select .subjects li");
    assert_eq!(listed, 50, "the rest is for the search");
    assert!(page.text("#layer-select").contains("more: type to narrow"));
    page.click("#layer-select input[type=search]");
    page.type_text(&group.id.to_string());
    page.wait_until("document.querySelectorAll('#layer-select .subjects li').length === 1");
    assert_eq!(
        page.attribute("#layer-select .subjects li", "data-subject"),
        Some(group.id.to_string())
    );
    click_text(&page, "#layer-select .subjects button", "Select");
    selected(&page, uses(most));
    click_text(&page, "#layer-select .subjects button", "Deselect");
    selected(&page, 0);
    // A tactic: what stands in its column, in all tactics of it.
    choose(&page, "#layer-select select", "Tactics");
    fill(&page, "#layer-select input[type=search]", "execution");
    page.wait_until("document.querySelectorAll('#layer-select .subjects li').length === 1");
    click_text(&page, "#layer-select .subjects button", "Select");
    let execution = catalogue.tactics.iter().position(|t| t.shortname == "execution");
    let column = catalogue.column(execution.expect("a tactic"));
    let cells = |index: &TechniqueIndex| catalogue.technique(*index).tactics.len();
    selected(&page, column.iter().map(cells).sum());
    // What is annotated among them.
    page.click("#layer-select [data-action=select-annotated]");
    selected(&page, 1);
    page.click("#layer-select [data-action=select-none]");
    page.click("#layer-select [data-action=select-annotated]");
    selected(&page, 2);
    page.click("#layer-select [data-action=select-invert]");
    let all: usize = catalogue.techniques.iter().map(|one| one.tactics.len()).sum();
    selected(&page, all - 2);
}

fn score(rig: &Rig) {
    let page = with_layer(rig);
    let shell = cell("T1059", "execution");
    let shades = GradientShades::new(&Gradient::default());
    has_colour(&page, &shell, shades.colour(40.0));
    page.click(&shell);
    fill(&page, &format!("{BAR} .edit-score"), "75");
    has_colour(&page, &shell, shades.colour(75.0));
    assert_eq!(page.attribute(&shell, "data-score").as_deref(), Some("75"));
    // What is no number is not taken.
    fill(&page, &format!("{BAR} .edit-score"), "high");
    page.wait_until(&format!(
        "document.querySelector('{BAR} .refusal bdi').innerText.includes('no number')"
    ));
    has_colour(&page, &shell, shades.colour(75.0));
    page.key("Escape");
    page.click("[data-action=undo]");
    has_colour(&page, &shell, shades.colour(40.0));
    page.key("Control+y");
    has_colour(&page, &shell, shades.colour(75.0));
    // A colour by hand is stronger.
    open_menu(&page, "edit-colour");
    page.click("#edit-colour [aria-label='Dark blue']");
    has_colour(&page, &shell, "#0b3c6f".parse().expect("a colour"));
    page.key("Escape");
    page.evaluate("document.querySelector('[data-action=export-layer]').click()");
    let saved: Value = serde_json::from_slice(&page.download().bytes).expect("JSON");
    let entry = saved["techniques"].as_array().expect("a list").iter();
    let entry = entry.clone().find(|entry| entry["techniqueID"] == "T1059").expect("the entry");
    assert_eq!((&entry["score"], &entry["color"]), (&json!(75), &json!("#0b3c6f")));
    page.click("[data-action=clear-annotations]");
    page.wait_until(&format!(
        "!document.querySelector({}).hasAttribute('data-score')",
        json!(shell)
    ));
    click_text(&page, ".toast button", "Undo");
    has_colour(&page, &shell, "#0b3c6f".parse().expect("a colour"));
}

fn various(rig: &Rig) {
    let page = with_layer(rig);
    let (shell, dump) = (cell("T1059", "execution"), cell("T1003", "credential-access"));
    click_with(&page, &shell, 2);
    click_with(&page, &dump, 2);
    let field = format!("{BAR} .edit-score");
    assert_eq!(page.attribute(&field, "placeholder").as_deref(), Some("(various)"));
    // Who goes through the fields changes nothing.
    page.evaluate(&format!("document.querySelector('{field}').focus()"));
    for _ in 0..6 {
        page.key("Tab");
    }
    assert_eq!(page.attribute(&shell, "data-score").as_deref(), Some("40"));
    assert_eq!(page.attribute(&dump, "data-score").as_deref(), Some("100"));
    fill(&page, &field, "7");
    for each in [&shell, &dump] {
        page.wait_until(&format!("document.querySelector({}).dataset.score === '7'", json!(each)));
    }
    click_text(&page, &format!("{BAR} label.check"), "Enabled");
    page.wait_until("document.querySelectorAll('[role=gridcell][data-disabled]').length === 2");
    // One step each, for both at once.
    page.key("Escape");
    page.key("Control+z");
    page.wait_until("document.querySelectorAll('[role=gridcell][data-disabled]').length === 0");
    page.key("Control+z");
    page.wait_until(&format!("document.querySelector({}).dataset.score === '100'", json!(dump)));
    assert_eq!(page.attribute(&shell, "data-score").as_deref(), Some("40"));
    open_menu(&page, "edit-links");
    assert!(page.text("#edit-links").contains("(various)"));
    page.key("Escape");
}

fn gradient(rig: &Rig) {
    let page = with_layer(rig);
    let shell = cell("T1059", "execution");
    let shades = |colours: &[&str], min: i64, max: i64| {
        GradientShades::new(&Gradient {
            colors: colours.iter().map(|colour| (*colour).to_owned()).collect(),
            min_value: min.into(),
            max_value: max.into(),
            ..Gradient::default()
        })
    };
    open_menu(&page, "layer-gradient");
    for (at, (_, colours)) in NAVIGATOR_GRADIENTS.into_iter().enumerate() {
        page.click(&format!("[data-action=preset-{at}]"));
        has_colour(&page, &shell, shades(colours, 0, 100).colour(40.0));
    }
    let (_, red) = NAVIGATOR_GRADIENTS[5];
    page.click("[data-action=fit-gradient]");
    has_colour(&page, &shell, shades(red, 40, 100).colour(40.0));
    // The lower above the upper is refused, and nothing changes.
    fill(&page, FROM, "200");
    page.wait_until(
        "document.querySelector('#layer-gradient .refusal bdi').innerText.includes('not below')",
    );
    has_colour(&page, &shell, shades(red, 40, 100).colour(40.0));
    fill(&page, TO, "300");
    page.wait_until("!document.querySelector('#layer-gradient .refusal bdi').innerText");
    fill(&page, FROM, "0");
    has_colour(&page, &shell, shades(red, 0, 300).colour(40.0));
    // One more colour, and all turned round by moving.
    page.click("[data-action=add-stop]");
    page.wait_until("document.querySelectorAll('#layer-gradient .stop-list li').length === 3");
    page.click("#layer-gradient [aria-label='Raise colour 1']");
    has_colour(&page, &shell, shades(&[red[1], red[0], red[1]], 0, 300).colour(40.0));
    page.click("#layer-gradient [aria-label='Remove colour 2']");
    page.wait_until("document.querySelectorAll('#layer-gradient .stop-list li').length === 2");
    assert_eq!(
        page.count("#layer-gradient [aria-label^=Remove]:not(:disabled)"),
        0,
        "two are the least"
    );
    page.key("Escape");
    for _ in 0..2 {
        page.click("[data-action=undo]");
    }
    has_colour(&page, &shell, shades(&[red[0], red[1], red[1]], 0, 300).colour(40.0));
}

fn legend(rig: &Rig) {
    let page = with_layer(rig);
    let shown = || texts(&page, ".legend li bdi");
    open_menu(&page, "layer-legend");
    page.click("[data-action=add-legend-line]");
    fill(&page, "#layer-legend [aria-label='Text of line 1']", "<b>first</b>");
    page.click("[data-action=add-legend-line]");
    page.wait_until("document.querySelectorAll('#layer-legend .stop-list li').length === 2");
    page.click("#layer-legend [aria-label='Move down line 1']");
    page.wait_until("document.querySelector(\"#layer-legend [aria-label='Text of line 2']\").value === '<b>first</b>'");
    assert_eq!(shown()[..2], ["New line", "<b>first</b>"]);
    page.click("#layer-legend [aria-label='Remove line 1']");
    page.wait_until("document.querySelectorAll('#layer-legend .stop-list li').length === 1");
    page.click("[data-action=legend-from-gradient]");
    page.wait_until("document.querySelectorAll('#layer-legend .stop-list li').length === 3");
    assert_eq!(shown()[..3], ["0", "50", "100"]);
    page.click("[data-check=tactic-row]");
    page.wait_until("getComputedStyle(document.querySelector('.column-head')).backgroundColor === 'rgb(221, 221, 221)'");
    page.key("Escape");
    for _ in 0..2 {
        page.click("[data-action=undo]");
    }
    page.wait_until("document.querySelector('.legend li bdi')?.innerText === '<b>first</b>'");
}

fn hostile(rig: &Rig) {
    let page = with_layer(rig);
    page.click(&cell("T1059", "execution"));
    page.wait_until(&format!("document.querySelector('{DRAWER} .layer-comment')"));
    assert_eq!(
        page.text(&format!("{DRAWER} .layer-comment")),
        "<b>bold</b><img src=x onerror='window.hacked = true'>"
    );
    assert_eq!(page.count(&format!("{DRAWER} img, {DRAWER} .layer-comment b, {DRAWER} dd i")), 0);
    assert_eq!(page.evaluate("window.hacked ?? null"), Value::Null);
    let link = format!("{DRAWER} .layer-links a");
    assert_eq!(page.attribute(&link, "href").as_deref(), Some("https://example.org/runbook"));
    assert_eq!(page.attribute(&link, "rel").as_deref(), Some("noopener noreferrer"));
    // No rule was read, so the drawer says nothing of rules.
    assert_eq!(page.count(&format!("{DRAWER} [data-state]")), 0);
    assert!(page.text(DRAWER).contains("Groups"), "what ATT&CK knows stays");
    let list = format!("{DRAWER} [data-part=edit-links]");
    let new = |name: &str| format!("{list} [aria-label='{name} of a new row']");
    fill(&page, &new("Label"), "Click me");
    fill(&page, &new("Address"), "javascript:window.hacked=true");
    click_text(&page, &format!("{list} button"), "Add");
    page.wait_until(&format!(
        "document.querySelector('{list} .refusal').innerText.includes('not an address')"
    ));
    assert_eq!(page.count(&link), 1);
    assert_eq!(page.count("a[href^='javascript']"), 0);
    fill(&page, &new("Address"), "https://example.org/next");
    click_text(&page, &format!("{list} button"), "Add");
    page.wait_until(&format!("document.querySelectorAll('{link}').length === 2"));
    assert!(page.text(&format!("{list} .refusal")).is_empty());
    // A line that is there is changed, and refused in the same way.
    fill(&page, &format!("{list} [aria-label='Address 1']"), "data:text/html,x");
    page.wait_until(&format!(
        "document.querySelector('{list} .refusal').innerText.includes('not an address')"
    ));
    assert_eq!(page.attribute(&link, "href").as_deref(), Some("https://example.org/runbook"));
    fill(&page, &format!("{list} [aria-label='Label 1']"), "Handbook");
    page.wait_until(&format!("document.querySelector('{link}').innerText.startsWith('Handbook')"));
    assert_eq!(
        page.evaluate("document.activeElement.getAttribute('aria-label')"),
        json!("Address 1"),
        "the focus goes on"
    );
    fill(&page, &format!("{DRAWER} textarea"), "<script>window.hacked = true</script>");
    page.wait_until(&format!(
        "document.querySelector('{DRAWER} .layer-comment').innerText.startsWith('<script>')"
    ));
    assert_eq!(page.evaluate("window.hacked ?? null"), Value::Null);
}

fn by_keyboard(rig: &Rig) {
    let page = with_layer(rig);
    for _ in 0..120 {
        page.key("Tab");
        if page.evaluate("document.activeElement.matches('[role=gridcell]')") == true {
            break;
        }
    }
    page.key("x");
    page.key("ArrowDown");
    page.key("x");
    let two: usize =
        newest().column(0)[..2].iter().map(|index| newest().technique(*index).tactics.len()).sum();
    selected(&page, two);
    page.key("e");
    assert_eq!(page.evaluate("document.activeElement.matches('.edit-score')"), json!(true));
    page.type_text("33");
    page.key("Enter");
    page.wait_until(&format!(
        "document.querySelectorAll('{SELECTED}[data-score=\"33\"]').length === {two}"
    ));
    page.key("Escape");
    assert_eq!(page.evaluate("document.activeElement.matches('[role=gridcell]')"), json!(true));
    selected(&page, two);
    page.key("Enter");
    page.wait_until(&format!("document.querySelector('{DRAWER}')"));
    page.key("Escape");
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
    selected(&page, two);
    page.key("Escape");
    selected(&page, 0);
    page.key("Control+z");
    page.wait_until("document.querySelectorAll('[role=gridcell][data-score=\"33\"]').length === 0");
}

fn new_layers(rig: &Rig) {
    let page = rig.open();
    page.click("[data-action=new-layer]");
    page.wait_until("document.querySelector('[role=grid][aria-multiselectable=true]')");
    assert_eq!(page.count("[role=gridcell][data-score]"), 0);
    assert_eq!(page.evaluate("document.getElementById('layer-name').value"), json!("New layer"));
    page.key("Control+z");
    page.wait_until("document.querySelector('[data-action=try-sample]')?.checkVisibility()");
    let page = with_sample(rig);
    page.evaluate("document.querySelector('[data-action=rules-as-layer]').click()");
    page.wait_until("document.querySelector('[role=grid][aria-multiselectable=true]')");
    // Its cells have the scores of the rules.
    let (catalogue, coverage) = (newest(), sample_coverage());
    let scored: usize = catalogue
        .indices()
        .filter(|index| coverage.technique(*index).score.is_some())
        .map(|index| catalogue.technique(index).tactics.len())
        .sum();
    page.wait_until(&format!(
        "document.querySelectorAll('[role=gridcell][data-score]').length === {scored}"
    ));
    // The drawer has both: what the layer says, and the rules.
    page.evaluate("location.hash = '#/technique/T1059'");
    page.wait_until(&format!("document.querySelector('{DRAWER} .layer-said')"));
    page.wait_until(&format!("document.querySelector('{DRAWER} [data-state]')"));
}

fn accessible(rig: &Rig, theme: &str) {
    let page = with_layer(rig);
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.wait_until(&format!("document.documentElement.dataset.theme === '{theme}'"));
    page.click(&cell("T1059", "execution"));
    page.wait_until(&format!("document.querySelector('{DRAWER} .layer-said')"));
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        for violation in page.axe().unwrap_or_default() {
            wrong.push(format!("{state}: {} {:?}", violation.rule, violation.places));
        }
    };
    check("bar and drawer");
    page.evaluate("document.querySelector('.drawer-close').click()");
    for menu in [
        "layer-select",
        "layer-gradient",
        "layer-legend",
        "edit-colour",
        "edit-links",
        "edit-metadata",
    ] {
        open_menu(&page, menu);
        check(menu);
        page.key("Escape");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
