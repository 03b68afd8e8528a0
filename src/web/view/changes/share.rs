//! The comparison as text, to copy or to save.

use super::Shown;
use crate::export::diff;
use crate::web::changes::Compared;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::popover::Popover;
use crate::web::{clipboard, download};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A form of the comparison.
#[derive(Clone, Copy)]
struct Form {
    name: &'static str,
    /// In `data-action`.
    code: &'static str,
    ending: &'static str,
    mime: &'static str,
    write: fn(&Compared) -> String,
}

const FORMS: [Form; 4] = [
    Form {
        name: "Text",
        code: "text",
        ending: "txt",
        mime: "text/plain",
        write: |all| diff::text(&all.comparison, &all.catalogue),
    },
    Form {
        name: "Markdown",
        code: "markdown",
        ending: "md",
        mime: "text/markdown",
        write: |all| diff::markdown(&all.comparison, &all.catalogue),
    },
    Form {
        name: "JSON",
        code: "json",
        ending: "json",
        mime: "application/json",
        write: |all| text(diff::json(&all.comparison)),
    },
    Form {
        name: "Slack",
        code: "slack",
        ending: "slack.json",
        mime: "application/json",
        write: |all| text(diff::slack(&all.comparison, &all.catalogue)),
    },
];

/// JSON is UTF-8.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Copies a text and says so.
pub(super) fn copy(state: AppState, text: String, what: &'static str) {
    spawn_local(async move {
        let told = match clipboard::copy(&text).await {
            true => format!("{what} copied"),
            false => "The browser does not allow copying here; save the file instead".to_owned(),
        };
        state.toast.set(Some(Toast { text: told, undo: false }));
    });
}

pub(super) fn menu(compared: Shown) -> AnyView {
    let row = move |form: Form| {
        let state = AppState::get();
        let Form { name, code, ending, mime, write } = form;
        let copy_it = move |_| {
            if let Some(compared) = compared.get_untracked() {
                copy(state, write(&compared), name);
            }
        };
        let save = move |_| {
            let Some(compared) = compared.get_untracked() else { return };
            let file_name = format!("changes_{}.{ending}", today());
            download::save(&file_name, mime, write(&compared).as_bytes());
            let text = format!("Saved {file_name}");
            state.toast.set(Some(Toast { text, undo: false }));
        };
        view! {
            <li>
                <span>{name}</span>
                <button type="button" class="button" data-action=format!("copy-changes-{code}") aria-label=format!("Copy {name}") on:click=copy_it>"Copy"</button>
                <button type="button" class="button" data-action=format!("save-changes-{code}") aria-label=format!("Save {name}") on:click=save>"Save"</button>
            </li>
        }
    };
    let list = move || {
        view! {
            <Popover id="changes-share" title="Copy or save" class="changes-share-button" button="Copy or save".into_any()>
                <ul class="changes-forms">{FORMS.map(row)}</ul>
            </Popover>
        }
    };
    let any = Memo::new(move |_| compared.with(Option::is_some));
    view! { {move || any.get().then(list)} }.into_any()
}
