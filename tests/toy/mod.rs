//! A small matrix made by hand, and rules for it.
#![allow(dead_code, reason = "each test file uses its part")]

use coverlay::attack::{
    Catalogue, Domain, Fate, Retired, Tactic, Technique, TechniqueId, TechniqueIndex,
};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::rule::{Format, Intake, LogSource, Rule, Tag, Written, parse_tag};

/// The day of all tests.
pub(crate) fn date() -> Date {
    Date::new(2026, 11, 22).expect("a day")
}

pub(crate) fn id(text: &str) -> TechniqueId {
    text.parse().expect("a technique id")
}

/// A catalogue of techniques (id, name, tactics), sub-techniques after their technique.
pub(crate) fn catalogue(tactics: &[(&str, &str)], techniques: &[(&str, &str, &[u8])]) -> Catalogue {
    let mut catalogue = Catalogue {
        domain: Domain::Enterprise,
        version: "19.2".to_owned(),
        tactics: tactics
            .iter()
            .zip(1..)
            .map(|((shortname, name), number)| Tactic {
                id: format!("TA{number:04}").parse().expect("a tactic id"),
                shortname: (*shortname).to_owned(),
                name: (*name).to_owned(),
            })
            .collect(),
        techniques: techniques
            .iter()
            .map(|(text, name, tactics)| Technique {
                id: id(text),
                name: (*name).to_owned(),
                parent: None,
                tactics: tactics.to_vec(),
                platforms: vec![0],
                groups: Vec::new(),
                campaigns: Vec::new(),
                software: Vec::new(),
                mitigations: Vec::new(),
                strategies: Vec::new(),
            })
            .collect(),
        retired: Vec::new(),
        platforms: vec!["Linux".to_owned(), "Windows".to_owned()],
        groups: Vec::new(),
        campaigns: Vec::new(),
        software: Vec::new(),
        mitigations: Vec::new(),
        strategies: Vec::new(),
        analytics: Vec::new(),
        data_components: Vec::new(),
        log_sources: Vec::new(),
    };
    for at in 0..catalogue.techniques.len() {
        let parent = catalogue.techniques[at].id.parent();
        catalogue.techniques[at].parent = parent.map(|id| catalogue.find(id).expect("a parent"));
    }
    catalogue
}

/// Three tactics with every kind of cell.
pub(crate) fn three_tactics() -> Catalogue {
    let mut catalogue = catalogue(
        &[
            ("execution", "Execution"),
            ("credential-access", "Credential Access"),
            ("command-and-control", "Command and Control"),
        ],
        &[
            ("T1001", "Data Obfuscation", &[2]),
            ("T1003", "OS Credential Dumping", &[1]),
            ("T1003.001", "LSASS Memory", &[1]),
            ("T1003.002", "Security Account Manager", &[1]),
            ("T1047", "Windows Management Instrumentation", &[0]),
            ("T1053", "Scheduled Task/Job", &[0, 2]),
            ("T1059", "Command and Scripting Interpreter", &[0]),
            ("T1059.001", "PowerShell", &[0]),
            ("T1059.003", "Windows Command Shell", &[0]),
            ("T1059.004", "Unix Shell & <Friends>", &[0]),
            ("T1071", "Application Layer Protocol", &[2]),
            ("T1110", "Brute Force", &[1]),
        ],
    );
    catalogue.retired = vec![Retired { id: id("T1086"), fate: Fate::RevokedBy(id("T1059.001")) }];
    catalogue
}

pub(crate) fn rule(title: &str, level: &str, status: &str, category: &str, tags: &[&str]) -> Rule {
    Rule {
        id: Some(format!("id of {title}")),
        title: title.to_owned(),
        level: Written::level(level),
        status: Written::status(status),
        log_source: LogSource::new("windows", category, ""),
        date: Date::new(2026, 5, 1),
        modified: None,
        tags: tags
            .iter()
            .map(|written| Tag {
                written: (*written).to_owned(),
                line: 9,
                column: 5,
                claims: parse_tag(written),
            })
            .collect(),
        ..Rule::new(Format::Sigma, &format!("rules/{}.yml", title.replace(' ', "_")))
    }
}

pub(crate) fn intake(rules: Vec<Rule>) -> Intake {
    let mut intake: Intake = rules.into_iter().collect();
    intake.settle();
    intake
}

/// The same rule, last changed more than two years before [`date`].
pub(crate) fn long_ago(rule: Rule) -> Rule {
    Rule { date: Date::new(2019, 5, 1), modified: Date::new(2024, 5, 1), ..rule }
}

/// Rules for [`three_tactics`]: a stale single rule, an experimental one, several on one log source, several on two, a
/// technique through a sub-technique, one with both, a revoked id, an unmapped, a deprecated and
/// a copied rule.
pub(crate) fn rules() -> Intake {
    let mut copy = long_ago(rule("a copy", "high", "test", "process", &["attack.t1047"]));
    copy.id = Some("id of b wmi".to_owned());
    copy.path = "rules/z_copy.yml".to_owned();
    intake(vec![
        rule("a lsass, read", "high", "experimental", "access", &["attack.t1003.001"]),
        long_ago(rule("b wmi", "medium", "test", "process", &["attack.t1047"])),
        rule("c task", "low", "test", "process", &["attack.t1053"]),
        rule("d task again", "low", "stable", "process", &["attack.t1053"]),
        rule("e shell", "high", "test", "process", &["attack.t1059", "attack.t1086"]),
        rule("f shell elsewhere", "medium", "test", "script", &["attack.t1059"]),
        rule("g nothing", "low", "test", "process", &["attack.execution"]),
        rule("=h old", "high", "deprecated", "process", &["attack.t1110"]),
        copy,
    ])
}

pub(crate) fn covered(catalogue: &Catalogue, intake: &Intake) -> Coverage {
    Coverage::compute(catalogue, intake, &Policy::default(), &Scope::default(), date())
}

pub(crate) fn index(catalogue: &Catalogue, text: &str) -> TechniqueIndex {
    catalogue.find(id(text)).expect("a live technique")
}

/// As large as matrices come: 15 tactics, the tallest with 30 techniques and 118
/// sub-techniques; all names long.
pub(crate) fn large() -> (Catalogue, Intake) {
    let tactics: Vec<_> =
        (0..15).map(|n| (format!("tactic-{n}"), format!("Lengthy Tactic Number {n}"))).collect();
    let tactics: Vec<_> = tactics.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let mut rows = Vec::new();
    for tactic in 0..15_u8 {
        let techniques = if tactic == 6 { 30 } else { 8 + u16::from(tactic) };
        for number in 0..techniques {
            let text = format!("T{:04}", 1000 + u16::from(tactic) * 100 + number);
            let subs = if tactic == 6 { 3 + u16::from(number < 28) } else { number % 3 };
            rows.push((text.clone(), format!("Unreasonably Long Technique Name {number}"), tactic));
            for sub in 1..=subs {
                let name = format!("Even Longer Name of a Sub-technique {sub}");
                rows.push((format!("{text}.{sub:03}"), name, tactic));
            }
        }
    }
    let tactic_of: Vec<[u8; 1]> = rows.iter().map(|row| [row.2]).collect();
    let techniques: Vec<(&str, &str, &[u8])> = rows
        .iter()
        .zip(&tactic_of)
        .map(|((id, name, _), tactic)| (id.as_str(), name.as_str(), tactic.as_slice()))
        .collect();
    let catalogue = catalogue(&tactics, &techniques);
    let rules = catalogue
        .techniques
        .iter()
        .enumerate()
        .filter(|(at, _)| at % 3 != 0)
        .map(|(at, technique)| {
            let level = ["low", "medium", "high"][at % 3];
            let tag = format!("attack.{}", technique.id);
            rule(&format!("rule {at}"), level, "test", "process", &[&tag])
        })
        .collect();
    (catalogue, intake(rules))
}
