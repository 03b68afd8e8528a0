//! The report as a set of CSV files in a zip: one a section, with all rows and columns, and
//! `about.csv`, which says what they hold and what the numbers depend on. Lists are parted by `; `,
//! percentages have at most two digits behind the point, other numbers four, days are `YYYY-MM-DD`.

use super::{FlatCell, Report, Section, flat_columns, flat_row};
use crate::export::csv::push_cell;
use crate::export::report_numbers::rounded;
use crate::export::rules_zip::{self, ZipError};

/// The media type of the zip.
pub const MEDIA_TYPE: &str = "application/zip";

/// The files by name; each RFC 4180 with `\n` line ends, UTF-8 without BOM, no cell a formula.
pub fn files(report: &Report) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![("about.csv".to_owned(), about(report).into_bytes())];
    for section in &report.sections {
        files.push((name(section), table(section).into_bytes()));
    }
    files
}

/// The zip.
///
/// # Errors
/// If it would be larger than 4 GB.
pub fn write(report: &Report) -> Result<Vec<u8>, ZipError> {
    rules_zip::write(files(report))
}

fn name(section: &Section) -> String {
    format!("{}.csv", section.key.as_str())
}

fn about(report: &Report) -> String {
    let mut csv = String::from("what,text\n");
    let mut row = |what: &str, text: &str| {
        push_cell(&mut csv, what);
        csv.push(',');
        push_cell(&mut csv, text);
        csv.push('\n');
    };
    row("title", &report.title);
    for (what, text) in report.about() {
        row(&what, &text);
    }
    for line in &report.said {
        row("said", line);
    }
    for section in &report.sections {
        let mut text = format!("{}: {} rows.", section.key.heading(), section.rows.len());
        if section.rows.len() < section.total {
            text.push_str(&format!(" There are {}.", section.total));
        }
        for note in &section.notes {
            text.push(' ');
            text.push_str(note);
        }
        row(&name(section), &text);
    }
    row("notice", &report.notice);
    csv
}

fn table(section: &Section) -> String {
    let mut csv = String::new();
    for (at, column) in flat_columns(&section.columns).iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        push_cell(&mut csv, &column.name);
    }
    csv.push('\n');
    for row in &section.rows {
        for (at, cell) in flat_row(&section.columns, row).iter().enumerate() {
            if at > 0 {
                csv.push(',');
            }
            match cell {
                FlatCell::Empty => {}
                FlatCell::Text(text) => push_cell(&mut csv, text),
                // Numbers as they are, also those below 0: what is a number is no formula.
                FlatCell::Integer(number) => csv.push_str(&number.to_string()),
                FlatCell::Decimal(number) => {
                    csv.push_str(&(rounded(100.0 * number) / 100.0).to_string())
                }
                FlatCell::Fraction(of) => csv.push_str(&rounded(100.0 * of).to_string()),
                FlatCell::Date(date) => csv.push_str(&date.to_string()),
            }
        }
        csv.push('\n');
    }
    csv
}
