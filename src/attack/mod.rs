//! MITRE ATT&CK® itself: ids, tactics, techniques and who uses them. Knows nothing of rules.

#[cfg(feature = "cli")]
pub mod bundled;
mod catalogue;
mod id;
mod search;
mod stored;

pub use catalogue::{
    Analytic, Catalogue, DataComponent, Domain, Entity, Fate, LogSourceName, Resolution, Retired,
    Strategy, Tactic, Technique, TechniqueIndex,
};
pub use id::{
    AnalyticId, CampaignId, DataComponentId, GroupId, IdError, MitigationId, SoftwareId,
    StrategyId, TacticId, TechniqueId,
};
