//! Which logs one has, by ATT&CK's data components: guessed from the log sources of the rules and
//! from services, then corrected. Guess and correction stay apart, so that other rules give
//! another guess and the correction still stands.

mod subject;
mod taxonomy;

pub use subject::Subject;
pub use taxonomy::components_of;

use super::profile::Profile;
use super::services::Service;
use super::sigma_source::sigma_source;
use crate::attack::{Catalogue, DataComponent};
use crate::coverage::Coverage;
use crate::rule::{Intake, LogSource};
use crate::sorted;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one data component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentStanding {
    /// Counted rules that look at a log source which shows it.
    pub rules: usize,
    /// Those log sources, sorted.
    pub log_sources: Vec<LogSource>,
    /// Tags of the profile whose logs hold it, as written, in their order.
    pub services: Vec<String>,
    /// Platforms the guess is for, as places in [`Catalogue::platforms`].
    pub platforms: BTreeSet<u8>,
    /// A rule or a service that says nothing of platforms shows it, so that it may be any.
    pub anywhere: bool,
    /// What the profile says of it.
    pub correction: Option<bool>,
}

impl ComponentStanding {
    /// Whether rules or services let one guess that it is there.
    pub fn is_guessed(&self) -> bool {
        self.anywhere || !self.platforms.is_empty()
    }

    /// Whether it is there, on whatever platform.
    pub fn is_available(&self) -> bool {
        self.correction.unwrap_or_else(|| self.is_guessed())
    }

    /// Whether it is there on one of these platforms; none of them stands for any.
    pub fn is_available_on(&self, platforms: &[u8]) -> bool {
        self.correction.unwrap_or_else(|| {
            self.anywhere
                || (platforms.is_empty() && self.is_guessed())
                || platforms.iter().any(|at| self.platforms.contains(at))
        })
    }
}

/// The logs one has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnLogs {
    /// One a data component of the catalogue, at its place there.
    pub components: Vec<ComponentStanding>,
    /// Names among [`Profile::log_sources`] that the catalogue does not know.
    pub unknown: Vec<String>,
    /// Log sources of counted rules that our table does not know, with their rules, most first.
    pub unrecognised: Vec<(LogSource, usize)>,
}

impl OwnLogs {
    /// From the counted rules of a coverage, the services of a profile, and its corrections.
    pub fn of(
        catalogue: &Catalogue,
        intake: &Intake,
        coverage: &Coverage,
        profile: &Profile,
    ) -> Self {
        let places: BTreeMap<String, usize> = catalogue
            .data_components
            .iter()
            .enumerate()
            .map(|(at, component)| (component.id.to_string(), at))
            .collect();
        let mut logs = Self {
            components: vec![ComponentStanding::default(); catalogue.data_components.len()],
            ..Self::default()
        };
        logs.guess_from_rules(catalogue, intake, coverage, &places);
        logs.guess_from_services(catalogue, profile, &places);
        logs.correct(catalogue, profile);
        logs
    }

    fn guess_from_rules(
        &mut self,
        catalogue: &Catalogue,
        intake: &Intake,
        coverage: &Coverage,
        places: &BTreeMap<String, usize>,
    ) {
        // Rules of one log source may be for several platforms.
        let mut counted: BTreeMap<(&LogSource, &[String]), usize> = BTreeMap::new();
        for at in coverage.mapped.iter().chain(&coverage.unmapped) {
            let Some(rule) = intake.rules.get(*at as usize) else { continue };
            if !rule.log_source.is_empty() {
                *counted.entry((&rule.log_source, &rule.platforms)).or_default() += 1;
            }
        }
        let mut unrecognised: BTreeMap<&LogSource, usize> = BTreeMap::new();
        for ((log_source, platforms), rules) in counted {
            let shown = components_of(log_source);
            if shown.is_empty() {
                *unrecognised.entry(log_source).or_default() += rules;
            }
            for component in shown.iter().filter_map(|id| places.get(*id)) {
                let Some(standing) = self.components.get_mut(*component) else { continue };
                standing.rules += rules;
                if standing.log_sources.last() != Some(log_source) {
                    standing.log_sources.push(log_source.clone());
                }
                standing.add_platforms(catalogue, platforms.iter().map(String::as_str));
            }
        }
        self.unrecognised =
            unrecognised.into_iter().map(|(source, rules)| (source.clone(), rules)).collect();
        sorted::sort_by(&mut self.unrecognised, |a, b| b.1.cmp(&a.1));
    }

    fn guess_from_services(
        &mut self,
        catalogue: &Catalogue,
        profile: &Profile,
        places: &BTreeMap<String, usize>,
    ) {
        let tags = profile.services.iter().map(String::as_str).chain(profile.assets.services());
        for tag in tags {
            let Some(service) = Service::tagged(tag) else { continue };
            for component in service.components.iter().filter_map(|id| places.get(*id)) {
                let Some(standing) = self.components.get_mut(*component) else { continue };
                if !standing.services.iter().any(|known| known == tag) {
                    standing.services.push(tag.to_owned());
                }
                standing.add_platforms(catalogue, service.platforms.iter().copied());
            }
        }
    }

    fn correct(&mut self, catalogue: &Catalogue, profile: &Profile) {
        for (name, has) in &profile.log_sources {
            match component_named(catalogue, name).and_then(|at| self.components.get_mut(at)) {
                Some(standing) => standing.correction = Some(*has),
                None => self.unknown.push(name.clone()),
            }
        }
    }

    /// Whether anything is known at all: from a rule, a service or the profile itself.
    pub fn is_told(&self) -> bool {
        self.components.iter().any(|one| one.is_guessed() || one.correction.is_some())
    }

    /// Whether the events of a rule's log source are there; `None` if nothing is known of it.
    /// They are if one of the data components it can show is.
    pub fn has_log_source(&self, catalogue: &Catalogue, log_source: &LogSource) -> Option<bool> {
        let shown = components_of(log_source);
        if shown.is_empty() || !self.is_told() {
            return None;
        }
        let on = platforms_of(catalogue, log_source);
        let components = catalogue.data_components.iter().zip(&self.components);
        let mut shown = components.filter(|(of, _)| shown.contains(&of.id.to_string().as_str()));
        Some(shown.any(|(_, standing)| standing.is_available_on(&on)))
    }

    /// Whether a data component is there where an analytic looks for it: at a log source as the
    /// catalogue names it, on the platforms of that if its name tells them; `None` if nothing is
    /// known at all.
    pub fn has_component_at(
        &self,
        catalogue: &Catalogue,
        component: u16,
        log_source: &str,
    ) -> Option<bool> {
        let on = platforms_of(catalogue, &sigma_source("", log_source, []));
        let standing = self.component(component);
        self.is_told().then(|| standing.is_some_and(|standing| standing.is_available_on(&on)))
    }

    /// Whether a data component of the catalogue is there; `None` if nothing is known at all.
    pub fn has_component(&self, at: u16) -> Option<bool> {
        self.is_told().then(|| self.component(at).is_some_and(ComponentStanding::is_available))
    }

    /// What is known of a data component of the catalogue it was made with.
    pub fn component(&self, at: u16) -> Option<&ComponentStanding> {
        self.components.get(usize::from(at))
    }
}

/// The platforms that product and service tell, as places in [`Catalogue::platforms`].
fn platforms_of(catalogue: &Catalogue, log_source: &LogSource) -> Vec<u8> {
    let names = crate::rule::platforms([log_source.product.as_str(), &log_source.service]);
    names.iter().flat_map(|name| super::places::platforms_named(catalogue, name)).collect()
}

impl ComponentStanding {
    /// For these platforms, by ATT&CK's names; for any if there are none.
    fn add_platforms<'n>(&mut self, catalogue: &Catalogue, names: impl Iterator<Item = &'n str>) {
        let mut named = false;
        for name in names {
            named = true;
            self.platforms.extend(super::places::platforms_named(catalogue, name));
        }
        self.anywhere |= !named;
    }
}

/// The place of a data component by its id or its name, in any case.
pub(super) fn component_named(catalogue: &Catalogue, name: &str) -> Option<usize> {
    let name = name.trim();
    let is_it = |component: &DataComponent| {
        component.id.to_string().eq_ignore_ascii_case(name)
            || (!component.name.is_empty() && component.name.eq_ignore_ascii_case(name))
    };
    catalogue.data_components.iter().position(is_it)
}
