//! Next rules: which rules of a library buy most, one after the other.
//!
//! The gain of a rule is Σ stake × (score after − score before) ÷ 100 over the techniques it
//! names, scores on the policy's scale and unrounded ([`Growth`]). Each time the rule of the
//! highest gain is taken. As no rule takes anything away, and each brings the less the more there
//! is, gains are never negative and never rise along the sequence, and what is chosen so is at
//! least 63 % (1 − 1 ÷ e) of the best choice of as many rules (Nemhauser, Wolsey, Fisher 1978,
//! <https://doi.org/10.1007/BF01588971>).
//!
//! Of equal gains the better rule is taken, in the order of [`Library::usable`]. Gains are whole
//! billionths, so that equal ones are equal whatever the order of summation left in their last
//! bits.

use super::{Availability, Grounds, Library};
use crate::attack::TechniqueIndex;
use crate::coverage::{Brings, Growth, Offer};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Level, RuleIndex, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Parts of one that gains are told in.
const BILLIONTHS: f64 = 1e9;

/// What may be chosen, and how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NextAsked {
    /// At most so many rules. Fewer are chosen where no other brings anything.
    pub most: usize,
    /// Only rules whose log source is there.
    pub available_only: bool,
    /// Only rules of these levels, `None` for those that state none of the scale; all if empty.
    pub levels: BTreeSet<Option<Level>>,
    /// Only rules of these statuses; all if empty.
    pub statuses: BTreeSet<Status>,
}

impl Default for NextAsked {
    /// Ten, whatever they are.
    fn default() -> Self {
        Self { most: 10, available_only: false, levels: BTreeSet::new(), statuses: BTreeSet::new() }
    }
}

/// What a rule does to a technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raised {
    /// Which.
    pub technique: TechniqueIndex,
    /// Its score before, 0 to 100 on the policy's scale.
    pub from: f64,
    /// And after.
    pub to: f64,
}

/// One rule of the sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct NextRule {
    /// In the library.
    pub rule: RuleIndex,
    /// The priority it buys, above 0; in the unit of the stakes.
    pub gain: f64,
    /// What it and those before it buy together.
    pub total: f64,
    /// The techniques with a stake whose score rises, by id.
    pub raised: Vec<Raised>,
}

/// The sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NextRules {
    /// In the order they are chosen.
    pub rules: Vec<NextRule>,
    /// Rules that were chosen from.
    pub offered: usize,
    /// What is at stake before: Σ stake × (100 − score) ÷ 100.
    pub open: f64,
}

impl NextRules {
    /// The priority they buy together.
    pub fn bought(&self) -> f64 {
        self.rules.last().map_or(0.0, |last| last.total)
    }

    /// The chosen rules, in order.
    pub fn chosen(&self) -> Vec<RuleIndex> {
        self.rules.iter().map(|next| next.rule).collect()
    }
}

/// Chooses the next rules. `stakes` are the priority of every technique at score 0, at the
/// catalogue's index; what is missing, negative or no number is taken for 0.
pub fn next_rules(
    grounds: &Grounds<'_>,
    library: &Library,
    stakes: &[f64],
    asked: &NextAsked,
) -> NextRules {
    at_once(next_rules_paced(grounds, library, stakes, asked, &Unpaced))
}

/// [`next_rules`] in pieces. A rule is weighed once, and again only after a rule was chosen that
/// changed one of its techniques.
pub async fn next_rules_paced(
    grounds: &Grounds<'_>,
    library: &Library,
    stakes: &[f64],
    asked: &NextAsked,
    pace: &impl Pace,
) -> NextRules {
    let is_asked = |at: &RuleIndex| is_asked(grounds, library, asked, *at);
    let rules: Vec<RuleIndex> = library.usable.iter().copied().filter(is_asked).collect();
    let offer = Offer { intake: grounds.library, claims: &library.claims, rules: &rules };
    let Grounds { catalogue, intake, coverage, policy, .. } = *grounds;
    let (growth, brought) = Growth::of(catalogue, intake, coverage, policy, &offer, pace).await;
    let stakes: Vec<f64> = catalogue
        .indices()
        .map(|index| stakes.get(usize::from(index.0)).copied().unwrap_or_default())
        .map(|stake| if stake.is_finite() { stake.max(0.0) } else { 0.0 })
        .collect();
    let open = catalogue.indices().zip(&stakes);
    let open = open.map(|(index, stake)| stake * (100.0 - growth.score(index)) / 100.0).sum();
    let offered = rules.len();
    let mut choice = Choice::new(growth, stakes, brought);
    let mut chosen: Vec<NextRule> = Vec::new();
    let (mut last, mut total) = (u64::MAX, 0);
    choice.weigh_all(pace).await;
    while chosen.len() < asked.most
        && let Some((at, gain)) = choice.best()
        && let Some(rule) = rules.get(at)
    {
        pace.pause().await;
        // Where a gain rises at all, it is by a last bit.
        last = gain.min(last);
        total += last;
        let raised = choice.take(at);
        chosen.push(NextRule {
            rule: *rule,
            gain: last as f64 / BILLIONTHS,
            total: total as f64 / BILLIONTHS,
            raised,
        });
    }
    NextRules { rules: chosen, offered, open }
}

fn is_asked(grounds: &Grounds<'_>, library: &Library, asked: &NextAsked, at: RuleIndex) -> bool {
    let Some(rule) = grounds.library.rules.get(at as usize) else { return false };
    (!asked.available_only || library.availability(at) == Availability::Available)
        && (asked.levels.is_empty() || asked.levels.contains(&rule.level.value))
        && (asked.statuses.is_empty() || asked.statuses.contains(&rule.status.known()))
}

/// The rules that can still be chosen, best first, and what each would buy now.
struct Choice {
    growth: Growth,
    stakes: Vec<f64>,
    /// By rule; of techniques with a stake only.
    brought: Vec<Vec<Brings>>,
    /// By rule, in billionths; 0 once it is chosen.
    gains: Vec<u64>,
    /// By technique: the rules that bring it something.
    rules_of: Vec<Vec<usize>>,
}

impl Choice {
    fn new(growth: Growth, stakes: Vec<f64>, mut brought: Vec<Vec<Brings>>) -> Self {
        let mut rules_of = vec![Vec::new(); stakes.len()];
        for (at, brings) in brought.iter_mut().enumerate() {
            let stake = |one: &Brings| stakes.get(usize::from(one.technique.0)).copied();
            brings.retain(|one| stake(one).is_some_and(|stake| stake > 0.0));
            for one in brings {
                if let Some(rules) = rules_of.get_mut(usize::from(one.technique.0)) {
                    rules.push(at);
                }
            }
        }
        let gains = vec![0; brought.len()];
        Self { growth, stakes, brought, gains, rules_of }
    }

    async fn weigh_all(&mut self, pace: &impl Pace) {
        for at in 0..self.brought.len() {
            if at.is_multiple_of(PAUSE_EVERY) {
                pace.pause().await;
            }
            self.weigh(at);
        }
    }

    fn weigh(&mut self, at: usize) {
        let (Some(brings), Some(gain)) = (self.brought.get(at), self.gains.get_mut(at)) else {
            return;
        };
        let bought = brings.iter().map(|one| {
            let stake = self.stakes.get(usize::from(one.technique.0)).copied();
            stake.unwrap_or_default() * self.growth.rise(one) / 100.0
        });
        *gain = (bought.sum::<f64>() * BILLIONTHS).round() as u64;
    }

    /// The rule of the highest gain above 0, the first of equals, and that gain.
    fn best(&self) -> Option<(usize, u64)> {
        let mut best = None;
        for (at, gain) in self.gains.iter().enumerate() {
            if *gain > best.map_or(0, |(_, most)| most) {
                best = Some((at, *gain));
            }
        }
        best
    }

    /// Takes a rule, and weighs anew what it made worth less.
    fn take(&mut self, at: usize) -> Vec<Raised> {
        let brings = self.brought.get_mut(at).map(std::mem::take).unwrap_or_default();
        let mut raised = Vec::new();
        let mut stale = BTreeSet::new();
        for one in &brings {
            let from = self.growth.score(one.technique);
            self.growth.add(one);
            let to = self.growth.score(one.technique);
            if to > from {
                raised.push(Raised { technique: one.technique, from, to });
            }
            let rules = self.rules_of.get(usize::from(one.technique.0));
            stale.extend(rules.into_iter().flatten().copied());
        }
        for at in stale {
            self.weigh(at);
        }
        raised
    }
}
