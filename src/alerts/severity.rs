//! How severe an alert is, and what its analyst found.

use serde::{Deserialize, Serialize};

/// How severe an alert is, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information only.
    Informational,
    /// Rarely relevant alone.
    Low,
    /// Review manually.
    Medium,
    /// Review promptly.
    High,
    /// Act at once.
    Critical,
}

impl Severity {
    /// All, from least to most severe.
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// As in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What an analyst found an alert to be.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody said, or could say: open, new, closed without a reason, undetermined.
    #[default]
    None,
    /// An attack, or a test of one.
    TruePositive,
    /// What the rule looks for, and allowed.
    Benign,
    /// Not what the rule looks for.
    FalsePositive,
}

impl Verdict {
    /// All.
    pub const ALL: [Self; 4] = [Self::None, Self::TruePositive, Self::Benign, Self::FalsePositive];

    /// As in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::TruePositive => "true_positive",
            Self::Benign => "benign",
            Self::FalsePositive => "false_positive",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "no verdict",
            Self::TruePositive => "true positive",
            Self::Benign => "benign",
            Self::FalsePositive => "false positive",
        }
    }
}
