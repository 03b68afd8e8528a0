//! Whether the rules that cover a technique are looked after: when one of them last changed,
//! whether any of them is past its trial, and whether more than one thing holds it up.

use super::compute::Stamps;
use super::{Claims, TechniqueCoverage, TechniqueState, changed};
use crate::alerts::Moment;
use crate::attack::Catalogue;
use crate::date::Date;
use crate::rule::{Intake, RuleIndex, Status};

/// A technique is stale when none of its rules has changed for so long. Two years are four
/// releases of ATT&CK, and for most log sources a new agent or schema: what nobody has touched
/// in that time nobody has looked at either.
pub const STALE_AFTER_YEARS: u16 = 2;

/// The state of the rules that cover a technique, see [`TechniqueCoverage::covering`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// When one of them was last changed; `None` where none says.
    pub last_changed: Option<Date>,
    /// None of them has changed within [`STALE_AFTER_YEARS`]. Rules without a date are no proof
    /// of either: where no rule has one, the technique is not stale.
    pub stale: bool,
    /// All of them are experimental.
    pub experimental_only: bool,
    /// It rests on one rule.
    pub single_rule: bool,
    /// It rests on one log source; so does what rests on one rule. Rules that state none count as
    /// one source.
    pub single_log_source: bool,
    /// Rules that name exactly this id and do not count because they are switched off.
    pub rules_disabled: u32,
    /// No rule covers it, and one that is switched off would, itself or through a sub-technique
    /// in scope.
    pub disabled_only: bool,
    /// The last test of it failed, or those of all its rules: what covers it does not work.
    pub test_failed: bool,
    /// The day that was, in UTC; `None` where no test says.
    pub test_failed_on: Option<Date>,
}

impl Upkeep {
    /// Nothing to say: the cell needs no mark.
    pub fn is_good(self) -> bool {
        !self.stale && !self.experimental_only
    }

    /// What is wrong in a few words, as cells and legend say it.
    pub fn remarks(self) -> impl Iterator<Item = String> {
        [
            self.stale.then(Self::stale_label),
            self.experimental_only.then(Self::experimental_label),
            self.disabled_only.then(Self::disabled_label),
            self.failed_remark(),
        ]
        .into_iter()
        .flatten()
    }

    /// `rules that are switched off only`
    pub fn disabled_label() -> String {
        "only rules that are switched off".to_owned()
    }

    /// `the last test failed, on 2026-11-03`; `None` if it did not.
    pub fn failed_remark(self) -> Option<String> {
        let label = self.test_failed.then(Self::failed_label)?;
        Some(match self.test_failed_on {
            Some(day) => format!("{label}, on {day}"),
            None => label,
        })
    }

    /// `the last test failed`
    pub fn failed_label() -> String {
        "the last test failed".to_owned()
    }

    /// `no rule changed in 2 years`
    pub fn stale_label() -> String {
        format!("no rule changed in {STALE_AFTER_YEARS} years")
    }

    /// `experimental rules only`
    pub fn experimental_label() -> String {
        "experimental rules only".to_owned()
    }

    /// `sources` is how many log sources the rules have.
    fn of(rules: &[RuleIndex], sources: usize, intake: &Intake, oldest_fresh: Date) -> Self {
        let rules = || rules.iter().map(|rule| &intake.rules[*rule as usize]);
        let last_changed = rules().filter_map(|rule| changed(rule)).max();
        Self {
            last_changed,
            stale: last_changed.is_some_and(|day| day < oldest_fresh),
            experimental_only: rules().count() > 0
                && rules().all(|rule| rule.status.known() == Status::Experimental),
            single_rule: rules().count() == 1,
            single_log_source: sources == 1,
            ..Self::default()
        }
    }
}

/// Fills it in, once rules are rolled up. `disabled` are the rules left out for being switched
/// off.
pub(super) fn note(
    catalogue: &Catalogue,
    techniques: &mut [TechniqueCoverage],
    intake: &Intake,
    claims: &Claims,
    disabled: &[RuleIndex],
    today: Date,
) {
    let oldest_fresh = today.years_before(STALE_AFTER_YEARS);
    let mut seen = Stamps::new(claims.sources.len());
    for technique in techniques.iter_mut() {
        let rules = technique.covering();
        seen.clear();
        let sources =
            rules.iter().filter(|rule| seen.is_new(claims.sources[**rule as usize] as usize));
        let upkeep = Upkeep::of(rules, sources.count(), intake, oldest_fresh);
        technique.upkeep = upkeep;
    }
    let proved = claims.evidence.iter().flat_map(|evidence| &evidence.techniques);
    for (technique, proved) in techniques.iter_mut().zip(proved) {
        technique.upkeep.test_failed = proved.test_failed;
        technique.upkeep.test_failed_on = proved.failed_at.map(Moment::date);
    }
    let named = disabled.iter().filter_map(|rule| claims.techniques.get(*rule as usize));
    for index in named.flatten() {
        techniques[usize::from(index.0)].upkeep.rules_disabled += 1;
    }
    for at in 0..techniques.len() {
        if techniques[at].upkeep.rules_disabled == 0 {
            continue;
        }
        let parent = catalogue.techniques[at].parent.filter(|_| techniques[at].in_scope);
        let parent = parent.map(|parent| usize::from(parent.0));
        for at in [Some(at), parent].into_iter().flatten() {
            let technique = &mut techniques[at];
            technique.upkeep.disabled_only = technique.state == TechniqueState::None;
        }
    }
}
