//! What recommendations rest on at one moment of the page, and what of the library can be
//! recommended then.

use crate::attack::Catalogue;
use crate::coverage::{Coverage, Policy, Scope};
use crate::gaps::{Availability, Grounds, Library, LogsAtHand, OwnLogs, Profile, Telemetry};
use crate::pace::Pace;
use crate::rule::{Intake, LogSource};
use std::sync::Arc;

/// One moment of the page.
#[derive(Clone)]
pub struct Asked {
    /// The release.
    pub catalogue: Arc<Catalogue>,
    /// What is deployed.
    pub intake: Arc<Intake>,
    /// Of that.
    pub coverage: Arc<Coverage>,
    /// How it is scored; changes with the coverage only.
    pub policy: Policy,
    /// What counts; changes with the coverage only.
    pub scope: Scope,
    /// Who one is: which logs there are.
    pub profile: Profile,
    /// The rules of the library.
    pub rules: Arc<Intake>,
}

/// Big values are compared by identity.
impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.intake, &other.intake)
            && Arc::ptr_eq(&self.coverage, &other.coverage)
            && Arc::ptr_eq(&self.rules, &other.rules)
            && self.profile == other.profile
    }
}

/// Such a moment, and what of the library can be recommended.
pub struct Ground {
    /// What was asked.
    pub of: Asked,
    /// The logs there are.
    pub logs: OwnLogs,
    /// What of the library is of use.
    pub library: Library,
}

impl Ground {
    /// Looks through the library, in pieces.
    pub async fn new(of: Asked, pace: &impl Pace) -> Self {
        let logs = OwnLogs::of(&of.catalogue, &of.intake, &of.coverage, &of.profile);
        pace.pause().await;
        let mut ground = Self { of, logs, library: Library::default() };
        ground.library = Library::new_paced(&ground.grounds(), pace).await;
        ground
    }

    fn at_hand(&self) -> LogsAtHand<'_> {
        LogsAtHand { catalogue: &self.of.catalogue, logs: &self.logs }
    }

    /// As recommendations are asked.
    pub fn grounds(&self) -> Grounds<'_> {
        Grounds {
            catalogue: &self.of.catalogue,
            intake: &self.of.intake,
            coverage: &self.of.coverage,
            policy: &self.of.policy,
            scope: &self.of.scope,
            telemetry: self,
            library: &self.of.rules,
        }
    }
}

impl Telemetry for Ground {
    fn of_rule(&self, source: &LogSource) -> Availability {
        self.at_hand().of_rule(source)
    }

    fn of_catalogue(&self, component: u16, log_source: u16) -> Availability {
        self.at_hand().of_catalogue(component, log_source)
    }
}
