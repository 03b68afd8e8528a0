//! What a priority is made of: every term, and the sum written out.

/// The terms of one technique's priority. The first five are those of the formula, whatever the
/// policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The tactic that counts, as a place in [`crate::attack::Catalogue::tactics`]: the one in
    /// which impact weight × criticality is highest, the first of equals.
    pub tactic: u8,
    /// Of that tactic.
    pub impact_weight: f64,
    /// Of that tactic.
    pub tactic_criticality: f64,
    /// Of the policy.
    pub threat_weight: f64,
    /// 0 to 1.
    pub adversary_frequency: f64,
    /// By the coverage's policy, on its scale brought to 0 to 100; 0 without a score.
    pub coverage_score: u8,
    /// What is made of them.
    pub sum: Sum,
}

/// How the terms become a priority.
#[derive(Clone, Debug, PartialEq)]
pub enum Sum {
    /// See [`super::PriorityPolicy::Formula`].
    Formula,
    /// See [`super::PriorityPolicy::Groups`].
    Groups {
        /// Groups that use it.
        users: usize,
        /// Groups that count.
        of: usize,
    },
    /// See [`super::PriorityPolicy::Exposure`]. Factors without data are `None` and count as 1.
    Exposure {
        /// Adversary frequency with recency, 0 to 1.
        frequency: f64,
        /// From a choke point score.
        choke_point: Option<f64>,
        /// From known exploitation.
        exploited: Option<f64>,
        /// From the logs at hand.
        feasibility: Option<f64>,
    },
}

impl Terms {
    /// The priority.
    pub fn priority(&self) -> f64 {
        self.at_score(self.coverage_score)
    }

    /// The priority it would have with a score of 0.
    pub fn uncovered(&self) -> f64 {
        self.at_score(0)
    }

    /// The priority it would have with another score, 0 to 100; to nine decimals.
    pub fn at_score(&self, score: u8) -> f64 {
        let score = f64::from(score.min(100));
        let open = (100.0 - score) / 100.0;
        // To nine decimals: what is equal but for the dust of binary fractions must be a tie.
        let exact = match &self.sum {
            Sum::Formula => {
                self.impact_weight * self.tactic_criticality
                    + self.threat_weight * self.adversary_frequency
                    - score / 10.0
            }
            Sum::Groups { users, of } => 100.0 * share(*users, *of) * open,
            Sum::Exposure { frequency, choke_point, exploited, feasibility } => {
                let factors = [*choke_point, *exploited, *feasibility];
                let product = factors.into_iter().flatten().fold(100.0 * frequency, |a, b| a * b);
                product * open
            }
        };
        (exact * 1e9).round() / 1e9
    }

    /// The sum written out: `3 × 1 + 10 × 0.25 − 30 ÷ 10 = 2.5`.
    pub fn arithmetic(&self) -> String {
        let score = self.coverage_score;
        let priority = short(self.priority());
        match &self.sum {
            Sum::Formula => format!(
                "{} × {} + {} × {} − {score} ÷ 10 = {priority}",
                short(self.impact_weight),
                short(self.tactic_criticality),
                short(self.threat_weight),
                short(self.adversary_frequency),
            ),
            Sum::Groups { users, of } => {
                format!("100 × {users} ÷ {of} × (1 − {score} ÷ 100) = {priority}")
            }
            Sum::Exposure { frequency, choke_point, exploited, feasibility } => {
                let factor = |value: &Option<f64>| match value {
                    Some(value) => short(*value),
                    None => "1 (not known)".to_owned(),
                };
                format!(
                    "100 × {} × {} × {} × {} × (1 − {score} ÷ 100) = {priority}",
                    short(*frequency),
                    factor(choke_point),
                    factor(exploited),
                    factor(feasibility),
                )
            }
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// To four decimals, without zeros at the end.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(sum: Sum) -> Terms {
        Terms {
            tactic: 0,
            impact_weight: 3.0,
            tactic_criticality: 1.5,
            threat_weight: 10.0,
            adversary_frequency: 1.0 / 3.0,
            coverage_score: 80,
            sum,
        }
    }

    #[test]
    fn sums_are_written_out() {
        let formula = terms(Sum::Formula);
        assert_eq!(formula.arithmetic(), "3 × 1.5 + 10 × 0.3333 − 80 ÷ 10 = −0.1667");
        assert!((formula.uncovered() - formula.priority() - 8.0).abs() < 1e-12);
        let groups = terms(Sum::Groups { users: 1, of: 4 });
        assert_eq!(groups.arithmetic(), "100 × 1 ÷ 4 × (1 − 80 ÷ 100) = 5");
        assert_eq!(terms(Sum::Groups { users: 0, of: 0 }).priority(), 0.0);
        let exposure = terms(Sum::Exposure {
            frequency: 0.5,
            choke_point: Some(1.25),
            exploited: None,
            feasibility: Some(0.25),
        });
        assert_eq!(
            exposure.arithmetic(),
            "100 × 0.5 × 1.25 × 1 (not known) × 0.25 × (1 − 80 ÷ 100) = 3.125"
        );
        assert_eq!(exposure.uncovered(), 15.625);
    }
}
