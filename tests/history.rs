//! Coverage over time: hand-made rules and layers, counted by hand, and real ones.
#![cfg(feature = "cli")]

mod toy;

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::history::{NoDate, RuleHistory, Step, Trend, When, of_rules};
use coverlay::layer::{Covered, Layer, read};
use coverlay::rule::{Format, Intake, Rule};

fn dated(date: &str, rule: Rule) -> Rule {
    Rule { date: Date::parse(date), ..rule }
}

fn history(catalogue: &Catalogue, intake: &Intake, scope: &Scope, step: Step) -> RuleHistory {
    let policy = Policy::default();
    let coverage = Coverage::compute(catalogue, intake, &policy, scope, toy::date());
    of_rules(catalogue, intake, &coverage, (&policy, scope), toy::date(), step)
}

/// Name, covered techniques and those of each tactic.
fn points(history: &RuleHistory) -> Vec<(String, usize, Vec<usize>)> {
    let points = history.snapshots.iter().map(|snapshot| {
        let tactics = snapshot.totals.tactics.iter().map(|tactic| tactic.covered).collect();
        (snapshot.name.clone(), snapshot.totals.overall.covered, tactics)
    });
    points.collect()
}

/// The seven techniques of the toy matrix: Execution has T1047, T1053, T1059; Credential Access
/// T1003, T1110; Command and Control T1001, T1053, T1071.
fn rules() -> Intake {
    let rule = |title: &str, tags: &[&str]| toy::rule(title, "high", "test", "process", tags);
    toy::intake(vec![
        dated("2025-12-31", rule("a", &["attack.t1047"])),
        dated("2026-01-01", rule("b", &["attack.t1053"])),
        dated("2026-03-31", rule("c", &["attack.t1003.001"])),
        // Nothing new in the second quarter.
        dated("2026-05-05", rule("d", &["attack.t1047", "attack.t1053"])),
        dated("2026-10-01", rule("e", &["attack.t1086"])),
        // A day ahead of us, as east of Greenwich.
        dated("2026-11-23", rule("f", &["attack.t1071"])),
        Rule { date: None, ..rule("g", &["attack.t1110"]) },
        dated("2024-01-01", toy::rule("h", "high", "deprecated", "process", &["attack.t1001"])),
    ])
}

#[test]
fn quarters_of_a_rule_set_counted_by_hand() {
    let catalogue = toy::three_tactics();
    let history = history(&catalogue, &rules(), &Scope::default(), Step::Quarter);
    let expected = [
        ("Q4 2025", 1, vec![1, 0, 0]),
        ("Q1 2026", 3, vec![2, 1, 1]),
        ("Q2 2026", 3, vec![2, 1, 1]),
        ("Q3 2026", 3, vec![2, 1, 1]),
        ("2026-11-22", 5, vec![3, 1, 2]),
    ];
    assert_eq!(
        points(&history),
        expected.map(|(name, all, tactics)| (name.to_owned(), all, tactics))
    );
    assert_eq!((history.dated, history.undated), (6, 1), "a deprecated rule is neither");
    assert!(history.sentence().ends_with("1 rule without a date is left out."));
    let totals = &history.snapshots[0].totals;
    assert_eq!(totals.overall.total, 7);
    assert_eq!(totals.tactics.iter().map(|t| t.total).collect::<Vec<_>>(), [3, 2, 3]);

    let trend = Trend::of_rules(history);
    let changes: Vec<_> = trend
        .quarters()
        .into_iter()
        .map(|q| {
            (q.year, q.quarter, q.overall.covered, q.change.map(|c| (c.overall * 7.0).round()))
        })
        .collect();
    let expected = [
        (2025, 4, 1, None),
        (2026, 1, 3, Some(200.0)),
        (2026, 2, 3, Some(0.0)),
        (2026, 3, 3, Some(0.0)),
        (2026, 4, 5, Some(200.0)),
    ];
    assert_eq!(changes, expected);
}

#[test]
fn months_of_a_rule_set() {
    let catalogue = toy::three_tactics();
    let history = history(&catalogue, &rules(), &Scope::default(), Step::Month);
    let covered: Vec<_> = history.snapshots.iter().map(|s| s.totals.overall.covered).collect();
    assert_eq!(covered, [1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4, 5]);
    assert_eq!(history.snapshots[1].name, "2026-01");
}

#[test]
fn a_rule_set_only_grows_and_ends_with_today() {
    let (catalogue, all) = toy::large();
    let policy = Policy::default();
    let rules = all.rules.iter().enumerate().map(|(at, rule)| {
        let month = 1 + (at * 7) % 12;
        dated(&format!("{}-{month:02}-17", 2019 + (at * 5) % 7), (**rule).clone())
    });
    let intake = toy::intake(rules.collect());
    for platforms in [vec![], vec!["Linux".to_owned()]] {
        let scope = Scope { platforms, ..Scope::default() };
        let history = history(&catalogue, &intake, &scope, Step::Quarter);
        assert_eq!(history.snapshots.len(), 32, "Q1 2019 to Q4 2026");
        for pair in history.snapshots.windows(2) {
            let (before, now) = (&pair[0].totals, &pair[1].totals);
            assert!(before.overall.covered <= now.overall.covered);
            let tactics = before.tactics.iter().zip(&now.tactics);
            assert!(tactics.into_iter().all(|(before, now)| before.covered <= now.covered));
        }
        let coverage = Coverage::compute(&catalogue, &intake, &policy, &scope, toy::date());
        let last = history.snapshots.last().expect("a point");
        let summary = coverage.summary;
        assert_eq!(
            last.totals.overall,
            Covered { covered: summary.techniques_covered, total: summary.techniques_total }
        );
        let in_scope = |index| scope.includes(&catalogue, catalogue.technique(index));
        assert_eq!(last.totals, last.standing.totals(&catalogue, &in_scope));
    }
}

/// What is out of scope lends its technique nothing, in a comparison as in a report.
#[test]
fn both_ways_of_counting_agree_on_platforms() {
    let mut catalogue = toy::three_tactics();
    let sub = toy::index(&catalogue, "T1003.001");
    catalogue.techniques[usize::from(sub.0)].platforms = vec![1];
    let scope = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    let history = history(&catalogue, &rules(), &scope, Step::Quarter);
    let last = history.snapshots.last().expect("a point");
    assert_eq!(last.totals.tactics[1], Covered { covered: 0, total: 2 });
    let in_scope = |index| scope.includes(&catalogue, catalogue.technique(index));
    assert_eq!(last.totals, last.standing.totals(&catalogue, &in_scope));
}

#[test]
fn rules_that_say_nothing_have_no_past() {
    let catalogue = toy::three_tactics();
    let set = |change: fn(Rule) -> Rule| {
        let rule = toy::rule("a", "high", "test", "process", &["attack.execution"]);
        let intake = toy::intake(vec![change(rule)]);
        let history = history(&catalogue, &intake, &Scope::default(), Step::Quarter);
        (history.snapshots.len(), history.dated, history.undated)
    };
    assert_eq!(set(|rule| rule), (3, 1, 0), "a tactic alone covers nothing, which is an answer");
    assert_eq!(set(|rule| Rule { date: None, ..rule }), (0, 0, 1));
    let of_sublime = |rule| Rule { format: Format::Sublime, tags: Vec::new(), ..rule };
    assert_eq!(set(of_sublime), (0, 1, 0), "0 % would say more than anybody knows");
}

fn layer(name: &str, metadata: &str, ids: &[&str]) -> Layer {
    let entries: Vec<_> =
        ids.iter().map(|id| format!(r#"{{"techniqueID":"{id}","score":50}}"#)).collect();
    let text = format!(
        r#"{{"name":"{name}","versions":{{"attack":"19","navigator":"5.3.2","layer":"4.5"}},"domain":"enterprise-attack","techniques":[{}],"metadata":[{metadata}]}}"#,
        entries.join(",")
    );
    read("layer.json", &text).expect("a layer").value.remove(0)
}

#[test]
fn layers_are_put_in_their_order() {
    let catalogue = toy::three_tactics();
    let metadata = r#"{"name":"Generated","value":"2026-02-01T10:00:00Z"}"#;
    let layers = [
        layer("third", r#"{"name":"date","value":"2026/09/30"}"#, &["T1047", "T1053"]),
        layer("by its file", "", &["T1003.002"]),
        layer("nobody knows", r#"{"name":"updated","value":"2026-01-01"}"#, &[]),
        layer("2020-01-01, but its metadata know better", metadata, &["T1047", "T1059"]),
        layer("2020-01-01 or 2021-01-01", "", &["T1047"]),
    ];
    let files = ["a/2019-01-01.json", "x/coverage_q2_2026.json", "b.json", "c.json", "d.json"];
    let trend = Trend::of_layers(layers.iter().zip(files), &catalogue, &|_| true);
    let told: Vec<_> = trend
        .snapshots
        .iter()
        .map(|snapshot| (snapshot.at.to_string(), snapshot.totals.overall.covered))
        .collect();
    let expected = [("2026-02-01", 2), ("2026-06-30", 1), ("2026-09-30", 2)];
    assert_eq!(told, expected.map(|(at, covered)| (at.to_owned(), covered)));
    let reasons: Vec<_> =
        trend.undated.iter().map(|undated| (undated.name.as_str(), undated.reason)).collect();
    assert_eq!(
        reasons,
        [("nobody knows", NoDate::None), ("2020-01-01 or 2021-01-01", NoDate::Several)]
    );
    let fell = trend.quarters()[1].change.clone().expect("a change");
    assert_eq!(fell.since, (2026, 1));
    assert!((fell.overall + 100.0 / 7.0).abs() < 1e-9);
    assert!((fell.tactics[1] - 50.0).abs() < 1e-9);
}

/// Two snapshots of one quarter: the later one is its end.
#[test]
fn a_quarter_ends_with_its_last_snapshot() {
    let catalogue = toy::three_tactics();
    let layers = [
        layer("2026-01-31", "", &["T1047"]),
        layer("2026-03-01", "", &["T1047", "T1059", "T1110"]),
        layer("2025-11-11", "", &["T1001"]),
        layer("sprint 1 of 2026", "", &[]),
        layer("sprint_9_2026", "", &[]),
    ];
    let trend = Trend::of_layers(layers.iter().zip([""; 5]), &catalogue, &|_| true);
    assert_eq!(trend.undated.len(), 1, "'1 of 2026' is no form of a sprint");
    let quarters = trend.quarters();
    let told: Vec<_> = quarters.iter().map(|q| (q.year, q.quarter, q.overall.covered)).collect();
    assert_eq!(told, [(2025, 4, 1), (2026, 1, 3)]);
    let last = trend.snapshots.last().expect("a snapshot");
    assert_eq!(last.at, When::Sprint { year: 2026, number: 9 });
}

/// SigmaHQ's rules all carry dates: the trend ends with what the report says.
#[test]
fn the_past_of_sigmahq() {
    let path = "/work/shared/corpora/sigmahq.zip";
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let catalogue = bundled::find(Domain::Enterprise, None).expect("built in").expect("there");
    let file = coverlay::source::SourceFile { path: path.to_owned(), bytes };
    let (mut intake, _) = coverlay::pipeline::import_files([file]);
    intake.settle();
    let start = std::time::Instant::now();
    let history = history(catalogue, &intake, &Scope::default(), Step::Quarter);
    println!("{} points in {:?}", history.snapshots.len(), start.elapsed());
    for snapshot in &history.snapshots {
        println!("{} {:?}", snapshot.name, snapshot.totals.overall);
    }
    println!("{}", history.sentence());
    let coverage = toy::covered(catalogue, &intake);
    let last = history.snapshots.last().expect("a point");
    assert_eq!(history.undated, 0);
    assert_eq!(last.totals.overall.covered, coverage.summary.techniques_covered);
    assert!(history.snapshots.len() > 30);
}
