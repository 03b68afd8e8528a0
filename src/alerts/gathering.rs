//! Tables that come in pieces, of several files at once: what the page does with what its workers
//! send.

use super::renumber::Renumbered;
use super::{Alerts, Reading};
use crate::pace::Pace;
use std::sync::Arc;

/// Rows of a piece: a message of them is some hundred kilobytes, and is taken over in a few
/// milliseconds.
pub const PIECE_ROWS: usize = 5_000;

/// Rows of files that are not all finished.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// Numbers of files in it are places in `files`.
    rows: Alerts,
    /// By path; without a reading until the file is finished.
    files: Vec<(String, Option<Arc<Reading>>)>,
}

impl Gathering {
    /// Rows so far, those of unfinished files too.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Of a file that comes once more, what came before does not count.
    fn file(&mut self, path: &str) -> u16 {
        let known = self.files.iter().position(|(own, _)| own == path);
        let known = known.filter(|at| match self.files.get_mut(*at) {
            Some(finished) if finished.1.is_some() => {
                *finished = (String::new(), None);
                false
            }
            _ => true,
        });
        let at = known.unwrap_or_else(|| {
            self.files.push((path.to_owned(), None));
            self.files.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// The next rows of a file.
    pub fn add(&mut self, path: &str, piece: &Alerts) {
        let file = self.file(path);
        self.rows.make_room();
        self.rows.take(piece, 0..piece.len(), |_| file);
    }

    /// A file is finished.
    pub fn finish(&mut self, reading: Arc<Reading>) {
        let file = self.file(&reading.path);
        if let Some((_, place)) = self.files.get_mut(usize::from(file)) {
            *place = Some(reading);
        }
    }

    /// Finished files do not count any more.
    pub fn forget(&mut self, is_gone: impl Fn(&str) -> bool) {
        for file in self.files.iter_mut().filter(|(path, came)| came.is_some() && is_gone(path)) {
            *file = (String::new(), None);
        }
    }

    /// All rows of finished files and those of `before`, whose files that came again are left out
    /// (`is_again` says which); in order of the paths of their files, copies marked. What is unfinished is left
    /// out: half a table would say something false.
    pub async fn settle(
        self,
        before: &Arc<Alerts>,
        is_again: impl Fn(&str) -> bool,
        pace: &impl Pace,
    ) -> Arc<Alerts> {
        let mut files: Vec<(Arc<Reading>, bool, u16)> = Vec::new();
        // What was stopped half way leaves what was there before.
        let comes = |path: &str| self.files.iter().any(|(own, came)| own == path && came.is_some());
        for (at, reading) in (0..).zip(&before.readings) {
            if !is_again(&reading.path) && !comes(&reading.path) {
                files.push((Arc::clone(reading), false, at));
            }
        }
        let is_unchanged = self.files.iter().all(|(_, came)| came.is_none())
            && files.len() == before.readings.len();
        if is_unchanged {
            return Arc::clone(before);
        }
        for (at, (_, reading)) in (0..).zip(&self.files) {
            if let Some(reading) = reading {
                files.push((Arc::clone(reading), true, at));
            }
        }
        let finished = files.iter().filter(|(_, is_new, _)| *is_new).count();
        crate::sorted::sort_by(&mut files, |a, b| a.0.path.cmp(&b.0.path));
        let is_alone = finished == files.len() && finished == self.files.len();
        if is_alone && files.iter().map(|(_, _, at)| *at).eq(0..) {
            let mut rows = self.rows;
            rows.readings = files.into_iter().map(|(reading, ..)| reading).collect();
            rows.mark_copies(pace).await;
            return Arc::new(rows);
        }
        let mut all = Alerts::default();
        let mut known = [Renumbered::default(), Renumbered::default()];
        for (now, (reading, is_new, at)) in (0..).zip(files) {
            let from = if is_new { &self.rows } else { &**before };
            let known = &mut known[usize::from(is_new)];
            let mut start = 0;
            while start < from.len() {
                let end = from.len().min(start + PIECE_ROWS);
                let rows = (start..end).filter(|row| from.file_of(*row) == at);
                all.take_known(from, rows, |_| now, known);
                start = end;
                pace.pause().await;
            }
            all.readings.push(reading);
        }
        all.mark_copies(pace).await;
        Arc::new(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{Faults, Mapping, Moment, NewAlert, TableFormat};
    use crate::pace::{Unpaced, at_once};

    fn piece(hosts: &[&str]) -> Alerts {
        let mut alerts = Alerts::default();
        for (row, host) in (1..).zip(hosts) {
            let time = Moment(i64::from(row));
            alerts.push(&NewAlert { time, rule_name: "r", host, row, ..NewAlert::default() });
        }
        alerts
    }

    fn reading(path: &str) -> Arc<Reading> {
        Arc::new(Reading {
            path: path.to_owned(),
            format: TableFormat::Csv,
            product: None,
            mapping: Mapping::default(),
            columns: Vec::new(),
            rows: 0,
            read: 0,
            faults: Faults::default(),
            unclosed: None,
        })
    }

    fn shown(alerts: &Alerts) -> Vec<(String, String)> {
        let row = |alert: crate::alerts::Alert<'_>| {
            (alerts.path(alert.file).to_owned(), alerts.hosts().get(alert.host).to_owned())
        };
        alerts.iter().map(row).collect()
    }

    fn of(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        rows.iter().map(|(path, host)| ((*path).to_owned(), (*host).to_owned())).collect()
    }

    #[test]
    fn pieces_of_two_files_become_one_table_by_path() {
        let mut gathering = Gathering::default();
        gathering.add("b", &piece(&["1", "2"]));
        gathering.add("a", &piece(&["2", "3"]));
        gathering.add("b", &piece(&["3"]));
        gathering.finish(reading("b"));
        gathering.add("half", &piece(&["9"]));
        gathering.finish(reading("a"));
        let none = Arc::default();
        let settled = at_once(gathering.settle(&none, |_| false, &Unpaced));
        assert_eq!(
            shown(&settled),
            of(&[("a", "2"), ("a", "3"), ("b", "1"), ("b", "2"), ("b", "3")])
        );
        assert_eq!(settled.hosts().find("9"), None, "nothing of what is unfinished");
    }

    #[test]
    fn a_file_that_is_forgotten_may_come_again() {
        let mut gathering = Gathering::default();
        for path in ["a", "b"] {
            gathering.add(path, &piece(&["1"]));
            gathering.finish(reading(path));
        }
        gathering.add("c", &piece(&["2"]));
        gathering.forget(|path| path != "b");
        gathering.add("c", &piece(&["3"]));
        gathering.finish(reading("c"));
        gathering.add("a", &piece(&["4"]));
        gathering.finish(reading("a"));
        let settled = at_once(gathering.settle(&Arc::default(), |_| false, &Unpaced));
        // What is under way goes on.
        assert_eq!(shown(&settled), of(&[("a", "4"), ("b", "1"), ("c", "2"), ("c", "3")]));
    }

    #[test]
    fn a_file_that_comes_again_replaces_what_was_there() {
        let mut first = Gathering::default();
        for path in ["a", "b"] {
            first.add(path, &piece(&["1"]));
            first.finish(reading(path));
        }
        let before = at_once(first.settle(&Arc::default(), |_| false, &Unpaced));
        let mut second = Gathering::default();
        second.add("a", &piece(&["7", "8"]));
        second.finish(reading("a"));
        let after = at_once(second.settle(&before, |path| path == "a", &Unpaced));
        assert_eq!(shown(&after), of(&[("a", "7"), ("a", "8"), ("b", "1")]));
        // Read again, and stopped half way: what was there stays.
        let mut stopped = Gathering::default();
        stopped.add("a", &piece(&["9"]));
        let stays = at_once(stopped.settle(&after, |_| false, &Unpaced));
        assert!(Arc::ptr_eq(&stays, &after));
        // Read again as something else: it is gone.
        let gone = at_once(Gathering::default().settle(&after, |path| path == "a", &Unpaced));
        assert_eq!(shown(&gone), of(&[("b", "1")]));
        let same = at_once(Gathering::default().settle(&gone, |path| path == "a", &Unpaced));
        assert!(Arc::ptr_eq(&same, &gone));
    }
}
