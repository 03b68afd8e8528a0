//! One matrix: tactics as heads, techniques below, sub-techniques in the column beside theirs.

use super::{MOST_IN_CELL, MOST_IN_NOTE, colour, cut, for_text, head, line, lines};
use crate::export::workbook::{Sheet, SheetCell};
use crate::heatmap::{MITRE_NOTICE, Theme};
use rust_xlsxwriter::{
    ColNum, Format, FormatAlign, FormatBorder, Note, RowNum, Worksheet, XlsxError,
};

/// Width of a column, in characters of the standard font.
const WIDTH: f64 = 24.0;
/// So many characters of the cells' smaller font stand on one line of it; words are wrapped, so
/// not all of them are used.
const ON_A_LINE: usize = 24;
/// Size of the cells' font, in points.
const FONT: f64 = 9.0;
/// Height of a line of it, and of what is above and below, in points.
const LINE: f64 = 12.0;
const PADDING: f64 = 4.0;
/// Width of notes, in pixels.
const NOTE_WIDTH: u32 = 320;
/// About so many characters stand on one of their lines …
const ON_A_NOTE_LINE: usize = 50;
/// … and this is its height; notes are no higher than the second.
const NOTE_LINE: u32 = 15;
const NOTE_HEIGHT: u32 = 420;
/// Excel takes no higher rows, in points.
const HIGHEST_ROW: f64 = 409.0;

pub(super) fn write(sheet: &mut Worksheet, matrix: &Sheet) -> Result<(), XlsxError> {
    let has_notes = matrix.columns.iter().any(|column| !column.note.is_empty());
    let heads = if has_notes { 2 } else { 1 };
    let mut heights = Vec::new();
    let mut at: ColNum = 0;
    for column in &matrix.columns {
        let has_subs = column.cells.iter().any(|cell| !cell.subs.is_empty());
        let next = at.saturating_add(if has_subs { 2 } else { 1 });
        for (row, text, format) in
            [(0, &column.head, head()), (1, &column.note, head().unset_bold().set_font_size(FONT))]
        {
            if row < heads {
                let text = line(text, MOST_IN_CELL);
                put(sheet, (row, at), (row, next - 1), &text, &for_text(&format, &text))?;
            }
        }
        for column in at..next {
            sheet.set_column_width(column, WIDTH)?;
        }
        let mut row: RowNum = heads;
        for cell in &column.cells {
            row = write_cell(sheet, matrix, cell, (row, at), &mut heights)?;
        }
        at = next;
    }
    for (row, height) in heights.iter().enumerate().skip(heads as usize) {
        sheet.set_row_height(RowNum::try_from(row).unwrap_or(RowNum::MAX), *height)?;
    }
    sheet
        .set_screen_gridlines(false)
        .set_freeze_panes(heads, 0)?
        .set_repeat_rows(0, heads - 1)?
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.4, 0.6, 0.3, 0.3)
        .set_footer(format!("&L&7{}&R&7&P / &N", MITRE_NOTICE.replace('&', "&&")));
    Ok(())
}

/// A technique and its sub-techniques; the row below them.
fn write_cell(
    sheet: &mut Worksheet,
    matrix: &Sheet,
    cell: &SheetCell,
    (row, column): (RowNum, ColNum),
    heights: &mut Vec<f64>,
) -> Result<RowNum, XlsxError> {
    let rows = RowNum::try_from(cell.subs.len()).unwrap_or(RowNum::MAX).max(1);
    let last = row.saturating_add(rows - 1);
    let text = text_of(matrix, cell);
    put(sheet, (row, column), (last, column), &text, &look(cell, &text))?;
    annotate(sheet, row, column, cell)?;
    for row in row..=last {
        need(heights, row, height(&text) / f64::from(rows));
    }
    for (row, sub) in (row..).zip(&cell.subs) {
        let text = text_of(matrix, sub);
        sheet.write_string_with_format(row, column + 1, &text, &look(sub, &text))?;
        annotate(sheet, row, column + 1, sub)?;
        need(heights, row, height(&text));
    }
    Ok(last.saturating_add(1))
}

/// A text in one cell, or in several as one.
fn put(
    sheet: &mut Worksheet,
    first: (RowNum, ColNum),
    last: (RowNum, ColNum),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if first == last {
        sheet.write_string_with_format(first.0, first.1, text, format)?;
    } else {
        sheet.merge_range(first.0, first.1, last.0, last.1, text, format)?;
    }
    Ok(())
}

fn text_of(matrix: &Sheet, cell: &SheetCell) -> String {
    let mut text = String::new();
    if matrix.show_ids {
        text.push_str(&cell.id);
        text.push(' ');
    }
    text.push_str(&cell.name);
    if let Some(score) = cell.score.filter(|score| score.is_finite() && matrix.show_scores) {
        text.push_str(&format!(" · {score}"));
    }
    line(&text, MOST_IN_CELL)
}

fn look(cell: &SheetCell, text: &str) -> Format {
    let tokens = Theme::Light.tokens();
    let (fill, ink, edge) = if cell.is_disabled {
        (Some(tokens.hairline), tokens.muted, None)
    } else {
        (cell.fill, cell.text, cell.edge)
    };
    let mut format = Format::new()
        .set_font_size(FONT)
        .set_font_color(colour(ink))
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_border_color(colour(tokens.hairline));
    if let Some(fill) = fill {
        format = format.set_background_color(colour(fill));
    }
    if let Some(edge) = edge {
        format =
            format.set_border_bottom(FormatBorder::Thick).set_border_bottom_color(colour(edge));
    }
    for_text(&format, text)
}

fn annotate(
    sheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    cell: &SheetCell,
) -> Result<(), XlsxError> {
    let text = lines(&cell.comment, MOST_IN_NOTE);
    if text.is_empty() {
        return Ok(());
    }
    let count: usize =
        text.lines().map(|line| line.chars().count().div_ceil(ON_A_NOTE_LINE).max(1)).sum();
    let height = u32::try_from(count + 1).unwrap_or(u32::MAX).saturating_mul(NOTE_LINE);
    let note = Note::new(text)
        .add_author_prefix(false)
        .set_author("Coverlay")
        .set_width(NOTE_WIDTH)
        .set_height(height.min(NOTE_HEIGHT));
    sheet.insert_note(row, column, &note)?;
    Ok(())
}

/// What a text needs, in points.
fn height(text: &str) -> f64 {
    // More would not fit into a row anyway.
    let lines = cut(text, 2000).chars().count().div_ceil(ON_A_LINE).max(1);
    (lines as f64 * LINE + PADDING).min(HIGHEST_ROW)
}

fn need(heights: &mut Vec<f64>, row: RowNum, height: f64) {
    let row = row as usize;
    if heights.len() <= row {
        heights.resize(row + 1, LINE + PADDING);
    }
    if let Some(known) = heights.get_mut(row) {
        *known = known.max(height);
    }
}
