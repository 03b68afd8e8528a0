//! Where the entries of a layer stand in a matrix: one cell a technique and tactic, the later
//! entry before the earlier one, as in the Navigator (reference 2.3). What has no cell is named
//! with its reason.

use super::model::{Layer, TechniqueEntry};
use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

/// A technique in one tactic: its index and that of the tactic in [`Catalogue::tactics`].
pub type Cell = (TechniqueIndex, u8);

/// Why an entry has no cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCell {
    /// The release never had the id.
    #[error("{0} is unknown")]
    Unknown(TechniqueId),
    /// The technique is gone, and nothing took its place.
    #[error("{0} is deprecated and has no successor")]
    Deprecated(TechniqueId),
    /// The release has no such tactic.
    #[error("there is no tactic '{0}'")]
    NoTactic(String),
    /// The technique is not in the tactic.
    #[error("{0} is not in the tactic '{1}'")]
    NotInTactic(TechniqueId, String),
}

/// The entries of a layer by their cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// The entry of each cell, as its place in the layer's list.
    pub cells: BTreeMap<Cell, usize>,
    /// The entries without a cell, with the reason.
    pub nowhere: Vec<(usize, NoCell)>,
}

impl Placement {
    /// Places all entries. Revoked ids stand with their successors, a tactic that was split with
    /// those parts of it that the technique is in.
    pub fn of(layer: &Layer, catalogue: &Catalogue) -> Self {
        let mut placement = Self::default();
        for (at, entry) in layer.techniques.entries.iter().enumerate() {
            match cells(entry, catalogue) {
                Ok((technique, tactics)) => {
                    for tactic in tactics {
                        placement.cells.insert((technique, tactic), at);
                    }
                }
                Err(reason) => placement.nowhere.push((at, reason)),
            }
        }
        placement
    }

    /// The entries without a cell, each as a remark.
    pub fn diagnostics(&self, path: &str, catalogue: &Catalogue) -> Vec<Diagnostic> {
        let release = format!("{} {}", catalogue.domain.name(), catalogue.version);
        let told = self.nowhere.iter().map(|(at, reason)| {
            let message = format!("techniques[{at}]: in {release} {reason}; shown nowhere");
            Diagnostic::new(Severity::Warning, Code::LayerNoCell, path, message)
        });
        told.collect()
    }
}

/// The technique of an entry in a release and the tactics in which it stands; at least one.
pub(super) fn cells(
    entry: &TechniqueEntry,
    catalogue: &Catalogue,
) -> Result<(TechniqueIndex, Vec<u8>), NoCell> {
    let id = entry.technique_id;
    let (index, is_moved) = match catalogue.resolve(id) {
        Resolution::Live(index) => (index, false),
        Resolution::Revoked(index) => (index, true),
        Resolution::Deprecated => return Err(NoCell::Deprecated(id)),
        Resolution::Unknown => return Err(NoCell::Unknown(id)),
    };
    let all = &catalogue.technique(index).tactics;
    let Some(written) = &entry.tactic else { return Ok((index, all.clone())) };
    let tactics = if let Some(tactic) = catalogue.tactic_named(written) {
        if all.contains(&tactic) {
            return Ok((index, vec![tactic]));
        }
        // The successor may well be at home elsewhere.
        if is_moved { all.clone() } else { Vec::new() }
    } else {
        let successors = catalogue.tactic_successors(written);
        if successors.is_empty() {
            return Err(NoCell::NoTactic(written.clone()));
        }
        let own: Vec<u8> = successors.into_iter().filter(|tactic| all.contains(tactic)).collect();
        if own.is_empty() { all.clone() } else { own }
    };
    if tactics.is_empty() {
        return Err(NoCell::NotInTactic(id, written.clone()));
    }
    Ok((index, tactics))
}
