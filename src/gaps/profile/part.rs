//! What a file gives a profile, as it comes from whoever read it.

use super::{FrequencyFrom, Profile, ProfileError, ThreatTechnique, read};
use crate::attack::TechniqueId;
use crate::gaps::{Assets, Enrichment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a file is meant to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartKind {
    /// A whole profile, in JSON or YAML.
    Whole,
    /// [`Profile::assets`], from a table.
    Assets,
    /// [`Profile::incidents`], from a table.
    Incidents,
    /// [`Profile::threat`], from a layer.
    Threat,
    /// No part of a profile, but it chooses groups by industry and country.
    Enrichment,
}

impl PartKind {
    /// As people call such a file.
    pub fn label(self) -> &'static str {
        match self {
            Self::Whole => "profile",
            Self::Assets => "inventory for the profile",
            Self::Incidents => "incidents for the profile",
            Self::Threat => "threat layer",
            Self::Enrichment => "enrichment",
        }
    }

    /// Its key in [`Profile::sources`]; none for what is not of the profile alone.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Assets => Some("assets"),
            Self::Incidents => Some("incidents"),
            Self::Threat => Some("threat"),
            Self::Whole | Self::Enrichment => None,
        }
    }
}

/// What it gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// A whole profile as JSON: it has no other wire form.
    Whole(String),
    /// What an inventory counted.
    Assets(Assets),
    /// How many incidents each technique was seen in.
    Incidents(BTreeMap<TechniqueId, u64>),
    /// The techniques of a layer with their scores.
    Threat(Vec<(TechniqueId, Option<f64>)>),
    /// What others measured.
    Enrichment(Box<Enrichment>),
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartRead {
    /// As it was given.
    pub path: String,
    /// What was in it.
    pub part: Part,
    /// Lines of a table that say nothing, and why.
    pub passed_over: Vec<(u32, String)>,
}

impl PartRead {
    /// The name of the file without its folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Which kind it was.
    pub fn kind(&self) -> PartKind {
        match self.part {
            Part::Whole(_) => PartKind::Whole,
            Part::Assets(_) => PartKind::Assets,
            Part::Incidents(_) => PartKind::Incidents,
            Part::Threat(_) => PartKind::Threat,
            Part::Enrichment(_) => PartKind::Enrichment,
        }
    }

    /// Takes the place of what was there; an enrichment is given back.
    ///
    /// # Errors
    /// If a whole profile is none.
    pub fn give(self, profile: &mut Profile) -> Result<Option<Box<Enrichment>>, ProfileError> {
        if let Some(key) = self.kind().key() {
            profile.sources.insert(key.to_owned(), self.name().to_owned());
        }
        match self.part {
            // Whoever read it has asked how large it is.
            Part::Whole(json) => *profile = read::from_json(&json, u64::MAX)?,
            Part::Assets(assets) => profile.assets = assets,
            Part::Incidents(incidents) => profile.incidents = incidents,
            Part::Threat(threat) => {
                let entry = |(technique, score)| ThreatTechnique { technique, score };
                profile.threat = threat.into_iter().map(entry).collect();
            }
            Part::Enrichment(enrichment) => return Ok(Some(enrichment)),
        }
        Ok(None)
    }
}

impl Profile {
    /// Forgets what a file gave, and its name.
    pub fn forget(&mut self, kind: PartKind) {
        match kind {
            PartKind::Whole => *self = Self::default(),
            PartKind::Assets => self.assets = Assets::default(),
            PartKind::Incidents => {
                self.incidents.clear();
                // It would be a share of nothing.
                if self.frequency_from == Some(FrequencyFrom::Incidents) {
                    self.frequency_from = None;
                }
            }
            PartKind::Threat => self.threat.clear(),
            PartKind::Enrichment => {}
        }
        if let Some(key) = kind.key() {
            self.sources.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, part: Part) -> PartRead {
        PartRead { path: path.to_owned(), part, passed_over: Vec::new() }
    }

    #[test]
    fn a_part_takes_the_place_of_the_one_before_and_says_where_it_is_from() {
        let id: TechniqueId = "T1003".parse().expect("an id");
        let mut profile = Profile { groups: vec!["G0016".to_owned()], ..Profile::default() };
        for (path, count) in [("a/b/old.csv", 1), ("new.csv", 2)] {
            let part = Part::Incidents([(id, count)].into());
            assert_eq!(read(path, part).give(&mut profile), Ok(None));
        }
        read("t.json", Part::Threat(vec![(id, None)])).give(&mut profile).expect("a part");
        assert_eq!(profile.incidents, [(id, 2)].into());
        assert_eq!(profile.threat, [ThreatTechnique { technique: id, score: None }]);
        assert_eq!(profile.sources.get("incidents").map(String::as_str), Some("new.csv"));
        assert_eq!(profile.groups, ["G0016"], "the rest stays");
        profile.forget(PartKind::Incidents);
        assert!(profile.incidents.is_empty() && !profile.sources.contains_key("incidents"));
        assert_eq!(profile.threat.len(), 1);
    }

    #[test]
    fn a_whole_profile_replaces_all_or_nothing() {
        let before = Profile { country: Some("NO".to_owned()), ..Profile::default() };
        let mut profile = before.clone();
        let wrong = read("p.json", Part::Whole("{\"a\": 1}".to_owned()));
        assert!(wrong.give(&mut profile).is_err());
        assert_eq!(profile, before);
        let other = Profile { industry: Some("Energy".to_owned()), ..Profile::default() };
        read("p.json", Part::Whole(other.to_json())).give(&mut profile).expect("a profile");
        assert_eq!(profile, other);
    }

    /// What goes to the page goes through `postcard`, which knows no fields that may be absent.
    #[test]
    fn the_wire_keeps_everything() {
        let json = r#"{"group_sectors": {"source": "s", "licence": "l", "version": 1,
            "groups": {"G0016": {"sectors": ["Energy"]}}},
            "top_attack_techniques": {"techniques": {"T1003": {"choke_point": 0.5}}},
            "kev": {"techniques": {"T1190": 7, "x": 1}}}"#;
        let enrichment = Enrichment::read(json).expect("an enrichment");
        let assets = Assets::count([("Windows", ""), ("", "aws")]);
        let id: TechniqueId = "T1059.001".parse().expect("an id");
        for part in [
            Part::Whole("{}".to_owned()),
            Part::Assets(assets),
            Part::Incidents([(id, 3)].into()),
            Part::Threat(vec![(id, None), (id, Some(0.5))]),
            Part::Enrichment(Box::new(enrichment)),
        ] {
            let mut sent = read("a", part);
            sent.passed_over.push((3, "why".to_owned()));
            let bytes = postcard::to_stdvec(&sent).expect("plain values");
            assert_eq!(postcard::from_bytes::<PartRead>(&bytes), Ok(sent));
        }
    }
}
