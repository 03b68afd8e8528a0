//! Snapshots of what the rules cover, kept for the visit, so that rules that are dropped later can
//! be compared with them.

use super::super::state::{AppState, Toast};
use super::super::today::today;
use crate::attack::{Domain, TechniqueId};
use crate::coverage::TechniqueState;
use crate::date::Date;
use leptos::prelude::*;
use std::sync::Arc;

/// A snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Tells it from all tabs and other snapshots of this visit.
    pub key: u32,
    /// What it is called; can be changed.
    pub name: String,
    /// When it was kept.
    pub date: Date,
    /// Of the release it was seen on.
    pub domain: Domain,
    /// For example `19.2`.
    pub version: String,
    /// The rules that counted.
    pub rules: usize,
    /// Techniques that were covered directly, with their scores: by id, so that they can be seen
    /// on another release.
    pub covered: Arc<Vec<(TechniqueId, Option<f64>)>>,
}

/// Keeps what the rules cover now; can be undone.
pub fn keep(state: AppState) {
    let (Some(catalogue), Some(coverage)) =
        (state.catalogue.get_untracked(), state.coverage.get_untracked())
    else {
        return;
    };
    let covered = catalogue.indices().filter_map(|index| {
        let technique = coverage.technique(index);
        let score = technique.score.map(|score| f64::from(score.get()));
        let is_direct = technique.state == TechniqueState::Direct;
        is_direct.then(|| (catalogue.technique(index).id, score))
    });
    let mut kept = Kept {
        key: 0,
        name: String::new(),
        date: today(),
        domain: catalogue.domain,
        version: catalogue.version.clone(),
        rules: coverage.summary.rules,
        covered: Arc::new(covered.collect()),
    };
    state.edit_tabs(|tabs| {
        // As long as there is one of that name.
        let free = (1..).find(|number| {
            let name = format!("Snapshot {number}");
            !tabs.kept.iter().any(|kept| kept.name == name)
        });
        kept.name = format!("Snapshot {}", free.unwrap_or(1));
        let name = kept.name.clone();
        tabs.keep(kept);
        state.toast.set(Some(Toast { text: format!("{name} kept for this visit"), undo: true }));
    });
}

/// Gives a snapshot another name; an empty one changes nothing. Can be undone.
pub fn rename(state: AppState, key: u32, name: &str) {
    let name = name.trim();
    let is_new = state.tabs().with_untracked(|tabs| {
        tabs.kept.iter().any(|kept| kept.key == key && kept.name != name && !name.is_empty())
    });
    if is_new {
        state.edit_tabs(|tabs| {
            if let Some(kept) = tabs.kept.iter_mut().find(|kept| kept.key == key) {
                kept.name = name.to_owned();
            }
        });
    }
}
