//! Which log source, not at hand yet, would open the most: greedy, as collecting it opens
//! techniques that then count no more for the next.

use super::list::GapList;
use super::observability::Sight;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::sorted;
use std::collections::{BTreeMap, BTreeSet};

/// Log sources named as those that would open most, in page and exports.
pub const UNLOCKS: usize = 20;

/// A data component to collect.
#[derive(Clone, Debug, PartialEq)]
pub struct Unlock {
    /// From 1.
    pub rank: usize,
    /// As a place in [`Catalogue::data_components`].
    pub component: u16,
    /// The names of log sources that ATT&CK's analytics for the opened techniques name for it,
    /// those named most first, as places in [`Catalogue::log_sources`].
    pub log_sources: Vec<u16>,
    /// The platforms of those analytics, as places in [`Catalogue::platforms`], sorted.
    pub platforms: Vec<u8>,
    /// The priorities of the techniques it opens together.
    pub gain: f64,
    /// The gaps that no log at hand shows and no component before it opened, in the order of
    /// the list.
    pub techniques: Vec<TechniqueIndex>,
}

/// What to collect next, at most `limit`; each opens something. Opened is a gap of which no log
/// at hand shows anything as soon as one of the data components it needs is collected. Of equal
/// gains the one that opens more comes first, then the lower id.
pub fn unlock(catalogue: &Catalogue, list: &GapList, limit: usize) -> Vec<Unlock> {
    // Priorities are taken up from 0: opening something must never count against a log source.
    let mut blind: Vec<(TechniqueIndex, f64)> = list
        .gaps
        .iter()
        .filter(|gap| list.assessment(gap.technique).observability.sight == Sight::Blind)
        .map(|gap| (gap.technique, gap.priority.max(0.0)))
        .collect();
    let mut unlocks = Vec::new();
    while unlocks.len() < limit && !blind.is_empty() {
        let mut gains: BTreeMap<u16, (f64, usize)> = BTreeMap::new();
        for (technique, priority) in &blind {
            for component in &list.assessment(*technique).observability.missing {
                let gain = gains.entry(*component).or_default();
                gain.0 += priority;
                gain.1 += 1;
            }
        }
        let best = gains.into_iter().reduce(|best, next| {
            // To nine decimals, as priorities are.
            let (gain, best_gain) = ((next.1.0 * 1e9).round(), (best.1.0 * 1e9).round());
            match gain.total_cmp(&best_gain).then(next.1.1.cmp(&best.1.1)) {
                std::cmp::Ordering::Greater => next,
                _ => best,
            }
        });
        let Some((component, (gain, _))) = best else { break };
        let (opened, rest): (Vec<_>, Vec<_>) = blind.into_iter().partition(|(technique, _)| {
            list.assessment(*technique).observability.missing.binary_search(&component).is_ok()
        });
        blind = rest;
        let techniques: Vec<_> = opened.into_iter().map(|(technique, _)| technique).collect();
        let (log_sources, platforms) = named(catalogue, list, component, &techniques);
        let rank = unlocks.len() + 1;
        unlocks.push(Unlock { rank, component, log_sources, platforms, gain, techniques });
    }
    unlocks
}

/// The log sources and platforms of the analytics that look at a component for these techniques.
fn named(
    catalogue: &Catalogue,
    list: &GapList,
    component: u16,
    techniques: &[TechniqueIndex],
) -> (Vec<u16>, Vec<u8>) {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    let mut platforms = BTreeSet::new();
    let counts_here = |at: &u8| list.platforms.is_empty() || list.platforms.contains(at);
    for technique in techniques {
        let strategies = catalogue.technique(*technique).strategies.iter();
        let strategies = strategies.filter_map(|at| catalogue.strategies.get(usize::from(*at)));
        let analytics = strategies.flat_map(|strategy| &strategy.analytics);
        for analytic in analytics.filter_map(|at| catalogue.analytics.get(usize::from(*at))) {
            if !analytic.platforms.is_empty() && !analytic.platforms.iter().any(counts_here) {
                continue;
            }
            let of = analytic.log_sources.iter().filter(|(of, _)| *of == component);
            let names = sorted::set(of.map(|(_, name)| *name));
            if !names.is_empty() {
                platforms.extend(analytic.platforms.iter().copied().filter(counts_here));
            }
            for name in names {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let mut names: Vec<(u16, usize)> = counts.into_iter().collect();
    sorted::sort_by(&mut names, |a, b| b.1.cmp(&a.1));
    (names.into_iter().map(|(name, _)| name).collect(), platforms.into_iter().collect())
}
