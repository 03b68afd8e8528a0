//! The legend of a layer: its gradient, its own lines, and what else is on screen, with counts.

use crate::heatmap::{GradientShades, LayerLegendEntry, LayerPainter, Rgb, layer_legend};
use crate::web::state::AppState;
use crate::web::view::legend::sample;
use crate::web::view::numbers::count;
use leptos::prelude::*;

/// Colours that the gradient is shown in.
const STEPS: u32 = 24;

/// The legend.
#[component]
pub fn LayerLegend() -> impl IntoView {
    let state = AppState::get();
    let shown = state.shown_layer;
    let entries = Memo::new(move |_| {
        shown.with(|shown| {
            let Some(shown) = shown else { return Default::default() };
            let own = shown.open.layer.legend_items.iter();
            let own: Vec<(String, Rgb)> = own
                .filter_map(|item| Some((item.label.clone(), item.color.get(..7)?.parse().ok()?)))
                .collect();
            let cells = shown.matrix.cells().filter(|cell| cell.visible);
            layer_legend(&own, cells.map(|cell| (cell, shown.entry(cell))))
        })
    });
    let gradient = move || {
        shown.with(|shown| {
            let gradient = &shown.as_ref()?.open.layer.gradient;
            let (min, max) = (gradient.min_value.as_f64()?, gradient.max_value.as_f64()?);
            let shades = GradientShades::new(gradient);
            let step = move |at: u32| {
                let colour = shades.colour(min + (max - min) * f64::from(at) / f64::from(STEPS - 1));
                view! { <i style:background-color=colour.to_string()></i> }
            };
            Some(view! {
                <li class="legend-gradient">
                    <span class="tabular">{gradient.min_value.to_string()}</span>
                    <span class="gradient-bar" aria-hidden="true">{(0..STEPS).map(step).collect_view()}</span>
                    <span class="tabular">{gradient.max_value.to_string()}</span>
                    <span class="count">{count(entries.get().1.scored)}</span>
                </li>
            })
        })
    };
    // Patterns beside the colours, where they are asked for.
    let steps = move || {
        let is_patterned = state.settings().with(|settings| settings.palette.is_patterned());
        let theme = state.theme.get();
        shown.with(|shown| {
            let gradient = &shown.as_ref()?.open.layer.gradient;
            let painter = LayerPainter::new(gradient, theme).with_patterns(is_patterned);
            let step = |(paint, means)| view! { <li>{sample(&paint, "")}<span>{means}</span></li> };
            Some(painter.steps().into_iter().map(step).collect_view())
        })
    };
    let rest = move || {
        let counts = entries.get().1;
        [("disabled", counts.disabled), ("no score", counts.plain)]
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .map(|(label, number)| {
                entry(LayerLegendEntry { fill: None, label: label.to_owned(), count: number })
            })
            .collect_view()
    };
    view! {
        <div class="legend legend-layer" role="group" aria-label="Legend">
            <ul>
                {gradient}
                {steps}
                {move || entries.get().0.into_iter().map(entry).collect_view()}
                {rest}
            </ul>
            <p class="legend-policy muted">
                "Colours as the ATT&CK Navigator has them; numbers count visible cells, one a technique and tactic."
            </p>
        </div>
    }
}

fn entry(entry: LayerLegendEntry) -> impl IntoView {
    let colour = entry.fill.map(|fill| fill.to_string());
    view! {
        <li>
            <span class="swatch" aria-hidden="true" style:background-color=colour></span>
            <bdi>{entry.label}</bdi>
            <span class="count">{count(entry.count)}</span>
        </li>
    }
}
