//! Reading a workspace: every part for itself, so that one that cannot be read costs no other.

use super::entry::Entries;
use super::{FORMAT, FileOf, MIN_READER, Place, Snapshot, Tab, VERSION, Workspace};
use crate::attack::{Domain, TechniqueId};
use crate::date::Date;
use crate::diagnostic::Code;
use crate::gaps::peers::Peer;
use crate::gaps::{Enrichment, Shelf};
use crate::layer;
use crate::limits::{
    Limit, Limits, MAX_WORKSPACE_PARTS, MAX_WORKSPACE_PLACES, MAX_WORKSPACE_REMARKS,
    MAX_WORKSPACE_SETTINGS_BYTES, MAX_WORKSPACE_UNKNOWN_BYTES, WORKSPACE_HEAD_BYTES,
};
use crate::source::Bucket;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Why a file cannot be opened as a workspace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceError {
    /// Longer than [`Limit::WorkspaceBytes`], which is written like this.
    #[error("longer than the {0} allowed for a workspace")]
    TooLarge(String),
    /// No JSON, or cut off.
    #[error("not valid JSON: {reason}")]
    Syntax {
        /// 1-based.
        line: u32,
        /// 1-based.
        column: u32,
        /// Why.
        reason: String,
    },
    /// It says that it is something else.
    #[error("no workspace: “format” is not “{FORMAT}”")]
    NotOne,
    /// A later version that this program does not understand.
    #[error("a workspace that needs reader {needs}; this program is reader {MIN_READER}")]
    TooNew {
        /// Its `min_reader`.
        needs: u32,
    },
}

impl WorkspaceError {
    /// Whether a file of so many bytes may be one at all.
    ///
    /// # Errors
    /// If it is too large.
    pub fn of_size(bytes: u64, limits: &Limits) -> Result<(), Self> {
        let most = limits.of(Limit::WorkspaceBytes);
        match bytes > most {
            true => Err(Self::TooLarge(Limit::WorkspaceBytes.written(most))),
            false => Ok(()),
        }
    }

    /// The outcome of the file.
    pub fn bucket(&self) -> Bucket {
        let (code, place, remedy) = match self {
            Self::TooLarge(_) => {
                (Code::TooLarge, None, "save it by reference, and drop its folders beside it")
            }
            Self::Syntax { line, column, .. } => (
                Code::Workspace,
                Some((*line, *column)),
                "it may be cut off; save the workspace again, or use a copy of it",
            ),
            Self::NotOne => (Code::Workspace, None, "save it with Coverlay"),
            Self::TooNew { .. } => (Code::Workspace, None, "open it with a newer Coverlay"),
        };
        let (line, column) = place.unzip();
        let remedy = match self {
            Self::TooLarge(_) => format!("{remedy}, {}", Limit::WorkspaceBytes.remedy()),
            _ => remedy.to_owned(),
        };
        Bucket::Failed { code, line, column, reason: self.to_string(), remedy }
    }
}

/// A workspace in an archive or in another workspace, like an archive there.
pub fn within() -> Bucket {
    Bucket::Failed {
        code: Code::Workspace,
        line: None,
        column: None,
        reason: "a workspace in an archive or in another workspace is not opened".to_owned(),
        remedy: "take it out and give it by itself".to_owned(),
    }
}

/// Whether a file is a workspace, by its beginning: an object with the key `format`.
pub fn is_workspace(bytes: &[u8]) -> bool {
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = &head[..head.len().min(WORKSPACE_HEAD_BYTES)];
    if head.trim_ascii_start().first() != Some(&b'{') {
        return false;
    }
    let (key, value) = (b"\"format\"", format!("\"{FORMAT}\""));
    head.windows(key.len()).enumerate().any(|(at, found)| {
        found == key
            && head[at + key.len()..]
                .trim_ascii_start()
                .strip_prefix(b":")
                .is_some_and(|rest| rest.trim_ascii_start().starts_with(value.as_bytes()))
    })
}

/// A workspace and its files, which are read one by one.
#[derive(Clone, Debug, Default)]
pub struct Opened<'t> {
    /// Everything but the files.
    pub workspace: Workspace,
    /// What was left out, or is not known, in sentences.
    pub remarks: Vec<String>,
    files: Vec<(Shelf, usize, &'t RawValue)>,
    limits: Limits,
}

impl Opened<'_> {
    /// The files, one's own first.
    pub fn files(&self) -> impl Iterator<Item = FileOf> {
        let mut entries = Entries::new();
        self.files.iter().map(move |(shelf, at, raw)| entries.read(*shelf, *at, raw))
    }

    /// How many files there are on a shelf.
    pub fn count(&self, shelf: Shelf) -> usize {
        self.files.iter().filter(|(of, ..)| *of == shelf).count()
    }

    fn remark(&mut self, text: String) {
        self.remarks.push(text);
    }
}

/// Reads the text of a workspace.
///
/// # Errors
/// If it is none, or one that this program does not understand.
pub fn read(text: &str) -> Result<Opened<'_>, WorkspaceError> {
    read_within(text, &Limits::default())
}

/// [`read`] under other limits.
///
/// # Errors
/// As there.
pub fn read_within<'t>(text: &'t str, limits: &Limits) -> Result<Opened<'t>, WorkspaceError> {
    WorkspaceError::of_size(text.len() as u64, limits)?;
    let text = text.trim_start_matches('\u{FEFF}');
    let mut json = serde_json::Deserializer::from_str(text);
    let parts = json.deserialize_map(Parts).and_then(|parts| json.end().map(|()| parts));
    let parts = parts.map_err(|error| WorkspaceError::Syntax {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
        column: u32::try_from(error.column()).unwrap_or(u32::MAX),
        reason: error.to_string(),
    })?;
    let find = |name: &str| parts.iter().rev().find(|(key, _)| key == name).map(|(_, raw)| *raw);
    let number =
        |name: &str| find(name).and_then(|raw| serde_json::from_str::<u32>(raw.get()).ok());
    if find("format").and_then(|raw| serde_json::from_str::<String>(raw.get()).ok()).as_deref()
        != Some(FORMAT)
    {
        return Err(WorkspaceError::NotOne);
    }
    if let Some(needs) = number("min_reader").filter(|needs| *needs > MIN_READER) {
        return Err(WorkspaceError::TooNew { needs });
    }
    let mut opened = Opened { limits: *limits, ..Opened::default() };
    match number("version") {
        Some(version) if version > VERSION => opened.remark(format!(
            "it is of version {version} of the format, this program reads version {VERSION}: what is new in it is kept aside and not used"
        )),
        Some(_) => {}
        None => opened.remark(format!("it says no version; read as version {VERSION}")),
    }
    let mut seen = BTreeSet::new();
    for (key, raw) in parts {
        if !seen.insert(key.clone()) {
            opened.remark(format!("“{key}” stands twice; the last one counts"));
        }
        opened.take(&key, raw);
    }
    opened.settle();
    Ok(opened)
}

/// The parts of the file in their order; nothing in them is built.
struct Parts;

impl<'de> Visitor<'de> for Parts {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if parts.len() < MAX_WORKSPACE_PARTS {
                parts.push((Cow::Owned(key), map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(parts)
    }
}

/// The entries of a list, so many at most, and how many more there are; nothing in them is built.
struct List(usize);

impl<'de> Visitor<'de> for List {
    type Value = (Vec<&'de RawValue>, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while found.len() < self.0 {
            match list.next_element()? {
                Some(raw) => found.push(raw),
                None => return Ok((found, 0)),
            }
        }
        let mut more = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            more += 1;
        }
        Ok((found, more))
    }
}

/// The first key of an object that is none of these.
pub(super) fn unknown_key(raw: &RawValue, known: &[&str]) -> Option<String> {
    let keys = serde_json::Deserializer::from_str(raw.get()).deserialize_map(Unknown(known));
    keys.ok().flatten()
}

/// What is said of one.
pub(super) fn not_known(place: &str, key: &str) -> String {
    format!("{place}: the key “{}” is not known and not used", cut(key))
}

struct Unknown<'k>(&'k [&'k str]);

impl<'de> Visitor<'de> for Unknown<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut first = None;
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            if first.is_none() && !self.0.contains(&key.as_str()) {
                first = Some(key);
            }
        }
        Ok(first)
    }
}

/// Keys of a tab.
const TAB: [&str; 4] = ["key", "path", "folds", "layer"];
/// Keys of a snapshot.
const SNAPSHOT: [&str; 7] = ["key", "name", "date", "domain", "version", "rules", "covered"];

#[derive(Deserialize)]
struct WrittenTab<'t> {
    #[serde(default)]
    key: u32,
    #[serde(default)]
    path: String,
    #[serde(default)]
    folds: Vec<(TechniqueId, u8)>,
    #[serde(borrow)]
    layer: &'t RawValue,
}

#[derive(Deserialize)]
struct WrittenSnapshot {
    #[serde(default)]
    key: u32,
    name: String,
    date: String,
    domain: Domain,
    #[serde(default)]
    version: String,
    #[serde(default)]
    rules: u32,
    covered: Vec<(TechniqueId, Option<f64>)>,
}

impl<'t> Opened<'t> {
    fn take(&mut self, key: &str, raw: &'t RawValue) {
        match key {
            "format" | "version" | "min_reader" => {}
            "written_by" => self.workspace.by = self.value(key, raw),
            "saved" => self.workspace.saved = self.value(key, raw),
            "address" => self.workspace.address = self.value(key, raw),
            "over" => self.workspace.over = self.value(key, raw),
            "active" => self.workspace.active = self.value(key, raw),
            "settings" => {
                let text = raw.get();
                let most = self.limits.count(Limit::ProfileBytes) + MAX_WORKSPACE_SETTINGS_BYTES;
                if text.len() > most || !text.starts_with('{') {
                    self.remark("“settings” is no object, or too large; left out".to_owned());
                } else {
                    self.workspace.settings = text.to_owned();
                }
            }
            "picked" => {
                self.workspace.picked =
                    self.each((key, &[]), raw, MAX_WORKSPACE_PLACES, parsed::<Place>);
            }
            "investigation" => self.workspace.investigation = self.value(key, raw),
            "tabs" => {
                let limits = self.limits;
                let tab = |raw: &RawValue| tab(raw, &limits);
                self.workspace.tabs = self.each((key, &TAB), raw, MAX_WORKSPACE_PARTS, tab);
            }
            "snapshots" => {
                let known = (key, &SNAPSHOT[..]);
                self.workspace.snapshots = self.each(known, raw, MAX_WORKSPACE_PARTS, snapshot);
            }
            "peers" => {
                let peer = |raw: &RawValue| parsed::<Peer>(raw).map(Peer::settled);
                self.workspace.peers = self.each((key, &[]), raw, MAX_WORKSPACE_PARTS, peer);
            }
            "enrichment" => {
                let found: Option<Enrichment> = self.value(key, raw);
                let is_good = found.as_ref().is_none_or(has_shares);
                if !is_good {
                    self.remark("“enrichment” has shares outside 0 to 1; left out".to_owned());
                }
                self.workspace.enrichment = found.filter(|_| is_good);
            }
            "inputs" => self.take_files(Shelf::Own, key, raw),
            "library" => self.take_files(Shelf::Library, key, raw),
            _ => self.keep_aside(key, raw),
        }
    }

    fn take_files(&mut self, shelf: Shelf, key: &str, raw: &'t RawValue) {
        self.files.retain(|(of, ..)| *of != shelf);
        let most = List(self.limits.count(Limit::Files));
        match serde_json::Deserializer::from_str(raw.get()).deserialize_seq(most) {
            Ok((found, more)) => {
                self.files.extend(found.into_iter().enumerate().map(|(at, raw)| (shelf, at, raw)));
                self.more(key, more);
            }
            Err(error) => self.remark(format!("“{key}” cannot be read: {error}; left out")),
        }
    }

    /// What this version does not know, to be written again.
    fn keep_aside(&mut self, key: &str, raw: &RawValue) {
        let kept = &mut self.workspace.unknown;
        kept.retain(|(known, _)| known != key);
        let bytes: usize = kept.iter().map(|(key, json)| key.len() + json.len()).sum();
        if bytes + key.len() + raw.get().len() > MAX_WORKSPACE_UNKNOWN_BYTES {
            self.remark(format!("the key “{}” is not known, and too large to be kept", cut(key)));
            return;
        }
        kept.push((key.to_owned(), raw.get().to_owned()));
        self.remark(format!("the key “{}” is not known; it is kept and not used", cut(key)));
    }

    fn value<T: DeserializeOwned + Default>(&mut self, key: &str, raw: &RawValue) -> T {
        match serde_json::from_str(raw.get()) {
            Ok(value) => value,
            Err(error) => {
                self.remark(format!("“{key}” cannot be read: {error}; left out"));
                T::default()
            }
        }
    }

    /// A list whose entries are read each for itself; those of them that know their keys say so.
    fn each<T>(
        &mut self,
        (key, known): (&str, &[&str]),
        raw: &'t RawValue,
        most: usize,
        one: impl Fn(&'t RawValue) -> Result<T, String>,
    ) -> Vec<T> {
        let list = serde_json::Deserializer::from_str(raw.get()).deserialize_seq(List(most));
        let (found, more) = match list {
            Ok(list) => list,
            Err(error) => {
                self.remark(format!("“{key}” cannot be read: {error}; left out"));
                return Vec::new();
            }
        };
        let mut all = Vec::new();
        for (at, raw) in found.into_iter().enumerate() {
            match one(raw) {
                Ok(value) => {
                    let unknown = unknown_key(raw, known).filter(|_| !known.is_empty());
                    if let Some(unknown) = unknown {
                        self.remark(not_known(&format!("{key}[{at}]"), &unknown));
                    }
                    all.push(value);
                }
                Err(reason) => self.remark(format!("{key}[{at}] cannot be read: {reason}")),
            }
        }
        self.more(key, more);
        all
    }

    fn more(&mut self, key: &str, more: usize) {
        if more > 0 {
            self.remark(format!(
                "{more} more entries of “{key}” were left out: there are too many"
            ));
        }
    }

    /// Keys that are there once, and a tab that is there.
    fn settle(&mut self) {
        let workspace = &mut self.workspace;
        let mut used = BTreeSet::new();
        let tabs = workspace.tabs.iter_mut().map(|tab| &mut tab.key);
        for key in tabs.chain(workspace.snapshots.iter_mut().map(|kept| &mut kept.key)) {
            // Room for those that come later.
            while *key > u32::MAX / 2 || !used.insert(*key) {
                *key = used.iter().next_back().map_or(0, |last| last + 1);
            }
        }
        workspace.active =
            workspace.active.filter(|key| workspace.tabs.iter().any(|tab| tab.key == *key));
        if let Some(more) = self.remarks.len().checked_sub(MAX_WORKSPACE_REMARKS).filter(|n| *n > 0)
        {
            self.remarks.truncate(MAX_WORKSPACE_REMARKS);
            self.remark(format!("{more} more remarks on this workspace"));
        }
    }
}

/// So much of a key that is not ours.
fn cut(key: &str) -> String {
    key.chars().take(60).collect()
}

fn parsed<T: DeserializeOwned>(raw: &RawValue) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| error.to_string())
}

fn tab(raw: &RawValue, limits: &Limits) -> Result<Tab, String> {
    let written: WrittenTab<'_> =
        serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let WrittenTab { key, path, mut folds, layer } = written;
    let read = layer::read_within(&path, layer.get(), limits).map_err(|error| error.to_string())?;
    let mut layers = read.value;
    if layers.len() != 1 {
        return Err("a tab has one layer".to_owned());
    }
    folds.truncate(MAX_WORKSPACE_PLACES);
    Ok(Tab { key, path, folds, layer: Arc::new(layers.remove(0)) })
}

fn snapshot(raw: &RawValue) -> Result<Snapshot, String> {
    let WrittenSnapshot { key, name, date, domain, version, rules, covered } = parsed(raw)?;
    let date = Date::parse(&date).ok_or_else(|| format!("“{}” is no date", cut(&date)))?;
    Ok(Snapshot { key, name, date, domain, version, rules, covered })
}

/// As [`Enrichment::read`] asks it.
fn has_shares(enrichment: &Enrichment) -> bool {
    enrichment.scores.values().all(|scores| {
        let all = [scores.choke_point, scores.prevalence, scores.actionability];
        all.into_iter().flatten().all(|share| (0.0..=1.0).contains(&share))
    })
}
