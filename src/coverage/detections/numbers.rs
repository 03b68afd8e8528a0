//! Alerts against what rules cover: techniques seen of those covered, rules that fired of those
//! that count, tactic by tactic.

use super::Detections;
use crate::alerts::{Alert, Alerts, Gathered, Latency, Volume};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::pace::Pace;
use crate::rule::RuleIndex;
use crate::sorted;

/// Some of a whole, and what is outside of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeenOf {
    /// Those of the whole that have an alert.
    pub seen: usize,
    /// The whole.
    pub total: usize,
    /// Others that have an alert.
    pub beside: usize,
}

/// A tactic's rules and techniques.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TacticSeen {
    /// Counted rules with a technique or sub-technique of this tactic in scope, and those of them
    /// that raised an alert, on whatever technique.
    pub rules: SeenOf,
    /// Techniques and sub-techniques in scope that a counted rule names, and those of them with an
    /// alert on exactly this id; beside them those with an alert that no counted rule names.
    pub techniques: SeenOf,
    /// Techniques and sub-techniques of this tactic with an alert, most alerts first.
    pub seen: Vec<(TechniqueIndex, u32)>,
}

impl Detections {
    /// Alerts of each of the rules that were read, at its place; `volume` must be of these alerts.
    pub fn of_rules(&self, volume: &Volume, rules: usize) -> Vec<u32> {
        let mut counts = vec![0_u32; rules];
        for (number, alerts) in (0..).zip(&volume.rules) {
            for rule in self.joined.rules_of(number) {
                if let Some(count) = counts.get_mut(*rule as usize) {
                    *count = count.saturating_add(*alerts);
                }
            }
        }
        counts
    }

    /// The rules that count, and those of them that fired; beside them those that fired and do not
    /// count.
    pub fn rules_fired(&self, coverage: &Coverage, volume: &Volume) -> SeenOf {
        let counts = self.of_rules(volume, coverage.claims.techniques.len());
        let counted = coverage.counted();
        let fired = |rule: &&RuleIndex| counts.get(**rule as usize).is_some_and(|count| *count > 0);
        let seen = counted.iter().filter(fired).count();
        let all = counts.iter().filter(|count| **count > 0).count();
        SeenOf { seen, total: counted.len(), beside: all - seen }
    }

    /// Tactic by tactic, in the order of the catalogue.
    pub fn tactics(&self, catalogue: &Catalogue, coverage: &Coverage) -> Vec<TacticSeen> {
        let counts = self.of_rules(&self.volume, coverage.claims.techniques.len());
        let mut tactics = vec![TacticSeen::default(); catalogue.tactics.len()];
        let mut rules: Vec<Vec<RuleIndex>> = vec![Vec::new(); tactics.len()];
        for (index, cover) in catalogue.indices().zip(&coverage.techniques) {
            let alerts = self.volume.on(index);
            let is_covered = cover.in_scope && !cover.rules.is_empty();
            for at in &catalogue.technique(index).tactics {
                let at = usize::from(*at);
                let (Some(tactic), Some(rules)) = (tactics.get_mut(at), rules.get_mut(at)) else {
                    continue;
                };
                see(&mut tactic.techniques, is_covered, alerts > 0);
                if cover.in_scope {
                    rules.extend(&cover.rules);
                }
                if alerts > 0 {
                    tactic.seen.push((index, alerts));
                }
            }
        }
        for (tactic, mut rules) in tactics.iter_mut().zip(rules) {
            sorted::sort(&mut rules);
            rules.dedup();
            for rule in rules {
                let has_fired = counts.get(rule as usize).is_some_and(|count| *count > 0);
                see(&mut tactic.rules, true, has_fired);
            }
            sorted::sort_by(&mut tactic.seen, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        tactics
    }

    /// How long the alerts of each of the rules that were read took, at its place. What the alerts
    /// call by one name is at hand; of a rule with several names all rows are walked again.
    pub async fn latency_of_rules(
        &self,
        alerts: &Alerts,
        rules: usize,
        pace: &impl Pace,
    ) -> Vec<Latency> {
        let by_rule = self.joined.by_rule(rules);
        let mut latencies = vec![Latency::default(); rules];
        let mut several: Vec<(usize, Gathered)> = Vec::new();
        let mut slots: Vec<Vec<usize>> = vec![Vec::new(); self.latency.rules.len()];
        for (rule, numbers) in by_rule.iter().enumerate() {
            if let [number] = numbers[..]
                && let Some(own) = self.latency.rules.get(number as usize)
            {
                latencies[rule] = *own;
            } else if numbers.len() > 1 {
                for number in numbers {
                    if let Some(slots) = slots.get_mut(*number as usize) {
                        slots.push(several.len());
                    }
                }
                several.push((rule, Gathered::default()));
            }
        }
        if several.is_empty() {
            return latencies;
        }
        let see = |alert: Alert<'_>| {
            let slots = slots.get(alert.rule as usize).map(Vec::as_slice).unwrap_or_default();
            if !slots.is_empty() && self.selection.has(&alert) {
                for slot in slots {
                    several[*slot].1.add(alert.latency());
                }
            }
        };
        alerts.walk(pace, see).await;
        for (rule, own) in several {
            latencies[rule] = own.done(pace).await;
            pace.pause().await;
        }
        latencies
    }
}

/// Techniques and sub-techniques with an alert on exactly this id: those that a counted rule names,
/// and others.
pub fn techniques_seen(coverage: &Coverage, volume: &Volume) -> SeenOf {
    let mut seen = SeenOf::default();
    for (cover, alerts) in coverage.techniques.iter().zip(&volume.techniques) {
        see(&mut seen, cover.in_scope && !cover.rules.is_empty(), *alerts > 0);
    }
    seen
}

fn see(of: &mut SeenOf, is_in: bool, is_seen: bool) {
    of.total += usize::from(is_in);
    of.seen += usize::from(is_in && is_seen);
    of.beside += usize::from(!is_in && is_seen);
}
