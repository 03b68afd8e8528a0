//! Gaps counted by tactic and by platform. Each number leads to the gaps that it counts.

use super::Of;
use crate::gaps::{GapCount, GapState, by_platform as platforms, by_tactic as tactics};
use crate::web::address::{Address, View};
use crate::web::view::numbers::{count, percent};
use crate::web::view::tactics::cells::{about, bar_cell, cell, foreign, number, row, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;

const OF_TACTICS: [(&str, &str); 9] = columns("Tactic");
const OF_PLATFORMS: [(&str, &str); 9] = columns("Platform");

const fn columns(first: &'static str) -> [(&'static str, &'static str); 9] {
    [
        (first, ""),
        ("Gaps", "number"),
        ("Share", "number"),
        ("Bar", "bar-column"),
        ("Uncovered", "number"),
        ("Partial", "number"),
        ("Weak", "number"),
        ("Fragile", "number"),
        ("Priority", "number"),
    ]
}

pub(super) fn by_tactic(found: Of) -> AnyView {
    let lines = move || {
        let found = found.get()?;
        let catalogue = &found.asked.catalogue;
        let counts = tactics(catalogue, &found.list);
        let line = |(tactic, count): (&crate::attack::Tactic, GapCount)| {
            line("tactic", &tactic.shortname, &count)
        };
        Some(catalogue.tactics.iter().zip(counts).map(line).collect())
    };
    part(
        "gaps-by-tactic",
        "By tactic",
        "Gaps of the techniques and sub-techniques of a tactic that matter here, and their priorities together; a technique of several tactics is in each. Each number opens its gaps, in order.",
        table("table stat-table", &OF_TACTICS, lines),
    )
}

pub(super) fn by_platform(found: Of) -> AnyView {
    let lines = move || {
        let found = found.get()?;
        let counts = platforms(&found.asked.catalogue, &found.list);
        Some(counts.iter().map(|count| line("platform", &count.name, count)).collect())
    };
    part(
        "gaps-by-platform",
        "By platform",
        "The same for each platform that counts; a technique of several platforms is in each.",
        table("table stat-table", &OF_PLATFORMS, lines),
    )
}

fn line(key: &'static str, place: &str, of: &GapCount) -> AnyView {
    let gaps = of.gaps.len();
    let link = |state: Option<GapState>, number: usize, text: String| {
        if number == 0 {
            return view! { <span class="opener muted">{text}</span> }.into_any();
        }
        let mut filters = vec![(key.to_owned(), place.to_owned())];
        filters.extend(state.map(|state| ("state".to_owned(), state.as_str().to_owned())));
        let href = Address { filters, ..Address::view(View::Gaps) }.to_string();
        let what = state.map_or("gaps", GapState::as_str);
        let says = format!(" {what}, {}, list", of.name);
        view! { <a class="opener" href=href>{text}<span class="visually-hidden">{says}</span></a> }
            .into_any()
    };
    let (all, part) = match of.relevant {
        0 => ("0".to_owned(), "–".to_owned()),
        relevant => (format!("{} of {}", count(gaps), count(relevant)), percent(gaps, relevant)),
    };
    let share = if of.relevant == 0 { 0.0 } else { gaps as f64 * 100.0 / of.relevant as f64 };
    let mut cells = vec![
        about(foreign(of.name.clone())),
        cell("number", "Gaps", link(None, gaps, all)),
        number("Share", part),
        bar_cell(share),
    ];
    for (state, number) in GapState::ALL.into_iter().zip(of.states) {
        cells.push(cell("number", state.label(), link(Some(state), number, count(number))));
    }
    cells.push(number("Priority", format!("{:.1}", of.priority)));
    let states = of.states.map(|number| number.to_string()).join(" ");
    row(of.name.clone(), format!("{gaps} {} {states}", of.relevant), cells)
}
