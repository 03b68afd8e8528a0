//! What the chosen actors share: "used by 4 of 6".

use super::super::Both;
use crate::attack::{Actor, Catalogue};
use crate::coverage::TechniqueState;
use crate::export::actors;
use crate::gaps::{Shared, overlap};
use crate::web::download;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{about, button, cell, live, number, row, table};
use crate::web::view::tactics::listed::{link, name};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows at first; the rest comes on request.
const FIRST: usize = 60;

const COLUMNS: [(&str, &str); 4] =
    [("Technique", ""), ("Used by", "number"), ("Who", ""), ("Covered", "")];

struct Found {
    both: Both,
    chosen: Vec<Actor>,
    shared: Vec<Shared>,
}

pub(super) fn section(of: Memo<Option<Both>>, chosen: Signal<Vec<String>>) -> AnyView {
    let (only, all) = (RwSignal::new(false), RwSignal::new(false));
    let found = Memo::new_with_compare(
        move |_| {
            let both = of.get()?;
            let actors = |id: &String| both.catalogue.actors_named(id);
            let chosen: Vec<Actor> = chosen.with(|ids| ids.iter().flat_map(actors).collect());
            let chosen: Vec<Actor> = crate::sorted::set(chosen).into_iter().collect();
            let several = chosen.len() > 1;
            several.then(|| {
                let shared = overlap(&both.catalogue, &both.coverage, &chosen);
                Arc::new(Found { both, chosen, shared })
            })
        },
        |_, _| true,
    );
    let wanted = move |each: &&Shared| !only.get() || each.state == TechniqueState::None;
    let lines = move || {
        let found = found.get()?;
        let shown = if all.get() { usize::MAX } else { FIRST };
        let rows = found.shared.iter().filter(wanted).take(shown);
        Some(rows.map(|each| line(&found, each)).collect())
    };
    let number = Memo::new(move |_| {
        found.with(|found| {
            found.as_ref().map_or(0, |found| found.shared.iter().filter(wanted).count())
        })
    });
    let has = Memo::new(move |_| found.with(Option::is_some));
    let save = move || {
        if let Some(found) = found.get_untracked() {
            let Found { both, chosen, .. } = &*found;
            let csv = actors::overlap_csv(&both.catalogue, &both.coverage, chosen);
            download::save("shared.csv", "text/csv", csv.as_bytes());
        }
    };
    let result = move || {
        if !has.get() {
            let says = "Choose two or more of them, by their boxes above or by name: here stands what they have in common, what most of them use first.";
            return Some(view! { <p class="stat-sentence">{says}</p> }.into_any());
        }
        let more = Signal::derive(move || format!("Show all {}", count(number.get())));
        let is_all = Signal::derive(move || all.get() || number.get() <= FIRST);
        let csv = Signal::stored("Save as CSV".to_owned());
        Some(
            vec![
                filter(only, number),
                table("table stat-table shared-table", &COLUMNS, lines),
                button("all-shared", is_all, more, move || all.set(true)),
                button("export-shared", false.into(), csv, save),
            ]
            .into_any(),
        )
    };
    part(
        "shared",
        "What the chosen ones share",
        "Techniques and sub-techniques that the chosen groups and campaigns use, each id for itself.",
        live(result),
    )
}

fn filter(only: RwSignal<bool>, number: Memo<usize>) -> AnyView {
    let says = move || format!("{} listed", count(number.get()));
    view! {
        <div class="stat-line">
            <label class="check">
                <input
                    type="checkbox"
                    data-action="shared-uncovered"
                    prop:checked=move || only.get()
                    on:change=move |event| only.set(event_target_checked(&event))
                />
                "Only what is not covered"
            </label>
            <span class="muted" role="status">{says}</span>
        </div>
    }
    .into_any()
}

fn line(found: &Found, each: &Shared) -> AnyView {
    let catalogue: &Catalogue = &found.both.catalogue;
    let who: Vec<&str> = each.users.iter().map(|actor| catalogue.actor_name(*actor).name).collect();
    let technique = view! {
        {link(catalogue, each.technique)}" "{name(catalogue, each.technique)}
    };
    let cells = vec![
        about(technique.into_any()),
        number("Used by", format!("{} of {}", count(each.users.len()), count(found.chosen.len()))),
        cell("", "Who", view! { <bdi>{who.join(", ")}</bdi> }.into_any()),
        cell("nowrap", "Covered", covered(each.state)),
    ];
    let id = catalogue.technique(each.technique).id.to_string();
    row(id, each.users.len().to_string(), cells)
}

/// In words, beside the mark that tables of techniques have.
pub(in crate::web::view::gaps) fn covered(state: TechniqueState) -> AnyView {
    let words = match state {
        TechniqueState::Direct => "yes",
        TechniqueState::ViaSubtechnique => "via sub-technique",
        TechniqueState::None => "no",
    };
    view! { <span class="state" data-coverage=state.as_str()>{words}</span> }.into_any()
}
