//! The sample's alerts fit the sample's rules, and show what alerts can show.
#![cfg(feature = "cli")]

use coverlay::alerts::{Selection, Severity};
use coverlay::attack::{Domain, bundled};
use coverlay::coverage::detections::{Detections, HealthWeights, rule_health};
use coverlay::coverage::{Claims, Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::pace::Unpaced;
use coverlay::pipeline::import_files;
use coverlay::rule::Intake;
use coverlay::sample;
use coverlay::source::SourceFile;
use std::sync::Arc;

fn sample() -> Intake {
    let files = sample::FILES
        .iter()
        .map(|(path, bytes)| SourceFile { path: (*path).to_owned(), bytes: bytes.to_vec() });
    let (mut intake, _) = import_files(files);
    intake.settle();
    intake
}

fn day() -> Date {
    Date::new(2026, 4, 1).expect("a day")
}

#[test]
fn is_the_same_for_the_same_day() {
    let text = sample::alerts(day());
    assert_eq!(text, sample::alerts(day()));
    assert!(text.lines().skip(1).all(|line| line.starts_with("2026-")));
    let later = sample::alerts(Date::new(2026, 4, 2).expect("a day"));
    assert_eq!(text.lines().count(), later.lines().count());
    assert_ne!(text, later);
}

#[test]
fn it_matches_the_rules_of_the_sample() {
    let mut reader = AlertReader::new(sample::ALERTS, AlertOptions::default());
    reader.push(sample::alerts(day()).as_bytes());
    let alerts = reader.finish().expect("alerts");
    assert!((4_500..6_500).contains(&alerts.len()), "{}", alerts.len());
    let reading = &alerts.readings[0];
    assert_eq!(reading.faults.all().count(), 0, "{:?}", reading.faults);
    let (first, last) = alerts.span().expect("rows");
    assert!((89..=91).contains(&(last.day() - first.day())));

    let intake = sample();
    let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
    let mut claims = coverlay_claims(catalogue, &intake);
    let found = Detections::of(catalogue, &intake, &claims, &alerts, &Selection::default());
    let unmatched: Vec<&str> =
        found.joined.unmatched().into_iter().map(|rule| alerts.rule(rule).name).collect();
    assert_eq!(unmatched.len(), 2, "those of the other product: {unmatched:?}");
    let latency = found.latency.all;
    assert!(latency.negative > 10 && latency.missing > 50 && latency.n > 4_000, "{latency:?}");

    let weights = HealthWeights::default();
    let evidence = found.evidence(catalogue, &intake, &claims, &alerts, &[], &weights);
    claims.evidence = Some(evidence.clone());
    let coverage = block_on(Coverage::compute_paced(
        catalogue,
        &intake,
        Arc::new(claims),
        &Policy::default(),
        &Scope::default(),
        day(),
        &Unpaced,
    ));
    let health = rule_health(&intake, &coverage, &evidence, &weights);
    let count = |is: fn(&coverlay::coverage::detections::RuleHealth) -> bool| {
        health.iter().filter(|rule| is(rule)).count()
    };
    assert!(count(|rule| rule.is_silent) >= 8);
    assert!(count(|rule| rule.is_silent && !rule.covers_alone.is_empty()) >= 3);
    assert!(
        count(|rule| rule.is_loud) >= 2 && count(|rule| rule.is_noisy) > count(|rule| rule.is_loud)
    );
    assert!(alerts.iter().any(|alert| alert.severity == Some(Severity::High)));
}

fn coverlay_claims(catalogue: &coverlay::attack::Catalogue, intake: &Intake) -> Claims {
    block_on(Claims::of(catalogue, intake, &Unpaced))
}

/// What never waits.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match work.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!("it is unpaced"),
    }
}
