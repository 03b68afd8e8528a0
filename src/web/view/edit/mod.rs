//! Editing a layer: which cells, what they say, and the layer's own colours and legend.

mod bar;
pub(crate) mod form;
mod gradient;
mod legend;
mod pairs;
mod select;
pub mod start;

pub use bar::{edit_bar, focus};

use crate::layer::EditError;
use crate::web::state::AppState;
use leptos::prelude::*;

/// The menus of a layer's toolbar that change it.
pub fn menus() -> AnyView {
    view! {
        {select::menu()}
        {gradient::menu()}
        {legend::menu()}
    }
    .into_any()
}

/// Why the last edit of a part was none; empty once one was.
#[derive(Clone, Copy)]
struct Refusals(RwSignal<Option<(&'static str, String)>>);

impl Refusals {
    fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Notes how an edit of a part went; false if it was none.
    fn heard(&self, part: &'static str, outcome: Result<(), EditError>) -> bool {
        let refusal = outcome.err().map(|error| (part, error.to_string()));
        let went_well = refusal.is_none();
        if self.0.with_untracked(|before| *before != refusal) {
            self.0.set(refusal);
        }
        went_well
    }

    fn refuse(&self, part: &'static str, why: String) {
        self.0.set(Some((part, why)));
    }

    /// The line that says so, beside the part. It is there before it has a text, or nobody would
    /// hear of it.
    fn line(&self, part: &'static str) -> AnyView {
        let refusals = self.0;
        let text = move || {
            refusals.with(|refusal| {
                let (of, text) = refusal.as_ref()?;
                (*of == part).then(|| text.clone())
            })
        };
        view! { <p class="refusal" role="alert"><bdi>{text}</bdi></p> }.into_any()
    }
}

/// The field for a colour; its shown colour where there is none is white.
fn colour_field(
    label: impl Fn() -> String + Send + Sync + 'static,
    colour: impl Fn() -> Option<String> + Send + Sync + 'static,
    change: impl Fn(String) + 'static,
) -> AnyView {
    // The field knows no alpha.
    let value = move || {
        let colour = colour().unwrap_or_default();
        colour.get(..7).unwrap_or("#ffffff").to_owned()
    };
    view! {
        <input
            type="color"
            class="colour-field"
            aria-label=label
            prop:value=value
            on:change=move |event| change(event_target_value(&event))
        />
    }
    .into_any()
}

/// A small button that shows a sign and has a name.
fn sign_button(
    sign: &'static str,
    label: impl Fn() -> String + Send + Sync + Clone + 'static,
    disabled: impl Fn() -> bool + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button button-quiet button-icon"
            aria-label=label.clone()
            title=label
            disabled=disabled
            on:click=move |_| act()
        >
            <span class=format!("sign sign-{sign}") aria-hidden="true"></span>
        </button>
    }
    .into_any()
}

/// Something of the shown layer.
fn of_layer<T: Default + PartialEq + Send + Sync + 'static>(
    read: impl Fn(&crate::layer::Layer) -> T + Send + Sync + 'static,
) -> Memo<T> {
    let tabs = AppState::get().tabs();
    Memo::new(move |_| {
        tabs.with(|tabs| tabs.active().map(|open| read(&open.layer)).unwrap_or_default())
    })
}
