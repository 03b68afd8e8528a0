//! A column: the tactic's head and its cells. Made once; [`super::node`] fills it.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::TacticCoverage;
use crate::web::board::{Board, BoardColumn};
use crate::web::state::AppState;
use crate::web::view::numbers::percent;
use leptos::prelude::*;
use std::sync::Arc;

/// Its cells are made once `mounted` says so: all columns in one task would block the page for
/// longer than a frame.
pub(super) fn column(
    catalogue: &Arc<Catalogue>,
    board: &Arc<Board>,
    at: usize,
    mounted: RwSignal<usize>,
) -> AnyView {
    let tactic_at = board.columns[at].tactic;
    let tactic = &catalogue.tactics[tactic_at];
    let is_open = RwSignal::new(false);
    let is_mounted = Memo::new(move |_| mounted.get() > at);
    let (catalogue_of_cells, board) = (catalogue.clone(), board.clone());
    let cells = move || is_mounted.get().then(|| cells(&catalogue_of_cells, &board.columns[at]));
    view! {
        <div
            class="column"
            class:is-open=move || is_open.get()
            role="row"
            aria-label=tactic.name.clone()
            hidden=hidden(tactic_at)
        >
            {head(tactic.name.clone(), tactic_at, is_open)}
            <div class="column-cells" role="none">{cells}</div>
        </div>
    }
    .into_any()
}

fn cells(catalogue: &Catalogue, column: &BoardColumn) -> AnyView {
    let tactic = &catalogue.tactics[column.tactic];
    column
        .cells
        .iter()
        .filter(|cell| cell.parent.is_none())
        .map(|cell| {
            let parent =
                parent(catalogue, cell.technique, &tactic.shortname, !cell.subs.is_empty());
            let subs = (!cell.subs.is_empty()).then(|| {
                let subs = column.cells[cell.subs.clone()]
                    .iter()
                    .map(|sub| sub_technique(catalogue, sub.technique, &tactic.shortname))
                    .collect::<Vec<_>>();
                let count = cell.subs.len().to_string();
                view! { <div class="cell-subs" role="none" hidden style:--subs=count>{subs}</div> }
            });
            (parent, subs)
        })
        .collect_view()
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
    let part = move || {
        let covered = covered.get()?;
        Some(percent(covered.techniques_covered, covered.techniques_total))
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

/// Elements are few on purpose: nine hundred cells are laid out in one frame.
fn parent(
    catalogue: &Catalogue,
    index: TechniqueIndex,
    tactic: &str,
    has_subs: bool,
) -> impl IntoView + use<> {
    let technique = catalogue.technique(index);
    let id = technique.id.to_string();
    // For the mouse; the cell itself says `aria-expanded` and folds on `.`, and its drawer lists
    // the sub-techniques.
    let below = has_subs.then(|| {
        view! {
            <i class="cell-fold" aria-hidden="true"></i>
        }
    });
    view! {
        <div class="cell" role="gridcell" tabindex="-1" data-technique=id data-tactic=tactic.to_owned()>
            <div class="cell-name" data-id=id.clone()><span class="cell-score" aria-hidden="true"></span>{technique.name.clone()}</div>
            {below}
        </div>
    }
}

fn sub_technique(
    catalogue: &Catalogue,
    index: TechniqueIndex,
    tactic: &str,
) -> impl IntoView + use<> {
    let technique = catalogue.technique(index);
    let id = technique.id.to_string();
    view! {
        <div class="cell" role="gridcell" tabindex="-1" data-technique=id data-tactic=tactic.to_owned()>
            <div class="cell-name" data-id=id.clone()><span class="cell-score" aria-hidden="true"></span>{technique.name.clone()}</div>
        </div>
    }
}
