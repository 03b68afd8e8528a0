//! What happened, and what may come next: from picked alerts or typed techniques to an
//! [`Investigation`].
//!
//! - [`Pick`]: which alerts, which techniques (`pick.rs`)
//! - [`Extent`]: hosts, users, rules, techniques, first and last (`extent.rs`)
//! - [`Progression`]: tactics on a line of time and in the order of first sight
//! - [`Usage`]: who uses what; [`Association`]: who uses some techniques and one more
//! - [`Next`]: likely next techniques by lift and confidence (`next.rs`), each with its [`Outlook`]: would one see it?
//! - [`Match`], [`AlsoUsed`]: groups that fit, and what else they do (`matching.rs`)
//! - [`Related`]: other alerts in the same tactics at the same time
//! - [`InvestigationPolicy`]: the weights

mod association;
mod extent;
mod matching;
mod next;
mod outlook;
mod pick;
mod policy;
mod progression;
mod related;
mod usage;

pub use association::Association;
pub use extent::{Counted, Extent, Roll, Seen, SeenTechnique};
pub use matching::{AlsoUsed, MATCHES_CONVENTION, Match};
pub use next::{LeftOut, NEXT_CONVENTION, Next, NextStep, Standing};
pub use outlook::Outlook;
pub use pick::{Missing, Pick};
pub use policy::{Investigating, InvestigationPolicy, InvestigationWeights};
pub use progression::{Line, PROGRESSION_CONVENTION, Progression, Step, TacticTime};
pub use related::{Related, RelatedAlerts};
pub use usage::Usage;

use crate::alerts::{Alerts, Selection};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::coverage::detections::Joined;
use crate::gaps::GapList;
use crate::pace::{Pace, Unpaced, at_once};
use crate::rule::Intake;
use crate::sorted;

/// Rows between two questions whether to pause: a row is far less work than a rule.
const ROWS_BETWEEN: usize = 2048;

/// What an investigation is asked of. All of it must belong together: coverage and gaps of the
/// catalogue and the rules, the join of the alerts with both.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Techniques, groups, campaigns.
    pub catalogue: &'a Catalogue,
    /// The rules; for their titles.
    pub intake: &'a Intake,
    /// What they cover.
    pub coverage: &'a Coverage,
    /// What is missing and matters.
    pub gaps: &'a GapList,
    /// The alerts.
    pub alerts: &'a Alerts,
    /// Where they stand.
    pub joined: &'a Joined,
    /// Which alerts count at all, by severity and verdict; its window is not looked at.
    pub selection: &'a Selection,
    /// What is investigated.
    pub pick: &'a Pick,
    /// The weights.
    pub policy: &'a InvestigationPolicy,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Investigation {
    /// The picked rows, in order.
    pub rows: Vec<usize>,
    /// Names of the pick that no alert has.
    pub missing: Vec<Missing>,
    /// Hosts, users, rules, techniques.
    pub extent: Extent,
    /// Tactics in time.
    pub progression: Progression,
    /// The techniques that likely next ones and matches are found from, by id: those of
    /// [`Extent::techniques`] and, if the policy says so, the ones above sub-techniques.
    pub picked: Vec<TechniqueIndex>,
    /// What may come next.
    pub next: Next,
    /// Who uses the picked techniques, the best match first.
    pub matches: Vec<Match>,
    /// What else the best matches use (so many as the policy says).
    pub also_used: Vec<AlsoUsed>,
    /// Other alerts.
    pub related: Related,
}

impl Investigation {
    /// Finds everything at once.
    pub fn of(asked: &Asked<'_>) -> Self {
        at_once(Self::of_paced(asked, &Unpaced))
    }

    /// [`Self::of`] in pieces: it walks over all alerts.
    pub async fn of_paced(asked: &Asked<'_>, pace: &impl Pace) -> Self {
        let Asked { catalogue, alerts, policy, pick, .. } = *asked;
        let rows = pick.rows_paced(alerts, asked.selection, pace).await;
        let extent = Extent::of(asked, &rows, pace).await;
        let progression = Progression::of(asked, &rows, &extent, pace).await;
        let mut picked = extent.indices();
        if policy.with_parents {
            let above = picked.iter().filter_map(|index| catalogue.technique(*index).parent);
            let above: Vec<TechniqueIndex> = above.collect();
            picked.extend(above);
            sorted::sort(&mut picked);
            picked.dedup();
        }
        pace.pause().await;
        let usage = Usage::of(catalogue, policy.with_parents);
        let outlook = |index: TechniqueIndex| Outlook::of(asked, index);
        let next =
            next::next(catalogue, &usage, &picked, &progression, policy, outlook, pace).await;
        pace.pause().await;
        let matches = matching::matches(&usage, &picked, outlook);
        let first = &matches[..policy.most_matches().min(matches.len())];
        let count = catalogue.techniques.len();
        let also_used = matching::also_used(&usage, &picked, first, outlook, count);
        pace.pause().await;
        let related = Related::of(asked, &rows, extent.seen, &progression, pace).await;
        Self {
            missing: pick.missing(alerts),
            rows,
            extent,
            progression,
            picked,
            next,
            matches,
            also_used,
            related,
        }
    }
}
