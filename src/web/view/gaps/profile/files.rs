//! A place to give a file: chosen or dropped, read by the worker, and what came of it.

use super::Form;
use super::pieces::{fixed, folded, plain, press};
use crate::gaps::PartKind;
use crate::source::{Bucket, FileOutcome};
use crate::web::intake;
use crate::web::state::Toast;
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{File, FileList, HtmlInputElement};

/// Rows named that were passed over; the rest is counted.
const MOST_ROWS: usize = 50;

/// What is to be given.
#[derive(Clone, Copy)]
pub(super) struct Give {
    /// What it is read as.
    pub(super) kind: PartKind,
    /// Endings of names.
    pub(super) accept: &'static str,
    /// As the button says.
    pub(super) choose: &'static str,
    /// Whether there is something of it that can be removed.
    pub(super) has: Signal<bool>,
}

/// What came of the last file.
#[derive(Clone, Copy)]
struct Said {
    is_reading: RwSignal<bool>,
    /// Why it could not be read.
    refused: RwSignal<Option<String>>,
    /// Rows that say nothing.
    rows: RwSignal<Vec<String>>,
}

fn read(form: Form, kind: PartKind, said: Said, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    said.is_reading.set(true);
    said.refused.set(None);
    said.rows.set(Vec::new());
    spawn_local(async move {
        let refused = take(form, kind, said, file).await.err();
        // The view may be gone by now.
        said.is_reading.try_set(false);
        said.refused.try_set(refused);
    });
}

/// Reads a file and takes it; why not, if not.
async fn take(form: Form, kind: PartKind, said: Said, file: File) -> Result<(), String> {
    let read =
        intake::profile_part(form.state, kind, file).await.map_err(|outcome| in_words(&outcome))?;
    let rows = read.passed_over.iter();
    let rows = rows.map(|(line, reason)| format!("Line {line}: {reason}")).collect();
    let text = format!("{} taken as {}", read.name(), kind.label());
    let name = read.name().to_owned();
    form.state.begin_intake();
    form.state.take_part(read).map_err(|error| format!("{name}: {error}."))?;
    form.state.toast.set(Some(Toast { text, undo: true }));
    said.rows.try_set(rows);
    Ok(())
}

/// File, place, reason, remedy.
fn in_words(outcome: &FileOutcome) -> String {
    let Bucket::Failed { line, column, reason, remedy, .. } = &outcome.bucket else {
        return outcome.path.clone();
    };
    let place = match (line, column) {
        (Some(line), Some(column)) => format!(", line {line}, column {column}"),
        (Some(line), None) => format!(", line {line}"),
        _ => String::new(),
    };
    format!("{}{place}: {reason}. What to do: {remedy}.", outcome.path)
}

/// The line: choose, remove, drop; `more` are further buttons.
pub(super) fn file_line(form: Form, of: Give, more: AnyView) -> AnyView {
    let Give { kind, accept, choose, has } = of;
    let said = Said {
        is_reading: RwSignal::new(false),
        refused: RwSignal::new(None),
        rows: RwSignal::new(Vec::new()),
    };
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let input: HtmlInputElement = input;
        read(form, kind, said, input.files());
        // So that the same file can be chosen again.
        input.set_value("");
    };
    let ask = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let remove = move || {
        said.rows.set(Vec::new());
        if kind == PartKind::Enrichment {
            form.state.enrich(None);
        } else {
            form.change(|profile| profile.forget(kind));
        }
        let text = format!("Removed: {}", kind.label());
        form.state.toast.set(Some(Toast { text, undo: true }));
    };
    let dropped = move |event: web_sys::DragEvent| {
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if files.as_ref().is_some_and(|files| files.length() > 0) {
            // Here it is known what it is for; the page around would have to guess.
            event.prevent_default();
            read(form, kind, said, files);
        }
    };
    let lacks = Signal::derive(move || !has.get());
    let status = move || if said.is_reading.get() { "Reading…" } else { "or drop it here" };
    let name = name(kind);
    view! {
        <div class="stat-line form-give" data-give=name on:drop=dropped>
            <input
                type="file"
                hidden
                accept=accept
                aria-label=choose
                data-input=name
                node_ref=input
                on:change=chosen
            />
            {press("button", "give-file", false.into(), fixed(choose), Box::new(ask))}
            <span class="muted" role="status">{status}</span>
            {press("button", "remove-file", lacks, fixed("Remove"), Box::new(remove))}
            {more}
        </div>
        {live(move || came_of(said))}
    }
    .into_any()
}

/// For scripts.
fn name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Whole => "profile",
        PartKind::Assets => "assets",
        PartKind::Incidents => "incidents",
        PartKind::Threat => "threat",
        PartKind::Enrichment => "enrichment",
    }
}

fn came_of(said: Said) -> Option<AnyView> {
    let refused = said.refused.get().map(|why| {
        view! { <p class="stat-sentence is-error" role="alert" data-refused><bdi>{why}</bdi></p> }
            .into_any()
    });
    let rows = said.rows.get();
    let number = rows.len();
    let mut lines: Vec<AnyView> = rows.into_iter().take(MOST_ROWS).map(plain).collect();
    if number > MOST_ROWS {
        lines.push(plain(format!("and {} more", number - MOST_ROWS)));
    }
    let summary = format!("{} passed over", counted(number, "row", "rows"));
    let rows = folded("passed-over", summary, lines);
    (refused.is_some() || rows.is_some()).then(|| vec![refused, rows].into_any())
}

/// What there is of a file, by its name.
pub(super) fn source(form: Form, kind: PartKind) -> Option<String> {
    form.read(|profile| profile.sources.get(kind.key()?).cloned())
}

/// As above, or what it is where no file is named.
pub(super) fn source_or(form: Form, kind: PartKind, otherwise: &str) -> Arc<str> {
    source(form, kind).map_or_else(|| otherwise.into(), Into::into)
}
