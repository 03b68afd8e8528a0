//! A catalogue under construction: links by id instead of by index. Whatever the order of the
//! input, the result is the same. Both importers fill one.
//!
//! Objects of all kinds are of one type here, for the sake of the worker's size: containers and
//! loops are compiled once instead of eight times.

use super::catalogue::{
    Analytic, Catalogue, DataComponent, Domain, Entity, Fate, Retired, Strategy, Tactic, Technique,
    TechniqueIndex,
};
use super::id::{
    AnalyticId, CampaignId, DataComponentId, GroupId, IdError, MitigationId, Numbered, SoftwareId,
    StrategyId, TechniqueId,
};
use crate::date::Date;
use crate::sorted;
use std::collections::BTreeMap;

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

/// The kinds of objects that are linked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Technique,
    Group,
    Campaign,
    Software,
    Mitigation,
    Strategy,
    Analytic,
    DataComponent,
}

impl Kind {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Technique, "techniques"),
        (Self::Group, "groups"),
        (Self::Campaign, "campaigns"),
        (Self::Software, "software"),
        (Self::Mitigation, "mitigations"),
        (Self::Strategy, "detection strategies"),
        (Self::Analytic, "analytics"),
        (Self::DataComponent, "data components"),
    ];
}

/// An id of any kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// As [`TechniqueId::code`] or [`Numbered::number`] have it.
    number: u32,
}

impl Node {
    /// Reads an id of that kind.
    pub(super) fn read(kind: Kind, text: &str) -> Result<Self, IdError> {
        let number = match kind {
            Kind::Technique => return text.parse().map(Self::technique),
            Kind::Group => text.parse::<GroupId>()?.number(),
            Kind::Campaign => text.parse::<CampaignId>()?.number(),
            Kind::Software => text.parse::<SoftwareId>()?.number(),
            Kind::Mitigation => text.parse::<MitigationId>()?.number(),
            Kind::Strategy => text.parse::<StrategyId>()?.number(),
            Kind::Analytic => text.parse::<AnalyticId>()?.number(),
            Kind::DataComponent => text.parse::<DataComponentId>()?.number(),
        };
        Ok(Self { kind, number: u32::from(number) })
    }

    pub(super) fn technique(id: TechniqueId) -> Self {
        Self { kind: Kind::Technique, number: id.code() }
    }

    #[cfg(feature = "cli")]
    pub(super) fn numbered(kind: Kind, id: impl Numbered) -> Self {
        Self { kind, number: u32::from(id.number()) }
    }

    /// The id, if it is a technique's.
    pub(super) fn technique_id(self) -> Option<TechniqueId> {
        (self.kind == Kind::Technique).then(|| TechniqueId::from_code(self.number)).flatten()
    }

    /// The id; which kind it is of is the caller's knowledge.
    pub(super) fn id<Id: Numbered>(self) -> Option<Id> {
        u16::try_from(self.number).ok().and_then(Id::from_number)
    }
}

/// An object whose links are ids. Most kinds use a few of the fields; lists may hold things
/// twice, and in any order.
#[derive(Clone, Default)]
pub(super) struct Object {
    pub(super) name: String,
    /// Of a group.
    pub(super) aliases: Vec<String>,
    /// Of a campaign.
    pub(super) last_seen: Option<Date>,
    /// Of a technique: places in [`Draft::tactics`].
    pub(super) tactics: Vec<usize>,
    /// Of a technique or an analytic.
    pub(super) platforms: Vec<String>,
    /// Of a technique: groups, campaigns, software, mitigations, strategies; of a strategy: its
    /// analytics.
    pub(super) links: Vec<Node>,
    /// Of an analytic: data components with names of log sources.
    pub(super) log_sources: Vec<(Node, String)>,
}

impl Object {
    /// An object without links.
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
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

/// One release of one domain, not yet indexed.
pub(super) struct Draft {
    pub(super) domain: Domain,
    pub(super) version: String,
    pub(super) tactics: Vec<Tactic>,
    /// All objects, sorted by kind and number.
    pub(super) objects: BTreeMap<Node, Object>,
    /// Ids that are no longer live, with their direct successors, live or not.
    pub(super) retired: BTreeMap<TechniqueId, Option<TechniqueId>>,
}

impl Draft {
    /// An empty one.
    pub(super) fn new(domain: Domain, version: impl Into<String>) -> Self {
        Self {
            domain,
            version: version.into(),
            tactics: Vec::new(),
            objects: BTreeMap::new(),
            retired: BTreeMap::new(),
        }
    }

    /// The place of a column by its shortname.
    pub(super) fn tactic(&self, shortname: &str) -> Option<usize> {
        self.tactics.iter().position(|tactic| tactic.shortname == shortname)
    }

    /// The objects of a kind, by number.
    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = (Node, &Object)> {
        self.objects.iter().filter(move |(node, _)| node.kind == kind).map(|(node, o)| (*node, o))
    }

    /// Numbers everything. Links to ids the draft does not hold are dropped, and so are
    /// techniques without a column: they could not be shown.
    pub(super) fn finish(mut self) -> Result<Catalogue, TooMany> {
        self.objects
            .retain(|node, object| node.kind != Kind::Technique || !object.tactics.is_empty());
        let retired = self.retired();

        let mut platforms = Vec::new();
        let mut log_sources = Vec::new();
        for object in self.objects.values() {
            platforms.extend(object.platforms.iter().cloned());
            let known = object.log_sources.iter().filter(|(of, _)| self.objects.contains_key(of));
            log_sources.extend(known.map(|(_, name)| name.clone()));
        }
        sort_once(&mut platforms);
        sort_once(&mut log_sources);
        at_most("tactics", self.tactics.len(), u8::MAX.into())?;
        at_most("platforms", platforms.len(), u8::MAX.into())?;
        at_most("log sources", log_sources.len(), u16::MAX.into())?;
        for (kind, what) in Kind::ALL {
            at_most(what, self.of(kind).count(), u16::MAX.into())?;
        }

        let mut places = Places { nodes: Vec::new(), platforms, log_sources };
        places.nodes = self.objects.keys().copied().collect();
        let mut techniques = Vec::new();
        let mut groups = Vec::new();
        let mut campaigns = Vec::new();
        let mut software = Vec::new();
        let mut mitigations = Vec::new();
        let mut strategies = Vec::new();
        let mut analytics = Vec::new();
        let mut data_components = Vec::new();
        for (node, mut object) in self.objects {
            sort_once(&mut object.tactics);
            sort_once(&mut object.platforms);
            sort_once(&mut object.links);
            sort_once(&mut object.log_sources);
            match node.kind {
                Kind::Technique => techniques.extend(places.technique(node, object)),
                Kind::Group => groups.extend(entity(node, object)),
                Kind::Campaign => campaigns.extend(entity(node, object)),
                Kind::Software => software.extend(entity(node, object)),
                Kind::Mitigation => mitigations.extend(entity(node, object)),
                Kind::Strategy => strategies.extend(node.id().map(|id| Strategy {
                    id,
                    analytics: places.links(&object, Kind::Analytic),
                    name: object.name,
                })),
                Kind::Analytic => analytics.extend(node.id().map(|id| Analytic {
                    id,
                    platforms: places.platforms(&object),
                    log_sources: places.log_sources(&object),
                })),
                Kind::DataComponent => data_components
                    .extend(node.id().map(|id| DataComponent { id, name: object.name })),
            }
        }
        Ok(Catalogue {
            domain: self.domain,
            version: self.version,
            tactics: self.tactics,
            techniques,
            retired,
            platforms: places.platforms,
            groups,
            campaigns,
            software,
            mitigations,
            strategies,
            analytics,
            data_components,
            log_sources: places.log_sources,
        })
    }

    /// Follows every chain of successors to its end. Linear also in long chains; a cycle has no
    /// live end and counts as deprecated.
    fn retired(&self) -> Vec<Retired> {
        let mut ends: BTreeMap<TechniqueId, Option<TechniqueId>> = BTreeMap::new();
        for start in self.retired.keys() {
            let mut chain = Vec::new();
            let mut here = *start;
            let end = loop {
                if self.objects.contains_key(&Node::technique(here)) {
                    break Some(here);
                }
                if let Some(known) = ends.get(&here) {
                    break *known;
                }
                // Known as "no end" while on the way, which also stops a cycle.
                ends.insert(here, None);
                chain.push(here);
                match self.retired.get(&here) {
                    Some(Some(next)) => here = *next,
                    _ => break None,
                }
            };
            for id in chain {
                ends.insert(id, end);
            }
        }
        // An id that is only named as a successor never was part of the release.
        ends.into_iter()
            .filter(|(id, _)| self.retired.contains_key(id))
            .map(|(id, end)| Retired { id, fate: end.map_or(Fate::Deprecated, Fate::RevokedBy) })
            .collect()
    }
}

/// What numbers stand for.
struct Places {
    /// Sorted.
    nodes: Vec<Node>,
    platforms: Vec<String>,
    log_sources: Vec<String>,
}

impl Places {
    /// The place of a node among those of its kind.
    fn of(&self, node: Node) -> Option<u16> {
        let at = self.nodes.binary_search(&node).ok()?;
        let first = self.nodes.partition_point(|other| other.kind < node.kind);
        u16::try_from(at - first).ok()
    }

    fn links(&self, object: &Object, kind: Kind) -> Vec<u16> {
        let links = object.links.iter().filter(|node| node.kind == kind);
        links.filter_map(|node| self.of(*node)).collect()
    }

    fn platforms(&self, object: &Object) -> Vec<u8> {
        let place = |name: &String| {
            self.platforms.binary_search(name).ok().and_then(|at| u8::try_from(at).ok())
        };
        object.platforms.iter().filter_map(place).collect()
    }

    fn log_sources(&self, object: &Object) -> Vec<(u16, u16)> {
        let place = |(component, name): &(Node, String)| {
            let name = self.log_sources.binary_search(name).ok()?;
            Some((self.of(*component)?, u16::try_from(name).ok()?))
        };
        object.log_sources.iter().filter_map(place).collect()
    }

    fn technique(&self, node: Node, object: Object) -> Option<Technique> {
        let id = node.technique_id()?;
        let parent = id.parent().and_then(|id| self.of(Node::technique(id)));
        Some(Technique {
            id,
            parent: parent.map(TechniqueIndex),
            tactics: object.tactics.iter().filter_map(|t| u8::try_from(*t).ok()).collect(),
            platforms: self.platforms(&object),
            groups: self.links(&object, Kind::Group),
            campaigns: self.links(&object, Kind::Campaign),
            software: self.links(&object, Kind::Software),
            mitigations: self.links(&object, Kind::Mitigation),
            strategies: self.links(&object, Kind::Strategy),
            name: object.name,
        })
    }
}

/// Sorts and drops repeats.
pub(super) fn sort_once<T: Ord>(items: &mut Vec<T>) {
    sorted::sort(items);
    items.dedup();
}

/// The highest number of an index's type stays free, so that a count fits the type as well.
fn at_most(what: &'static str, count: usize, most: usize) -> Result<(), TooMany> {
    if count > most { Err(TooMany { what, count, most }) } else { Ok(()) }
}

fn entity<Id: Numbered>(node: Node, object: Object) -> Option<Entity<Id>> {
    let Object { name, aliases, last_seen, .. } = object;
    Some(Entity { id: node.id()?, name, aliases, last_seen })
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
            let technique = Object { tactics: vec![0], ..Object::default() };
            draft.objects.insert(Node::technique(id(text)), technique);
        }
        draft.retired = revoked.iter().map(|(from, to)| (id(from), Some(id(to)))).collect();
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
        draft.retired.insert(id("T0008"), None);
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
            let technique = draft.objects.get_mut(&Node::technique(id("T0001"))).expect("made");
            technique.platforms.push(format!("platform {n}"));
        }
        assert_eq!(
            draft.finish().expect_err("256 do not fit"),
            TooMany { what: "platforms", count: 256, most: 255 }
        );
    }

    #[test]
    fn aliases_leave_out_the_name_and_repeats() {
        let named = Object::named("APT29").with_aliases(["APT29", "Cozy Bear", "", "Cozy Bear"]);
        assert_eq!(named.aliases, ["Cozy Bear"]);
    }
}
