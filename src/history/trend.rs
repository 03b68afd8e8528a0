//! Snapshots in their order, and what changed from quarter to quarter.

use super::rules::RuleHistory;
use super::snapshot::{Snapshot, Undated};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Summary;
use crate::layer::{Covered, Layer};

/// How coverage is read off layers, in one sentence.
pub const LAYER_CONVENTION: &str = "A layer covers what it scores above 0 or colours by hand, not what is disabled; a technique counts as covered if it or one of its sub-techniques is.";

/// Coverage over time, on one release of ATT&CK.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    /// In order of time; of one moment in the order they came.
    pub snapshots: Vec<Snapshot>,
    /// What has no place in it.
    pub undated: Vec<Undated>,
    /// How it was made and what it leaves out, in sentences.
    pub remarks: Vec<String>,
}

/// A calendar quarter and what it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct QuarterChange {
    /// Its year.
    pub year: u16,
    /// Its number, 1 to 4.
    pub quarter: u8,
    /// At its end: the last snapshot in it.
    pub overall: Covered,
    /// The same of each tactic, in the order of the matrix.
    pub tactics: Vec<Covered>,
    /// Against the last quarter before it that has a snapshot; absent for the first.
    pub change: Option<Change>,
}

/// Differences of percentages.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The quarter it is measured from: year and number.
    pub since: (u16, u8),
    /// In percentage points.
    pub overall: f64,
    /// The same of each tactic.
    pub tactics: Vec<f64>,
}

impl Trend {
    /// Of layers with the names of their files.
    pub fn of_layers<'a>(
        layers: impl IntoIterator<Item = (&'a Layer, &'a str)>,
        catalogue: &Catalogue,
        in_scope: &dyn Fn(TechniqueIndex) -> bool,
    ) -> Self {
        let remarks = vec![LAYER_CONVENTION.to_owned()];
        let mut trend = Self { remarks, ..Self::default() };
        for (layer, file) in layers {
            match Snapshot::of_layer(layer, file, catalogue, in_scope) {
                Ok(snapshot) => trend.snapshots.push(snapshot),
                Err(undated) => trend.undated.push(undated),
            }
        }
        trend.in_order()
    }

    /// Of snapshots however they came about.
    pub fn of_snapshots(snapshots: Vec<Snapshot>, remarks: Vec<String>) -> Self {
        Self { snapshots, undated: Vec::new(), remarks }.in_order()
    }

    /// Of one rule set.
    pub fn of_rules(history: RuleHistory) -> Self {
        let remarks = vec![history.sentence(), Summary::CONVENTION.to_owned()];
        Self { snapshots: history.snapshots, undated: Vec::new(), remarks }
    }

    fn in_order(mut self) -> Self {
        crate::sorted::sort_by(&mut self.snapshots, |a, b| a.at.cmp(&b.at));
        self
    }

    /// Quarter by quarter, those without a snapshot left out. Sprints are in none.
    pub fn quarters(&self) -> Vec<QuarterChange> {
        let mut quarters: Vec<QuarterChange> = Vec::new();
        for snapshot in &self.snapshots {
            let Some(date) = snapshot.at.date() else { continue };
            let (year, quarter) = (date.year(), date.quarter());
            if quarters.last().is_some_and(|last| (last.year, last.quarter) == (year, quarter)) {
                quarters.pop();
            }
            let change = quarters.last().map(|before| Change {
                since: (before.year, before.quarter),
                overall: snapshot.totals.overall.percent() - before.overall.percent(),
                tactics: snapshot
                    .totals
                    .tactics
                    .iter()
                    .zip(&before.tactics)
                    .map(|(now, before)| now.percent() - before.percent())
                    .collect(),
            });
            quarters.push(QuarterChange {
                year,
                quarter,
                overall: snapshot.totals.overall,
                tactics: snapshot.totals.tactics.clone(),
                change,
            });
        }
        quarters
    }
}
