//! Which log sources someone has.

use super::OwnLogs;
use crate::attack::Catalogue;
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

/// The logs of a [`GapList`](super::GapList), with the catalogue they were made for.
#[derive(Clone, Copy, Debug)]
pub struct LogsAtHand<'a> {
    /// The release.
    pub catalogue: &'a Catalogue,
    /// What is there.
    pub logs: &'a OwnLogs,
}

impl Telemetry for LogsAtHand<'_> {
    fn of_rule(&self, source: &LogSource) -> Availability {
        self.logs.has_log_source(self.catalogue, source).into()
    }

    fn of_catalogue(&self, component: u16, log_source: u16) -> Availability {
        let name = self.catalogue.log_sources.get(usize::from(log_source));
        let name = name.map_or("", String::as_str);
        self.logs.has_component_at(self.catalogue, component, name).into()
    }
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
