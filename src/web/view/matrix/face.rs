//! What a cell shows: everything that follows from coverage, palette and theme.

use crate::attack::{Catalogue, Technique, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState, Upkeep};
use crate::heatmap::{CellPaint, Painter};
use crate::web::view::drawer::state_label;
use crate::web::view::numbers::counted;

/// What a cell shows of its technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Face {
    /// Colours and marks.
    pub(super) paint: CellPaint,
    /// What the numbers say.
    pub(super) facts: Facts,
}

/// What a cell says of its technique, whatever the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) in_scope: bool,
    pub(super) state: TechniqueState,
    pub(super) score: Option<u8>,
    pub(super) rules: usize,
    pub(super) rules_rollup: usize,
    pub(super) log_sources: u32,
    pub(super) subtechniques_covered: u32,
    pub(super) subtechniques_total: u32,
    pub(super) upkeep: Upkeep,
}

/// The faces of all techniques, at the catalogue's indices.
pub(super) fn faces(catalogue: &Catalogue, coverage: &Coverage, painter: &Painter) -> Vec<Face> {
    catalogue
        .indices()
        .map(|index| Face {
            paint: painter.cell(catalogue, coverage, index),
            facts: Facts::new(coverage, index),
        })
        .collect()
}

impl Facts {
    pub(super) fn new(coverage: &Coverage, index: TechniqueIndex) -> Self {
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
        }
    }

    /// The cell in a sentence: `T1059 Command and Scripting Interpreter, Execution, score 80,
    /// 424 rules, covered directly, 9 of 13 sub-techniques covered`, and what is wrong with the
    /// rules, if anything is.
    pub(super) fn label(&self, technique: &Technique, tactic: &str) -> String {
        let score =
            self.score.map_or_else(|| "no score".to_owned(), |score| format!("score {score}"));
        let mut label = format!(
            "{} {}, {tactic}, {score}, {}, {}",
            technique.id,
            technique.name,
            counted(self.rules, "rule", "rules"),
            state_label(self.state),
        );
        if self.subtechniques_total > 0 {
            label.push_str(", ");
            label.push_str(&self.below());
        }
        for remark in self.upkeep.remarks() {
            label.push_str(", ");
            label.push_str(&remark);
        }
        label
    }

    /// `9 of 13 sub-techniques covered`
    pub(super) fn below(&self) -> String {
        let (covered, total) = (self.subtechniques_covered, self.subtechniques_total);
        let noun = if total == 1 { "sub-technique" } else { "sub-techniques" };
        format!("{covered} of {total} {noun} covered")
    }
}
