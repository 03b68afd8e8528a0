//! RFC 4180 with any separator, read leniently; written by ourselves because a cell has to know
//! its place.

use crate::import::cursor::Cursor;
use crate::limits::{MAX_TABLE_COLUMNS, MAX_TABLE_TAGS};

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    /// As written, without the quotes around it.
    pub(super) raw: &'t str,
    /// 1-based, of its first character.
    pub(super) line: u32,
    /// 1-based, in characters.
    pub(super) column: u32,
}

impl<'t> Cell<'t> {
    /// What it says.
    pub(super) fn text(&self) -> String {
        self.raw.trim().replace("\"\"", "\"")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.raw.trim().is_empty()
    }

    /// The parts between separators, without blanks and quotes around them, with their places;
    /// the first [`MAX_TABLE_TAGS`] of them.
    pub(super) fn words(&self, between: &'static [char]) -> Vec<(&'t str, u32, u32)> {
        let is_around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
        let mut cursor = Cursor { text: self.raw, at: 0, line: self.line, column: self.column };
        let mut words = Vec::new();
        for part in self.raw.split(between) {
            let mut place = cursor;
            place.skip(part.len() - part.trim_start_matches(is_around).len());
            let word = part.trim_matches(is_around);
            if !word.is_empty() {
                words.push((word, place.line, place.column));
            }
            if words.len() >= MAX_TABLE_TAGS {
                break;
            }
            cursor.skip(part.len());
            cursor.skip(cursor.rest().chars().next().map_or(0, char::len_utf8));
        }
        words
    }
}

/// The rows of a text.
pub(super) struct Rows<'t> {
    cursor: Cursor<'t>,
    /// `None`: a row is one cell.
    separator: Option<char>,
    /// The first quote that is not closed; those after it are plain characters.
    unclosed: Option<(u32, u32)>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str, separator: Option<char>) -> Self {
        Self { cursor: Cursor::new(text), separator, unclosed: None }
    }

    /// How many bytes have been read.
    pub(super) fn consumed(&self) -> usize {
        self.cursor.at
    }

    pub(super) fn unclosed_quote(&self) -> Option<(u32, u32)> {
        self.unclosed
    }

    /// Skips a line.
    pub(super) fn skip_line(&mut self) {
        let rest = self.cursor.rest();
        self.cursor.skip(rest.find('\n').map_or(rest.len(), |at| at + 1));
    }

    /// The next row that is not empty.
    pub(super) fn next(&mut self) -> Option<Vec<Cell<'t>>> {
        let rest = self.cursor.rest();
        self.cursor.skip(rest.len() - rest.trim_start_matches(['\n', '\r', '\u{FEFF}']).len());
        self.cursor.peek()?;
        let mut cells = Vec::new();
        loop {
            let cell = self.cell();
            if cells.len() < MAX_TABLE_COLUMNS {
                cells.push(cell);
            }
            match self.cursor.rest().chars().next() {
                Some(next) if Some(next) == self.separator => self.cursor.skip(next.len_utf8()),
                _ => break,
            }
        }
        Some(cells)
    }

    /// Up to the next separator or line end outside quotes.
    fn cell(&mut self) -> Cell<'t> {
        let ends = |c: char| matches!(c, '\n' | '\r') || Some(c) == self.separator;
        let rest = self.cursor.rest();
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        if self.unclosed.is_none() && rest[blanks..].starts_with('"') {
            let mut place = self.cursor;
            place.skip(blanks + 1);
            if let Some(width) = quoted(place.rest()) {
                let Cursor { line, column, .. } = place;
                let raw = &place.rest()[..width];
                place.skip(width + 1);
                // Whatever stands between the quote and the separator.
                let after = place.rest();
                place.skip(after.find(ends).unwrap_or(after.len()));
                self.cursor = place;
                return Cell { raw, line, column };
            }
            self.unclosed = Some((place.line, place.column - 1));
        }
        let Cursor { line, column, .. } = self.cursor;
        let raw = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.cursor.skip(raw.len());
        Cell { raw, line, column }
    }
}

/// How far it is to the closing quote; two quotes are one character.
fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Vec<(&str, u32, u32)>> {
        let mut rows = Rows::new(text, Some(','));
        let mut found = Vec::new();
        while let Some(row) = rows.next() {
            found.push(row.iter().map(|cell| (cell.raw, cell.line, cell.column)).collect());
        }
        found
    }

    #[test]
    fn cells_and_their_places() {
        assert_eq!(
            all("a, \"b,\nä\"\"c\" x,d\r\n\r\n,e\n"),
            [vec![("a", 1, 1), ("b,\nä\"\"c", 1, 5), ("d", 2, 9)], vec![("", 4, 1), ("e", 4, 2)],]
        );
    }

    #[test]
    fn an_open_quote_costs_nothing_but_itself() {
        let mut rows = Rows::new("a,\"b\nc,\"d\n", Some(','));
        let raw: Vec<Vec<&str>> = std::iter::from_fn(|| rows.next())
            .map(|row| row.iter().map(|cell| cell.raw).collect())
            .collect();
        // The two quotes close each other.
        assert_eq!(raw, [["a", "b\nc,"]]);
        let mut rows = Rows::new("a,\"b\nc,d\n", Some(','));
        assert_eq!(std::iter::from_fn(|| rows.next()).count(), 2);
        assert_eq!(rows.unclosed_quote(), Some((1, 3)));
    }

    #[test]
    fn words() {
        let cell = Cell { raw: "T1, \"\"T2\"\"\nT3", line: 4, column: 7 };
        assert_eq!(cell.words(&[',', '\n']), [("T1", 4, 7), ("T2", 4, 13), ("T3", 5, 1)]);
    }
}
