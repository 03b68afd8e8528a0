//! Files of alerts, in pieces: a file of 200 MB is never in memory as a whole, and the caller
//! decides how large pieces are, shows progress and stops when it likes.
//!
//! - `encoding.rs`, `rows.rs`, `records.rs`: bytes to rows;
//! - `head.rs`, `names.rs`: what a file is, and which column is what;
//! - `fill.rs`, `words.rs`, `value.rs`: a row to an alert.

mod encoding;
mod fill;
mod head;
mod names;
mod records;
mod rows;

mod value;
mod words;

pub(super) use fill::Cells;
pub use head::{Guess, Head};
pub(super) use names::{plain as plain_name, states_utc};

use crate::alerts::{
    Alerts, Fault, KnownMapping, Mapping, MappingError, Product, Reading, SampledTable,
    TableFormat, Zone,
};
use crate::limits::{ALERT_HEAD_BYTES, Limits, MAX_ALERT_ROW_BYTES};
use encoding::Decoder;
use fill::Filler;
use records::{Cut, Records};
use rows::{Row, Rows};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// How a file of alerts is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertOptions {
    /// Which column is what, if that was chosen for this file.
    pub mapping: Option<Mapping>,
    /// What was chosen for tables with the same columns; without either it is guessed.
    pub known: Vec<KnownMapping>,
    /// The zone of times that state none; a mapping has its own.
    pub zone: Zone,
    /// How much is read.
    pub limits: Limits,
}

/// Why a file cannot be read as alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAlerts {
    /// Neither a table nor JSON.
    #[error("neither a table nor JSON")]
    NoTable,
    /// Columns are missing.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

/// Whether a file is a table of alerts, by its beginning. (Rules are asked for before.)
pub fn is_alerts(head: &[u8]) -> bool {
    look(head).is_some_and(|head| head.is_of_alerts())
}

/// What the beginning of a file shows, for choosing columns by hand.
pub fn look(head: &[u8]) -> Option<Head> {
    look_at(head.get(..ALERT_HEAD_BYTES).unwrap_or(head))
}

/// The same with what its columns are taken for; `known` are mappings that were chosen before.
pub fn sample(path: &str, head: &[u8], known: &[KnownMapping]) -> Option<SampledTable> {
    let head = look(head)?;
    let guess = head.guess(&Zone::default());
    let chosen = chosen(&head, known);
    Some(SampledTable {
        path: path.to_owned(),
        format: head.format,
        is_known: chosen.is_some(),
        mapping: chosen.cloned().unwrap_or(guess.mapping),
        product: guess.product,
        columns: head.columns,
    })
}

/// Whether a mapping was chosen before for a table with the columns of this one.
pub fn is_known(head: &[u8], known: &[KnownMapping]) -> bool {
    !known.is_empty() && look(head).is_some_and(|head| chosen(&head, known).is_some())
}

/// The newest that fits.
fn chosen<'k>(head: &Head, known: &'k [KnownMapping]) -> Option<&'k Mapping> {
    let columns: Vec<String> = head.columns.iter().map(|column| column.name.clone()).collect();
    let is_table = matches!(head.format, TableFormat::Csv | TableFormat::Tsv);
    let fits = |known: &&KnownMapping| known.fits(&columns, is_table);
    known.iter().rev().find(fits).map(|known| &known.mapping)
}

fn look_at(head: &[u8]) -> Option<Head> {
    let (mut decoder, mark) = Decoder::of(head);
    Head::of(decoder.decode(head.get(mark..).unwrap_or_default()))
}

/// Every row of a small table, by the columns of its head.
pub(super) fn each_row(bytes: &[u8], head: &Head, see: &mut dyn FnMut(&dyn Cells, u32)) {
    let (mut decoder, mark) = Decoder::of(bytes);
    let bytes = decoder.decode(bytes.get(mark..).unwrap_or_default());
    if matches!(head.format, TableFormat::Csv | TableFormat::Tsv) {
        let mut to_skip = 1 + u32::from(head.has_separator_line);
        let mut each = |row: &Row<'_>| match to_skip {
            0 => see(&RowCells(row), row.line),
            _ => to_skip -= 1,
        };
        let mut rows = Rows::new(head.separator);
        rows.push(bytes, &mut each);
        rows.finish(&mut each);
        return;
    }
    let paths: Vec<String> = head.columns.iter().map(|column| column.name.clone()).collect();
    let mut each = |cut: Cut<'_>, line: u32| {
        if let Cut::Record(bytes) = cut
            && let Ok(value) = serde_json::from_slice::<Value>(bytes)
        {
            see(&RecordCells { value: &value, paths: &paths }, line);
        }
    };
    let mut records = Records::new(head.layout.clone());
    records.push(bytes, &mut each);
    records.finish(&mut each);
}

/// Reads one file, piece by piece.
pub struct AlertReader {
    path: String,
    options: AlertOptions,
    stage: Stage,
}

enum Stage {
    /// What came so far; not enough to see what it is.
    Head {
        head: Vec<u8>,
        /// How much of it is waited for, more than there is.
        enough: usize,
    },
    Body(Box<Body>),
    Refused(NotAlerts),
}

struct Body {
    decoder: Decoder,
    splitter: Splitter,
    filler: Filler,
    format: TableFormat,
    product: Option<Product>,
    mapping: Mapping,
    columns: Vec<String>,
    /// Rows before the first of the table: a head, a line with the separator.
    to_skip: u32,
    /// Alerts that were taken out already.
    drained: usize,
}

enum Splitter {
    Rows(Rows),
    Records(Records),
}

impl AlertReader {
    /// Begins a file.
    pub fn new(path: &str, options: AlertOptions) -> Self {
        Self {
            path: path.to_owned(),
            options,
            stage: Stage::Head { head: Vec::new(), enough: ALERT_HEAD_BYTES },
        }
    }

    /// The next piece, of any size.
    pub fn push(&mut self, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Head { head, enough } => {
                let (now, later) = bytes.split_at(bytes.len().min(*enough - head.len()));
                head.extend_from_slice(now);
                if head.len() < *enough {
                    return;
                }
                // A first record that is larger than the beginning.
                if *enough < MAX_ALERT_ROW_BYTES
                    && look_at(head).is_some_and(|head| head.columns.is_empty())
                {
                    *enough *= 4;
                } else {
                    self.begin();
                }
                self.push(later);
            }
            Stage::Body(body) => body.push(bytes),
            Stage::Refused(_) => {}
        }
    }

    /// Rows that came so far, those that were left out too.
    pub fn rows(&self) -> u32 {
        match &self.stage {
            Stage::Body(body) => body.filler.rows,
            Stage::Head { .. } | Stage::Refused(_) => 0,
        }
    }

    /// Takes out what was read so far, without a [`Reading`]: so a large table can be sent on in
    /// pieces. What is left comes with [`Self::finish`].
    pub fn drain(&mut self) -> Alerts {
        match &mut self.stage {
            Stage::Body(body) => {
                body.drained += body.filler.alerts.len();
                std::mem::take(&mut body.filler.alerts)
            }
            Stage::Head { .. } | Stage::Refused(_) => Alerts::default(),
        }
    }

    /// The end of the file: what is left of its table, with one [`Reading`].
    ///
    /// # Errors
    /// If it is no table, or none of its columns is a time, a rule or a technique.
    pub fn finish(mut self) -> Result<Alerts, NotAlerts> {
        if matches!(self.stage, Stage::Head { .. }) {
            self.begin();
        }
        match self.stage {
            Stage::Body(body) => Ok(body.finish(self.path)),
            Stage::Refused(why) => Err(why),
            Stage::Head { .. } => Err(NotAlerts::NoTable),
        }
    }

    fn begin(&mut self) {
        let Stage::Head { head, .. } = &mut self.stage else { return };
        let head = std::mem::take(head);
        self.stage = match Body::new(&head, &self.options) {
            Ok(body) => Stage::Body(Box::new(body)),
            Err(why) => Stage::Refused(why),
        };
    }
}

impl Body {
    fn new(bytes: &[u8], options: &AlertOptions) -> Result<Self, NotAlerts> {
        let head = look_at(bytes).ok_or(NotAlerts::NoTable)?;
        let guess = head.guess(&options.zone);
        let mapping = options.mapping.as_ref().or_else(|| chosen(&head, &options.known));
        let mapping = mapping.cloned().unwrap_or(guess.mapping);
        mapping.check()?;
        let is_table = matches!(head.format, TableFormat::Csv | TableFormat::Tsv);
        let columns: Vec<String> = head.columns.into_iter().map(|column| column.name).collect();
        // Of JSON also paths that were not seen at the beginning; they are numbered in the order
        // of the mapping.
        let paths: Vec<String> = match is_table {
            true => columns.clone(),
            false => mapping.columns.values().flatten().cloned().collect(),
        };
        let find = |name: &str| paths.iter().position(|own| own == name);
        let filler = Filler::new(&mapping, guess.product, &options.limits, find);
        let (decoder, mark) = Decoder::of(bytes);
        let mut body = Self {
            decoder,
            splitter: match is_table {
                true => Splitter::Rows(Rows::new(head.separator)),
                false => Splitter::Records(Records::new(head.layout)),
            },
            filler,
            format: head.format,
            product: guess.product,
            mapping,
            columns: if is_table { columns } else { paths },
            to_skip: if is_table { 1 + u32::from(head.has_separator_line) } else { 0 },
            drained: 0,
        };
        body.push(bytes.get(mark..).unwrap_or_default());
        Ok(body)
    }

    fn push(&mut self, bytes: &[u8]) {
        let Self { decoder, splitter, filler, columns, to_skip, .. } = self;
        let bytes = decoder.decode(bytes);
        match splitter {
            Splitter::Rows(rows) => {
                rows.push(bytes, &mut |row| add_row(filler, columns.len(), to_skip, row));
            }
            Splitter::Records(records) => {
                records.push(bytes, &mut |cut, line| add_record(filler, columns, cut, line));
            }
        }
    }

    fn finish(mut self, path: String) -> Alerts {
        let Self { splitter, filler, columns, to_skip, .. } = &mut self;
        let unclosed = match splitter {
            Splitter::Rows(rows) => {
                rows.finish(&mut |row| add_row(filler, columns.len(), to_skip, row));
                rows.unclosed
            }
            Splitter::Records(records) => {
                records.finish(&mut |cut, line| add_record(filler, columns, cut, line));
                records.unclosed
            }
        };
        let Filler { mut alerts, faults, rows, .. } = self.filler;
        alerts.readings = vec![Arc::new(Reading {
            path,
            format: self.format,
            product: self.product,
            mapping: self.mapping,
            columns: self.columns,
            rows,
            read: u32::try_from(self.drained + alerts.len()).unwrap_or(u32::MAX),
            faults,
            unclosed,
        })];
        alerts
    }
}

struct RowCells<'r>(&'r Row<'r>);

impl Cells for RowCells<'_> {
    fn text(&self, column: usize) -> Cow<'_, str> {
        match String::from_utf8_lossy(self.0.cell(column)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }
}

fn add_row(filler: &mut Filler, columns: usize, to_skip: &mut u32, row: &Row<'_>) {
    if *to_skip > 0 {
        *to_skip -= 1;
        return;
    }
    if row.is_too_large {
        return filler.lose(Fault::TooLarge, row.line, "");
    }
    if row.cut.is_some() {
        filler.remark(Fault::CellCut, row.line, "");
    }
    let is_more = (columns..row.len()).any(|at| !row.cell(at).trim_ascii().is_empty());
    if is_more {
        filler.remark(Fault::MoreCells, row.line, "");
    }
    let is_bad = |at: usize| filler.is_read(at) && !is_utf8(row, at);
    if (0..columns).any(is_bad) {
        filler.remark(Fault::Encoding, row.line, "");
    }
    filler.add(&RowCells(row), row.line);
}

/// A cell that was cut may end within a character.
fn is_utf8(row: &Row<'_>, at: usize) -> bool {
    match std::str::from_utf8(row.cell(at)) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && row.cut.is_some(),
    }
}

struct RecordCells<'r> {
    value: &'r Value,
    paths: &'r [String],
}

impl RecordCells<'_> {
    fn each(&self, column: usize, see: &mut dyn FnMut(String)) {
        let Some(path) = self.paths.get(column) else { return };
        value::each_at(self.value, path, &mut |value| {
            if let Some(text) = value::text(value).filter(|text| !text.trim().is_empty()) {
                see(text);
            }
        });
    }
}

impl Cells for RecordCells<'_> {
    fn text(&self, column: usize) -> Cow<'_, str> {
        let mut first = None;
        self.each(column, &mut |text| {
            first.get_or_insert(text);
        });
        Cow::Owned(first.map(|text| text.trim().to_owned()).unwrap_or_default())
    }

    fn all(&self, column: usize) -> Cow<'_, str> {
        let mut all = String::new();
        self.each(column, &mut |text| {
            if !all.is_empty() {
                all.push(',');
            }
            all.push_str(text.trim());
        });
        Cow::Owned(all)
    }
}

fn add_record(filler: &mut Filler, paths: &[String], cut: Cut<'_>, line: u32) {
    let text =
        |bytes: &[u8]| String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).into_owned();
    let bytes = match cut {
        Cut::TooLarge => return filler.lose(Fault::TooLarge, line, ""),
        Cut::Broken(bytes) => return filler.lose(Fault::Broken, line, &text(bytes)),
        Cut::Record(bytes) => bytes,
    };
    let read = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str::<Value>(text),
        Err(_) => {
            filler.remark(Fault::Encoding, line, "");
            serde_json::from_str(&String::from_utf8_lossy(bytes))
        }
    };
    match read {
        Ok(value) => filler.add(&RecordCells { value: &value, paths }, line),
        Err(_) => filler.lose(Fault::Broken, line, &text(bytes)),
    }
}

#[cfg(test)]
mod tests;
