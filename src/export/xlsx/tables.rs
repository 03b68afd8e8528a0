//! The sheets beside the matrices.

use super::{MOST_IN_CELL, colour, for_text, head, line};
use crate::export::workbook::{TechniqueRow, Workbook};
use rust_xlsxwriter::{ColNum, Format, FormatAlign, RowNum, Worksheet, XlsxError};

/// The columns of "Techniques" and their widths, in characters.
const COLUMNS: [(&str, f64); 7] = [
    ("ID", 12.0),
    ("Name", 48.0),
    ("Tactics", 34.0),
    ("Score", 8.0),
    ("State", 24.0),
    ("Rules", 8.0),
    ("Remarks", 80.0),
];

/// So many characters of "About" stand on a line; a cell is no higher than so many lines.
const ON_A_LINE: usize = 80;
const MOST_LINES: usize = 20;
/// Height of a line of the standard font, in points.
const LINE: f64 = 15.0;

/// What the numbers are, and what the colours mean.
pub(super) fn about(sheet: &mut Worksheet, workbook: &Workbook) -> Result<(), XlsxError> {
    let label = Format::new().set_bold().set_align(FormatAlign::Top);
    let value = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_column_width(0, 34)?.set_column_width(1, 90)?;
    let mut row: RowNum = 0;
    for (what, text) in &workbook.about {
        put(sheet, row, 0, what, &label)?;
        put(sheet, row, 1, text, &value)?;
        // LibreOffice does not find it out by itself.
        let lines = text.chars().count().div_ceil(ON_A_LINE).clamp(1, MOST_LINES);
        sheet.set_row_height(row, lines as f64 * LINE)?;
        row += 1;
    }
    // A line stays free between.
    for (fill, text) in &workbook.legend {
        row += 1;
        let sample = Format::new().set_background_color(colour(*fill));
        sheet.write_blank(row, 0, &sample)?;
        put(sheet, row, 1, text, &value)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// One row a technique, to sort and filter.
pub(super) fn techniques(
    sheet: &mut Worksheet,
    techniques: &[TechniqueRow],
) -> Result<(), XlsxError> {
    let head = head();
    let plain = Format::new();
    for ((name, width), column) in COLUMNS.into_iter().zip(0..) {
        sheet.write_string_with_format(0, column, name, &head)?;
        sheet.set_column_width(column, width)?;
    }
    let mut row: RowNum = 0;
    for technique in techniques {
        row += 1;
        put(sheet, row, 0, &technique.id, &plain)?;
        put(sheet, row, 1, &technique.name, &plain)?;
        put(sheet, row, 2, &technique.tactics, &plain)?;
        if let Some(score) = technique.score.filter(|score| score.is_finite()) {
            sheet.write_number(row, 3, score)?;
        }
        put(sheet, row, 4, &technique.state, &plain)?;
        if let Some(rules) = technique.rules {
            sheet.write_number(row, 5, rules)?;
        }
        put(sheet, row, 6, &technique.remark, &plain)?;
    }
    let last = COLUMNS.len() as ColNum - 1;
    sheet
        .autofilter(0, 0, row, last)?
        .set_freeze_panes(1, 0)?
        .set_repeat_rows(0, 0)?
        .set_landscape()
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

/// A text on one line, if it is not empty.
pub(super) fn put(
    sheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let text = line(text, MOST_IN_CELL);
    if !text.is_empty() {
        sheet.write_string_with_format(row, column, &text, &for_text(format, &text))?;
    }
    Ok(())
}
