//! The page: state and events around the core. Knows no format and no rule of counting.

pub mod address;
mod answer;
pub mod app;
pub mod board;
pub mod canvas;
pub mod catalogues;
pub mod changes;
pub mod clipboard;
pub mod detections;
pub mod doctor;
pub mod download;
pub mod film;
pub mod findings;
pub mod fonts;
pub mod gaps;
pub mod intake;
pub mod keys;
pub mod layers;
pub mod library;
pub mod marks;
mod next_task;
pub mod patch;
pub mod selecting;
pub mod settings;
pub mod state;
pub mod today;
pub mod view;
