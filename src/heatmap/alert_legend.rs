//! The legend of alerts: every look on screen, what it means, and how many cells have it.

use super::alert_paint::AlertPainter;
use super::legend::{LegendKind, legend};
use super::paint::{CellPaint, LowerEdge};
use super::palette::Palette;
use super::wording::grouped;
use super::{HatchPattern, Theme};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::Coverage;
use crate::coverage::detections::Blank;
use std::collections::BTreeMap;

/// Up to so many different counts, each has its own entry; beyond, they share fifths of the shades.
const MOST_COUNTS: usize = 5;

/// One line of the legend of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertLegendEntry {
    /// In words, for example `12–40 alerts`.
    pub label: String,
    /// Distinct techniques shown that look so.
    pub count: usize,
    /// A cell that looks so.
    pub sample: CellPaint,
    /// What such a cell says beside its colour: `▲`, `(n)`; may be empty.
    pub sign: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    NoRule,
    NoMatch,
    /// From and to.
    Alerts(u32, u32),
    OnSubTechniques,
    LowerEdge,
    More,
    AsMany,
    Fewer,
    NotObservable,
}

impl AlertPainter {
    /// The legend of the techniques in `shown` that are in scope; each counts once, however many
    /// columns it stands in. Only what occurs has an entry. Of two-part cells first what the rules'
    /// colours and marks mean.
    pub fn legend(
        &self,
        catalogue: &Catalogue,
        coverage: &Coverage,
        (palette, theme): (&Palette, Theme),
        shown: impl IntoIterator<Item = TechniqueIndex>,
    ) -> Vec<AlertLegendEntry> {
        let shown = shown.into_iter().filter(|index| coverage.technique(*index).in_scope);
        let shown: Vec<TechniqueIndex> = crate::sorted::set(shown).into_iter().collect();
        let mut entries = Vec::new();
        if self.look.with_rules {
            let rules = legend(catalogue, coverage, palette, theme, shown.iter().copied());
            let rules = rules.into_iter().filter(|entry| entry.kind != LegendKind::NotObservable);
            entries.extend(rules.map(|entry| AlertLegendEntry {
                label: entry.label,
                count: entry.count,
                sample: entry.sample,
                sign: "",
            }));
        }
        let bands = self.bands(&shown);
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut count = |kind| *counts.entry(kind).or_default() += 1;
        for index in shown {
            let facts = self.facts(index);
            let paint = self.cell(catalogue, coverage, index);
            match (facts.count.own, facts.blank) {
                (0, None) => count(Kind::OnSubTechniques),
                (0, Some(Blank::NoMatch)) => count(Kind::NoMatch),
                // The rules' own legend says so.
                (0, Some(Blank::NoRule)) if self.look.with_rules => {}
                (0, Some(Blank::NoRule)) => count(Kind::NoRule),
                (own, _) => {
                    let band = bands.iter().find(|(from, to)| (*from..=*to).contains(&own));
                    let (from, to) = band.copied().unwrap_or((own, own));
                    count(Kind::Alerts(from, to));
                }
            }
            if paint.lower_edge.is_some() && !self.look.with_rules {
                count(Kind::LowerEdge);
            }
            if paint.hatch.is_some_and(|hatch| hatch.pattern == HatchPattern::Crossed) {
                count(Kind::NotObservable);
            }
            match facts.difference().filter(|_| self.compares) {
                Some(1..) => count(Kind::More),
                Some(0) if facts.shown() > 0 => count(Kind::AsMany),
                Some(..0) => count(Kind::Fewer),
                Some(0) | None => {}
            }
        }
        entries.extend(counts.into_iter().map(|(kind, count)| self.entry(kind, count)));
        entries
    }

    /// The counts that share an entry, from and to.
    fn bands(&self, shown: &[TechniqueIndex]) -> Vec<(u32, u32)> {
        let counts = shown.iter().map(|index| self.facts(*index).count.own);
        let counts: Vec<u32> =
            crate::sorted::set(counts.filter(|count| *count > 0)).into_iter().collect();
        if counts.len() <= MOST_COUNTS {
            return counts.into_iter().map(|count| (count, count)).collect();
        }
        let fifth = |count: u32| (self.shading.shade(count).max(1) - 1) / 20;
        let bands = counts.chunk_by(|a, b| fifth(*a) == fifth(*b));
        bands.filter_map(|band| Some((*band.first()?, *band.last()?))).collect()
    }

    fn entry(&self, kind: Kind, count: usize) -> AlertLegendEntry {
        let empty = self.empty();
        let ink = self.tokens.ink;
        let noted = CellPaint { text: ink, ..empty };
        let (label, sample, sign) = match kind {
            Kind::NoRule => ("no rule, no alert".to_owned(), empty, ""),
            Kind::NoMatch => {
                let hatch = Some(self.no_match(None, ink));
                ("a rule, but no alert".to_owned(), CellPaint { hatch, ..noted }, "")
            }
            Kind::Alerts(from, to) => {
                let alerts = match (from, to) {
                    (1, 1) => "1 alert".to_owned(),
                    (from, to) if from == to => format!("{} alerts", grouped(from as usize)),
                    (from, to) => {
                        format!("{}–{} alerts", grouped(from as usize), grouped(to as usize))
                    }
                };
                // A band of a sample would be three pixels.
                let label = if self.look.with_rules { format!("band: {alerts}") } else { alerts };
                let shade = self.shading.shade(from).midpoint(self.shading.shade(to));
                (label, self.filled(shade), "")
            }
            Kind::OnSubTechniques => {
                let edge = LowerEdge { colour: self.at(100), covered: 3, total: 5 };
                let sample = match self.look.with_rules {
                    true => noted,
                    false => CellPaint { lower_edge: Some(edge), via_subtechnique: true, ..noted },
                };
                let sign = if self.look.with_rules { "(n)" } else { "" };
                ("alerts on sub-techniques only, in brackets".to_owned(), sample, sign)
            }
            Kind::LowerEdge => {
                let colour = self.tokens.muted;
                let edge = LowerEdge { colour, covered: 3, total: 5 };
                let sample = CellPaint { lower_edge: Some(edge), ..empty };
                ("edge: share of sub-techniques with alerts".to_owned(), sample, "")
            }
            Kind::More => ("more than in the window before".to_owned(), noted, "▲"),
            Kind::AsMany => ("as many as in the window before".to_owned(), noted, "="),
            Kind::Fewer => ("fewer than in the window before".to_owned(), noted, "▼"),
            Kind::NotObservable => {
                let hatch = Some(self.crossed(ink));
                ("not observable (PRE)".to_owned(), CellPaint { hatch, ..empty }, "")
            }
        };
        AlertLegendEntry { label, count, sample, sign }
    }
}
