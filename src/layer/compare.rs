//! What changed between two states of coverage, be they layers or rule sets, on one release of
//! ATT&CK.

use super::model::Layer;
use super::place::Placement;
use crate::attack::{Catalogue, Domain, Resolution, TechniqueId, TechniqueIndex};
use serde::Serialize;
use serde_json::Number;
use std::collections::BTreeMap;

/// The techniques that something covers, each with its score if it has one. A technique that is
/// only covered through its sub-techniques is not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    scores: BTreeMap<TechniqueIndex, Option<f64>>,
}

impl Standing {
    /// Of techniques by their ids; revoked ids stand for their successors, of several scores the
    /// highest counts, and what the release does not have is left out.
    pub fn new(
        covered: impl IntoIterator<Item = (TechniqueId, Option<f64>)>,
        catalogue: &Catalogue,
    ) -> Self {
        let mut standing = Self::default();
        for (id, score) in covered {
            if let Resolution::Live(index) | Resolution::Revoked(index) = catalogue.resolve(id) {
                standing.add(index, score);
            }
        }
        standing
    }

    /// Of layers taken together, the highest score of a technique in any of its tactics. A layer
    /// covers what it scores above 0 or, without a score, colours by hand; not what is disabled.
    pub fn of_layers(layers: &[Layer], catalogue: &Catalogue) -> Self {
        let mut standing = Self::default();
        for layer in layers {
            for ((technique, _), at) in Placement::of(layer, catalogue).cells {
                let Some(entry) = layer.techniques.entries.get(at).filter(|e| e.enabled) else {
                    continue;
                };
                match entry.score.as_ref().and_then(Number::as_f64) {
                    Some(score) if score > 0.0 => standing.add(technique, Some(score)),
                    None if entry.color.is_some() => standing.add(technique, None),
                    _ => {}
                }
            }
        }
        standing
    }

    fn add(&mut self, technique: TechniqueIndex, score: Option<f64>) {
        let known = self.scores.entry(technique).or_insert(score);
        if score > *known {
            *known = score;
        }
    }

    /// Whether the technique is covered itself, and with which score.
    pub fn score(&self, technique: TechniqueIndex) -> Option<Option<f64>> {
        self.scores.get(&technique).copied()
    }

    /// How many techniques (not sub-techniques) are covered, themselves or through a
    /// sub-technique, of how many. What is not in scope neither counts nor lends.
    pub fn totals(
        &self,
        catalogue: &Catalogue,
        in_scope: &dyn Fn(TechniqueIndex) -> bool,
    ) -> Totals {
        let covers = |technique| {
            let mut subs = catalogue.sub_techniques(technique);
            self.scores.contains_key(&technique)
                || subs.any(|sub| self.scores.contains_key(&sub) && in_scope(sub))
        };
        let mut totals = Totals {
            overall: Covered::default(),
            tactics: vec![Covered::default(); catalogue.tactics.len()],
        };
        for index in catalogue.indices().filter(|index| in_scope(*index)) {
            let technique = catalogue.technique(index);
            if technique.parent.is_some() {
                continue;
            }
            let covered = usize::from(covers(index));
            totals.overall.add(covered);
            for at in &technique.tactics {
                if let Some(tactic) = totals.tactics.get_mut(usize::from(*at)) {
                    tactic.add(covered);
                }
            }
        }
        totals
    }
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// Covered techniques.
    pub covered: usize,
    /// Techniques in scope.
    pub total: usize,
}

impl Covered {
    fn add(&mut self, covered: usize) {
        self.covered += covered;
        self.total += 1;
    }

    /// In percent; 0 of 0 is 0.
    pub fn percent(self) -> f64 {
        if self.total == 0 { 0.0 } else { self.covered as f64 * 100.0 / self.total as f64 }
    }
}

/// How much of a matrix is covered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Each technique once.
    pub overall: Covered,
    /// Of each tactic, in the order of the matrix.
    pub tactics: Vec<Covered>,
}

/// What changed. Ids are sorted; techniques and sub-techniques each count for themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What the old state is called.
    pub from: String,
    /// What the new one is called.
    pub to: String,
    /// The release both are seen on.
    pub attack: Release,
    /// Covered now, not before.
    pub gained: Vec<TechniqueId>,
    /// Covered before, not now: new gaps.
    pub lost: Vec<TechniqueId>,
    /// With a higher score.
    pub raised: Vec<Change>,
    /// With a lower one.
    pub lowered: Vec<Change>,
    /// At the threshold or above before, and not now.
    pub below_threshold: Below,
    /// Techniques covered, themselves or through a sub-technique, in percent of all in scope.
    pub percent: Span<f64>,
    /// The same as numbers.
    pub techniques: Counts,
    /// The same for each tactic, in the order of the matrix.
    pub tactics: Vec<TacticChange>,
    /// Covered before and now, itself, with whatever scores.
    #[serde(skip)]
    pub kept: Vec<TechniqueId>,
    /// Before and now, of every technique that has a score in either.
    #[serde(skip)]
    pub scores: BTreeMap<TechniqueId, Scores>,
}

/// A release of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Which.
    pub domain: Domain,
    /// For example `19.2`.
    pub version: String,
}

/// The scores of a technique, before and now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// Before; absent if it had none.
    pub from: Option<Number>,
    /// Now; absent if it has none.
    pub to: Option<Number>,
}

/// A technique whose score changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which.
    pub id: TechniqueId,
    /// Before.
    pub from: Number,
    /// Now.
    pub to: Number,
}

/// Techniques that fell below a threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Below {
    /// The least score that is not below it.
    pub threshold: Number,
    /// Those that fell below; what was lost altogether is among them.
    pub ids: Vec<TechniqueId>,
}

/// A value before and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span<T> {
    /// Before.
    pub from: T,
    /// Now.
    pub to: T,
}

/// How many techniques (not sub-techniques) are covered of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Before.
    pub from: usize,
    /// Now.
    pub to: usize,
    /// In scope.
    pub total: usize,
}

impl Counts {
    /// In percent; 0 of 0 is 0.
    pub fn percent(self) -> Span<f64> {
        let percent = |covered| Covered { covered, total: self.total }.percent();
        Span { from: percent(self.from), to: percent(self.to) }
    }
}

/// One tactic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TacticChange {
    /// For example `lateral-movement`.
    pub shortname: String,
    /// For example `Lateral Movement`.
    pub name: String,
    /// Techniques covered.
    #[serde(flatten)]
    pub techniques: Counts,
}

/// 50 for 50.0. Scores are finite, being read from JSON.
fn number(score: f64) -> Number {
    Number::from_f64(score).map_or_else(|| 0.into(), super::fields::whole)
}

/// Compares two states. `names` are what they are called, `in_scope` says which techniques count.
pub fn compare(
    old: &Standing,
    new: &Standing,
    names: [String; 2],
    threshold: f64,
    catalogue: &Catalogue,
    in_scope: &dyn Fn(TechniqueIndex) -> bool,
) -> Comparison {
    let (before, now) = (old.totals(catalogue, in_scope), new.totals(catalogue, in_scope));
    let counts =
        |from: Covered, to: Covered| Counts { from: from.covered, to: to.covered, total: to.total };
    let techniques = counts(before.overall, now.overall);
    let tactics = before.tactics.into_iter().zip(now.tactics).map(|(from, to)| counts(from, to));
    let [from, to] = names;
    let mut found = Comparison {
        from,
        to,
        attack: Release { domain: catalogue.domain, version: catalogue.version.clone() },
        gained: Vec::new(),
        lost: Vec::new(),
        raised: Vec::new(),
        lowered: Vec::new(),
        below_threshold: Below { threshold: number(threshold), ids: Vec::new() },
        percent: techniques.percent(),
        techniques,
        tactics: catalogue
            .tactics
            .iter()
            .zip(tactics)
            .map(|(tactic, techniques)| TacticChange {
                shortname: tactic.shortname.clone(),
                name: tactic.name.clone(),
                techniques,
            })
            .collect(),
        kept: Vec::new(),
        scores: BTreeMap::new(),
    };
    for index in catalogue.indices().filter(|index| in_scope(*index)) {
        let id = catalogue.technique(index).id;
        scores(&mut found, id, old.scores.get(&index), new.scores.get(&index), threshold);
    }
    found
}

/// What changed of one technique; absent is not covered.
fn scores(
    found: &mut Comparison,
    id: TechniqueId,
    old: Option<&Option<f64>>,
    new: Option<&Option<f64>>,
    threshold: f64,
) {
    match (old, new) {
        (None, Some(_)) => found.gained.push(id),
        (Some(_), None) => found.lost.push(id),
        (Some(Some(from)), Some(Some(to))) if from != to => {
            let change = Change { id, from: number(*from), to: number(*to) };
            if to > from { found.raised.push(change) } else { found.lowered.push(change) }
        }
        _ => {}
    }
    if old.is_some() && new.is_some() {
        found.kept.push(id);
    }
    let (from, to) = (old.copied().flatten(), new.copied().flatten());
    // A technique that lost its score and is still covered has not fallen: nobody knows.
    let fell = to.map_or(new.is_none(), |score| score < threshold);
    if from.is_some_and(|score| score >= threshold) && fell {
        found.below_threshold.ids.push(id);
    }
    if from.is_some() || to.is_some() {
        found.scores.insert(id, Scores { from: from.map(number), to: to.map(number) });
    }
}
