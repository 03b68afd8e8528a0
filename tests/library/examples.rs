//! Small libraries, worked out by hand.

use crate::Ground;
use crate::toy::{index, intake, rule, three_tactics};
use coverlay::coverage::{Coverage, Picked, Policy, Scope, TechniqueState, WhatIf};
use coverlay::gaps::{
    Availability, LeftOut, Library, NextAsked, Shelf, guidance, next_rules, preview, preview_scope,
    recommended,
};
use coverlay::rule::{Format, Intake, Level, LogSource, Measured, Rule, Share, Status};
use std::collections::BTreeMap;

fn named(id: &str, rule: Rule) -> Rule {
    Rule { id: Some(id.to_owned()), ..rule }
}

fn high(title: &str, tags: &[&str]) -> Rule {
    rule(title, "high", "test", "process", tags)
}

const UUID: &str = "5f0b1c2d-0000-4a1b-9c3d-1234567890ab";

/// One rule for each reason, and three that can be recommended.
#[test]
fn every_rule_is_usable_or_left_out_once() {
    let execution = &["attack.t1059"][..];
    let body = |body, rule: Rule| Rule { body, ..rule };
    let own = intake(vec![
        named(" Known-1 ", high("own", execution)),
        named("5710", high("own number", execution)),
        named(UUID, high("own uuid", execution)),
        body(7, high("own body", execution)),
        named("off", Rule { enabled: false, ..high("own, switched off", execution) }),
    ]);
    let library = intake(vec![
        named("known-1", high("same id in another case", execution)),
        named("OFF", high("same id as one that does not count", execution)),
        named(
            &UUID.to_uppercase(),
            Rule { format: Format::Elastic, ..high("same uuid elsewhere", execution) },
        ),
        named("5710", Rule { format: Format::Wazuh, ..high("same number elsewhere", execution) }),
        body(7, high("same body", execution)),
        named("twice", high("twice a", execution)),
        named("twice", high("twice b", execution)),
        rule("old", "high", "deprecated", "process", execution),
        rule("odd", "high", "unsupported", "process", execution),
        high("tactic only", &["attack.execution"]),
        high("of no release", &["attack.t9999"]),
        Rule { is_damaged: true, ..high("broken", execution) },
        Rule { enabled: false, ..high("off", execution) },
        body(9, rule("copy", "low", "test", "process", execution)),
        body(9, high("original", execution)),
        rule("another source", "high", "test", "dns", execution),
    ]);
    let what_if =
        WhatIf { log_sources: [LogSource::new("windows", "dns", "")].into(), ..WhatIf::default() };
    let scope = Scope { what_if, ..Scope::default() };
    let ground = Ground::new(three_tactics(), own, library, Policy::default(), scope);
    let found = Library::new(&ground.grounds());
    assert_eq!(ground.titles(&found.usable), ["original", "same number elsewhere", "twice a"]);
    let expected = [
        (LeftOut::Duplicate, 1),
        (LeftOut::Deployed, 4),
        (LeftOut::Retired, 2),
        (LeftOut::Unmapped, 2),
        (LeftOut::Damaged, 1),
        (LeftOut::Disabled, 1),
        (LeftOut::SwitchedOff, 1),
        (LeftOut::Copy, 1),
    ];
    assert_eq!(found.left_out, BTreeMap::from(expected));
    assert_eq!(found.usable.len() + found.left_out_in_all(), ground.library.rules.len());

    let mut scope = Scope { count_disabled: true, ..Scope::default() };
    scope.statuses.set(Status::Test, false);
    let ground =
        Ground::new(three_tactics(), ground.intake, ground.library, Policy::default(), scope);
    let found = Library::new(&ground.grounds());
    assert_eq!(found.left_out.get(&LeftOut::Status), Some(&6), "{:?}", found.left_out);
    assert_eq!(found.left_out.get(&LeftOut::Disabled), None);
}

/// Status goes before level, level before what is there, that before what is named itself.
#[test]
fn the_best_rules_of_a_technique_come_first() {
    let at = |title: &str, level: &str, status: &str, source: &str, tag: &str| {
        rule(title, level, status, source, &[tag])
    };
    let library = intake(vec![
        at("a", "high", "", "process", "attack.t1059"),
        at("b", "critical", "experimental", "process", "attack.t1059"),
        at("c", "high", "test", "script", "attack.t1059"),
        at("d", "high", "test", "process", "attack.t1059.001"),
        at("e", "high", "test", "process", "attack.t1059"),
        at("f", "critical", "test", "script", "attack.t1059.003"),
        at("g", "", "stable", "script", "attack.t1059"),
        at("h", "high", "test", "process", "attack.t1003"),
        rule("i", "low", "test", "process", &["attack.t1059.001", "attack.t1059.003"]),
        rule("j", "low", "test", "process", &["attack.t1059.001", "attack.t1059"]),
    ]);
    let ground = Ground::plain(Intake::default(), library);
    let found = Library::new(&ground.grounds());
    let of = |id: &str| recommended(&ground.grounds(), &found, index(&ground.catalogue, id));
    let parent = of("T1059");
    let titles: Vec<_> = parent.iter().map(|found| ground.title(found.rule)).collect();
    assert_eq!(titles, ["g", "f", "e", "d", "c", "j", "i", "b", "a"]);
    let via: Vec<String> = parent
        .iter()
        .map(|found| {
            let ids = found.via.iter().map(|sub| ground.catalogue.technique(*sub).id.to_string());
            ids.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(via, ["", "T1059.003", "", "T1059.001", "", "", "T1059.001 T1059.003", "", ""]);
    assert_eq!(parent[0].availability, Availability::Unavailable);
    assert_eq!(parent[2].availability, Availability::Available);
    let sub: Vec<_> = of("T1059.001").iter().map(|found| ground.title(found.rule)).collect();
    assert_eq!(sub, ["d", "i", "j"], "what names the technique above does not help it");
    assert!(of("T1059.004").is_empty());
}

/// By level: high 80, medium 50, low 30 of 100.
#[test]
fn next_rules_by_hand() {
    let own = intake(vec![rule("own", "medium", "test", "process", &["attack.t1047"])]);
    let library = intake(vec![
        high("a", &["attack.t1047"]),
        rule("b", "low", "test", "script", &["attack.t1059", "attack.t1110"]),
        high("c", &["attack.t1003.001"]),
        rule("d", "medium", "experimental", "process", &["attack.t1059"]),
        high("e, of no use", &["attack.t1071"]),
        rule("f, lower than what is there", "low", "stable", "process", &["attack.t1047"]),
        high("g, as c", &["attack.t1003.001"]),
    ]);
    let ground = Ground::plain(own, library);
    let grounds = ground.grounds();
    let library = Library::new(&grounds);
    let stakes =
        ground.stakes(&[("T1047", 10.0), ("T1059", 5.0), ("T1110", 4.0), ("T1003.001", 8.0)]);
    let choose = |asked: NextAsked| next_rules(&grounds, &library, &stakes, &asked);
    let next = choose(NextAsked::default());
    // 8 · 80 %; 10 · (80 − 50) %; (5 + 4) · 30 %; 5 · (50 − 30) %
    let expected = [("c", 6.4, 6.4), ("a", 3.0, 9.4), ("b", 2.7, 12.1), ("d", 1.0, 13.1)];
    let found: Vec<_> =
        next.rules.iter().map(|next| (ground.title(next.rule), next.gain, next.total)).collect();
    assert_eq!(found, expected);
    // 10 · 50 % + 5 + 4 + 8
    assert_eq!((next.open, next.offered), (22.0, 7));
    let raised: Vec<_> = next.rules[3].raised.iter().map(|one| (one.from, one.to)).collect();
    assert_eq!(raised, [(30.0, 50.0)]);
    let ids = |at: usize| {
        let raised = next.rules[at].raised.iter();
        raised
            .map(|one| ground.catalogue.technique(one.technique).id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(2), ["T1059", "T1110"]);

    let titles = |asked: NextAsked| {
        let chosen = choose(asked).chosen();
        ground.titles(&chosen).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(titles(NextAsked { most: 2, ..NextAsked::default() }), ["c", "a"]);
    let there = NextAsked { available_only: true, ..NextAsked::default() };
    assert_eq!(titles(there), ["c", "a", "d"], "b looks at a log source that is not there");
    let levels = [Some(Level::Medium), Some(Level::Low)].into();
    assert_eq!(titles(NextAsked { levels, ..NextAsked::default() }), ["b", "d"]);
    let statuses = [Status::Experimental].into();
    assert_eq!(titles(NextAsked { statuses, ..NextAsked::default() }), ["d"]);
    assert!(titles(NextAsked { most: 0, ..NextAsked::default() }).is_empty());
    let odd = vec![f64::NAN, f64::INFINITY, -1.0];
    let nothing = next_rules(&grounds, &library, &odd, &NextAsked::default());
    assert_eq!((nothing.rules.len(), nothing.open), (0, 0.0), "no stake, nothing to buy");
}

/// Of equal gains: by status, level, what is there, title.
#[test]
fn ties_go_to_the_better_rule() {
    let of = |title: &str, level: &str, status: &str, source: &str, tag: &str| {
        rule(title, level, status, source, &[tag])
    };
    let library = intake(vec![
        of("a", "high", "test", "script", "attack.t1047"),
        of("b", "high", "test", "process", "attack.t1059"),
        of("c", "critical", "test", "script", "attack.t1110"),
        of("d", "high", "stable", "script", "attack.t1071"),
        of("e", "high", "test", "process", "attack.t1001"),
    ]);
    let ground = Ground::plain(Intake::default(), library);
    let grounds = ground.grounds();
    let stakes = vec![1.0; ground.catalogue.techniques.len()];
    let next = next_rules(&grounds, &Library::new(&grounds), &stakes, &NextAsked::default());
    assert_eq!(ground.titles(&next.chosen()), ["d", "c", "b", "e", "a"]);
    assert!(next.rules.iter().all(|next| next.gain == 0.8));
}

fn policy(name: &str) -> Policy {
    Policy::named(name).expect("a policy")
}

/// All rules of 2026-05-01 with one technique; today is 205 days later: freshness
/// 2 ÷ (2 + 205 ÷ 365.25) = 0.78087…, counted half: 0.89043….
#[test]
fn next_rules_by_depth() {
    let fresh: f64 = 1.0 - 0.5 * (1.0 - 2.0 / (2.0 + 205.0 / 365.25));
    let own = intake(vec![rule("own", "medium", "test", "process", &["attack.t1047"])]);
    let library = intake(vec![
        rule("same source", "high", "stable", "process", &["attack.t1047"]),
        rule("another source", "medium", "test", "dns", &["attack.t1047"]),
    ]);
    let scope = Scope::default();
    let ground = Ground::new(three_tactics(), own, library, policy("depth"), scope);
    let grounds = ground.grounds();
    let stakes = ground.stakes(&[("T1047", 10.0)]);
    let next = next_rules(&grounds, &Library::new(&grounds), &stakes, &NextAsked::default());
    let (own, same, other) = (0.9 * 0.5 * fresh, 0.8 * fresh, 0.9 * 0.5 * fresh);
    // On the same log source the better one counts; another source multiplies.
    let by_same: f64 = 10.0 * (same - own);
    let by_other = 10.0 * (1.0 - own) * other;
    let (first, second) = match by_same > by_other {
        true => ("same source", "another source"),
        false => ("another source", "same source"),
    };
    let rest = 10.0 * (1.0 - (1.0 - same) * (1.0 - other)) - 10.0 * own;
    assert_eq!(ground.titles(&next.chosen()), [first, second]);
    assert!((next.rules[0].gain - by_same.max(by_other)).abs() < 1e-6, "{next:?}");
    assert!((next.rules[1].total - rest).abs() < 1e-6, "{next:?}");
}

/// Twenty rules are the top: one is 5 of 100.
#[test]
fn next_rules_by_count_and_precision() {
    let many =
        (0..19).map(|n| rule(&format!("own {n}"), "low", "test", "process", &["attack.t1047"]));
    let library = || {
        intake(vec![
            high("a", &["attack.t1047"]),
            high("b", &["attack.t1047", "attack.t1059"]),
            high("c", &["attack.t1047"]),
        ])
    };
    let ground = Ground::new(
        three_tactics(),
        intake(many.collect()),
        library(),
        Policy::Count,
        Scope::default(),
    );
    let grounds = ground.grounds();
    let stakes = ground.stakes(&[("T1047", 10.0), ("T1059", 2.0)]);
    let next = next_rules(&grounds, &Library::new(&grounds), &stakes, &NextAsked::default());
    let gains: Vec<f64> = next.rules.iter().map(|next| next.gain).collect();
    assert_eq!((ground.titles(&next.chosen()), gains), (vec!["b"], vec![0.6]));

    // What the user measured of a rule holds for it once it is deployed: 0.9, unmeasured 0.5.
    let measured = vec![Measured {
        path: "m.csv".to_owned(),
        line: 2,
        rule: "C".to_owned(),
        precision: Share::new(0.9),
        false_positives: None,
    }];
    let own = Intake { measured, ..Intake::default() };
    let ground =
        Ground::new(three_tactics(), own, library(), policy("precision"), Scope::default());
    let grounds = ground.grounds();
    let next = next_rules(&grounds, &Library::new(&grounds), &stakes, &NextAsked::default());
    let found: Vec<_> =
        next.rules.iter().map(|next| (ground.title(next.rule), next.gain)).collect();
    // 10 · 0.9; then on T1047 nothing better on that log source, on T1059 2 · 0.5
    assert_eq!(found, [("c", 9.0), ("b", 1.0)]);
}

/// What is chosen is counted like everything else, also where only picked rules count.
#[test]
fn the_preview_is_what_would_be() {
    let own = intake(vec![
        high("own", &["attack.t1047"]),
        rule("own unpicked", "high", "test", "process", &["attack.t1071"]),
    ]);
    let library = intake(vec![high("a", &["attack.t1059"]), high("b", &["attack.t1110"])]);
    let ground = Ground::plain(own, library);
    let all = preview(&ground.intake, &ground.library, &[1]);
    let titles: Vec<_> = all.rules.iter().map(|rule| rule.title.as_str()).collect();
    assert_eq!(titles, ["b", "own", "own unpicked"], "by path");
    let scope = Scope { picked: Some(Picked::new(&ground.intake, &[0])), ..Scope::default() };
    let scope = preview_scope(&scope, &ground.library, &[1]);
    let coverage =
        Coverage::compute(&ground.catalogue, &all, &ground.policy, &scope, crate::toy::date());
    let state = |id: &str| coverage.technique(index(&ground.catalogue, id)).state;
    let covered = ["T1110", "T1047"].map(state);
    assert_eq!(covered, [TechniqueState::Direct; 2]);
    assert_eq!(state("T1071"), TechniqueState::None);
}

/// A rule that is deployed and switched off is not offered again, and where a scope leaves out
/// sub-techniques their rules do not help the technique above.
#[test]
fn rules_of_subtechniques_out_of_scope_help_nothing() {
    let mut catalogue = three_tactics();
    let sub = usize::from(index(&catalogue, "T1059.003").0);
    catalogue.techniques[sub].platforms = vec![1];
    let library = intake(vec![high("a", &["attack.t1059.003"]), high("b", &["attack.t1059.001"])]);
    let scope = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    let ground = Ground::new(catalogue, Intake::default(), library, Policy::default(), scope);
    let grounds = ground.grounds();
    let found = recommended(&grounds, &Library::new(&grounds), index(&ground.catalogue, "T1059"));
    assert_eq!(found.iter().map(|found| ground.title(found.rule)).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn guidance_by_hand() {
    let mut catalogue = three_tactics();
    crate::library::skeletons::add_facts(&mut catalogue);
    let own = intake(vec![
        high("own parent", &["attack.t1059"]),
        high("own sibling", &["attack.t1059.003"]),
        rule("own good sibling", "high", "stable", "process", &["attack.t1059.003"]),
        rule("own both", "high", "stable", "process", &["attack.t1059.003", "attack.t1059.001"]),
    ]);
    let library = intake(
        (0..7)
            .map(|n| high(&format!("sibling {n}"), &["attack.t1059.004"]))
            .chain([high("direct", &["attack.t1059.001", "attack.t1059.004"])])
            .collect(),
    );
    let ground = Ground::new(catalogue, own, library, Policy::default(), Scope::default());
    let grounds = ground.grounds();
    let library = Library::new(&grounds);
    let found = guidance(&grounds, &library, index(&ground.catalogue, "T1059.001"));
    assert_eq!(found.strategies.len(), 1);
    assert_eq!(found.strategies[0].analytics.len(), 2);
    let components: Vec<_> = found.components.iter().map(|one| one.component).collect();
    assert_eq!(components, [1, 0], "what is there goes first");
    assert_eq!(
        found.components[0].log_sources,
        [(2, Availability::Available), (1, Availability::Unknown), (0, Availability::Unavailable),]
    );
    let groups: Vec<_> = found.groups.iter().map(|one| (one.group, one.techniques)).collect();
    assert_eq!(groups, [(1, 3), (0, 1), (2, 1)]);
    let neighbours: Vec<_> = found
        .neighbours
        .iter()
        .map(|one| match one.shelf {
            Shelf::Own => ground.intake.rules[one.rule as usize].title.as_str(),
            Shelf::Library => ground.title(one.rule),
        })
        .collect();
    assert_eq!(
        neighbours,
        [
            "own good sibling",
            "own parent",
            "own sibling",
            "sibling 0",
            "sibling 1",
            "sibling 2",
            "sibling 3",
            "sibling 4"
        ]
    );
    let parent = guidance(&grounds, &library, index(&ground.catalogue, "T1059"));
    let subs: Vec<_> = parent.subtechniques.iter().map(|(_, state)| *state).collect();
    assert_eq!(subs, [TechniqueState::Direct, TechniqueState::Direct, TechniqueState::None]);
    assert!(parent.neighbours.iter().all(|one| one.shelf == Shelf::Own), "the rest is recommended");
}
