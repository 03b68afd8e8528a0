//! Who of the catalogue's groups and campaigns uses what.

use crate::attack::{Actor, ActorKind, Catalogue, TechniqueIndex};
use crate::sorted;

/// Groups and campaigns, numbered, and what they use. A group's techniques include those of
/// campaigns attributed to it (that is how the catalogue has them), and the campaigns count
/// beside it.
#[derive(Clone, Debug)]
pub struct Usage {
    /// Who has a number; groups first, each kind by id.
    actors: Vec<Actor>,
    /// At the catalogue's index: numbers of those who use it, sorted.
    users: Vec<Vec<u32>>,
    /// At the number: what each uses, sorted.
    used: Vec<Vec<TechniqueIndex>>,
    /// Groups that use anything.
    pub groups: usize,
    /// Campaigns in which anything was used.
    pub campaigns: usize,
}

impl Usage {
    /// Reads it from the catalogue; see [`super::InvestigationPolicy::with_parents`].
    pub fn of(catalogue: &Catalogue, with_parents: bool) -> Self {
        let kinds = [ActorKind::Group, ActorKind::Campaign];
        let actors: Vec<Actor> = kinds.iter().flat_map(|kind| catalogue.actors(*kind)).collect();
        let groups = catalogue.groups.len();
        let of_technique = |index: TechniqueIndex| {
            let technique = catalogue.technique(index);
            let own = technique.groups.iter().map(|at| usize::from(*at));
            let campaigns = technique.campaigns.iter().map(|at| groups + usize::from(*at));
            own.chain(campaigns).filter_map(|number| u32::try_from(number).ok())
        };
        let mut users: Vec<Vec<u32>> =
            catalogue.indices().map(|index| of_technique(index).collect()).collect();
        if with_parents {
            for index in catalogue.indices() {
                let Some(parent) = catalogue.technique(index).parent else { continue };
                let more = users[usize::from(index.0)].clone();
                users[usize::from(parent.0)].extend(more);
            }
        }
        let mut used = vec![Vec::new(); actors.len()];
        for (index, users) in catalogue.indices().zip(&mut users) {
            sorted::sort(users);
            users.dedup();
            for number in users.iter() {
                if let Some(used) = used.get_mut(*number as usize) {
                    used.push(index);
                }
            }
        }
        let counted = |kind: ActorKind| {
            let all = actors.iter().zip(&used);
            all.filter(|(actor, used)| actor.kind == kind && !used.is_empty()).count()
        };
        Self {
            groups: counted(ActorKind::Group),
            campaigns: counted(ActorKind::Campaign),
            actors,
            users,
            used,
        }
    }

    /// Groups and campaigns that use anything.
    pub fn entities(&self) -> usize {
        self.groups + self.campaigns
    }

    /// Numbers of those who use a technique, sorted.
    pub(super) fn users(&self, index: TechniqueIndex) -> &[u32] {
        self.users.get(usize::from(index.0)).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the one of a number uses, sorted.
    pub(super) fn used(&self, number: u32) -> &[TechniqueIndex] {
        self.used.get(number as usize).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn actor(&self, number: u32) -> Option<Actor> {
        self.actors.get(number as usize).copied()
    }

    /// Everybody who uses anything, by number.
    pub(super) fn all(&self) -> impl Iterator<Item = (Actor, &[TechniqueIndex])> {
        let all = self.actors.iter().copied().zip(self.used.iter().map(Vec::as_slice));
        all.filter(|(_, used)| !used.is_empty())
    }
}

/// What two sorted lists share.
pub(super) fn shared<T: Copy + Ord>(a: &[T], b: &[T]) -> Vec<T> {
    let mut found = Vec::new();
    let (mut a, mut b) = (a, b);
    while let ([first, more_a @ ..], [second, more_b @ ..]) = (a, b) {
        match first.cmp(second) {
            std::cmp::Ordering::Less => a = more_a,
            std::cmp::Ordering::Greater => b = more_b,
            std::cmp::Ordering::Equal => {
                found.push(*first);
                (a, b) = (more_a, more_b);
            }
        }
    }
    found
}
