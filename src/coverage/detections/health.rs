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
    let loudness = loudness(evidence, weights);
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
            is_loud: loudness.is_some_and(|loudness| loudness.is_loud(own.alerts)),
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

/// From how many alerts on a rule is loud, and how that came about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Rules that fired, whether they count or not.
    pub fired: usize,
    /// The median of their alerts.
    pub median: f64,
    /// The median of how far their alerts are from that.
    pub deviation: f64,
    /// So many deviations above the median.
    pub spread: f64,
    /// Fewer alerts than this are never noise.
    pub least: f64,
}

impl Loudness {
    /// The median and so many deviations.
    pub fn far(&self) -> f64 {
        self.median + self.spread * self.deviation
    }

    /// Whether a rule with so many alerts is loud.
    pub fn is_loud(&self, alerts: u32) -> bool {
        f64::from(alerts) > self.far() && f64::from(alerts) >= self.least
    }
}

/// What makes a rule loud; `None` if no rule fired.
pub fn loudness(evidence: &Evidence, weights: &HealthWeights) -> Option<Loudness> {
    let fired = evidence.rules.iter().map(|rule| rule.alerts).filter(|alerts| *alerts > 0);
    let counts: Vec<f64> = fired.map(f64::from).collect();
    let middle = median(counts.clone())?;
    let deviation = median(counts.iter().map(|count| (count - middle).abs()).collect());
    Some(Loudness {
        fired: counts.len(),
        median: middle,
        deviation: deviation.unwrap_or_default(),
        spread: weights.at(AT_SPREAD),
        least: weights.at(AT_LEAST),
    })
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

impl Evidence {
    /// The same by other weights: nothing else depends on them.
    #[must_use]
    pub fn by(&self, weights: &HealthWeights) -> Self {
        let mut evidence = self.clone();
        note_noise(&mut evidence, weights);
        evidence
    }
}

/// Marks the noisy rules.
pub(super) fn note_noise(evidence: &mut Evidence, weights: &HealthWeights) {
    let loudness = loudness(evidence, weights);
    for rule in &mut evidence.rules {
        let is_wrong = f64::from(rule.judged()) >= weights.at(AT_JUDGED)
            && rule.false_share().is_some_and(|share| share >= weights.at(AT_FALSE_SHARE));
        rule.is_noisy = is_wrong || loudness.is_some_and(|loudness| loudness.is_loud(rule.alerts));
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
    fn the_arithmetic_is_told() {
        let rule = |alerts| RuleEvidence { alerts, ..RuleEvidence::default() };
        let rules = [4, 6, 8, 10, 100, 0].map(rule).to_vec();
        let evidence = Evidence { rules, ..Evidence::default() };
        let told = loudness(&evidence, &HealthWeights::default()).expect("some fired");
        assert_eq!((told.fired, told.median, told.deviation), (5, 8.0, 2.0));
        assert_eq!(told.far(), 14.0);
        assert!(told.is_loud(15) && !told.is_loud(14));
        let mut weights = HealthWeights::default();
        weights.set("noisy.least", 60.0).expect("in range");
        let told = loudness(&evidence, &weights).expect("some fired");
        assert!(told.is_loud(60) && !told.is_loud(59), "the least itself is enough");
        // Other weights, the same evidence.
        weights.set("noisy.spread", 20.0).expect("in range");
        weights.set("noisy.least", 1.0).expect("in range");
        let noisy = |weights: &HealthWeights| {
            evidence.by(weights).rules.iter().filter(|rule| rule.is_noisy).count()
        };
        assert_eq!((noisy(&weights), noisy(&HealthWeights::default())), (1, 1));
        weights.set("noisy.spread", 0.5).expect("in range");
        assert_eq!(noisy(&weights), 2, "10 is above 8 + 0.5 · 2");
        assert_eq!(loudness(&Evidence::default(), &weights), None);
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
