//! A score and the scale it is read on.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How well a technique is covered: a whole number from 0, on the [`Scale`] of its policy.
/// (Whole: the Navigator crashes on scores just below a gradient's top, and MITRE's Python
/// library truncates fractions.)
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Score(u32);

impl Score {
    /// A score.
    pub const fn new(value: u32) -> Self {
        Self(value)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// From 0 to where colours end. Scores may lie above the top (a count can); they look as the top
/// does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// What has the last colour; at least 1.
    pub top: u32,
}

impl Default for Scale {
    fn default() -> Self {
        Self::HUNDRED
    }
}

impl Scale {
    /// 0 to 100.
    pub const HUNDRED: Self = Self { top: 100 };

    /// How far up a score lies, 0 to 100, rounded down; 100 only from the top on.
    pub fn percent(self, score: Score) -> u8 {
        let top = u64::from(self.top.max(1));
        let share = u64::from(score.get()).min(top) * 100 / top;
        u8::try_from(share).unwrap_or(100)
    }

    /// The fifth of the scale that a score lies in, both ends included; the last fifth reaches to
    /// the top, or to `highest` where that lies above it. Of 100: 0–19, 20–39, 40–59, 60–79,
    /// 80–100.
    pub fn fifth(self, score: Score, highest: Score) -> (Score, Score) {
        let top = u64::from(self.top.max(1));
        let band = (u64::from(score.get()) * 5 / top).min(4);
        let begins = |band: u64| (band * top).div_ceil(5);
        let to = match band {
            4 => top.max(u64::from(highest.get())),
            band => begins(band + 1).saturating_sub(1),
        };
        let score = |value| Score::new(u32::try_from(value).unwrap_or(u32::MAX));
        (score(begins(band)), score(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_scale() {
        let percent = |top, score| Scale { top }.percent(Score::new(score));
        assert_eq!([0, 30, 99, 100, 101].map(|s| percent(100, s)), [0, 30, 99, 100, 100]);
        assert_eq!([0, 1, 10, 19, 20, u32::MAX].map(|s| percent(20, s)), [0, 5, 50, 95, 100, 100]);
        assert_eq!(percent(0, 0), 0, "a scale without a top is one of 1");
    }

    #[test]
    fn fifths_hold_every_score_and_do_not_overlap() {
        let highest = Score::new(43);
        for top in [1, 2, 3, 7, 20, 100] {
            let mut last = None;
            for value in 0..=43 {
                let score = Score::new(value);
                let (from, to) = Scale { top }.fifth(score, highest);
                assert!(from <= score && score <= to, "{value} of {top}: {from} {to}");
                if let Some((before_from, before_to)) = last.filter(|last| *last != (from, to)) {
                    assert!(before_from < from && before_to < from, "{value} of {top}");
                }
                last = Some((from, to));
            }
        }
        let fifth = |top, value, highest| {
            let (from, to) = Scale { top }.fifth(Score::new(value), Score::new(highest));
            (from.get(), to.get())
        };
        assert_eq!([0, 20, 59, 80, 100].map(|v| fifth(100, v, 100).1), [19, 39, 59, 100, 100]);
        assert_eq!(
            (fifth(20, 3, 9), fifth(20, 4, 9), fifth(20, 17, 43)),
            ((0, 3), (4, 7), (16, 43))
        );
    }
}
