//! What coverage is worth: against those who attack, and beside those who defend as well.

mod actors;
pub mod peers;

pub use actors::{ACTORS_CONVENTION, ActorCoverage, Shared, TacticUse, actor_coverages, overlap};
