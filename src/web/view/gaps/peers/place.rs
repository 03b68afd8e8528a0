//! One's place among peers, over all and in each tactic.

use super::{Beside, score};
use crate::gaps::peers::Rank;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{about, bar_cell, cell, number, row, sentence, table};
use leptos::prelude::*;

const COLUMNS: [(&str, &str); 6] = [
    ("Tactic", ""),
    ("You cover", "number"),
    ("Median of peers", "number"),
    ("Fewer, as many, more", "number"),
    ("Percentile", "number"),
    ("Bar", "bar-column"),
];

pub(super) fn place(found: Beside) -> AnyView {
    let says = move || {
        let found = found.get()?;
        let rank = &found.view.overall;
        Some(format!(
            "You cover {} of {} techniques, percentile {}: {} of {} peers cover fewer, {} as many, {} more.",
            count(rank.own.covered),
            count(rank.own.total),
            score(rank.percentile().map(f64::round)),
            count(rank.fewer),
            count(found.view.peers.len()),
            count(rank.equal),
            count(rank.more),
        ))
    };
    let rows = move || {
        let found = found.get()?;
        let mut rows = vec![line("All".to_owned(), "all", &found.view.overall)];
        let tactics = found.both.catalogue.tactics.iter().zip(&found.view.tactics);
        rows.extend(
            tactics.map(|(tactic, rank)| line(tactic.name.clone(), &tactic.shortname, rank)),
        );
        Some(rows)
    };
    vec![sentence(says), table("table stat-table stat-narrow peers-place", &COLUMNS, rows)]
        .into_any()
}

fn line(name: String, key: &str, rank: &Rank) -> AnyView {
    let percentile = rank.percentile();
    let spread = view! {
        {count(rank.fewer)}", "{count(rank.equal)}", "{count(rank.more)}
    };
    let cells = vec![
        about(view! { <bdi>{name}</bdi> }.into_any()),
        number("You cover", format!("{} of {}", count(rank.own.covered), count(rank.own.total))),
        number("Median of peers", score(rank.median)),
        cell("number", "Fewer, as many, more", spread.into_any()),
        number("Percentile", score(percentile.map(f64::round))),
        bar_cell(percentile.unwrap_or(0.0)),
    ];
    row(key.to_owned(), score(percentile), cells)
}
