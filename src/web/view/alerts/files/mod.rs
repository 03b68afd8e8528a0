//! The files alerts and results of tests came from: what was read, what was left out and why, and
//! how columns and times were understood.

mod dialog;
mod known;
mod open;
mod preview;
mod reading;
mod results;

pub(in crate::web) use dialog::columns_dialog;
pub(in crate::web) use open::{open_alerts, open_file};

use crate::web::answer::AllDetections;
use crate::web::state::AppState;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// The part.
pub(super) fn files() -> AnyView {
    let state = AppState::get();
    let all = Memo::new_with_compare(
        move |_| state.all_detections.get(),
        |before: Option<&Option<Arc<AllDetections>>>, now| match (before, now) {
            (Some(Some(before)), Some(Some(now))) => !Arc::ptr_eq(before, now),
            (Some(None), Some(None)) => false,
            _ => true,
        },
    );
    let cards = move || {
        let alerts = all.with(|all| all.as_ref().map(|all| all.read.alerts.clone()));
        let alerts = alerts.filter(|alerts| !alerts.readings.is_empty())?;
        let cards: Vec<AnyView> = (0..)
            .zip(&alerts.readings)
            .map(|(at, one)| reading::card(one, alerts.copies_in(at)))
            .collect();
        Some(cards.into_any())
    };
    let none = move || {
        let has = all.with(|all| all.as_ref().is_some_and(|all| all.read.has_detections()));
        (!has).then(|| {
            view! {
                <p class="stat-sentence" data-empty="alert-files">
                    "No file of alerts was read yet. Drop an export anywhere, or open one here: CSV, TSV, JSON or NDJSON with a time and a rule or technique. Where its columns do not say what they are, you are asked. Nothing leaves this tab."
                </p>
            }
            .into_any()
        })
    };
    let body = view! {
        {live(none)}
        <p class="stat-line">{open_alerts()}</p>
        <div class="alert-files">{live(cards)}</div>
    };
    view! {
        {part(
            "alert-files",
            "Files of alerts",
            "Every file, how many of its rows were read, what was left out and why, and how its columns and times were understood.",
            body.into_any(),
        )}
        {results::section(all)}
        {known::section()}
    }
    .into_any()
}
