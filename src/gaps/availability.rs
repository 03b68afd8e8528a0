//! Which log sources someone has.

use crate::rule::LogSource;
use serde::Serialize;

/// Whether someone has the events of a log source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// They are there.
    Available,
    /// Nothing is known of them.
    Unknown,
    /// They are not.
    Unavailable,
}

impl From<Option<bool>> for Availability {
    /// From whether they are there, if that is known.
    fn from(is_there: Option<bool>) -> Self {
        match is_there {
            Some(true) => Self::Available,
            Some(false) => Self::Unavailable,
            None => Self::Unknown,
        }
    }
}

/// Tells which log sources someone has.
pub trait Telemetry {
    /// Of the log source of a rule; also asked of one that states nothing.
    fn of_rule(&self, source: &LogSource) -> Availability;

    /// Of what an analytic of the catalogue looks at: indices into
    /// [`data_components`](crate::attack::Catalogue::data_components) and [`log_sources`](crate::attack::Catalogue::log_sources).
    fn of_catalogue(&self, component: u16, log_source: u16) -> Availability;
}

/// Nobody said what there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untold;

impl Telemetry for Untold {
    fn of_rule(&self, _: &LogSource) -> Availability {
        Availability::Unknown
    }

    fn of_catalogue(&self, _: u16, _: u16) -> Availability {
        Availability::Unknown
    }
}
