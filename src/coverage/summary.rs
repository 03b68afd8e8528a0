//! Totals, each with its numerator and denominator.

use super::compute::Stamps;
use super::{TechniqueCoverage, TechniqueState};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::rule::{Intake, RuleIndex};

/// Production quality in the source text's reading of scores ("% of techniques with score ≥ 80").
pub(super) const PRODUCTION: u32 = 80;

/// The headline numbers. Techniques are counted once however many tactics they stand in;
/// sub-techniques apart; what is out of scope in neither numerator nor denominator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All rules read, duplicates and uncounted statuses included.
    pub rules_read: usize,
    /// Rules that count: mapped and unmapped.
    pub rules: usize,
    /// Counted rules that name a technique of this catalogue.
    pub rules_mapped: usize,
    /// Counted rules that name none.
    pub rules_unmapped: usize,
    /// Rules left out for their status.
    pub rules_excluded: usize,
    /// Rules left out because they are switched off themselves.
    pub rules_disabled: usize,
    /// Rules left out by a what-if.
    pub rules_switched_off: usize,
    /// Counted rules of formats that cannot name a technique: nothing follows from their having
    /// none. Among [`Self::rules_unmapped`].
    pub rules_unmappable: usize,
    /// Rules that would count had others not been picked, or been left out for their status.
    pub rules_passed_over: usize,
    /// Copies of a rule id already read.
    pub duplicates: usize,
    /// Techniques covered directly or via a sub-technique.
    pub techniques_covered: usize,
    /// Techniques named by a rule.
    pub techniques_direct: usize,
    /// Techniques covered only through their sub-techniques.
    pub techniques_via_subtechnique: usize,
    /// Techniques in scope.
    pub techniques_total: usize,
    /// Sub-techniques named by a rule.
    pub subtechniques_covered: usize,
    /// Sub-techniques in scope.
    pub subtechniques_total: usize,
    /// Techniques (not sub-techniques) with a score of at least 80.
    pub techniques_at_least_80: usize,
}

/// `part` of `whole` in percent; 0 of 0 is 0.
pub(crate) fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// What [`Summary::techniques_at_least_80`] has.
pub(super) fn at_least_80(catalogue: &Catalogue, techniques: &[TechniqueCoverage]) -> usize {
    let both = catalogue.techniques.iter().zip(techniques);
    both.filter(|(technique, coverage)| {
        coverage.in_scope
            && technique.parent.is_none()
            && coverage.score.is_some_and(|score| score.get() >= PRODUCTION)
    })
    .count()
}

impl Summary {
    pub(super) fn new(
        catalogue: &Catalogue,
        techniques: &[TechniqueCoverage],
        intake: &Intake,
        mapped: &[RuleIndex],
        unmapped: &[RuleIndex],
        excluded: &[RuleIndex],
    ) -> Self {
        let mut summary = Self {
            rules_read: intake.rules.len(),
            rules: mapped.len() + unmapped.len(),
            rules_mapped: mapped.len(),
            rules_unmapped: unmapped.len(),
            rules_unmappable: unmapped
                .iter()
                .filter_map(|row| intake.rules.get(*row as usize))
                .filter(|rule| !rule.format.names_techniques())
                .count(),
            rules_excluded: excluded.len(),
            duplicates: intake.duplicates.len(),
            ..Self::default()
        };
        for (technique, coverage) in catalogue.techniques.iter().zip(techniques) {
            if !coverage.in_scope {
                continue;
            }
            if technique.parent.is_some() {
                summary.subtechniques_total += 1;
                summary.subtechniques_covered +=
                    usize::from(coverage.state == TechniqueState::Direct);
                continue;
            }
            summary.techniques_total += 1;
            match coverage.state {
                TechniqueState::None => {}
                TechniqueState::ViaSubtechnique => summary.techniques_via_subtechnique += 1,
                TechniqueState::Direct => summary.techniques_direct += 1,
            }
        }
        summary.techniques_at_least_80 = at_least_80(catalogue, techniques);
        summary.techniques_covered =
            summary.techniques_direct + summary.techniques_via_subtechnique;
        summary
    }

    /// Whether no counted rule could have named a technique: then nothing is covered, and
    /// nothing is known to be uncovered.
    pub fn says_nothing(&self) -> bool {
        self.rules > 0 && self.rules_unmappable == self.rules
    }

    /// Covered techniques of all in scope, in percent.
    pub fn percent_techniques(&self) -> f64 {
        percent(self.techniques_covered, self.techniques_total)
    }

    /// Covered techniques and sub-techniques of all in scope, in percent.
    pub fn percent_all(&self) -> f64 {
        percent(
            self.techniques_covered + self.subtechniques_covered,
            self.techniques_total + self.subtechniques_total,
        )
    }

    /// Techniques with a score of at least 80 of all in scope, in percent.
    pub fn percent_at_least_80(&self) -> f64 {
        percent(self.techniques_at_least_80, self.techniques_total)
    }

    /// How the numbers are counted, in one sentence.
    pub const CONVENTION: &'static str = "A technique counts as covered if a rule names it or one of its sub-techniques, a sub-technique only if a rule names exactly it; each rule id counts once, revoked ids count on their successor, deprecated, unsupported and disabled rules only if switched on.";
}

/// One column of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TacticCoverage {
    /// Distinct counted rules with a technique or sub-technique of this tactic in scope.
    pub rules: usize,
    /// Techniques covered, directly or via a sub-technique that stands in this tactic.
    pub techniques_covered: usize,
    /// Techniques in scope.
    pub techniques_total: usize,
}

impl TacticCoverage {
    /// Covered of total in percent.
    pub fn percent(&self) -> f64 {
        percent(self.techniques_covered, self.techniques_total)
    }
}

pub(super) fn tactics(
    catalogue: &Catalogue,
    techniques: &[TechniqueCoverage],
    rules_read: usize,
) -> Vec<TacticCoverage> {
    let mut seen = Stamps::new(rules_read);
    (0..catalogue.tactics.len())
        .map(|tactic| {
            seen.clear();
            let (mut rules, mut covered, mut total) = (0, 0, 0);
            for (technique, coverage) in catalogue.techniques.iter().zip(techniques) {
                if !coverage.in_scope
                    || !technique.tactics.iter().any(|t| usize::from(*t) == tactic)
                {
                    continue;
                }
                rules += coverage.rules.iter().filter(|rule| seen.is_new(**rule as usize)).count();
                if technique.parent.is_none() {
                    total += 1;
                    covered += usize::from(coverage.state != TechniqueState::None);
                }
            }
            TacticCoverage { rules, techniques_covered: covered, techniques_total: total }
        })
        .collect()
}

/// One platform: techniques and sub-techniques together, each by its own platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformCoverage {
    /// As ATT&CK names it.
    pub name: String,
    /// Techniques and sub-techniques covered (naively: whatever the rules' own platform).
    pub covered: usize,
    /// Techniques and sub-techniques of the platform.
    pub total: usize,
}

impl PlatformCoverage {
    /// Covered of total in percent.
    pub fn percent(&self) -> f64 {
        percent(self.covered, self.total)
    }
}

/// Each row is what the summary would say with that platform alone in scope: a sub-technique
/// lends only to a parent on the same platform.
pub(super) fn platforms(
    catalogue: &Catalogue,
    techniques: &[TechniqueCoverage],
) -> Vec<PlatformCoverage> {
    let has = |technique: TechniqueIndex, platform: usize| {
        catalogue.technique(technique).platforms.iter().any(|p| usize::from(*p) == platform)
    };
    let mut counted = Stamps::new(techniques.len());
    let rows = catalogue.platforms.iter().enumerate().map(|(platform, name)| {
        counted.clear();
        let (mut covered, mut total) = (0, 0);
        for (index, coverage) in catalogue.indices().zip(techniques) {
            if !has(index, platform) {
                continue;
            }
            total += 1;
            if coverage.rules.is_empty() {
                continue;
            }
            covered += usize::from(counted.is_new(usize::from(index.0)));
            if let Some(parent) = catalogue.technique(index).parent
                && has(parent, platform)
            {
                covered += usize::from(counted.is_new(usize::from(parent.0)));
            }
        }
        PlatformCoverage { name: name.clone(), covered, total }
    });
    rows.collect()
}
