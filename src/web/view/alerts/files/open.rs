//! Opens a file of alerts; asks for its columns if it does not say what they are.

use crate::web::app::by_id;
use crate::web::columns::ColumnChoice;
use crate::web::state::AppState;
use crate::web::view::later;
use leptos::prelude::*;
use web_sys::{File, HtmlInputElement};

/// The button, and the input behind it.
pub(in crate::web) fn open_alerts() -> AnyView {
    let state = AppState::get();
    let take = move |event: leptos::ev::Event| {
        let files = event_target::<HtmlInputElement>(&event).files();
        if let Some(file) = files.and_then(|files| files.get(0)) {
            later::once(move |parts| (parts.open_alerts)(state, &file));
        }
    };
    // The same file may be chosen again.
    let forget = |event: leptos::ev::MouseEvent| {
        event_target::<HtmlInputElement>(&event).set_value("");
    };
    let press = |_| {
        if let Some(input) = by_id::<HtmlInputElement>("open-alerts") {
            input.click();
        }
    };
    view! {
        <input
            id="open-alerts"
            type="file"
            hidden
            accept=".csv,.tsv,.txt,.log,.json,.jsonl,.ndjson"
            aria-label="A file of alerts"
            on:click=forget
            on:change=take
        />
        <button type="button" class="button" data-action="open-alerts" on:click=press>"Open alerts…"</button>
    }
    .into_any()
}

/// Opens a file that was chosen.
pub(in crate::web) fn open_file(state: AppState, file: &File) {
    ColumnChoice::get().open_file(state, file);
}
