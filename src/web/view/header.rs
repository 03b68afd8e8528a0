//! The slim line at the top: name, ATT&CK release, search, files, undo, theme, help.

use super::help;
use super::search::Search;
use super::workspace::workspace_menu;
use crate::attack::{Catalogue, Domain};
use crate::gaps::Shelf;
use crate::web::app::{next_theme, redo, undo};
use crate::web::catalogues;
use crate::web::catalogues::version_order;
use crate::web::hosted::Hosting;
use crate::web::intake;
use crate::web::settings::ThemeChoice;
use crate::web::state::AppState;
use leptos::prelude::*;
use std::cmp::Reverse;
use web_sys::HtmlInputElement;

/// The header.
#[component]
pub fn Header(
    /// Whether nothing was dropped yet.
    blank: Memo<bool>,
) -> impl IntoView {
    let state = AppState::get();
    let hosting = Hosting::get();
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
            {move || hosting.title().map(|title| view! {
                <bdi class="header-title" title=title.clone()>{title.clone()}</bdi>
            })}
            <ReleaseChoice />
            <Search />
            <div class="header-actions">
                <FileInputs />
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
                {workspace_menu()}
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

/// The two inputs that files and folders come through, with their visible labels.
#[component]
fn FileInputs() -> impl IntoView {
    let state = AppState::get();
    let take = move |event: leptos::ev::Event| {
        if let Some(files) = event_target::<HtmlInputElement>(&event).files() {
            intake::take_files(state, Shelf::Own, &files);
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

fn release_key(domain: Domain, version: &str) -> String {
    format!("{domain} {version}")
}

/// Which ATT&CK release is shown, of those at hand.
#[component]
fn ReleaseChoice() -> impl IntoView {
    let state = AppState::get();
    let releases = Memo::new(move |_| {
        let mut releases: Vec<(Domain, String)> = state
            .catalogues
            .with(|all| all.iter().map(|c| (c.domain, c.version.clone())).collect());
        let key = |release: &(Domain, String)| (release.0, Reverse(version_order(&release.1)));
        crate::sorted::sort_by(&mut releases, |a, b| key(a).cmp(&key(b)));
        releases
    });
    let shown = Memo::new(move |_| {
        let key = |catalogue: &Catalogue| release_key(catalogue.domain, &catalogue.version);
        state.shown_catalogue().as_deref().map(key).unwrap_or_default()
    });
    // A layer is of one release; to bring it to another it is migrated.
    let is_layer = move || state.shown_layer.with(Option::is_some);
    let choose = move |event: leptos::ev::Event| {
        let wanted = event_target_value(&event);
        let releases = releases.get_untracked();
        let found =
            releases.iter().find(|(domain, version)| release_key(*domain, version) == wanted);
        if let Some((domain, version)) = found {
            catalogues::show(state, *domain, version);
        }
    };
    view! {
        <label class="release">
            <span class="visually-hidden">"ATT&CK domain and release"</span>
            <select
                class="field"
                on:change=choose
                disabled=move || releases.with(Vec::is_empty) || is_layer()
                title=move || is_layer().then_some("The release of this layer; to change it, migrate the layer")
            >
                {move || releases.with(Vec::is_empty).then(|| view! { <option>"Loading ATT&CK…"</option> })}
                <For each=move || releases.get() key=Clone::clone let((domain, version))>
                    <option
                        value=release_key(domain, &version)
                        prop:selected={
                            let key = release_key(domain, &version);
                            move || shown.get() == key
                        }
                    >
                        {format!("{} {version}", domain.name())}
                    </option>
                </For>
            </select>
        </label>
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
