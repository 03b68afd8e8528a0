//! A matrix small enough to check by hand, and rules of every kind for it.

use coverlay::attack::{Catalogue, Domain, Entity, Tactic, Technique, TechniqueId, TechniqueIndex};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::rule::{Format, Intake, LogSource, Rule, Tag, Written, parse_tag};
use proptest::prelude::*;

pub(crate) fn today() -> Date {
    Date::new(2026, 11, 25).expect("a day")
}

pub(crate) fn id(text: &str) -> TechniqueId {
    text.parse().expect("an id")
}

/// T1001 (.001 Windows, .002 Linux), T1002 on Linux, T1003 (.001) on Windows in both tactics,
/// T1590 (.001) on PRE. G0001 uses T1001.001 and T1002.
pub(crate) fn catalogue() -> Catalogue {
    let technique = |text: &str, parent: Option<u16>, tactics: &[u8], platforms: &[u8]| Technique {
        id: id(text),
        name: format!("Name of {text}"),
        parent: parent.map(TechniqueIndex),
        tactics: tactics.to_vec(),
        platforms: platforms.to_vec(),
        groups: if ["T1001.001", "T1002"].contains(&text) { vec![0] } else { vec![] },
        campaigns: vec![],
        software: vec![],
        mitigations: vec![],
        strategies: vec![],
    };
    let tactic = |text: &str, name: &str| Tactic {
        id: text.parse().expect("an id"),
        shortname: name.to_lowercase(),
        name: name.to_owned(),
    };
    Catalogue {
        domain: Domain::Enterprise,
        version: "19.2".to_owned(),
        tactics: vec![tactic("TA0001", "First"), tactic("TA0002", "Second")],
        techniques: vec![
            technique("T1001", None, &[0], &[0, 2]),
            technique("T1001.001", Some(0), &[0], &[2]),
            technique("T1001.002", Some(0), &[0], &[0]),
            technique("T1002", None, &[1], &[0]),
            technique("T1003", None, &[0, 1], &[2]),
            technique("T1003.001", Some(4), &[1], &[2]),
            technique("T1590", None, &[1], &[1]),
            technique("T1590.001", Some(6), &[1], &[1]),
        ],
        retired: vec![],
        platforms: ["Linux", "PRE", "Windows"].map(str::to_owned).into(),
        groups: vec![Entity {
            id: "G0001".parse().expect("an id"),
            name: "Some Group".to_owned(),
            aliases: vec!["Other Name".to_owned()],
            last_seen: None,
        }],
        campaigns: vec![],
        software: vec![],
        mitigations: vec![],
        strategies: vec![],
        analytics: vec![],
        data_components: vec![],
        log_sources: vec![],
    }
}

/// An enabled rule of level high and status test that looks at `source` of Windows.
pub(crate) fn rule(name: &str, source: &str, ids: &[&str]) -> Rule {
    Rule {
        id: Some(name.to_owned()),
        title: name.to_owned(),
        level: Written::level("high"),
        status: Written::status("test"),
        log_source: LogSource::new("", source, ""),
        platforms: vec!["Windows".to_owned()],
        modified: Date::new(2026, 1, 1),
        tags: ids
            .iter()
            .map(|id| Tag {
                written: (*id).to_owned(),
                line: 1,
                column: 1,
                claims: parse_tag(&format!("attack.{}", id.to_lowercase())),
            })
            .collect(),
        ..Rule::new(Format::Sigma, &format!("{name}.yml"))
    }
}

pub(crate) fn intake(rules: Vec<Rule>) -> Intake {
    let mut intake: Intake = rules.into_iter().collect();
    intake.settle();
    intake
}

pub(crate) fn cover(intake: &Intake, scope: &Scope) -> Coverage {
    Coverage::compute(&catalogue(), intake, &Policy::default(), scope, today())
}

pub(crate) fn index(text: &str) -> TechniqueIndex {
    catalogue().find(id(text)).expect("live")
}

const IDS: [&str; 9] = [
    "T1001",
    "T1001.001",
    "T1001.002",
    "T1002",
    "T1003",
    "T1003.001",
    "T1590",
    "T1590.001",
    "T7777",
];

prop_compose! {
    fn any_rule()(
        source in prop::sample::select(vec!["", "process", "file", "dns"]),
        level in prop::sample::select(vec!["low", "medium", "high", ""]),
        status in prop::sample::select(vec!["stable", "test", "experimental", "deprecated", ""]),
        format in prop::sample::select(vec![Format::Sigma, Format::Elastic]),
        platforms in prop::sample::subsequence(vec!["Linux", "Windows"], 0..=2),
        enabled in prop::bool::weighted(0.8),
        ids in prop::sample::subsequence(IDS.to_vec(), 0..4),
    ) -> Rule {
        Rule {
            format,
            enabled,
            level: Written::level(level),
            status: Written::status(status),
            platforms: platforms.into_iter().map(str::to_owned).collect(),
            ..rule("any", source, &ids)
        }
    }
}

/// Rules that each have an id and a file of their own.
pub(crate) fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(any_rule(), 0..10).prop_map(|rules| {
        let named = rules.into_iter().enumerate();
        named
            .map(|(at, rule)| Rule {
                id: Some(format!("id {at}")),
                title: format!("rule {at}"),
                path: format!("{at}.yml"),
                ..rule
            })
            .collect()
    })
}
