//! The log sources whose loss would cost most.

use super::policy::marks::Marks;
use super::{Coverage, Policy, Score};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::limits::MAX_DEPENDENCIES;
use crate::pace::{PAUSE_EVERY_ROWS, Pace, Unpaced, at_once};
use crate::rule::{Intake, LogSource, RuleIndex};
use std::cmp::Reverse;

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
    at_once(weakest_paced(catalogue, intake, coverage, policy, &Unpaced))
}

/// [`weakest`] in pieces.
pub async fn weakest_paced(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    policy: &Policy,
    pace: &impl Pace,
) -> Vec<Dependency> {
    let claims = &coverage.claims;
    let mut marks = Marks::of(policy, catalogue, intake, claims, coverage.today, pace).await;
    // At a rule, the number of its log source.
    let numbers = &claims.sources;
    let number = |at: &RuleIndex| numbers.get(*at as usize).map(|number| *number as usize);
    let held = held(catalogue, intake, coverage, pace).await;
    let mut found = Vec::with_capacity(held.len());
    // At the number of a log source, its place in `found`.
    let mut places: Vec<Option<usize>> = vec![None; intake.rules.len()];
    for one in &held {
        if let Some(place) = places.get_mut(one.number) {
            *place = Some(found.len());
        }
        found.push(Dependency {
            log_source: one.log_source.clone(),
            rules: one.rules,
            techniques: Vec::new(),
            subtechniques: Vec::new(),
            points: 0,
        });
    }
    let place =
        |at: &RuleIndex| number(at).and_then(|number| places.get(number).copied().flatten());
    let mut work = 0;
    for (index, cover) in catalogue.indices().zip(&coverage.techniques) {
        if !cover.in_scope || cover.rules_rollup.is_empty() {
            continue;
        }
        if let Some(only) = only(&cover.rules_rollup, number)
            && let Some(dependency) = places.get(only).copied().flatten()
            && let Some(dependency) = found.get_mut(dependency)
        {
            match catalogue.technique(index).parent {
                Some(_) => dependency.subtechniques.push(index),
                None => dependency.techniques.push(index),
            }
        }
        let of_own: Vec<Option<usize>> = cover.rules.iter().map(place).collect();
        for gone in crate::sorted::set(of_own.iter().flatten().copied()) {
            work += 1 + of_own.len();
            if work >= PAUSE_EVERY_ROWS {
                work = 0;
                pace.pause().await;
            }
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

/// A log source and what it holds up alone.
struct Held<'r> {
    number: usize,
    log_source: &'r LogSource,
    rules: usize,
    techniques: usize,
    subtechniques: usize,
}

/// Those on which most rests first, and no more than are weighed.
async fn held<'r>(
    catalogue: &Catalogue,
    intake: &'r Intake,
    coverage: &Coverage,
    pace: &impl Pace,
) -> Vec<Held<'r>> {
    let numbers = &coverage.claims.sources;
    let number = |at: &RuleIndex| numbers.get(*at as usize).map(|number| *number as usize);
    let mut by_number: Vec<Option<Held<'r>>> = Vec::new();
    by_number.resize_with(intake.rules.len(), || None);
    let mut work = 0;
    for at in coverage.mapped.iter().chain(&coverage.unmapped) {
        work += 1;
        if work >= PAUSE_EVERY_ROWS {
            work = 0;
            pace.pause().await;
        }
        let (Some(rule), Some(number)) = (intake.rules.get(*at as usize), number(at)) else {
            continue;
        };
        if rule.log_source.is_empty() {
            continue;
        }
        if let Some(held) = by_number.get_mut(number) {
            let none = Held {
                number,
                log_source: &rule.log_source,
                rules: 0,
                techniques: 0,
                subtechniques: 0,
            };
            held.get_or_insert(none).rules += 1;
        }
    }
    for (index, cover) in catalogue.indices().zip(&coverage.techniques) {
        if cover.in_scope
            && let Some(only) = only(&cover.rules_rollup, number)
            && let Some(Some(held)) = by_number.get_mut(only)
        {
            match catalogue.technique(index).parent {
                Some(_) => held.subtechniques += 1,
                None => held.techniques += 1,
            }
        }
    }
    pace.pause().await;
    let mut all: Vec<Held<'r>> = Vec::new();
    all.extend(by_number.into_iter().flatten());
    let weight = |one: &Held<'r>| Reverse((one.techniques, one.subtechniques, one.rules));
    crate::sorted::sort_by(&mut all, |a, b| {
        weight(a).cmp(&weight(b)).then_with(|| a.log_source.cmp(b.log_source))
    });
    all.truncate(MAX_DEPENDENCIES);
    all
}

/// The number that all of these rules have.
fn only(rules: &[RuleIndex], number: impl Fn(&RuleIndex) -> Option<usize>) -> Option<usize> {
    let first = number(rules.first()?)?;
    rules.iter().all(|at| number(at) == Some(first)).then_some(first)
}
