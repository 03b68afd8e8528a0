//! Rules of one's own and those of a library, each on its shelf.

use super::{AppState, Toast};
use crate::gaps::Shelf;
use crate::gaps::peers::Peer;
use crate::rule::{Intake, Rule};
use crate::web::address::RulePlace;
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use std::sync::Arc;

impl AppState {
    /// The library, to read.
    pub fn library(&self) -> ReadSignal<Arc<Intake>> {
        self.library.read_only()
    }

    /// Replaces the library. Whether that can be undone is the caller's.
    pub fn shelve(&self, library: Arc<Intake>) {
        self.library.set(library);
    }

    /// Takes the library away; can be undone.
    pub fn remove_library(&self) {
        let rules = self.library.with_untracked(|library| library.rules.len());
        self.remember();
        self.shelve(Arc::default());
        let text = format!("Library of {} removed", counted(rules, "rule", "rules"));
        self.toast.set(Some(Toast { text, undo: true }));
    }

    /// Compares with other peers, and says so; can be undone.
    pub fn compare_with(&self, peers: Vec<Peer>, said: String) {
        self.remember();
        self.peers.set(Arc::new(peers));
        self.toast.set(Some(Toast { text: said, undo: true }));
    }

    /// The rule that stands at a place, if it is there.
    pub fn rule_at(&self, place: &RulePlace) -> Option<Arc<Rule>> {
        let is_it = |rule: &&Arc<Rule>| rule.path == place.path && rule.document == place.document;
        let find = |intake: &Arc<Intake>| intake.rules.iter().find(is_it).cloned();
        match place.shelf {
            Shelf::Own => self.intake.with(find),
            Shelf::Library => self.library.with(find),
        }
    }
}
