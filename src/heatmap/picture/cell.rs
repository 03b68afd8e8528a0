//! One cell: its colour, lower edge, name, score and marks. Legend samples are cells too.

use super::SMALLEST_TEXT;
use super::subject::Face;
use crate::heatmap::colour::Rgb;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::paint::{CellPaint, Hatch, HatchPattern};
use crate::heatmap::pattern::{Pattern, Step};
use crate::heatmap::scene::{Anchor, Mark};
use crate::heatmap::sheet::{Sheet, Style};

/// Where a cell stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

/// How cells of one height are set, so that all of a picture are alike.
#[derive(Clone, Copy)]
pub(super) struct CellStyle {
    /// Of the lower edge: 4 px in a cell of 34, in proportion below.
    edge: f64,
    /// Text size; 0 for no text.
    size: f64,
    /// Lines of the name, 1 or 2.
    lines: usize,
}

/// The text size in a cell of natural height, and the largest.
const LARGEST_TEXT: f64 = 11.5;
/// Two lines are better than one as long as they are no smaller than this.
const SMALLEST_OF_TWO_LINES: f64 = 8.0;
/// Text on one line in a narrow column is smaller, in parts of its width: some 15 letters fit.
const WIDTH_TO_TEXT: f64 = 0.115;
/// Above and below two lines together, so that they do not touch a dashed edge.
const CLEAR_OF_TWO_LINES: f64 = 3.0;
/// Base line to base line, in parts of the text size.
const LEADING: f64 = 1.12;
/// A letter's height above the base line that must stay inside, in parts of the text size:
/// ascenders are a little taller than capitals.
const ASCENT: f64 = 0.74;

impl CellStyle {
    pub(super) fn new(width: f64, height: f64) -> Self {
        let edge = (height * 0.118).min(4.0);
        let room = height - edge;
        let of_two = (room - CLEAR_OF_TWO_LINES) / (ASCENT + LEADING + font::DESCENT);
        if of_two >= SMALLEST_OF_TWO_LINES {
            return Self { edge, size: of_two.min(LARGEST_TEXT), lines: 2 };
        }
        let of_one = (room / (ASCENT + font::DESCENT)).min(LARGEST_TEXT).min(width * WIDTH_TO_TEXT);
        Self { edge, size: if of_one < SMALLEST_TEXT { 0.0 } else { of_one }, lines: 1 }
    }

    /// Of a cell that carries no text.
    pub(super) fn without_text(height: f64) -> Self {
        Self { edge: (height * 0.2).min(5.0), size: 0.0, lines: 1 }
    }

    /// The base line of line `at` of `lines` in the room above the lower edge.
    fn base_line(self, place: Place, at: usize, lines: usize) -> f64 {
        let block = self.size * (ASCENT + font::DESCENT + LEADING * (lines - 1) as f64);
        place.y + (place.h - self.edge - block) / 2.0 + self.size * (ASCENT + LEADING * at as f64)
    }
}

/// Draws a cell with its name.
pub(super) fn draw(sheet: &mut Sheet, place: Place, style: CellStyle, face: &Face, name: &str) {
    let Face { paint, corner } = face;
    draw_ground(sheet, place, style, paint);
    if style.size == 0.0 {
        return;
    }
    let pad = (place.w * 0.04).min(4.0);
    // Text stands right of a second part.
    let band = if paint.second.is_some() { place.w * CellPaint::BAND } else { 0.0 };
    let place = Place { x: place.x + band, w: place.w - band, ..place };
    let score_style = Style { anchor: Anchor::End, ..Style::bold(style.size * 0.9, paint.text) };
    let score_width = corner
        .as_deref()
        .map_or(0.0, |score| font::width(score, score_style.size, Weight::Semibold));
    let marks = marks(paint);
    let disc = style.size * 0.62;
    let marks_width = marks.len() as f64 * disc * 1.35;

    // Right of the name: score above marks, both in one line where the name has but one, and
    // in the middle what stands there alone.
    let stacked = style.lines == 2 && corner.is_some() && !marks.is_empty();
    let rows = if stacked { 2 } else { 1 };
    let (first, last) = (style.base_line(place, 0, rows), style.base_line(place, rows - 1, rows));
    let right = place.x + place.w - pad;
    let (marks_right, taken) = if stacked {
        (right, score_width.max(marks_width))
    } else {
        let both = if score_width > 0.0 && marks_width > 0.0 { disc * 0.35 } else { 0.0 };
        (right - score_width - both, score_width + both + marks_width)
    };
    let room = place.w - 2.0 * pad - if taken > 0.0 { taken + pad.min(3.0) } else { 0.0 };
    if taken <= place.w - 2.0 * pad {
        if let Some(corner) = corner {
            sheet.text((right, first), score_width + 0.01, score_style, corner);
        }
        for (at, mark) in marks.into_iter().rev().enumerate() {
            let centre = (
                marks_right - disc * (0.5 + 1.35 * at as f64),
                last - font::CAP_HEIGHT / 2.0 * style.size,
            );
            draw_mark(sheet, mark, centre, disc, paint.text);
        }
    }
    let lines = font::wrap(name, room, style.size, Weight::Regular, style.lines);
    for (at, line) in lines.iter().enumerate() {
        let y = style.base_line(place, at, lines.len());
        sheet.text((place.x + pad, y), room + 0.01, Style::regular(style.size, paint.text), line);
    }
}

/// Draws a cell of the legend: all but its name, its mark and what its corner says in the middle.
pub(super) fn draw_sample(sheet: &mut Sheet, place: Place, face: &Face) {
    let Face { paint, corner } = face;
    draw_ground(sheet, place, CellStyle { edge: 4.0, size: 0.0, lines: 1 }, paint);
    let above = if paint.lower_edge.is_some() { 4.0 } else { 0.0 };
    let centre = (place.x + place.w / 2.0, place.y + (place.h - above) / 2.0);
    for mark in marks(paint) {
        draw_mark(sheet, mark, centre, 7.5, paint.text);
    }
    if let Some(corner) = corner {
        let style = Style::bold(11.0, paint.text).at(Anchor::Middle);
        let y = centre.1 + font::CAP_HEIGHT / 2.0 * style.size;
        sheet.text((centre.0, y), place.w, style, corner);
    }
}

fn draw_ground(sheet: &mut Sheet, place: Place, style: CellStyle, paint: &CellPaint) {
    let Place { x, y, w, h } = place;
    let radius = if h >= 12.0 { 2.0 } else { 0.0 };
    sheet.marks.push(Mark::Rect {
        x,
        y,
        w,
        h,
        fill: paint.fill,
        stroke: paint.edge,
        radius,
        dashed: paint.dashed,
    });
    if let Some(pattern) = paint.pattern {
        draw_pattern(sheet, place, pattern);
    }
    if let Some(hatch) = paint.hatch {
        draw_hatch(sheet, place, hatch);
    }
    if let Some(second) = paint.second {
        draw_band(sheet, place, radius, second, paint.dashed.then_some(paint.edge).flatten());
    }
    if let Some(edge) = paint.lower_edge
        && edge.covered > 0
    {
        sheet.block(x, y + h - style.edge, w * edge.share(), style.edge, edge.colour);
    }
}

/// The second part along the left side.
fn draw_band(sheet: &mut Sheet, place: Place, radius: f64, fill: Rgb, dashes: Option<Rgb>) {
    let Place { x, y, w, h } = place;
    let w = w * CellPaint::BAND;
    // A dashed outline goes around it, too.
    sheet.marks.push(Mark::Rect {
        x,
        y,
        w,
        h,
        fill: Some(fill),
        stroke: dashes,
        radius: radius.min(w / 2.0),
        dashed: dashes.is_some(),
    });
}

/// The step of a score: dots, sparse or dense, then lines in one direction, the other, both.
fn draw_pattern(sheet: &mut Sheet, Place { x, y, w, h }: Place, pattern: Pattern) {
    let Pattern { step, colour } = pattern;
    let width = (h * 0.03).clamp(0.4, 1.2);
    // The centres between two ends, as far apart as asked and as far from the ends.
    let between = |from: f64, length: f64, apart: f64| {
        let number = (length / apart).floor().max(1.0);
        (0..number as u32)
            .map(move |at| from + length / number * (f64::from(at) + 0.5))
            .collect::<Vec<_>>()
    };
    if step <= Step::Second {
        let apart = (h / if step == Step::First { 2.5 } else { 4.5 }).max(3.0);
        for at in between(y, h, apart) {
            for along in between(x, w, apart) {
                sheet.disc((along, at), width, colour);
            }
        }
        return;
    }
    let apart = (h / 4.5).max(3.0);
    if step != Step::Fourth {
        for at in between(y, h, apart) {
            sheet.line((x, at), (x + w, at), colour, width);
        }
    }
    if step != Step::Third {
        for at in between(x, w, apart) {
            sheet.line((at, y), (at, y + h), colour, width);
        }
    }
}

/// Lines from edge to edge in one or both diagonal directions, a third of the cell's height apart.
fn draw_hatch(sheet: &mut Sheet, Place { x, y, w, h }: Place, hatch: Hatch) {
    let Hatch { colour: stroke, pattern } = hatch;
    let most = match pattern {
        HatchPattern::Diagonal => 1,
        HatchPattern::Crossed => 2,
    };
    let step = (h / 3.0).max(4.0);
    let width = (h * 0.02).clamp(0.4, 1.5);
    let mut at = step;
    while at < w + h {
        // Where the line that starts `at` to the right of the corner enters and leaves.
        let (left, right) = ((at - h).max(0.0), at.min(w));
        let (below, above) = (at - left, at - right);
        let both = [(x + left, x + right), (x + w - left, x + w - right)];
        for (x1, x2) in both.into_iter().take(most) {
            sheet.marks.push(Mark::Line { x1, y1: y + below, x2, y2: y + above, stroke, width });
        }
        at += step;
    }
}

/// The marks ◐, ○, •, ⌁ and ✗, drawn because the font does not have them all.
#[derive(Clone, Copy)]
enum Sign {
    HalfDisc,
    Ring,
    Dot,
    Spark,
    Cross,
}

fn marks(paint: &CellPaint) -> Vec<Sign> {
    [
        (paint.via_subtechnique, Sign::HalfDisc),
        (paint.disabled_only, Sign::Ring),
        (paint.single_rule, Sign::Dot),
        (paint.single_log_source, Sign::Spark),
        (paint.test_failed, Sign::Cross),
    ]
    .into_iter()
    .filter_map(|(there, sign)| there.then_some(sign))
    .collect()
}

/// Corners of half a circle; at 9 px nobody sees them.
const HALF_CIRCLE: [(f64, f64); 9] = [
    (0.0, -1.0),
    (-0.383, -0.924),
    (-0.707, -0.707),
    (-0.924, -0.383),
    (-1.0, 0.0),
    (-0.924, 0.383),
    (-0.707, 0.707),
    (-0.383, 0.924),
    (0.0, 1.0),
];

/// ⌁ in a square from -1 to 1: level, down, up, level.
const SPARK: [(f64, f64); 4] = [(-1.0, 0.3), (-0.1, -0.7), (0.1, 0.7), (1.0, -0.3)];

fn draw_mark(sheet: &mut Sheet, sign: Sign, (x, y): (f64, f64), size: f64, colour: Rgb) {
    let half = size / 2.0;
    let at = |points: &[(f64, f64)], radius: f64| {
        points.iter().map(|(dx, dy)| (x + dx * radius, y + dy * radius)).collect::<Vec<_>>()
    };
    match sign {
        Sign::HalfDisc => {
            // The right half is the left one mirrored, so the two make a circle.
            let mut circle = at(&HALF_CIRCLE, half);
            let right: Vec<_> = circle.iter().rev().map(|(px, py)| (2.0 * x - px, *py)).collect();
            sheet.marks.push(Mark::Path {
                points: circle.clone(),
                fill: Some(colour),
                stroke: None,
            });
            circle.extend(right);
            let width = size * 0.1;
            sheet.marks.push(Mark::Path {
                points: circle,
                fill: None,
                stroke: Some((colour, width)),
            });
        }
        Sign::Ring => {
            let mut circle = at(&HALF_CIRCLE, half * 0.75);
            let right: Vec<_> = circle.iter().rev().map(|(px, py)| (2.0 * x - px, *py)).collect();
            circle.extend(right);
            let stroke = Some((colour, size * 0.14));
            sheet.marks.push(Mark::Path { points: circle, fill: None, stroke });
        }
        Sign::Dot => {
            sheet.disc((x, y), half * 0.55, colour);
        }
        Sign::Cross => {
            let (arm, width) = (half * 0.62, (size * 0.18).max(0.4));
            for rise in [-arm, arm] {
                sheet.line((x - arm, y - rise), (x + arm, y + rise), colour, width);
            }
        }
        Sign::Spark => sheet.marks.push(Mark::Path {
            points: at(&SPARK, half * 0.9),
            fill: None,
            stroke: Some((colour, (size * 0.16).max(0.4))),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_above_the_lower_edge_at_any_height() {
        for height in 1..=400 {
            let place = Place { x: 0.0, y: 0.0, w: 100.0, h: f64::from(height) / 10.0 };
            let style = CellStyle::new(place.w, place.h);
            if style.size == 0.0 {
                continue;
            }
            assert!(style.size >= SMALLEST_TEXT && style.size <= LARGEST_TEXT);
            for lines in 1..=style.lines {
                let top = style.base_line(place, 0, lines) - ASCENT * style.size;
                let bottom = style.base_line(place, lines - 1, lines) + font::DESCENT * style.size;
                assert!(top >= -1e-9 && bottom <= place.h - style.edge + 1e-9, "{height}");
            }
        }
    }

    #[test]
    fn a_natural_cell_has_two_lines_and_an_edge_of_four() {
        let style = CellStyle::new(140.0, 34.0);
        assert_eq!(style.lines, 2);
        assert!((style.edge - 4.0).abs() < 0.02 && style.size >= 11.0);
    }
}
