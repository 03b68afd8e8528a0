//! What the catalogue says to someone who writes a rule for a technique.

use super::library::compare_names;
use super::recommend::recommended;
use super::{Availability, Grounds, Library};
use crate::attack::TechniqueIndex;
use crate::coverage::TechniqueState;
use crate::rule::{Intake, RuleIndex};
use crate::sorted;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Neighbours' rules of each side; more of them are the same idea again.
const MOST_NEIGHBOURS: usize = 5;

/// A detection strategy and what it consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyGuide {
    /// Index into the catalogue's strategies.
    pub strategy: u16,
    /// Its analytics, by id.
    pub analytics: Vec<AnalyticGuide>,
}

/// One analytic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalyticGuide {
    /// Index into the catalogue's analytics.
    pub analytic: u16,
    /// Indices into the catalogue's platforms.
    pub platforms: Vec<u8>,
}

/// A data component to collect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentGuide {
    /// Index into the catalogue's data components.
    pub component: u16,
    /// Indices into the catalogue's log sources, those that are there first, then by name.
    pub log_sources: Vec<(u16, Availability)>,
}

/// A group to study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupGuide {
    /// Index into the catalogue's groups.
    pub group: u16,
    /// Techniques and sub-techniques it uses in all.
    pub techniques: usize,
}

/// Whose rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Shelf {
    /// Deployed.
    #[default]
    Own,
    /// Of the library.
    Library,
}

/// A rule on a relative of the technique, to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Whose.
    pub shelf: Shelf,
    /// There.
    pub rule: RuleIndex,
    /// The relative it names: the technique above, a sub-technique beside or below.
    pub technique: TechniqueIndex,
}

/// What there is to go by. Empty lists say that the catalogue has nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guidance {
    /// By id (ATT&CK 18 and later).
    pub strategies: Vec<StrategyGuide>,
    /// What their analytics look at; those with a log source that is there first, then by id.
    pub components: Vec<ComponentGuide>,
    /// Indices into the catalogue's platforms.
    pub platforms: Vec<u8>,
    /// Indices into the catalogue's mitigations.
    pub mitigations: Vec<u16>,
    /// The sub-techniques in scope, by id, and how they are covered.
    pub subtechniques: Vec<(TechniqueIndex, TechniqueState)>,
    /// Groups that use it: those that use most techniques first (there is most to learn from
    /// them), then by id.
    pub groups: Vec<GroupGuide>,
    /// Deployed ones first, each side's best first, at most five of each; of the library none
    /// that is recommended for the technique anyway.
    pub neighbours: Vec<Neighbour>,
}

/// What there is to go by for a technique.
pub fn guidance(grounds: &Grounds<'_>, library: &Library, index: TechniqueIndex) -> Guidance {
    let catalogue = grounds.catalogue;
    let technique = catalogue.technique(index);
    let mut strategies = Vec::new();
    let mut sources: BTreeMap<u16, BTreeSet<u16>> = BTreeMap::new();
    for at in &technique.strategies {
        let Some(strategy) = catalogue.strategies.get(usize::from(*at)) else { continue };
        let mut analytics = Vec::new();
        for at in &strategy.analytics {
            let Some(analytic) = catalogue.analytics.get(usize::from(*at)) else { continue };
            for (component, source) in &analytic.log_sources {
                sources.entry(*component).or_default().insert(*source);
            }
            analytics.push(AnalyticGuide { analytic: *at, platforms: analytic.platforms.clone() });
        }
        strategies.push(StrategyGuide { strategy: *at, analytics });
    }
    let states = catalogue.sub_techniques(index).map(|sub| (sub, grounds.coverage.technique(sub)));
    Guidance {
        strategies,
        components: components(grounds, sources),
        platforms: technique.platforms.clone(),
        mitigations: technique.mitigations.clone(),
        subtechniques: states
            .filter(|(_, coverage)| coverage.in_scope)
            .map(|(sub, coverage)| (sub, coverage.state))
            .collect(),
        groups: groups(grounds, &technique.groups),
        neighbours: neighbours(grounds, library, index),
    }
}

fn components(grounds: &Grounds<'_>, sources: BTreeMap<u16, BTreeSet<u16>>) -> Vec<ComponentGuide> {
    let mut components = Vec::with_capacity(sources.len());
    for (component, sources) in sources {
        // Indices are in the order of names.
        let mut log_sources: Vec<(u16, Availability)> = sources
            .into_iter()
            .map(|source| (source, grounds.telemetry.of_catalogue(component, source)))
            .collect();
        sorted::sort_by(&mut log_sources, |a, b| (a.1, a.0).cmp(&(b.1, b.0)));
        components.push(ComponentGuide { component, log_sources });
    }
    let best = |guide: &ComponentGuide| guide.log_sources.first().map(|(_, there)| *there);
    sorted::sort_by(&mut components, |a, b| (best(a), a.component).cmp(&(best(b), b.component)));
    components
}

fn groups(grounds: &Grounds<'_>, groups: &[u16]) -> Vec<GroupGuide> {
    let all = &grounds.catalogue.techniques;
    let uses = |group: &u16| all.iter().filter(|t| t.groups.binary_search(group).is_ok()).count();
    let mut found: Vec<GroupGuide> =
        groups.iter().map(|group| GroupGuide { group: *group, techniques: uses(group) }).collect();
    sorted::sort_by(&mut found, |a, b| {
        (Reverse(a.techniques), a.group).cmp(&(Reverse(b.techniques), b.group))
    });
    found
}

fn neighbours(grounds: &Grounds<'_>, library: &Library, index: TechniqueIndex) -> Vec<Neighbour> {
    let catalogue = grounds.catalogue;
    let parent = catalogue.technique(index).parent;
    let family = parent.unwrap_or(index);
    let relatives: Vec<TechniqueIndex> = parent
        .into_iter()
        .chain(catalogue.sub_techniques(family).filter(|sub| *sub != index))
        .collect();
    let mut own = Vec::new();
    let mut offered = Vec::new();
    // What names the technique, too, is no neighbour's.
    let mut known = sorted::set(grounds.coverage.technique(index).rules.iter().copied());
    let mut recommended =
        sorted::set(recommended(grounds, library, index).into_iter().map(|found| found.rule));
    for technique in relatives {
        for rule in &grounds.coverage.technique(technique).rules {
            if known.insert(*rule) {
                own.push(Neighbour { shelf: Shelf::Own, rule: *rule, technique });
            }
        }
        for rule in library.of_technique(technique) {
            if recommended.insert(*rule) {
                offered.push(Neighbour { shelf: Shelf::Library, rule: *rule, technique });
            }
        }
    }
    best_of(grounds.intake, &mut own);
    best_of(grounds.library, &mut offered);
    own.extend(offered);
    own
}

/// The best few, by status, level, title and place.
fn best_of(rules: &Intake, found: &mut Vec<Neighbour>) {
    let worth = |found: &Neighbour| {
        let rule = rules.rules.get(found.rule as usize)?;
        Some((rule.status.known(), Reverse(rule.level.value)))
    };
    sorted::sort_by(found, |a, b| {
        worth(a).cmp(&worth(b)).then_with(|| compare_names(rules, a.rule, b.rule))
    });
    found.truncate(MOST_NEIGHBOURS);
}
