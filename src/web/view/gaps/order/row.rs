//! One gap, and on demand everything about it.

use super::head::Of;
use super::opened::opened;
use crate::attack::TechniqueId;
use crate::gaps::{Gap, Sight, Why};
use crate::web::gaps::Found;
use crate::web::view::numbers::plain_percent;
use crate::web::view::tactics::cells::{about, cell, foreign, live, number, row as table_row};
use crate::web::view::tactics::listed::{link, name};
use leptos::prelude::*;

/// Columns of the table.
pub(super) const COLUMNS: usize = 9;

type Open = RwSignal<Vec<TechniqueId>>;

pub(super) fn row(found: &Of, gap: &Gap, open: Open) -> AnyView {
    let asked = &found.asked;
    let catalogue = &asked.catalogue;
    let technique = catalogue.technique(gap.technique);
    let one = found.list.assessment(gap.technique);
    let tactics = technique.tactics.iter();
    let tactics = tactics.filter_map(|at| catalogue.tactics.get(usize::from(*at)));
    let tactics: Vec<&str> = tactics.map(|tactic| tactic.name.as_str()).collect();
    let named = view! { {link(catalogue, gap.technique)}" "{name(catalogue, gap.technique)} };
    let seen = &one.observability;
    let logs = match seen.sight {
        Sight::Never | Sight::Unknown => "–".to_owned(),
        _ => format!("{} of {}", seen.needed.len() - seen.missing.len(), seen.needed.len()),
    };
    let reasons: Vec<&str> = one.relevance.why.iter().filter_map(Why::in_short).collect();
    let reasons = if reasons.is_empty() {
        "nothing speaks against it".to_owned()
    } else {
        reasons.join(", ")
    };
    let score = match asked.coverage.technique(gap.technique).score {
        Some(_) => one.terms.coverage_score.to_string(),
        None => "–".to_owned(),
    };
    let cells = vec![
        cell("number", "Rank", unfolds(gap, technique.id, open)),
        about(named.into_any()),
        cell("", "Tactics", foreign(tactics.join(", "))),
        cell("nowrap", "State", state(found, gap)),
        number("Priority", format!("{:.2}", gap.priority)),
        number("Score", score),
        cell("number", "Frequency", frequency(found, gap)),
        number("Log sources", logs),
        cell("", "Why it matters", reasons.into_any()),
    ];
    let value = format!("{} {} {:.2}", gap.rank, gap.state.as_str(), gap.priority);
    let (found, gap, id) = (found.clone(), gap.clone(), technique.id);
    let more = move || open.with(|open| open.contains(&id)).then(|| opened(&found, &gap));
    vec![table_row(technique.id.to_string(), value, cells), live(more)].into_any()
}

/// Whether the row of a technique is open; what unfolds it, and folds it again.
fn unfolds(gap: &Gap, id: TechniqueId, open: Open) -> AnyView {
    let is_open = Signal::derive(move || open.with(|open| open.contains(&id)));
    let expanded = Signal::derive(move || is_open.get().to_string());
    let controls = Signal::derive(move || is_open.get().then(|| format!("gap-{id}")));
    let turn = move |_| {
        open.update(|open| match open.iter().position(|other| *other == id) {
            Some(at) => drop(open.remove(at)),
            None => open.push(id),
        });
    };
    view! {
        <button
            type="button"
            class="button button-quiet unfold"
            data-gap=id.to_string()
            aria-expanded=expanded
            aria-controls=controls
            on:click=turn
        >
            {gap.rank}
            <span class="caret" aria-hidden="true"></span>
            <span class="visually-hidden">{format!(": why {id} stands here")}</span>
        </button>
    }
    .into_any()
}

/// In words, beside the mark that tables of techniques have.
fn state(found: &Found, gap: &Gap) -> AnyView {
    let mark = found.asked.coverage.technique(gap.technique).state.as_str();
    let says = found.list.shortfall(&found.asked.coverage, gap.technique);
    view! { <span class="state" data-coverage=mark title=says>{gap.state.as_str()}</span> }
        .into_any()
}

fn frequency(found: &Found, gap: &Gap) -> AnyView {
    let threat = &found.list.threat;
    let users = plain_percent(threat.users(gap.technique));
    let share = plain_percent((threat.frequency(gap.technique) * 1000.0).round() / 10.0);
    view! {
        {users}" of "{threat.total()}", "{share}"\u{202f}%"
    }
    .into_any()
}
