//! The workbook for Excel. What writes it is made ready when the first is asked for.

use super::files::{Subject, failed, stem_now, told};
use super::picture::{default_title, shown_sub_techniques};
use crate::export::layer_workbook::of_layer;
use crate::export::workbook::{MEDIA_TYPE, Workbook, WorkbookOptions, of_coverage};
use crate::press::client;
use crate::press::protocol::Request;
use crate::web::download;
use crate::web::state::AppState;
use crate::web::today::today;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// What takes longer says so.
const SAYS_SO_AFTER: Duration = Duration::from_millis(200);

/// The matrix as shown.
fn workbook_now(state: &AppState) -> Option<Workbook> {
    let layer = (state.shown_layer.get_untracked(), untrack(|| state.unfolded_in_layer()));
    if let (Some(shown), Some(unfolded)) = layer {
        let scores = state.settings().with_untracked(|settings| settings.show_scores);
        return Some(of_layer(&shown.catalogue, &shown.as_shown(&unfolded), today(), scores));
    }
    let subject = Subject::now(state)?;
    let theme = state.theme.get_untracked();
    Some(state.settings().with_untracked(|settings| {
        let (catalogue, coverage) = (&subject.catalogue, &subject.coverage);
        let options = WorkbookOptions {
            title: settings
                .picture_title
                .clone()
                .unwrap_or_else(|| default_title(catalogue, false)),
            palette: settings.palette_in(theme),
            sub_techniques: shown_sub_techniques(&settings.expansion, catalogue, coverage),
            date: subject.date,
            show_scores: settings.show_scores,
            show_ids: settings.show_ids,
        };
        let (policy, scope) = (&settings.policy, &settings.scope);
        of_coverage(catalogue, coverage, &subject.intake, policy, scope, &options)
    }))
}

pub(super) fn section(open: ReadSignal<bool>) -> AnyView {
    let state = AppState::get();
    let file_name = move || format!("{}.xlsx", stem_now(&state));
    let busy = RwSignal::new(false);
    let note = RwSignal::new(String::new());
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        let Some(workbook) = workbook_now(&state) else { return };
        busy.set(true);
        note.set(String::new());
        let slow = set_timeout_with_handle(
            move || note.set("Preparing the workbook…".to_owned()),
            SAYS_SO_AFTER,
        );
        spawn_local(async move {
            let made = client::make(&Request::Xlsx(workbook), &[]).await;
            if let Ok(slow) = slow {
                slow.clear();
            }
            busy.set(false);
            note.set(String::new());
            let file_name = untrack(file_name);
            match made {
                Ok(file) => {
                    download::save_array(&file_name, MEDIA_TYPE, &file);
                    told(&state, &file_name);
                }
                // It stays where it was asked for; the line at the foot is soon gone.
                Err(error) if open.get_untracked() => note.set(format!("Not saved: {error}.")),
                Err(error) => failed(&state, &error.to_string()),
            }
        });
    };
    view! {
        <section class="export-part">
            <h3>"Workbook"</h3>
            <p class="muted">"The matrix in its colours, the numbers, and a table of all techniques."</p>
            <div class="export-actions">
                // Not disabled while it works: that would take the focus away.
                <button
                    type="button"
                    class="button"
                    data-action="export-xlsx"
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=save
                >
                    "Excel (XLSX)"
                </button>
                <code>{file_name}</code>
            </div>
            <p class="muted" role="status" data-note="xlsx">{note}</p>
        </section>
    }
    .into_any()
}
