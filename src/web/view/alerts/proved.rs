//! What the alerts that count and the tests prove, and how the rules do by them; computed while
//! somebody looks.

use crate::alerts::Latency;
use crate::coverage::detections::{
    Evidence, HealthWeights, Loudness, RuleHealth, TestPlace, loudness, place_tests, rule_health,
};
use crate::pace::Pace as _;
use crate::web::detections::{Detecting, Seen};
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// All of one moment.
pub(super) struct Proved {
    pub(super) seen: Arc<Seen>,
    pub(super) evidence: Evidence,
    pub(super) weights: HealthWeights,
    pub(super) loudness: Option<Loudness>,
    pub(super) health: Vec<RuleHealth>,
    /// At the place of each rule that was read.
    pub(super) latencies: Vec<Latency>,
    /// For each test what it is of.
    pub(super) places: Vec<TestPlace>,
}

pub(super) type Proves = ReadSignal<Option<Arc<Proved>>>;

async fn prove(seen: Arc<Seen>, weights: HealthWeights) -> Proved {
    let pace = FramePace::new();
    let (asked, found) = (&seen.asked, &seen.detections);
    let (intake, coverage, alerts) = (&asked.read.intake, &asked.coverage, &asked.read.alerts);
    let of_all = coverage.claims.evidence.as_ref();
    let evidence = match of_all.filter(|_| asked.selection == asked.all.all.selection) {
        Some(of_all) => of_all.by(&weights),
        None => {
            let read = (&**alerts, asked.read.tests.as_slice());
            let claims = &coverage.claims;
            found.evidence_paced(&asked.catalogue, intake, claims, read, &weights, &pace).await
        }
    };
    pace.pause().await;
    let health = rule_health(intake, coverage, &evidence, &weights);
    pace.pause().await;
    let latencies = found.latency_of_rules(alerts, intake.rules.len(), &pace).await;
    let places = place_tests(&asked.catalogue, intake, &asked.read.tests, &pace).await;
    let loudness = loudness(&evidence, &weights);
    Proved { evidence, weights, loudness, health, latencies, places, seen }
}

/// In tasks of its own; what was there before stays until then.
pub(super) fn proved() -> Proves {
    let (state, seen) = (AppState::get(), Detecting::get().seen);
    let weights = Memo::new(move |_| state.settings().with(|all| all.detections.health));
    let proved = RwSignal::new(None::<Arc<Proved>>);
    Effect::new(move |_| {
        let (Some(of), by) = (seen.get(), weights.get()) else { return proved.set(None) };
        spawn_local(async move {
            next_task().await;
            let is_wanted = || {
                let is_last = |last: Option<Arc<Seen>>| last.is_some_and(|l| Arc::ptr_eq(&l, &of));
                seen.try_get_untracked().is_some_and(is_last)
                    && weights.try_get_untracked() == Some(by)
            };
            if let Some(found) = while_wanted(prove(of.clone(), by), is_wanted).await {
                proved.try_set(Some(Arc::new(found)));
            }
        });
    });
    proved.read_only()
}

/// Of which alerts, in a sentence.
pub(super) fn scope(proves: Proves) -> AnyView {
    let text = move || {
        proves.with(|proved| {
            let seen = &proved.as_ref()?.seen;
            let (alerts, all) =
                (seen.detections.volume.alerts as usize, seen.asked.read.alerts.len());
            let window = seen.asked.selection.window.and_then(|window| window.days());
            let window = window.map(|(first, last)| format!(", {first} to {last}"));
            Some(
                match alerts == all {
                    true => format!("Of all {}", counted(all, "alert", "alerts")),
                    false => format!("Of {} of {}", count(alerts), counted(all, "alert", "alerts")),
                } + &window.unwrap_or_default(),
            )
        })
    };
    view! {
        <p class="stat-sentence alert-scope" data-figure="scope">
            {text}". "<a class="opener" href="#/alerts">"Window, severities, verdicts"</a>
        </p>
    }
    .into_any()
}
