//! Several layers to one, by an expression over their scores (reference 2.8).
//!
//! A layer without a score in a cell counts as 0 there; where none of the layers that occur in
//! the expression has one, the result has none. An expression without a layer scores every cell.

use super::expression::{Expression, layer_letter};
use super::model::{Extra, Gradient, Layer, TechniqueEntry};
use super::numbers::{SMALL_SPAN, rounded};
use super::place::{Cell, Placement};
use crate::attack::{Catalogue, TechniqueIndex};
use serde_json::Number;
use std::collections::BTreeMap;

/// Larger scores are no scores, and would not survive being written.
const LARGEST: f64 = 1e9;
/// Characters of a layer's name in the description of what was made from it.
const LONGEST_NAME: usize = 200;
/// The Navigator's "transparent to blue", its choice for results of 0 and 1.
const YES_NO: [&str; 2] = ["#ffffff", "#66b1ff"];

/// A layer made from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combined {
    /// The layer.
    pub layer: Layer,
    /// Cells without a result, because it is not finite or beyond a billion.
    pub no_result: usize,
}

/// Combines layers on one release. `text` is the expression as written, for the description.
pub fn combine(
    expression: &Expression,
    text: &str,
    layers: &[Layer],
    name: &str,
    catalogue: &Catalogue,
) -> Combined {
    let (mut results, no_result) = results(expression, layers, catalogue);
    let bounds = round(&mut results);
    let gradient = match bounds {
        Some((min, max)) if [min, max].iter().all(|end| *end == 0.0 || *end == 1.0) => Gradient {
            colors: YES_NO.map(str::to_owned).to_vec(),
            min_value: 0.into(),
            max_value: 1.into(),
            extra: Extra::new(),
        },
        Some((min, max)) if min < max => Gradient {
            min_value: number(min.floor()),
            max_value: number(max.ceil()),
            ..first_gradient(layers)
        },
        _ => first_gradient(layers),
    };
    let named = expression.used().iter().filter_map(|at| {
        let name = layers.get(*at)?.name.chars().take(LONGEST_NAME).collect::<String>();
        Some(format!("{}: {name}", layer_letter(*at)))
    });
    let description = format!("{text} ({})", named.collect::<Vec<_>>().join(", "));
    let mut layer = Layer::new(name, catalogue.domain.as_str());
    layer.versions.attack = catalogue.version.split('.').next().unwrap_or_default().to_owned();
    layer.description = description;
    layer.layout.expanded_subtechniques = "annotated";
    layer.techniques.entries = entries(results, catalogue);
    layer.gradient = gradient;
    Combined { layer, no_result }
}

fn first_gradient(layers: &[Layer]) -> Gradient {
    layers.first().map(|layer| layer.gradient.clone()).unwrap_or_default()
}

/// The result of each cell that has one, and how many have none that could be written.
fn results(
    expression: &Expression,
    layers: &[Layer],
    catalogue: &Catalogue,
) -> (BTreeMap<Cell, f64>, usize) {
    let placed: Vec<Placement> =
        layers.iter().map(|layer| Placement::of(layer, catalogue)).collect();
    let score = |at: usize, cell: &Cell| {
        let entry = placed.get(at)?.cells.get(cell)?;
        layers.get(at)?.techniques.entries.get(*entry)?.score.as_ref()?.as_f64()
    };
    let mut results = BTreeMap::new();
    let mut no_result = 0;
    let mut scores = vec![0.0; layers.len()];
    for index in catalogue.indices() {
        for tactic in &catalogue.technique(index).tactics {
            let cell = (index, *tactic);
            let mut has_score = expression.used().is_empty();
            for at in expression.used() {
                let found = score(*at, &cell);
                has_score |= found.is_some();
                if let Some(place) = scores.get_mut(*at) {
                    *place = found.unwrap_or(0.0);
                }
            }
            if !has_score {
                continue;
            }
            let result = expression.value(&scores);
            if result.is_finite() && result.abs() <= LARGEST {
                results.insert(cell, result);
            } else {
                no_result += 1;
            }
        }
    }
    (results, no_result)
}

/// Rounds the results, to two digits where they lie close together (those are written a hundred
/// times as large); gives back the lowest and the highest.
fn round(results: &mut BTreeMap<Cell, f64>) -> Option<(f64, f64)> {
    let bounds = |results: &BTreeMap<Cell, f64>| {
        let first = results.values().next().copied()?;
        Some(
            results
                .values()
                .fold((first, first), |(min, max), value| (min.min(*value), max.max(*value))),
        )
    };
    let (min, max) = bounds(results)?;
    let digits = if max - min < SMALL_SPAN { 100.0 } else { 1.0 };
    for value in results.values_mut() {
        *value = rounded(*value * digits) / digits;
    }
    bounds(results)
}

fn number(value: f64) -> Number {
    Number::from_f64(value).map_or_else(|| 0.into(), super::fields::whole)
}

/// One entry for a technique with the same result in all its tactics, else one for each.
fn entries(results: BTreeMap<Cell, f64>, catalogue: &Catalogue) -> Vec<TechniqueEntry> {
    let mut by_technique: BTreeMap<TechniqueIndex, Vec<(u8, f64)>> = BTreeMap::new();
    for ((index, tactic), value) in results {
        by_technique.entry(index).or_default().push((tactic, value));
    }
    let mut entries = Vec::new();
    for (index, values) in by_technique {
        let technique = catalogue.technique(index);
        let entry = |tactic: Option<u8>, value| TechniqueEntry {
            tactic: tactic
                .and_then(|at| catalogue.tactics.get(usize::from(at)))
                .map(|tactic| tactic.shortname.clone()),
            score: Some(number(value)),
            ..TechniqueEntry::new(technique.id)
        };
        let first = values.first().map(|(_, value)| *value);
        let is_same = values.iter().all(|(_, value)| Some(*value) == first);
        match first {
            Some(value) if is_same && values.len() == technique.tactics.len() => {
                entries.push(entry(None, value));
            }
            _ => entries.extend(values.iter().map(|(tactic, value)| entry(Some(*tactic), *value))),
        }
    }
    entries
}
