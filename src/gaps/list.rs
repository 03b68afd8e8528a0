//! The gaps in order, and of every technique why it is one or not.
//!
//! Techniques and sub-techniques both are rows, as in the report: a rule names one of them, and
//! what is done about one is done about that id.

use super::enrichment::{Enrichment, Known};
use super::observability::{Observability, Sight, observe};
use super::places::{Places, platforms_named};
use super::priority::PriorityPolicy;
use super::profile::{Accepted, Profile};
use super::relevance::{Asked, Relevance};
use super::services::Service;
use super::telemetry::Telemetry;
use super::terms::{Sum, Terms};
use super::threat::{Basis, Threat, live};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState};
use crate::rule::Intake;
use crate::sorted;

/// What is wrong with the cover of a technique. The first that holds is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapState {
    /// No counted rule names it or a sub-technique of it.
    Uncovered,
    /// No counted rule names it, and of its sub-techniques in scope some have a rule and some
    /// have none. (Where all have one, or a rule names it, each sub-technique speaks for itself.)
    Partial,
    /// A rule names it, but its score is below the threshold.
    Weak,
    /// Its score is good enough, but it rests on a single rule or a single log source.
    Fragile,
}

impl GapState {
    /// All, the worst first.
    pub const ALL: [Self; 4] = [Self::Uncovered, Self::Partial, Self::Weak, Self::Fragile];

    /// As in exports and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uncovered => "uncovered",
            Self::Partial => "partial",
            Self::Weak => "weak",
            Self::Fragile => "fragile",
        }
    }
}

/// Everything known of one technique.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Whether it matters, and why.
    pub relevance: Relevance,
    /// What is wrong with its cover, whether it matters or not; `None` if nothing is.
    pub state: Option<GapState>,
    /// It rests on a single rule (so on a single log source, too).
    pub single_rule: bool,
    /// It rests on a single log source.
    pub single_log_source: bool,
    /// What it takes to see it.
    pub observability: Observability,
    /// Its priority in parts.
    pub terms: Terms,
}

impl Assessment {
    /// Whether it is a gap that matters.
    pub fn is_gap(&self) -> bool {
        self.state.is_some() && self.relevance.is_in()
    }
}

/// A gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// From 1.
    pub rank: usize,
    /// Which.
    pub technique: TechniqueIndex,
    /// What is wrong with its cover.
    pub state: GapState,
    /// By the policy; may be below 0 where the score takes away more than the rest gives.
    pub priority: f64,
}

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
    /// A group or campaign that the catalogue does not know.
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
                format!("This release of ATT&CK has no group or campaign '{name}'.")
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

/// What a gap list is asked of.
#[derive(Clone, Copy, Debug)]
pub struct GapsAsked<'a> {
    /// Of the coverage.
    pub catalogue: &'a Catalogue,
    /// The rules.
    pub intake: &'a Intake,
    /// What they cover; its day is today.
    pub coverage: &'a Coverage,
    /// Who one is.
    pub profile: &'a Profile,
    /// What others measured, if that is at hand.
    pub enrichment: Option<&'a Enrichment>,
    /// What comes first.
    pub policy: PriorityPolicy,
    /// The score below which a technique is weak, 0 to 100, whatever the scale of the coverage's
    /// policy.
    pub threshold: u8,
}

/// The gaps, and what they were made from.
#[derive(Clone, Debug, PartialEq)]
pub struct GapList {
    /// What comes first.
    pub policy: PriorityPolicy,
    /// The score below which a technique is weak.
    pub threshold: u8,
    /// By priority, the highest first; of equals the lower id.
    pub gaps: Vec<Gap>,
    /// One a technique, at the catalogue's index.
    pub assessments: Vec<Assessment>,
    /// Who counts.
    pub threat: Threat,
    /// Which logs are there.
    pub telemetry: Telemetry,
    /// The platforms that count, as places in [`Catalogue::platforms`], sorted; empty: all.
    pub platforms: Vec<u8>,
    /// What is to be said.
    pub remarks: Vec<Remark>,
}

impl GapList {
    /// Makes it.
    pub fn of(asked: &GapsAsked<'_>) -> Self {
        let GapsAsked { catalogue, intake, coverage, profile, enrichment, policy, .. } = *asked;
        let threat = Threat::of(catalogue, profile, enrichment);
        let telemetry = Telemetry::of(catalogue, intake, coverage, profile);
        let places = places(catalogue, profile);
        let mut accepted = Vec::new();
        let mut remarks = Vec::new();
        for one in &profile.accepted {
            match live(catalogue, one.technique) {
                Some(index) => accepted.push((index, one)),
                None => remarks.push(Remark::UnknownAccepted(one.clone())),
            }
            if one.is_expired(coverage.today) {
                remarks.push(Remark::Expired(one.clone()));
            }
        }
        // What holds longest comes first.
        sorted::sort_by(&mut accepted, |a, b| {
            let until = |one: &Accepted| (one.until.is_some(), std::cmp::Reverse(one.until));
            until(a.1).cmp(&until(b.1)).then_with(|| a.1.reason.cmp(&b.1.reason))
        });
        let relevance = Asked {
            catalogue,
            places: &places,
            threat: &threat,
            demands: profile.demands,
            accepted: &accepted,
            today: coverage.today,
        };
        let known = enrichment.map(|enrichment| enrichment.of_techniques(catalogue));
        let summing = Summing::new(catalogue, coverage, &threat, policy);
        let assessments: Vec<Assessment> = catalogue
            .indices()
            .map(|index| {
                let observability = observe(catalogue, &telemetry, &places, index);
                let cover = coverage.technique(index);
                let known = known.as_ref().and_then(|all| all.get(usize::from(index.0)));
                let terms =
                    summing.terms(index, known.copied().unwrap_or_default(), &observability);
                Assessment {
                    relevance: relevance.relevance(index, cover.in_scope, &observability),
                    state: state(asked, index, terms.coverage_score),
                    single_rule: cover.upkeep.single_rule,
                    single_log_source: cover.upkeep.single_log_source,
                    observability,
                    terms,
                }
            })
            .collect();
        remarks.extend(said(asked, &threat, &telemetry, &places, &assessments));
        Self {
            policy,
            threshold: asked.threshold,
            gaps: ranked(catalogue, &assessments),
            assessments,
            threat,
            telemetry,
            platforms: places.chosen.into_iter().collect(),
            remarks,
        }
    }

    /// What is known of a technique.
    pub fn assessment(&self, index: TechniqueIndex) -> &Assessment {
        &self.assessments[usize::from(index.0)]
    }

    /// What each technique would weigh with a score of 0, at the catalogue's index: what can be
    /// won by covering it. 0 for what does not matter; never below 0.
    pub fn stakes(&self) -> Vec<f64> {
        let stake = |one: &Assessment| match one.relevance.is_in() {
            true => one.terms.uncovered().max(0.0),
            false => 0.0,
        };
        self.assessments.iter().map(stake).collect()
    }

    /// The priority of each gap as a share of the highest, 0 to 100 and rounded, at the
    /// catalogue's index, for colours; `None` for what is no gap.
    pub fn heat(&self) -> Vec<Option<u8>> {
        let highest = self.gaps.first().map_or(0.0, |gap| gap.priority);
        let mut heat = vec![None; self.assessments.len()];
        for gap in &self.gaps {
            let share = if highest > 0.0 { (gap.priority / highest).max(0.0) } else { 0.0 };
            heat[usize::from(gap.technique.0)] = Some((share * 100.0).round() as u8);
        }
        heat
    }

    /// The first gaps.
    pub fn top(&self, count: usize) -> &[Gap] {
        &self.gaps[..count.min(self.gaps.len())]
    }
}

fn places(catalogue: &Catalogue, profile: &Profile) -> Places {
    let mut places = Places::default();
    let named = profile.platforms.iter().map(String::as_str).chain(profile.assets.platforms());
    for name in named {
        let found = platforms_named(catalogue, name);
        if found.is_empty() && !places.unknown.iter().any(|known| known == name) {
            places.unknown.push(name.to_owned());
        }
        places.chosen.extend(found);
    }
    let tags = profile.services.iter().map(String::as_str).chain(profile.assets.services());
    for service in tags.filter_map(Service::tagged) {
        let found = service.platforms.iter().flat_map(|name| platforms_named(catalogue, name));
        places.chosen.extend(found);
    }
    places
}

fn state(asked: &GapsAsked<'_>, index: TechniqueIndex, score: u8) -> Option<GapState> {
    let cover = asked.coverage.technique(index);
    match cover.state {
        TechniqueState::None => Some(GapState::Uncovered),
        TechniqueState::ViaSubtechnique => {
            (cover.subtechniques_covered < cover.subtechniques_total).then_some(GapState::Partial)
        }
        TechniqueState::Direct if score < asked.threshold => Some(GapState::Weak),
        TechniqueState::Direct => {
            let upkeep = cover.upkeep;
            (upkeep.single_rule || upkeep.single_log_source).then_some(GapState::Fragile)
        }
    }
}

fn ranked(catalogue: &Catalogue, assessments: &[Assessment]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = catalogue
        .indices()
        .zip(assessments)
        .filter(|(_, one)| one.relevance.is_in())
        .filter_map(|(technique, one)| {
            let priority = one.terms.priority();
            Some(Gap { rank: 0, technique, state: one.state?, priority })
        })
        .collect();
    // Indices are in the order of ids, and the sort keeps it among equals.
    sorted::sort_by(&mut gaps, |a, b| b.priority.total_cmp(&a.priority));
    for (gap, rank) in gaps.iter_mut().zip(1..) {
        gap.rank = rank;
    }
    gaps
}

/// Makes the terms of techniques.
struct Summing<'a> {
    catalogue: &'a Catalogue,
    coverage: &'a Coverage,
    threat: &'a Threat,
    policy: PriorityPolicy,
    /// How much each campaign of the catalogue counts, by the exposure policy.
    campaigns: Vec<f64>,
    /// All that counts together.
    total: f64,
}

impl<'a> Summing<'a> {
    fn new(
        catalogue: &'a Catalogue,
        coverage: &'a Coverage,
        threat: &'a Threat,
        policy: PriorityPolicy,
    ) -> Self {
        let campaigns = Vec::new();
        let mut made = Self { catalogue, coverage, threat, policy, campaigns, total: 0.0 };
        if let PriorityPolicy::Exposure { weights } = policy {
            let years = |last_seen: Option<crate::date::Date>| {
                let last_seen = last_seen?;
                let days = coverage.today.unix_days() - last_seen.unix_days();
                Some(f64::from(days) / 365.25)
            };
            made.campaigns = catalogue
                .campaigns
                .iter()
                .map(|one| years(one.last_seen).map_or(1.0, |years| weights.recency(years)))
                .collect();
            made.total = threat.groups.len() as f64
                + made.weight(&threat.campaigns)
                + f64::from(u8::from(threat.has_layer));
        }
        made
    }

    fn weight(&self, campaigns: &[u16]) -> f64 {
        let weights = campaigns.iter().filter_map(|at| self.campaigns.get(usize::from(*at)));
        weights.sum()
    }

    fn terms(&self, index: TechniqueIndex, known: Known, seen: &Observability) -> Terms {
        let cover = self.coverage.technique(index);
        let score = cover.score.map_or(0, |score| self.coverage.scale.percent(score));
        let formula = match self.policy {
            PriorityPolicy::Formula { weights } => weights,
            PriorityPolicy::Groups | PriorityPolicy::Exposure { .. } => Default::default(),
        };
        let (mut tactic, mut best) = (0, (f64::NEG_INFINITY, 0.0, 0.0));
        for at in &self.catalogue.technique(index).tactics {
            let Some(of) = self.catalogue.tactics.get(usize::from(*at)) else { continue };
            let (impact, criticality) = formula.of_tactic(&of.shortname);
            if impact * criticality > best.0 {
                (tactic, best) = (*at, (impact * criticality, impact, criticality));
            }
        }
        Terms {
            tactic,
            impact_weight: best.1,
            tactic_criticality: best.2,
            threat_weight: formula.threat(),
            adversary_frequency: self.threat.frequency(index),
            coverage_score: score,
            sum: self.sum(index, known, seen),
        }
    }

    fn sum(&self, index: TechniqueIndex, known: Known, seen: &Observability) -> Sum {
        let usage = &self.threat.usage[usize::from(index.0)];
        match self.policy {
            PriorityPolicy::Formula { .. } => Sum::Formula,
            PriorityPolicy::Groups => {
                Sum::Groups { users: usage.groups.len(), of: self.threat.groups.len() }
            }
            PriorityPolicy::Exposure { weights } => {
                let users = usage.groups.len() as f64
                    + self.weight(&usage.campaigns)
                    + usage.layer.unwrap_or(0.0);
                let frequency = match self.threat.basis {
                    Basis::Incidents => self.threat.frequency(index),
                    _ if self.total > 0.0 => users / self.total,
                    _ => 0.0,
                };
                let flag = |count: u32| if count > 0 { weights.exploited() } else { 1.0 };
                Sum::Exposure {
                    frequency,
                    choke_point: known.choke_point.map(|score| weights.choke_point(score)),
                    exploited: known.exploited.map(flag),
                    feasibility: seen.share.map(|share| weights.feasibility(share)),
                }
            }
        }
    }
}

/// What is to be said beside acceptances.
fn said(
    asked: &GapsAsked<'_>,
    threat: &Threat,
    telemetry: &Telemetry,
    places: &Places,
    assessments: &[Assessment],
) -> Vec<Remark> {
    let GapsAsked { catalogue, profile, enrichment, policy, .. } = *asked;
    let mut said: Vec<Remark> = Vec::new();
    said.extend(places.unknown.iter().cloned().map(Remark::UnknownPlatform));
    said.extend(telemetry.unknown.iter().cloned().map(Remark::UnknownLogSource));
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
    let has_actors = |t: &crate::attack::Technique| !t.groups.is_empty() || !t.campaigns.is_empty();
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
