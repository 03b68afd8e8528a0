//! The alerts of each tactic: how many, which rules, which techniques, how quickly.

use super::super::linked::rows as list_of;
use super::figures::time;
use super::{Shown, Shows, change};
use crate::attack::TechniqueIndex;
use crate::coverage::detections::SeenOf;
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted, percent};
use crate::web::view::tactics::cells::{about, bar_cell, cell, live, number, row, table};
use crate::web::view::tactics::listed::{link, name};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

const COLUMNS: [(&str, &str); 9] = [
    ("Tactic", ""),
    ("Alerts", "number"),
    ("Share", "number"),
    ("Bar", "bar-column"),
    ("Rules that fired", "number"),
    ("Techniques seen", "number"),
    ("Median latency", "number"),
    ("90 % within", "number"),
    ("Of alerts", "number"),
];

const COMPARED: [(&str, &str); 10] = [
    ("Tactic", ""),
    ("Alerts", "number"),
    ("Difference", "number"),
    ("Share", "number"),
    ("Bar", "bar-column"),
    ("Rules that fired", "number"),
    ("Techniques seen", "number"),
    ("Median latency", "number"),
    ("90 % within", "number"),
    ("Of alerts", "number"),
];

/// Tactics that are unfolded, by their short names.
type Open = RwSignal<Vec<String>>;

pub(super) fn section(shown: Shows) -> AnyView {
    let open: Open = RwSignal::new(Vec::new());
    let rows = move || {
        let shown = shown.get()?;
        let tactics = shown.seen.asked.catalogue.tactics.len();
        Some((0..tactics).map(|at| line(&shown, at, open)).collect::<Vec<_>>())
    };
    let compares = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().is_some_and(|all| all.earlier.is_some()))
    });
    let body = move || {
        let columns: &[_] = if compares.get() { &COMPARED } else { &COLUMNS };
        Some(table("table stat-table alert-tactics", columns, rows))
    };
    part(
        "alerts-by-tactic",
        "By tactic",
        "An alert counts once in each of its tactics, so that shares may add up to more than all. Rules: those that fired, of those that count in the tactic. Techniques: those with an alert, of those that rules name. A tactic’s number opens its alerts; it unfolds into its techniques.",
        live(body),
    )
}

fn of(seen: SeenOf) -> String {
    let beside = if seen.beside > 0 { format!(" + {}", count(seen.beside)) } else { String::new() };
    format!("{}{beside} of {}", count(seen.seen), count(seen.total))
}

fn line(shown: &Arc<Shown>, at: usize, open: Open) -> AnyView {
    let found = &shown.seen.detections;
    let (Some(tactic), Some(own)) =
        (shown.seen.asked.catalogue.tactics.get(at), shown.tactics.get(at))
    else {
        return ().into_any();
    };
    let alerts = found.volume.tactics.get(at).copied().unwrap_or_default() as usize;
    let all = found.volume.alerts as usize;
    let latency = found.latency.tactics.get(at).copied().unwrap_or_default();
    let opener = match alerts {
        0 => view! { <span class="muted">"0"</span> }.into_any(),
        _ => view! {
            <a class="opener" href=list_of("tactic", &tactic.shortname)>
                {count(alerts)}<span class="visually-hidden">" alerts of "{tactic.name.clone()}", list"</span>
            </a>
        }
        .into_any(),
    };
    let mut cells = vec![
        about(unfolds(&tactic.shortname, &tactic.name, own.seen.len(), open)),
        cell("number", "Alerts", opener),
    ];
    if let Some(earlier) = &shown.earlier {
        let before = earlier.volume.tactics.get(at).copied().unwrap_or_default() as usize;
        cells.push(cell("number", "Difference", change::of_counts(alerts, before)));
    }
    let share = if all == 0 { 0.0 } else { alerts as f64 * 100.0 / all as f64 };
    cells.extend([
        number("Share", percent(alerts, all)),
        bar_cell(share),
        number("Rules that fired", of(own.rules)),
        number("Techniques seen", of(own.techniques)),
        number("Median latency", time(latency.median)),
        number("90 % within", time(latency.p90)),
        number("Of alerts", count(latency.n as usize)),
    ]);
    let id = tactic.shortname.clone();
    let shown = shown.clone();
    let more = move || open.with(|open| open.contains(&id)).then(|| opened(&shown, at));
    let value = format!("{alerts} {} {} {}", own.rules.seen, own.rules.total, latency.n);
    vec![row(tactic.shortname.clone(), value, cells), live(more)].into_any()
}

/// What unfolds a tactic, and folds it again.
fn unfolds(id: &str, name: &str, techniques: usize, open: Open) -> AnyView {
    let name = view! { <bdi>{name.to_owned()}</bdi> };
    if techniques == 0 {
        return view! { <span class="unfold-none">{name}</span> }.into_any();
    }
    let (id, of) = (id.to_owned(), id.to_owned());
    let is_open = Signal::derive({
        let id = id.clone();
        move || open.with(|open| open.contains(&id))
    });
    let turn = move |_| {
        open.update(|open| match open.iter().position(|other| *other == id) {
            Some(at) => drop(open.remove(at)),
            None => open.push(id.clone()),
        });
    };
    view! {
        <button
            type="button"
            class="button button-quiet unfold"
            data-unfolds=of
            aria-expanded=move || is_open.get().to_string()
            on:click=turn
        >
            <span class="caret" aria-hidden="true"></span>
            {name}
        </button>
    }
    .into_any()
}

fn opened(shown: &Shown, at: usize) -> AnyView {
    let compares = AppState::get().settings().with_untracked(|all| all.detections.compare);
    let catalogue = &shown.seen.asked.catalogue;
    let (Some(own), Some(tactic)) = (shown.tactics.get(at), catalogue.tactics.get(at)) else {
        return ().into_any();
    };
    let line = |(index, alerts): &(TechniqueIndex, u32)| {
        let before =
            shown.earlier.as_ref().filter(|_| compares).map(|earlier| {
                change::of_counts(*alerts as usize, earlier.volume.on(*index) as usize)
            });
        view! {
            <li>
                {link(catalogue, *index)}
                {name(catalogue, *index)}
                <span class="number">{count(*alerts as usize)}" "{before}</span>
            </li>
        }
        .into_any()
    };
    let only = shown.facets.tactic_only.get(at).copied().unwrap_or_default() as usize;
    let says = format!(
        "{} of {} with an alert on exactly this id; an alert may name several.",
        counted(own.seen.len(), "technique or sub-technique", "techniques and sub-techniques"),
        tactic.name
    );
    let only = (only > 0).then(|| {
        format!(" {} name this tactic and no technique.", counted(only, "alert", "alerts"))
    });
    let columns = COMPARED.len();
    view! {
        <tr class="gap-open" data-opened=tactic.shortname.clone()>
            <td colspan=columns>
                <p class="muted">{says}{only}</p>
                <ul class="alert-techniques">{own.seen.iter().map(line).collect::<Vec<_>>()}</ul>
            </td>
        </tr>
    }
    .into_any()
}
