//! Alerts and tests beside rules: which rule raised which alert, what that proves of rules and
//! techniques, and which rules are silent or noisy.

mod alert_list;
mod cell;
mod evidence;
mod health;
mod join;
mod numbers;
mod technique_alerts;
mod test_place;

pub use alert_list::{AlertFilter, AlertKind, AlertList, NameFilter};
pub use cell::{AlertCount, CellAlerts};
pub use evidence::{Evidence, EvidenceStep, RuleEvidence, TechniqueEvidence};
pub use health::{Health, HealthWeights, Loudness, RuleHealth, loudness, rule_health};
pub use join::Joined;
pub use numbers::{SeenOf, TacticSeen, techniques_seen};
pub use technique_alerts::{Listed, RuleAlerts, TechniqueAlerts, Top};
pub use test_place::{TestPlace, place_tests};

use super::{Claims, Coverage};
use crate::alerts::{Alert, Alerts, GatheredTable, LatencyTable, Selection, TestResult, Volume};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::pace::{Pace, Unpaced, at_once};
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
        at_once(Self::of_paced(catalogue, intake, claims, alerts, selection, &Unpaced))
    }

    /// [`Self::of`] in pieces.
    pub async fn of_paced(
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &Claims,
        alerts: &Alerts,
        selection: &Selection,
        pace: &impl Pace,
    ) -> Self {
        let joined = Joined::of_paced(catalogue, intake, claims, alerts, pace).await;
        Self::counted(catalogue, alerts, joined, selection, pace).await
    }

    /// The same alerts and rules by another selection, without joining them again.
    pub async fn reselected(
        &self,
        catalogue: &Catalogue,
        alerts: &Alerts,
        selection: &Selection,
        pace: &impl Pace,
    ) -> Self {
        Self::counted(catalogue, alerts, self.joined.clone(), selection, pace).await
    }

    /// Counts all in one walk.
    async fn counted(
        catalogue: &Catalogue,
        alerts: &Alerts,
        joined: Joined,
        selection: &Selection,
        pace: &impl Pace,
    ) -> Self {
        let placement = &joined.placement;
        let mut volume = Volume::none(catalogue, alerts);
        let earlier = selection.window.map(|window| selection.within(window.before()));
        let mut before = earlier.as_ref().map(|_| Volume::none(catalogue, alerts));
        let mut latency = GatheredTable::new(alerts, catalogue.tactics.len());
        let see = |alert: Alert<'_>| {
            if selection.has(&alert) {
                volume.add(alerts, placement, &alert);
                latency.add(alerts, placement, &alert);
            } else if let (Some(earlier), Some(before)) = (&earlier, &mut before)
                && earlier.has(&alert)
            {
                before.add(alerts, placement, &alert);
            }
        };
        alerts.walk(pace, see).await;
        let latency = latency.done(pace).await;
        Self { selection: selection.clone(), joined, volume, before, latency }
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
        let found = (alerts, tests);
        at_once(self.evidence_paced(catalogue, intake, claims, found, weights, &Unpaced))
    }

    /// [`Self::evidence`] in pieces.
    pub async fn evidence_paced(
        &self,
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &Claims,
        (alerts, tests): (&Alerts, &[TestResult]),
        weights: &HealthWeights,
        pace: &impl Pace,
    ) -> Evidence {
        let found = (alerts, &self.joined, &self.selection);
        let mut evidence = Evidence::of(catalogue, intake, claims, found, tests, pace).await;
        pace.pause().await;
        health::note_noise(&mut evidence, weights);
        evidence
    }
}
