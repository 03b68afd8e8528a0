//! Alerts by technique: as a layer, or a table.

use super::files::told;
use crate::export::alerts_layer::{AlertsOf, layer};
use crate::export::layer_json::{LayerOptions, to_json};
use crate::export::{alert_counts_csv, file_stem};
use crate::heatmap::{Palette, Theme};
use crate::layer::Layer;
use crate::web::detections::{Asked, Detecting, Seen};
use crate::web::download;
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::edit::start::open;
use crate::web::view::tactics::cells::press;
use leptos::prelude::*;

fn of(seen: &Seen) -> AlertsOf<'_> {
    let Asked { catalogue, coverage, read, .. } = &seen.asked;
    let (intake, alerts, detections) = (&read.intake, &read.alerts, &seen.detections);
    AlertsOf { catalogue, coverage, intake, alerts, detections }
}

/// The three ways; nothing while there are no alerts.
pub(super) fn section() -> AnyView {
    let (state, detecting) = (AppState::get(), Detecting::get());
    let as_layer = move |seen: &Seen| -> Layer {
        let scale = state.settings().with_untracked(|settings| settings.detections.scale);
        let options = LayerOptions {
            name: String::new(),
            description: String::new(),
            palette: Palette::alerts(Theme::Light),
            date: today(),
        };
        layer(&of(seen), scale, &options)
    };
    let save = move |name: String, mime: &str, text: &str| {
        download::save(&name, mime, text.as_bytes());
        told(&state, &name);
    };
    let stem = || format!("alerts_{}", file_stem(today()).trim_start_matches("coverage_"));
    let table = move || {
        if let Some(seen) = detecting.seen.get_untracked() {
            save(format!("{}.csv", stem()), "text/csv", &alert_counts_csv::write(&of(&seen)));
        }
    };
    let file = move || {
        if let Some(seen) = detecting.seen.get_untracked() {
            save(format!("{}.json", stem()), "application/json", &to_json(&as_layer(&seen)));
        }
    };
    let tab = move || {
        if let Some(seen) = detecting.seen.get_untracked() {
            open(state, as_layer(&seen), "The alerts are a layer, a score is their number");
        }
    };
    let button = |action, label: &str, press_it| {
        press(action, false.into(), Signal::stored(label.to_owned()), press_it)
    };
    let inside = move || {
        view! {
            <section class="export-part">
                <h3>"Alerts by technique"</h3>
                <p class="muted">"Those that count now: window, severity and verdict as chosen."</p>
                <div class="export-actions">
                    {button("export-alerts-layer", "Layer file", Box::new(file))}
                    {button("alerts-as-layer", "As a layer here", Box::new(tab))}
                    {button("export-alerts-csv", "CSV", Box::new(table))}
                </div>
            </section>
        }
    };
    view! { {move || detecting.has_alerts.get().then(inside)} }.into_any()
}
