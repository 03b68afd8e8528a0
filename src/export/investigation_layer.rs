//! An investigation as a layer: what was picked and what may come next, told apart by colour,
//! legend and comment.

use super::investigation_md::{InvestigationOf, gap, names, number};
use crate::attack::TechniqueId;
use crate::heatmap::wording::{plain, plain_up_to};
use crate::investigate::{NEXT_CONVENTION, NextStep, SeenTechnique};
use crate::layer::{Item, Layer, LegendItem, Metadata, TechniqueEntry};

/// Longest name, comment and metadata value, in characters.
const LONGEST: usize = 2000;

/// What an entry is, and its colour: steps of the ramps of alerts, coverage and priority
/// (`heatmap/palette.rs`), which stay apart for the colour-blind.
const PICKED: (&str, &str) = ("picked", "#f3b45a");
const NEXT_SEEN: (&str, &str) = ("likely next, a rule names it", "#7fb0dc");
const NEXT_UNSEEN: (&str, &str) = ("likely next, not covered", "#9173c0");

/// The layer. Entries have no score: a colour by hand is stronger, and what ranks likely next
/// techniques is no coverage.
pub fn layer(of: &InvestigationOf<'_>, name: &str) -> Layer {
    let catalogue = of.asked.catalogue;
    let default_name =
        format!("Investigation {} ATT&CK {}", catalogue.domain.name(), catalogue.version);
    let name = plain_up_to(name, LONGEST);
    let name = if name.is_empty() { plain_up_to(&default_name, LONGEST) } else { name };
    let mut layer = Layer::new(&name, catalogue.domain.as_str());
    layer.versions.attack = super::layer_json::major(&catalogue.version);
    layer.description = plain_up_to(&of.asked.pick.sentence(), LONGEST);
    layer.layout.expanded_subtechniques = "annotated";
    let picked = of.found.extent.techniques.iter();
    let mut entries: Vec<TechniqueEntry> = picked
        .map(|each| entry(catalogue.technique(each.technique).id, PICKED.1, &of.picked(each)))
        .collect();
    let mut counts = [entries.len(), 0, 0];
    for (step, rank) in of.next().iter().zip(1..) {
        let is_unseen = step.outlook.is_uncovered();
        counts[if is_unseen { 2 } else { 1 }] += 1;
        let color = if is_unseen { NEXT_UNSEEN.1 } else { NEXT_SEEN.1 };
        let comment = of.likely(step, rank);
        entries.push(entry(catalogue.technique(step.technique).id, color, &comment));
    }
    crate::sorted::sort_by(&mut entries, |a, b| a.technique_id.cmp(&b.technique_id));
    layer.techniques.entries = entries;
    layer.legend_items = [PICKED, NEXT_SEEN, NEXT_UNSEEN]
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|((label, color), count)| LegendItem {
            label: format!("{label} ({count})"),
            color: color.to_owned(),
        })
        .collect();
    let next = &of.found.next;
    layer.metadata = [
        ("made with", format!("Coverlay {}", env!("CARGO_PKG_VERSION"))),
        ("date", of.date.to_string()),
        ("ATT&CK", format!("{} {}", catalogue.domain.name(), plain(&catalogue.version))),
        ("investigated", of.asked.pick.sentence()),
        ("alerts", of.found.rows.len().to_string()),
        ("likely next", format!("{} of {}", of.next().len(), next.steps.len())),
        ("likely next techniques", NEXT_CONVENTION.to_owned()),
        ("weights", of.asked.policy.sentence()),
        ("scoring", of.scoring.sentence()),
    ]
    .into_iter()
    .map(|(name, value)| {
        Item::Of(Metadata { name: name.to_owned(), value: plain_up_to(&value, LONGEST) })
    })
    .collect();
    layer
}

fn entry(id: TechniqueId, color: &str, comment: &str) -> TechniqueEntry {
    TechniqueEntry {
        color: Some(color.to_owned()),
        comment: plain_up_to(comment, LONGEST),
        ..TechniqueEntry::new(id)
    }
}

impl InvestigationOf<'_> {
    fn picked(&self, each: &SeenTechnique) -> String {
        let typed = if each.is_typed { "; typed" } else { "" };
        match each.seen {
            None => "Picked: typed".to_owned(),
            Some(seen) => format!(
                "Picked: {}, first {}, last {}{typed}",
                number(seen.alerts as usize, "alert"),
                seen.first,
                seen.last
            ),
        }
    }

    fn likely(&self, step: &NextStep, rank: usize) -> String {
        let catalogue = self.asked.catalogue;
        format!(
            "Likely next #{rank}, no forecast: {} By: {}. Its tactics: {}. Would one see it: {}; {}.",
            step.because.sentence(catalogue),
            names(catalogue, &step.because.supporters),
            step.standing.label(),
            step.outlook.answer(),
            gap(&step.outlook),
        )
    }
}
