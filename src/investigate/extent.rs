//! How far it reaches: hosts, users, rules and techniques of the picked alerts, and when.

use super::{Asked, ROWS_BETWEEN};
use crate::alerts::Moment;
use crate::attack::{Resolution, TechniqueId, TechniqueIndex};
use crate::pace::Pace;
use crate::sorted;
use std::cmp::Ordering;

/// Some alerts, at least one, and when they were raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many.
    pub alerts: u32,
    /// The first of them.
    pub first: Moment,
    /// The last of them.
    pub last: Moment,
}

impl Seen {
    /// Counts one more.
    pub(super) fn note(seen: &mut Option<Self>, time: Moment) {
        *seen = Some(match *seen {
            None => Self { alerts: 1, first: time, last: time },
            Some(seen) => Self {
                alerts: seen.alerts.saturating_add(1),
                first: seen.first.min(time),
                last: seen.last.max(time),
            },
        });
    }
}

/// The alerts of one host, user, incident or rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Its number in the table's list of its kind.
    pub number: u32,
    /// Its alerts.
    pub seen: Seen,
}

/// All hosts (users, incidents, rules) of some alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// Most alerts first, then by name.
    pub named: Vec<Counted>,
    /// Alerts that name none.
    pub unnamed: u32,
}

/// A roll while it is counted: a place for every number.
pub(super) struct Counting(Vec<Option<Seen>>);

impl Counting {
    pub(super) fn new(numbers: usize) -> Self {
        Self(vec![None; numbers + 1])
    }

    pub(super) fn note(&mut self, number: u32, time: Moment) {
        if let Some(seen) = self.0.get_mut(number as usize) {
            Seen::note(seen, time);
        }
    }

    pub(super) async fn finish<'n>(self, name: impl Fn(u32) -> &'n str, pace: &impl Pace) -> Roll {
        let mut all = (0_u32..).zip(self.0);
        let unnamed = all.next().and_then(|(_, seen)| seen).map_or(0, |seen| seen.alerts);
        let counted: Vec<Counted> =
            all.filter_map(|(number, seen)| Some(Counted { number, seen: seen? })).collect();
        let compare = |a: usize, b: usize| -> Ordering {
            let (a, b) = (&counted[a], &counted[b]);
            let more = b.seen.alerts.cmp(&a.seen.alerts);
            more.then_with(|| name(a.number).cmp(name(b.number))).then(a.number.cmp(&b.number))
        };
        let order = sorted::order_paced(counted.len(), &compare, pace).await;
        Roll { named: order.into_iter().map(|at| counted[at]).collect(), unnamed }
    }
}

/// What the picked alerts name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// All of them; `None` where none is picked.
    pub seen: Option<Seen>,
    /// By host.
    pub hosts: Roll,
    /// By user.
    pub users: Roll,
    /// By incident or case.
    pub incidents: Roll,
    /// By rule of the alerts.
    pub rules: Roll,
    /// Alerts without a technique of the catalogue.
    pub unplaced: u32,
    /// By id: the techniques of the alerts and the typed ones, each for itself.
    pub techniques: Vec<SeenTechnique>,
    /// Typed techniques that the catalogue does not have, sorted.
    pub unknown: Vec<TechniqueId>,
}

/// A technique of an investigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenTechnique {
    /// Which.
    pub technique: TechniqueIndex,
    /// Alerts on exactly this id; `None` where it was only typed.
    pub seen: Option<Seen>,
    /// Whether it was typed.
    pub is_typed: bool,
}

impl Extent {
    pub(super) async fn of(asked: &Asked<'_>, rows: &[usize], pace: &impl Pace) -> Self {
        let Asked { catalogue, alerts, joined, pick, .. } = *asked;
        let mut hosts = Counting::new(alerts.hosts().len());
        let mut users = Counting::new(alerts.users().len());
        let mut incidents = Counting::new(alerts.incidents().len());
        let mut rules = Counting::new(alerts.rules());
        let mut techniques: Vec<Option<Seen>> = vec![None; catalogue.techniques.len()];
        let mut extent = Self::default();
        for (at, row) in rows.iter().enumerate() {
            if at.is_multiple_of(ROWS_BETWEEN) {
                pace.pause().await;
            }
            let Some(alert) = alerts.get(*row) else { continue };
            Seen::note(&mut extent.seen, alert.time);
            hosts.note(alert.host, alert.time);
            users.note(alert.user, alert.time);
            incidents.note(alert.incident, alert.time);
            rules.note(alert.rule, alert.time);
            let placed = joined.placement.techniques(alerts, *row);
            extent.unplaced += u32::from(placed.is_empty());
            for index in placed {
                if let Some(seen) = techniques.get_mut(usize::from(index.0)) {
                    Seen::note(seen, alert.time);
                }
            }
        }
        extent.hosts = hosts.finish(|number| alerts.hosts().get(number), pace).await;
        extent.users = users.finish(|number| alerts.users().get(number), pace).await;
        extent.incidents = incidents.finish(|number| alerts.incidents().get(number), pace).await;
        extent.rules = rules.finish(|number| alerts.rule(number).label(), pace).await;
        let mut typed = vec![false; techniques.len()];
        for id in &pick.techniques {
            match catalogue.resolve(*id) {
                Resolution::Live(index) | Resolution::Revoked(index) => {
                    typed[usize::from(index.0)] = true;
                }
                Resolution::Deprecated | Resolution::Unknown => extent.unknown.push(*id),
            }
        }
        sorted::sort(&mut extent.unknown);
        extent.unknown.dedup();
        let all = catalogue.indices().zip(techniques).zip(typed);
        extent.techniques = all
            .map(|((technique, seen), is_typed)| SeenTechnique { technique, seen, is_typed })
            .filter(|each| each.seen.is_some() || each.is_typed)
            .collect();
        extent
    }

    /// Its techniques alone, by id.
    pub fn indices(&self) -> Vec<TechniqueIndex> {
        self.techniques.iter().map(|each| each.technique).collect()
    }
}
