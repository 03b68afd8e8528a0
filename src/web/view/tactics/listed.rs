//! Numbers that open the list they count. One list is open at a time; the address says which.

use super::{Source, choosing, chosen};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::web::address::{self, Address, View};
use crate::web::state::{AppState, Only};
use crate::web::view::drawer::technique_href;
use crate::web::view::numbers::count;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows at first; a long list is opened on request.
const FIRST: usize = 60;

/// Which list is open.
#[derive(Clone, Copy)]
pub(in crate::web::view) struct Lists {
    open: Memo<String>,
}

impl Lists {
    pub(in crate::web::view) fn new() -> Self {
        Self { open: chosen("list") }
    }

    /// What the name of the open list says behind `kind`, if it is of that kind.
    pub(in crate::web::view) fn of_kind(self, kind: &'static str) -> Memo<Option<String>> {
        Memo::new(move |_| {
            self.open.with(|open| Some(open.strip_prefix(kind)?.strip_prefix('.')?.to_owned()))
        })
    }

    /// A number that opens its list, and closes it again. `says` is for those who do not see where
    /// it stands.
    pub(in crate::web::view) fn opener(
        self,
        name: String,
        number: usize,
        words: &str,
        says: String,
    ) -> AnyView {
        let state = AppState::get();
        let text = format!("{}{words}", count(number));
        if number == 0 {
            return view! { <span class="opener muted">{text}</span> }.into_any();
        }
        let asked = name.clone();
        let is_open = Signal::derive(move || self.open.with(|open| *open == asked));
        let of = name.clone();
        let href = Signal::derive(move || {
            let next = if is_open.get() { "" } else { &of };
            state.address.with(|now| choosing(now, "list", next)).to_string()
        });
        let expanded = Signal::derive(move || is_open.get().to_string());
        view! {
            <a
                class="opener"
                data-opens=name
                href=href
                aria-expanded=expanded
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
    list_of(&source.catalogue, heading, ids)
}

/// The same of any release.
pub(in crate::web::view) fn list_of(
    catalogue: &Arc<Catalogue>,
    heading: String,
    ids: Vec<TechniqueIndex>,
) -> AnyView {
    let state = AppState::get();
    let number = ids.len();
    let all = RwSignal::new(false);
    let catalogue = catalogue.clone();
    let only = {
        let (heading, catalogue) = (heading.clone(), catalogue.clone());
        let techniques = ids.clone();
        move |_| {
            let (heading, catalogue) = (heading.clone(), catalogue.clone());
            let only = Only { heading, catalogue, techniques: techniques.clone() };
            state.search.set(String::new());
            state.only.set(Some(Arc::new(only)));
            address::go(&Address::view(View::Matrix));
        }
    };
    let rows = move || {
        let shown = if all.get() { number } else { number.min(FIRST) };
        ids.iter().take(shown).map(|index| row(&catalogue, *index)).collect::<Vec<_>>()
    };
    let close = move || state.address.with(|now| choosing(now, "list", "")).to_string();
    view! {
        <section class="stat-list" aria-label=heading.clone()>
            <h3>
                <bdi>{heading.clone()}</bdi>" "<span class="count">{count(number)}</span>
                <button type="button" class="link" data-action="show-in-matrix" on:click=only>
                    "Show in the matrix"
                </button>
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
    view! { <li>{link(catalogue, index)}{name(catalogue, index)}</li> }.into_any()
}

/// Ids in a cell, each a link; the name is told on hover.
pub(in crate::web::view) fn links(catalogue: &Catalogue, ids: &[TechniqueIndex]) -> AnyView {
    ids.iter().map(|index| link(catalogue, *index)).collect::<Vec<_>>().into_any()
}

/// An id that opens its technique.
pub(in crate::web::view) fn link(catalogue: &Catalogue, index: TechniqueIndex) -> AnyView {
    let technique = catalogue.technique(index);
    view! {
        <a class="opener" href=technique_href(technique.id) title=technique.name.clone()>{technique.id.to_string()}</a>
    }
    .into_any()
}

/// A technique's name, behind that of the technique above it.
pub(in crate::web::view) fn name(catalogue: &Catalogue, index: TechniqueIndex) -> AnyView {
    let technique = catalogue.technique(index);
    let parent = technique.parent.map(|parent| {
        view! { <span class="muted">{catalogue.technique(parent).name.clone()}": "</span> }
    });
    view! { <span>{parent}<bdi>{technique.name.clone()}</bdi></span> }.into_any()
}
