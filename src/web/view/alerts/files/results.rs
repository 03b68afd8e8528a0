//! The files results of tests came from.

use super::reading::remove;
use crate::alerts::{TestOutcome, TestResult};
use crate::web::answer::AllDetections;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{about, cell, foreign, live, number, row, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const COLUMNS: [(&str, &str); 6] = [
    ("File", "wide"),
    ("Passed", "number"),
    ("Failed", "number"),
    ("Ran", "number"),
    ("Skipped", "number"),
    ("Action", ""),
];

/// Results by file: passed, failed, ran, skipped.
fn by_file(tests: &[TestResult]) -> BTreeMap<&str, [usize; 4]> {
    let mut files: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for test in tests {
        let at = match test.outcome {
            TestOutcome::Passed => 0,
            TestOutcome::Failed => 1,
            TestOutcome::Ran => 2,
            TestOutcome::Skipped => 3,
        };
        files.entry(&test.path).or_default()[at] += 1;
    }
    files
}

pub(super) fn section(all: Memo<Option<Arc<AllDetections>>>) -> AnyView {
    live(move || {
        let tests = all.with(|all| all.as_ref().map(|all| all.read.tests.clone()))?;
        let of = tests.clone();
        let rows = move || Some(by_file(&of).into_iter().map(line).collect());
        (!tests.is_empty()).then(|| {
            part(
                "test-files",
                "Results of tests",
                "Passed: it was detected. Ran: nobody says whether it was.",
                table("table stat-table", &COLUMNS, rows),
            )
        })
    })
}

fn line((path, counts): (&str, [usize; 4])) -> AnyView {
    let mut cells = vec![about(foreign(path.to_owned()))];
    let heads = COLUMNS.iter().skip(1);
    cells.extend(heads.zip(counts).map(|((label, _), n)| number(label, count(n))));
    cells.push(cell("", "", remove(path.to_owned())));
    row(path.to_owned(), counts.map(|n| n.to_string()).join(" "), cells)
}
