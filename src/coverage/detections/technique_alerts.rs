//! All that the alerts of one technique say: when, where, by which rules, the latest of them.

use super::Detections;
use crate::alerts::{Alert, Alerts, Day, Days, Gathered, Latency, Moment};
use crate::attack::TechniqueIndex;
use crate::coverage::Coverage;
use crate::pace::{Pace, Unpaced, at_once};
use crate::rule::RuleIndex;
use crate::sorted;

/// How much is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Hosts, and rules of the alerts; the rest is counted.
    pub names: usize,
    /// Rows.
    pub rows: usize,
}

/// The most frequent of some names, and the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Top {
    /// Number of a name in the table's list of them and its alerts, most alerts first; of equals
    /// the one that came first.
    pub first: Vec<(u32, u32)>,
    /// How many other names there are.
    pub others: u32,
    /// Their alerts together.
    pub other_alerts: u32,
    /// Alerts without a name.
    pub nameless: u32,
}

impl Top {
    /// From the counts at each number, the first of which is that of none.
    fn of(counts: &[u32], most: usize) -> Self {
        let all = (0..).zip(counts).skip(1).filter(|(_, count)| **count > 0);
        let mut first: Vec<(u32, u32)> = Vec::new();
        let (mut others, mut other_alerts) = (0, 0);
        for (number, count) in all {
            // A few are kept in order; there may be a million others.
            let at = first.partition_point(|(_, other)| other >= count);
            if at < most {
                first.insert(at, (number, *count));
            }
            let rest = if at >= most { Some(*count) } else { first.get(most).map(|(_, n)| *n) };
            first.truncate(most);
            if let Some(rest) = rest {
                others += 1;
                other_alerts += rest;
            }
        }
        Self { first, others, other_alerts, nameless: counts.first().copied().unwrap_or_default() }
    }

    /// All alerts it counts.
    pub fn alerts(&self) -> u32 {
        let first: u32 = self.first.iter().map(|(_, count)| count).sum();
        first + self.other_alerts + self.nameless
    }
}

/// A rule of the coverage and its alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleAlerts {
    /// Which.
    pub rule: RuleIndex,
    /// On the technique.
    pub here: u32,
    /// On any technique, or none.
    pub anywhere: u32,
}

/// What the alerts of a technique say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TechniqueAlerts {
    /// How many.
    pub alerts: u32,
    /// How many a day; the days are those of [`crate::alerts::histogram`].
    pub days: Vec<Day>,
    /// By host, as numbers in [`Alerts::hosts`].
    pub hosts: Top,
    /// By rule as the alerts name it, as numbers of [`Alerts::rule`].
    pub alert_rules: Top,
    /// The latest rows of the table, the newest first; of equal times the first row.
    pub latest: Vec<u32>,
    /// The counted rules that name the technique: those with most alerts on it first, then those
    /// with most elsewhere, then by place.
    pub rules: Vec<RuleAlerts>,
    /// How long it took.
    pub latency: Latency,
}

impl TechniqueAlerts {
    /// Gathers them; all must belong together. With sub-techniques theirs count as well, each
    /// alert and each rule once.
    pub fn of(
        coverage: &Coverage,
        alerts: &Alerts,
        detections: &Detections,
        (index, with_subs): (TechniqueIndex, bool),
        listed: Listed,
    ) -> Self {
        let asked = (index, with_subs);
        at_once(Self::of_paced(coverage, alerts, detections, asked, listed, &Unpaced))
    }

    /// [`Self::of`] in pieces.
    pub async fn of_paced(
        coverage: &Coverage,
        alerts: &Alerts,
        detections: &Detections,
        (index, with_subs): (TechniqueIndex, bool),
        listed: Listed,
        pace: &impl Pace,
    ) -> Self {
        let Detections { selection, joined, volume, .. } = detections;
        let placement = &joined.placement;
        let mut found = Self::default();
        let mut days = Days::of(alerts, selection);
        let mut by_host = vec![0_u32; alerts.hosts().len() + 1];
        let mut by_rule = vec![0_u32; alerts.rules() + 1];
        let mut latest = Latest { rows: Vec::new(), most: listed.rows };
        let mut latency = Gathered::default();
        let see = |alert: Alert<'_>| {
            let techniques = match with_subs {
                true => placement.with_parents(alerts, alert.at),
                false => placement.techniques(alerts, alert.at),
            };
            if !techniques.contains(&index) || !selection.has(&alert) {
                return;
            }
            found.alerts += 1;
            days.add(alert.time);
            for (counts, number) in [(&mut by_host, alert.host), (&mut by_rule, alert.rule)] {
                if let Some(count) = counts.get_mut(number as usize) {
                    *count += 1;
                }
            }
            latest.see(alert.time, alert.at);
            latency.add(alert.latency());
        };
        alerts.walk(pace, see).await;
        found.days = days.done();
        pace.pause().await;
        found.hosts = Top::of(&by_host, listed.names);
        pace.pause().await;
        found.alert_rules = Top::of(&by_rule, listed.names);
        found.latest = latest.rows.into_iter().map(|(_, row)| row).collect();
        found.latency = latency.done(pace).await;

        let technique = coverage.technique(index);
        let rules = if with_subs { &technique.rules_rollup } else { &technique.rules };
        let numbers = joined.by_rule(coverage.claims.techniques.len());
        pace.pause().await;
        let counted = rules.iter().map(|rule| {
            let numbers = numbers.get(*rule as usize).map(Vec::as_slice).unwrap_or_default();
            let sum = |counts: &[u32]| {
                numbers.iter().filter_map(|number| counts.get(*number as usize)).sum()
            };
            RuleAlerts { rule: *rule, here: sum(&by_rule), anywhere: sum(&volume.rules) }
        });
        found.rules = counted.collect();
        sorted::sort_by(&mut found.rules, |a, b| {
            (b.here, b.anywhere).cmp(&(a.here, a.anywhere)).then(a.rule.cmp(&b.rule))
        });
        found
    }

    /// The rules that raised an alert, here or elsewhere.
    pub fn fired(&self) -> impl Iterator<Item = &RuleAlerts> {
        self.rules.iter().filter(|rule| rule.anywhere > 0)
    }

    /// The rules that raised none at all.
    pub fn never_fired(&self) -> impl Iterator<Item = &RuleAlerts> {
        self.rules.iter().filter(|rule| rule.anywhere == 0)
    }
}

/// The latest rows so far.
struct Latest {
    /// The newest first.
    rows: Vec<(Moment, u32)>,
    most: usize,
}

impl Latest {
    fn see(&mut self, time: Moment, row: usize) {
        let is_full = self.rows.len() >= self.most;
        if is_full && self.rows.last().is_none_or(|(last, _)| time <= *last) {
            return;
        }
        let Ok(row) = u32::try_from(row) else { return };
        let at = self.rows.partition_point(|(other, _)| *other >= time);
        self.rows.insert(at, (time, row));
        self.rows.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_most_frequent_and_the_rest() {
        let top = Top::of(&[4, 1, 7, 0, 7, 2], 2);
        assert_eq!(top.first, [(2, 7), (4, 7)]);
        assert_eq!((top.others, top.other_alerts, top.nameless, top.alerts()), (2, 3, 4, 21));
        let top = Top::of(&[0, 5], 0);
        assert_eq!((top.first.len(), top.others, top.other_alerts), (0, 1, 5));
        assert_eq!(Top::of(&[], 3), Top::default());
    }

    proptest! {
        #[test]
        fn as_sorting_says(counts in prop::collection::vec(0_u32..9, 0..30), most in 0_usize..6) {
            let top = Top::of(&counts, most);
            let mut all: Vec<(u32, u32)> =
                (0..).zip(counts.iter().copied()).skip(1).filter(|(_, count)| *count > 0).collect();
            all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let rest = all.split_off(most.min(all.len()));
            prop_assert_eq!(&top.first, &all);
            prop_assert_eq!(top.others as usize, rest.len());
            prop_assert_eq!(top.alerts(), counts.iter().sum::<u32>());
        }

        #[test]
        fn the_latest_rows(times in prop::collection::vec(0_i64..9, 0..40), most in 0_usize..7) {
            let mut latest = Latest { rows: Vec::new(), most };
            times.iter().enumerate().for_each(|(row, time)| latest.see(Moment(*time), row));
            let rows: Vec<u32> = latest.rows.iter().map(|(_, row)| *row).collect();
            let mut all: Vec<u32> = (0..times.len() as u32).collect();
            all.sort_by_key(|row| std::cmp::Reverse(times[*row as usize]));
            all.truncate(most);
            prop_assert_eq!(rows, all);
        }
    }
}
