//! One's coverage made for sharing, and for being compared with: ids and scores as a layer. No
//! titles, comments, paths, names, weights or metadata, and no date finer than the quarter.

use super::layer_json::major;
use crate::attack::Catalogue;
use crate::coverage::{Coverage, TechniqueState};
use crate::date::Date;
use crate::heatmap::{Palette, PaletteName, Theme};
use crate::layer::{Layer, TechniqueEntry};

/// What a covered technique is given that has no score, or 0: readers take 0 for not covered.
const LEAST: u32 = 1;

/// The layer. Its entries are the techniques and sub-techniques in scope that a counted rule names,
/// by id; what is covered only via sub-techniques follows from these. Its bytes depend on nothing
/// but them, the release, the policy's scale and the quarter.
pub fn layer(catalogue: &Catalogue, coverage: &Coverage, today: Date) -> Layer {
    let name = format!("Coverage Q{} {}", today.quarter(), today.year());
    let mut layer = Layer::new(&name, catalogue.domain.as_str());
    layer.versions.attack = major(&catalogue.version);
    layer.description = "Ids and scores only, for comparison.".to_owned();
    let palette = Palette::new(PaletteName::default(), Theme::Light);
    layer.gradient.colors = palette.stops().iter().map(ToString::to_string).collect();
    layer.gradient.max_value = coverage.scale.top.max(1).into();
    let named = catalogue.indices().zip(&coverage.techniques);
    let named = named.filter(|(_, c)| c.in_scope && c.state == TechniqueState::Direct);
    layer.techniques.entries = named
        .map(|(index, cover)| TechniqueEntry {
            score: Some(cover.score.map_or(LEAST, |score| score.get().max(LEAST)).into()),
            ..TechniqueEntry::new(catalogue.technique(index).id)
        })
        .collect();
    // A top that the Navigator fails on is moved.
    layer.for_navigator(None, false).0
}
