//! axe-core finds nothing wrong in any view, light or dark.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{open_menu, read};

pub(crate) const TESTS: &[Test] = &[
    ("accessibility: light", |rig| all_views(rig, "light")),
    ("accessibility: dark", |rig| all_views(rig, "dark")),
    ("accessibility: what a screen reader hears of a cell", names),
];

fn all_views(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:ready");
    page.wait_until(&format!("document.documentElement.dataset.theme === '{theme}'"));
    let mut wrong = Vec::new();
    if !check(&page, "empty", &mut wrong) {
        return;
    }
    read(&page, || page.click("[data-action=try-sample]"));
    page.click("[data-action=expand-annotated]");
    check(&page, "matrix", &mut wrong);
    for (view, list) in [
        ("table", "Techniques"),
        ("report", "Report"),
        ("rules", "Rules"),
        ("import", "Import report"),
    ] {
        page.click(&format!("[data-view={view}]"));
        page.wait_until(&format!(
            "document.querySelector('main [aria-label=\"{list}\"] tbody tr')"
        ));
        check(&page, view, &mut wrong);
        if view == "rules" {
            page.wait_until("document.querySelector('.doctor-list')");
            page.click(".doctor-list summary");
            page.wait_until("document.querySelector('.doctor-codes a')");
            page.click("main a.rule-link");
            page.wait_until("document.querySelector('aside[data-panel=rule] mark')");
            check(&page, "doctor and text", &mut wrong);
            page.key("Escape");
            page.wait_until("!document.querySelector('aside[data-panel=rule]')");
        }
    }
    // What lies above the views is looked at over the shortest, which takes the least time.
    for menu in ["export", "level-table", "platforms", "palettes"] {
        open_menu(&page, menu);
        check(&page, menu, &mut wrong);
        page.key("Escape");
    }
    page.key("?");
    page.wait_until("document.querySelector('dialog[open]')");
    check(&page, "help", &mut wrong);
    page.key("Escape");
    page.evaluate("location.hash = '#/technique/T1059'");
    page.wait_until("document.querySelector('aside[data-panel=technique] [data-rule]')");
    page.evaluate(
        "document.querySelectorAll('aside details').forEach((each) => { each.open = true; })",
    );
    check(&page, "drawer", &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Adds what is wrong; false where axe-core is not at hand.
#[track_caller]
fn check(page: &Page, state: &str, wrong: &mut Vec<String>) -> bool {
    let Some(violations) = page.axe() else { return false };
    for violation in violations {
        let first = violation.places.first().map(String::as_str).unwrap_or_default();
        wrong.push(format!(
            "{state}: {} ({}), {} times, first {first}",
            violation.rule,
            violation.impact,
            violation.places.len()
        ));
    }
    true
}

fn names(rig: &Rig) {
    let page = crate::steps::with_sample(rig);
    let label = page
        .attribute("[data-technique=T1059][data-tactic=execution]", "aria-label")
        .expect("a label");
    let report = crate::truth::sample_report(&[]);
    let told = crate::truth::technique(&report, "T1059");
    for part in
        ["T1059", "Command and Scripting Interpreter", "Execution", "sub-techniques covered"]
    {
        assert!(label.contains(part), "{part} is not in {label}");
    }
    let score = match told["score"].as_u64() {
        Some(score) => format!("{score} is the score"),
        None => "no score".to_owned(),
    };
    assert!(label.contains(&score), "{score} is not in {label}");
    // A state is told in words, not by colour alone.
    let unlabelled = page.evaluate(
        "[...document.querySelectorAll('[data-technique]')].filter((cell) => !/covered/.test(cell.ariaLabel)).length",
    );
    assert_eq!(unlabelled, serde_json::json!(0));
}
