//! Would one see it? A technique held against coverage and gaps.

use super::Asked;
use crate::attack::TechniqueIndex;
use crate::coverage::{Score, TechniqueState};
use crate::gaps::GapState;
use crate::rule::RuleIndex;

/// What one has against a technique.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// How it is covered.
    pub state: TechniqueState,
    /// Its score by the coverage's policy.
    pub score: Option<Score>,
    /// The rules that cover it, its own or else those of its sub-techniques; see
    /// [`crate::coverage::TechniqueCoverage::covering`].
    pub rules: Vec<RuleIndex>,
    /// Its last test, or those of all its rules, failed.
    pub test_failed: bool,
    /// What is wrong with its cover, whether it matters or not.
    pub gap: Option<GapState>,
    /// Whether it matters by the profile, so that it has a row among the gaps if it is one.
    pub is_relevant: bool,
    /// By the gaps' policy.
    pub priority: f64,
}

impl Outlook {
    pub(super) fn of(asked: &Asked<'_>, index: TechniqueIndex) -> Self {
        let cover = asked.coverage.technique(index);
        let assessment = asked.gaps.assessment(index);
        Self {
            state: cover.state,
            score: cover.score,
            rules: cover.covering().to_vec(),
            test_failed: cover.upkeep.test_failed,
            gap: assessment.state,
            is_relevant: assessment.relevance.is_in(),
            priority: assessment.terms.priority(),
        }
    }

    /// Whether no counted rule names it and its sub-techniques are not all covered, either.
    pub fn is_uncovered(&self) -> bool {
        matches!(self.gap, Some(GapState::Uncovered | GapState::Partial))
    }

    /// Whether there is a row for it among the gaps.
    pub fn is_gap(&self) -> bool {
        self.is_relevant && self.gap.is_some()
    }

    /// The answer in a few words. That a rule names a technique does not prove that it sees it.
    pub fn answer(&self) -> &'static str {
        match (self.state, self.gap) {
            (TechniqueState::None, _) => "no rule names it",
            _ if self.test_failed => "a rule names it, but its last test failed",
            (TechniqueState::ViaSubtechnique, Some(GapState::Partial)) => {
                "rules name some of its sub-techniques"
            }
            (TechniqueState::ViaSubtechnique, _) => "rules name its sub-techniques",
            (TechniqueState::Direct, Some(GapState::Weak)) => "rules name it, with a low score",
            (TechniqueState::Direct, Some(GapState::Fragile)) => "one rule or log source sees it",
            (TechniqueState::Direct, _) => "rules name it",
        }
    }
}

/// The more urgent first: what matters before what does not, then the higher priority.
pub(super) fn urgency(a: &Outlook, b: &Outlook) -> std::cmp::Ordering {
    b.is_relevant.cmp(&a.is_relevant).then(b.priority.total_cmp(&a.priority))
}
