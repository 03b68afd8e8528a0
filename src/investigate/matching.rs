//! Which groups and campaigns use what was picked, and what else they do.

use super::outlook::{Outlook, urgency};
use super::usage::{Usage, shared};
use crate::attack::{Actor, TechniqueIndex};
use crate::sorted;

/// How groups are matched, in a few sentences.
pub const MATCHES_CONVENTION: &str = "Containment is the share of the picked techniques that a group or campaign uses; Jaccard is what both have in common divided by what either has. A group's techniques include those of campaigns attributed to it. A match is no attribution: who is much reported of matches much.";

/// A group or campaign held against the picked techniques.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Who.
    pub actor: Actor,
    /// Picked techniques that it uses, by id; at least one.
    pub shared: Vec<TechniqueIndex>,
    /// Picked techniques.
    pub picked: usize,
    /// Techniques that it uses.
    pub used: usize,
    /// What it also uses and is not covered (see [`Outlook::is_uncovered`]): what matters first,
    /// then by priority, then by id.
    pub uncovered: Vec<(TechniqueIndex, Outlook)>,
}

impl Match {
    /// The share of the picked techniques that it uses, above 0 to 1.
    pub fn containment(&self) -> f64 {
        self.shared.len() as f64 / self.picked.max(1) as f64
    }

    /// What both have divided by what either has, above 0 to 1.
    pub fn jaccard(&self) -> f64 {
        let either = self.picked + self.used - self.shared.len();
        self.shared.len() as f64 / either.max(1) as f64
    }
}

/// A technique that was not picked and that those use who match best.
#[derive(Clone, Debug, PartialEq)]
pub struct AlsoUsed {
    /// Which.
    pub technique: TechniqueIndex,
    /// Who of them uses it, the best match first.
    pub actors: Vec<Actor>,
    /// Whether one would see it.
    pub outlook: Outlook,
}

/// Everybody who uses a picked technique: highest containment first, then highest Jaccard, then by
/// kind and id.
pub(super) fn matches(
    usage: &Usage,
    picked: &[TechniqueIndex],
    outlook: impl Fn(TechniqueIndex) -> Outlook,
) -> Vec<Match> {
    let mut found = Vec::new();
    for (actor, used) in usage.all() {
        let shared = shared(used, picked);
        if shared.is_empty() {
            continue;
        }
        let others = used.iter().filter(|index| shared.binary_search(index).is_err());
        let others = others.map(|index| (*index, outlook(*index)));
        let mut uncovered: Vec<_> = others.filter(|(_, outlook)| outlook.is_uncovered()).collect();
        sorted::sort_by(&mut uncovered, |a, b| urgency(&a.1, &b.1));
        found.push(Match { actor, picked: picked.len(), used: used.len(), shared, uncovered });
    }
    // In whole numbers: equal shares must be equal. What either has alone grows with what the
    // actor uses, so of equal containment the lower number is the higher Jaccard.
    sorted::sort_by(&mut found, |a, b| {
        b.shared.len().cmp(&a.shared.len()).then(a.used.cmp(&b.used))
    });
    found
}

/// What else the first of them use: what most of them use first, then what matters more, then by
/// id.
pub(super) fn also_used(
    usage: &Usage,
    picked: &[TechniqueIndex],
    first: &[Match],
    outlook: impl Fn(TechniqueIndex) -> Outlook,
    techniques: usize,
) -> Vec<AlsoUsed> {
    let mut actors: Vec<Vec<Actor>> = vec![Vec::new(); techniques];
    for one in first {
        let used = usage.all().find(|(actor, _)| *actor == one.actor).map(|(_, used)| used);
        for index in used.unwrap_or_default() {
            if picked.binary_search(index).is_err()
                && let Some(actors) = actors.get_mut(usize::from(index.0))
            {
                actors.push(one.actor);
            }
        }
    }
    let all = (0_u16..).map(TechniqueIndex).zip(actors);
    let mut found: Vec<AlsoUsed> = all
        .filter(|(_, actors)| !actors.is_empty())
        .map(|(technique, actors)| AlsoUsed { technique, actors, outlook: outlook(technique) })
        .collect();
    sorted::sort_by(&mut found, |a, b| {
        b.actors.len().cmp(&a.actors.len()).then_with(|| urgency(&a.outlook, &b.outlook))
    });
    found
}
