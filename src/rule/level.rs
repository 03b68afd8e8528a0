//! Severity and maturity on one common scale, with the original spelling kept.

use serde::{Deserialize, Serialize};

/// How severe a match is; Sigma's own five levels
/// (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#level>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
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

impl Level {
    /// All, from least to most severe.
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The spelling of the specification.
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

/// How mature a rule is; Sigma's own statuses
/// (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#status>)
/// and one for rules that name none, or one nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In production without obvious problems.
    Stable,
    /// Mostly stable, may need slight adjustments.
    Test,
    /// New, noisy or untested.
    Experimental,
    /// Not stated, or in words outside the specification.
    Unspecified,
    /// Replaced or no longer useful; not counted unless asked for.
    Deprecated,
    /// Cannot be used as it is; not counted unless asked for.
    Unsupported,
}

impl Status {
    /// All, from most to least mature.
    pub const ALL: [Self; 6] = [
        Self::Stable,
        Self::Test,
        Self::Experimental,
        Self::Unspecified,
        Self::Deprecated,
        Self::Unsupported,
    ];

    /// The spelling of the specification.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Test => "test",
            Self::Experimental => "experimental",
            Self::Unspecified => "unspecified",
            Self::Deprecated => "deprecated",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A value on a common scale, and the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written<T> {
    /// `None` if absent or not on the scale.
    pub value: Option<T>,
    /// As the rule has it; empty if absent.
    pub text: String,
}

impl<T> Default for Written<T> {
    /// Absent.
    fn default() -> Self {
        Self { value: None, text: String::new() }
    }
}

impl<T: Copy> Written<T> {
    /// Reads a word of a format's own scale, in any case.
    pub fn on_scale(text: &str, scale: &[(&str, T)]) -> Self {
        let text = text.trim();
        let known = scale.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        Self { value: known.map(|(_, value)| *value), text: text.to_owned() }
    }
}

impl Written<Level> {
    /// Reads a level in any case.
    pub fn level(text: &str) -> Self {
        let wanted = text.trim().to_ascii_lowercase();
        let value = Level::ALL.into_iter().find(|level| level.as_str() == wanted);
        Self { value, text: text.to_owned() }
    }
}

impl Written<Status> {
    /// Reads a status in any case; `production`, seen in old and private sets, is `stable`.
    pub fn status(text: &str) -> Self {
        let wanted = text.trim().trim_end_matches('|').to_ascii_lowercase();
        let value = match wanted.as_str() {
            "production" => Some(Status::Stable),
            _ => Status::ALL
                .into_iter()
                .find(|status| *status != Status::Unspecified && status.as_str() == wanted),
        };
        Self { value, text: text.to_owned() }
    }

    /// The status, or [`Status::Unspecified`].
    pub fn known(&self) -> Status {
        self.value.unwrap_or(Status::Unspecified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_of_ones_own() {
        let scale = &[("Info", Level::Informational), ("High", Level::High)];
        assert_eq!(Written::on_scale(" info ", scale).value, Some(Level::Informational));
        let odd = Written::on_scale("Hight", scale);
        assert_eq!((odd.value, odd.text.as_str()), (None, "Hight"));
    }

    #[test]
    fn spellings_seen_in_real_rules() {
        assert_eq!(Written::level("High").value, Some(Level::High));
        assert_eq!(Written::level("severe").value, None);
        assert_eq!(Written::status("Experimental").known(), Status::Experimental);
        assert_eq!(Written::status("experimental|").known(), Status::Experimental);
        assert_eq!(Written::status("production").known(), Status::Stable);
        assert_eq!(Written::status("unspecified").value, None);
        assert_eq!(Written::status("some words").known(), Status::Unspecified);
    }
}
