//! By level: a table, and the best rule wins.

use super::Score;
use crate::rule::Level;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a table gives a level, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LevelScore(u8);

impl LevelScore {
    /// A score, or `None` above 100.
    pub fn new(value: u8) -> Option<Self> {
        (value <= 100).then_some(Self(value))
    }

    /// The number, 0 to 100.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl From<LevelScore> for Score {
    fn from(score: LevelScore) -> Self {
        Self::new(score.0.into())
    }
}

impl<'de> Deserialize<'de> for LevelScore {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = u8::deserialize(deserializer)?;
        Self::new(value).ok_or_else(|| serde::de::Error::custom("a level's score is 0 to 100"))
    }
}

impl fmt::Display for LevelScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A score for each level, and one for rules that state none.
///
/// Defaults: low 30, medium 50, high 80, as the coverage heat-map training module has it, where
/// 80 reads as production, 50 as medium confidence and 30 as placeholder. That text knows no
/// other levels; `critical` takes the score of `high`, `informational` and no level that of
/// `low`, so that the three readings stay the only ones until someone edits the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelTable {
    /// For rules without a level, or one off the scale.
    pub unspecified: LevelScore,
    /// For `informational`.
    pub informational: LevelScore,
    /// For `low`.
    pub low: LevelScore,
    /// For `medium`.
    pub medium: LevelScore,
    /// For `high`.
    pub high: LevelScore,
    /// For `critical`.
    pub critical: LevelScore,
}

impl Default for LevelTable {
    fn default() -> Self {
        Self {
            unspecified: LevelScore(30),
            informational: LevelScore(30),
            low: LevelScore(30),
            medium: LevelScore(50),
            high: LevelScore(80),
            critical: LevelScore(80),
        }
    }
}

impl LevelTable {
    /// The score of a level.
    pub fn score(&self, level: Option<Level>) -> LevelScore {
        match level {
            None => self.unspecified,
            Some(Level::Informational) => self.informational,
            Some(Level::Low) => self.low,
            Some(Level::Medium) => self.medium,
            Some(Level::High) => self.high,
            Some(Level::Critical) => self.critical,
        }
    }

    /// Replaces the score of a level.
    pub fn set(&mut self, level: Option<Level>, score: LevelScore) {
        *match level {
            None => &mut self.unspecified,
            Some(Level::Informational) => &mut self.informational,
            Some(Level::Low) => &mut self.low,
            Some(Level::Medium) => &mut self.medium,
            Some(Level::High) => &mut self.high,
            Some(Level::Critical) => &mut self.critical,
        } = score;
    }

    pub(super) fn sentence(&self) -> String {
        format!(
            "Score by level, best rule wins: informational {}, low {}, medium {}, high {}, critical {}, none stated {}.",
            self.informational, self.low, self.medium, self.high, self.critical, self.unspecified
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_texts_three_scores() {
        let table = LevelTable::default();
        let score = |level| table.score(Some(level)).get();
        assert_eq!((score(Level::Low), score(Level::Medium), score(Level::High)), (30, 50, 80));
    }

    #[test]
    fn scores_above_100_cannot_be_made() {
        assert_eq!(LevelScore::new(101), None);
        assert!(serde_json::from_str::<LevelScore>("101").is_err());
    }

    #[test]
    fn set_and_score_agree_on_every_level() {
        let mut table = LevelTable::default();
        let levels = [None].into_iter().chain(Level::ALL.map(Some));
        for (at, level) in levels.clone().enumerate() {
            table.set(level, LevelScore(at as u8));
        }
        for (at, level) in levels.enumerate() {
            assert_eq!(table.score(level).get(), at as u8);
        }
    }
}
