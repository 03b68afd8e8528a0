//! A matrix small enough to compute by hand, with groups and campaigns, two rules, and alerts.

use coverlay::alerts::{Alerts, Moment, NewAlert, Selection};
use coverlay::attack::{Catalogue, Domain, Entity, Tactic, Technique, TechniqueId, TechniqueIndex};
use coverlay::coverage::detections::Joined;
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::gaps::{GapList, GapsAsked, PriorityPolicy, Profile};
use coverlay::investigate::{Asked, Investigation, InvestigationPolicy, Pick};
use coverlay::rule::{Format, Intake, LogSource, Rule, Tag, Written, parse_tag};

pub(crate) fn today() -> Date {
    Date::new(2026, 11, 29).expect("a day")
}

/// Tactics: 0 initial access, 1 execution, 2 credential access, 3 lateral movement, 4 impact.
/// Id, place of the parent, tactics, groups, campaigns.
type Row<'a> = (&'a str, Option<u16>, &'a [u8], &'a [u16], &'a [u16]);

/// Groups G0001 to G0008 (the last uses nothing) and campaigns C0001 and C0002: nine that use
/// anything. `T1004`: used by G0001 to G0005 and C0001; `T1003.001`: by the same and G0006.
const ROWS: [Row<'static>; 9] = [
    ("T1001", None, &[0], &[0, 1, 2, 3, 4, 5], &[]),
    ("T1002", None, &[0, 1], &[0, 1], &[0]),
    ("T1003", None, &[2], &[6], &[]),
    ("T1003.001", Some(2), &[2], &[0, 1, 2, 3, 4, 5], &[0]),
    ("T1003.002", Some(2), &[2], &[0, 5, 6], &[1]),
    ("T1004", None, &[3], &[0, 1, 2, 3, 4], &[0]),
    ("T1005", None, &[4], &[0, 1, 2, 3], &[]),
    ("T1006", None, &[1, 3], &[0, 1, 2, 3, 4, 5, 6], &[0, 1]),
    ("T1007", None, &[4], &[], &[]),
];

pub(crate) fn catalogue() -> Catalogue {
    let techniques = ROWS.iter().map(|(id, parent, tactics, groups, campaigns)| Technique {
        id: id.parse().expect("an id"),
        name: format!("Name of {id}"),
        parent: parent.map(TechniqueIndex),
        tactics: tactics.to_vec(),
        platforms: vec![],
        groups: groups.to_vec(),
        campaigns: campaigns.to_vec(),
        software: vec![],
        mitigations: vec![],
        strategies: vec![],
    });
    let tactic = |(number, name): (usize, &&str)| Tactic {
        id: format!("TA{:04}", number + 1).parse().expect("an id"),
        shortname: name.to_lowercase().replace(' ', "-"),
        name: (*name).to_owned(),
    };
    let tactics =
        ["Initial Access", "Execution", "Credential Access", "Lateral Movement", "Impact"];
    let catalogue = Catalogue {
        domain: Domain::Enterprise,
        version: "19.2".to_owned(),
        tactics: tactics.iter().enumerate().map(tactic).collect(),
        techniques: techniques.collect(),
        retired: vec![],
        platforms: vec![],
        groups: (1..=8)
            .map(|n| Entity {
                id: format!("G000{n}").parse().expect("an id"),
                name: format!("Group {n}"),
                aliases: vec![],
                last_seen: None,
            })
            .collect(),
        campaigns: (1..=2)
            .map(|n| Entity {
                id: format!("C000{n}").parse().expect("an id"),
                name: format!("Campaign {n}"),
                aliases: vec![],
                last_seen: None,
            })
            .collect(),
        software: vec![],
        mitigations: vec![],
        strategies: vec![],
        analytics: vec![],
        data_components: vec![],
        log_sources: vec![],
    };
    catalogue.validate().expect("a catalogue");
    catalogue
}

fn rule(name: &str, level: &str, category: &str, id: &str) -> Rule {
    let written = format!("attack.{}", id.to_lowercase());
    Rule {
        id: Some(name.to_owned()),
        title: name.to_owned(),
        level: Written::level(level),
        status: Written::status("test"),
        log_source: LogSource::new("windows", category, ""),
        modified: Date::new(2026, 1, 1),
        tags: vec![Tag { claims: parse_tag(&written), written, line: 1, column: 1 }],
        ..Rule::new(Format::Sigma, &format!("{name}.yml"))
    }
}

/// T1001 by one, T1004 by two on two log sources, T1003.001 by a low one.
pub(crate) fn intake() -> Intake {
    let mut intake: Intake = [
        rule("dump", "low", "process_access", "T1003.001"),
        rule("mail", "high", "process_creation", "T1001"),
        rule("move", "high", "process_creation", "T1004"),
        rule("pipe", "high", "pipe_created", "T1004"),
    ]
    .into_iter()
    .collect();
    intake.settle();
    intake
}

/// Host, user, incident, rule, own technique, minutes since the beginning.
pub(crate) type Raised<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, i64);

/// The beginning.
pub(crate) const START: Moment = Moment(1_780_000_000_000);

pub(crate) fn at(minutes: i64) -> Moment {
    Moment(START.0 + minutes * 60_000)
}

pub(crate) fn alerts(rows: &[Raised<'_>]) -> Alerts {
    let mut alerts = Alerts::default();
    for ((host, user, incident, rule_name, technique, minutes), row) in rows.iter().zip(1..) {
        let ids = technique.split(' ').filter_map(|id| id.parse().ok());
        let tactic = technique.strip_prefix("in ").unwrap_or_default();
        alerts.push(&NewAlert {
            host,
            user,
            incident,
            rule_name,
            tactic,
            techniques: ids.collect::<Vec<TechniqueId>>().into(),
            time: at(*minutes),
            row,
            ..NewAlert::default()
        });
    }
    alerts
}

/// Everything an investigation is asked of.
pub(crate) struct World {
    pub(crate) catalogue: Catalogue,
    pub(crate) intake: Intake,
    pub(crate) coverage: Coverage,
    pub(crate) gaps: GapList,
    pub(crate) alerts: Alerts,
    pub(crate) joined: Joined,
    pub(crate) selection: Selection,
    pub(crate) scoring: Policy,
}

impl World {
    pub(crate) fn new(catalogue: Catalogue, intake: Intake, alerts: Alerts) -> Self {
        let (scoring, scope) = (Policy::default(), Scope::default());
        let coverage = Coverage::compute(&catalogue, &intake, &scoring, &scope, today());
        let gaps = GapList::of(&GapsAsked {
            catalogue: &catalogue,
            intake: &intake,
            coverage: &coverage,
            profile: &Profile::default(),
            enrichment: None,
            policy: PriorityPolicy::default(),
            threshold: 80,
        });
        let joined = Joined::of(&catalogue, &intake, &coverage.claims, &alerts);
        let selection = Selection::default();
        Self { catalogue, intake, coverage, gaps, alerts, joined, selection, scoring }
    }

    pub(crate) fn toy(rows: &[Raised<'_>]) -> Self {
        Self::new(catalogue(), intake(), alerts(rows))
    }

    pub(crate) fn asked<'a>(
        &'a self,
        pick: &'a Pick,
        policy: &'a InvestigationPolicy,
    ) -> Asked<'a> {
        Asked {
            catalogue: &self.catalogue,
            intake: &self.intake,
            coverage: &self.coverage,
            gaps: &self.gaps,
            alerts: &self.alerts,
            joined: &self.joined,
            selection: &self.selection,
            pick,
            policy,
        }
    }

    pub(crate) fn find(&self, pick: &Pick) -> Investigation {
        Investigation::of(&self.asked(pick, &InvestigationPolicy::default()))
    }

    pub(crate) fn id(&self, index: TechniqueIndex) -> String {
        self.catalogue.technique(index).id.to_string()
    }

    pub(crate) fn ids(&self, list: &[TechniqueIndex]) -> String {
        list.iter().map(|index| self.id(*index)).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn index(&self, id: &str) -> TechniqueIndex {
        self.catalogue.find(id.parse().expect("an id")).expect("live")
    }
}

pub(crate) fn typed(ids: &[&str]) -> Pick {
    let techniques = ids.iter().map(|id| id.parse().expect("an id")).collect();
    Pick { techniques, ..Pick::default() }
}

pub(crate) fn host(name: &str) -> Pick {
    Pick { hosts: vec![name.to_owned()], ..Pick::default() }
}
