//! Gaps counted by tactic and by platform.

use super::list::{GapList, GapState};
use crate::attack::{Catalogue, TechniqueIndex};

/// The gaps of one tactic or platform.
#[derive(Clone, Debug, PartialEq)]
pub struct GapCount {
    /// Its name.
    pub name: String,
    /// Techniques and sub-techniques of it that matter.
    pub relevant: usize,
    /// Gaps by state, in the order of [`GapState::ALL`].
    pub states: [usize; 4],
    /// The priorities of its gaps together, those below 0 as 0.
    pub priority: f64,
    /// Its gaps in the order of the list.
    pub gaps: Vec<TechniqueIndex>,
}

impl GapCount {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), relevant: 0, states: [0; 4], priority: 0.0, gaps: Vec::new() }
    }
}

/// One a tactic, in matrix order. A technique of several tactics is in each.
pub fn by_tactic(catalogue: &Catalogue, list: &GapList) -> Vec<GapCount> {
    let rows = catalogue.tactics.iter().map(|tactic| GapCount::new(&tactic.name)).collect();
    count(list, rows, |index| &catalogue.technique(index).tactics)
}

/// One a platform that counts, by name. A technique of several platforms is in each.
pub fn by_platform(catalogue: &Catalogue, list: &GapList) -> Vec<GapCount> {
    let rows = catalogue.platforms.iter().map(|name| GapCount::new(name)).collect();
    let counted = count(list, rows, |index| &catalogue.technique(index).platforms);
    let chosen = &list.platforms;
    (0_u8..)
        .zip(counted)
        .filter(|(at, _)| chosen.is_empty() || chosen.contains(at))
        .map(|(_, row)| row)
        .collect()
}

fn count<'c>(
    list: &GapList,
    mut rows: Vec<GapCount>,
    of: impl Fn(TechniqueIndex) -> &'c Vec<u8>,
) -> Vec<GapCount> {
    for (index, one) in (0_u16..).map(TechniqueIndex).zip(&list.assessments) {
        if one.relevance.is_in() {
            for at in of(index) {
                if let Some(row) = rows.get_mut(usize::from(*at)) {
                    row.relevant += 1;
                }
            }
        }
    }
    for gap in &list.gaps {
        let state = GapState::ALL.iter().position(|state| *state == gap.state);
        for at in of(gap.technique) {
            if let (Some(row), Some(state)) = (rows.get_mut(usize::from(*at)), state) {
                row.states[state] += 1;
                row.priority += gap.priority.max(0.0);
                row.gaps.push(gap.technique);
            }
        }
    }
    rows
}
