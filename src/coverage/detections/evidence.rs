//! What is proved of rules and techniques, step by step: declared, enabled, tested, fired,
//! validated.

use super::Joined;
use super::join::Known;
use crate::alerts::{Alert, Alerts, Moment, Selection, TestOutcome, TestResult, Verdict};
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::coverage::Claims;
use crate::date::Date;
use crate::pace::{PAUSE_EVERY, Pace};
use crate::rule::{Intake, Rule, RuleIndex, Status};
use crate::sorted;

/// How much is proved; each step is more than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceStep {
    /// A rule is there, switched off or retired.
    #[default]
    Declared,
    /// It is switched on, as far as it says itself.
    Enabled,
    /// Its last test was passed.
    Tested,
    /// It raised an alert.
    Fired,
    /// One of its alerts was found to be right, or it fired and its last test was passed.
    Validated,
}

impl EvidenceStep {
    /// All, from least to most.
    pub const ALL: [Self; 5] =
        [Self::Declared, Self::Enabled, Self::Tested, Self::Fired, Self::Validated];

    /// As in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Enabled => "enabled",
            Self::Tested => "tested",
            Self::Fired => "fired",
            Self::Validated => "validated",
        }
    }

    fn of(is_enabled: bool, is_passed: bool, has_fired: bool, is_right: bool) -> Self {
        match (is_right || (has_fired && is_passed), has_fired, is_passed, is_enabled) {
            (true, ..) => Self::Validated,
            (_, true, ..) => Self::Fired,
            (_, _, true, _) => Self::Tested,
            (.., true) => Self::Enabled,
            (.., false) => Self::Declared,
        }
    }
}

/// What is proved of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleEvidence {
    /// How much.
    pub step: EvidenceStep,
    /// When it last fired or passed a test.
    pub last: Option<Moment>,
    /// Its last test failed.
    pub test_failed: bool,
    /// When that was, if the test says.
    pub failed_at: Option<Moment>,
    /// It is noisy, see [`super::RuleHealth`].
    pub is_noisy: bool,
    /// Alerts it raised.
    pub alerts: u32,
    /// Those found to be right.
    pub true_positives: u32,
    /// Those found to be harmless.
    pub benign: u32,
    /// Those found to be wrong.
    pub false_positives: u32,
}

impl RuleEvidence {
    /// Alerts with a verdict.
    pub fn judged(&self) -> u32 {
        self.true_positives + self.benign + self.false_positives
    }

    /// Wrong ones among those with a verdict; `None` without any.
    pub fn false_share(&self) -> Option<f64> {
        let judged = self.judged();
        (judged > 0).then(|| f64::from(self.false_positives) / f64::from(judged))
    }
}

/// What is proved of a technique.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TechniqueEvidence {
    /// The most that is proved, by its rules, by tests and by alerts that name it themselves;
    /// `None` if there is nothing at all.
    pub step: Option<EvidenceStep>,
    /// When there was last evidence.
    pub last: Option<Moment>,
    /// The last test of it failed, or the last test of every rule that names it did.
    pub test_failed: bool,
    /// When that was, the latest of several; `None` where no test says.
    pub failed_at: Option<Moment>,
}

impl TechniqueEvidence {
    /// Days since there was last evidence; 0 for a day to come.
    pub fn age_days(&self, today: Date) -> Option<u32> {
        let day = self.last?.day();
        u32::try_from(today.unix_days().saturating_sub(day).max(0)).ok()
    }
}

/// What is proved of all rules and techniques.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// At the place of each rule of the intake.
    pub rules: Vec<RuleEvidence>,
    /// At the place of each technique of the catalogue.
    pub techniques: Vec<TechniqueEvidence>,
    /// Tests that name neither a rule that was read nor a live technique.
    pub tests_without_place: u32,
}

/// The last test of something.
#[derive(Clone, Copy, Default)]
struct LastTest {
    at: Option<Moment>,
    outcome: Option<bool>,
}

impl LastTest {
    /// Of two at one moment, or at none, the failed one counts. One without a time is older than
    /// all others.
    fn see(&mut self, at: Option<Moment>, is_passed: bool) {
        let is_later = self.outcome.is_none() || at > self.at || (at == self.at && !is_passed);
        if is_later {
            *self = Self { at, outcome: Some(is_passed) };
        }
    }

    fn passed(&self) -> bool {
        self.outcome == Some(true)
    }

    fn failed(&self) -> bool {
        self.outcome == Some(false)
    }
}

/// What was seen of something in alerts.
#[derive(Clone, Copy, Default)]
struct Seen {
    last: Option<Moment>,
    is_right: bool,
}

impl Seen {
    fn see(&mut self, at: Moment, verdict: Verdict) {
        self.last = self.last.max(Some(at));
        self.is_right |= verdict == Verdict::TruePositive;
    }
}

impl Evidence {
    /// Gathers it from the alerts that a selection has, and from tests.
    pub(super) async fn of(
        catalogue: &Catalogue,
        intake: &Intake,
        claims: &Claims,
        (alerts, joined, selection): (&Alerts, &Joined, &Selection),
        tests: &[TestResult],
        pace: &impl Pace,
    ) -> Self {
        let mut evidence = Self {
            rules: vec![RuleEvidence::default(); intake.rules.len()],
            techniques: vec![TechniqueEvidence::default(); catalogue.techniques.len()],
            tests_without_place: 0,
        };
        let mut seen_of_rule = vec![Seen::default(); intake.rules.len()];
        let mut seen = vec![Seen::default(); catalogue.techniques.len()];
        let see = |alert: Alert<'_>| {
            if !selection.has(&alert) {
                return;
            }
            for rule in joined.rules_of(alert.rule) {
                let at = *rule as usize;
                let (Some(own), Some(seen)) =
                    (evidence.rules.get_mut(at), seen_of_rule.get_mut(at))
                else {
                    continue;
                };
                own.alerts += 1;
                match alert.verdict {
                    Verdict::None => {}
                    Verdict::TruePositive => own.true_positives += 1,
                    Verdict::Benign => own.benign += 1,
                    Verdict::FalsePositive => own.false_positives += 1,
                }
                seen.see(alert.time, alert.verdict);
            }
            for index in joined.placement.techniques(alerts, alert.at) {
                if let Some(seen) = seen.get_mut(usize::from(index.0)) {
                    seen.see(alert.time, alert.verdict);
                }
            }
        };
        alerts.walk(pace, see).await;
        let (tests_of_rule, tests_of_technique) =
            evidence.tests(catalogue, intake, tests, pace).await;
        for (at, rule) in intake.rules.iter().enumerate() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let (Some(own), Some(seen), Some(test)) =
                (evidence.rules.get_mut(at), seen_of_rule.get(at), tests_of_rule.get(at))
            else {
                continue;
            };
            let is_passed = test.passed();
            own.step =
                EvidenceStep::of(is_enabled(rule), is_passed, seen.last.is_some(), seen.is_right);
            own.last = seen.last.max(test.at.filter(|_| is_passed));
            own.test_failed = test.failed();
            own.failed_at = test.at.filter(|_| test.failed());
        }
        pace.pause().await;
        evidence.of_techniques(intake, claims, &seen, &tests_of_technique);
        evidence
    }

    /// The last test of each rule and of each technique. Where a test names both, it is of both.
    async fn tests(
        &mut self,
        catalogue: &Catalogue,
        intake: &Intake,
        tests: &[TestResult],
        pace: &impl Pace,
    ) -> (Vec<LastTest>, Vec<LastTest>) {
        let mut of_rule = vec![LastTest::default(); intake.rules.len()];
        let mut of_technique = vec![LastTest::default(); catalogue.techniques.len()];
        if tests.is_empty() {
            return (of_rule, of_technique);
        }
        let known = Known::of(intake, pace).await;
        for (at, test) in tests.iter().enumerate() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let rules = test.rule.as_deref().map(|name| known.find(name, name)).unwrap_or_default();
            let technique = test.technique.and_then(|id| match catalogue.resolve(id) {
                Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
                Resolution::Deprecated | Resolution::Unknown => None,
            });
            if rules.is_empty() && technique.is_none() {
                self.tests_without_place += 1;
            }
            let is_passed = match test.outcome {
                TestOutcome::Passed => true,
                TestOutcome::Failed => false,
                // Proves nothing of detection.
                TestOutcome::Ran | TestOutcome::Skipped => continue,
            };
            for rule in rules {
                if let Some(last) = of_rule.get_mut(*rule as usize) {
                    last.see(test.at, is_passed);
                }
            }
            if let Some(last) =
                technique.and_then(|index| of_technique.get_mut(usize::from(index.0)))
            {
                last.see(test.at, is_passed);
            }
        }
        (of_rule, of_technique)
    }

    fn of_techniques(
        &mut self,
        intake: &Intake,
        claims: &Claims,
        seen: &[Seen],
        tests: &[LastTest],
    ) {
        let mut rules_of: Vec<Vec<RuleIndex>> = vec![Vec::new(); self.techniques.len()];
        for (rule, techniques) in (0..).zip(&claims.techniques) {
            for TechniqueIndex(index) in techniques {
                if !intake.is_duplicate(rule)
                    && let Some(rules) = rules_of.get_mut(usize::from(*index))
                {
                    rules.push(rule);
                }
            }
        }
        let of_rules = &self.rules;
        for (at, technique) in self.techniques.iter_mut().enumerate() {
            let (Some(seen), Some(test)) = (seen.get(at), tests.get(at)) else { continue };
            let rules = rules_of.get(at).into_iter().flatten();
            let rules: Vec<&RuleEvidence> =
                rules.filter_map(|rule| of_rules.get(*rule as usize)).collect();
            let is_known = !rules.is_empty() || seen.last.is_some() || test.passed();
            let own = EvidenceStep::of(false, test.passed(), seen.last.is_some(), seen.is_right);
            let best = rules.iter().map(|rule| rule.step).max().unwrap_or_default();
            technique.step = is_known.then_some(own.max(best));
            let last = rules.iter().filter_map(|rule| rule.last).max();
            technique.last = last.max(seen.last).max(test.at.filter(|_| test.passed()));
            let enabled = || rules.iter().filter(|rule| rule.step > EvidenceStep::Declared);
            let all_failed = enabled().count() > 0 && enabled().all(|rule| rule.test_failed);
            technique.test_failed = test.failed() || (all_failed && !test.passed());
            technique.failed_at = match (test.failed(), technique.test_failed) {
                (true, _) => test.at,
                (false, true) => enabled().filter_map(|rule| rule.failed_at).max(),
                (false, false) => None,
            };
        }
    }

    /// Techniques whose last test failed, by id.
    pub fn failed(&self) -> Vec<TechniqueIndex> {
        let failed = (0..).zip(&self.techniques).filter(|(_, technique)| technique.test_failed);
        let mut failed: Vec<TechniqueIndex> = failed.map(|(at, _)| TechniqueIndex(at)).collect();
        sorted::sort(&mut failed);
        failed
    }
}

fn is_enabled(rule: &Rule) -> bool {
    rule.enabled && !matches!(rule.status.known(), Status::Deprecated | Status::Unsupported)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_test_counts() {
        let last = |tests: &[(i64, bool)]| {
            let mut last = LastTest::default();
            for (at, is_passed) in tests {
                last.see((*at >= 0).then_some(Moment(*at)), *is_passed);
            }
            (last.passed(), last.failed())
        };
        assert_eq!(last(&[]), (false, false));
        assert_eq!(last(&[(1, false), (2, true)]), (true, false));
        assert_eq!(last(&[(2, true), (1, false)]), (true, false));
        assert_eq!(last(&[(2, true), (2, false)]), (false, true));
        assert_eq!(last(&[(2, false), (2, true)]), (false, true));
        assert_eq!(last(&[(-1, false), (2, true)]), (true, false), "no time is the oldest");
        assert_eq!(last(&[(2, true), (-1, false)]), (true, false));
    }

    #[test]
    fn steps_by_hand() {
        use EvidenceStep as S;
        let step = S::of;
        assert_eq!(step(false, false, false, false), S::Declared);
        assert_eq!(step(true, false, false, false), S::Enabled);
        assert_eq!(step(true, true, false, false), S::Tested);
        assert_eq!(step(true, false, true, false), S::Fired);
        assert_eq!(step(true, true, true, false), S::Validated);
        assert_eq!(step(false, false, true, true), S::Validated);
    }
}
