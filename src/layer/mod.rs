//! Layers of the ATT&CK Navigator: read from any version of the format, written as 4.5.

mod colour;
mod combine;
mod compare;
mod edit;
mod edit_layer;
mod expression;
mod fields;
mod migrate;
mod model;
mod numbers;
mod place;
mod presets;
mod read;
mod said;
mod select;
mod show;
pub mod stored;
mod tree;
mod upgrade;
mod write;

pub use combine::{Combined, combine};
pub use compare::{
    Below, Change, Comparison, Counts, Covered, Release, Scores, Span, Standing, TacticChange,
    Totals, compare,
};
pub use edit::{Edit, EditError};
pub use edit_layer::LayerEdit;
pub use expression::{Expression, ExpressionError, layer_letter};
pub use migrate::{Dropped, Migration, Moved, Named, Renamed, Renaming, Retold, migrate};
pub use model::{
    AGGREGATES, EXPANSIONS, Entries, Extra, FORMAT, Filters, Gradient, Item, LAYOUTS, Layer,
    Layout, LegendItem, Link, Metadata, NAVIGATOR, TechniqueEntry, Versions,
};
pub use place::{Cell, NoCell, Placement};
pub use presets::{CELL_COLOURS, NAVIGATOR_GRADIENTS};
pub use read::{LayerError, may_be_layer, read, read_within};
pub use said::{Said, told, typed_number};
pub use select::{
    Reach, Selection, Selector, Subject, SubjectKind, SubjectRow, subjects, techniques_of,
};
pub use show::{LayerCell, LayerMatrix, LayerRow, is_annotated};
pub use tree::TreeError;
pub use write::{Note, all_to_json, to_json, written};
