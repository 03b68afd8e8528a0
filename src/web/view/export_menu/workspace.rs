//! All of one's work in one file.

use super::files::{failed, stem_now, told};
use crate::web::download;
use crate::web::next_task::FramePace;
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted};
use crate::web::workspace::{Written, files, written};
use crate::workspace::ENDING;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What takes longer says how far it is, in milliseconds.
const SAYS_SO_AFTER: f64 = 200.0;

/// How many files there are, and how many bytes of them are at hand.
async fn measured(state: AppState) -> (usize, u64) {
    let all = files(state, &FramePace::new()).await;
    let bytes = all.iter().filter_map(|file| file.blob.as_ref()).map(|blob| blob.size() as u64);
    (all.len(), bytes.sum())
}

pub(super) fn section(open: ReadSignal<bool>) -> AnyView {
    let state = AppState::get();
    let is_embedded = RwSignal::new(true);
    let size = RwSignal::new(None::<(usize, u64)>);
    let busy = RwSignal::new(false);
    let note = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            spawn_local(async move {
                size.try_set(Some(measured(state).await));
            });
        }
    });
    let sizes = move || {
        let Some((files, bytes)) = size.get() else { return String::new() };
        let files = counted(files, "file", "files");
        match is_embedded.get() {
            true => format!(
                "{files}, about {} kB with what you made of them",
                count(bytes.div_ceil(1000) as usize)
            ),
            false => format!(
                "{files} by path, size and SHA-256; to open it elsewhere, drop their folder beside it"
            ),
        }
    };
    let file_name = move || format!("{}{ENDING}", stem_now(&state));
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        note.set(String::new());
        let (name, is_embedded) = (untrack(file_name), is_embedded.get_untracked());
        let begun = js_sys::Date::now();
        spawn_local(async move {
            let tell = |done: usize, all: usize| {
                if js_sys::Date::now() - begun > SAYS_SO_AFTER {
                    note.try_set(format!("Writing {} of {} files…", count(done), count(all)));
                }
            };
            let made = written(state, is_embedded, tell).await;
            busy.try_set(false);
            note.try_set(String::new());
            match made {
                Some(Written { blob, gone, files }) => {
                    download::save_blob(&name, &blob);
                    told(&state, &name);
                    if gone > 0 {
                        note.try_set(format!(
                            "{} of {files} could not be read any more and only named.",
                            counted(gone, "file is", "files are")
                        ));
                    }
                }
                None => failed(&state, "the browser has no room for it"),
            }
        });
    };
    let choice = move |value: bool, id: &'static str, label: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="workspace-files"
                    data-action=id
                    prop:checked=move || is_embedded.get() == value
                    on:change=move |_| is_embedded.set(value)
                />
                {label}
            </label>
        }
    };
    view! {
        <section class="export-part">
            <h3>"Workspace"</h3>
            <p class="muted">
                "Everything in one file: what was dropped, settings and profile, layers with your edits, snapshots, peers. Drop it on the page to open it again."
            </p>
            <fieldset class="workspace-choice">
                <legend class="visually-hidden">"Files in the workspace"</legend>
                {choice(true, "workspace-embedded", "With its files")}
                {choice(false, "workspace-named", "Files by name only")}
            </fieldset>
            <p class="export-size muted" data-note="workspace-size">{sizes}</p>
            <div class="export-actions">
                // Not disabled while it works: that would take the focus away.
                <button
                    type="button"
                    class="button"
                    data-action="save-workspace"
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=save
                >
                    "Workspace"
                </button>
                <code>{file_name}</code>
            </div>
            <p class="muted" role="status" data-note="workspace">{note}</p>
        </section>
    }
    .into_any()
}
