//! Likely next techniques: what groups and campaigns that use the picked ones use, too. Statistics
//! of reports, no forecast; see [`NEXT_CONVENTION`].

use super::InvestigationPolicy;
use super::association::{Association, lift, lower_bound, share};
use super::outlook::Outlook;
use super::progression::Progression;
use super::usage::{Usage, shared};
use crate::attack::{Catalogue, Technique, TechniqueIndex};
use crate::pace::Pace;
use crate::sorted;

/// How likely next techniques are found, in a few sentences.
pub const NEXT_CONVENTION: &str = "Likely next techniques are no forecast: they say what groups and campaigns that ATT&CK reports to use some of the picked techniques use as well. Confidence is the share of those that do; lift is that share divided by the share among all groups and campaigns that use anything. A group's techniques include those of campaigns attributed to it, and the campaigns count beside it. Of all sets of up to three picked techniques the one counts whose confidence is highest at its lower bound; the order is that bound, lowered where the technique lies before the tactics already seen. The more sets are tried, the more of them fit by chance. Reports are few and favour what is easily seen.";

/// Where a technique lies beside the tactics that were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It has a tactic at the furthest one that was surely reached, or behind it in the matrix.
    Ahead,
    /// It has none there, but one at the earliest that was seen or behind that.
    Between,
    /// All its tactics lie before the earliest that was seen.
    Behind,
}

impl Standing {
    /// As in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Between => "between",
            Self::Behind => "behind",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ahead => "at or after the furthest tactic surely reached",
            Self::Between => "between the tactics seen",
            Self::Behind => "before the tactics seen",
        }
    }

    fn of(technique: &Technique, progression: &Progression) -> Self {
        let has_from = |from: Option<u8>| {
            from.is_none_or(|from| technique.tactics.iter().any(|tactic| *tactic >= from))
        };
        if has_from(progression.surely) {
            Self::Ahead
        } else if has_from(progression.earliest) {
            Self::Between
        } else {
            Self::Behind
        }
    }
}

/// One likely next technique.
#[derive(Clone, Debug, PartialEq)]
pub struct NextStep {
    /// Which.
    pub technique: TechniqueIndex,
    /// What explains it best.
    pub because: Association,
    /// Beside the tactics that were seen.
    pub standing: Standing,
    /// What it is ranked by, 0 to 1: the lower bound of its confidence, times the factor of its
    /// standing. No probability.
    pub rank: f64,
    /// Whether one would see it.
    pub outlook: Outlook,
}

/// How many techniques are left out and why; each counts once, at the first reason that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The technique above a picked sub-technique: it was seen in part.
    pub above_picked: usize,
    /// Too few use it together with any set of the picked ones.
    pub little_support: usize,
    /// The confidence is too low.
    pub little_confidence: usize,
    /// Hardly more frequent there than anywhere.
    pub little_lift: usize,
}

/// The likely next techniques, and what they were found from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Next {
    /// By rank, then lift, then id.
    pub steps: Vec<NextStep>,
    /// Groups that use anything.
    pub groups: usize,
    /// Campaigns in which anything was used.
    pub campaigns: usize,
    /// Picked techniques that so many use that they can explain anything.
    pub explaining: usize,
    /// How many of them were taken together at most: 1 to 3.
    pub largest: usize,
    /// Sets of picked techniques that were tried: those with enough users.
    pub sets: usize,
    /// What is left out.
    pub left_out: LeftOut,
}

/// What explains a technique best so far.
struct Best {
    bound: f64,
    both: usize,
    with: usize,
    antecedent: Vec<TechniqueIndex>,
}

/// The search over sets of picked techniques.
struct Search<'a> {
    usage: &'a Usage,
    least: f64,
    z: f64,
    /// At the catalogue's index.
    best: Vec<Option<Best>>,
    /// Whether anybody uses it together with a picked one.
    met: Vec<bool>,
    counts: Vec<u32>,
    touched: Vec<TechniqueIndex>,
    sets: usize,
}

impl Search<'_> {
    fn is_enough(&self, users: &[u32]) -> bool {
        !users.is_empty() && users.len() as f64 >= self.least
    }

    /// Asks of everything that the users of a set use whether the set explains it better.
    fn consider(&mut self, antecedent: &[TechniqueIndex], users: &[u32]) {
        self.sets += 1;
        for user in users {
            for index in self.usage.used(*user) {
                let count = &mut self.counts[usize::from(index.0)];
                if *count == 0 {
                    self.touched.push(*index);
                }
                *count += 1;
            }
        }
        for index in std::mem::take(&mut self.touched) {
            let at = usize::from(index.0);
            let both = std::mem::take(&mut self.counts[at]) as usize;
            self.met[at] = true;
            if (both as f64) < self.least {
                continue;
            }
            let bound = lower_bound(both, users.len(), self.z);
            // Smaller sets come first and stay where a larger one says no more.
            let is_better = self.best[at]
                .as_ref()
                .is_none_or(|best| bound > best.bound || (bound == best.bound && both > best.both));
            if is_better {
                let antecedent = antecedent.to_vec();
                self.best[at] = Some(Best { bound, both, with: users.len(), antecedent });
            }
        }
    }
}

/// Finds them. `picked` is sorted.
pub(super) async fn next(
    catalogue: &Catalogue,
    usage: &Usage,
    picked: &[TechniqueIndex],
    progression: &Progression,
    policy: &InvestigationPolicy,
    outlook: impl Fn(TechniqueIndex) -> Outlook,
    pace: &impl Pace,
) -> Next {
    let count = catalogue.techniques.len();
    let mut search = Search {
        usage,
        least: policy.least_support(),
        z: policy.caution(),
        best: (0..count).map(|_| None).collect(),
        met: vec![false; count],
        counts: vec![0; count],
        touched: Vec::new(),
        sets: 0,
    };
    let explaining: Vec<TechniqueIndex> =
        picked.iter().copied().filter(|index| search.is_enough(usage.users(*index))).collect();
    let largest = policy.largest_antecedent(explaining.len());
    for (at, index) in explaining.iter().enumerate() {
        if at.is_multiple_of(16) {
            pace.pause().await;
        }
        search.consider(&[*index], usage.users(*index));
    }
    // All pairs before any three, so that the smaller set stays where both say the same.
    for size in 2..=largest {
        for (at, first) in explaining.iter().enumerate() {
            for (second_at, second) in explaining.iter().enumerate().skip(at + 1) {
                // Where sub-techniques count for their parents, the parent says nothing new.
                let is_parent = |a: TechniqueIndex, b: TechniqueIndex| {
                    policy.with_parents && catalogue.technique(b).parent == Some(a)
                };
                if is_parent(*first, *second) {
                    continue;
                }
                let users = shared(usage.users(*first), usage.users(*second));
                if !search.is_enough(&users) {
                    continue;
                }
                if size == 2 {
                    search.consider(&[*first, *second], &users);
                    continue;
                }
                for third in explaining.iter().skip(second_at + 1) {
                    if is_parent(*first, *third) || is_parent(*second, *third) {
                        continue;
                    }
                    let users = shared(&users, usage.users(*third));
                    if search.is_enough(&users) {
                        search.consider(&[*first, *second, *third], &users);
                    }
                }
                pace.pause().await;
            }
            pace.pause().await;
        }
    }
    let mut found = Next {
        groups: usage.groups,
        campaigns: usage.campaigns,
        explaining: explaining.len(),
        largest: largest.min(explaining.len()),
        sets: search.sets,
        ..Next::default()
    };
    let is_above = |index: TechniqueIndex| {
        picked.iter().any(|picked| catalogue.technique(*picked).parent == Some(index))
    };
    let left_out = &mut found.left_out;
    for (index, (best, met)) in catalogue.indices().zip(search.best.into_iter().zip(search.met)) {
        if !met || picked.binary_search(&index).is_ok() {
            continue;
        }
        if is_above(index) {
            left_out.above_picked += 1;
            continue;
        }
        let Some(best) = best else {
            left_out.little_support += 1;
            continue;
        };
        let users = usage.users(index).len();
        if share(best.both, best.with) < policy.least_confidence() {
            left_out.little_confidence += 1;
            continue;
        }
        if lift(best.both, best.with, users, usage.entities()) < policy.least_lift() {
            left_out.little_lift += 1;
            continue;
        }
        let standing = Standing::of(catalogue.technique(index), progression);
        let factor = match standing {
            Standing::Ahead => 1.0,
            Standing::Between => policy.factor_between(),
            Standing::Behind => policy.factor_behind(),
        };
        let Some(because) = usage.association(&best.antecedent, index) else { continue };
        found.steps.push(NextStep {
            technique: index,
            because,
            standing,
            rank: best.bound * factor,
            outlook: outlook(index),
        });
    }
    // Indices are in the order of ids, and the sort keeps it among equals.
    sorted::sort_by(&mut found.steps, |a, b| {
        b.rank.total_cmp(&a.rank).then(b.because.lift().total_cmp(&a.because.lift()))
    });
    found
}
