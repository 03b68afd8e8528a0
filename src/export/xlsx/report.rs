//! The report as a workbook: a sheet "Summary" with what the numbers depend on and the short
//! tables, and a sheet for each long one, with its head frozen and a filter. Numbers are numbers,
//! shares are of 1 with a format that shows per cent, days are days.

use super::tables::put;
use super::{MOST_IN_CELL, WriteError, for_text, head, line, properties};
use crate::date::Date;
use crate::export::report::{
    FlatCell, FlatColumn, FlatKind, Kind, Report, Section, SectionKey, flat_columns, flat_row,
};
use rust_xlsxwriter::{ColNum, ExcelDateTime, Format, FormatAlign, RowNum, Worksheet, XlsxError};

/// Rows of a sheet below its head; Excel has 1,048,576 in all.
const MOST_ROWS: usize = 1_048_575;
/// Rows whose texts say how wide a column is.
const MEASURED: usize = 200;
/// Characters of a line of the text on "Summary", which is as wide as several columns.
const ON_A_LINE: usize = 110;
/// Height of a line of the standard font, in points.
const LINE: f64 = 15.0;
/// Widths of the columns of "Summary", in characters.
const SUMMARY: [f64; 6] = [36.0, 14.0, 14.0, 14.0, 60.0, 60.0];

/// The looks of cells; a new one for each cell would cost more than all texts.
struct Looks {
    head: Format,
    integer: Format,
    decimal: Format,
    fraction: Format,
    date: Format,
    title: Format,
    heading: Format,
    label: Format,
    wrapped: Format,
    plain: Format,
}

impl Looks {
    fn new() -> Self {
        Self {
            head: head(),
            integer: Format::new().set_num_format("#,##0"),
            decimal: Format::new().set_num_format("#,##0.00"),
            fraction: Format::new().set_num_format("0.0%"),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            title: Format::new().set_bold().set_font_size(16),
            heading: Format::new().set_bold().set_font_size(13),
            label: Format::new().set_bold().set_align(FormatAlign::Top),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            plain: Format::new(),
        }
    }
}

/// Writes it. The same report gives the same bytes.
///
/// # Errors
/// If it does not fit; no report that Coverlay makes does not.
pub fn write(report: &Report) -> Result<Vec<u8>, WriteError> {
    let looks = Looks::new();
    let mut file = rust_xlsxwriter::Workbook::new();
    file.set_properties(&properties(&report.title, report.date)?);
    summary(file.add_worksheet().set_name("Summary")?, report, &looks)?;
    for section in report.sections.iter().filter(|section| has_sheet(section)) {
        table(file.add_worksheet().set_name(section.key.heading())?, section, &looks)?;
    }
    Ok(file.save_to_buffer()?)
}

/// Whether a table has a sheet of its own; else it stands on "Summary".
fn has_sheet(section: &Section) -> bool {
    !matches!(
        section.key,
        SectionKey::Summary
            | SectionKey::Denominators
            | SectionKey::States
            | SectionKey::Depth
            | SectionKey::Concentration
            | SectionKey::Sources
    )
}

fn summary(sheet: &mut Worksheet, report: &Report, looks: &Looks) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(SUMMARY) {
        sheet.set_column_width(column, width)?;
    }
    put(sheet, 0, 0, &report.title, &looks.title)?;
    let mut row: RowNum = 1;
    let mut about = report.about();
    about.extend(report.said.iter().map(|line| ("said".to_owned(), line.clone())));
    about.push(("notice".to_owned(), report.notice.clone()));
    for (what, text) in &about {
        row += 1;
        put(sheet, row, 0, what, &looks.label)?;
        wide(sheet, row, text, looks)?;
    }
    for section in report.sections.iter().filter(|section| !has_sheet(section)) {
        row += 2;
        put(sheet, row, 0, section.key.heading(), &looks.heading)?;
        for note in &section.notes {
            row += 1;
            wide(sheet, row, note, looks)?;
        }
        row = rows(sheet, section, row + 1, looks)?;
    }
    // What the other sheets are, so that each of them is nothing but a table.
    row += 2;
    put(sheet, row, 0, "Sheets", &looks.heading)?;
    for section in report.sections.iter().filter(|section| has_sheet(section)) {
        row += 1;
        put(sheet, row, 0, section.key.heading(), &looks.label)?;
        let mut text = format!("{} rows.", section.rows.len().min(MOST_ROWS));
        if section.rows.len().min(MOST_ROWS) < section.total {
            text.push_str(&format!(" There are {}.", section.total));
        }
        for note in &section.notes {
            text.push(' ');
            text.push_str(note);
        }
        wide(sheet, row, &text, looks)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// A text over all columns but the first.
fn wide(sheet: &mut Worksheet, row: RowNum, text: &str, looks: &Looks) -> Result<(), XlsxError> {
    let text = line(text, MOST_IN_CELL);
    let last = SUMMARY.len() as ColNum - 1;
    sheet.merge_range(row, 1, row, last, &text, &for_text(&looks.wrapped, &text))?;
    let lines = text.chars().count().div_ceil(ON_A_LINE).clamp(1, 20);
    sheet.set_row_height(row, lines as f64 * LINE)?;
    Ok(())
}

/// A sheet that is nothing but a table.
fn table(sheet: &mut Worksheet, section: &Section, looks: &Looks) -> Result<(), XlsxError> {
    let last_row = rows(sheet, section, 0, looks)?;
    let columns = flat_columns(&section.columns);
    for (place, column) in (0..).zip(&columns) {
        sheet.set_column_width(place, width(section, column, usize::from(place)))?;
    }
    let last_column = columns.len().saturating_sub(1) as ColNum;
    sheet
        .autofilter(0, 0, last_row, last_column)?
        .set_freeze_panes(1, 0)?
        .set_repeat_rows(0, 0)?
        .set_landscape()
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Head and rows of a table, from a row on; the last row it takes.
fn rows(
    sheet: &mut Worksheet,
    section: &Section,
    first: RowNum,
    looks: &Looks,
) -> Result<RowNum, XlsxError> {
    for (place, column) in (0..).zip(flat_columns(&section.columns)) {
        sheet.write_string_with_format(first, place, line(&column.name, 255), &looks.head)?;
    }
    let mut at = first;
    for row in section.rows.iter().take(MOST_ROWS) {
        at += 1;
        for (place, cell) in (0..).zip(flat_row(&section.columns, row)) {
            write_cell(sheet, at, place, &cell, looks)?;
        }
    }
    Ok(at)
}

fn write_cell(
    sheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    cell: &FlatCell,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match cell {
        FlatCell::Empty => {}
        FlatCell::Text(text) => put(sheet, row, column, text, &looks.plain)?,
        // A count beyond 2^53 is none that anybody has.
        FlatCell::Integer(number) => {
            sheet.write_number_with_format(row, column, *number as f64, &looks.integer)?;
        }
        FlatCell::Decimal(number) => {
            sheet.write_number_with_format(row, column, *number, &looks.decimal)?;
        }
        FlatCell::Fraction(of) => {
            sheet.write_number_with_format(row, column, *of, &looks.fraction)?;
        }
        FlatCell::Date(date) => match day(*date) {
            Some(day) => {
                sheet.write_datetime_with_format(row, column, day, &looks.date)?;
            }
            // Excel's calendar begins in 1900.
            None => put(sheet, row, column, &date.to_string(), &looks.plain)?,
        },
    }
    Ok(())
}

fn day(date: Date) -> Option<ExcelDateTime> {
    let (year, month, day) = date.parts();
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// In characters: what the first rows need, within what such texts may take, and room for the head
/// and its filter's button.
fn width(section: &Section, column: &FlatColumn, place: usize) -> f64 {
    let (least, most) = match column.kind {
        FlatKind::Text(Kind::Word) => (10, 24),
        FlatKind::Text(Kind::Path) => (24, 60),
        FlatKind::Text(_) => (12, 50),
        FlatKind::Integer | FlatKind::Decimal | FlatKind::Fraction => (9, 16),
        FlatKind::Date => (12, 12),
    };
    let rows = section.rows.iter().take(MEASURED);
    let longest = rows.map(|row| match flat_row(&section.columns, row).get(place) {
        Some(FlatCell::Text(text)) => text.chars().take(most).count(),
        _ => 0,
    });
    let needed = longest.max().unwrap_or_default() + 2;
    let head = (column.name.chars().count() + 4).min(most.max(20));
    needed.clamp(least, most).max(head) as f64
}
