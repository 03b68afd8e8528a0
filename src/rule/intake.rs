//! Everything read so far: the rules, the import report and the diagnostics of all batches, put
//! in one order that does not depend on the order of arrival.

use super::Rule;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::sorted;
use crate::source::{FileOutcome, ImportReport};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The place of a rule in [`Intake::rules`]; only valid until the next [`Intake::add`].
pub type RuleIndex = u32;

/// What an import yields, for one batch or for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// After [`Self::settle`]: sorted by path and document, duplicates at their place.
    pub rules: Vec<Rule>,
    /// One outcome a file.
    pub report: ImportReport,
    /// What was noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// Copies of a rule id that do not count. Indices into
    /// [`Self::rules`], sorted. Filled by [`Self::settle`].
    pub duplicates: Vec<RuleIndex>,
}

impl Intake {
    /// Takes over another batch.
    pub fn add(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.report.outcomes.extend(other.report.outcomes);
        self.diagnostics.extend(other.diagnostics);
    }

    /// One file that never reached an importer, with its outcome.
    pub fn add_outcome(&mut self, outcome: FileOutcome) {
        self.report.outcomes.push(outcome);
    }

    /// Drops everything that came from these files, because they come again. Settle afterwards.
    pub fn forget(&mut self, paths: &BTreeSet<&str>) {
        self.rules.retain(|rule| !paths.contains(rule.path.as_str()));
        self.report.outcomes.retain(|outcome| !paths.contains(outcome.path.as_str()));
        self.diagnostics.retain(|diagnostic| !paths.contains(diagnostic.path.as_str()));
    }

    /// Sorts everything and finds the duplicates: of several rules that carry the same id the
    /// one changed last counts, the first by path if that ties. Ids inherited from one
    /// `action: global` document name several rules on purpose and are told apart by their
    /// place in the file.
    pub fn settle(&mut self) {
        self.report.sort();
        sorted::sort_by(&mut self.rules, |a, b| (&a.path, a.document).cmp(&(&b.path, b.document)));
        self.diagnostics.retain(|d| d.code != Code::DuplicateId);
        let mut same_id: BTreeMap<(String, Option<u32>), Vec<usize>> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate() {
            if let Some(id) = rule.id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
                let key = (id.to_ascii_lowercase(), rule.id_is_shared.then_some(rule.document));
                same_id.entry(key).or_default().push(at);
            }
        }
        self.duplicates.clear();
        for ((id, _), places) in same_id {
            // `max_by_key` takes the last of equals, hence the reversal.
            let changed = |at: &usize| self.rules[*at].modified.or(self.rules[*at].date);
            let Some(kept) = places.iter().rev().copied().max_by_key(changed) else { continue };
            for at in places.into_iter().filter(|at| *at != kept) {
                let (copy, kept) = (&self.rules[at], &self.rules[kept]);
                let message =
                    format!("rule id '{id}' is counted once, from {}:{}", kept.path, kept.line);
                self.diagnostics.push(
                    Diagnostic::new(Severity::Warning, Code::DuplicateId, &copy.path, message)
                        .at(copy.line, None)
                        .hint("give this copy its own id, or remove it"),
                );
                self.duplicates.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        sorted::sort(&mut self.duplicates);
        sorted::sort(&mut self.diagnostics);
    }

    /// Whether a rule is a duplicate of an earlier one.
    pub fn is_duplicate(&self, rule: RuleIndex) -> bool {
        self.duplicates.binary_search(&rule).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Date;
    use crate::rule::{Format, LogSource, RuleKind, Written};

    fn rule(path: &str, document: u32, id: &str, modified: &str, id_is_shared: bool) -> Rule {
        Rule {
            format: Format::Sigma,
            kind: RuleKind::Detection,
            id: Some(id.to_owned()),
            id_is_shared,
            title: path.to_owned(),
            level: Written::level("high"),
            status: Written::status("test"),
            log_source: LogSource::default(),
            date: None,
            modified: Date::parse(modified),
            tags: Vec::new(),
            path: path.to_owned(),
            line: 1,
            document,
        }
    }

    fn counted(rules: Vec<Rule>) -> Vec<String> {
        let mut intake = Intake { rules, ..Intake::default() };
        intake.settle();
        assert_eq!(
            intake.diagnostics.len(),
            intake.duplicates.len(),
            "every copy is reported, once"
        );
        let kept = (0..).zip(&intake.rules).filter(|(at, _)| !intake.is_duplicate(*at));
        kept.map(|(_, rule)| rule.path.clone()).collect()
    }

    #[test]
    fn the_copy_changed_last_counts_whatever_the_order_of_arrival() {
        let old = || rule("a/old.yml", 0, "1", "2023-01-01", false);
        let new = || rule("b/new.yml", 0, "1", "2024-01-01", false);
        assert_eq!(counted(vec![old(), new()]), ["b/new.yml"]);
        assert_eq!(counted(vec![new(), old()]), ["b/new.yml"]);
    }

    #[test]
    fn without_dates_the_first_path_counts() {
        let at = |path: &str| rule(path, 0, "1", "", false);
        assert_eq!(counted(vec![at("b"), at("a"), at("c")]), ["a"]);
    }

    #[test]
    fn rules_that_share_a_global_id_all_count_but_copies_of_the_file_do_not() {
        let part = |path: &str, document| rule(path, document, "1", "", true);
        assert_eq!(counted(vec![part("a", 1), part("a", 2)]), ["a", "a"]);
        let twice = vec![part("a", 1), part("a", 2), part("b", 1), part("b", 2)];
        assert_eq!(counted(twice), ["a", "a"]);
    }

    #[test]
    fn settling_again_changes_nothing() {
        let mut intake = Intake {
            rules: vec![rule("b", 0, "1", "", false), rule("a", 0, "1", "", false)],
            ..Intake::default()
        };
        intake.settle();
        let once = intake.clone();
        intake.settle();
        assert_eq!(intake, once);
    }
}
