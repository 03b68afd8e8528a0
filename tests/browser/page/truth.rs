//! What the command says of the same rules, and whether the page says the same.
use crate::page::Page;
use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::pipeline::import_files;
use coverlay::rule::Intake;
use coverlay::sample;
use coverlay::source::SourceFile;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long the page may take until it shows what it should.
const PATIENCE: Duration = Duration::from_secs(30);

/// The folder that `sample/` lies in: from there its paths are those of the page.
pub(crate) fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))
}

/// What the command writes, run in a folder.
#[track_caller]
pub(crate) fn coverlay(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_coverlay"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "coverlay {}: {said}", arguments.join(" "));
    output.stdout
}

/// `coverlay report --format json` of inputs and options.
#[track_caller]
pub(crate) fn report(folder: &Path, arguments: &[&str]) -> Value {
    let written = coverlay(folder, &[&["report", "--format", "json"], arguments].concat());
    serde_json::from_slice(&written).expect("the report is JSON")
}

/// The day in UTC, as page and command have it.
pub(crate) fn today() -> Date {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Date::from_unix_days(u32::try_from(now.as_secs() / 86_400).expect("before 11 million"))
}

/// The newest release of Enterprise.
pub(crate) fn newest() -> &'static Catalogue {
    bundled::find(Domain::Enterprise, None).expect("it reads").expect("it is built in")
}

/// The sample as the page reads it, and its coverage of the newest release, by the library.
pub(crate) fn sample_rules() -> (Intake, Coverage) {
    let file = |(path, bytes): &(&str, &[u8])| SourceFile {
        path: (*path).to_owned(),
        bytes: bytes.to_vec(),
    };
    let (mut intake, _) = import_files(sample::FILES.iter().map(file));
    intake.settle();
    let (policy, scope) = (Policy::default(), Scope::default());
    let coverage = Coverage::compute(newest(), &intake, &policy, &scope, today());
    (intake, coverage)
}

/// The coverage of the sample alone.
pub(crate) fn sample_coverage() -> Coverage {
    sample_rules().1
}

/// The report of the built-in sample.
#[track_caller]
pub(crate) fn sample_report(options: &[&str]) -> Value {
    report(data(), &[&["sample"], options].concat())
}

/// The same with the sample's alerts beside the rules, as the page reads them: what they prove counts
/// in depth.
pub(crate) fn alerted_sample_report(options: &[&str]) -> Value {
    let path = std::env::temp_dir().join(format!("coverlay_sample_{}.csv", std::process::id()));
    std::fs::write(&path, sample::alerts(today())).expect("it is written");
    report(data(), &[&["sample", path.to_str().expect("a path")], options].concat())
}

/// The entry of a technique in a report.
#[track_caller]
pub(crate) fn technique<'a>(report: &'a Value, id: &str) -> &'a Value {
    let all = report["techniques"].as_array().expect("a list");
    all.iter().find(|each| each["id"] == id).unwrap_or_else(|| panic!("the report has no {id}"))
}

/// Names of figures and cells with what they say.
type Shown = BTreeMap<String, String>;

/// Waits until every figure and every cell of the page says what the report says; panics with
/// the differences that remain.
#[track_caller]
pub(crate) fn agree(page: &Page, report: &Value) {
    let wanted = wanted(report);
    let begun = Instant::now();
    loop {
        let differences = differences(&wanted, &shown(page));
        if differences.is_empty() {
            return;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "{} differences to the report, among them:\n{}",
            differences.len(),
            differences[..differences.len().min(12)].join("\n")
        );
        thread::sleep(Duration::from_millis(20));
    }
}

fn differences(wanted: &Shown, shown: &Shown) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in wanted {
        match shown.get(name) {
            Some(other) if other == value => {}
            other => found.push(format!("{name}: report {value}, page {other:?}")),
        }
    }
    // A technique out of scope heads its sub-techniques in scope, and is in no report.
    let heads = |cell: &str| {
        let (id, tactic) = cell.split_once(' ').unwrap_or((cell, ""));
        let below = format!("{id}.");
        wanted.keys().any(|other| other.starts_with(&below) && other.ends_with(tactic))
    };
    let cells = shown.iter().filter(|(name, _)| name.contains(' '));
    for (cell, value) in cells.filter(|(name, _)| !wanted.contains_key(*name)) {
        if !heads(cell) {
            found.push(format!("{cell}: not in the report, page {value}"));
        }
    }
    found
}

fn wanted(report: &Value) -> Shown {
    let summary = &report["summary"];
    let mut all = Shown::new();
    for (figure, place) in [
        ("rules", "/rules"),
        ("unmapped", "/rules_unmapped"),
        ("techniques-covered", "/techniques/covered"),
        ("techniques-total", "/techniques/total"),
        ("subtechniques-covered", "/subtechniques/covered"),
        ("subtechniques-total", "/subtechniques/total"),
        ("percent", "/percent/techniques"),
        ("score-80-percent", "/score_at_least_80/percent"),
    ] {
        let number = summary.pointer(place).and_then(Value::as_f64).expect("a stable key");
        all.insert(figure.to_owned(), number.to_string());
    }
    let notes = report["import"]["diagnostics"].as_array().expect("a list").len();
    all.insert("diagnostics".to_owned(), notes.to_string());
    for each in report["techniques"].as_array().expect("a list") {
        let id = each["id"].as_str().expect("an id");
        let score = match &each["score"] {
            Value::Null => "no".to_owned(),
            score => score.to_string(),
        };
        let says = format!(
            "{score} score, {}, {} rules, {} with sub-techniques",
            each["coverage"].as_str().expect("a state"),
            each["rules"],
            each["rules_rollup"]
        );
        for tactic in each["tactics"].as_array().expect("a list") {
            all.insert(format!("{id} {}", tactic.as_str().expect("a name")), says.clone());
        }
    }
    all
}

fn shown(page: &Page) -> Shown {
    let read = page.evaluate(
        "(() => {
            const all = {};
            const add = (name, value) => { all[name] = name in all ? all[name] + ' and ' + value : value; };
            for (const { dataset } of document.querySelectorAll('[data-figure]'))
                add(dataset.figure, dataset.value);
            for (const { dataset } of document.querySelectorAll('[data-technique]'))
                add(`${dataset.technique} ${dataset.tactic}`,
                    `${dataset.score ?? 'no'} score, ${dataset.coverage}, ${dataset.rules} rules, ${dataset.rulesRollup} with sub-techniques`);
            return all;
        })()",
    );
    serde_json::from_value(read).expect("texts by name")
}
