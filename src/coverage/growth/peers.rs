//! What a peer makes of single rules.
//!
//! Each rule is scored alone; values are then added up where the tool counts, and the highest is
//! taken where it does not, so that the laws of growth hold. It is what the tool itself says but
//! for these cases: DeTT&CT's mean falls where a rule joins a better stated detection (here
//! nothing is brought), Kibana counts a technique of several tactics by its fullest cell (here all
//! rules), rsigma takes rules of one id in two formats, or of one title and no id, for one, and a
//! file of which several rules come may be lost to a tool as a whole.

use super::{Brings, Offer, Part, Together};
use crate::attack::{Catalogue, TechniqueId};
use crate::coverage::convention::Convention;
use crate::pace::Pace;
use crate::rule::{Claim, Intake, RuleIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How the values of single rules come together.
pub(super) fn peers_way(convention: Convention) -> Together {
    match convention {
        Convention::SigmaCliCount
        | Convention::SigmaCliLevel
        | Convention::Rsigma
        | Convention::Kibana => Together::Sum,
        Convention::SigmaCliMax
        | Convention::Dettect
        | Convention::Countermap
        | Convention::DetectForge
        | Convention::AttackMapper
        | Convention::Detkit => Together::Best,
    }
}

/// What the peer makes of each rule where there is no other. Rules of which no two name anything
/// of one family (a technique and its sub-techniques) do not meet in any tool, so that they are
/// asked about together.
pub(super) async fn of_peer(
    convention: Convention,
    catalogue: &Catalogue,
    offer: &Offer<'_>,
    pace: &impl Pace,
) -> Vec<Vec<Brings>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut next_of_family: BTreeMap<TechniqueId, usize> = BTreeMap::new();
    let mut next_of_file: BTreeMap<&str, usize> = BTreeMap::new();
    let families: Vec<BTreeSet<TechniqueId>> =
        offer.rules.iter().map(|index| families(catalogue, offer, *index)).collect();
    for (at, families) in families.iter().enumerate() {
        let Some(rule) = offer.rule(at) else { continue };
        // Some tools lose files of several documents.
        let of_file = next_of_file.entry(&rule.path).or_default();
        let of_families = families.iter().filter_map(|family| next_of_family.get(family));
        let batch = of_families.copied().max().unwrap_or_default().max(*of_file);
        *of_file = batch + 1;
        for family in families {
            next_of_family.insert(*family, batch + 1);
        }
        if batches.len() <= batch {
            batches.resize(batch + 1, Vec::new());
        }
        batches[batch].push(at);
    }
    let mut brought = vec![Vec::new(); offer.rules.len()];
    let mut together = Intake::default();
    for batch in batches {
        // A whole tally each.
        pace.pause().await;
        together.rules.clear();
        together.rules.extend(batch.iter().filter_map(|at| offer.rule(*at)).map(Arc::clone));
        let mut owners: BTreeMap<TechniqueId, usize> = BTreeMap::new();
        for at in batch {
            for family in families.get(at).into_iter().flatten() {
                owners.insert(*family, at);
            }
        }
        let scores = convention.scores(catalogue, &together);
        for (technique, score) in catalogue.indices().zip(scores) {
            let Some(points) = score.filter(|points| *points > 0) else { continue };
            let owner = owners.get(&family(catalogue.technique(technique).id));
            if let Some(brings) = owner.and_then(|at| brought.get_mut(*at)) {
                brings.push(Brings { technique, part: Part::Points(points) });
            }
        }
    }
    brought
}

/// The families of whatever ids a tool may find in a rule, as written and as they are followed.
fn families(catalogue: &Catalogue, offer: &Offer<'_>, index: RuleIndex) -> BTreeSet<TechniqueId> {
    let mut families = BTreeSet::new();
    let Some(rule) = offer.intake.rules.get(index as usize) else { return families };
    for tag in rule.tags.iter().chain(&rule.mentions) {
        for claim in &tag.claims {
            if let Claim::Technique(id) = claim {
                families.insert(family(*id));
            }
        }
    }
    for technique in offer.claims.techniques.get(index as usize).into_iter().flatten() {
        families.insert(family(catalogue.technique(*technique).id));
    }
    families
}

fn family(id: TechniqueId) -> TechniqueId {
    id.parent().unwrap_or(id)
}
