//! The matrix: one column a tactic, one cell a technique, sub-techniques indented below theirs.

use super::cell::{self, CellStyle, Place};
use super::subject::Column;
use crate::heatmap::colour::text_on;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::scene::SceneCell;
use crate::heatmap::sheet::{Sheet, Style};

/// Width of a column at natural size.
const NATURAL_WIDTH: f64 = 140.0;
/// Wider columns would only hold more air.
const WIDEST: f64 = 260.0;
/// Height of a row at natural size: a cell of 34 and the gap.
const NATURAL_ROW: f64 = 36.0;
/// Between cells of a column; less where rows are low.
const GAP: f64 = 2.0;
/// Between columns.
const COLUMN_GAP: f64 = 6.0;
/// Tactic's name on two lines, "x of y" and bar.
const HEAD: f64 = 58.0;
/// Of it, what a colour behind it leaves free below.
const HEAD_CLEAR: f64 = 4.0;
/// Of the names of tactics, see [`head_size`].
const LARGEST_HEAD: f64 = 13.0;
const SMALLEST_HEAD: f64 = 9.0;
/// How far sub-techniques stand in.
const INDENT: f64 = 9.0;

/// The room for the matrix.
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

fn tallest(columns: &[Column]) -> f64 {
    columns.iter().map(|column| column.rows.len()).max().unwrap_or(0) as f64
}

/// Width and height of the matrix with cells of natural size.
pub(super) fn natural_size(columns: &[Column]) -> (f64, f64) {
    let count = columns.len() as f64;
    let width = (count * (NATURAL_WIDTH + COLUMN_GAP) - COLUMN_GAP).max(0.0);
    (width, HEAD + tallest(columns) * NATURAL_ROW)
}

/// Draws the matrix so that it fits the area, and says where the cells are.
pub(super) fn draw(sheet: &mut Sheet, columns: &[Column], area: &Area) -> Vec<SceneCell> {
    let count = columns.len().max(1) as f64;
    let gap = COLUMN_GAP.min(area.w / count / 4.0);
    let w = ((area.w + gap) / count - gap).min(WIDEST);
    let row = ((area.h - HEAD) / tallest(columns).max(1.0)).clamp(0.0, NATURAL_ROW);
    let h = row - GAP.min(row * 0.1);
    let style = CellStyle::new(w, h);
    let head = head_size(columns, w);
    let indent = INDENT.min(w * 0.08);

    let mut cells = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let x = area.x + at as f64 * (w + gap);
        draw_head(sheet, column, Place { x, y: area.y, w, h: HEAD }, head);
        for (at, cell) in column.rows.iter().enumerate() {
            let inset = if cell.is_sub { indent } else { 0.0 };
            let y = area.y + HEAD + at as f64 * row;
            let place = Place { x: x + inset, y, w: w - inset, h };
            cell::draw(sheet, place, style, &cell.face, &cell.name);
            cells.push(SceneCell {
                technique: cell.technique,
                tactic: column.tactic,
                x: place.x,
                y,
                w: place.w,
                h,
            });
        }
    }
    cells
}

/// The text size of the names of tactics: so small that no word is broken, down to a limit.
fn head_size(columns: &[Column], width: f64) -> f64 {
    let words = columns.iter().flat_map(|column| column.name.split([' ', '-', '/']));
    let widest = words.map(|word| font::width(word, 1.0, Weight::Semibold)).fold(0.0, f64::max);
    if widest > 0.0 { (width / widest).clamp(SMALLEST_HEAD, LARGEST_HEAD) } else { LARGEST_HEAD }
}

/// Name, numbers, and the same as a bar.
fn draw_head(sheet: &mut Sheet, column: &Column, place: Place, size: f64) {
    let tokens = sheet.tokens;
    let Place { x, y, w, h } = place;
    let head = &column.head;
    let (mut ink, mut muted, mut pad) = (tokens.ink, tokens.muted, 0.0);
    if let Some(fill) = head.fill {
        sheet.block(x, y - HEAD_CLEAR, w, h, fill);
        (ink, muted, pad) = (text_on(fill), text_on(fill), (w * 0.04).min(4.0));
    }
    let room = w - 2.0 * pad + 0.01;
    let style = Style::bold(size, ink);
    let lines = font::wrap(&column.name, room, style.size, Weight::Semibold, 2);
    for (line, at) in lines.iter().zip([0.0, 15.0]) {
        // A name of one line stands by its numbers.
        let shift = if lines.len() == 1 { 15.0 } else { 0.0 };
        sheet.text((x + pad, y + 11.0 + at + shift), room, style, line);
    }
    sheet.text((x + pad, y + 41.0), room, Style::regular(11.5, muted), &head.text);
    let Some(share) = head.share else { return };
    sheet.block(x, y + 48.0, w, 3.0, tokens.hairline);
    if share > 0.0 {
        sheet.block(x, y + 48.0, w * share, 3.0, tokens.muted);
    }
}
