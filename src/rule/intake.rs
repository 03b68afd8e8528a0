//! Everything read so far: the rules, the import report and the diagnostics of all batches, put
//! in one order that does not depend on the order of arrival.

use super::{Administered, Format, Measured, Rule, Sighting, Test};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::sorted;
use crate::source::{FileOutcome, ImportReport};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The place of a rule in [`Intake::rules`]; only valid until the next [`Intake::add`].
pub type RuleIndex = u32;

/// What an import yields, for one batch or for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// After [`Self::settle`]: sorted by path and document, duplicates at their place. Shared,
    /// so that the page can keep earlier states for little.
    pub rules: Vec<Arc<Rule>>,
    /// One outcome a file.
    pub report: ImportReport,
    /// What was noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// Tests of techniques; they cover nothing.
    pub tests: Vec<Test>,
    /// Statements about techniques; they cover nothing.
    pub administered: Vec<Administered>,
    /// Measurements of rules; they cover nothing.
    pub measured: Vec<Measured>,
    /// Techniques named by texts that are no rules; they cover nothing.
    pub sightings: Vec<Sighting>,
    /// Copies of a rule id that do not count. Indices into
    /// [`Self::rules`], sorted. Filled by [`Self::settle`].
    pub duplicates: Vec<RuleIndex>,
}

impl FromIterator<Rule> for Intake {
    /// Rules of no particular file; not settled.
    fn from_iter<T: IntoIterator<Item = Rule>>(rules: T) -> Self {
        Self { rules: rules.into_iter().map(Arc::new).collect(), ..Self::default() }
    }
}

impl Intake {
    /// Takes over another batch.
    pub fn add(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.report.outcomes.extend(other.report.outcomes);
        self.diagnostics.extend(other.diagnostics);
        self.tests.extend(other.tests);
        self.administered.extend(other.administered);
        self.measured.extend(other.measured);
        self.sightings.extend(other.sightings);
    }

    /// One file that never reached an importer, with its outcome.
    pub fn add_outcome(&mut self, outcome: FileOutcome) {
        self.report.outcomes.push(Arc::new(outcome));
    }

    /// Drops everything that came from the files of a report, because they come again. Both must be
    /// sorted; settle afterwards.
    pub fn forget(&mut self, again: &ImportReport) {
        self.forget_paths(|| again.outcomes.iter().map(|outcome| outcome.path.as_str()));
    }

    /// The same for paths in ascending order.
    pub fn forget_paths<'p, P: Iterator<Item = &'p str>>(&mut self, paths: impl Fn() -> P) {
        let mut known = Ascending::new(paths());
        self.rules.retain(|rule| !known.has(&rule.path));
        let mut known = Ascending::new(paths());
        self.report.outcomes.retain(|outcome| !known.has(&outcome.path));
        let mut known = Ascending::new(paths());
        self.diagnostics.retain(|diagnostic| !known.has(&diagnostic.path));
        let mut known = Ascending::new(paths());
        self.tests.retain(|test| !known.has(&test.path));
        let mut known = Ascending::new(paths());
        self.administered.retain(|statement| !known.has(&statement.path));
        let mut known = Ascending::new(paths());
        self.measured.retain(|record| !known.has(&record.path));
        let mut known = Ascending::new(paths());
        self.sightings.retain(|sighting| !known.has(&sighting.path));
    }

    /// Sorts everything and finds the duplicates: of several rules that carry the same id the
    /// one changed last counts, then the one of the highest version, then the first by path. Ids
    /// inherited from one `action: global` document name several rules on purpose and are told
    /// apart by their place in the file.
    pub fn settle(&mut self) {
        at_once(self.settle_paced(&Unpaced));
    }

    /// [`Self::settle`] in pieces. Sorting rules is one piece: it is quick where the parts were put in
    /// order as they came in ([`super::Arriving`]).
    pub async fn settle_paced(&mut self, pace: &impl Pace) {
        self.sort_paced(pace).await;
        self.diagnostics.retain(|d| d.code != Code::DuplicateId);
        let mut first: BTreeMap<IdKey<'_>, usize> = BTreeMap::new();
        // Only ids that occur again; most do not.
        let mut again: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            let Some(key) = IdKey::of(rule) else { continue };
            match first.get(&key) {
                Some(first) => again.entry(*first).or_default().push(at),
                None => {
                    first.insert(key, at);
                }
            }
        }
        self.duplicates.clear();
        for (first, others) in again {
            let places = std::iter::once(first).chain(others);
            // `max_by_key` takes the last of equals, hence the reversal.
            let places: Vec<usize> = places.collect();
            let changed = |at: &usize| {
                let rule = &self.rules[*at];
                (rule.modified.or(rule.date), rule.version)
            };
            let Some(kept) = places.iter().rev().copied().max_by_key(changed) else { continue };
            for at in places.into_iter().filter(|at| *at != kept) {
                let (copy, kept) = (&self.rules[at], &self.rules[kept]);
                let id = copy.id.as_deref().unwrap_or_default().trim();
                let message =
                    format!("rule id '{id}' is counted once, from {}:{}", kept.path, kept.line);
                self.diagnostics.push(
                    Diagnostic::new(Severity::Warning, Code::DuplicateId, &copy.path, message)
                        .at(copy.line, None)
                        .hint("give this copy its own id, or remove it"),
                );
                self.duplicates.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            pace.pause().await;
        }
        sorted::sort(&mut self.duplicates);
        sorted::sort(&mut self.diagnostics);
    }

    /// Puts everything in order, without looking for duplicates. What is in order already costs
    /// one comparison each.
    pub fn sort(&mut self) {
        at_once(self.sort_paced(&Unpaced));
    }

    /// [`Self::sort`] in three pieces: files, rules, and what else there is.
    pub(super) async fn sort_paced(&mut self, pace: &impl Pace) {
        pace.pause().await;
        self.report.sort();
        pace.pause().await;
        sorted::sort_by(&mut self.rules, |a, b| (&a.path, a.document).cmp(&(&b.path, b.document)));
        pace.pause().await;
        sorted::sort(&mut self.diagnostics);
        sorted::sort(&mut self.tests);
        sorted::sort(&mut self.administered);
        sorted::sort(&mut self.measured);
        sorted::sort(&mut self.sightings);
    }

    /// Whether a rule is a duplicate of an earlier one.
    pub fn is_duplicate(&self, rule: RuleIndex) -> bool {
        self.duplicates.binary_search(&rule).is_ok()
    }
}

/// Looks sorted paths up in sorted paths, in one walk over both.
struct Ascending<'a, I: Iterator<Item = &'a str>> {
    paths: std::iter::Peekable<I>,
}

impl<'a, I: Iterator<Item = &'a str>> Ascending<'a, I> {
    fn new(paths: I) -> Self {
        Self { paths: paths.peekable() }
    }

    /// Each question must not be below the one before.
    fn has(&mut self, path: &str) -> bool {
        while self.paths.next_if(|known| *known < path).is_some() {}
        self.paths.peek().is_some_and(|known| *known == path)
    }
}

/// What makes two rules copies of each other: the format (Wazuh and Suricata both count from 1),
/// the id in any case and, where a whole file shares it, the place in the file.
pub(crate) struct IdKey<'a> {
    format: Format,
    id: &'a str,
    document: Option<u32>,
}

impl<'a> IdKey<'a> {
    /// None for a rule without an id.
    pub(crate) fn of(rule: &'a Rule) -> Option<Self> {
        let id = rule.id.as_deref().map(str::trim).filter(|id| !id.is_empty())?;
        let document = rule.id_is_shared.then_some(rule.document);
        Some(Self { format: rule.format, id, document })
    }
}

impl Ord for IdKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id
            .bytes()
            .map(|byte| byte.to_ascii_lowercase())
            .cmp(other.id.bytes().map(|byte| byte.to_ascii_lowercase()))
            .then(self.document.cmp(&other.document))
            .then(self.format.cmp(&other.format))
    }
}

impl PartialOrd for IdKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for IdKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for IdKey<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Date;
    use crate::rule::Format;
    use crate::source::Bucket;

    fn rule(path: &str, document: u32, id: &str, modified: &str, id_is_shared: bool) -> Rule {
        Rule {
            id: Some(id.to_owned()),
            id_is_shared,
            modified: Date::parse(modified),
            document,
            ..Rule::new(Format::Sigma, path)
        }
    }

    fn counted(rules: Vec<Rule>) -> Vec<String> {
        let mut intake: Intake = rules.into_iter().collect();
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
    fn without_dates_the_highest_version_counts() {
        let at = |path: &str, version| Rule { version, ..rule(path, 0, "1", "", false) };
        assert_eq!(counted(vec![at("a_9", 9), at("a_10", 10), at("a_2", 2)]), ["a_10"]);
        let new = rule("b", 0, "1", "2024-01-01", false);
        assert_eq!(counted(vec![at("a", 9), new]), ["b"], "a date goes before");
    }

    #[test]
    fn rules_that_share_a_global_id_all_count_but_copies_of_the_file_do_not() {
        let part = |path: &str, document| rule(path, document, "1", "", true);
        assert_eq!(counted(vec![part("a", 1), part("a", 2)]), ["a", "a"]);
        let twice = vec![part("a", 1), part("a", 2), part("b", 1), part("b", 2)];
        assert_eq!(counted(twice), ["a", "a"]);
    }

    #[test]
    fn numbers_of_two_formats_are_two_rules() {
        let signature = Rule { format: Format::Suricata, ..rule("b.rules", 0, "5710", "", false) };
        assert_eq!(counted(vec![rule("a", 0, "5710", "", false), signature]), ["a", "b.rules"]);
    }

    #[test]
    fn a_file_that_comes_again_replaces_what_it_gave_before() {
        let outcome = |path: &str| FileOutcome {
            path: path.to_owned(),
            bytes: 1,
            bucket: Bucket::Read { format: "Sigma".to_owned(), rules: 1 },
        };
        let of = |paths: &[&str]| {
            let mut intake: Intake =
                paths.iter().map(|path| rule(path, 0, path, "", false)).collect();
            for path in paths {
                intake.add_outcome(outcome(path));
                let code = Code::SigmaField;
                intake.diagnostics.push(Diagnostic::new(Severity::Note, code, *path, "odd"));
            }
            intake.settle();
            intake
        };
        let mut before = of(&["a", "b", "c", "e"]);
        before.forget(&of(&["0", "b", "d", "e", "f"]).report);
        assert_eq!(before, of(&["a", "c"]));
    }

    #[test]
    fn settling_again_changes_nothing() {
        let mut intake: Intake =
            ["b", "a"].into_iter().map(|path| rule(path, 0, "1", "", false)).collect();
        intake.settle();
        let once = intake.clone();
        intake.settle();
        assert_eq!(intake, once);
    }
}
