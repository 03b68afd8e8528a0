//! What cells of a layer say, for forms: of one thing only if all of them say the same.

use super::model::{Item, Layer, Link, Metadata, TechniqueEntry};
use super::place::Placement;
use super::select::Selection;
use super::show::is_annotated;
use crate::attack::TechniqueIndex;
use crate::float::float;
use serde_json::Number;

/// What cells have in common; `None` where they differ. A cell without an entry says what a blank
/// one says: nothing, and that it takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Cells of which the layer says something.
    pub annotated: usize,
    /// The score, if there is one.
    pub score: Option<Option<Number>>,
    /// The colour chosen by hand, if there is one.
    pub colour: Option<Option<String>>,
    /// The comment.
    pub comment: Option<String>,
    /// Whether they take part.
    pub enabled: Option<bool>,
    /// The links.
    pub links: Option<Vec<Item<Link>>>,
    /// The metadata.
    pub metadata: Option<Vec<Item<Metadata>>>,
}

impl Said {
    /// What these cells say in a layer whose entries are placed so; no cell says the same as a
    /// blank one.
    pub fn of(layer: &Layer, placement: &Placement, cells: &Selection) -> Self {
        let entries: Vec<Option<&TechniqueEntry>> = cells
            .iter()
            .map(|cell| layer.techniques.entries.get(*placement.cells.get(cell)?))
            .collect();
        let annotated = entries.iter().flatten().filter(|entry| is_annotated(entry)).count();
        Self {
            annotated,
            score: common(&entries, |entry| entry.and_then(|entry| entry.score.as_ref()))
                .map(Option::<&Number>::cloned),
            colour: common(&entries, |entry| entry.and_then(|entry| entry.color.as_ref()))
                .map(Option::<&String>::cloned),
            comment: common(&entries, |entry| entry.map_or("", |entry| &entry.comment))
                .map(str::to_owned),
            enabled: common(&entries, |entry| entry.is_none_or(|entry| entry.enabled)),
            links: common(&entries, |entry| entry.map_or(&[][..], |entry| &entry.links))
                .map(<[_]>::to_vec),
            metadata: common(&entries, |entry| entry.map_or(&[][..], |entry| &entry.metadata))
                .map(<[_]>::to_vec),
        }
    }
}

/// What all say, if they say the same.
fn common<'l, T: PartialEq>(
    entries: &[Option<&'l TechniqueEntry>],
    read: impl Fn(Option<&'l TechniqueEntry>) -> T,
) -> Option<T> {
    let first = read(entries.first().copied().flatten());
    entries.iter().all(|entry| read(*entry) == first).then_some(first)
}

/// What the entries of one technique say, each with the tactics in which they say so, in the order
/// of the tactics.
pub fn told<'l>(
    layer: &'l Layer,
    placement: &Placement,
    technique: TechniqueIndex,
) -> Vec<(Vec<u8>, &'l TechniqueEntry)> {
    let mut told: Vec<(Vec<u8>, &TechniqueEntry)> = Vec::new();
    let cells = (technique, u8::MIN)..=(technique, u8::MAX);
    for ((_, tactic), at) in placement.cells.range(cells) {
        let Some(entry) = layer.techniques.entries.get(*at).filter(|entry| is_annotated(entry))
        else {
            continue;
        };
        match told.iter_mut().find(|(_, other)| says_the_same(other, entry)) {
            Some((tactics, _)) => tactics.push(*tactic),
            None => told.push((vec![*tactic], entry)),
        }
    }
    told
}

fn says_the_same(one: &TechniqueEntry, other: &TechniqueEntry) -> bool {
    one.score == other.score
        && one.color == other.color
        && one.enabled == other.enabled
        && one.comment == other.comment
        && one.metadata == other.metadata
        && one.links == other.links
}

/// A score as someone types it; `None` for what is no finite number.
pub fn typed_number(text: &str) -> Option<Number> {
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(number) => Some(number.into()),
        // A comma where the keyboard has one instead of a point.
        Err(_) => Number::from_f64(float(&text.replacen(',', ".", 1))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn cell(technique: u16, tactic: u8) -> (TechniqueIndex, u8) {
        (TechniqueIndex(technique), tactic)
    }

    /// Two entries: 0 in two tactics of technique 0, 1 in the third of them and in technique 1.
    fn layer() -> (Layer, Placement) {
        let mut layer = Layer::new("x", "enterprise-attack");
        let mut one = TechniqueEntry::new("T1001".parse().expect("an id"));
        one.score = Some(5.into());
        one.comment = "same".to_owned();
        let mut other = one.clone();
        other.score = None;
        layer.techniques.entries = vec![one, other];
        let places = [(cell(0, 0), 0), (cell(0, 1), 0), (cell(0, 2), 1), (cell(1, 0), 1)];
        (layer, Placement { cells: BTreeMap::from(places), nowhere: Vec::new() })
    }

    #[test]
    fn only_what_all_say() {
        let (layer, placement) = layer();
        let of = |cells: &[(u16, u8)]| {
            let cells = cells.iter().map(|(technique, tactic)| cell(*technique, *tactic)).collect();
            Said::of(&layer, &placement, &cells)
        };
        let same = of(&[(0, 0), (0, 1)]);
        assert_eq!((same.annotated, same.score), (2, Some(Some(5.into()))));
        let mixed = of(&[(0, 0), (0, 2)]);
        assert_eq!(mixed.score, None, "one has none");
        assert_eq!((mixed.comment.as_deref(), mixed.colour), (Some("same"), Some(None)));
        let with_blank = of(&[(0, 0), (7, 0)]);
        assert_eq!((with_blank.annotated, with_blank.comment), (1, None));
        assert_eq!((with_blank.enabled, with_blank.links), (Some(true), Some(Vec::new())));
        assert_eq!(of(&[]).score, Some(None), "no cell is a blank one");
    }

    #[test]
    fn tactics_that_say_the_same_stand_together() {
        let (layer, placement) = layer();
        let told = told(&layer, &placement, TechniqueIndex(0));
        let tactics: Vec<&[u8]> = told.iter().map(|(tactics, _)| tactics.as_slice()).collect();
        assert_eq!(tactics, [&[0, 1][..], &[2]]);
    }

    #[test]
    fn numbers_as_typed() {
        assert_eq!(typed_number(" 80 "), Some(80.into()));
        assert_eq!(typed_number("-3"), Some((-3).into()));
        assert_eq!(typed_number("1,5"), Number::from_f64(1.5));
        for none in ["", "x", "inf", "NaN", "1e999", "1.2.3"] {
            assert_eq!(typed_number(none), None, "{none}");
        }
    }
}
