//! How many alerts, where and when.

use super::{Alert, Alerts, Moment, Placement, Selection};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::date::Date;
use crate::pace::{Pace, Unpaced, at_once};

/// Counts of the alerts that a selection has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// All of them, placed or not.
    pub alerts: u32,
    /// Those with a technique of the catalogue.
    pub placed: u32,
    /// For each technique of the catalogue, alerts on exactly this one.
    pub techniques: Vec<u32>,
    /// Those and the alerts on its sub-techniques, each alert once.
    pub rollup: Vec<u32>,
    /// For each tactic of the catalogue; an alert counts once in each of its tactics.
    pub tactics: Vec<u32>,
    /// For each rule of the table by its number; the first is that of alerts without a rule.
    pub rules: Vec<u32>,
}

impl Volume {
    /// Counts in one walk over the rows.
    pub fn of(
        catalogue: &Catalogue,
        alerts: &Alerts,
        placement: &Placement,
        selection: &Selection,
    ) -> Self {
        at_once(Self::of_paced(catalogue, alerts, placement, selection, &Unpaced))
    }

    /// [`Self::of`] in pieces.
    pub async fn of_paced(
        catalogue: &Catalogue,
        alerts: &Alerts,
        placement: &Placement,
        selection: &Selection,
        pace: &impl Pace,
    ) -> Self {
        let mut volume = Self::none(catalogue, alerts);
        let see = |alert: Alert<'_>| {
            if selection.has(&alert) {
                volume.add(alerts, placement, &alert);
            }
        };
        alerts.walk(pace, see).await;
        volume
    }

    /// Nothing counted yet.
    pub(crate) fn none(catalogue: &Catalogue, alerts: &Alerts) -> Self {
        Self {
            techniques: vec![0; catalogue.techniques.len()],
            rollup: vec![0; catalogue.techniques.len()],
            tactics: vec![0; catalogue.tactics.len()],
            rules: vec![0; alerts.rules() + 1],
            ..Self::default()
        }
    }

    /// Counts one more.
    pub(crate) fn add(&mut self, alerts: &Alerts, placement: &Placement, alert: &Alert<'_>) {
        self.alerts += 1;
        if let Some(count) = self.rules.get_mut(alert.rule as usize) {
            *count += 1;
        }
        let techniques = placement.techniques(alerts, alert.at);
        self.placed += u32::from(!techniques.is_empty());
        for index in techniques {
            self.techniques[usize::from(index.0)] += 1;
        }
        for index in placement.with_parents(alerts, alert.at) {
            self.rollup[usize::from(index.0)] += 1;
        }
        for tactic in placement.tactics(alerts, alert.at) {
            if let Some(count) = self.tactics.get_mut(usize::from(tactic)) {
                *count += 1;
            }
        }
    }

    /// Alerts on exactly this technique.
    pub fn on(&self, index: TechniqueIndex) -> u32 {
        self.techniques.get(usize::from(index.0)).copied().unwrap_or_default()
    }

    /// Those and the ones on its sub-techniques.
    pub fn with_sub_techniques(&self, index: TechniqueIndex) -> u32 {
        self.rollup.get(usize::from(index.0)).copied().unwrap_or_default()
    }

    /// Techniques (or sub-techniques) with an alert on exactly this id.
    pub fn techniques_seen(&self) -> usize {
        self.techniques.iter().filter(|count| **count > 0).count()
    }
}

/// A day and its alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// In UTC.
    pub date: Date,
    /// How many.
    pub alerts: u32,
}

/// Days from the first to the last without a gap, being counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Days {
    first: i32,
    days: Vec<Day>,
}

impl Days {
    /// Of the selection's window, else of the alerts.
    pub(crate) fn of(alerts: &Alerts, selection: &Selection) -> Self {
        let span = match selection.window {
            Some(window) if window.since < window.until => {
                Some((window.since, Moment(window.until.0 - 1)))
            }
            Some(_) => None,
            None => alerts.span(),
        };
        let Some((first, last)) = span else { return Self::default() };
        // Whatever a window says: no alert is outside of this.
        let first = first.max(Moment::FIRST).day();
        let last = last.min(Moment(Moment::END.0 - 1)).day();
        let Ok(days) = usize::try_from(last.saturating_sub(first)) else { return Self::default() };
        let day = |day: usize| Day {
            date: Moment((i64::from(first) + day as i64) * Moment::DAY).date(),
            alerts: 0,
        };
        Self { first, days: (0..=days).map(day).collect() }
    }

    /// Counts one more.
    pub(crate) fn add(&mut self, time: Moment) {
        let at = usize::try_from(time.day() - self.first).ok();
        if let Some(day) = at.and_then(|at| self.days.get_mut(at)) {
            day.alerts += 1;
        }
    }

    pub(crate) fn done(self) -> Vec<Day> {
        self.days
    }
}

/// Alerts a day, from the first day to the last without a gap: of the selection's window, else of
/// the alerts. `counts` says of a row (by its place in the table) whether it counts.
pub fn histogram(
    alerts: &Alerts,
    selection: &Selection,
    counts: impl FnMut(usize) -> bool,
) -> Vec<Day> {
    at_once(histogram_paced(alerts, selection, counts, &Unpaced))
}

/// [`histogram`] in pieces.
pub async fn histogram_paced(
    alerts: &Alerts,
    selection: &Selection,
    mut counts: impl FnMut(usize) -> bool,
    pace: &impl Pace,
) -> Vec<Day> {
    let mut days = Days::of(alerts, selection);
    let see = |alert: Alert<'_>| {
        if selection.has(&alert) && counts(alert.at) {
            days.add(alert.time);
        }
    };
    alerts.walk(pace, see).await;
    days.done()
}
