//! A gap in words: what is wrong with its cover, and where each term of its priority is from.

use super::list::{GapList, GapState, GapsAsked};
use super::terms::{Sum, short};
use super::threat::Basis;
use crate::attack::TechniqueIndex;
use crate::coverage::{Coverage, Policy, TechniqueState};

/// A term of a priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As people read it.
    pub label: &'static str,
    /// As it stands in [`super::Terms::arithmetic`].
    pub value: String,
    /// What it is of, and where it is from, with version and date.
    pub source: String,
}

impl GapList {
    /// What is wrong with the cover of a technique, in one sentence, with its last test if that
    /// failed; `None` if nothing is wrong. `coverage` is the one the list was made with.
    pub fn shortfall(&self, coverage: &Coverage, index: TechniqueIndex) -> Option<String> {
        let one = self.assessment(index);
        let state = one.state?;
        if let Some(failed) = coverage.technique(index).upkeep.failed_remark() {
            let rest = match (state, coverage.technique(index).state) {
                (GapState::Uncovered, _) => "no rule covers it".to_owned(),
                (_, TechniqueState::Direct) => {
                    let score = one.terms.coverage_score;
                    let low = score < self.threshold;
                    let low =
                        if low { format!(", below {}", self.threshold) } else { String::new() };
                    format!("its score is {score} of 100{low}")
                }
                (_, TechniqueState::ViaSubtechnique | TechniqueState::None) => {
                    let cover = coverage.technique(index);
                    format!(
                        "no rule names it, {} of its {} sub-techniques have one",
                        cover.subtechniques_covered, cover.subtechniques_total
                    )
                }
            };
            // `the last test failed, on 2026-11-03`
            let failed = failed.strip_prefix("the ").unwrap_or(&failed);
            return Some(format!("Its {failed}; {rest}."));
        }
        Some(match state {
            GapState::Uncovered => "No rule covers it.".to_owned(),
            GapState::Partial => {
                let cover = coverage.technique(index);
                format!(
                    "No rule names it; {} of its {} sub-techniques have one.",
                    cover.subtechniques_covered, cover.subtechniques_total
                )
            }
            GapState::Weak => {
                format!(
                    "Its score is {} of 100, below {}.",
                    one.terms.coverage_score, self.threshold
                )
            }
            GapState::Fragile if one.single_rule => "It rests on one rule.".to_owned(),
            GapState::Fragile => "It rests on one log source.".to_owned(),
        })
    }

    /// The terms of a technique's priority in the order of the sum. `asked` is what the list was
    /// made from, `scoring` how rules became scores.
    pub fn terms(
        &self,
        asked: &GapsAsked<'_>,
        scoring: &Policy,
        index: TechniqueIndex,
    ) -> Vec<Term> {
        let terms = &self.assessment(index).terms;
        let term = |label, value: f64, source| Term { label, value: short(value), source };
        let score = Term {
            label: "Coverage score",
            value: terms.coverage_score.to_string(),
            source: format!(
                "What its rules score by the policy “{}”, on its scale brought to 0 to 100; without a score 0.",
                scoring.label()
            ),
        };
        let mut said = match &terms.sum {
            Sum::Formula => {
                let tactic = asked.catalogue.tactics.get(usize::from(terms.tactic));
                let name = tactic.map_or("any other tactic", |tactic| &tactic.name);
                let shortname = tactic.map_or("other", |tactic| &tactic.shortname);
                let weight = |of: &str| {
                    let source = self.weight(&format!("{of}.{shortname}"));
                    source.or_else(|| self.weight(&format!("{of}.other"))).unwrap_or_default()
                };
                vec![
                    term(
                        "Impact weight",
                        terms.impact_weight,
                        format!("Of {name}, where it weighs most. {}", weight("impact")),
                    ),
                    term(
                        "Tactic criticality",
                        terms.tactic_criticality,
                        format!("Of {name}. {}", weight("criticality")),
                    ),
                    term(
                        "Threat weight",
                        terms.threat_weight,
                        self.weight("threat").unwrap_or_default(),
                    ),
                    term(
                        "Adversary frequency",
                        terms.adversary_frequency,
                        self.frequency_from(asked, index),
                    ),
                ]
            }
            Sum::Groups { users, of } => vec![
                term("Groups that use it", *users as f64, attack(asked)),
                term("Groups that count", *of as f64, attack(asked)),
            ],
            Sum::Exposure { frequency, choke_point, exploited, feasibility } => {
                let from = asked.enrichment;
                let known = |label, value: &Option<f64>, source: Option<String>| Term {
                    label,
                    value: value.map_or_else(|| "1".to_owned(), short),
                    source: match value {
                        Some(_) => source.unwrap_or_default(),
                        None => "Not known, so neutral.".to_owned(),
                    },
                };
                vec![
                    term(
                        "Frequency",
                        *frequency,
                        format!(
                            "Adversary frequency, campaigns by their age. {}",
                            self.frequency_from(asked, index)
                        ),
                    ),
                    known("Choke point", choke_point, from.map(|from| from.scores_from.sentence())),
                    known(
                        "Known exploited",
                        exploited,
                        from.map(|from| from.exploited_from.sentence()),
                    ),
                    known(
                        "Feasibility",
                        feasibility,
                        Some("From the data components at hand, see below.".to_owned()),
                    ),
                ]
            }
        };
        said.push(score);
        said
    }

    /// Where a weight is from: its own source, or that it was changed.
    fn weight(&self, key: &str) -> Option<String> {
        let all = self.policy.weights();
        let (weight, value) = all.into_iter().find(|(weight, _)| weight.key == key)?;
        Some(match value == weight.default() {
            true => weight.source.to_owned(),
            false => format!("Set here; the default is {}.", short(weight.default())),
        })
    }

    fn frequency_from(&self, asked: &GapsAsked<'_>, index: TechniqueIndex) -> String {
        let threat = &self.threat;
        let of = format!("{} of {}.", short(threat.users(index)), threat.total());
        let from = match threat.basis {
            Basis::Incidents => asked.profile.sources.get("incidents").cloned().unwrap_or_default(),
            Basis::Everyone | Basis::Chosen => attack(asked),
        };
        format!("{of} {} {from}", threat.sentence()).trim_end().to_owned()
    }
}

/// Who says what groups and campaigns use.
fn attack(asked: &GapsAsked<'_>) -> String {
    format!("MITRE ATT&CK {} {}.", asked.catalogue.domain.name(), asked.catalogue.version)
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use crate::coverage::Scope;
    use crate::date::Date;
    use crate::gaps::{PriorityPolicy, Profile};
    use crate::rule::Intake;

    /// What is unfolded is what stands in the sum, in its order.
    #[test]
    fn every_term_stands_in_the_arithmetic_and_has_a_source() {
        let catalogue =
            bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in");
        let today = Date::new(2026, 11, 22).expect("a day");
        let intake = Intake::default();
        let (scoring, scope) = (Policy::default(), Scope::default());
        let coverage = Coverage::compute(catalogue, &intake, &scoring, &scope, today);
        let profile = Profile { groups: vec!["G0016".to_owned()], ..Profile::default() };
        let mut edited = PriorityPolicy::default();
        edited.set_weight("threat", 7.5).expect("in range");
        for policy in PriorityPolicy::all().into_iter().chain([edited]) {
            let asked = GapsAsked {
                catalogue,
                intake: &intake,
                coverage: &coverage,
                profile: &profile,
                enrichment: None,
                policy,
                threshold: 80,
            };
            let list = GapList::of(&asked);
            for gap in &list.gaps {
                let arithmetic = list.assessment(gap.technique).terms.arithmetic();
                let mut rest = arithmetic.as_str();
                for term in list.terms(&asked, &scoring, gap.technique) {
                    let at = rest.find(&term.value);
                    let at = at.unwrap_or_else(|| panic!("{term:?} is not in {arithmetic}"));
                    rest = &rest[at + term.value.len()..];
                    assert!(!term.source.is_empty(), "{term:?}");
                }
                assert_eq!(
                    list.shortfall(&coverage, gap.technique).as_deref(),
                    Some("No rule covers it.")
                );
            }
            let said = |label: &str| {
                let terms = list.terms(&asked, &scoring, list.gaps[0].technique);
                terms.into_iter().find(|term| term.label == label).map(|term| term.source)
            };
            if policy == edited {
                let threat = said("Threat weight");
                assert_eq!(threat.as_deref(), Some("Set here; the default is 10."));
                let frequency = said("Adversary frequency").expect("it is a term");
                assert!(frequency.starts_with("1 of 1. "), "{frequency}");
                assert!(frequency.ends_with("MITRE ATT&CK Enterprise 19.2."), "{frequency}");
            }
        }
    }
}
