//! Undo, redo and clear, in the header.

use crate::web::app::{Blank, redo, undo};
use crate::web::state::AppState;
use leptos::prelude::*;

/// The buttons; hidden as long as there is nothing to take back.
pub fn edits() -> AnyView {
    let state = AppState::get();
    let Blank(blank) = expect_context();
    view! {
        <span class="header-edits" hidden=move || blank.get() && !state.can_undo()>
            <button
                class="button button-quiet"
                type="button"
                data-action="undo"
                title="Undo the last change (Ctrl or ⌘ Z)"
                disabled=move || !state.can_undo()
                on:click=move |_| undo(state)
            >
                "Undo"
            </button>
            <button
                class="button button-quiet"
                type="button"
                data-action="redo"
                title="Do again what was undone (Ctrl or ⌘ Shift Z)"
                hidden=move || !state.can_redo()
                on:click=move |_| redo(state)
            >
                "Redo"
            </button>
            <button
                class="button button-quiet"
                type="button"
                data-action="clear"
                title="Remove all that was read; can be undone"
                disabled=move || state.is_empty()
                on:click=move |_| state.clear()
            >
                "Clear"
            </button>
        </span>
    }
    .into_any()
}
