//! Precision: the quality of a rule is what was measured of it.

use super::weight::{Weight, Weighted, Weights};
use crate::lowercase::lowercase;
use crate::rule::{Measured, Rule};
use std::collections::BTreeMap;

/// The weights of precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision;

/// Values for the weights of precision.
pub type PrecisionWeights = Weights<Precision>;

const AT_UNRECORDED: usize = 0;
const AT_PRECISION: usize = 1;
const AT_FALSE_POSITIVES: usize = 2;

impl Weighted for Precision {
    const TABLE: &'static [Weight] = &[
        Weight::share(
            ("unrecorded", "Rules without a record"),
            500,
            "Quality of a rule that nothing was measured of.",
            "the reading of 50 as medium confidence in the level table's source",
        ),
        Weight::share(
            ("weight.precision", "How much precision counts"),
            1000,
            "From 0, every rule counts as precise, to 1, precision is used as it is.",
            "the record as it is",
        ),
        Weight::share(
            ("weight.false_positives", "How much the false-positive rate counts"),
            1000,
            "From 0, it is passed over, to 1, it is used as it is.",
            "the record as it is",
        ),
    ];
}

impl PrecisionWeights {
    /// Precision and what is left by the false-positive rate, as far as they were measured and
    /// count; each 0 to 1.
    pub(in crate::coverage) fn parts(&self, record: &Measured) -> [Option<f64>; 2] {
        let blend = |at, share: f64| 1.0 - self.at(at) * (1.0 - share);
        [
            record.precision.map(|share| blend(AT_PRECISION, share.get())),
            record.false_positives.map(|share| blend(AT_FALSE_POSITIVES, 1.0 - share.get())),
        ]
    }

    /// The quality of a rule, 0 to 1: the lower of precision and 1 − false-positive rate.
    ///
    /// Not their product: most tables mean by the rate the share of alerts that were false, which
    /// is 1 − precision said again, and a product would punish it twice.
    pub(in crate::coverage) fn quality(&self, record: Option<&Measured>) -> f64 {
        let parts = record.map(|record| self.parts(record)).unwrap_or_default();
        parts.into_iter().flatten().reduce(f64::min).unwrap_or_else(|| self.at(AT_UNRECORDED))
    }
}

/// What was measured, by rule.
pub(in crate::coverage) struct Records(BTreeMap<String, u32>);

impl Records {
    /// Of several records of one rule the first counts: that of the first file by path.
    pub(in crate::coverage) fn of(measured: &[Measured]) -> Self {
        let mut records = BTreeMap::new();
        for (place, record) in (0..).zip(measured) {
            records.entry(lowercase(record.rule.trim())).or_insert(place);
        }
        Self(records)
    }

    /// The place of that of a rule: by its id, else by its title, in any case.
    pub(in crate::coverage) fn find(&self, rule: &Rule) -> Option<u32> {
        let named = |name: &str| self.0.get(&lowercase(name.trim())).copied();
        rule.id.as_deref().and_then(named).or_else(|| named(&rule.title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Format, Share};

    fn record(rule: &str, precision: Option<f64>, false_positives: Option<f64>) -> Measured {
        Measured {
            path: "m.csv".to_owned(),
            line: 2,
            rule: rule.to_owned(),
            precision: precision.and_then(Share::new),
            false_positives: false_positives.and_then(Share::new),
        }
    }

    #[test]
    fn the_lower_of_both_and_the_default_without_a_record() {
        let mut weights = PrecisionWeights::default();
        let of = |weights: &PrecisionWeights, precision, rate| {
            weights.quality(Some(&record("a", precision, rate)))
        };
        assert_eq!(of(&weights, Some(0.9), None), 0.9);
        assert_eq!(of(&weights, None, Some(0.25)), 0.75);
        assert_eq!(of(&weights, Some(0.9), Some(0.1)), 0.9, "said twice, counted once");
        assert_eq!(of(&weights, Some(0.9), Some(0.5)), 0.5);
        assert_eq!(weights.quality(None), 0.5);
        weights.set("weight.false_positives", 0.0).expect("a weight");
        assert_eq!(of(&weights, Some(0.9), Some(0.5)), 0.9);
    }

    #[test]
    fn records_are_found_by_id_before_title_in_any_case() {
        let measured = [record("RULE-1", Some(0.1), None), record("Some Title", Some(0.2), None)];
        let records = Records::of(&measured);
        let rule = |id: Option<&str>, title: &str| Rule {
            id: id.map(str::to_owned),
            title: title.to_owned(),
            ..Rule::new(Format::Sigma, "x.yml")
        };
        let found = |rule: &Rule| records.find(rule);
        assert_eq!(found(&rule(Some("rule-1"), "some title")), Some(0));
        assert_eq!(found(&rule(Some("other"), "some title")), Some(1));
        assert_eq!(found(&rule(None, "another")), None);
    }
}
