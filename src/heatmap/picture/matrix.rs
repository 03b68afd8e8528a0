//! The matrix: one column a tactic, one cell a technique, sub-techniques indented below theirs.

use super::cell::{self, CellStyle, Place};
use super::{Expansion, PictureOptions, Sheet, Style};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::paint::Painter;
use crate::heatmap::scene::SceneCell;
use crate::heatmap::wording::{of, percent, plain};

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
/// How far sub-techniques stand in.
const INDENT: f64 = 9.0;

/// One column: a tactic and its rows from top to bottom.
pub(crate) struct Column {
    pub(crate) tactic: usize,
    pub(crate) rows: Vec<TechniqueIndex>,
}

/// The room for the matrix.
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

/// What is in scope, tactic by tactic; a tactic with nothing in scope has no column.
pub(crate) fn columns(
    catalogue: &Catalogue,
    coverage: &Coverage,
    expansion: &Expansion,
) -> Vec<Column> {
    let in_scope = |index: &TechniqueIndex| coverage.technique(*index).in_scope;
    let expanded = |parent: TechniqueIndex| match expansion {
        Expansion::None => false,
        Expansion::All => true,
        Expansion::Annotated => coverage.technique(parent).subtechniques_covered > 0,
        Expansion::Some(ids) => ids.contains(&catalogue.technique(parent).id),
    };
    (0..catalogue.tactics.len())
        .map(|tactic| {
            let mut rows = Vec::new();
            for parent in catalogue.column(tactic) {
                if in_scope(&parent) {
                    rows.push(parent);
                }
                // Some sub-techniques have platforms their technique has not (T1021.007).
                if expanded(parent) {
                    rows.extend(catalogue.sub_column(parent, tactic).into_iter().filter(in_scope));
                }
            }
            Column { tactic, rows }
        })
        .filter(|column| !column.rows.is_empty())
        .collect()
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
pub(super) fn draw(
    sheet: &mut Sheet,
    catalogue: &Catalogue,
    coverage: &Coverage,
    painter: &Painter,
    options: &PictureOptions,
    columns: &[Column],
    area: &Area,
) -> Vec<SceneCell> {
    let count = columns.len().max(1) as f64;
    let gap = COLUMN_GAP.min(area.w / count / 4.0);
    let w = ((area.w + gap) / count - gap).min(WIDEST);
    let row = ((area.h - HEAD) / tallest(columns).max(1.0)).clamp(0.0, NATURAL_ROW);
    let h = row - GAP.min(row * 0.1);
    let style = CellStyle::new(h);
    let indent = INDENT.min(w * 0.08);

    let mut cells = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let x = area.x + at as f64 * (w + gap);
        draw_head(sheet, catalogue, coverage, column.tactic, Place { x, y: area.y, w, h: HEAD });
        for (at, index) in column.rows.iter().enumerate() {
            let technique = catalogue.technique(*index);
            let inset = if technique.parent.is_some() { indent } else { 0.0 };
            let y = area.y + HEAD + at as f64 * row;
            let place = Place { x: x + inset, y, w: w - inset, h };
            let mut name = plain(&technique.name);
            // Alone in its column it would seem to belong to the technique above.
            if let Some(parent) = technique.parent
                && !coverage.technique(parent).in_scope
            {
                name = format!("{}: {name}", plain(&catalogue.technique(parent).name));
            }
            let name = if options.show_ids { format!("{} {name}", technique.id) } else { name };
            let paint = painter.cell(catalogue, coverage, *index);
            cell::draw(sheet, place, style, &paint, &name, options.show_scores);
            cells.push(SceneCell {
                technique: technique.id,
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

/// Name, covered of all, and the same as a bar.
fn draw_head(
    sheet: &mut Sheet,
    catalogue: &Catalogue,
    coverage: &Coverage,
    tactic: usize,
    place: Place,
) {
    let tokens = sheet.tokens;
    let Place { x, y, w, .. } = place;
    let style = Style::bold(13.0, tokens.ink);
    let name = plain(&catalogue.tactics[tactic].name);
    let lines = font::wrap(&name, w, style.size, Weight::Semibold, 2);
    for (line, at) in lines.iter().zip([0.0, 15.0]) {
        // A name of one line stands by its numbers.
        let shift = if lines.len() == 1 { 15.0 } else { 0.0 };
        sheet.text((x, y + 11.0 + at + shift), w + 0.01, style, line);
    }
    let Some(totals) = coverage.tactics.get(tactic) else { return };
    let (covered, total) = (totals.techniques_covered, totals.techniques_total);
    let text = format!("{} · {}", of(covered, total), percent(covered, total));
    sheet.text((x, y + 41.0), w, Style::regular(11.5, tokens.muted), &text);
    sheet.block(x, y + 48.0, w, 3.0, tokens.hairline);
    if covered > 0 {
        let share = covered.min(total) as f64 / total as f64;
        sheet.block(x, y + 48.0, w * share, 3.0, tokens.muted);
    }
}
