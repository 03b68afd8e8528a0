//! The command `coverlay`: the same library behind files, folders and a terminal.

mod args;
pub mod catalogue;
mod combine;
mod diff;
mod exit;
mod film;
mod gaps;
mod gates;
mod layer;
mod library;
mod lint;
mod migrate;
mod name;
mod peers;
mod read;
mod render;
mod report;
mod run;
mod scoring;
mod series;
mod side;
mod xlsx;

pub use run::run;
