//! A catalogue under construction: links by id instead of by index, in sorted containers, so
//! that the order of the input cannot show in the result. Both importers fill one.

use super::catalogue::{
    Analytic, Catalogue, DataComponent, Domain, Entity, Fate, Retired, Strategy, Tactic, Technique,
    TechniqueIndex,
};
use super::id::{
    AnalyticId, CampaignId, DataComponentId, GroupId, MitigationId, SoftwareId, StrategyId,
    TechniqueId,
};
use crate::sorted;
use std::collections::{BTreeMap, BTreeSet};

/// More objects of one kind than the catalogue's indices can number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} {what}, but a catalogue holds at most {most}")]
pub struct TooMany {
    /// The kind of object, for example `techniques`.
    pub what: &'static str,
    /// How many there are.
    pub count: usize,
    /// How many there may be.
    pub most: usize,
}

/// A technique whose links are ids.
#[derive(Default)]
pub(super) struct DraftTechnique {
    pub(super) name: String,
    /// Places in [`Draft::tactics`].
    pub(super) tactics: BTreeSet<usize>,
    pub(super) platforms: BTreeSet<String>,
    pub(super) groups: BTreeSet<GroupId>,
    pub(super) campaigns: BTreeSet<CampaignId>,
    pub(super) software: BTreeSet<SoftwareId>,
    pub(super) mitigations: BTreeSet<MitigationId>,
    pub(super) strategies: BTreeSet<StrategyId>,
}

/// A name with further names.
#[derive(Clone, Default)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
}

impl Named {
    /// A name without others.
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), aliases: Vec::new() }
    }

    /// The same with other names: in the source's order, without `name` itself and repeats.
    pub(super) fn with_aliases<'a>(mut self, aliases: impl IntoIterator<Item = &'a str>) -> Self {
        for alias in aliases {
            if alias != self.name && !alias.is_empty() && !self.aliases.iter().any(|a| a == alias) {
                self.aliases.push(alias.to_owned());
            }
        }
        self
    }
}

/// A detection strategy whose links are ids.
#[derive(Clone, Default)]
pub(super) struct DraftStrategy {
    pub(super) name: String,
    pub(super) analytics: BTreeSet<AnalyticId>,
}

/// An analytic whose links are ids and names.
#[derive(Clone, Default)]
pub(super) struct DraftAnalytic {
    pub(super) platforms: BTreeSet<String>,
    pub(super) log_sources: BTreeSet<(DataComponentId, String)>,
}

/// One release of one domain, not yet indexed.
pub(super) struct Draft {
    pub(super) domain: Domain,
    pub(super) version: String,
    pub(super) tactics: Vec<Tactic>,
    pub(super) techniques: BTreeMap<TechniqueId, DraftTechnique>,
    /// Direct successors, live or not.
    pub(super) revoked: BTreeMap<TechniqueId, TechniqueId>,
    /// Ids that are no longer live; those in `revoked` need not be repeated.
    pub(super) retired: BTreeSet<TechniqueId>,
    pub(super) groups: BTreeMap<GroupId, Named>,
    pub(super) campaigns: BTreeMap<CampaignId, Named>,
    pub(super) software: BTreeMap<SoftwareId, Named>,
    pub(super) mitigations: BTreeMap<MitigationId, Named>,
    pub(super) strategies: BTreeMap<StrategyId, DraftStrategy>,
    pub(super) analytics: BTreeMap<AnalyticId, DraftAnalytic>,
    pub(super) data_components: BTreeMap<DataComponentId, String>,
}

impl Draft {
    /// An empty one.
    pub(super) fn new(domain: Domain, version: impl Into<String>) -> Self {
        Self {
            domain,
            version: version.into(),
            tactics: Vec::new(),
            techniques: BTreeMap::new(),
            revoked: BTreeMap::new(),
            retired: BTreeSet::new(),
            groups: BTreeMap::new(),
            campaigns: BTreeMap::new(),
            software: BTreeMap::new(),
            mitigations: BTreeMap::new(),
            strategies: BTreeMap::new(),
            analytics: BTreeMap::new(),
            data_components: BTreeMap::new(),
        }
    }

    /// The place of a column by its shortname.
    pub(super) fn tactic(&self, shortname: &str) -> Option<usize> {
        self.tactics.iter().position(|tactic| tactic.shortname == shortname)
    }

    /// Numbers everything. Links to ids the draft does not hold are dropped, and so are
    /// techniques without a column: they could not be shown.
    pub(super) fn finish(mut self) -> Result<Catalogue, TooMany> {
        self.techniques.retain(|_, technique| !technique.tactics.is_empty());
        let retired = self.retired();

        let platforms = self
            .techniques
            .values()
            .flat_map(|technique| &technique.platforms)
            .chain(self.analytics.values().flat_map(|analytic| &analytic.platforms));
        let platforms = sorted::set(platforms.map(String::as_str));
        let log_sources = self
            .analytics
            .values()
            .flat_map(|analytic| &analytic.log_sources)
            .filter(|(component, _)| self.data_components.contains_key(component));
        let log_sources = sorted::set(log_sources.map(|(_, name)| name.as_str()));

        if self.tactics.len() > usize::from(u8::MAX) {
            let count = self.tactics.len();
            return Err(TooMany { what: "tactics", count, most: usize::from(u8::MAX) });
        }
        let at_platform: BTreeMap<&str, u8> = places("platforms", platforms.iter().copied())?;
        let at_log_source: BTreeMap<&str, u16> =
            places("log sources", log_sources.iter().copied())?;
        let at_technique: BTreeMap<TechniqueId, u16> =
            places("techniques", self.techniques.keys().copied())?;
        let at_group: BTreeMap<GroupId, u16> = places("groups", self.groups.keys().copied())?;
        let at_campaign: BTreeMap<CampaignId, u16> =
            places("campaigns", self.campaigns.keys().copied())?;
        let at_software: BTreeMap<SoftwareId, u16> =
            places("software", self.software.keys().copied())?;
        let at_mitigation: BTreeMap<MitigationId, u16> =
            places("mitigations", self.mitigations.keys().copied())?;
        let at_strategy: BTreeMap<StrategyId, u16> =
            places("detection strategies", self.strategies.keys().copied())?;
        let at_analytic: BTreeMap<AnalyticId, u16> =
            places("analytics", self.analytics.keys().copied())?;
        let at_component: BTreeMap<DataComponentId, u16> =
            places("data components", self.data_components.keys().copied())?;

        let techniques = self
            .techniques
            .iter()
            .map(|(id, technique)| Technique {
                id: *id,
                name: technique.name.clone(),
                parent: id
                    .parent()
                    .and_then(|id| at_technique.get(&id))
                    .copied()
                    .map(TechniqueIndex),
                tactics: technique.tactics.iter().filter_map(|t| u8::try_from(*t).ok()).collect(),
                platforms: at(&at_platform, technique.platforms.iter().map(String::as_str)),
                groups: at(&at_group, technique.groups.iter().copied()),
                campaigns: at(&at_campaign, technique.campaigns.iter().copied()),
                software: at(&at_software, technique.software.iter().copied()),
                mitigations: at(&at_mitigation, technique.mitigations.iter().copied()),
                strategies: at(&at_strategy, technique.strategies.iter().copied()),
            })
            .collect();
        let strategies = self
            .strategies
            .iter()
            .map(|(id, strategy)| Strategy {
                id: *id,
                name: strategy.name.clone(),
                analytics: at(&at_analytic, strategy.analytics.iter().copied()),
            })
            .collect();
        let analytics = self
            .analytics
            .iter()
            .map(|(id, analytic)| Analytic {
                id: *id,
                platforms: at(&at_platform, analytic.platforms.iter().map(String::as_str)),
                log_sources: analytic
                    .log_sources
                    .iter()
                    .filter_map(|(component, name)| {
                        Some((*at_component.get(component)?, *at_log_source.get(name.as_str())?))
                    })
                    .collect(),
            })
            .collect();

        Ok(Catalogue {
            domain: self.domain,
            techniques,
            retired,
            platforms: platforms.into_iter().map(str::to_owned).collect(),
            strategies,
            analytics,
            log_sources: log_sources.into_iter().map(str::to_owned).collect(),
            version: self.version,
            tactics: self.tactics,
            groups: entities(self.groups),
            campaigns: entities(self.campaigns),
            software: entities(self.software),
            mitigations: entities(self.mitigations),
            data_components: self
                .data_components
                .into_iter()
                .map(|(id, name)| DataComponent { id, name })
                .collect(),
        })
    }

    /// Follows every chain of successors to its end. Linear also in long chains; a cycle has no
    /// live end and counts as deprecated.
    fn retired(&self) -> Vec<Retired> {
        let mut ends: BTreeMap<TechniqueId, Option<TechniqueId>> = BTreeMap::new();
        for start in self.retired.iter().chain(self.revoked.keys()) {
            let mut chain = Vec::new();
            let mut here = *start;
            let end = loop {
                if self.techniques.contains_key(&here) {
                    break Some(here);
                }
                if let Some(known) = ends.get(&here) {
                    break *known;
                }
                // Known as "no end" while on the way, which also stops a cycle.
                ends.insert(here, None);
                chain.push(here);
                match self.revoked.get(&here) {
                    Some(next) => here = *next,
                    None => break None,
                }
            };
            for id in chain {
                ends.insert(id, end);
            }
        }
        ends.into_iter()
            .filter(|(id, _)| self.retired.contains(id) || self.revoked.contains_key(id))
            .map(|(id, end)| Retired { id, fate: end.map_or(Fate::Deprecated, Fate::RevokedBy) })
            .collect()
    }
}

/// Numbers the keys in their order. The highest number of the type stays free, so that a count
/// fits the type as well.
fn places<Key: Ord, Place: TryFrom<usize>>(
    what: &'static str,
    keys: impl ExactSizeIterator<Item = Key>,
) -> Result<BTreeMap<Key, Place>, TooMany> {
    let count = keys.len();
    let most = (1_usize << (8 * size_of::<Place>())) - 1;
    if count > most {
        return Err(TooMany { what, count, most });
    }
    Ok(sorted::map(keys.enumerate().filter_map(|(n, key)| Some((key, Place::try_from(n).ok()?)))))
}

/// The places of sorted keys; unknown keys are left out.
fn at<Key: Ord, Place: Copy>(
    places: &BTreeMap<Key, Place>,
    keys: impl Iterator<Item = Key>,
) -> Vec<Place> {
    keys.filter_map(|key| places.get(&key).copied()).collect()
}

fn entities<Id>(named: BTreeMap<Id, Named>) -> Vec<Entity<Id>> {
    named
        .into_iter()
        .map(|(id, named)| Entity { id, name: named.name, aliases: named.aliases })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TechniqueId {
        text.parse().expect("an id")
    }

    fn draft(live: &[&str], revoked: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::new(Domain::Enterprise, "1");
        for text in live {
            let technique = DraftTechnique { tactics: [0].into(), ..DraftTechnique::default() };
            draft.techniques.insert(id(text), technique);
        }
        draft.revoked = revoked.iter().map(|(from, to)| (id(from), id(to))).collect();
        draft
    }

    #[test]
    fn chains_end_at_a_live_id_and_cycles_nowhere() {
        let mut draft = draft(
            &["T0009"],
            &[
                ("T0001", "T0002"),
                ("T0002", "T0009"),
                ("T0003", "T0004"),
                ("T0004", "T0003"),
                ("T0005", "T0005"),
                ("T0006", "T0003"),
                ("T0007", "T0999"),
            ],
        );
        draft.retired = [id("T0008")].into();
        let retired = draft.retired();
        let fate = |text: &str| retired.iter().find(|r| r.id == id(text)).map(|r| r.fate);
        assert_eq!(fate("T0001"), Some(Fate::RevokedBy(id("T0009"))));
        assert_eq!(fate("T0002"), Some(Fate::RevokedBy(id("T0009"))));
        for dead in ["T0003", "T0004", "T0005", "T0006", "T0007", "T0008"] {
            assert_eq!(fate(dead), Some(Fate::Deprecated), "{dead}");
        }
        // An id that is only named as a successor never was part of the release.
        assert_eq!(fate("T0999"), None);
    }

    #[test]
    fn a_live_id_is_never_retired() {
        let draft = draft(&["T0001", "T0002"], &[("T0001", "T0002")]);
        assert_eq!(draft.retired(), []);
    }

    #[test]
    fn more_than_the_indices_can_number_is_an_error() {
        let mut draft = draft(&["T0001"], &[]);
        for n in 0..256 {
            let technique = draft.techniques.get_mut(&id("T0001")).expect("just made");
            technique.platforms.insert(format!("platform {n}"));
        }
        assert_eq!(
            draft.finish().expect_err("256 do not fit"),
            TooMany { what: "platforms", count: 256, most: 255 }
        );
    }

    #[test]
    fn aliases_leave_out_the_name_and_repeats() {
        let named = Named::new("APT29").with_aliases(["APT29", "Cozy Bear", "", "Cozy Bear"]);
        assert_eq!(named.aliases, ["Cozy Bear"]);
    }
}
