//! The states a technique can be in, kept apart: whether it is covered, and what is to be said
//! about that.

use super::{Coverage, TechniqueState, is_observable};
use crate::attack::{Catalogue, TechniqueIndex};

/// What can be said of a technique. Exactly one of [`Self::STANDINGS`] holds; any number of the
/// others can go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageState {
    /// A counted rule names exactly this id.
    Direct,
    /// No counted rule names it, but one names a sub-technique of it.
    ViaSubtechnique,
    /// No counted rule covers it; one that is switched off itself would.
    DisabledOnly,
    /// No rule covers it, not even one that is switched off.
    None,
    /// Some of its sub-techniques in scope have a rule and some have none, whether it has a rule
    /// itself or not. (All, or none at all, is not partial.)
    Partial,
    /// All rules that cover it are experimental.
    ExperimentalOnly,
    /// One rule covers it.
    SingleRule,
    /// All rules that cover it look at one log source; so it is where one rule does.
    SingleLogSource,
    /// No rule that covers it has changed in [`super::STALE_AFTER_YEARS`] years.
    Stale,
    /// The last test of it, or of all its rules, failed: a gap, whatever rules say.
    TestFailed,
    /// Its only platform is PRE: nothing of one's own can show it.
    NotObservable,
}

impl CoverageState {
    /// All, in the order they are listed in.
    pub const ALL: [Self; 11] = [
        Self::Direct,
        Self::ViaSubtechnique,
        Self::DisabledOnly,
        Self::None,
        Self::Partial,
        Self::ExperimentalOnly,
        Self::SingleRule,
        Self::SingleLogSource,
        Self::Stale,
        Self::TestFailed,
        Self::NotObservable,
    ];

    /// Those that exclude one another.
    pub const STANDINGS: [Self; 4] =
        [Self::Direct, Self::ViaSubtechnique, Self::DisabledOnly, Self::None];

    /// As in the report and in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::ViaSubtechnique => "via_subtechnique",
            Self::DisabledOnly => "disabled_only",
            Self::None => "none",
            Self::Partial => "partial",
            Self::ExperimentalOnly => "experimental_only",
            Self::SingleRule => "single_rule",
            Self::SingleLogSource => "single_log_source",
            Self::Stale => "stale",
            Self::TestFailed => "test_failed",
            Self::NotObservable => "not_observable",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::ViaSubtechnique => "only via sub-technique",
            Self::DisabledOnly => "disabled rules only",
            Self::None => "no rule",
            Self::Partial => "some sub-techniques",
            Self::ExperimentalOnly => "experimental rules only",
            Self::SingleRule => "one rule",
            Self::SingleLogSource => "one log source",
            Self::Stale => "stale",
            Self::TestFailed => "test failed",
            Self::NotObservable => "not observable",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub(super) fn holds(
        self,
        catalogue: &Catalogue,
        coverage: &Coverage,
        index: TechniqueIndex,
    ) -> bool {
        let technique = coverage.technique(index);
        let upkeep = technique.upkeep;
        match self {
            Self::Direct => technique.state == TechniqueState::Direct,
            Self::ViaSubtechnique => technique.state == TechniqueState::ViaSubtechnique,
            Self::DisabledOnly => upkeep.disabled_only,
            Self::None => technique.state == TechniqueState::None && !upkeep.disabled_only,
            Self::Partial => {
                (1..technique.subtechniques_total).contains(&technique.subtechniques_covered)
            }
            Self::ExperimentalOnly => upkeep.experimental_only,
            Self::SingleRule => upkeep.single_rule,
            Self::SingleLogSource => upkeep.single_log_source,
            Self::Stale => upkeep.stale,
            Self::TestFailed => upkeep.test_failed,
            Self::NotObservable => !is_observable(catalogue, catalogue.technique(index)),
        }
    }

    /// The techniques and sub-techniques in scope in this state, by id.
    pub fn list(self, catalogue: &Catalogue, coverage: &Coverage) -> Vec<TechniqueIndex> {
        catalogue
            .indices()
            .filter(|index| coverage.technique(*index).in_scope)
            .filter(|index| self.holds(catalogue, coverage, *index))
            .collect()
    }
}

/// The states of a technique, in the order of [`CoverageState::ALL`].
pub fn states<'s>(
    catalogue: &'s Catalogue,
    coverage: &'s Coverage,
    index: TechniqueIndex,
) -> impl Iterator<Item = CoverageState> + 's {
    CoverageState::ALL.into_iter().filter(move |state| state.holds(catalogue, coverage, index))
}
