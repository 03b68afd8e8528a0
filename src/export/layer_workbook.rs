//! The workbook of a layer: its matrix as the Navigator shows it, and its entries as a table.

use super::workbook::{Sheet, SheetCell, SheetColumn, TechniqueRow, Workbook};
use crate::attack::Catalogue;
use crate::date::Date;
use crate::heatmap::{GradientShades, LayerPainter, MITRE_NOTICE, Rgb, Theme};
use crate::layer::{Item, Layer, LayerCell, LayerMatrix, TechniqueEntry};

/// Steps of the gradient that the sheet "About" explains.
const STEPS: u32 = 5;

/// What is visible of a layer on a release. `date` is that of the file; whether scores are printed
/// is the page's choice, everything else the layer's.
pub fn of_layer(catalogue: &Catalogue, layer: &Layer, date: Date, show_scores: bool) -> Workbook {
    let matrix = LayerMatrix::of(layer, catalogue);
    let source = Source {
        catalogue,
        layer,
        // Paper is white, whatever the screen is.
        painter: LayerPainter::new(&layer.gradient, Theme::Light),
    };
    let columns = matrix.columns.iter().enumerate().filter_map(|(tactic, rows)| {
        let cells: Vec<SheetCell> = rows
            .iter()
            .filter(|row| row.cell.visible)
            .map(|row| {
                let subs = row.subs.iter().filter(|sub| row.is_open && sub.visible);
                let subs = subs.map(|sub| source.cell(sub)).collect();
                SheetCell { subs, ..source.cell(&row.cell) }
            })
            .collect();
        let head = catalogue.tactics.get(tactic)?.name.clone();
        (!cells.is_empty()).then_some(SheetColumn { head, note: String::new(), cells })
    });
    let visible = matrix.cells().filter(|cell| cell.visible);
    Workbook {
        title: layer.name.clone(),
        date,
        about: source.about(&matrix, date),
        legend: source.legend(),
        techniques: visible.filter(|cell| cell.entry.is_some()).map(|c| source.row(c)).collect(),
        sheets: vec![Sheet {
            name: layer.name.clone(),
            show_ids: layer.layout.show_id,
            show_scores,
            columns: columns.collect(),
        }],
    }
}

/// Several layers as one workbook: a matrix a sheet, what is said of the first, all tables one
/// below the other.
pub fn of_layers(
    catalogue: &Catalogue,
    layers: &[Layer],
    date: Date,
    show_scores: bool,
) -> Workbook {
    let mut books = layers.iter().map(|layer| of_layer(catalogue, layer, date, show_scores));
    let mut all = books.next().unwrap_or_else(|| {
        of_layer(catalogue, &Layer::new("", catalogue.domain.as_str()), date, show_scores)
    });
    for book in books {
        all.sheets.extend(book.sheets);
        all.about.extend(book.about);
        all.legend.extend(book.legend);
        all.techniques.extend(book.techniques);
    }
    all
}

struct Source<'a> {
    catalogue: &'a Catalogue,
    layer: &'a Layer,
    painter: LayerPainter,
}

impl Source<'_> {
    fn entry(&self, cell: &LayerCell) -> Option<&TechniqueEntry> {
        self.layer.techniques.entries.get(cell.entry?)
    }

    fn cell(&self, cell: &LayerCell) -> SheetCell {
        let technique = self.catalogue.technique(cell.technique);
        let entry = self.entry(cell);
        let paint = self.painter.cell(cell, entry);
        SheetCell {
            id: technique.id.to_string(),
            name: technique.name.clone(),
            fill: paint.fill,
            text: paint.text,
            edge: None,
            comment: entry.map(notes).unwrap_or_default(),
            score: cell.shown_score(),
            is_disabled: !cell.enabled,
            subs: Vec::new(),
        }
    }

    /// One a technique and tactic, as a layer may tell them apart.
    fn row(&self, cell: &LayerCell) -> TechniqueRow {
        let technique = self.catalogue.technique(cell.technique);
        let tactic = self.catalogue.tactics.get(usize::from(cell.tactic));
        let entry = self.entry(cell);
        let name = match technique.parent {
            Some(parent) => {
                format!("{}: {}", self.catalogue.technique(parent).name, technique.name)
            }
            None => technique.name.clone(),
        };
        let state = match (cell.enabled, cell.aggregate, cell.score) {
            (false, _, _) => "disabled",
            (true, Some(_), _) => "aggregate score",
            (true, None, Some(_)) => "scored",
            (true, None, None) if entry.is_some_and(|entry| entry.color.is_some()) => {
                "coloured by hand"
            }
            (true, None, None) => "no score",
        };
        TechniqueRow {
            id: technique.id.to_string(),
            name,
            tactics: tactic.map(|tactic| tactic.name.clone()).unwrap_or_default(),
            score: cell.shown_score(),
            state: state.to_owned(),
            rules: None,
            remark: entry.map(notes).unwrap_or_default(),
        }
    }

    fn about(&self, matrix: &LayerMatrix, date: Date) -> Vec<(String, String)> {
        let Self { catalogue, layer, .. } = self;
        let visible = || matrix.cells().filter(|cell| cell.visible);
        let scored = visible().filter(|cell| cell.shown_score().is_some()).count();
        let unplaced = matrix.placement.nowhere.len() + layer.techniques.unplaced.len();
        let made_for = match layer.versions.attack.as_str() {
            "" => "not said".to_owned(),
            version => format!("ATT&CK {version}"),
        };
        let platforms = match &layer.filters {
            Some(filters) if !filters.platforms.is_empty() => filters.platforms.join(", "),
            _ => "all".to_owned(),
        };
        let release = format!("{} ATT&CK {}", catalogue.domain.name(), catalogue.version);
        let mut about = vec![
            ("Layer", layer.name.clone()),
            ("Description", layer.description.clone()),
            ("Made for", made_for),
            ("Shown on", release),
            ("Platforms", platforms),
            ("Entries", layer.techniques.entries.len().to_string()),
            ("Visible cells", visible().count().to_string()),
            ("… with a score", scored.to_string()),
            ("Entries without a cell", unplaced.to_string()),
            ("Date", date.to_string()),
        ];
        about.push(("", MITRE_NOTICE.to_owned()));
        about.into_iter().map(|(what, value)| (what.to_owned(), value)).collect()
    }

    /// The layer's own lines, and its gradient in steps.
    fn legend(&self) -> Vec<(Rgb, String)> {
        let Layer { gradient, legend_items, .. } = self.layer;
        let own = legend_items
            .iter()
            .filter_map(|item| Some((item.color.get(..7)?.parse().ok()?, item.label.clone())));
        let mut legend: Vec<(Rgb, String)> = own.collect();
        let (min, max) = (gradient.min_value.as_f64(), gradient.max_value.as_f64());
        if let (Some(min), Some(max)) = (min, max) {
            let shades = GradientShades::new(gradient);
            legend.extend((0..STEPS).map(|at| {
                let score = min + (max - min) * f64::from(at) / f64::from(STEPS - 1);
                (shades.colour(score), format!("score {score}"))
            }));
        }
        legend
    }
}

/// Comment and metadata, a line each.
fn notes(entry: &TechniqueEntry) -> String {
    let comment = Some(entry.comment.clone()).filter(|comment| !comment.trim().is_empty());
    let pairs = entry.metadata.iter().filter_map(|item| match item {
        Item::Of(pair) => Some(format!("{}: {}", pair.name, pair.value)),
        Item::Divider { .. } => None,
    });
    comment.into_iter().chain(pairs).collect::<Vec<_>>().join("\n")
}
