//! The report as files, and on paper. The press writes the files; the page only says what is in
//! them.

use super::Shown;
use super::made::Asked;
use super::matrix;
use crate::export::file_stem;
use crate::export::report::{ReportFile, parts};
use crate::press::client;
use crate::press::protocol::Request;
use crate::web::download;
use crate::web::next_task::FramePace;
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::export_menu::files::{failed, told};
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// What takes longer says so.
const SAYS_SO_AFTER: Duration = Duration::from_millis(200);

fn label(file: ReportFile) -> (&'static str, &'static str) {
    match file {
        ReportFile::Html => ("export-report", "Page (HTML)"),
        ReportFile::Markdown => ("export-report-md", "Markdown"),
        ReportFile::CsvSet => ("export-report-csv", "CSV files (ZIP)"),
        ReportFile::Xlsx => ("export-report-xlsx", "Excel (XLSX)"),
    }
}

/// `report_Q4_2026.html`
fn file_name(file: ReportFile) -> String {
    let stem = file_stem(today());
    format!("report_{}.{}", stem.trim_start_matches("coverage_"), file.extension())
}

async fn make(state: AppState, asked: Asked, file: ReportFile) -> Result<Uint8Array, String> {
    let pace = FramePace::new();
    let mut report = asked.report(file.has_all_rows(), &pace).await;
    let rows = parts::parted(&mut report, &pace).await.map_err(|error| error.to_string())?;
    let buffer = |rows: &Vec<u8>| Uint8Array::from(rows.as_slice()).buffer();
    let buffers: Vec<ArrayBuffer> = rows.iter().map(buffer).collect();
    let pictures = match file {
        ReportFile::Html => Some(matrix::pictures(state, &asked).await),
        _ => None,
    };
    let request = Request::Report { report: Box::new(report), file, pictures };
    client::make(&request, &buffers).await.map_err(|error| error.to_string())
}

/// The buttons above the report.
pub(super) fn actions(made: Shown) -> AnyView {
    let state = AppState::get();
    let busy = RwSignal::new(false);
    let note = RwSignal::new(String::new());
    let save = move |file: ReportFile| {
        let asked = made.with_untracked(|made| Some(made.as_ref()?.asked.clone()));
        let Some(asked) = asked.filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        note.set(String::new());
        let slow = set_timeout_with_handle(
            move || note.set("Preparing the report…".to_owned()),
            SAYS_SO_AFTER,
        );
        spawn_local(async move {
            let written = make(state, asked, file).await;
            if let Ok(slow) = slow {
                slow.clear();
            }
            // The view may be gone by now.
            let is_here = busy.try_set(false).is_none() && note.try_set(String::new()).is_none();
            match written {
                Ok(bytes) => {
                    download::save_array(&file_name(file), file.media_type(), &bytes);
                    told(&state, &file_name(file));
                }
                Err(reason) if is_here => note.set(format!("Not saved: {reason}.")),
                Err(reason) => failed(&state, &reason),
            }
        });
    };
    let button = move |file: ReportFile| {
        let (action, text) = label(file);
        view! {
            // Not disabled while it works: that would take the focus away.
            <button
                type="button"
                class="button"
                data-action=action
                title=file_name(file)
                aria-disabled=move || busy.get().then_some("true")
                on:click=move |_| save(file)
            >
                {text}
            </button>
        }
        .into_any()
    };
    let buttons: Vec<AnyView> = ReportFile::ALL.map(button).into();
    let print = move |_| {
        if let Some(window) = web_sys::window() {
            // Refused only in a frame that may not.
            let _ = window.print();
        }
    };
    view! {
        <div class="doc-actions" hidden=move || made.with(Option::is_none)>
            <div class="export-actions">
                {buttons}
                <button type="button" class="button" data-action="print-report" on:click=print>
                    "Print or PDF…"
                </button>
            </div>
            <p class="muted" role="status" data-note="report">{note}</p>
        </div>
    }
    .into_any()
}
