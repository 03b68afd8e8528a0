//! What stands around the cells: the heads of the columns, and how the matrix as a whole looks.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::heatmap::{Rgb, short};
use crate::layer::LayerRow;
use crate::web::changes::Compared;
use crate::web::detections::{Asked, Detecting, Seen};
use crate::web::state::AppState;
use crate::web::view::numbers::percent;
use leptos::prelude::*;
use std::sync::Arc;

/// The numbers above a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    /// Nothing of the tactic is shown.
    pub(super) is_empty: bool,
    /// `12 of 34`
    pub(super) of: String,
    /// The same in percent.
    pub(super) percent: String,
    /// The same for the bar, 0 to 100.
    pub(super) share: f64,
}

impl Head {
    fn new(some: usize, total: usize) -> Self {
        Self {
            is_empty: total == 0,
            of: format!("{some} of {total}"),
            percent: percent(some, total),
            share: if total == 0 { 0.0 } else { some as f64 * 100.0 / total as f64 },
        }
    }

    /// Of a tactic between two states: `12 → 14 of 34`.
    fn of_change(tactic: &crate::layer::TacticChange) -> Self {
        let counts = tactic.techniques;
        let head = Self::new(counts.to, counts.total);
        let sign = match counts.to.cmp(&counts.from) {
            std::cmp::Ordering::Less => "−",
            std::cmp::Ordering::Equal => return head,
            std::cmp::Ordering::Greater => "+",
        };
        Self { percent: format!("{sign}{}", counts.to.abs_diff(counts.from)), ..head }
    }

    /// Of alerts: techniques with one on them or a sub-technique, and how many alerts.
    fn of_alerts(tactic: usize, seen: &Seen) -> Self {
        let Asked { catalogue, coverage, .. } = &seen.asked;
        let volume = &seen.detections.volume;
        let in_scope = |index: &TechniqueIndex| coverage.technique(*index).in_scope;
        let all: Vec<_> = catalogue.column(tactic).into_iter().filter(in_scope).collect();
        let has = all.iter().filter(|index| volume.with_sub_techniques(**index) > 0).count();
        let alerts = volume.tactics.get(tactic).copied().unwrap_or_default();
        Self { percent: short(alerts), ..Self::new(has, all.len()) }
    }

    /// Of a layer: visible techniques, and how many of them have a score or a colour.
    fn of_layer(rows: &[LayerRow], has_colour: impl Fn(&LayerRow) -> bool) -> Self {
        let visible = || rows.iter().filter(|row| row.cell.visible);
        Self::new(visible().filter(|row| has_colour(row)).count(), visible().count())
    }
}

/// The heads of all columns; none while what is shown belongs to another release.
pub(super) fn heads(
    catalogue: Arc<Catalogue>,
    changes: Option<Memo<Option<Arc<Compared>>>>,
) -> Memo<Arc<Vec<Head>>> {
    let state = AppState::get();
    let detecting = Detecting::get();
    let compute = move || {
        if let Some(compared) = changes {
            let compared = compared.get();
            let tactics = compared.iter().flat_map(|compared| &compared.comparison.tactics);
            return tactics.map(Head::of_change).collect();
        }
        if let Some(shown) = state.shown_layer.get() {
            let entries = &shown.open.layer.techniques.entries;
            let has_colour = |row: &LayerRow| {
                let entry = row.cell.entry.and_then(|at| entries.get(at));
                let by_hand = entry.is_some_and(|entry| entry.color.is_some());
                row.cell.enabled && (by_hand || row.cell.shown_score().is_some())
            };
            let columns = shown.matrix.columns.iter();
            return columns.map(|rows| Head::of_layer(rows, has_colour)).collect();
        }
        if let Some(painted) = detecting.painted.get() {
            let of = &painted.seen.asked;
            if !Arc::ptr_eq(&of.catalogue, &catalogue) {
                return Vec::new();
            }
            let heads = 0..catalogue.tactics.len();
            return heads.map(|tactic| Head::of_alerts(tactic, &painted.seen)).collect();
        }
        state.coverage.with(|coverage| {
            let Some(coverage) = coverage else { return Vec::new() };
            if coverage.techniques.len() != catalogue.techniques.len() {
                return Vec::new();
            }
            let says_nothing = coverage.summary.says_nothing();
            let head = |tactic: &crate::coverage::TacticCoverage| {
                let head = Head::new(tactic.techniques_covered, tactic.techniques_total);
                match says_nothing {
                    true => Head { percent: "–".to_owned(), ..head },
                    false => head,
                }
            };
            coverage.tactics.iter().map(head).collect()
        })
    };
    Memo::new(move |_| Arc::new(compute()))
}

/// How the matrix as a whole looks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) show_ids: bool,
    pub(super) show_names: bool,
    /// `side`, `flat` or `mini`; our own way of `flat` for rules.
    pub(super) layout: &'static str,
    /// The colour behind the heads.
    pub(super) tactic_row: Option<Rgb>,
}

/// As the layer has it or, for rules and changes, the settings.
pub(super) fn look(of_changes: bool) -> Memo<Look> {
    let state = AppState::get();
    let shown = move || if of_changes { None } else { state.shown_layer.get() };
    Memo::new(move |_| match shown() {
        Some(shown) => {
            let layer = &shown.open.layer;
            Look {
                show_ids: layer.layout.show_id,
                show_names: layer.layout.show_name,
                layout: layer.layout.layout,
                tactic_row: Some(layer.tactic_row_background.as_str())
                    .filter(|_| layer.show_tactic_row_background)
                    .and_then(|colour| colour.get(..7)?.parse().ok()),
            }
        }
        None => Look {
            show_ids: state.settings().with(|settings| settings.show_ids),
            show_names: true,
            layout: "flat",
            tactic_row: None,
        },
    })
}
