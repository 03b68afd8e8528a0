//! Depth: a quality for each rule, and over log sources the chance that not all of them miss.
//!
//! Only +, −, ×, ÷ and square roots, which are the same to the last bit everywhere; powers and
//! logarithms are not, and the page and the command would round differently.

use super::weight::{Weight, Weighted, Weights};
use crate::coverage::detections::{EvidenceStep, RuleEvidence};
use crate::coverage::{STALE_AFTER_YEARS, changed};
use crate::date::Date;
use crate::rule::{Level, Rule, Status};

/// The weights of depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth;

/// Values for the weights of depth.
pub type DepthWeights = Weights<Depth>;

/// Where the numbers of levels come from.
const LEVEL_SOURCE: &str = "the level table of the policy \"level\" (80, 50, 30 of 100), so that a rule that is perfect in all else scores the same under both";
/// Where those come from that no text gives.
const OURS: &str = "ours; a judgement, to be adjusted";
/// The scale of statuses.
const STATUS_SOURCE: &str =
    "the order and meaning of the Sigma specification's statuses; the steps are ours";

/// The scale of evidence.
const EVIDENCE_SOURCE: &str = "the order of the ladder of evidence (declared, enabled, tested, fired, validated); the steps are ours";

const AT_STATUS: usize = 0;
const AT_LEVEL: usize = 6;
const AT_HALF_LIFE: usize = 12;
const AT_UNDATED: usize = 13;
const AT_HOW_MUCH: usize = 14;
const AT_EVIDENCE: usize = 19;
const AT_NOISY: usize = 24;

impl Weighted for Depth {
    const TABLE: &'static [Weight] = &[
        Weight::share(
            ("status.stable", "Status stable"),
            1000,
            "Factor of a rule of status stable.",
            STATUS_SOURCE,
        ),
        Weight::share(
            ("status.test", "Status test"),
            900,
            "Factor of a rule of status test.",
            STATUS_SOURCE,
        ),
        Weight::share(
            ("status.experimental", "Status experimental"),
            700,
            "Factor of a rule of status experimental.",
            STATUS_SOURCE,
        ),
        Weight::share(
            ("status.unspecified", "No status"),
            800,
            "Factor of a rule that states no status: between test and experimental.",
            STATUS_SOURCE,
        ),
        Weight::share(
            ("status.deprecated", "Status deprecated"),
            300,
            "Factor of a deprecated rule, where such rules are counted at all.",
            STATUS_SOURCE,
        ),
        Weight::share(
            ("status.unsupported", "Status unsupported"),
            100,
            "Factor of an unsupported rule, where such rules are counted at all.",
            STATUS_SOURCE,
        ),
        Weight::share(
            ("level.critical", "Level critical"),
            800,
            "Factor of a rule of level critical.",
            LEVEL_SOURCE,
        ),
        Weight::share(
            ("level.high", "Level high"),
            800,
            "Factor of a rule of level high.",
            LEVEL_SOURCE,
        ),
        Weight::share(
            ("level.medium", "Level medium"),
            500,
            "Factor of a rule of level medium.",
            LEVEL_SOURCE,
        ),
        Weight::share(
            ("level.low", "Level low"),
            300,
            "Factor of a rule of level low.",
            LEVEL_SOURCE,
        ),
        Weight::share(
            ("level.informational", "Level informational"),
            300,
            "Factor of a rule of level informational.",
            LEVEL_SOURCE,
        ),
        Weight::share(
            ("level.unspecified", "No level"),
            300,
            "Factor of a rule that states no level.",
            LEVEL_SOURCE,
        ),
        Weight::new(
            ("freshness.half_life", "Freshness halves in (years)"),
            STALE_AFTER_YEARS * 1000,
            (250, 20_000),
            "Years after the last change of a rule at which its freshness is one half; after twice as many it is a third.",
            "the years after which a technique is marked stale",
        ),
        Weight::share(
            ("freshness.undated", "Freshness without a date"),
            500,
            "Freshness of a rule that states no date: as old as one half-life.",
            OURS,
        ),
        Weight::share(
            ("weight.status", "How much status counts"),
            1000,
            "From 0, the factor is always 1, to 1, it is used as it is.",
            "the formula, in which status is a plain factor",
        ),
        Weight::share(
            ("weight.level", "How much level counts"),
            1000,
            "From 0, the factor is always 1, to 1, it is used as it is.",
            "the formula, in which level is a plain factor",
        ),
        Weight::share(
            ("weight.freshness", "How much freshness counts"),
            500,
            "From 0, the factor is always 1, to 1, it is used as it is. At one half no age takes more than half of a rule.",
            "ours: an old rule can still fire",
        ),
        Weight::share(
            ("weight.specificity", "How much specificity counts"),
            1000,
            "Specificity is 1 ÷ √(techniques the rule claims). From 0, the factor is always 1, to 1, it is used as it is.",
            "the formula: a tag on many techniques says less of each",
        ),
        Weight::share(
            ("weight.evidence", "How much evidence counts"),
            1000,
            "Only where alerts or results of tests were read; without any, the factor is 1. From 0, the factor is always 1, to 1, it is used as it is.",
            "ours: what fired is worth more than what only might",
        ),
        Weight::share(
            ("evidence.silent", "Never fired, never tested"),
            700,
            "Factor of a rule that neither raised an alert nor passed a test.",
            EVIDENCE_SOURCE,
        ),
        Weight::share(
            ("evidence.tested", "Test passed"),
            850,
            "Factor of a rule whose last test was passed, and that raised no alert.",
            EVIDENCE_SOURCE,
        ),
        Weight::share(
            ("evidence.fired", "Fired"),
            950,
            "Factor of a rule that raised an alert nobody found to be right.",
            EVIDENCE_SOURCE,
        ),
        Weight::share(
            ("evidence.validated", "Validated"),
            1000,
            "Factor of a rule of which an alert was right, or that fired and passed its last test.",
            EVIDENCE_SOURCE,
        ),
        Weight::share(
            ("evidence.failed", "Test failed"),
            100,
            "Factor of a rule whose last test failed.",
            EVIDENCE_SOURCE,
        ),
        Weight::share(
            ("evidence.noisy", "Noisy"),
            500,
            "The most that a noisy rule has as factor: its alerts are not looked at.",
            EVIDENCE_SOURCE,
        ),
    ];
}

/// Names of the factors, in the order they are multiplied.
pub(in crate::coverage) const FACTORS: [&str; 5] =
    ["status", "level", "freshness", "specificity", "evidence"];

/// What alerts and tests say of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::coverage) struct Proof {
    pub(in crate::coverage) step: EvidenceStep,
    pub(in crate::coverage) test_failed: bool,
    pub(in crate::coverage) is_noisy: bool,
}

impl Proof {
    pub(in crate::coverage) fn of(evidence: &RuleEvidence) -> Self {
        let RuleEvidence { step, test_failed, is_noisy, .. } = *evidence;
        Self { step, test_failed, is_noisy }
    }

    /// In words.
    pub(in crate::coverage) fn because(self) -> &'static str {
        match (self.test_failed, self.is_noisy, self.step) {
            (true, ..) => "its last test failed",
            (_, true, _) => "noisy",
            (.., EvidenceStep::Declared | EvidenceStep::Enabled) => "never fired, never tested",
            (.., EvidenceStep::Tested) => "tested",
            (.., EvidenceStep::Fired) => "fired",
            (.., EvidenceStep::Validated) => "validated",
        }
    }
}

/// What depth looks at in a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::coverage) struct Facts {
    pub(in crate::coverage) status: Status,
    pub(in crate::coverage) level: Option<Level>,
    /// Since it was last changed, 0 for a day to come; `None` where it states none.
    pub(in crate::coverage) age_years: Option<f64>,
    /// How many techniques of the catalogue it claims.
    pub(in crate::coverage) techniques: usize,
    /// `None` where there are neither alerts nor tests.
    pub(in crate::coverage) proof: Option<Proof>,
}

impl Facts {
    /// Of a rule without what is proved of it.
    pub(in crate::coverage) fn of(rule: &Rule, techniques: usize, today: Date) -> Self {
        let age = |day: Date| f64::from(today.unix_days().saturating_sub(day.unix_days()).max(0));
        Self {
            status: rule.status.known(),
            level: rule.level.value,
            age_years: changed(rule).map(|day| age(day) / 365.25),
            techniques,
            proof: None,
        }
    }
}

impl DepthWeights {
    /// The factors of a rule, each 0 to 1, in the order of [`FACTORS`].
    pub(in crate::coverage) fn factors(&self, facts: &Facts) -> [f64; 5] {
        let status = match facts.status {
            Status::Stable => 0,
            Status::Test => 1,
            Status::Experimental => 2,
            Status::Unspecified => 3,
            Status::Deprecated => 4,
            Status::Unsupported => 5,
        };
        let level = match facts.level {
            Some(Level::Critical) => 0,
            Some(Level::High) => 1,
            Some(Level::Medium) => 2,
            Some(Level::Low) => 3,
            Some(Level::Informational) => 4,
            None => 5,
        };
        let freshness = match facts.age_years {
            Some(age) => {
                let half_life = self.at(AT_HALF_LIFE);
                half_life / (half_life + age)
            }
            None => self.at(AT_UNDATED),
        };
        let plain = [
            self.at(AT_STATUS + status),
            self.at(AT_LEVEL + level),
            freshness,
            1.0 / (facts.techniques.max(1) as f64).sqrt(),
            facts.proof.map_or(1.0, |proof| self.evidence(proof)),
        ];
        let mut at = AT_HOW_MUCH;
        plain.map(|factor| {
            let how_much = self.at(at);
            at += 1;
            1.0 - how_much * (1.0 - factor)
        })
    }

    fn evidence(&self, proof: Proof) -> f64 {
        if proof.test_failed {
            return self.at(AT_EVIDENCE + 4);
        }
        let factor = self.at(match proof.step {
            EvidenceStep::Declared | EvidenceStep::Enabled => AT_EVIDENCE,
            EvidenceStep::Tested => AT_EVIDENCE + 1,
            EvidenceStep::Fired => AT_EVIDENCE + 2,
            EvidenceStep::Validated => AT_EVIDENCE + 3,
        });
        if proof.is_noisy { factor.min(self.at(AT_NOISY)) } else { factor }
    }

    /// The quality of a rule, 0 to 1: the product of its factors.
    pub(in crate::coverage) fn quality(&self, facts: &Facts) -> f64 {
        self.factors(facts).iter().product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::LevelTable;

    fn facts(status: Status, level: Option<Level>, age: Option<f64>, techniques: usize) -> Facts {
        Facts { status, level, age_years: age, techniques, proof: None }
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    /// The places that the code names are those of the table.
    #[test]
    fn keys_and_places_agree() {
        let keys: Vec<_> = Depth::TABLE.iter().map(|weight| weight.key).collect();
        for (at, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(keys[AT_STATUS + at], format!("status.{}", status.as_str()));
        }
        for (at, level) in Level::ALL.into_iter().rev().enumerate() {
            assert_eq!(keys[AT_LEVEL + at], format!("level.{}", level.as_str()));
        }
        assert_eq!(keys[AT_LEVEL + 5], "level.unspecified");
        assert_eq!(keys[AT_HALF_LIFE], "freshness.half_life");
        assert_eq!(keys[AT_UNDATED], "freshness.undated");
        for (at, factor) in FACTORS.into_iter().enumerate() {
            assert_eq!(keys[AT_HOW_MUCH + at], format!("weight.{factor}"));
        }
        for (at, step) in ["silent", "tested", "fired", "validated", "failed"].iter().enumerate() {
            assert_eq!(keys[AT_EVIDENCE + at], format!("evidence.{step}"));
        }
        assert_eq!(keys[AT_NOISY], "evidence.noisy");
    }

    /// What [`LEVEL_SOURCE`] says.
    #[test]
    fn a_perfect_rule_scores_as_by_level() {
        let (weights, table) = (DepthWeights::default(), LevelTable::default());
        for level in [None].into_iter().chain(Level::ALL.map(Some)) {
            let quality = weights.quality(&facts(Status::Stable, level, Some(0.0), 1));
            assert!(near(quality, f64::from(table.score(level).get()) / 100.0), "{level:?}");
        }
    }

    /// By hand: test 0.9, high 0.8, two years old 1 − ½·(1 − ½) = 0.75, four techniques ½.
    #[test]
    fn factors_by_hand() {
        let weights = DepthWeights::default();
        let rule = facts(Status::Test, Some(Level::High), Some(2.0), 4);
        let factors = weights.factors(&rule);
        for (factor, expected) in factors.into_iter().zip([0.9, 0.8, 0.75, 0.5, 1.0]) {
            assert!(near(factor, expected), "{factors:?}");
        }
        assert!(near(weights.quality(&rule), 0.27));
        let undated = facts(Status::Test, Some(Level::High), None, 4);
        assert!(near(weights.quality(&undated), 0.27), "no date is one half-life");
    }

    #[test]
    fn what_is_proved_counts_where_anything_is_known() {
        let mut weights = DepthWeights::default();
        let plain = facts(Status::Stable, Some(Level::High), Some(0.0), 1);
        let with = |weights: &DepthWeights, step, test_failed, is_noisy| {
            let proof = Some(Proof { step, test_failed, is_noisy });
            weights.quality(&Facts { proof, ..plain })
        };
        assert!(weights.quality(&plain).total_cmp(&0.8).is_eq(), "to the last bit");
        assert!(near(with(&weights, EvidenceStep::Enabled, false, false), 0.56));
        assert!(near(with(&weights, EvidenceStep::Fired, false, false), 0.76));
        assert!(near(with(&weights, EvidenceStep::Validated, false, false), 0.8));
        assert!(near(with(&weights, EvidenceStep::Validated, false, true), 0.4));
        assert!(near(with(&weights, EvidenceStep::Validated, true, false), 0.08));
        weights.set("weight.evidence", 0.0).expect("a weight");
        assert!(near(with(&weights, EvidenceStep::Enabled, true, true), 0.8));
    }

    #[test]
    fn a_factor_can_be_switched_off_and_half_on() {
        let mut weights = DepthWeights::default();
        let rule = facts(Status::Stable, Some(Level::High), Some(2.0), 4);
        weights.set("weight.freshness", 0.0).expect("a weight");
        assert!(near(weights.quality(&rule), 0.8 * 0.5));
        weights.set("weight.specificity", 0.5).expect("a weight");
        assert!(near(weights.quality(&rule), 0.8 * 0.75));
        weights.set("weight.level", 0.0).expect("a weight");
        assert!(near(weights.quality(&rule), 0.75));
    }
}
