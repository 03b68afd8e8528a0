//! The computation: rules × catalogue × policy × scope → coverage.

use super::summary::{self, PlatformCoverage, Summary, TacticCoverage};
use super::{Policy, Scope, Score, Upkeep, upkeep};
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::date::Date;
use crate::rule::{Intake, RuleIndex};
use crate::sorted;
use serde::{Deserialize, Serialize};

/// How a technique is covered. A sub-technique never inherits from its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TechniqueState {
    /// No counted rule names it or a sub-technique of it.
    None,
    /// No counted rule names it, but at least one names a sub-technique of it.
    ViaSubtechnique,
    /// At least one counted rule names exactly this id.
    Direct,
}

impl TechniqueState {
    /// As in the report and in `data-coverage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ViaSubtechnique => "via_subtechnique",
            Self::Direct => "direct",
        }
    }
}

/// The coverage of one technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueCoverage {
    /// Whether the scope's platforms include it. Out of scope, it is in no total.
    pub in_scope: bool,
    /// How it is covered.
    pub state: TechniqueState,
    /// By the policy, from [`Self::rules`] only; `None` is not the same as 0.
    pub score: Option<Score>,
    /// Distinct counted rules that name exactly this id after revoked ids are followed, sorted.
    pub rules: Vec<RuleIndex>,
    /// Those and the rules of its sub-techniques, each rule once, sorted.
    pub rules_rollup: Vec<RuleIndex>,
    /// Distinct log sources of [`Self::rules`]; a rule that states none counts as one source.
    pub log_sources: u32,
    /// Sub-techniques in scope with at least one rule.
    pub subtechniques_covered: u32,
    /// Sub-techniques in scope.
    pub subtechniques_total: u32,
    /// Whether its rules are looked after.
    pub upkeep: Upkeep,
}

/// The answer for one catalogue, policy and scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// One entry a technique, at the catalogue's index.
    pub techniques: Vec<TechniqueCoverage>,
    /// Per rule of the intake: the techniques it counts on, sorted (empty if it counts on none).
    pub claims: Vec<Vec<TechniqueIndex>>,
    /// Counted rules with at least one technique of this catalogue.
    pub mapped: Vec<RuleIndex>,
    /// Counted rules without.
    pub unmapped: Vec<RuleIndex>,
    /// Rules left out for their status; duplicates are in none of the three lists.
    pub excluded: Vec<RuleIndex>,
    /// The totals.
    pub summary: Summary,
    /// In matrix order.
    pub tactics: Vec<TacticCoverage>,
    /// By platform name; of all techniques, whatever the scope's platforms.
    pub platforms: Vec<PlatformCoverage>,
}

impl Coverage {
    /// Computes it. Linear in rules and techniques; no parsing, so that every change of a
    /// control can simply compute it anew. `today` tells which rules are stale.
    pub fn compute(
        catalogue: &Catalogue,
        intake: &Intake,
        policy: &Policy,
        scope: &Scope,
        today: Date,
    ) -> Self {
        let count = catalogue.techniques.len();
        let mut rules_of: Vec<Vec<RuleIndex>> = vec![Vec::new(); count];
        let mut claims = vec![Vec::new(); intake.rules.len()];
        let (mut mapped, mut unmapped, mut excluded) = (Vec::new(), Vec::new(), Vec::new());

        for (rule, at) in intake.rules.iter().zip(0_u32..) {
            let mut techniques: Vec<TechniqueIndex> = rule
                .technique_ids()
                .into_iter()
                .filter_map(|id| match catalogue.resolve(id) {
                    Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
                    Resolution::Deprecated | Resolution::Unknown => None,
                })
                .collect();
            sorted::sort(&mut techniques);
            techniques.dedup();
            claims[at as usize].clone_from(&techniques);
            if intake.is_duplicate(at) {
                continue;
            }
            if !scope.statuses.contains(rule.status.known()) {
                excluded.push(at);
                continue;
            }
            if techniques.is_empty() {
                unmapped.push(at);
            } else {
                mapped.push(at);
            }
            for index in &techniques {
                rules_of[usize::from(index.0)].push(at);
            }
        }

        let mut techniques: Vec<TechniqueCoverage> = rules_of
            .into_iter()
            .zip(&catalogue.techniques)
            .map(|(rules, technique)| {
                let sources =
                    sorted::set(rules.iter().map(|r| &intake.rules[*r as usize].log_source));
                TechniqueCoverage {
                    in_scope: scope.includes(catalogue, technique),
                    state: if rules.is_empty() {
                        TechniqueState::None
                    } else {
                        TechniqueState::Direct
                    },
                    score: policy.score(rules.iter().map(|r| &intake.rules[*r as usize])),
                    log_sources: u32::try_from(sources.len()).unwrap_or(u32::MAX),
                    rules_rollup: rules.clone(),
                    rules,
                    subtechniques_covered: 0,
                    subtechniques_total: 0,
                    upkeep: Upkeep::default(),
                }
            })
            .collect();
        roll_up(catalogue, &mut techniques);
        upkeep::note(&mut techniques, intake, today);

        let tactics = summary::tactics(catalogue, &techniques);
        let platforms = summary::platforms(catalogue, &techniques);
        let summary = Summary::new(catalogue, &techniques, intake, &mapped, &unmapped, &excluded);
        Self { techniques, claims, mapped, unmapped, excluded, summary, tactics, platforms }
    }

    /// The coverage of a technique.
    pub fn technique(&self, index: TechniqueIndex) -> &TechniqueCoverage {
        &self.techniques[usize::from(index.0)]
    }
}

/// From sub-technique to parent, never the reverse. Sub-techniques out of scope lend nothing.
fn roll_up(catalogue: &Catalogue, techniques: &mut [TechniqueCoverage]) {
    for at in 0..techniques.len() {
        let Some(parent) = catalogue.techniques[at].parent else { continue };
        if !techniques[at].in_scope {
            continue;
        }
        let rules = techniques[at].rules.clone();
        let parent = &mut techniques[usize::from(parent.0)];
        parent.subtechniques_total += 1;
        if rules.is_empty() {
            continue;
        }
        parent.subtechniques_covered += 1;
        if parent.state == TechniqueState::None {
            parent.state = TechniqueState::ViaSubtechnique;
        }
        parent.rules_rollup.extend(rules);
        sorted::sort(&mut parent.rules_rollup);
        parent.rules_rollup.dedup();
    }
}
