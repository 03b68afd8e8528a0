//! The slim line at the top: name, ATT&CK release, search, files, undo, theme, help.

use super::help;
use super::later::Later;
use super::search::{LABEL, PLACEHOLDER, glass};
use crate::gaps::Shelf;
use crate::web::app::next_theme;
use crate::web::arrivals;
use crate::web::settings::ThemeChoice;
use crate::web::state::AppState;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let later = Later::get();
    view! {
        <header class="header">
            <a class="name" href="#/matrix">
                <svg class="name-mark" viewBox="0 0 16 16" aria-hidden="true">
                    <path class="name-mark-1" d="M1 1h6v6H1z" />
                    <path class="name-mark-2" d="M9 1h6v6H9z" />
                    <path class="name-mark-3" d="M1.5 9.5h5v5h-5z" />
                    <path class="name-mark-4" d="M9 9h6v6H9z" />
                </svg>
                "Coverlay"
            </a>
            {later.show(|parts| parts.title)}
            {later.show_or(|parts| parts.release, waiting_release)}
            {later.show_or(|parts| parts.search, waiting_search)}
            <div class="header-actions">
                <FileInputs />
                {later.show(|parts| parts.edits)}
                {later.show_or(|parts| parts.workspace_menu, waiting_menu)}
                <ThemeButton />
                <button
                    class="button button-quiet button-icon"
                    type="button"
                    aria-label="Help and keys"
                    title="Help and keys (?)"
                    on:click=move |_| help::open()
                >
                    "?"
                </button>
            </div>
        </header>
    }
}

// As they look until their code is there.

fn waiting_release() -> AnyView {
    view! {
        <label class="release">
            <span class="visually-hidden">"ATT&CK domain and release"</span>
            <select class="field" disabled><option>"Loading ATT&CK…"</option></select>
        </label>
    }
    .into_any()
}

fn waiting_search() -> AnyView {
    view! {
        <div class="search" role="search">
            {glass()}
            <input class="field" type="search" disabled placeholder=PLACEHOLDER aria-label=LABEL />
            <kbd class="search-key" aria-hidden="true">"/"</kbd>
        </div>
    }
    .into_any()
}

fn waiting_menu() -> AnyView {
    view! {
        <button type="button" class="button button-quiet" disabled>
            "Workspace"
            <span class="caret" aria-hidden="true"></span>
        </button>
    }
    .into_any()
}

/// The two inputs that files and folders come through, with their visible labels.
#[component]
fn FileInputs() -> impl IntoView {
    let state = AppState::get();
    let take = move |event: leptos::ev::Event| {
        if let Some(files) = event_target::<HtmlInputElement>(&event).files() {
            arrivals::take_files(state, Shelf::Own, &files);
        }
    };
    // The same files may be chosen again; emptied only now, as emptying empties the list in use.
    let forget = |event: leptos::ev::MouseEvent| {
        event_target::<HtmlInputElement>(&event).set_value("");
    };
    view! {
        <span class="file-inputs">
            <input
                id="open-files"
                class="visually-hidden"
                type="file"
                multiple
                on:click=forget
                on:change=take
            />
            <label class="button" for="open-files">"Open files…"</label>
            <input
                id="open-folder"
                class="visually-hidden"
                type="file"
                multiple
                prop:webkitdirectory=true
                on:click=forget
                on:change=take
            />
            <label class="button" for="open-folder">"Folder…"</label>
        </span>
    }
}

/// Goes round: as the system has it, light, dark.
#[component]
fn ThemeButton() -> impl IntoView {
    let state = AppState::get();
    let choice = Memo::new(move |_| state.settings().with(|settings| settings.theme));
    let label = move || {
        let (now, next) = (theme_name(choice.get()), theme_name(next_theme(choice.get())));
        format!("Colours: {now}. Change to {next}")
    };
    view! {
        <button
            class="button button-quiet button-icon"
            type="button"
            aria-label=label
            title=label
            on:click=move |_| state.adjust(|settings| settings.theme = next_theme(settings.theme))
        >
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
                {move || match choice.get() {
                    ThemeChoice::System => view! {
                        <circle cx="8" cy="8" r="5.5" />
                        <path class="icon-solid" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
                    }.into_any(),
                    ThemeChoice::Light => view! {
                        <circle cx="8" cy="8" r="2.75" />
                        <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" />
                    }.into_any(),
                    ThemeChoice::Dark => view! {
                        <path d="M13.5 9.6A5.75 5.75 0 1 1 6.4 2.5a4.6 4.6 0 0 0 7.1 7.1z" />
                    }.into_any(),
                }}
            </svg>
        </button>
    }
}

fn theme_name(choice: ThemeChoice) -> &'static str {
    match choice {
        ThemeChoice::System => "as the system has it",
        ThemeChoice::Light => "light",
        ThemeChoice::Dark => "dark",
    }
}
