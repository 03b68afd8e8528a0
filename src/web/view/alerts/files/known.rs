//! Columns that were chosen by hand before, and how to forget them.

use crate::alerts::{Field, KnownMapping};
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{about, cell, foreign, live, row, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;

const HEADS: [(&str, &str); 4] =
    [("Columns of the table", "wide"), ("Taken as", "wide"), ("Zone", ""), ("Action", "")];
/// Names of columns that are told.
const TOLD: usize = 8;

pub(super) fn section() -> AnyView {
    let state = AppState::get();
    let known = Memo::new(move |_| state.settings().with(|all| all.alert_tables.clone()));
    live(move || {
        let rows = move || {
            // The newest first.
            let lines = known.with(|all| all.iter().rev().map(line).collect());
            Some(lines)
        };
        known.with(|all| !all.is_empty()).then(|| {
            part(
                "known-columns",
                "Columns chosen before",
                "Tables with the same columns are read by these without a question. Only names of columns and the zone are kept, in this browser.",
                table("table stat-table", &HEADS, rows),
            )
        })
    })
}

fn line(known: &KnownMapping) -> AnyView {
    let state = AppState::get();
    let names: Vec<&str> = known.columns.iter().take(TOLD).map(String::as_str).collect();
    let rest = known.columns.len() - names.len();
    let more = (rest > 0).then(|| format!(" and {} more", count(rest)));
    let taken: Vec<String> = Field::ALL
        .into_iter()
        .filter(|field| !known.mapping.of(*field).is_empty())
        .map(|field| format!("{}: {}", field.label(), known.mapping.of(field).join(", ")))
        .collect();
    let own = known.clone();
    let forget = move |_| state.choose(|settings| settings.alert_tables.retain(|all| *all != own));
    let button = view! {
        <button type="button" class="button button-quiet" data-action="forget-columns" on:click=forget>
            "Forget"
        </button>
    };
    let cells = vec![
        about(view! { {foreign(names.join(", "))}{more} }.into_any()),
        cell("wide", "Taken as", foreign(taken.join("; "))),
        cell("", "Zone", known.mapping.zone.to_string().into_any()),
        cell("", "", button.into_any()),
    ];
    row(String::new(), known.columns.len().to_string(), cells)
}
