//! What is to be written to the elements of a column, gathered and then written by one call: one
//! call an attribute costs as much again as the writing itself.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/view/matrix/cells.js")]
extern "C" {
    fn write_cells(elements: &Array, names: &str, texts: &str, writes: &[u32]);
}

/// The name of the text inside an element; other names are those of attributes or, behind a colon,
/// of properties of the style.
pub(super) const TEXT: &str = "";

/// Elements of a cell, as `make_cells` returns them.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// The cell itself.
    Cell,
    /// Its score.
    Score,
    /// The triangle that folds its sub-techniques.
    Fold,
    /// The group of its sub-techniques.
    Group,
}

impl Part {
    /// Elements a cell.
    pub(super) const COUNT: u32 = 4;
}

/// Between texts; in none of them.
const BETWEEN: char = '\u{1f}';

/// No value: the attribute is taken away.
const NONE: u32 = u32::MAX;

/// Gathers what is to be written.
#[derive(Default)]
pub(super) struct Writes {
    names: Vec<&'static str>,
    texts: String,
    count: u32,
    writes: Vec<u32>,
}

impl Writes {
    /// Of a part of a cell: the value of a name, none to take it away.
    pub(super) fn set(&mut self, cell: usize, part: Part, name: &'static str, value: Option<&str>) {
        let at = self.names.iter().position(|known| *known == name);
        let at = at.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        let value = match value {
            None => NONE,
            Some(value) => {
                if self.count > 0 {
                    self.texts.push(BETWEEN);
                }
                // What others wrote may hold anything.
                self.texts.extend(value.chars().map(|c| if c == BETWEEN { ' ' } else { c }));
                self.count += 1;
                self.count - 1
            }
        };
        let number = |number: usize| u32::try_from(number).unwrap_or(NONE);
        self.writes.extend([number(cell) * Part::COUNT + part as u32, number(at), value]);
    }

    /// An attribute without a value: there or not.
    pub(super) fn flag(&mut self, cell: usize, part: Part, name: &'static str, on: bool) {
        self.set(cell, part, name, on.then_some(""));
    }

    /// Writes all of it.
    pub(super) fn write(self, elements: &Array) {
        if !self.writes.is_empty() {
            write_cells(elements, &self.names.join(" "), &self.texts, &self.writes);
        }
    }
}
