//! The first of what is shown, as bars; a table, so that it can be read as well.

use super::Shown;
use crate::gaps::Gap;
use crate::web::gaps::Found;
use crate::web::view::tactics::cells::{about, bar_cell, number, row, table};
use crate::web::view::tactics::listed::{link, name};
use leptos::prelude::*;

/// Bars.
const TOP: usize = 10;

const COLUMNS: [(&str, &str); 3] =
    [("Technique", ""), ("Bar", "bar-column"), ("Priority", "number")];

pub(super) fn chart(shown: Shown) -> AnyView {
    let lines = move || {
        shown.rows.with(|rows| {
            let found = rows.source().as_ref()?;
            Some(rows.rows().iter().take(TOP).map(|gap| line(found, gap)).collect())
        })
    };
    let heading = move || {
        let number = shown.rows.with(|rows| rows.len().min(TOP));
        match number {
            0 => "No gap of this kind".to_owned(),
            1 => "The first by priority".to_owned(),
            number => format!("The first {number} by priority"),
        }
    };
    view! {
        <section class="gaps-chart" aria-labelledby="gaps-chart">
            <h3 id="gaps-chart">{heading}</h3>
            {table("table stat-table top-gaps", &COLUMNS, lines)}
        </section>
    }
    .into_any()
}

fn line(found: &Found, gap: &Gap) -> AnyView {
    let catalogue = &found.asked.catalogue;
    let highest = found.list.gaps.first().map_or(0.0, |gap| gap.priority);
    let share = if highest > 0.0 { (gap.priority / highest).max(0.0) * 100.0 } else { 0.0 };
    let technique = view! {
        {link(catalogue, gap.technique)}" "{name(catalogue, gap.technique)}
    };
    let priority = format!("{:.2}", gap.priority);
    let cells =
        vec![about(technique.into_any()), bar_cell(share), number("Priority", priority.clone())];
    row(catalogue.technique(gap.technique).id.to_string(), priority, cells)
}
