//! The workbook of a change: the matrix in the colours of gained and lost, and every technique
//! with its scores before and now as a table.

use super::workbook::{Sheet, SheetCell, SheetColumn, TechniqueRow, Workbook};
use crate::attack::{Catalogue, Technique, TechniqueIndex};
use crate::coverage::Scope;
use crate::date::Date;
use crate::heatmap::wording::{of, percent};
use crate::heatmap::{CellChange, ChangePainter, MITRE_NOTICE, Theme};
use crate::layer::Comparison;

/// What changed, of what is in scope. `comparison` must come from `catalogue` and `scope`; the
/// sheets are paper, whatever the screen is.
pub fn of_change(
    catalogue: &Catalogue,
    comparison: &Comparison,
    scope: &Scope,
    date: Date,
) -> Workbook {
    let painter = ChangePainter::new(comparison, Theme::Light);
    let in_scope = |index: &TechniqueIndex| scope.includes(catalogue, catalogue.technique(*index));
    let source = Source { catalogue, comparison, painter };
    let column = |tactic: usize| {
        let parents = catalogue.column(tactic).into_iter();
        let cells: Vec<SheetCell> = parents
            .filter_map(|parent| {
                let subs = catalogue.sub_column(parent, tactic).into_iter().filter(in_scope);
                let subs: Vec<SheetCell> = subs
                    .map(|sub| source.cell(sub))
                    .filter(|(change, _)| !matches!(change, CellChange::Uncovered))
                    .map(|(_, cell)| cell)
                    .collect();
                let shown = in_scope(&parent) || !subs.is_empty();
                shown.then(|| SheetCell { subs, ..source.cell(parent).1 })
            })
            .collect();
        let changed = comparison.tactics.get(tactic);
        let note = changed.map(|changed| {
            let counts = changed.techniques;
            format!("{} → {} of {}", counts.from, counts.to, counts.total)
        });
        let head = catalogue.tactics.get(tactic)?.name.clone();
        let note = note.unwrap_or_default();
        (!cells.is_empty()).then_some(SheetColumn { head, note, cells })
    };
    let shown: Vec<TechniqueIndex> = catalogue.indices().filter(in_scope).collect();
    let changes =
        shown.iter().map(|index| (source.painter.change(catalogue.technique(*index).id), None));
    let legend = source.painter.legend(changes).into_iter();
    Workbook {
        title: format!("{} → {}", comparison.from, comparison.to),
        date,
        about: source.about(date),
        legend: legend
            .filter_map(|entry| {
                Some((entry.sample.fill?, format!("{} ({})", entry.label, entry.count)))
            })
            .collect(),
        techniques: shown.iter().filter_map(|index| source.row(*index)).collect(),
        sheets: vec![Sheet {
            name: "Changes".to_owned(),
            show_ids: false,
            show_scores: true,
            columns: (0..catalogue.tactics.len()).filter_map(column).collect(),
        }],
    }
}

struct Source<'a> {
    catalogue: &'a Catalogue,
    comparison: &'a Comparison,
    painter: ChangePainter,
}

impl Source<'_> {
    fn cell(&self, index: TechniqueIndex) -> (CellChange, SheetCell) {
        let technique = self.catalogue.technique(index);
        let change = self.painter.change(technique.id);
        let paint = self.painter.cell(change, None);
        let cell = SheetCell {
            id: technique.id.to_string(),
            name: technique.name.clone(),
            fill: paint.fill,
            text: paint.text,
            edge: None,
            comment: self.before_and_now(technique, change).unwrap_or_default(),
            score: self.score_now(technique),
            is_disabled: false,
            subs: Vec::new(),
        };
        (change, cell)
    }

    fn score_now(&self, technique: &Technique) -> Option<f64> {
        self.comparison.scores.get(&technique.id)?.to.as_ref()?.as_f64()
    }

    /// `▲30: 50 → 80`; nothing of what is covered neither before nor now.
    fn before_and_now(&self, technique: &Technique, change: CellChange) -> Option<String> {
        let what = match change {
            CellChange::Uncovered => return None,
            CellChange::Kept => "as before".to_owned(),
            CellChange::Gained(_) => "gained".to_owned(),
            CellChange::Lost(_) => "lost".to_owned(),
            CellChange::Raised(_) | CellChange::Lowered(_) => change.label(),
        };
        let scores = self.comparison.scores.get(&technique.id)?;
        let score = |score: &Option<serde_json::Number>| {
            score.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
        };
        Some(format!("{what}: {} → {}", score(&scores.from), score(&scores.to)))
    }

    fn row(&self, index: TechniqueIndex) -> Option<TechniqueRow> {
        let technique = self.catalogue.technique(index);
        let change = self.painter.change(technique.id);
        let state = match change {
            CellChange::Uncovered => return None,
            CellChange::Kept => "as before",
            CellChange::Gained(_) => "gained",
            CellChange::Lost(_) => "lost",
            CellChange::Raised(_) => "raised",
            CellChange::Lowered(_) => "lowered",
        };
        let tactics = technique.tactics.iter();
        let tactics = tactics.filter_map(|at| self.catalogue.tactics.get(usize::from(*at)));
        let name = match technique.parent {
            Some(parent) => {
                format!("{}: {}", self.catalogue.technique(parent).name, technique.name)
            }
            None => technique.name.clone(),
        };
        Some(TechniqueRow {
            id: technique.id.to_string(),
            name,
            tactics: tactics.map(|tactic| tactic.name.as_str()).collect::<Vec<_>>().join(", "),
            score: self.score_now(technique),
            state: state.to_owned(),
            rules: None,
            remark: self.before_and_now(technique, change).unwrap_or_default(),
        })
    }

    fn about(&self, date: Date) -> Vec<(String, String)> {
        let Comparison { techniques, below_threshold, .. } = self.comparison;
        let share =
            |part| format!("{} ({})", of(part, techniques.total), percent(part, techniques.total));
        let release = format!("{} ATT&CK {}", self.catalogue.domain.name(), self.catalogue.version);
        let count = |list: usize| list.to_string();
        [
            ("from", self.comparison.from.clone()),
            ("to", self.comparison.to.clone()),
            ("date", date.to_string()),
            ("seen on", release),
            ("techniques covered before", share(techniques.from)),
            ("techniques covered now", share(techniques.to)),
            ("gained", count(self.comparison.gained.len())),
            ("lost", count(self.comparison.lost.len())),
            ("raised", count(self.comparison.raised.len())),
            ("lowered", count(self.comparison.lowered.len())),
        ]
        .into_iter()
        .map(|(what, value)| (what.to_owned(), value))
        .chain([
            (
                format!("dropped below {}", below_threshold.threshold),
                count(below_threshold.ids.len()),
            ),
            ("notice".to_owned(), MITRE_NOTICE.to_owned()),
        ])
        .collect()
    }
}
