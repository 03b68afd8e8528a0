//! Scoring policies: named, serialisable values that turn a technique's rules into a score.
//!
//! - `level.rs`: the best rule's level, through a table;
//! - `depth.rs`, `precision.rs`: a quality for each rule, put together over log sources;
//! - `marks.rs`: what a policy makes of all rules, once for a computation;
//! - `weight.rs`: weights as data.

pub(super) mod depth;
mod level;
pub(super) mod marks;
pub(super) mod precision;
mod score;
mod weight;

pub use depth::{Depth, DepthWeights};
pub use level::{LevelScore, LevelTable};
pub use precision::{Precision, PrecisionWeights};
pub use score::{Scale, Score};
pub use weight::{Weight, WeightError, Weighted, Weights};

use super::convention::{Convention, Top};
use serde::{Deserialize, Serialize};

/// A way to turn rules into a score.
///
/// For depth and precision the score of a technique is 100 × (1 − Π (1 − best q)), the product
/// over its distinct log sources and the best quality q among the rules on each: the chance that
/// not all of them miss, if they miss independently. A copy on the same log source adds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "policy", rename_all = "lowercase")]
pub enum Policy {
    /// The best rule's level, through a table. More rules do not raise it.
    Level {
        /// The table.
        table: LevelTable,
    },
    /// How many rules name the technique.
    Count,
    /// q = status × level × freshness × specificity, and × evidence where there is any.
    Depth {
        /// What the factors are and how much they count.
        #[serde(default)]
        weights: DepthWeights,
    },
    /// q = the lower of a rule's measured precision and 1 − its false-positive rate.
    Precision {
        /// What counts, and what rules without a record have.
        #[serde(default)]
        weights: PrecisionWeights,
    },
    /// As another tool counts. Only the score is the tool's: which techniques are covered, and
    /// all totals, stay ours.
    Peer {
        /// Whose convention.
        convention: Convention,
    },
}

impl Default for Policy {
    fn default() -> Self {
        Self::Level { table: LevelTable::default() }
    }
}

impl Policy {
    /// The rules of a technique at which colours end under [`Policy::Count`]: SigmaHQ fixes the
    /// top of its own heat map, made by sigma-cli's count, at 20
    /// (<https://github.com/SigmaHQ/sigma/blob/master/other/sigma_attack_nav_coverage.json>).
    pub const COUNT_TOP: u32 = 20;

    /// All, with their defaults, in the order they are offered: ours, then those of peers.
    pub fn all() -> Vec<Self> {
        Self::ours().into_iter().chain(Self::peers()).collect()
    }

    /// Those of other tools.
    pub fn peers() -> [Self; Convention::ALL.len()] {
        Convention::ALL.map(|convention| Self::Peer { convention })
    }

    /// Ours, with their defaults.
    pub fn ours() -> [Self; 4] {
        [
            Self::default(),
            Self::Count,
            Self::Depth { weights: DepthWeights::default() },
            Self::Precision { weights: PrecisionWeights::default() },
        ]
    }

    /// The policy that goes by a name, with its defaults.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|policy| policy.name() == name)
    }

    /// The name it goes by on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Level { .. } => "level",
            Self::Count => "count",
            Self::Depth { .. } => "depth",
            Self::Precision { .. } => "precision",
            Self::Peer { convention } => convention.name(),
        }
    }

    /// As people read it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Level { .. } => "Level",
            Self::Count => "Rule count",
            Self::Depth { .. } => "Depth",
            Self::Precision { .. } => "Precision",
            Self::Peer { convention } => convention.short(),
        }
    }

    /// What it does, in a line.
    pub fn in_short(&self) -> &'static str {
        match self {
            Self::Level { .. } => {
                "The best rule's level, through a table. More rules do not raise it."
            }
            Self::Count => "How many rules name the technique. Copies count as much as new ideas.",
            Self::Depth { .. } => {
                "Status, level, freshness and specificity of each rule, put together over distinct log sources: copies add nothing."
            }
            Self::Precision { .. } => {
                "What was measured of each rule, put together over distinct log sources."
            }
            Self::Peer { convention } => convention.sentence(),
        }
    }

    /// Whether something in it is not as it is by default.
    pub fn is_edited(&self) -> bool {
        Self::named(self.name()) != Some(*self)
    }

    /// What its scores are read on, whatever the rules. Where a peer ends its colours at the
    /// highest score there is, [`Coverage::scale`](super::Coverage::scale) has that; here it is
    /// [`Self::COUNT_TOP`], on which several sets of rules can be held against each other.
    pub fn scale(&self) -> Scale {
        match self {
            Self::Count => Scale { top: Self::COUNT_TOP },
            Self::Level { .. } | Self::Depth { .. } | Self::Precision { .. } => Scale::HUNDRED,
            Self::Peer { convention } => match convention.top() {
                Top::Fixed(top) => Scale { top },
                Top::Largest => Scale { top: Self::COUNT_TOP },
            },
        }
    }

    /// Its weights and their values, in the order they are shown; none for a policy without.
    pub fn weights(&self) -> Vec<(&'static Weight, f64)> {
        match self {
            Self::Level { .. } | Self::Count | Self::Peer { .. } => Vec::new(),
            Self::Depth { weights } => weights.all().collect(),
            Self::Precision { weights } => weights.all().collect(),
        }
    }

    /// Sets one of its weights.
    ///
    /// # Errors
    /// If it has no such weight, or the value is out of the weight's range.
    pub fn set_weight(&mut self, key: &str, value: f64) -> Result<(), WeightError> {
        match self {
            Self::Depth { weights } => weights.set(key, value),
            Self::Precision { weights } => weights.set(key, value),
            Self::Level { .. } | Self::Count | Self::Peer { .. } => {
                Err(WeightError::NoWeights { policy: self.name() })
            }
        }
    }

    /// How it scores, in one or two sentences.
    pub fn sentence(&self) -> String {
        const TOGETHER: &str =
            "a technique scores 100 × (1 − Π (1 − best q)) over its distinct log sources";
        match self {
            Self::Level { table } => table.sentence(),
            Self::Count => format!(
                "Score is the number of rules that name the technique; colours end at {}, as in SigmaHQ's own heat map.",
                Self::COUNT_TOP
            ),
            Self::Depth { weights } => format!(
                "Score by depth: q of a rule is status × level × freshness × specificity, and × evidence where alerts or tests were read; {TOGETHER}. {}",
                weights.sentence()
            ),
            Self::Precision { weights } => format!(
                "Score by precision: q of a rule is the lower of its measured precision and 1 − false-positive rate, {} without a record; {TOGETHER}. {}",
                weights.get("unrecorded").unwrap_or_default(),
                weights.sentence()
            ),
            Self::Peer { convention } => format!(
                "Score as {} counts. {} All rules that were read are scored its way; which techniques are covered, and the totals, are by ours.",
                convention.label(),
                convention.sentence()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_survive_storage_and_old_settings_are_read() {
        for mut policy in Policy::all() {
            if let Some((weight, _)) = policy.weights().first() {
                policy.set_weight(weight.key, 0.123).expect("in range");
            }
            let text = serde_json::to_string(&policy).expect("JSON");
            assert_eq!(serde_json::from_str::<Policy>(&text).expect("it reads"), policy, "{text}");
        }
        let old = r#"{"policy":"level","table":{"unspecified":30,"informational":30,"low":30,"medium":50,"high":81,"critical":80}}"#;
        let Ok(Policy::Level { table }) = serde_json::from_str(old) else { panic!("by level") };
        assert_eq!(table.high.get(), 81);
    }

    #[test]
    fn a_peer_is_stored_by_its_name() {
        let kibana = Policy::Peer { convention: Convention::Kibana };
        let stored = serde_json::to_string(&kibana).expect("JSON");
        assert_eq!(stored, r#"{"policy":"peer","convention":"kibana"}"#);
        assert_eq!(Policy::named("kibana"), Some(kibana));
        assert!(serde_json::from_str::<Policy>(r#"{"policy":"peer","convention":"x"}"#).is_err());
    }

    #[test]
    fn names_differ() {
        let names = Policy::all().into_iter().map(|policy| policy.name());
        assert_eq!(names.collect::<std::collections::BTreeSet<_>>().len(), Policy::all().len());
    }

    #[test]
    fn weights_not_named_have_their_defaults_and_wrong_ones_are_refused() {
        let read = |text: &str| serde_json::from_str::<Policy>(text);
        let depth = read(r#"{"policy":"depth"}"#).expect("a policy");
        assert_eq!(Some(depth), Policy::named("depth"));
        let some = read(r#"{"policy":"depth","weights":{"level.high":1,"gone":7}}"#);
        let mut expected = depth;
        expected.set_weight("level.high", 1.0).expect("a weight");
        assert_eq!(some.expect("a policy"), expected);
        assert!(read(r#"{"policy":"depth","weights":{"level.high":1.5}}"#).is_err());
        assert!(read(r#"{"policy":"level","table":{"high":101}}"#).is_err());
    }

    #[test]
    fn errors_of_weights_name_what_there_is() {
        let mut depth = Policy::named("depth").expect("a policy");
        let unknown = depth.set_weight("levle.high", 1.0).expect_err("no such weight");
        assert!(unknown.to_string().contains("status.stable, "), "{unknown}");
        let far = depth.set_weight("freshness.half_life", 99.0).expect_err("too long");
        assert_eq!(far.to_string(), "freshness.half_life is a number from 0.25 to 20");
        assert!(depth.set_weight("level.high", f64::NAN).is_err());
        assert!(Policy::Count.set_weight("level.high", 1.0).is_err());
    }

    #[test]
    fn defaults_are_within_their_ranges_and_keys_differ() {
        for policy in Policy::all() {
            let mut keys = std::collections::BTreeSet::new();
            for (weight, value) in policy.weights() {
                let (least, highest) = weight.range();
                assert!(least <= value && value <= highest, "{}", weight.key);
                assert!(keys.insert(weight.key));
                assert!(!weight.source.is_empty() && weight.meaning.ends_with('.'));
            }
        }
    }

    #[test]
    fn the_sentence_tells_what_was_changed() {
        let mut depth = Policy::named("depth").expect("a policy");
        assert!(depth.sentence().ends_with("All weights are the defaults."));
        depth.set_weight("level.high", 0.95).expect("a weight");
        assert!(depth.sentence().ends_with("Weights changed: level.high 0.95."));
    }
}
