//! What a workbook holds, without the writing of it: a sheet a matrix, what the numbers mean, and
//! the techniques as a table. Filled here from a coverage; `export::xlsx` writes it.

use super::layer_json::{titles, weights};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, Policy, Scope, Summary, TechniqueState};
use crate::date::Date;
use crate::heatmap::wording::{of, percent, plain};
use crate::heatmap::{
    Expansion, LegendKind, MITRE_NOTICE, Painter, Palette, Rgb, Theme, legend, shown_techniques,
};
use crate::rule::Intake;
use serde::{Deserialize, Serialize};

/// The media type of XLSX.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A workbook. Texts may be any: the writer makes them plain and cuts them to what Excel takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workbook {
    /// Among the file's properties.
    pub title: String,
    /// When it is said to have been made; also in the file, so that the same input gives the same
    /// bytes.
    pub date: Date,
    /// The matrices, at least one.
    pub sheets: Vec<Sheet>,
    /// The sheet "About": what, and its value.
    pub about: Vec<(String, String)>,
    /// Below it, what colours mean.
    pub legend: Vec<(Rgb, String)>,
    /// The sheet "Techniques".
    pub techniques: Vec<TechniqueRow>,
}

/// One matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its tab. What Excel does not take in a name is replaced; equal names get numbers.
    pub name: String,
    /// Whether cells print their id before their name.
    pub show_ids: bool,
    /// Whether cells print their score behind their name.
    pub show_scores: bool,
    /// The tactics, from left to right.
    pub columns: Vec<SheetColumn>,
}

/// A tactic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetColumn {
    /// Its name.
    pub head: String,
    /// Below the name, for example `3 of 12`; no sheet has a row for it if all are empty.
    pub note: String,
    /// Its techniques, from top to bottom.
    pub cells: Vec<SheetCell>,
}

/// A technique or sub-technique.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetCell {
    /// For example `T1059`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The colour on screen; `None` stays paper.
    pub fill: Option<Rgb>,
    /// Of the text, readable on the fill.
    pub text: Rgb,
    /// A line below the cell: covered through sub-techniques only.
    pub edge: Option<Rgb>,
    /// A note at the cell, lines parted by `\n`; none if empty.
    pub comment: String,
    /// Any finite number.
    pub score: Option<f64>,
    /// Shown grey, whatever its colours.
    pub is_disabled: bool,
    /// Sub-techniques shown beside it; those of sub-techniques are not looked at.
    pub subs: Vec<SheetCell>,
}

/// A row of the table of techniques.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TechniqueRow {
    /// For example `T1059.001`.
    pub id: String,
    /// Its name, for a sub-technique behind that of its technique.
    pub name: String,
    /// Names of its tactics.
    pub tactics: String,
    /// Any finite number.
    pub score: Option<f64>,
    /// In words, for example `covered`.
    pub state: String,
    /// How many rules name it; `None` where rules are not known (a layer).
    pub rules: Option<u32>,
    /// The rules' titles, or whatever is said of it.
    pub remark: String,
}

/// What a workbook of a coverage shows and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkbookOptions {
    /// Among the file's properties, and on the sheet "About".
    pub title: String,
    /// Colours of scores, as on screen. The sheets themselves are paper.
    pub palette: Palette,
    /// Which sub-techniques the matrix shows.
    pub sub_techniques: Expansion,
    /// Of the rules, usually today.
    pub date: Date,
    /// Whether cells print their score.
    pub show_scores: bool,
    /// Whether cells print their id.
    pub show_ids: bool,
}

/// The workbook of a coverage: what is in scope, painted as on screen. `coverage` must come from
/// `catalogue`, `intake`, `policy` and `scope`.
pub fn of_coverage(
    catalogue: &Catalogue,
    coverage: &Coverage,
    intake: &Intake,
    policy: &Policy,
    scope: &Scope,
    options: &WorkbookOptions,
) -> Workbook {
    let matrix = shown_techniques(catalogue, coverage, &options.sub_techniques);
    let source = Source {
        catalogue,
        coverage,
        intake,
        // Paper is white, whatever the screen is.
        painter: Painter::new(&options.palette, Theme::Light),
    };
    let release = format!("{} {}", catalogue.domain.name(), catalogue.version);
    let shown = matrix.iter().flat_map(|(_, rows)| rows.iter().copied());
    let legend = legend(catalogue, coverage, &options.palette, Theme::Light, shown)
        .into_iter()
        .filter(|entry| matches!(entry.kind, LegendKind::Score(..)))
        .filter_map(|entry| {
            Some((entry.sample.fill?, format!("{} ({})", entry.label, entry.count)))
        })
        .collect();
    Workbook {
        title: options.title.clone(),
        date: options.date,
        about: about(&release, &coverage.summary, policy, scope, options),
        legend,
        techniques: catalogue
            .indices()
            .filter(|index| coverage.technique(*index).in_scope)
            .map(|index| source.row(index))
            .collect(),
        sheets: vec![Sheet {
            name: release,
            show_ids: options.show_ids,
            show_scores: options.show_scores,
            columns: matrix.iter().map(|(tactic, rows)| source.column(*tactic, rows)).collect(),
        }],
    }
}

struct Source<'a> {
    catalogue: &'a Catalogue,
    coverage: &'a Coverage,
    intake: &'a Intake,
    painter: Painter,
}

impl Source<'_> {
    fn column(&self, tactic: usize, rows: &[TechniqueIndex]) -> SheetColumn {
        let mut cells: Vec<SheetCell> = Vec::new();
        let mut last = None;
        for index in rows.iter().copied() {
            let cell = self.cell(index);
            match (self.catalogue.technique(index).parent, cells.last_mut()) {
                (Some(parent), Some(technique)) if last == Some(parent) => {
                    technique.subs.push(cell);
                }
                (parent, _) => {
                    // Alone in its column it would seem to belong to no technique.
                    let name = if parent.is_some() { self.full_name(index) } else { cell.name };
                    cells.push(SheetCell { name, ..cell });
                    last = Some(index);
                }
            }
        }
        let totals = self.coverage.tactics.get(tactic);
        SheetColumn {
            head: self.catalogue.tactics.get(tactic).map_or("", |t| &t.name).to_owned(),
            note: totals.map_or_else(String::new, |totals| {
                let (part, whole) = (totals.techniques_covered, totals.techniques_total);
                format!("{} · {}", of(part, whole), percent(part, whole))
            }),
            cells,
        }
    }

    fn cell(&self, index: TechniqueIndex) -> SheetCell {
        let technique = self.catalogue.technique(index);
        let paint = self.painter.cell(self.catalogue, self.coverage, index);
        let through_others = paint.lower_edge.filter(|_| paint.via_subtechnique);
        SheetCell {
            id: technique.id.to_string(),
            name: technique.name.clone(),
            fill: paint.fill,
            text: paint.text,
            edge: through_others.map(|edge| edge.colour),
            comment: self.comment(index),
            score: paint.score.map(|score| score.get().into()),
            is_disabled: false,
            subs: Vec::new(),
        }
    }

    /// What marks say on screen, and the rules.
    fn comment(&self, index: TechniqueIndex) -> String {
        let technique = self.coverage.technique(index);
        let mut lines: Vec<String> = technique.upkeep.remarks().collect();
        let (covered, total) = (technique.subtechniques_covered, technique.subtechniques_total);
        if covered > 0 {
            let only = if technique.state == TechniqueState::Direct { "" } else { "only via " };
            lines.push(format!("{only}{covered} of {total} sub-techniques"));
        }
        lines.extend(titles(self.intake, &technique.rules));
        lines.join("\n")
    }

    fn row(&self, index: TechniqueIndex) -> TechniqueRow {
        let technique = self.catalogue.technique(index);
        let covered = self.coverage.technique(index);
        let tactics = technique.tactics.iter();
        let tactics = tactics.filter_map(|at| self.catalogue.tactics.get(usize::from(*at)));
        TechniqueRow {
            id: technique.id.to_string(),
            name: self.full_name(index),
            tactics: tactics.map(|tactic| tactic.name.as_str()).collect::<Vec<_>>().join(", "),
            score: covered.score.map(|score| score.get().into()),
            state: match covered.state {
                TechniqueState::None => "no rule",
                TechniqueState::ViaSubtechnique => "only via sub-techniques",
                TechniqueState::Direct => "covered",
            }
            .to_owned(),
            rules: u32::try_from(covered.rules.len()).ok(),
            remark: titles(self.intake, &covered.rules).join("; "),
        }
    }

    fn full_name(&self, index: TechniqueIndex) -> String {
        let technique = self.catalogue.technique(index);
        match technique.parent {
            Some(parent) => {
                format!("{}: {}", self.catalogue.technique(parent).name, technique.name)
            }
            None => technique.name.clone(),
        }
    }
}

fn about(
    release: &str,
    summary: &Summary,
    policy: &Policy,
    scope: &Scope,
    options: &WorkbookOptions,
) -> Vec<(String, String)> {
    let s = summary;
    let share = |part, whole| {
        if s.says_nothing() {
            return "not known: no rule of these formats can name a technique".to_owned();
        }
        format!("{} ({})", of(part, whole), percent(part, whole))
    };
    let platforms = scope.platforms.iter().map(|platform| plain(platform)).collect::<Vec<_>>();
    let platforms = if platforms.is_empty() { "all".to_owned() } else { platforms.join(", ") };
    [
        ("title", options.title.clone()),
        ("date", options.date.to_string()),
        ("ATT&CK", release.to_owned()),
        ("platforms", platforms),
        ("techniques covered", share(s.techniques_covered, s.techniques_total)),
        ("sub-techniques covered", share(s.subtechniques_covered, s.subtechniques_total)),
        ("techniques with score 80 or more", share(s.techniques_at_least_80, s.techniques_total)),
        ("rules read", s.rules_read.to_string()),
        ("rules mapped", s.rules_mapped.to_string()),
        ("rules unmapped", s.rules_unmapped.to_string()),
        ("rules not counted for their status", s.rules_excluded.to_string()),
        ("rules not counted as disabled", s.rules_disabled.to_string()),
        ("copies of rules", s.duplicates.to_string()),
        ("counting", Summary::CONVENTION.to_owned()),
        ("scoring", policy.sentence()),
    ]
    .into_iter()
    .chain(weights(policy).map(|values| ("weights", values)))
    .chain(scope.remarks().into_iter().map(|(name, said)| (name, plain(&said))))
    .chain([
        ("made with", format!("Coverlay {}", env!("CARGO_PKG_VERSION"))),
        ("notice", MITRE_NOTICE.to_owned()),
    ])
    .map(|(what, value)| (what.to_owned(), value))
    .collect()
}
