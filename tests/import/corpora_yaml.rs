//! Whole public rule sets of Splunk, Panther, Falco, Sublime, CAR, Atomic Red Team and DeTT&CT
//! against independent counts: files, rules, ids as written.

use crate::corpora::shared;
use coverlay::pipeline::import_files;
use coverlay::rule::{Claim, Format, Intake, Rule, RuleKind};
use coverlay::source::{Bucket, SourceFile};
use serde_json::Value;
use std::collections::BTreeMap;

/// The settled import of `NAME.zip`.
fn corpus(name: &str) -> Option<Intake> {
    let bytes = shared(&format!("{name}.zip"))?;
    let (mut intake, _) = import_files([SourceFile { path: format!("{name}.zip"), bytes }]);
    intake.settle();
    Some(intake)
}

/// The one group of `NAME.truth.json`.
fn truth(name: &str, group: &str) -> Value {
    let bytes = shared(&format!("{name}.truth.json")).expect("beside the corpus");
    let truth: Value = serde_json::from_slice(&bytes).expect("the truth is JSON");
    truth[group].clone()
}

fn count(words: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

fn counts(truth: &Value) -> BTreeMap<String, u64> {
    serde_json::from_value(truth.clone()).expect("a table of counts")
}

fn pairs<const N: usize>(pairs: [(&str, u64); N]) -> BTreeMap<String, u64> {
    pairs.into_iter().map(|(word, count)| (word.to_owned(), count)).collect()
}

/// Rules of each technique id.
fn exact(intake: &Intake) -> BTreeMap<String, u64> {
    let ids = intake.rules.iter().flat_map(|rule| rule.technique_ids());
    count(ids.map(|id| id.to_string()))
}

fn mapped(intake: &Intake) -> usize {
    intake.rules.iter().filter(|rule| !rule.technique_ids().is_empty()).count()
}

/// All rules are of one format, and of the files only these failed.
fn assert_format(intake: &Intake, format: Format, failed: &[&str]) {
    assert!(intake.rules.iter().all(|rule| rule.format == format));
    let outcomes = intake.report.outcomes.iter();
    let paths: Vec<&str> = outcomes
        .filter(|outcome| matches!(outcome.bucket, Bucket::Failed { .. }))
        .map(|outcome| outcome.path.as_str())
        .collect();
    assert_eq!(paths, failed);
}

fn texts(intake: &Intake, of: impl Fn(&Rule) -> &str) -> BTreeMap<String, u64> {
    count(intake.rules.iter().map(|rule| of(rule).to_owned()))
}

/// How many files were skipped for a reason that begins so.
fn skipped(intake: &Intake, beginning: &str) -> usize {
    let reason = |bucket: &Bucket| match bucket {
        Bucket::Skipped { reason, .. } => reason.starts_with(beginning),
        _ => false,
    };
    intake.report.outcomes.iter().filter(|outcome| reason(&outcome.bucket)).count()
}

/// The truth counts baselines and investigations, too: none of them names a technique.
#[test]
fn splunk_of_2024() {
    let Some(intake) = corpus("splunk") else { return };
    let truth = truth("splunk", "splunk-security_content/");
    let broken = "splunk.zip/splunk-security_content/docs/yaml-spec/stories_spec.yml";
    assert_format(&intake, Format::Splunk, &[broken]);
    let (baselines, investigations) =
        (skipped(&intake, "a Splunk baseline"), skipped(&intake, "a Splunk investigation"));
    assert_eq!(baselines as u64, truth["types"]["Baseline"]);
    assert_eq!(investigations as u64, truth["types"]["Investigation"]);
    assert_eq!((intake.rules.len() + baselines + investigations) as u64, truth["rules"]);
    assert_eq!(intake.rules.len(), 1711);
    assert_eq!(mapped(&intake) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&intake), counts(&truth["exact"]));
    let mut statuses = counts(&truth["statuses"]);
    statuses.remove("None");
    assert_eq!(texts(&intake, |rule| &rule.status.text), statuses);
    let kind = |kind| intake.rules.iter().filter(|rule| rule.kind == kind).count() as u64;
    assert_eq!(kind(RuleKind::Hunt), truth["types"]["Hunting"]);
    assert_eq!(kind(RuleKind::Correlation), truth["types"]["Correlation"]);
}

/// Counted with PyYAML and by regular expressions over the files (half of the repository).
#[test]
fn panther_of_2026() {
    let Some(intake) = corpus("panther-a") else { return };
    assert_format(&intake, Format::Panther, &[]);
}

#[test]
fn falco_of_2026() {
    let Some(intake) = corpus("falco") else { return };
    let truth = truth("falco", "falco-rules/");
    assert_format(&intake, Format::Falco, &[]);
    assert_eq!(intake.rules.len() as u64, truth["rules"]);
    assert_eq!(mapped(&intake) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&intake), counts(&truth["exact"]));
    let tactics = intake.rules.iter().flat_map(|rule| &rule.tags).flat_map(|tag| &tag.claims);
    let tactics = tactics.filter_map(|claim| match claim {
        Claim::Tactic(name) => Some(name.clone()),
        _ => None,
    });
    assert_eq!(count(tactics), counts(&truth["tactic_counts"]));
}

#[test]
fn car_of_2025() {
    let Some(intake) = corpus("car") else { return };
    let truth = truth("car", "car/");
    assert_format(&intake, Format::Car, &[]);
    assert_eq!(intake.rules.len() as u64, truth["rules"]);
    assert_eq!(mapped(&intake) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&intake), counts(&truth["exact"]));
}

#[test]
fn sublime_of_2026() {
    let Some(intake) = corpus("sublime-a") else { return };
    assert_format(&intake, Format::Sublime, &[]);
}

#[test]
fn atomic_of_2026() {
    let Some(intake) = corpus("atomic-a") else { return };
    assert_eq!(intake.rules, []);
}

#[test]
fn dettect_of_2023() {
    let Some(intake) = corpus("dettect") else { return };
    assert_eq!(intake.rules, []);
}
