//! The chosen rules to carry away: files, list, text, or a look at the matrix with them.

use super::found::{Found, Later};
use super::preview;
use crate::export::{gaps_recommended, next_rules_md, rules_zip};
use crate::gaps::files;
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::{live, press};
use crate::web::{clipboard, download, intake};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files named that are no longer there; the rest is counted.
const MOST_NAMED: usize = 5;

pub(super) fn actions(found: Later) -> AnyView {
    let state = AppState::get();
    // What of the files could not be had.
    let missing = RwSignal::new(Vec::<String>::new());
    let none = Signal::derive(move || {
        found.with(|found| found.as_ref().is_none_or(|found| found.next.rules.is_empty()))
    });
    let with_found = move |act: fn(AppState, Arc<Found>, RwSignal<Vec<String>>)| {
        Box::new(move || {
            if let Some(found) = found.get_untracked() {
                act(state, found, missing);
            }
        })
    };
    let button = |action, text: &'static str, act| {
        press(action, none, Signal::stored(text.to_owned()), with_found(act))
    };
    let buttons = [
        button("preview-next", "Preview in the matrix", |state, found, _| {
            preview::show(state, found);
        }),
        button("next-zip", "Save as zip", save_zip),
        button("next-csv", "Save as list", |_, found, _| {
            let Found { ground, next } = &*found;
            let csv = gaps_recommended::next_rules_csv(&ground.grounds(), &ground.library, next);
            download::save("next-rules.csv", "text/csv", csv.as_bytes());
        }),
        button("next-markdown", "Copy as Markdown", |state, found, _| {
            let Found { ground, next } = &*found;
            copy(state, next_rules_md::write(&ground.grounds(), &ground.library, next), "List");
        }),
    ];
    view! {
        <div class="stat-line">{Vec::from(buttons)}</div>
        {live(move || lacking(&missing.get()))}
    }
    .into_any()
}

/// Puts a text on the clipboard and says so.
pub(in crate::web::view::gaps) fn copy(state: AppState, text: String, what: &'static str) {
    spawn_local(async move {
        let text = match clipboard::copy(&text).await {
            true => format!("{what} copied"),
            false => "The browser does not allow copying here; save it instead".to_owned(),
        };
        state.toast.set(Some(Toast { text, undo: false }));
    });
}

fn save_zip(state: AppState, found: Arc<Found>, missing: RwSignal<Vec<String>>) {
    missing.set(Vec::new());
    spawn_local(async move {
        let chosen = found.next.chosen();
        let wanted: BTreeMap<String, String> = files(&found.ground.of.rules, &chosen)
            .into_iter()
            .map(|file| (file.path.to_owned(), file.within.to_owned()))
            .collect();
        let read = intake::bytes_of_library(wanted.keys().cloned().collect()).await;
        let has = |path: &&String| !read.iter().any(|(known, _)| known == *path);
        missing.try_set(wanted.keys().filter(has).cloned().collect());
        let number = read.len();
        let inside = |path: String| wanted.get(&path).cloned().unwrap_or(path);
        let files = read.into_iter().map(|(path, bytes)| (inside(path), bytes)).collect();
        let text = match rules_zip::write(files) {
            _ if number == 0 => "No file of the library can be read any more".to_owned(),
            Ok(zip) => {
                download::save("next-rules.zip", "application/zip", &zip);
                format!("next-rules.zip saved: {}", counted(number, "file", "files"))
            }
            Err(error) => error.to_string(),
        };
        state.toast.set(Some(Toast { text, undo: false }));
    });
}

/// Which files are not in the zip, and what to do.
fn lacking(missing: &[String]) -> Option<AnyView> {
    if missing.is_empty() {
        return None;
    }
    let line = |path: &String| view! { <li><bdi>{path.clone()}</bdi></li> }.into_any();
    let mut lines: Vec<AnyView> = missing.iter().take(MOST_NAMED).map(line).collect();
    if let Some(more @ 1..) = missing.len().checked_sub(MOST_NAMED) {
        let text = format!("and {} more", counted(more, "file", "files"));
        lines.push(view! { <li>{text}</li> }.into_any());
    }
    let list = view! {
        <p class="stat-sentence" role="status">
            "Not in the zip, because they cannot be read any more: changed, moved or deleted since, or not remembered. Choose the library’s files or folder again and save once more."
        </p>
        <ul class="stat-notes" data-list="missing-files">{lines}</ul>
    };
    Some(list.into_any())
}
