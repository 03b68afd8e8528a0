//! What is seen: markup and events, one file a part.

pub mod drawer;
pub mod popover;
