//! A threat profile: the techniques that chosen groups, campaigns and software use.

use crate::attack::{Catalogue, TechniqueIndex};
use std::collections::BTreeSet;

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
        let actors = catalogue.actors_named(name);
        if actors.is_empty() {
            return Err(name.clone());
        }
        used.extend(catalogue.indices().filter(|index| {
            let technique = catalogue.technique(*index);
            actors.iter().any(|actor| technique.users(actor.kind).contains(&actor.at))
        }));
    }
    Ok(used)
}
