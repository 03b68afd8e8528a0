//! What is seen: markup and events, one file a part of the page.

pub mod changes;
pub mod drawer;
pub mod edit;
pub mod empty;
pub mod export_menu;
pub mod header;
pub mod headline;
pub mod help;
pub mod import_report;
pub mod layer;
pub mod legend;
pub mod matrix;
pub mod numbers;
pub mod popover;
pub mod privacy;
pub mod progress;
pub mod rows;
pub mod rules;
pub mod search;
pub mod table;
pub mod tabs;
pub mod tactics;
pub mod toast;
pub mod toolbar;
pub mod window;
