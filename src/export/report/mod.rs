//! The report as a document: one value that the page shows and every writer writes, so that no two
//! of them can disagree. It holds texts, counts and days; how they look is the writers' business.
//!
//! 1. [`ReportAsked`] and [`report`]: from coverage, gaps and findings to a [`Report`]
//! 2. [`html`], [`markdown`], [`csv_set`] and `export::xlsx::report`: from that to bytes
//! 3. [`parts`]: on its way to the press
//!
//! Texts are as they were read: from strangers. Each writer makes them plain.

mod about;
mod build;
mod coverage;
pub mod csv_set;
mod detections;
mod file;
mod flat;
mod gaps;
pub mod html;
mod import;
pub mod markdown;
mod matrix;
pub mod parts;
mod rules;
mod words;

pub use build::{ReportAsked, report, report_paced};
pub use file::ReportFile;
pub use flat::{FlatCell, FlatColumn, FlatKind, flat_columns, flat_row};
pub use words::{part_words, words};

use crate::date::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A text of ours, or one that was read.
pub type Text = Cow<'static, str>;

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// For example `Coverage of ATT&CK Enterprise 19.2`.
    pub title: String,
    /// Of the rules: what "today" was when they were counted.
    pub date: Date,
    /// The release of ATT&CK, for example `Enterprise 19.2`.
    pub release: String,
    /// What counts as covered.
    pub convention: String,
    /// How rules became scores, in one sentence.
    pub policy: String,
    /// What counts and what does not: platforms, statuses, what is left out; one sentence each,
    /// none where everything counts.
    pub scope: Vec<String>,
    /// What was read.
    pub sources: Sources,
    /// Name and version of everything a number depends on.
    pub versions: Vec<(String, String)>,
    /// What is to be said before the numbers.
    pub said: Vec<String>,
    /// The headline numbers, the most important first.
    pub figures: Vec<Figure>,
    /// The tables, in the order they are read in.
    pub sections: Vec<Section>,
    /// Of MITRE.
    pub notice: String,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Files in all: the sum of the next three.
    pub files: usize,
    /// Read.
    pub read: usize,
    /// Skipped.
    pub skipped: usize,
    /// Failed.
    pub failed: usize,
    /// What the files that were read are, by name.
    pub kinds: Vec<SourceKind>,
    /// The paths of the files that were read, where they are few; else none.
    pub names: Vec<String>,
}

/// Files of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceKind {
    /// For example `Sigma`.
    pub name: String,
    /// How many files.
    pub files: usize,
    /// How many rules they gave.
    pub rules: usize,
}

/// A headline number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Stable, for scripts and addresses, for example `techniques`.
    pub key: Text,
    /// For people.
    pub label: Text,
    /// The number.
    pub part: u64,
    /// What it is a share of; `None` where it is a count.
    pub whole: Option<u64>,
    /// What is counted, of what.
    pub sentence: String,
}

impl Figure {
    /// The share in percent; `None` for a count. 0 of 0 is 0.
    pub fn percent(&self) -> Option<f64> {
        Some(percent(self.part, self.whole?))
    }
}

/// Which table a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SectionKey {
    /// Every count of the summary.
    Summary,
    /// Covered, of what: the denominators.
    Denominators,
    /// How many techniques are in each state.
    States,
    /// Techniques by how many rules cover them.
    Depth,
    /// The ids that most rules name.
    Concentration,
    /// Log sources whose loss would cost most.
    Weakest,
    /// Tactics.
    Tactics,
    /// Platforms, in families.
    Platforms,
    /// Platforms in each tactic.
    PlatformTactics,
    /// What is missing, in the order of priority.
    Gaps,
    /// Techniques and sub-techniques in scope.
    Techniques,
    /// Alerts by tactic.
    Alerts,
    /// Alerts by technique.
    AlertTechniques,
    /// Files of alerts.
    AlertFiles,
    /// Rules that alerts or tests say something of.
    RuleHealth,
    /// Every rule.
    Rules,
    /// What the tag doctor and the import found.
    Diagnostics,
    /// Files that were not read.
    Import,
    /// What was read.
    Sources,
}

impl SectionKey {
    /// All, in the order of the document.
    pub const ALL: [Self; 19] = [
        Self::Summary,
        Self::Denominators,
        Self::States,
        Self::Depth,
        Self::Concentration,
        Self::Weakest,
        Self::Tactics,
        Self::Platforms,
        Self::PlatformTactics,
        Self::Gaps,
        Self::Techniques,
        Self::Alerts,
        Self::AlertTechniques,
        Self::AlertFiles,
        Self::RuleHealth,
        Self::Rules,
        Self::Diagnostics,
        Self::Import,
        Self::Sources,
    ];

    /// Stable: anchors, file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Denominators => "covered-of-what",
            Self::States => "states",
            Self::Depth => "rules-per-technique",
            Self::Concentration => "concentration",
            Self::Weakest => "weakest",
            Self::Tactics => "tactics",
            Self::Platforms => "platforms",
            Self::PlatformTactics => "platforms-by-tactic",
            Self::Gaps => "gaps",
            Self::Techniques => "techniques",
            Self::Alerts => "alerts",
            Self::AlertTechniques => "alerts-by-technique",
            Self::AlertFiles => "alert-files",
            Self::RuleHealth => "rule-health",
            Self::Rules => "rules",
            Self::Diagnostics => "diagnostics",
            Self::Import => "import",
            Self::Sources => "sources",
        }
    }

    /// The heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Denominators => "Covered, of what",
            Self::States => "States",
            Self::Depth => "Rules per technique",
            Self::Concentration => "Concentration",
            Self::Weakest => "Weakest dependencies",
            Self::Tactics => "Tactics",
            Self::Platforms => "Platforms",
            Self::PlatformTactics => "Platforms by tactic",
            Self::Gaps => "Gaps",
            Self::Techniques => "Techniques",
            Self::Alerts => "Alerts",
            Self::AlertTechniques => "Alerts by technique",
            Self::AlertFiles => "Files of alerts",
            Self::RuleHealth => "Rule health",
            Self::Rules => "Rules",
            Self::Diagnostics => "Diagnostics",
            Self::Import => "Import",
            Self::Sources => "Sources",
        }
    }

    /// Whether it has more columns, or longer words, than upright paper has room for.
    pub fn is_broad(self) -> bool {
        matches!(self, Self::PlatformTactics | Self::Rules | Self::Diagnostics)
    }

    /// How many rows formats for people show; workbook and CSV have all.
    pub fn most_shown(self) -> usize {
        match self {
            Self::Weakest => 10,
            Self::RuleHealth => 30,
            Self::Gaps | Self::AlertTechniques | Self::AlertFiles | Self::Sources => 50,
            Self::Rules | Self::Diagnostics | Self::Import => 100,
            _ => usize::MAX,
        }
    }
}

/// A table with a heading, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Which.
    pub key: SectionKey,
    /// What is counted, of what, and what else is to be said of it; a paragraph each.
    pub notes: Vec<String>,
    /// The columns; the first names the row.
    pub columns: Vec<Column>,
    /// A cell for each column. No more than [`SectionKey::most_shown`] where no more was asked for.
    pub rows: Vec<Vec<Cell>>,
    /// How many rows there are, whether they are here or not.
    pub total: usize,
}

impl Section {
    fn new(key: SectionKey, note: impl Into<String>, columns: &[Column]) -> Self {
        let note: String = note.into();
        let notes = if note.is_empty() { Vec::new() } else { vec![note] };
        Self { key, notes, columns: columns.to_vec(), rows: Vec::new(), total: 0 }
    }

    /// With all its rows.
    fn with(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows);
        self.total = self.rows.len();
        self
    }

    /// The rows that formats for people show.
    pub fn shown(&self) -> &[Vec<Cell>] {
        &self.rows[..self.rows.len().min(self.key.most_shown())]
    }

    /// How many rows those leave out, in words; `None` where none.
    pub fn more(&self) -> Option<String> {
        match self.total - self.shown().len() {
            0 => None,
            more => Some(format!(
                "{more} more; all of them in the workbook and in the CSV files of this report."
            )),
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its head.
    pub name: Text,
    /// What its cells are.
    pub kind: Kind,
    /// Only for workbook and CSV: on a page it would cost more room than it is worth.
    pub is_detail: bool,
}

impl Column {
    const fn of(name: &'static str, kind: Kind) -> Self {
        Self { name: Cow::Borrowed(name), kind, is_detail: false }
    }

    const fn detail(name: &'static str, kind: Kind) -> Self {
        Self { name: Cow::Borrowed(name), kind, is_detail: true }
    }
}

/// What the cells of a column are; any of them may be [`Cell::Empty`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// [`Cell::Text`] to be read.
    Text,
    /// [`Cell::Text`] of a few characters that is never broken: an id, a state.
    Word,
    /// [`Cell::Text`] that names a file.
    Path,
    /// [`Cell::List`]: of which formats for people show the first few.
    List,
    /// [`Cell::Integer`]
    Integer,
    /// [`Cell::Decimal`] with two digits behind the point.
    Decimal,
    /// [`Cell::Decimal`]: seconds, shown in the units people use.
    Duration,
    /// [`Cell::Share`], shown with its percentage.
    Share,
    /// [`Cell::Share`], shown without.
    Part,
    /// [`Cell::Date`]
    Date,
}

impl Kind {
    /// Whether its cells stand at the right, digit below digit.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Integer | Self::Decimal | Self::Duration | Self::Share | Self::Part | Self::Date
        )
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing is to be said.
    Empty,
    /// As read; not yet plain.
    Text(Text),
    /// Several; not yet plain.
    List(Vec<Text>),
    /// A count, or points that may be below 0.
    Integer(i64),
    /// Finite.
    Decimal(f64),
    /// So many of so many.
    Share(u32, u32),
    /// A day.
    Date(Date),
}

impl Cell {
    fn text(text: impl Into<Text>) -> Self {
        let text: Text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn list(items: impl IntoIterator<Item = Text>) -> Self {
        let mut list = Vec::new();
        list.extend(items);
        if list.is_empty() { Self::Empty } else { Self::List(list) }
    }

    fn count(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn share(part: usize, whole: usize) -> Self {
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Self::Share(number(part), number(whole))
    }

    fn decimal(number: Option<f64>) -> Self {
        number.filter(|number| number.is_finite()).map_or(Self::Empty, Self::Decimal)
    }

    fn date(date: Option<Date>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }
}

/// `part` of `whole` in percent; 0 of 0 is 0.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
