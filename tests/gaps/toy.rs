//! A matrix small enough to compute by hand, with groups, campaigns, analytics, and rules for it.

use coverlay::attack::{
    Analytic, CampaignId, Catalogue, DataComponent, Domain, Entity, GroupId, Strategy, Tactic,
    Technique, TechniqueIndex,
};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::gaps::{Enrichment, GapList, GapsAsked, PriorityPolicy, Profile};
use coverlay::rule::{Format, Intake, LogSource, Rule, Tag, Written, parse_tag};

pub(crate) fn today() -> Date {
    Date::new(2026, 11, 29).expect("a day")
}

/// Id, place of the parent, tactics, platforms, groups, campaigns, strategies.
type Row<'a> = (&'a str, Option<u16>, &'a [u8], &'a [u8], &'a [u16], &'a [u16], &'a [u16]);

/// Tactics: 0 execution, 1 privilege escalation, 2 collection, 3 impact. Platforms: 0 Linux, 1 PRE, 2 Windows.
const ROWS: [Row<'static>; 8] = [
    ("T1001", None, &[0, 1], &[0, 2], &[0, 1], &[0], &[]),
    ("T1001.001", Some(0), &[0], &[2], &[1, 2], &[], &[0]),
    ("T1001.002", Some(0), &[0], &[0], &[], &[], &[1]),
    ("T1002", None, &[2], &[0, 2], &[0], &[], &[]),
    ("T1003", None, &[3], &[2], &[], &[1], &[2]),
    ("T1004", None, &[1], &[0], &[], &[], &[3]),
    ("T1005", None, &[2], &[1], &[3], &[], &[]),
    ("T1006", None, &[0, 2], &[], &[0, 1, 2, 3], &[0, 1], &[4]),
];

pub(crate) fn catalogue() -> Catalogue {
    let techniques = ROWS.iter().map(|row| {
        let (id, parent, tactics, platforms, groups, campaigns, strategies) = *row;
        Technique {
            id: id.parse().expect("an id"),
            name: format!("Name of {id}"),
            parent: parent.map(TechniqueIndex),
            tactics: tactics.to_vec(),
            platforms: platforms.to_vec(),
            groups: groups.to_vec(),
            campaigns: campaigns.to_vec(),
            software: vec![],
            mitigations: vec![],
            strategies: strategies.to_vec(),
        }
    });
    let tactic = |(number, name): (usize, &&str)| Tactic {
        id: format!("TA{:04}", number + 1).parse().expect("an id"),
        shortname: name.to_lowercase().replace(' ', "-"),
        name: (*name).to_owned(),
    };
    let tactics = ["Execution", "Privilege Escalation", "Collection", "Impact"];
    // T1001.001: processes on Windows. T1001.002: on Linux. T1003: the registry. T1004: traffic on
    // Linux. T1006: processes and traffic together.
    type Looks = (&'static [u8], &'static [(u16, u16)]);
    let analytics: [Looks; 5] = [
        (&[2], &[(0, 0)]),
        (&[0], &[(0, 2)]),
        (&[2], &[(1, 0)]),
        (&[0], &[(2, 1)]),
        (&[], &[(0, 0), (2, 1)]),
    ];
    let component = |(id, name): (&str, &str)| DataComponent {
        id: id.parse().expect("an id"),
        name: name.to_owned(),
    };
    Catalogue {
        domain: Domain::Enterprise,
        version: "19.2".to_owned(),
        tactics: tactics.iter().enumerate().map(tactic).collect(),
        techniques: techniques.collect(),
        retired: vec![],
        platforms: ["Linux", "PRE", "Windows"].map(str::to_owned).into(),
        groups: (1..=4).map(|number| group(&format!("G000{number}"))).collect(),
        campaigns: vec![campaign("C0001", None), campaign("C0002", Date::new(2024, 11, 29))],
        software: vec![],
        mitigations: vec![],
        strategies: (0..5)
            .map(|at| Strategy {
                id: format!("DET000{at}").parse().expect("an id"),
                name: String::new(),
                analytics: vec![at],
            })
            .collect(),
        analytics: analytics
            .iter()
            .enumerate()
            .map(|(at, (platforms, log_sources))| Analytic {
                id: format!("AN000{at}").parse().expect("an id"),
                platforms: platforms.to_vec(),
                log_sources: log_sources.to_vec(),
            })
            .collect(),
        data_components: [
            ("DC0032", "Process Creation"),
            ("DC0063", "Windows Registry Key Modification"),
            ("DC0085", "Network Traffic Content"),
        ]
        .map(component)
        .into(),
        log_sources: ["WinEventLog:Sysmon", "NSM:Flow", "auditd:EXECVE"].map(str::to_owned).into(),
    }
}

fn group(id: &str) -> Entity<GroupId> {
    Entity {
        id: id.parse().expect("an id"),
        name: format!("Group {id}"),
        aliases: vec![],
        last_seen: None,
    }
}

fn campaign(id: &str, last_seen: Option<Date>) -> Entity<CampaignId> {
    Entity {
        id: id.parse().expect("an id"),
        name: format!("Campaign {id}"),
        aliases: vec![],
        last_seen,
    }
}

/// A rule of Windows that looks at a category.
pub(crate) fn rule(name: &str, level: &str, category: &str, id: &str) -> Rule {
    let written = format!("attack.{}", id.to_lowercase());
    Rule {
        id: Some(name.to_owned()),
        title: name.to_owned(),
        level: Written::level(level),
        status: Written::status("test"),
        log_source: LogSource::new("windows", category, ""),
        platforms: vec!["Windows".to_owned()],
        modified: Date::new(2026, 1, 1),
        tags: vec![Tag { claims: parse_tag(&written), written, line: 1, column: 1 }],
        ..Rule::new(Format::Sigma, &format!("{name}.yml"))
    }
}

/// T1001.001 by one good rule, T1002 by a low one, T1003 by two good ones on two log sources,
/// T1006 by two of medium level.
pub(crate) fn rules() -> Vec<Rule> {
    vec![
        rule("a", "high", "process_creation", "T1001.001"),
        rule("b", "low", "process_creation", "T1002"),
        rule("c", "high", "process_creation", "T1003"),
        rule("d", "high", "registry_set", "T1003"),
        rule("e", "medium", "process_creation", "T1006"),
        rule("f", "medium", "registry_set", "T1006"),
    ]
}

pub(crate) fn intake(rules: Vec<Rule>) -> Intake {
    let mut intake: Intake = rules.into_iter().collect();
    intake.settle();
    intake
}

pub(crate) fn cover(catalogue: &Catalogue, intake: &Intake) -> Coverage {
    Coverage::compute(catalogue, intake, &Policy::default(), &Scope::default(), today())
}

pub(crate) fn list_of(
    rules: Vec<Rule>,
    profile: &Profile,
    policy: PriorityPolicy,
    enrichment: Option<&Enrichment>,
) -> GapList {
    let catalogue = catalogue();
    let intake = intake(rules);
    let coverage = cover(&catalogue, &intake);
    GapList::of(&GapsAsked {
        catalogue: &catalogue,
        intake: &intake,
        coverage: &coverage,
        profile,
        enrichment,
        policy,
        threshold: 80,
    })
}

pub(crate) fn list(profile: &Profile, policy: PriorityPolicy) -> GapList {
    list_of(rules(), profile, policy, None)
}

pub(crate) fn at(id: &str) -> TechniqueIndex {
    catalogue().find(id.parse().expect("an id")).expect("live")
}

/// Id, state and priority of each gap, in order.
pub(crate) fn told(list: &GapList) -> Vec<(String, &'static str, f64)> {
    let catalogue = catalogue();
    let gaps = list.gaps.iter();
    gaps.map(|gap| {
        let id = catalogue.technique(gap.technique).id.to_string();
        (id, gap.state.as_str(), gap.priority)
    })
    .collect()
}

pub(crate) fn profile(json: &str) -> Profile {
    Profile::from_json(json).expect("a profile")
}
