//! Edits of the cells of a layer. The layer itself stays as it is, for undo; each edit gives a
//! new one.
//!
//! An entry without a tactic stands for all tactics of its technique. An edit of some of its cells
//! splits it, one entry a tactic; where all cells say the same again they become one entry again.

use super::colour;
use super::fields::whole;
use super::model::{Item, Layer, Link, Metadata, TechniqueEntry};
use super::place::{self, Cell};
use super::read::is_safe;
use super::show::is_annotated;
use crate::attack::{Catalogue, TechniqueIndex};
use serde_json::Number;
use std::collections::{BTreeMap, BTreeSet};

/// What is done to cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Sets the score, or takes it away.
    Score(Option<Number>),
    /// Sets the colour, in any form of CSS, or takes it away.
    Colour(Option<String>),
    /// Sets the comment; empty takes it away.
    Comment(String),
    /// Whether they take part.
    Enabled(bool),
    /// Sets the links; an empty list takes them away.
    Links(Vec<Item<Link>>),
    /// Sets the metadata; an empty list takes it away.
    Metadata(Vec<Item<Metadata>>),
    /// Takes everything of the above away, and lets the cells take part again.
    Clear,
}

/// Why an edit is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No form of CSS.
    #[error("'{0}' is no colour")]
    Colour(String),
    /// No address that a click may open.
    #[error("'{0}' is not an address with http, https or mailto")]
    Link(String),
    /// A link without a label, a name without a value or the other way round.
    #[error("a name or its value is empty")]
    Empty,
    /// A gradient with too few or too many colours.
    #[error("a gradient has 2 to 100 colours, not {0}")]
    Colours(usize),
    /// A gradient whose end is not above its beginning.
    #[error("{0} is not below {1}")]
    Bounds(Number, Number),
    /// One of the names that the format knows was expected.
    #[error("'{0}' is none of: {1}")]
    Choice(String, String),
    /// There is no such line in the legend.
    #[error("the legend has no line {0}")]
    NoLine(usize),
}

impl Edit {
    /// The edit in the terms of the format.
    fn checked(self) -> Result<Self, EditError> {
        match self {
            Self::Score(score) => Ok(Self::Score(score.map(whole))),
            Self::Colour(Some(written)) => Ok(Self::Colour(Some(checked_colour(&written)?))),
            Self::Links(links) => checked_links(links).map(Self::Links),
            Self::Metadata(metadata) => checked_metadata(metadata).map(Self::Metadata),
            other => Ok(other),
        }
    }

    fn apply(&self, entry: &mut TechniqueEntry) {
        match self {
            Self::Score(score) => entry.score.clone_from(score),
            Self::Colour(colour) => entry.color.clone_from(colour),
            Self::Comment(comment) => entry.comment.clone_from(comment),
            Self::Enabled(enabled) => entry.enabled = *enabled,
            Self::Links(links) => entry.links.clone_from(links),
            Self::Metadata(metadata) => entry.metadata.clone_from(metadata),
            Self::Clear => {
                let cleared = TechniqueEntry::new(entry.technique_id);
                *entry = TechniqueEntry {
                    tactic: entry.tactic.take(),
                    show_subtechniques: entry.show_subtechniques,
                    extra: std::mem::take(&mut entry.extra),
                    ..cleared
                };
            }
        }
    }
}

pub(super) fn checked_colour(written: &str) -> Result<String, EditError> {
    colour::normal(written).ok_or_else(|| EditError::Colour(written.to_owned()))
}

pub(super) fn checked_links(links: Vec<Item<Link>>) -> Result<Vec<Item<Link>>, EditError> {
    for item in &links {
        if let Item::Of(Link { label, url }) = item {
            if !is_safe(url) {
                return Err(EditError::Link(url.clone()));
            }
            filled(label)?;
        }
    }
    Ok(links)
}

pub(super) fn checked_metadata(
    metadata: Vec<Item<Metadata>>,
) -> Result<Vec<Item<Metadata>>, EditError> {
    for item in &metadata {
        if let Item::Of(Metadata { name, value }) = item {
            filled(name).and_then(|()| filled(value))?;
        }
    }
    Ok(metadata)
}

fn filled(text: &str) -> Result<(), EditError> {
    if text.trim().is_empty() { Err(EditError::Empty) } else { Ok(()) }
}

/// The cells of one technique that have an entry, each with one of its own.
type Cells = BTreeMap<u8, TechniqueEntry>;

/// A place in the list of entries.
enum Slot {
    /// An entry that the edit leaves alone.
    Same(TechniqueEntry),
    /// Where the entries of an edited technique stood first.
    Edited(TechniqueIndex),
}

impl Layer {
    /// The layer with an edit of some cells; cells that the release does not have are passed over.
    /// Entries of the techniques edited stand under their live ids and the short names of their
    /// tactics afterwards; all others are as they were, those without a cell included. An entry
    /// that says nothing any more is gone.
    ///
    /// # Errors
    /// If the edit's value is none, see [`EditError`].
    pub fn edited(
        &self,
        cells: &BTreeSet<Cell>,
        edit: &Edit,
        catalogue: &Catalogue,
    ) -> Result<Self, EditError> {
        let edit = edit.clone().checked()?;
        let mut named: BTreeMap<TechniqueIndex, Vec<u8>> = BTreeMap::new();
        for (technique, tactic) in cells {
            let found = catalogue.techniques.get(usize::from(technique.0));
            if found.is_some_and(|found| found.tactics.contains(tactic)) {
                named.entry(*technique).or_default().push(*tactic);
            }
        }
        let mut layer = self.clone();
        let mut slots = Vec::new();
        let mut found: BTreeMap<TechniqueIndex, Cells> = BTreeMap::new();
        for entry in std::mem::take(&mut layer.techniques.entries) {
            match place::cells(&entry, catalogue) {
                Ok((technique, tactics)) if named.contains_key(&technique) => {
                    let cells = found.entry(technique).or_insert_with(|| {
                        slots.push(Slot::Edited(technique));
                        Cells::new()
                    });
                    // The later entry counts.
                    for tactic in tactics {
                        cells.insert(tactic, entry.clone());
                    }
                }
                _ => slots.push(Slot::Same(entry)),
            }
        }
        let is_new = |technique: &&TechniqueIndex| !found.contains_key(technique);
        slots.extend(named.keys().filter(is_new).copied().map(Slot::Edited));
        for slot in slots {
            match slot {
                Slot::Same(entry) => layer.techniques.entries.push(entry),
                Slot::Edited(technique) => {
                    let cells = found.remove(&technique).unwrap_or_default();
                    let tactics = named.get(&technique).map(Vec::as_slice).unwrap_or_default();
                    let settled = settled(cells, technique, tactics, &edit, catalogue);
                    layer.techniques.entries.extend(settled);
                }
            }
        }
        Ok(layer)
    }
}

/// The entries of one technique after the edit of those of its cells that stand in `tactics`.
fn settled(
    mut cells: Cells,
    technique: TechniqueIndex,
    tactics: &[u8],
    edit: &Edit,
    catalogue: &Catalogue,
) -> Vec<TechniqueEntry> {
    let technique = catalogue.technique(technique);
    for tactic in tactics {
        edit.apply(cells.entry(*tactic).or_insert_with(|| TechniqueEntry::new(technique.id)));
    }
    cells.retain(|_, entry| {
        is_annotated(entry) || entry.show_subtechniques || !entry.extra.is_empty()
    });
    for entry in cells.values_mut() {
        entry.technique_id = technique.id;
        entry.tactic = None;
    }
    let first = cells.values().next();
    if cells.len() == technique.tactics.len() && cells.values().all(|entry| Some(entry) == first) {
        return first.cloned().into_iter().collect();
    }
    for (tactic, entry) in &mut cells {
        let tactic = catalogue.tactics.get(usize::from(*tactic));
        entry.tactic = tactic.map(|tactic| tactic.shortname.clone());
    }
    cells.into_values().collect()
}
