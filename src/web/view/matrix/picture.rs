//! What is to be seen in the grid.

use super::face::Faces;
use crate::attack::TechniqueId;
use crate::layer::Selection;
use crate::web::board::{Board, Place, Shown};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything the cells follow.
#[derive(Clone, Default)]
pub(super) struct Picture {
    /// Of all cells.
    pub(super) faces: Faces,
    /// Cells whose sub-techniques are shown.
    pub(super) open: Arc<BTreeSet<Place>>,
    /// At the catalogue's indices: what a search has found.
    pub(super) found: Option<Arc<Vec<bool>>>,
    /// Whose drawer is open.
    pub(super) selected: Option<TechniqueId>,
    /// The cells that are selected; `None` where none can be.
    pub(super) selection: Option<Arc<Selection>>,
    /// Sub-techniques stand beside their technique.
    pub(super) is_beside: bool,
    /// When it was asked for, in milliseconds since the page was opened.
    pub(super) since_ms: f64,
}

impl Picture {
    /// Which cells are shown, folded as they are.
    pub(super) fn shown(&self, board: &Board) -> Shown {
        self.cells(board, |place| self.open.contains(&place))
    }

    /// Which cells would be shown if all were unfolded.
    pub(super) fn in_scope(&self, board: &Board) -> Shown {
        self.cells(board, |_| true)
    }

    fn cells(&self, board: &Board, is_open: impl Fn(Place) -> bool) -> Shown {
        let in_scope =
            |place, index| self.faces.at(place, index).is_some_and(|face| face.facts.in_scope());
        Shown::new(board, in_scope, is_open)
    }
}
