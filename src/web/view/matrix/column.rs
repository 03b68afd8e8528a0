//! A column: the tactic's head above its cells.

use super::head::Head;
use crate::attack::Catalogue;
use crate::web::board::BoardColumn;
use leptos::prelude::*;
use std::sync::Arc;

/// The numbers above all columns, by tactic.
type Heads = Memo<Arc<Vec<Head>>>;

/// The column without its cells: [`super::node::make`] puts them in.
pub(super) fn column(
    catalogue: &Catalogue,
    (row, column): (usize, &BoardColumn),
    heads: Heads,
) -> AnyView {
    let tactic = &catalogue.tactics[column.tactic];
    let at = column.tactic;
    let is_open = RwSignal::new(false);
    // A tactic without a technique in scope has no column.
    let hidden = move || heads.with(|heads| heads.get(at).is_some_and(|head| head.is_empty));
    view! {
        <div
            class="column"
            class:is-open=move || is_open.get()
            role="row"
            // To assistive technology a tactic is a row.
            aria-rowindex=row + 1
            aria-label=tactic.name.clone()
            hidden=hidden
        >
            {head(tactic.name.clone(), at, heads, is_open)}
            <div class="column-cells" role="none"></div>
        </div>
    }
    .into_any()
}

fn head(name: String, tactic: usize, heads: Heads, is_open: RwSignal<bool>) -> AnyView {
    let of =
        move |part: fn(&Head) -> String| move || heads.with(|heads| heads.get(tactic).map(part));
    let toggle_label = format!("Techniques of {name}");
    view! {
        <div class="column-head" role="rowheader" aria-colindex="1">
            <span class="column-name" title=name.clone()>{name.clone()}</span>
            <span class="column-bar" aria-hidden="true">
                <span
                    class="column-bar-fill"
                    style:width=of(|head| format!("{:.1}%", head.share))
                ></span>
            </span>
            <span class="column-count">{of(|head| head.of.clone())}</span>
            <span class="column-percent">{of(|head| head.percent.clone())}</span>
            // On a narrow screen columns are stacked and fold.
            <button
                type="button"
                class="column-toggle"
                aria-label=toggle_label
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)
            ></button>
        </div>
    }
    .into_any()
}
