//! The matrix as eye and keyboard walk it: columns of cells, and which of them are shown.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::layer::LayerMatrix;
use std::ops::Range;

/// A cell: a technique or sub-technique in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardCell {
    /// What it shows.
    pub technique: TechniqueIndex,
    /// For a sub-technique the place of its parent in the column.
    pub parent: Option<usize>,
    /// For a technique the places of its sub-techniques in the column; empty for those without.
    pub subs: Range<usize>,
}

/// A column: every technique of a tactic, each followed by its sub-techniques there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardColumn {
    /// Index into the catalogue's tactics.
    pub tactic: usize,
    /// From top to bottom, folded ones included.
    pub cells: Vec<BoardCell>,
}

/// All columns in matrix order. Depends on the catalogue only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// One a tactic.
    pub columns: Vec<BoardColumn>,
}

/// Where a cell stands; only valid with its board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index into [`Board::columns`].
    pub column: usize,
    /// Index into [`BoardColumn::cells`].
    pub cell: usize,
}

impl Board {
    /// Lays a catalogue out in the order of a layer.
    pub fn of_layer(matrix: &LayerMatrix) -> Self {
        let columns = matrix.columns.iter().enumerate().map(|(tactic, rows)| {
            let rows = rows.iter().map(|row| {
                (row.cell.technique, row.subs.iter().map(|sub| sub.technique).collect())
            });
            column(tactic, rows)
        });
        Self { columns: columns.collect() }
    }

    /// Lays a catalogue out.
    pub fn new(catalogue: &Catalogue) -> Self {
        let columns = (0..catalogue.tactics.len()).map(|tactic| {
            let techniques = catalogue.column(tactic).into_iter();
            column(tactic, techniques.map(|parent| (parent, catalogue.sub_column(parent, tactic))))
        });
        Self { columns: columns.collect() }
    }

    /// The cell at a place.
    pub fn cell(&self, place: Place) -> Option<&BoardCell> {
        self.columns.get(place.column)?.cells.get(place.cell)
    }

    /// Where a technique stands in the column of a tactic.
    pub fn find(&self, tactic: usize, technique: TechniqueIndex) -> Option<Place> {
        let column = self.columns.iter().position(|column| column.tactic == tactic)?;
        let cell = self.columns[column].cells.iter().position(|c| c.technique == technique)?;
        Some(Place { column, cell })
    }

    /// The cells with sub-techniques below them.
    pub fn parents(&self) -> impl Iterator<Item = (Place, TechniqueIndex)> + '_ {
        let cell = |place| self.cell(place).map(|cell| (place, cell));
        let parents = self.places().filter_map(cell).filter(|(_, cell)| !cell.subs.is_empty());
        parents.map(|(place, cell)| (place, cell.technique))
    }

    /// All places, column by column.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        (0..).zip(&self.columns).flat_map(|(column, cells)| {
            (0..cells.cells.len()).map(move |cell| Place { column, cell })
        })
    }
}

fn column(
    tactic: usize,
    rows: impl Iterator<Item = (TechniqueIndex, Vec<TechniqueIndex>)>,
) -> BoardColumn {
    let mut cells = Vec::new();
    for (technique, subs) in rows {
        let parent = cells.len();
        cells.push(BoardCell {
            technique,
            parent: None,
            subs: parent + 1..parent + 1 + subs.len(),
        });
        cells.extend(subs.into_iter().map(|technique| BoardCell {
            technique,
            parent: Some(parent),
            subs: 0..0,
        }));
    }
    BoardColumn { tactic, cells }
}

/// Which cells are shown: in scope, and not folded away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    columns: Vec<Vec<bool>>,
}

impl Shown {
    /// `in_scope` says whether a cell with this technique counts, `is_open` whether a parent shows
    /// its sub-techniques. A parent out of scope still heads a sub-technique that is in it.
    pub fn new(
        board: &Board,
        in_scope: impl Fn(Place, TechniqueIndex) -> bool,
        is_open: impl Fn(Place) -> bool,
    ) -> Self {
        let column = |(at, column): (usize, &BoardColumn)| {
            let counts =
                |cell: usize| in_scope(Place { column: at, cell }, column.cells[cell].technique);
            let shown = |cell: usize| match column.cells[cell].parent {
                Some(parent) => counts(cell) && is_open(Place { column: at, cell: parent }),
                None => counts(cell) || column.cells[cell].subs.clone().any(counts),
            };
            (0..column.cells.len()).map(shown).collect()
        };
        Self { columns: board.columns.iter().enumerate().map(column).collect() }
    }

    /// Whether one cell is shown.
    pub fn contains(&self, place: Place) -> bool {
        self.columns.get(place.column).and_then(|c| c.get(place.cell)).copied().unwrap_or(false)
    }

    /// The shown cells of a column, from top to bottom.
    fn column(&self, column: usize) -> Vec<Place> {
        let cells = self.columns.get(column).map(Vec::as_slice).unwrap_or_default();
        let shown = (0..).zip(cells).filter(|(_, shown)| **shown);
        shown.map(|(cell, _)| Place { column, cell }).collect()
    }

    /// The first shown cell.
    pub fn first(&self) -> Option<Place> {
        (0..self.columns.len()).find_map(|column| self.column(column).first().copied())
    }

    /// Hides a whole column (one that is closed on a narrow screen).
    pub fn hide_column(&mut self, column: usize) {
        if let Some(cells) = self.columns.get_mut(column) {
            cells.fill(false);
        }
    }

    /// Where a step leads; `None` at the edge.
    pub fn step(&self, from: Place, step: Step) -> Option<Place> {
        let here = self.column(from.column);
        let row = here.iter().position(|place| *place == from)?;
        let before = || (0..from.column).rev().map(|c| self.column(c)).find(|c| !c.is_empty());
        let after = || {
            (from.column + 1..self.columns.len()).map(|c| self.column(c)).find(|c| !c.is_empty())
        };
        let level = |column: Vec<Place>| column.get(row.min(column.len() - 1)).copied();
        match step {
            Step::Up => row.checked_sub(1).map(|row| here[row]),
            Step::Down => here.get(row + 1).copied(),
            Step::Left => before().and_then(level),
            Step::Right => after().and_then(level),
            Step::Top => here.first().copied(),
            Step::Bottom => here.last().copied(),
            Step::PreviousTactic => before()?.first().copied(),
            Step::NextTactic => after()?.first().copied(),
            Step::First => self.first(),
            Step::Last => {
                let last = (0..self.columns.len()).rev().map(|c| self.column(c));
                last.filter_map(|column| column.last().copied()).next()
            }
        }
        .filter(|to| *to != from)
    }
}

/// A step over the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One cell up.
    Up,
    /// One cell down.
    Down,
    /// Same row, previous column.
    Left,
    /// Same row, next column.
    Right,
    /// First cell of the column.
    Top,
    /// Last cell of the column.
    Bottom,
    /// First cell of the previous column.
    PreviousTactic,
    /// First cell of the next column.
    NextTactic,
    /// First cell of all.
    First,
    /// Last cell of all.
    Last,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three columns: T0 with subs T1 T2 and T3; T3 alone; nothing shown; T4.
    fn board() -> Board {
        let top = |technique, subs| BoardCell {
            technique: TechniqueIndex(technique),
            parent: None,
            subs,
        };
        let sub = |technique, parent| BoardCell {
            technique: TechniqueIndex(technique),
            parent: Some(parent),
            subs: 0..0,
        };
        let column = |tactic, cells| BoardColumn { tactic, cells };
        Board {
            columns: vec![
                column(0, vec![top(0, 1..3), sub(1, 0), sub(2, 0), top(3, 4..4)]),
                column(1, vec![top(5, 1..1)]),
                column(2, vec![top(4, 1..1)]),
            ],
        }
    }

    fn at(column: usize, cell: usize) -> Place {
        Place { column, cell }
    }

    #[test]
    fn folded_cells_are_stepped_over() {
        let folded = Shown::new(&board(), |_, _| true, |_| false);
        assert_eq!(folded.step(at(0, 0), Step::Down), Some(at(0, 3)));
        let open = Shown::new(&board(), |_, _| true, |_| true);
        assert_eq!(open.step(at(0, 0), Step::Down), Some(at(0, 1)));
        assert_eq!(open.step(at(0, 3), Step::Down), None, "the foot of the column");
        assert_eq!(open.step(at(0, 0), Step::Top), None, "no step is no step");
    }

    #[test]
    fn sideways_keeps_the_row_and_passes_empty_columns() {
        let scope = |_, index: TechniqueIndex| index.0 != 5;
        let shown = Shown::new(&board(), scope, |_| true);
        assert_eq!(shown.step(at(0, 3), Step::Right), Some(at(2, 0)));
        assert_eq!(shown.step(at(2, 0), Step::Left), Some(at(0, 0)));
        assert_eq!(shown.step(at(2, 0), Step::Right), None);
        assert_eq!(shown.step(at(0, 2), Step::NextTactic), Some(at(2, 0)));
        assert_eq!(shown.step(at(0, 2), Step::Last), Some(at(2, 0)));
    }

    #[test]
    fn a_parent_out_of_scope_heads_its_sub_technique_in_scope() {
        let shown = Shown::new(&board(), |_, index| index.0 == 2, |_| true);
        assert_eq!(shown.column(0), [at(0, 0), at(0, 2)]);
        let folded = Shown::new(&board(), |_, index| index.0 == 2, |_| false);
        assert_eq!(folded.column(0), [at(0, 0)]);
    }

    #[test]
    fn a_closed_column_is_passed() {
        let mut shown = Shown::new(&board(), |_, _| true, |_| false);
        shown.hide_column(1);
        assert_eq!(shown.step(at(0, 0), Step::Right), Some(at(2, 0)));
        assert_eq!(shown.first(), Some(at(0, 0)));
    }
}
