//! A library of rules: what is recommended, what next, guidance, skeletons, and what is exported.
#![cfg(feature = "cli")]
#![allow(clippy::print_stdout, reason = "skipped tests say why")]

mod library {
    pub(crate) mod examples;
    pub(crate) mod exported;
    pub(crate) mod growing;
    pub(crate) mod laws;
    pub(crate) mod sigmahq;
    pub(crate) mod skeletons;
}
mod toy;

use coverlay::attack::Catalogue;
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::gaps::{Availability, Grounds, Telemetry};
use coverlay::rule::{Intake, LogSource};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The log sources of these categories are there, all others are not; of the catalogue's nothing
/// is known.
pub(crate) struct Has(pub(crate) &'static [&'static str]);

impl Telemetry for Has {
    fn of_rule(&self, source: &LogSource) -> Availability {
        match self.0.contains(&source.category.as_str()) {
            true => Availability::Available,
            false => Availability::Unavailable,
        }
    }

    fn of_catalogue(&self, _: u16, log_source: u16) -> Availability {
        match log_source {
            0 => Availability::Unavailable,
            1 => Availability::Unknown,
            _ => Availability::Available,
        }
    }
}

/// Runs work that never waits.
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(work).as_mut().poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it never waits"),
    }
}

/// What a test stands on.
pub(crate) struct Ground {
    pub(crate) catalogue: Catalogue,
    pub(crate) intake: Intake,
    pub(crate) coverage: Coverage,
    pub(crate) policy: Policy,
    pub(crate) scope: Scope,
    pub(crate) has: Has,
    pub(crate) library: Intake,
}

impl Ground {
    pub(crate) fn new(
        catalogue: Catalogue,
        intake: Intake,
        library: Intake,
        policy: Policy,
        scope: Scope,
    ) -> Self {
        let coverage = Coverage::compute(&catalogue, &intake, &policy, &scope, toy::date());
        Self { catalogue, intake, coverage, policy, scope, has: Has(&["process"]), library }
    }

    /// By the default policy and scope.
    pub(crate) fn plain(intake: Intake, library: Intake) -> Self {
        Self::new(toy::three_tactics(), intake, library, Policy::default(), Scope::default())
    }

    pub(crate) fn grounds(&self) -> Grounds<'_> {
        Grounds {
            catalogue: &self.catalogue,
            intake: &self.intake,
            coverage: &self.coverage,
            policy: &self.policy,
            scope: &self.scope,
            telemetry: &self.has,
            library: &self.library,
        }
    }

    /// Stakes of some techniques, 0 for all others.
    pub(crate) fn stakes(&self, of: &[(&str, f64)]) -> Vec<f64> {
        let mut stakes = vec![0.0; self.catalogue.techniques.len()];
        for (id, stake) in of {
            stakes[usize::from(toy::index(&self.catalogue, id).0)] = *stake;
        }
        stakes
    }

    pub(crate) fn title(&self, rule: u32) -> &str {
        &self.library.rules[rule as usize].title
    }

    pub(crate) fn titles(&self, rules: &[u32]) -> Vec<&str> {
        rules.iter().map(|rule| self.title(*rule)).collect()
    }
}
