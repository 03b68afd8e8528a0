//! What else happened: other alerts in the same tactics at the same time.

use super::extent::{Counting, Roll, Seen};
use super::progression::Progression;
use super::{Asked, ROWS_BETWEEN};
use crate::alerts::{Moment, Window};
use crate::pace::Pace;
use crate::sorted;
use std::collections::BTreeMap;

/// Related alerts of one rule on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedAlerts {
    /// Number of the host in the table; 0 for alerts without one.
    pub host: u32,
    /// Number of the rule of the alerts; 0 for alerts without one.
    pub rule: u32,
    /// Whether picked alerts are on this host.
    pub on_picked_host: bool,
    /// How many and when.
    pub seen: Seen,
    /// Rows of the table, in order.
    pub rows: Vec<usize>,
}

/// Alerts that were not picked, in one of the tactics of the investigation and in its time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// From the first picked alert to the last, widened by the policy; `None` without one.
    pub window: Option<Window>,
    /// All of them; `None` where there is none.
    pub seen: Option<Seen>,
    /// By host.
    pub hosts: Roll,
    /// By rule of the alerts.
    pub rules: Roll,
    /// Tactics of the investigation that they are in, as places in the catalogue, in the order of
    /// the matrix, with their alerts. An alert counts in each of its tactics.
    pub tactics: Vec<(u8, u32)>,
    /// By host and rule: most alerts first, then by name of host and rule.
    pub alerts: Vec<RelatedAlerts>,
}

impl Related {
    pub(super) async fn of(
        asked: &Asked<'_>,
        picked: &[usize],
        seen: Option<Seen>,
        progression: &Progression,
        pace: &impl Pace,
    ) -> Self {
        let Some(seen) = seen else { return Self::default() };
        let Asked { alerts, joined, policy, .. } = *asked;
        let around = policy.around();
        let window = Window {
            since: Moment(seen.first.0.saturating_sub(around)),
            until: Moment(seen.last.0.saturating_add(around).saturating_add(1)),
        };
        let selection = asked.selection.within(window);
        let mut wanted = [None; 64];
        for time in &progression.tactics {
            if let Some(place) = wanted.get_mut(usize::from(time.tactic)) {
                *place = Some(0_u32);
            }
        }
        let mut is_picked_host = vec![false; alerts.hosts().len() + 1];
        for row in picked {
            let host = alerts.get(*row).map_or(0, |alert| alert.host);
            if let Some(place) = is_picked_host.get_mut(host as usize) {
                *place = host != 0;
            }
        }
        let mut hosts = Counting::new(alerts.hosts().len());
        let mut rules = Counting::new(alerts.rules());
        let mut found: BTreeMap<(u32, u32), (Option<Seen>, Vec<usize>)> = BTreeMap::new();
        let mut related = Self { window: Some(window), ..Self::default() };
        let mut next_picked = picked.iter().copied().peekable();
        for alert in alerts.iter() {
            if alert.at.is_multiple_of(ROWS_BETWEEN) {
                pace.pause().await;
            }
            if next_picked.next_if_eq(&alert.at).is_some() || !selection.has(&alert) {
                continue;
            }
            let mut is_in = false;
            for tactic in joined.placement.tactics(alerts, alert.at) {
                if let Some(Some(count)) = wanted.get_mut(usize::from(tactic)) {
                    *count += 1;
                    is_in = true;
                }
            }
            if !is_in {
                continue;
            }
            Seen::note(&mut related.seen, alert.time);
            hosts.note(alert.host, alert.time);
            rules.note(alert.rule, alert.time);
            let (seen, rows) = found.entry((alert.host, alert.rule)).or_default();
            Seen::note(seen, alert.time);
            rows.push(alert.at);
        }
        let host = |number: u32| alerts.hosts().get(number);
        let rule = |number: u32| alerts.rule(number).label();
        related.hosts = hosts.finish(host, pace).await;
        related.rules = rules.finish(rule, pace).await;
        let counts = (0_u8..).zip(wanted).filter_map(|(tactic, count)| Some((tactic, count?)));
        related.tactics = counts.filter(|(_, count)| *count > 0).collect();
        let mut all: Vec<RelatedAlerts> = Vec::with_capacity(found.len());
        for ((host, rule), (seen, rows)) in found {
            let Some(seen) = seen else { continue };
            let picked = is_picked_host.get(host as usize).copied();
            let on_picked_host = picked.unwrap_or_default();
            all.push(RelatedAlerts { host, rule, on_picked_host, seen, rows });
        }
        let compare = |a: usize, b: usize| {
            let (a, b) = (&all[a], &all[b]);
            let more = b.seen.alerts.cmp(&a.seen.alerts);
            more.then_with(|| host(a.host).cmp(host(b.host)))
                .then_with(|| rule(a.rule).cmp(rule(b.rule)))
                .then(a.rule.cmp(&b.rule))
        };
        let order = sorted::order_paced(all.len(), &compare, pace).await;
        let take = |at: usize| {
            let rows = std::mem::take(&mut all[at].rows);
            RelatedAlerts { rows, ..all[at].clone() }
        };
        related.alerts = order.into_iter().map(take).collect();
        related
    }
}
