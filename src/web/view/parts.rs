//! The parts of a view, as a row of links.

use crate::web::address::{Address, View};
use crate::web::state::AppState;
use leptos::prelude::*;

/// A part's name in the address, and what its link says.
pub(super) type Part = (&'static str, &'static str);

/// Which part is shown; the first where the address names none.
pub(super) fn part_of(parts: &'static [Part]) -> Memo<&'static str> {
    let state = AppState::get();
    Memo::new(move |_| {
        let asked = state.address.with(|address| {
            parts.iter().find(|(name, _)| *name == address.show).map(|(name, _)| *name)
        });
        asked.or(parts.first().map(|(name, _)| *name)).unwrap_or_default()
    })
}

/// Links to them.
pub(super) fn parts(
    view: View,
    parts: &'static [Part],
    now: Memo<&'static str>,
    label: &'static str,
) -> AnyView {
    let link = move |(name, label): &'static Part| {
        view! {
            <a
                class="chip"
                href=Address::showing(view, name).to_string()
                data-part=*name
                aria-current=move || (now.get() == *name).then_some("page")
            >
                {*label}
            </a>
        }
        .into_any()
    };
    let links: Vec<AnyView> = parts.iter().map(link).collect();
    view! { <nav class="stat-line gaps-parts" aria-label=label>{links}</nav> }.into_any()
}
