//! A [`Workbook`] as Excel's XLSX (ECMA-376). The same workbook gives the same bytes.
//!
//! Every text is written as a string, never as a formula, and without what Excel refuses; the
//! limits are those of
//! <https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>.

mod matrix;
pub mod report;
mod tables;

use super::workbook::Workbook;
use crate::date::Date;
use crate::heatmap::wording::plain;
use crate::heatmap::{Rgb, Theme};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a cell, in UTF-16 as Excel counts.
const MOST_IN_CELL: usize = 32_767;
/// Of a note; the writer keeps the rest for an author's name.
const MOST_IN_NOTE: usize = 32_767 - 54;
/// Of a sheet's name.
const MOST_IN_NAME: usize = 31;
/// Of a property of the file.
const MOST_IN_PROPERTY: usize = 255;
/// What Excel does not take in a sheet's name.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// The sheets after the matrices.
const TABLES: [&str; 2] = ["About", "Techniques"];

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// More rows or columns than a sheet has, or more looks than a file may define.
    #[error("this does not fit into a workbook: {0}")]
    Excel(#[from] XlsxError),
}

/// Writes a workbook: the matrices, then "About" and "Techniques".
pub fn write(workbook: &Workbook) -> Result<Vec<u8>, WriteError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    file.set_properties(&properties(&workbook.title, workbook.date)?);
    let names = sheet_names(workbook.sheets.iter().map(|sheet| sheet.name.as_str()));
    for (sheet, name) in workbook.sheets.iter().zip(names) {
        matrix::write(file.add_worksheet().set_name(name)?, sheet)?;
    }
    tables::about(file.add_worksheet().set_name(TABLES[0])?, workbook)?;
    tables::techniques(file.add_worksheet().set_name(TABLES[1])?, &workbook.techniques)?;
    Ok(file.save_to_buffer()?)
}

fn properties(title: &str, date: Date) -> Result<DocProperties, XlsxError> {
    let (year, month, day) = date.parts();
    // Excel's calendar begins in 1900.
    let made = ExcelDateTime::from_ymd(year, month, day)
        .or_else(|_| ExcelDateTime::from_ymd(1900, 1, 1))?;
    Ok(DocProperties::new()
        .set_title(line(title, MOST_IN_PROPERTY))
        .set_author("Coverlay")
        .set_creation_datetime(&made))
}

/// Names that Excel takes, different from one another and from those of the tables, also where
/// only upper and lower case differ.
fn sheet_names<'a>(wanted: impl Iterator<Item = &'a str>) -> Vec<String> {
    // "History" is Excel's own, for a shared workbook's changes.
    let mut taken: BTreeSet<String> =
        TABLES.into_iter().chain(["History"]).map(|name| name.to_lowercase()).collect();
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    wanted
        .map(|name| {
            let legal: String =
                name.chars().map(|c| if NOT_IN_NAMES.contains(&c) { ' ' } else { c }).collect();
            let trimmed = line(&legal, usize::MAX);
            let trimmed = trimmed.trim_matches(['\'', ' ']);
            let base = if trimmed.is_empty() { "Matrix" } else { trimmed };
            // Where the last of that name ended: equal names must not take quadratic time.
            let number = numbers.entry(base.to_lowercase()).or_insert(0);
            loop {
                *number += 1;
                let behind = if *number == 1 { String::new() } else { format!(" ({number})") };
                let name = cut(base, MOST_IN_NAME.saturating_sub(behind.len()));
                // The cut may end at an apostrophe.
                let name = format!("{}{behind}", name.trim_end_matches(['\'', ' ']));
                if taken.insert(name.to_lowercase()) {
                    return name;
                }
            }
        })
        .collect()
}

/// At most so many units of UTF-16; what is longer ends in "…".
fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > most {
            let mut short = text[..end].to_owned();
            short.push('…');
            return short;
        }
        if units < most {
            // Room is left for the ellipsis.
            end = at + character.len_utf8();
        }
    }
    text.to_owned()
}

/// A text on one line.
fn line(text: &str, most: usize) -> String {
    cut(&plain(text), most)
}

/// A text on several lines, empty ones at its ends left out.
fn lines(text: &str, most: usize) -> String {
    let plain: Vec<String> = text.lines().map(plain).collect();
    cut(plain.join("\n").trim_matches('\n'), most)
}

/// The format for a text. One that begins like a formula is marked as text, so that it also stays
/// one when somebody edits the cell.
fn for_text(format: &Format, text: &str) -> Format {
    let formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let format = format.clone();
    if formula { format.set_quote_prefix() } else { format }
}

fn colour(Rgb(red, green, blue): Rgb) -> Color {
    Color::RGB(u32::from_be_bytes([0, red, green, blue]))
}

/// The head of a column.
fn head() -> Format {
    let tokens = Theme::Light.tokens();
    Format::new()
        .set_bold()
        .set_font_color(colour(tokens.ink))
        .set_background_color(colour(tokens.hairline))
        .set_text_wrap()
        .set_align(rust_xlsxwriter::FormatAlign::VerticalCenter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_legal_and_different() {
        let long = "Enterprise: what we have [2026] and more";
        let names = sheet_names(
            [
                "about",
                "History",
                "",
                "''",
                "a/b",
                "A b",
                "a*b",
                long,
                long,
                "'quoted'",
                "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
            ]
            .into_iter(),
        );
        assert_eq!(
            names,
            [
                "about (2)",
                "History (2)",
                "Matrix",
                "Matrix (2)",
                "a b",
                "A b (2)",
                "a b (3)",
                "Enterprise what we have 2026 a…",
                "Enterprise what we have 20… (2)",
                "quoted",
                "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀…",
            ]
        );
        for name in &names {
            rust_xlsxwriter::utility::check_sheet_name(name).expect("legal");
        }
    }

    #[test]
    fn texts_are_cut_as_excel_counts() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("a🦀🦀", 4), "a🦀…");
        assert_eq!(cut("🦀🦀", 2), "…");
        assert_eq!(lines("\n a\u{1b}b \r\n\nc\u{202e}\n", 99), "ab\n\nc");
        assert_eq!(line("a\nb", 99), "a b");
    }
}
