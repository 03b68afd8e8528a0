//! Small cases that can be checked by reading.

use crate::toy::{catalogue, cover, index, intake, rule};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::{
    CoverageState, DenominatorKind, Grouping, Panel, PanelAsked, Scope, Sight, TechniqueState,
    WhatIf, platform_views, states, tactic_views, used_by,
};
use coverlay::rule::{Level, LogSource, Rule, Status, Written};

fn names(rules: Vec<Rule>, scope: &Scope, of: &str) -> Vec<&'static str> {
    let coverage = cover(&intake(rules), scope);
    states(&catalogue(), &coverage, index(of)).map(CoverageState::as_str).collect()
}

#[test]
fn states_are_kept_apart() {
    let real = Scope::default();
    let one = |name: &str, ids: &[&str]| rule(name, "process", ids);
    assert_eq!(names(vec![], &real, "T1002"), ["none"]);
    assert_eq!(names(vec![], &real, "T1590.001"), ["none", "not_observable"]);
    let single = ["direct", "single_rule", "single_log_source"];
    assert_eq!(names(vec![one("a", &["T1002"])], &real, "T1002"), single);
    let two = vec![one("a", &["T1002"]), one("b", &["T1002"])];
    assert_eq!(names(two, &real, "T1002"), ["direct", "single_log_source"]);
    let apart = vec![one("a", &["T1002"]), rule("b", "file", &["T1002"])];
    assert_eq!(names(apart.clone(), &real, "T1002"), ["direct"]);
    let via = vec![one("a", &["T1001.001"]), rule("b", "file", &["T1001.001"])];
    assert_eq!(names(via.clone(), &real, "T1001"), ["via_subtechnique", "partial"]);
    // With a rule of its own it is still partial: x of y sub-techniques.
    let both = [via, vec![one("c", &["T1001"]), rule("d", "file", &["T1001"])]].concat();
    assert_eq!(names(both, &real, "T1001"), ["direct", "partial"]);
    // All sub-techniques, and none, are not partial.
    let all = vec![one("a", &["T1001.001"]), rule("b", "file", &["T1001.002"])];
    assert_eq!(names(all, &real, "T1001"), ["via_subtechnique"]);
    let old = |rule: Rule| Rule {
        modified: coverlay::date::Date::new(2020, 1, 1),
        status: Written::status("experimental"),
        ..rule
    };
    let old = apart.into_iter().map(old).collect();
    assert_eq!(names(old, &real, "T1002"), ["direct", "experimental_only", "stale"]);
    for state in CoverageState::ALL {
        assert_eq!(CoverageState::parse(state.as_str()), Some(state));
    }
}

/// A rule that says it is switched off covers nothing until someone asks for it.
#[test]
fn disabled_rules_cover_nothing() {
    let off = |ids: &[&str]| Rule { enabled: false, ..rule("off", "process", ids) };
    let real = Scope::default();
    assert_eq!(names(vec![off(&["T1002"])], &real, "T1002"), ["disabled_only"]);
    assert_eq!(names(vec![off(&["T1001.001"])], &real, "T1001"), ["disabled_only"]);
    let asked = Scope { count_disabled: true, ..Scope::default() };
    assert_eq!(names(vec![off(&["T1001.001"])], &asked, "T1001.001")[0], "direct");
    // One that counts beside it decides.
    let both = vec![off(&["T1002"]), rule("on", "process", &["T1002"])];
    let coverage = cover(&intake(both), &real);
    assert_eq!(coverage.technique(index("T1002")).upkeep.rules_disabled, 1);
    assert_eq!(coverage.technique(index("T1002")).state, TechniqueState::Direct);
    assert_eq!((coverage.summary.rules, coverage.summary.rules_disabled), (1, 1));
    // Left out for its status, a rule would not count were it switched on.
    let gone = Rule { status: Written::status("deprecated"), ..off(&["T1002"]) };
    let coverage = cover(&intake(vec![gone.clone()]), &real);
    assert_eq!((coverage.summary.rules_excluded, coverage.summary.rules_disabled), (1, 0));
    assert_eq!(names(vec![gone], &real, "T1002"), ["none"]);
    // A sub-technique out of scope lends nothing, not even this.
    let linux = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    assert_eq!(names(vec![off(&["T1001.001"])], &linux, "T1001"), ["none"]);
}

#[test]
fn what_cannot_be_observed_leaves_the_denominator_on_request() {
    let intake = intake(vec![rule("a", "process", &["T1590"])]);
    let all = cover(&intake, &Scope::default()).summary;
    assert_eq!((all.techniques_covered, all.techniques_total, all.subtechniques_total), (1, 4, 4));
    let scope = Scope { observable_only: true, ..Scope::default() };
    let seen = cover(&intake, &scope).summary;
    assert_eq!(
        (seen.techniques_covered, seen.techniques_total, seen.subtechniques_total),
        (0, 3, 3)
    );
}

#[test]
fn a_threat_profile_is_what_its_groups_use() {
    let catalogue = catalogue();
    let wanted = [index("T1001.001"), index("T1002")].into();
    for name in ["G0001", "g0001", "some group", " Other Name "] {
        assert_eq!(used_by(&catalogue, &[name.to_owned()]), Ok(std::clone::Clone::clone(&wanted)));
    }
    assert_eq!(used_by(&catalogue, &["nobody".to_owned()]), Err("nobody".to_owned()));
    let coverage = cover(&intake(vec![rule("a", "process", &["T1002"])]), &Scope::default());
    let asked = PanelAsked { profile: Some(&wanted), ..PanelAsked::default() };
    let panel = Panel::of(&catalogue, &coverage, &asked);
    let share = panel.denominators.last().expect("chosen");
    assert_eq!(share.kind, DenominatorKind::Profile);
    assert_eq!(
        (share.covered.clone(), share.uncovered.clone()),
        (vec![index("T1002")], vec![index("T1001.001")])
    );
}

#[test]
fn a_rule_covers_a_platform_only_if_it_sees_it() {
    let on = |platforms: &[&str], rule: Rule| Rule {
        platforms: platforms.iter().map(|name| (*name).to_owned()).collect(),
        ..rule
    };
    let views = |rules: Vec<Rule>| {
        let intake = intake(rules);
        let coverage = cover(&intake, &Scope::default());
        platform_views(&catalogue(), &intake, &coverage, Grouping::Families)
    };
    let sight = |rules: Vec<Rule>, platform: &str, of: &str| {
        let view = views(rules).into_iter().find(|view| view.name == platform).expect("known");
        let found = view.techniques.iter().find(|(at, _)| *at == index(of));
        found.map(|(_, sight)| *sight)
    };
    let windows = || on(&["Windows"], rule("w", "process", &["T1001"]));
    let proxy = || on(&[], rule("p", "proxy", &["T1001"]));
    assert_eq!(sight(vec![], "Linux", "T1001"), Some(Sight::None));
    assert_eq!(sight(vec![windows()], "Windows", "T1001"), Some(Sight::Visible));
    assert_eq!(sight(vec![windows()], "Linux", "T1001"), Some(Sight::Elsewhere));
    assert_eq!(sight(vec![windows(), proxy()], "Linux", "T1001"), Some(Sight::Unstated));
    assert_eq!(sight(vec![windows()], "Linux", "T1003"), None, "not on this platform");
    // A sub-technique lends to its parent only where it stands itself.
    let sub = || on(&["Windows", "Linux"], rule("s", "process", &["T1001.001"]));
    assert_eq!(sight(vec![sub()], "Windows", "T1001"), Some(Sight::Visible));
    assert_eq!(sight(vec![sub()], "Linux", "T1001"), Some(Sight::None));
    let order: Vec<String> = views(vec![]).into_iter().map(|view| view.name).collect();
    assert_eq!(order, ["Windows", "Linux", "PRE"]);
}

/// Names of older releases stand where they stand today, for techniques and for rules.
#[test]
fn legacy_platforms_are_mapped() {
    let mut catalogue = catalogue();
    catalogue.platforms = ["Azure AD", "Network", "Office 365"].map(str::to_owned).into();
    let today = crate::toy::today();
    let rules = vec![Rule {
        platforms: vec!["Identity Provider".to_owned()],
        ..rule("a", "signin", &["T1002"])
    }];
    let intake = intake(rules);
    let policy = coverlay::coverage::Policy::default();
    let coverage = coverlay::coverage::Coverage::compute(
        &catalogue,
        &intake,
        &policy,
        &Scope::default(),
        today,
    );
    let views = platform_views(&catalogue, &intake, &coverage, Grouping::Families);
    let said: Vec<(&str, usize, usize)> = views
        .iter()
        .map(|view| (view.name.as_str(), view.all().visible, view.all().total))
        .collect();
    // T1001 is on two of them and counts once.
    assert_eq!(said, [("Cloud", 1, 6), ("Network", 0, 2)]);
    assert_eq!(views[0].platforms, ["Azure AD", "Office 365"]);
}

#[test]
fn the_median_is_of_log_sources() {
    // First tactic: T1001 by three sources, T1003 by one.
    let rules = ["a", "b", "c"].map(|source| rule(source, source, &["T1001.001"]));
    let rules =
        [rules.into(), vec![rule("d", "a", &["T1003"]), rule("e", "a", &["T1003"])]].concat();
    let coverage = cover(&intake(rules), &Scope::default());
    let views = tactic_views(&catalogue(), &coverage);
    assert_eq!(views[0].median_log_sources, Some(2.0));
    assert_eq!(views[0].covered, [(index("T1001"), 3), (index("T1003"), 1)]);
    assert_eq!(views[1].median_log_sources, Some(1.0));
    let ids = |list: &mut dyn Iterator<Item = TechniqueIndex>| list.collect::<Vec<_>>();
    assert_eq!(ids(&mut views[0].best(5)), [index("T1001")]);
    assert_eq!(ids(&mut views[0].worst(5)), [index("T1003")]);
    assert_eq!(views[1].uncovered, [index("T1002"), index("T1590")]);
}

/// A scope is kept between visits; one kept before there was a what-if is still read.
#[test]
fn a_scope_is_kept_without_its_rules() {
    let old: Scope = serde_json::from_str(r#"{"platforms":["Linux"],"statuses":["stable"]}"#)
        .expect("an older scope");
    assert_eq!((old.platforms.len(), old.statuses.iter().count()), (1, 1));
    assert!(old.what_if.is_real() && !old.count_disabled && !old.observable_only);
    let scope = Scope {
        what_if: WhatIf {
            log_sources: [LogSource::new("windows", "process_creation", "")].into(),
            levels: [None, Some(Level::Low)].into(),
            statuses: [Status::Experimental].into(),
            planned: true,
            ..WhatIf::default()
        },
        ..Scope::default()
    };
    let text = serde_json::to_string(&scope).expect("plain");
    assert_eq!(serde_json::from_str::<Scope>(&text).expect("the same"), scope);
    assert_eq!(
        scope.what_if.sentence().as_deref(),
        Some(
            "What if: without windows / process_creation, no level, level low, status experimental. Planned rules are counted."
        )
    );
}

/// The sentence of a what-if fits under a picture however much is switched.
#[test]
fn many_switches_are_counted() {
    let log_sources = (0..20).map(|at| LogSource::new(&format!("p{at:02}"), "", "")).collect();
    let what_if = WhatIf { log_sources, ..WhatIf::default() };
    let said = what_if.sentence().expect("switched");
    assert_eq!(said, "What if: without p00, p01, p02, p03, p04, p05, p06, p07, 12 more.");
    assert_eq!(WhatIf::default().sentence(), None);
}

#[test]
fn bars_are_named_by_their_ends() {
    let coverage = cover(&intake(vec![]), &Scope::default());
    let panel = Panel::of(&catalogue(), &coverage, &PanelAsked::default());
    let labels: Vec<String> = panel.bars.iter().map(|bar| bar.label()).collect();
    assert_eq!(labels, ["0", "1", "2–3", "4–6", "7–9", "10+"]);
    let kinds: Vec<_> = panel.denominators.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, DenominatorKind::ALL[..3], "nothing is said of what was not chosen");
    assert!(panel.denominators.iter().all(|one| one.sentence.ends_with('.')));
}
