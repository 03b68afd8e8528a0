//! What a picture shows, made from coverage, a layer or a change; how it is laid out does not
//! depend on which.

use super::Expansion;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::coverage::Scope;
use crate::heatmap::colour::Rgb;
use crate::heatmap::paint::CellPaint;
use crate::heatmap::wording::{plain, plain_up_to};

/// Longest title read; no picture has room for more.
pub(super) const LONGEST: usize = 300;

/// All of a picture but its geometry.
pub(super) struct Subject {
    pub(super) title: String,
    pub(super) subtitle: String,
    /// Number and what it counts.
    pub(super) figures: Vec<(String, String)>,
    pub(super) columns: Vec<Column>,
    /// A look and what it means, with its count.
    pub(super) legend: Vec<(Sample, String)>,
    /// Below everything.
    pub(super) sentences: Vec<String>,
}

/// One tactic and its rows from top to bottom.
pub(super) struct Column {
    pub(super) tactic: usize,
    pub(super) name: String,
    pub(super) head: Head,
    pub(super) rows: Vec<Row>,
}

/// What stands below a tactic's name.
#[derive(Default)]
pub(super) struct Head {
    pub(super) text: String,
    /// The filled part of a bar, 0 to 1; absent for no bar.
    pub(super) share: Option<f64>,
    /// Behind the head.
    pub(super) fill: Option<Rgb>,
}

/// One cell.
pub(super) struct Row {
    pub(super) technique: TechniqueId,
    pub(super) is_sub: bool,
    pub(super) name: String,
    pub(super) face: Face,
}

/// How a cell looks.
#[derive(Clone)]
pub(super) struct Face {
    pub(super) paint: CellPaint,
    /// In its upper right corner, for example a score.
    pub(super) corner: Option<String>,
}

impl Face {
    pub(super) fn bare(paint: CellPaint) -> Self {
        Self { paint, corner: None }
    }
}

/// A look in the legend.
pub(super) enum Sample {
    Cell(Face),
    /// Colours from low to high.
    Scale(Vec<Rgb>),
}

/// What the rows of a matrix depend on.
pub(super) struct Rows<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) in_scope: &'a dyn Fn(TechniqueIndex) -> bool,
    pub(super) expansion: &'a Expansion,
    /// Whether a technique has a sub-technique worth seeing, for [`Expansion::Annotated`].
    pub(super) is_annotated: &'a dyn Fn(TechniqueIndex) -> bool,
    pub(super) show_ids: bool,
}

impl Rows<'_> {
    /// What is in scope, tactic by tactic; a tactic with nothing in scope has no column. `face`
    /// is told whether the sub-techniques of a technique are folded.
    pub(super) fn columns(
        &self,
        head: impl Fn(usize) -> Head,
        face: impl Fn(TechniqueIndex, bool) -> Face,
    ) -> Vec<Column> {
        let mut columns = Vec::new();
        for (tactic, named) in self.catalogue.tactics.iter().enumerate() {
            let techniques = self.techniques(tactic).into_iter();
            let rows: Vec<Row> =
                techniques.map(|(index, folded)| self.row(index, face(index, folded))).collect();
            if !rows.is_empty() {
                let name = plain(&named.name);
                columns.push(Column { tactic, name, head: head(tactic), rows });
            }
        }
        columns
    }

    /// What is shown of a tactic from top to bottom, each with whether what is below it is folded.
    pub(super) fn techniques(&self, tactic: usize) -> Vec<(TechniqueIndex, bool)> {
        let mut shown = Vec::new();
        for parent in self.catalogue.column(tactic) {
            let is_open = self.is_open(parent);
            if (self.in_scope)(parent) {
                shown.push((parent, !is_open));
            }
            // Some sub-techniques have platforms their technique has not (T1021.007).
            if is_open {
                let subs = self.catalogue.sub_column(parent, tactic);
                let subs = subs.into_iter().filter(|sub| (self.in_scope)(*sub));
                shown.extend(subs.map(|sub| (sub, true)));
            }
        }
        shown
    }

    fn is_open(&self, parent: TechniqueIndex) -> bool {
        match self.expansion {
            Expansion::None => false,
            Expansion::All => true,
            Expansion::Annotated => (self.is_annotated)(parent),
            Expansion::Some(ids) => ids.contains(&self.catalogue.technique(parent).id),
        }
    }

    fn row(&self, index: TechniqueIndex, face: Face) -> Row {
        let technique = self.catalogue.technique(index);
        let mut name = plain(&technique.name);
        // Alone in its column it would seem to belong to the technique above.
        if let Some(parent) = technique.parent
            && !(self.in_scope)(parent)
        {
            name = format!("{}: {name}", plain(&self.catalogue.technique(parent).name));
        }
        let name = if self.show_ids { format!("{} {name}", technique.id) } else { name };
        Row { technique: technique.id, is_sub: technique.parent.is_some(), name, face }
    }

    /// The techniques shown, each once, in the order of the catalogue.
    pub(super) fn shown(&self, columns: &[Column]) -> Vec<TechniqueIndex> {
        let rows = columns.iter().flat_map(|column| &column.rows);
        let shown = rows.filter_map(|row| self.catalogue.find(row.technique));
        crate::sorted::set(shown).into_iter().collect()
    }
}

/// `Enterprise ATT&CK 19.2 · all platforms`
pub(super) fn release_and_platforms(catalogue: &Catalogue, scope: &Scope) -> String {
    let platforms = if scope.platforms.is_empty() {
        "all platforms".to_owned()
    } else {
        scope.platforms.join(", ")
    };
    format!("{} ATT&CK {} · {platforms}", catalogue.domain.name(), catalogue.version)
}

/// Texts from outside, for a line.
pub(super) fn one_line(text: &str) -> String {
    plain_up_to(text, LONGEST)
}
