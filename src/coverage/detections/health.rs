//! Rules that are silent, and rules that are noisy.

use super::Evidence;
use crate::attack::TechniqueIndex;
use crate::coverage::{Coverage, Weight, Weighted, Weights};
use crate::rule::{Intake, RuleIndex};

/// What makes a rule noisy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health;

/// Values for it.
pub type HealthWeights = Weights<Health>;

const AT_SPREAD: usize = 0;
const AT_LEAST: usize = 1;
const AT_FALSE_SHARE: usize = 2;
const AT_JUDGED: usize = 3;

impl Weighted for Health {
    const TABLE: &'static [Weight] = &[
        Weight::new(
            ("noisy.spread", "Noisy from (× MAD above the median)"),
            3000,
            (500, 20_000),
            "A rule is noisy that raised more alerts than the median of the rules that fired and so many times their median absolute deviation.",
            "3, the stricter of the usual bounds for outliers (Leys and others 2013, doi:10.1016/j.jesp.2013.03.013), on the plain deviation",
        ),
        Weight::new(
            ("noisy.least", "Noisy from (alerts)"),
            10_000,
            (1000, 65_000),
            "Fewer alerts than this are never noise, however quiet all other rules are.",
            "ours; a judgement, to be adjusted",
        ),
        Weight::share(
            ("noisy.false_share", "Noisy from (share of false positives)"),
            800,
            "A rule is noisy whose alerts with a verdict are false positives to this share.",
            "ours; a judgement, to be adjusted",
        ),
        Weight::new(
            ("noisy.judged", "Verdicts that are enough"),
            5000,
            (1000, 65_000),
            "The share of false positives counts from so many alerts with a verdict.",
            "ours; a judgement, to be adjusted",
        ),
    ];
}

/// How a rule does.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleHealth {
    /// Which.
    pub rule: RuleIndex,
    /// Alerts it raised.
    pub alerts: u32,
    /// It counts, names a technique, and raised none.
    pub is_silent: bool,
    /// It raised far more than others.
    pub is_loud: bool,
    /// False positives among its alerts with a verdict.
    pub false_share: Option<f64>,
    /// It is loud, or wrong too often.
    pub is_noisy: bool,
    /// Its last test failed.
    pub test_failed: bool,
    /// Techniques that it alone covers; if it is silent, nothing ever showed that they are.
    pub covers_alone: Vec<TechniqueIndex>,
}

/// How the rules do that count, silent ones first, then the loudest; `coverage` must have been
/// computed from the intake that the evidence is of.
pub fn rule_health(
    intake: &Intake,
    coverage: &Coverage,
    evidence: &Evidence,
    weights: &HealthWeights,
) -> Vec<RuleHealth> {
    let bound = bound(evidence, weights);
    let mut alone: Vec<Vec<TechniqueIndex>> = vec![Vec::new(); intake.rules.len()];
    for (index, technique) in (0..).zip(&coverage.techniques) {
        if let [only] = technique.rules[..]
            && technique.in_scope
            && let Some(alone) = alone.get_mut(only as usize)
        {
            alone.push(TechniqueIndex(index));
        }
    }
    let mut health: Vec<RuleHealth> = Vec::new();
    for rule in coverage.counted() {
        let Some(own) = evidence.rules.get(rule as usize) else { continue };
        let names_technique = coverage.mapped.binary_search(&rule).is_ok();
        health.push(RuleHealth {
            rule,
            alerts: own.alerts,
            is_silent: own.alerts == 0 && names_technique,
            is_loud: f64::from(own.alerts) > bound,
            false_share: own.false_share(),
            is_noisy: own.is_noisy,
            test_failed: own.test_failed,
            covers_alone: alone.get_mut(rule as usize).map(std::mem::take).unwrap_or_default(),
        });
    }
    crate::sorted::sort_by(&mut health, |a, b| {
        let order = |one: &RuleHealth| (!one.is_silent, std::cmp::Reverse(one.alerts));
        order(a).cmp(&order(b)).then(b.covers_alone.len().cmp(&a.covers_alone.len()))
    });
    health
}

/// Alerts above which a rule is loud.
fn bound(evidence: &Evidence, weights: &HealthWeights) -> f64 {
    let fired = evidence.rules.iter().map(|rule| rule.alerts).filter(|alerts| *alerts > 0);
    let counts: Vec<f64> = fired.map(f64::from).collect();
    let Some(middle) = median(counts.clone()) else { return f64::INFINITY };
    let spread = median(counts.iter().map(|count| (count - middle).abs()).collect());
    let far = middle + weights.at(AT_SPREAD) * spread.unwrap_or_default();
    // Just below, so that the least itself is enough.
    far.max(weights.at(AT_LEAST) - 0.5)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    crate::sorted::sort_by(&mut values, f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle)?;
    match values.len() % 2 {
        1 => Some(*upper),
        _ => Some((values.get(middle.checked_sub(1)?)? + upper) / 2.0),
    }
}

/// Marks the noisy rules.
pub(super) fn note_noise(evidence: &mut Evidence, weights: &HealthWeights) {
    let bound = bound(evidence, weights);
    for rule in &mut evidence.rules {
        let is_wrong = f64::from(rule.judged()) >= weights.at(AT_JUDGED)
            && rule.false_share().is_some_and(|share| share >= weights.at(AT_FALSE_SHARE));
        rule.is_noisy = f64::from(rule.alerts) > bound || is_wrong;
    }
}

#[cfg(test)]
mod tests {
    use super::super::RuleEvidence;
    use super::*;

    fn noisy(rules: &[(u32, u32, u32)]) -> Vec<bool> {
        let rule = |(alerts, right, wrong): &(u32, u32, u32)| RuleEvidence {
            alerts: *alerts,
            true_positives: *right,
            false_positives: *wrong,
            ..RuleEvidence::default()
        };
        let mut evidence =
            Evidence { rules: rules.iter().map(rule).collect(), ..Evidence::default() };
        note_noise(&mut evidence, &HealthWeights::default());
        evidence.rules.iter().map(|rule| rule.is_noisy).collect()
    }

    #[test]
    fn loud_by_median_and_deviation() {
        // Median of 4, 6, 8, 10, 100 is 8; of 4, 2, 0, 2, 92 it is 2: above 8 + 3 · 2 is loud.
        let counts = [4, 6, 8, 10, 100, 0].map(|n| (n, 0, 0));
        assert_eq!(noisy(&counts), [false, false, false, false, true, false]);
        // A median between two, and no deviation at all.
        assert_eq!(
            noisy(&[(20, 0, 0), (20, 0, 0), (20, 0, 0), (21, 0, 0)]),
            [false, false, false, true]
        );
        // Nine alerts are no noise, whatever the others do; ten are.
        assert_eq!(noisy(&[(1, 0, 0), (1, 0, 0), (9, 0, 0)]), [false; 3]);
        assert_eq!(noisy(&[(1, 0, 0), (1, 0, 0), (10, 0, 0)]), [false, false, true]);
        assert_eq!(noisy(&[(1000, 0, 0)]), [false], "alone it is the median");
        assert_eq!(noisy(&[]), [false; 0]);
    }

    #[test]
    fn wrong_by_verdicts() {
        let others = [(5, 0, 0), (5, 0, 0)];
        let with = |rule| noisy(&[rule, others[0], others[1]])[0];
        assert!(with((5, 1, 4)), "four of five");
        assert!(!with((5, 2, 3)), "three of five");
        assert!(!with((5, 0, 4)), "four verdicts are not enough");
    }
}
