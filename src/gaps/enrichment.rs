//! What others measured of threats: which groups target whom, how many attacks pass through a
//! technique, in how many exploited vulnerabilities it plays a part. None of it is built in; the
//! user brings the file. Every number keeps its source, version, date and licence.

use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::limits::{Limit, Limits};
use crate::lowercase::lowercase;
use crate::sorted;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Where numbers are from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Who made them.
    pub source: String,
    /// Under which licence; empty if the file does not say.
    pub licence: String,
    /// Their version or the ATT&CK release they are of; empty if the file does not say.
    pub version: String,
    /// Their day or year; empty if the file does not say.
    pub date: String,
}

impl Provenance {
    /// In one line.
    pub fn sentence(&self) -> String {
        let parts = [
            (!self.source.is_empty()).then(|| self.source.clone()),
            (!self.version.is_empty()).then(|| self.version.clone()),
            (!self.date.is_empty()).then(|| format!("of {}", self.date)),
            (!self.licence.is_empty()).then(|| format!("licence {}", self.licence)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Why a file is no enrichment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrichmentError {
    /// Longer than [`Limit::ProfileBytes`], which is written like this.
    #[error("longer than the {0} allowed for an enrichment")]
    TooLarge(String),
    /// No JSON, or of another shape.
    #[error("not an enrichment file: {0}")]
    Shape(String),
    /// JSON of the right shape with nothing in it that is known.
    #[error("not an enrichment file: it has none of group_sectors, top_attack_techniques and kev")]
    Nothing,
    /// A share outside 0 to 1.
    #[error("{id}: {key} is {value}, which is no share from 0 to 1")]
    Share {
        /// Of this technique.
        id: String,
        /// Which number.
        key: &'static str,
        /// As written.
        value: String,
    },
}

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Enrichment {
    /// Whom groups target, by the group's id in upper case; empty if the file does not say.
    pub targets: BTreeMap<String, Targets>,
    /// Where [`Self::targets`] are from.
    pub targets_from: Provenance,
    /// Measured of techniques.
    pub scores: BTreeMap<TechniqueId, TechniqueScores>,
    /// Where [`Self::scores`] are from.
    pub scores_from: Provenance,
    /// Known exploited vulnerabilities that a technique plays a part in.
    pub exploited: BTreeMap<TechniqueId, u32>,
    /// Where [`Self::exploited`] are from.
    pub exploited_from: Provenance,
    /// Keys of techniques that are no ids; they are passed over.
    pub unreadable: Vec<String>,
}

/// Whom a group targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// By the source's names: `Financial Services`.
    pub sectors: Vec<String>,
    /// Two letters each.
    pub countries: Vec<String>,
}

/// What was measured of a technique, each 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TechniqueScores {
    /// How many other techniques it stands before or after.
    pub choke_point: Option<f64>,
    /// How often it is seen.
    pub prevalence: Option<f64>,
    /// How much can be done about it.
    pub actionability: Option<f64>,
}

/// A part of the file: where it is from, and what it says by id.
struct Section {
    from: Provenance,
    entries: Map<String, Value>,
}

/// What is wrong where.
fn wrong(key: &str, expected: &str) -> EnrichmentError {
    EnrichmentError::Shape(format!("{key}: expected {expected}"))
}

fn object(key: &str, value: Value) -> Result<Map<String, Value>, EnrichmentError> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(wrong(key, "a group of keys")),
    }
}

/// A text or a number, as text; empty for anything else.
fn plain(map: &Map<String, Value>, key: &str) -> String {
    match map.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

impl Section {
    /// The section under `key`, whose entries stand under `entries`; `None` if there is none.
    fn of(
        file: &mut Map<String, Value>,
        key: &str,
        entries: &str,
    ) -> Result<Option<Self>, EnrichmentError> {
        let Some(value) = file.remove(key).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let mut map = object(key, value)?;
        let below = map.remove(entries).unwrap_or_else(|| Value::Object(Map::new()));
        let entries = object(entries, below)?;
        let (version, of_attack) = (plain(&map, "version"), plain(&map, "attack_version"));
        let (year, as_of) = (plain(&map, "year"), plain(&map, "as_of"));
        let version = match (version.is_empty(), of_attack.is_empty()) {
            (_, false) => format!("for ATT&CK {of_attack}"),
            (false, true) => format!("version {version}"),
            (true, true) => String::new(),
        };
        let date = if as_of.is_empty() { year } else { as_of };
        let (source, licence) = (plain(&map, "source"), plain(&map, "licence"));
        Ok(Some(Self { from: Provenance { source, licence, version, date }, entries }))
    }
}

impl Targets {
    fn of(id: &str, value: Value) -> Result<Self, EnrichmentError> {
        let mut map = object(id, value)?;
        let mut texts = |key: &str| match map.remove(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(all)) => all
                .into_iter()
                .map(|one| match one {
                    Value::String(text) => Ok(text),
                    _ => Err(wrong(&format!("{id}.{key}"), "texts")),
                })
                .collect(),
            Some(_) => Err(wrong(&format!("{id}.{key}"), "a list of texts")),
        };
        Ok(Self { sectors: texts("sectors")?, countries: texts("countries")? })
    }
}

impl TechniqueScores {
    fn of(id: &str, value: Value) -> Result<Self, EnrichmentError> {
        let map = object(id, value)?;
        let share = |key: &'static str| match map.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_f64() {
                Some(share) if (0.0..=1.0).contains(&share) => Ok(Some(share)),
                Some(_) => {
                    let (id, value) = (id.to_owned(), value.to_string());
                    Err(EnrichmentError::Share { id, key, value })
                }
                None => Err(wrong(&format!("{id}.{key}"), "a number")),
            },
        };
        Ok(Self {
            choke_point: share("choke_point")?,
            prevalence: share("prevalence")?,
            actionability: share("actionability")?,
        })
    }
}

impl Enrichment {
    /// Reads the JSON of a file.
    ///
    /// # Errors
    /// If it is something else, or a share is none.
    pub fn read(text: &str) -> Result<Self, EnrichmentError> {
        Self::read_within(text, &Limits::default())
    }

    /// [`Self::read`] under other limits.
    ///
    /// # Errors
    /// As there.
    pub fn read_within(text: &str, limits: &Limits) -> Result<Self, EnrichmentError> {
        let most = limits.of(Limit::ProfileBytes);
        if text.len() as u64 > most {
            return Err(EnrichmentError::TooLarge(Limit::ProfileBytes.written(most)));
        }
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let file: Value = serde_json::from_str(text)
            .map_err(|error| EnrichmentError::Shape(error.to_string()))?;
        let mut file = object("the file", file)?;
        let targets = Section::of(&mut file, "group_sectors", "groups")?;
        let scores = Section::of(&mut file, "top_attack_techniques", "techniques")?;
        let exploited = Section::of(&mut file, "kev", "techniques")?;
        if targets.is_none() && scores.is_none() && exploited.is_none() {
            return Err(EnrichmentError::Nothing);
        }
        let mut made = Self::default();
        if let Some(Section { from, entries }) = targets {
            made.targets_from = from;
            for (id, value) in entries {
                let targets = Targets::of(&id, value)?;
                made.targets.insert(id.trim().to_ascii_uppercase(), targets);
            }
        }
        if let Some(Section { from, entries }) = scores {
            made.scores_from = from;
            for (key, value) in entries {
                let scores = TechniqueScores::of(&key, value)?;
                match key.parse() {
                    Ok(id) => drop(made.scores.insert(id, scores)),
                    Err(_) => made.unreadable.push(key),
                }
            }
        }
        if let Some(Section { from, entries }) = exploited {
            made.exploited_from = from;
            for (key, value) in entries {
                let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
                let count = count.ok_or_else(|| wrong(&key, "a whole number from 0"))?;
                match key.parse() {
                    Ok(id) => drop(made.exploited.insert(id, count)),
                    Err(_) => made.unreadable.push(key),
                }
            }
        }
        Ok(made)
    }

    /// The sectors that groups target, sorted, each once as it is written first.
    pub fn sectors(&self) -> Vec<&str> {
        let all = self.targets.values().flat_map(|targets| &targets.sectors);
        sorted::set(all.map(String::as_str)).into_iter().collect()
    }

    /// The countries in which groups were seen, sorted.
    pub fn countries(&self) -> Vec<&str> {
        let all = self.targets.values().flat_map(|targets| &targets.countries);
        sorted::set(all.map(String::as_str)).into_iter().collect()
    }

    /// The groups of a catalogue, as places there, that target an industry (by the source's name,
    /// in any case), a country, or both. Where both are asked for, a group of the industry that no
    /// country is known of is among them.
    pub fn groups_that_target(
        &self,
        catalogue: &Catalogue,
        industry: Option<&str>,
        country: Option<&str>,
    ) -> Vec<u16> {
        let is_among = |all: &[String], wanted: &str| {
            let wanted = lowercase(wanted.trim());
            all.iter().any(|one| lowercase(one) == wanted)
        };
        let found = (0_u16..).zip(&catalogue.groups).filter(|(_, group)| {
            let Some(targets) = self.targets.get(&group.id.to_string()) else { return false };
            let of_industry = industry.map(|wanted| is_among(&targets.sectors, wanted));
            let of_country = country.map(|wanted| is_among(&targets.countries, wanted));
            match (of_industry, of_country) {
                (None, None) => false,
                (Some(is), None) | (None, Some(is)) => is,
                (Some(industry), Some(country)) => {
                    industry && (country || targets.countries.is_empty())
                }
            }
        });
        found.map(|(at, _)| at).collect()
    }

    /// What is known of the techniques of a catalogue, at their places there. Revoked ids are
    /// followed; where several lead to one technique the highest number of each kind counts.
    pub(super) fn of_techniques(&self, catalogue: &Catalogue) -> Vec<Known> {
        let mut known = vec![Known::default(); catalogue.techniques.len()];
        let place = |id: TechniqueId| match catalogue.resolve(id) {
            Resolution::Live(TechniqueIndex(at)) | Resolution::Revoked(TechniqueIndex(at)) => {
                Some(usize::from(at))
            }
            Resolution::Deprecated | Resolution::Unknown => None,
        };
        for (id, scores) in &self.scores {
            if let (Some(one), Some(choke_point)) =
                (place(*id).and_then(|at| known.get_mut(at)), scores.choke_point)
            {
                one.choke_point = Some(one.choke_point.map_or(choke_point, |k| k.max(choke_point)));
            }
        }
        for (id, count) in &self.exploited {
            if let Some(one) = place(*id).and_then(|at| known.get_mut(at)) {
                one.exploited = Some(one.exploited.map_or(*count, |known| known.max(*count)));
            }
        }
        known
    }
}

/// What is known of one technique.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Known {
    pub(super) choke_point: Option<f64>,
    pub(super) exploited: Option<u32>,
}

/// The groups, each once.
pub(super) fn merged(a: &[u16], b: &[u16]) -> Vec<u16> {
    let both: BTreeSet<u16> = a.iter().chain(b).copied().collect();
    both.into_iter().collect()
}
