//! From cells to rows of the table.

use super::head::is_utc;
use super::words;
use crate::alerts::{
    Alerts, Fault, Faults, Field, LocalTime, Mapping, Moment, Names, NewAlert, Product, TimeError,
    WrittenTime, Zone,
};
use crate::attack::TechniqueId;
use crate::limits::{Limit, Limits};
use std::borrow::Cow;

/// A row as its source has it.
pub(in crate::import) trait Cells {
    /// The text in a column, trimmed; of several values the first. Empty if there is none.
    fn text(&self, column: usize) -> Cow<'_, str>;

    /// The same with all values, commas between.
    fn all(&self, column: usize) -> Cow<'_, str> {
        self.text(column)
    }
}

/// A field's columns.
struct Columns {
    /// Number for [`Cells::text`], and name.
    columns: Vec<(usize, String)>,
}

/// Fills a table, row by row.
pub(super) struct Filler {
    mapping: Mapping,
    product: Option<Product>,
    utc: Zone,
    /// In the order of [`Field::ALL`].
    fields: Vec<Columns>,
    /// Texts of techniques and what they say, so that each is read once.
    written: Names,
    sets: Vec<Vec<TechniqueId>>,
    pub(super) alerts: Alerts,
    pub(super) faults: Faults,
    pub(super) rows: u32,
    /// Rows of the table, those too that were taken out of it …
    kept: u32,
    /// … of which there are at most so many.
    most: u32,
}

/// Texts of techniques that are remembered; longer ones are read each time.
const MOST_TEXTS: usize = 50_000;
const LONGEST_TEXT: usize = 2_000;

impl Filler {
    /// `number` finds a column by its name.
    pub(super) fn new(
        mapping: &Mapping,
        product: Option<Product>,
        limits: &Limits,
        number: impl Fn(&str) -> Option<usize>,
    ) -> Self {
        let fields = Field::ALL.iter().map(|field| {
            let columns = mapping.of(*field).iter();
            let columns = columns.filter_map(|name| Some((number(name)?, name.clone())));
            Columns { columns: columns.collect() }
        });
        let most = u32::try_from(limits.of(Limit::AlertRows)).unwrap_or(u32::MAX);
        Self {
            mapping: mapping.clone(),
            product,
            utc: Zone::default(),
            fields: fields.collect(),
            written: Names::default(),
            sets: Vec::new(),
            alerts: Alerts::default(),
            faults: Faults::within(most),
            rows: 0,
            kept: 0,
            most,
        }
    }

    /// The columns that are read.
    pub(super) fn is_read(&self, column: usize) -> bool {
        self.fields.iter().any(|field| field.columns.iter().any(|(own, _)| *own == column))
    }

    /// A row that is lost.
    pub(super) fn lose(&mut self, fault: Fault, line: u32, text: &str) {
        self.rows = self.rows.saturating_add(1);
        self.faults.add(fault, self.rows, line, text);
    }

    /// A fault of the row that comes next.
    pub(super) fn remark(&mut self, fault: Fault, line: u32, text: &str) {
        self.faults.add(fault, self.rows.saturating_add(1), line, text);
    }

    fn columns(&self, field: Field) -> &[(usize, String)] {
        self.fields.get(field as usize).map(|field| field.columns.as_slice()).unwrap_or_default()
    }

    /// The first that is not empty.
    fn first<'c>(&self, cells: &'c impl Cells, field: Field) -> Cow<'c, str> {
        let mut texts = self.columns(field).iter().map(|(column, _)| cells.text(*column));
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// All, with commas between.
    fn all<'c>(&self, cells: &'c impl Cells, field: Field) -> Cow<'c, str> {
        match self.columns(field) {
            [] => Cow::Borrowed(""),
            [(column, _)] => cells.all(*column),
            several => {
                let texts = several.iter().map(|(column, _)| cells.all(*column));
                let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
                Cow::Owned(texts.join(","))
            }
        }
    }

    /// A time, if there is one; and the text of one that cannot be read.
    fn time<'c>(
        &self,
        cells: &'c impl Cells,
        field: Field,
    ) -> Result<Option<WrittenTime>, Cow<'c, str>> {
        for (column, name) in self.columns(field) {
            let text = cells.text(*column);
            let zone = if is_utc(name) { &self.utc } else { &self.mapping.zone };
            match WrittenTime::read(&text, zone, self.mapping.day_order) {
                Ok(time) => return Ok(Some(time)),
                Err(TimeError::Empty) => {}
                Err(TimeError::Unknown | TimeError::OutOfRange) => return Err(text),
            }
        }
        Ok(None)
    }

    /// Adds a row, or notes why not.
    pub(super) fn add(&mut self, cells: &impl Cells, line: u32) {
        self.rows = self.rows.saturating_add(1);
        let row = self.rows;
        if self.kept >= self.most {
            return self.faults.add(Fault::TooMany, row, line, "");
        }
        let mut moments = [None::<Moment>; 3];
        let fields = [Field::Time, Field::DetectionTime, Field::EventTime];
        let faults = [Fault::BadTime, Fault::BadDetectionTime, Fault::BadEventTime];
        let mut bad_time = None;
        for ((field, fault), moment) in fields.into_iter().zip(faults).zip(&mut moments) {
            match self.time(cells, field) {
                Ok(time) => {
                    *moment = time.map(|time| time.moment);
                    let fault = match time.map(|time| time.local) {
                        Some(LocalTime::Twice) => Fault::TwiceTime,
                        Some(LocalTime::Never) => Fault::NeverTime,
                        Some(LocalTime::Clear) | None => continue,
                    };
                    self.faults.add(fault, row, line, &self.first(cells, field));
                }
                // The row is lost; one fault is enough.
                Err(text) if fault == Fault::BadTime => bad_time = Some(text),
                Err(text) => self.faults.add(fault, row, line, &text),
            }
        }
        let [time, detected, event] = moments;
        // A file may have no other time than that of detection, or of the event.
        let named = self.columns(Field::Time).is_empty();
        let time = time.or(if named { detected.or(event) } else { None });
        let Some(time) = time else {
            return match bad_time {
                Some(text) => self.faults.add(Fault::BadTime, row, line, &text),
                None => self.faults.add(Fault::NoTime, row, line, ""),
            };
        };
        let rule_id = self.first(cells, Field::RuleId);
        let rule_name = self.first(cells, Field::RuleName);
        let technique = self.all(cells, Field::Technique);
        let tactic = self.all(cells, Field::Tactic);
        if [&rule_id, &rule_name, &technique, &tactic].iter().all(|text| text.is_empty()) {
            return self.faults.add(Fault::NoSubject, row, line, "");
        }
        let techniques = self.techniques(&technique);
        if techniques.is_empty() && !is_empty_list(&technique) {
            self.faults.add(Fault::BadTechnique, row, line, &technique);
        }
        let severity = self.first(cells, Field::Severity);
        let read = words::severity(&severity, self.product);
        if read.is_none() && !words::is_nothing(&severity) {
            self.faults.add(Fault::BadSeverity, row, line, &severity);
        }
        let verdicts = self.columns(Field::Verdict).iter();
        let verdict = verdicts
            .map(|(column, name)| words::verdict(&cells.text(*column), name))
            .find(|verdict| *verdict != crate::alerts::Verdict::None);
        let (host, user) = (self.first(cells, Field::Host), self.first(cells, Field::User));
        let incident = self.first(cells, Field::Incident);
        self.kept += 1;
        self.alerts.push(&NewAlert {
            time,
            event,
            detected,
            rule_id: &rule_id,
            rule_name: &rule_name,
            techniques: Cow::Owned(techniques),
            tactic: if is_empty_list(&tactic) { "" } else { &tactic },
            host: &host,
            user: &user,
            incident: &incident,
            severity: read,
            verdict: verdict.unwrap_or_default(),
            file: 0,
            row,
        });
    }

    fn techniques(&mut self, text: &str) -> Vec<TechniqueId> {
        if text.len() > LONGEST_TEXT
            || (self.sets.len() >= MOST_TEXTS && self.written.find(text).is_none())
        {
            return words::techniques(text);
        }
        let number = self.written.number(text) as usize;
        if number == 0 {
            return Vec::new();
        }
        if number > self.sets.len() {
            self.sets.push(words::techniques(text));
        }
        self.sets.get(number - 1).cloned().unwrap_or_default()
    }
}

/// `[]`, `-`, `N/A`: nothing is said.
fn is_empty_list(text: &str) -> bool {
    words::is_nothing(text)
}
