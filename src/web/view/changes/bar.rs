//! What is compared: the two states, the threshold, snapshots.

use super::{Shown, share};
use crate::web::changes::{Changes, Choice, Kept, Key, keep, rename};
use crate::web::settings::{Expansion, ExpansionMode};
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::count;
use crate::web::view::popover::Popover;
use leptos::prelude::*;

pub(super) fn bar(compared: Shown) -> AnyView {
    let state = AppState::get();
    let changes = expect_context::<Changes>();
    let swap = move |_| {
        if let Some([old, new]) = changes.chosen.get_untracked() {
            changes.choose(&state, [new, old]);
        }
    };
    let has_rules = Memo::new(move |_| {
        changes.choices.with(|all| all.iter().any(|choice| choice.key == Key::Rules))
    });
    view! {
        <div class="changes-bar">
            {selector("From", "changes-from", 0)}
            <button
                type="button"
                class="button"
                data-action="swap-changes"
                title="Swap the two"
                disabled=move || changes.chosen.with(Option::is_none)
                on:click=swap
            >
                "Swap"
            </button>
            {selector("To", "changes-to", 1)}
            {threshold()}
            <button
                type="button"
                class="button"
                data-action="keep-snapshot"
                title="Keep what the rules cover now, to compare with it later in this visit"
                disabled=move || !has_rules.get()
                on:click=move |_| keep(state)
            >
                "Keep a snapshot"
            </button>
            {snapshots()}
            {share::menu(compared)}
        </div>
    }
    .into_any()
}

fn selector(label: &'static str, id: &'static str, side: usize) -> AnyView {
    let state = AppState::get();
    let changes = expect_context::<Changes>();
    let chosen = move || changes.chosen.with(|keys| keys.as_ref().map(|keys| keys[side]));
    let choose = move |event: leptos::ev::Event| {
        let code = event_target_value(&event);
        let key = changes.choices.with_untracked(|all| {
            all.iter().find(|choice| choice.code == code).map(|choice| choice.key)
        });
        if let (Some(key), Some(mut keys)) = (key, changes.chosen.get_untracked()) {
            // Both sides the same says nothing; the other one takes the place that is free.
            if keys[1 - side] == key {
                keys[1 - side] = keys[side];
            }
            keys[side] = key;
            changes.choose(&state, keys);
        }
    };
    let option = move |choice: Choice| {
        let key = choice.key;
        view! {
            <option value=choice.code prop:selected=move || chosen() == Some(key)>{choice.label}</option>
        }
    };
    view! {
        <label class="changes-side">
            <span>{label}</span>
            <select
                id=id
                class="field"
                on:change=choose
                disabled=move || changes.chosen.with(Option::is_none)
            >
                {move || changes.choices.get().into_iter().map(option).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn threshold() -> AnyView {
    let state = AppState::get();
    let changes = expect_context::<Changes>();
    view! {
        <label class="changes-threshold">
            <span>"Dropped below"</span>
            <input
                id="changes-threshold"
                class="field"
                type="number"
                step="any"
                prop:value=move || changes.threshold.get().to_string()
                on:change=move |event| {
                    match crate::float::float(event_target_value(&event).trim()) {
                        Some(number) if number.is_finite() => changes.set_threshold(&state, number),
                        // What is no number is not taken.
                        _ => event_target::<web_sys::HtmlInputElement>(&event)
                            .set_value(&changes.threshold.get_untracked().to_string()),
                    }
                }
            />
        </label>
    }
    .into_any()
}

/// The snapshots, to rename and to remove; nothing while there are none.
fn snapshots() -> AnyView {
    let state = AppState::get();
    let tabs = state.tabs();
    let kept = Memo::new(move |_| tabs.with(|tabs| tabs.kept.clone()));
    let number = Memo::new(move |_| kept.with(Vec::len));
    let list = move || {
        view! {
            <Popover
                id="snapshots"
                title="Snapshots"
                button=view! { "Snapshots "<span class="count">{move || count(number.get())}</span> }.into_any()
            >
                <p class="muted">"Kept until the page is closed; “Clear” leaves them."</p>
                <ul class="snapshots">
                    {move || kept.get().into_iter().map(|kept| snapshot(state, kept)).collect_view()}
                </ul>
            </Popover>
        }
    };
    let any = Memo::new(move |_| number.get() > 0);
    view! { {move || any.get().then(list)} }.into_any()
}

fn snapshot(state: AppState, kept: Kept) -> impl IntoView {
    let Kept { key, name, date, .. } = kept;
    let label = format!("Name of the snapshot of {date}");
    let remove_label = format!("Remove {name}");
    let removed = format!("{name} removed");
    view! {
        <li>
            <input
                class="field"
                type="text"
                maxlength="200"
                aria-label=label
                prop:value=name
                on:change=move |event| rename(state, key, &event_target_value(&event))
            />
            <span class="muted nowrap">{date.to_string()}</span>
            <button
                type="button"
                class="button"
                data-action="remove-snapshot"
                aria-label=remove_label
                on:click=move |_| {
                    state.edit_tabs(|tabs| tabs.kept.retain(|kept| kept.key != key));
                    state.toast.set(Some(Toast { text: removed.clone(), undo: true }));
                }
            >
                "Remove"
            </button>
        </li>
    }
}

/// Which sub-techniques the matrices show.
pub(super) fn folding() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let button = move |mode: ExpansionMode, text: &'static str| {
        let on = move || {
            settings.with(|settings| {
                settings.expansion.mode == mode && settings.expansion.toggled.is_empty()
            })
        };
        view! {
            <button
                type="button"
                class="button button-quiet"
                data-folding=text
                aria-pressed=move || on().to_string()
                on:click=move |_| state.adjust(|settings| {
                    settings.expansion = Expansion { mode, toggled: Vec::new() };
                })
            >
                {text}
            </button>
        }
    };
    view! {
        <div class="changes-folding" role="group" aria-label="Sub-techniques of the matrix">
            <span class="muted" aria-hidden="true">"Sub-techniques"</span>
            {button(ExpansionMode::All, "All")}
            {button(ExpansionMode::Annotated, "Changed")}
            {button(ExpansionMode::None, "None")}
        </div>
    }
    .into_any()
}
