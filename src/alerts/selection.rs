//! Which alerts count.

use super::{Alert, Moment, Severity, Verdict};
use serde::{Deserialize, Serialize};

/// A stretch of time: from `since`, that included, to `until`, that excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first moment in it.
    pub since: Moment,
    /// The first moment behind it.
    pub until: Moment,
}

impl Window {
    /// All of a span whose last moment is in it.
    pub fn of_span((first, last): (Moment, Moment)) -> Self {
        Self { since: first, until: Moment(last.0.saturating_add(1)) }
    }

    /// Whether a moment is in it.
    pub fn has(self, time: Moment) -> bool {
        (self.since..self.until).contains(&time)
    }

    /// The window of the same length right before it.
    #[must_use]
    pub fn before(self) -> Self {
        let length = self.until.0.saturating_sub(self.since.0).max(0);
        Self { since: Moment(self.since.0.saturating_sub(length)), until: self.since }
    }
}

/// Which rows count: those in the window with one of these severities and verdicts. An empty list
/// filters nothing. Copies ([`Alert::is_copy`]) never count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// All times if there is none.
    pub window: Option<Window>,
    /// `None` in it are alerts without a severity.
    pub severities: Vec<Option<Severity>>,
    /// Verdicts.
    pub verdicts: Vec<Verdict>,
}

impl Selection {
    /// Whether a row counts.
    pub fn has(&self, alert: &Alert<'_>) -> bool {
        !alert.is_copy
            && self.window.is_none_or(|window| window.has(alert.time))
            && (self.severities.is_empty() || self.severities.contains(&alert.severity))
            && (self.verdicts.is_empty() || self.verdicts.contains(&alert.verdict))
    }

    /// The same in another window.
    #[must_use]
    pub fn within(&self, window: Window) -> Self {
        Self { window: Some(window), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_its_first_moment_and_not_its_last() {
        let window = Window { since: Moment(1000), until: Moment(3000) };
        assert_eq!(
            [999, 1000, 2999, 3000].map(|ms| window.has(Moment(ms))),
            [false, true, true, false]
        );
        assert_eq!(window.before(), Window { since: Moment(-1000), until: Moment(1000) });
        let span = Window::of_span((Moment(1), Moment(5)));
        assert!(span.has(Moment(5)) && !span.has(Moment(6)));
    }
}
