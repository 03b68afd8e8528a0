//! The gaps in order: how many, which come first and why, and where to carry them.

mod accept;
mod chart;
mod export;
mod filters;
mod head;
mod opened;
mod out;
mod policy;
mod row;
mod table;
mod tactic_weights;

use crate::gaps::{Gap, GapFilter};
use crate::web::gaps::{Found, Gaps};
use crate::web::state::AppState;
use crate::web::view::rows::Listing;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::{chosen, part};
use leptos::prelude::*;
use std::sync::Arc;

type Rows = Listing<Option<Arc<Found>>, Gap>;

/// The list, and what of it is shown.
#[derive(Clone, Copy)]
struct Shown {
    /// All gaps.
    found: ReadSignal<Option<Arc<Found>>>,
    /// What is typed into the list's field; the address has it when it is done.
    text: RwSignal<String>,
    /// What narrows them.
    filter: Memo<GapFilter>,
    /// Those that are left.
    rows: Memo<Rows>,
}

impl Shown {
    fn new() -> Self {
        let state = AppState::get();
        let found = Gaps::get().found;
        let words = chosen("words");
        let text = RwSignal::new(words.get_untracked());
        Effect::watch(move || words.get(), move |words, _, _| text.set(words.clone()), false);
        let filter = Memo::new(move |_| {
            let asked = state.address.with(|address| GapFilter::read(&address.filters));
            GapFilter { words: text.get(), ..asked }
        });
        let rows = Memo::new(move |previous: Option<&Rows>| {
            let Some(found) = found.get() else { return Rows::after(previous, None, Vec::new()) };
            let gaps = filter.with(|filter| filter.gaps(&found.asked.catalogue, &found.list));
            Rows::after(previous, Some(found), gaps)
        });
        Self { found, text, filter, rows }
    }
}

/// The part.
pub(super) fn order() -> AnyView {
    let found = Gaps::get().found;
    let is_there = Memo::new(move |_| found.with(Option::is_some));
    let body = move || match is_there.get() {
        true => Some(all(Shown::new())),
        false => Some(
            view! { <p class="stat-sentence" role="status">"Looking for gaps…"</p> }.into_any(),
        ),
    };
    part(
        "order",
        "Gaps in order",
        "What matters here and is covered by no rule, or not well enough. Each row unfolds into its arithmetic and its reasons.",
        live(body),
    )
}

fn all(shown: Shown) -> AnyView {
    vec![
        head::head(shown),
        filters::filters(shown),
        export::actions(shown),
        table::table(shown),
        out::out(shown),
    ]
    .into_any()
}
