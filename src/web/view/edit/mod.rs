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
use leptos::html::Input;
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

/// What a part of a form shows. One type for all: each of its own would be code of its own.
type Shown<T> = Signal<T>;

/// Something that is shown as it stands at the moment.
fn shown<T: Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Shown<T> {
    Signal::derive(read)
}

/// A field for a line of text.
struct Field {
    class: &'static str,
    /// Its name for those who do not see what stands beside it.
    label: Option<Shown<String>>,
    value: Shown<String>,
    placeholder: Shown<String>,
    change: Callback<String>,
    node: NodeRef<Input>,
}

impl Field {
    fn new(value: Shown<String>, change: impl Fn(String) + Send + Sync + 'static) -> Self {
        Self {
            class: "field",
            label: None,
            value,
            placeholder: Signal::stored(String::new()),
            change: Callback::new(change),
            node: NodeRef::new(),
        }
    }

    fn labelled(mut self, label: impl Into<Shown<String>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Narrow, for numbers.
    fn number(mut self) -> Self {
        self.class = "field edit-score";
        self
    }

    fn view(self) -> AnyView {
        let Self { class, label, value, placeholder, change, node } = self;
        view! {
            <input
                class=class
                type="text"
                autocomplete="off"
                maxlength="2000"
                aria-label=move || label.map(|label| label.get())
                placeholder=move || placeholder.get()
                node_ref=node
                prop:value=move || value.get()
                on:change=move |event| change.run(event_target_value(&event))
            />
        }
        .into_any()
    }
}

/// The field for a colour; its shown colour where there is none is white.
fn colour_field(
    label: Shown<String>,
    colour: Shown<String>,
    change: impl Fn(String) + Send + Sync + 'static,
) -> AnyView {
    let change = Callback::new(change);
    colour_field_of(label, colour, change)
}

fn colour_field_of(
    label: Shown<String>,
    colour: Shown<String>,
    change: Callback<String>,
) -> AnyView {
    // The field knows no alpha.
    let value = move || colour.with(|colour| colour.get(..7).unwrap_or("#ffffff").to_owned());
    view! {
        <input
            type="color"
            class="colour-field"
            aria-label=move || label.get()
            prop:value=value
            on:change=move |event| change.run(event_target_value(&event))
        />
    }
    .into_any()
}

/// A small button that shows a sign and has a name.
fn sign_button(
    sign: &'static str,
    label: impl Into<Shown<String>>,
    disabled: Shown<bool>,
    act: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    sign_button_of(sign, label.into(), disabled, Callback::new(move |()| act()))
}

fn sign_button_of(
    sign: &'static str,
    label: Shown<String>,
    disabled: Shown<bool>,
    act: Callback<()>,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button button-quiet button-icon"
            aria-label=move || label.get()
            title=move || label.get()
            disabled=move || disabled.get()
            on:click=move |_| act.run(())
        >
            <span class=format!("sign sign-{sign}") aria-hidden="true"></span>
        </button>
    }
    .into_any()
}

/// A button with a text.
struct Push {
    text: AnyView,
    class: &'static str,
    /// `data-action`.
    action: String,
    title: Option<&'static str>,
    label: Option<String>,
    pressed: Option<Shown<bool>>,
    disabled: Shown<bool>,
    act: Callback<()>,
}

impl Push {
    fn new(text: AnyView, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            text,
            class: "button",
            action: String::new(),
            title: None,
            label: None,
            pressed: None,
            disabled: Signal::stored(false),
            act: Callback::new(move |()| act()),
        }
    }

    fn text(action: &str, text: &'static str, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self { action: action.to_owned(), ..Self::new(text.into_any(), act) }
    }

    fn view(self) -> AnyView {
        let Self { text, class, action, title, label, pressed, disabled, act } = self;
        view! {
            <button
                type="button"
                class=class
                data-action=(!action.is_empty()).then_some(action)
                title=title
                aria-label=label
                aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
                disabled=move || disabled.get()
                on:click=move |_| act.run(())
            >
                {text}
            </button>
        }
        .into_any()
    }
}

/// A switch with its text.
fn check(
    text: &'static str,
    name: &'static str,
    is_on: Shown<Option<bool>>,
    change: impl Fn(bool) + Send + Sync + 'static,
) -> AnyView {
    let change = Callback::new(change);
    check_of(text, name, is_on, change)
}

/// `None` is neither on nor off.
fn check_of(
    text: &'static str,
    name: &'static str,
    is_on: Shown<Option<bool>>,
    change: Callback<bool>,
) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-check=name
                prop:checked=move || is_on.get() == Some(true)
                prop:indeterminate=move || is_on.get().is_none()
                on:change=move |event| change.run(event_target_checked(&event))
            />
            {text}
        </label>
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
