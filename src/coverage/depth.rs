//! How many log sources stand behind a technique.

use super::Coverage;
use super::compute::Stamps;
use crate::rule::RuleIndex;

/// Counts the distinct log sources of lists of rules, one after the other.
pub(super) struct Sources<'c> {
    of_rule: &'c [u32],
    seen: Stamps,
}

impl<'c> Sources<'c> {
    pub(super) fn new(coverage: &'c Coverage) -> Self {
        let of_rule = &coverage.claims.sources;
        Self { of_rule, seen: Stamps::new(of_rule.len()) }
    }

    /// Rules that state none count as one source.
    pub(super) fn count(&mut self, rules: &[RuleIndex]) -> usize {
        self.seen.clear();
        let sources = rules.iter().filter_map(|rule| self.of_rule.get(*rule as usize));
        sources.filter(|source| self.seen.is_new(**source as usize)).count()
    }
}
