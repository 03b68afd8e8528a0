//! Gaps by tactic and by platform, and which log source would open most.

mod counts;
mod unlocks;

use crate::web::gaps::{Found, Gaps};
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;
use std::sync::Arc;

type Of = ReadSignal<Option<Arc<Found>>>;

/// The part.
pub(super) fn spread() -> AnyView {
    let found: Of = Gaps::get().found;
    let is_there = Memo::new(move |_| found.with(Option::is_some));
    live(move || match is_there.get() {
        true => Some(
            vec![counts::by_tactic(found), counts::by_platform(found), unlocks::section(found)]
                .into_any(),
        ),
        false => {
            Some(view! { <p class="stats-notice" role="status">"Looking for gaps…"</p> }.into_any())
        }
    })
}
