//! What was covered at a moment, with which scores, whatever it is known from.

use super::PictureOptions;
use super::of_coverage::share;
use super::subject::{Face, Head, Rows, Sample, Subject, one_line, release_and_platforms};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Scope;
use crate::heatmap::colour::{Tokens, text_on};
use crate::heatmap::layer_paint::GradientShades;
use crate::heatmap::paint::{CellPaint, LowerEdge};
use crate::heatmap::sheet::MITRE_NOTICE;
use crate::heatmap::wording::{self, grouped, of, percent};
use crate::layer::{Covered, Gradient, Standing};

/// A moment to be shown.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// What was covered.
    pub standing: &'a Standing,
    /// Colours of scores; of several pictures that are compared all should have the same.
    pub gradient: &'a Gradient,
    /// Below the title, for example its date.
    pub caption: &'a str,
    /// How it was counted, in a sentence.
    pub convention: &'a str,
}

/// Cells of each look.
#[derive(Default)]
struct Counts {
    uncovered: usize,
    scored: usize,
    unscored: usize,
    via_sub: usize,
}

pub(super) fn subject(
    catalogue: &Catalogue,
    state: &State<'_>,
    scope: &Scope,
    options: &PictureOptions,
) -> Subject {
    let tokens = options.theme.tokens();
    let shades = GradientShades::new(state.gradient);
    let in_scope = |index: TechniqueIndex| scope.includes(catalogue, catalogue.technique(index));
    let painter = Painter { catalogue, state, shades, tokens, in_scope: &in_scope };
    let rows = Rows {
        catalogue,
        in_scope: &in_scope,
        expansion: &options.sub_techniques,
        is_annotated: &|parent| painter.subs(parent).covered > 0,
        show_ids: options.show_ids,
    };
    let totals = state.standing.totals(catalogue, &in_scope);
    let columns = rows.columns(
        |tactic| {
            let Covered { covered, total } =
                totals.tactics.get(tactic).copied().unwrap_or_default();
            let text = format!("{} · {}", of(covered, total), percent(covered, total));
            Head { text, share: Some(share(covered, total)), fill: None }
        },
        |index, _| {
            let score = state.standing.score(index).flatten().filter(|_| options.show_scores);
            Face { paint: painter.cell(index), corner: score.map(wording::score) }
        },
    );
    let mut counts = Counts::default();
    for index in rows.shown(&columns) {
        match state.standing.score(index) {
            Some(Some(_)) => counts.scored += 1,
            Some(None) => counts.unscored += 1,
            None if painter.subs(index).covered > 0 => counts.via_sub += 1,
            None => counts.uncovered += 1,
        }
    }
    let subs = catalogue.indices().filter(|index| catalogue.technique(*index).parent.is_some());
    let mut sub_totals = Covered::default();
    for sub in subs.filter(|sub| in_scope(*sub)) {
        sub_totals.total += 1;
        sub_totals.covered += usize::from(state.standing.score(sub).is_some());
    }
    let figure = |counted: Covered, what: &str| {
        let Covered { covered, total } = counted;
        (of(covered, total), format!("{what} covered, {}", percent(covered, total)))
    };
    let release = release_and_platforms(catalogue, scope);
    let separator = if state.caption.is_empty() { "" } else { " · " };
    Subject {
        title: one_line(&options.title),
        subtitle: one_line(&format!("{}{separator}{release}", state.caption)),
        figures: vec![figure(totals.overall, "techniques"), figure(sub_totals, "sub-techniques")],
        columns,
        legend: painter.legend(&counts),
        sentences: vec![state.convention.to_owned(), MITRE_NOTICE.to_owned()],
    }
}

struct Painter<'a> {
    catalogue: &'a Catalogue,
    state: &'a State<'a>,
    shades: GradientShades,
    tokens: Tokens,
    in_scope: &'a dyn Fn(TechniqueIndex) -> bool,
}

impl Painter<'_> {
    fn subs(&self, parent: TechniqueIndex) -> Covered {
        let subs = self.catalogue.sub_techniques(parent).filter(|sub| (self.in_scope)(*sub));
        let mut found = Covered::default();
        for sub in subs {
            found.total += 1;
            found.covered += usize::from(self.state.standing.score(sub).is_some());
        }
        found
    }

    fn cell(&self, index: TechniqueIndex) -> CellPaint {
        let subs = self.subs(index);
        let edge = |colour| {
            let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
            let (covered, total) = (count(subs.covered), count(subs.total));
            (total > 0).then_some(LowerEdge { colour, covered, total })
        };
        match self.state.standing.score(index) {
            Some(score) => {
                let paint = self.filled(score);
                let faint = paint.text.mix(paint.fill.unwrap_or(self.tokens.ground), 55);
                CellPaint { lower_edge: edge(faint), ..paint }
            }
            None if subs.covered > 0 => {
                let scores = self.catalogue.sub_techniques(index);
                let scores = scores.filter(|sub| (self.in_scope)(*sub));
                let best = scores.filter_map(|sub| self.state.standing.score(sub)?);
                let best = best.reduce(f64::max);
                let colour = best.map_or(self.tokens.strong_line, |best| self.shades.colour(best));
                CellPaint {
                    text: self.tokens.ink,
                    lower_edge: edge(colour),
                    via_subtechnique: true,
                    ..CellPaint::plain(&self.tokens)
                }
            }
            None => CellPaint::plain(&self.tokens),
        }
    }

    fn filled(&self, score: Option<f64>) -> CellPaint {
        let fill = score.map_or(self.tokens.hairline, |score| self.shades.colour(score));
        let paint = CellPaint::plain(&self.tokens).filled(fill, &self.tokens);
        CellPaint { text: text_on(fill), ..paint }
    }

    /// The same entries at every moment, so that pictures of several can be compared.
    fn legend(&self, counts: &Counts) -> Vec<(Sample, String)> {
        let plain = CellPaint::plain(&self.tokens);
        let via_sub = CellPaint {
            text: self.tokens.ink,
            lower_edge: Some(LowerEdge { colour: self.tokens.muted, covered: 3, total: 5 }),
            via_subtechnique: true,
            ..plain
        };
        let cell = |paint| Sample::Cell(Face::bare(paint));
        let mut legend = vec![
            (cell(plain), format!("not covered · {}", grouped(counts.uncovered))),
            scale(self.state.gradient, &self.shades, counts.scored),
            (cell(via_sub), format!("only via sub-techniques · {}", grouped(counts.via_sub))),
        ];
        if counts.unscored > 0 {
            let text = format!("covered, without a score · {}", grouped(counts.unscored));
            legend.insert(2, (cell(self.filled(None)), text));
        }
        legend
    }
}

/// A gradient and how many cells have a colour of it.
pub(super) fn scale(
    gradient: &Gradient,
    shades: &GradientShades,
    count: usize,
) -> (Sample, String) {
    let bound = |number: &serde_json::Number, default| number.as_f64().unwrap_or(default);
    let (min, max) = (bound(&gradient.min_value, 0.0), bound(&gradient.max_value, 100.0));
    let step = |at: u8| shades.colour(min + (max - min) * f64::from(at) / 12.0);
    let text =
        format!("score {} to {} · {}", wording::score(min), wording::score(max), grouped(count));
    (Sample::Scale((0..=12).map(step).collect()), text)
}
