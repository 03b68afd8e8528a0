//! How the rules do: silent ones, noisy ones, those that never fired and cover something alone,
//! those whose test failed.

mod filters;
mod noise;
mod row;
mod sorting;
mod table;

use super::proved::{Proved, Proves, proved, scope};
use crate::coverage::Order;
use crate::coverage::detections::RuleHealth;
use crate::web::view::rows::Listing;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::{chosen, part};
use filters::Kind;
use leptos::prelude::*;
use sorting::{Column, sorted};
use std::sync::Arc;

type Rows = Listing<Option<Arc<Proved>>, RuleHealth>;

/// The list, and what of it is shown.
#[derive(Clone, Copy)]
struct Shown {
    proves: Proves,
    kind: Memo<Option<Kind>>,
    /// What is typed into its field.
    text: RwSignal<String>,
    order: RwSignal<Order<Column>>,
    rows: Memo<Rows>,
}

/// The part.
pub(super) fn rules() -> AnyView {
    let proves = proved();
    let is_there = Memo::new(move |_| proves.with(Option::is_some));
    let body = move || match is_there.get() {
        true => Some(all(proves)),
        false => Some(
            view! { <p class="stat-sentence" role="status">"Looking at the rules…"</p> }.into_any(),
        ),
    };
    part(
        "rule-health",
        "Rule health",
        "The rules that count, by the alerts they raised: which never fired, which fire far too often or are mostly wrong, which technique hangs on a rule that nobody ever saw working.",
        live(body),
    )
}

fn all(proves: Proves) -> AnyView {
    let state = chosen("state");
    let kind = Memo::new(move |_| state.with(|name| Kind::named(name)));
    let text = RwSignal::new(String::new());
    // Silent ones first, as the library has them, until a column is chosen.
    let order = RwSignal::new(Order { column: Column::AsFound, descending: false });
    let rows = Memo::new(move |previous: Option<&Rows>| {
        let Some(proved) = proves.get() else { return Rows::after(previous, None, Vec::new()) };
        let rows = sorted(&proved, kind.get(), &text.get(), order.get());
        Rows::after(previous, Some(proved), rows)
    });
    let shown = Shown { proves, kind, text, order, rows };
    vec![scope(proves), noise::noise(proves), filters::filters(shown), table::table(shown)]
        .into_any()
}
