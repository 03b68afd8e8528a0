//! A threat profile: the techniques that chosen groups, campaigns and software use.

use crate::attack::{Catalogue, Entity, TechniqueIndex};
use std::collections::BTreeSet;
use std::fmt::Display;

/// The techniques and sub-techniques that these use, as the catalogue has it: groups, campaigns
/// and software by id, name or alias, in any case.
///
/// # Errors
/// The first name that the catalogue does not know.
pub fn used_by(
    catalogue: &Catalogue,
    names: &[String],
) -> Result<BTreeSet<TechniqueIndex>, String> {
    let mut used = BTreeSet::new();
    for name in names {
        let groups = places(&catalogue.groups, name);
        let campaigns = places(&catalogue.campaigns, name);
        let software = places(&catalogue.software, name);
        if groups.is_empty() && campaigns.is_empty() && software.is_empty() {
            return Err(name.clone());
        }
        used.extend(catalogue.indices().filter(|index| {
            let technique = catalogue.technique(*index);
            let shares = |all: &[u16], wanted: &[u16]| all.iter().any(|at| wanted.contains(at));
            shares(&technique.groups, &groups)
                || shares(&technique.campaigns, &campaigns)
                || shares(&technique.software, &software)
        }));
    }
    Ok(used)
}

fn places<Id: Display>(entities: &[Entity<Id>], wanted: &str) -> Vec<u16> {
    let wanted = wanted.trim();
    let is_it = |name: &str| name.eq_ignore_ascii_case(wanted);
    let found = (0..).zip(entities).filter(|(_, entity)| {
        is_it(&entity.id.to_string())
            || is_it(&entity.name)
            || entity.aliases.iter().any(|alias| is_it(alias))
    });
    found.map(|(at, _)| at).collect()
}
