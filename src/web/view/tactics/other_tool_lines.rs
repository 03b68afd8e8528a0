//! The lines of the ledger: an id, why it differs, and the rules behind it on demand.

use super::Found;
use super::cells::{about, button, cell, foreign, live, number, row};
use super::listed::link;
use super::other_tool::{Shown, change};
use crate::coverage::convention::{Ledger, Line};
use crate::web::address::RulePlace;
use crate::web::next_task::next_task;
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Lines at first.
const FIRST: usize = 100;

/// Lines that a task adds.
const STEP: usize = 25;

/// Rules named behind a line.
const MOST_RULES: usize = 200;

type Of = Arc<Found<Ledger>>;

pub(super) fn lines(ledger: Shown) -> AnyView {
    let (wanted, shown) = (RwSignal::new(FIRST), RwSignal::new(0_usize));
    let number = Memo::new(move |_| {
        ledger.with(|found| found.as_ref().map_or(0, |all| all.value.lines.len()))
    });
    Effect::watch(
        move || ledger.track(),
        move |(), before, _| {
            if before.is_some() {
                wanted.set(FIRST);
                shown.set(0);
            }
        },
        false,
    );
    // Some lines a task, until what is wanted is there.
    Effect::new(move |_| {
        let (now, end) = (shown.get(), wanted.get().min(number.get()));
        if now < end {
            spawn_local(async move {
                next_task().await;
                // Another ledger may have begun anew, or the page gone on.
                if shown.try_get_untracked() == Some(now) {
                    shown.try_set((now + STEP).min(end));
                }
            });
        }
    });
    // Told apart by their ledger and their place; those that are there stay.
    let chunks = move || {
        let Some(found) = ledger.get() else { return Vec::new() };
        let end = shown.get().min(found.value.lines.len());
        (0..end).step_by(STEP).map(|start| (found.clone(), start)).collect::<Vec<_>>()
    };
    let is_hidden = Signal::derive(move || number.get() == 0);
    let no_more = Signal::derive(move || number.get() <= wanted.get());
    let more = Signal::derive(move || format!("Show all {}", count(number.get())));
    let heading = Signal::derive(move || counted(number.get(), "line", "lines"));
    view! {
        <h3 class="stat-sentence" hidden=is_hidden>{heading}</h3>
        <table class="table stat-table ledger" hidden=is_hidden>
            <thead>
                <tr>
                    <th scope="col">"Id"</th>
                    <th scope="col">"Technique"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col" class="number">"Ids"</th>
                    <th scope="col" class="number">"In part"</th>
                    <th scope="col" class="number">"Rules"</th>
                    <th scope="col">"Behind it"</th>
                </tr>
            </thead>
            <tbody>
                <For
                    each=chunks
                    key=|(found, start)| (Arc::as_ptr(found) as usize, *start)
                    children=chunk
                />
            </tbody>
        </table>
        {button("all-lines", no_more, more, move || wanted.set(usize::MAX))}
    }
    .into_any()
}

fn chunk((found, start): (Of, usize)) -> AnyView {
    let end = (start + STEP).min(found.value.lines.len());
    (start..end).filter_map(|at| line(&found, at)).collect::<Vec<_>>().into_any()
}

fn line(found: &Of, at: usize) -> Option<AnyView> {
    let Line { id, reason, covered, partly, rules_more, rules } = found.value.lines.get(at)?;
    let catalogue = &found.source.catalogue;
    let known = id.parse().ok().and_then(|id| catalogue.find(id));
    let name = known.map(|index| catalogue.technique(index).name.clone());
    let linked = match known {
        Some(index) => link(catalogue, index),
        None => foreign(id.clone()),
    };
    let cells = vec![
        cell("id", "Id", linked),
        about(foreign(name.unwrap_or_default())),
        cell("", "Why", reason.as_str().replace('_', " ").into_any()),
        number("Ids", change(i64::from(*covered))),
        number("In part", change(i64::from(*partly))),
        number("Rules", change(*rules_more)),
        cell("", "Behind it", behind(found, at, rules.len())),
    ];
    Some(row(id.clone(), reason.as_str().to_owned(), cells))
}

/// How many rules, and which on demand.
fn behind(found: &Of, at: usize, number: usize) -> AnyView {
    if number == 0 {
        return ().into_any();
    }
    let is_open = RwSignal::new(false);
    let expanded = Signal::derive(move || is_open.get().to_string());
    let of = found.clone();
    view! {
        <button
            type="button"
            class="link"
            aria-expanded=expanded
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            {counted(number, "rule", "rules")}
        </button>
        {live(move || if is_open.get() { titles(&of, at) } else { None })}
    }
    .into_any()
}

/// Links to the rules' own text.
fn titles(found: &Of, at: usize) -> Option<AnyView> {
    let rules = &found.value.lines.get(at)?.rules;
    let more = rules.len().saturating_sub(MOST_RULES);
    let rules = rules.iter().take(MOST_RULES);
    let rules = rules.filter_map(|rule| found.source.intake.rules.get(*rule as usize));
    let title = |rule: &Arc<crate::rule::Rule>| {
        view! { <li><a href=RulePlace::of(rule).href()><bdi>{rule.name()}</bdi></a></li> }
            .into_any()
    };
    let rest = (more > 0).then(|| format!("and {} more", count(more)));
    let list = view! {
        <ul class="ledger-rules">{rules.map(title).collect::<Vec<_>>()}</ul>
        <p class="muted">{rest}</p>
    };
    Some(list.into_any())
}
