//! A profile from a tree of values, wherever it was read from: every fault names its key.

use super::{Accepted, Demands, FrequencyFrom, Profile, ThreatTechnique};
use crate::attack::TechniqueId;
use crate::date::Date;
use crate::gaps::{AssetCount, Assets};
use crate::limits::Limit;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Why something is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Longer than [`Limit::ProfileBytes`], which is written like this.
    #[error("longer than the {0} allowed for a profile")]
    TooLarge(String),
    /// No JSON.
    #[error("line {line}, column {column}: not valid JSON: {reason}")]
    Syntax {
        /// 1-based.
        line: usize,
        /// 1-based.
        column: usize,
        /// The parser's words.
        reason: String,
    },
    /// A key that no profile has.
    #[error("{key}: there is no such key; there are {known}")]
    Unknown {
        /// With the keys above it: `accepted[2].why`.
        key: String,
        /// Those there are in its place.
        known: String,
    },
    /// A key that must be there.
    #[error("{key}: missing")]
    Missing {
        /// With the keys above it.
        key: String,
    },
    /// A value of another type, or out of its range.
    #[error("{key}: expected {expected}, found {found}")]
    Value {
        /// With the keys above it.
        key: String,
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

pub(super) const KEYS: [&str; 15] = [
    "platforms",
    "log_sources",
    "services",
    "industry",
    "country",
    "groups",
    "campaigns",
    "software",
    "threat",
    "accepted",
    "incidents",
    "assets",
    "frequency_from",
    "only",
    "sources",
];

/// Longest quotation of a wrong value, in characters.
const LONGEST: usize = 60;

pub(super) fn from_json(text: &str, most: u64) -> Result<Profile, ProfileError> {
    if text.len() as u64 > most {
        return Err(ProfileError::TooLarge(Limit::ProfileBytes.written(most)));
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| ProfileError::Syntax {
        line: error.line(),
        column: error.column(),
        reason: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    })?;
    Profile::try_from(value)
}

impl TryFrom<Value> for Profile {
    type Error = ProfileError;

    /// From a tree of values, whatever it was written in.
    fn try_from(value: Value) -> Result<Self, ProfileError> {
        let top = At { key: "profile", above: None };
        let mut map = map(&top, value)?;
        known(&top, &map, &KEYS)?;
        let mut take = |key| map.remove(key).filter(|value| !value.is_null());
        let mut profile = Self::default();
        for (key, into) in [
            ("platforms", &mut profile.platforms),
            ("services", &mut profile.services),
            ("groups", &mut profile.groups),
            ("campaigns", &mut profile.campaigns),
            ("software", &mut profile.software),
        ] {
            if let Some(value) = take(key) {
                *into = list(&At::top(key), value, text)?;
            }
        }
        for (key, into) in [("industry", &mut profile.industry), ("country", &mut profile.country)]
        {
            *into = take(key).map(|value| text(&At::top(key), value)).transpose()?;
        }
        if let Some(value) = take("log_sources") {
            profile.log_sources = log_sources(&At::top("log_sources"), value)?;
        }
        if let Some(value) = take("threat") {
            profile.threat = list(&At::top("threat"), value, threat_technique)?;
        }
        if let Some(value) = take("accepted") {
            profile.accepted = list(&At::top("accepted"), value, accepted)?;
        }
        if let Some(value) = take("incidents") {
            profile.incidents = incidents(&At::top("incidents"), value)?;
        }
        if let Some(value) = take("assets") {
            profile.assets = assets(&At::top("assets"), value)?;
        }
        if let Some(value) = take("frequency_from") {
            profile.frequency_from = Some(frequency_from(&At::top("frequency_from"), value)?);
        }
        if let Some(value) = take("only") {
            profile.demands = demands(&At::top("only"), value)?;
        }
        if let Some(value) = take("sources") {
            let at = At::top("sources");
            for (key, value) in self::map(&at, value)? {
                let value = text(&At { key: &key, above: Some(&at) }, value)?;
                profile.sources.insert(key, value);
            }
        }
        Ok(profile)
    }
}

/// A place in the tree.
struct At<'a> {
    key: &'a str,
    above: Option<&'a At<'a>>,
}

impl<'a> At<'a> {
    fn top(key: &'a str) -> Self {
        Self { key, above: None }
    }

    fn path(&self) -> String {
        match self.above {
            None => self.key.to_owned(),
            Some(above) if self.key.starts_with('[') => format!("{}{}", above.path(), self.key),
            Some(above) => format!("{}.{}", above.path(), self.key),
        }
    }

    fn wrong(&self, expected: &'static str, found: &Value) -> ProfileError {
        let found = match found {
            Value::Null => "nothing".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "a group of keys".to_owned(),
            value => {
                let text = value.to_string();
                match text.char_indices().nth(LONGEST) {
                    Some((at, _)) => format!("{} …", &text[..at]),
                    None => text,
                }
            }
        };
        ProfileError::Value { key: self.path(), expected, found }
    }
}

fn map(at: &At<'_>, value: Value) -> Result<Map<String, Value>, ProfileError> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(at.wrong("a group of keys", &other)),
    }
}

fn known(at: &At<'_>, map: &Map<String, Value>, keys: &[&str]) -> Result<(), ProfileError> {
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            // The profile itself has no name.
            let above = (at.key != "profile" || at.above.is_some()).then_some(at);
            let key = At { key, above }.path();
            Err(ProfileError::Unknown { key, known: keys.join(", ") })
        }
    }
}

fn list<T>(
    at: &At<'_>,
    value: Value,
    of: fn(&At<'_>, Value) -> Result<T, ProfileError>,
) -> Result<Vec<T>, ProfileError> {
    let Value::Array(items) = value else { return Err(at.wrong("a list", &value)) };
    let mut made = Vec::with_capacity(items.len());
    for (place, item) in items.into_iter().enumerate() {
        made.push(of(&At { key: &format!("[{place}]"), above: Some(at) }, item)?);
    }
    Ok(made)
}

fn text(at: &At<'_>, value: Value) -> Result<String, ProfileError> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::Number(_) | Value::Bool(_) => Err(at.wrong("a text (in quotes)", &value)),
        other => Err(at.wrong("a text", &other)),
    }
}

fn flag(at: &At<'_>, value: Value) -> Result<bool, ProfileError> {
    value.as_bool().ok_or_else(|| at.wrong("true or false", &value))
}

fn count(at: &At<'_>, value: Value) -> Result<u64, ProfileError> {
    value.as_u64().ok_or_else(|| at.wrong("a whole number from 0", &value))
}

fn technique(at: &At<'_>, value: Value) -> Result<TechniqueId, ProfileError> {
    let id = value.as_str().and_then(|text| text.trim().parse().ok());
    id.ok_or_else(|| at.wrong("a technique id such as T1059.001", &value))
}

fn log_sources(at: &At<'_>, value: Value) -> Result<BTreeMap<String, bool>, ProfileError> {
    let mut made = BTreeMap::new();
    match value {
        // What one has, as a plain list.
        Value::Array(_) => made.extend(list(at, value, text)?.into_iter().map(|name| (name, true))),
        Value::Object(map) => {
            for (key, value) in map {
                let value = flag(&At { key: &key, above: Some(at) }, value)?;
                made.insert(key, value);
            }
        }
        other => return Err(at.wrong("data components with true or false, or a list", &other)),
    }
    Ok(made)
}

fn threat_technique(at: &At<'_>, value: Value) -> Result<ThreatTechnique, ProfileError> {
    if value.is_string() {
        return Ok(ThreatTechnique { technique: technique(at, value)?, score: None });
    }
    let mut map = map(at, value)?;
    known(at, &map, &["technique", "score"])?;
    let score = match map.remove("score").filter(|value| !value.is_null()) {
        None => None,
        Some(value) => {
            let number = value.as_f64().filter(|number| number.is_finite());
            Some(number.ok_or_else(|| inner(at, "score").wrong("a number", &value))?)
        }
    };
    Ok(ThreatTechnique { technique: required(at, &mut map)?, score })
}

fn accepted(at: &At<'_>, value: Value) -> Result<Accepted, ProfileError> {
    let mut map = map(at, value)?;
    known(at, &map, &["technique", "reason", "until"])?;
    let reason = match map.remove("reason") {
        Some(value) => text(&inner(at, "reason"), value)?,
        None => return Err(ProfileError::Missing { key: inner(at, "reason").path() }),
    };
    let until = match map.remove("until").filter(|value| !value.is_null()) {
        None => None,
        Some(value) => {
            let date = value.as_str().and_then(Date::parse);
            Some(date.ok_or_else(|| inner(at, "until").wrong("a date such as 2026-12-31", &value))?)
        }
    };
    Ok(Accepted { technique: required(at, &mut map)?, reason, until })
}

fn inner<'a>(at: &'a At<'a>, key: &'a str) -> At<'a> {
    At { key, above: Some(at) }
}

fn required(at: &At<'_>, map: &mut Map<String, Value>) -> Result<TechniqueId, ProfileError> {
    match map.remove("technique") {
        Some(value) => technique(&inner(at, "technique"), value),
        None => Err(ProfileError::Missing { key: inner(at, "technique").path() }),
    }
}

fn incidents(at: &At<'_>, value: Value) -> Result<BTreeMap<TechniqueId, u64>, ProfileError> {
    let mut made = BTreeMap::new();
    for (key, value) in map(at, value)? {
        let at = inner(at, &key);
        let id = technique(&at, Value::String(key.clone()))?;
        let seen = made.entry(id).or_insert(0_u64);
        *seen = seen.saturating_add(count(&at, value)?);
    }
    Ok(made)
}

fn assets(at: &At<'_>, value: Value) -> Result<Assets, ProfileError> {
    Ok(Assets { counts: list(at, value, asset)? })
}

fn asset(at: &At<'_>, value: Value) -> Result<AssetCount, ProfileError> {
    let mut map = map(at, value)?;
    known(at, &map, &["platform", "service", "hosts"])?;
    let mut named = |key: &'static str| match map.remove(key).filter(|value| !value.is_null()) {
        None => Ok(String::new()),
        Some(value) if value.as_str() == Some("") => Ok(String::new()),
        Some(value) => text(&inner(at, key), value),
    };
    let (platform, service) = (named("platform")?, named("service")?);
    let hosts = match map.remove("hosts") {
        Some(value) => count(&inner(at, "hosts"), value)?,
        None => return Err(ProfileError::Missing { key: inner(at, "hosts").path() }),
    };
    Ok(AssetCount { platform, service, hosts })
}

fn frequency_from(at: &At<'_>, value: Value) -> Result<FrequencyFrom, ProfileError> {
    match value.as_str() {
        Some("actors") => Ok(FrequencyFrom::Actors),
        Some("incidents") => Ok(FrequencyFrom::Incidents),
        _ => Err(at.wrong("actors or incidents", &value)),
    }
}

fn demands(at: &At<'_>, value: Value) -> Result<Demands, ProfileError> {
    let map = map(at, value)?;
    known(at, &map, &["threat", "available_log_sources"])?;
    let mut made = Demands::default();
    for (key, value) in map {
        let value = flag(&inner(at, &key), value)?;
        match key.as_str() {
            "threat" => made.threat = value,
            _ => made.available_log_sources = value,
        }
    }
    Ok(made)
}

/// A day as people write it.
pub(super) mod day {
    use super::Date;
    use serde::Serializer;

    // The signature is serde's.
    #[allow(clippy::ref_option)]
    pub(in super::super) fn serialize<S: Serializer>(
        date: &Option<Date>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => serializer.collect_str(date),
            None => serializer.serialize_none(),
        }
    }
}
