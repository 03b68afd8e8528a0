//! The matrix: a column a tactic, a cell a technique.

mod column;
mod face;
mod grid;
mod node;
mod tip;

pub(crate) use node::{lower_edge, mark_name};

use super::legend::Legend;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::heatmap::Painter;
use crate::rule::Intake;
use crate::web::board::Board;
use crate::web::intake::now_ms;
use crate::web::next_task::next_frame;
use crate::web::state::AppState;
use grid::{Grid, Picture};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeSet;
use std::sync::Arc;
use web_sys::HtmlDivElement;

/// The heatmap with its legend.
#[component]
pub fn MatrixView() -> impl IntoView {
    let state = AppState::get();
    let shown = RwSignal::new(Arc::new(BTreeSet::<TechniqueIndex>::new()));
    view! {
        <div class="matrix-view">
            {move || match state.catalogue.get() {
                Some(catalogue) => matrix(catalogue, shown),
                None => view! { <p class="matrix-wait muted">"Reading ATT&CK…"</p> }.into_any(),
            }}
            <Legend shown=shown.read_only() />
        </div>
    }
}

/// Draws until the newest picture is complete.
async fn draw_in_pieces(grid: Grid, element: HtmlDivElement) {
    /// Style and layout of a piece take several times as long.
    const PIECE_MS: f64 = 2.5;
    // The first frame is that of headline, heads and legend.
    while !grid.is_complete() {
        next_frame().await;
        let begun = now_ms();
        while now_ms() - begun < PIECE_MS && grid.step(&element) {}
    }
    grid.end();
    grid.state.drawing.set(false);
}

fn matrix(catalogue: Arc<Catalogue>, shown: RwSignal<Arc<BTreeSet<TechniqueIndex>>>) -> AnyView {
    let state = AppState::get();
    let board = Arc::new(Board::new(&catalogue));
    let grid = Grid::new(catalogue.clone(), board.clone());
    let element = NodeRef::<leptos::html::Div>::new();

    // Most settings change neither colours nor folding.
    let palette = Memo::new(move |_| {
        let theme = state.theme.get();
        (state.settings().with(|settings| settings.palette_in(theme)), theme)
    });
    let expansion = Memo::new(move |_| state.settings().with(|s| s.expansion.clone()));
    let faces = {
        let catalogue = catalogue.clone();
        Memo::new(move |_| {
            let coverage = state.coverage.get()?;
            let painter = palette.with(|(palette, theme)| Painter::new(palette, *theme));
            // The catalogue of a coverage that is about to be replaced may be another one.
            (coverage.techniques.len() == catalogue.techniques.len())
                .then(|| Arc::new(face::faces(&catalogue, &coverage, &painter)))
        })
    };
    let found = {
        let catalogue = catalogue.clone();
        Memo::new(move |_| {
            let text = state.search.with(|search| search.trim().to_owned());
            (!text.is_empty()).then(|| {
                let mut found = vec![false; catalogue.techniques.len()];
                for index in catalogue.search(&text, usize::MAX) {
                    found[usize::from(index.0)] = true;
                }
                Arc::new(found)
            })
        })
    };
    let open = {
        let catalogue = catalogue.clone();
        Memo::new(move |_| {
            let faces = faces.get();
            let found = found.get();
            let expansion = expansion.get();
            let is_open = |index: TechniqueIndex| {
                let at = usize::from(index.0);
                let annotated =
                    faces.as_ref().is_some_and(|faces| faces[at].facts.subtechniques_covered > 0);
                let has_found = found.as_ref().is_some_and(|found| {
                    catalogue.sub_techniques(index).any(|sub| found[usize::from(sub.0)])
                });
                has_found || expansion.is_open(catalogue.technique(index).id, annotated)
            };
            Arc::new(crate::sorted::set(catalogue.indices().filter(|index| is_open(*index))))
        })
    };
    // A change of a control is drawn in one frame; the first picture and what an import brings, in
    // which most cells change, in several, so that none of them takes long.
    Effect::new(move |last: Option<Option<Arc<Intake>>>| {
        let intake = state.intake.get_untracked();
        let (Some(element), Some(faces)) = (element.get(), faces.get()) else { return None };
        let visible = grid.begin(Picture {
            faces,
            open: open.get(),
            found: found.get(),
            selected: state.address.with(|address| address.technique),
        });
        if shown.with_untracked(|before| **before != visible) {
            shown.set(Arc::new(visible));
        }
        let is_known = last.flatten().is_some_and(|last| Arc::ptr_eq(&last, &intake));
        if is_known && grid.is_made() {
            while grid.step(&element) {}
            grid.end();
        } else if !state.drawing.get_untracked() {
            state.drawing.set(true);
            spawn_local(draw_in_pieces(grid, element));
        }
        Some(intake)
    });
    on_cleanup(move || state.drawing.set(false));

    let columns =
        board.columns.iter().map(|column| column::column(&catalogue, column)).collect::<Vec<_>>();
    let label =
        format!("ATT&CK {} {}, a row for each tactic", catalogue.domain.name(), catalogue.version);
    let settings = state.settings();
    let matches = move || {
        let found = found.get()?;
        let count = found.iter().filter(|found| **found).count();
        let text = super::numbers::counted(count, "technique matches", "techniques match");
        Some(format!("{text} “{}”", state.search.with(|search| search.trim().to_owned())))
    };
    let empty = move || {
        let none = state.coverage.with(|coverage| {
            coverage.as_ref().is_some_and(|coverage| {
                coverage.summary.techniques_total + coverage.summary.subtechniques_total == 0
            })
        });
        none.then(|| view! {
            <p class="matrix-wait">"No technique of this release has one of the chosen platforms."</p>
        })
    };
    view! {
        <p class="matrix-found" role="status">{matches}</p>
        {empty}
        <div class="matrix" on:scroll=move |_| grid.tip.set(None)>
            <div
                class="grid"
                class:hide-scores=move || settings.with(|settings| !settings.show_scores)
                class:show-ids=move || settings.with(|settings| settings.show_ids)
                role="grid"
                aria-label=label
                node_ref=element
                on:click=move |event| grid.on_click(&event)
                on:keydown=move |event| grid.on_key(&event)
                on:focusin=move |event| grid.on_focus(&event)
                on:focusout=move |_| grid.tip.set(None)
                on:pointerover=move |event| grid.on_pointer(&event)
                on:pointerleave=move |_| grid.tip.set(None)
            >
                {columns}
            </div>
        </div>
        {tip::tip(grid.tip.read_only())}
    }
    .into_any()
}
