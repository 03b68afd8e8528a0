//! The workbook, read again by calamine and openpyxl.

use crate::subject::{Made, everything, folder, newest};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use coverlay::export::report::{FlatCell, Report, SectionKey, flat_columns, flat_row};
use coverlay::export::xlsx;
use serde_json::Value;
use std::io::Cursor;
use std::process::Command;

/// Of the sheets, the sections that have one.
const SHEETS: [SectionKey; 13] = [
    SectionKey::Weakest,
    SectionKey::Tactics,
    SectionKey::Platforms,
    SectionKey::PlatformTactics,
    SectionKey::Gaps,
    SectionKey::Techniques,
    SectionKey::Alerts,
    SectionKey::AlertTechniques,
    SectionKey::AlertFiles,
    SectionKey::RuleHealth,
    SectionKey::Rules,
    SectionKey::Diagnostics,
    SectionKey::Import,
];

fn calamine(report: &Report) -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = xlsx::report::write(report).expect("it fits");
    open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook")
}

/// Whether what calamine read is what was to be written: numbers as numbers, days as days.
fn is_same(read: &Data, cell: &FlatCell) -> bool {
    match (read, cell) {
        (Data::Empty, FlatCell::Empty) => true,
        (Data::String(read), FlatCell::Text(text)) => {
            *read == coverlay::heatmap::wording::plain(text)
        }
        (Data::Float(read), FlatCell::Integer(number)) => *read == *number as f64,
        (Data::Float(read), FlatCell::Decimal(number) | FlatCell::Fraction(number)) => {
            (read - number).abs() < 1e-9
        }
        // Serial 25569 is the first day of 1970.
        (Data::DateTime(read), FlatCell::Date(date)) => {
            read.as_f64() == f64::from(date.unix_days() + 25_569)
        }
        _ => false,
    }
}

fn every_cell_is_there(report: &Report) {
    let mut book = calamine(report);
    let there = |key: &&SectionKey| report.sections.iter().any(|section| section.key == **key);
    let mut names = vec!["Summary"];
    names.extend(SHEETS.iter().filter(there).map(|key| key.heading()));
    assert_eq!(book.sheet_names(), names);
    let summary = book.worksheet_range("Summary").expect("a sheet");
    for section in &report.sections {
        let heading = section.key.heading();
        let columns: Vec<String> =
            flat_columns(&section.columns).into_iter().map(|column| column.name).collect();
        let (range, first) = match SHEETS.contains(&section.key) {
            true => (book.worksheet_range(heading).expect("a sheet"), 0),
            // On "Summary" it stands below its heading, and perhaps a note.
            false => {
                let title = |row: &[Data]| row[0] == Data::String(heading.to_owned());
                let at = summary.rows().position(title).expect("a heading");
                (summary.clone(), at + 1 + section.notes.len())
            }
        };
        for (place, name) in columns.iter().enumerate() {
            let head = range.get_value((first as u32, place as u32));
            assert_eq!(head, Some(&Data::String(name.clone())), "{heading}");
        }
        for (at, row) in section.rows.iter().enumerate() {
            for (place, cell) in flat_row(&section.columns, row).iter().enumerate() {
                let position = ((first + 1 + at) as u32, place as u32);
                let read = range.get_value(position).unwrap_or(&Data::Empty);
                assert!(is_same(read, cell), "{heading} {position:?}: {read:?} is not {cell:?}");
            }
        }
    }
    for name in names {
        assert!(book.worksheet_formula(name).expect("read").is_empty(), "a formula in {name}");
    }
}

/// Sheet by sheet as another library reads them, a row a line.
#[test]
fn workbook_of_everything() {
    let mut book = calamine(&everything().report(true));
    let mut all = String::new();
    for name in book.sheet_names() {
        all.push_str(&format!("=== {name}\n"));
        for row in book.worksheet_range(&name).expect("a sheet").rows() {
            let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
            all.push_str(&format!("{}\n", cells.join(" | ").trim_end_matches([' ', '|'])));
        }
    }
    insta::assert_snapshot!(crate::documents::steady(&all));
}

#[test]
fn every_cell_of_everything_is_there() {
    every_cell_is_there(&everything().report(true));
    every_cell_is_there(&Made::of(newest(), Vec::new()).report(true));
}

#[test]
fn every_cell_of_the_sample_and_of_hostile_files_is_there() {
    every_cell_is_there(&Made::of(newest(), folder("data/sample")).report(true));
    every_cell_is_there(&crate::hostile::made().report(true));
}

#[test]
fn what_the_numbers_depend_on_is_on_the_summary() {
    let report = everything().report(true);
    let mut book = calamine(&report);
    let summary = book.worksheet_range("Summary").expect("a sheet");
    let value = |what: &str| {
        // The list of sheets comes last.
        let row = summary.rows().rev().find(|row| row[0] == Data::String(what.to_owned()));
        row.unwrap_or_else(|| panic!("no {what}"))[1].to_string()
    };
    assert_eq!(value("date"), "2026-11-22");
    assert_eq!(value("counting"), report.convention);
    assert_eq!(value("scoring"), report.policy);
    assert_eq!(value("ATT&CK"), "Enterprise 19.2");
    assert_eq!(value("Coverlay"), env!("CARGO_PKG_VERSION"));
    assert!(
        value("sources").starts_with("8 files: 6 read, 1 skipped, 1 failed."),
        "{}",
        value("sources")
    );
    assert_eq!(value("notice"), report.notice);
    assert!(value("Rules").starts_with("5 rows. 5 rules by file"));
}

/// `A1` for (0, 0).
fn address(row: usize, column: usize) -> String {
    let mut name = String::new();
    let mut left = column + 1;
    while left > 0 {
        name.insert(0, char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    format!("{name}{}", row + 1)
}

#[test]
fn filters_frozen_heads_and_formats_are_read_by_openpyxl() {
    let python = std::env::var("COVERLAY_OPENPYXL").unwrap_or_else(|_| "python3".to_owned());
    let imports = Command::new(&python).args(["-c", "import openpyxl"]).output();
    if !imports.is_ok_and(|output| output.status.success()) {
        println!("skipped: {python} has no openpyxl (COVERLAY_OPENPYXL)");
        return;
    }
    let report = everything().report(true);
    let path = crate::command::folder("report_workbook").join("report.xlsx");
    std::fs::write(&path, xlsx::report::write(&report).expect("it fits")).expect("writable");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/workbook.py");
    let output = Command::new(&python).arg(script).arg(&path).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(read["title"], report.title);
    assert_eq!(read["made"], "2026-11-22T00:00:00");
    let sheets = read["sheets"].as_array().expect("sheets");
    for section in report.sections.iter().filter(|section| SHEETS.contains(&section.key)) {
        let heading = section.key.heading();
        let sheet = sheets.iter().find(|sheet| sheet["name"] == heading).expect("a sheet");
        let columns = flat_columns(&section.columns);
        let range = format!("A1:{}", address(section.rows.len(), columns.len() - 1));
        assert_eq!(sheet["filter"], range, "{heading}");
        assert_eq!((&sheet["freeze"], &sheet["heads"]), (&"A2".into(), &"$1:$1".into()));
        assert_eq!(sheet["landscape"], true);
        for (at, row) in section.rows.iter().enumerate() {
            for (place, cell) in flat_row(&section.columns, row).iter().enumerate() {
                let found = &sheet["cells"][address(at + 1, place)];
                let expected = match cell {
                    FlatCell::Empty => continue,
                    FlatCell::Text(_) => ("s", "General"),
                    FlatCell::Integer(_) => ("n", "#,##0"),
                    FlatCell::Decimal(_) => ("n", "#,##0.00"),
                    FlatCell::Fraction(_) => ("n", "0.0%"),
                    FlatCell::Date(_) => ("d", "yyyy-mm-dd"),
                };
                assert_eq!(
                    (&found["type"], &found["format"]),
                    (&expected.0.into(), &expected.1.into())
                );
            }
        }
        let widths = sheet["widths"].as_object().expect("widths").values();
        assert!(widths.clone().count() > 0, "{heading}");
        for width in widths {
            assert!(
                (8.0..=61.0).contains(&width.as_f64().expect("a number")),
                "{heading}: {width}"
            );
        }
    }
}
