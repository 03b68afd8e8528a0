//! Lists of techniques: which rows, in which order. Every filter that has a headline number
//! shows exactly the rows that number counts.

use super::summary::PRODUCTION;
use super::{Coverage, CoverageState, TechniqueState};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::lowercase::lowercase;
use std::cmp::Ordering;

/// A column and a direction. Ties are broken by the list's own order, forwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order<Column> {
    /// By what.
    pub column: Column,
    /// Backwards.
    pub descending: bool,
}

impl<Column: PartialEq> Order<Column> {
    /// What choosing a column makes of it: forwards first, backwards if it was chosen already.
    pub fn choose(&mut self, column: Column) {
        self.descending = self.column == column && !self.descending;
        self.column = column;
    }

    /// The order of two rows in this direction.
    pub fn direct(&self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }
}

pub(super) fn sort_by_key<Row: Copy, Column: PartialEq, Key: Ord>(
    rows: &mut Vec<Row>,
    order: &Order<Column>,
    key: impl Fn(&Row) -> Key,
) {
    let mut keyed: Vec<(Key, Row)> = rows.iter().map(|row| (key(row), *row)).collect();
    crate::sorted::sort_by(&mut keyed, |a, b| order.direct(a.0.cmp(&b.0)));
    rows.clear();
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

/// Which techniques a list shows; always only those in scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TechniqueFilter {
    /// Techniques and sub-techniques.
    #[default]
    All,
    /// Techniques with a rule, directly or via a sub-technique.
    Covered,
    /// Techniques covered only through their sub-techniques.
    ViaSubtechnique,
    /// Techniques without a rule.
    Uncovered,
    /// Sub-techniques with a rule.
    CoveredSub,
    /// Sub-techniques without a rule.
    UncoveredSub,
    /// Techniques with a score of at least 80.
    Production,
    /// Techniques and sub-techniques in a state.
    State(CoverageState),
}

impl TechniqueFilter {
    /// All, in the order they are offered.
    pub const ALL: [Self; 14] = [
        Self::All,
        Self::Covered,
        Self::ViaSubtechnique,
        Self::Uncovered,
        Self::CoveredSub,
        Self::UncoveredSub,
        Self::Production,
        Self::State(CoverageState::Partial),
        Self::State(CoverageState::SingleRule),
        Self::State(CoverageState::SingleLogSource),
        Self::State(CoverageState::ExperimentalOnly),
        Self::State(CoverageState::Stale),
        Self::State(CoverageState::DisabledOnly),
        Self::State(CoverageState::NotObservable),
    ];

    /// As in an address, `?show=covered`; empty for all.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Covered => "covered",
            Self::ViaSubtechnique => "via-subtechnique",
            Self::Uncovered => "uncovered",
            Self::CoveredSub => "covered-sub",
            Self::UncoveredSub => "uncovered-sub",
            Self::Production => "score-80",
            Self::State(state) => state.as_str(),
        }
    }

    /// As people read it, behind "Techniques:" or "Sub-techniques:".
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Covered => "covered",
            Self::ViaSubtechnique => "only via sub-technique",
            Self::Uncovered => "uncovered",
            Self::CoveredSub => "covered",
            Self::UncoveredSub => "uncovered",
            Self::Production => "score ≥ 80",
            Self::State(state) => state.label(),
        }
    }

    /// Reads [`Self::as_str`]; anything else is all.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).unwrap_or_default()
    }

    /// How many techniques it shows.
    pub fn count(self, catalogue: &Catalogue, coverage: &Coverage) -> usize {
        let summary = &coverage.summary;
        match self {
            Self::All => summary.techniques_total + summary.subtechniques_total,
            Self::Covered => summary.techniques_covered,
            Self::ViaSubtechnique => summary.techniques_via_subtechnique,
            Self::Uncovered => summary.techniques_total - summary.techniques_covered,
            Self::CoveredSub => summary.subtechniques_covered,
            Self::UncoveredSub => summary.subtechniques_total - summary.subtechniques_covered,
            Self::Production => summary.techniques_at_least_80,
            Self::State(state) => state.list(catalogue, coverage).len(),
        }
    }

    fn shows(self, catalogue: &Catalogue, all: &Coverage, index: TechniqueIndex) -> bool {
        let coverage = all.technique(index);
        let (sub, state) = (catalogue.technique(index).parent.is_some(), coverage.state);
        coverage.in_scope
            && match self {
                Self::All => true,
                Self::Covered => !sub && state != TechniqueState::None,
                Self::ViaSubtechnique => !sub && state == TechniqueState::ViaSubtechnique,
                Self::Uncovered => !sub && state == TechniqueState::None,
                Self::CoveredSub => sub && state == TechniqueState::Direct,
                Self::UncoveredSub => sub && state == TechniqueState::None,
                Self::Production => {
                    !sub && coverage.score.is_some_and(|score| score.get() >= PRODUCTION)
                }
                Self::State(state) => state.holds(catalogue, all, index),
            }
    }
}

/// What a list of techniques can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TechniqueColumn {
    /// Its id.
    #[default]
    Id,
    /// Its name.
    Name,
    /// In matrix order of its first tactic.
    Tactics,
    /// Uncovered, via sub-technique, direct.
    State,
    /// Unscored first.
    Score,
    /// Rules that name it.
    Rules,
    /// Those and the rules of its sub-techniques.
    RollUp,
    /// Distinct log sources of its rules.
    LogSources,
    /// Sub-techniques covered, then sub-techniques in all.
    SubTechniques,
}

/// The techniques of a list: those of `filter` that hold every word of `text` in id or name.
pub fn list_techniques(
    catalogue: &Catalogue,
    coverage: &Coverage,
    filter: TechniqueFilter,
    text: &str,
    order: Order<TechniqueColumn>,
) -> Vec<TechniqueIndex> {
    let words: Vec<String> = text.split_whitespace().map(lowercase).collect();
    let mut rows: Vec<TechniqueIndex> = catalogue
        .indices()
        .filter(|row| {
            let technique = catalogue.technique(*row);
            let found = || lowercase(&format!("{} {}", technique.id, technique.name));
            filter.shows(catalogue, coverage, *row)
                && (words.is_empty() || words.iter().all(|word| found().contains(word)))
        })
        .collect();
    let of = |row: &TechniqueIndex| coverage.technique(*row);
    match order.column {
        TechniqueColumn::Id => sort_by_key(&mut rows, &order, |row| *row),
        TechniqueColumn::Name => {
            sort_by_key(&mut rows, &order, |row| lowercase(&catalogue.technique(*row).name));
        }
        TechniqueColumn::Tactics => {
            sort_by_key(&mut rows, &order, |row| catalogue.technique(*row).tactics.clone());
        }
        TechniqueColumn::State => sort_by_key(&mut rows, &order, |row| of(row).state),
        TechniqueColumn::Score => sort_by_key(&mut rows, &order, |row| of(row).score),
        TechniqueColumn::Rules => sort_by_key(&mut rows, &order, |row| of(row).rules.len()),
        TechniqueColumn::RollUp => sort_by_key(&mut rows, &order, |row| of(row).rules_rollup.len()),
        TechniqueColumn::LogSources => sort_by_key(&mut rows, &order, |row| of(row).log_sources),
        TechniqueColumn::SubTechniques => sort_by_key(&mut rows, &order, |row| {
            (of(row).subtechniques_covered, of(row).subtechniques_total)
        }),
    }
    rows
}
