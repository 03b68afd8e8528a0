//! What a cell shows: everything that follows from coverage or layer, palette and theme.

use super::alerts::AlertFacts;
use super::change::ChangeFacts;
use crate::attack::{Catalogue, Technique, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState, Upkeep, is_observable};
use crate::heatmap::{CellPaint, LayerPainter, Painter};
use crate::layer::{Layer, LayerCell, LayerMatrix, TechniqueEntry};
use crate::web::board::Place;
use crate::web::view::drawer::state_label;
use crate::web::view::numbers::counted;
use std::sync::Arc;

/// What a cell shows of its technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Face {
    /// Colours and marks.
    pub(super) paint: CellPaint,
    /// What the numbers say.
    pub(super) facts: Facts,
}

/// What a cell says of its technique, whatever the colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Facts {
    /// What rules say of it.
    Rules(RuleFacts),
    /// What alerts say of it, and rules.
    Alerts(AlertFacts),
    /// What a layer says of it.
    Layer(LayerFacts),
    /// What became of it between two states.
    Change(ChangeFacts),
}

/// What the rules say of a technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RuleFacts {
    pub(super) in_scope: bool,
    pub(super) state: TechniqueState,
    pub(super) score: Option<u32>,
    pub(super) rules: usize,
    pub(super) rules_rollup: usize,
    pub(super) log_sources: u32,
    pub(super) subtechniques_covered: u32,
    pub(super) subtechniques_total: u32,
    pub(super) upkeep: Upkeep,
    /// Whether anything of one's own could show it.
    pub(super) observable: bool,
}

/// What a layer says of a technique in a tactic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LayerFacts {
    pub(super) visible: bool,
    pub(super) enabled: bool,
    pub(super) score: Option<f64>,
    pub(super) is_aggregate: bool,
    /// Comment, metadata or links: there is more to read.
    pub(super) has_notes: bool,
    /// Of its sub-techniques there, how many have a score.
    pub(super) subs_scored: u32,
    pub(super) subs: u32,
}

/// Said of a technique that nothing of one's own can show.
pub(super) const UNOBSERVABLE: &str = "not observable";

/// The faces of all cells of a board.
#[derive(Clone)]
pub(super) enum Faces {
    /// At the catalogue's indices: the same in every tactic.
    Techniques(Arc<Vec<Face>>),
    /// Column by column, at the board's places.
    Cells(Arc<Vec<Vec<Face>>>),
}

impl Default for Faces {
    fn default() -> Self {
        Self::Techniques(Arc::default())
    }
}

impl Faces {
    /// The face of the cell at a place, which shows this technique.
    pub(super) fn at(&self, place: Place, technique: TechniqueIndex) -> Option<&Face> {
        match self {
            Self::Techniques(faces) => faces.get(usize::from(technique.0)),
            Self::Cells(columns) => columns.get(place.column)?.get(place.cell),
        }
    }

    /// Those of a coverage.
    pub(super) fn of_coverage(
        catalogue: &Catalogue,
        coverage: &Coverage,
        painter: &Painter,
    ) -> Self {
        let face = |index| Face {
            paint: painter.cell(catalogue, coverage, index),
            facts: Facts::Rules(RuleFacts::of(catalogue, coverage, index)),
        };
        Self::Techniques(Arc::new(catalogue.indices().map(face).collect()))
    }

    /// Those of a layer.
    pub(super) fn of_layer(layer: &Layer, matrix: &LayerMatrix, painter: &LayerPainter) -> Self {
        let face = |cell: &LayerCell, subs: &[LayerCell]| {
            let entry = cell.entry.and_then(|at| layer.techniques.entries.get(at));
            Face {
                paint: painter.cell(cell, entry),
                facts: Facts::Layer(LayerFacts::new(cell, entry, subs)),
            }
        };
        let column = |rows: &Vec<crate::layer::LayerRow>| {
            let cells = rows.iter().flat_map(|row| {
                let subs = row.subs.iter().map(|sub| face(sub, &[]));
                std::iter::once(face(&row.cell, &row.subs)).chain(subs)
            });
            cells.collect()
        };
        Self::Cells(Arc::new(matrix.columns.iter().map(column).collect()))
    }
}

impl LayerFacts {
    fn new(cell: &LayerCell, entry: Option<&TechniqueEntry>, subs: &[LayerCell]) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            visible: cell.visible,
            enabled: cell.enabled,
            score: cell.shown_score(),
            is_aggregate: cell.aggregate.is_some(),
            has_notes: entry.is_some_and(|entry| {
                !entry.comment.is_empty() || !entry.metadata.is_empty() || !entry.links.is_empty()
            }),
            subs_scored: number(subs.iter().filter(|sub| sub.score.is_some()).count()),
            subs: number(subs.len()),
        }
    }
}

impl RuleFacts {
    /// What the rules say.
    pub(super) fn of(catalogue: &Catalogue, coverage: &Coverage, index: TechniqueIndex) -> Self {
        let technique = coverage.technique(index);
        Self {
            in_scope: technique.in_scope,
            state: technique.state,
            score: technique.score.map(|score| score.get()),
            rules: technique.rules.len(),
            rules_rollup: technique.rules_rollup.len(),
            log_sources: technique.log_sources,
            subtechniques_covered: technique.subtechniques_covered,
            subtechniques_total: technique.subtechniques_total,
            upkeep: technique.upkeep,
            observable: is_observable(catalogue, catalogue.technique(index)),
        }
    }
}

impl Facts {
    /// What the rules say, where they are spoken of.
    pub(super) fn rules(&self) -> Option<&RuleFacts> {
        match self {
            Self::Rules(facts) => Some(facts),
            Self::Alerts(facts) => Some(&facts.rules),
            Self::Layer(_) | Self::Change(_) => None,
        }
    }

    /// Whether the cell is shown at all.
    pub(super) fn in_scope(&self) -> bool {
        match self {
            Self::Rules(facts) => facts.in_scope,
            Self::Alerts(facts) => facts.rules.in_scope,
            Self::Layer(facts) => facts.visible,
            Self::Change(facts) => facts.in_scope,
        }
    }

    /// The score as it is printed.
    pub(super) fn score(&self) -> Option<String> {
        match self {
            Self::Rules(facts) | Self::Alerts(AlertFacts { rules: facts, .. }) => {
                facts.score.map(|score| score.to_string())
            }
            Self::Layer(facts) => facts.score.map(|score| score.to_string()),
            Self::Change(facts) => facts.score(),
        }
    }

    /// What the corner of the cell prints.
    pub(super) fn corner(&self) -> Option<String> {
        match self {
            Self::Change(facts) => facts.corner(),
            Self::Alerts(facts) => facts.corner(),
            Self::Rules(_) | Self::Layer(_) => self.score(),
        }
    }

    /// How many of the sub-techniques have something to show, of how many.
    pub(super) fn below(&self) -> (u32, u32) {
        match self {
            Self::Rules(facts) => (facts.subtechniques_covered, facts.subtechniques_total),
            Self::Alerts(facts) => facts.below(),
            Self::Layer(facts) => (facts.subs_scored, facts.subs),
            Self::Change(facts) => (facts.subs.changed(), facts.subs.total),
        }
    }

    /// What scripts and styles read: names and values of attributes; `None` is absent.
    pub(super) fn attributes(&self) -> [(&'static str, Option<String>); 8] {
        let (coverage, rules, rollup, disabled, notes) = match self {
            Self::Rules(facts) | Self::Alerts(AlertFacts { rules: facts, .. }) => (
                Some(facts.state.as_str().to_owned()),
                Some(facts.rules.to_string()),
                Some(facts.rules_rollup.to_string()),
                false,
                false,
            ),
            Self::Layer(facts) => (None, None, None, !facts.enabled, facts.has_notes),
            Self::Change(_) => (None, None, None, false, false),
        };
        let change = match self {
            Self::Change(facts) => Some(facts.name().to_owned()),
            Self::Rules(_) | Self::Layer(_) | Self::Alerts(_) => None,
        };
        let alerts = match self {
            Self::Alerts(facts) => Some(facts.alerts.count.own.to_string()),
            Self::Rules(_) | Self::Layer(_) | Self::Change(_) => None,
        };
        let flag = |on: bool| on.then(String::new);
        [
            ("data-coverage", coverage),
            ("data-rules", rules),
            ("data-rules-rollup", rollup),
            ("data-score", self.score()),
            ("data-disabled", flag(disabled)),
            ("data-notes", flag(notes)),
            ("data-change", change),
            ("data-alerts", alerts),
        ]
    }

    /// The cell in a sentence: `T1059 Command and Scripting Interpreter, 80 is the score, Execution,
    /// 424 rules, covered directly, 9 of 13 sub-techniques covered`, and what is wrong with the
    /// rules, if anything is.
    pub(super) fn label(&self, technique: &Technique, tactic: &str) -> String {
        let in_words = |score: Option<String>| {
            score.map_or_else(|| "no score".to_owned(), |score| format!("{score} is the score"))
        };
        // What the corner prints follows the name, as it does on screen.
        let score = match self {
            Self::Change(facts) => {
                let corner = facts.corner().map(|corner| format!("{corner}, ")).unwrap_or_default();
                format!("{corner}{}", facts.in_words())
            }
            Self::Alerts(facts) => {
                let corner = facts.corner().map(|corner| format!("{corner}, ")).unwrap_or_default();
                let score = facts.with_rules.then(|| format!(", {}", in_words(self.score())));
                format!("{corner}{}{}", facts.in_words(), score.unwrap_or_default())
            }
            Self::Rules(_) | Self::Layer(_) => in_words(self.score()),
        };
        let mut label = format!("{} {}, {score}, {tactic}", technique.id, technique.name);
        let mut add = |text: &str| {
            label.push_str(", ");
            label.push_str(text);
        };
        match self {
            Self::Rules(facts) | Self::Alerts(AlertFacts { rules: facts, .. }) => {
                add(&counted(facts.rules, "rule", "rules"));
                add(state_label(facts.state));
            }
            Self::Layer(facts) => {
                for (is_so, text) in [
                    (facts.is_aggregate, "made of its sub-techniques' scores"),
                    (!facts.enabled, "disabled"),
                    (facts.has_notes, "with notes"),
                ] {
                    if is_so {
                        add(text);
                    }
                }
            }
            Self::Change(_) => {}
        }
        if self.below().1 > 0 {
            add(&self.below_in_words());
        }
        if let Some(facts) = self.rules() {
            facts.upkeep.remarks().for_each(|remark| add(&remark));
            if !facts.observable {
                add(UNOBSERVABLE);
            }
        }
        label
    }

    /// `9 of 13 sub-techniques covered`
    pub(super) fn below_in_words(&self) -> String {
        let (some, total) = self.below();
        let noun = if total == 1 { "sub-technique" } else { "sub-techniques" };
        let what = match self {
            Self::Rules(_) => "covered",
            Self::Alerts(_) => "with alerts",
            Self::Layer(_) => "scored",
            Self::Change(facts) if facts.subs.changed() > 0 => {
                return format!("{some} of {total} {noun} changed ({})", facts.subs.label());
            }
            Self::Change(_) => "changed",
        };
        format!("{some} of {total} {noun} {what}")
    }
}
