//! Whether the rules that cover a technique are looked after: when one of them last changed, and
//! whether any of them is past its trial.

use super::{TechniqueCoverage, TechniqueState, changed};
use crate::date::Date;
use crate::rule::{Intake, RuleIndex, Status};

/// A technique is stale when none of its rules has changed for so long. Two years are four
/// releases of ATT&CK, and for most log sources a new agent or schema: what nobody has touched
/// in that time nobody has looked at either.
pub const STALE_AFTER_YEARS: u16 = 2;

/// The state of the rules that cover a technique: those that name it, or, where none does, those
/// of its sub-techniques.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// When one of them was last changed; `None` where none says.
    pub last_changed: Option<Date>,
    /// None of them has changed within [`STALE_AFTER_YEARS`]. Rules without a date are no proof
    /// of either: where no rule has one, the technique is not stale.
    pub stale: bool,
    /// All of them are experimental.
    pub experimental_only: bool,
}

impl Upkeep {
    /// Nothing to say: the cell needs no mark.
    pub fn is_good(self) -> bool {
        !self.stale && !self.experimental_only
    }

    /// What is wrong in a few words, as cells and legend say it.
    pub fn remarks(self) -> impl Iterator<Item = String> {
        [self.stale.then(Self::stale_label), self.experimental_only.then(Self::experimental_label)]
            .into_iter()
            .flatten()
    }

    /// `no rule changed in 2 years`
    pub fn stale_label() -> String {
        format!("no rule changed in {STALE_AFTER_YEARS} years")
    }

    /// `experimental rules only`
    pub fn experimental_label() -> String {
        "experimental rules only".to_owned()
    }

    fn of(rules: &[RuleIndex], intake: &Intake, oldest_fresh: Date) -> Self {
        let rules = || rules.iter().map(|rule| &intake.rules[*rule as usize]);
        let last_changed = rules().filter_map(|rule| changed(rule)).max();
        Self {
            last_changed,
            stale: last_changed.is_some_and(|day| day < oldest_fresh),
            experimental_only: rules().count() > 0
                && rules().all(|rule| rule.status.known() == Status::Experimental),
        }
    }
}

/// Fills it in, once rules are rolled up.
pub(super) fn note(techniques: &mut [TechniqueCoverage], intake: &Intake, today: Date) {
    let oldest_fresh = today.years_before(STALE_AFTER_YEARS);
    for technique in techniques {
        let rules = match technique.state {
            TechniqueState::Direct => &technique.rules,
            TechniqueState::ViaSubtechnique | TechniqueState::None => &technique.rules_rollup,
        };
        technique.upkeep = Upkeep::of(rules, intake, oldest_fresh);
    }
}
