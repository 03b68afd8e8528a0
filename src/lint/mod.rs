//! The tag doctor: what is wrong with the tags of rules, and how to put it right.
//!
//! It says all that import and coverage noticed, each of them at its rule, and what only a
//! second look at whole rules tells. Where the right text is beyond doubt a finding carries a
//! [`Fix`]; [`patch`] makes a unified diff of them that changes nothing but tag lines.
//!
//! Decisions:
//! - Warnings are for what its author would want to correct, notes for what is worth knowing
//!   or a matter of taste.
//! - Techniques decide, tactic tags are hints: a retired tactic becomes those of its successors
//!   that the rule's techniques have. SigmaHQ's own change to ATT&CK 19 (April 2026) did the
//!   same for each of the 1,422 rules that name a technique and kept it.
//! - A fix never changes which techniques a rule counts on.
//! - A parent beside its own sub-technique is no finding in formats that always list both.
//! - Deprecated and unsupported rules are not stale, and may detect what their successor does.

mod distance;
mod edit;
mod fixes;
pub mod patch;
mod rules;
mod tactics;
mod tags;

#[cfg(feature = "cli")]
pub(crate) use distance::distance;
pub(crate) use distance::meant;

use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Claims;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Intake, Rule, RuleIndex, RuleKind};
use crate::sorted;
use crate::source::Bucket;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tactics::Tactics;

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Settled.
    pub intake: &'a Intake,
    /// The release the tags are held against.
    pub catalogue: &'a Catalogue,
    /// Those of other domains, to tell a foreign id from an unknown one.
    pub others: &'a [&'a Catalogue],
    /// Of the same catalogue and rules.
    pub claims: &'a Claims,
    /// Tells which rules are stale.
    pub today: Date,
}

impl<'a> Subject<'a> {
    /// The live techniques a rule counts on.
    fn techniques(&self, rule: RuleIndex) -> &'a [TechniqueIndex] {
        self.claims.techniques.get(rule as usize).map_or(&[], Vec::as_slice)
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule it is about; none where a file gave none.
    pub rule: Option<RuleIndex>,
    /// What, where, and what to do.
    pub diagnostic: Diagnostic,
    /// The remedy as a change of the text, where it is beyond doubt.
    pub fix: Option<Fix>,
}

impl Finding {
    fn new(rule: RuleIndex, diagnostic: Diagnostic) -> Self {
        Self { rule: Some(rule), diagnostic, fix: None }
    }
}

/// A change of one tag as it is written at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// 1-based line of the tag.
    pub line: u32,
    /// 1-based column of the tag, in characters.
    pub column: u32,
    /// What must stand there, or nothing is changed.
    pub written: String,
    /// What is to be done.
    pub change: Change,
}

/// What is to be done with a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// These tags take its place; none: it goes.
    Replace(Vec<String>),
    /// These tags are put before it.
    Before(Vec<String>),
    /// These tags are put after it.
    After(Vec<String>),
}

/// How often a code was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Findings.
    pub findings: usize,
    /// Rules with at least one of them.
    pub rules: usize,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lint {
    /// By path, line and column.
    pub findings: Vec<Finding>,
    /// By code; codes that were not found are absent.
    pub counts: BTreeMap<Code, Count>,
}

impl Lint {
    /// The fixes of each file, in the order of the findings.
    pub fn fixes(&self) -> BTreeMap<&str, Vec<&Fix>> {
        let mut fixes: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
        for finding in &self.findings {
            if let Some(fix) = &finding.fix {
                fixes.entry(finding.diagnostic.path.as_str()).or_default().push(fix);
            }
        }
        fixes
    }

    /// Takes over the findings of one file.
    fn add(&mut self, mut findings: Vec<Finding>) {
        let of_code = |finding: &Finding| Some((finding.diagnostic.code, finding.rule?));
        for (code, _) in sorted::set(findings.iter().filter_map(of_code)) {
            self.counts.entry(code).or_default().rules += 1;
        }
        for finding in &findings {
            self.counts.entry(finding.diagnostic.code).or_default().findings += 1;
        }
        sorted::sort_by(&mut findings, by_place);
        self.findings.append(&mut findings);
    }
}

/// Looks at everything. Linear in the number of tags.
pub fn examine(subject: &Subject<'_>) -> Lint {
    at_once(examine_paced(subject, &Unpaced))
}

/// [`examine`] in pieces.
pub async fn examine_paced(subject: &Subject<'_>, pace: &impl Pace) -> Lint {
    let tactics = Tactics::new(subject.catalogue, subject.others);
    let copies = rules::copies(subject, pace).await;
    let mut noted = noted(subject.intake).into_iter().peekable();
    let mut lint = Lint::default();
    let mut work = 0;
    let rules = &subject.intake.rules;
    let mut at = 0;
    // File by file, so that nothing has to be sorted as a whole.
    while let Some(first) = rules.get(at) {
        while let Some(alone) = noted.next_if(|noted| noted.path < first.path) {
            lint.add(vec![Finding { rule: None, diagnostic: alone, fix: None }]);
        }
        let start = at;
        let mut findings = Vec::new();
        while let Some(rule) = rules.get(at).filter(|rule| rule.path == first.path) {
            work += 1 + rule.tags.len();
            if work >= PAUSE_EVERY {
                work = 0;
                pace.pause().await;
            }
            let index = RuleIndex::try_from(at).unwrap_or(RuleIndex::MAX);
            let known = findings.len();
            tags::examine(subject, &tactics, index, &mut findings);
            rules::examine(subject, &copies, index, &mut findings);
            if rule.kind == RuleKind::Correlation {
                leave_to_their_owners(&mut findings[known..], &rules[start..], at - start);
            }
            // Then the whole file is nearly in order, and sorting it no long piece.
            sorted::sort_by(&mut findings[known..], by_place);
            at += 1;
        }
        while let Some(diagnostic) = noted.next_if(|noted| noted.path == first.path) {
            let line = diagnostic.line.unwrap_or(0);
            let owner = owner(&rules[start..at], line).unwrap_or(0) + start;
            let rule = RuleIndex::try_from(owner).ok();
            findings.push(Finding { rule, diagnostic, fix: None });
        }
        lint.add(findings);
    }
    for alone in noted {
        lint.add(vec![Finding { rule: None, diagnostic: alone, fix: None }]);
    }
    lint
}

/// What import noticed, failed files included; sorted.
fn noted(intake: &Intake) -> Vec<Diagnostic> {
    let mut noted = intake.diagnostics.clone();
    let failed =
        intake.report.outcomes.iter().filter(|o| matches!(o.bucket, Bucket::Failed { .. }));
    noted.extend(failed.filter_map(|outcome| outcome.diagnostic()));
    sorted::sort(&mut noted);
    noted
}

/// Which of the rules of a file a line belongs to: the last that begins there or above it.
fn owner(rules: &[Arc<Rule>], line: u32) -> Option<usize> {
    // Rules are in the order of the file.
    rules.partition_point(|rule| rule.line <= line).checked_sub(1)
}

/// A correlation may have its tags from the rules it names. What to do with a tag is decided by
/// the techniques of the rule in which it stands. `rules` are all from the first of the file on,
/// `rule` is the correlation's place among them.
fn leave_to_their_owners(findings: &mut [Finding], rules: &[Arc<Rule>], rule: usize) {
    let Some(path) = rules.get(rule).map(|rule| &rule.path) else { return };
    let same = rules.partition_point(|rule| rule.path <= *path);
    for finding in findings {
        let line = finding.fix.as_ref().map(|fix| fix.line);
        if line.is_some_and(|line| owner(&rules[..same], line) != Some(rule)) {
            finding.fix = None;
        }
    }
}

/// The order of findings.
fn by_place(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (&a.diagnostic, a.rule).cmp(&(&b.diagnostic, b.rule))
}
