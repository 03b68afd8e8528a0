//! How the cells of a layer look: the colours of the Navigator, to the byte (reference 2.5).

use super::colour::{Rgb, Theme, Tokens};
use super::paint::CellPaint;
use super::palette::{TABLE, navigator_table};
use super::pattern::Pattern;
use super::wording;
use crate::layer::{Gradient, LayerCell, TechniqueEntry};
use crate::sorted;
use serde_json::Number;

/// What the Navigator lays a translucent colour on, in its light and its dark theme.
const UNDER: [Rgb; 2] = [Rgb::WHITE, Rgb::hex(0x2e2e3f)];

/// The colours of a gradient's scores.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientShades {
    table: Vec<Rgb>,
    min: f64,
    max: f64,
}

impl GradientShades {
    /// Works out the table of a gradient. Its colours count as opaque, as in the Navigator; of
    /// more than a hundred a hundred are used.
    pub fn new(gradient: &Gradient) -> Self {
        let mut stops: Vec<Rgb> = gradient.colors.iter().filter_map(|c| opaque(c)).collect();
        if stops.len() < 2 {
            stops = Gradient::default().colors.iter().filter_map(|c| opaque(c)).collect();
        }
        if stops.len() > TABLE {
            let last = stops.len() - 1;
            stops =
                (0..TABLE).filter_map(|at| stops.get(at * last / (TABLE - 1)).copied()).collect();
        }
        let bound = |number: &Number, default| number.as_f64().unwrap_or(default);
        Self {
            table: navigator_table(&stops),
            min: bound(&gradient.min_value, 0.0),
            max: bound(&gradient.max_value, 100.0),
        }
    }

    /// The colour of a score. Where the Navigator's index runs past its table, at scores just
    /// below the upper end, and it fails, this is the last colour.
    pub fn colour(&self, score: f64) -> Rgb {
        let last = self.table.len().saturating_sub(1);
        let at = usize::from(self.percent(score)).min(last);
        self.table.get(at).copied().unwrap_or(Rgb::WHITE)
    }

    /// Where a score stands between the ends, 0 to 100.
    fn percent(&self, score: f64) -> u8 {
        if score >= self.max {
            100
        } else if score <= self.min {
            0
        } else {
            let share = (score - self.min) / (self.max - self.min);
            ((share * 100.0 + 0.5).floor() as u8).min(100)
        }
    }
}

/// Paints the cells of one layer in one theme.
#[derive(Clone, Debug)]
pub struct LayerPainter {
    shades: GradientShades,
    tokens: Tokens,
    under: Rgb,
    is_patterned: bool,
}

impl LayerPainter {
    /// For a gradient in a theme.
    pub fn new(gradient: &Gradient, theme: Theme) -> Self {
        let under = UNDER[usize::from(theme == Theme::Dark)];
        let shades = GradientShades::new(gradient);
        Self { shades, tokens: theme.tokens(), under, is_patterned: false }
    }

    /// The same with patterns beside the colours of scores, or without.
    #[must_use]
    pub fn with_patterns(self, is_patterned: bool) -> Self {
        Self { is_patterned, ..self }
    }

    /// How a cell looks; `entry` is the one it comes from. A disabled cell has no colour, a colour
    /// chosen by hand is stronger than that of a score, an aggregate stronger than its own.
    pub fn cell(&self, cell: &LayerCell, entry: Option<&TechniqueEntry>) -> CellPaint {
        let plain = CellPaint::plain(&self.tokens);
        if !cell.enabled {
            return CellPaint { text: self.tokens.muted, ..plain };
        }
        let by_hand = entry.and_then(|entry| mixed(entry.color.as_deref()?, self.under));
        match by_hand.or_else(|| cell.shown_score().map(|score| self.shades.colour(score))) {
            Some(fill) => {
                let text = black_or_white_on(fill);
                // A colour chosen by hand is no step of a scale.
                let score = cell.shown_score().filter(|_| self.is_patterned && by_hand.is_none());
                let pattern =
                    score.map(|score| Pattern::new(self.shades.percent(score), fill, text));
                CellPaint { text, pattern, ..plain.filled(fill, &self.tokens) }
            }
            None => CellPaint { text: self.tokens.ink, ..plain },
        }
    }

    /// The colour of a score.
    pub fn score(&self, score: f64) -> Rgb {
        self.shades.colour(score)
    }

    /// The patterns that cells may have, each with what it means; none where none were asked for.
    pub fn steps(&self) -> Vec<(CellPaint, String)> {
        let fifth = (self.shades.max - self.shades.min) / 5.0;
        let step = |at: u8| {
            let from = self.shades.min + fifth * f64::from(at);
            let fill = self.shades.colour(from + fifth / 2.0);
            let text = black_or_white_on(fill);
            let pattern = Some(Pattern::new(at * 20 + 10, fill, text));
            let plain = CellPaint::plain(&self.tokens);
            let paint = CellPaint { text, pattern, ..plain.filled(fill, &self.tokens) };
            (paint, format!("score from {}", wording::score(from)))
        };
        (0..5).filter(|_| self.is_patterned).map(step).collect()
    }
}

/// As the Navigator has it: whichever contrasts more.
fn black_or_white_on(fill: Rgb) -> Rgb {
    if fill.contrast(Rgb::WHITE) >= fill.contrast(Rgb::BLACK) { Rgb::WHITE } else { Rgb::BLACK }
}

/// `#rrggbb` of `#rrggbb` or `#rrggbbaa`.
fn opaque(colour: &str) -> Option<Rgb> {
    colour.get(..7)?.parse().ok()
}

/// A colour on what lies under it, if it lets anything through.
fn mixed(colour: &str, under: Rgb) -> Option<Rgb> {
    let rgb = opaque(colour)?;
    let Some(alpha) = colour.get(7..).filter(|digits| !digits.is_empty()) else { return Some(rgb) };
    let alpha = f64::from(u8::from_str_radix(alpha, 16).ok()?) / 255.0;
    let channel = |over: u8, under: u8| {
        (f64::from(over) * alpha + f64::from(under) * (1.0 - alpha) + 0.5).floor() as u8
    };
    Some(Rgb(channel(rgb.0, under.0), channel(rgb.1, under.1), channel(rgb.2, under.2)))
}

/// What is on screen of a layer, each look with the number of its cells: the layer's own legend
/// first, then what it does not explain.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerLegendEntry {
    /// A filled cell's colour; `None` for cells without.
    pub fill: Option<Rgb>,
    /// What it means.
    pub label: String,
    /// Visible cells that look so.
    pub count: usize,
}

/// How many visible cells are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerCounts {
    /// With a score, their own or an aggregate, and the colour of it.
    pub scored: usize,
    /// With a colour chosen by hand.
    pub by_hand: usize,
    /// Disabled.
    pub disabled: usize,
    /// Without a colour.
    pub plain: usize,
}

/// The legend of the visible cells of a layer: its own lines with the cells of that colour chosen
/// by hand, and the other colours chosen by hand, without a name.
pub fn layer_legend<'l>(
    own: &[(String, Rgb)],
    cells: impl Iterator<Item = (&'l LayerCell, Option<&'l TechniqueEntry>)>,
) -> (Vec<LayerLegendEntry>, LayerCounts) {
    let mut counts = LayerCounts::default();
    let mut by_colour = std::collections::BTreeMap::<Rgb, usize>::new();
    for (cell, entry) in cells {
        let by_hand = entry.and_then(|entry| opaque(entry.color.as_deref()?));
        match (cell.enabled, by_hand, cell.shown_score()) {
            (false, _, _) => counts.disabled += 1,
            (_, Some(colour), _) => {
                counts.by_hand += 1;
                *by_colour.entry(colour).or_default() += 1;
            }
            (_, None, Some(_)) => counts.scored += 1,
            (_, None, None) => counts.plain += 1,
        }
    }
    let mut legend: Vec<LayerLegendEntry> = Vec::new();
    let named = sorted::set(own.iter().map(|(_, colour)| *colour));
    for (label, colour) in own {
        let count = by_colour.get(colour).copied().unwrap_or(0);
        legend.push(LayerLegendEntry { fill: Some(*colour), label: label.clone(), count });
    }
    for (colour, count) in by_colour.into_iter().filter(|(colour, _)| !named.contains(colour)) {
        legend.push(LayerLegendEntry { fill: Some(colour), label: colour.to_string(), count });
    }
    (legend, counts)
}
