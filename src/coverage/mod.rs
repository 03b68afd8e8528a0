//! From rules to answers: per technique which rules and which score, and the totals.

mod compute;
mod listing;
mod policy;
mod reconcile;
mod scope;
mod summary;
mod upkeep;

pub use compute::{Claims, Coverage, TechniqueCoverage, TechniqueState};
pub use listing::{
    Order, RuleColumn, RuleFilter, TechniqueColumn, TechniqueFilter, changed, list_rules,
    list_techniques,
};
pub use policy::{LevelTable, Policy, Score};
pub use reconcile::{diagnose, diagnostics, diagnostics_paced};
pub use scope::{Scope, StatusSet};
pub use summary::{PlatformCoverage, Summary, TacticCoverage};
pub use upkeep::{STALE_AFTER_YEARS, Upkeep};
