//! What is missing: against those who attack, and beside those who defend as well.

pub mod actors;
mod both;
pub mod peers;

pub use both::{Both, both};
