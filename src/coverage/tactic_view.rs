//! The tactics one by one: how much, how deep, and where it is best and worst.

use super::depth::Sources;
use super::summary::percent;
use super::{Coverage, TechniqueState};
use crate::attack::{Catalogue, TechniqueIndex};
use std::cmp::Reverse;

/// One tactic. Techniques only, not sub-techniques; those in scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TacticView {
    /// Distinct counted rules with a technique or sub-technique of this tactic in scope.
    pub rules: usize,
    /// Techniques covered, directly or via a sub-technique, with the number of distinct log
    /// sources of the rules that cover them or a sub-technique of them; the deepest first, then
    /// those with more such rules, then by id. The first are the best, the last the worst.
    pub covered: Vec<(TechniqueIndex, usize)>,
    /// Techniques without a rule, by id.
    pub uncovered: Vec<TechniqueIndex>,
    /// The median of those numbers of log sources over the covered techniques (the mean of the
    /// middle two where their number is even); `None` where none is covered.
    pub median_log_sources: Option<f64>,
}

impl TacticView {
    /// Covered and uncovered.
    pub fn total(&self) -> usize {
        self.covered.len() + self.uncovered.len()
    }

    /// Covered of total in percent; 0 of 0 is 0.
    pub fn percent(&self) -> f64 {
        percent(self.covered.len(), self.total())
    }

    /// The covered techniques that most log sources see, the best first: `count` of them, or the
    /// better half where that is fewer.
    pub fn best(&self, count: usize) -> impl Iterator<Item = TechniqueIndex> + '_ {
        let half = self.covered.len().div_ceil(2);
        self.covered.iter().take(count.min(half)).map(|(index, _)| *index)
    }

    /// The covered techniques that fewest see, the worst first: `count` of them, or the other
    /// half where that is fewer.
    pub fn worst(&self, count: usize) -> impl Iterator<Item = TechniqueIndex> + '_ {
        let half = self.covered.len() / 2;
        self.covered.iter().rev().take(count.min(half)).map(|(index, _)| *index)
    }
}

/// One view a tactic, in matrix order.
pub fn tactic_views(catalogue: &Catalogue, coverage: &Coverage) -> Vec<TacticView> {
    let mut views = vec![TacticView::default(); catalogue.tactics.len()];
    for (view, tactic) in views.iter_mut().zip(&coverage.tactics) {
        view.rules = tactic.rules;
    }
    let mut sources = Sources::new(coverage);
    for (index, cover) in catalogue.indices().zip(&coverage.techniques) {
        let technique = catalogue.technique(index);
        if !cover.in_scope || technique.parent.is_some() {
            continue;
        }
        let depth = sources.count(&cover.rules_rollup);
        for tactic in &technique.tactics {
            if let Some(view) = views.get_mut(usize::from(*tactic)) {
                match cover.state {
                    TechniqueState::None => view.uncovered.push(index),
                    _ => view.covered.push((index, depth)),
                }
            }
        }
    }
    for view in &mut views {
        let key = |(index, depth): &(TechniqueIndex, usize)| {
            (Reverse((*depth, coverage.technique(*index).rules_rollup.len())), *index)
        };
        crate::sorted::sort_by(&mut view.covered, |a, b| key(a).cmp(&key(b)));
        view.median_log_sources = median(&view.covered);
    }
    views
}

/// Of a list sorted by the number.
fn median(sorted: &[(TechniqueIndex, usize)]) -> Option<f64> {
    let at = |place: usize| sorted.get(place).map(|(_, depth)| *depth as f64);
    let (low, high) = (at(sorted.len().checked_sub(1)? / 2)?, at(sorted.len() / 2)?);
    Some(f64::midpoint(low, high))
}
