//! Steps of a scale as patterns of dots and lines: told apart without any colour.

use super::colour::{Rgb, TEXT_CONTRAST};
use serde::{Deserialize, Serialize};

/// The fifth of a scale that a score lies in, as a pattern; the higher, the denser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// Below a fifth: few dots.
    First,
    /// Many dots.
    Second,
    /// Lines from left to right.
    Third,
    /// Lines from top to bottom.
    Fourth,
    /// The last fifth: both.
    Fifth,
}

impl Step {
    /// All of them, rising.
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Fifth];

    /// Of a score in percent of its scale: below 20, 40, 60, 80, and from there on, as legends have
    /// it.
    pub fn of(percent: u8) -> Self {
        Self::ALL[usize::from(percent / 20).min(4)]
    }

    /// From 1 to 5.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// A pattern on a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Which.
    pub step: Step,
    /// Of its dots and lines.
    pub colour: Rgb,
}

impl Pattern {
    /// On a colour under a text.
    pub(super) fn new(percent: u8, fill: Rgb, text: Rgb) -> Self {
        Self { step: Step::of(percent), colour: line_on(fill, text) }
    }
}

/// As much contrast to its ground as a mark should have (WCAG 2.2, 1.4.11).
const MARK_CONTRAST: f64 = 3.0;

/// The colour of lines on a fill that are seen, up to 3 : 1, and on which text reads as well as it
/// must: towards the text as far as that goes, or away from it, whichever shows more. Where text
/// itself has 9 : 1, between both, that is 1.9 : 1; nowhere is it less.
fn line_on(fill: Rgb, text: Rgb) -> Rgb {
    let away = if text.luminance() > fill.luminance() { Rgb::BLACK } else { Rgb::WHITE };
    // Each luminance once: a table of all scores is made of these.
    let ratio = |a: f64, b: f64| (a.max(b) + 0.05) / (a.min(b) + 0.05);
    let (of_fill, of_text) = (fill.luminance(), text.luminance());
    let mut best = (1.0, fill);
    for to in [text, away] {
        for share in 1..=100 {
            let line = fill.mix(to, share);
            let light = line.luminance();
            let contrast = ratio(light, of_fill);
            if ratio(light, of_text) < TEXT_CONTRAST || best.0 >= MARK_CONTRAST {
                break;
            }
            if contrast > best.0 {
                best = (contrast, line);
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Scale, Score};
    use crate::heatmap::{Palette, PaletteName, Theme};

    #[test]
    fn fifths_as_in_legends() {
        let steps = [0, 19, 20, 39, 40, 59, 60, 79, 80, 99, 100].map(|at| Step::of(at).number());
        assert_eq!(steps, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]);
        for percent in 0..=100_u8 {
            let (from, _) = Scale::HUNDRED.fifth(Score::new(percent.into()), Score::new(100));
            assert_eq!(from.get() / 20 + 1, u32::from(Step::of(percent).number()));
        }
    }

    /// On every score of every palette the pattern is seen, and the text on it reads.
    #[test]
    fn patterns_are_seen_and_text_reads_on_them() {
        for theme in [Theme::Light, Theme::Dark] {
            let named = PaletteName::BUILT_IN.map(|name| Palette::new(name, theme));
            for palette in named.into_iter().chain([Palette::alerts(theme), Palette::priority()]) {
                let shades = palette.shades();
                for score in (0..=100).map(Score::new) {
                    let (fill, text) =
                        (shades.fill(score, Scale::HUNDRED), shades.text(score, Scale::HUNDRED));
                    let line = line_on(fill, text);
                    let what = format!("{:?} {theme:?} {score}: {fill} {line}", palette.name());
                    assert!(line.contrast(text) >= TEXT_CONTRAST, "{what}");
                    assert!(line.contrast(fill) >= 1.9, "{what}: {}", line.contrast(fill));
                }
            }
        }
    }
}
