//! "Another tool says …": its way of counting on the same rules, and id by id why it differs.

use super::cells::{about, button, cell, live, number, row, table};
use super::other_tool_lines::lines;
use super::{Found, Sourced, choose, chosen, part};
use crate::coverage::convention::{Convention, Ledger, Ratio, Reason, ReasonTotal, Side};
use crate::export::reconcile;
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::web::view::changes::share::copy;
use crate::web::view::numbers::{count, counted, plain_percent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

const SIDES: [(&str, &str); 3] =
    [("Who counts", ""), ("Ids covered", "number"), ("Share", "number")];

const REASONS: [(&str, &str); 5] = [
    ("Why", ""),
    ("Lines", "number"),
    ("Ids", "number"),
    ("In part", "number"),
    ("Rules", "number"),
];

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
                next_task().await;
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
    let result = move || match (convention.get(), is_there.get()) {
        (None, _) => None,
        (Some(each), false) => {
            let says = format!("Counting as {} does…", each.label());
            Some(view! { <p class="stat-sentence" role="status">{says}</p> }.into_any())
        }
        (Some(_), true) => Some(
            vec![
                live(move || ledger.get().map(|found| sides(&found, said))),
                live(move || ledger.get().map(|found| reasons(&found))),
                lines(ledger),
            ]
            .into_any(),
        ),
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
        {live(result)}
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
    let theirs = ledger.theirs;
    let counts = ledger.printed.map_or(theirs.percent(), Ratio::percent);
    let said = move || {
        let told = said.with(|said| crate::float::float(said.trim()))?;
        (0.0..=100.0).contains(&told).then(|| {
            view! { <p class="stat-sentence" data-figure="said">{against(told, counts)}</p> }
                .into_any()
        })
    };
    let notes = ledger.tally.notes.clone();
    let notes = (!notes.is_empty()).then(|| {
        let note = |note: String| view! { <li><bdi>{note}</bdi></li> };
        view! { <ul class="stat-notes">{notes.into_iter().map(note).collect_view()}</ul> }
    });
    let (of, both) = (found.clone(), found.clone());
    view! {
        <p class="stat-sentence"><bdi>{ledger.sentence()}</bdi></p>
        {live(said)}
        <p class="stat-sentence muted">
            {convention.sentence()}" "<span class="stat-source">"Source: "<bdi>{convention.source()}</bdi></span>
        </p>
        {table("table stat-table stat-narrow", &SIDES, move || Some(side_rows(&both.value)))}
        {notes}
        {button("copy-ledger", false.into(), Signal::stored("Copy as Markdown".to_owned()), move || {
            let Found { source, value } = &*of;
            copy(state, reconcile::markdown(&source.catalogue, &source.intake, value), "Ledger");
        })}
    }
    .into_any()
}

/// Ours, theirs, and what the tool prints.
fn side_rows(ledger: &Ledger) -> Vec<AnyView> {
    let convention = ledger.convention;
    let share = |percent: f64| number("Share", format!("{}\u{202f}%", plain_percent(percent)));
    let side = |name: &'static str, label: &'static str, side: Side| {
        let Side { covered, partly, total } = side;
        let part = if partly > 0 { format!(", {} in part", count(partly)) } else { String::new() };
        let ids = view! {
            <b data-figure=name data-value=format!("{covered} {partly} {total}")>{count(covered)}</b>
            " of "{count(total)}{part}
        };
        let cells = vec![
            about(label.into_any()),
            cell("number", "Ids", ids.into_any()),
            share(side.percent()),
        ];
        row(name.to_owned(), String::new(), cells)
    };
    let mut rows = vec![
        side("ledger-ours", "Coverlay: ids that a rule names", ledger.ours),
        side("ledger-theirs", convention.label(), ledger.theirs),
    ];
    if let Some(ratio) = ledger.printed {
        let cells = vec![
            about(format!("{}, as it prints it", convention.label()).into_any()),
            number("Ids", format!("{} of {}", count(ratio.covered), count(ratio.total))),
            share(ratio.percent()),
        ];
        rows.push(row("printed".to_owned(), String::new(), cells));
    }
    rows
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

fn reasons(found: &Arc<Found<Ledger>>) -> AnyView {
    let ledger = &found.value;
    if ledger.reasons.is_empty() {
        return view! { <p class="stat-sentence">"No id differs."</p> }.into_any();
    }
    let of = found.clone();
    let line = |(reason, total): (&Reason, &ReasonTotal)| {
        let ReasonTotal { lines, covered, partly, rules_more } = *total;
        let cells = vec![
            about(reason.sentence().into_any()),
            number("Lines", count(lines)),
            number("Ids", change(i64::from(covered))),
            number("In part", change(i64::from(partly))),
            number("Rules", change(rules_more)),
        ];
        let value = format!("{lines} {covered} {partly} {rules_more}");
        row(reason.as_str().to_owned(), value, cells)
    };
    view! {
        <h3 class="stat-sentence">{counted(ledger.reasons.len(), "reason", "reasons")}</h3>
        {table("table stat-table stat-narrow reasons", &REASONS, move || {
            Some(of.value.reasons.iter().map(line).collect())
        })}
    }
    .into_any()
}
