//! How gaps are put in order: a policy is a named, serialisable value with its weights.

use super::terms::Sum;
use crate::coverage::{Weight, WeightError, Weighted, Weights};
use serde::{Deserialize, Serialize};

/// A way to put gaps in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "policy", rename_all = "lowercase")]
pub enum PriorityPolicy {
    /// `impact_weight × tactic_criticality + threat_weight × adversary_frequency −
    /// coverage_score / 10`. A technique in several tactics takes the one in which impact weight
    /// × tactic criticality is highest.
    Formula {
        /// The weights.
        #[serde(default)]
        weights: FormulaWeights,
    },
    /// `100 × share of the groups that use it × (1 − coverage_score / 100)`: nothing but groups.
    Groups,
    /// `100 × frequency × choke point × known-exploited × feasibility × (1 − coverage_score /
    /// 100)`, frequency with the recency of campaigns. What is not known is a factor of 1.
    Exposure {
        /// The weights.
        #[serde(default)]
        weights: ExposureWeights,
    },
}

impl Default for PriorityPolicy {
    fn default() -> Self {
        Self::Formula { weights: FormulaWeights::default() }
    }
}

/// Makes the tables of tactics: their impact, then their criticality, then the rest.
macro_rules! tactic_weights {
    ($(($shortname:literal, $name:literal, $impact:literal, $source:expr)),* $(,)?) => {
        /// The short names of the tactics that have weights of their own, in the table's order;
        /// the last stands for all others.
        const TACTICS: &[&str] = &[$($shortname),*];

        const FORMULA: &[Weight] = &[
            $(Weight::new(
                (concat!("impact.", $shortname), concat!("Impact: ", $name)),
                $impact,
                (0, 10_000),
                "How much harm an attacker who has come to this tactic can do.",
                $source,
            ),)*
            $(Weight::new(
                (concat!("criticality.", $shortname), concat!("Criticality: ", $name)),
                1000,
                (0, 5000),
                "What the tactic means to this organisation; multiplies its impact.",
                "1: nothing is known of an organisation until it says so.",
            ),)*
            THREAT,
        ];
    };
}

const GIVEN: &str = "Given by the formula's source: 3 for Privilege Escalation, 1 for Collection.";
const HARM: &str = "Ours: 3 where the attacker gains power over the whole or does the harm itself.";
const FOOTHOLD: &str = "Ours: 2 where the attacker gets in, stays, or stays hidden.";
const PREPARES: &str = "Ours: 1 where the attacker only looks around or prepares.";

const THREAT: Weight = Weight::new(
    ("threat", "Threat weight"),
    10_000,
    (0, 50_000),
    "How much it counts that all who were chosen use a technique.",
    "Ours: 10, as much as a score of 100 takes away.",
);

tactic_weights![
    ("reconnaissance", "Reconnaissance", 1000, PREPARES),
    ("resource-development", "Resource Development", 1000, PREPARES),
    ("initial-access", "Initial Access", 2000, FOOTHOLD),
    ("execution", "Execution", 2000, FOOTHOLD),
    ("persistence", "Persistence", 2000, FOOTHOLD),
    ("privilege-escalation", "Privilege Escalation", 3000, GIVEN),
    ("stealth", "Stealth", 2000, FOOTHOLD),
    ("defense-impairment", "Defense Impairment", 2000, FOOTHOLD),
    ("defense-evasion", "Defense Evasion", 2000, FOOTHOLD),
    ("evasion", "Evasion", 2000, FOOTHOLD),
    ("credential-access", "Credential Access", 3000, HARM),
    ("discovery", "Discovery", 1000, PREPARES),
    ("lateral-movement", "Lateral Movement", 3000, HARM),
    ("collection", "Collection", 1000, GIVEN),
    ("command-and-control", "Command and Control", 2000, FOOTHOLD),
    ("exfiltration", "Exfiltration", 3000, HARM),
    ("inhibit-response-function", "Inhibit Response Function", 3000, HARM),
    ("impair-process-control", "Impair Process Control", 3000, HARM),
    ("impact", "Impact", 3000, HARM),
    ("other", "any other tactic", 2000, FOOTHOLD),
];

/// The weights of [`PriorityPolicy::Formula`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula;

impl Weighted for Formula {
    const TABLE: &'static [Weight] = FORMULA;
}

/// Values for the weights of [`PriorityPolicy::Formula`].
pub type FormulaWeights = Weights<Formula>;

impl FormulaWeights {
    /// Impact weight and criticality of a tactic by its short name.
    pub fn of_tactic(&self, shortname: &str) -> (f64, f64) {
        let others = TACTICS.len() - 1;
        let at = TACTICS.iter().position(|known| *known == shortname).unwrap_or(others);
        (self.at(at), self.at(TACTICS.len() + at))
    }

    /// The threat weight.
    pub fn threat(&self) -> f64 {
        self.at(2 * TACTICS.len())
    }
}

const EXPOSURE: &[Weight] = &[
    Weight::new(
        ("recency.half_life", "Half-life of a campaign"),
        2000,
        (250, 20_000),
        "After so many years since it was last seen a campaign counts half: h ÷ (h + age).",
        "Ours: 2, as the freshness of rules (four releases of ATT&CK).",
    ),
    Weight::share(
        ("weight.recency", "Weight of recency"),
        1000,
        "How much the age of campaigns counts; 0: all count alike. Groups have no date.",
        "Ours: 1.",
    ),
    Weight::new(
        ("weight.choke_point", "Weight of choke points"),
        1000,
        (0, 5000),
        "The factor is 1 + this × the choke point score (0 to 1).",
        "Ours: 1, so that the strictest choke point counts double.",
    ),
    Weight::new(
        ("weight.exploited", "Weight of known exploitation"),
        500,
        (0, 5000),
        "The factor is 1 + this where a known exploited vulnerability is mapped to the technique.",
        "Ours: 0.5; a flag, as counts follow how many products have holes.",
    ),
    Weight::share(
        ("feasibility.blind", "Feasibility without a log source"),
        250,
        "The factor where no log at hand shows the technique; with all of them it is 1.",
        "Ours: a quarter, so that what can be written today comes first.",
    ),
];

/// The weights of [`PriorityPolicy::Exposure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure;

impl Weighted for Exposure {
    const TABLE: &'static [Weight] = EXPOSURE;
}

/// Values for the weights of [`PriorityPolicy::Exposure`].
pub type ExposureWeights = Weights<Exposure>;

impl ExposureWeights {
    /// How much a campaign counts that was last seen so many years ago, 0 to 1.
    pub(super) fn recency(&self, years: f64) -> f64 {
        let (half_life, weight) = (self.at(0), self.at(1));
        let fresh = half_life / (half_life + years.max(0.0));
        1.0 - weight * (1.0 - fresh)
    }

    /// The factor of a choke point score.
    pub(super) fn choke_point(&self, score: f64) -> f64 {
        1.0 + self.at(2) * score
    }

    /// The factor of known exploitation.
    pub(super) fn exploited(&self) -> f64 {
        1.0 + self.at(3)
    }

    /// The factor where so much of what an analytic needs is there (0 to 1).
    pub(super) fn feasibility(&self, share: f64) -> f64 {
        let blind = self.at(4);
        blind + (1.0 - blind) * share
    }
}

impl PriorityPolicy {
    /// All with their defaults, in the order they are offered.
    pub fn all() -> [Self; 3] {
        [Self::default(), Self::Groups, Self::Exposure { weights: ExposureWeights::default() }]
    }

    /// The policy that goes by a name, with its defaults.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|policy| policy.name() == name)
    }

    /// The name it goes by on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Formula { .. } => "formula",
            Self::Groups => "groups",
            Self::Exposure { .. } => "exposure",
        }
    }

    /// As people read it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Formula { .. } => "Impact and threat",
            Self::Groups => "Groups only",
            Self::Exposure { .. } => "Exposure",
        }
    }

    /// How it computes, in one line.
    pub fn formula(&self) -> &'static str {
        match self {
            Self::Formula { .. } => {
                "impact_weight × tactic_criticality + threat_weight × adversary_frequency − coverage_score ÷ 10"
            }
            Self::Groups => "100 × share of groups × (1 − coverage_score ÷ 100)",
            Self::Exposure { .. } => {
                "100 × frequency × choke point × known exploited × feasibility × (1 − coverage_score ÷ 100)"
            }
        }
    }

    /// How it computes and what was changed, in a few sentences.
    pub fn sentence(&self) -> String {
        match self {
            Self::Formula { weights } => format!(
                "Priority = {}; frequency and share are 0 to 1, scores 0 to 100; a technique in several tactics takes the one in which it weighs most. {}",
                self.formula(),
                weights.sentence()
            ),
            Self::Groups => format!("Priority = {}; the share is 0 to 1.", self.formula()),
            Self::Exposure { weights } => format!(
                "Priority = {}; campaigns count less the longer ago they were last seen; what is not known is a factor of 1. {}",
                self.formula(),
                weights.sentence()
            ),
        }
    }

    /// Its weights and their values, in the order they are shown; none for a policy without.
    pub fn weights(&self) -> Vec<(&'static Weight, f64)> {
        match self {
            Self::Formula { weights } => weights.all().collect(),
            Self::Groups => Vec::new(),
            Self::Exposure { weights } => weights.all().collect(),
        }
    }

    /// Sets one of its weights.
    ///
    /// # Errors
    /// If it has no such weight, or the value is out of the weight's range.
    pub fn set_weight(&mut self, key: &str, value: f64) -> Result<(), WeightError> {
        match self {
            Self::Formula { weights } => weights.set(key, value),
            Self::Groups => Err(WeightError::NoWeights { policy: self.name() }),
            Self::Exposure { weights } => weights.set(key, value),
        }
    }

    /// Whether something in it is not as it is by default.
    pub fn is_edited(&self) -> bool {
        Self::named(self.name()) != Some(*self)
    }
}

impl Sum {
    /// The name of the policy that makes it.
    pub fn policy(&self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Groups { .. } => "groups",
            Self::Exposure { .. } => "exposure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::bundled;

    #[test]
    fn policies_survive_storage_and_defaults_are_within_their_ranges() {
        for mut policy in PriorityPolicy::all() {
            for (weight, value) in policy.weights() {
                let (least, highest) = weight.range();
                assert!(least <= value && value <= highest, "{}", weight.key);
                assert!(!weight.source.is_empty() && weight.meaning.ends_with('.'));
            }
            if let Some((weight, _)) = policy.weights().first() {
                policy.set_weight(weight.key, 0.75).expect("in range");
                assert!(policy.is_edited());
            }
            let text = serde_json::to_string(&policy).expect("JSON");
            assert_eq!(serde_json::from_str::<PriorityPolicy>(&text).expect("it reads"), policy);
        }
        let bare = serde_json::from_str::<PriorityPolicy>(r#"{"policy":"formula"}"#);
        assert_eq!(bare.expect("a policy"), PriorityPolicy::default());
    }

    #[test]
    fn every_tactic_of_every_catalogue_has_its_weight() {
        let weights = FormulaWeights::default();
        for catalogue in bundled::all().expect("whole") {
            for tactic in &catalogue.tactics {
                assert!(TACTICS.contains(&tactic.shortname.as_str()), "{}", tactic.shortname);
            }
        }
        assert_eq!(weights.of_tactic("privilege-escalation"), (3.0, 1.0));
        assert_eq!(weights.of_tactic("collection"), (1.0, 1.0));
        assert_eq!(weights.of_tactic("somebody's own"), (2.0, 1.0));
        assert_eq!(weights.threat(), 10.0);
    }

    #[test]
    fn weights_are_where_they_are_looked_for() {
        let mut weights = FormulaWeights::default();
        weights.set("impact.impact", 9.0).expect("a weight");
        weights.set("criticality.impact", 4.0).expect("a weight");
        weights.set("threat", 7.5).expect("a weight");
        assert_eq!((weights.of_tactic("impact"), weights.threat()), ((9.0, 4.0), 7.5));
        let mut weights = ExposureWeights::default();
        assert_eq!(
            (weights.recency(0.0), weights.recency(2.0), weights.recency(-1.0)),
            (1.0, 0.5, 1.0)
        );
        for (key, value) in [
            ("weight.recency", 0.5),
            ("weight.choke_point", 3.0),
            ("weight.exploited", 0.25),
            ("feasibility.blind", 0.5),
        ] {
            weights.set(key, value).expect("a weight");
        }
        assert_eq!(weights.recency(2.0), 0.75);
        assert_eq!(weights.choke_point(0.5), 2.5);
        assert_eq!(weights.exploited(), 1.25);
        assert_eq!((weights.feasibility(0.0), weights.feasibility(0.5)), (0.5, 0.75));
    }
}
