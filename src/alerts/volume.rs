//! How many alerts, where and when.

use super::{Alerts, Moment, Placement, Selection};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::date::Date;

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
        let mut volume = Self {
            techniques: vec![0; catalogue.techniques.len()],
            rollup: vec![0; catalogue.techniques.len()],
            tactics: vec![0; catalogue.tactics.len()],
            rules: vec![0; alerts.rules() + 1],
            ..Self::default()
        };
        for alert in alerts.iter().filter(|alert| selection.has(alert)) {
            volume.alerts += 1;
            if let Some(count) = volume.rules.get_mut(alert.rule as usize) {
                *count += 1;
            }
            let techniques = placement.techniques(alerts, alert.at);
            volume.placed += u32::from(!techniques.is_empty());
            for index in techniques {
                volume.techniques[usize::from(index.0)] += 1;
            }
            for index in placement.with_parents(alerts, alert.at) {
                volume.rollup[usize::from(index.0)] += 1;
            }
            for tactic in placement.tactics(alerts, alert.at) {
                if let Some(count) = volume.tactics.get_mut(usize::from(tactic)) {
                    *count += 1;
                }
            }
        }
        volume
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

/// Alerts a day, from the first day to the last without a gap: of the selection's window, else of
/// the alerts. `counts` says of a row (by its place in the table) whether it counts.
pub fn histogram(
    alerts: &Alerts,
    selection: &Selection,
    mut counts: impl FnMut(usize) -> bool,
) -> Vec<Day> {
    let span = match selection.window {
        Some(window) if window.since < window.until => {
            Some((window.since, Moment(window.until.0 - 1)))
        }
        Some(_) => None,
        None => alerts.span(),
    };
    let Some((first, last)) = span else { return Vec::new() };
    // Whatever a window says: no alert is outside of this.
    let first = first.max(Moment::FIRST).day();
    let last = last.min(Moment(Moment::END.0 - 1)).day();
    let Ok(days) = usize::try_from(last.saturating_sub(first)) else { return Vec::new() };
    let mut histogram: Vec<Day> = (0..=days)
        .map(|day| Day {
            date: Moment((i64::from(first) + day as i64) * Moment::DAY).date(),
            alerts: 0,
        })
        .collect();
    for alert in alerts.iter().filter(|alert| selection.has(alert)) {
        let at = usize::try_from(alert.time.day() - first).ok();
        if let Some(day) = at.and_then(|at| histogram.get_mut(at))
            && counts(alert.at)
        {
            day.alerts += 1;
        }
    }
    histogram
}
