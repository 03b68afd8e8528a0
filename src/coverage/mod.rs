//! From rules to answers: per technique which rules and which score, and the totals.

mod compute;
mod policy;
mod reconcile;
mod scope;
mod summary;

pub use compute::{Coverage, TechniqueCoverage, TechniqueState};
pub use policy::{LevelTable, Policy, Score};
pub use reconcile::diagnostics;
pub use scope::{Scope, StatusSet};
pub use summary::{PlatformCoverage, Summary, TacticCoverage};
