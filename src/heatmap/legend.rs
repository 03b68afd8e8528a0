//! The legend: every look a cell on screen has, what it means, and how many cells have it.

use super::colour::Theme;
use super::paint::{CellPaint, LowerEdge, Painter};
use super::palette::Palette;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, Scale, Score, TechniqueState, Upkeep};
use std::collections::BTreeMap;

/// Up to so many different scores, each has its own entry; beyond, they share fifths of the scale.
/// (The default policy knows three.)
const MOST_SCORES: usize = 6;

/// What a legend entry explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegendKind {
    /// No counted rule.
    None,
    /// A rule names it, and its score lies between the two, both included.
    Score(
        /// From.
        Score,
        /// To.
        Score,
    ),
    /// Covered only through sub-techniques.
    ViaSubtechnique,
    /// The lower edge, how many of the sub-techniques are covered.
    LowerEdge,
    /// Exactly one rule.
    SingleRule,
    /// Several rules on one log source.
    SingleLogSource,
    /// Dashed: no rule changed for long.
    Stale,
    /// Dashed: experimental rules only.
    ExperimentalOnly,
    /// No rule that counts, but one that is switched off.
    DisabledOnly,
    /// Its last test failed.
    TestFailed,
    /// Hatched: nothing of one's own can show it.
    NotObservable,
}

/// One line of the legend. An entry of a kind above [`LegendKind::ViaSubtechnique`] counts
/// cells again that another entry counts by their colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegendEntry {
    /// What it explains.
    pub kind: LegendKind,
    /// In words, for example `score 80`.
    pub label: String,
    /// Distinct techniques shown that look so.
    pub count: usize,
    /// A cell that looks so.
    pub sample: CellPaint,
}

/// The legend of the techniques in `shown` that are in scope; each counts once, however many
/// columns it stands in. Only what occurs has an entry. In the order of [`LegendKind`].
pub fn legend(
    catalogue: &Catalogue,
    coverage: &Coverage,
    palette: &Palette,
    theme: Theme,
    shown: impl IntoIterator<Item = TechniqueIndex>,
) -> Vec<LegendEntry> {
    let painter = Painter::new(palette, theme);
    let mut shown: Vec<_> = shown.into_iter().collect();
    crate::sorted::sort(&mut shown);
    shown.dedup();
    shown.retain(|index| coverage.technique(*index).in_scope);

    let mut scores: Vec<Score> =
        shown.iter().filter_map(|index| coverage.technique(*index).score).collect();
    crate::sorted::sort(&mut scores);
    scores.dedup();
    let banded = scores.len() > MOST_SCORES;

    let (scale, best) = (coverage.scale, scores.last().copied());
    let kind_of = |score| match best {
        Some(best) if banded => {
            let (from, to) = scale.fifth(score, best);
            LegendKind::Score(from, to)
        }
        _ => LegendKind::Score(score, score),
    };

    let mut counts: BTreeMap<LegendKind, usize> = BTreeMap::new();
    let mut count = |kind| *counts.entry(kind).or_default() += 1;
    for index in shown {
        let paint = painter.cell(catalogue, coverage, index);
        match (coverage.technique(index).state, paint.score) {
            (_, Some(score)) => count(kind_of(score)),
            (TechniqueState::None, None) => count(LegendKind::None),
            (TechniqueState::ViaSubtechnique, None) => count(LegendKind::ViaSubtechnique),
            (TechniqueState::Direct, None) => {}
        }
        if paint.lower_edge.is_some() {
            count(LegendKind::LowerEdge);
        }
        if paint.single_rule {
            count(LegendKind::SingleRule);
        }
        if paint.single_log_source {
            count(LegendKind::SingleLogSource);
        }
        let upkeep = coverage.technique(index).upkeep;
        if upkeep.stale {
            count(LegendKind::Stale);
        }
        if upkeep.experimental_only {
            count(LegendKind::ExperimentalOnly);
        }
        if paint.disabled_only {
            count(LegendKind::DisabledOnly);
        }
        if paint.test_failed {
            count(LegendKind::TestFailed);
        }
        if paint.hatch.is_some() {
            count(LegendKind::NotObservable);
        }
    }
    counts.into_iter().map(|(kind, count)| entry(&painter, kind, count, best, scale)).collect()
}

fn entry(
    painter: &Painter,
    kind: LegendKind,
    count: usize,
    best: Option<Score>,
    scale: Scale,
) -> LegendEntry {
    let empty = painter.empty();
    let ink = painter.tokens().ink;
    let edge = |colour| Some(LowerEdge { colour, covered: 3, total: 5 });
    let (label, sample) = match kind {
        LegendKind::None => ("no rule".to_owned(), empty),
        LegendKind::Score(from, to) if from == to => {
            (format!("score {from}"), painter.filled(from, scale))
        }
        LegendKind::Score(from, to) => {
            let to_top = to.get().min(scale.top.max(from.get()));
            let middle = Score::new(from.get() + (to_top - from.get()) / 2);
            (format!("score {from}–{to}"), painter.filled(middle, scale))
        }
        LegendKind::ViaSubtechnique => {
            let colour = best.map_or(ink, |score| painter.filled(score, scale).fill.unwrap_or(ink));
            let sample =
                CellPaint { text: ink, lower_edge: edge(colour), via_subtechnique: true, ..empty };
            ("only via sub-techniques".to_owned(), sample)
        }
        LegendKind::LowerEdge => {
            let sample = CellPaint { lower_edge: edge(painter.tokens().muted), ..empty };
            ("edge: share of sub-techniques".to_owned(), sample)
        }
        LegendKind::SingleRule => {
            ("single rule".to_owned(), CellPaint { text: ink, single_rule: true, ..empty })
        }
        LegendKind::SingleLogSource => (
            "several rules, one log source".to_owned(),
            CellPaint { text: ink, single_log_source: true, ..empty },
        ),
        LegendKind::Stale => (Upkeep::stale_label(), empty.dashed(painter.tokens())),
        LegendKind::ExperimentalOnly => {
            (Upkeep::experimental_label(), empty.dashed(painter.tokens()))
        }
        LegendKind::DisabledOnly => {
            (Upkeep::disabled_label(), CellPaint { text: ink, disabled_only: true, ..empty })
        }
        LegendKind::TestFailed => {
            (Upkeep::failed_label(), CellPaint { text: ink, test_failed: true, ..empty })
        }
        LegendKind::NotObservable => (
            "not observable (PRE)".to_owned(),
            CellPaint { hatch: Some(painter.hatch(None, ink)), ..empty },
        ),
    };
    LegendEntry { kind, label, count, sample: CellPaint { score: None, ..sample } }
}
