//! What a gap list needs beside rules, from files: the profile in JSON or YAML, an inventory,
//! incidents, a threat layer, an enrichment.

mod part;
mod recognise;

pub use part::read_part;
pub(super) use recognise::recognise;

use crate::attack::TechniqueId;
use crate::float::float;
use crate::gaps::{
    Assets, Enrichment, EnrichmentError, Profile, ProfileError, ThreatTechnique, threat_of,
};
use crate::import::yaml::{Node, NodeKind, load_within};
use crate::import::{self, TableError};
use crate::layer::{self, LayerError};
use crate::limits::{Limit, Limits};
use crate::source::decode::{DecodeError, decode};
use crate::workspace::{self, WorkspaceError, is_workspace};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileFileError {
    /// No text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not YAML.
    #[error("line {line}, column {column}: {reason}")]
    Yaml {
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
        /// Why.
        reason: String,
    },
    /// Not a profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A workspace that cannot be opened for its profile.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// Not a table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Not a layer.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A layer that annotates nothing.
    #[error("the layer names no technique")]
    EmptyLayer,
    /// Not an enrichment.
    #[error(transparent)]
    Enrichment(#[from] EnrichmentError),
}

/// A profile, in JSON if it begins like it, else in YAML; that of a workspace, if it is one.
///
/// # Errors
/// If it is none; the error names the place or the key.
pub fn read_profile(bytes: &[u8], limits: &Limits) -> Result<Profile, ProfileFileError> {
    let text = text(bytes)?;
    if is_workspace(bytes) {
        return Ok(Profile::from_json_within(&of_workspace(&text, limits)?, limits)?);
    }
    match is_json(&text) {
        true => Ok(Profile::from_json_within(&text, limits)?),
        false => Ok(Profile::try_from(tree(&text, limits)?)?),
    }
}

/// The same as the JSON it is in, or would be.
///
/// # Errors
/// As [`read_profile`].
pub(super) fn read_profile_json(bytes: &[u8], limits: &Limits) -> Result<String, ProfileFileError> {
    let text = text(bytes)?;
    if is_json(&text) {
        Profile::from_json_within(&text, limits)?;
        return Ok(text.into_owned());
    }
    let tree = tree(&text, limits)?;
    let json = tree.to_string();
    Profile::try_from(tree)?;
    Ok(json)
}

/// The profile among the settings of a workspace, as JSON.
fn of_workspace(text: &str, limits: &Limits) -> Result<String, ProfileFileError> {
    let wrong = |reason: String| ProfileError::Syntax { line: 1, column: 1, reason };
    let opened = workspace::read_within(text, limits)?;
    let settings = opened.workspace.settings;
    if settings.is_empty() {
        let reason = "a workspace without settings, and so without a profile".to_owned();
        return Err(wrong(reason).into());
    }
    let settings: Value =
        serde_json::from_str(&settings).map_err(|error| wrong(error.to_string()))?;
    Ok(settings.get("own_profile").map_or_else(|| "{}".to_owned(), Value::to_string))
}

fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{')
}

/// The only document of a YAML file.
fn tree(text: &str, limits: &Limits) -> Result<Value, ProfileFileError> {
    let most = limits.of(Limit::ProfileBytes);
    if text.len() as u64 > most {
        return Err(ProfileError::TooLarge(Limit::ProfileBytes.written(most)).into());
    }
    let loaded = load_within(text, &|_| true, limits);
    let wrong = |line, column, reason| Err(ProfileFileError::Yaml { line, column, reason });
    if let Some(error) = loaded.error {
        return wrong(error.line, error.column, error.reason);
    }
    if let Some(twice) = loaded.duplicate_keys.first() {
        return wrong(twice.line, twice.column, format!("the key '{}' stands twice", twice.key));
    }
    let mut documents = loaded.documents.iter().filter(|document| !document.root.is_null());
    let value = match documents.next() {
        Some(document) => value(&document.root)?,
        None => Value::Object(Map::new()),
    };
    if let Some(second) = documents.next() {
        return wrong(second.root.line, second.root.column, "a second document".to_owned());
    }
    Ok(value)
}

/// A tree of YAML as JSON has it: plain words and numbers by YAML 1.2's core schema. (Recursion
/// ends with the tree, whose depth is capped.)
fn value(node: &Node<'_>) -> Result<Value, ProfileFileError> {
    Ok(match &node.kind {
        _ if node.is_null() => Value::Null,
        NodeKind::Scalar(text, true) => scalar(text),
        NodeKind::Scalar(text, false) => Value::String(text.to_string()),
        NodeKind::Sequence(items) => {
            Value::Array(items.iter().map(value).collect::<Result<_, _>>()?)
        }
        NodeKind::Mapping(entries) => {
            let mut map = Map::new();
            for (key, of_key) in entries {
                let Some(name) = key.text() else {
                    let reason = "a key that is no text".to_owned();
                    let (line, column) = (key.line, key.column);
                    return Err(ProfileFileError::Yaml { line, column, reason });
                };
                map.insert(name.to_owned(), value(of_key)?);
            }
            Value::Object(map)
        }
        // Everything is built, see the call of `load`.
        NodeKind::SkippedSequence | NodeKind::SkippedMapping => Value::Null,
    })
}

fn scalar(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    let whole = || text.parse::<i64>().ok().map(Number::from);
    let broken = || float(text).and_then(Number::from_f64);
    match is_number.then(|| whole().or_else(broken)).flatten() {
        Some(number) => Value::Number(number),
        None => Value::String(text.to_owned()),
    }
}

/// What a table counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    /// The counts.
    pub value: T,
    /// Lines of rows that say nothing, and why.
    pub passed_over: Vec<(u32, String)>,
}

/// What an inventory counts.
///
/// # Errors
/// If it is no such table.
pub fn read_assets(bytes: &[u8], limits: &Limits) -> Result<Counted<Assets>, ProfileFileError> {
    let table = import::inventory(&text(bytes)?, limits)?;
    let pairs = table.rows.iter().map(|(platform, service)| (platform.as_str(), service.as_str()));
    Ok(Counted { value: Assets::count(pairs), passed_over: table.passed_over })
}

/// How many incidents each technique was seen in, rows of one technique added up.
///
/// # Errors
/// If it is no such table.
pub fn read_incidents(
    bytes: &[u8],
    limits: &Limits,
) -> Result<Counted<BTreeMap<TechniqueId, u64>>, ProfileFileError> {
    let table = import::incidents(&text(bytes)?, limits)?;
    let mut incidents: BTreeMap<TechniqueId, u64> = BTreeMap::new();
    for (id, count) in table.rows {
        let sum = incidents.entry(id).or_default();
        *sum = sum.saturating_add(count);
    }
    Ok(Counted { value: incidents, passed_over: table.passed_over })
}

/// The techniques of the first layer of a file.
///
/// # Errors
/// If it is no layer, or has no technique that says anything.
pub fn read_threat(
    path: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Vec<ThreatTechnique>, ProfileFileError> {
    let layers = layer::read_within(path, &text(bytes)?, limits)?.value;
    let threat = layers.first().map(threat_of).unwrap_or_default();
    if threat.is_empty() { Err(ProfileFileError::EmptyLayer) } else { Ok(threat) }
}

/// An enrichment.
///
/// # Errors
/// If it is none.
pub fn read_enrichment(bytes: &[u8], limits: &Limits) -> Result<Enrichment, ProfileFileError> {
    Ok(Enrichment::read_within(&text(bytes)?, limits)?)
}

fn text(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, ProfileFileError> {
    Ok(decode(bytes)?)
}
