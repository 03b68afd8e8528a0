//! Scoring policies: numbers worked out by hand, the laws they keep, and why a score is what it is.

mod toy;

use coverlay::attack::{Catalogue, TechniqueIndex};
use coverlay::coverage::{
    Change, Coverage, DepthWeights, Policy, Raise, Scope, Score, Why, depth_of, why,
};
use coverlay::date::Date;
use coverlay::export::layer_json::{self, LayerOptions};
use coverlay::heatmap::{LegendKind, Painter, Palette, PaletteName, Theme, legend};
use coverlay::pace::Unpaced;
use coverlay::rule::{Intake, LogSource, Measured, Rule, Share};
use proptest::prelude::*;
use std::task::{Context, Poll, Waker};

fn catalogue() -> Catalogue {
    toy::three_tactics()
}

/// Changed today, so that freshness is 1.
fn rule(title: &str, level: &str, status: &str, category: &str, tags: &[&str]) -> Rule {
    Rule { modified: Some(toy::date()), ..toy::rule(title, level, status, category, tags) }
}

fn undated(rule: Rule) -> Rule {
    Rule { date: None, modified: None, ..rule }
}

fn policy(name: &str) -> Policy {
    Policy::named(name).expect("a policy")
}

fn cover(intake: &Intake, policy: &Policy) -> Coverage {
    Coverage::compute(&catalogue(), intake, policy, &Scope::default(), toy::date())
}

/// [`Coverage::rescored`] without a pause.
fn rescored(from: &Coverage, catalogue: &Catalogue, intake: &Intake, to: &Policy) -> Coverage {
    let scored = std::pin::pin!(from.rescored(catalogue, intake, to, &Unpaced));
    match scored.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(coverage) => coverage,
        Poll::Pending => panic!("it paused"),
    }
}

fn index(text: &str) -> TechniqueIndex {
    catalogue().find(toy::id(text)).expect("live")
}

fn score(intake: &Intake, policy: &Policy, technique: &str) -> Option<u32> {
    cover(intake, policy).technique(index(technique)).score.map(Score::get)
}

fn explain(intake: &Intake, policy: &Policy, technique: &str) -> Why {
    why(intake, &cover(intake, policy), policy, toy::date(), index(technique))
}

fn gains(why: &Why) -> Vec<(Change, u32)> {
    why.raises.iter().map(|Raise { change, gain, .. }| (*change, *gain)).collect()
}

/// On T1059: 0.8 · 0.9 = 0.72 and 0.8 · 0.7 · 1/√4 = 0.28 on one log source, 0.8 · 0.75 = 0.6
/// (no date) on another. In order of their paths.
fn three_rules() -> Vec<Rule> {
    let many = ["attack.t1059", "attack.t1047", "attack.t1053", "attack.t1071"];
    vec![
        rule("a", "high", "test", "process", &["attack.t1059"]),
        rule("b", "critical", "experimental", "process", &many),
        undated(rule("c", "high", "stable", "script", &["attack.t1059"])),
    ]
}

#[test]
fn depth_by_hand() {
    let intake = toy::intake(three_rules());
    let depth = policy("depth");
    // 1 − (1 − 0.72)(1 − 0.6) = 0.888
    assert_eq!(score(&intake, &depth, "T1059"), Some(89));
    assert_eq!(score(&intake, &depth, "T1047"), Some(28));
    assert_eq!(score(&intake, &depth, "T1110"), None);
    let coverage = cover(&intake, &Policy::default());
    let of = |text| {
        let weights = DepthWeights::default();
        depth_of(&intake, &coverage, &weights, toy::date(), index(text)).map(Score::get)
    };
    assert_eq!([of("T1059"), of("T1047"), of("T1110")], [Some(89), Some(28), None]);
}

#[test]
fn count_goes_beyond_its_top() {
    let rules = (0..23).map(|n| rule(&format!("r{n}"), "low", "test", "p", &["attack.t1059"]));
    let intake = toy::intake(rules.chain(three_rules()).collect());
    let coverage = cover(&intake, &Policy::Count);
    assert_eq!(score(&intake, &Policy::Count, "T1059"), Some(26));
    assert_eq!(score(&intake, &Policy::Count, "T1047"), Some(1));
    let palette = Palette::new(PaletteName::Blue, Theme::Light);
    let painter = Painter::new(&palette, Theme::Light);
    let cell = painter.cell(&catalogue(), &coverage, index("T1059"));
    assert_eq!(cell.fill.as_ref(), palette.stops().last(), "from 20 on it is as dark as can be");
    assert_eq!(cell.score.map(Score::get), Some(26), "and says the number");
    let shown = catalogue().indices().collect::<Vec<_>>();
    let entries = legend(&catalogue(), &coverage, &palette, Theme::Light, shown);
    let labels: Vec<_> = entries
        .iter()
        .filter(|entry| matches!(entry.kind, LegendKind::Score(..)))
        .map(|entry| entry.label.as_str())
        .collect();
    assert_eq!(labels, ["score 1", "score 26"]);

    let options = LayerOptions {
        name: String::new(),
        description: String::new(),
        palette,
        date: toy::date(),
    };
    let scope = Scope::default();
    let layer =
        layer_json::layer(&catalogue(), &coverage, &intake, &Policy::Count, &scope, &options);
    assert_eq!(layer.gradient.max_value.as_u64(), Some(20), "the Navigator clamps, too");
}

#[test]
fn precision_by_hand() {
    let mut intake = toy::intake(three_rules());
    let record = |rule: &str, precision: Option<f64>, rate: Option<f64>| Measured {
        path: "m.csv".to_owned(),
        line: 2,
        rule: rule.to_owned(),
        precision: precision.and_then(Share::new),
        false_positives: rate.and_then(Share::new),
    };
    // By id in another case, by title; c has no record.
    intake.measured = vec![record("ID OF A", Some(0.9), Some(0.4)), record("B", Some(0.8), None)];
    intake.settle();
    let precision = policy("precision");
    // One log source has the better of 0.6 and 0.8, the other 0.5: 1 − 0.2 · 0.5.
    assert_eq!(score(&intake, &precision, "T1059"), Some(90));
    assert_eq!(score(&intake, &precision, "T1047"), Some(80));
    let why = explain(&intake, &precision, "T1059");
    let told: Vec<_> = why.rules.iter().map(|rule| (rule.rule, rule.decides)).collect();
    assert_eq!(told, [(1, true), (2, true), (0, false)]);
    assert_eq!(
        why.rules[2].sentence,
        "q = 0.60 = the lower of precision 0.90 (90 % by m.csv:2) and false positives 0.60 \
         (40 % by m.csv:2); adds nothing, as its log source has one as good or better."
    );
    // Like the best: 1 − 0.1 · 0.2 = 0.98. Half the false alerts of b: 0.8 ÷ 0.9 = 0.889,
    // 1 − 0.111 · 0.5 = 0.944.
    assert_eq!(gains(&why), [(Change::AnotherLogSource, 8), (Change::Tune(1), 4)]);
}

#[test]
fn why_this_depth_and_what_would_raise_it() {
    let intake = toy::intake(three_rules());
    let why = explain(&intake, &policy("depth"), "T1059");
    assert_eq!(why.score, Some(Score::new(89)));
    assert!((why.product.expect("a product") - 0.112).abs() < 1e-9);
    assert_eq!(
        why.sentence,
        "Score 89 is 100 × (1 − 0.112) over 2 log sources: 0.112 = (1 − 0.72) × (1 − 0.60)."
    );
    let told: Vec<_> = why.rules.iter().map(|rule| (rule.rule, rule.decides)).collect();
    assert_eq!(told, [(0, true), (2, true), (1, false)]);
    assert_eq!(
        why.rules[2].sentence,
        "q = 0.28 = status 0.70 (experimental) × level 0.80 (critical) × freshness 1.00 (last \
         changed 2026-11-22) × specificity 0.50 (claims 4 techniques); adds nothing, as its log \
         source has one as good or better."
    );
    assert_eq!(why.rules[1].log_source, "windows / script");
    // 0.112 · 0.2 → 98; 0.112 · 0.28 → 97; c current, 0.8: 0.28 · 0.2 → 94; a stable, 0.8:
    // 0.2 · 0.4 → 92. Nothing done to b reaches a.
    let expected = [
        (Change::GoodRule, 9),
        (Change::AnotherLogSource, 8),
        (Change::Update(2), 5),
        (Change::MakeStable(0), 3),
    ];
    assert_eq!(gains(&why), expected);
    let said: Vec<_> = why.raises.iter().map(|raise| raise.sentence.as_str()).collect();
    assert_eq!(
        said[1..],
        [
            "One more log source with a rule like the best one: +8",
            "Update “c”: +5",
            "Make “a” stable: +3"
        ]
    );
    assert_eq!(serde_json::to_value(&why).expect("JSON")["raises"][2]["gain"], 5);
}

#[test]
fn why_with_one_rule_and_with_none() {
    let depth = policy("depth");
    let intake = toy::intake(vec![three_rules().remove(0)]);
    let why = explain(&intake, &depth, "T1059");
    assert_eq!(why.sentence, "Score 72 is the best q on its one log source, 0.72, × 100.");
    // 1 − 0.28 · 0.28 = 0.9216
    assert!(why.raises.iter().any(|raise| {
        raise.sentence == "A second log source with a rule like the best one: +20"
    }));
    let none = explain(&intake, &depth, "T1110");
    assert_eq!((none.score, none.product, none.rules.len()), (None, None, 0));
    assert_eq!(gains(&none), [(Change::GoodRule, 80)]);
    assert_eq!(gains(&explain(&intake, &Policy::Count, "T1110")), [(Change::OneMoreRule, 1)]);
}

#[test]
fn why_this_level() {
    let mut rules = three_rules();
    rules[0] = rule("a", "low", "test", "process", &["attack.t1059"]);
    rules[1] = rule("b", "medium", "test", "process", &["attack.t1059"]);
    rules[2] = rule("c", "medium", "test", "script", &["attack.t1059"]);
    let level = Policy::default();
    let why = explain(&toy::intake(rules), &level, "T1059");
    assert_eq!(why.sentence, "Score 50 comes from 2 of its 3 rules, those of level medium.");
    let decide: Vec<_> = why.rules.iter().map(|rule| (rule.rule, rule.decides)).collect();
    assert_eq!(decide, [(1, true), (2, true), (0, false)]);
    let said: Vec<_> = why.raises.iter().map(|raise| raise.sentence.as_str()).collect();
    assert_eq!(said, ["A rule of level high: +30"], "critical would give no more");
    let best = explain(&toy::intake(three_rules()), &level, "T1059");
    assert_eq!(best.raises, [], "at the top of the table nothing is left to raise");
}

/// Each told gain is what the score rises by when that is really done.
#[test]
fn gains_are_real() {
    let depth = policy("depth");
    let told = explain(&toy::intake(three_rules()), &depth, "T1059");
    for raise in told.raises {
        let mut rules = three_rules();
        match raise.change {
            Change::MakeStable(at) => {
                rules[at as usize].status = coverlay::rule::Written::status("stable");
            }
            Change::Update(at) => rules[at as usize].modified = Some(toy::date()),
            Change::AnotherLogSource => {
                let log_source = LogSource::new("linux", "", "auditd");
                let like = rule("d", "high", "test", "", &["attack.t1059"]);
                rules.push(Rule { log_source, ..like });
            }
            Change::GoodRule => {
                rules.push(rule("d", "high", "stable", "network", &["attack.t1059"]));
            }
            other => panic!("{other:?} is not told here"),
        }
        let then = score(&toy::intake(rules), &depth, "T1059").expect("a score");
        assert_eq!(then, 89 + raise.gain, "{}", raise.sentence);
    }
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let level =
        prop::sample::select(vec!["", "informational", "low", "medium", "high", "critical"]);
    let status = prop::sample::select(vec!["", "stable", "test", "experimental"]);
    let category = prop::sample::select(vec!["", "process", "script", "network"]);
    let tags = prop::sample::subsequence(
        vec!["attack.t1059", "attack.t1059.001", "attack.t1047", "attack.t1086", "attack.t9999"],
        0..=5,
    );
    let day = prop::option::of((2015_u16..2028, 1_u8..=12));
    let title = "[a-f]";
    (title, level, status, category, tags, day).prop_map(
        |(title, level, status, category, tags, day)| Rule {
            modified: None,
            date: day.and_then(|(year, month)| Date::new(year, month, 3)),
            // Titles may be the same, ids are not: they come from the place.
            ..toy::rule(&title, level, status, category, &tags)
        },
    )
}

/// Rules with a place and an id of their own.
fn placed(rules: Vec<Rule>) -> Vec<Rule> {
    let own = |(at, rule): (usize, Rule)| Rule {
        id: Some(format!("id {at}")),
        path: format!("{at}.yml"),
        ..rule
    };
    rules.into_iter().enumerate().map(own).collect()
}

fn some_rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(any_rule(), 0..8).prop_map(placed)
}

fn records() -> Vec<Measured> {
    let record = |rule: &str, precision: f64| Measured {
        path: "m.csv".to_owned(),
        line: 2,
        rule: rule.to_owned(),
        precision: Share::new(precision),
        false_positives: None,
    };
    vec![record("a", 0.97), record("id 1", 0.31), record("id 2", 0.0), record("c", 1.0)]
}

fn settled(rules: Vec<Rule>) -> Intake {
    let mut intake: Intake = rules.into_iter().collect();
    intake.measured = records();
    intake.settle();
    intake
}

/// The four, with weights anywhere in their ranges.
fn any_policy() -> impl Strategy<Value = Policy> {
    let turns = prop::collection::vec(0.0..=1.0, 24);
    (0_usize..4, turns, any::<bool>()).prop_map(|(at, turns, is_default)| {
        let mut policy = Policy::ours()[at];
        if !is_default {
            for ((weight, _), turn) in policy.weights().into_iter().zip(turns) {
                let (least, highest) = weight.range();
                let value = least + turn * (highest - least);
                policy.set_weight(weight.key, value).expect("within its range");
            }
        }
        policy
    })
}

fn scores(intake: &Intake, policy: &Policy) -> Vec<Option<Score>> {
    cover(intake, policy).techniques.iter().map(|technique| technique.score).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_rule_never_lowers_a_score(
        rules in some_rules(), more in any_rule(), policy in any_policy()
    ) {
        let more = Rule { id: Some("new".to_owned()), path: "new.yml".to_owned(), ..more };
        let before = scores(&settled(rules.clone()), &policy);
        let after = scores(&settled(rules.into_iter().chain([more]).collect()), &policy);
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(after >= before, "{before:?} {after:?}");
        }
    }

    /// Turning a weight, or another policy altogether, comes to the same as computing all anew.
    #[test]
    fn rescored_is_computed(rules in some_rules(), from in any_policy(), to in any_policy()) {
        let intake = settled(rules);
        let catalogue = catalogue();
        let peers = Policy::peers();
        for to in [to, peers[0], peers[5], from] {
            let before = cover(&intake, &from);
            let rescored = rescored(&before, &catalogue, &intake, &to);
            prop_assert_eq!(rescored, cover(&intake, &to));
        }
    }

    #[test]
    fn a_clone_on_the_same_log_source_adds_nothing_to_depth(
        rules in some_rules(), at in any::<prop::sample::Index>(), policy in any_policy()
    ) {
        prop_assume!(!rules.is_empty() && !matches!(policy, Policy::Count));
        // The path decides where it comes in the order of rules.
        let copy = Rule { id: None, path: "0 copy.yml".to_owned(), ..at.get(&rules).clone() };
        // A copy under its own name has no record by id.
        prop_assume!(!matches!(policy, Policy::Precision { .. }));
        let before = scores(&settled(rules.clone()), &policy);
        let after = scores(&settled(rules.into_iter().chain([copy]).collect()), &policy);
        prop_assert_eq!(before, after);
    }

    #[test]
    fn no_rule_is_no_score_and_a_rule_is_one_on_the_scale(
        rules in some_rules(), policy in any_policy()
    ) {
        prop_assert!(scores(&settled(Vec::new()), &policy).iter().all(Option::is_none));
        let most = match policy {
            Policy::Count => u32::try_from(rules.len()).expect("few"),
            _ => policy.scale().top,
        };
        let coverage = cover(&settled(rules), &policy);
        for technique in &coverage.techniques {
            prop_assert_eq!(technique.score.is_some(), !technique.rules.is_empty());
            prop_assert!(technique.score.is_none_or(|score| score.get() <= most));
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(rules in some_rules(), policy in any_policy()) {
        let forth = settled(rules.clone());
        let back = settled(rules.into_iter().rev().collect());
        prop_assert_eq!(scores(&forth, &policy), scores(&back, &policy));
        for technique in catalogue().indices() {
            let explained = |intake| why(intake, &cover(intake, &policy), &policy, toy::date(), technique);
            prop_assert_eq!(explained(&forth), explained(&back));
        }
    }

    /// Nor do the names of files, on which the order of multiplication could depend.
    #[test]
    fn where_the_rules_stand_does_not_matter(rules in some_rules(), policy in any_policy()) {
        let moved = rules.iter().zip((0..rules.len()).rev());
        let moved = moved.map(|(rule, at)| Rule { path: format!("{at} moved.yml"), ..rule.clone() });
        prop_assert_eq!(
            scores(&settled(moved.collect()), &policy),
            scores(&settled(rules), &policy)
        );
    }

    #[test]
    fn the_explanation_agrees_with_the_score(rules in some_rules(), policy in any_policy()) {
        let intake = settled(rules);
        let coverage = cover(&intake, &policy);
        for technique in catalogue().indices() {
            let covered = coverage.technique(technique);
            let why = why(&intake, &coverage, &policy, toy::date(), technique);
            prop_assert_eq!(why.score, covered.score);
            prop_assert_eq!(why.rules.len(), covered.rules.len());
            if let Some(product) = why.product {
                let deciding = why.rules.iter().filter(|rule| rule.decides).count();
                prop_assert_eq!(deciding, covered.log_sources as usize, "one a log source");
                let score = f64::from(why.score.expect("a score").get());
                prop_assert!((100.0 * (1.0 - product) - score).abs() <= 0.5 + 1e-6);
            }
            if let Policy::Depth { weights } = &policy {
                let depth = depth_of(&intake, &coverage, weights, toy::date(), technique);
                prop_assert_eq!(depth, covered.score);
            }
        }
    }
}
