//! The table of alerts: columns, not rows. A row takes 54 bytes and what is new in its strings, so
//! that a million fit in a worker and in the page.

mod settle;
mod take;

use super::{Moment, Names, Reading, Severity, Verdict};
use crate::attack::TechniqueId;
use crate::pace::{PAUSE_EVERY_ROWS, Pace};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// No time, in a column of times.
const NO_TIME: i64 = i64::MIN;
/// Between a rule's id and its name, where both are one string.
const BETWEEN: char = '\u{1F}';

/// Alerts of any number of files, in the order of the files and their rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    time: Vec<i64>,
    event: Vec<i64>,
    detected: Vec<i64>,
    rule: Vec<u32>,
    techniques: Vec<u32>,
    tactic: Vec<u32>,
    host: Vec<u32>,
    user: Vec<u32>,
    incident: Vec<u32>,
    severity: Vec<Option<Severity>>,
    verdict: Vec<Verdict>,
    file: Vec<u16>,
    row: Vec<u32>,
    /// A bit for each row; empty if there is no copy.
    copies: Vec<u64>,
    /// At the place of each file.
    copies_in: Vec<u32>,
    rules: Names,
    /// Ids with blanks between.
    sets: Names,
    /// The same, read; at their number less one.
    read_sets: Vec<Vec<TechniqueId>>,
    tactics: Names,
    hosts: Names,
    users: Names,
    incidents: Names,
    /// What became of each file, by path.
    pub readings: Vec<Arc<Reading>>,
}

/// The rule that raised an alert, as the alert names it. One of both is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlertRule<'a> {
    /// Its id; may be empty.
    pub id: &'a str,
    /// Its name; may be empty.
    pub name: &'a str,
}

impl<'a> AlertRule<'a> {
    /// Its name or, without one, its id.
    pub fn label(self) -> &'a str {
        if self.name.is_empty() { self.id } else { self.name }
    }

    fn of(key: &'a str) -> Self {
        let (id, name) = key.split_once(BETWEEN).unwrap_or((key, ""));
        Self { id, name }
    }
}

/// One row as it is read. Numbers are those of the table's lists of names; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert<'a> {
    /// Its place in the table.
    pub at: usize,
    /// When it was raised.
    pub time: Moment,
    /// When what it is about happened.
    pub event: Option<Moment>,
    /// When it was detected, where the file tells that apart from [`Self::time`].
    pub detected: Option<Moment>,
    /// Number of its rule, see [`Alerts::rule`].
    pub rule: u32,
    /// The techniques that it names itself, sorted; often none, then they come from its rule.
    pub techniques: &'a [TechniqueId],
    /// The tactics that it names itself, as written.
    pub tactic: &'a str,
    /// Number in [`Alerts::hosts`].
    pub host: u32,
    /// Number in [`Alerts::users`].
    pub user: u32,
    /// Number in [`Alerts::incidents`].
    pub incident: u32,
    /// `None` where it has none that can be read.
    pub severity: Option<Severity>,
    /// What was found of it.
    pub verdict: Verdict,
    /// Its file: a place in [`Alerts::readings`].
    pub file: u16,
    /// Its row in the file, from 1, the head not counted.
    pub row: u32,
    /// The same alert is in another file, and counts there.
    pub is_copy: bool,
}

impl Alert<'_> {
    /// Detection − event time in milliseconds, negative where they are the wrong way round;
    /// `None` without an event time. Without a time of detection the alert's own counts.
    pub fn latency(&self) -> Option<i64> {
        Some(self.detected.unwrap_or(self.time).0 - self.event?.0)
    }
}

/// A row to be added. Empty strings are "none".
#[derive(Clone, Debug, Default)]
pub struct NewAlert<'a> {
    /// When it was raised.
    pub time: Moment,
    /// When what it is about happened.
    pub event: Option<Moment>,
    /// When it was detected.
    pub detected: Option<Moment>,
    /// The rule's id.
    pub rule_id: &'a str,
    /// The rule's name.
    pub rule_name: &'a str,
    /// In any order.
    pub techniques: Cow<'a, [TechniqueId]>,
    /// As written.
    pub tactic: &'a str,
    /// Where.
    pub host: &'a str,
    /// Who.
    pub user: &'a str,
    /// Incident or case.
    pub incident: &'a str,
    /// How severe.
    pub severity: Option<Severity>,
    /// What was found.
    pub verdict: Verdict,
    /// Place of its file in [`Alerts::readings`].
    pub file: u16,
    /// Row in the file, from 1.
    pub row: u32,
}

impl Alerts {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Adds a row.
    pub fn push(&mut self, new: &NewAlert<'_>) {
        let time = |time: Option<Moment>| time.map_or(NO_TIME, |time| time.0);
        self.time.push(new.time.0);
        self.event.push(time(new.event));
        self.detected.push(time(new.detected));
        let rule = self.rule_number(new.rule_id, new.rule_name);
        self.rule.push(rule);
        let set = self.set_number(&new.techniques);
        self.techniques.push(set);
        self.tactic.push(self.tactics.number(new.tactic));
        self.host.push(self.hosts.number(new.host));
        self.user.push(self.users.number(new.user));
        self.incident.push(self.incidents.number(new.incident));
        self.severity.push(new.severity);
        self.verdict.push(new.verdict);
        self.file.push(new.file);
        self.row.push(new.row);
    }

    fn rule_number(&mut self, id: &str, name: &str) -> u32 {
        match (id, name) {
            ("", "") => 0,
            (id, "") => self.rules.number(&id.replace(BETWEEN, " ")),
            (id, name) => {
                let mut key = id.replace(BETWEEN, " ");
                key.push(BETWEEN);
                key.push_str(name);
                self.rules.number(&key)
            }
        }
    }

    fn set_number(&mut self, techniques: &[TechniqueId]) -> u32 {
        if techniques.is_empty() {
            return 0;
        }
        let mut ids = techniques.to_vec();
        crate::sorted::sort(&mut ids);
        ids.dedup();
        let mut key = String::new();
        for id in &ids {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&id.to_string());
        }
        let number = self.sets.number(&key);
        if number as usize > self.read_sets.len() {
            self.read_sets.push(ids);
        }
        number
    }

    /// A row; `None` behind the last.
    pub fn get(&self, row: usize) -> Option<Alert<'_>> {
        let time = |column: &[i64]| column.get(row).filter(|t| **t != NO_TIME).map(|t| Moment(*t));
        let number = |column: &[u32]| column.get(row).copied().unwrap_or_default();
        Some(Alert {
            at: row,
            time: Moment(*self.time.get(row)?),
            event: time(&self.event),
            detected: time(&self.detected),
            rule: number(&self.rule),
            techniques: self.set(number(&self.techniques)),
            tactic: self.tactics.get(number(&self.tactic)),
            host: number(&self.host),
            user: number(&self.user),
            incident: number(&self.incident),
            severity: self.severity.get(row).copied().flatten(),
            verdict: self.verdict.get(row).copied().unwrap_or_default(),
            file: self.file.get(row).copied().unwrap_or_default(),
            row: number(&self.row),
            is_copy: self.is_copy(row),
        })
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = Alert<'_>> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// All rows, in order and in pieces.
    pub async fn walk<'a>(&'a self, pace: &impl Pace, mut see: impl FnMut(Alert<'a>)) {
        for row in 0..self.len() {
            if row.is_multiple_of(PAUSE_EVERY_ROWS) {
                pace.pause().await;
            }
            if let Some(alert) = self.get(row) {
                see(alert);
            }
        }
    }

    /// The rule of a number from 1 to [`Self::rules`]; empty for 0.
    pub fn rule(&self, number: u32) -> AlertRule<'_> {
        AlertRule::of(self.rules.get(number))
    }

    /// How many distinct rules there are; their numbers are 1 to this.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }

    /// The hosts.
    pub fn hosts(&self) -> &Names {
        &self.hosts
    }

    /// The users.
    pub fn users(&self) -> &Names {
        &self.users
    }

    /// Incidents or cases.
    pub fn incidents(&self) -> &Names {
        &self.incidents
    }

    /// Tactics as written, alone or several in one.
    pub fn tactics(&self) -> &Names {
        &self.tactics
    }

    /// The number of a row's set of techniques, 0 if it names none; see [`Self::set`].
    pub fn set_of(&self, row: usize) -> u32 {
        self.techniques.get(row).copied().unwrap_or_default()
    }

    /// The number of a row's rule, 0 if it names none; see [`Self::rule`].
    pub fn rule_of(&self, row: usize) -> u32 {
        self.rule.get(row).copied().unwrap_or_default()
    }

    /// The number of a row's tactics in [`Self::tactics`].
    pub fn tactic_of(&self, row: usize) -> u32 {
        self.tactic.get(row).copied().unwrap_or_default()
    }

    /// The place of a row's file in [`Self::readings`].
    pub fn file_of(&self, row: usize) -> u16 {
        self.file.get(row).copied().unwrap_or_default()
    }

    /// The techniques of a set, sorted, as written in the files.
    pub fn set(&self, number: u32) -> &[TechniqueId] {
        let at = (number as usize).checked_sub(1);
        at.and_then(|at| self.read_sets.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many distinct sets there are; their numbers are 1 to this.
    pub fn sets(&self) -> usize {
        self.read_sets.len()
    }

    /// The file a row comes from.
    pub fn path(&self, file: u16) -> &str {
        self.readings.get(usize::from(file)).map_or("", |reading| reading.path.as_str())
    }

    /// The earliest and the latest time; `None` without a row.
    pub fn span(&self) -> Option<(Moment, Moment)> {
        let (first, last) = (self.time.iter().min()?, self.time.iter().max()?);
        Some((Moment(*first), Moment(*last)))
    }

    /// Room for the next pieces, one column at a time: if all of a million rows moved at once, a
    /// page would feel it. By a third, not by doubling: that takes less memory.
    pub(super) fn make_room(&mut self) {
        fn room<T>(column: &mut Vec<T>) -> bool {
            // There are fewer columns than pieces in this.
            const MARGIN: usize = 16 * crate::alerts::PIECE_ROWS;
            let is_short = column.capacity() - column.len() < MARGIN;
            if is_short {
                column.reserve_exact((column.len() / 3).max(2 * MARGIN));
            }
            is_short
        }
        let numbers = [
            &mut self.rule,
            &mut self.techniques,
            &mut self.tactic,
            &mut self.host,
            &mut self.user,
            &mut self.incident,
            &mut self.row,
        ];
        let _ = [&mut self.time, &mut self.event, &mut self.detected].into_iter().any(room)
            || numbers.into_iter().any(room)
            || room(&mut self.severity)
            || room(&mut self.verdict)
            || room(&mut self.file);
    }

    /// Bytes that the table holds, for what is said about memory.
    pub fn bytes(&self) -> usize {
        let names =
            [&self.rules, &self.sets, &self.tactics, &self.hosts, &self.users, &self.incidents];
        let times = [&self.time, &self.event, &self.detected];
        let numbers = [
            &self.rule,
            &self.techniques,
            &self.tactic,
            &self.host,
            &self.user,
            &self.incident,
            &self.row,
        ];
        names.map(Names::bytes).iter().sum::<usize>()
            + 8 * times.map(Vec::capacity).iter().sum::<usize>()
            + 4 * numbers.map(Vec::capacity).iter().sum::<usize>()
            + self.severity.capacity()
            + self.verdict.capacity()
            + 2 * self.file.capacity()
            + 8 * self.copies.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{Faults, Mapping, TableFormat};

    /// A table of one file.
    fn of(path: &str, rules: &[(&str, &str)]) -> Alerts {
        let mut alerts = Alerts::default();
        for (row, (id, name)) in (1..).zip(rules) {
            let host = if row % 2 == 0 { "b" } else { "a" };
            let time = Moment(i64::from(row) * 1000);
            let new =
                NewAlert { time, rule_id: id, rule_name: name, host, row, ..NewAlert::default() };
            alerts.push(&new);
        }
        alerts.readings.push(Arc::new(Reading {
            path: path.to_owned(),
            format: TableFormat::Csv,
            product: None,
            mapping: Mapping::default(),
            columns: Vec::new(),
            rows: alerts.len() as u32,
            read: alerts.len() as u32,
            faults: Faults::default(),
            unclosed: None,
        }));
        alerts
    }

    #[test]
    fn the_order_of_files_does_not_matter() {
        let (one, other) = (of("1", &[("x", "X"), ("", "Y")]), of("2", &[("", "Y"), ("z", "")]));
        let (mut there, mut back) = (one.clone(), other.clone());
        there.add(&other);
        back.add(&one);
        assert_ne!(there, back);
        let (there, back) = (there.settle(), back.settle());
        assert_eq!(there, back);
        let told: Vec<String> = there
            .iter()
            .map(|alert| {
                let rule = there.rule(alert.rule);
                format!("{} {} {}/{}", there.path(alert.file), alert.row, rule.id, rule.name)
            })
            .collect();
        assert_eq!(told, ["1 1 x/X", "1 2 /Y", "2 1 /Y", "2 2 z/"]);
        assert_eq!((there.rules(), there.hosts().len()), (3, 2));
        let bytes = postcard::to_stdvec(&there).expect("it serialises");
        assert_eq!(postcard::from_bytes::<Alerts>(&bytes).as_ref(), Ok(&there));
    }

    #[test]
    fn a_rule_and_its_id_stay_apart() {
        let alerts = of("1", &[("a\u{1F}b", "c"), ("a", "b"), ("ab", ""), ("", "ab")]);
        let told: Vec<_> = alerts.iter().map(|alert| alerts.rule(alert.rule)).collect();
        let rule = |id, name| AlertRule { id, name };
        assert_eq!(told, [rule("a b", "c"), rule("a", "b"), rule("ab", ""), rule("", "ab")]);
        assert_eq!(alerts.rule(0), rule("", ""));
        assert_eq!(told[3].label(), "ab");
    }
}
