//! The beginning of a file of alerts: how it is written, its columns, and what they hold.

use super::names::{EXPORTS, SHORTEST_AT_THE_END, WEAK, ends, names, plain, states_utc};
use super::records::{Cut, Layout, Records};
use super::rows::Rows;
use super::value::leaves;
use super::words;
use crate::alerts::{
    DayOrder, Field, Mapping, Product, SampledColumn, TableFormat, TimeFormat, WrittenTime, Zone,
};
use crate::float::float;
use crate::lowercase::lowercase;
use serde_json::Value;

/// Rows and records that are looked at, and values of each column that are kept.
const LOOKED_AT: usize = 200;
const SAMPLES: usize = 40;
/// Columns that are looked at in JSON; raw events may have any number.
const MOST_PATHS: usize = 2_000;

/// How a file is written, and what is in its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How it is written.
    pub format: TableFormat,
    /// In their order.
    pub columns: Vec<SampledColumn>,
    pub(super) separator: u8,
    /// Excel writes `sep=;` before the head.
    pub(super) has_separator_line: bool,
    pub(super) layout: Layout,
}

/// What the columns of a file are taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// Whose export it is, if that shows.
    pub product: Option<Product>,
    /// The columns.
    pub mapping: Mapping,
    /// How sure it is that this is a table of alerts; from [`Guess::ENOUGH`] on it is taken for
    /// one.
    pub certainty: u8,
}

impl Guess {
    /// A time and a rule or technique, both by names that say so; or by weaker ones with other
    /// columns of alerts beside.
    pub const ENOUGH: u8 = 4;
}

impl Head {
    /// Looks at the beginning of a file, in UTF-8; `None` if it is neither a table nor JSON.
    pub fn of(head: &[u8]) -> Option<Self> {
        let text = head.trim_ascii_start();
        match text.first()? {
            b'{' | b'[' => Self::of_json(text),
            _ => Self::of_table(head),
        }
    }

    fn of_table(head: &[u8]) -> Option<Self> {
        let first = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
        // Markdown, XML, and what is no table at all.
        if first.starts_with(b"|") || first.starts_with(b"<") || first.contains(&0) {
            return None;
        }
        let stated = first.strip_prefix(b"sep=").and_then(|rest| rest.first()).copied();
        let count = |separator: u8| {
            let mut is_quoted = false;
            first
                .iter()
                .filter(|byte| {
                    is_quoted ^= **byte == b'"';
                    !is_quoted && **byte == separator
                })
                .count()
        };
        // Of two that occur as often the first.
        let best = b",;\t|".iter().rev().copied().max_by_key(|separator| count(*separator));
        let separator = stated.or(best.filter(|separator| count(*separator) > 0))?;
        let mut columns: Vec<SampledColumn> = Vec::new();
        let (mut rows, mut seen) = (Rows::new(separator), 0);
        let mut is_marked = stated.is_some();
        rows.push(head, &mut |row| {
            let cell = |at| String::from_utf8_lossy(row.cell(at)).trim().to_owned();
            if std::mem::take(&mut is_marked) || seen > LOOKED_AT {
                return;
            }
            if seen == 0 {
                columns.extend(
                    (0..row.len()).map(|at| SampledColumn { name: cell(at), values: Vec::new() }),
                );
            } else {
                for (at, column) in columns.iter_mut().enumerate() {
                    column.see(cell(at));
                }
            }
            seen += 1;
        });
        if seen == 0 {
            // A head alone, without a line end.
            rows.finish(&mut |row| {
                let cell = |at| String::from_utf8_lossy(row.cell(at)).trim().to_owned();
                columns.extend(
                    (0..row.len()).map(|at| SampledColumn { name: cell(at), values: Vec::new() }),
                );
            });
        }
        Some(Self {
            format: if separator == b'\t' { TableFormat::Tsv } else { TableFormat::Csv },
            columns: (columns.len() > 1).then_some(columns)?,
            separator,
            has_separator_line: stated.is_some(),
            layout: Layout::Lines,
        })
    }

    fn of_json(text: &[u8]) -> Option<Self> {
        let layout = layout(text)?;
        let mut columns: Vec<SampledColumn> = Vec::new();
        let mut seen = 0;
        let mut records = Records::new(layout.clone());
        records.push(text, &mut |cut, _| {
            let Cut::Record(bytes) = cut else { return };
            if seen < LOOKED_AT
                && let Ok(value) = serde_json::from_slice::<Value>(bytes)
            {
                seen += 1;
                sample(&value, &mut columns);
            }
        });
        // The last line may have no end, and the only object may be larger than what is here.
        if seen == 0 {
            records.finish(&mut |cut, _| {
                if let Cut::Record(bytes) = cut
                    && let Ok(value) = serde_json::from_slice::<Value>(bytes)
                {
                    sample(&value, &mut columns);
                }
            });
        }
        let format = match layout {
            Layout::List(_) => TableFormat::Json,
            Layout::Lines | Layout::Objects => TableFormat::Ndjson,
        };
        Some(Self { format, columns, separator: b',', has_separator_line: false, layout })
    }

    /// Whether it is that of a table of alerts.
    pub(in crate::import) fn is_of_alerts(&self) -> bool {
        self.guess(&Zone::default()).certainty >= Guess::ENOUGH
    }

    /// What its columns are taken for; `zone` is that of times that state none.
    pub fn guess(&self, zone: &Zone) -> Guess {
        let plain: Vec<String> = self.columns.iter().map(|column| plain(&column.name)).collect();
        let export = EXPORTS.iter().find(|export| export.is_shown_by(&plain));
        let names_of = |(column, plain): (&SampledColumn, &String)| {
            let parts = (1..).zip(ends(&column.name));
            let parts = parts.filter(|(_, name)| name.len() >= SHORTEST_AT_THE_END);
            std::iter::once((0, plain.clone())).chain(parts).collect()
        };
        let mut guesser = Guesser {
            columns: &self.columns,
            plain: &plain,
            names: self.columns.iter().zip(&plain).map(names_of).collect(),
            taken: vec![false; plain.len()],
            zone,
            mapping: Mapping { zone: *zone, ..Mapping::default() },
            certainty: 0,
            is_certain: true,
        };
        for (field, names) in export.map(|export| export.columns).unwrap_or_default() {
            guesser.by_names(*field, names, 2);
        }
        guesser.techniques();
        for field in [
            Field::DetectionTime,
            Field::EventTime,
            Field::Time,
            Field::RuleId,
            Field::RuleName,
            Field::Severity,
            Field::Host,
            Field::User,
            Field::Verdict,
            Field::Incident,
        ] {
            guesser.by_names(field, names(field), 0);
        }
        guesser.time_by_value();
        guesser.done(export.map(|export| export.product))
    }
}

impl SampledColumn {
    fn see(&mut self, value: String) {
        if self.values.len() < SAMPLES && !value.trim().is_empty() {
            let short = value.chars().take(200).collect();
            self.values.push(short);
        }
    }
}

fn sample(value: &Value, columns: &mut Vec<SampledColumn>) {
    leaves(value, "", 0, &mut |path, text| {
        // Lengths tell most apart, for less.
        let is_it = |column: &SampledColumn| column.name.len() == path.len() && column.name == path;
        let known = columns.iter().position(is_it);
        let at = known.unwrap_or(columns.len());
        if known.is_none() && columns.len() < MOST_PATHS {
            columns.push(SampledColumn { name: path.to_owned(), values: Vec::new() });
        }
        if let Some(column) = columns.get_mut(at) {
            column.see(text);
        }
    });
}

/// Where the records of JSON are.
fn layout(text: &[u8]) -> Option<Layout> {
    if text.starts_with(b"[") {
        return Some(Layout::List(Vec::new()));
    }
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next()?;
    let second = lines.find(|line| !line.is_empty());
    let is_whole = |line: &[u8]| matches!(serde_json::from_slice(line), Ok(Value::Object(_)));
    let is_by_line = is_whole(first);
    if is_by_line && second.is_some_and(|line| line.starts_with(b"{")) {
        return Some(Layout::Lines);
    }
    Some(
        list_below(text)
            .map_or(if is_by_line { Layout::Lines } else { Layout::Objects }, Layout::List),
    )
}

/// The keys of a list of records that an answer of an interface or an export has.
fn list_below(text: &[u8]) -> Option<Vec<String>> {
    const LISTS: [&[&str]; 15] = [
        &["hits", "hits"],
        &["rawResponse", "hits", "hits"],
        &["value"],
        &["detections"],
        &["nestedDetectionSamples"],
        &["alerts"],
        &["results"],
        &["incidents"],
        &["items"],
        &["events"],
        &["records"],
        &["data"],
        &["rows"],
        &["notables"],
        &["Results"],
    ];
    // Quicker than cutting, and most objects have none of them.
    let mut is_there = [false; LISTS.len()];
    let quotes = text.iter().enumerate().filter(|(_, byte)| **byte == b'"');
    for rest in quotes.filter_map(|(at, _)| text.get(at + 1..)) {
        for (path, is_there) in LISTS.iter().zip(&mut is_there) {
            let last = path.last().map_or(&[][..], |key| key.as_bytes());
            if rest.first() == last.first()
                && rest.strip_prefix(last).is_some_and(|rest| rest.starts_with(b"\""))
            {
                *is_there = true;
            }
        }
    }
    let candidates = LISTS.into_iter().zip(is_there).filter(|(_, is_there)| *is_there);
    candidates.map(|(path, _)| path).find_map(|path| {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let mut found = 0;
        let mut records = Records::new(Layout::List(path.clone()));
        records.push(text, &mut |cut, _| found += usize::from(matches!(cut, Cut::Record(_))));
        (found > 0).then_some(path)
    })
}

/// Gives columns to fields, each to one.
struct Guesser<'h> {
    columns: &'h [SampledColumn],
    plain: &'h [String],
    /// What each column may be known by, with how much of its path is cut off. Made once: they are
    /// asked for ten fields.
    names: Vec<Vec<(usize, String)>>,
    taken: Vec<bool>,
    zone: &'h Zone,
    mapping: Mapping,
    certainty: u8,
    is_certain: bool,
}

impl Guesser<'_> {
    fn give(&mut self, field: Field, at: usize) {
        if let (Some(column), Some(taken)) = (self.columns.get(at), self.taken.get_mut(at)) {
            *taken = true;
            self.mapping.columns.entry(field).or_default().push(column.name.clone());
        }
    }

    /// By the whole name, then by the end of a path; of names the first in the list.
    fn by_names(&mut self, field: Field, names: &[&'static str], least: u8) {
        if !self.mapping.of(field).is_empty() {
            return;
        }
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if self.taken.get(at) == Some(&true) {
                continue;
            }
            for (cut, name) in self.names.get(at).into_iter().flatten() {
                // Lengths tell most apart, for less.
                let is_it = |own: &&'static str| own.len() == name.len() && own == name;
                if let Some(rank) = names.iter().position(is_it)
                    && self.fits(field, column)
                {
                    found.push((*cut, rank, at));
                    break;
                }
            }
        }
        crate::sorted::sort(&mut found);
        let Some((cut, rank, _)) = found.first().copied() else { return };
        let name = names.get(rank).copied().unwrap_or_default();
        let weight = if WEAK.contains(&name) || cut > 1 { 1 } else { 2 };
        self.certainty += match field {
            Field::Time | Field::DetectionTime | Field::RuleId | Field::RuleName => {
                weight.max(least)
            }
            // Deep in a record they are those of an event.
            Field::Severity | Field::Host | Field::User | Field::Verdict => u8::from(cut <= 1),
            _ => 0,
        };
        // A verdict may stand in any of several columns, a status beside it in another.
        let count = if field == Field::Verdict { 3 } else { 1 };
        for (_, _, at) in found.into_iter().take(count) {
            self.give(field, at);
        }
    }

    /// Whether the values of a column can be those of a field; one without values can.
    fn fits(&self, field: Field, column: &SampledColumn) -> bool {
        let most = |is: &dyn Fn(&str) -> bool| {
            let fitting = column.values.iter().filter(|value| is(value)).count();
            2 * fitting >= column.values.len()
        };
        match field {
            Field::Time | Field::EventTime | Field::DetectionTime => {
                most(&|value| self.is_time(value))
            }
            Field::Severity => most(&|value| {
                words::severity(value, None).is_some()
                    || value.trim().len() <= 3
                    || words::is_nothing(value)
            }),
            // Numbers of rows and the like are no names.
            Field::RuleName => most(&|value| float(value.trim()).is_none()),
            _ => true,
        }
    }

    fn is_time(&self, value: &str) -> bool {
        let orders = [DayOrder::MonthFirst, DayOrder::DayFirst];
        orders.into_iter().any(|order| WrittenTime::read(value, self.zone, order).is_ok())
    }

    /// Techniques by what is in a column of a fitting name, or in any that has nothing else;
    /// tactics by name.
    fn techniques(&mut self) {
        let share = |column: &SampledColumn, is: &dyn Fn(&str) -> bool| {
            let fitting = column.values.iter().filter(|value| is(value)).count();
            (fitting, column.values.len())
        };
        let mut found: Vec<usize> = Vec::new();
        // Few alerts may name a technique, and none of the first; of what they do name nothing is
        // to be lost.
        let mut empty: Vec<usize> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let name = lowercase(&column.name);
            let is_named =
                ["technique", "mitre", "attack", "att&ck", "ttp"].iter().any(|w| name.contains(w));
            let is_tactic = name.contains("tactic");
            let (with, all) = share(column, &|value| !words::techniques(value).is_empty());
            let (only, _) = share(column, &words::is_only_techniques);
            if (is_named && !is_tactic && with > 0 && 2 * with >= all) || (only > 0 && only == all)
            {
                found.push(at);
            } else if all == 0 && name.contains("technique") && !is_tactic {
                empty.push(at);
            }
        }
        self.certainty += if found.is_empty() { 0 } else { 2 };
        for at in found.into_iter().chain(empty) {
            self.give(Field::Technique, at);
        }
        let names: Vec<usize> = (0..self.columns.len())
            .filter(|at| {
                self.plain.get(*at).is_some_and(|name| name.contains("tactic"))
                    && self.taken.get(*at) == Some(&false)
            })
            .collect();
        for at in names {
            self.give(Field::Tactic, at);
        }
    }

    /// Without a named time, the first column that holds nothing else.
    fn time_by_value(&mut self) {
        let has = |field| !self.mapping.of(field).is_empty();
        if has(Field::Time) || has(Field::DetectionTime) || has(Field::EventTime) {
            return;
        }
        let is_calendar = |value: &String| {
            WrittenTime::read(value, self.zone, DayOrder::MonthFirst)
                .or_else(|_| WrittenTime::read(value, self.zone, DayOrder::DayFirst))
                .is_ok_and(|time| time.format != TimeFormat::Epoch)
        };
        let found = (0..self.columns.len()).find(|at| {
            let values =
                self.columns.get(*at).map(|column| column.values.as_slice()).unwrap_or_default();
            self.taken.get(*at) == Some(&false)
                && !values.is_empty()
                && values.iter().all(is_calendar)
        });
        if let Some(at) = found {
            self.give(Field::Time, at);
            // Of use by hand; rules have dates as well.
            self.is_certain = false;
        }
    }

    fn done(mut self, product: Option<Product>) -> Guess {
        // `25/03/2024` among the values says which comes first.
        let times = [Field::Time, Field::EventTime, Field::DetectionTime];
        let is_read = |order: DayOrder| {
            times.iter().flat_map(|field| self.mapping.of(*field)).all(|name| {
                let column = self.columns.iter().find(|column| column.name == *name);
                let values = column.map(|column| column.values.as_slice()).unwrap_or_default();
                values.iter().all(|value| {
                    let other = match order {
                        DayOrder::MonthFirst => DayOrder::DayFirst,
                        DayOrder::DayFirst => DayOrder::MonthFirst,
                    };
                    let read = |order| WrittenTime::read(value, self.zone, order).is_ok();
                    read(order) || !read(other)
                })
            })
        };
        if !is_read(DayOrder::MonthFirst) && is_read(DayOrder::DayFirst) {
            self.mapping.day_order = DayOrder::DayFirst;
        }
        let is_usable = self.mapping.check().is_ok();
        Guess {
            product,
            mapping: self.mapping,
            certainty: if is_usable && self.is_certain { self.certainty } else { 0 },
        }
    }
}

/// Whether a column says that its times are in UTC.
pub(super) fn is_utc(name: &str) -> bool {
    states_utc(name)
}
