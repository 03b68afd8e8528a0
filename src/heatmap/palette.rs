//! From score to colour: named palettes and the Navigator's arithmetic.

use super::colour::{Rgb, Theme, text_on};
use super::pattern::Pattern;
use crate::coverage::{Scale, Score};
use serde::{Deserialize, Serialize};

/// The palettes one can choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaletteName {
    /// Sequential, safe for the colour-blind; one variant a theme.
    #[default]
    Blue,
    /// Red is low; the Navigator's own default.
    RedYellowGreen,
    /// Green is low.
    GreenYellowRed,
    /// Blue is low.
    BlueYellowBlack,
    /// Stops of one's own.
    Custom,
}

impl PaletteName {
    /// Those with stops of their own.
    pub const BUILT_IN: [Self; 4] =
        [Self::Blue, Self::RedYellowGreen, Self::GreenYellowRed, Self::BlueYellowBlack];

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blue => "Blue",
            Self::RedYellowGreen => "Red – yellow – green",
            Self::GreenYellowRed => "Green – yellow – red",
            Self::BlueYellowBlack => "Blue – yellow – black",
            Self::Custom => "Custom",
        }
    }
}

/// Why stops make no palette.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaletteError {
    /// A gradient needs two ends, and its table has 100 places.
    #[error("a palette has 2 to 100 colours, not {0}")]
    Stops(usize),
}

/// Colours from 0 to the top of a scale, evenly spaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Palette {
    name: PaletteName,
    stops: Vec<Rgb>,
    /// Whether steps have patterns as well.
    #[serde(rename = "patterns")]
    is_patterned: bool,
}

/// A palette as it comes from outside, unchecked.
#[derive(Deserialize)]
struct Written {
    name: PaletteName,
    stops: Vec<Rgb>,
    /// Older versions knew none.
    #[serde(default)]
    patterns: bool,
}

impl TryFrom<Written> for Palette {
    type Error = PaletteError;
    fn try_from(written: Written) -> Result<Self, PaletteError> {
        let Written { name, stops, patterns } = written;
        Ok(Self { name, ..Self::custom(stops)?.with_patterns(patterns) })
    }
}

/// The six steps of the blue palette on paper (design notes; checked below).
const BLUE_LIGHT: [u32; 6] = [0xdeebf7, 0xb3d1ec, 0x7fb0dc, 0x4a88c4, 0x1f5f9f, 0x0b3c6f];
/// And on dark ground, where more is lighter.
const BLUE_DARK: [u32; 6] = [0x1d2f45, 0x21476d, 0x2a6496, 0x3f86c0, 0x72b1e0, 0xbfe0f7];
/// Violet for priorities, so that nobody takes them for coverage (design notes, but for the palest
/// three, which without blue cones were one with paper and with each other).
const PRIORITY: [u32; 6] = [0xecd8f0, 0xc4b8e0, 0xae95d4, 0x9173c0, 0x6c4aa3, 0x472a78];
/// Amber for alerts (design notes, but for the palest two, which stand out from paper as the blue
/// ones do and also without blue cones; checked below).
const ALERTS_LIGHT: [u32; 6] = [0xfce7bf, 0xfbd28c, 0xf3b45a, 0xdd8a26, 0xb0600f, 0x743a06];
/// And on dark ground, where more is lighter.
const ALERTS_DARK: [u32; 6] = [0x33230c, 0x563510, 0x824f14, 0xb3761f, 0xdda347, 0xfbdc9b];
/// The default gradient of the Navigator.
const RED_YELLOW_GREEN: [u32; 3] = [0xff6666, 0xffe766, 0x8ec843];
/// The same turned round.
const GREEN_YELLOW_RED: [u32; 3] = [0x8ec843, 0xffe766, 0xff6666];
/// Its yellow between a blue of our own and black.
const BLUE_YELLOW_BLACK: [u32; 3] = [0x2f6fb0, 0xffe766, 0x000000];

impl Default for Palette {
    /// Blue, light.
    fn default() -> Self {
        Self::new(PaletteName::Blue, Theme::Light)
    }
}

impl Palette {
    /// A built-in palette as it is in a theme. [`PaletteName::Custom`] has no stops of its own
    /// and gives blue; use [`Self::custom`].
    pub fn new(name: PaletteName, theme: Theme) -> Self {
        let (name, stops): (_, &[u32]) = match (name, theme) {
            (PaletteName::RedYellowGreen, _) => (name, &RED_YELLOW_GREEN),
            (PaletteName::GreenYellowRed, _) => (name, &GREEN_YELLOW_RED),
            (PaletteName::BlueYellowBlack, _) => (name, &BLUE_YELLOW_BLACK),
            (PaletteName::Blue | PaletteName::Custom, Theme::Light) => {
                (PaletteName::Blue, &BLUE_LIGHT)
            }
            (PaletteName::Blue | PaletteName::Custom, Theme::Dark) => {
                (PaletteName::Blue, &BLUE_DARK)
            }
        };
        Self::of(name, stops)
    }

    /// The palette of priorities: violet, on paper.
    pub fn priority() -> Self {
        Self::of(PaletteName::Custom, &PRIORITY)
    }

    /// The palette of alerts: amber, as it is in a theme.
    pub fn alerts(theme: Theme) -> Self {
        let stops = match theme {
            Theme::Light => ALERTS_LIGHT,
            Theme::Dark => ALERTS_DARK,
        };
        Self::of(PaletteName::Custom, &stops)
    }

    fn of(name: PaletteName, stops: &[u32]) -> Self {
        let stops = stops.iter().copied().map(Rgb::hex).collect();
        Self { name, stops, is_patterned: false }
    }

    /// The same with patterns beside the colours, or without.
    #[must_use]
    pub fn with_patterns(self, is_patterned: bool) -> Self {
        Self { is_patterned, ..self }
    }

    /// Whether steps have patterns beside their colours.
    pub fn is_patterned(&self) -> bool {
        self.is_patterned
    }

    /// A palette of one's own, from low to high.
    ///
    /// # Errors
    /// With fewer than 2 or more than 100 stops.
    pub fn custom(stops: Vec<Rgb>) -> Result<Self, PaletteError> {
        if (2..=TABLE).contains(&stops.len()) {
            Ok(Self { name: PaletteName::Custom, stops, is_patterned: false })
        } else {
            Err(PaletteError::Stops(stops.len()))
        }
    }

    /// Which one it is.
    pub fn name(&self) -> PaletteName {
        self.name
    }

    /// Its colours from low to high, 2 to 100 of them.
    pub fn stops(&self) -> &[Rgb] {
        &self.stops
    }

    /// The colour of one score. For many, make [`Self::shades`] once.
    pub fn colour(&self, score: Score, scale: Scale) -> Rgb {
        self.shades().fill(score, scale)
    }

    /// The colours of all scores, worked out once.
    pub fn shades(&self) -> Shades {
        let table = self.table();
        let fill: [Rgb; 101] = std::array::from_fn(|percent| table[percent.min(TABLE - 1)]);
        let text = fill.map(text_on);
        let patterns = (0..=100_u8).zip(fill.into_iter().zip(text));
        let patterns = patterns.map(|(percent, (fill, text))| Pattern::new(percent, fill, text));
        let patterns = if self.is_patterned { patterns.collect() } else { Vec::new() };
        Shades { fill, text, patterns }
    }

    fn table(&self) -> Vec<Rgb> {
        navigator_table(&self.stops)
    }
}

/// The Navigator's table (tinygradient 1.1, `rgb(100)`) of 2 to 100 colours: the 99 steps between
/// 100 entries are dealt evenly to the segments and rounded; what is too much is taken from the
/// first of the longest, what is missing added to the first of the shortest. Within a segment
/// linear in gamma-encoded sRGB, halves up.
pub(super) fn navigator_table(stops: &[Rgb]) -> Vec<Rgb> {
    let segments = stops.len() - 1;
    let even = (TABLE - 1) as f64 / segments as f64;
    let mut steps = vec![(even.round() as usize).max(1); segments];
    let mut sum = steps.len() * steps[0];
    while sum > TABLE - 1 {
        // `max_by_key` would find the last of equals.
        let longest = steps.iter().copied().max().unwrap_or(1);
        let Some(at) = steps.iter().position(|s| *s == longest) else { break };
        steps[at] -= 1;
        sum -= 1;
    }
    while sum < TABLE - 1 {
        let shortest = steps.iter().copied().min().unwrap_or(1);
        let Some(at) = steps.iter().position(|s| *s == shortest) else { break };
        steps[at] += 1;
        sum += 1;
    }
    let mut table = Vec::with_capacity(TABLE);
    for (ends, steps) in stops.windows(2).zip(steps) {
        let (from, to) = (ends[0], ends[1]);
        table.extend((0..steps).map(|at| between(from, to, at, steps)));
    }
    table.extend(stops.last());
    table
}

/// Entries of the Navigator's table. The score 100 shares the last one with 99: the Navigator
/// looks scores just below 100 up at place 100, finds nothing and fails; we clamp.
pub(super) const TABLE: usize = 100;

fn between(from: Rgb, to: Rgb, at: usize, steps: usize) -> Rgb {
    let channel = |from: u8, to: u8| {
        // In this order, so that the last bit falls as it does in the Navigator.
        let step = (f64::from(to) - f64::from(from)) / steps as f64;
        (step * at as f64 + f64::from(from) + 0.5).floor() as u8
    };
    Rgb(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

/// The colours of a palette by percent of a scale, ready to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shades {
    fill: [Rgb; 101],
    text: [Rgb; 101],
    /// As many, or none.
    patterns: Vec<Pattern>,
}

impl Shades {
    /// The colour of a cell.
    pub fn fill(&self, score: Score, scale: Scale) -> Rgb {
        self.fill[usize::from(scale.percent(score))]
    }

    /// The colour of text on it, see [`text_on`].
    pub fn text(&self, score: Score, scale: Scale) -> Rgb {
        self.text[usize::from(scale.percent(score))]
    }

    /// The pattern on it, if steps have any.
    pub fn pattern(&self, score: Score, scale: Scale) -> Option<Pattern> {
        self.patterns.get(usize::from(scale.percent(score))).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heatmap::colour::TEXT_CONTRAST;

    fn hex(palette: &Palette, score: u32) -> String {
        palette.colour(Score::new(score), Scale::HUNDRED).to_string()
    }

    /// Samples of the Navigator's own code (tinygradient 1.1.5, tinycolor2 1.6.0).
    #[test]
    fn the_navigators_colours() {
        let palette = Palette::new(PaletteName::RedYellowGreen, Theme::Light);
        for (score, colour) in [
            (0, "#ff6666"),
            (1, "#ff6966"),
            (25, "#ffa866"),
            (50, "#fde665"),
            (75, "#c4d754"),
            (99, "#8ec843"),
            (100, "#8ec843"),
        ] {
            assert_eq!(hex(&palette, score), colour, "{score}");
        }
    }

    #[test]
    fn the_ends_and_the_middle_are_the_stops() {
        for theme in [Theme::Light, Theme::Dark] {
            for name in PaletteName::BUILT_IN {
                let palette = Palette::new(name, theme);
                for scale in [Scale::HUNDRED, Scale { top: 20 }] {
                    let colour = |score| palette.colour(Score::new(score), scale);
                    assert_eq!(Some(&colour(scale.top)), palette.stops().last());
                    assert_eq!(Some(&colour(scale.top + 7)), palette.stops().last());
                    assert_eq!(Some(&colour(0)), palette.stops().first());
                }
                let table = palette.table();
                assert_eq!(table.len(), TABLE, "{name:?}");
                for stop in palette.stops() {
                    assert!(table.contains(stop), "{name:?} {stop}");
                }
            }
        }
    }

    #[test]
    fn tables_of_any_length_of_stops() {
        for count in 2..=100 {
            let palette = Palette::custom(vec![Rgb::BLACK; count]).expect("a palette");
            assert_eq!(palette.table().len(), TABLE, "{count} stops");
        }
        assert_eq!(Palette::custom(vec![Rgb::BLACK]), Err(PaletteError::Stops(1)));
        assert_eq!(Palette::custom(vec![Rgb::BLACK; 101]), Err(PaletteError::Stops(101)));
        assert!(serde_json::from_str::<Palette>(r#"{"name":"blue","stops":[]}"#).is_err());
    }

    #[test]
    fn text_reads_on_every_score() {
        for theme in [Theme::Light, Theme::Dark] {
            let named = PaletteName::BUILT_IN.map(|name| Palette::new(name, theme));
            for palette in named.into_iter().chain([Palette::alerts(theme)]) {
                let (name, shades) = (palette.name(), palette.shades());
                for score in (0..=100).map(Score::new) {
                    let fill = shades.fill(score, Scale::HUNDRED);
                    let contrast = fill.contrast(shades.text(score, Scale::HUNDRED));
                    assert!(contrast >= TEXT_CONTRAST, "{name:?} {theme:?} {score}: {contrast}");
                }
            }
        }
    }

    #[test]
    fn patterns_are_kept_and_older_palettes_have_none() {
        let plain = Palette::new(PaletteName::Blue, Theme::Light);
        assert_eq!(plain.shades().pattern(Score::new(50), Scale::HUNDRED), None);
        let patterned = plain.clone().with_patterns(true);
        let text = serde_json::to_string(&patterned).expect("JSON");
        assert_eq!(serde_json::from_str::<Palette>(&text).ok(), Some(patterned.clone()));
        let older = text.replace(",\"patterns\":true", "");
        assert_ne!(older, text);
        assert_eq!(serde_json::from_str::<Palette>(&older).ok(), Some(plain));
        let step = |score| {
            patterned.shades().pattern(Score::new(score), Scale::HUNDRED).map(|p| p.step.number())
        };
        assert_eq!([0, 30, 50, 80, 100].map(step), [1, 2, 3, 5, 5].map(Some));
    }
}
