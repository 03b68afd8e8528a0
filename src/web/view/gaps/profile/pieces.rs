//! The few pieces the form is made of.

use leptos::prelude::*;

type Text = Signal<String>;

/// A box to tick. `name` is for scripts.
pub(super) fn tick(
    name: String,
    label: AnyView,
    is_on: Signal<bool>,
    is_fixed: Signal<bool>,
    turn: Box<dyn Fn(bool)>,
) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-tick=name
                prop:checked=is_on
                disabled=is_fixed
                on:change=move |event| turn(event_target_checked(&event))
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A button; `class` is `button` or `link`.
pub(super) fn press(
    class: &'static str,
    action: &'static str,
    is_hidden: Signal<bool>,
    text: Text,
    press: Box<dyn Fn()>,
) -> AnyView {
    view! {
        <button type="button" class=class data-action=action hidden=is_hidden on:click=move |_| press()>
            <bdi>{text}</bdi>
        </button>
    }
    .into_any()
}

/// A text that stays.
pub(super) fn fixed(text: &str) -> Text {
    Signal::stored(text.to_owned())
}

/// Something that is chosen, with what it stands for; pressed, it goes.
pub(super) fn removable(
    name: String,
    mark: String,
    place: &'static str,
    remove: Box<dyn Fn()>,
) -> AnyView {
    let shown = name.clone();
    let label = match mark.is_empty() {
        true => format!("{name}: remove from {place}"),
        false => format!("{name} {mark}: remove from {place}"),
    };
    view! {
        <li>
            <button
                type="button"
                class="chip chip-removes"
                aria-label=label
                data-removes=shown
                on:click=move |_| remove()
            >
                <bdi>{name}</bdi>
                " "
                <span class="count">{mark}</span>
                <span aria-hidden="true">"×"</span>
            </button>
        </li>
    }
    .into_any()
}

/// Names that mean nothing in this release, each to be removed; nothing where there are none.
pub(super) fn unknown(
    names: Vec<String>,
    place: &'static str,
    remove: impl Fn(String) + Copy + 'static,
) -> Option<AnyView> {
    if names.is_empty() {
        return None;
    }
    let chip = |name: String| {
        let gone = name.clone();
        removable(
            name,
            "not in this release".to_owned(),
            place,
            Box::new(move || remove(gone.clone())),
        )
    };
    let chips: Vec<AnyView> = names.into_iter().map(chip).collect();
    Some(view! { <ul class="profile-chosen form-line">{chips}</ul> }.into_any())
}

/// Lines behind a summary; nothing where there are none.
pub(super) fn folded(name: &'static str, summary: String, lines: Vec<AnyView>) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let list = view! {
        <details class="form-folded" data-list=name>
            <summary>{summary}</summary>
            <ul>{lines}</ul>
        </details>
    };
    Some(list.into_any())
}

/// A line of [`folded`] in somebody's words.
pub(super) fn plain(text: String) -> AnyView {
    view! { <li><bdi>{text}</bdi></li> }.into_any()
}

/// A field with its label.
pub(super) fn field(
    kind: &'static str,
    action: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    enter: Box<dyn Fn()>,
) -> AnyView {
    view! {
        <label class="form-field">
            <span>{label}</span>
            <input
                class="field"
                type=kind
                data-action=action
                maxlength="300"
                autocomplete="off"
                spellcheck="false"
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" && !event.is_composing() {
                        event.prevent_default();
                        enter();
                    }
                }
            />
        </label>
    }
    .into_any()
}
