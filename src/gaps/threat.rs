//! Who uses what: the groups, campaigns and software of a profile in a catalogue, its threat layer
//! and its incidents. A technique has what its sub-techniques have, each of them once.

use super::enrichment::{Enrichment, merged};
use super::profile::{FrequencyFrom, Profile};
use crate::attack::{Catalogue, Entity, Resolution, TechniqueId, TechniqueIndex};
use crate::sorted;
use std::fmt::Display;

/// Of what adversary frequency is a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// All groups and campaigns of the catalogue, as none was chosen.
    Everyone,
    /// The chosen groups, campaigns and software, and the threat layer as one more of them.
    Chosen,
    /// One's own incidents: where they are asked for, or where they are all there is.
    Incidents,
}

/// What is known of the use of one technique.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Of the counted groups those that use it, as places in [`Catalogue::groups`], sorted.
    pub groups: Vec<u16>,
    /// Of the counted campaigns those in which it was used, as places, sorted.
    pub campaigns: Vec<u16>,
    /// Of the counted software that which does it, as places in [`Catalogue::software`], sorted.
    pub software: Vec<u16>,
    /// How much the threat layer makes of it: its score as a share of the highest score there,
    /// 1 without a score; `None` if the layer does not have it, or scores it 0 or less.
    pub layer: Option<f64>,
    /// One's own incidents in which it was seen.
    pub incidents: u64,
}

impl Usage {
    /// Whether anyone uses it.
    pub fn is_used(&self) -> bool {
        !self.groups.is_empty()
            || !self.campaigns.is_empty()
            || !self.software.is_empty()
            || self.layer.is_some()
            || self.incidents > 0
    }
}

/// Who counts, and what they use.
#[derive(Clone, Debug, PartialEq)]
pub struct Threat {
    /// Of what frequency is a share.
    pub basis: Basis,
    /// The groups that count, as places in [`Catalogue::groups`], sorted.
    pub groups: Vec<u16>,
    /// The campaigns that count, as places, sorted.
    pub campaigns: Vec<u16>,
    /// The software that counts, as places, sorted; only what was chosen.
    pub software: Vec<u16>,
    /// Of the groups those that came by industry or country.
    pub by_target: Vec<u16>,
    /// Whether a threat layer counts.
    pub has_layer: bool,
    /// All of one's own incidents: the sum of the counts of all techniques.
    pub incidents: u64,
    /// Names of groups, campaigns and software that the catalogue does not know.
    pub unknown: Vec<String>,
    /// Techniques of the layer or of incidents that the catalogue does not know.
    pub unknown_techniques: Vec<TechniqueId>,
    /// One a technique, at the catalogue's index.
    pub usage: Vec<Usage>,
}

impl Threat {
    /// What a profile means in a catalogue. Without an enrichment industry and country choose
    /// nobody.
    pub fn of(catalogue: &Catalogue, profile: &Profile, enrichment: Option<&Enrichment>) -> Self {
        let mut unknown = Vec::new();
        let named = places(&catalogue.groups, &profile.groups, &mut unknown);
        let campaigns = places(&catalogue.campaigns, &profile.campaigns, &mut unknown);
        let software = places(&catalogue.software, &profile.software, &mut unknown);
        let by_target = enrichment.map_or_else(Vec::new, |enrichment| {
            let (industry, country) = (profile.industry.as_deref(), profile.country.as_deref());
            enrichment.groups_that_target(catalogue, industry, country)
        });
        let groups = merged(&named, &by_target);
        let has_layer = !profile.threat.is_empty();
        let incidents = profile.incidents.values().fold(0_u64, |sum, n| sum.saturating_add(*n));
        let nobody = groups.is_empty() && campaigns.is_empty() && software.is_empty() && !has_layer;
        let basis = match profile.frequency_from {
            Some(FrequencyFrom::Incidents) if incidents > 0 => Basis::Incidents,
            Some(FrequencyFrom::Actors) if nobody => Basis::Everyone,
            _ if !nobody => Basis::Chosen,
            _ if incidents > 0 => Basis::Incidents,
            _ => Basis::Everyone,
        };
        let everyone = nobody.then(|| (all(&catalogue.groups), all(&catalogue.campaigns)));
        let (groups, campaigns) = everyone.unwrap_or((groups, campaigns));
        let mut threat = Self {
            basis,
            groups,
            campaigns,
            software,
            by_target,
            has_layer,
            incidents,
            unknown,
            unknown_techniques: Vec::new(),
            usage: vec![Usage::default(); catalogue.techniques.len()],
        };
        threat.actors_use(catalogue);
        threat.layer_has(catalogue, profile);
        threat.incidents_had(catalogue, profile);
        threat.roll_up(catalogue);
        sorted::sort(&mut threat.unknown_techniques);
        threat.unknown_techniques.dedup();
        threat
    }

    fn actors_use(&mut self, catalogue: &Catalogue) {
        for (usage, technique) in self.usage.iter_mut().zip(&catalogue.techniques) {
            let among = |all: &[u16], chosen: &[u16]| -> Vec<u16> {
                all.iter().copied().filter(|at| chosen.binary_search(at).is_ok()).collect()
            };
            usage.groups = among(&technique.groups, &self.groups);
            usage.campaigns = among(&technique.campaigns, &self.campaigns);
            usage.software = among(&technique.software, &self.software);
        }
    }

    fn layer_has(&mut self, catalogue: &Catalogue, profile: &Profile) {
        let scores = profile.threat.iter().filter_map(|entry| entry.score);
        let highest = scores.fold(0.0_f64, f64::max);
        for entry in &profile.threat {
            let degree = match entry.score {
                None => 1.0,
                Some(score) if score <= 0.0 => continue,
                Some(score) => score / highest,
            };
            match self.usage_of(catalogue, entry.technique) {
                Some(usage) => usage.layer = Some(usage.layer.map_or(degree, |d| d.max(degree))),
                None => self.unknown_techniques.push(entry.technique),
            }
        }
    }

    fn incidents_had(&mut self, catalogue: &Catalogue, profile: &Profile) {
        for (id, count) in &profile.incidents {
            match self.usage_of(catalogue, *id) {
                Some(usage) => usage.incidents = usage.incidents.saturating_add(*count),
                None => self.unknown_techniques.push(*id),
            }
        }
    }

    fn usage_of(&mut self, catalogue: &Catalogue, id: TechniqueId) -> Option<&mut Usage> {
        let TechniqueIndex(at) = live(catalogue, id)?;
        self.usage.get_mut(usize::from(at))
    }

    /// From sub-technique to technique.
    fn roll_up(&mut self, catalogue: &Catalogue) {
        for at in 0..self.usage.len() {
            let Some(TechniqueIndex(parent)) = catalogue.techniques[at].parent else { continue };
            let sub = self.usage[at].clone();
            let parent = &mut self.usage[usize::from(parent)];
            parent.groups = merged(&parent.groups, &sub.groups);
            parent.campaigns = merged(&parent.campaigns, &sub.campaigns);
            parent.software = merged(&parent.software, &sub.software);
            parent.incidents = parent.incidents.saturating_add(sub.incidents);
            if let Some(degree) = sub.layer {
                parent.layer = Some(parent.layer.map_or(degree, |own| own.max(degree)));
            }
        }
    }

    /// Whether somebody in particular counts, so that use makes a technique relevant.
    pub fn is_chosen(&self) -> bool {
        self.basis != Basis::Everyone
    }

    /// How many count: groups, campaigns, software and the layer; incidents where they are the
    /// basis.
    pub fn total(&self) -> u64 {
        match self.basis {
            Basis::Incidents => self.incidents,
            Basis::Everyone | Basis::Chosen => {
                (self.groups.len() + self.campaigns.len() + self.software.len()) as u64
                    + u64::from(self.has_layer)
            }
        }
    }

    /// How many of [`Self::total`] use a technique; the layer may count in part.
    pub fn users(&self, index: TechniqueIndex) -> f64 {
        let usage = &self.usage[usize::from(index.0)];
        match self.basis {
            Basis::Incidents => usage.incidents as f64,
            Basis::Everyone | Basis::Chosen => {
                (usage.groups.len() + usage.campaigns.len() + usage.software.len()) as f64
                    + usage.layer.unwrap_or(0.0)
            }
        }
    }

    /// The adversary frequency of a technique: [`Self::users`] of [`Self::total`], 0 to 1; 0
    /// where nobody counts.
    pub fn frequency(&self, index: TechniqueIndex) -> f64 {
        match self.total() {
            0 => 0.0,
            total => self.users(index) / total as f64,
        }
    }

    /// Of what frequency is a share, in one sentence.
    pub fn sentence(&self) -> String {
        let number = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        let groups = number(self.groups.len(), "group");
        let campaigns = number(self.campaigns.len(), "campaign");
        let actors = match self.software.len() {
            0 => format!("{groups} and {campaigns}"),
            software => format!("{groups}, {campaigns} and {software} software"),
        };
        match self.basis {
            Basis::Everyone => format!(
                "Adversary frequency is the share of all {actors} of the catalogue, as none was chosen."
            ),
            Basis::Chosen if self.has_layer => format!(
                "Adversary frequency is the share of the chosen {actors} and the threat layer, which counts as one more."
            ),
            Basis::Chosen => {
                format!("Adversary frequency is the share of the chosen {actors}.")
            }
            Basis::Incidents => format!(
                "Adversary frequency is the share of {} incidents of one's own.",
                self.incidents
            ),
        }
    }
}

/// Where an id stands today, revoked ids followed.
pub(super) fn live(catalogue: &Catalogue, id: TechniqueId) -> Option<TechniqueIndex> {
    match catalogue.resolve(id) {
        Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
        Resolution::Deprecated | Resolution::Unknown => None,
    }
}

fn all<Id>(entities: &[Entity<Id>]) -> Vec<u16> {
    (0_u16..).zip(entities).map(|(at, _)| at).collect()
}

/// Whether an entity goes by this id, name or alias, in any case.
pub fn actor_named<Id: Display>(entities: &[Entity<Id>], name: &str) -> bool {
    entities.iter().any(|entity| goes_by(entity, name.trim()))
}

fn goes_by<Id: Display>(entity: &Entity<Id>, wanted: &str) -> bool {
    let is_it = |text: &str| text.eq_ignore_ascii_case(wanted);
    is_it(&entity.name)
        || entity.aliases.iter().any(|alias| is_it(alias))
        || is_it(&entity.id.to_string())
}

/// The places of entities by id, name or alias, in any case; names that are none go to `unknown`.
fn places<Id: Display>(
    entities: &[Entity<Id>],
    names: &[String],
    unknown: &mut Vec<String>,
) -> Vec<u16> {
    let mut found = Vec::new();
    for name in names {
        let before = found.len();
        let known = (0_u16..).zip(entities).filter(|(_, entity)| goes_by(entity, name.trim()));
        found.extend(known.map(|(at, _)| at));
        if found.len() == before {
            unknown.push(name.clone());
        }
    }
    sorted::sort(&mut found);
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, SoftwareId, Technique};

    /// T1001, T1001.001 and T1002; software 0 does the first two, 1 the last, group 0 the last.
    fn catalogue() -> Catalogue {
        let technique = |id: &str, parent, groups: &[u16], software: &[u16]| Technique {
            id: id.parse().expect("an id"),
            name: String::new(),
            parent,
            tactics: vec![],
            platforms: vec![],
            groups: groups.to_vec(),
            campaigns: vec![],
            software: software.to_vec(),
            mitigations: vec![],
            strategies: vec![],
        };
        let software = |id: &str, name: &str, aliases: &[&str]| Entity::<SoftwareId> {
            id: id.parse().expect("an id"),
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            last_seen: None,
        };
        Catalogue {
            domain: Domain::Enterprise,
            version: "19.2".to_owned(),
            tactics: vec![],
            techniques: vec![
                technique("T1001", None, &[], &[]),
                technique("T1001.001", Some(TechniqueIndex(0)), &[], &[0]),
                technique("T1002", None, &[0], &[1]),
            ],
            retired: vec![],
            platforms: vec![],
            groups: vec![Entity {
                id: "G0001".parse().expect("an id"),
                name: "A group".to_owned(),
                aliases: vec![],
                last_seen: None,
            }],
            campaigns: vec![],
            software: vec![
                software("S0001", "First", &["Alias"]),
                software("S0002", "Second", &[]),
            ],
            mitigations: vec![],
            strategies: vec![],
            analytics: vec![],
            data_components: vec![],
            log_sources: vec![],
        }
    }

    fn threat(json: &str) -> Threat {
        Threat::of(&catalogue(), &Profile::from_json(json).expect("a profile"), None)
    }

    fn frequencies(threat: &Threat) -> [f64; 3] {
        [0, 1, 2].map(|at| threat.frequency(TechniqueIndex(at)))
    }

    #[test]
    fn software_counts_as_one_more_who_was_chosen() {
        let alone = threat(r#"{"software": ["ALIAS"]}"#);
        assert_eq!((alone.basis, alone.total()), (Basis::Chosen, 1));
        assert_eq!(frequencies(&alone), [1.0, 1.0, 0.0], "the technique above does it, too");
        assert_eq!((alone.software, alone.groups.len()), (vec![0], 0));
        let both = threat(r#"{"groups": ["G0001"], "software": ["s0001", "Second", "First"]}"#);
        assert_eq!((both.total(), &both.software), (3, &vec![0, 1]), "each once");
        assert_eq!(frequencies(&both), [1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]);
        let of = |at: usize| (both.usage[at].groups.len(), both.usage[at].software.clone());
        assert_eq!([of(0), of(1), of(2)], [(0, vec![0]), (0, vec![0]), (1, vec![1])]);
        let said =
            "Adversary frequency is the share of the chosen 1 group, 0 campaigns and 2 software.";
        assert_eq!(both.sentence(), said);
        let layer = r#"{"software": ["S0002"], "threat": ["T1001"]}"#;
        assert_eq!(frequencies(&threat(layer)), [0.5, 0.0, 0.5]);
    }

    /// Where nobody was chosen all groups and campaigns count, and no software: most of it is
    /// theirs.
    #[test]
    fn software_counts_only_if_chosen() {
        let everyone = threat("{}");
        assert_eq!((everyone.basis, everyone.total()), (Basis::Everyone, 1));
        assert_eq!(frequencies(&everyone), [0.0, 0.0, 1.0]);
        assert!(!everyone.sentence().contains("software"), "{}", everyone.sentence());
        let unknown = threat(r#"{"software": ["Third"]}"#);
        assert_eq!((unknown.basis, unknown.unknown), (Basis::Everyone, vec!["Third".to_owned()]));
    }
}
