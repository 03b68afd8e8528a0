//! Alerts against what rules cover: what the page shows beside counts, recounted another way.
#![cfg(feature = "cli")]

use coverlay::alerts::{
    Alerts, Latency, Moment, NewAlert, Selection, TestOutcome, TestResult, Window,
};
use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::detections::{
    AlertFilter, AlertKind, AlertList, Detections, SeenOf, place_tests, techniques_seen,
};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::pace::Unpaced;
use coverlay::pipeline::import_files;
use coverlay::rule::Intake;
use coverlay::sample;
use coverlay::source::SourceFile;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn catalogue() -> &'static Catalogue {
    bundled::find(Domain::Enterprise, None).expect("whole").expect("built in")
}

fn day() -> Date {
    Date::new(2026, 4, 1).expect("a day")
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(value) = polled {
            return value;
        }
    }
}

fn read(files: &[(&str, &str)]) -> Intake {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let (mut intake, _) = import_files(files.iter().map(file));
    intake.settle();
    intake
}

fn rule(title: &str, id: &str, tags: &str) -> String {
    format!(
        "title: {title}\nid: {id}\nstatus: stable\nlevel: high\nlogsource:\n    product: windows\n    category: process_creation\ndetection:\n    selection:\n        a: b\n    condition: selection\ntags:\n{tags}"
    )
}

fn counted(intake: &Intake) -> Coverage {
    Coverage::compute(catalogue(), intake, &Policy::default(), &Scope::default(), day())
}

/// Recounted from the rows, without volumes.
#[test]
fn the_sample_recounted() {
    let files = sample::FILES
        .iter()
        .map(|(path, bytes)| SourceFile { path: (*path).to_owned(), bytes: bytes.to_vec() });
    let (mut intake, _) = import_files(files);
    intake.settle();
    let mut reader = AlertReader::new(sample::ALERTS, AlertOptions::default());
    reader.push(sample::alerts(day()).as_bytes());
    let alerts = reader.finish().expect("alerts");
    let coverage = counted(&intake);
    let window = Window::of_days(Date::new(2026, 3, 1).expect("a day"), day());
    let selection = Selection { window: Some(window), ..Selection::default() };
    let found = Detections::of(catalogue(), &intake, &coverage.claims, &alerts, &selection);

    let placement = &found.joined.placement;
    let (mut seen, mut fired) = (BTreeSet::new(), BTreeSet::new());
    let mut of_tactic: Vec<BTreeSet<_>> = vec![BTreeSet::new(); catalogue().tactics.len()];
    for alert in alerts.iter().filter(|alert| window.has(alert.time)) {
        for index in placement.techniques(&alerts, alert.at) {
            seen.insert(*index);
            for tactic in &catalogue().technique(*index).tactics {
                of_tactic[usize::from(*tactic)].insert(*index);
            }
        }
        fired.extend(found.joined.rules_of(alert.rule).iter().copied());
    }
    let covered: BTreeSet<_> = catalogue()
        .indices()
        .filter(|index| !coverage.technique(*index).rules.is_empty())
        .collect();
    assert_eq!(
        techniques_seen(&coverage, &found.volume),
        SeenOf {
            seen: seen.intersection(&covered).count(),
            total: covered.len(),
            beside: seen.difference(&covered).count(),
        }
    );
    let counts: BTreeSet<_> = coverage.counted().into_iter().collect();
    let rules = found.rules_fired(&coverage, &found.volume);
    assert_eq!(rules.seen, fired.intersection(&counts).count());
    assert_eq!((rules.total, rules.beside), (counts.len(), fired.difference(&counts).count()));
    assert!(rules.seen < rules.total, "some are silent");

    let listed = |kind: AlertKind| {
        let filter = AlertFilter { kind: Some(kind), ..AlertFilter::default() };
        AlertList::of(&alerts, &found, &filter).rows.len() as u32
    };
    let latency = found.latency.all;
    assert!(latency.negative > 0 && latency.missing > 0);
    assert_eq!(
        AlertKind::ALL.map(listed),
        [latency.negative, latency.missing, found.volume.alerts - found.volume.placed]
    );

    for (at, tactic) in found.tactics(catalogue(), &coverage).into_iter().enumerate() {
        let is_here = |index: &coverlay::attack::TechniqueIndex| {
            catalogue().technique(*index).tactics.iter().any(|tactic| usize::from(*tactic) == at)
        };
        let here: BTreeSet<_> = covered.iter().copied().filter(is_here).collect();
        let of: BTreeSet<_> =
            here.iter().flat_map(|index| coverage.technique(*index).rules.iter()).collect();
        assert_eq!(tactic.rules.total, of.len());
        assert_eq!(tactic.rules.total, coverage.tactics[at].rules, "as in all other places");
        assert_eq!(tactic.rules.seen, of.iter().filter(|rule| fired.contains(**rule)).count());
        assert_eq!(tactic.techniques.total, here.len());
        assert_eq!(tactic.techniques.seen, of_tactic[at].intersection(&here).count());
        let listed: BTreeSet<_> = tactic.seen.iter().map(|(index, _)| *index).collect();
        assert_eq!(listed, of_tactic[at]);
        assert!(tactic.seen.is_sorted_by(|a, b| a.1 >= b.1));
    }
}

/// Alerts that call one rule by its id and by its title are of one rule.
#[test]
fn a_rule_of_two_names_has_one_latency() {
    let (one, two) =
        ("aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002");
    let intake = read(&[
        ("one.yml", &rule("One", one, "    - attack.t1003\n")),
        ("two.yml", &rule("Two", two, "    - attack.t1059\n")),
    ]);
    let coverage = counted(&intake);
    let mut alerts = Alerts::default();
    for (rule_id, rule_name, latency) in
        [(one, "", 1), (one, "", 9), ("", "One", 2), ("", "Two", 30), ("", "Three", 70)]
    {
        let event = Moment::start_of(day());
        let time = Moment(event.0 + latency * 1000);
        alerts.push(&NewAlert {
            time,
            event: Some(event),
            detected: Some(time),
            rule_id,
            rule_name,
            ..NewAlert::default()
        });
    }
    let of = |selection: &Selection| {
        let found = Detections::of(catalogue(), &intake, &coverage.claims, &alerts, selection);
        block_on(found.latency_of_rules(&alerts, intake.rules.len(), &Unpaced))
    };
    let all = of(&Selection::default());
    assert_eq!((all[0].n, all[0].median, all[1].median), (3, Some(2.0), Some(30.0)));
    let early = Window { since: Moment::FIRST, until: Moment(Moment::start_of(day()).0 + 5000) };
    let some = of(&Selection { window: Some(early), ..Selection::default() });
    assert_eq!((some[0].n, some[0].median), (2, Some(1.5)));
    assert_eq!(some[1], Latency::default());
}

#[test]
fn tests_are_placed_by_rule_and_by_technique() {
    let id = "aaaaaaaa-0000-4000-8000-000000000001";
    let intake = read(&[("one.yml", &rule("One", id, "    - attack.t1003\n"))]);
    let test = |rule: Option<&str>, technique: Option<&str>| TestResult {
        path: "tests.csv".to_owned(),
        line: 1,
        rule: rule.map(str::to_owned),
        technique: technique.map(|id| id.parse().expect("an id")),
        name: String::new(),
        outcome: TestOutcome::Failed,
        at: None,
        host: None,
    };
    let tests = [
        test(Some("one"), None),
        test(Some(&id.to_uppercase()), Some("T1003")),
        test(Some("nobody's"), Some("T9999")),
        test(None, None),
    ];
    let places = block_on(place_tests(catalogue(), &intake, &tests, &Unpaced));
    let shown: Vec<_> = places.iter().map(|of| (of.rules.len(), of.technique.is_some())).collect();
    assert_eq!(shown, [(1, false), (1, true), (0, false), (0, false)]);
    // The same as evidence counts.
    let coverage = counted(&intake);
    let (alerts, all) = (Alerts::default(), Selection::default());
    let found = Detections::of(catalogue(), &intake, &coverage.claims, &alerts, &all);
    let weights = coverlay::coverage::detections::HealthWeights::default();
    let evidence =
        found.evidence(catalogue(), &intake, &coverage.claims, &alerts, &tests, &weights);
    let none = places.iter().filter(|place| place.is_none()).count();
    assert_eq!(evidence.tests_without_place as usize, none);
}
