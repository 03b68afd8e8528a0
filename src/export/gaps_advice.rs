//! What to do about gaps, for their exports: rules of a library, and guidance beside them.

use super::gaps_recommended::{
    GuidanceReport, LibraryReport, NextRuleReport, RecommendedReport, guidance, library,
    next_rules, recommended,
};
use crate::attack::TechniqueIndex;
use crate::gaps::{Advice, Grounds, NextAsked, Recommendations};
use crate::rule::Rule;
use crate::sorted;
use serde::Serialize;

/// What to do about gaps. Without a library there is guidance alone.
pub struct AdviceOf<'r> {
    /// What it rests on.
    pub grounds: Grounds<'r>,
    /// What was asked of the next rules.
    pub asked: &'r NextAsked,
    /// What was found, for the gaps that are written.
    pub found: &'r Recommendations,
    /// Places in `found.advice`, by technique.
    places: Vec<(TechniqueIndex, usize)>,
}

/// `next_rules_asked`: what was asked of the next rules, and what they were chosen from.
#[derive(Debug, Serialize)]
pub(super) struct AskedReport<'r> {
    #[serde(flatten)]
    asked: &'r NextAsked,
    /// Rules that were chosen from.
    offered: usize,
    /// The priority that could be bought with a score of 100 everywhere.
    at_stake: f64,
}

impl<'r> AdviceOf<'r> {
    /// Puts it together.
    pub fn new(grounds: Grounds<'r>, asked: &'r NextAsked, found: &'r Recommendations) -> Self {
        let mut places: Vec<_> =
            found.advice.iter().zip(0..).map(|(one, at)| (one.technique, at)).collect();
        sorted::sort(&mut places);
        Self { grounds, asked, found, places }
    }

    /// Whether there is a library with rules.
    pub fn has_library(&self) -> bool {
        !self.grounds.library.rules.is_empty()
    }

    /// What was found for a technique.
    pub fn of(&self, technique: TechniqueIndex) -> Option<&'r Advice> {
        let at = self.places.binary_search_by(|(known, _)| known.cmp(&technique)).ok()?;
        self.found.advice.get(self.places.get(at)?.1)
    }

    /// The first rules recommended for a technique, and how many there are in all.
    pub(super) fn first_rules(
        &self,
        technique: TechniqueIndex,
        most: usize,
    ) -> (Vec<&'r Rule>, usize) {
        let found = self.of(technique).map_or(&[][..], |advice| &advice.rules);
        let library = self.grounds.library;
        let rules = found.iter().filter_map(|one| library.rules.get(one.rule as usize));
        (rules.take(most).map(|rule| &**rule).collect(), found.len())
    }

    pub(super) fn recommended(&self, technique: TechniqueIndex) -> Vec<RecommendedReport<'r>> {
        let found = self.of(technique).map_or(&[][..], |advice| &advice.rules);
        recommended(&self.grounds, found, usize::MAX)
    }

    pub(super) fn guidance(&self, technique: TechniqueIndex) -> Option<GuidanceReport<'r>> {
        Some(guidance(&self.grounds, technique, &self.of(technique)?.guidance))
    }

    pub(super) fn next_rules(&self) -> Vec<NextRuleReport<'r>> {
        next_rules(&self.grounds, &self.found.library, &self.found.next)
    }

    pub(super) fn next_asked(&self) -> AskedReport<'r> {
        let next = &self.found.next;
        let at_stake = (next.open * 1e4).round() / 1e4;
        AskedReport { asked: self.asked, offered: next.offered, at_stake }
    }

    pub(super) fn library(&self) -> Option<LibraryReport> {
        self.has_library().then(|| library(&self.grounds, &self.found.library))
    }
}
