//! "Another tool says …": its way of counting on the same rules, and id by id why it differs.

use super::other_tool_lines::lines;
use super::{Found, Sourced, choose, chosen, part};
use crate::coverage::convention::{Convention, Ledger, Ratio, Reason, ReasonTotal};
use crate::export::reconcile;
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::web::view::changes::share::copy;
use crate::web::view::numbers::{count, counted, plain_percent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

pub(super) type Shown = RwSignal<Option<Arc<Found<Ledger>>>>;

pub(super) fn section(source: Sourced) -> AnyView {
    let name = chosen("tool");
    let convention = Memo::new(move |_| name.with(|name| Convention::parse(name)));
    let ledger: Shown = RwSignal::new(None);
    Effect::new(move |_| {
        let (Some(of), Some(asked)) = (source.get(), convention.get()) else {
            return ledger.set(None);
        };
        spawn_local(async move {
            // What is shown until then is said first.
            next_task().await;
            let is_wanted = source.try_get_untracked().flatten().as_ref() == Some(&of)
                && convention.try_get_untracked().flatten() == Some(asked);
            if is_wanted {
                let value = Ledger::new(&of.catalogue, &of.intake, &of.coverage, asked);
                ledger.try_set(Some(Arc::new(Found { source: of, value })));
            }
        });
    });
    let option = move |each: Convention| {
        view! {
            <option value=each.name() prop:selected=move || convention.get() == Some(each)>{each.label()}</option>
        }
    };
    // Of the tool chosen now, not of the one before.
    let is_there = Memo::new(move |_| {
        ledger.with(|found| {
            found.as_ref().is_some_and(|all| Some(all.value.convention) == convention.get())
        })
    });
    let said = RwSignal::new(String::new());
    let result = move || {
        match (convention.get(), is_there.get()) {
        (None, _) => ().into_any(),
        (Some(each), false) => {
            view! { <p class="stat-sentence" role="status">{format!("Counting as {} does…", each.label())}</p> }
                .into_any()
        }
        (Some(_), true) => view! {
            {move || ledger.get().map(|found| sides(&found, said))}
            {move || ledger.get().map(|found| reasons(&found.value))}
            {lines(ledger)}
        }
        .into_any(),
    }
    };
    let body = view! {
        <div class="stat-line">
            <label>
                "Tool "
                <select
                    class="field"
                    data-action="tool"
                    on:change=move |event| choose("tool", &event_target_value(&event))
                >
                    <option value="" prop:selected=move || convention.get().is_none()>"Choose a tool"</option>
                    {Convention::ALL.map(option).into_iter().collect_view()}
                </select>
            </label>
            <label>
                "It says "
                <input
                    class="field"
                    type="number"
                    min="0"
                    max="100"
                    step="any"
                    data-action="said"
                    placeholder="per cent"
                    prop:value=move || said.get()
                    on:input=move |event| said.set(event_target_value(&event))
                />
                " %"
            </label>
        </div>
        {result}
    };
    part(
        "other-tool",
        "Another tool says something else",
        "Choose its way of counting: the same rules, its number, and what lies between the two, id by id.",
        body.into_any(),
    )
}

/// Both numbers, how the tool counts, and what it does besides.
fn sides(found: &Arc<Found<Ledger>>, said: RwSignal<String>) -> AnyView {
    let state = AppState::get();
    let ledger = &found.value;
    let convention = ledger.convention;
    let side = |name: &'static str,
                label: &'static str,
                covered: usize,
                partly: usize,
                total: usize,
                percent: f64| {
        let part = (partly > 0).then(|| format!(", {} in part", count(partly)));
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td class="number" data-label="Ids">
                    <b data-figure=name data-value=format!("{covered} {partly} {total}")>{count(covered)}</b>
                    " of "{count(total)}{part}
                </td>
                <td class="number" data-label="Share">{plain_percent(percent)}"\u{202f}%"</td>
            </tr>
        }
    };
    let (ours, theirs) = (ledger.ours, ledger.theirs);
    let printed = ledger.printed.map(|ratio| {
        view! {
            <tr>
                <th scope="row">{convention.label()}", as it prints it"</th>
                <td class="number" data-label="Ids">{count(ratio.covered)}" of "{count(ratio.total)}</td>
                <td class="number" data-label="Share">{plain_percent(ratio.percent())}"\u{202f}%"</td>
            </tr>
        }
    });
    let counts = ledger.printed.map_or(theirs.percent(), Ratio::percent);
    let against = move || {
        let told = said.with(|said| said.trim().parse::<f64>().ok())?;
        (0.0..=100.0).contains(&told).then(|| {
            view! { <p class="stat-sentence" data-figure="said">{against(told, counts)}</p> }
        })
    };
    let notes = ledger.tally.notes.clone();
    let notes = (!notes.is_empty()).then(|| {
        let note = |note: String| view! { <li><bdi>{note}</bdi></li> };
        view! { <ul class="stat-notes">{notes.into_iter().map(note).collect_view()}</ul> }
    });
    let of = found.clone();
    view! {
        <p class="stat-sentence"><bdi>{ledger.sentence()}</bdi></p>
        {against}
        <p class="stat-sentence muted">
            {convention.sentence()}" "<span class="stat-source">"Source: "<bdi>{convention.source()}</bdi></span>
        </p>
        <table class="table stat-table stat-narrow">
            <thead>
                <tr>
                    <th scope="col">"Who counts"</th>
                    <th scope="col" class="number">"Ids covered"</th>
                    <th scope="col" class="number">"Share"</th>
                </tr>
            </thead>
            <tbody>
                {side("ledger-ours", "Coverlay: ids that a rule names", ours.covered, ours.partly, ours.total, ours.percent())}
                {side("ledger-theirs", convention.label(), theirs.covered, theirs.partly, theirs.total, theirs.percent())}
                {printed}
            </tbody>
        </table>
        {notes}
        <p class="stat-sentence">
            <button
                type="button"
                class="button"
                data-action="copy-ledger"
                on:click=move |_| {
                    let Found { source, value } = &*of;
                    copy(state, reconcile::markdown(&source.catalogue, &source.intake, value), "Ledger");
                }
            >
                "Copy as Markdown"
            </button>
        </p>
    }
    .into_any()
}

/// What the tool says elsewhere, held against its way of counting on these rules.
fn against(told: f64, counts: f64) -> String {
    let (told_text, counts_text) = (plain_percent(told), plain_percent(counts));
    let apart = (told - counts).abs();
    // A number without decimals is true to half of one.
    if apart <= 0.5 {
        return format!(
            "It says {told_text} %; its way of counting gives {counts_text} % of these rules. That agrees."
        );
    }
    let less = if counts < told { "less" } else { "more" };
    format!(
        "It says {told_text} %; its way of counting gives {counts_text} % of these rules, {} points {less}. So much comes from other rules, another ATT&CK release, or another version of the tool.",
        plain_percent(apart)
    )
}

/// `+3`, `−1`, `0`.
pub(super) fn signed(number: i64) -> String {
    let digits = count(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX));
    match number {
        0 => digits,
        1.. => format!("+{digits}"),
        _ => format!("−{digits}"),
    }
}

/// A number that changes nothing is left out.
pub(super) fn change(number: i64) -> String {
    if number == 0 { String::new() } else { signed(number) }
}

fn reasons(ledger: &Ledger) -> AnyView {
    if ledger.reasons.is_empty() {
        return view! { <p class="stat-sentence">"No id differs."</p> }.into_any();
    }
    let row = |(reason, total): (&Reason, &ReasonTotal)| {
        view! {
            <tr data-reason=reason.as_str() data-value=format!("{} {} {} {}", total.lines, total.covered, total.partly, total.rules_more)>
                <th scope="row">{reason.sentence()}</th>
                <td class="number" data-label="Lines">{count(total.lines)}</td>
                <td class="number" data-label="Ids">{change(i64::from(total.covered))}</td>
                <td class="number" data-label="In part">{change(i64::from(total.partly))}</td>
                <td class="number" data-label="Rules">{change(total.rules_more)}</td>
            </tr>
        }
    };
    view! {
        <h3 class="stat-sentence">{counted(ledger.reasons.len(), "reason", "reasons")}</h3>
        <table class="table stat-table stat-narrow">
            <thead>
                <tr>
                    <th scope="col">"Why"</th>
                    <th scope="col" class="number">"Lines"</th>
                    <th scope="col" class="number">"Ids"</th>
                    <th scope="col" class="number">"In part"</th>
                    <th scope="col" class="number">"Rules"</th>
                </tr>
            </thead>
            <tbody>{ledger.reasons.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
