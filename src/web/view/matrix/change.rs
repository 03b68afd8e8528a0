//! What a cell says of a change: what became of its technique between two states.

use super::face::{Face, Faces, Facts};
use crate::attack::TechniqueIndex;
use crate::heatmap::{CellChange, ChangePainter, SubChanges, Theme, wording};
use crate::web::changes::Compared;
use crate::web::settings::Expansion;
use std::sync::Arc;

/// What became of a technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ChangeFacts {
    pub(super) in_scope: bool,
    pub(super) change: CellChange,
    /// What became of its sub-techniques.
    pub(super) subs: SubChanges,
    /// Whether they are folded away, so that the cell speaks for them.
    is_folded: bool,
    /// The scores, as far as there are any.
    from: Option<f64>,
    to: Option<f64>,
}

impl ChangeFacts {
    fn new(
        compared: &Compared,
        painter: &ChangePainter,
        index: TechniqueIndex,
        expansion: &Expansion,
    ) -> Self {
        let Compared { catalogue, scope, comparison, .. } = compared;
        let technique = catalogue.technique(index);
        let in_scope =
            |index: TechniqueIndex| scope.includes(catalogue, catalogue.technique(index));
        let subs = painter.subs(catalogue, index, &in_scope);
        let scores = comparison.scores.get(&technique.id);
        let number = |score: Option<&serde_json::Number>| score.and_then(|score| score.as_f64());
        Self {
            in_scope: in_scope(index),
            change: painter.change(technique.id),
            subs,
            is_folded: !expansion.is_open(technique.id, subs.changed() > 0),
            from: number(scores.and_then(|scores| scores.from.as_ref())),
            to: number(scores.and_then(|scores| scores.to.as_ref())),
        }
    }

    /// What is seen at the lower edge.
    pub(super) fn folded(&self) -> Option<SubChanges> {
        self.is_folded.then_some(self.subs)
    }

    /// The sign and the number in the corner.
    pub(super) fn corner(&self) -> Option<String> {
        let own = self.change.label();
        let text = if own.is_empty() {
            self.folded().map(SubChanges::label).unwrap_or_default()
        } else {
            own
        };
        (!text.is_empty()).then_some(text)
    }

    /// The new score as it is printed.
    pub(super) fn score(&self) -> Option<String> {
        self.to.map(wording::score)
    }

    /// For scripts.
    pub(super) fn name(&self) -> &'static str {
        match self.change {
            CellChange::Uncovered => "none",
            CellChange::Kept => "kept",
            CellChange::Gained(_) => "gained",
            CellChange::Lost(_) => "lost",
            CellChange::Raised(_) => "raised",
            CellChange::Lowered(_) => "lowered",
        }
    }

    /// `lost: score 80 → not covered`
    pub(super) fn in_words(&self) -> String {
        let score = |score: Option<f64>| match score {
            Some(score) => format!("score {}", wording::score(score)),
            None => "no score".to_owned(),
        };
        let (from, to) = (score(self.from), score(self.to));
        match self.change {
            CellChange::Uncovered => "covered neither before nor now".to_owned(),
            CellChange::Kept if self.from == self.to => format!("covered as before, {to}"),
            CellChange::Kept => format!("covered as before, {from} → {to}"),
            CellChange::Gained(_) => format!("gained: not covered → {to}"),
            CellChange::Lost(_) => format!("lost: {from} → not covered"),
            CellChange::Raised(_) => format!("raised: {from} → {to}"),
            CellChange::Lowered(_) => format!("lowered: {from} → {to}"),
        }
    }
}

impl Faces {
    /// Those of a comparison.
    pub(super) fn of_changes(compared: &Compared, theme: Theme, expansion: &Expansion) -> Self {
        let painter = ChangePainter::new(&compared.comparison, theme);
        let face = |index| {
            let facts = ChangeFacts::new(compared, &painter, index, expansion);
            Face { paint: painter.cell(facts.change, facts.folded()), facts: Facts::Change(facts) }
        };
        Self::Techniques(Arc::new(compared.catalogue.indices().map(face).collect()))
    }
}
