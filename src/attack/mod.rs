//! MITRE ATT&CK® itself: ids, tactics, techniques and who uses them. Knows nothing of rules.

mod actor;
#[cfg(feature = "cli")]
pub mod bundled;
mod catalogue;
#[cfg(feature = "import")]
mod draft;
#[cfg(feature = "cli")]
pub mod facts;
mod id;
mod search;
#[cfg(feature = "import")]
pub mod stix;
pub mod stored;
pub mod tactic;
mod validate;
mod wire;

pub use actor::{Actor, ActorKind, ActorName};
pub use catalogue::{
    Analytic, Catalogue, DataComponent, Domain, Entity, Fate, LogSourceName, Resolution, Retired,
    Strategy, Tactic, Technique, TechniqueIndex,
};
#[cfg(feature = "import")]
pub use draft::TooMany;
pub use id::{
    AnalyticId, CampaignId, DataComponentId, GroupId, IdError, MitigationId, SoftwareId,
    StrategyId, TacticId, TechniqueId,
};
pub use validate::CatalogueFault;
