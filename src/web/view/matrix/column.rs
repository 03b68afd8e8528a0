//! A column: the tactic's head above its cells.

use crate::attack::Catalogue;
use crate::coverage::TacticCoverage;
use crate::web::board::BoardColumn;
use crate::web::state::AppState;
use crate::web::view::numbers::percent;
use leptos::prelude::*;

/// The column without its cells: [`super::node::make`] puts them in.
pub(super) fn column(catalogue: &Catalogue, column: &BoardColumn) -> AnyView {
    let tactic = &catalogue.tactics[column.tactic];
    let is_open = RwSignal::new(false);
    view! {
        <div
            class="column"
            class:is-open=move || is_open.get()
            role="row"
            aria-label=tactic.name.clone()
            hidden=hidden(column.tactic)
        >
            {head(tactic.name.clone(), column.tactic, is_open)}
            <div class="column-cells" role="none"></div>
        </div>
    }
    .into_any()
}

/// A tactic without a technique in scope has no column.
fn hidden(tactic: usize) -> impl Fn() -> bool + Send + Sync + 'static {
    let covered = covered(tactic);
    move || covered.get().is_some_and(|covered| covered.techniques_total == 0)
}

fn covered(tactic: usize) -> Memo<Option<TacticCoverage>> {
    let state = AppState::get();
    Memo::new(move |_| state.coverage.with(|all| all.as_ref()?.tactics.get(tactic).copied()))
}

fn head(name: String, tactic: usize, is_open: RwSignal<bool>) -> AnyView {
    let covered = covered(tactic);
    let share = move || {
        let covered = covered.get()?;
        Some(format!("{:.1}%", covered.percent()))
    };
    let of = move || {
        let covered = covered.get()?;
        Some(format!("{} of {}", covered.techniques_covered, covered.techniques_total))
    };
    let state = AppState::get();
    let says_nothing = Memo::new(move |_| {
        state.coverage.with(|all| all.as_ref().is_some_and(|all| all.summary.says_nothing()))
    });
    let part = move || {
        let covered = covered.get()?;
        Some(match says_nothing.get() {
            true => "–".to_owned(),
            false => percent(covered.techniques_covered, covered.techniques_total),
        })
    };
    let toggle_label = format!("Techniques of {name}");
    view! {
        <div class="column-head" role="rowheader">
            <span class="column-name" title=name.clone()>{name.clone()}</span>
            <span class="column-bar" aria-hidden="true">
                <span class="column-bar-fill" style:width=share></span>
            </span>
            <span class="column-count">{of}</span>
            <span class="column-percent">{part}</span>
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
