//! How it went on: the tactics on a line of time, and in the order in which they were first seen.

use super::extent::{Extent, Seen};
use super::{Asked, ROWS_BETWEEN};
use crate::alerts::Moment;
use crate::pace::Pace;
use crate::sorted;

/// Pieces of the line of time: one for each six pixels of a narrow drawer.
const BINS: usize = 60;

/// How tactics and their order are counted, in a few sentences.
pub const PROGRESSION_CONVENTION: &str = "An alert counts in every tactic of its techniques; where it has no technique, in those that it names. Alerts show when something was seen, which need not be when it happened. A technique of several tactics does not say which of them was meant: for the furthest tactic that was surely reached the first of them counts.";

/// One tactic of an investigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TacticTime {
    /// Index into [`crate::attack::Catalogue::tactics`].
    pub tactic: u8,
    /// Its alerts; `None` where it only comes from typed techniques.
    pub seen: Option<Seen>,
    /// Techniques of the investigation that stand in it, typed ones included.
    pub techniques: usize,
    /// Its alerts in each piece of [`Progression::line`]; empty without one.
    pub bins: Vec<u32>,
}

/// Equal pieces of time from the first picked alert to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where the first begins.
    pub since: Moment,
    /// How long each is, in milliseconds; at least 1.
    pub width: i64,
    /// How many there are; the last alert is in the last.
    pub bins: usize,
}

impl Line {
    fn of(seen: &Seen) -> Self {
        let length = seen.last.0.saturating_sub(seen.first.0).max(0).saturating_add(1);
        let width = length.div_euclid(BINS as i64) + i64::from(length % BINS as i64 != 0);
        let width = width.max(1);
        let bins = (length - 1) / width + 1;
        Self { since: seen.first, width, bins: usize::try_from(bins).unwrap_or(BINS) }
    }

    fn bin(&self, time: Moment) -> Option<usize> {
        usize::try_from(time.0.saturating_sub(self.since.0).div_euclid(self.width)).ok()
    }
}

/// A tactic when it was first seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub tactic: u8,
    /// When its first alert was raised.
    pub first: Moment,
    /// It lies before a tactic of the matrix that was seen earlier.
    pub is_backward: bool,
}

/// The way through the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progression {
    /// In the order of the matrix, those of the investigation.
    pub tactics: Vec<TacticTime>,
    /// The pieces that alerts are counted in; `None` without alerts.
    pub line: Option<Line>,
    /// In the order of first sight, of those seen at once in the order of the matrix.
    pub steps: Vec<Step>,
    /// The first tactic of the matrix that was seen or typed.
    pub earliest: Option<u8>,
    /// The last one.
    pub furthest: Option<u8>,
    /// The last one that was surely reached, see [`PROGRESSION_CONVENTION`].
    pub surely: Option<u8>,
}

impl Progression {
    pub(super) async fn of(
        asked: &Asked<'_>,
        rows: &[usize],
        extent: &Extent,
        pace: &impl Pace,
    ) -> Self {
        let Asked { catalogue, alerts, joined, .. } = *asked;
        let line = extent.seen.as_ref().map(Line::of);
        let bins = line.map_or(0, |line| line.bins);
        let mut all: Vec<TacticTime> = (0_u8..)
            .zip(&catalogue.tactics)
            .map(|(tactic, _)| TacticTime { tactic, seen: None, techniques: 0, bins: Vec::new() })
            .collect();
        let mut surely = None;
        for (at, row) in rows.iter().enumerate() {
            if at.is_multiple_of(ROWS_BETWEEN) {
                pace.pause().await;
            }
            let Some(alert) = alerts.get(*row) else { continue };
            let bin = line.and_then(|line| line.bin(alert.time));
            let mut last = None;
            for tactic in joined.placement.tactics(alerts, *row) {
                last = Some(tactic);
                let Some(time) = all.get_mut(usize::from(tactic)) else { continue };
                Seen::note(&mut time.seen, alert.time);
                if time.bins.is_empty() {
                    time.bins = vec![0; bins];
                }
                if let Some(count) = bin.and_then(|bin| time.bins.get_mut(bin)) {
                    *count += 1;
                }
            }
            if joined.placement.techniques(alerts, *row).is_empty() {
                surely = surely.max(last);
            }
        }
        for each in &extent.techniques {
            let tactics = &catalogue.technique(each.technique).tactics;
            surely = surely.max(tactics.first().copied());
            for tactic in tactics {
                if let Some(time) = all.get_mut(usize::from(*tactic)) {
                    time.techniques += 1;
                }
            }
        }
        all.retain(|time| time.seen.is_some() || time.techniques > 0);
        Self {
            line,
            steps: steps(&all),
            earliest: all.first().map(|time| time.tactic),
            furthest: all.last().map(|time| time.tactic),
            surely,
            tactics: all,
        }
    }
}

fn steps(tactics: &[TacticTime]) -> Vec<Step> {
    let seen = tactics.iter().filter_map(|time| Some((time.seen?.first, time.tactic)));
    let mut order: Vec<_> = seen.collect();
    sorted::sort(&mut order);
    let mut furthest = None;
    let step = |(first, tactic): (Moment, u8)| {
        let is_backward = furthest > Some(tactic);
        furthest = furthest.max(Some(tactic));
        Step { tactic, first, is_backward }
    };
    order.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(tactic: u8, first: Option<i64>) -> TacticTime {
        let seen = |at| Seen { alerts: 1, first: Moment(at), last: Moment(at) };
        TacticTime { tactic, seen: first.map(seen), techniques: 1, bins: Vec::new() }
    }

    #[test]
    fn steps_come_in_the_order_of_first_sight_and_jumps_back_are_marked() {
        let tactics = [
            time(1, Some(50)),
            time(3, Some(10)),
            time(4, None),
            time(7, Some(90)),
            time(8, Some(10)),
        ];
        let told: Vec<_> =
            steps(&tactics).iter().map(|s| (s.tactic, s.first.0, s.is_backward)).collect();
        assert_eq!(told, [(3, 10, false), (8, 10, false), (1, 50, true), (7, 90, true)]);
    }

    proptest! {
        /// Every moment from the first to the last has a piece, and no piece too many.
        #[test]
        fn the_line_has_every_alert(first in -1000_i64..1_000_000, length in 0_i64..1_000_000, at in 0.0_f64..=1.0) {
            let (first, last) = (Moment(first), Moment(first + length));
            let line = Line::of(&Seen { alerts: 2, first, last });
            let between = Moment(first.0 + (length as f64 * at) as i64);
            prop_assert_eq!(line.bin(first), Some(0));
            prop_assert_eq!(line.bin(last), Some(line.bins - 1));
            prop_assert!(line.bin(between).is_some_and(|bin| bin < line.bins));
            prop_assert!(line.bins <= BINS && line.width >= 1);
        }
    }
}
