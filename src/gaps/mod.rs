//! What is missing, what matters first, why, and what to do about it: from coverage and a
//! [`Profile`] of who one is to a ranked [`GapList`].
//!
//! 1. [`Profile`]: platforms, log sources, services, threat, what is accepted
//! 2. [`Threat`] and [`OwnLogs`]: what that means in a catalogue: who uses what, and what the
//!    log sources at hand can show
//! 3. [`Relevance`]: whether a technique is in or out, and why
//! 4. [`PriorityPolicy`]: what matters first, as [`Terms`] that unfold into their arithmetic
//! 5. [`GapList`]: the gaps in order
//! 6. [`Library`] and [`Recommendations`]: rules one could deploy, the [`NextRules`] that buy
//!    most, and [`Guidance`] to whoever writes one
//!
//! Beside it `actors.rs` and [`peers`]: coverage against those who attack, and beside those who
//! defend as well.

mod actor_list;
mod actors;
mod assets;
mod availability;
mod by;
mod deployed;
mod enrichment;
mod explain;
mod guidance;
mod library;
mod list;
mod listing;
mod next_rules;
mod observability;
mod own_logs;
mod own_platforms;
pub mod peers;
mod places;
mod preview;
mod priority;
mod profile;
mod recommend;
mod relevance;
mod remarks;
mod services;
mod sigma_source;
mod skeleton;
mod summing;
mod terms;
mod threat;
mod unlock;

pub use actor_list::{ActorColumn, list_actors};
pub use actors::{ACTORS_CONVENTION, ActorCoverage, Shared, TacticUse, actor_coverages, overlap};
pub use assets::{AssetCount, Assets};
pub use availability::{Availability, LogsAtHand, Telemetry, Untold};
pub use by::{GapCount, by_platform, by_tactic};
pub use enrichment::{Enrichment, EnrichmentError, Provenance, Targets, TechniqueScores};
pub use explain::Term;
pub use guidance::{
    AnalyticGuide, ComponentGuide, GroupGuide, Guidance, Neighbour, Shelf, StrategyGuide, guidance,
};
pub use library::{Grounds, LeftOut, Library};
pub use list::{Assessment, Gap, GapList, GapState, GapsAsked};
pub use listing::GapFilter;
pub use next_rules::{NextAsked, NextRule, NextRules, Raised, next_rules, next_rules_paced};
pub use observability::{Observability, Sight};
pub use own_logs::{ComponentStanding, OwnLogs, Subject, components_of};
pub use own_platforms::{OwnPlatforms, PlatformStanding};
pub use preview::{LibraryFile, files, preview, preview_paced, preview_scope};
pub use priority::{ExposureWeights, FormulaWeights, PriorityPolicy};
pub use profile::{
    Accepted, Demands, FrequencyFrom, Part, PartKind, PartRead, Profile, ProfileError,
    ThreatTechnique, threat_of,
};
pub use recommend::{Advice, Recommendations, Recommended, recommended};
pub use relevance::{Relevance, Why, component_names};
pub use remarks::Remark;
pub use services::{Service, services};
pub use sigma_source::sigma_source;
pub use skeleton::skeleton;
pub use terms::{Sum, Terms};
pub use threat::{Basis, Threat, Usage, actor_named};
pub use unlock::{UNLOCKS, Unlock, unlock};
