//! What happened, and what may come next: alerts and techniques are picked, and the rest follows
//! from them.

mod chips;
mod export;
mod found;
mod linked;
mod matching;
mod next;
mod picking;
mod pieces;
mod progression;
mod related;
mod scope;
mod suggest;
mod teaching;
mod time;
mod weights;

use crate::heatmap::filters_in_words;
use crate::heatmap::wording::plain_up_to;
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::part;
use found::{Finds, finds};
use leptos::prelude::*;

/// Longest sentence about a pick, in characters: a pick may name thousands.
const LONGEST: usize = 600;

/// The part.
pub(super) fn investigate() -> AnyView {
    let picked = linked::picked();
    linked::keep(picked);
    let is_empty = Memo::new(move |_| picked.with(|pick| pick.is_empty()));
    let finds = finds();
    let is_there = Memo::new(move |_| finds.with(Option::is_some));
    let body = move || {
        Some(match (is_empty.get(), is_there.get()) {
            (true, _) => teaching::teach(),
            (false, false) => {
                view! { <p class="stat-sentence" role="status">"Looking…"</p> }.into_any()
            }
            (false, true) => all(finds),
        })
    };
    let pick = vec![picking::field(picked), chips::chips(picked, finds), time::time(picked)];
    vec![
        part(
            "pick",
            "Investigate",
            "Pick alerts by what they name and when they were raised, and techniques by id or name. Names of one kind are alternatives; kinds and time restrict one another; typed techniques count beside those of the alerts.",
            pick.into_any(),
        ),
        live(body),
    ]
    .into_any()
}

fn all(finds: Finds) -> AnyView {
    vec![
        head(finds),
        scope::section(finds),
        progression::section(finds),
        next::section(finds),
        matching::section(finds),
        matching::also_section(finds),
        related::section(finds),
    ]
    .into_any()
}

/// What was picked, in words, and what can be done with all of it.
fn head(finds: Finds) -> AnyView {
    let says = move || {
        finds.with(|found| {
            let found = found.as_ref()?;
            Some(plain_up_to(&found.of.pick.sentence(), LONGEST))
        })
    };
    let missing = move || {
        finds.with(|found| {
            let found = &found.as_ref()?.found;
            let mut said: Vec<String> = found
                .missing
                .iter()
                .map(|missing| format!("No alert has the {} {}.", missing.kind, missing.name))
                .collect();
            let unknown = found.extent.unknown.iter();
            said.extend(unknown.map(|id| format!("This release of ATT&CK does not have {id}.")));
            (!said.is_empty()).then(|| plain_up_to(&said.join(" "), LONGEST))
        })
    };
    let filters = move || {
        finds.with(|found| {
            let said = filters_in_words(&found.as_ref()?.of.selection);
            (!said.is_empty())
                .then(|| format!("{} So it is chosen in the overview.", said.join(" ")))
        })
    };
    let unplaced = move || {
        finds.with(|found| {
            let unplaced = found.as_ref()?.found.extent.unplaced as usize;
            (unplaced > 0).then(|| {
                format!(
                    "{} without a technique of this release.",
                    counted(unplaced, "alert", "alerts")
                )
            })
        })
    };
    view! {
        <div class="investigate-head">
            {said("picked", says)}
            {said("missing", missing)}
            {said("filters", filters)}
            {said("unplaced", unplaced)}
            <div class="stat-line">{weights::menu()}{export::actions(finds)}</div>
        </div>
    }
    .into_any()
}

/// A sentence with names of others in it; nothing where there is none to say.
fn said(
    figure: &'static str,
    text: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> AnyView {
    let text = Signal::derive(text);
    view! {
        <p class="stat-sentence" data-figure=figure hidden=move || text.with(Option::is_none)>
            <bdi>{text}</bdi>
        </p>
    }
    .into_any()
}
