//! A million alerts, about 200 MB, read in pieces. Slow, so only on request:
//! `cargo test --release --test alerts_million -- --ignored --nocapture`.
#![allow(clippy::print_stdout, reason = "a measurement tells its numbers")]

use coverlay::alerts::{Placement, Selection, Volume};
use coverlay::attack::{Domain, bundled};
use coverlay::import::alerts::{AlertOptions, AlertReader};
use std::fmt::Write;
use std::time::Instant;

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
