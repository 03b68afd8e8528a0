//! The tests that were read: how they ended, which failed, which are of nothing that is known; and
//! where tests come from if there are none.

use super::super::proved::{Proved, Proves};
use crate::alerts::{TestOutcome, TestResult};
use crate::coverage::detections::TestPlace;
use crate::web::address::RulePlace;
use crate::web::view::numbers::{count, counted};
use crate::web::view::rows::place;
use crate::web::view::tactics::cells::{about, button, cell, foreign, live, row, table};
use crate::web::view::tactics::listed::{link, name};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows of a table at first.
const FIRST: usize = 30;
/// And with every step.
const STEP: usize = 200;

const COLUMNS: [(&str, &str); 5] =
    [("Of", ""), ("Test", ""), ("When", ""), ("Now", ""), ("Where it stands", "")];

/// The tests that are listed, each by its place, and what they are of.
struct Listed {
    proved: Arc<Proved>,
    failed: Vec<usize>,
    unplaced: Vec<usize>,
}

pub(super) fn section(proves: Proves) -> AnyView {
    let listed = Memo::new_with_compare(
        move |_| {
            let proved = proves.get()?;
            let asked = &proved.seen.asked;
            let tests = &asked.read.tests;
            let places = &proved.places;
            let of =
                |holds: &dyn Fn(usize) -> bool| (0..tests.len()).filter(|at| holds(*at)).collect();
            let failed = of(&|at| tests[at].outcome == TestOutcome::Failed);
            let unplaced = of(&|at| places[at].is_none());
            Some(Arc::new(Listed { failed, unplaced, proved }))
        },
        |_, _| true,
    );
    let is_any = Memo::new(move |_| {
        listed.with(|all| {
            all.as_ref().is_some_and(|all| !all.proved.seen.asked.read.tests.is_empty())
        })
    });
    let body = move || match is_any.get() {
        false => Some(how_to()),
        true => Some(
            vec![
                live(move || Some(outcomes(&*listed.get()?))),
                tests(listed, "failed-tests", "Tests that failed", |all| &all.failed),
                tests(listed, "unplaced-tests", "Tests of nothing that is known", |all| {
                    &all.unplaced
                }),
            ]
            .into_any(),
        ),
    };
    part(
        "tests",
        "Tests",
        "What tests of rules and techniques showed. The last test of each counts; one that failed makes its technique a gap.",
        live(body),
    )
}

fn outcomes(all: &Listed) -> AnyView {
    let tests = &all.proved.seen.asked.read.tests;
    let each = [
        (TestOutcome::Passed, "passed"),
        (TestOutcome::Failed, "failed"),
        (TestOutcome::Ran, "ran, and nobody says whether they were detected"),
        (TestOutcome::Skipped, "were skipped"),
    ];
    let figure = |(outcome, words): (TestOutcome, &'static str)| {
        let number = tests.iter().filter(|test| test.outcome == outcome).count();
        let name = format!("tests-{}", outcome.as_str());
        view! {
            <li><b data-figure=name data-value=number.to_string()>{count(number)}</b>" "{words}</li>
        }
        .into_any()
    };
    view! {
        <p class="stat-sentence">{counted(tests.len(), "result was", "results were")}" read:"</p>
        <ul class="stat-line test-outcomes">{each.map(figure).into_iter().collect::<Vec<_>>()}</ul>
    }
    .into_any()
}

type Listing = Memo<Option<Arc<Listed>>>;

/// A table of some tests; a sentence where there are none.
fn tests(
    listed: Listing,
    id: &'static str,
    heading: &'static str,
    of: fn(&Listed) -> &Vec<usize>,
) -> AnyView {
    let wanted = RwSignal::new(FIRST);
    let total = Memo::new(move |_| listed.with(|all| all.as_ref().map_or(0, |all| of(all).len())));
    let rows = move || {
        let listed = listed.get()?;
        Some(of(&listed).iter().take(wanted.get()).map(|at| line(&listed, *at)).collect::<Vec<_>>())
    };
    let is_there = Memo::new(move |_| total.get() > 0);
    let body =
        move || is_there.get().then(|| table("table stat-table tests-table", &COLUMNS, rows));
    let no_more = Signal::derive(move || total.get() <= wanted.get());
    let more = Signal::derive(move || {
        format!(
            "Show {} more of {}",
            count((total.get() - wanted.get().min(total.get())).min(STEP)),
            count(total.get())
        )
    });
    view! {
        <div data-list=id>
            <div class="stat-head tests-head">
                <h3>{heading}" "<span class="count">{move || count(total.get())}</span></h3>
            </div>
            {live(body)}
            {button("more-tests", no_more, more, move || wanted.update(|wanted| *wanted += STEP))}
        </div>
    }
    .into_any()
}

fn line(listed: &Listed, at: usize) -> AnyView {
    let proved = &listed.proved;
    let (Some(test), Some(of)) = (proved.seen.asked.read.tests.get(at), proved.places.get(at))
    else {
        return ().into_any();
    };
    let when = test.at.map_or_else(|| "not stated".to_owned(), |at| at.date().to_string());
    let (now, is_failing) = now(proved, test, of);
    let stands = view! {
        {place(&test.path)}<span class="muted nowrap">{format!(", {}", count(test.line as usize))}</span>
    };
    let host = test
        .host
        .clone()
        .map(|host| view! { " "<span class="muted">"on "<bdi>{host}</bdi></span> });
    let named = match test.name.is_empty() {
        true => view! { <span class="muted">"no name"</span> }.into_any(),
        false => foreign(test.name.clone()),
    };
    let cells = vec![
        about(subject(proved, test, of)),
        cell("", "Test", view! { {named}{host} }.into_any()),
        cell("nowrap", "When", when.into_any()),
        cell("nowrap", "Now", view! { <span class:is-error=is_failing>{now}</span> }.into_any()),
        cell("path", "Where it stands", stands.into_any()),
    ];
    row(format!("{}:{}", test.path, test.line), test.outcome.as_str().to_owned(), cells)
}

/// Whether that is still the last word.
fn now(proved: &Proved, test: &TestResult, of: &TestPlace) -> (&'static str, bool) {
    let evidence = &proved.evidence;
    let technique = of.technique.and_then(|index| evidence.techniques.get(usize::from(index.0)));
    let mut rules = of.rules.iter().filter_map(|rule| evidence.rules.get(*rule as usize));
    let fails = technique.is_some_and(|own| own.test_failed) || rules.any(|own| own.test_failed);
    match (of.is_none(), test.outcome, fails) {
        (true, ..) => ("not known here", false),
        (_, TestOutcome::Failed, true) => ("fails", true),
        (_, TestOutcome::Failed, false) => ("passed since", false),
        _ => ("", false),
    }
}

/// The technique and the rules, as links; as written where they are not known.
fn subject(proved: &Proved, test: &TestResult, of: &TestPlace) -> AnyView {
    let asked = &proved.seen.asked;
    let technique = match (of.technique, test.technique) {
        (Some(index), _) => Some(
            view! { {link(&asked.catalogue, index)}" "{name(&asked.catalogue, index)}" " }
                .into_any(),
        ),
        (None, Some(id)) => Some(view! { <span>{id.to_string()}" "</span> }.into_any()),
        (None, None) => None,
    };
    let rules = of.rules.iter().filter_map(|rule| asked.read.intake.rules.get(*rule as usize));
    let rules: Vec<AnyView> = rules
        .map(|rule| {
            view! { <a href=RulePlace::of(rule).href()><bdi>{rule.title.clone()}</bdi></a>" " }
                .into_any()
        })
        .collect();
    let written = test.rule.clone().filter(|_| rules.is_empty()).map(foreign);
    view! { {technique}{rules}{written} }.into_any()
}

/// Where tests come from.
fn how_to() -> AnyView {
    let ways: [(&str, &str); 4] = [
        (
            "A table",
            "CSV or JSON with a column for the rule or the technique and one that says passed or failed; a time, a name and a host if you have them.",
        ),
        (
            "JUnit",
            "What a pipeline of rule tests writes: a test case named after the rule’s id or title, or with a technique’s id in its name.",
        ),
        (
            "Atomic Red Team",
            "The execution log of Invoke-AtomicTest (-ExecutionLogPath, CSV or JSON). It says that a test ran, not that it was detected.",
        ),
        ("VECTR", "The export of a campaign’s test cases, with their outcomes."),
    ];
    let way = |(what, how): (&'static str, &'static str)| {
        view! { <li><b>{what}</b>" "<span class="muted">{how}</span></li> }.into_any()
    };
    view! {
        <div class="stats-notice" data-empty="tests">
            <p>"No results of tests were read. Drop some anywhere, beside the rules; they stay in this tab."</p>
            <ul class="test-ways">{ways.map(way).into_iter().collect::<Vec<_>>()}</ul>
        </div>
    }
    .into_any()
}
