//! Layers of the ATT&CK Navigator, format 4.5.

mod model;

pub use model::{
    FORMAT, Filters, Gradient, Layer, Layout, LegendItem, Link, Metadata, NAVIGATOR,
    TechniqueEntry, Versions,
};
