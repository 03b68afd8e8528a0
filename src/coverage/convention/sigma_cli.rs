//! sigma-cli 3.1.0 with pySigma 1.5.1, `sigma analyze attack`
//! (`sigma/analyze/attack.py`, `sigma/cli/analyze.py`).
//!
//! Its table of scores has an entry for whatever follows `attack.`, tactics, groups and typing
//! errors included; its layer only shows the live techniques of it, and takes the top of its
//! colours from the whole table. A tag that stands twice in a rule counts twice. Status does not
//! matter by default, and a missing one passes every filter.

use super::reading::{Habits, Id, Reading};
use super::{Convention, Covers, How, Tally, place};
use crate::rule::{Format, Level};
use std::collections::BTreeMap;

const HABITS: Habits = Habits { formats: &[(Format::Sigma, &["yml"])], single_document: false };

/// Points by level (`rule_level_scores`).
fn points(level: Option<Level>) -> i32 {
    match level {
        None | Some(Level::Informational) => 1,
        Some(Level::Low) => 2,
        Some(Level::Medium) => 4,
        Some(Level::High) => 8,
        Some(Level::Critical) => 12,
    }
}

/// Its place on the scale, 1 to 5, or 0 if there is none (`score_max`).
fn rank(level: Option<Level>) -> i32 {
    level.map_or(0, |level| {
        let at = Level::ALL.iter().position(|known| *known == level);
        at.and_then(|at| i32::try_from(at + 1).ok()).unwrap_or(0)
    })
}

/// Whatever stands in its namespace, which is lower case.
fn attack(written: &str) -> Option<&str> {
    let (space, name) = written.split_once('.')?;
    (space == "attack").then_some(name)
}

/// One more occurrence.
fn add(convention: Convention, value: i32, level: Option<Level>) -> i32 {
    match convention {
        Convention::SigmaCliMax => value.max(rank(level)),
        Convention::SigmaCliLevel => value.saturating_add(points(level)),
        _ => value.saturating_add(1),
    }
}

/// The values of two spellings.
fn merge(convention: Convention, one: i32, other: i32) -> i32 {
    match convention {
        Convention::SigmaCliMax => one.max(other),
        _ => one.saturating_add(other),
    }
}

pub(super) fn tally(convention: Convention, reading: &Reading<'_>) -> Tally {
    let mut tally = Tally::new(convention, reading.catalogue);
    let mut written: BTreeMap<&str, i32> = BTreeMap::new();
    let mut values = vec![0; reading.catalogue.techniques.len()];
    let mut refused = 0;
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        let level = rule.level.value;
        refused += usize::from(level.is_none() && !rule.level.text.trim().is_empty());
        for tag in reading.own_tags(at, rule) {
            for id in reading.ids(rule, tag, attack) {
                match id {
                    Id::Live(index) => {
                        tally.count(index, at, How::Tag);
                        let value = &mut values[place(index)];
                        *value = add(convention, *value, level);
                    }
                    Id::Stranger(name) => {
                        let value = written.entry(name).or_default();
                        *value = add(convention, *value, level);
                    }
                }
            }
        }
    }
    let mut beside: BTreeMap<String, i32> = BTreeMap::new();
    for (name, value) in written {
        let sum = beside.entry(name.to_ascii_uppercase()).or_default();
        *sum = merge(convention, *sum, value);
    }
    for (mark, value) in tally.marks.iter_mut().zip(values) {
        if let Some(mark) = mark {
            (mark.value, mark.covers) = (value, Covers::Fully);
        }
    }
    let techniques = tally.marks.iter().flatten().map(|mark| mark.value);
    let top = techniques.chain(beside.values().copied()).max();
    tally.gradient_top = top.and_then(|top| u32::try_from(top).ok());
    let polluted = beside.values().max() > tally.marks.iter().flatten().map(|m| &m.value).max();
    tally.beside = beside.into_iter().map(|(id, n)| (id, u32::try_from(n).unwrap_or(0))).collect();
    // Also a file that is no rule at all: it has no title, which is an error.
    let refused = refused + reading.broken_files() + reading.other_files(&["yml"]);
    super::wording::stops(&mut tally.notes, "sigma-cli", refused);
    if polluted && let Some(top) = tally.gradient_top {
        tally.notes.push(format!(
            "the colours of its layer end at {top}, the score of a tactic or another tag that is no technique"
        ));
    }
    if tally.gradient_top.is_none() {
        tally
            .notes
            .push("sigma-cli stops with an error where no rule has an attack tag".to_owned());
    }
    tally
}
