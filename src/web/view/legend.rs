//! The legend: every look a cell on screen has, what it means and how many techniques have it.

use super::matrix::{hatch_name, lower_edge, mark_name, step_name};
use super::numbers::count;
use crate::attack::TechniqueIndex;
use crate::heatmap::{AlertLegendEntry, CellPaint, Rgb, legend};
use crate::web::detections::{Asked, CellsShow, Detecting};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A line of a legend: how a cell looks, what its corner says, what that means, and how many.
type Line = (CellPaint, &'static str, String, usize);

/// The legend of the techniques shown.
#[component]
pub fn Legend(
    /// What the matrix shows.
    shown: ReadSignal<Arc<BTreeSet<TechniqueIndex>>>,
) -> impl IntoView {
    let state = AppState::get();
    let detecting = Detecting::get();
    let entries = Memo::new(move |_| {
        let (Some(catalogue), Some(coverage)) = (state.catalogue.get(), state.coverage.get())
        else {
            return Vec::new();
        };
        let theme = state.theme.get();
        let palette = state.settings().with(|settings| settings.palette_in(theme));
        let shown = shown.get();
        // Right after a change of catalogue, what is shown is still that of the one before.
        let known = |all: usize| shown.iter().copied().filter(move |i| usize::from(i.0) < all);
        if let Some(painted) = detecting.painted.get() {
            let Asked { catalogue, coverage, .. } = &painted.seen.asked;
            let shown = known(coverage.techniques.len());
            let entries = painted.painter.legend(catalogue, coverage, (&palette, theme), shown);
            let line = |entry: AlertLegendEntry| -> Line {
                (entry.sample, entry.sign, entry.label, entry.count)
            };
            return entries.into_iter().map(line).collect::<Vec<Line>>();
        }
        let entries =
            legend(&catalogue, &coverage, &palette, theme, known(coverage.techniques.len()));
        entries.into_iter().map(|entry| (entry.sample, "", entry.label, entry.count)).collect()
    });
    let convention = move || match detecting.cells.get() {
        CellsShow::Rules => state.settings().with(|settings| settings.policy.sentence()),
        _ => detecting.convention(),
    };
    view! {
        <div class="legend" role="group" aria-label="Legend">
            <ul>{move || entries.get().into_iter().map(entry).collect_view()}</ul>
            <p class="legend-policy muted">{convention}</p>
        </div>
    }
}

fn entry((paint, sign, label, number): Line) -> impl IntoView {
    view! {
        <li>
            {sample(&paint, sign)}
            <span>{label}</span>
            <span class="count">{count(number)}</span>
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
            data-hatched=hatch_name(paint)
            data-step=step_name(paint)
            style:--pattern=colour(paint.pattern.map(|pattern| pattern.colour))
            data-second=paint.second.map(|_| "")
            style:--second=colour(paint.second)
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
