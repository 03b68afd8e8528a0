//! Tables that are read as alerts because somebody says so, and those that are taken away.

use super::run::{Run, settled, wait, with_this, within_run};
use super::sources;
use crate::alerts::{Gathering, Mapping};
use crate::gaps::Shelf;
use crate::source::ImportReport;
use crate::web::next_task::FramePace;
use crate::web::state::{AppState, Read, Toast};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::File;

/// Remembers a file of one's own without reading it.
pub fn keep_file(file: &File) -> String {
    let path = file.name();
    sources::keep(Shelf::Own, &path, file);
    path
}

/// Reads a file that was dropped before as alerts, whatever it looks like, in the place of what it
/// was read as; undone as an import. Says whether the file is still there.
pub fn read_alerts(state: AppState, path: String, mapping: Mapping) -> bool {
    let Some((blob, archive)) = sources::find(Shelf::Own, &path) else { return false };
    within_run(state, Shelf::Own, move |id| {
        let paths = [Some(&path), archive.as_ref()];
        let is_read = |run: &mut Run| paths.iter().flatten().any(|path| run.has_entered(path));
        if with_this(id, is_read) == Some(true) {
            // After the import that it comes with.
            wait(move || {
                read_alerts(state, path, mapping);
            });
            return;
        }
        with_this(id, |run| {
            run.progress.files_total += 1;
            run.progress.listing = run.busy > 0;
            run.pool.send_table(path, archive, mapping, blob);
            run.show_progress();
        });
    });
    true
}

/// Takes a file of alerts or results of tests away; can be undone.
pub fn remove_table(state: AppState, path: String) {
    if state.progress.with_untracked(Option::is_some) {
        return;
    }
    state.begin_intake();
    let Read { intake, alerts, tests } = state.everything_read();
    spawn_local(async move {
        let is_it = |own: &str| own == path;
        let alerts = Gathering::default().settle(&alerts, is_it, &FramePace::new()).await;
        let rest = tests.iter().filter(|test| !is_it(&test.path)).cloned().collect();
        let mut report = ImportReport::default();
        let own = intake.report.outcomes.iter().filter(|outcome| is_it(&outcome.path));
        report.outcomes.extend(own.cloned());
        let mut rest_of_files = (*intake).clone();
        rest_of_files.forget(&report);
        let intake = settled(rest_of_files, &FramePace::new()).await;
        let left = Read { intake, alerts, tests: Arc::new(rest) };
        while !state.show(left.clone()).await && state.wants(&left) {}
        let text = format!("{} removed", crate::heatmap::wording::plain_up_to(&path, 60));
        state.toast.set(Some(Toast { text, undo: true }));
    });
}
