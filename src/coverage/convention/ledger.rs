//! The ledger: another tool's number beside ours, and id by id why they differ.
//!
//! Ours is the number of ids that a counted rule names itself. It adds up: ours and the lines'
//! `covered` give theirs; where the tool's value is a number of rules, our rules of an id and its
//! lines' `rules_more` give that value.

use super::tally::{Count, How, Mark, Ratio, Tally};
use super::{Convention, Covers, Reason, Universe};
use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::coverage::Coverage;
use crate::coverage::summary::percent;
use crate::rule::{Claim, Intake, Rule, RuleIndex, RuleKind};
use crate::sorted;
use std::collections::BTreeMap;

/// One side of the comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Ids covered; ours are those that a counted rule names.
    pub covered: usize,
    /// Ids covered in part. Ours: techniques covered through their sub-techniques alone; not in
    /// the sum of the lines, which starts from none.
    pub partly: usize,
    /// Of how many.
    pub total: usize,
}

impl Side {
    /// Covered of all, in percent.
    pub fn percent(self) -> f64 {
        percent(self.covered, self.total)
    }
}

/// Why an id differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The id as the tool has it.
    pub id: String,
    /// Why.
    pub reason: Reason,
    /// 1 if the tool covers it and we do not, -1 the other way, 0 if this line changes the number
    /// of rules or a part only.
    pub covered: i32,
    /// 1 if the tool calls it covered in part.
    pub partly: i32,
    /// How many more (or fewer) rules the tool counts on it for this reason; 0 where its value is
    /// no number of rules.
    pub rules_more: i64,
    /// The rules behind it, sorted.
    pub rules: Vec<RuleIndex>,
}

/// What the lines of one reason amount to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReasonTotal {
    /// How many lines.
    pub lines: usize,
    /// Their sum of [`Line::covered`].
    pub covered: i32,
    /// Their sum of [`Line::partly`].
    pub partly: i32,
    /// Their sum of [`Line::rules_more`].
    pub rules_more: i64,
}

/// Two numbers and what lies between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Whose.
    pub convention: Convention,
    /// Our side, of the same kind of ids.
    pub ours: Side,
    /// The tool's.
    pub theirs: Side,
    /// The tool's own fraction, where it prints one.
    pub printed: Option<Ratio>,
    /// By id, then reason.
    pub lines: Vec<Line>,
    /// The lines by reason.
    pub reasons: BTreeMap<Reason, ReasonTotal>,
    /// All that the tool counts.
    pub tally: Tally,
}

/// What is known while the lines are written.
struct Writer<'a> {
    catalogue: &'a Catalogue,
    intake: &'a Intake,
    coverage: &'a Coverage,
    tally: &'a Tally,
    /// Per rule: why the tool leaves it out.
    left_out: Vec<Option<Reason>>,
    lines: Vec<Line>,
}

impl Ledger {
    /// Counts both ways and compares. `coverage` must be of this catalogue and intake.
    pub fn new(
        catalogue: &Catalogue,
        intake: &Intake,
        coverage: &Coverage,
        convention: Convention,
    ) -> Self {
        let tally = convention.tally(catalogue, intake);
        let mut left_out = vec![None; intake.rules.len()];
        for (reason, rules) in &tally.left_out {
            for rule in rules {
                if let Some(entry) = left_out.get_mut(*rule as usize) {
                    *entry = Some(*reason);
                }
            }
        }
        let mut writer =
            Writer { catalogue, intake, coverage, tally: &tally, left_out, lines: Vec::new() };
        let mut ours = Side::default();
        for index in catalogue.indices() {
            if convention.universe() == Universe::Techniques
                && catalogue.technique(index).parent.is_some()
            {
                continue;
            }
            let technique = coverage.technique(index);
            if technique.in_scope {
                ours.total += 1;
                let is_direct = !technique.rules.is_empty();
                ours.covered += usize::from(is_direct);
                ours.partly += usize::from(!is_direct && !technique.rules_rollup.is_empty());
            }
            writer.technique(index);
        }
        for (id, mark) in &tally.strangers {
            writer.stranger(id, mark);
        }
        let mut lines = writer.lines;
        sorted::sort_by(&mut lines, |a, b| (&a.id, a.reason).cmp(&(&b.id, b.reason)));
        let mut reasons: BTreeMap<Reason, ReasonTotal> = BTreeMap::new();
        for line in &lines {
            let total = reasons.entry(line.reason).or_default();
            total.lines += 1;
            total.covered += line.covered;
            total.partly += line.partly;
            total.rules_more += line.rules_more;
        }
        let total = tally.ratio.map_or(catalogue.techniques.len(), |ratio| ratio.total);
        let theirs = Side { covered: tally.covered(), partly: tally.partly(), total };
        Self { convention, ours, theirs, printed: tally.ratio, lines, reasons, tally }
    }

    /// What our rules of an id come to with its lines, where the tool counts rules.
    pub fn rules_of(&self, id: &str, ours: usize) -> i64 {
        let more = self.lines.iter().filter(|line| line.id == id).map(|line| line.rules_more);
        i64::try_from(ours).unwrap_or(i64::MAX).saturating_add(more.sum())
    }
}

/// By reason: how many more rules, and which.
type Found = BTreeMap<Reason, (i64, Vec<RuleIndex>)>;

impl Writer<'_> {
    fn technique(&mut self, index: TechniqueIndex) {
        let id = self.catalogue.technique(index).id.to_string();
        let technique = self.coverage.technique(index);
        let none = Mark::default();
        let mark = self.tally.mark(index).unwrap_or(&none);
        let ours = if technique.in_scope { technique.rules.as_slice() } else { &[] };
        let theirs = mark.covers == Covers::Fully;
        if mark.covers == Covers::Partly {
            let is_above = |count: &Count| count.how == How::FromParent;
            let reason = if mark.counts.iter().any(is_above) {
                Reason::ParentToSub
            } else {
                Reason::SubToParent
            };
            let rules = sorted::set(mark.counts.iter().map(|count| count.rule));
            let rules = rules.into_iter().collect();
            let id = id.clone();
            self.lines.push(Line { id, reason, covered: 0, partly: 1, rules_more: 0, rules });
        }
        let covered = i32::from(theirs) - i32::from(!ours.is_empty());
        let counts_rules = self.tally.convention.counts_rules();
        if covered == 0 && !counts_rules {
            return;
        }
        let counts = if theirs { mark.counts.as_slice() } else { &[] };
        let mut found = self.compare(index, ours, counts);
        if covered > 0 && found.is_empty() {
            found.insert(Reason::Statement, (0, Vec::new()));
        }
        self.write(&id, covered, found, counts_rules);
    }

    fn stranger(&mut self, id: &str, mark: &Mark) {
        let reason = match id.parse().map(|id| self.catalogue.resolve(id)) {
            Ok(Resolution::Revoked(_)) => Reason::RevokedNotFollowed,
            Ok(Resolution::Deprecated) => Reason::DeprecatedTechnique,
            _ => Reason::Unknown,
        };
        let rules: Vec<RuleIndex> = mark.counts.iter().map(|count| count.rule).collect();
        let more = i64::try_from(rules.len()).unwrap_or(i64::MAX);
        let found = BTreeMap::from([(reason, (more, rules))]);
        self.write(id, 1, found, self.tally.convention.counts_rules());
    }

    /// One line a reason where rules are counted; else one line for the first reason.
    fn write(&mut self, id: &str, mut covered: i32, found: Found, counts_rules: bool) {
        for (reason, (more, mut rules)) in found {
            sorted::sort(&mut rules);
            rules.dedup();
            let rules_more = if counts_rules { more } else { 0 };
            self.lines.push(Line {
                id: id.to_owned(),
                reason,
                covered,
                partly: 0,
                rules_more,
                rules,
            });
            covered = 0;
            if !counts_rules {
                return;
            }
        }
    }

    /// What the tool counts and we do not, and the other way, rule by rule.
    fn compare(&self, index: TechniqueIndex, ours: &[RuleIndex], counts: &[Count]) -> Found {
        let mut found = Found::new();
        let mut note = |reason, more: i64, rule| {
            let (sum, rules) = found.entry(reason).or_default();
            *sum += more;
            rules.push(rule);
        };
        let mut theirs = counts.to_vec();
        sorted::sort(&mut theirs);
        let mut before = None;
        for count in &theirs {
            if before.replace(count.rule) == Some(count.rule) {
                if self.tally.convention.counts_rules() {
                    note(Reason::MultiCounted, 1, count.rule);
                }
            } else if ours.binary_search(&count.rule).is_err() {
                note(self.why_theirs(index, *count), 1, count.rule);
            }
        }
        for rule in ours {
            if theirs.binary_search_by_key(rule, |count| count.rule).is_err() {
                note(self.why_ours(index, *rule, &theirs), -1, *rule);
            }
        }
        found
    }

    /// Why the tool counts a rule on a technique and we do not.
    fn why_theirs(&self, index: TechniqueIndex, count: Count) -> Reason {
        if !self.coverage.technique(index).in_scope {
            return Reason::OutOfScope;
        }
        match count.how {
            How::Prose => return Reason::MentionOnly,
            How::Inherited => return Reason::ParentInherited,
            How::Folded => return Reason::SubtechniqueFolded,
            How::FromParent => return Reason::ParentToSub,
            How::FromSub => return Reason::SubToParent,
            How::Tag => {}
        }
        let claims = self.coverage.claims.techniques.get(count.rule as usize);
        if claims.is_none_or(|claims| claims.binary_search(&index).is_err()) {
            Reason::TagReadOtherwise
        } else if self.intake.is_duplicate(count.rule) {
            Reason::Duplicate
        } else if self.coverage.excluded.binary_search(&count.rule).is_ok() {
            Reason::DeprecatedRule
        } else if self.coverage.disabled.binary_search(&count.rule).is_ok() {
            Reason::DisabledRule
        } else if self.coverage.switched_off.binary_search(&count.rule).is_ok() {
            Reason::SwitchedOff
        } else {
            Reason::NotPicked
        }
    }

    /// Why we count a rule on a technique and the tool does not.
    fn why_ours(&self, index: TechniqueIndex, at: RuleIndex, theirs: &[Count]) -> Reason {
        if let Some(Some(reason)) = self.left_out.get(at as usize) {
            return *reason;
        }
        let Some(rule) = self.intake.rules.get(at as usize) else { return Reason::TagNotRead };
        let wanted = self.catalogue.technique(index).id;
        let claims = rule.tags.iter().flat_map(|tag| &tag.claims);
        let ids: Vec<TechniqueId> = claims
            .filter_map(|claim| match claim {
                Claim::Technique(id) => Some(*id),
                _ => None,
            })
            .collect();
        if !ids.contains(&wanted) {
            return Reason::RevokedNotFollowed;
        }
        let tags = rule.tags.iter().filter(|tag| tag.claims.contains(&Claim::Technique(wanted)));
        if rule.kind == RuleKind::Correlation && tags.into_iter().all(|tag| tag.line < rule.line) {
            return Reason::LentTags;
        }
        match self.tally.convention {
            Convention::Detkit => Reason::OtherDenominator,
            Convention::Kibana => Reason::TacticMissing,
            Convention::Rsigma if self.is_merged(rule, theirs) => Reason::SameIdentity,
            _ => Reason::TagNotRead,
        }
    }

    /// Whether another rule of the same id, or title where there is none, counts already.
    fn is_merged(&self, rule: &Rule, theirs: &[Count]) -> bool {
        let name = super::rsigma::identity(rule);
        let mut others =
            theirs.iter().filter_map(|count| self.intake.rules.get(count.rule as usize));
        others.any(|other| super::rsigma::identity(other) == name)
    }
}
