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
    /// How many of them are of users of picked alerts.
    pub of_picked_users: u32,
    /// How many and when.
    pub seen: Seen,
    /// Rows of the table, in order.
    pub rows: Vec<usize>,
}

impl RelatedAlerts {
    /// Whether it is on a host, or some of it of a user, of picked alerts.
    pub fn is_close(&self) -> bool {
        self.on_picked_host || self.of_picked_users > 0
    }
}

/// The same while it is counted.
#[derive(Default)]
struct Group {
    seen: Option<Seen>,
    of_picked_users: u32,
    rows: Vec<usize>,
}

/// Marks the number of a name; 0 is none.
fn mark(marks: &mut [bool], number: u32) {
    if let Some(place) = marks.get_mut(number as usize) {
        *place = number != 0;
    }
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
    /// By host and rule: first those on hosts or of users of picked alerts, then most alerts first,
    /// then by name of host and rule.
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
        let mut is_picked_user = vec![false; alerts.users().len() + 1];
        for (at, row) in picked.iter().enumerate() {
            if at.is_multiple_of(ROWS_BETWEEN) {
                pace.pause().await;
            }
            let Some(alert) = alerts.get(*row) else { continue };
            mark(&mut is_picked_host, alert.host);
            mark(&mut is_picked_user, alert.user);
        }
        let is_in =
            |marks: &[bool], number: u32| marks.get(number as usize).copied().unwrap_or_default();
        let mut hosts = Counting::new(alerts.hosts().len());
        let mut rules = Counting::new(alerts.rules());
        let mut found: BTreeMap<(u32, u32), Group> = BTreeMap::new();
        let mut related = Self { window: Some(window), ..Self::default() };
        let mut next_picked = picked.iter().copied().peekable();
        for alert in alerts.iter() {
            if alert.at.is_multiple_of(ROWS_BETWEEN) {
                pace.pause().await;
            }
            if next_picked.next_if_eq(&alert.at).is_some() || !selection.has(&alert) {
                continue;
            }
            let mut is_related = false;
            for tactic in joined.placement.tactics(alerts, alert.at) {
                if let Some(Some(count)) = wanted.get_mut(usize::from(tactic)) {
                    *count += 1;
                    is_related = true;
                }
            }
            if !is_related {
                continue;
            }
            Seen::note(&mut related.seen, alert.time);
            hosts.note(alert.host, alert.time);
            rules.note(alert.rule, alert.time);
            let group = found.entry((alert.host, alert.rule)).or_default();
            Seen::note(&mut group.seen, alert.time);
            group.of_picked_users += u32::from(is_in(&is_picked_user, alert.user));
            group.rows.push(alert.at);
        }
        let host = |number: u32| alerts.hosts().get(number);
        let rule = |number: u32| alerts.rule(number).label();
        related.hosts = hosts.finish(host, pace).await;
        related.rules = rules.finish(rule, pace).await;
        let counts = (0_u8..).zip(wanted).filter_map(|(tactic, count)| Some((tactic, count?)));
        related.tactics = counts.filter(|(_, count)| *count > 0).collect();
        let mut all: Vec<RelatedAlerts> = Vec::with_capacity(found.len());
        for ((host, rule), group) in found {
            let Group { seen, of_picked_users, rows } = group;
            let Some(seen) = seen else { continue };
            let on_picked_host = is_in(&is_picked_host, host);
            all.push(RelatedAlerts { host, rule, on_picked_host, of_picked_users, seen, rows });
        }
        let compare = |a: usize, b: usize| {
            let (a, b) = (&all[a], &all[b]);
            let close = b.is_close().cmp(&a.is_close());
            let more = close.then(b.seen.alerts.cmp(&a.seen.alerts));
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
