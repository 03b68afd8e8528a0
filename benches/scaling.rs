//! How the command's time and memory grow with the rules: `scripts/bench scale`.
//!
//! Runs the command as a process of its own on generated archives; memory is read from `/proc`, so
//! there is none on other systems than Linux.
#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

mod curve;
mod generated;
#[allow(dead_code, reason = "shared with the tests of hostile archives")]
#[path = "../tests/support/mod.rs"]
mod support;

use curve::{Point, SIZES};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

const RUNS: usize = 5;
/// How often the process is looked at.
const LOOK: Duration = Duration::from_millis(1);

fn main() {
    let folder = env::temp_dir().join(format!("coverlay-scaling-{}", process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let points: Vec<Point> = SIZES.map(|rules| point(&folder, rules)).into();
    drop(fs::remove_dir_all(&folder));
    let columns = ["processor s", "peak MB", "packed MB"];
    let name = format!("coverlay report --format json, one zip, median of {RUNS}");
    curve::print(&name, &columns, &points);
}

fn point(folder: &Path, rules: usize) -> Point {
    let path = folder.join(format!("{rules}.zip"));
    let (archive, _) = generated::archive(rules);
    fs::write(&path, &archive).expect("writable");
    run(&path, rules); // not counted: the file comes into the cache
    let runs: Vec<Run> = (0..RUNS).map(|_| run(&path, rules)).collect();
    let of = |figure: fn(&Run) -> f64| {
        let mut all: Vec<f64> = runs.iter().map(figure).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let more = vec![
        format!("{:.2}", of(|run| run.processor)),
        format!("{:.0}", of(|run| run.peak) / 1e6),
        format!("{:.1}", archive.len() as f64 / 1e6),
    ];
    Point { rules, seconds: of(|run| run.wall), more }
}

struct Run {
    wall: f64,
    processor: f64,
    peak: f64,
}

fn run(path: &Path, rules: usize) -> Run {
    let begun = Instant::now();
    let report = path.with_extension("json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_coverlay"))
        .args(["report", "--quiet", "--format", "json", "-o"])
        .args([&report, path])
        .stdin(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut peak = 0.0;
    // One that has ended is still there until it is waited for; its memory is not.
    let processor = loop {
        let of = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id()));
        let status = of("status").unwrap_or_default();
        let figure = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)
        };
        if let Some(kib) = figure("VmHWM:").and_then(|kib| kib.parse::<f64>().ok()) {
            peak = kib * 1024.0;
        }
        match figure("State:") {
            Some("Z") => break seconds(&of("stat").unwrap_or_default()),
            None => break f64::NAN,
            Some(_) => thread::sleep(LOOK),
        }
    };
    let wall = begun.elapsed().as_secs_f64();
    assert!(child.wait().expect("it ends").success());
    // What is quick because it does nothing is no result.
    let text = fs::read_to_string(&report).expect("a report");
    let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(found["summary"]["rules"], rules, "rules that were counted");
    Run { wall, processor, peak }
}

/// User and system time out of `/proc/PID/stat`, whose ticks are hundredths.
fn seconds(stat: &str) -> f64 {
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}
