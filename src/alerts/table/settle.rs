//! Tables of several files made one: files in order, and what overlapping exports have twice set
//! aside.

use super::Alerts;
use crate::alerts::renumber::Renumbered;
use crate::pace::{PAUSE_EVERY_ROWS, Pace, Unpaced, at_once};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Rows that are equal in all that tells an alert from another, and the file they were last seen in.
struct Equal {
    /// One of them.
    row: u32,
    file: u16,
    /// In this file so far.
    here: u32,
    /// The most that a file before had.
    counted: u32,
}

impl Alerts {
    /// Takes over those of other files. Files are put in order of their paths by [`Self::settle`].
    pub fn add(&mut self, other: &Self) {
        let files = u16::try_from(self.readings.len()).unwrap_or(u16::MAX);
        self.readings.extend(other.readings.iter().cloned());
        self.take(other, 0..other.len(), |file| files.saturating_add(file));
    }

    /// The files in order of their paths, and the rows in order of the files, so that the same
    /// files give the same table whatever order they came in; and copies marked.
    ///
    /// Exports that overlap have the same alert each. Rows of one file are never copies of each
    /// other, however equal: of equal rows (in time, rule, techniques, host, user and incident)
    /// so many count as the file has that has most of them, those of the first files.
    #[must_use]
    pub fn settle(self) -> Self {
        at_once(self.settle_paced(&Unpaced))
    }

    /// [`Self::settle`] in pieces.
    pub async fn settle_paced(self, pace: &impl Pace) -> Self {
        let mut settled = self.in_order(pace).await;
        settled.mark_copies(pace).await;
        settled
    }

    /// Whether a row is a copy of one of another file, and does not count.
    pub fn is_copy(&self, row: usize) -> bool {
        self.copies.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    /// Copies among the rows of a file.
    pub fn copies_in(&self, file: u16) -> u32 {
        self.copies_in.get(usize::from(file)).copied().unwrap_or_default()
    }

    /// Copies in all.
    pub fn copies(&self) -> u32 {
        self.copies_in.iter().sum()
    }

    async fn in_order(self, pace: &impl Pace) -> Self {
        let mut order: Vec<usize> = (0..self.readings.len()).collect();
        crate::sorted::sort_by(&mut order, |a, b| {
            self.readings[*a].path.cmp(&self.readings[*b].path)
        });
        if order.iter().copied().eq(0..self.readings.len()) {
            return self;
        }
        let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); self.readings.len()];
        for (row, file) in (0..).zip(&self.file) {
            if let Some(rows) = rows_of.get_mut(usize::from(*file)) {
                rows.push(row);
            }
        }
        let (mut settled, mut known) = (Self::default(), Renumbered::default());
        for (now, before) in (0..).zip(&order) {
            settled.readings.push(Arc::clone(&self.readings[*before]));
            for rows in rows_of[*before].chunks(PAUSE_EVERY_ROWS) {
                pace.pause().await;
                let rows = rows.iter().map(|row| *row as usize);
                settled.take_known(&self, rows, |_| now, &mut known);
            }
        }
        settled
    }

    /// Finds them in one walk with a table of what was seen, about 24 bytes a row for the time.
    pub(in crate::alerts) async fn mark_copies(&mut self, pace: &impl Pace) {
        self.copies = Vec::new();
        self.copies_in = vec![0; self.readings.len()];
        if self.readings.len() < 2 {
            return;
        }
        let mut seen: Vec<Equal> = Vec::with_capacity(self.len());
        // Open addressing: numbers in `seen` from 1, 0 where free; at most half full.
        let mut places = vec![0_u32; (2 * self.len()).next_power_of_two()];
        let mask = places.len() - 1;
        for at in 0..self.len() {
            if at.is_multiple_of(PAUSE_EVERY_ROWS) {
                pace.pause().await;
            }
            let (Ok(row), Some(file)) = (u32::try_from(at), self.file.get(at).copied()) else {
                return;
            };
            let key = self.key(at);
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            let mut place = hasher.finish() as usize & mask;
            let found = loop {
                match places[place].checked_sub(1) {
                    None => break None,
                    Some(number) if self.key(seen[number as usize].row as usize) == key => {
                        break Some(number as usize);
                    }
                    Some(_) => place = (place + 1) & mask,
                }
            };
            let Some(equal) = found.and_then(|number| seen.get_mut(number)) else {
                seen.push(Equal { row, file, here: 1, counted: 0 });
                places[place] = u32::try_from(seen.len()).unwrap_or(u32::MAX);
                continue;
            };
            if equal.file != file {
                equal.counted = equal.counted.max(equal.here);
                (equal.file, equal.here) = (file, 0);
            }
            equal.here += 1;
            if equal.here <= equal.counted {
                self.mark(at, file);
            }
        }
    }

    fn mark(&mut self, row: usize, file: u16) {
        if self.copies.is_empty() {
            self.copies = vec![0; self.len().div_ceil(64)];
        }
        if let Some(bits) = self.copies.get_mut(row / 64) {
            *bits |= 1 << (row % 64);
        }
        if let Some(count) = self.copies_in.get_mut(usize::from(file)) {
            *count += 1;
        }
    }

    /// What tells an alert from another. Names are interned, so numbers are enough.
    fn key(&self, row: usize) -> Option<(i64, [u32; 5])> {
        let number = |column: &[u32]| column.get(row).copied().unwrap_or_default();
        let columns = [&self.rule, &self.techniques, &self.host, &self.user, &self.incident];
        Some((*self.time.get(row)?, columns.map(|column| number(column))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{
        Faults, Mapping, Moment, NewAlert, Reading, Selection, TableFormat, Verdict,
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A file with an alert at each of these seconds, all else equal but the verdict.
    fn file(path: &str, seconds: &[i64]) -> Alerts {
        let mut alerts = Alerts::default();
        for (row, second) in (1..).zip(seconds) {
            let time = Moment(second * 1000);
            let verdict = if path == "b" { Verdict::Benign } else { Verdict::None };
            let new =
                NewAlert { time, rule_name: "R", host: "h", row, verdict, ..NewAlert::default() };
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

    fn together(files: &[Alerts]) -> Alerts {
        let mut all = Alerts::default();
        files.iter().for_each(|file| all.add(file));
        all.settle()
    }

    /// File and row of each copy.
    fn copies(alerts: &Alerts) -> Vec<(&str, u32)> {
        let copies = alerts.iter().filter(|alert| alert.is_copy);
        copies.map(|alert| (alerts.path(alert.file), alert.row)).collect()
    }

    #[test]
    fn overlapping_exports_count_once() {
        let (a, b) = (file("a", &[1, 2, 3, 4]), file("b", &[3, 4, 5]));
        for files in [[a.clone(), b.clone()], [b.clone(), a.clone()]] {
            let all = together(&files);
            assert_eq!(copies(&all), [("b", 1), ("b", 2)]);
            assert_eq!((all.copies(), all.copies_in(0), all.copies_in(1)), (2, 0, 2));
            let selection = Selection::default();
            assert_eq!(all.iter().filter(|alert| selection.has(alert)).count(), 5);
        }
        // Settled again with one more, nothing is a copy twice.
        let mut all = together(&[a, b]);
        all.add(&file("c", &[5, 6]));
        assert_eq!(copies(&all.settle()), [("b", 1), ("b", 2), ("c", 1)]);
    }

    #[test]
    fn equal_rows_of_one_file_are_alerts_of_their_own() {
        assert_eq!(together(&[file("a", &[1, 1, 1])]).copies(), 0);
        // Of three here and two there three count; of one and three, too.
        let all = together(&[file("a", &[1, 1, 1]), file("b", &[1, 1])]);
        assert_eq!(copies(&all), [("b", 1), ("b", 2)]);
        let all = together(&[file("a", &[1]), file("b", &[1, 1, 1]), file("c", &[1, 1])]);
        assert_eq!(copies(&all), [("b", 1), ("c", 1), ("c", 2)]);
    }

    #[test]
    fn whatever_differs_is_another_alert() {
        let of = |path: &str, change: &dyn Fn(&mut NewAlert<'_>)| {
            let mut alerts = file(path, &[]);
            let mut new = NewAlert { rule_name: "R", host: "h", row: 1, ..NewAlert::default() };
            change(&mut new);
            alerts.push(&new);
            alerts
        };
        let same = of("a", &|_| {});
        let with = |change: &dyn Fn(&mut NewAlert<'_>)| {
            together(&[same.clone(), of("b", change)]).copies()
        };
        assert_eq!(with(&|_| {}), 1);
        // What an analyst adds later makes no other alert of it.
        assert_eq!(with(&|new| new.verdict = Verdict::TruePositive), 1);
        let changes: [fn(&mut NewAlert<'_>); 6] = [
            |new| new.time = Moment(1),
            |new| new.rule_id = "R",
            |new| new.techniques = vec!["T1003".parse().expect("an id")].into(),
            |new| new.host = "H",
            |new| new.user = "u",
            |new| new.incident = "i",
        ];
        for change in changes {
            assert_eq!(with(&change), 0);
        }
    }

    proptest! {
        /// Of each alert as many count as the file has that has most of them.
        #[test]
        fn as_many_count_as_any_file_has(files in prop::collection::vec(prop::collection::vec(0_i64..6, 0..12), 1..5)) {
            let mut most: BTreeMap<i64, usize> = BTreeMap::new();
            for seconds in &files {
                for second in seconds {
                    let here = seconds.iter().filter(|other| *other == second).count();
                    let most = most.entry(*second).or_default();
                    *most = here.max(*most);
                }
            }
            let made: Vec<Alerts> =
                files.iter().enumerate().map(|(at, seconds)| file(&at.to_string(), seconds)).collect();
            let all = together(&made);
            let mut counted: BTreeMap<i64, usize> = BTreeMap::new();
            for alert in all.iter().filter(|alert| !alert.is_copy) {
                *counted.entry(alert.time.0 / 1000).or_default() += 1;
            }
            prop_assert_eq!(counted, most);
            let of_files: u32 = (0..files.len()).map(|at| all.copies_in(at as u16)).sum();
            prop_assert_eq!(of_files, all.copies());
            let bytes = postcard::to_stdvec(&all).expect("it serialises");
            let read: Alerts = postcard::from_bytes(&bytes).expect("it reads");
            prop_assert_eq!(read, all);
        }
    }
}
