//! A layer of one release of ATT&CK as a layer of another, with a report of what had to change.
//!
//! Entries that meet on one cell because their techniques were merged become one: the highest
//! score (whoever covered a part still covers it), the colour that went with that score, the
//! comments one after another, all metadata and links; enabled if one of them is.

use super::model::{Item, Layer, TechniqueEntry};
use super::place::{self, NoCell};
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::sorted;
use serde::Serialize;
use serde_json::Number;
use std::collections::{BTreeMap, BTreeSet};

/// Platforms that ATT&CK renamed after the Navigator's own list of renamings ends: Identity
/// Provider, Office Suite in release 16, Network Devices in 17
/// (<https://attack.mitre.org/resources/updates/>).
const PLATFORMS: [(&str, &str); 4] = [
    ("Azure AD", "Identity Provider"),
    ("Office 365", "Office Suite"),
    ("Google Workspace", "Office Suite"),
    ("Network", "Network Devices"),
];

/// What had to change, in the order of the layer's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// Techniques that others took the place of.
    pub moved: Vec<Moved>,
    /// Entries of one tactic that stand in another now.
    pub tactics: Vec<Retold>,
    /// Entries that the new release has no place for, whole, so that nothing is lost.
    pub dropped: Vec<Dropped>,
    /// Techniques that the old release did not have and no entry stands for; to look at.
    pub new: Vec<Named>,
    /// Techniques of the layer with a new name.
    pub renamed: Vec<Renamed>,
    /// Names of platforms in the filter.
    pub platforms: Vec<Renaming>,
    /// Whether the old release was at hand; without it nothing is known of new techniques and new
    /// names.
    pub compared: bool,
    /// What was noticed while reading the layer, and what had to change to write it.
    pub remarks: Vec<String>,
}

/// A technique that another took the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The old id.
    pub from: TechniqueId,
    /// The new one.
    pub to: TechniqueId,
    /// Why.
    pub reason: String,
}

/// An entry of one tactic that stands in another now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retold {
    /// The technique, by its new id.
    pub id: TechniqueId,
    /// The tactic as it was written.
    pub from: String,
    /// The short names of those in which it stands now.
    pub to: Vec<String>,
}

/// An entry that the new release has no place for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Why.
    pub reason: String,
    /// The entry.
    pub entry: TechniqueEntry,
}

/// A technique and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id.
    pub id: TechniqueId,
    /// Its name.
    pub name: String,
}

/// A technique with a new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// The id, the same in both.
    pub id: TechniqueId,
    /// The old name.
    pub from: String,
    /// The new one.
    pub to: String,
}

/// A name that is another now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Renaming {
    /// The old one.
    pub from: String,
    /// The new one.
    pub to: String,
}

/// Entries of one technique of the new release, by the id they had and, if it is another now, by
/// the tactic they had.
type Group = BTreeMap<(TechniqueId, Option<String>), Vec<(TechniqueEntry, Vec<u8>)>>;

/// Migrates a layer to the release `to`. `from` is the release it was made for, if at hand.
pub fn migrate(mut layer: Layer, from: Option<&Catalogue>, to: &Catalogue) -> (Layer, Migration) {
    let mut report = Migration { compared: from.is_some(), ..Migration::default() };
    let mut groups: BTreeMap<TechniqueIndex, Group> = BTreeMap::new();
    let mut order = Vec::new();
    for entry in std::mem::take(&mut layer.techniques.entries) {
        match cells(&entry, from, to) {
            Ok((index, tactics)) => {
                // One key for all spellings, so that no layer has more origins than there are
                // tactics.
                let left = left(&entry, &tactics, to)
                    .map(|name| name.trim().to_ascii_lowercase().replace([' ', '_'], "-"));
                let origin = (entry.technique_id, left);
                note(&mut report, &entry, index, &tactics, to);
                let group = groups.entry(index).or_default();
                if group.is_empty() {
                    order.push(index);
                }
                group.entry(origin).or_default().push((entry, tactics));
            }
            Err(reason) => report.dropped.push(Dropped { reason: reason.to_string(), entry }),
        }
    }
    for index in &order {
        if let Some(group) = groups.remove(index) {
            layer.techniques.entries.extend(settle(group, *index, to));
        }
    }
    if let Some(filters) = &mut layer.filters {
        platforms(&mut filters.platforms, to, &mut report);
    }
    if let Some(from) = from {
        compare(from, to, &order, &mut report);
    }
    layer.versions.attack = to.version.split('.').next().unwrap_or_default().to_owned();
    (layer, report)
}

/// As [`place::cells`]; a technique that left its tactic takes its entry along.
fn cells(
    entry: &TechniqueEntry,
    from: Option<&Catalogue>,
    to: &Catalogue,
) -> Result<(TechniqueIndex, Vec<u8>), NoCell> {
    let found = place::cells(entry, to);
    match &found {
        Err(NoCell::NotInTactic(..) | NoCell::NoTactic(_))
            if from.is_some_and(|from| place::cells(entry, from).is_ok()) =>
        {
            let anywhere = TechniqueEntry { tactic: None, ..entry.clone() };
            place::cells(&anywhere, to)
        }
        _ => found,
    }
}

fn shortnames(tactics: &[u8], catalogue: &Catalogue) -> Vec<String> {
    let name = |tactic: &u8| catalogue.tactics.get(usize::from(*tactic));
    tactics.iter().filter_map(name).map(|tactic| tactic.shortname.clone()).collect()
}

/// What an entry adds to the report.
fn note(
    report: &mut Migration,
    entry: &TechniqueEntry,
    index: TechniqueIndex,
    tactics: &[u8],
    to: &Catalogue,
) {
    let id = to.technique(index).id;
    if id != entry.technique_id {
        let reason = format!("revoked by {id} {}", to.technique(index).name);
        let moved = Moved { from: entry.technique_id, to: id, reason };
        if !report.moved.contains(&moved) {
            report.moved.push(moved);
        }
    }
    if let Some(from) = left(entry, tactics, to) {
        report.tactics.push(Retold { id, from, to: shortnames(tactics, to) });
    }
}

/// The tactic of an entry, if it does not stand there any more.
fn left(entry: &TechniqueEntry, tactics: &[u8], to: &Catalogue) -> Option<String> {
    let written = entry.tactic.as_ref()?;
    let stays = to.tactic_named(written).is_some_and(|tactic| tactics == [tactic]);
    (!stays).then(|| written.clone())
}

/// The entries of one technique. As they are, with new names, if all had one id and stay in their
/// tactics; otherwise cell by cell.
fn settle(group: Group, index: TechniqueIndex, to: &Catalogue) -> Vec<TechniqueEntry> {
    let technique = to.technique(index);
    if group.len() == 1 {
        let entries = group.into_values().flatten();
        return entries.flat_map(|(entry, tactics)| retold(&entry, &tactics, index, to)).collect();
    }
    let mut cells: BTreeMap<u8, TechniqueEntry> = BTreeMap::new();
    let everywhere = |entries: &Vec<(TechniqueEntry, Vec<u8>)>| {
        entries.iter().any(|(entry, _)| entry.tactic.is_none())
    };
    let is_everywhere = group.values().any(everywhere);
    for entries in group.into_values() {
        // Of one origin the later entry counts, as in the Navigator.
        let mut own: BTreeMap<u8, TechniqueEntry> = BTreeMap::new();
        for (entry, tactics) in entries {
            for tactic in tactics {
                own.insert(tactic, entry.clone());
            }
        }
        for (tactic, entry) in own {
            let entry = TechniqueEntry { technique_id: technique.id, tactic: None, ..entry };
            match cells.remove(&tactic) {
                None => cells.insert(tactic, entry),
                Some(other) => cells.insert(tactic, merged(other, entry)),
            };
        }
    }
    let is_whole = is_everywhere && cells.len() == technique.tactics.len();
    let mut entries = cells.values();
    if let Some(first) = entries.next().filter(|_| is_whole)
        && entries.all(|entry| entry == first)
    {
        return vec![first.clone()];
    }
    cells.into_iter().flat_map(|(tactic, entry)| in_tactics(&entry, &[tactic], to)).collect()
}

/// An entry under its new id, once for each new tactic if it had one.
fn retold(
    entry: &TechniqueEntry,
    tactics: &[u8],
    index: TechniqueIndex,
    to: &Catalogue,
) -> Vec<TechniqueEntry> {
    let entry = TechniqueEntry { technique_id: to.technique(index).id, ..entry.clone() };
    if entry.tactic.is_none() { vec![entry] } else { in_tactics(&entry, tactics, to) }
}

fn in_tactics(entry: &TechniqueEntry, tactics: &[u8], to: &Catalogue) -> Vec<TechniqueEntry> {
    let entry = |tactic| TechniqueEntry { tactic: Some(tactic), ..entry.clone() };
    shortnames(tactics, to).into_iter().map(entry).collect()
}

/// Two entries as one; see the head of this file.
fn merged(a: TechniqueEntry, b: TechniqueEntry) -> TechniqueEntry {
    let value = |entry: &TechniqueEntry| entry.score.as_ref().and_then(Number::as_f64);
    let (high, low) = if value(&b) > value(&a) { (b, a) } else { (a, b) };
    let mut comments = vec![high.comment];
    if !comments.contains(&low.comment) {
        comments.push(low.comment);
    }
    comments.retain(|comment| !comment.trim().is_empty());
    let mut extra = low.extra;
    extra.extend(high.extra);
    TechniqueEntry {
        technique_id: high.technique_id,
        tactic: high.tactic,
        score: high.score.or(low.score),
        color: high.color.or(low.color),
        comment: comments.join("; "),
        enabled: high.enabled || low.enabled,
        metadata: joined(high.metadata, low.metadata),
        links: joined(high.links, low.links),
        show_subtechniques: high.show_subtechniques || low.show_subtechniques,
        extra,
    }
}

/// All of the first list and what of the second is not in it.
fn joined<T: Ord>(mut first: Vec<Item<T>>, second: Vec<Item<T>>) -> Vec<Item<T>> {
    let known = sorted::set(&first);
    let is_new: Vec<bool> = second.iter().map(|item| !known.contains(item)).collect();
    first.extend(second.into_iter().zip(is_new).filter(|(_, new)| *new).map(|(item, _)| item));
    first
}

fn platforms(names: &mut Vec<String>, to: &Catalogue, report: &mut Migration) {
    for name in names.iter_mut().filter(|name| !to.platforms.contains(name)) {
        let renamed = PLATFORMS.iter().find(|(old, _)| name == old).map(|(_, new)| *new);
        if let Some(new) = renamed.filter(|new| to.platforms.iter().any(|known| known == new)) {
            report.platforms.push(Renaming { from: name.clone(), to: new.to_owned() });
            new.clone_into(name);
        }
    }
    let mut seen: BTreeSet<String> = sorted::set([]);
    names.retain(|name| seen.insert(name.clone()));
}

/// What is new and what has a new name.
fn compare(from: &Catalogue, to: &Catalogue, kept: &[TechniqueIndex], report: &mut Migration) {
    let kept = sorted::set(kept.iter().copied());
    for index in to.indices() {
        let technique = to.technique(index);
        let is_kept = kept.contains(&index);
        match from.find(technique.id) {
            None if !is_kept => {
                report.new.push(Named { id: technique.id, name: technique.name.clone() });
            }
            Some(old) if is_kept && from.technique(old).name != technique.name => {
                report.renamed.push(Renamed {
                    id: technique.id,
                    from: from.technique(old).name.clone(),
                    to: technique.name.clone(),
                });
            }
            _ => {}
        }
    }
}
