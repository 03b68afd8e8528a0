//! The legend: every look a cell on screen has, what it means and how many techniques have it.

use super::matrix::{lower_edge, mark_name};
use super::numbers::count;
use crate::attack::TechniqueIndex;
use crate::heatmap::{CellPaint, LegendEntry, Rgb, legend};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The legend of the techniques shown.
#[component]
pub fn Legend(
    /// What the matrix shows.
    shown: ReadSignal<Arc<BTreeSet<TechniqueIndex>>>,
) -> impl IntoView {
    let state = AppState::get();
    let entries = Memo::new(move |_| {
        let (Some(catalogue), Some(coverage)) = (state.catalogue.get(), state.coverage.get())
        else {
            return Vec::new();
        };
        let theme = state.theme.get();
        let palette = state.settings().with(|settings| settings.palette_in(theme));
        let shown = shown.get();
        // Right after a change of catalogue, what is shown is still that of the one before.
        let known = shown.iter().copied().filter(|i| usize::from(i.0) < coverage.techniques.len());
        legend(&catalogue, &coverage, &palette, theme, known)
    });
    let convention = move || state.settings().with(|settings| settings.policy.sentence());
    view! {
        <div class="legend" role="group" aria-label="Legend">
            <ul>{move || entries.get().into_iter().map(entry).collect_view()}</ul>
            <p class="legend-policy muted">{convention}</p>
        </div>
    }
}

fn entry(entry: LegendEntry) -> impl IntoView {
    view! {
        <li>
            {sample(&entry.sample, "")}
            <span>{entry.label}</span>
            <span class="count">{count(entry.count)}</span>
        </li>
    }
}

/// A cell in small, with a sign in it or none.
pub(super) fn sample(paint: &CellPaint, sign: &'static str) -> impl IntoView + use<> {
    let (image, size) = paint.lower_edge.map(lower_edge).unzip();
    let colour = |colour: Option<Rgb>| colour.map(|colour| colour.to_string());
    view! {
        <span
            class="swatch"
            aria-hidden="true"
            data-mark=mark_name(paint)
            data-hatched=paint.hatch.map(|_| "")
            data-dashed=paint.dashed.then_some("")
            data-edge=paint.lower_edge.map(|_| "")
            style:background-color=colour(paint.fill)
            style:background-image=image
            style:background-size=size
            style:outline-color=colour(paint.edge)
            style:color=paint.text.to_string()
        >
            <i class="cell-score">{sign}</i>
        </span>
    }
}
