//! A line at the foot of the page: what just happened, and "Undo" instead of "Are you sure?".

use super::later;
use crate::web::state::AppState;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// Long enough to read a line.
const SHOWN_FOR: Duration = Duration::from_secs(4);
/// Long enough to reach the button too; undo itself stays in the header.
const SHOWN_WITH_UNDO_FOR: Duration = Duration::from_secs(10);

/// The line. It stays while the pointer or the focus is on it.
#[component]
pub fn ToastLine() -> impl IntoView {
    let state = AppState::get();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(Some(running)) = timer.try_update_value(Option::take) {
            running.clear();
        }
    };
    let release = move || {
        hold();
        let fade = move || state.toast.set(None);
        let undo = state.toast.with_untracked(|toast| toast.as_ref().is_some_and(|t| t.undo));
        let shown_for = if undo { SHOWN_WITH_UNDO_FOR } else { SHOWN_FOR };
        timer.set_value(set_timeout_with_handle(fade, shown_for).ok());
    };
    Effect::new(move |_| {
        if state.toast.with(Option::is_some) {
            release();
        }
    });
    let undoable = Memo::new(move |_| state.toast.with(|t| t.as_ref().is_some_and(|t| t.undo)));
    view! {
        <div
            class="toast"
            hidden=move || state.toast.with(Option::is_none)
            on:mouseenter=move |_| hold()
            on:mouseleave=move |_| release()
            on:focusin=move |_| hold()
            on:focusout=move |_| release()
        >
            <bdi role="status" aria-live="polite">
                {move || state.toast.with(|toast| toast.as_ref().map(|toast| toast.text.clone()))}
            </bdi>
            <button
                class="link"
                type="button"
                hidden=move || !undoable.get()
                on:click=move |_| later::once(move |parts| (parts.undo)(state))
            >
                "Undo"
            </button>
        </div>
    }
}
