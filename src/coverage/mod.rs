//! From rules to answers: per technique which rules and which score, and the totals.

mod compute;
pub mod convention;
mod depth;
pub mod detections;
mod difference;
mod growth;
mod listing;
mod panel;
mod platform_view;
mod policy;
mod profile;
mod reconcile;
mod rule_list;
mod scope;
mod states;
mod summary;
mod switches;
mod tactic_view;
mod upkeep;
mod weakest;
mod what_if;
mod why;

pub use compute::{Claims, Coverage, TechniqueCoverage, TechniqueState};
pub use difference::{Changed, Difference, Standpoint, difference};
pub use growth::{Brings, Growth, Offer};
pub use listing::{Order, TechniqueColumn, TechniqueFilter, list_techniques};
pub use panel::{
    AtLeast, Bar, Concentration, DEFAULT_THRESHOLD, Denominator, DenominatorKind, Panel, PanelAsked,
};
pub use platform_view::{
    GridCell, Grouping, PlatformView, Sight, platform_views, platform_views_paced,
};
pub use policy::{
    Depth, DepthWeights, LevelScore, LevelTable, Policy, Precision, PrecisionWeights, Scale, Score,
    Weight, WeightError, Weighted, Weights,
};
pub use profile::used_by;
pub use reconcile::{diagnose, diagnostics, diagnostics_paced};
pub use rule_list::{
    Choice, Choices, Facet, RuleColumn, RuleFilter, RuleList, RuleQuery, RuleSource, changed,
};
pub use scope::{Picked, Scope, StatusSet, is_observable};
pub use states::{CoverageState, states};
pub use summary::{PlatformCoverage, Summary, TacticCoverage};
pub use switches::{Switch, Switchboard};
pub use tactic_view::{TacticView, tactic_views};
pub use upkeep::{STALE_AFTER_YEARS, Upkeep};
pub use weakest::{Dependency, weakest, weakest_paced};
pub use what_if::WhatIf;
pub use why::{Change, Factor, Raise, RuleWhy, Why, depth_of, why};
