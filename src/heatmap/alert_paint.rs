//! How a cell looks by its alerts: dark is many, light is few. A cell without any is plain where
//! no rule could have raised one, hatched where one could have, and crossed where nothing of one's
//! own can show the technique at all.
//!
//! A technique has the shade of the alerts on exactly it, as it has the score of the rules that
//! name exactly it; what its sub-techniques have stands at its lower edge, so that no alert darkens
//! two cells.

use super::alert_words::{difference, short};
use super::colour::{Rgb, Theme, Tokens, text_on};
use super::paint::{CellPaint, EDGE_FADE, Hatch, HatchPattern, LowerEdge, Painter};
use super::palette::{Palette, Shades};
use crate::alerts::{Shading, ShadingScale};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::detections::{Blank, CellAlerts, Detections};
use crate::coverage::{Coverage, Scale, Score};
use serde::{Deserialize, Serialize};

/// How much of the ground is mixed into the hatch of a rule without an alert, in percent: fainter
/// would be missed, stronger would be in the way of the name.
const NO_MATCH_FADE: u8 = 20;
/// The same of a filled cell, where lines of the text's colour are loud.
const NO_MATCH_FADE_ON_FILL: u8 = 72;

/// What cells show of alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertLook {
    /// How counts become shades.
    pub scale: ShadingScale,
    /// Two-part cells: the rules' colour and marks as ever, and a band in the alerts' shade.
    pub with_rules: bool,
    /// The corner says how many more or fewer than in the window before, instead of how many.
    /// Nothing changes without a window.
    pub compare: bool,
}

/// Paints cells by alerts; its colours and counts are worked out once.
#[derive(Clone, Debug)]
pub struct AlertPainter {
    pub(super) shades: Shades,
    pub(super) tokens: Tokens,
    pub(super) shading: Shading,
    pub(super) look: AlertLook,
    /// Of the rules' part.
    rules: Painter,
    /// At the catalogue's index.
    cells: Vec<CellAlerts>,
    /// Whether there is a window before to compare with.
    pub(super) compares: bool,
}

impl AlertPainter {
    /// For a theme; `palette` is that of the rules in a two-part cell. Shades are by the counts of
    /// all techniques and sub-techniques in scope, whichever are unfolded.
    pub fn new(
        catalogue: &Catalogue,
        coverage: &Coverage,
        detections: &Detections,
        look: AlertLook,
        palette: &Palette,
        theme: Theme,
    ) -> Self {
        let cell = |index| CellAlerts::of(catalogue, coverage, detections, index);
        let in_scope = catalogue.indices().filter(|index| coverage.technique(*index).in_scope);
        let counts = in_scope.map(|index| detections.volume.on(index));
        Self {
            shades: Palette::alerts(theme).with_patterns(palette.is_patterned()).shades(),
            tokens: theme.tokens(),
            shading: Shading::new(look.scale, counts),
            look,
            rules: Painter::new(palette, theme),
            cells: catalogue.indices().map(cell).collect(),
            compares: look.compare && detections.before.is_some(),
        }
    }

    /// The colours around the cells.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// How counts became shades.
    pub fn shading(&self) -> &Shading {
        &self.shading
    }

    /// What alerts say of a technique.
    pub fn facts(&self, index: TechniqueIndex) -> CellAlerts {
        self.cells.get(usize::from(index.0)).copied().unwrap_or_default()
    }

    /// The colour of so many alerts, at least one.
    pub(super) fn colour(&self, alerts: u32) -> Rgb {
        self.at(self.shading.shade(alerts))
    }

    /// The colour of a shade from 1 to 100.
    pub(super) fn at(&self, shade: u8) -> Rgb {
        self.shades.fill(Score::new(u32::from(shade)), Scale::HUNDRED)
    }

    /// How the cell of a technique looks.
    pub fn cell(
        &self,
        catalogue: &Catalogue,
        coverage: &Coverage,
        index: TechniqueIndex,
    ) -> CellPaint {
        let facts = self.facts(index);
        let paint = if self.look.with_rules {
            let second = (facts.count.own > 0).then(|| self.colour(facts.count.own));
            CellPaint { second, ..self.rules.cell(catalogue, coverage, index) }
        } else {
            let subs = catalogue.sub_techniques(index);
            let subs = subs.filter(|sub| coverage.technique(*sub).in_scope);
            self.alone(facts, subs.map(|sub| self.facts(sub).count.own).max().unwrap_or_default())
        };
        let hatch = match facts.blank {
            // Whoever wrote the rule does look there: of both hatches this one says more.
            Some(Blank::NoMatch) => Some(self.no_match(paint.fill, paint.text)),
            _ if !facts.observable => Some(self.rules.hatch(paint.fill, paint.text)),
            _ => None,
        };
        CellPaint { hatch, ..paint }
    }

    /// A cell of alerts alone; `most` is the highest count among its sub-techniques.
    fn alone(&self, facts: CellAlerts, most: u32) -> CellPaint {
        let edge = |colour| {
            let edge = LowerEdge { colour, covered: facts.subs_seen, total: facts.subs };
            (facts.subs_seen > 0).then_some(edge)
        };
        match (facts.count.own, facts.count.with_subs) {
            (0, 0) => {
                let is_match = facts.blank == Some(Blank::NoMatch);
                let text = if is_match { self.tokens.ink } else { self.tokens.muted };
                CellPaint { text, ..self.empty() }
            }
            (0, _) => CellPaint {
                text: self.tokens.ink,
                lower_edge: edge(self.colour(most)),
                via_subtechnique: true,
                ..self.empty()
            },
            (own, _) => {
                let paint = self.filled(self.shading.shade(own));
                let fill = paint.fill.unwrap_or(self.tokens.ground);
                CellPaint { lower_edge: edge(paint.text.mix(fill, EDGE_FADE)), ..paint }
            }
        }
    }

    pub(super) fn empty(&self) -> CellPaint {
        CellPaint::plain(&self.tokens)
    }

    /// A cell with a shade and nothing else.
    pub(super) fn filled(&self, shade: u8) -> CellPaint {
        let fill = self.at(shade);
        let pattern = self.shades.pattern(Score::new(u32::from(shade)), Scale::HUNDRED);
        CellPaint { text: text_on(fill), pattern, ..self.empty().filled(fill, &self.tokens) }
    }

    pub(super) fn no_match(&self, fill: Option<Rgb>, text: Rgb) -> Hatch {
        let colour = match fill {
            Some(fill) => text.mix(fill, NO_MATCH_FADE_ON_FILL),
            None => self.tokens.strong_line.mix(self.tokens.ground, NO_MATCH_FADE),
        };
        Hatch { colour, pattern: HatchPattern::Diagonal }
    }

    pub(super) fn crossed(&self, text: Rgb) -> Hatch {
        self.rules.hatch(None, text)
    }

    /// What stands in the corner of a cell, see [`alert_corner`].
    pub fn corner(&self, index: TechniqueIndex) -> Option<String> {
        alert_corner(&self.facts(index), self.compares)
    }

    /// Whether cells say the difference to the window before.
    pub fn compares(&self) -> bool {
        self.compares
    }

    /// What cells show.
    pub fn look(&self) -> AlertLook {
        self.look
    }
}

/// What stands in the corner of a cell: its alerts (`1.2k`), in brackets those of its
/// sub-techniques where it has none itself; compared, the difference (`▲3`, `▼3`, `=`).
pub fn alert_corner(cell: &CellAlerts, compares: bool) -> Option<String> {
    let text = match cell.difference().filter(|_| compares) {
        Some(by) if by != 0 || cell.shown() > 0 => difference(by),
        None if cell.shown() > 0 => short(cell.shown()),
        _ => return None,
    };
    Some(if cell.is_via_subs() { format!("({text})") } else { text })
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::alerts::{Alerts, Selection};
    use crate::attack::{Domain, bundled};
    use crate::coverage::{Policy, Scope};
    use crate::date::Date;
    use crate::heatmap::TEXT_CONTRAST;
    use crate::rule::Intake;

    /// The lines of a hatch are seen, and names are read on them.
    #[test]
    fn a_hatch_is_seen_and_text_reads_on_it() {
        let catalogue = bundled::find(Domain::Ics, None).expect("whole").expect("built in");
        let (intake, alerts) = (Intake::default(), Alerts::default());
        let today = Date::new(2026, 11, 29).expect("a day");
        let (policy, scope) = (Policy::default(), Scope::default());
        let coverage = Coverage::compute(catalogue, &intake, &policy, &scope, today);
        let selection = Selection::default();
        let found = Detections::of(catalogue, &intake, &coverage.claims, &alerts, &selection);
        for theme in [Theme::Light, Theme::Dark] {
            let (look, palette) = (AlertLook::default(), Palette::default());
            let painter = AlertPainter::new(catalogue, &coverage, &found, look, &palette, theme);
            let tokens = theme.tokens();
            let line = painter.no_match(None, tokens.ink).colour;
            assert!(line.contrast(tokens.ground) >= 2.0, "{theme:?}");
            assert!(line.contrast(tokens.ink) >= TEXT_CONTRAST, "{theme:?}");
            let crossed = painter.crossed(tokens.ink).colour;
            assert!(crossed.contrast(tokens.muted) >= 3.0 && crossed != line, "{theme:?}");
        }
    }
}
