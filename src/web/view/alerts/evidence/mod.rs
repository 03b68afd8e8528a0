//! What is proved of rules and techniques, step by step; when there was last evidence; which tests
//! failed.

mod ladder;
mod rules;
mod tests;

use super::proved::{proved, scope};
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::listed::Lists;
use leptos::prelude::*;

/// The part.
pub(super) fn evidence() -> AnyView {
    let proves = proved();
    let lists = Lists::new();
    let is_there = Memo::new(move |_| proves.with(Option::is_some));
    let body = move || match is_there.get() {
        true => Some(
            vec![
                ladder::section(proves, lists),
                ladder::ages(proves, lists),
                tests::section(proves),
            ]
            .into_any(),
        ),
        false => Some(
            view! { <p class="stat-sentence" role="status">"Looking at what is proved…"</p> }
                .into_any(),
        ),
    };
    vec![scope(proves), live(body)].into_any()
}
