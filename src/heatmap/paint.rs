//! How one cell looks. The page's cells, the pictures and the legend all come from here, so
//! that they cannot disagree.

use super::colour::{Rgb, Theme, Tokens};
use super::palette::{Palette, Shades};
use super::pattern::Pattern;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{
    Coverage, Scale, Score, TechniqueCoverage, TechniqueState, Upkeep, is_observable,
};

/// Below this contrast with the ground a filled cell would look empty and gets a strong edge.
/// The palest blue has 1.17; black on the dark ground 1.12, white on paper 1.04.
const EDGE_CONTRAST: f64 = 1.15;

/// How much of the fill shows through the lower edge of a directly covered technique, in
/// percent: there the edge is a footnote, not the message.
pub(super) const EDGE_FADE: u8 = 55;
/// How much of the ground is mixed into a hatch, in percent.
const HATCH_FADE: u8 = 84;

/// The lower edge of a cell, filled from the left to `covered` of `total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LowerEdge {
    /// Its colour.
    pub colour: Rgb,
    /// Sub-techniques with a rule; may be 0, then nothing of the edge is filled.
    pub covered: u32,
    /// Sub-techniques in scope, at least 1.
    pub total: u32,
}

impl LowerEdge {
    /// The filled part, 0 to 1.
    pub fn share(self) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            f64::from(self.covered.min(self.total)) / f64::from(self.total)
        }
    }
}

/// Which lines a hatch has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HatchPattern {
    /// One direction, rising: a rule could have raised an alert, and none did.
    Diagonal,
    /// Both directions: nothing of one's own can show it.
    Crossed,
}

/// Lines across a cell, under its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hatch {
    /// Of the lines, faint enough to read what stands on them.
    pub colour: Rgb,
    /// Which lines.
    pub pattern: HatchPattern,
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellPaint {
    /// The colour of its score; `None` leaves the ground, so that only a technique that a rule
    /// names has a colour.
    pub fill: Option<Rgb>,
    /// Of a two-part cell the band along its left side, [`Self::BAND`] of its width: the shade of its
    /// alerts, where `fill` is the colour of its rules. Text stands right of it.
    pub second: Option<Rgb>,
    /// Its text and marks.
    pub text: Rgb,
    /// Its outline: a hairline where there is no fill, a strong line where the fill is hardly
    /// distinct from the ground, else none.
    pub edge: Option<Rgb>,
    /// Whether the outline is dashed: its rules are stale or experimental only.
    pub dashed: bool,
    /// Sub-techniques: how many of them have a rule. In the colour of the best of their scores
    /// where only they are covered, else a faint tone of the text.
    pub lower_edge: Option<LowerEdge>,
    /// Mark ◐: covered only through sub-techniques.
    pub via_subtechnique: bool,
    /// Mark ○: no rule that counts, but one that is switched off.
    pub disabled_only: bool,
    /// Its hatch, if it has one.
    pub hatch: Option<Hatch>,
    /// The step of its score as a pattern, where that is asked for.
    pub pattern: Option<Pattern>,
    /// Mark •: exactly one rule.
    pub single_rule: bool,
    /// Mark ⌁: several rules, all on one log source.
    pub single_log_source: bool,
    /// Mark ✗: its last test failed, so that it is a gap, whatever its colour says.
    pub test_failed: bool,
    /// The score to print, if any.
    pub score: Option<Score>,
}

impl CellPaint {
    /// The share of a cell's width that its second part takes. An eighth of the narrowest column is
    /// 10 px: colours are told apart, and names lose a letter.
    pub const BAND: f64 = 0.125;

    /// A cell without anything.
    pub(super) fn plain(tokens: &Tokens) -> Self {
        Self {
            fill: None,
            second: None,
            text: tokens.muted,
            edge: Some(tokens.hairline),
            dashed: false,
            lower_edge: None,
            via_subtechnique: false,
            disabled_only: false,
            hatch: None,
            pattern: None,
            single_rule: false,
            single_log_source: false,
            test_failed: false,
            score: None,
        }
    }

    /// The same with a colour, and an outline if one would not see it.
    #[must_use]
    pub(super) fn filled(self, fill: Rgb, tokens: &Tokens) -> Self {
        let pale = fill.contrast(tokens.ground) < EDGE_CONTRAST;
        Self { fill: Some(fill), edge: pale.then_some(tokens.strong_line), ..self }
    }

    /// The same with a dashed outline. On a fill it has the colour of the text, which stands out
    /// from it; without one a calmer tone does.
    #[must_use]
    pub(super) fn dashed(self, tokens: &Tokens) -> Self {
        let edge = if self.fill.is_some() { self.text } else { tokens.muted };
        Self { edge: Some(edge), dashed: true, ..self }
    }
}

/// Paints cells with one palette in one theme; its colours are worked out once.
#[derive(Clone, Debug)]
pub struct Painter {
    shades: Shades,
    tokens: Tokens,
}

impl Painter {
    /// For a palette in a theme.
    pub fn new(palette: &Palette, theme: Theme) -> Self {
        Self { shades: palette.shades(), tokens: theme.tokens() }
    }

    /// The colours around the cells.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// How the cell of a technique looks.
    pub fn cell(
        &self,
        catalogue: &Catalogue,
        coverage: &Coverage,
        index: TechniqueIndex,
    ) -> CellPaint {
        let technique = coverage.technique(index);
        let paint = match (technique.state, technique.score) {
            (TechniqueState::None, None) => self.empty(),
            (TechniqueState::ViaSubtechnique, None) => {
                let best = catalogue
                    .sub_techniques(index)
                    .map(|sub| coverage.technique(sub))
                    .filter(|sub| sub.in_scope)
                    .filter_map(|sub| sub.score)
                    .max();
                self.via_subtechnique(best, coverage.scale, technique)
            }
            (TechniqueState::Direct, score) => self.direct(score, coverage.scale, technique),
            // Only a peer scores what no rule names.
            (state, score) => CellPaint {
                via_subtechnique: state == TechniqueState::ViaSubtechnique,
                ..self.direct(score, coverage.scale, technique)
            },
        };
        let hatch = (!is_observable(catalogue, catalogue.technique(index)))
            .then(|| self.hatch(paint.fill, paint.text));
        let Upkeep { disabled_only, test_failed, .. } = technique.upkeep;
        let paint = CellPaint { disabled_only, test_failed, hatch, ..paint };
        if technique.upkeep.is_good() { paint } else { paint.dashed(&self.tokens) }
    }

    /// The hatch of what cannot be seen, faint enough to read its name.
    pub(super) fn hatch(&self, fill: Option<Rgb>, text: Rgb) -> Hatch {
        let colour = text.mix(fill.unwrap_or(self.tokens.ground), HATCH_FADE);
        Hatch { colour, pattern: HatchPattern::Crossed }
    }

    /// A cell without any rule.
    pub(super) fn empty(&self) -> CellPaint {
        CellPaint::plain(&self.tokens)
    }

    /// A cell with a colour and nothing else.
    pub(super) fn filled(&self, score: Score, scale: Scale) -> CellPaint {
        CellPaint {
            text: self.shades.text(score, scale),
            pattern: self.shades.pattern(score, scale),
            score: Some(score),
            ..self.empty().filled(self.shades.fill(score, scale), &self.tokens)
        }
    }

    pub(super) fn via_subtechnique(
        &self,
        best: Option<Score>,
        scale: Scale,
        technique: &TechniqueCoverage,
    ) -> CellPaint {
        let colour = best.map_or(self.tokens.strong_line, |score| self.shades.fill(score, scale));
        CellPaint {
            text: self.tokens.ink,
            lower_edge: lower_edge(colour, technique),
            via_subtechnique: true,
            ..self.empty()
        }
    }

    fn direct(
        &self,
        score: Option<Score>,
        scale: Scale,
        technique: &TechniqueCoverage,
    ) -> CellPaint {
        // A rule without a score cannot come from the policies there are; it shows as text only.
        let plain = score.map_or(CellPaint { text: self.tokens.ink, ..self.empty() }, |score| {
            self.filled(score, scale)
        });
        let faint = plain.text.mix(plain.fill.unwrap_or(self.tokens.ground), EDGE_FADE);
        CellPaint {
            lower_edge: lower_edge(faint, technique),
            single_rule: technique.rules.len() == 1,
            single_log_source: technique.rules.len() > 1 && technique.log_sources == 1,
            ..plain
        }
    }
}

fn lower_edge(colour: Rgb, technique: &TechniqueCoverage) -> Option<LowerEdge> {
    (technique.subtechniques_total > 0).then_some(LowerEdge {
        colour,
        covered: technique.subtechniques_covered,
        total: technique.subtechniques_total,
    })
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::heatmap::palette::PaletteName;

    fn technique(rules: u32, log_sources: u32, covered: u32, total: u32) -> TechniqueCoverage {
        TechniqueCoverage {
            in_scope: true,
            state: TechniqueState::Direct,
            score: Some(Score::new(80)),
            rules: (0..rules).collect(),
            rules_rollup: (0..rules).collect(),
            log_sources,
            subtechniques_covered: covered,
            subtechniques_total: total,
            upkeep: Upkeep::default(),
        }
    }

    #[test]
    fn one_rule_and_one_log_source_are_two_marks() {
        let palette = Palette::new(PaletteName::Blue, Theme::Light);
        let painter = Painter::new(&palette, Theme::Light);
        let marks = |rules, sources| {
            let paint = painter.direct(
                Some(Score::new(80)),
                Scale::HUNDRED,
                &technique(rules, sources, 0, 0),
            );
            (paint.single_rule, paint.single_log_source)
        };
        assert_eq!(marks(1, 1), (true, false));
        assert_eq!(marks(2, 1), (false, true));
        assert_eq!(marks(2, 2), (false, false));
    }

    /// The mark goes with any colour, also with none.
    #[test]
    fn a_failed_test_has_a_mark() {
        let catalogue = crate::attack::bundled::find(crate::attack::Domain::Ics, None);
        let catalogue = catalogue.expect("whole").expect("built in");
        let (intake, scope) = (crate::rule::Intake::default(), crate::coverage::Scope::default());
        let today = crate::date::Date::new(2026, 11, 29).expect("a day");
        let policy = crate::coverage::Policy::default();
        let mut coverage = Coverage::compute(catalogue, &intake, &policy, &scope, today);
        coverage.techniques[1].upkeep.test_failed = true;
        let painter = Painter::new(&Palette::default(), Theme::Light);
        let marked =
            catalogue.indices().filter(|at| painter.cell(catalogue, &coverage, *at).test_failed);
        assert_eq!(marked.collect::<Vec<_>>(), [TechniqueIndex(1)]);
        let legend = crate::heatmap::legend(
            catalogue,
            &coverage,
            &Palette::default(),
            Theme::Light,
            catalogue.indices(),
        );
        let entry = legend.iter().find(|entry| entry.label == "the last test failed");
        assert_eq!(entry.map(|entry| (entry.count, entry.sample.test_failed)), Some((1, true)));
    }

    #[test]
    fn only_a_technique_that_a_rule_names_is_filled() {
        let palette = Palette::new(PaletteName::Blue, Theme::Light);
        let painter = Painter::new(&palette, Theme::Light);
        let (best, scale) = (Score::new(50), Scale::HUNDRED);
        let paint = painter.via_subtechnique(Some(best), scale, &technique(0, 0, 2, 5));
        assert_eq!((paint.fill, paint.score), (None, None));
        let edge = paint.lower_edge.expect("an edge");
        assert_eq!((edge.colour, edge.covered, edge.total), (palette.colour(best, scale), 2, 5));
        assert!((edge.share() - 0.4).abs() < 1e-9);
        assert!(painter.direct(Some(best), scale, &technique(1, 1, 0, 0)).lower_edge.is_none());
    }

    #[test]
    fn a_fill_like_the_ground_gets_an_edge() {
        let palette = Palette::new(PaletteName::BlueYellowBlack, Theme::Dark);
        let black = Painter::new(&palette, Theme::Dark);
        let black = black.filled(Score::new(100), Scale::HUNDRED);
        assert_eq!(black.edge, Some(Theme::Dark.tokens().strong_line));
        for theme in [Theme::Light, Theme::Dark] {
            let painter = Painter::new(&Palette::new(PaletteName::Blue, theme), theme);
            for score in (0..=100).map(Score::new) {
                assert_eq!(painter.filled(score, Scale::HUNDRED).edge, None, "{theme:?} {score}");
            }
        }
    }
}
