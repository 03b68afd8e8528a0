//! The built-in sample: about sixty rules of a mid-size company, our own text, uneven on
//! purpose so that gaps, fragile and stale cells show.

mod alerts;

pub use alerts::{ALERTS, alerts};

include!(concat!(env!("OUT_DIR"), "/sample.rs"));
