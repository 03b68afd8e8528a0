//! The lines of the ledger: an id, why it differs, and the rules behind it on demand.

use super::Found;
use super::other_tool::{Shown, change};
use crate::coverage::convention::{Ledger, Line};
use crate::web::address::RulePlace;
use crate::web::next_task::next_task;
use crate::web::view::drawer::technique_href;
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Lines at first, and with every further task.
const FIRST: usize = 100;

/// Rules named behind a line.
const MOST_RULES: usize = 200;

type Of = Arc<Found<Ledger>>;

pub(super) fn lines(ledger: Shown) -> AnyView {
    let shown = RwSignal::new(FIRST);
    Effect::watch(move || ledger.track(), move |(), _, _| shown.set(FIRST), false);
    let number = Memo::new(move |_| {
        ledger.with(|found| found.as_ref().map_or(0, |all| all.value.lines.len()))
    });
    // Chunks are told apart by their ledger and their place; those that are there stay.
    let chunks = move || {
        let Some(found) = ledger.get() else { return Vec::new() };
        let end = shown.get().min(found.value.lines.len());
        (0..end).step_by(FIRST).map(|start| (found.clone(), start)).collect::<Vec<_>>()
    };
    let all = move |_| {
        spawn_local(async move {
            while shown
                .try_get_untracked()
                .zip(number.try_get_untracked())
                .is_some_and(|(shown, number)| shown < number)
            {
                shown.try_update(|shown| *shown += FIRST);
                next_task().await;
            }
        });
    };
    view! {
        <h3 class="stat-sentence" hidden=move || number.get() == 0>{move || counted(number.get(), "line", "lines")}</h3>
        <table class="table stat-table ledger" hidden=move || number.get() == 0>
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
        <p class="stat-sentence" hidden=move || number.get() <= shown.get()>
            <button type="button" class="button" data-action="all-lines" on:click=all>
                {move || format!("Show all {}", count(number.get()))}
            </button>
        </p>
    }
    .into_any()
}

fn chunk((found, start): (Of, usize)) -> AnyView {
    let end = (start + FIRST).min(found.value.lines.len());
    (start..end).filter_map(|at| row(&found, at)).collect_view().into_any()
}

fn row(found: &Of, at: usize) -> Option<AnyView> {
    let Line { id, reason, covered, partly, rules_more, rules } = found.value.lines.get(at)?;
    let catalogue = &found.source.catalogue;
    let known = id.parse().ok().and_then(|id| catalogue.find(id));
    let link = match known {
        Some(index) => {
            let href = technique_href(catalogue.technique(index).id);
            view! { <a class="opener" href=href>{id.clone()}</a> }.into_any()
        }
        None => view! { <bdi>{id.clone()}</bdi> }.into_any(),
    };
    let name = known.map(|index| catalogue.technique(index).name.clone());
    let is_open = RwSignal::new(false);
    let number = rules.len();
    let of = found.clone();
    let behind = (number > 0).then(|| {
        view! {
            <button
                type="button"
                class="link"
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                {counted(number, "rule", "rules")}
            </button>
            {move || is_open.get().then(|| titles(&of, at))}
        }
    });
    let row = view! {
        <tr data-line=id.clone()>
            <td class="id">{link}</td>
            <th scope="row"><bdi>{name}</bdi></th>
            <td data-label="Why" title=reason.sentence()>{reason.as_str().replace('_', " ")}</td>
            <td class="number" data-label="Ids">{change(i64::from(*covered))}</td>
            <td class="number" data-label="In part">{change(i64::from(*partly))}</td>
            <td class="number" data-label="Rules">{change(*rules_more)}</td>
            <td data-label="Behind it">{behind}</td>
        </tr>
    };
    Some(row.into_any())
}

/// Links to the rules' own text.
fn titles(found: &Of, at: usize) -> Option<AnyView> {
    let rules = &found.value.lines.get(at)?.rules;
    let more = rules.len().saturating_sub(MOST_RULES);
    let rules = rules.iter().take(MOST_RULES);
    let rules = rules.filter_map(|rule| found.source.intake.rules.get(*rule as usize));
    let title = |rule: &Arc<crate::rule::Rule>| {
        view! { <li><a href=RulePlace::of(rule).href()><bdi>{rule.name()}</bdi></a></li> }
    };
    let list = view! {
        <ul class="ledger-rules">{rules.map(title).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="muted">{format!("and {} more", count(more))}</p> })}
    };
    Some(list.into_any())
}
