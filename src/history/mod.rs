//! Coverage over time: what was covered when, from dated layers or from the dates of rules.
//!
//! [`Snapshot`] is one moment, [`Trend`] several in their order with what changed from quarter to
//! quarter. Nothing here knows what day it is, and nothing guesses one.

mod rules;
mod snapshot;
mod trend;
mod when;

pub use rules::{RuleHistory, Step, of_rules, of_rules_paced};
pub use snapshot::{Snapshot, Undated, standing};
pub use trend::{Change, LAYER_CONVENTION, QuarterChange, Trend};
pub use when::{NoDate, When};
