//! The sheet that all pictures are drawn on.

use super::colour::{Rgb, Tokens};
use super::font::{self, Weight};
use super::scene::{Anchor, Mark};

/// The notice ATT&CK's terms of use ask for (<https://attack.mitre.org/resources/legal-and-branding/terms-of-use/>).
pub const MITRE_NOTICE: &str = "© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";

/// Around everything.
pub(super) const MARGIN: f64 = 24.0;

/// Marks as they are put down.
pub(super) struct Sheet {
    pub(super) marks: Vec<Mark>,
    pub(super) tokens: Tokens,
}

impl Sheet {
    pub(super) fn new(tokens: Tokens) -> Self {
        Self { marks: Vec::new(), tokens }
    }

    /// A line of text, cut to `room`; nothing if nothing fits.
    pub(super) fn text(&mut self, (x, y): (f64, f64), room: f64, style: Style, text: &str) {
        let text = font::fit(text, room, style.size, style.weight());
        let Style { size, bold, fill, anchor } = style;
        if !text.contains(font::is_drawn) {
            if !text.is_empty() {
                self.marks.push(Mark::Text { x, y, size, bold, anchor, fill, text });
            }
            return;
        }
        let width = |text: &str| font::width(text, size, style.weight());
        let mut x = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width(&text) / 2.0,
            Anchor::End => x - width(&text),
        };
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let at = rest.find(font::is_drawn).unwrap_or(rest.len());
            let (run, after) = rest.split_at(at);
            if !run.trim().is_empty() {
                let text = run.trim_end().to_owned();
                // Blanks at the start are room; readers of SVG drop them.
                let blank = width(&run[..run.len() - run.trim_start().len()]);
                let text = text.trim_start().to_owned();
                let anchor = Anchor::Start;
                self.marks.push(Mark::Text { x: x + blank, y, size, bold, anchor, fill, text });
            }
            x += width(run);
            let mut signs = after.chars();
            if let Some(sign) = signs.next() {
                let w = width(sign.encode_utf8(&mut [0; 4]));
                self.sign(sign, (x, y), w, size, fill);
                x += w;
            }
            rest = signs.as_str();
        }
    }

    /// A sign that the font lacks, `w` wide with the room around it.
    fn sign(&mut self, sign: char, (x, y): (f64, f64), w: f64, size: f64, colour: Rgb) {
        let (left, right) = (x + w * 0.12, x + w * 0.88);
        let (top, middle) = (y - font::CAP_HEIGHT * size, y - font::CAP_HEIGHT / 2.0 * size);
        let centre = f64::midpoint(left, right);
        let line = (size * 0.09).max(0.5);
        let mut path = |points: Vec<(f64, f64)>, filled: bool| {
            self.marks.push(Mark::Path {
                points,
                fill: filled.then_some(colour),
                stroke: (!filled).then_some((colour, line)),
            });
        };
        match sign {
            '▲' => path(vec![(left, y), (centre, top + size * 0.04), (right, y)], true),
            '▼' => path(vec![(left, top), (centre, y - size * 0.04), (right, top)], true),
            '→' => {
                let head = size * 0.2;
                path(vec![(left, middle), (right, middle)], false);
                let tip = [(-head, -head), (0.0, 0.0), (-head, head)];
                path(tip.map(|(dx, dy)| (right + dx, middle + dy)).to_vec(), false);
            }
            _ => path(vec![(left, middle), (right, middle)], false),
        }
    }

    /// A filled rectangle with square corners.
    pub(super) fn block(&mut self, x: f64, y: f64, w: f64, h: f64, fill: Rgb) {
        self.marks.push(Mark::Rect {
            x,
            y,
            w,
            h,
            fill: Some(fill),
            stroke: None,
            radius: 0.0,
            dashed: false,
        });
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Rgb, width: f64) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.marks.push(Mark::Line { x1, y1, x2, y2, stroke, width });
    }

    /// A disc.
    pub(super) fn disc(&mut self, (x, y): (f64, f64), radius: f64, fill: Rgb) {
        self.marks.push(Mark::Rect {
            x: x - radius,
            y: y - radius,
            w: radius * 2.0,
            h: radius * 2.0,
            fill: Some(fill),
            stroke: None,
            radius,
            dashed: false,
        });
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) fill: Rgb,
    pub(super) anchor: Anchor,
}

impl Style {
    pub(super) fn regular(size: f64, fill: Rgb) -> Self {
        Self { size, bold: false, fill, anchor: Anchor::Start }
    }

    pub(super) fn bold(size: f64, fill: Rgb) -> Self {
        Self { size, bold: true, fill, anchor: Anchor::Start }
    }

    pub(super) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) fn weight(self) -> Weight {
        if self.bold { Weight::Semibold } else { Weight::Regular }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heatmap::Theme;

    /// What no font of ours has must not be left to the reader's fonts.
    #[test]
    fn missing_signs_are_drawn_in_their_room() {
        let tokens = Theme::Light.tokens();
        for anchor in [Anchor::Start, Anchor::Middle, Anchor::End] {
            let mut sheet = Sheet::new(tokens);
            let text = "a → b ▲▼ −3";
            sheet.text((500.0, 50.0), 400.0, Style::bold(20.0, tokens.ink).at(anchor), text);
            let width = font::width(text, 20.0, Weight::Semibold);
            let left = match anchor {
                Anchor::Start => 500.0,
                Anchor::Middle => 500.0 - width / 2.0,
                Anchor::End => 500.0 - width,
            };
            let texts: Vec<_> = sheet
                .marks
                .iter()
                .filter_map(|mark| match mark {
                    Mark::Text { text, .. } => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            assert_eq!(texts, ["a", "b", "3"]);
            assert_eq!(sheet.marks.len(), 3 + 2 + 2 + 1, "an arrow is two lines");
            for mark in &sheet.marks {
                let (a, _, b, _) = mark.bounds();
                assert!(a >= left - 0.01 && b <= left + width + 0.01, "{mark:?}");
            }
        }
    }
}
