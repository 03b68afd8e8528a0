//! The weights of a policy as sliders, each with its default, its meaning and where it is from.

use crate::coverage::{Policy, Weight};
use crate::web::settings::Settings;
use crate::web::state::AppState;
use leptos::prelude::*;

/// The policy whose weights are turned: where it stands in the settings.
#[derive(Clone, Copy)]
pub(in crate::web::view) struct Turned {
    /// Its weights and their values.
    pub(in crate::web::view) weights: fn(&Settings) -> Vec<(&'static Weight, f64)>,
    /// Sets one; only what is within its range comes here.
    pub(in crate::web::view) set: fn(&mut Settings, &str, f64),
    /// Sets all to their defaults.
    pub(in crate::web::view) reset: fn(&mut Settings),
    /// The name of the button for that.
    pub(in crate::web::view) action: &'static str,
}

/// How rules become scores.
const SCORING: Turned = Turned {
    weights: |settings| settings.policy.weights(),
    set: |settings, key, to| {
        let _ = settings.policy.set_weight(key, to);
    },
    reset: |settings| {
        if let Some(default) = Policy::named(settings.policy.name()) {
            settings.policy = default;
        }
    },
    action: "reset-weights",
};

/// What can be turned in the chosen policy; nothing where that has no weights. Made anew when
/// another policy is chosen, not when a weight is turned.
pub(super) fn weights(edited: Memo<bool>) -> AnyView {
    let state = AppState::get();
    let all = state.settings().with_untracked(SCORING.weights);
    view! { {sliders(SCORING, &all)}{reset(SCORING, edited)} }.into_any()
}

impl Turned {
    /// The value of a weight, as it is turned.
    pub(in crate::web::view) fn value(self, weight: &'static Weight) -> Memo<f64> {
        let settings = AppState::get().settings();
        Memo::new(move |_| {
            let all = settings.with(self.weights);
            let found = all.into_iter().find(|(each, _)| each.key == weight.key);
            found.map_or(weight.default(), |(_, value)| value)
        })
    }
}

/// A slider for each; nothing where there are none.
pub(in crate::web::view) fn sliders(of: Turned, all: &[(&'static Weight, f64)]) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    // Neighbours from the same source share its line.
    let groups = all.chunk_by(|(one, _), (next, _)| one.source == next.source).map(|group| {
        let source = group.first().map(|(weight, _)| weight.source);
        view! {
            {group.iter().map(|(weight, _)| slider(of, weight)).collect_view()}
            <p class="weights-source muted">"Defaults: " {source}</p>
        }
    });
    view! {
        <div class="weights" role="group" aria-label="Weights">{groups.collect_view()}</div>
    }
    .into_any()
}

/// The button that sets all weights back.
pub(in crate::web::view) fn reset(of: Turned, edited: Memo<bool>) -> AnyView {
    let state = AppState::get();
    let none = move || state.settings().with(|settings| (of.weights)(settings).is_empty());
    view! {
        <button
            type="button"
            class="button"
            data-action=of.action
            hidden=none
            disabled=move || !edited.get()
            on:click=move |_| state.choose(of.reset)
        >
            "Reset all"
        </button>
    }
    .into_any()
}

fn slider(of: Turned, weight: &'static Weight) -> impl IntoView {
    let state = AppState::get();
    let key = weight.key;
    let (least, highest) = weight.range();
    // How many, years, or a share.
    let step = match highest {
        60.0.. => "1",
        1.01.. => "0.25",
        _ => "0.01",
    };
    let default = weight.default();
    let value = of.value(weight);
    // All of a drag is one step to undo.
    let dragged = StoredValue::new(false);
    let turn = move |to: f64| {
        let set = |settings: &mut Settings| (of.set)(settings, key, to);
        match dragged.get_value() {
            true => state.adjust(set),
            false => state.choose(set),
        }
    };
    view! {
        <div class="weight" title=format!("{} Default: {default}.", weight.meaning)>
            <label for=key>{weight.label}</label>
            <input
                id=key
                type="range"
                min=least
                max=highest
                step=step
                aria-describedby=format!("{key}-means")
                prop:value=move || value.get().to_string()
                on:input=move |event| {
                    if let Some(to) = crate::float::float(&event_target_value(&event)) {
                        turn(to);
                        dragged.set_value(true);
                    }
                }
                on:change=move |_| dragged.set_value(false)
            />
            <output for=key>{move || value.get()}</output>
            <button
                type="button"
                class="button button-quiet button-icon"
                aria-label=format!("Reset {}", weight.label)
                title=format!("Reset to {default}")
                disabled=move || value.get() == default
                on:click=move |_| turn(default)
            >
                <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 3v4h4M4.2 7a4.5 4.5 0 1 1-.2 3" /></svg>
            </button>
            <span id=format!("{key}-means") class="visually-hidden">{weight.meaning}</span>
        </div>
    }
}
