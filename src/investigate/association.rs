//! How often techniques are used together: support, confidence and lift.

use super::usage::{Usage, shared};
use crate::attack::{Actor, Catalogue, TechniqueIndex};

/// A rule of association: who uses all of some techniques, and who of them uses one more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// Picked techniques, one to three, by id.
    pub antecedent: Vec<TechniqueIndex>,
    /// Groups and campaigns that use all of them.
    pub with: usize,
    /// Those of them that use the technique as well, by kind and id: its support.
    pub supporters: Vec<Actor>,
    /// Groups and campaigns that use the technique.
    pub users: usize,
    /// Groups and campaigns that use anything.
    pub entities: usize,
}

impl Association {
    /// How many of [`Self::with`] use it.
    pub fn support(&self) -> usize {
        self.supporters.len()
    }

    /// [`Self::support`] of [`Self::with`], 0 to 1.
    pub fn confidence(&self) -> f64 {
        share(self.support(), self.with)
    }

    /// How many times as frequent it is among them as among all; 1 is no connection.
    pub fn lift(&self) -> f64 {
        lift(self.support(), self.with, self.users, self.entities)
    }

    /// In one sentence, with every number.
    pub fn sentence(&self, catalogue: &Catalogue) -> String {
        let ids = self.antecedent.iter().map(|index| catalogue.technique(*index).id.to_string());
        let ids = ids.collect::<Vec<_>>().join(" and ");
        format!(
            "{} of {} groups and campaigns that use {ids} use it as well ({:.0} %); of all {} it is {} ({:.0} %), lift {:.1}.",
            self.support(),
            self.with,
            self.confidence() * 100.0,
            self.entities,
            self.users,
            share(self.users, self.entities) * 100.0,
            self.lift(),
        )
    }
}

pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

pub(super) fn lift(both: usize, with: usize, users: usize, entities: usize) -> f64 {
    share(both * entities, with * users)
}

/// The lower bound of Wilson's interval of a share; at z = 0 the share.
pub(super) fn lower_bound(part: usize, whole: usize, z: f64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let (p, n) = (share(part, whole), whole as f64);
    let z2 = z * z;
    let middle = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half) / (1.0 + z2 / n)).max(0.0)
}

impl Usage {
    /// Who uses all of some techniques and who of them one more, whatever a policy's bounds;
    /// `None` where nobody uses all of them, or none is given.
    pub fn association(
        &self,
        antecedent: &[TechniqueIndex],
        technique: TechniqueIndex,
    ) -> Option<Association> {
        let (first, rest) = antecedent.split_first()?;
        let mut users = self.users(*first).to_vec();
        for index in rest {
            users = shared(&users, self.users(*index));
        }
        let supporters = shared(&users, self.users(technique));
        (!users.is_empty()).then(|| Association {
            antecedent: antecedent.to_vec(),
            with: users.len(),
            supporters: supporters.into_iter().filter_map(|number| self.actor(number)).collect(),
            users: self.users(technique).len(),
            entities: self.entities(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_of_shares() {
        assert_eq!((lower_bound(3, 4, 0.0), lower_bound(0, 0, 2.0)), (0.75, 0.0));
        // 1 ÷ (1 + 1.96² ÷ 10); Newcombe 1998 has 0.722 for 10 of 10.
        assert!((lower_bound(10, 10, 1.96) - 0.722_460).abs() < 1e-6);
        assert_eq!(lower_bound(0, 10, 1.96), 0.0);
    }

    proptest! {
        /// More of the same share is a higher bound, more caution a lower one; never above the
        /// share itself.
        #[test]
        fn the_bound_rises_with_numbers(part in 0_usize..50, more in 0_usize..50, z in 0.0_f64..4.0) {
            let whole = part + more + 1;
            let bound = lower_bound(part, whole, z);
            prop_assert!(bound <= share(part, whole) + 1e-12 && bound >= 0.0);
            prop_assert!(lower_bound(2 * part, 2 * whole, z) >= bound - 1e-12);
            prop_assert!(lower_bound(part, whole, z + 0.5) <= bound + 1e-12);
        }
    }
}
