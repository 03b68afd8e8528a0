//! Elastic's public rules against independent counts, and exports of Kibana.

use crate::shared::{assert_places, counts, exact, import, mapped, rules, shared, texts, truth};
use coverlay::diagnostic::Code;
use coverlay::pipeline::import_files;
use coverlay::rule::{Claim, Format, Rule, RuleKind};
use coverlay::source::{Bucket, SourceFile};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

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

fn assert_group(rules: &[&Rule], truth: &Value) {
    assert_eq!(rules.len() as u64, truth["rules"], "rules");
    assert_eq!(mapped(rules) as u64, truth["rules_with_technique"], "rules with a technique");
    assert_eq!(exact(rules), counts(&truth["exact"]), "rules of each id");
    assert_eq!(tactics(rules), counts(&truth["tactic_counts"]), "rules of each tactic");
}

#[test]
fn detection_rules() {
    let Some(bytes) = shared("elastic.zip") else { return };
    let truth = truth("elastic");
    let intake = import("e", bytes.clone());
    let below = |folder: &str| -> Vec<&Rule> {
        let root = format!("e/elastic-detection-rules/{folder}/");
        intake
            .rules
            .iter()
            .map(|rule| &**rule)
            .filter(|rule| rule.path.starts_with(&root))
            .collect()
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
    // The rest are a rule of the repository's own tests, a template of a rule in JSON and a
    // Kibana export of nine.
    let rest = intake.rules.len() - (1940 + 124 + 128 + 140);
    assert_eq!(rest, 1 + 1 + 9);
    assert!(intake.rules.iter().all(|rule| rule.format == Format::Elastic));
    // Counted with Python: tomllib over all TOML files with `rule.rule_id`, json over the rest.
    let level = |word: &str| intake.rules.iter().filter(|rule| rule.level.text == word).count();
    assert_eq!(["low", "medium", "high", "critical"].map(level), [640 + 6, 967 + 2, 565 + 2, 21]);
    let status = |word: &str| intake.rules.iter().filter(|rule| rule.status.text == word).count();
    assert_eq!(["production", "deprecated"].map(status), [2069, 124]);
    let off = intake.rules.iter().filter(|rule| !rule.enabled).count();
    assert_eq!(off, 9);
    for (path, text) in texts("e", &bytes) {
        assert_places(&path, &text, &intake);
    }
    // Two hunts carry the id of another hunt, one that of a rule.
    let mut codes = intake.diagnostics.iter().map(|found| found.code);
    assert!(codes.all(|code| code == Code::DuplicateId));
    assert_eq!(intake.duplicates.len(), 3);
}

/// The live rules of the repository written as Kibana exports them: the same counts.
#[test]
fn the_same_rules_as_a_kibana_export() {
    let Some(bytes) = shared("elastic.zip") else { return };
    let truth = truth("elastic");
    let mut export = String::new();
    let mut fleet = Vec::new();
    for (path, text) in texts("e", &bytes) {
        let is_live = path.contains("/rules/") && !path.contains("/_deprecated/");
        if !is_live || !path.ends_with(".toml") {
            continue;
        }
        let file: Map<String, Value> = toml::from_str(&text).expect("valid");
        let mut rule = file["rule"].as_object().expect("a table").clone();
        rule.insert("version".to_owned(), json!(3));
        rule.insert("enabled".to_owned(), json!(true));
        if fleet.len() < 20 {
            let id = rule["rule_id"].as_str().expect("text").to_owned();
            fleet.push((id, rule.clone()));
        }
        export.push_str(&Value::from(rule).to_string());
        export.push('\n');
    }
    export.push_str("{\"id\":\"x\",\"list_id\":\"y\",\"type\":\"detection\",\"name\":\"z\"}\n");
    export.push_str("{\"id\":\"x\",\"type\":\"action\",\"attributes\":{\"name\":\"mail\"}}\n");
    export
        .push_str("{\"exported_count\":1942,\"exported_rules_count\":1940,\"missing_rules\":[]}\n");
    let intake = import("rules_export.ndjson", export.clone().into_bytes());
    let rules = rules(&intake);
    assert_group(&rules, &truth["elastic-detection-rules/rules/ without _deprecated"]);
    assert_eq!((rules.len(), exact(&rules).len()), (1940, 444));
    assert_places("rules_export.ndjson", &export, &intake);

    // A Fleet package has versions side by side: the highest counts, as a number.
    let files = fleet.iter().flat_map(|(id, rule)| {
        [2, 9, 10].map(|version| {
            let mut rule = rule.clone();
            rule.insert("version".to_owned(), json!(version));
            let id = format!("{id}_{version}");
            let file = json!({"attributes": rule, "id": id, "type": "security-rule"});
            SourceFile { path: format!("{id}.json"), bytes: format!("{file:#}").into_bytes() }
        })
    });
    let (mut intake, _) = import_files(files);
    intake.settle();
    assert_eq!((intake.rules.len(), intake.duplicates.len()), (60, 40));
    let kept = (0..).zip(&intake.rules).filter(|(at, _)| !intake.is_duplicate(*at));
    assert!(kept.map(|(_, rule)| rule.version).all(|version| version == 10));
}

/// Real exports: 67 rules, 3 of them mapped; the rest is dashboards, searches and summaries
/// (counted in Python: objects with `rule_id`, `risk_score` and `type`).
#[test]
fn kibana_exports() {
    let Some(bytes) = shared("kibana-exports.zip") else { return };
    let intake = import("e", bytes.clone());
    assert_eq!(intake.rules.len(), 67);
    assert_eq!(mapped(&rules(&intake)), 3);
    let outcomes = &intake.report.outcomes;
    let read = outcomes.iter().filter(|outcome| matches!(outcome.bucket, Bucket::Read { .. }));
    assert_eq!((outcomes.len(), read.count()), (17, 9));
    assert_eq!(intake.report.counts().failed, 0);
    for (path, text) in texts("e", &bytes) {
        assert_places(&path, &text, &intake);
    }
}
