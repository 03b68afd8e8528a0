//! The computation: rules × catalogue × policy × scope → coverage.

use super::detections::Evidence;
use super::policy::depth::Proof;
use super::policy::marks::Marks;
use super::policy::precision::Records;
use super::scope::Picked;
use super::summary::{self, PlatformCoverage, Summary, TacticCoverage};
use super::{Policy, Scale, Scope, Score, Upkeep, upkeep};
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::date::Date;
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Intake, LogSource, Measured, Rule, RuleIndex};
use crate::sorted;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    /// As in the report's `coverage` and in `data-coverage`. That some of its sub-techniques lack
    /// a rule (`partial`) goes with both `direct` and `via_subtechnique` and so has no word of
    /// its own here: see [`super::CoverageState::Partial`] and the report's `states`.
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
    /// By the policy, from [`Self::rules`] only (by a peer: as it counts, so that a technique
    /// without rules may have one); `None` is not the same as 0.
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

impl TechniqueCoverage {
    /// The rules that cover it: those that name it or, where none does, those of its
    /// sub-techniques.
    pub fn covering(&self) -> &[RuleIndex] {
        match self.state {
            TechniqueState::Direct => &self.rules,
            TechniqueState::ViaSubtechnique | TechniqueState::None => &self.rules_rollup,
        }
    }
}

/// What a catalogue makes of the rules, whatever policy and scope: of use to every answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Per rule of the intake: the techniques it counts on, sorted (empty if it counts on none).
    pub techniques: Vec<Vec<TechniqueIndex>>,
    /// A number for each rule's log source; equal sources have the same, all are below the number
    /// of rules.
    pub(crate) sources: Vec<u32>,
    /// What was measured of each rule, as a place in [`Intake::measured`]; empty where nothing
    /// was measured at all.
    records: Vec<Option<u32>>,
    /// What alerts and tests prove of rules and techniques, where there are any.
    pub evidence: Option<Evidence>,
}

impl Claims {
    /// Resolves every id of every rule.
    pub async fn of(catalogue: &Catalogue, intake: &Intake, pace: &impl Pace) -> Self {
        let mut numbers: BTreeMap<&LogSource, u32> = BTreeMap::new();
        let mut claims = Self::default();
        let records = Records::of(&intake.measured);
        for (at, rule) in intake.rules.iter().enumerate() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            claims.techniques.push(claimed(catalogue, rule));
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            claims.sources.push(*numbers.entry(&rule.log_source).or_insert(next));
            if !intake.measured.is_empty() {
                claims.records.push(records.find(rule));
            }
        }
        claims
    }

    /// What is proved of a rule of the intake that these claims are of; `None` where there are
    /// neither alerts nor tests.
    pub(super) fn proof(&self, rule: RuleIndex) -> Option<Proof> {
        let evidence = self.evidence.as_ref()?;
        evidence.rules.get(rule as usize).map(Proof::of)
    }

    /// What was measured of a rule of the intake that these claims are of.
    pub fn record<'i>(&self, intake: &'i Intake, rule: RuleIndex) -> Option<&'i Measured> {
        let place = self.records.get(rule as usize).copied().flatten()?;
        intake.measured.get(place as usize)
    }
}

/// The answer for one catalogue, policy and scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// One entry a technique, at the catalogue's index.
    pub techniques: Vec<TechniqueCoverage>,
    /// What the scores are read on: the policy's, or to the highest score there is.
    pub scale: Scale,
    /// The day it is for.
    pub today: Date,
    /// What the rules say, whatever counts.
    pub claims: Arc<Claims>,
    /// Counted rules with at least one technique of this catalogue.
    pub mapped: Vec<RuleIndex>,
    /// Counted rules without.
    pub unmapped: Vec<RuleIndex>,
    /// Rules left out for their status. Duplicates, and rules passed over because others were
    /// picked, are in none of these lists.
    pub excluded: Vec<RuleIndex>,
    /// Rules left out because they are switched off themselves; their status would count.
    pub disabled: Vec<RuleIndex>,
    /// Rules left out by [`Scope::what_if`] alone.
    pub switched_off: Vec<RuleIndex>,
    /// The totals.
    pub summary: Summary,
    /// In matrix order.
    pub tactics: Vec<TacticCoverage>,
    /// By platform name; of all techniques, whatever the scope's platforms.
    pub platforms: Vec<PlatformCoverage>,
}

impl Coverage {
    /// Computes it. Linear in rules and techniques; no parsing, so that every change of a
    /// control can simply compute it anew. `today` tells how old rules are.
    pub fn compute(
        catalogue: &Catalogue,
        intake: &Intake,
        policy: &Policy,
        scope: &Scope,
        today: Date,
    ) -> Self {
        at_once(async {
            let claims = Arc::new(Claims::of(catalogue, intake, &Unpaced).await);
            Self::compute_paced(catalogue, intake, claims, policy, scope, today, &Unpaced).await
        })
    }

    /// [`Self::compute`] in pieces, from the claims of the same catalogue and rules.
    pub async fn compute_paced(
        catalogue: &Catalogue,
        intake: &Intake,
        claims: Arc<Claims>,
        policy: &Policy,
        scope: &Scope,
        today: Date,
        pace: &impl Pace,
    ) -> Self {
        let count = catalogue.techniques.len();
        let mut rules_of: Vec<Vec<RuleIndex>> = vec![Vec::new(); count];
        let (mut mapped, mut unmapped) = (Vec::new(), Vec::new());
        let (mut excluded, mut passed_over) = (Vec::new(), 0);
        let (mut disabled, mut switched_off) = (Vec::new(), Vec::new());
        let planned = scope.what_if.planned;
        let mut is_off = scope.what_if.asked_in_order(&claims);
        let mut is_picked = scope.picked.as_ref().map(Picked::asked_in_order);

        for ((rule, techniques), at) in intake.rules.iter().zip(&claims.techniques).zip(0_u32..) {
            if (at as usize).is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            if intake.is_duplicate(at) {
                continue;
            }
            if is_picked.as_mut().is_some_and(|is_picked| !is_picked(rule)) {
                passed_over += 1;
                continue;
            }
            // Asked of every rule: it walks along with them.
            let is_off = is_off(at, rule);
            if !scope.statuses.contains(rule.status.known()) && !planned {
                excluded.push(at);
                continue;
            }
            if !rule.enabled && !scope.count_disabled && !planned {
                disabled.push(at);
                continue;
            }
            if is_off {
                switched_off.push(at);
                continue;
            }
            if techniques.is_empty() {
                unmapped.push(at);
            } else {
                mapped.push(at);
            }
            for index in techniques {
                rules_of[usize::from(index.0)].push(at);
            }
        }
        drop(is_off);

        let mut marks = Marks::of(policy, catalogue, intake, &claims, today, pace).await;
        let sources = &claims.sources;
        let mut techniques = Vec::with_capacity(count);
        let mut seen = Stamps::new(sources.len());
        let mut work = 0;
        for (rules, index) in rules_of.into_iter().zip(catalogue.indices()) {
            let technique = catalogue.technique(index);
            work += rules.len() + 1;
            if work >= PAUSE_EVERY {
                work = 0;
                pace.pause().await;
            }
            seen.clear();
            let distinct =
                rules.iter().filter(|rule| seen.is_new(sources[**rule as usize] as usize)).count();
            techniques.push(TechniqueCoverage {
                in_scope: scope.includes(catalogue, technique),
                state: if rules.is_empty() { TechniqueState::None } else { TechniqueState::Direct },
                score: marks.score(intake, index, &rules),
                log_sources: u32::try_from(distinct).unwrap_or(u32::MAX),
                rules_rollup: rules.clone(),
                rules,
                subtechniques_covered: 0,
                subtechniques_total: 0,
                upkeep: Upkeep::default(),
            });
        }
        let scale = marks.scale(policy);
        drop(marks);
        pace.pause().await;
        roll_up(catalogue, &mut techniques);
        pace.pause().await;
        upkeep::note(catalogue, &mut techniques, intake, &claims, &disabled, today);
        pace.pause().await;

        let tactics = summary::tactics(catalogue, &techniques, intake.rules.len());
        let platforms = summary::platforms(catalogue, &techniques);
        let mut summary =
            Summary::new(catalogue, &techniques, intake, &mapped, &unmapped, &excluded);
        summary.rules_passed_over = passed_over;
        summary.rules_disabled = disabled.len();
        summary.rules_switched_off = switched_off.len();
        Self {
            techniques,
            scale,
            today,
            claims,
            mapped,
            unmapped,
            excluded,
            disabled,
            switched_off,
            summary,
            tactics,
            platforms,
        }
    }

    /// The same by another policy; all else must be as it was computed with. Only scores and what
    /// follows from them are computed anew, so that weights can be turned at every frame.
    pub async fn rescored(
        &self,
        catalogue: &Catalogue,
        intake: &Intake,
        policy: &Policy,
        pace: &impl Pace,
    ) -> Self {
        let mut other = self.clone();
        let mut marks = Marks::of(policy, catalogue, intake, &self.claims, self.today, pace).await;
        for (index, technique) in catalogue.indices().zip(&mut other.techniques) {
            technique.score = marks.score(intake, index, &technique.rules);
        }
        other.scale = marks.scale(policy);
        other.summary.techniques_at_least_80 = summary::at_least_80(catalogue, &other.techniques);
        other
    }

    /// The rules that count, sorted.
    pub fn counted(&self) -> Vec<RuleIndex> {
        let mut both = [self.mapped.as_slice(), &self.unmapped].concat();
        sorted::sort(&mut both);
        both
    }

    /// The coverage of a technique.
    pub fn technique(&self, index: TechniqueIndex) -> &TechniqueCoverage {
        &self.techniques[usize::from(index.0)]
    }
}

/// The live techniques a rule counts on, sorted, each once.
fn claimed(catalogue: &Catalogue, rule: &Rule) -> Vec<TechniqueIndex> {
    let mut techniques = Vec::new();
    for id in rule.technique_ids() {
        match catalogue.resolve(id) {
            Resolution::Live(index) | Resolution::Revoked(index) => techniques.push(index),
            Resolution::Deprecated | Resolution::Unknown => {}
        }
    }
    sorted::sort(&mut techniques);
    techniques.dedup();
    techniques
}

/// From sub-technique to parent, never the reverse. Sub-techniques out of scope lend nothing.
fn roll_up(catalogue: &Catalogue, techniques: &mut [TechniqueCoverage]) {
    let mut grown = BTreeSet::new();
    for at in 0..techniques.len() {
        let Some(parent) = catalogue.techniques[at].parent else { continue };
        if !techniques[at].in_scope {
            continue;
        }
        let rules = techniques[at].rules.clone();
        let parent_at = usize::from(parent.0);
        let parent = &mut techniques[parent_at];
        parent.subtechniques_total += 1;
        if rules.is_empty() {
            continue;
        }
        parent.subtechniques_covered += 1;
        if parent.state == TechniqueState::None {
            parent.state = TechniqueState::ViaSubtechnique;
        }
        parent.rules_rollup.extend(rules);
        grown.insert(parent_at);
    }
    for at in grown {
        sorted::sort(&mut techniques[at].rules_rollup);
        techniques[at].rules_rollup.dedup();
    }
}

/// Tells what was seen already among small numbers; cleared in no time.
pub(super) struct Stamps {
    stamps: Vec<u32>,
    now: u32,
}

impl Stamps {
    /// For numbers below `count`.
    pub(super) fn new(count: usize) -> Self {
        Self { stamps: vec![0; count], now: 1 }
    }

    /// Nothing was seen.
    pub(super) fn clear(&mut self) {
        self.now += 1;
    }

    /// Whether a number is seen for the first time since [`Self::clear`].
    pub(super) fn is_new(&mut self, number: usize) -> bool {
        match self.stamps.get_mut(number) {
            Some(stamp) if *stamp != self.now => {
                *stamp = self.now;
                true
            }
            _ => false,
        }
    }
}
