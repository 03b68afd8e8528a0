//! The tactics one by one.

use super::cells::{about, bar_cell, cell, foreign, number, row, table};
use super::listed::links;
use super::{Source, Sourced, later, part};
use crate::coverage::{TacticView, tactic_views};
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;

/// Techniques named as best, and as worst.
const NAMED: usize = 3;

const COLUMNS: [(&str, &str); 8] = [
    ("Tactic", ""),
    ("Covered", "number"),
    ("Share", "number"),
    ("Bar", "bar-column"),
    ("Rules", "number"),
    ("Median log sources", "number"),
    ("Best", ""),
    ("Worst covered", ""),
];

pub(super) fn section(source: Sourced) -> AnyView {
    let views = later(source, |of| tactic_views(&of.catalogue, &of.coverage));
    let rows = move || {
        let found = views.get()?;
        let tactics = found.source.catalogue.tactics.iter().zip(&found.value);
        Some(tactics.map(|(tactic, view)| line(&found.source, &tactic.name, view)).collect())
    };
    part(
        "by-tactic",
        "By tactic",
        "Techniques in scope, sub-techniques not among them. The best are those that most log sources see, the worst those that fewest see.",
        table("table stat-table", &COLUMNS, rows),
    )
}

fn line(source: &Source, name: &str, view: &TacticView) -> AnyView {
    let (covered, total) = (view.covered.len(), view.total());
    let catalogue = &source.catalogue;
    let depth = view.median_log_sources.map_or_else(|| "–".to_owned(), |depth| depth.to_string());
    let cells = vec![
        about(foreign(name.to_owned())),
        number("Covered", format!("{} of {}", count(covered), count(total))),
        number("Share", percent(covered, total)),
        bar_cell(view.percent()),
        number("Rules", count(view.rules)),
        number("Median log sources", depth),
        cell("technique-links", "Best", links(catalogue, &view.best(NAMED).collect::<Vec<_>>())),
        cell(
            "technique-links",
            "Worst covered",
            links(catalogue, &view.worst(NAMED).collect::<Vec<_>>()),
        ),
    ];
    row(name.to_owned(), format!("{covered} {total}"), cells)
}
