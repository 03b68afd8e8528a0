//! From facts about a technique to the terms of its priority, by a policy.

use super::enrichment::Known;
use super::observability::Observability;
use super::priority::{FormulaWeights, PriorityPolicy};
use super::terms::{Sum, Terms};
use super::threat::{Basis, Threat};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::date::Date;

/// Makes the terms of techniques.
pub(super) struct Summing<'a> {
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
    pub(super) fn new(
        catalogue: &'a Catalogue,
        coverage: &'a Coverage,
        threat: &'a Threat,
        policy: PriorityPolicy,
    ) -> Self {
        let campaigns = Vec::new();
        let mut made = Self { catalogue, coverage, threat, policy, campaigns, total: 0.0 };
        if let PriorityPolicy::Exposure { weights } = policy {
            let years = |last_seen: Option<Date>| {
                let last_seen = last_seen?;
                let days = coverage.today.unix_days() - last_seen.unix_days();
                Some(f64::from(days) / 365.25)
            };
            made.campaigns = catalogue
                .campaigns
                .iter()
                .map(|one| years(one.last_seen).map_or(1.0, |years| weights.recency(years)))
                .collect();
            made.total = (threat.groups.len() + threat.software.len()) as f64
                + made.weight(&threat.campaigns)
                + f64::from(u8::from(threat.has_layer));
        }
        made
    }

    fn weight(&self, campaigns: &[u16]) -> f64 {
        let weights = campaigns.iter().filter_map(|at| self.campaigns.get(usize::from(*at)));
        weights.sum()
    }

    pub(super) fn terms(&self, index: TechniqueIndex, known: Known, seen: &Observability) -> Terms {
        let cover = self.coverage.technique(index);
        let score = cover.score.map_or(0, |score| self.coverage.scale.percent(score));
        let formula = match self.policy {
            PriorityPolicy::Formula { weights } => weights,
            PriorityPolicy::Groups | PriorityPolicy::Exposure { .. } => FormulaWeights::default(),
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
                let users = (usage.groups.len() + usage.software.len()) as f64
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
