//! Everything by keyboard: the grid is one tab stop, and arrows walk it in the matrix's order.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{texts, with_sample};
use crate::truth::newest;
use coverlay::attack::TechniqueIndex;
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("keyboard: the grid is one tab stop", one_tab_stop),
    ("keyboard: arrows, Home, End and pages walk the matrix", walking),
    ("keyboard: the full stop folds, Enter opens, Esc returns", folding_and_opening),
    ("keyboard: slash searches by id and by name", searching),
    ("keyboard: the question mark explains", help),
];

/// Technique and tactic of the focused cell; of something else, empty.
fn focused(page: &Page) -> (String, String) {
    let read = page.evaluate("[document.activeElement.dataset.technique ?? '', document.activeElement.dataset.tactic ?? '']");
    serde_json::from_value(read).expect("two texts")
}

/// Where a column's cell should be.
fn at(column: usize, row: usize) -> (String, String) {
    let catalogue = newest();
    named(catalogue.column(column)[row], column)
}

fn named(index: TechniqueIndex, column: usize) -> (String, String) {
    let catalogue = newest();
    (catalogue.technique(index).id.to_string(), catalogue.tactics[column].shortname.clone())
}

/// Tabs on until a cell has the focus.
#[track_caller]
fn into_the_grid(page: &Page) {
    for _ in 0..60 {
        page.key("Tab");
        if !focused(page).0.is_empty() {
            return;
        }
    }
    panic!("60 tabs do not lead into the grid");
}

fn one_tab_stop(rig: &Rig) {
    let page = with_sample(rig);
    let stops = || page.count("[role=grid] [tabindex=\"0\"]");
    assert_eq!(stops(), 1);
    into_the_grid(&page);
    page.key("ArrowDown");
    page.key("ArrowRight");
    let here = focused(&page);
    assert_eq!(stops(), 1);
    page.key("Tab");
    assert_eq!(page.evaluate("!!document.activeElement.closest('[role=grid]')"), json!(false));
    page.key("Shift+Tab");
    assert_eq!(focused(&page), here, "back to where it was");
    page.key("Shift+Tab");
    assert_eq!(page.evaluate("!!document.activeElement.closest('[role=grid]')"), json!(false));
}

fn walking(rig: &Rig) {
    let page = with_sample(rig);
    into_the_grid(&page);
    assert_eq!(focused(&page), at(0, 0));
    let last = |column: usize| newest().column(column).len() - 1;
    let columns = newest().tactics.len();
    // The first column of the matrix has fewer rows than the second.
    let steps = [
        ("ArrowDown", at(0, 1)),
        ("ArrowDown", at(0, 2)),
        ("ArrowUp", at(0, 1)),
        ("ArrowRight", at(1, 1)),
        ("ArrowRight", at(2, 1)),
        ("ArrowLeft", at(1, 1)),
        ("End", at(1, last(1))),
        ("ArrowDown", at(1, last(1))),
        ("Home", at(1, 0)),
        ("ArrowUp", at(1, 0)),
        ("PageDown", at(2, 0)),
        ("PageUp", at(1, 0)),
        ("Control+End", at(columns - 1, last(columns - 1))),
        ("ArrowRight", at(columns - 1, last(columns - 1))),
        ("ArrowLeft", at(columns - 2, last(columns - 2).min(last(columns - 1)))),
        ("Control+Home", at(0, 0)),
        ("ArrowLeft", at(0, 0)),
    ];
    for (number, (key, place)) in steps.into_iter().enumerate() {
        page.key(key);
        assert_eq!(focused(&page), place, "{key}, step {number}");
        let seen = page.evaluate(
            "(() => { const box = document.activeElement.getBoundingClientRect();
                return box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight; })()",
        );
        assert_eq!(seen, json!(true), "{key}, step {number}: the focus is out of sight");
    }
}

fn folding_and_opening(rig: &Rig) {
    let page = with_sample(rig);
    let catalogue = newest();
    let column = 0;
    let parents = catalogue.column(column);
    let row = parents
        .iter()
        .position(|parent| !catalogue.sub_column(*parent, column).is_empty())
        .expect("a technique with sub-techniques");
    let subs = catalogue.sub_column(parents[row], column);
    into_the_grid(&page);
    for _ in 0..row {
        page.key("ArrowDown");
    }
    let parent = at(column, row);
    let expanded = || page.evaluate("document.activeElement.getAttribute('aria-expanded')");
    assert_eq!((focused(&page), expanded()), (parent.clone(), json!("false")));
    page.key(".");
    assert_eq!((focused(&page), expanded()), (parent.clone(), json!("true")));
    for sub in &subs {
        page.key("ArrowDown");
        assert_eq!(focused(&page), named(*sub, column));
    }
    page.key("ArrowDown");
    assert_eq!(focused(&page), at(column, row + 1), "behind the last sub-technique");
    page.key("ArrowUp");
    // Folded from a sub-technique, its parent has the focus.
    page.key(".");
    assert_eq!((focused(&page), expanded()), (parent.clone(), json!("false")));
    page.key("ArrowDown");
    assert_eq!(focused(&page), at(column, row + 1));

    let opened = focused(&page);
    page.key("Enter");
    page.wait_until(&format!(
        "document.querySelector('aside[data-panel=technique]')?.innerText.includes({})",
        json!(opened.0)
    ));
    page.key("Escape");
    page.wait_until("!document.querySelector('aside[data-panel=technique]')");
    assert_eq!(focused(&page), opened);
}

fn searching(rig: &Rig) {
    let page = with_sample(rig);
    page.key("/");
    assert_eq!(page.evaluate("document.activeElement.id"), json!("search"));
    assert_eq!(page.evaluate("document.activeElement.value"), json!(""));
    page.type_text("t1003.00");
    page.wait_until(
        "document.querySelector('#search-matches [role=option]')?.innerText.includes('T1003.00')",
    );
    let found = texts(&page, "#search-matches [role=option]");
    assert!(found.len() > 1 && found.iter().all(|each| each.contains("T1003.00")), "{found:?}");

    page.evaluate("document.activeElement.select()");
    page.type_text("powershell");
    page.wait_until(
        "document.querySelector('#search-matches [role=option]')?.innerText.includes('PowerShell')",
    );
    let found = texts(&page, "#search-matches [role=option]");
    assert!(found[0].contains("T1059.001"), "{found:?}");
    // In the matrix, what is not found steps back.
    assert_eq!(
        page.evaluate(
            "document.querySelector('[data-technique=\"T1059.001\"]').classList.contains('is-dim')"
        ),
        json!(false)
    );
    assert_eq!(
        page.evaluate(
            "document.querySelector('[data-technique=\"T1003\"]').classList.contains('is-dim')"
        ),
        json!(true)
    );
    page.key("Enter");
    page.wait_until(
        "document.querySelector('aside[data-panel=technique]')?.innerText.includes('T1059.001')",
    );
    page.key("Escape");
    page.wait_until("!document.querySelector('aside[data-panel=technique]')");
    assert_eq!(page.count("[data-technique].is-dim"), 0);

    // Back in the field, where a slash is a slash.
    page.key("/");
    assert_eq!(page.evaluate("document.activeElement.value"), json!("/"));
}

fn help(rig: &Rig) {
    let page = with_sample(rig);
    into_the_grid(&page);
    let here = focused(&page);
    page.key("?");
    page.wait_until("document.querySelector('dialog[open]')");
    assert!(page.text("dialog[open]").contains("Find a technique"));
    page.key("Escape");
    page.wait_until("!document.querySelector('dialog[open]')");
    assert_eq!(focused(&page), here, "the focus returns");
    page.key("/");
    page.key("?");
    assert_eq!(
        page.evaluate("[document.activeElement.value, document.querySelector('dialog[open]')]"),
        json!(["?", null])
    );
}
