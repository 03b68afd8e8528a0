//! Alerts and tests beside rules: which rule raised which alert, what that proves of rules and
//! techniques, and which rules are silent or noisy.

mod evidence;
mod health;
mod join;
mod numbers;
mod test_place;

pub use evidence::{Evidence, EvidenceStep, RuleEvidence, TechniqueEvidence};
pub use health::{Health, HealthWeights, Loudness, RuleHealth, loudness, rule_health};
pub use join::Joined;
pub use numbers::{SeenOf, TacticSeen, techniques_seen};
pub use test_place::{TestPlace, place_tests};

use super::{Claims, Coverage};
use crate::alerts::{Alerts, LatencyTable, Selection, TestResult, Volume};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::rule::Intake;

/// Why a cell shows no alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blank {
    /// No counted rule covers it: nothing could have been raised.
    NoRule,
    /// A rule covers it, and nothing matched.
    NoMatch,
}

impl Blank {
    /// As in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::NoMatch => "no_match",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoRule => "no rule",
            Self::NoMatch => "a rule, but no match",
        }
    }
}

/// Why a technique shows no alert; `None` if there is one, on it or on a sub-technique of it.
pub fn blank(coverage: &Coverage, volume: &Volume, index: TechniqueIndex) -> Option<Blank> {
    if volume.with_sub_techniques(index) > 0 {
        return None;
    }
    let has_rule = !coverage.technique(index).covering().is_empty();
    Some(if has_rule { Blank::NoMatch } else { Blank::NoRule })
}

/// Everything that alerts and tests say of one set of rules, for one selection.
#[derive(Clone, Debug)]
pub struct Detections {
    /// What counts.
    pub selection: Selection,
    /// Which rule raised what.
    pub joined: Joined,
    /// How many, where.
    pub volume: Volume,
    /// The same in the window before; `None` without a window.
    pub before: Option<Volume>,
    /// How long it took.
    pub latency: LatencyTable,
}

impl Detections {
    /// Joins and counts. `claims` must come from the same catalogue and rules.
    pub fn of(
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &Claims,
        alerts: &Alerts,
        selection: &Selection,
    ) -> Self {
        let joined = Joined::of(catalogue, intake, claims, alerts);
        let placement = &joined.placement;
        let count = |selection: &Selection| Volume::of(catalogue, alerts, placement, selection);
        let before = selection.window.map(|window| count(&selection.within(window.before())));
        Self {
            volume: count(selection),
            before,
            latency: LatencyTable::of(alerts, placement, selection, catalogue.tactics.len()),
            selection: selection.clone(),
            joined,
        }
    }

    /// What they and the tests prove.
    pub fn evidence(
        &self,
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &Claims,
        alerts: &Alerts,
        tests: &[TestResult],
        weights: &HealthWeights,
    ) -> Evidence {
        let mut evidence =
            Evidence::of(catalogue, intake, claims, (alerts, &self.joined, &self.selection), tests);
        health::note_noise(&mut evidence, weights);
        evidence
    }
}
