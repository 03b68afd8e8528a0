//! The main job with nothing but keys: from the empty page to a layer, a report, and back.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::truth::{coverlay, data};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("by keys: sample, matrix, drawer, gaps, layer, report, undo", |rig| main_job(rig, 1280)),
    ("by keys: the same on a narrow screen", |rig| main_job(rig, 390)),
];

/// Presses a key until the focus is on what matches; panics after too many.
#[track_caller]
fn to(page: &Page, key: &str, selector: &str) {
    let here = format!("document.activeElement.matches({})", json!(selector));
    for _ in 0..150 {
        if page.evaluate(&here) == true {
            return;
        }
        page.key(key);
    }
    let at = page.evaluate("document.activeElement.outerHTML.slice(0, 200)");
    panic!("150 times {key} do not lead to {selector}, but to {at}");
}

fn main_job(rig: &Rig, width: u32) {
    let page = rig.open();
    page.set_viewport(width, 844, 1.0);
    let before = page.now();
    to(&page, "Tab", "[data-action=try-sample]");
    page.key("Enter");
    page.wait_for_mark_after("coverlay:painted", before);

    // Into the matrix; on a narrow screen a tactic is unfolded first.
    if width < 720 {
        to(&page, "Tab", ".column-toggle");
        page.key("Enter");
        page.wait_until("document.activeElement.getAttribute('aria-expanded') === 'true'");
    }
    to(&page, "Tab", "[data-technique]");
    for key in ["ArrowDown", "ArrowDown"] {
        page.key(key);
    }
    let cell = page.evaluate("document.activeElement.dataset.technique");
    let id = cell.as_str().expect("a cell");
    page.key("Enter");
    page.wait_until(&format!(
        "document.querySelector('aside[data-panel=technique]')?.innerText.includes('{id}')"
    ));
    page.key("Escape");
    page.wait_until("!document.querySelector('aside[data-panel=technique]')");
    assert_eq!(page.evaluate("document.activeElement.dataset.technique"), cell, "back in the cell");

    // To the gaps, and one of them.
    to(&page, "Shift+Tab", "[data-view=gaps]");
    page.key("Enter");
    page.wait_until("document.querySelector('.gaps-table [data-gap]')");
    to(&page, "Tab", "[data-gap]");
    page.key("Enter");
    page.wait_until("document.querySelector('.gap-open')");

    // A layer.
    to(&page, "Shift+Tab", "[popovertarget=export]");
    page.key("Enter");
    page.wait_until("document.getElementById('export').matches(':popover-open')");
    to(&page, "Tab", "[data-action=export-layer]");
    page.key("Enter");
    let saved: Value = serde_json::from_slice(&page.download().bytes).expect("JSON");
    let written: Value =
        serde_json::from_slice(&coverlay(data(), &["layer", "sample"])).expect("JSON");
    assert_eq!(saved["techniques"], written["techniques"]);
    page.key("Escape");
    page.wait_until("!document.getElementById('export').matches(':popover-open')");

    // The report.
    to(&page, "Tab", "[data-view=report]");
    page.key("Enter");
    page.wait_until("document.querySelector('main [aria-label=Report] tbody tr')");
    to(&page, "Tab", "[data-action=export-report]");
    page.key("Enter");
    let report = page.download();
    assert!(report.name.ends_with(".html"), "{}", report.name);
    let text = String::from_utf8_lossy(&report.bytes).to_lowercase();
    assert!(text.starts_with("<!doctype html>") && text.contains("technique"));

    // Back, and forth.
    page.key("Control+z");
    page.wait_until("!document.querySelector('[data-technique][data-score]')");
    page.key("Control+y");
    page.wait_until("+document.querySelector('[data-figure=rules]')?.dataset.value > 50");
}
