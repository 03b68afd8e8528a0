//! What a layer shows: which cells, in which order, with which scores, as the Navigator has it
//! (reference 2.4 and 2.6). Colours come later, from `heatmap`.

use super::model::{Layer, TechniqueEntry};
use super::place::{Cell, Placement};
use crate::attack::{Catalogue, Technique, TechniqueIndex};
use crate::sorted;
use serde_json::Number;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The platform that techniques without one count as: a real name, most of ICS has it.
const NO_PLATFORM: &str = "None";

/// What one cell shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerCell {
    /// Which technique.
    pub technique: TechniqueIndex,
    /// Index into the catalogue's tactics.
    pub tactic: u8,
    /// The entry it comes from, as its place in the layer's list.
    pub entry: Option<usize>,
    /// The entry's own score.
    pub score: Option<f64>,
    /// For a technique with sub-techniques, where the layer asks for it: the score made of its own
    /// and theirs, rounded to two digits. It takes the place of its own.
    pub aggregate: Option<f64>,
    /// False for a cell that takes no part: without colour, and left out where disabled cells are
    /// hidden.
    pub enabled: bool,
    /// Whether filters leave it in.
    pub visible: bool,
}

impl LayerCell {
    /// The score that counts for colour and order.
    pub fn shown_score(&self) -> Option<f64> {
        self.aggregate.or(self.score)
    }
}

/// A technique in a column, with its sub-techniques there.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerRow {
    /// The technique.
    pub cell: LayerCell,
    /// Its sub-techniques in this tactic, in their order, hidden ones included.
    pub subs: Vec<LayerCell>,
    /// Whether they are unfolded at first.
    pub is_open: bool,
}

/// Everything a layer shows on a release.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerMatrix {
    /// One a tactic of the catalogue, in its order; hidden rows included.
    pub columns: Vec<Vec<LayerRow>>,
    /// Where the entries stand, and which have no cell.
    pub placement: Placement,
}

impl LayerMatrix {
    /// What a layer shows on a release, whatever release it was made for.
    pub fn of(layer: &Layer, catalogue: &Catalogue) -> Self {
        let placement = Placement::of(layer, catalogue);
        let look = Look::new(layer, catalogue, &placement);
        let columns = (0..catalogue.tactics.len())
            .map(|tactic| {
                u8::try_from(tactic).map(|tactic| look.column(tactic)).unwrap_or_default()
            })
            .collect();
        Self { columns, placement }
    }

    /// All cells, column by column, hidden ones included.
    pub fn cells(&self) -> impl Iterator<Item = &LayerCell> {
        self.columns.iter().flatten().flat_map(|row| std::iter::once(&row.cell).chain(&row.subs))
    }

    /// Whole bounds around all scores that are shown, aggregates included, the lower below the
    /// upper; `None` if nothing has a score.
    pub fn score_bounds(&self) -> Option<(Number, Number)> {
        // Beyond these a gradient is of no use, and a number of 64 bits not far.
        const LIMIT: f64 = 1e15;
        let scores = self.cells().filter_map(LayerCell::shown_score);
        let (min, max) = scores.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), score| {
            (min.min(score), max.max(score))
        });
        if min > max {
            return None;
        }
        let min = min.floor().clamp(-LIMIT, LIMIT - 1.0);
        let max = max.ceil().clamp(min + 1.0, LIMIT);
        Some(((min as i64).into(), (max as i64).into()))
    }

    /// Techniques (not sub-techniques) of a column that are visible, as the Navigator counts them.
    pub fn visible_in(&self, tactic: usize) -> usize {
        let rows = self.columns.get(tactic).map(Vec::as_slice).unwrap_or_default();
        rows.iter().filter(|row| row.cell.visible).count()
    }
}

/// Whether an entry says anything of its technique.
pub fn is_annotated(entry: &TechniqueEntry) -> bool {
    entry.score.is_some()
        || entry.color.is_some()
        || !entry.enabled
        || !entry.comment.is_empty()
        || !entry.metadata.is_empty()
        || !entry.links.is_empty()
}

struct Look<'l> {
    layer: &'l Layer,
    catalogue: &'l Catalogue,
    placement: &'l Placement,
    /// Parents of an annotated sub-technique, in whatever tactic.
    annotated: BTreeSet<TechniqueIndex>,
}

impl<'l> Look<'l> {
    fn new(layer: &'l Layer, catalogue: &'l Catalogue, placement: &'l Placement) -> Self {
        let entry = |at: &usize| layer.techniques.entries.get(*at);
        let is_told = |at: &usize| entry(at).is_some_and(is_annotated);
        let told = placement.cells.iter().filter(|(_, at)| is_told(at));
        let parents = told.filter_map(|((technique, _), _)| catalogue.technique(*technique).parent);
        Self { layer, catalogue, placement, annotated: sorted::set(parents) }
    }

    fn entry(&self, cell: Cell) -> Option<(usize, &'l TechniqueEntry)> {
        let at = *self.placement.cells.get(&cell)?;
        Some((at, self.layer.techniques.entries.get(at)?))
    }

    fn score(&self, cell: Cell) -> Option<f64> {
        self.entry(cell)?.1.score.as_ref().and_then(Number::as_f64)
    }

    fn column(&self, tactic: u8) -> Vec<LayerRow> {
        let techniques = self.catalogue.column(usize::from(tactic));
        let mut rows: Vec<LayerRow> =
            techniques.into_iter().map(|technique| self.row(technique, tactic)).collect();
        // Unscored techniques come before all others, unscored sub-techniques count as 0.
        self.order(&mut rows, |row| row.cell.shown_score().unwrap_or(f64::NEG_INFINITY));
        rows
    }

    /// Puts what is sorted by name into the layer's order; what has the same score stays by name.
    fn order<T>(&self, items: &mut [T], score: impl Fn(&T) -> f64) {
        let by_score = |a: &T, b: &T| score(a).partial_cmp(&score(b)).unwrap_or(Ordering::Equal);
        match self.layer.sorting {
            1 => items.reverse(),
            2 => sorted::sort_by(items, by_score),
            3 => sorted::sort_by(items, |a, b| by_score(b, a)),
            _ => {}
        }
    }

    fn row(&self, technique: TechniqueIndex, tactic: u8) -> LayerRow {
        let subs = self.catalogue.sub_column(technique, usize::from(tactic));
        let mut subs: Vec<LayerCell> =
            subs.into_iter().map(|sub| self.cell(sub, tactic, |entry| entry.enabled)).collect();
        let some_enabled = subs.iter().any(|sub| sub.enabled && sub.visible);
        let mut cell = self.cell(technique, tactic, |entry| entry.enabled || some_enabled);
        if self.layer.layout.show_aggregate_scores && !subs.is_empty() {
            cell.aggregate = self.aggregate(cell.score, &subs);
        }
        // What is below a hidden technique is hidden with it.
        for sub in &mut subs {
            sub.visible &= cell.visible;
        }
        self.order(&mut subs, |sub| sub.score.unwrap_or(0.0));
        let expands = self.entry((technique, tactic)).is_some_and(|(_, e)| e.show_subtechniques);
        let is_open = match self.layer.layout.expanded_subtechniques {
            "all" => true,
            "annotated" => expands || self.annotated.contains(&technique),
            _ => expands,
        };
        LayerRow { cell, is_open: is_open && !subs.is_empty(), subs }
    }

    /// `takes_part` says whether a cell with this entry stays where disabled ones are hidden.
    fn cell(
        &self,
        technique: TechniqueIndex,
        tactic: u8,
        takes_part: impl Fn(&TechniqueEntry) -> bool,
    ) -> LayerCell {
        let found = self.entry((technique, tactic));
        let is_left = !self.layer.hide_disabled || found.is_none_or(|(_, entry)| takes_part(entry));
        LayerCell {
            technique,
            tactic,
            entry: found.map(|(at, _)| at),
            score: self.score((technique, tactic)),
            aggregate: None,
            enabled: found.is_none_or(|(_, entry)| entry.enabled),
            visible: is_left && self.has_platform(self.catalogue.technique(technique)),
        }
    }

    fn has_platform(&self, technique: &Technique) -> bool {
        let wanted = match &self.layer.filters {
            Some(filters) if !filters.platforms.is_empty() => &filters.platforms,
            _ => return true,
        };
        let mut names = self.catalogue.platform_names(technique).peekable();
        if names.peek().is_none() {
            return wanted.iter().any(|name| name == NO_PLATFORM);
        }
        names.any(|name| wanted.iter().any(|wanted| wanted == name))
    }

    /// As MITRE's Python library has it: what has no score stays out, but for an average that
    /// counts it as 0. (The Navigator lets an unscored technique enter minimum and maximum as 0,
    /// which its own help contradicts.) Hidden and disabled cells count.
    fn aggregate(&self, own: Option<f64>, subs: &[LayerCell]) -> Option<f64> {
        let scores: Vec<f64> = own.into_iter().chain(subs.iter().filter_map(|s| s.score)).collect();
        let first = *scores.first()?;
        let sum: f64 = scores.iter().sum();
        let layout = &self.layer.layout;
        let value = match layout.aggregate_function {
            "min" => scores.iter().copied().fold(first, f64::min),
            "max" => scores.iter().copied().fold(first, f64::max),
            "sum" => sum,
            _ if layout.count_unscored => sum / (subs.len() + 1) as f64,
            _ => sum / scores.len() as f64,
        };
        // Half goes up, as in JavaScript.
        Some((value * 100.0 + 0.5).floor() / 100.0)
    }
}
