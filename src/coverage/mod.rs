//! From rules to answers: per technique which rules and which score, and the totals.

mod compute;
pub mod convention;
mod listing;
mod policy;
mod reconcile;
mod rule_list;
mod scope;
mod summary;
mod upkeep;

pub use compute::{Claims, Coverage, TechniqueCoverage, TechniqueState};
pub use listing::{Order, TechniqueColumn, TechniqueFilter, list_techniques};
pub use policy::{LevelTable, Policy, Score};
pub use reconcile::{diagnose, diagnostics, diagnostics_paced};
pub use rule_list::{
    Choice, Choices, Facet, RuleColumn, RuleFilter, RuleList, RuleQuery, RuleSource, changed,
};
pub use scope::{Picked, Scope, StatusSet};
pub use summary::{PlatformCoverage, Summary, TacticCoverage};
pub use upkeep::{STALE_AFTER_YEARS, Upkeep};
