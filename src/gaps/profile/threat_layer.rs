//! A layer as a threat.

use super::ThreatTechnique;
use crate::attack::TechniqueId;
use crate::layer::{self, Layer};
use serde_json::Number;
use std::collections::BTreeMap;

/// The techniques a layer names as a threat: its annotated entries that are not disabled (all
/// entries, where none says anything), each id once with its highest score. A score of 0 or less
/// says "not".
pub fn threat_of(layer: &Layer) -> Vec<ThreatTechnique> {
    let mut found: BTreeMap<TechniqueId, Option<f64>> = BTreeMap::new();
    let is_bare = !layer.techniques.entries.iter().any(layer::is_annotated);
    for entry in &layer.techniques.entries {
        let score = entry.score.as_ref().and_then(Number::as_f64).filter(|score| score.is_finite());
        let says_not = score.is_some_and(|score| score <= 0.0);
        if !entry.enabled || says_not || !(is_bare || layer::is_annotated(entry)) {
            continue;
        }
        let known = found.entry(entry.technique_id).or_insert(score);
        *known = match (*known, score) {
            (Some(known), Some(score)) => Some(known.max(score)),
            (known, score) => known.or(score),
        };
    }
    found.into_iter().map(|(technique, score)| ThreatTechnique { technique, score }).collect()
}
