//! The rows that a list of alerts shows.

use super::Detections;
use crate::alerts::{Alert, AlertRule, Alerts, Names};
use crate::attack::TechniqueIndex;
use crate::lowercase::lowercase;
use crate::pace::{PAUSE_EVERY_ROWS, Pace, Unpaced, at_once};
use crate::sorted;

/// Which names pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NameFilter {
    /// All, and rows without one.
    #[default]
    Any,
    /// Those that hold a text, in any case; all rows if it is empty.
    Has(String),
    /// This one; empty for rows without one.
    Is(String),
}

/// Alerts that numbers count apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// Detected before they happened, by their times.
    NegativeLatency,
    /// Without an event time.
    MissingLatency,
    /// On no technique.
    NoTechnique,
}

impl AlertKind {
    /// All.
    pub const ALL: [Self; 3] = [Self::NegativeLatency, Self::MissingLatency, Self::NoTechnique];

    /// As in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NegativeLatency => "negative-latency",
            Self::MissingLatency => "missing-latency",
            Self::NoTechnique => "no-technique",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::NegativeLatency => "detected before their event",
            Self::MissingLatency => "without a time of the event",
            Self::NoTechnique => "on no technique",
        }
    }

    fn has(self, alerts: &Alerts, detections: &Detections, alert: &Alert<'_>) -> bool {
        match self {
            Self::NegativeLatency => alert.latency().is_some_and(|latency| latency < 0),
            Self::MissingLatency => alert.latency().is_none(),
            Self::NoTechnique => {
                detections.joined.placement.techniques(alerts, alert.at).is_empty()
            }
        }
    }
}

/// Which rows of a selection are listed; the default lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Alerts of this technique; with the second alerts of its sub-techniques as well.
    pub technique: Option<(TechniqueIndex, bool)>,
    /// Alerts of this tactic, as its place in the catalogue.
    pub tactic: Option<u8>,
    /// Host.
    pub host: NameFilter,
    /// User.
    pub user: NameFilter,
    /// The rule's id or name.
    pub rule: NameFilter,
    /// Incident or case.
    pub incident: NameFilter,
    /// Those that numbers count apart.
    pub kind: Option<AlertKind>,
}

/// The rows that are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertList {
    /// Places in the table, the newest first; of equal times the first row.
    pub rows: Vec<u32>,
}

impl AlertList {
    /// Lists them; all must belong together.
    pub fn of(alerts: &Alerts, detections: &Detections, filter: &AlertFilter) -> Self {
        at_once(Self::of_paced(alerts, detections, filter, &Unpaced))
    }

    /// [`Self::of`] in pieces.
    pub async fn of_paced(
        alerts: &Alerts,
        detections: &Detections,
        filter: &AlertFilter,
        pace: &impl Pace,
    ) -> Self {
        let placement = &detections.joined.placement;
        let hosts = Passing::of(alerts.hosts(), &filter.host, pace).await;
        let users = Passing::of(alerts.users(), &filter.user, pace).await;
        let incidents = Passing::of(alerts.incidents(), &filter.incident, pace).await;
        let rules = Passing::of_rules(alerts, &filter.rule, pace).await;
        let is_listed = |alert: &Alert<'_>| {
            detections.selection.has(alert)
                && filter.kind.is_none_or(|kind| kind.has(alerts, detections, alert))
                && hosts.has(alert.host)
                && users.has(alert.user)
                && incidents.has(alert.incident)
                && rules.has(alert.rule)
                && filter.technique.is_none_or(|(index, with_subs)| match with_subs {
                    true => placement.with_parents(alerts, alert.at).contains(&index),
                    false => placement.techniques(alerts, alert.at).contains(&index),
                })
                && filter
                    .tactic
                    .is_none_or(|wanted| placement.tactics(alerts, alert.at).any(|t| t == wanted))
        };
        let (mut rows, mut times) = (Vec::new(), Vec::new());
        let see = |alert: Alert<'_>| {
            if is_listed(&alert)
                && let Ok(row) = u32::try_from(alert.at)
            {
                rows.push(row);
                times.push(alert.time);
            }
        };
        alerts.walk(pace, see).await;
        let newest = |a: usize, b: usize| times[b].cmp(&times[a]);
        let order = sorted::order_paced(rows.len(), &newest, pace).await;
        let mut list = Self { rows: Vec::with_capacity(order.len()) };
        for piece in order.chunks(PAUSE_EVERY_ROWS) {
            pace.pause().await;
            list.rows.extend(piece.iter().map(|at| rows[*at]));
        }
        list
    }
}

/// Which numbers of names pass; nothing is kept where all do.
struct Passing(Option<Vec<bool>>);

impl Passing {
    async fn of(names: &Names, filter: &NameFilter, pace: &impl Pace) -> Self {
        let count = names.len();
        Self::by(count, filter, |number| (names.get(number), ""), pace).await
    }

    async fn of_rules(alerts: &Alerts, filter: &NameFilter, pace: &impl Pace) -> Self {
        let texts = |number| {
            let AlertRule { id, name } = alerts.rule(number);
            (name, id)
        };
        Self::by(alerts.rules(), filter, texts, pace).await
    }

    /// By one of two texts of each number; 0 is none.
    async fn by<'a>(
        count: usize,
        filter: &NameFilter,
        texts: impl Fn(u32) -> (&'a str, &'a str),
        pace: &impl Pace,
    ) -> Self {
        let (is_exact, wanted) = match filter {
            NameFilter::Any => return Self(None),
            NameFilter::Has(text) if text.is_empty() => return Self(None),
            NameFilter::Has(text) => (false, lowercase(text)),
            NameFilter::Is(text) => (true, text.clone()),
        };
        let mut passing = Vec::with_capacity(count + 1);
        // None passes where none is asked for.
        passing.push(is_exact && wanted.is_empty());
        for number in 1..=u32::try_from(count).unwrap_or(u32::MAX) {
            if (number as usize).is_multiple_of(PAUSE_EVERY_ROWS / 4) {
                pace.pause().await;
            }
            let (one, other) = texts(number);
            passing.push(match is_exact {
                true => !wanted.is_empty() && (one == wanted || other == wanted),
                false => lowercase(one).contains(&wanted) || lowercase(other).contains(&wanted),
            });
        }
        Self(Some(passing))
    }

    fn has(&self, number: u32) -> bool {
        let passing = self.0.as_ref();
        passing.is_none_or(|passing| passing.get(number as usize).copied().unwrap_or_default())
    }
}
