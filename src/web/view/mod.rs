//! What is seen: markup and events, one file a part of the page.

pub mod drawer;
pub mod legend;
pub mod matrix;
pub mod numbers;
pub mod popover;
