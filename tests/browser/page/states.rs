//! Everything the page can show, each with a way there: what holds everywhere is asked of all.
use crate::library_truth::archive;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{drop_on, open_menu, read};
use serde_json::{Value, json};

/// Something the page shows, below a name.
pub(crate) struct State {
    /// For messages.
    pub(crate) name: &'static str,
    /// The address below `#/`.
    pub(crate) place: &'static str,
    /// True once all of it is there.
    pub(crate) is_there: &'static str,
}

const fn at(name: &'static str, place: &'static str, is_there: &'static str) -> State {
    State { name, place, is_there }
}

/// Every view and every part of one, drawers among them.
pub(crate) const STATES: &[State] = &[
    at("matrix", "matrix", "document.querySelector('[data-technique][data-score]')"),
    at("table", "table", "document.querySelector('.techniques-table tbody tr')"),
    at(
        "tactics",
        "tactics?tool=kibana&list=blind.Linux",
        "document.querySelector('[data-figure=ledger-theirs]') && document.querySelector('[data-stat]')",
    ),
    at("gaps", "gaps?out=1", "document.querySelector('.gaps-table [data-gap]')"),
    at("gaps, next rules", "gaps?show=next", "document.querySelector('main tr[data-row]')"),
    at(
        "gaps, spread",
        "gaps?show=spread",
        "document.querySelector('[data-stat=unlock] tr[data-row]')",
    ),
    at("gaps, actors", "gaps?show=actors", "document.querySelector('tr[data-actor]')"),
    at("gaps, peers", "gaps?show=peers", "document.querySelector('[data-stat=peers]')"),
    at("gaps, profile", "gaps?show=profile", "document.querySelector('[data-component]')"),
    at("changes", "changes?old=a&new=b", "document.querySelector('.change-lists')"),
    at(
        "changes, matrix",
        "changes?old=a&new=b&show=matrix",
        "document.querySelector('[data-change]')",
    ),
    at(
        "changes, side by side",
        "changes?old=a&new=b&show=side",
        "document.querySelector('.mini i')",
    ),
    at(
        "changes, slider",
        "changes?old=a&new=b&show=slider",
        "document.querySelector('#changes-slider')",
    ),
    at(
        "changes, trend",
        "changes?old=a&new=b&show=trend",
        "document.querySelector('[data-list=quarters]')",
    ),
    at("rules", "rules", "document.querySelector('.rules-table tr[data-row]')"),
    at(
        "alerts",
        "alerts",
        "document.querySelector('.alert-tactics tbody tr') && document.querySelector('.days-window')",
    ),
    at("alerts, rules", "alerts?show=rules", "document.querySelector('.health-table tbody tr')"),
    at(
        "alerts, evidence",
        "alerts?show=evidence&list=techniques.fired",
        "document.querySelector('.stat-list')",
    ),
    at("alerts, rows", "alerts?show=rows", "document.querySelector('tr[data-alert]')"),
    at(
        "alerts, investigation",
        "alerts?show=investigate&techniques=T1003.001,T1021.002",
        "document.querySelector('.matches-table [data-row]') && document.querySelector('.likely-table [data-row]')",
    ),
    at("alerts, files", "alerts?show=files", "document.querySelector('.alert-files > *')"),
    at("report", "report", "document.querySelector('main [aria-label=Report] tbody tr')"),
    at("report, slides", "report?show=slides", "document.querySelector('.slides canvas')"),
    at(
        "import report",
        "import",
        "document.querySelector('main [aria-label=\"Import report\"] tbody tr')",
    ),
    at(
        "technique",
        "technique/T1059",
        "document.querySelector('aside[data-panel=technique] [data-rule]')",
    ),
    at("rule", "rules", "document.querySelector('aside[data-panel=rule] mark')"),
];

/// The panels that buttons open, with the view that has the button.
pub(crate) const MENUS: &[(&str, &str)] = &[
    ("matrix", "level-table"),
    ("matrix", "platforms"),
    ("matrix", "statuses"),
    ("matrix", "palettes"),
    ("matrix", "what-if"),
    ("matrix", "workspace"),
    ("matrix", "export"),
    ("matrix", "convention"),
    ("gaps?out=1", "priority"),
    ("changes?old=a&new=b", "snapshots"),
    ("changes?old=a&new=b", "changes-share"),
    ("alerts?show=rules", "rule-health"),
    ("alerts?show=investigate&techniques=T1003.001", "investigation"),
];

/// The panels of a layer's tab.
pub(crate) const LAYER_MENUS: &[&str] = &[
    "aggregates",
    "layer-cells",
    "layer-platforms",
    "layer-about",
    "combine",
    "layer-select",
    "layer-gradient",
    "layer-legend",
    "edit-colour",
    "edit-links",
    "edit-metadata",
];

/// A Navigator layer.
pub(crate) fn layer(name: &str, scores: &[(&str, u32)]) -> String {
    let entries: Vec<Value> =
        scores.iter().map(|(id, score)| json!({"techniqueID": id, "score": score})).collect();
    json!({"name": name, "domain": "enterprise-attack", "techniques": entries,
           "versions": {"layer": "4.5", "attack": "19"}})
    .to_string()
}

/// Waits for two frames.
#[track_caller]
pub(crate) fn settle(page: &Page) {
    page.evaluate(
        "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(() => ok(0))))",
    );
}

/// A page in a theme, with the sample, two layers to compare and a file that nobody could read.
pub(crate) fn with_everything(rig: &Rig, theme: &str) -> Page {
    let folder = rig.folder(&[
        ("old.json", &layer("old.json", &[("T1003", 80), ("T1059", 60), ("T1566", 40)])),
        ("new.json", &layer("new.json", &[("T1003", 30), ("T1566", 75), ("T1105", 50)])),
        ("broken.yml", "title: [\n"),
    ]);
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page.wait_until(&format!("document.documentElement.dataset.theme === '{theme}'"));
    read(&page, || page.click("[data-action=try-sample]"));
    for name in ["old.json", "new.json", "broken.yml"] {
        drop_on(&page, &[&folder.join(name)]);
    }
    rules_tab(&page);
    page.evaluate("location.hash = '#/gaps?show=next'");
    page.wait_until("document.querySelector('#library-files')");
    read(&page, || page.set_file_input("#library-files", &[&archive(rig, "lib.zip")]));
    page.evaluate("location.hash = '#/changes?old=a&new=b'");
    page.wait_until("document.querySelector('[data-action=keep-snapshot]')");
    page.click("[data-action=keep-snapshot]");
    page
}

/// The tab of the rules, not of a layer.
#[track_caller]
pub(crate) fn rules_tab(page: &Page) {
    page.evaluate("document.querySelector('[data-layer-tab=rules]').click()");
    page.wait_until("document.querySelector('[data-layer-tab=rules][aria-selected=true], [data-layer-tab=rules][aria-current]')");
}

/// Goes there and waits until all of it stands still.
#[track_caller]
pub(crate) fn show(page: &Page, state: &State) {
    page.evaluate(&format!("location.hash = '#/{}'", state.place));
    if state.name == "rule" {
        page.wait_until("document.querySelector('main a.rule-link')");
        page.evaluate("document.querySelector('main a.rule-link').click()");
    }
    page.wait_until(state.is_there);
    if state.name == "technique" {
        page.evaluate(
            "document.querySelectorAll('aside details').forEach((each) => { each.open = true; })",
        );
    }
    page.wait_until("document.querySelector('.progress').hidden");
    settle(page);
}

/// Goes where the button of a panel is, and opens it.
#[track_caller]
pub(crate) fn show_menu(page: &Page, (place, menu): (&str, &str)) {
    page.evaluate(&format!("location.hash = '#/{place}'"));
    page.wait_until(&format!(
        "document.querySelector('[popovertarget={menu}]')?.checkVisibility()"
    ));
    settle(page);
    open_menu(page, menu);
    settle(page);
}
