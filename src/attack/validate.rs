//! Whether a catalogue that came from outside keeps what its type promises, so that every later
//! step may index without asking.

use super::catalogue::{Catalogue, Entity, Fate};
use super::id::TechniqueId;

/// A promise of [`Catalogue`] that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueFault {
    /// A list is not in ascending order, or holds something twice.
    #[error("the {0} are not in order")]
    Order(&'static str),
    /// A list is longer than indices can number.
    #[error("there are too many {0}")]
    TooMany(&'static str),
    /// A link leads nowhere.
    #[error("the {0} of {1} are out of range or order")]
    Link(&'static str, String),
    /// A technique stands in no column.
    #[error("{0} has no tactic")]
    NoTactic(TechniqueId),
    /// A sub-technique is not linked to the technique its id names, or a technique to any.
    #[error("the parent of {0} is not the one its id names")]
    Parent(TechniqueId),
    /// A retired id is live, or its successor is not.
    #[error("the retired id {0} is live, or its successor is not")]
    Retired(TechniqueId),
}

impl Catalogue {
    /// Checks order, ranges and links of everything.
    ///
    /// # Errors
    /// The first promise that does not hold.
    pub fn validate(&self) -> Result<(), CatalogueFault> {
        self.validate_lists()?;
        for technique in &self.techniques {
            let link = |what, list: &[u16], count: usize| {
                ascending_below(list, count)
                    .then_some(())
                    .ok_or_else(|| CatalogueFault::Link(what, technique.id.to_string()))
            };
            if technique.tactics.is_empty() {
                return Err(CatalogueFault::NoTactic(technique.id));
            }
            let tactics: Vec<u16> = technique.tactics.iter().copied().map(u16::from).collect();
            let platforms: Vec<u16> = technique.platforms.iter().copied().map(u16::from).collect();
            link("tactics", &tactics, self.tactics.len())?;
            link("platforms", &platforms, self.platforms.len())?;
            link("groups", &technique.groups, self.groups.len())?;
            link("campaigns", &technique.campaigns, self.campaigns.len())?;
            link("software", &technique.software, self.software.len())?;
            link("mitigations", &technique.mitigations, self.mitigations.len())?;
            link("strategies", &technique.strategies, self.strategies.len())?;
            if technique.parent != technique.id.parent().and_then(|id| self.find(id)) {
                return Err(CatalogueFault::Parent(technique.id));
            }
        }
        for strategy in &self.strategies {
            if !ascending_below(&strategy.analytics, self.analytics.len()) {
                return Err(CatalogueFault::Link("analytics", strategy.id.to_string()));
            }
        }
        for analytic in &self.analytics {
            let in_range = |(component, source): &(u16, u16)| {
                usize::from(*component) < self.data_components.len()
                    && usize::from(*source) < self.log_sources.len()
            };
            if !ascending_below(&analytic.platforms, self.platforms.len()) {
                return Err(CatalogueFault::Link("platforms", analytic.id.to_string()));
            }
            if !ascending(&analytic.log_sources) || !analytic.log_sources.iter().all(in_range) {
                return Err(CatalogueFault::Link("log sources", analytic.id.to_string()));
            }
        }
        for retired in &self.retired {
            let ends_live = match retired.fate {
                Fate::Deprecated => true,
                Fate::RevokedBy(successor) => self.find(successor).is_some(),
            };
            if self.find(retired.id).is_some() || !ends_live {
                return Err(CatalogueFault::Retired(retired.id));
            }
        }
        Ok(())
    }

    fn validate_lists(&self) -> Result<(), CatalogueFault> {
        fn list<T, Key: Ord>(
            what: &'static str,
            items: &[T],
            most: usize,
            key: impl Fn(&T) -> Key,
        ) -> Result<(), CatalogueFault> {
            if items.len() > most {
                return Err(CatalogueFault::TooMany(what));
            }
            if items.windows(2).any(|pair| key(&pair[0]) >= key(&pair[1])) {
                return Err(CatalogueFault::Order(what));
            }
            Ok(())
        }
        fn named<Id: Ord + Copy>(
            what: &'static str,
            items: &[Entity<Id>],
        ) -> Result<(), CatalogueFault> {
            list(what, items, usize::from(u16::MAX), |entity| entity.id)
        }
        let (narrow, wide) = (usize::from(u8::MAX), usize::from(u16::MAX));
        if self.tactics.len() > narrow {
            return Err(CatalogueFault::TooMany("tactics"));
        }
        list("techniques", &self.techniques, wide, |technique| technique.id)?;
        list("retired ids", &self.retired, usize::MAX, |retired| retired.id)?;
        list("platforms", &self.platforms.iter().collect::<Vec<_>>(), narrow, |name| *name)?;
        list("log sources", &self.log_sources.iter().collect::<Vec<_>>(), wide, |name| *name)?;
        named("groups", &self.groups)?;
        named("campaigns", &self.campaigns)?;
        named("software", &self.software)?;
        named("mitigations", &self.mitigations)?;
        list("detection strategies", &self.strategies, wide, |strategy| strategy.id)?;
        list("analytics", &self.analytics, wide, |analytic| analytic.id)?;
        list("data components", &self.data_components, wide, |component| component.id)
    }
}

fn ascending<T: Ord>(list: &[T]) -> bool {
    list.windows(2).all(|pair| pair[0] < pair[1])
}

fn ascending_below<T: Ord + Copy + Into<usize>>(list: &[T], count: usize) -> bool {
    ascending(list) && list.last().is_none_or(|last| (*last).into() < count)
}
