//! What became of a file of alerts: how it was read, and every row that was not, or not wholly.

use super::Mapping;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How a file of alerts is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// Cells between commas, semicolons, bars.
    Csv,
    /// Cells between tabs.
    Tsv,
    /// A list of objects, alone or in an answer of an interface.
    Json,
    /// An object a line.
    Ndjson,
}

impl TableFormat {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
        }
    }
}

/// A product whose export was recognised by its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// Splunk, mostly notable events of Enterprise Security.
    Splunk,
    /// Elastic Security.
    Elastic,
    /// Microsoft Sentinel, and Defender.
    Sentinel,
    /// Google SecOps.
    Chronicle,
    /// Wazuh.
    Wazuh,
}

impl Product {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Splunk => "Splunk",
            Self::Elastic => "Elastic",
            Self::Sentinel => "Microsoft Sentinel",
            Self::Chronicle => "Google SecOps",
            Self::Wazuh => "Wazuh",
        }
    }
}

/// What is wrong with a row. The first ones cost the row, the others a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Not valid JSON, or no object.
    Broken,
    /// Larger than a row may be.
    TooLarge,
    /// No time.
    NoTime,
    /// A time that cannot be read, or is out of all reason.
    BadTime,
    /// Neither rule nor technique nor tactic.
    NoSubject,
    /// Beyond the rows that are kept.
    TooMany,
    /// A cell that was cut.
    CellCut,
    /// A text that is not UTF-8.
    Encoding,
    /// A technique that cannot be read.
    BadTechnique,
    /// An event time that cannot be read.
    BadEventTime,
    /// A time of detection that cannot be read.
    BadDetectionTime,
    /// A severity nobody knows.
    BadSeverity,
    /// More cells than the head has.
    MoreCells,
    /// A local time that was there twice, when clocks went back: the first was taken.
    TwiceTime,
    /// A local time that never was, when clocks went forward: taken as if they had not.
    NeverTime,
}

impl Fault {
    /// All, in the order they are told.
    pub const ALL: [Self; 15] = [
        Self::Broken,
        Self::TooLarge,
        Self::NoTime,
        Self::BadTime,
        Self::NoSubject,
        Self::TooMany,
        Self::CellCut,
        Self::Encoding,
        Self::BadTechnique,
        Self::BadEventTime,
        Self::BadDetectionTime,
        Self::BadSeverity,
        Self::MoreCells,
        Self::TwiceTime,
        Self::NeverTime,
    ];

    /// Whether the row is left out for it.
    pub fn costs_the_row(self) -> bool {
        self <= Self::TooMany
    }

    /// What is the matter, in words.
    fn reason(self) -> &'static str {
        match self {
            Self::Broken => "not valid JSON, or no object",
            Self::TooLarge => "the row is larger than 16 MiB",
            Self::NoTime => "no time",
            Self::BadTime => "the time cannot be read",
            Self::NoSubject => "neither a rule nor a technique",
            Self::TooMany => "beyond the limit of rows of a file",
            Self::CellCut => "a cell was cut",
            Self::Encoding => "not UTF-8; such bytes were replaced",
            Self::BadTechnique => "no technique id in the column of techniques",
            Self::BadEventTime => "the event time cannot be read",
            Self::BadDetectionTime => "the time of detection cannot be read",
            Self::BadSeverity => "the severity is not known",
            Self::MoreCells => "more cells than the head has",
            Self::TwiceTime => "this local time was there twice; the first was taken",
            Self::NeverTime => "this local time never was; taken as if clocks had not changed",
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Broken => "export it again; it may be cut off",
            Self::TooLarge | Self::CellCut => "leave raw events out of the export",
            Self::NoTime => "choose another column as time, or leave such rows out of the export",
            Self::BadTime | Self::BadEventTime | Self::BadDetectionTime => {
                "use ISO 8601 or seconds since 1970; see also the order of day and month"
            }
            Self::NoSubject => "add the rule's id or name to the export, or choose its column",
            Self::TooMany => {
                "export a shorter time, or raise the limit 'alert-rows' (in the page: import report, Limits; for the command: --limit alert-rows=…)"
            }
            Self::Encoding => "save the file as UTF-8",
            Self::BadTechnique => "write ids such as T1059.001; names are not looked up",
            Self::BadSeverity => "use informational, low, medium, high or critical",
            Self::MoreCells => "put cells that hold the separator in quotes",
            Self::TwiceTime | Self::NeverTime => "export times in UTC or with their offset",
        }
    }
}

/// One row with a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faulty {
    /// From 1, the head not counted.
    pub row: u32,
    /// 1-based line where it begins.
    pub line: u32,
    /// What.
    pub fault: Fault,
    /// The beginning of what is at fault; may be empty.
    pub text: String,
}

/// The faults of a file: all counted, the first of each kind listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// In the order of [`Fault::ALL`].
    counts: [u32; Fault::ALL.len()],
    /// In the order of the file; at most [`Self::LISTED`] of each kind.
    pub listed: Vec<Faulty>,
    /// Rows that are kept at most.
    most_rows: u32,
}

impl Faults {
    /// Rows of a kind that are listed; the rest is counted.
    pub const LISTED: u32 = 20;
    /// Longest text that is kept of what is at fault, in characters.
    const LONGEST: usize = 80;

    /// None yet, of a file of which so many rows are kept at most.
    pub fn within(most_rows: u32) -> Self {
        Self { most_rows, ..Self::default() }
    }

    /// What is the matter with rows of a kind, in words.
    pub fn reason(&self, fault: Fault) -> Cow<'static, str> {
        match fault {
            Fault::TooMany => {
                format!("beyond the limit of {} rows of a file", self.most_rows).into()
            }
            fault => fault.reason().into(),
        }
    }

    /// Notes one.
    pub fn add(&mut self, fault: Fault, row: u32, line: u32, text: &str) {
        let Some(count) = self.counts.get_mut(fault as usize) else { return };
        *count = count.saturating_add(1);
        if *count <= Self::LISTED {
            let text = text.chars().take(Self::LONGEST).collect();
            self.listed.push(Faulty { row, line, fault, text });
        }
    }

    /// How many there are of a kind.
    pub fn count(&self, fault: Fault) -> u32 {
        self.counts.get(fault as usize).copied().unwrap_or_default()
    }

    /// The kinds that occur, and how often.
    pub fn all(&self) -> impl Iterator<Item = (Fault, u32)> + '_ {
        Fault::ALL.into_iter().map(|fault| (fault, self.count(fault))).filter(|(_, n)| *n > 0)
    }

    /// Rows that were left out.
    pub fn rows_left_out(&self) -> u32 {
        self.all().filter(|(fault, _)| fault.costs_the_row()).map(|(_, count)| count).sum()
    }
}

/// What became of one file. `rows` is always `read` and [`Faults::rows_left_out`] together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// As dropped or given.
    pub path: String,
    /// How it is written.
    pub format: TableFormat,
    /// Whose export it is, if that was recognised.
    pub product: Option<Product>,
    /// What its columns were taken for.
    pub mapping: Mapping,
    /// Its columns in their order; of JSON the paths seen at the beginning.
    pub columns: Vec<String>,
    /// All rows, blank lines and the head not counted.
    pub rows: u32,
    /// Those that are in the table.
    pub read: u32,
    /// What was wrong.
    pub faults: Faults,
    /// 1-based line of a quote or bracket that is never closed.
    pub unclosed: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_counted_beyond_the_list() {
        let mut faults = Faults::default();
        for row in 1..=50 {
            faults.add(Fault::NoTime, row, row + 1, "");
        }
        faults.add(Fault::BadSeverity, 51, 52, &"x".repeat(100));
        assert_eq!((faults.count(Fault::NoTime), faults.rows_left_out()), (50, 50));
        assert_eq!(faults.listed.len(), 21);
        assert_eq!(faults.listed[20].text.len(), 80);
    }

    #[test]
    fn the_list_of_faults_is_in_order() {
        for (at, fault) in Fault::ALL.into_iter().enumerate() {
            assert_eq!(fault as usize, at);
        }
    }
}
