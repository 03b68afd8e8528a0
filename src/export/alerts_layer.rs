//! Alerts as a layer: counts as scores.

use super::layer_json::{LayerOptions, titles};
use crate::alerts::{Alerts, ShadingScale};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::coverage::detections::{Blank, CellAlerts, Detections};
use crate::heatmap::wording::{plain, plain_up_to};
use crate::heatmap::{
    AlertLook, AlertPainter, Theme, alert_label, filters_in_words, scale_in_words, window_in_words,
};
use crate::layer::{Item, Layer, LegendItem, Metadata, TechniqueEntry};
use crate::rule::Intake;

/// Longest name, description and metadata value, in characters.
const LONGEST: usize = 2000;

/// What an export of alerts is about. All must belong together.
#[derive(Clone, Copy, Debug)]
pub struct AlertsOf<'r> {
    /// Of the coverage.
    pub catalogue: &'r Catalogue,
    /// The rules' coverage.
    pub coverage: &'r Coverage,
    /// The rules.
    pub intake: &'r Intake,
    /// All alerts.
    pub alerts: &'r Alerts,
    /// What was made of them.
    pub detections: &'r Detections,
}

impl AlertsOf<'_> {
    /// What alerts say of a technique.
    pub(super) fn cell(&self, index: TechniqueIndex) -> CellAlerts {
        CellAlerts::of(self.catalogue, self.coverage, self.detections, index)
    }

    /// When the alerts are from, in words.
    pub(super) fn window(&self) -> String {
        let window = self.detections.selection.window.map(window_in_words);
        let span = || self.alerts.span().map(|(first, last)| format!("{first} to {last}"));
        window.or_else(span).unwrap_or_else(|| "no alerts".to_owned())
    }
}

/// A layer with an entry for every technique in scope that has an alert on exactly it; the score is
/// their number. A technique that a rule covers and that has none, not even on a sub-technique, has
/// an entry without a score, so that it keeps the ground's colour and its comment says why. Scores
/// are coloured by the gradient, which is linear; on another scale each entry has its own colour.
pub fn layer(of: &AlertsOf<'_>, scale: ShadingScale, options: &LayerOptions) -> Layer {
    let AlertsOf { catalogue, coverage, detections, .. } = *of;
    let look = AlertLook { scale, ..AlertLook::default() };
    let palette = &options.palette;
    let painter = AlertPainter::new(catalogue, coverage, detections, look, palette, Theme::Light);
    let default_name =
        format!("Alerts {} ATT&CK {} {}", catalogue.domain.name(), catalogue.version, of.window());
    let name = plain_up_to(&options.name, LONGEST);
    let name = if name.is_empty() { plain(&default_name) } else { name };
    let mut layer = Layer::new(&name, catalogue.domain.as_str());
    layer.versions.attack = super::layer_json::major(&catalogue.version);
    layer.description = plain_up_to(&options.description, LONGEST);
    layer.layout.expanded_subtechniques = "annotated";
    let mut shown = Vec::new();
    for index in catalogue.indices().filter(|index| coverage.technique(*index).in_scope) {
        let cell = painter.facts(index);
        let is_silent = cell.blank == Some(Blank::NoMatch);
        if cell.count.own == 0 && !is_silent {
            continue;
        }
        let technique = coverage.technique(index);
        let rules = titles(of.intake, technique.covering()).join("; ");
        let between = if rules.is_empty() { "" } else { ": " };
        let fill = painter.cell(catalogue, coverage, index).fill;
        let fill = fill.filter(|_| scale != ShadingScale::Linear).map(|fill| fill.to_string());
        layer.techniques.entries.push(TechniqueEntry {
            score: (cell.count.own > 0).then(|| cell.count.own.into()),
            color: fill,
            comment: format!("{}{between}{rules}", alert_label(&cell, technique)),
            show_subtechniques: cell.subs_seen > 0,
            ..TechniqueEntry::new(catalogue.technique(index).id)
        });
        if cell.count.own > 0 {
            shown.push(index);
        }
    }
    let legend = painter.legend(catalogue, coverage, (palette, Theme::Light), shown);
    layer.legend_items = legend
        .into_iter()
        .filter_map(|entry| {
            let color = entry.sample.fill?.to_string();
            Some(LegendItem { label: format!("{} ({})", entry.label, entry.count), color })
        })
        .collect();
    layer.gradient.colors = palette.stops().iter().map(ToString::to_string).collect();
    layer.gradient.max_value = painter.shading().highest().max(1).into();
    layer.metadata = metadata(of, scale, painter.shading().highest(), options)
        .into_iter()
        .map(|(name, value)| {
            Item::Of(Metadata { name: name.to_owned(), value: plain_up_to(&value, LONGEST) })
        })
        .collect();
    layer
}

fn metadata(
    of: &AlertsOf<'_>,
    scale: ShadingScale,
    highest: u32,
    options: &LayerOptions,
) -> Vec<(&'static str, String)> {
    let AlertsOf { catalogue, detections, .. } = *of;
    let volume = &detections.volume;
    let mut said = vec![
        ("made with", format!("Coverlay {}", env!("CARGO_PKG_VERSION"))),
        ("date", options.date.to_string()),
        ("ATT&CK", format!("{} {}", catalogue.domain.name(), plain(&catalogue.version))),
        ("window", of.window()),
        ("alerts", volume.alerts.to_string()),
        ("alerts with a technique", volume.placed.to_string()),
        (
            "counting",
            "A score counts the alerts on exactly this technique; those on its sub-techniques are theirs."
                .to_owned(),
        ),
        ("shades", scale_in_words(scale, highest)),
    ];
    if let Some(before) = &detections.before {
        said.push(("alerts in the window before", before.alerts.to_string()));
    }
    let filters = filters_in_words(&detections.selection).into_iter();
    said.extend(filters.map(|filter| ("filter", filter)));
    said
}
