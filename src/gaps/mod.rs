//! What is missing, what matters first, and why: from coverage and a [`Profile`] of who one is to
//! a ranked [`GapList`].
//!
//! 1. [`Profile`]: platforms, log sources, services, threat, what is accepted
//! 2. [`Threat`] and [`OwnLogs`]: what that means in a catalogue: who uses what, and what the
//!    log sources at hand can show
//! 3. [`Relevance`]: whether a technique is in or out, and why
//! 4. [`PriorityPolicy`]: what matters first, as [`Terms`] that unfold into their arithmetic
//! 5. [`GapList`]: the gaps in order

mod assets;
mod by;
mod enrichment;
mod list;
mod observability;
mod own_logs;
mod places;
mod priority;
mod profile;
mod relevance;
mod remarks;
mod services;
mod summing;
mod terms;
mod threat;
mod unlock;

pub use assets::{AssetCount, Assets};
pub use by::{GapCount, by_platform, by_tactic};
pub use enrichment::{Enrichment, EnrichmentError, Provenance, Targets, TechniqueScores};
pub use list::{Assessment, Gap, GapList, GapState, GapsAsked};
pub use observability::{Observability, Sight};
pub use own_logs::{ComponentStanding, OwnLogs, components_of};
pub use priority::{ExposureWeights, FormulaWeights, PriorityPolicy};
pub use profile::{Accepted, Demands, FrequencyFrom, Profile, ProfileError, ThreatTechnique};
pub use relevance::{Relevance, Why, component_names};
pub use remarks::Remark;
pub use services::{Service, services};
pub use terms::{Sum, Terms};
pub use threat::{Basis, Threat, Usage, actor_named};
pub use unlock::{Unlock, unlock};
