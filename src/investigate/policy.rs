//! What an investigation weighs, as a value.

use crate::coverage::{Weight, Weighted, Weights};
use serde::{Deserialize, Serialize};

/// The weights of an [`InvestigationPolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Investigating;

/// Values for them.
pub type InvestigationWeights = Weights<Investigating>;

const JUDGEMENT: &str = "ours; a judgement, to be adjusted";

const AT_SUPPORT: usize = 0;
const AT_CAUTION: usize = 1;
const AT_CONFIDENCE: usize = 2;
const AT_LIFT: usize = 3;
const AT_BETWEEN: usize = 4;
const AT_BEHIND: usize = 5;
const AT_PAIRS: usize = 6;
const AT_TRIPLES: usize = 7;
const AT_HOURS: usize = 8;
const AT_MATCHES: usize = 9;

impl Weighted for Investigating {
    const TABLE: &'static [Weight] = &[
        Weight::new(
            ("support.least", "Support from (groups and campaigns)"),
            4000,
            (1000, 50_000),
            "A technique is a likely next one only if so many groups and campaigns use it together with what explains it.",
            "4: with fewer a single report makes the number",
        ),
        Weight::new(
            ("caution.z", "Caution with few groups (z)"),
            1645,
            (0, 4000),
            "What explains a technique best is chosen by the lower bound of Wilson's interval of its confidence at this z; at 0 by the confidence itself.",
            "1.645, one-sided 95 % (Wilson 1927, doi:10.1080/01621459.1927.10502953)",
        ),
        Weight::share(
            ("confidence.least", "Confidence from"),
            200,
            "Techniques are left out that fewer of those who use what explains them use, too.",
            JUDGEMENT,
        ),
        Weight::new(
            ("lift.least", "Lift from"),
            1500,
            (0, 20_000),
            "Techniques are left out that are not so many times as frequent there as among all groups and campaigns: they are merely common.",
            JUDGEMENT,
        ),
        Weight::share(
            ("order.between", "Factor between the tactics seen"),
            750,
            "Multiplies what ranks a technique of which no tactic lies at the furthest one seen or behind it in the matrix, but one at the earliest seen or behind that.",
            JUDGEMENT,
        ),
        Weight::share(
            ("order.behind", "Factor before the tactics seen"),
            500,
            "Multiplies what ranks a technique whose tactics all lie before the earliest one seen: it has probably happened already.",
            JUDGEMENT,
        ),
        Weight::new(
            ("antecedent.pairs", "Pairs up to (techniques)"),
            50_000,
            (0, 65_000),
            "With more picked techniques than this no two of them are taken together to explain a next one.",
            "ours: 50 techniques make 1,225 pairs, some milliseconds of work",
        ),
        Weight::new(
            ("antecedent.triples", "Threes up to (techniques)"),
            8000,
            (0, 30_000),
            "With more picked techniques than this no three of them are taken together.",
            "ours: 8 techniques make 56 threes; among more of them chance finds one that fits",
        ),
        Weight::new(
            ("related.hours", "Related activity (hours around)"),
            24_000,
            (0, 65_000),
            "Alerts count as related so long before the first picked alert and after the last.",
            "ours: 24, a day's work on both sides",
        ),
        Weight::new(
            ("matches.most", "Matching groups that count"),
            10_000,
            (1000, 50_000),
            "Other techniques are collected from so many of the groups and campaigns that match best.",
            JUDGEMENT,
        ),
    ];
}

/// How an investigation counts and weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvestigationPolicy {
    /// Whether who uses a sub-technique counts as one who uses the technique above it, too, and
    /// whether a sub-technique that was picked counts for it. Off: each id for itself, as ATT&CK
    /// links it.
    pub with_parents: bool,
    /// The rest.
    pub weights: InvestigationWeights,
}

impl InvestigationPolicy {
    pub(super) fn least_support(&self) -> f64 {
        self.weights.at(AT_SUPPORT)
    }

    pub(super) fn caution(&self) -> f64 {
        self.weights.at(AT_CAUTION)
    }

    pub(super) fn least_confidence(&self) -> f64 {
        self.weights.at(AT_CONFIDENCE)
    }

    pub(super) fn least_lift(&self) -> f64 {
        self.weights.at(AT_LIFT)
    }

    pub(super) fn factor_between(&self) -> f64 {
        self.weights.at(AT_BETWEEN)
    }

    pub(super) fn factor_behind(&self) -> f64 {
        self.weights.at(AT_BEHIND)
    }

    /// How many of so many picked techniques are taken together at most.
    pub(super) fn largest_antecedent(&self, picked: usize) -> usize {
        let up_to = |place: usize| picked as f64 <= self.weights.at(place);
        if up_to(AT_TRIPLES) {
            3
        } else if up_to(AT_PAIRS) {
            2
        } else {
            1
        }
    }

    /// In milliseconds.
    pub(super) fn around(&self) -> i64 {
        (self.weights.at(AT_HOURS) * 3_600_000.0) as i64
    }

    pub(super) fn most_matches(&self) -> usize {
        self.weights.at(AT_MATCHES) as usize
    }

    /// How techniques count, and which weights were changed.
    pub fn sentence(&self) -> String {
        let own = match self.with_parents {
            false => "Every technique and sub-technique counts for itself",
            true => "Sub-techniques count for the techniques above them, too",
        };
        format!("{own}. {}", self.weights.sentence())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_storage_and_defaults_are_within_their_ranges() {
        for (weight, value) in InvestigationWeights::default().all() {
            let (least, highest) = weight.range();
            assert!((least..=highest).contains(&value), "{}", weight.key);
            assert!(!weight.source.is_empty() && weight.meaning.ends_with('.'), "{}", weight.key);
        }
        let mut policy = InvestigationPolicy { with_parents: true, ..Default::default() };
        policy.weights.set("related.hours", 1.5).expect("in range");
        let text = serde_json::to_string(&policy).expect("JSON");
        let read: InvestigationPolicy = serde_json::from_str(&text).expect("it reads");
        assert_eq!((read, read.around()), (policy, 5_400_000));
        assert!(read.sentence().contains("related.hours 1.5"), "{}", read.sentence());
        let bare: InvestigationPolicy = serde_json::from_str("{}").expect("it reads");
        assert_eq!(bare, InvestigationPolicy::default());
    }

    /// Each weight is read at its own place.
    #[test]
    fn weights_are_where_they_are_looked_for() {
        let mut policy = InvestigationPolicy::default();
        for (key, value) in [
            ("support.least", 5.0),
            ("caution.z", 2.0),
            ("confidence.least", 0.25),
            ("lift.least", 3.0),
            ("order.between", 0.8),
            ("order.behind", 0.4),
            ("antecedent.pairs", 7.0),
            ("antecedent.triples", 5.0),
            ("matches.most", 6.0),
        ] {
            policy.weights.set(key, value).expect("a weight");
        }
        assert_eq!((policy.least_support(), policy.caution()), (5.0, 2.0));
        assert_eq!((policy.least_confidence(), policy.least_lift()), (0.25, 3.0));
        assert_eq!((policy.factor_between(), policy.factor_behind()), (0.8, 0.4));
        assert_eq!([5, 6, 7, 8].map(|n| policy.largest_antecedent(n)), [3, 2, 2, 1]);
        assert_eq!(policy.most_matches(), 6);
    }
}
