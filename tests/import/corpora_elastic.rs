//! Elastic's public rules against independent counts, and exports of Kibana.

use crate::corpora::shared;
use coverlay::pipeline::import_files;
use coverlay::rule::{Claim, Format, Intake, Rule, RuleKind};
use coverlay::source::archive::Archive;
use coverlay::source::{Bucket, SourceFile};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn import(path: &str, bytes: Vec<u8>) -> Intake {
    let (mut intake, _) = import_files([SourceFile { path: path.to_owned(), bytes }]);
    intake.settle();
    intake
}

/// Rules that name each technique.
fn exact(rules: &[&Rule]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for id in rules.iter().flat_map(|rule| rule.technique_ids()) {
        *counts.entry(id.to_string()).or_default() += 1;
    }
    counts
}

/// The tactic ids of Elastic's rules by the names that the truth has.
const TACTICS: [(&str, &str); 14] = [
    ("TA0001", "initial-access"),
    ("TA0002", "execution"),
    ("TA0003", "persistence"),
    ("TA0004", "privilege-escalation"),
    ("TA0005", "defense-evasion"),
    ("TA0006", "credential-access"),
    ("TA0007", "discovery"),
    ("TA0008", "lateral-movement"),
    ("TA0009", "collection"),
    ("TA0010", "exfiltration"),
    ("TA0011", "command-and-control"),
    ("TA0040", "impact"),
    ("TA0042", "resource-development"),
    ("TA0043", "reconnaissance"),
];

fn tactics(rules: &[&Rule]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (id, name) in TACTICS {
        let id = Claim::TacticId(id.parse().expect("an id"));
        let has = |rule: &&&Rule| rule.tags.iter().any(|tag| tag.claims.contains(&id));
        let count = rules.iter().filter(has).count() as u64;
        if count > 0 {
            counts.insert(name.to_owned(), count);
        }
    }
    counts
}

fn counts(truth: &Value) -> BTreeMap<String, u64> {
    serde_json::from_value(truth.clone()).expect("a table of counts")
}

fn assert_group(rules: &[&Rule], truth: &Value) {
    let mapped = rules.iter().filter(|rule| !rule.technique_ids().is_empty()).count();
    assert_eq!(rules.len() as u64, truth["rules"], "rules");
    assert_eq!(mapped as u64, truth["rules_with_technique"], "rules with a technique");
    assert_eq!(exact(rules), counts(&truth["exact"]), "rules of each id");
    assert_eq!(tactics(rules), counts(&truth["tactic_counts"]), "rules of each tactic");
}

/// Every tag stands where it says it does.
fn assert_places(path: &str, text: &str, rules: &[Arc<Rule>]) {
    let lines: Vec<&str> = text.lines().collect();
    for rule in rules.iter().filter(|rule| rule.path == path) {
        for tag in &rule.tags {
            let line = lines[tag.line as usize - 1];
            let found: String = line.chars().skip(tag.column as usize - 1).collect();
            assert!(found.starts_with(&tag.written), "{path}:{}:{} {found}", tag.line, tag.column);
        }
    }
}

/// The text of every file of an archive.
fn texts(bytes: &[u8]) -> BTreeMap<String, String> {
    todo(bytes)
}

#[test]
fn detection_rules() {
    let (Some(bytes), Some(truth)) = (shared("elastic.zip"), shared("elastic.truth.json")) else {
        return;
    };
    let truth: Value = serde_json::from_slice(&truth).expect("the truth is JSON");
    let intake = import("e", bytes.clone());
    let below = |folder: &str| -> Vec<&Rule> {
        let root = format!("e/elastic-detection-rules/{folder}/");
        intake.rules.iter().map(|rule| &**rule).filter(|rule| rule.path.starts_with(&root)).collect()
    };
    let deprecated = below("rules/_deprecated");
    let live: Vec<&Rule> =
        below("rules").into_iter().filter(|rule| !rule.path.contains("/_deprecated/")).collect();
    let group = |name: &str| &truth[format!("elastic-detection-rules/{name}")];
    assert_group(&live, group("rules/ without _deprecated"));
    assert_group(&deprecated, group("rules/_deprecated"));
    assert_group(&below("rules_building_block"), group("rules_building_block"));
    assert_group(&below("hunting"), group("hunting"));
    assert!(below("hunting").iter().all(|rule| rule.kind == RuleKind::Hunt));
    assert!(deprecated.iter().all(|rule| rule.status.text == "deprecated"));
    // The rest is one rule of the repository's own tests.
    assert_eq!(intake.rules.len(), 1940 + 124 + 128 + 140 + 1);
    assert!(intake.rules.iter().all(|rule| rule.format == Format::Elastic));
    // Counted with Python's tomllib over the four folders.
    let level = |word: &str| intake.rules.iter().filter(|rule| rule.level.text == word).count();
    assert_eq!(["low", "medium", "high", "critical"].map(level), [0; 4]);
    let off = intake.rules.iter().filter(|rule| !rule.enabled).count();
    assert_eq!(off, 9);
    for (path, text) in texts(&bytes) {
        assert_places(&format!("e/{path}"), &text, &intake.rules);
    }
    assert_eq!(intake.diagnostics, []);
}
