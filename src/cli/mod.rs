//! The command `coverlay`: the same library behind files, folders and a terminal.

mod args;
pub mod catalogue;
mod combine;
mod config;
mod diff;
mod examples;
mod exit;
mod film;
mod gaps;
mod gates;
mod layer;
mod library;
mod lint;
mod manual;
mod migrate;
mod name;
mod patterns;
mod peers;
mod progress;
mod read;
mod render;
mod report;
mod run;
mod scoring;
mod series;
mod side;
mod slides;
mod xlsx;

pub use run::run;
