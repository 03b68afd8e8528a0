//! What tests of rules and techniques showed.

use super::Moment;
use crate::attack::TechniqueId;
use serde::{Deserialize, Serialize};

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestOutcome {
    /// It was detected: the rule did what it is for.
    Passed,
    /// It was not detected.
    Failed,
    /// It ran; nobody says whether it was detected (execution logs of Atomic Red Team), or it was
    /// only logged or blocked without an alert.
    Ran,
    /// It did not run.
    Skipped,
}

impl TestOutcome {
    /// As in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Ran => "ran",
            Self::Skipped => "skipped",
        }
    }
}

/// One result. It names a rule, a technique, or both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TestResult {
    /// The file it stands in.
    pub path: String,
    /// 1-based line, or the number of the record.
    pub line: u32,
    /// The rule's id or title, as written.
    pub rule: Option<String>,
    /// What was tried, as written; what it is in a catalogue is asked later.
    pub technique: Option<TechniqueId>,
    /// The test's name; empty if it has none.
    pub name: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// When; unknown where nothing says.
    pub at: Option<Moment>,
    /// Where, as written.
    pub host: Option<String>,
}
