//! What if rules were gone: the matrix is that of the rules without them, and what differs is said.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{click_text, open_menu, with_sample};
use crate::truth::{agree, newest, sample_coverage, sample_report, today};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::{
    Coverage, CoverageState, Picked, Policy, Scope, TechniqueFilter, TechniqueState,
    list_techniques,
};
use coverlay::pipeline::import_files;
use coverlay::rule::{Level, Rule, RuleIndex};
use coverlay::sample;
use coverlay::source::SourceFile;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TESTS: &[Test] = &[
    ("what if: a log source is gone, and comes back", a_log_source),
    ("what if: picked rules are gone", picked_rules),
    ("what if: nothing of it is kept", kept),
    ("states: lists, hatch and switches are those of the command", states),
];

/// The sample's coverage by these rules alone, as if they were picked.
fn sample_of(keep: impl Fn(&Rule) -> bool) -> Coverage {
    let file = |(path, bytes): &(&str, &[u8])| SourceFile {
        path: (*path).to_owned(),
        bytes: bytes.to_vec(),
    };
    let (mut intake, _) = import_files(sample::FILES.iter().map(file));
    intake.settle();
    let kept = (0..).zip(&intake.rules).filter(|(_, rule)| keep(rule));
    let rows: Vec<RuleIndex> = kept.map(|(at, _)| at).collect();
    let scope = Scope { picked: Some(Picked::new(&intake, &rows)), ..Scope::default() };
    Coverage::compute(newest(), &intake, &Policy::default(), &scope, today())
}

/// Waits until every cell has the score, and the headline the numbers, of a coverage.
#[track_caller]
fn shows(page: &Page, coverage: &Coverage) {
    let scores: BTreeMap<String, Option<String>> = newest()
        .indices()
        .map(|index| {
            let score = coverage.technique(index).score.map(|score| score.to_string());
            (newest().technique(index).id.to_string(), score)
        })
        .collect();
    page.wait_until(&format!(
        "(() => {{
            const wanted = {};
            const cells = [...document.querySelectorAll('[role=gridcell][data-technique]')];
            return cells.length > 600
                && cells.every((each) => each.getAttribute('data-score') === wanted[each.dataset.technique]);
        }})()",
        json!(scores)
    ));
    let figure = |name: &str| page.figure(name);
    assert_eq!(figure("rules"), coverage.summary.rules as f64);
    assert_eq!(figure("techniques-covered"), coverage.summary.techniques_covered as f64);
    assert_eq!(figure("subtechniques-covered"), coverage.summary.subtechniques_covered as f64);
}

fn is_covered(coverage: &Coverage, index: TechniqueIndex) -> bool {
    coverage.technique(index).state != TechniqueState::None
}

fn a_log_source(rig: &Rig) {
    let page = with_sample(rig);
    let real = sample_coverage();
    open_menu(&page, "what-if");
    page.wait_until("document.querySelector('#what-if [data-switch]')");
    page.click("#what-if input[type=search]");
    page.type_text("Process_Creation");
    let row = "#what-if [data-switch=\"windows / process_creation\"]";
    page.wait_until(&format!("document.querySelector({})", json!(row)));
    page.click(&format!("{row} input"));
    let without = sample_of(|rule| rule.log_source.to_string() != "windows / process_creation");
    assert!(without.summary.techniques_covered < real.summary.techniques_covered);
    shows(&page, &without);
    page.key("Escape");
    let bar = "[data-panel=what-if]";
    let said = page.text(bar);
    for part in [
        "without windows / process_creation".to_owned(),
        format!(
            "Techniques {} → {} (−{})",
            real.summary.techniques_covered,
            without.summary.techniques_covered,
            real.summary.techniques_covered - without.summary.techniques_covered
        ),
    ] {
        assert!(said.contains(&part), "{said:?} does not say {part:?}");
    }
    // Every technique that is lost is named.
    open_menu(&page, "what-if-changes");
    let named = page.evaluate("[...document.querySelectorAll('#what-if-changes [data-changed]')].map((each) => each.dataset.changed)");
    let named: BTreeSet<String> = serde_json::from_value(named).expect("ids");
    let lost = newest().indices().filter(|at| is_covered(&real, *at) && !is_covered(&without, *at));
    let lost: Vec<String> = lost.map(|at| newest().technique(at).id.to_string()).collect();
    assert!(!lost.is_empty() && lost.iter().all(|id| named.contains(id)), "{lost:?} {named:?}");
    page.key("Escape");
    // It is a layer of its own when asked for.
    page.click(&format!("{bar} [data-action=rules-as-layer]"));
    page.wait_until("document.querySelector('[role=grid][aria-multiselectable=true]')");
    assert!(page.text(".layer-tab[aria-selected=true]").contains("what if"));
    assert_eq!(page.count(bar), 0, "what is shown is the layer");
    page.key("Control+z");
    page.wait_until("!document.querySelector('[role=grid][aria-multiselectable=true]')");
    shows(&page, &without);
    page.click("[data-action=what-if-reset]");
    agree(&page, &sample_report(&[]));
    assert_eq!(page.count(bar), 0);
    page.key("Control+z");
    shows(&page, &without);
    // Levels and planned rules.
    open_menu(&page, "what-if");
    click_text(&page, "#what-if button", "As it is");
    agree(&page, &sample_report(&[]));
    page.click("#what-if [data-switch=high] input");
    shows(&page, &sample_of(|rule| rule.level.value != Some(Level::High)));
    page.click("#what-if [data-switch=high] input");
    page.click("#what-if [data-check=planned] input");
    let planned = ["--include-status", "deprecated,unsupported", "--include-disabled"];
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]').dataset.value === '{}'",
        sample_report(&planned)["summary"]["rules"]
    ));
}

fn picked_rules(rig: &Rig) {
    let page = with_sample(rig);
    page.click("[data-view=rules]");
    page.wait_until("document.querySelectorAll('.pick input').length > 3");
    page.click(".rules-table tr[data-row]:nth-child(2) .pick input");
    page.click("[data-action=without-these-rules]");
    page.wait_until("document.querySelector('[data-panel=what-if]')");
    assert!(page.text("[data-panel=what-if]").contains("without 1 rule."));
    let rules = sample_coverage().summary.rules;
    page.wait_until(&format!(
        "Number(document.querySelector('[data-figure=rules]').dataset.value) >= {}",
        rules - 1
    ));
    page.click("[data-action=undo]");
    agree(&page, &sample_report(&[]));
}

fn kept(rig: &Rig) {
    let page = with_sample(rig);
    open_menu(&page, "what-if");
    page.wait_until("document.querySelector('#what-if [data-switch]')");
    page.click("#what-if [data-switch=\"windows / process_creation\"] input");
    page.wait_until("document.querySelector('[data-panel=what-if]')");
    page.key("Escape");
    // With a setting that is kept: where all are as at first, nothing is.
    open_menu(&page, "palettes");
    click_text(&page, "#palettes label", "Green");
    // Settings are kept when they rest.
    page.wait_until("'coverlay.settings.1' in localStorage");
    let stored = page.evaluate("JSON.stringify({...localStorage})");
    let stored = stored.as_str().expect("text");
    assert!(
        stored.contains("coverlay.settings") && !stored.contains("process_creation"),
        "{stored}"
    );
}

fn states(rig: &Rig) {
    let page = with_sample(rig);
    let real = sample_coverage();
    // What nothing of one's own can show is hatched, whether a rule names it or not.
    let unseen = CoverageState::NotObservable.list(newest(), &real);
    let hatched = page.evaluate("[...new Set([...document.querySelectorAll('[role=gridcell][data-hatched]')].map((each) => each.dataset.technique))].sort()");
    let mut ids: Vec<String> =
        unseen.iter().map(|at| newest().technique(*at).id.to_string()).collect();
    ids.sort();
    assert!(ids.len() > 50);
    assert_eq!(hatched, json!(ids));
    assert!(page.text(".legend").contains("not observable (PRE)"));
    open_menu(&page, "platforms");
    page.click("[data-check=observable-only] input");
    agree(&page, &sample_report(&["--observable-only"]));
    page.click("[data-check=observable-only] input");
    page.key("Escape");
    open_menu(&page, "statuses");
    page.click("[data-check=count-disabled] input");
    agree(&page, &sample_report(&["--include-disabled"]));
    page.click("[data-check=count-disabled] input");
    agree(&page, &sample_report(&[]));
    page.key("Escape");
    // Each state has its list.
    page.click("[data-view=table], a[href='#/table']");
    for filter in TechniqueFilter::ALL {
        let rows = list_techniques(newest(), &real, filter, "", Default::default());
        if let TechniqueFilter::State(state) = filter {
            page.evaluate(&format!("location.hash = '#/table?show={}'", state.as_str()));
            page.wait_until(&format!(
                "document.querySelector('.chips [aria-current]')?.textContent.includes({})
                    && document.querySelector('.chips [aria-current]').textContent.includes('{}')",
                json!(state.label()),
                rows.len()
            ));
            if let Some(first) = rows.first() {
                let id = newest().technique(*first).id.to_string();
                page.wait_until(&format!(
                    "document.querySelector('.techniques-table tbody').textContent.includes({})",
                    json!(id)
                ));
            }
        }
    }
}
