//! Lists of rules: which rows, in which order, and what else could be asked of them. Every
//! filter that has a headline number shows exactly the rows that number counts.

mod choices;
mod query;

pub use choices::{Choice, Choices};
pub use query::{RuleFilter, RuleQuery};

use super::Coverage;
use super::listing::Order;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::diagnostic::Code;
use crate::lowercase::lowercase;
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Intake, Rule, RuleIndex};
use choices::Counter;
use query::Wanted;
use std::cmp::Ordering;

/// What a list of rules can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleColumn {
    /// Its title, whatever the case.
    Title,
    /// What it was read as.
    Format,
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

/// What a list is made from.
#[derive(Clone, Copy)]
pub struct RuleSource<'s> {
    /// Of the coverage.
    pub catalogue: &'s Catalogue,
    /// Of the coverage.
    pub intake: &'s Intake,
    /// Says what became of each rule.
    pub coverage: &'s Coverage,
    /// What the doctor found, per rule, sorted; empty if it was not asked.
    pub codes: &'s [Vec<Code>],
}

/// Rows, and what else could be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleList {
    /// In the order asked for.
    pub rows: Vec<RuleIndex>,
    /// What each filter offers.
    pub choices: Vec<Choices>,
}

/// The filters beside `show` and the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// [`RuleQuery::format`]
    Format,
    /// [`RuleQuery::level`]
    Level,
    /// [`RuleQuery::status`]
    Status,
    /// [`RuleQuery::log_source`]
    LogSource,
    /// [`RuleQuery::tactic`]
    Tactic,
    /// [`RuleQuery::technique`]
    Technique,
    /// [`RuleQuery::code`]
    Code,
}

impl Facet {
    /// All, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::Format,
        Self::Level,
        Self::Status,
        Self::LogSource,
        Self::Tactic,
        Self::Technique,
        Self::Code,
    ];

    /// Its key in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Level => "level",
            Self::Status => "status",
            Self::LogSource => "source",
            Self::Tactic => "tactic",
            Self::Technique => "technique",
            Self::Code => "code",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Format => "Format",
            Self::Level => "Level",
            Self::Status => "Status",
            Self::LogSource => "Log source",
            Self::Tactic => "Tactic",
            Self::Technique => "Technique",
            Self::Code => "Doctor",
        }
    }
}

impl RuleSource<'_> {
    /// The rules that hold every word of `text` in title, id, path, log source or tags, and
    /// answer the query.
    pub fn list(&self, query: &RuleQuery, text: &str, order: Order<RuleColumn>) -> RuleList {
        at_once(self.list_paced(query, text, order, &Unpaced))
    }

    /// [`Self::list`] in pieces.
    pub async fn list_paced(
        &self,
        query: &RuleQuery,
        text: &str,
        order: Order<RuleColumn>,
        pace: &impl Pace,
    ) -> RuleList {
        let Self { catalogue, intake, coverage, codes } = *self;
        let words: Vec<String> = text.split_whitespace().map(lowercase).collect();
        let wanted = Wanted::new(query, catalogue);
        let mut counter = Counter::new(catalogue, intake);
        let mut rows = Vec::new();
        for (done, row) in query.show.select(intake, coverage).into_iter().enumerate() {
            if done % PAUSE_EVERY == PAUSE_EVERY - 1 {
                pace.pause().await;
            }
            let at = row as usize;
            let Some(rule) = intake.rules.get(at) else { continue };
            let claims = coverage.claims.techniques.get(at).map(Vec::as_slice).unwrap_or_default();
            let codes = codes.get(at).map(Vec::as_slice).unwrap_or_default();
            let mut techniques: Vec<TechniqueIndex> = claims.to_vec();
            techniques.extend(claims.iter().filter_map(|at| catalogue.technique(*at).parent));
            crate::sorted::sort(&mut techniques);
            techniques.dedup();
            let tactics = claims.iter().fold(0_u32, |set, at| {
                let tactics = catalogue.technique(*at).tactics.iter();
                tactics
                    .fold(set, |set, tactic| set | 1_u32.checked_shl((*tactic).into()).unwrap_or(0))
            });
            let misses = wanted.misses(rule, tactics, &techniques, codes);
            if misses.len() > 1 {
                continue;
            }
            if !words.is_empty() {
                let found = searchable(rule);
                if !words.iter().all(|word| found.contains(word)) {
                    continue;
                }
            }
            let source = coverage.claims.sources.get(at).copied();
            counter.count(rule, source, tactics, &techniques, codes, misses.first().copied());
            if misses.is_empty() {
                rows.push(row);
            }
        }
        pace.pause().await;
        let choices = counter.choices(catalogue, intake, coverage);
        pace.pause().await;
        RuleList { rows: self.sorted(rows, order, pace).await, choices }
    }

    async fn sorted(
        &self,
        rows: Vec<RuleIndex>,
        order: Order<RuleColumn>,
        pace: &impl Pace,
    ) -> Vec<RuleIndex> {
        // The intake's own order is that of paths.
        if order.column == RuleColumn::Path && !order.descending {
            return rows;
        }
        let rule = |at: usize| &*self.intake.rules[rows[at] as usize];
        let mut titles = Vec::new();
        if order.column == RuleColumn::Title {
            for at in 0..rows.len() {
                titles.push(lowercase(&rule(at).title));
                if at % PAUSE_EVERY == 0 {
                    pace.pause().await;
                }
            }
        }
        let first_technique = |at: usize| {
            let claims = self.coverage.claims.techniques.get(rows[at] as usize);
            let first = claims.and_then(|claims| claims.first());
            first.map_or(u32::MAX, |index| u32::from(index.0))
        };
        let compare = |a: usize, b: usize| -> Ordering {
            let (one, other) = (rule(a), rule(b));
            order.direct(match order.column {
                RuleColumn::Path => one.path.cmp(&other.path),
                RuleColumn::Title => titles[a].cmp(&titles[b]),
                RuleColumn::Format => one.format.cmp(&other.format),
                RuleColumn::Level => one.level.value.cmp(&other.level.value),
                RuleColumn::Status => one.status.known().cmp(&other.status.known()),
                RuleColumn::LogSource => one.log_source.cmp(&other.log_source),
                RuleColumn::Changed => changed(one).cmp(&changed(other)),
                RuleColumn::Techniques => first_technique(a).cmp(&first_technique(b)),
            })
        };
        let places = crate::sorted::order_paced(rows.len(), &compare, pace).await;
        places.into_iter().map(|at| rows[at]).collect()
    }
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

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use crate::coverage::{Policy, Scope, TechniqueFilter, list_techniques};
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

    fn listed(query: &RuleQuery, text: &str) -> RuleList {
        let (catalogue, intake, coverage) = small();
        let codes: Vec<Vec<Code>> = intake.rules.iter().map(codes_of).collect();
        let source = RuleSource { catalogue, intake: &intake, coverage: &coverage, codes: &codes };
        source.list(query, text, Order::default())
    }

    /// The doctor of these tests: rules without a level lack a field.
    fn codes_of(rule: &std::sync::Arc<Rule>) -> Vec<Code> {
        if rule.level.value.is_none() { vec![Code::SigmaField] } else { Vec::new() }
    }

    /// Choosing any choice shows as many rules as it says, whatever else is asked.
    #[test]
    fn every_choice_shows_exactly_what_its_number_counts() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let asked = [
            ("", vec![]),
            ("", vec![pair("level", "high")]),
            ("", vec![pair("technique", "T1003"), pair("status", "test")]),
            ("unmapped", vec![]),
        ];
        let mut seen = 0;
        for (show, pairs) in asked {
            for Choices { facet, choices } in listed(&RuleQuery::read(show, &pairs), "").choices {
                for Choice { value, rules, .. } in choices {
                    let mut changed = pairs.clone();
                    changed.retain(|(key, _)| key != facet.key());
                    changed.push(pair(facet.key(), &value));
                    let query = RuleQuery::read(show, &changed);
                    assert_eq!(listed(&query, "").rows.len(), rules, "{changed:?}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 30, "{seen}");
    }

    #[test]
    fn a_technique_shows_the_rules_of_its_sub_techniques_too() {
        let rows = |id: &str| {
            let query = RuleQuery { technique: id.parse().ok(), ..RuleQuery::default() };
            listed(&query, "").rows.len()
        };
        assert_eq!((rows("T1059"), rows("T1059.001"), rows("T1059.003")), (1, 1, 0));
        assert_eq!(rows("T9999"), 0, "not in the catalogue: nothing, not everything");
    }

    #[test]
    fn every_filter_shows_exactly_what_its_number_counts() {
        let (catalogue, _, coverage) = small();
        for filter in RuleFilter::ALL {
            let query = RuleQuery { show: filter, ..RuleQuery::default() };
            let rows = listed(&query, "").rows;
            assert_eq!(rows.len(), filter.count(&coverage.summary), "{filter:?}");
            assert_eq!(RuleFilter::parse(filter.as_str()), filter);
        }
        for filter in TechniqueFilter::ALL {
            let rows = list_techniques(catalogue, &coverage, filter, "", Order::default());
            assert_eq!(rows.len(), filter.count(catalogue, &coverage), "{filter:?}");
            assert_eq!(TechniqueFilter::parse(filter.as_str()), filter);
        }
        assert_eq!(RuleFilter::Excluded.count(&coverage.summary), 1);
        assert_eq!(RuleFilter::Duplicates.count(&coverage.summary), 1);
        assert_eq!(TechniqueFilter::ViaSubtechnique.count(catalogue, &coverage), 1);
    }

    #[test]
    fn every_word_must_be_found_in_any_case() {
        let (_, intake, _) = small();
        let titles = |text: &str| {
            let rows = listed(&RuleQuery::default(), text).rows;
            rows.into_iter().map(|row| intake.rules[row as usize].title.clone()).collect::<Vec<_>>()
        };
        assert_eq!(titles("T1059 windows"), ["a"]);
        assert_eq!(titles("b.yml"), ["B"]);
        assert!(titles("T1059 linux").is_empty());
    }

    #[test]
    fn choosing_a_column_again_turns_it_round() {
        let (catalogue, intake, coverage) = small();
        let source = RuleSource { catalogue, intake: &intake, coverage: &coverage, codes: &[] };
        let mut order = Order::default();
        order.choose(RuleColumn::Level);
        let titles = |order| {
            let rows = source.list(&RuleQuery::default(), "", order).rows;
            rows.into_iter().map(|row| intake.rules[row as usize].title.clone()).collect::<String>()
        };
        assert_eq!(titles(order), "eacBd");
        order.choose(RuleColumn::Level);
        assert_eq!(titles(order), "Bdcae");
        order.choose(RuleColumn::Title);
        assert_eq!(titles(order), "aBcde");
    }
}
