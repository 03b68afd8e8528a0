//! What to do about each gap: rules of the library, and guidance beside them.

use super::library::compare_names;
use super::{
    Availability, Grounds, Guidance, Library, NextAsked, NextRules, guidance, next_rules_paced,
};
use crate::attack::TechniqueIndex;
use crate::pace::{Pace, Unpaced, at_once};
use crate::rule::RuleIndex;
use crate::sorted;
use std::collections::BTreeMap;

/// A rule of the library that would help a technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommended {
    /// In the library.
    pub rule: RuleIndex,
    /// The sub-techniques by which it helps, by id; empty if it names the technique itself.
    /// Through a sub-technique a rule covers the technique above it and gives it no score.
    pub via: Vec<TechniqueIndex>,
    /// Whether its events are there.
    pub availability: Availability,
}

/// The rules that would help a technique, best first: by status, by level, by whether their log
/// source is there; of equals those that name the technique itself go first, then by title and
/// path. Rules of sub-techniques out of scope help nothing, as in coverage.
pub fn recommended(
    grounds: &Grounds<'_>,
    library: &Library,
    technique: TechniqueIndex,
) -> Vec<Recommended> {
    let mut via: BTreeMap<RuleIndex, Vec<TechniqueIndex>> = BTreeMap::new();
    for rule in library.of_technique(technique) {
        via.insert(*rule, Vec::new());
    }
    let own = via.len();
    let subs = grounds.catalogue.sub_techniques(technique);
    for sub in subs.filter(|sub| grounds.coverage.technique(*sub).in_scope) {
        for rule in library.of_technique(sub) {
            // That of the technique itself says more.
            let names_it = own > 0 && via.get(rule).is_some_and(Vec::is_empty);
            if !names_it {
                via.entry(*rule).or_default().push(sub);
            }
        }
    }
    let mut found: Vec<Recommended> = via
        .into_iter()
        .map(|(rule, via)| Recommended { rule, via, availability: library.availability(rule) })
        .collect();
    sorted::sort_by(&mut found, |a, b| {
        library
            .compare_worth(grounds.library, a.rule, b.rule)
            .then_with(|| a.via.is_empty().cmp(&b.via.is_empty()).reverse())
            .then_with(|| compare_names(grounds.library, a.rule, b.rule))
    });
    found
}

/// What to do about one technique.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// Which.
    pub technique: TechniqueIndex,
    /// Rules of the library, best first.
    pub rules: Vec<Recommended>,
    /// For those who write one.
    pub guidance: Guidance,
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendations {
    /// Technique by technique, in the order asked.
    pub advice: Vec<Advice>,
    /// What to deploy next.
    pub next: NextRules,
    /// What of the library is left out is said there.
    pub library: Library,
}

impl Recommendations {
    /// For these techniques. `stakes` are the priority of every technique at score 0, at the
    /// catalogue's index; 0 for what does not matter.
    pub fn new(
        grounds: &Grounds<'_>,
        stakes: &[f64],
        asked: &NextAsked,
        techniques: &[TechniqueIndex],
    ) -> Self {
        at_once(Self::new_paced(grounds, stakes, asked, techniques, &Unpaced))
    }

    /// [`Self::new`] in pieces.
    pub async fn new_paced(
        grounds: &Grounds<'_>,
        stakes: &[f64],
        asked: &NextAsked,
        techniques: &[TechniqueIndex],
        pace: &impl Pace,
    ) -> Self {
        let library = Library::new_paced(grounds, pace).await;
        let next = next_rules_paced(grounds, &library, stakes, asked, pace).await;
        let mut advice = Vec::with_capacity(techniques.len());
        for technique in techniques {
            pace.pause().await;
            advice.push(Advice {
                technique: *technique,
                rules: recommended(grounds, &library, *technique),
                guidance: guidance(grounds, &library, *technique),
            });
        }
        Self { advice, next, library }
    }
}
