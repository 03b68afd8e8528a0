//! The files a report can be.

use super::csv_set;
use crate::export::workbook;
use serde::{Deserialize, Serialize};

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportFile {
    /// One page, [`super::html`].
    Html,
    /// [`super::markdown`]
    Markdown,
    /// A zip of tables, [`csv_set`].
    CsvSet,
    /// A workbook, `export::xlsx::report`.
    Xlsx,
}

impl ReportFile {
    /// All, in the order they are offered in.
    pub const ALL: [Self; 4] = [Self::Html, Self::Markdown, Self::CsvSet, Self::Xlsx];

    /// What its name ends in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::CsvSet => "zip",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::CsvSet => csv_set::MEDIA_TYPE,
            Self::Xlsx => workbook::MEDIA_TYPE,
        }
    }

    /// Whether it has every row of long tables; the others have the first ones and say how many
    /// there are.
    pub fn has_all_rows(self) -> bool {
        matches!(self, Self::CsvSet | Self::Xlsx)
    }
}
