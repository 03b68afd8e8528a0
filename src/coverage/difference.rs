//! What a what-if changes.

use super::{Coverage, Score, TechniqueState};
use crate::attack::{Catalogue, TechniqueIndex};

/// One technique in one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standpoint {
    /// How it is covered.
    pub state: TechniqueState,
    /// By the policy.
    pub score: Option<Score>,
    /// Rules that cover it, those of its sub-techniques included.
    pub rules: usize,
    /// Distinct log sources of the rules that name it.
    pub log_sources: u32,
}

/// One technique that is not the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub technique: TechniqueIndex,
    /// As it is.
    pub real: Standpoint,
    /// As it would be.
    pub what_if: Standpoint,
}

impl Changed {
    /// Covered, and then no more.
    pub fn is_lost(&self) -> bool {
        self.real.state != TechniqueState::None && self.what_if.state == TechniqueState::None
    }

    /// Covered, and not before.
    pub fn is_gained(&self) -> bool {
        self.real.state == TechniqueState::None && self.what_if.state != TechniqueState::None
    }
}

/// The numbers of two states of coverage, the real one first, and what makes the difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rules that count.
    pub rules: (usize, usize),
    /// Techniques covered.
    pub techniques: (usize, usize),
    /// Sub-techniques covered.
    pub subtechniques: (usize, usize),
    /// Sum of all scores.
    pub points: (u64, u64),
    /// Techniques and sub-techniques in scope that are not the same in both, by id.
    pub changes: Vec<Changed>,
}

impl Difference {
    /// Techniques (`sub` false) or sub-techniques that would be lost.
    pub fn lost(&self, catalogue: &Catalogue, sub: bool) -> Vec<TechniqueIndex> {
        self.those(catalogue, sub, Changed::is_lost)
    }

    /// Techniques (`sub` false) or sub-techniques that would be gained.
    pub fn gained(&self, catalogue: &Catalogue, sub: bool) -> Vec<TechniqueIndex> {
        self.those(catalogue, sub, Changed::is_gained)
    }

    fn those(
        &self,
        catalogue: &Catalogue,
        sub: bool,
        wanted: fn(&Changed) -> bool,
    ) -> Vec<TechniqueIndex> {
        let of_kind = |at: &TechniqueIndex| catalogue.technique(*at).parent.is_some() == sub;
        let found = self.changes.iter().filter(|change| wanted(change));
        found.map(|change| change.technique).filter(of_kind).collect()
    }
}

/// What differs between the real state and a what-if, on the same catalogue, rules, platforms
/// and policy. What is out of scope in both is passed over.
pub fn difference(real: &Coverage, what_if: &Coverage) -> Difference {
    let mut difference = Difference {
        rules: (real.summary.rules, what_if.summary.rules),
        techniques: (real.summary.techniques_covered, what_if.summary.techniques_covered),
        subtechniques: (real.summary.subtechniques_covered, what_if.summary.subtechniques_covered),
        ..Difference::default()
    };
    let points = |score: Option<Score>| score.map_or(0, |score| u64::from(score.get()));
    for ((before, after), at) in real.techniques.iter().zip(&what_if.techniques).zip(0..) {
        if !before.in_scope && !after.in_scope {
            continue;
        }
        difference.points.0 += points(before.score);
        difference.points.1 += points(after.score);
        let of = |one: &super::TechniqueCoverage| Standpoint {
            state: one.state,
            score: one.score,
            rules: one.rules_rollup.len(),
            log_sources: one.log_sources,
        };
        let (before, after) = (of(before), of(after));
        if before != after {
            let technique = TechniqueIndex(at);
            difference.changes.push(Changed { technique, real: before, what_if: after });
        }
    }
    difference
}
