//! "Order by": the policies of priority, each with how it computes, and the weights of the chosen
//! one.

use super::tactic_weights::{is_of_tactic, tactic_weights};
use crate::gaps::PriorityPolicy;
use crate::web::state::AppState;
use crate::web::view::popover::Popover;
use crate::web::view::toolbar::weights::{Turned, reset, sliders};
use leptos::prelude::*;

/// How gaps become an order.
pub(super) const PRIORITY: Turned = Turned {
    weights: |settings| settings.priority.weights(),
    set: |settings, key, to| {
        // Only what is within its range comes here.
        let _ = settings.priority.set_weight(key, to);
    },
    reset: |settings| {
        if let Some(default) = PriorityPolicy::named(settings.priority.name()) {
            settings.priority = default;
        }
    },
    action: "reset-priority",
};

/// The button and its panel.
pub(super) fn menu() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let name = Memo::new(move |_| settings.with(|settings| settings.priority.name()));
    let edited = Memo::new(move |_| settings.with(|settings| settings.priority.is_edited()));
    // Forty fields: nobody needs them before they are looked at.
    let is_open = RwSignal::new(false);
    let label = move || {
        let label = PriorityPolicy::named(name.get()).map_or("", |policy| policy.label());
        if edited.get() { format!("{label}, edited") } else { label.to_owned() }
    };
    let button = view! { <span class="toolbar-label">"Order by"</span>{label} };
    let turned = move || {
        if !is_open.get() {
            return ().into_any();
        }
        name.track();
        let mut all = settings.with_untracked(PRIORITY.weights);
        let tactics = tactic_weights(&all);
        all.retain(|(weight, _)| !is_of_tactic(weight));
        view! { {tactics}{sliders(PRIORITY, &all)}{reset(PRIORITY, edited)} }.into_any()
    };
    let options: Vec<AnyView> =
        PriorityPolicy::all().into_iter().map(|policy| option(policy, name)).collect();
    view! {
        <Popover
            id="priority"
            title="Order by"
            button=button.into_any()
            class="gaps-order"
            on_toggle=Callback::new(move |open| is_open.set(open))
        >
            <h3>"Order by"</h3>
            <div class="policies" role="radiogroup" aria-label="Order by">{options}</div>
            {turned}
        </Popover>
    }
    .into_any()
}

fn option(policy: PriorityPolicy, now: Memo<&'static str>) -> AnyView {
    let state = AppState::get();
    let own = policy.name();
    view! {
        <label class="policy">
            <input
                type="radio"
                name="priority-policy"
                value=own
                prop:checked=move || now.get() == own
                on:change=move |_| state.choose(|settings| settings.order_by(own))
            />
            <span>
                <b>{policy.label()}</b>
                <span class="muted">{policy.formula()}</span>
            </span>
        </label>
    }
    .into_any()
}
