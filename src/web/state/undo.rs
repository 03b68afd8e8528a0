//! Every change can be taken back, and done again.

use super::{AppState, Read};
use crate::gaps::Enrichment;
use crate::gaps::peers::Peer;
use crate::rule::Intake;
use crate::web::layers::Tabs;
use crate::web::settings::Settings;
use leptos::prelude::*;
use std::sync::Arc;

/// What a change may change.
#[derive(Clone)]
pub(super) struct Snapshot {
    settings: Settings,
    read: Read,
    library: Arc<Intake>,
    tabs: Arc<Tabs>,
    enrichment: Option<Arc<Enrichment>>,
    peers: Arc<Vec<Peer>>,
}

/// Undo reaches this far back; a snapshot shares the rules and costs next to nothing.
const UNDO_STEPS: usize = 100;

impl AppState {
    /// Takes back the last change; false if there is none.
    pub fn undo(&self) -> bool {
        let Some(Some(last)) = self.history.try_update(Vec::pop) else { return false };
        self.undone.update(|undone| undone.push(self.snapshot()));
        self.restore(last);
        true
    }

    /// Does again what was taken back last; false if there is nothing, or something was changed
    /// since.
    pub fn redo(&self) -> bool {
        let Some(Some(next)) = self.undone.try_update(Vec::pop) else { return false };
        self.history.update(|history| history.push(self.snapshot()));
        self.restore(next);
        true
    }

    fn restore(&self, snapshot: Snapshot) {
        self.settings.set(snapshot.settings);
        self.tabs.set(snapshot.tabs);
        self.enrichment.set(snapshot.enrichment);
        self.peers.set(snapshot.peers);
        if self.read.with_untracked(|read| *read != snapshot.read) {
            self.publish(snapshot.read);
        }
        if self.library.with_untracked(|now| !Arc::ptr_eq(now, &snapshot.library)) {
            self.library.set(snapshot.library);
        }
        self.toast.set(None);
    }

    /// Takes a library that was remembered from an earlier visit: it was there all along, also in
    /// what undo returns to.
    pub fn shelve_remembered(&self, library: Arc<Intake>) {
        for steps in [self.history, self.undone] {
            steps.update_untracked(|steps| {
                for step in steps.iter_mut().filter(|step| step.library.report.outcomes.is_empty())
                {
                    step.library = library.clone();
                }
            });
        }
        self.shelve(library);
    }

    /// Changes the settings of all that undo and redo return to: they were so all along.
    pub(super) fn preset_in_history(&self, change: impl Fn(&mut Settings)) {
        for steps in [self.history, self.undone] {
            steps.update_untracked(|steps| {
                steps.iter_mut().for_each(|step| change(&mut step.settings));
            });
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            settings: self.settings.get_untracked(),
            read: self.read.get_untracked(),
            library: self.library.get_untracked(),
            tabs: self.tabs.get_untracked(),
            enrichment: self.enrichment.get_untracked(),
            peers: self.peers.get_untracked(),
        }
    }

    /// Whether there is a change to do again.
    pub fn can_redo(&self) -> bool {
        self.undone.with(|undone| !undone.is_empty())
    }

    /// Whether there is a change to take back.
    pub fn can_undo(&self) -> bool {
        self.history.with(|history| !history.is_empty())
    }

    pub(super) fn remember(&self) {
        // Its "Undo" would take back this change instead.
        self.toast.set(None);
        let snapshot = self.snapshot();
        self.undone.update(Vec::clear);
        self.history.update(|history| {
            history.push(snapshot);
            if history.len() > UNDO_STEPS {
                history.remove(0);
            }
        });
    }
}
