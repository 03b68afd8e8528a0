//! Writing a workspace, in pieces: the state first, then file by file, so that whoever writes a
//! large one can let others have their turn. The same state gives the same bytes.

use super::look::whole_text;
use super::{FORMAT, MIN_READER, Snapshot, Tab, VERSION, Workspace, key_of};
use crate::gaps::Shelf;
use crate::layer::to_json;
use crate::pace::Pace;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;

/// What of a file is written.
#[derive(Clone, Copy, Debug)]
pub enum Content<'b> {
    /// All of it: as text if it is UTF-8, else as base64.
    Embedded(&'b [u8]),
    /// Only that it is there.
    Named,
}

/// A file, by name.
#[derive(Clone, Copy, Debug)]
pub struct Named<'n> {
    /// As dropped.
    pub path: &'n str,
    /// Bytes.
    pub size: u64,
    /// Lower-case hexadecimal, if it is known.
    pub sha256: Option<&'n str>,
}

/// Writes one workspace. Files of one's own come first, those of the library behind.
#[derive(Debug)]
pub struct Writer {
    out: String,
    /// The list that is open.
    shelf: Option<Shelf>,
    is_first: bool,
    /// Of the file that is being written, if its content is.
    is_text: Option<bool>,
    /// Bytes of it that wait for those after them.
    rest: Vec<u8>,
}

fn text(value: &impl Serialize) -> String {
    // Texts, numbers and lists of them, to memory: nothing in it can fail.
    let written = serde_json::to_string(value);
    debug_assert!(written.is_ok());
    written.unwrap_or_else(|_| "null".to_owned())
}

impl Writer {
    /// Writes everything but the files.
    pub async fn begin(workspace: &Workspace, pace: &impl Pace) -> Self {
        let mut out = format!("{{\n\"format\": {}", text(&FORMAT));
        let mut part = |key: &str, json: &str| {
            out.push_str(&format!(",\n{}: {json}", text(&key)));
        };
        part("version", &VERSION.to_string());
        part("min_reader", &MIN_READER.to_string());
        part("written_by", &text(&workspace.by));
        part("saved", &text(&workspace.saved));
        part("address", &text(&workspace.address));
        part("over", &text(&workspace.over));
        if !workspace.settings.is_empty() {
            part("settings", &workspace.settings);
        }
        part("picked", &text(&workspace.picked));
        part("investigation", &text(&workspace.investigation));
        part("active", &text(&workspace.active));
        let mut tabs = Vec::new();
        for tab in &workspace.tabs {
            tabs.push(written_tab(tab));
            pace.pause().await;
        }
        part("tabs", &listed(&tabs));
        let mut snapshots = Vec::new();
        for snapshot in &workspace.snapshots {
            snapshots.push(written_snapshot(snapshot));
            pace.pause().await;
        }
        part("snapshots", &listed(&snapshots));
        let mut peers = Vec::new();
        for peer in &workspace.peers {
            peers.push(text(peer));
            pace.pause().await;
        }
        part("peers", &listed(&peers));
        if let Some(enrichment) = &workspace.enrichment {
            part("enrichment", &text(enrichment));
        }
        for (key, json) in &workspace.unknown {
            part(key, json);
        }
        Self { out, shelf: None, is_first: true, is_text: None, rest: Vec::new() }
    }

    /// Writes one file that is all there.
    pub fn file(&mut self, shelf: Shelf, file: &Named<'_>, content: Content<'_>) {
        match content {
            Content::Named => self.begin_file(shelf, file, None),
            Content::Embedded(bytes) => {
                self.begin_file(shelf, file, Some(std::str::from_utf8(bytes).is_ok()));
                self.content(bytes);
            }
        }
        self.end_file();
    }

    /// Begins a file: by name only, or with content, which is all text or is not.
    pub fn begin_file(&mut self, shelf: Shelf, file: &Named<'_>, is_text: Option<bool>) {
        self.open(shelf);
        self.out.push_str(if self.is_first { "\n" } else { ",\n" });
        self.is_first = false;
        self.out.push_str(&format!("{{\"path\": {}, \"size\": {}", text(&file.path), file.size));
        if let Some(hash) = file.sha256 {
            self.out.push_str(&format!(", \"sha256\": {}", text(&hash)));
        }
        self.is_text = is_text;
        match is_text {
            Some(true) => self.out.push_str(", \"text\": \""),
            Some(false) => self.out.push_str(", \"base64\": \""),
            None => {}
        }
    }

    /// The next bytes of the file that was begun with content. Bytes that are no text, of a file
    /// that was said to be text, are left out: its size then tells of it.
    pub fn content(&mut self, bytes: &[u8]) {
        if self.is_text == Some(true) {
            let piece = whole_text(&mut self.rest, bytes).unwrap_or_default();
            let quoted = text(&piece);
            // Without its quotes.
            self.out.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        } else if self.is_text == Some(false) {
            self.rest.extend_from_slice(bytes);
            let after = self.rest.split_off(self.rest.len() / 3 * 3);
            STANDARD.encode_string(&self.rest, &mut self.out);
            self.rest = after;
        }
    }

    /// Ends a file.
    pub fn end_file(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        if self.is_text == Some(false) {
            STANDARD.encode_string(&rest, &mut self.out);
        }
        self.out.push_str(if self.is_text.is_some() { "\"}" } else { "}" });
        self.is_text = None;
    }

    /// What was written since this was last asked.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// The end of it, from what was taken last.
    pub fn end(mut self) -> String {
        self.open(Shelf::Library);
        self.out.push_str(if self.is_first { "]\n}\n" } else { "\n]\n}\n" });
        self.out
    }

    /// Goes on to the list of a shelf; both lists are always there.
    fn open(&mut self, shelf: Shelf) {
        for next in [Shelf::Own, Shelf::Library] {
            if next <= shelf && self.shelf.is_none_or(|open| open < next) {
                if self.shelf.is_some() {
                    self.out.push_str(if self.is_first { "]" } else { "\n]" });
                }
                self.out.push_str(&format!(",\n\"{}\": [", key_of(next)));
                (self.shelf, self.is_first) = (Some(next), true);
            }
        }
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => "[]".to_owned(),
        parts => format!("[\n{}\n]", parts.join(",\n")),
    }
}

fn written_tab(tab: &Tab) -> String {
    let Tab { key, path, folds, layer } = tab;
    let (path, folds) = (text(path), text(folds));
    let layer = to_json(layer);
    let layer = layer.trim_end();
    format!("{{\"key\": {key}, \"path\": {path}, \"folds\": {folds}, \"layer\": {layer}}}")
}

fn written_snapshot(snapshot: &Snapshot) -> String {
    let Snapshot { key, name, date, domain, version, rules, covered } = snapshot;
    let date = date.to_string();
    text(&json!({
        "key": key, "name": name, "date": date, "domain": domain, "version": version,
        "rules": rules, "covered": covered,
    }))
}
