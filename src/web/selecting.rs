//! The cells that are selected in the shown layer, and how edits reach it.

use super::layers::ShownLayer;
use super::state::{AppState, Toast};
use crate::attack::Catalogue;
use crate::layer::{Cell, EditError, Layer, Reach, Selection, Selector};
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Cells of one tab on one release; on any other they are others.
#[derive(Clone, Default)]
struct Held {
    of: Option<(u32, Arc<Catalogue>)>,
    cells: Arc<Selection>,
}

/// The selection, copyable into every closure.
#[derive(Clone, Copy)]
pub struct Selecting {
    state: AppState,
    held: RwSignal<Held>,
    /// The cells selected in the shown layer; none while the rules are shown.
    pub cells: Memo<Arc<Selection>>,
}

impl Selecting {
    /// Nothing is selected.
    pub fn new(state: AppState) -> Self {
        let held = RwSignal::new(Held::default());
        let cells = Memo::new(move |_| {
            state.shown_layer.with(|shown| {
                held.with(|held| match (shown, &held.of) {
                    (Some(shown), Some((key, catalogue)))
                        if shown.open.key == *key && Arc::ptr_eq(&shown.catalogue, catalogue) =>
                    {
                        held.cells.clone()
                    }
                    _ => Arc::default(),
                })
            })
        });
        Self { state, held, cells }
    }

    /// The selection, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Changes the selection in the shown layer, by the layer's own options; nothing while the
    /// rules are shown.
    pub fn change(&self, change: &dyn Fn(&Selector<'_>, &ShownLayer, &mut Selection)) {
        let Some(shown) = self.state.shown_layer.get_untracked() else { return };
        let mut cells = (*self.cells.get_untracked()).clone();
        let reach = Reach::of(&shown.open.layer);
        let visible: BTreeSet<Cell> = match reach.only_visible {
            true => {
                let cells = shown.matrix.cells().filter(|cell| cell.visible);
                crate::sorted::set(cells.map(|cell| (cell.technique, cell.tactic)))
            }
            false => BTreeSet::new(),
        };
        let is_visible = |cell: Cell| visible.contains(&cell);
        let selector = Selector::new(&shown.catalogue, reach, &is_visible);
        change(&selector, &shown, &mut cells);
        self.held.set(Held {
            of: Some((shown.open.key, shown.catalogue.clone())),
            cells: Arc::new(cells),
        });
    }

    /// Selects nothing; false if nothing was selected.
    pub fn clear(&self) -> bool {
        let any = self.cells.with_untracked(|cells| !cells.is_empty());
        if any {
            self.held.set(Held::default());
        }
        any
    }
}

/// Changes the shown layer, says what was done and offers to take it back. What changes nothing is
/// no step of the history.
///
/// # Errors
/// If the edit's value is none.
pub fn change_layer(
    state: AppState,
    done: &dyn Fn() -> String,
    change: &dyn Fn(&Layer) -> Result<Layer, EditError>,
) -> Result<(), EditError> {
    let Some(open) = state.tabs().with_untracked(|tabs| tabs.active().cloned()) else {
        return Ok(());
    };
    let layer = change(&open.layer)?;
    if layer != *open.layer {
        state.edit_tabs(|tabs| tabs.replace(open.key, Arc::new(layer)));
        state.toast.set(Some(Toast { text: done(), undo: true }));
    }
    Ok(())
}
