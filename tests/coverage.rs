//! The laws of counting, on a catalogue small enough to check by hand.

use coverlay::attack::{
    Catalogue, Domain, Fate, Retired, Tactic, Technique, TechniqueId, TechniqueIndex,
};
use coverlay::coverage::{
    Coverage, LevelScore, LevelTable, Picked, Policy, STALE_AFTER_YEARS, Scope, Score,
    TechniqueState, diagnostics,
};
use coverlay::date::Date;
use coverlay::diagnostic::Code;
use coverlay::rule::{Format, Intake, LogSource, Rule, Status, Tag, Written, parse_tag};
use proptest::prelude::*;

fn id(text: &str) -> TechniqueId {
    text.parse().expect("an id")
}

/// T1001 (.001 Windows, .002 Linux), T1002 without sub-techniques (Linux), T1003 (.001) in two
/// tactics; T0900 was replaced by T1001.002, T0901 retired.
fn catalogue() -> Catalogue {
    let technique = |text: &str, parent: Option<u16>, tactics: &[u8], platforms: &[u8]| Technique {
        id: id(text),
        name: format!("Name of {text}"),
        parent: parent.map(TechniqueIndex),
        tactics: tactics.to_vec(),
        platforms: platforms.to_vec(),
        groups: vec![],
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
            technique("T1001", None, &[0], &[0, 1]),
            technique("T1001.001", Some(0), &[0], &[1]),
            technique("T1001.002", Some(0), &[0], &[0]),
            technique("T1002", None, &[1], &[0]),
            technique("T1003", None, &[0, 1], &[1]),
            technique("T1003.001", Some(4), &[1], &[1]),
        ],
        retired: vec![
            Retired { id: id("T0900"), fate: Fate::RevokedBy(id("T1001.002")) },
            Retired { id: id("T0901"), fate: Fate::Deprecated },
        ],
        platforms: vec!["Linux".to_owned(), "Windows".to_owned()],
        groups: vec![],
        campaigns: vec![],
        software: vec![],
        mitigations: vec![],
        strategies: vec![],
        analytics: vec![],
        data_components: vec![],
        log_sources: vec![],
    }
}

fn rule(name: &str, level: &str, tags: &[&str]) -> Rule {
    Rule {
        id: Some(name.to_owned()),
        title: name.to_owned(),
        level: Written::level(level),
        status: Written::status("test"),
        log_source: LogSource::new("windows", "process_creation", ""),
        tags: tags
            .iter()
            .map(|tag| Tag {
                written: (*tag).to_owned(),
                line: 1,
                column: 1,
                claims: parse_tag(tag),
            })
            .collect(),
        ..Rule::new(Format::Sigma, &format!("{name}.yml"))
    }
}

fn intake(rules: Vec<Rule>) -> Intake {
    let mut intake: Intake = rules.into_iter().collect();
    intake.settle();
    intake
}

fn today() -> Date {
    day("2026-11-25")
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("a day")
}

fn cover(rules: Vec<Rule>, scope: &Scope) -> Coverage {
    Coverage::compute(&catalogue(), &intake(rules), &Policy::default(), scope, today())
}

fn of<'a>(coverage: &'a Coverage, text: &str) -> &'a coverlay::coverage::TechniqueCoverage {
    coverage.technique(catalogue().find(id(text)).expect("live"))
}

#[test]
fn a_sub_technique_covers_its_parent_via_and_never_the_reverse() {
    let coverage = cover(vec![rule("a", "high", &["attack.t1001.001"])], &Scope::default());
    assert_eq!(of(&coverage, "T1001").state, TechniqueState::ViaSubtechnique);
    assert_eq!(of(&coverage, "T1001").score, None, "a parent's score is its own rules'");
    assert_eq!(of(&coverage, "T1001").subtechniques_covered, 1);
    assert_eq!(of(&coverage, "T1001").subtechniques_total, 2);
    let coverage = cover(vec![rule("a", "high", &["attack.t1001"])], &Scope::default());
    assert_eq!(of(&coverage, "T1001").state, TechniqueState::Direct);
    assert_eq!(of(&coverage, "T1001.001").state, TechniqueState::None);
    assert_eq!(of(&coverage, "T1001.001").score, None);
}

fn dated(name: &str, tag: &str, date: &str, modified: Option<&str>) -> Rule {
    let mut rule = rule(name, "high", &[tag]);
    rule.date = Date::parse(date);
    rule.modified = modified.and_then(Date::parse);
    rule
}

#[test]
fn a_technique_is_stale_when_no_rule_changed_for_two_years() {
    assert_eq!(STALE_AFTER_YEARS, 2, "the days below are two years apart");
    let stale = |rules: Vec<Rule>| {
        let upkeep = of(&cover(rules, &Scope::default()), "T1002").upkeep;
        (upkeep.stale, upkeep.last_changed.map(|day| day.to_string()).unwrap_or_default())
    };
    let old = || dated("old", "attack.t1002", "2019-01-01", None);
    assert_eq!(stale(vec![]), (false, String::new()), "nothing is not stale");
    assert_eq!(stale(vec![old()]), (true, "2019-01-01".into()));
    let on = |day: &str| stale(vec![dated("one", "attack.t1002", "2019-01-01", Some(day))]);
    assert_eq!(on("2024-11-24"), (true, "2024-11-24".into()));
    assert_eq!(on("2024-11-25"), (false, "2024-11-25".into()), "two years to the day");
    // One rule that is looked after is enough.
    let new = dated("new", "attack.t1002", "2026-01-01", None);
    assert_eq!(stale(vec![old(), new]), (false, "2026-01-01".into()));
    // Rules without a date say nothing.
    let silent = || rule("silent", "high", &["attack.t1002"]);
    assert_eq!(stale(vec![silent()]), (false, String::new()));
    assert_eq!(stale(vec![silent(), old()]), (true, "2019-01-01".into()));
    // What does not count cannot freshen.
    let mut left_out = dated("left out", "attack.t1002", "2026-01-01", None);
    left_out.status = Written::status("deprecated");
    assert!(stale(vec![old(), left_out]).0);
}

#[test]
fn today_alone_makes_a_technique_stale() {
    let intake = intake(vec![dated("a", "attack.t1002", "2025-03-01", None)]);
    let on = |text: &str| {
        let scope = Scope::default();
        let coverage =
            Coverage::compute(&catalogue(), &intake, &Policy::default(), &scope, day(text));
        of(&coverage, "T1002").upkeep.stale
    };
    assert_eq!((on("2027-03-01"), on("2027-03-02")), (false, true));
}

#[test]
fn upkeep_is_that_of_the_rules_that_cover() {
    let mut trial = dated("trial", "attack.t1001.001", "2020-01-01", None);
    trial.status = Written::status("experimental");
    let coverage = cover(vec![trial.clone()], &Scope::default());
    for id in ["T1001", "T1001.001"] {
        let upkeep = of(&coverage, id).upkeep;
        assert!(upkeep.stale && upkeep.experimental_only && !upkeep.is_good(), "{id}");
        let said: Vec<_> = upkeep.remarks().collect();
        assert_eq!(said, ["no rule changed in 2 years", "experimental rules only"], "{id}");
    }
    assert!(of(&coverage, "T1001.002").upkeep.is_good());
    // A rule of its own speaks for the technique, as it alone gives the score.
    let own = dated("own", "attack.t1001", "2026-01-01", None);
    let coverage = cover(vec![trial.clone(), own], &Scope::default());
    assert!(of(&coverage, "T1001").upkeep.is_good());
    assert!(!of(&coverage, "T1001.001").upkeep.is_good());
    // One rule that is more than a trial is enough.
    let tested = dated("tested", "attack.t1001.001", "2020-01-01", None);
    let upkeep = of(&cover(vec![trial, tested], &Scope::default()), "T1001.001").upkeep;
    assert!(upkeep.stale && !upkeep.experimental_only);
}

#[test]
fn rolled_up_each_rule_counts_once() {
    let rules = vec![
        rule("a", "low", &["attack.t1001", "attack.t1001.001", "attack.t1001.002"]),
        rule("b", "medium", &["attack.t1001.001"]),
    ];
    let coverage = cover(rules, &Scope::default());
    let parent = of(&coverage, "T1001");
    assert_eq!((parent.rules.len(), parent.rules_rollup.len()), (1, 2));
    assert_eq!(parent.score.map(Score::get), Some(30));
    assert_eq!(of(&coverage, "T1001.001").score.map(Score::get), Some(50), "the best rule wins");
}

#[test]
fn the_totals_of_a_hand_counted_case() {
    let rules = vec![
        rule("a", "high", &["attack.t1001.001"]),
        rule("b", "low", &["attack.t1003", "attack.first"]),
        rule("c", "high", &["attack.first"]),
        rule("d", "high", &[]),
    ];
    let coverage = cover(rules, &Scope::default());
    let s = &coverage.summary;
    assert_eq!((s.rules_read, s.rules, s.rules_mapped, s.rules_unmapped), (4, 4, 2, 2));
    assert_eq!(
        (s.techniques_covered, s.techniques_direct, s.techniques_via_subtechnique),
        (2, 1, 1)
    );
    assert_eq!((s.techniques_total, s.subtechniques_covered, s.subtechniques_total), (3, 1, 3));
    assert_eq!(s.techniques_at_least_80, 0, "T1001's 80 is its sub-technique's");
    // T1003 stands in both tactics, and is one technique in the total.
    let tactic = |at: usize| {
        let t = &coverage.tactics[at];
        (t.rules, t.techniques_covered, t.techniques_total)
    };
    assert_eq!(tactic(0), (2, 2, 2));
    assert_eq!(tactic(1), (1, 1, 2));
}

#[test]
fn a_revoked_id_counts_on_its_successor_once() {
    let rules = vec![rule("a", "high", &["attack.t0900", "attack.t1001.002", "attack.t0901"])];
    let all = intake(rules.clone());
    let coverage = cover(rules, &Scope::default());
    assert_eq!(of(&coverage, "T1001.002").rules.len(), 1);
    let found = diagnostics(&catalogue(), &[], &all);
    let codes: Vec<_> = found.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::TagRevoked, Code::TagDeprecated]);
    assert!(found[0].message.contains("T1001.002"), "{}", found[0].message);
}

#[test]
fn deprecated_rules_count_only_if_asked() {
    let old =
        || Rule { status: Written::status("deprecated"), ..rule("a", "high", &["attack.t1002"]) };
    let coverage = cover(vec![old()], &Scope::default());
    assert_eq!((coverage.summary.rules, coverage.summary.rules_excluded), (0, 1));
    assert_eq!(of(&coverage, "T1002").state, TechniqueState::None);
    let mut scope = Scope::default();
    scope.statuses.set(Status::Deprecated, true);
    let coverage = cover(vec![old()], &scope);
    assert_eq!((coverage.summary.rules, coverage.summary.rules_excluded), (1, 0));
    assert_eq!(of(&coverage, "T1002").state, TechniqueState::Direct);
}

#[test]
fn copies_count_once_and_are_in_no_other_list() {
    let copy = Rule { path: "z.yml".to_owned(), ..rule("a", "high", &["attack.t1002"]) };
    let coverage = cover(vec![rule("a", "high", &["attack.t1002"]), copy], &Scope::default());
    let s = &coverage.summary;
    assert_eq!((s.rules_read, s.rules, s.duplicates), (2, 1, 1));
    assert_eq!(of(&coverage, "T1002").rules.len(), 1);
}

#[test]
fn platforms_shrink_numerator_and_denominator() {
    let scope = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    let rules =
        vec![rule("a", "high", &["attack.t1001.001"]), rule("b", "high", &["attack.t1002"])];
    let coverage = cover(rules, &scope);
    let s = &coverage.summary;
    // T1001 is on Linux, but its only covered sub-technique is not.
    assert_eq!((s.techniques_covered, s.techniques_total), (1, 2));
    assert_eq!((s.subtechniques_covered, s.subtechniques_total), (0, 1));
    assert_eq!(of(&coverage, "T1001").state, TechniqueState::None);
    // The table of platforms is about all techniques, whatever the scope.
    let platform = |name: &str| {
        coverage.platforms.iter().find(|p| p.name == name).map(|p| (p.covered, p.total))
    };
    assert_eq!(platform("Windows"), Some((2, 4)));
    assert_eq!(platform("Linux"), Some((1, 3)), "what is only on Windows lends nothing here");
}

/// The table of platforms and the filter are two ways to the same numbers.
#[test]
fn a_platforms_row_is_the_summary_with_that_filter() {
    let rules =
        || vec![rule("a", "high", &["attack.t1001.001"]), rule("b", "high", &["attack.t1003"])];
    for row in cover(rules(), &Scope::default()).platforms {
        let scope = Scope { platforms: vec![row.name.clone()], ..Scope::default() };
        let s = cover(rules(), &scope).summary;
        let filtered = (
            s.techniques_covered + s.subtechniques_covered,
            s.techniques_total + s.subtechniques_total,
        );
        assert_eq!((row.covered, row.total), filtered, "{}", row.name);
    }
}

#[test]
fn an_id_of_another_domain_is_told_from_an_unknown_one() {
    let mobile = Catalogue { domain: Domain::Mobile, ..catalogue() };
    let mut shown = catalogue();
    shown.techniques.truncate(4);
    let all = intake(vec![rule("a", "high", &["attack.t1003", "attack.t4444", "attack.t99"])]);
    let codes: Vec<_> = diagnostics(&shown, &[&mobile], &all).into_iter().map(|d| d.code).collect();
    assert_eq!(codes.len(), 3);
    for code in [Code::TagOtherDomain, Code::TagUnknown, Code::TagMalformed] {
        assert!(codes.contains(&code), "{code:?} in {codes:?}");
    }
}

const IDS: [&str; 8] =
    ["t1001", "t1001.001", "t1001.002", "t1002", "t1003", "t1003.001", "t0900", "t7777"];

prop_compose! {
    fn any_rule()(name in "[a-f]", level in prop::sample::select(vec!["low", "medium", "high", ""]), tags in prop::collection::vec(prop::sample::select(IDS.to_vec()), 0..4)) -> Rule {
        let tags: Vec<String> = tags.iter().map(|tag| format!("attack.{tag}")).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        // A path holds one rule a document: rules that differ stand in different files.
        let path = format!("{name}-{level}-{}.yml", tags.join("-"));
        Rule { path, ..rule(&name, level, &tags) }
    }
}

proptest! {
    /// Another rule never lowers a score, a state or a total.
    #[test]
    fn coverage_only_grows(rules in prop::collection::vec(any_rule(), 0..8), more in any_rule()) {
        // A rule with an id of its own: a copy could replace another.
        let more = Rule { id: Some("new".to_owned()), ..more };
        let before = cover(rules.clone(), &Scope::default());
        let after = cover(rules.into_iter().chain([more]).collect(), &Scope::default());
        for (before, after) in before.techniques.iter().zip(&after.techniques) {
            prop_assert!(after.score >= before.score);
            prop_assert!(after.state >= before.state);
            prop_assert!(after.rules_rollup.len() >= before.rules_rollup.len());
        }
        prop_assert!(after.summary.techniques_covered >= before.summary.techniques_covered);
    }

    /// The order of arrival does not matter, and every rule read ends in exactly one list.
    #[test]
    fn order_does_not_matter(rules in prop::collection::vec(any_rule(), 0..8)) {
        let forth = cover(rules.clone(), &Scope::default());
        let s = forth.summary;
        prop_assert_eq!(s.rules_mapped + s.rules_unmapped + s.rules_excluded + s.duplicates, s.rules_read);
        let back = cover(rules.into_iter().rev().collect(), &Scope::default());
        prop_assert_eq!(forth.summary, back.summary);
        for (forth, back) in forth.techniques.iter().zip(&back.techniques) {
            prop_assert_eq!((forth.score, forth.state), (back.score, back.state));
        }
    }

    /// A score is always one of the table's.
    #[test]
    fn scores_come_from_the_table(rules in prop::collection::vec(any_rule(), 0..8), high in 0_u8..=100) {
        let mut table = LevelTable::default();
        table.set(Some(coverlay::rule::Level::High), LevelScore::new(high).expect("at most 100"));
        let coverage = Coverage::compute(&catalogue(), &intake(rules), &Policy::Level { table }, &Scope::default(), today());
        for technique in &coverage.techniques {
            prop_assert_eq!(technique.score.is_some(), technique.state == TechniqueState::Direct);
            if let Some(score) = technique.score {
                prop_assert!([30, 50, u32::from(high)].contains(&score.get()));
            }
        }
    }
}

/// Only picked rules count: the numbers are those of a drop of just these rules, whatever order
/// they were picked in, and also after their files were read again.
#[test]
fn picked_rules_count_as_if_there_were_no_others() {
    let catalogue = catalogue();
    let today = Date::new(2026, 11, 25).expect("a day");
    let all = || {
        let rules = [
            rule("a", "high", &["attack.t1001"]),
            rule("b", "low", &["attack.t1001.001", "attack.t1002"]),
            rule("c", "medium", &[]),
            rule("d", "critical", &["attack.t1002"]),
        ];
        rules.map(|rule| Rule { path: format!("{}.yml", rule.title), ..rule })
    };
    let settled = |rules: Vec<Rule>| {
        let mut intake: Intake = rules.into_iter().collect();
        intake.settle();
        intake
    };
    let compute = |intake: &Intake, scope: &Scope| {
        Coverage::compute(&catalogue, intake, &Policy::default(), scope, today)
    };
    let intake = settled(all().into());
    for rows in [vec![], vec![2], vec![3, 0], vec![1, 2, 0, 3]] {
        let scope = Scope { picked: Some(Picked::new(&intake, &rows)), ..Scope::default() };
        let kept = (0..).zip(all()).filter(|(at, _)| rows.contains(at)).map(|(_, rule)| rule);
        let expected = compute(&settled(kept.collect()), &Scope::default());
        // Another reading of the same files gives other values of the same rules.
        for intake in [&intake, &settled(all().into())] {
            let found = compute(intake, &scope);
            let score = |c: &Coverage| c.techniques.iter().map(|t| t.score).collect::<Vec<_>>();
            assert_eq!(score(&found), score(&expected), "{rows:?}");
            assert_eq!(found.tactics, expected.tactics, "{rows:?}");
            assert_eq!(found.summary.rules, rows.len());
            assert_eq!(found.summary.rules_passed_over, 4 - rows.len());
            assert_eq!(found.summary.rules_mapped, expected.summary.rules_mapped);
        }
    }
}
