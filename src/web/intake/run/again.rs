//! Files that come once more within one import: the later one takes the place of the earlier, as if it had
//! come after it.

use super::super::beside::is_within;
use super::super::workspace::ends;
use super::super::{enter, found, send_batch, sources};
use super::{Run, finish_if_done, going_on, with_this};
use crate::gaps::Shelf;
use crate::pace::Pace;
use crate::web::next_task::FramePace;
use crate::web::state::AppState;
use leptos::task::spawn_local;
use std::collections::BTreeSet;
use web_sys::Blob;

/// A file under a path under which another one came.
pub(in crate::web::intake) struct Later {
    pub(in crate::web::intake) path: String,
    pub(in crate::web::intake) file: Blob,
    /// A workspace brought it.
    pub(in crate::web::intake) is_quiet: bool,
    /// It had come already: a *Cancel* does not concern it.
    pub(in crate::web::intake) has_come: bool,
}

/// Takes them in, once what came before them is open. Undone with it.
pub(super) fn take(state: AppState, shelf: Shelf, later: Vec<Later>) {
    if later.is_empty() {
        return;
    }
    going_on(state, shelf, move |id| {
        let quiet = later.iter().filter(|file| file.is_quiet).map(|file| file.path.clone());
        with_this(id, |run| {
            run.busy += 1;
            run.quiet.extend(quiet);
        });
        spawn_local(async move {
            let pace = FramePace::new();
            for Later { path, file, is_quiet, .. } in later {
                match is_quiet {
                    true => enter(id, shelf, path, file, true),
                    false => found(id, path, file),
                }
                pace.pause().await;
            }
            send_batch(id);
            with_this(id, Run::less_busy);
            finish_if_done();
        });
    });
}

impl Run {
    /// Gives a file back that is the first of its path.
    pub(in crate::web::intake) fn first_of_its_path(&mut self, file: Later) -> Option<Later> {
        if self.entered.insert(file.path.clone()) {
            return Some(file);
        }
        self.later.push(file);
        None
    }

    /// Whether a file is read after this import, as the workspace that was opened in it may name it.
    pub(in crate::web::intake) fn is_for_later(&mut self, path: &str, file: &Blob) -> bool {
        let is_it = self.named.iter().any(|named| ends(path, named) || ends(named, path));
        if is_it {
            let (path, file) = (path.to_owned(), file.clone());
            self.later.push(Later { path, file, is_quiet: false, has_come: false });
        }
        is_it
    }

    pub(in crate::web::intake) fn has_entered(&self, path: &str) -> bool {
        self.entered.contains(path)
    }

    /// What the workspace that was opened last brought gives way to the next one. Must be in order.
    pub(in crate::web::intake) fn give_way(&mut self) -> BTreeSet<String> {
        let brought = std::mem::take(&mut self.brought);
        self.named.clear();
        self.later.retain(|file| !file.is_quiet);
        self.entered.retain(|path| !brought.contains(path));
        self.forget_arrived(&brought);
        brought
    }

    /// Files that have come are read after this import once more, as if they came then. Must be in order.
    pub(in crate::web::intake) fn come_again(
        &mut self,
        which: impl FnOnce(&BTreeSet<String>) -> BTreeSet<String>,
    ) -> BTreeSet<String> {
        let again = which(&self.entered);
        self.forget_arrived(&again);
        let mut first = Vec::new();
        for path in &again {
            self.entered.remove(path);
            if let Some((file, _)) = sources::find(self.shelf, path) {
                self.quiet.insert(path.clone());
                first.push(Later { path: path.clone(), file, is_quiet: false, has_come: true });
            }
        }
        // What came after them under their paths is later still.
        self.later.splice(0..0, first);
        again
    }

    fn forget_arrived(&mut self, paths: &BTreeSet<String>) {
        let Some(arrived) = self.arrived.ordered_mut().filter(|_| !paths.is_empty()) else {
            return;
        };
        let within = arrived.report.outcomes.iter().map(|outcome| &outcome.path);
        let within = within.filter(|path| is_within(path, paths)).chain(paths);
        let within: BTreeSet<String> = within.cloned().collect();
        arrived.forget_paths(|| within.iter().map(String::as_str));
        self.alerts.forget(|path| is_within(path, paths));
        self.tests.retain(|test| !is_within(&test.path, paths));
    }
}
