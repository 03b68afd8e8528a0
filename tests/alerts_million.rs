//! A million alerts, about 200 MB, read in pieces. Slow, so only on request:
//! `cargo test --release --test alerts_million -- --ignored --nocapture`.
#![allow(clippy::print_stdout, reason = "a measurement tells its numbers")]

use coverlay::alerts::{
    Alerts, Faults, Mapping, Moment, NewAlert, Placement, Reading, Selection, TableFormat, Volume,
    histogram_paced,
};
use coverlay::attack::{Domain, bundled};
use coverlay::coverage::detections::{
    AlertFilter, AlertList, Detections, HealthWeights, Listed, NameFilter, TechniqueAlerts,
};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::export::alerts_csv;
use coverlay::export::alerts_layer::AlertsOf;
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::pace::Pace;
use coverlay::rule::Intake;
use std::cell::Cell;
use std::fmt::Write;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

const ROWS: u64 = 1_000_000;
const MOST: usize = 300 << 20;

/// Pieces of the file, made as they are read: the whole never is in memory.
fn read(mut row: impl FnMut(u64, &mut String), head: &str, end: &str) -> (AlertReader, u64) {
    let mut reader = AlertReader::new("million", AlertOptions::default());
    reader.push(head.as_bytes());
    let (mut piece, mut bytes) = (String::new(), 0);
    for number in 0..ROWS {
        row(number, &mut piece);
        if piece.len() > 1 << 20 || number + 1 == ROWS {
            bytes += piece.len() as u64;
            reader.push(piece.as_bytes());
            piece.clear();
        }
    }
    reader.push(end.as_bytes());
    (reader, bytes)
}

/// The most memory this process ever had, where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib << 10)
}

fn check(name: &str, (reader, bytes): (AlertReader, u64), start: Instant) {
    let alerts = reader.finish().expect("alerts");
    let reading = start.elapsed();
    assert_eq!(alerts.len() as u64, ROWS);
    assert_eq!(alerts.readings[0].faults.all().count(), 0);
    let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
    let start = Instant::now();
    let placement = Placement::of(catalogue, &alerts, |_| Vec::new());
    let volume = Volume::of(catalogue, &alerts, &placement, &Selection::default());
    assert_eq!(u64::from(volume.alerts), ROWS);
    println!(
        "{name}: {} MB read in {reading:?}, counted in {:?}; table {} MB, peak of the process {} MB",
        bytes / 1_000_000,
        start.elapsed(),
        alerts.bytes() / 1_000_000,
        peak().unwrap_or_default() / 1_000_000
    );
    assert!(alerts.bytes() < MOST);
    assert!(peak().is_none_or(|peak| peak < MOST), "{:?}", peak());
}

#[test]
#[ignore = "slow; a measurement"]
fn a_million_rows_of_csv() {
    let row = |n: u64, out: &mut String| {
        let (time, filler) = (1_760_000_000 + n * 7, "x".repeat(80));
        let _ = writeln!(
            out,
            "{time},{},rule-{:04},A rule with a title of some words {:04},T1059.{:03},high,HOST-{:05},user{:05},INC-{n},\"{filler}\"",
            time - 60,
            n % 700,
            n % 700,
            1 + n % 8,
            n % 20_000,
            n % 9_000,
        );
    };
    let start = Instant::now();
    let head = "time,event_time,rule_id,rule,technique,severity,host,user,incident,raw\n";
    check("CSV", read(row, head, ""), start);
}

#[test]
#[ignore = "slow; a measurement"]
fn a_million_rows_of_json() {
    let row = |n: u64, out: &mut String| {
        let time = 1_760_000_000 + n * 7;
        let comma = if n == 0 { "" } else { "," };
        let _ = writeln!(
            out,
            "{comma}{{\"time\":{time},\"rule\":{{\"id\":\"rule-{:04}\",\"name\":\"A rule with a title {:04}\"}},\"technique\":[\"T1059.{:03}\"],\"severity\":\"high\",\"host\":{{\"name\":\"HOST-{:05}\"}},\"user\":{{\"name\":\"user{:05}\"}}}}",
            n % 700,
            n % 700,
            1 + n % 8,
            n % 20_000,
            n % 9_000,
        );
    };
    let start = Instant::now();
    check("JSON", read(row, "[\n", "]\n"), start);
}

/// Notes how long the work between two pauses took at most.
struct Stopwatch {
    since: Cell<Instant>,
    longest: Cell<Duration>,
    pauses: Cell<usize>,
}

impl Stopwatch {
    fn new() -> Self {
        let (longest, pauses) = (Cell::new(Duration::ZERO), Cell::new(0));
        Self { since: Cell::new(Instant::now()), longest, pauses }
    }

    /// Runs it to its end and tells what it took.
    fn time<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        let start = Instant::now();
        self.longest.set(Duration::ZERO);
        self.pauses.set(0);
        self.since.set(start);
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(value) = work.as_mut().poll(&mut context) else {
            unreachable!("it never waits");
        };
        self.note();
        let (longest, pauses) = (self.longest.get(), self.pauses.get());
        println!("{what}: {:?}, {pauses} pauses, {longest:?} at most without one", start.elapsed());
        value
    }

    fn note(&self) {
        let now = Instant::now();
        self.longest.set(self.longest.get().max(now - self.since.get()));
        self.since.set(now);
    }
}

impl Pace for Stopwatch {
    async fn pause(&self) {
        self.pauses.set(self.pauses.get() + 1);
        self.note();
    }
}

/// Half a million rows of one export and as many of a later one, a tenth of which overlaps.
fn two_exports() -> Alerts {
    let technique = "T1059.001".parse().expect("an id");
    let mut all = Alerts::default();
    for file in 0..2_i64 {
        let mut alerts = Alerts::default();
        for row in 0..ROWS as i64 / 2 {
            let number = row + file * (ROWS as i64 / 2) * 9 / 10;
            let time = Moment(1_760_000_000_000 + number * 7_000);
            // Any latency up to three hours, no two neighbours alike.
            let latency = number.wrapping_mul(2_654_435_761) & 0xa0_0000 | (number & 0xffff);
            alerts.push(&NewAlert {
                time,
                event: Some(Moment(time.0 - latency)),
                rule_name: &format!("A rule with a title {:04}", number % 700),
                techniques: vec![technique].into(),
                host: &format!("HOST-{:05}", number % 20_000),
                incident: &format!("INC-{number}"),
                ..NewAlert::default()
            });
        }
        alerts.readings.push(Arc::new(Reading {
            path: format!("{}.csv", 1 - file),
            format: TableFormat::Csv,
            product: None,
            mapping: Mapping::default(),
            columns: Vec::new(),
            rows: ROWS as u32 / 2,
            read: ROWS as u32 / 2,
            faults: Faults::default(),
            unclosed: None,
        }));
        all.add(&alerts);
    }
    all
}

#[test]
#[ignore = "slow; a measurement"]
fn steps_of_a_million_rows() {
    let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
    let intake = Intake::default();
    let today = Date::new(2026, 11, 29).expect("a day");
    let (policy, scope) = (Policy::default(), Scope::default());
    let coverage = Coverage::compute(catalogue, &intake, &policy, &scope, today);
    let claims = &coverage.claims;
    let watch = Stopwatch::new();
    let alerts = watch.time("settle", two_exports().settle_paced(&watch));
    assert_eq!(u64::from(alerts.copies()), ROWS / 20);
    let selection = Selection::default();
    let found = Detections::of_paced(catalogue, &intake, claims, &alerts, &selection, &watch);
    let found = watch.time("join and count", found);
    let weights = HealthWeights::default();
    let evidence =
        found.evidence_paced(catalogue, &intake, claims, (&alerts, &[]), &weights, &watch);
    watch.time("evidence", evidence);
    watch.time("histogram", histogram_paced(&alerts, &selection, |_| true, &watch));
    let index = catalogue.find("T1059".parse().expect("an id")).expect("live");
    let listed = Listed { names: 10, rows: 20 };
    let asked = (index, true);
    let of = TechniqueAlerts::of_paced(&coverage, &alerts, &found, asked, listed, &watch);
    let of = watch.time("a technique", of);
    assert_eq!(u64::from(of.alerts), ROWS - ROWS / 20);
    let filter = AlertFilter { host: NameFilter::Has("1".to_owned()), ..AlertFilter::default() };
    let list = watch.time("list", AlertList::of_paced(&alerts, &found, &filter, &watch));
    let (intake, detections) = (&intake, &found);
    let of = AlertsOf { catalogue, coverage: &coverage, intake, alerts: &alerts, detections };
    watch.time("csv", alerts_csv::write_paced(&of, &list.rows, &watch));
}
