//! What coverage is worth, what is missing, and what to do about it.
//!
//! - `library.rs`, `deployed.rs`: rules one could deploy, and what of them is worth recommending;
//! - `recommend.rs`: the rules for one technique, best first, and all of it together;
//! - `next_rules.rs`, `preview.rs`: the rules that buy most, one after the other, and what then
//!   would be;
//! - `guidance.rs`: what the catalogue says to someone who writes a rule;
//! - `skeleton.rs`, `sigma_source.rs`: the beginning of that rule;
//! - `actors.rs`, `peers/`: coverage against those who attack, and beside those who defend as well.

mod actor_list;
mod actors;
mod availability;
mod deployed;
mod guidance;
mod library;
mod next_rules;
pub mod peers;
mod preview;
mod recommend;
mod sigma_source;
mod skeleton;

pub use actor_list::{ActorColumn, list_actors};
pub use actors::{ACTORS_CONVENTION, ActorCoverage, Shared, TacticUse, actor_coverages, overlap};
pub use availability::{Availability, Telemetry, Untold};
pub use guidance::{
    AnalyticGuide, ComponentGuide, GroupGuide, Guidance, Neighbour, Shelf, StrategyGuide, guidance,
};
pub use library::{Grounds, LeftOut, Library};
pub use next_rules::{NextAsked, NextRule, NextRules, Raised, next_rules, next_rules_paced};
pub use preview::{LibraryFile, files, preview, preview_paced, preview_scope};
pub use recommend::{Advice, Recommendations, Recommended, recommended};
pub use sigma_source::sigma_source;
pub use skeleton::skeleton;
