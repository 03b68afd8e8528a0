//! Selecting cells of a layer in the grid, as the Navigator has it: by mouse, and by keys.

use super::grid::{Grid, Inner};
use crate::layer::{Cell, Selection};
use crate::web::board::Place;
use leptos::prelude::*;
use web_sys::{Element, MouseEvent};

impl Grid {
    /// Whether its cells can be selected; those of rules cannot.
    pub(super) fn is_of_layer(&self) -> bool {
        !self.of_changes && self.state.shown_layer.with_untracked(Option::is_some)
    }

    /// What a click on a cell selects: with Ctrl or Cmd that cell too, with Shift all from the one
    /// picked last down or up to it, else that cell alone. True if that is all that it does.
    pub(super) fn pick(&self, event: &MouseEvent, place: Place) -> bool {
        if !self.is_of_layer() {
            return false;
        }
        if event.ctrl_key() || event.meta_key() {
            self.toggle(place);
            return true;
        }
        if event.shift_key() {
            let range = self.read(|inner| inner.range(place));
            self.selecting.change(&|selector, _, selection| {
                range.iter().for_each(|cell| selector.add(selection, *cell));
            });
            return true;
        }
        self.picked(place);
        if let Some(cell) = self.read(|inner| inner.cell(place)) {
            self.selecting.change(&|selector, _, selection| *selection = selector.only(cell));
        }
        false
    }

    /// Selects a cell, or no longer.
    pub(super) fn toggle(&self, place: Place) {
        self.picked(place);
        if let Some(cell) = self.read(|inner| inner.cell(place)) {
            self.selecting.change(&|selector, _, selection| selector.toggle(selection, cell));
        }
    }

    /// A step with Shift: selects what lies between the cell where such steps began and the one
    /// stepped to, and nothing else; into another column, that cell besides what is selected.
    pub(super) fn extend(&self, from: Place, to: Place) {
        let is_sideways = from.column != to.column;
        if is_sideways {
            self.picked(to);
        } else if self.read(|inner| inner.extended_to != Some(from)) {
            self.picked(from);
        }
        self.write(|inner| inner.extended_to = Some(to));
        let range = self.read(|inner| inner.range(to));
        self.selecting.change(&|selector, _, selection| {
            if !is_sideways {
                selection.clear();
            }
            range.iter().for_each(|cell| selector.add(selection, *cell));
        });
    }

    /// The column whose head was clicked; not by the button that folds it on a narrow screen.
    pub(super) fn column_of_head(&self, target: &Element) -> Option<usize> {
        let closest = |selector| target.closest(selector).ok().flatten();
        if closest(".column-toggle").is_some() {
            return None;
        }
        let name =
            closest(".column-head")?.closest(".column").ok()??.get_attribute("aria-label")?;
        self.read(|inner| {
            let is_it = |tactic: usize| inner.catalogue.tactics[tactic].name == name;
            inner.board.columns.iter().position(|column| is_it(column.tactic))
        })
    }

    /// Selects a tactic, folded cells included: alone, or with Ctrl, Cmd or Shift besides what is
    /// selected.
    pub(super) fn select_column(&self, event: &MouseEvent, column: usize) {
        if !self.is_of_layer() {
            return;
        }
        let tactic = self.read(|inner| {
            inner.board.columns.get(column).and_then(|column| u8::try_from(column.tactic).ok())
        });
        let Some(tactic) = tactic else { return };
        let adds = event.ctrl_key() || event.meta_key() || event.shift_key();
        self.selecting.change(&|selector, _, selection| {
            if !adds {
                selection.clear();
            }
            selection.extend(selector.in_tactic(tactic));
        });
    }

    /// Selects all cells that are shown, with what their picks take along.
    pub(super) fn select_shown(&self) {
        let cells = self.read(Inner::shown_cells);
        self.selecting.change(&|selector, _, selection| {
            *selection = Selection::new();
            cells.iter().for_each(|cell| selector.add(selection, *cell));
        });
    }

    /// A range begins at the cell picked last.
    fn picked(&self, place: Place) {
        self.write(|inner| inner.picked = Some(place));
    }
}

impl Inner {
    /// The cell that stands at a place.
    fn cell(&self, place: Place) -> Option<Cell> {
        let technique = self.board.cell(place)?.technique;
        Some((technique, u8::try_from(self.board.columns.get(place.column)?.tactic).ok()?))
    }

    fn shown_cells(&self) -> Vec<Cell> {
        let shown = self.board.places().filter(|place| self.shown.contains(*place));
        shown.filter_map(|place| self.cell(place)).collect()
    }

    /// The shown cells between the one picked last and this one; only this one if that stands in
    /// another column.
    fn range(&self, to: Place) -> Vec<Cell> {
        let from = self.picked.filter(|from| from.column == to.column).unwrap_or(to);
        let between = from.cell.min(to.cell)..=from.cell.max(to.cell);
        let places = between.map(|cell| Place { cell, ..to });
        places.filter(|at| self.shown.contains(*at)).filter_map(|at| self.cell(at)).collect()
    }
}
