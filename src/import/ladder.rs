//! The formats in the order they are asked. Adding one is one row here and one file beside.

use super::found::{Found, TextFormat};
use super::lines::Lines;
use super::yaml::{Loaded, Node};
use super::{
    atomic, car, csv, dettect, elastic, falco, panther, sentinel, sigma, splunk, sublime, suricata,
    wazuh, yara_l,
};

/// A YAML file as an importer gets it.
#[derive(Clone, Copy)]
pub(crate) struct YamlText<'t> {
    /// As dropped.
    pub(crate) path: &'t str,
    /// All of it, decoded.
    pub(crate) lines: &'t Lines<'t>,
    /// Its documents. Below the top-level keys that no candidate reads, nothing is built.
    pub(crate) loaded: &'t Loaded<'t>,
}

/// A format whose files are YAML.
pub(super) struct YamlFormat {
    /// What a file of it is called in the import report.
    pub(super) name: &'static str,
    /// Beginnings of lines of which every file of the format has at least one; looked for before
    /// anything is parsed. One with a dash is that of an entry of a list, which may be indented.
    pub(super) keys: &'static [&'static str],
    /// The top-level keys whose lists and mappings are built.
    pub(super) is_read: fn(&str) -> bool,
    /// Whether a document is one of this format and of no other.
    pub(super) recognises: fn(&Node<'_>) -> bool,
    /// Reads all documents of the file.
    pub(super) import: fn(&YamlText<'_>) -> Found,
}

/// Asked from top to bottom; the first that recognises a document takes the file.
pub(super) const YAML_FORMATS: &[YamlFormat] = &[
    sigma::YAML,
    splunk::YAML,
    sentinel::YAML,
    panther::YAML,
    falco::YAML,
    sublime::YAML,
    car::YAML,
    atomic::YAML,
    dettect::YAML,
];

/// As above, of texts that are JSON.
pub(super) const JSON_FORMATS: &[TextFormat] = &[elastic::JSON, sentinel::JSON];

/// As above, of all other texts. A table is anything with a head that may be one: last.
pub(super) const TEXT_FORMATS: &[TextFormat] = &[
    elastic::TOML,
    splunk::SAVED_SEARCHES,
    atomic::INDEX,
    yara_l::TEXT,
    wazuh::TEXT,
    suricata::TEXT,
    csv::measured::TABLE,
    csv::TABLE,
];

/// The YAML formats whose keys a text has, by their place in [`YAML_FORMATS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidates(u32);

impl Candidates {
    /// One look at the beginning of every line. Cheap enough for every file of a folder.
    pub(super) fn of(bytes: &[u8], line_starts: &[u32]) -> Self {
        let mut found = Self(0);
        for start in line_starts {
            let line = bytes.get(*start as usize..).unwrap_or_default();
            // Most lines are indented deeper than any entry that is looked for.
            if !line.starts_with(b"         ") {
                found.look(line);
            }
        }
        // A byte order mark.
        found.look(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or_default());
        found
    }

    fn look(&mut self, line: &[u8]) {
        // Most lines are indented or empty: no key. Only a list may stand indented.
        let is_entry = match line.first() {
            Some(b' ' | b'-') => after_blanks(line).starts_with(b"- "),
            Some(first) if first.is_ascii_alphabetic() => false,
            _ => return,
        };
        let line = match is_entry {
            true => after_blanks(&after_blanks(line)[1..]),
            false => line,
        };
        let Some(first) = line.first() else { return };
        let may_begin = FIRST_BYTES.get(usize::from(*first)).copied().unwrap_or_default();
        // Most formats are ruled out by the first letter, or found already.
        let mut left = may_begin & !self.0;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            let keys = YAML_FORMATS.get(at as usize).map_or(&[][..], |format| format.keys);
            let begins = |key: &&str| {
                let (of_entry, key) = match key.as_bytes() {
                    [b'-', b' ', key @ ..] => (true, key),
                    key => (false, key),
                };
                // The second letter tells most apart.
                of_entry == is_entry && key.get(1) == line.get(1) && line.starts_with(key)
            };
            if keys.iter().any(begins) {
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

/// The formats that have a key with this first byte, the dash of an entry aside.
const FIRST_BYTES: [u32; 128] = {
    let mut table = [0; 128];
    let mut format = 0;
    while format < YAML_FORMATS.len() {
        let keys = YAML_FORMATS[format].keys;
        let mut at = 0;
        while at < keys.len() {
            let key = keys[at].as_bytes();
            let first = if key[0] == b'-' { key[2] } else { key[0] };
            table[first as usize] |= 1 << format;
            at += 1;
        }
        format += 1;
    }
    table
};

/// The line without a few blanks at its beginning. More than a few do not stand before a key
/// that is looked for.
fn after_blanks(line: &[u8]) -> &[u8] {
    let blanks = line.iter().take(8).take_while(|byte| **byte == b' ').count();
    line.get(blanks..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::lines::starts;
    use crate::import::yaml::load;
    use std::path::Path;

    /// Every fixture of every format.
    fn fixtures() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let mut found = Vec::new();
        for format in std::fs::read_dir(folder).expect("the fixtures are there").flatten() {
            for file in std::fs::read_dir(format.path()).expect("a folder").flatten() {
                let text = std::fs::read_to_string(file.path()).expect("fixtures are UTF-8");
                found.push((file.path().display().to_string(), text));
            }
        }
        assert!(found.len() > 80);
        found
    }

    /// The names of the formats that take a document.
    fn takers(root: &Node<'_>) -> Vec<&'static str> {
        let formats = YAML_FORMATS.iter().filter(|format| (format.recognises)(root));
        formats.map(|format| format.name).collect()
    }

    #[test]
    fn no_document_and_no_text_is_of_two_formats() {
        let mut taken = 0;
        for (path, text) in fixtures() {
            let texts: Vec<&str> = JSON_FORMATS
                .iter()
                .chain(TEXT_FORMATS)
                .filter(|format| (format.recognises)(&text))
                .map(|format| format.name)
                .collect();
            assert!(texts.len() <= 1, "{path}: {texts:?}");
            let loaded = load(&text, &|_| true);
            // What stands behind a fault is not asked when there was a rule before it.
            let texts = if loaded.error.is_some() { Vec::new() } else { texts };
            for document in loaded.documents {
                let takers = takers(&document.root);
                assert!(takers.len() + texts.len() <= 1, "{path}: {takers:?} {texts:?}");
                taken += takers.len();
            }
        }
        assert!(taken > 60);
    }

    /// What the formats ask for they must have asked to be built: else a file is recognised with
    /// all parts built, as above, and not in practice.
    #[test]
    fn a_document_is_recognised_by_what_its_format_reads() {
        for (path, text) in fixtures() {
            for document in load(&text, &|_| true).documents {
                for taker in takers(&document.root) {
                    let of = |format: &&YamlFormat| format.name == taker;
                    let format = YAML_FORMATS.iter().find(of).expect("it is one of them");
                    let again = load(&text, &format.is_read);
                    let same = again.documents.iter().find(|d| d.index == document.index);
                    assert!(same.is_some_and(|d| (format.recognises)(&d.root)), "{path}: {taker}");
                }
            }
        }
    }

    #[test]
    fn keys_stand_at_the_beginning_of_a_line_and_entries_may_be_indented() {
        let any = |text: &str| Candidates::of(text.as_bytes(), &starts(text.as_bytes())).any();
        for text in
            ["detection:\n", "\u{FEFF}detection:", "a\r\ndetection:", "  -   rule: x", "- rule:"]
        {
            assert!(any(text), "{text}");
        }
        for text in [" detection:", "- detection:", "rule: x", "         - rule: x", "-rule:", ""] {
            assert!(!any(text), "{text}");
        }
    }
}
