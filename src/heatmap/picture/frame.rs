//! What stands around the matrix: title, totals, legend, conventions, notice.

use super::cell::{self, Place};
use super::subject::{Sample, Subject};
use crate::heatmap::colour::Rgb;
use crate::heatmap::font::{self, Weight};
use crate::heatmap::sheet::{MARGIN, Sheet, Style};

/// The least width of a picture at natural size: below it the sentences would be a column.
pub(super) const NARROWEST: f64 = 960.0;

const TITLE: f64 = 28.0;
const FIGURE: f64 = 22.0;
const SMALL: f64 = 13.0;
const FINE: f64 = 11.0;
const FINE_LINE: f64 = 14.0;
const SAMPLE: (f64, f64) = (26.0, 15.0);
const LEGEND_LINE: f64 = 22.0;
/// Between figures, and between legend entries.
const APART: f64 = 28.0;
/// The least room a title keeps beside the figures; else they stand below it.
const TITLE_ROOM: f64 = 480.0;
impl Subject {
    /// The picture in words.
    pub(super) fn description(&self) -> String {
        let figures: Vec<_> =
            self.figures.iter().map(|(number, label)| format!("{number} {label}")).collect();
        format!("{}. {}.", self.subtitle, figures.join("; "))
    }

    /// The room that all totals take at the right of the title, and whether there is so much.
    fn figures_room(&self, width: f64) -> (f64, bool) {
        let all: f64 = self.figures.iter().map(|figure| figure_width(figure) + APART).sum();
        (all, width - 2.0 * MARGIN - all >= TITLE_ROOM)
    }

    /// Where the matrix may begin.
    pub(super) fn header_height(&self, width: f64) -> f64 {
        let (_, beside) = self.figures_room(width);
        if beside { 88.0 } else { 144.0 }
    }

    /// Draws title and totals. The totals stand at the right of the title, or below it where
    /// there is no room.
    pub(super) fn draw_header(&self, sheet: &mut Sheet, width: f64) {
        let number_style = Style::bold(FIGURE, sheet.tokens.ink);
        let label_style = Style::regular(SMALL, sheet.tokens.muted);
        let (all, beside) = self.figures_room(width);
        let title_room = width - 2.0 * MARGIN - if beside { all } else { 0.0 };
        sheet.text((MARGIN, 44.0), title_room, Style::bold(TITLE, sheet.tokens.ink), &self.title);
        let style = Style::regular(14.0, sheet.tokens.muted);
        sheet.text((MARGIN, 66.0), title_room, style, &self.subtitle);

        let (mut x, y) = if beside { (width - MARGIN - all + APART, 42.0) } else { (MARGIN, 98.0) };
        for figure in &self.figures {
            // The last one ends at the margin, but for rounding.
            let room = width - MARGIN - x + 0.01;
            sheet.text((x, y), room, number_style, &figure.0);
            sheet.text((x, y + 20.0), room, label_style, &figure.1);
            x += figure_width(figure) + APART;
        }
    }

    /// Where the legend's entries stand, from its own upper left corner.
    fn legend_places(&self, width: f64) -> Vec<(f64, f64)> {
        let room = width - 2.0 * MARGIN;
        let (mut x, mut y) = (0.0, 0.0);
        let mut places = Vec::new();
        for (_, text) in &self.legend {
            let wide = SAMPLE.0 + 7.0 + font::width(text, SMALL, Weight::Regular);
            if x > 0.0 && x + wide > room {
                (x, y) = (0.0, y + LEGEND_LINE);
            }
            places.push((x, y));
            x += wide + APART;
        }
        places
    }

    fn fine_print(&self, width: f64) -> Vec<String> {
        self.sentences
            .iter()
            .flat_map(|sentence| {
                font::wrap(sentence, width - 2.0 * MARGIN, FINE, Weight::Regular, 4)
            })
            .collect()
    }

    /// Height of legend and fine print, without the margin below.
    pub(super) fn footer_height(&self, width: f64) -> f64 {
        let legend = self.legend_places(width).last().map_or(0.0, |(_, y)| y + LEGEND_LINE);
        12.0 + legend + 4.0 + self.fine_print(width).len() as f64 * FINE_LINE
    }

    /// Draws legend and fine print from `top` on.
    pub(super) fn draw_footer(&self, sheet: &mut Sheet, width: f64, top: f64) {
        let right = width - MARGIN;
        let legend_top = top + 12.0;
        let mut y = legend_top + 4.0;
        for ((sample, text), at) in self.legend.iter().zip(self.legend_places(width)) {
            let (x, line) = (MARGIN + at.0, legend_top + at.1);
            let place = Place { x, y: line, w: SAMPLE.0, h: SAMPLE.1 };
            match sample {
                Sample::Cell(face) => cell::draw_sample(sheet, place, face),
                Sample::Scale(colours) => draw_scale(sheet, place, colours),
            }
            let x = x + SAMPLE.0 + 7.0;
            sheet.text((x, line + 12.0), right - x, Style::regular(SMALL, sheet.tokens.ink), text);
            y = line + LEGEND_LINE + 4.0;
        }
        for line in self.fine_print(width) {
            let style = Style::regular(FINE, sheet.tokens.muted);
            sheet.text((MARGIN, y + 10.0), right - MARGIN + 0.01, style, &line);
            y += FINE_LINE;
        }
    }
}

fn figure_width((number, label): &(String, String)) -> f64 {
    let number = font::width(number, FIGURE, Weight::Semibold);
    number.max(font::width(label, SMALL, Weight::Regular))
}

/// Colours side by side, from low to high.
fn draw_scale(sheet: &mut Sheet, place: Place, colours: &[Rgb]) {
    let step = place.w / colours.len().max(1) as f64;
    for (at, colour) in colours.iter().enumerate() {
        sheet.block(place.x + at as f64 * step, place.y, step, place.h, *colour);
    }
}
