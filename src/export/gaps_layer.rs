//! The gaps as a layer: priorities as scores.

use super::gaps_json::GapsOf;
use super::layer_json::LayerOptions;
use crate::heatmap::wording::{plain, plain_up_to};
use crate::layer::{Item, Layer, Metadata, TechniqueEntry};

/// Longest name, description and metadata value, in characters.
const LONGEST: usize = 2000;

/// A layer with an entry for every gap that is written. The score is its priority as a share of
/// the highest, 0 to 100 and whole (the Navigator stumbles over fractions, MITRE's library cuts
/// them off; below 0 no gradient begins); the comment has the sum.
pub fn layer(of: &GapsOf<'_>, options: &LayerOptions) -> Layer {
    let catalogue = of.catalogue;
    let heat = of.list.heat();
    let default_name =
        format!("Gaps {} ATT&CK {} {}", catalogue.domain.name(), catalogue.version, options.date);
    let name = plain_up_to(&options.name, LONGEST);
    let name = if name.is_empty() { plain(&default_name) } else { name };
    let mut layer = Layer::new(&name, catalogue.domain.as_str());
    layer.versions.attack = super::layer_json::major(&catalogue.version);
    layer.description = plain_up_to(&options.description, LONGEST);
    layer.layout.expanded_subtechniques = "annotated";
    let mut gaps: Vec<_> = of.gaps.iter().collect();
    crate::sorted::sort_by(&mut gaps, |a, b| a.technique.cmp(&b.technique));
    layer.techniques.entries = gaps
        .into_iter()
        .map(|gap| {
            let one = of.list.assessment(gap.technique);
            let failed = if one.test_failed { ", test failed" } else { "" };
            let score = heat.get(usize::from(gap.technique.0)).copied().flatten();
            TechniqueEntry {
                score: score.map(Into::into),
                comment: format!(
                    "#{} {}{failed}: {}",
                    gap.rank,
                    gap.state.as_str(),
                    one.terms.arithmetic()
                ),
                ..TechniqueEntry::new(catalogue.technique(gap.technique).id)
            }
        })
        .collect();
    layer.gradient.colors = options.palette.stops().iter().map(ToString::to_string).collect();
    layer.gradient.max_value = 100.into();
    layer.metadata = [
        ("made with", format!("Coverlay {}", env!("CARGO_PKG_VERSION"))),
        ("date", options.date.to_string()),
        ("ATT&CK", format!("{} {}", catalogue.domain.name(), plain(&catalogue.version))),
        ("gaps", of.list.gaps.len().to_string()),
        ("priority", of.list.policy.sentence()),
        ("frequency", of.list.threat.sentence()),
        ("scoring", of.scoring.sentence()),
    ]
    .into_iter()
    .map(|(name, value)| {
        Item::Of(Metadata { name: name.to_owned(), value: plain_up_to(&value, LONGEST) })
    })
    .collect();
    layer
}
