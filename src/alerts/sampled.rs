//! What the beginning of a table shows: for choosing columns by hand.

use super::{Alerts, Mapping, Product, TableFormat};
use serde::{Deserialize, Serialize};

/// A column and some of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledColumn {
    /// Its name; in JSON its path.
    pub name: String,
    /// The first values that are not empty.
    pub values: Vec<String>,
}

/// The beginning of a file, and what its columns are taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledTable {
    /// The file.
    pub path: String,
    /// How it is written.
    pub format: TableFormat,
    /// In their order.
    pub columns: Vec<SampledColumn>,
    /// Whose export it is, if that shows.
    pub product: Option<Product>,
    /// What was guessed, or chosen for such a table before.
    pub mapping: Mapping,
    /// Whether it was chosen before.
    pub is_known: bool,
}

impl Alerts {
    /// The first rows, with what became of all.
    #[must_use]
    pub fn first(&self, rows: usize) -> Self {
        let mut first = Self::default();
        first.readings.clone_from(&self.readings);
        first.take(self, 0..rows.min(self.len()), |file| file);
        first
    }
}
