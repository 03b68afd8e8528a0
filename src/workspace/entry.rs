//! One file of a workspace: with its content, by name only, or refused.

use super::read::{not_known, unknown_key};
use crate::diagnostic::Code;
use crate::gaps::Shelf;
use crate::limits::MAX_WORKSPACE_PATH_BYTES;
use crate::source::{Bucket, FileOutcome, SourceFile};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// A file that is named and not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// As it was dropped.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Lower-case hexadecimal, if the workspace says it.
    pub sha256: Option<String>,
}

impl Reference {
    /// Its outcome for as long as it is not there. `path` is where the report has it.
    pub fn outcome(&self, path: String) -> FileOutcome {
        let reason = "the workspace names this file and does not contain it; drop its folder beside the workspace, or save the workspace with its files";
        let bucket = Bucket::Skipped { code: Code::WorkspaceReference, reason: reason.to_owned() };
        FileOutcome { path, bytes: self.size, bucket }
    }
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It has its content.
    File(SourceFile),
    /// It is a name.
    Reference(Reference),
    /// It cannot be used.
    Refused(FileOutcome),
}

/// An entry and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOf {
    /// One's own, or the library's.
    pub shelf: Shelf,
    /// What became of it.
    pub entry: Entry,
    /// What is odd about it, in a sentence; it is used all the same.
    pub remark: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    path: String,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    sha256: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    base64: Option<String>,
}

/// The keys of [`Written`].
const KEYS: [&str; 5] = ["path", "size", "sha256", "text", "base64"];

/// Reads entries one by one; knows which paths it has seen.
pub(super) struct Entries {
    seen: BTreeSet<(Shelf, String)>,
}

impl Entries {
    pub(super) fn new() -> Self {
        Self { seen: BTreeSet::new() }
    }

    /// The entry at a place (from 0) of the list of a shelf.
    pub(super) fn read(&mut self, shelf: Shelf, at: usize, raw: &RawValue) -> FileOf {
        let mut remark = None;
        let entry = self.entry(shelf, at, raw, &mut remark);
        FileOf { shelf, entry, remark }
    }

    fn entry(
        &mut self,
        shelf: Shelf,
        at: usize,
        raw: &RawValue,
        remark: &mut Option<String>,
    ) -> Entry {
        let place = || format!("{}[{at}]", super::key_of(shelf));
        let bytes = raw.get().len() as u64;
        let refused = |path: String, code: Code, reason: String, remedy: &str| {
            let remedy = remedy.to_owned();
            let bucket = Bucket::Failed { code, line: None, column: None, reason, remedy };
            Entry::Refused(FileOutcome { path, bytes, bucket })
        };
        let again = "save the workspace again";
        let written: Written = match serde_json::from_str(raw.get()) {
            Ok(written) => written,
            Err(error) => {
                let reason = format!("the entry is not as its format has it: {error}");
                return refused(place(), Code::WorkspaceFile, reason, again);
            }
        };
        let Written { path, size, sha256, text, base64 } = written;
        if let Some(why) = path_fault(&path) {
            let reason = format!("the path of {} {why}", place());
            return refused(place(), Code::WorkspaceFile, reason, "give it a relative path");
        }
        if !self.seen.insert((shelf, path.clone())) {
            let reason = "the workspace holds this path more than once; the first one was read";
            // A path of its own: of one path there is one outcome.
            let path = format!("{path} ({})", place());
            return refused(path, Code::WorkspaceFile, reason.to_owned(), again);
        }
        let sha256 = sha256.map(|hash| hash.to_ascii_lowercase());
        let is_hash =
            |hash: &String| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let content = match (text, base64) {
            (Some(_), Some(_)) => {
                let reason = "the entry has both a text and base64".to_owned();
                return refused(path, Code::WorkspaceFile, reason, "remove one of them");
            }
            (Some(text), None) => text.into_bytes(),
            (None, Some(base64)) => match STANDARD.decode(base64) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let reason = format!("its base64 cannot be read: {error}");
                    return refused(path, Code::WorkspaceFile, reason, again);
                }
            },
            (None, None) => {
                let sha256 = sha256.filter(is_hash);
                return Entry::Reference(Reference { path, size: size.unwrap_or(0), sha256 });
            }
        };
        if size.is_some_and(|size| size != content.len() as u64) {
            let length = content.len();
            *remark = Some(format!(
                "{}: it has {length} bytes, not those named; it was changed in the workspace",
                place()
            ));
        } else {
            *remark = unknown_key(raw, &KEYS).map(|key| not_known(&place(), &key));
        }
        Entry::File(SourceFile { path, bytes: content })
    }
}

/// What is wrong with a path: it must stay within the workspace.
fn path_fault(path: &str) -> Option<&'static str> {
    let drive =
        matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    if path.is_empty() {
        Some("is empty")
    } else if path.len() > MAX_WORKSPACE_PATH_BYTES {
        Some("is too long")
    } else if path.starts_with(['/', '\\']) || drive {
        Some("is absolute")
    } else if path.split(['/', '\\']).any(|part| part == "..") {
        Some("leaves its folder with '..'")
    } else if path.chars().any(char::is_control) {
        Some("holds control characters")
    } else {
        None
    }
}
