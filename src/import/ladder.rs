//! The formats in the order they are asked. Adding one is one row here and one file beside.

use super::found::{Found, TextFormat};
use super::yaml::{Loaded, Node};
use super::{csv, elastic, sentinel, sigma};

/// A YAML file as an importer gets it.
#[derive(Clone, Copy)]
pub(crate) struct YamlText<'t> {
    /// As dropped.
    pub(crate) path: &'t str,
    /// All of it, decoded.
    pub(crate) text: &'t str,
    /// Its documents. Below the top-level keys that no candidate reads, nothing is built.
    pub(crate) loaded: &'t Loaded<'t>,
}

/// A format whose files are YAML.
pub(super) struct YamlFormat {
    /// What a file of it is called in the import report.
    pub(super) name: &'static str,
    /// Beginnings of lines of which every file of the format has at least one; looked for before
    /// anything is parsed.
    pub(super) keys: &'static [&'static str],
    /// The top-level keys whose lists and mappings are built.
    pub(super) is_read: fn(&str) -> bool,
    /// Whether a document is one of this format and of no other.
    pub(super) recognises: fn(&Node<'_>) -> bool,
    /// Reads all documents of the file.
    pub(super) import: fn(&YamlText<'_>) -> Found,
}

/// Asked from top to bottom; the first that recognises a document takes the file.
pub(super) const YAML_FORMATS: &[YamlFormat] = &[sigma::YAML, sentinel::YAML];

/// As above. JSON counts as text.
pub(super) const TEXT_FORMATS: &[TextFormat] =
    &[elastic::TOML, elastic::JSON, sentinel::JSON, csv::TABLE];

/// The YAML formats whose keys a text has, by their place in [`YAML_FORMATS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidates(u32);

impl Candidates {
    /// One look at the beginning of every line. Cheap enough for every file of a folder.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut found = Self(0);
        found.look(bytes);
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(byte, b'\n' | b'\r') {
                found.look(&bytes[at + 1..]);
            }
        }
        found
    }

    fn look(&mut self, line: &[u8]) {
        // Most lines are indented or empty: no key.
        if !line.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'-') {
            return;
        }
        for (at, format) in YAML_FORMATS.iter().enumerate() {
            if format.keys.iter().any(|key| line.starts_with(key.as_bytes())) {
                self.0 |= 1 << at;
            }
        }
    }

    pub(super) fn any(self) -> bool {
        self.0 != 0
    }

    pub(super) fn has(self, at: usize) -> bool {
        self.0 & (1 << at) != 0
    }

    /// Whether one of them reads what is below a top-level key.
    pub(super) fn is_read(self, key: &str) -> bool {
        let mut formats = YAML_FORMATS.iter().enumerate();
        formats.any(|(at, format)| self.has(at) && (format.is_read)(key))
    }
}
