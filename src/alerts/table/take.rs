//! Rows from one table to another.

use super::{Alerts, NO_TIME};
use crate::alerts::renumber::{Renumbered, Renumbering};
use crate::alerts::{Names, PIECE_ROWS};

impl Alerts {
    /// The rows of one file in pieces, as they are sent; without their readings.
    pub fn pieces(&self, file: u16) -> Vec<Self> {
        let rows: Vec<usize> = (0..self.len()).filter(|row| self.file_of(*row) == file).collect();
        let piece = |rows: &[usize]| {
            let mut piece = Self::default();
            piece.take(self, rows.iter().copied(), |_| 0);
            piece
        };
        rows.chunks(PIECE_ROWS).map(piece).collect()
    }

    /// Rows of another table. Numbers of names are looked up once a name, not once a row: `known`
    /// holds what was found, for this pair of tables.
    pub(in crate::alerts) fn take(
        &mut self,
        other: &Self,
        rows: impl Iterator<Item = usize>,
        file: impl Fn(u16) -> u16,
    ) {
        self.take_known(other, rows, file, &mut Renumbered::default());
    }

    /// [`Self::take`] in several steps.
    pub(in crate::alerts) fn take_known(
        &mut self,
        other: &Self,
        rows: impl Iterator<Item = usize>,
        file: impl Fn(u16) -> u16,
        known: &mut Renumbered,
    ) {
        let number = |column: &[u32], row: usize| column.get(row).copied().unwrap_or_default();
        for row in rows {
            let Some(time) = other.time.get(row) else { continue };
            self.time.push(*time);
            self.event.push(other.event.get(row).copied().unwrap_or(NO_TIME));
            self.detected.push(other.detected.get(row).copied().unwrap_or(NO_TIME));
            let set = number(&other.techniques, row);
            let set = known.sets.find(set, || self.set_number(other.set(set)));
            self.techniques.push(set);
            let name = |known: &mut Renumbering, own: &mut Names, theirs: &Names, n: u32| {
                known.find(n, || own.number(theirs.get(n)))
            };
            let rule = number(&other.rule, row);
            self.rule.push(name(&mut known.rules, &mut self.rules, &other.rules, rule));
            let tactic = number(&other.tactic, row);
            self.tactic.push(name(&mut known.tactics, &mut self.tactics, &other.tactics, tactic));
            let host = number(&other.host, row);
            self.host.push(name(&mut known.hosts, &mut self.hosts, &other.hosts, host));
            let user = number(&other.user, row);
            self.user.push(name(&mut known.users, &mut self.users, &other.users, user));
            let incident = number(&other.incident, row);
            let incident =
                name(&mut known.incidents, &mut self.incidents, &other.incidents, incident);
            self.incident.push(incident);
            self.severity.push(other.severity.get(row).copied().flatten());
            self.verdict.push(other.verdict.get(row).copied().unwrap_or_default());
            self.file.push(file(other.file.get(row).copied().unwrap_or_default()));
            self.row.push(number(&other.row, row));
        }
    }
}
