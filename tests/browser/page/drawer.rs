//! The drawer of a technique: opened from a cell, by a link or by its address.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, cell, copy_of_the_sample, drop_on, with_sample};
use crate::truth::{sample_report, technique};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) const TESTS: &[Test] = &[
    ("drawer: a cell opens it with the rules of the report, Esc returns to the cell", from_a_cell),
    ("drawer: links lead from technique to technique, and the browser back", links),
    ("drawer: its address opens it directly", deep_link),
    ("drawer: rules that do not count are told apart", not_counted),
    ("drawer: its title has the focus, and a ring only for the keyboard", focus_ring),
];

pub(crate) const DRAWER: &str = "aside[data-panel=technique]";

/// Waits until the drawer shows a technique.
#[track_caller]
pub(crate) fn wait_for(page: &Page, id: &str) {
    page.wait_until(&format!(
        "document.querySelector('{DRAWER} .drawer-head')?.innerText.includes({})",
        json!(id)
    ));
}

#[track_caller]
fn rows(page: &Page) -> BTreeSet<String> {
    let all = attributes(page, &format!("{DRAWER} [data-rule]"), "data-rule");
    let number = all.len();
    let different: BTreeSet<_> = all.into_iter().collect();
    assert_eq!(different.len(), number, "a rule stands twice");
    different
}

fn ids(technique: &Value) -> BTreeSet<String> {
    serde_json::from_value(technique["rule_ids"].clone()).expect("a list of ids")
}

fn from_a_cell(rig: &Rig) {
    let page = with_sample(rig);
    let report = sample_report(&[]);
    for (id, tactic) in
        [("T1003", "credential-access"), ("T1059", "execution"), ("T1110", "credential-access")]
    {
        let told = technique(&report, id);
        let cell = cell(id, tactic);
        page.click(&cell);
        wait_for(&page, id);
        assert_eq!(page.evaluate("location.hash"), json!(format!("#/technique/{id}")));
        assert!(page.text(DRAWER).contains(told["name"].as_str().expect("a name")));
        // Its own rules, and those of its sub-techniques.
        let shown = rows(&page);
        assert!(ids(told).is_subset(&shown), "{id}: {shown:?}");
        assert_eq!(json!(shown.len()), told["rules_rollup"], "{id}");
        assert_eq!(page.attribute(&cell, "aria-selected").as_deref(), Some("true"));
        // Who opened it with the keyboard would read on there.
        assert_eq!(
            page.evaluate(&format!("!!document.activeElement.closest('{DRAWER}')")),
            json!(true)
        );
        page.key("Escape");
        page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
        let focused = page.evaluate(
            "[document.activeElement.dataset.technique, document.activeElement.dataset.tactic]",
        );
        assert_eq!(focused, json!([id, tactic]));
        assert_eq!(page.attribute(&cell, "aria-selected"), None);
    }
}

fn links(rig: &Rig) {
    let page = with_sample(rig);
    let report = sample_report(&[]);
    page.click(&cell("T1059", "execution"));
    wait_for(&page, "T1059");
    page.click(&format!("{DRAWER} a[href=\"#/technique/T1059.001\"]"));
    wait_for(&page, "T1059.001");
    let told = technique(&report, "T1059.001");
    assert_eq!(rows(&page), ids(told));
    assert_eq!(json!(rows(&page).len()), told["rules"]);
    assert!(page.text(DRAWER).contains("PowerShell"));
    // And up again, by the link to the technique it belongs to.
    page.click(&format!("{DRAWER} header a[href=\"#/technique/T1059\"]"));
    wait_for(&page, "Command and Scripting Interpreter");
    page.evaluate("history.back()");
    wait_for(&page, "T1059.001");
    page.click(&format!("{DRAWER} button[aria-label=Close]"));
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
}

fn deep_link(rig: &Rig) {
    let page = rig.open_at("#/technique/T1059.001");
    wait_for(&page, "T1059.001");
    assert!(page.text(DRAWER).contains("PowerShell"));
    assert!(
        page.evaluate("document.title").as_str().is_some_and(|title| title.contains("T1059.001"))
    );
    assert_eq!(rows(&page).len(), 0);
    // What is dropped meanwhile appears in the open drawer.
    drop_on(&page, &[&copy_of_the_sample(rig).join("sample")]);
    assert_eq!(rows(&page), ids(technique(&sample_report(&[]), "T1059.001")));
    page.key("Escape");
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
}

fn not_counted(rig: &Rig) {
    // The sample's rule for it is deprecated.
    let page = with_sample(rig);
    let report = sample_report(&["--include-status", "deprecated"]);
    assert_eq!(technique(&sample_report(&[]), "T1218.010")["rules"], json!(0));
    page.evaluate("location.hash = '#/technique/T1218.010'");
    wait_for(&page, "T1218.010");
    assert_eq!(rows(&page), ids(technique(&report, "T1218.010")));
    assert!(page.text(DRAWER).contains("Not counted"));
}

/// Whether the drawer's heading, which has the focus, shows a ring.
#[track_caller]
fn has_ring(page: &Page) -> Value {
    page.wait_until("document.activeElement.id === 'drawer-title'");
    page.evaluate(
        "(() => { const style = getComputedStyle(document.activeElement);
            return style.boxShadow !== 'none' || style.outlineStyle !== 'none'; })()",
    )
}

fn focus_ring(rig: &Rig) {
    let page = rig.open_at("#/technique/T1059");
    wait_for(&page, "T1059");
    assert_eq!(has_ring(&page), json!(false), "opened by its address");
    let page = with_sample(rig);
    page.click(&cell("T1003", "credential-access"));
    wait_for(&page, "T1003");
    assert_eq!(has_ring(&page), json!(false), "opened with the mouse");
    page.key("Escape");
    page.wait_until(&format!("!document.querySelector('{DRAWER}')"));
    page.key("Enter");
    wait_for(&page, "T1003");
    assert_eq!(has_ring(&page), json!(true), "opened by key");
}
