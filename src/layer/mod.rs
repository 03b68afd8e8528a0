//! Layers of the ATT&CK Navigator: read from any version of the format, written as 4.5.

mod colour;
mod combine;
mod compare;
mod expression;
mod fields;
mod migrate;
mod model;
mod place;
mod read;
mod show;
pub mod stored;
mod tree;
mod upgrade;

pub use combine::{Combined, combine};
pub use compare::{
    Below, Change, Comparison, Counts, Covered, Release, Scores, Span, Standing, TacticChange,
    Totals, compare,
};
pub use expression::{Expression, ExpressionError, layer_letter};
pub use migrate::{Dropped, Migration, Moved, Named, Renamed, Renaming, Retold, migrate};
pub use model::{
    Entries, Extra, FORMAT, Filters, Gradient, Item, Layer, Layout, LegendItem, Link, Metadata,
    NAVIGATOR, TechniqueEntry, Versions,
};
pub use place::{Cell, NoCell, Placement};
pub use read::{LayerError, may_be_layer, read};
pub use show::{LayerCell, LayerMatrix, LayerRow, is_annotated};
pub use tree::TreeError;
