//! The matrix of a coverage for a slide: cells speak by their colours alone, as no name of hundreds
//! could be read from afar; what is written is as large as asked for.

use super::cell::{self, CellStyle, Place};
use super::of_coverage;
use super::subject::{Column, Sample};
use super::{Expansion, PictureOptions, Size};
use crate::attack::Catalogue;
use crate::coverage::{Coverage, Policy, Scope};
use crate::date::Date;
use crate::heatmap::colour::Theme;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::palette::Palette;
use crate::heatmap::scene::SceneCell;
use crate::heatmap::sheet::{Sheet, Style};

/// Between columns, and between cells.
const GAP: f64 = 6.0;
const ROW_GAP: f64 = 2.0;
/// The tallest row: a matrix of few techniques stays a matrix.
const TALLEST: f64 = 40.0;
const SAMPLE: (f64, f64) = (46.0, 26.0);

/// Heads of columns, cells and the legend of a coverage.
pub(in crate::heatmap) struct SlideMatrix {
    columns: Vec<Column>,
    legend: Vec<(Sample, String)>,
    /// Of all that is written.
    text: f64,
}

impl SlideMatrix {
    pub(in crate::heatmap) fn new(
        catalogue: &Catalogue,
        coverage: &Coverage,
        (policy, scope): (&Policy, &Scope),
        (theme, palette, date): (Theme, &Palette, Date),
        text: f64,
    ) -> Self {
        let options = PictureOptions {
            theme,
            palette: palette.clone(),
            size: Size::Wide1920,
            sub_techniques: Expansion::None,
            title: String::new(),
            date,
            show_scores: false,
            show_ids: false,
        };
        let mut subject = of_coverage::subject(catalogue, coverage, policy, scope, &options);
        let samples = subject.legend.iter_mut().filter_map(|(sample, _)| match sample {
            Sample::Cell(face) => Some(face),
            Sample::Scale(_) => None,
        });
        let cells = subject.columns.iter_mut().flat_map(|column| &mut column.rows);
        let tokens = theme.tokens();
        for face in cells.map(|row| &mut row.face).chain(samples) {
            // A hairline is lost on the way to the wall.
            if face.paint.fill.is_none() && !face.paint.dashed {
                face.paint.edge = Some(tokens.ground.mix(tokens.strong_line, 60));
            }
        }
        // Marks are as small as the names they stand beside, and are left out with them.
        let legend = subject.legend.into_iter().filter(|(sample, _)| match sample {
            Sample::Cell(face) => {
                let paint = &face.paint;
                let own = [paint.single_rule, paint.single_log_source, paint.disabled_only];
                !own.contains(&true) && !paint.test_failed
            }
            Sample::Scale(_) => true,
        });
        Self { columns: subject.columns, legend: legend.collect(), text }
    }

    /// Draws it into a rectangle: left, top, width, height.
    pub(in crate::heatmap) fn draw(
        &self,
        sheet: &mut Sheet,
        (x, y, w, h): (f64, f64, f64, f64),
    ) -> Vec<SceneCell> {
        let places = self.legend_places(w);
        let line = self.text * 1.6;
        let legend = places.last().map_or(0.0, |(_, at)| at + line);
        let top = y + h - legend + line - self.text * 0.4;
        for ((sample, text), (left, at)) in self.legend.iter().zip(&places) {
            let (left, base) = (x + left, top + at);
            let place = Place { x: left, y: base - self.text * 0.84, w: SAMPLE.0, h: SAMPLE.1 };
            if let Sample::Cell(face) = sample {
                cell::draw_sample(sheet, place, face);
            }
            let style = Style::regular(self.text, sheet.tokens.ink);
            let left = left + SAMPLE.0 + 12.0;
            sheet.text((left, base), x + w - left + 0.01, style, text);
        }
        self.draw_columns(sheet, (x, y, w, h - legend - 10.0))
    }

    fn draw_columns(
        &self,
        sheet: &mut Sheet,
        (x, y, w, h): (f64, f64, f64, f64),
    ) -> Vec<SceneCell> {
        let count = self.columns.len().max(1) as f64;
        let pitch = ((w + GAP) / count).min(320.0);
        let heads = Heads::new(&self.columns, pitch, self.text);
        let top = y + heads.height;
        let tallest = self.columns.iter().map(|column| column.rows.len()).max().unwrap_or(0);
        let row = ((h - heads.height) / tallest.max(1) as f64).clamp(0.0, TALLEST);
        let height = row - ROW_GAP.min(row * 0.12);
        let style = CellStyle::without_text(height);
        let mut cells = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let left = x + at as f64 * pitch;
            heads.draw(sheet, at, column, (left, y));
            for (down, shown) in column.rows.iter().enumerate() {
                let y = top + down as f64 * row;
                let place = Place { x: left, y, w: pitch - GAP, h: height };
                cell::draw(sheet, place, style, &shown.face, "");
                let Place { x, w, h, .. } = place;
                let (technique, tactic) = (shown.technique, column.tactic);
                cells.push(SceneCell { technique, tactic, x, y, w, h });
            }
        }
        cells
    }

    /// Where the legend's entries stand, from its own corner.
    fn legend_places(&self, room: f64) -> Vec<(f64, f64)> {
        let (mut x, mut y) = (0.0, 0.0);
        let mut places = Vec::new();
        for (_, text) in &self.legend {
            let wide = SAMPLE.0 + 12.0 + font::width(text, self.text, Weight::Regular);
            if x > 0.0 && x + wide > room {
                (x, y) = (0.0, y + self.text * 1.6);
            }
            places.push((x, y));
            x += wide + 44.0;
        }
        places
    }
}

/// Names of tactics at a size at which they are wider than their columns: every other one stands a
/// level higher, over the next column, too.
struct Heads {
    /// Lines of each.
    lines: Vec<Vec<String>>,
    /// Of the upper and the lower level.
    deep: [f64; 2],
    pitch: f64,
    text: f64,
    height: f64,
}

impl Heads {
    fn new(columns: &[Column], pitch: f64, text: f64) -> Self {
        let names: Vec<f64> = columns
            .iter()
            .map(|column| font::width(&column.name, text, Weight::Semibold))
            .collect();
        // Wide columns need no second level.
        let is_flat = names.iter().all(|width| *width <= pitch - 2.0 * GAP);
        let lines: Vec<Vec<String>> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let spans = if is_flat || at + 1 == columns.len() { 1.0 } else { 2.0 };
                let room = pitch * spans - 2.0 * GAP;
                font::wrap(&column.name, room, text, Weight::Semibold, 2)
            })
            .collect();
        let deep = [0, 1].map(|level| {
            let of_level = lines.iter().enumerate();
            let of_level =
                of_level.filter(|(at, _)| is_flat && level == 1 || !is_flat && at % 2 == level);
            of_level.map(|(_, lines)| lines.len()).max().unwrap_or(0) as f64
        });
        let line = text * 1.15;
        // Below the names the shares and counts, and some air.
        let height = (deep[0] + deep[1] + 2.0) * line + 14.0;
        Self { lines, deep, pitch, text, height }
    }

    fn draw(&self, sheet: &mut Sheet, at: usize, column: &Column, (x, y): (f64, f64)) {
        let line = self.text * 1.15;
        let tokens = sheet.tokens;
        let lines = self.lines.get(at).map(Vec::as_slice).unwrap_or_default();
        let is_upper = self.deep[0] > 0.0 && at.is_multiple_of(2);
        let bottom = y + line * if is_upper { self.deep[0] } else { self.deep[0] + self.deep[1] };
        let style = Style::bold(self.text, tokens.ink);
        for (line_at, text) in lines.iter().enumerate() {
            let base = bottom - line * (lines.len() - 1 - line_at) as f64 - self.text * 0.25;
            sheet.text((x, base), 2.0 * self.pitch, style, text);
        }
        if is_upper && self.deep[1] > 0.0 {
            // Which column the name is of; not through the name of the column before.
            let below = y + line * (self.deep[0] + self.deep[1]);
            let before = at.checked_sub(1).and_then(|at| self.lines.get(at));
            let is_free = before.into_iter().flatten().all(|line| {
                font::width(line, self.text, Weight::Semibold) <= self.pitch - 2.0 * GAP
            });
            let to = if is_free { below } else { bottom + self.text * 0.3 };
            sheet.line((x + 1.0, bottom + 2.0), (x + 1.0, to), tokens.strong_line, 2.0);
        }
        let mut base = y + line * (self.deep[0] + self.deep[1] + 1.0) - self.text * 0.2;
        // `12 of 34 · 35 %` is too wide for a column.
        let styles = [Style::bold(self.text, tokens.ink), Style::regular(self.text, tokens.muted)];
        for (part, style) in column.head.text.rsplit(" · ").zip(styles) {
            sheet.text((x, base), self.pitch - GAP, style, part);
            base += line;
        }
    }
}
