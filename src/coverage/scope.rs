//! What counts: platforms and statuses.

use crate::attack::{Catalogue, Technique};
use crate::rule::Status;
use serde::{Deserialize, Serialize};

/// The statuses that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusSet(Vec<Status>);

impl Default for StatusSet {
    /// All but deprecated and unsupported.
    fn default() -> Self {
        Self(vec![Status::Stable, Status::Test, Status::Experimental, Status::Unspecified])
    }
}

impl StatusSet {
    /// Whether rules of this status count.
    pub fn contains(&self, status: Status) -> bool {
        self.0.contains(&status)
    }

    /// Switches one status on or off.
    pub fn set(&mut self, status: Status, counts: bool) {
        self.0.retain(|s| *s != status);
        if counts {
            self.0.push(status);
            crate::sorted::sort(&mut self.0);
        }
    }

    /// Those that count, from most to least mature.
    pub fn iter(&self) -> impl Iterator<Item = Status> + '_ {
        self.0.iter().copied()
    }
}

/// Which techniques and which rules count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Platform names; a technique counts if it has one of them. Empty means all techniques.
    pub platforms: Vec<String>,
    /// Statuses of rules that count.
    pub statuses: StatusSet,
}

impl Scope {
    /// Whether a technique counts.
    pub fn includes(&self, catalogue: &Catalogue, technique: &Technique) -> bool {
        self.platforms.is_empty()
            || catalogue
                .platform_names(technique)
                .any(|name| self.platforms.iter().any(|wanted| wanted == name))
    }
}
