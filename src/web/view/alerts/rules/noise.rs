//! What makes a rule noisy: the arithmetic, and the weights in it.

use super::super::proved::{Proved, Proves};
use crate::coverage::detections::HealthWeights;
use crate::web::state::AppState;
use crate::web::view::numbers::counted;
use crate::web::view::popover::Popover;
use crate::web::view::toolbar::weights::{Turned, reset, sliders};
use leptos::prelude::*;

/// When a rule is noisy.
const HEALTH: Turned = Turned {
    weights: |settings| settings.detections.health.all().collect(),
    set: |settings, key, to| {
        // Only what is within its range comes here.
        let _ = settings.detections.health.set(key, to);
    },
    reset: |settings| settings.detections.health = HealthWeights::default(),
    action: "reset-health",
};

pub(super) fn noise(proves: Proves) -> AnyView {
    let words = move || proves.with(|proved| proved.as_ref().map(|all| in_words(all)));
    view! {
        <div class="stat-line">{menu()}</div>
        <p class="stat-sentence" data-figure="noisy-from">{words}</p>
    }
    .into_any()
}

fn menu() -> AnyView {
    let settings = AppState::get().settings();
    let edited = Memo::new(move |_| {
        settings.with(|settings| settings.detections.health != HealthWeights::default())
    });
    let all = settings.with_untracked(HEALTH.weights);
    let label = move || if edited.get() { "as edited" } else { "by median and deviation" };
    let button = view! { <span class="toolbar-label">"Noisy"</span>{label} };
    view! {
        <Popover id="rule-health" title="Noisy" button=button.into_any() class="gaps-order">
            <h3>"When a rule is noisy"</h3>
            {sliders(HEALTH, &all)}
            {reset(HEALTH, edited)}
        </Popover>
    }
    .into_any()
}

fn in_words(proved: &Proved) -> String {
    let weight = |key: &str| proved.weights.get(key).unwrap_or_default();
    let wrong = format!(
        "Noisy is also a rule whose alerts with a verdict are false positives to {}\u{202f}% or more, from {} on.",
        (weight("noisy.false_share") * 100.0).round(),
        counted(weight("noisy.judged") as usize, "verdict", "verdicts"),
    );
    let Some(loud) = &proved.loudness else {
        return format!("No rule fired, so none is loud. {wrong}");
    };
    format!(
        "{} fired. Half of them raised {} alerts or fewer (the median); half are not further from that than {} (the median absolute deviation). Loud is a rule with more than {} + {} × {} = {} alerts, and at least {}. {wrong}",
        counted(loud.fired, "rule", "rules"),
        loud.median,
        loud.deviation,
        loud.median,
        loud.spread,
        loud.deviation,
        (loud.far() * 100.0).round() / 100.0,
        loud.least,
    )
}
