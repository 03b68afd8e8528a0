//! Layers to begin with: an empty one, and one of what the rules cover.

use crate::layer::Layer;
use crate::web::layers::major;
use crate::web::settings::Settings;
use crate::web::state::{AppState, Toast};
use crate::web::view::later;
use crate::web::view::layer::combine::rules_as_layer;
use crate::web::view::layer::tabs::show;
use leptos::prelude::*;
use std::sync::Arc;

/// Opens a layer in a tab of its own.
pub(crate) fn open(state: AppState, layer: Layer, done: &str) {
    state.edit_tabs(|tabs| {
        tabs.push(Arc::new(layer), String::new());
    });
    let key = state.tabs().with_untracked(|tabs| tabs.active);
    show(state, key);
    state.toast.set(Some(Toast { text: done.to_owned(), undo: true }));
}

/// Opens a layer in which nothing is annotated, of the domain and release shown.
pub fn new_layer(state: AppState) {
    let catalogue = untrack(|| state.shown_catalogue());
    let domain = match &catalogue {
        Some(catalogue) => catalogue.domain,
        None => state.settings().with_untracked(Settings::counting).0,
    };
    let mut layer = Layer::new("New layer", domain.as_str());
    if let Some(catalogue) = catalogue {
        layer.versions.attack = major(&catalogue.version).to_owned();
    }
    open(state, layer, "New layer opened");
}

/// The button for it.
#[component]
pub fn NewLayer(
    /// What it shows.
    #[prop(into)]
    text: AnyView,
    /// Its classes.
    class: &'static str,
) -> impl IntoView {
    let state = AppState::get();
    let make = move |_| later::once(move |parts| (parts.new_layer)(state));
    view! {
        <button
            type="button"
            class=class
            data-action="new-layer"
            title="A new layer without annotations"
            on:click=make
        >
            {text}
        </button>
    }
}

/// The button for a layer of what the rules cover now; nothing while there are no rules.
#[component]
pub fn RulesAsLayer(
    /// Its classes.
    class: &'static str,
) -> impl IntoView {
    let state = AppState::get();
    let any = Memo::new(move |_| state.intake.with(|intake| !intake.rules.is_empty()));
    let make = move |_| {
        if let Some(layer) = untrack(|| rules_as_layer(&state)) {
            open(state, layer, "What the rules cover now is a layer");
        }
    };
    let button = move || {
        view! {
            <button
                type="button"
                class=class
                data-action="rules-as-layer"
                title="What the rules cover now, as a layer that can be edited"
                on:click=make
            >
                "Rules as a layer"
            </button>
        }
    };
    view! { {move || any.get().then(button)} }
}
