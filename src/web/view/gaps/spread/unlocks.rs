//! Which log source, not at hand yet, would open most.

use super::Of;
use crate::gaps::{UNLOCKS, Unlock, unlock};
use crate::web::gaps::Found;
use crate::web::next_task::next_task;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{
    about, bar_cell, cell, foreign, live, number, row, sentence, table,
};
use crate::web::view::tactics::listed::links;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Names of log sources in a row; the rest is counted.
const MOST_NAMES: usize = 6;

const COLUMNS: [(&str, &str); 6] = [
    ("Data component", ""),
    ("Gain", "number"),
    ("Bar", "bar-column"),
    ("Opens", ""),
    ("Log sources that have it", ""),
    ("Platforms", ""),
];

pub(super) fn section(found: Of) -> AnyView {
    let all = RwSignal::new(None::<(Arc<Found>, Arc<[Unlock]>)>);
    // In a task of its own: the tables above are one already.
    Effect::new(move |_| {
        let Some(of) = found.get() else { return };
        spawn_local(async move {
            next_task().await;
            let newest = found.try_get_untracked().flatten();
            if newest.is_some_and(|newest| Arc::ptr_eq(&newest, &of)) {
                let unlocks = unlock(&of.asked.catalogue, &of.list, UNLOCKS);
                all.try_set(Some((of, unlocks.into())));
            }
        });
    });
    let lines = move || {
        let (found, all) = all.get()?;
        let most = all.first().map_or(1.0, |one| one.gain);
        let line = |at: usize| line(&found, &all, at, most);
        Some((0..all.len()).filter_map(line).collect())
    };
    let none =
        Memo::new(move |_| all.with(|all| all.as_ref().is_none_or(|(_, all)| all.is_empty())));
    let says = move || {
        all.with(|all| {
            let (found, all) = all.as_ref()?;
            let known = found.list.logs.is_told();
            Some(match (all.is_empty(), known) {
                (true, _) => {
                    "No gap waits for a log source: of each the logs at hand show a part, or this release of ATT&CK does not say what would."
                }
                (false, true) => {
                    "One after the other: what the first opens counts no more for the second."
                }
                (false, false) => {
                    "Nothing says yet which logs you have, so this is the order in which to begin. Drop rules, or tick log sources in the profile."
                }
            }.to_owned())
        })
    };
    let result =
        move || (!none.get()).then(|| table("table stat-table unlock-table", &COLUMNS, lines));
    part(
        "unlock",
        "Which log source would open most",
        "Gaps that no log at hand shows, by what would show them. The gain is the sum of the priorities of the gaps that a data component opens, by ATT&CK’s own analytics.",
        vec![sentence(says), live(result)].into_any(),
    )
}

fn line(found: &Arc<Found>, all: &Arc<[Unlock]>, at: usize, most: f64) -> Option<AnyView> {
    let one = all.get(at)?;
    let catalogue = &found.asked.catalogue;
    let component = catalogue.data_components.get(usize::from(one.component));
    let (id, name) = component
        .map(|component| (component.id.to_string(), component.name.clone()))
        .unwrap_or_default();
    let names = one.log_sources.iter();
    let names: Vec<&String> =
        names.filter_map(|at| catalogue.log_sources.get(usize::from(*at))).collect();
    let mut named: Vec<String> =
        names.iter().take(MOST_NAMES).map(|name| (*name).clone()).collect();
    if let Some(more @ 1..) = names.len().checked_sub(MOST_NAMES) {
        named.push(format!("and {} more", count(more)));
    }
    let platforms = one.platforms.iter();
    let platforms = platforms.filter_map(|at| catalogue.platforms.get(usize::from(*at)));
    let platforms: Vec<&str> = platforms.map(String::as_str).collect();
    let share = if most > 0.0 { one.gain * 100.0 / most } else { 0.0 };
    let heading = view! {
        <span class="muted">{one.rank}". "</span><bdi>{name}</bdi>" "<span class="muted nowrap">{id.clone()}</span>
    };
    let cells = vec![
        about(heading.into_any()),
        number("Gain", format!("{:.1}", one.gain)),
        bar_cell(share),
        cell("", "Opens", opens(found.clone(), all.clone(), at)),
        cell("", "Log sources", foreign(named.join(", "))),
        cell("", "Platforms", foreign(platforms.join(", "))),
    ];
    Some(row(id, format!("{} {:.2}", one.techniques.len(), one.gain), cells))
}

/// How many, and which on demand.
fn opens(found: Arc<Found>, all: Arc<[Unlock]>, at: usize) -> AnyView {
    let number = all.get(at).map_or(0, |one| one.techniques.len());
    let is_open = RwSignal::new(false);
    let expanded = Signal::derive(move || is_open.get().to_string());
    let which = move || {
        let one = all.get(at).filter(|_| is_open.get())?;
        let links = links(&found.asked.catalogue, &one.techniques);
        Some(view! { <p class="technique-links">{links}</p> }.into_any())
    };
    view! {
        <button
            type="button"
            class="link"
            data-action="unlock-opens"
            aria-expanded=expanded
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            {counted(number, "gap", "gaps")}
        </button>
        {live(which)}
    }
    .into_any()
}
