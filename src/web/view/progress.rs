//! A running import: how far it is, and a way to stop it.

use super::later;
use super::numbers::{count, counted};
use crate::gaps::Shelf;
use crate::web::state::{AppState, Progress};
use leptos::prelude::*;

fn share(progress: &Progress) -> f64 {
    if progress.files_total == 0 {
        return 0.0;
    }
    let part = progress.of_file.map_or(0.0, |(read, all)| read as f64 / all.max(1) as f64);
    ((f64::from(progress.files_done) + part) / f64::from(progress.files_total)).min(1.0)
}

/// The share, without the code that writes broken numbers: the bar would be the only one to need it
/// in the page's first file.
fn ten_thousandths(progress: &Progress) -> u32 {
    (share(progress) * 10_000.0).round() as u32
}

fn in_words(progress: &Progress) -> String {
    let number = |n: u32| n as usize;
    let total = count(number(progress.files_total));
    let mut text = format!(
        "{}{} of {}{total} files · {}",
        if progress.shelf == Shelf::Library { "Library: " } else { "" },
        count(number(progress.files_done)),
        // While folders are still walked the total only grows.
        if progress.listing { "at least " } else { "" },
        counted(number(progress.rules), "rule", "rules"),
    );
    if progress.alerts > 0 {
        text.push_str(" · ");
        text.push_str(&counted(number(progress.alerts), "alert", "alerts"));
    }
    if progress.problems > 0 {
        text.push_str(" · ");
        text.push_str(&counted(number(progress.problems), "problem", "problems"));
    }
    text
}

/// `60 rules read, 35 of 222 techniques covered`, once that is known of what was read last.
fn result(state: AppState) -> Option<String> {
    let (read, summary) = state.result()?;
    let failed = match read.report.counts().failed {
        0 => String::new(),
        failed => format!(", {} failed", counted(failed, "file", "files")),
    };
    Some(format!(
        "{} read, {} of {} covered{failed}",
        counted(summary.rules_read, "rule", "rules"),
        count(summary.techniques_covered),
        counted(summary.techniques_total, "technique", "techniques"),
    ))
}

/// A thin bar at the foot of the page while an import runs.
#[component]
pub fn ProgressBar() -> impl IntoView {
    let state = AppState::get();
    let running = Memo::new(move |_| state.progress.with(Option::is_some));
    let now = move || state.progress.get().unwrap_or_default();
    // Spoken every tenth only, and what came of it.
    let spoken = Memo::new(move |_| {
        let tenths = state.progress.with(|p| p.as_ref().map(|p| (share(p) * 10.0) as u32));
        match tenths {
            None => result(state),
            Some(tenths) => (tenths > 0).then(|| format!("{tenths}0 per cent read")),
        }
    });
    view! {
        <div class="progress" hidden=move || !running.get()>
            <div
                class="progress-bar"
                role="progressbar"
                aria-label="Reading files"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || (ten_thousandths(&now()) / 100).to_string()
                style:--done=move || {
                    let done = ten_thousandths(&now());
                    format!("{}.{:04}", done / 10_000, done % 10_000)
                }
            ></div>
            <p class="progress-text">
                <span>{move || in_words(&now())}</span>
                <button class="link" type="button" on:click=move |_| later::cancel(state)>
                    "Cancel"
                </button>
            </p>
        </div>
        <p class="visually-hidden" role="status" aria-live="polite" data-said="progress">
            {move || spoken.get()}
        </p>
    }
}
