//! What is to be said about a gap list as a whole: what the profile names that is not known, what
//! is missing, and what would fill it.

use super::list::{Assessment, GapsAsked};
use super::observability::Sight;
use super::own_logs::OwnLogs;
use super::places::Places;
use super::priority::PriorityPolicy;
use super::profile::Accepted;
use super::services::Service;
use super::threat::{Basis, Threat};
use crate::attack::Technique;

/// Something to be said about the list as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// An acceptance is over; the technique counts again.
    Expired(Accepted),
    /// An accepted technique that the catalogue does not know.
    UnknownAccepted(Accepted),
    /// A platform that the catalogue does not know.
    UnknownPlatform(String),
    /// A data component that the catalogue does not know.
    UnknownLogSource(String),
    /// A group, campaign or software that the catalogue does not know.
    UnknownActor(String),
    /// A technique of the threat layer or the incidents that the catalogue does not know.
    UnknownTechnique(String),
    /// A service tag that stands for nothing we know.
    UnknownService(String),
    /// Industry or country were given, and no enrichment to look them up in.
    NoTargets,
    /// Industry and country chose no group.
    NoGroupTargets,
    /// The catalogue links no group and no campaign to any technique.
    NoActors,
    /// The catalogue does not say what it takes to see a technique.
    NoAnalytics,
    /// Somebody was named, but nobody of them is known: all count.
    NobodyChosen,
    /// The policy would use choke points and known exploitation, and there is no enrichment.
    NoEnrichment,
}

impl Remark {
    /// In one sentence, with what would help.
    pub fn sentence(&self) -> String {
        match self {
            Self::Expired(Accepted { technique, reason, until }) => {
                let until = until.map(|until| until.to_string()).unwrap_or_default();
                format!("{technique} was accepted until {until} ({reason}) and counts again.")
            }
            Self::UnknownAccepted(Accepted { technique, .. }) => {
                format!("{technique} is accepted, but this release of ATT&CK does not have it.")
            }
            Self::UnknownPlatform(name) => {
                format!("This release of ATT&CK has no platform '{name}'.")
            }
            Self::UnknownLogSource(name) => {
                format!("This release of ATT&CK has no data component '{name}'.")
            }
            Self::UnknownActor(name) => {
                format!("This release of ATT&CK has no group, campaign or software '{name}'.")
            }
            Self::UnknownTechnique(id) => {
                format!("{id} of the threat layer or the incidents is not in this release of ATT&CK.")
            }
            Self::UnknownService(tag) => {
                format!("The service '{tag}' stands for no platform and no log source that we know.")
            }
            Self::NoTargets => {
                "Industry and country choose nobody: an enrichment file says which groups target them."
                    .to_owned()
            }
            Self::NoGroupTargets => {
                "No group of the enrichment targets this industry and country.".to_owned()
            }
            Self::NoActors => {
                "The catalogue links no groups and campaigns to techniques; a full STIX bundle does."
                    .to_owned()
            }
            Self::NoAnalytics => {
                "The catalogue has no analytics, so nothing is known of log sources; ATT&CK 18 and later have them."
                    .to_owned()
            }
            Self::NobodyChosen => {
                "Nobody of those who were named is known; all groups and campaigns count.".to_owned()
            }
            Self::NoEnrichment => {
                "Choke points and known exploitation are not known, and neutral; an enrichment file has them."
                    .to_owned()
            }
        }
    }
}

/// What is to be said beside acceptances.
pub(super) fn said(
    asked: &GapsAsked<'_>,
    threat: &Threat,
    logs: &OwnLogs,
    places: &Places,
    assessments: &[Assessment],
) -> Vec<Remark> {
    let GapsAsked { catalogue, profile, enrichment, policy, .. } = *asked;
    let mut said: Vec<Remark> = Vec::new();
    said.extend(places.unknown.iter().cloned().map(Remark::UnknownPlatform));
    said.extend(logs.unknown.iter().cloned().map(Remark::UnknownLogSource));
    said.extend(threat.unknown.iter().cloned().map(Remark::UnknownActor));
    let ids = threat.unknown_techniques.iter();
    said.extend(ids.map(|id| Remark::UnknownTechnique(id.to_string())));
    let tags = profile.services.iter().map(String::as_str).chain(profile.assets.services());
    for tag in tags.filter(|tag| Service::tagged(tag).is_none()) {
        let remark = Remark::UnknownService(tag.to_owned());
        if !said.contains(&remark) {
            said.push(remark);
        }
    }
    if profile.industry.is_some() || profile.country.is_some() {
        match enrichment.is_some_and(|enrichment| !enrichment.targets.is_empty()) {
            false => said.push(Remark::NoTargets),
            true if threat.by_target.is_empty() => said.push(Remark::NoGroupTargets),
            true => {}
        }
    }
    let has_actors = |t: &Technique| !t.groups.is_empty() || !t.campaigns.is_empty();
    if !catalogue.techniques.iter().any(has_actors) {
        said.push(Remark::NoActors);
    } else if profile.names_a_threat() && threat.basis == Basis::Everyone {
        said.push(Remark::NobodyChosen);
    }
    let is_known =
        |one: &Assessment| !matches!(one.observability.sight, Sight::Unknown | Sight::Never);
    if !assessments.iter().any(is_known) {
        said.push(Remark::NoAnalytics);
    }
    if matches!(policy, PriorityPolicy::Exposure { .. }) && enrichment.is_none() {
        said.push(Remark::NoEnrichment);
    }
    said
}
