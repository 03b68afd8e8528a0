//! The alerts in numbers: which of them count, how many there are, when, in which tactics, and what
//! stands nowhere.

pub(super) mod brush;
mod by_tactic;
mod change;
pub(super) mod days;
mod figures;
mod filters;
mod rest;

use super::linked::selection;
use crate::alerts::{Facets, LatencyTable, Volume};
use crate::coverage::detections::{SeenOf, TacticSeen, techniques_seen};
use crate::web::detections::{Detecting, Seen};
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What is shown: one moment, as a whole.
struct Shown {
    seen: Arc<Seen>,
    facets: Facets,
    tactics: Vec<TacticSeen>,
    techniques: SeenOf,
    rules: SeenOf,
    /// The window before, if it is compared.
    earlier: Option<Earlier>,
}

/// The window before.
struct Earlier {
    volume: Volume,
    techniques: SeenOf,
    rules: SeenOf,
    latency: LatencyTable,
}

type Shows = ReadSignal<Option<Arc<Shown>>>;

async fn count(seen: Arc<Seen>, compares: bool) -> Shown {
    let pace = FramePace::new();
    let asked = &seen.asked;
    let (alerts, coverage, found) = (&asked.read.alerts, &asked.coverage, &seen.detections);
    let placement = &found.joined.placement;
    let tactics = asked.catalogue.tactics.len();
    let facets = Facets::of(alerts, placement, &found.selection, tactics, &pace).await;
    let before = found.before.as_ref().zip(found.selection.window).filter(|_| compares);
    let earlier = match before {
        None => None,
        Some((volume, window)) => {
            let selection = found.selection.within(window.before());
            let latency = LatencyTable::of_paced(alerts, placement, &selection, tactics, &pace);
            Some(Earlier {
                volume: volume.clone(),
                techniques: techniques_seen(coverage, volume),
                rules: found.rules_fired(coverage, volume),
                latency: latency.await,
            })
        }
    };
    Shown {
        facets,
        earlier,
        tactics: found.tactics(&asked.catalogue, coverage),
        techniques: techniques_seen(coverage, &found.volume),
        rules: found.rules_fired(coverage, &found.volume),
        seen,
    }
}

/// Counted in tasks of its own; what was there before stays until then.
fn shown() -> Shows {
    let (state, seen) = (AppState::get(), Detecting::get().seen);
    let compares = Memo::new(move |_| state.settings().with(|all| all.detections.compare));
    let shown = RwSignal::new(None::<Arc<Shown>>);
    Effect::new(move |_| {
        let (Some(of), compared) = (seen.get(), compares.get()) else { return shown.set(None) };
        spawn_local(async move {
            next_task().await;
            let is_wanted = || {
                let is_last = |last: Option<Arc<Seen>>| last.is_some_and(|l| Arc::ptr_eq(&l, &of));
                seen.try_get_untracked().is_some_and(is_last)
                    && compares.try_get_untracked() == Some(compared)
            };
            if let Some(found) = while_wanted(count(of.clone(), compared), is_wanted).await {
                shown.try_set(Some(Arc::new(found)));
            }
        });
    });
    shown.read_only()
}

/// The part.
pub(super) fn overview() -> AnyView {
    let has_alerts = Detecting::get().has_alerts;
    let shown = shown();
    let is_there = Memo::new(move |_| shown.with(Option::is_some));
    let body = move || match (has_alerts.get(), is_there.get()) {
        (false, _) => Some(tests_only()),
        (true, false) => {
            Some(view! { <p class="stat-sentence" role="status">"Counting alerts…"</p> }.into_any())
        }
        (true, true) => Some(all(shown)),
    };
    part(
        "alerts",
        "Alerts in numbers",
        "Everything below is of the alerts that count: in the window, of the severities and verdicts that are chosen.",
        live(body),
    )
}

fn all(shown: Shows) -> AnyView {
    let selection = selection();
    vec![
        brush::brush(shown, selection),
        filters::filters(shown, selection),
        figures::figures(shown),
        by_tactic::section(shown),
        rest::section(shown),
    ]
    .into_any()
}

fn tests_only() -> AnyView {
    view! {
        <p class="stats-notice">
            "Results of tests were read, and no alerts. What the tests show stands under "
            <a href="#/alerts?show=evidence">"Evidence"</a>
            ". Drop an export of alerts anywhere to see what the rules did."
        </p>
    }
    .into_any()
}
