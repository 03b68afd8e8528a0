//! What is done with rows: pick them, count only them, save them as a table.

use super::{Listed, RuleTable, share};
use crate::coverage::{Picked, RuleQuery, Scope};
use crate::export::{csv, file_stem};
use crate::rule::RuleIndex;
use crate::web::address::{self, Address, View};
use crate::web::download;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The rows that are meant: those picked, or all that are listed.
fn meant(listed: &Listed, picks: &BTreeSet<RuleIndex>) -> Vec<RuleIndex> {
    match picks.is_empty() {
        true => listed.rows.to_vec(),
        false => picks.iter().copied().collect(),
    }
}

/// How many there are, and what can be done with them.
pub(super) fn actions(
    state: AppState,
    query: Memo<RuleQuery>,
    listed: ReadSignal<Listed>,
    table: RuleTable,
) -> AnyView {
    let picks = table.picks;
    let number = move || {
        let shown = listed.with(|listed| listed.rows.len());
        let all = state.intake.with(|intake| intake.rules.len());
        match picks.with(BTreeSet::len) {
            0 => share(shown, all),
            picked => format!("{} picked · {}", count(picked), share(shown, all)),
        }
    };
    // What becomes of the rows that are meant is seen in the matrix.
    let choose = move |said: fn(usize) -> String, set: fn(&mut Scope, Picked)| {
        let listed = listed.get_untracked();
        let Some(source) = listed.source.clone() else { return };
        let rows = picks.with_untracked(|picks| meant(&listed, picks));
        let picked = Picked::new(&source.intake, &rows);
        let text = said(picked.len());
        state.choose(|settings| set(&mut settings.scope, picked));
        picks.update(BTreeSet::clear);
        address::go(&Address::view(View::Matrix));
        state.toast.set(Some(Toast { text, undo: true }));
    };
    let only = move |_| {
        choose(
            |rules| format!("Only {} now", counted(rules, "rule counts", "rules count")),
            |scope, picked| scope.picked = Some(picked),
        );
    };
    let without = move |_| {
        choose(
            |rules| format!("What if: without {}", counted(rules, "rule", "rules")),
            |scope, picked| scope.what_if.rules = Some(picked),
        );
    };
    let save = move |_| {
        let listed = listed.get_untracked();
        let Some(source) = listed.source.clone() else { return };
        // In the order of the list, and all that is shown: picks are for the matrix.
        let text = csv::listed(&source.catalogue, &source.coverage, &source.intake, &listed.rows);
        let name = format!("{}-rules.csv", file_stem(today()));
        download::save(&name, "text/csv", text.as_bytes());
        state.toast.set(Some(Toast { text: format!("Saved {name}"), undo: false }));
    };
    let none =
        move || listed.with(|listed| listed.rows.is_empty()) && picks.with(BTreeSet::is_empty);
    let is_everything = move || {
        picks.with(BTreeSet::is_empty)
            && !query.with(RuleQuery::is_narrowed)
            && table.text.with(|text| text.trim().is_empty())
            && query.with(|query| query.show == crate::coverage::RuleFilter::All)
    };
    view! {
        <div class="list-actions-bar">
            <span class="list-number" role="status">{number}</span>
            {move || (picks.with(|picks| !picks.is_empty())).then(|| view! {
                <button class="button button-quiet" type="button" on:click=move |_| picks.update(BTreeSet::clear)>
                    "Unpick"
                </button>
            })}
            <button
                class="button"
                type="button"
                data-action="only-these-rules"
                disabled=move || none() || is_everything()
                title="The matrix and all numbers count only these rules"
                on:click=only
            >
                "Only these rules"
            </button>
            <button
                class="button"
                type="button"
                data-action="without-these-rules"
                disabled=move || none() || is_everything()
                title="What if these rules were gone? The matrix shows it, and what it changes"
                on:click=without
            >
                "What if without"
            </button>
            <button class="button" type="button" data-action="export-rules-csv" disabled=none on:click=save>
                "CSV"
            </button>
        </div>
    }
    .into_any()
}

/// The box at the head of the column: picks all that are listed, or none.
pub(super) fn all(listed: ReadSignal<Listed>, picks: RwSignal<BTreeSet<RuleIndex>>) -> AnyView {
    let all = move || {
        let listed = listed.get();
        picks.with(|picks| {
            !listed.rows.is_empty() && listed.rows.iter().all(|row| picks.contains(row))
        })
    };
    let some = move || picks.with(|picks| !picks.is_empty()) && !all();
    let change = move |event| {
        let wanted = event_target_checked(&event);
        let rows = listed.with_untracked(|listed| listed.rows.clone());
        picks.update(|picks| {
            for row in rows.iter() {
                match wanted {
                    true => picks.insert(*row),
                    false => picks.remove(row),
                };
            }
        });
    };
    view! {
        <input
            type="checkbox"
            aria-label="Pick all rules of this list"
            prop:checked=all
            prop:indeterminate=some
            on:change=change
        />
    }
    .into_any()
}

/// Says that only some rules count, and takes that back.
pub fn picked_bar() -> AnyView {
    let state = AppState::get();
    let picked = Memo::new(move |_| {
        state.settings().with(|settings| settings.scope.picked.as_ref().map(Picked::len))
    });
    let text = move || {
        let all = state.intake.with(|intake| intake.rules.len());
        picked.get().map(|rules| {
            format!("Only {} picked: nothing else is counted anywhere.", share(rules, all))
        })
    };
    let back = move |_| state.choose(|settings| settings.scope.picked = None);
    view! {
        {move || picked.get().is_some().then(|| view! {
            <div class="picked-bar" role="status">
                <span>{text}</span>
                <button class="button" type="button" data-action="all-rules" on:click=back>"Count all rules"</button>
            </div>
        })}
    }
    .into_any()
}
