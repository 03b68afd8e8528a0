//! The log sources whose loss would cost most.

use super::policy::marks::Marks;
use super::switches::{Switch, tally};
use super::{Coverage, Policy, Score};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::limits::MAX_DEPENDENCIES;
use crate::pace::{Unpaced, at_once};
use crate::rule::{Intake, LogSource, RuleIndex};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What would be lost with a log source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Which.
    pub log_source: LogSource,
    /// Counted rules that look at it.
    pub rules: usize,
    /// Techniques (not sub-techniques) in scope that would be covered no more, by id.
    pub techniques: Vec<TechniqueIndex>,
    /// Sub-techniques in scope that would be covered no more, by id.
    pub subtechniques: Vec<TechniqueIndex>,
    /// By how much the scores of all techniques and sub-techniques in scope would fall together;
    /// below 0 if they would rise. Always 0 under [`Policy::Peer`]: what a peer would make of
    /// fewer rules is not asked, and its points are none of ours.
    pub points: i64,
}

/// What each log source holds up alone, the costliest first: by techniques lost, then by points,
/// then by sub-techniques, then by rules, then by name. Rules that state no log source are left
/// out: nothing is known that could be lost. `coverage` must come from `intake` and `policy`. Of more than [`MAX_DEPENDENCIES`] only those on
/// which most rests are weighed.
pub fn weakest(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    policy: &Policy,
) -> Vec<Dependency> {
    let mut marks =
        at_once(Marks::of(policy, catalogue, intake, &coverage.claims, coverage.today, &Unpaced));
    let mut switches = tally(catalogue, intake, coverage, |rule| &rule.log_source);
    switches.retain(|switch| !switch.key.is_empty());
    let weight = |switch: &Switch<&LogSource>| {
        Reverse((switch.techniques_alone, switch.subtechniques_alone, switch.rules))
    };
    crate::sorted::sort_by(&mut switches, |a, b| {
        weight(a).cmp(&weight(b)).then_with(|| a.key.cmp(b.key))
    });
    switches.truncate(MAX_DEPENDENCIES);
    let places: BTreeMap<&LogSource, usize> =
        switches.iter().enumerate().map(|(at, switch)| (switch.key, at)).collect();
    let mut found: Vec<Dependency> = switches
        .iter()
        .map(|switch| Dependency {
            log_source: switch.key.clone(),
            rules: switch.rules,
            techniques: Vec::new(),
            subtechniques: Vec::new(),
            points: 0,
        })
        .collect();
    for (index, cover) in catalogue.indices().zip(&coverage.techniques) {
        if !cover.in_scope || cover.rules_rollup.is_empty() {
            continue;
        }
        let rule = |at: &u32| intake.rules.get(*at as usize).map(|rule| &**rule);
        let place = |at: &u32| rule(at).and_then(|rule| places.get(&rule.log_source)).copied();
        let of_rollup: Vec<Option<usize>> = cover.rules_rollup.iter().map(place).collect();
        if let Some(Some(only)) = of_rollup.first()
            && of_rollup.iter().all(|place| *place == Some(*only))
            && let Some(dependency) = found.get_mut(*only)
        {
            match catalogue.technique(index).parent {
                Some(_) => dependency.subtechniques.push(index),
                None => dependency.techniques.push(index),
            }
        }
        let of_own: Vec<Option<usize>> = cover.rules.iter().map(place).collect();
        for gone in crate::sorted::set(of_own.iter().flatten().copied()) {
            let rest = cover.rules.iter().zip(&of_own).filter(|(_, place)| **place != Some(gone));
            let rest: Vec<RuleIndex> = rest.map(|(at, _)| *at).collect();
            let points = |score: Option<Score>| score.map_or(0, |score| i64::from(score.get()));
            let left = marks.score(intake, index, &rest);
            if let Some(dependency) = found.get_mut(gone) {
                dependency.points += points(cover.score) - points(left);
            }
        }
    }
    crate::sorted::sort_by(&mut found, |a, b| {
        let key = |one: &Dependency| {
            Reverse((one.techniques.len(), one.points, one.subtechniques.len(), one.rules))
        };
        key(a).cmp(&key(b)).then_with(|| a.log_source.cmp(&b.log_source))
    });
    found
}
