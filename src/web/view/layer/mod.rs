//! Layers: their tabs, and what stands around the matrix while one is shown.

pub mod combine;
pub mod headline;
pub mod legend;
pub mod migration;
pub mod tabs;
pub mod toolbar;
