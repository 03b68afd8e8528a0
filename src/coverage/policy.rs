//! Scoring policies: named, serialisable values that turn a technique's rules into a score.

use crate::rule::{Level, Rule};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How well a technique is covered, 0 to 100. (Whole numbers: the Navigator crashes on scores
/// just below a gradient's top, and MITRE's Python library truncates fractions.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Score(u8);

impl Score {
    /// The highest.
    pub const MAX: Self = Self(100);

    /// A score, or `None` above 100.
    pub fn new(value: u8) -> Option<Self> {
        (value <= 100).then_some(Self(value))
    }

    /// The number, 0 to 100.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = u8::deserialize(deserializer)?;
        Self::new(value).ok_or_else(|| serde::de::Error::custom("a score is 0 to 100"))
    }
}

impl fmt::Display for Score {
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
    pub unspecified: Score,
    /// For `informational`.
    pub informational: Score,
    /// For `low`.
    pub low: Score,
    /// For `medium`.
    pub medium: Score,
    /// For `high`.
    pub high: Score,
    /// For `critical`.
    pub critical: Score,
}

impl Default for LevelTable {
    fn default() -> Self {
        Self {
            unspecified: Score(30),
            informational: Score(30),
            low: Score(30),
            medium: Score(50),
            high: Score(80),
            critical: Score(80),
        }
    }
}

impl LevelTable {
    /// The score of a level.
    pub fn score(&self, level: Option<Level>) -> Score {
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
    pub fn set(&mut self, level: Option<Level>, score: Score) {
        *match level {
            None => &mut self.unspecified,
            Some(Level::Informational) => &mut self.informational,
            Some(Level::Low) => &mut self.low,
            Some(Level::Medium) => &mut self.medium,
            Some(Level::High) => &mut self.high,
            Some(Level::Critical) => &mut self.critical,
        } = score;
    }
}

/// A way to turn rules into a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "policy", rename_all = "lowercase")]
pub enum Policy {
    /// The best rule's level, through a table. More rules do not raise it.
    Level {
        /// The table.
        table: LevelTable,
    },
}

impl Default for Policy {
    fn default() -> Self {
        Self::Level { table: LevelTable::default() }
    }
}

impl Policy {
    /// The score of a technique from the rules that name exactly it; none without rules.
    pub fn score<'a>(&self, rules: impl IntoIterator<Item = &'a Rule>) -> Option<Score> {
        match self {
            Self::Level { table } => {
                rules.into_iter().map(|rule| table.score(rule.level.value)).max()
            }
        }
    }

    /// The name it goes by on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Level { .. } => "level",
        }
    }

    /// How it scores, in one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Level { table } => format!(
                "Score by level, best rule wins: informational {}, low {}, medium {}, high {}, critical {}, none stated {}.",
                table.informational,
                table.low,
                table.medium,
                table.high,
                table.critical,
                table.unspecified
            ),
        }
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
        assert_eq!(Score::new(101), None);
        assert!(serde_json::from_str::<Score>("101").is_err());
    }

    #[test]
    fn set_and_score_agree_on_every_level() {
        let mut table = LevelTable::default();
        let levels = [None].into_iter().chain(Level::ALL.map(Some));
        for (at, level) in levels.clone().enumerate() {
            table.set(level, Score(at as u8));
        }
        for (at, level) in levels.enumerate() {
            assert_eq!(table.score(level).get(), at as u8);
        }
    }
}
