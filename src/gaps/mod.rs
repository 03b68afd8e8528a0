//! What coverage is worth: against those who attack, and beside those who defend as well.

mod actor_list;
mod actors;
pub mod peers;

pub use actor_list::{ActorColumn, list_actors};
pub use actors::{ACTORS_CONVENTION, ActorCoverage, Shared, TacticUse, actor_coverages, overlap};
