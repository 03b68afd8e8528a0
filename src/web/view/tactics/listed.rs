//! Numbers that open the list they count. One list is open at a time; the address says which.

use super::{Source, choosing, chosen};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::web::state::AppState;
use crate::web::view::drawer::technique_href;
use crate::web::view::numbers::count;
use leptos::prelude::*;

/// Rows at first; a long list is opened on request.
const FIRST: usize = 60;

/// Which list is open.
#[derive(Clone, Copy)]
pub(super) struct Lists {
    open: Memo<String>,
}

impl Lists {
    pub(super) fn new() -> Self {
        Self { open: chosen("list") }
    }

    /// What the name of the open list says behind `kind`, if it is of that kind.
    pub(super) fn of_kind(self, kind: &'static str) -> Memo<Option<String>> {
        Memo::new(move |_| {
            self.open.with(|open| Some(open.strip_prefix(kind)?.strip_prefix('.')?.to_owned()))
        })
    }

    /// A number that opens its list, and closes it again. `says` is for those who do not see where
    /// it stands.
    pub(super) fn opener(self, name: String, number: usize, words: &str, says: String) -> AnyView {
        let state = AppState::get();
        let text = format!("{}{words}", count(number));
        if number == 0 {
            return view! { <span class="opener muted">{text}</span> }.into_any();
        }
        let (asked, marked) = (name.clone(), name.clone());
        let is_open = move || self.open.with(|open| *open == asked);
        let href = {
            let is_open = is_open.clone();
            move || {
                let next = if is_open() { "" } else { &name };
                state.address.with(|now| choosing(now, "list", next)).to_string()
            }
        };
        view! {
            <a
                class="opener"
                data-opens=marked
                href=href
                aria-expanded=move || if is_open() { "true" } else { "false" }
            >
                {text}
                <span class="visually-hidden">" "{says}</span>
            </a>
        }
        .into_any()
    }
}

/// The list below its section.
pub(super) fn list(source: &Source, heading: String, ids: Vec<TechniqueIndex>) -> AnyView {
    let state = AppState::get();
    let number = ids.len();
    let all = RwSignal::new(false);
    let catalogue = source.catalogue.clone();
    let rows = move || {
        let shown = if all.get() { number } else { number.min(FIRST) };
        ids.iter().take(shown).map(|index| row(&catalogue, *index)).collect_view()
    };
    let close = move || state.address.with(|now| choosing(now, "list", "")).to_string();
    view! {
        <section class="stat-list" aria-label=heading.clone()>
            <h3>
                <bdi>{heading.clone()}</bdi>" "<span class="count">{count(number)}</span>
                <a class="opener" href=close>"Close"</a>
            </h3>
            <ul>{rows}</ul>
            {(number > FIRST).then(|| view! {
                <button type="button" class="button" hidden=move || all.get() on:click=move |_| all.set(true)>
                    {format!("Show all {}", count(number))}
                </button>
            })}
        </section>
    }
    .into_any()
}

fn row(catalogue: &Catalogue, index: TechniqueIndex) -> AnyView {
    let technique = catalogue.technique(index);
    let parent = technique.parent.map(|parent| {
        view! { <span class="muted">{catalogue.technique(parent).name.clone()}": "</span> }
    });
    view! {
        <li>
            <a href=technique_href(technique.id)>{technique.id.to_string()}</a>
            <span>{parent}<bdi>{technique.name.clone()}</bdi></span>
        </li>
    }
    .into_any()
}

/// Ids in a cell, each a link; the name is told on hover.
pub(super) fn links(catalogue: &Catalogue, ids: impl Iterator<Item = TechniqueIndex>) -> AnyView {
    let link = |index| {
        let technique = catalogue.technique(index);
        view! {
            <a href=technique_href(technique.id) title=technique.name.clone()>{technique.id.to_string()}</a>
        }
    };
    ids.map(link).collect_view().into_any()
}
