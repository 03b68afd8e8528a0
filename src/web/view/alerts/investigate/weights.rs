//! The weights of an investigation, and whether sub-techniques count for their techniques.

use crate::investigate::InvestigationWeights;
use crate::web::state::AppState;
use crate::web::view::popover::Popover;
use crate::web::view::toolbar::weights::{Turned, reset, sliders};
use leptos::prelude::*;

const WEIGHTS: Turned = Turned {
    weights: |settings| settings.detections.investigation.weights.all().collect(),
    set: |settings, key, to| {
        // Only what is within its range comes here.
        let _ = settings.detections.investigation.weights.set(key, to);
    },
    reset: |settings| settings.detections.investigation.weights = InvestigationWeights::default(),
    action: "reset-investigation",
};

pub(super) fn menu() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let edited = Memo::new(move |_| {
        settings.with(|all| all.detections.investigation.weights != InvestigationWeights::default())
    });
    let with_parents =
        Memo::new(move |_| settings.with(|all| all.detections.investigation.with_parents));
    let all = settings.with_untracked(WEIGHTS.weights);
    let label = move || match (edited.get(), with_parents.get()) {
        (false, false) => "as by default",
        _ => "as edited",
    };
    let button = view! { <span class="toolbar-label">"Weights"</span>{label} };
    view! {
        <Popover id="investigation" title="Weights" button=button.into_any() class="gaps-order">
            <h3>"How it is counted"</h3>
            <label class="check">
                <input
                    type="checkbox"
                    data-action="with-parents"
                    prop:checked=move || with_parents.get()
                    on:change=move |event| {
                        let is_on = event_target_checked(&event);
                        state.choose(|settings| settings.detections.investigation.with_parents = is_on);
                    }
                />
                <span>"Sub-techniques count for their techniques, too"</span>
            </label>
            <p class="muted">"Off: each id for itself, as ATT&CK links groups and techniques."</p>
            {sliders(WEIGHTS, &all)}
            {reset(WEIGHTS, edited)}
        </Popover>
    }
    .into_any()
}
