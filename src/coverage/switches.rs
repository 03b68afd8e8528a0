//! What can be switched off in a what-if, and what rests on it alone.

use super::Coverage;
use super::compute::Stamps;
use crate::attack::Catalogue;
use crate::rule::{Format, Intake, Level, LogSource, Rule, Status};
use std::collections::BTreeMap;

/// One thing to switch off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch<Key> {
    /// What.
    pub key: Key,
    /// Counted rules that have it.
    pub rules: usize,
    /// Techniques (not sub-techniques) in scope that a rule with it covers, directly or via a
    /// sub-technique.
    pub techniques: usize,
    /// Of these, those that nothing else covers: they go with it.
    pub techniques_alone: usize,
    /// Sub-techniques in scope that nothing else covers.
    pub subtechniques_alone: usize,
}

/// All there is to switch off, of the rules that count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switchboard {
    /// Those of most rules first, then by name.
    pub log_sources: Vec<Switch<LogSource>>,
    /// In the order of [`Format::ALL`].
    pub formats: Vec<Switch<Format>>,
    /// From none to most severe.
    pub levels: Vec<Switch<Option<Level>>>,
    /// From most to least mature.
    pub statuses: Vec<Switch<Status>>,
}

impl Switchboard {
    /// Of a state of coverage, usually the real one. Linear in rules and what they claim.
    pub fn of(catalogue: &Catalogue, intake: &Intake, coverage: &Coverage) -> Self {
        let mut log_sources = tally(catalogue, intake, coverage, |rule| &rule.log_source);
        crate::sorted::sort_by(&mut log_sources, |a, b| {
            b.rules.cmp(&a.rules).then_with(|| a.key.cmp(b.key))
        });
        Self {
            log_sources: log_sources.into_iter().map(owned).collect(),
            formats: tally(catalogue, intake, coverage, |rule| rule.format),
            levels: tally(catalogue, intake, coverage, |rule| rule.level.value),
            statuses: tally(catalogue, intake, coverage, |rule| rule.status.known()),
        }
    }
}

fn owned(switch: Switch<&LogSource>) -> Switch<LogSource> {
    Switch {
        key: switch.key.clone(),
        rules: switch.rules,
        techniques: switch.techniques,
        techniques_alone: switch.techniques_alone,
        subtechniques_alone: switch.subtechniques_alone,
    }
}

/// A switch for each key among the counted rules, in the order of the keys.
pub(super) fn tally<'r, Key: Ord + Copy>(
    catalogue: &Catalogue,
    intake: &'r Intake,
    coverage: &Coverage,
    key: impl Fn(&'r Rule) -> Key,
) -> Vec<Switch<Key>> {
    let counted = coverage.counted();
    let rules = || counted.iter().filter_map(|at| intake.rules.get(*at as usize).map(|r| (at, r)));
    let mut numbers: BTreeMap<Key, usize> = rules().map(|(_, rule)| (key(rule), 0)).collect();
    let mut switches = Vec::with_capacity(numbers.len());
    for (at, (key, number)) in numbers.iter_mut().enumerate() {
        *number = at;
        switches.push(Switch {
            key: *key,
            rules: 0,
            techniques: 0,
            techniques_alone: 0,
            subtechniques_alone: 0,
        });
    }
    let mut number_of = vec![usize::MAX; intake.rules.len()];
    for (at, rule) in rules() {
        let number = numbers.get(&key(rule)).copied().unwrap_or(usize::MAX);
        if let (Some(place), Some(switch)) =
            (number_of.get_mut(*at as usize), switches.get_mut(number))
        {
            *place = number;
            switch.rules += 1;
        }
    }
    let mut seen = Stamps::new(switches.len());
    for (technique, cover) in catalogue.techniques.iter().zip(&coverage.techniques) {
        if !cover.in_scope {
            continue;
        }
        let is_sub = technique.parent.is_some();
        seen.clear();
        let mut keys = cover
            .rules_rollup
            .iter()
            .filter_map(|rule| number_of.get(*rule as usize).copied())
            .filter(|number| seen.is_new(*number));
        let (first, second) = (keys.next(), keys.next());
        let of_technique = first.into_iter().chain(second).chain(keys);
        for number in of_technique.filter(|_| !is_sub) {
            if let Some(switch) = switches.get_mut(number) {
                switch.techniques += 1;
            }
        }
        if let (Some(only), None) = (first, second)
            && let Some(switch) = switches.get_mut(only)
        {
            match is_sub {
                true => switch.subtechniques_alone += 1,
                false => switch.techniques_alone += 1,
            }
        }
    }
    switches
}
