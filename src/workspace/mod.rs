//! A workspace: all of one's work in one file, `*.coverlay.json` (docs/workspace.md). What was
//! read is in it as it was dropped, or named with its size and hash; what was made of it (layers,
//! snapshots, choices) as values. Settings are the page's own: text to this module.

mod entry;
mod look;
mod read;
pub mod sha256;
mod write;

pub use entry::{Entry, FileOf, Reference};
pub use look::{Look, Looked};
pub use read::{Opened, WorkspaceError, is_workspace, read, read_within, within};
pub use write::{Content, Named, Writer};

use crate::attack::{Domain, TechniqueId};
use crate::date::Date;
use crate::gaps::peers::Peer;
use crate::gaps::{Enrichment, Shelf};
use crate::investigate::Pick;
use crate::layer::Layer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What stands under `format`.
pub const FORMAT: &str = "coverlay-workspace";
/// The version that is written.
pub const VERSION: u32 = 1;
/// The oldest reader that understands what is written: later versions that only add keep it.
pub const MIN_READER: u32 = 1;
/// What the file is called.
pub const ENDING: &str = ".coverlay.json";

/// Everything but the files. Two that are equal are written alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// Which program wrote it.
    pub by: String,
    /// When, as `2026-11-29T17:05:00Z`.
    pub saved: String,
    /// Where one was: the `#hash` of the page.
    pub address: String,
    /// What was open over that: the `#hash` of a technique or a rule; empty for nothing.
    pub over: String,
    /// All choices, profile and policies among them: an object as JSON, or nothing.
    pub settings: String,
    /// Rules that were picked to count alone.
    pub picked: Vec<Place>,
    /// What is investigated.
    pub investigation: Pick,
    /// Layers that are open, in the order of their tabs.
    pub tabs: Vec<Tab>,
    /// The key of the tab that is shown; the rules where there is none.
    pub active: Option<u32>,
    /// What rules covered once.
    pub snapshots: Vec<Snapshot>,
    /// Other organisations: ids and scores.
    pub peers: Vec<Peer>,
    /// What others measured of threats.
    pub enrichment: Option<Enrichment>,
    /// What a later version wrote: keys and JSON, to be written again.
    pub unknown: Vec<(String, String)>,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its file.
    pub path: String,
    /// Its document in there, from 0.
    #[serde(default)]
    pub document: u32,
}

/// An open layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tab {
    /// Tells it from all other tabs and snapshots; what came later has the higher number.
    pub key: u32,
    /// The file it came from; empty for one that was made.
    pub path: String,
    /// Cells folded or unfolded by hand: the technique and the number of its tactic.
    pub folds: Vec<(TechniqueId, u8)>,
    /// The layer. It has a way of its own between programs ([`crate::layer::stored`]).
    #[serde(skip, default = "no_layer")]
    pub layer: Arc<Layer>,
}

fn no_layer() -> Arc<Layer> {
    Arc::new(Layer::new("", ""))
}

/// A snapshot of what rules covered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// See [`Tab::key`].
    pub key: u32,
    /// What it is called.
    pub name: String,
    /// When it was kept.
    pub date: Date,
    /// Of the release it was seen on.
    pub domain: Domain,
    /// For example `19.2`.
    pub version: String,
    /// The rules that counted.
    pub rules: u32,
    /// Techniques that were covered directly, with their scores.
    pub covered: Vec<(TechniqueId, Option<f64>)>,
}

/// Under which key the files of a shelf stand.
fn key_of(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Own => "inputs",
        Shelf::Library => "library",
    }
}

#[cfg(test)]
mod tests;
