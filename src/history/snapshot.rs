//! One moment.

use super::when::{NoDate, When};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState};
use crate::date::Date;
use crate::layer::{Covered, Item, Layer, Standing, Totals};

/// What was covered at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When.
    pub at: When,
    /// What it is called; a layer's own name, or the moment.
    pub name: String,
    /// Which techniques are covered, with which scores.
    pub standing: Standing,
    /// How many of how many.
    pub totals: Totals,
}

/// What has no place in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undated {
    /// What it is called.
    pub name: String,
    /// Why it has none.
    pub reason: NoDate,
}

/// Metadata that tell when a layer was made, the most telling first.
const DATES: [&str; 3] = ["date", "created", "generated"];

impl Snapshot {
    /// Of a layer. Its moment is told by its metadata, else by its name, else by the name of its
    /// file; `in_scope` says which techniques count.
    ///
    /// # Errors
    /// If nothing tells its moment.
    pub fn of_layer(
        layer: &Layer,
        file: &str,
        catalogue: &Catalogue,
        in_scope: &dyn Fn(TechniqueIndex) -> bool,
    ) -> Result<Self, Undated> {
        let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let name = if layer.name.trim().is_empty() { stem } else { &layer.name };
        let at = dated(layer)
            .map(|date| Ok(When::Day(date)))
            .unwrap_or_else(|| match When::of_name(&layer.name) {
                Err(NoDate::None) => When::of_name(stem),
                told => told,
            })
            .map_err(|reason| Undated { name: name.to_owned(), reason })?;
        let standing = Standing::of_layers(std::slice::from_ref(layer), catalogue);
        let totals = standing.totals(catalogue, in_scope);
        Ok(Self { at, name: name.to_owned(), standing, totals })
    }

    /// Of rules, whose coverage comes from `catalogue`.
    pub fn of_coverage(at: When, name: String, coverage: &Coverage, catalogue: &Catalogue) -> Self {
        let summary = &coverage.summary;
        let totals = Totals {
            overall: Covered {
                covered: summary.techniques_covered,
                total: summary.techniques_total,
            },
            tactics: coverage
                .tactics
                .iter()
                .map(|tactic| Covered {
                    covered: tactic.techniques_covered,
                    total: tactic.techniques_total,
                })
                .collect(),
        };
        Self { at, name, standing: standing(coverage, catalogue, catalogue), totals }
    }
}

/// The date in a layer's metadata.
fn dated(layer: &Layer) -> Option<Date> {
    DATES.iter().find_map(|wanted| {
        layer.metadata.iter().find_map(|item| match item {
            Item::Of(metadata) if metadata.name.trim().eq_ignore_ascii_case(wanted) => {
                Date::read(&metadata.value)
            }
            _ => None,
        })
    })
}

/// What rules cover directly, with the scores; their coverage comes from `from`, the answer is
/// for `to`, which may be another release.
pub fn standing(coverage: &Coverage, from: &Catalogue, to: &Catalogue) -> Standing {
    let covered = from.indices().filter_map(|index| {
        let technique = coverage.technique(index);
        let score = technique.score.map(|score| f64::from(score.get()));
        let is_direct = technique.state == TechniqueState::Direct;
        is_direct.then(|| (from.technique(index).id, score))
    });
    Standing::new(covered, to)
}
