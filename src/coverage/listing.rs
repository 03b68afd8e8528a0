//! Lists of rules and techniques: which rows, in which order. Every filter that has a headline
//! number shows exactly the rows that number counts.

use super::summary::PRODUCTION;
use super::{Coverage, Summary, TechniqueCoverage, TechniqueState};
use crate::attack::{Catalogue, Technique, TechniqueIndex};
use crate::lowercase::lowercase;
use crate::rule::{Intake, Rule, RuleIndex};
use std::cmp::Ordering;

/// Which rules a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleFilter {
    /// All that were read.
    #[default]
    All,
    /// Those that count: mapped and unmapped.
    Counted,
    /// Those that name a technique of the catalogue.
    Mapped,
    /// Those that name none.
    Unmapped,
    /// Those left out for their status.
    Excluded,
    /// Copies of a rule id already read.
    Duplicates,
}

impl RuleFilter {
    /// All, in the order they are offered.
    pub const ALL: [Self; 6] =
        [Self::All, Self::Counted, Self::Mapped, Self::Unmapped, Self::Excluded, Self::Duplicates];

    /// As in an address, `?show=unmapped`; empty for all.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Counted => "counted",
            Self::Mapped => "mapped",
            Self::Unmapped => "unmapped",
            Self::Excluded => "excluded",
            Self::Duplicates => "duplicates",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All read",
            Self::Counted => "Counted",
            Self::Mapped => "Mapped",
            Self::Unmapped => "Unmapped",
            Self::Excluded => "Excluded by status",
            Self::Duplicates => "Duplicates",
        }
    }

    /// Reads [`Self::as_str`]; anything else is all.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).unwrap_or_default()
    }

    /// How many rules it shows.
    pub fn count(self, summary: &Summary) -> usize {
        match self {
            Self::All => summary.rules_read,
            Self::Counted => summary.rules,
            Self::Mapped => summary.rules_mapped,
            Self::Unmapped => summary.rules_unmapped,
            Self::Excluded => summary.rules_excluded,
            Self::Duplicates => summary.duplicates,
        }
    }

    fn select(self, intake: &Intake, coverage: &Coverage) -> Vec<RuleIndex> {
        match self {
            Self::All => (0..).take(intake.rules.len()).collect(),
            Self::Counted => {
                let mut both = [coverage.mapped.as_slice(), &coverage.unmapped].concat();
                crate::sorted::sort(&mut both);
                both
            }
            Self::Mapped => coverage.mapped.clone(),
            Self::Unmapped => coverage.unmapped.clone(),
            Self::Excluded => coverage.excluded.clone(),
            Self::Duplicates => intake.duplicates.clone(),
        }
    }
}

/// What a list of rules can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleColumn {
    /// Its title, whatever the case.
    Title,
    /// From least to most severe; rules that state none first.
    Level,
    /// From most to least mature.
    Status,
    /// By product, category, service.
    LogSource,
    /// When it was last changed, or written if it never was.
    Changed,
    /// By the lowest id it counts on; rules without one last.
    Techniques,
    /// The file it stands in.
    #[default]
    Path,
}

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

    fn direct(&self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }
}

/// The rules of a list: those of `filter` that hold every word of `text` in title, id, path,
/// log source or tags.
pub fn list_rules(
    intake: &Intake,
    coverage: &Coverage,
    filter: RuleFilter,
    text: &str,
    order: Order<RuleColumn>,
) -> Vec<RuleIndex> {
    let mut rows = filter.select(intake, coverage);
    let words: Vec<String> = text.split_whitespace().map(lowercase).collect();
    if !words.is_empty() {
        rows.retain(|row| {
            let found = searchable(&intake.rules[*row as usize]);
            words.iter().all(|word| found.contains(word))
        });
    }
    let rule = |row: &RuleIndex| &intake.rules[*row as usize];
    match order.column {
        // The intake's own order is that of paths.
        RuleColumn::Path if order.descending => {
            crate::sorted::sort_by(&mut rows, |a, b| rule(b).path.cmp(&rule(a).path))
        }
        RuleColumn::Path => {}
        RuleColumn::Title => sort_by_key(&mut rows, &order, |row| lowercase(&rule(row).title)),
        RuleColumn::Level => sort_by_key(&mut rows, &order, |row| rule(row).level.value),
        RuleColumn::Status => sort_by_key(&mut rows, &order, |row| rule(row).status.known()),
        RuleColumn::LogSource => {
            crate::sorted::sort_by(&mut rows, |a, b| {
                order.direct(rule(a).log_source.cmp(&rule(b).log_source))
            });
        }
        RuleColumn::Changed => sort_by_key(&mut rows, &order, |row| changed(rule(row))),
        RuleColumn::Techniques => sort_by_key(&mut rows, &order, |row| {
            let first =
                coverage.claims.techniques.get(*row as usize).and_then(|claims| claims.first());
            first.map_or(u32::MAX, |index| u32::from(index.0))
        }),
    }
    rows
}

/// The day a rule was last changed, or written if it never was.
pub fn changed(rule: &Rule) -> Option<crate::date::Date> {
    rule.modified.or(rule.date)
}

fn searchable(rule: &Rule) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n{}",
        rule.title,
        rule.id.as_deref().unwrap_or_default(),
        rule.path,
        rule.log_source
    );
    for tag in &rule.tags {
        text.push('\n');
        text.push_str(&tag.written);
    }
    lowercase(&text)
}

fn sort_by_key<Row: Copy, Column: PartialEq, Key: Ord>(
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
}

impl TechniqueFilter {
    /// All, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::Covered,
        Self::ViaSubtechnique,
        Self::Uncovered,
        Self::CoveredSub,
        Self::UncoveredSub,
        Self::Production,
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
        }
    }

    /// Reads [`Self::as_str`]; anything else is all.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).unwrap_or_default()
    }

    /// How many techniques it shows.
    pub fn count(self, summary: &Summary) -> usize {
        match self {
            Self::All => summary.techniques_total + summary.subtechniques_total,
            Self::Covered => summary.techniques_covered,
            Self::ViaSubtechnique => summary.techniques_via_subtechnique,
            Self::Uncovered => summary.techniques_total - summary.techniques_covered,
            Self::CoveredSub => summary.subtechniques_covered,
            Self::UncoveredSub => summary.subtechniques_total - summary.subtechniques_covered,
            Self::Production => summary.techniques_at_least_80,
        }
    }

    fn shows(self, technique: &Technique, coverage: &TechniqueCoverage) -> bool {
        let (sub, state) = (technique.parent.is_some(), coverage.state);
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
            filter.shows(technique, coverage.technique(*row))
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

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use crate::coverage::{Policy, Scope};
    use crate::rule::{Format, LogSource, Tag, Written, parse_tag};

    fn rule(title: &str, id: &str, level: &str, status: &str, tags: &[&str]) -> Rule {
        let tag = |written: &&str| Tag {
            written: (*written).to_owned(),
            line: 1,
            column: 1,
            claims: parse_tag(written),
        };
        Rule {
            id: Some(id.to_owned()),
            title: title.to_owned(),
            level: Written::level(level),
            status: Written::status(status),
            log_source: LogSource::new("windows", "process_creation", ""),
            tags: tags.iter().map(tag).collect(),
            ..Rule::new(Format::Sigma, &format!("{title}.yml"))
        }
    }

    fn small() -> (&'static Catalogue, Intake, Coverage) {
        let catalogue =
            bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in");
        let rules = vec![
            rule("a", "1", "low", "stable", &["attack.t1059.001"]),
            rule("B", "2", "high", "test", &["attack.t1003", "attack.t1003.001"]),
            rule("c", "3", "medium", "deprecated", &["attack.t1003"]),
            rule("d", "2", "high", "test", &["attack.t1003"]),
            rule("e", "5", "", "test", &[]),
        ];
        let mut intake: Intake = rules.into_iter().collect();
        intake.settle();
        let today = crate::date::Date::new(2026, 11, 25).expect("a day");
        let coverage =
            Coverage::compute(catalogue, &intake, &Policy::default(), &Scope::default(), today);
        (catalogue, intake, coverage)
    }

    #[test]
    fn every_filter_shows_exactly_what_its_number_counts() {
        let (catalogue, intake, coverage) = small();
        for filter in RuleFilter::ALL {
            let rows = list_rules(&intake, &coverage, filter, "", Order::default());
            assert_eq!(rows.len(), filter.count(&coverage.summary), "{filter:?}");
            assert_eq!(RuleFilter::parse(filter.as_str()), filter);
        }
        for filter in TechniqueFilter::ALL {
            let rows = list_techniques(catalogue, &coverage, filter, "", Order::default());
            assert_eq!(rows.len(), filter.count(&coverage.summary), "{filter:?}");
            assert_eq!(TechniqueFilter::parse(filter.as_str()), filter);
        }
        assert_eq!(RuleFilter::Excluded.count(&coverage.summary), 1);
        assert_eq!(RuleFilter::Duplicates.count(&coverage.summary), 1);
        assert_eq!(TechniqueFilter::ViaSubtechnique.count(&coverage.summary), 1);
    }

    #[test]
    fn every_word_must_be_found_in_any_case() {
        let (_, intake, coverage) = small();
        let titles = |text: &str| {
            let rows = list_rules(&intake, &coverage, RuleFilter::All, text, Order::default());
            rows.into_iter().map(|row| intake.rules[row as usize].title.clone()).collect::<Vec<_>>()
        };
        assert_eq!(titles("T1059 windows"), ["a"]);
        assert_eq!(titles("b.yml"), ["B"]);
        assert!(titles("T1059 linux").is_empty());
    }

    #[test]
    fn choosing_a_column_again_turns_it_round() {
        let (_, intake, coverage) = small();
        let mut order = Order::default();
        order.choose(RuleColumn::Level);
        let titles = |order| {
            let rows = list_rules(&intake, &coverage, RuleFilter::All, "", order);
            rows.into_iter().map(|row| intake.rules[row as usize].title.clone()).collect::<String>()
        };
        assert_eq!(titles(order), "eacBd");
        order.choose(RuleColumn::Level);
        assert_eq!(titles(order), "Bdcae");
        order.choose(RuleColumn::Title);
        assert_eq!(titles(order), "aBcde");
    }
}
