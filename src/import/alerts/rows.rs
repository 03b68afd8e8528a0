//! Rows of a table of any size, from pieces of it: RFC 4180 with any separator, leniently.
//!
//! A quote that is never closed must not swallow the rest of the file. What follows an open quote
//! is held, and read again as plain text if the end is reached, or [`MAX_ALERT_ROW_BYTES`]; so
//! every byte is read twice at most.

use crate::limits::{MAX_ALERT_CELL_BYTES, MAX_ALERT_ROW_BYTES, MAX_TABLE_COLUMNS};

/// A row that was read.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    bytes: &'r [u8],
    ends: &'r [usize],
    /// 1-based line it begins in.
    pub(super) line: u32,
    /// The first cell that was longer than is kept.
    pub(super) cut: Option<usize>,
    /// Larger than a row may be: its cells are not whole.
    pub(super) is_too_large: bool,
}

impl<'r> Row<'r> {
    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell; empty behind the last.
    pub(super) fn cell(&self, at: usize) -> &'r [u8] {
        let Some(end) = self.ends.get(at) else { return b"" };
        let start = at.checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or(0);
        self.bytes.get(start..*end).unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Start,
    Plain,
    Quoted,
    /// Behind a quote that closes a cell, or is the first of two.
    Closed,
}

/// Cuts bytes into rows.
pub(super) struct Rows {
    separator: u8,
    state: State,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Of the cell that is being read, kept or not.
    length: usize,
    cut: Option<usize>,
    is_too_large: bool,
    line: u32,
    row_line: u32,
    /// What was read since the quote that is open, and the line of that.
    held: Vec<u8>,
    quote_line: u32,
    /// Bytes that are read again, in which quotes are plain.
    plain: usize,
    was_return: bool,
    /// The first quote that was not closed.
    pub(super) unclosed: Option<u32>,
}

impl Rows {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            separator,
            state: State::Start,
            bytes: Vec::new(),
            ends: Vec::new(),
            length: 0,
            cut: None,
            is_too_large: false,
            line: 1,
            row_line: 1,
            held: Vec::new(),
            quote_line: 0,
            plain: 0,
            was_return: false,
            unclosed: None,
        }
    }

    /// Takes a piece, and gives every row that ends in it.
    pub(super) fn push(&mut self, bytes: &[u8], each: &mut dyn FnMut(&Row<'_>)) {
        for byte in bytes {
            self.byte(*byte, each);
            if self.held.len() > MAX_ALERT_ROW_BYTES {
                self.read_again(each);
            }
        }
    }

    /// The end: gives what is left.
    pub(super) fn finish(&mut self, each: &mut dyn FnMut(&Row<'_>)) {
        if self.state == State::Quoted {
            self.read_again(each);
        }
        if self.state != State::Start || !self.ends.is_empty() {
            self.end_row(each);
        }
    }

    fn read_again(&mut self, each: &mut dyn FnMut(&Row<'_>)) {
        let held = std::mem::take(&mut self.held);
        self.unclosed.get_or_insert(self.quote_line);
        self.line = self.quote_line;
        // The cell so far is what was held.
        let start = self.ends.last().copied().unwrap_or(0);
        self.bytes.truncate(start);
        self.length = 0;
        self.cut = self.cut.filter(|cell| *cell < self.ends.len());
        self.state = State::Plain;
        self.keep(b'"');
        self.plain = held.len();
        for byte in held {
            self.byte(byte, each);
            self.plain = self.plain.saturating_sub(1);
        }
        self.plain = 0;
    }

    fn byte(&mut self, byte: u8, each: &mut dyn FnMut(&Row<'_>)) {
        let after_return = std::mem::replace(&mut self.was_return, byte == b'\r');
        match (self.state, byte) {
            (State::Quoted, b'"') => {
                self.held.push(byte);
                self.state = State::Closed;
            }
            (State::Quoted, _) => {
                self.line += u32::from(byte == b'\n');
                self.held.push(byte);
                self.keep(byte);
            }
            (State::Closed, b'"') if self.plain == 0 => {
                self.held.push(byte);
                self.keep(byte);
                self.state = State::Quoted;
            }
            (State::Start, b'"') if self.plain == 0 => {
                self.state = State::Quoted;
                self.quote_line = self.line;
                self.held.clear();
            }
            (State::Start, b' ') => {}
            // The second half of a line end.
            (State::Start, b'\n') if after_return && self.ends.is_empty() => {}
            (_, b'\n' | b'\r') => {
                self.line = self.line.saturating_add(1);
                self.end_row(each);
            }
            (_, byte) if byte == self.separator => self.end_cell(),
            (State::Start | State::Closed | State::Plain, _) => {
                self.state = State::Plain;
                self.keep(byte);
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        self.length += 1;
        if self.length > MAX_ALERT_CELL_BYTES {
            self.cut.get_or_insert(self.ends.len());
        } else if self.bytes.len() >= MAX_ALERT_ROW_BYTES {
            self.is_too_large = true;
        } else {
            self.bytes.push(byte);
        }
    }

    fn end_cell(&mut self) {
        self.held.clear();
        self.length = 0;
        self.state = State::Start;
        if self.ends.len() < MAX_TABLE_COLUMNS {
            self.ends.push(self.bytes.len());
        }
    }

    fn end_row(&mut self, each: &mut dyn FnMut(&Row<'_>)) {
        self.end_cell();
        if !(self.ends.len() == 1 && self.bytes.trim_ascii().is_empty()) {
            each(&Row {
                bytes: &self.bytes,
                ends: &self.ends,
                line: self.row_line,
                cut: self.cut,
                is_too_large: self.is_too_large,
            });
        }
        self.bytes.clear();
        self.ends.clear();
        self.cut = None;
        self.is_too_large = false;
        self.row_line = self.line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows, each with its line, and the quote that is not closed.
    fn all(text: &str, piece: usize) -> (Vec<(u32, Vec<String>)>, Option<u32>) {
        let mut rows = Rows::new(b',');
        let mut found = Vec::new();
        let mut each = |row: &Row<'_>| {
            let cells = (0..row.len()).map(|at| String::from_utf8_lossy(row.cell(at)).into_owned());
            found.push((row.line, cells.collect()));
        };
        for bytes in text.as_bytes().chunks(piece) {
            rows.push(bytes, &mut each);
        }
        rows.finish(&mut each);
        (found, rows.unclosed)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        all(text, 3).0.into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn quotes_newlines_and_line_ends() {
        let text = "a, \"b,\nc\"\"d\" ,e\r\n\r\n,f\rg,\"\",h\n\n";
        let (rows, unclosed) = all(text, 2);
        let lines: Vec<u32> = rows.iter().map(|row| row.0).collect();
        assert_eq!(cells(text), [vec!["a", "b,\nc\"d ", "e"], vec!["", "f"], vec!["g", "", "h"]]);
        assert_eq!((lines.first(), unclosed), (Some(&1), None));
        assert_eq!(cells("a,b"), [["a", "b"]]);
        assert_eq!(cells("a,"), [["a", ""]]);
        assert!(cells("\n \n\r\n").is_empty());
    }

    #[test]
    fn an_open_quote_costs_itself_only() {
        let (rows, unclosed) = all("a,b\n1,\"x\n2,y\n3,z\n", 4);
        assert_eq!(unclosed, Some(2));
        let rows: Vec<String> =
            rows.into_iter().map(|(line, c)| format!("{line}:{}", c.join("|"))).collect();
        assert_eq!(rows, ["1:a|b", "2:1|\"x", "3:2|y", "4:3|z"]);
    }

    #[test]
    fn long_cells_are_cut_and_endless_quotes_given_up() {
        let long = "x".repeat(10 << 20);
        let text = format!("a,b\n\"{long}\",1\n2,3\n");
        let mut rows = Rows::new(b',');
        let mut found = Vec::new();
        let mut each = |row: &Row<'_>| {
            found.push((row.cell(0).len(), row.cell(1).to_vec(), row.cut, row.is_too_large));
        };
        rows.push(text.as_bytes(), &mut each);
        rows.finish(&mut each);
        let kept = MAX_ALERT_CELL_BYTES;
        let expected = [
            (1, b"b".to_vec(), None, false),
            (kept, b"1".to_vec(), Some(0), false),
            (1, b"3".to_vec(), None, false),
        ];
        assert_eq!(found, expected);

        let endless = format!("1,\"{}", "2,3\n".repeat(MAX_ALERT_ROW_BYTES / 2));
        let mut rows = Rows::new(b',');
        let mut count = 0;
        rows.push(endless.as_bytes(), &mut |_| count += 1);
        rows.finish(&mut |_| count += 1);
        assert_eq!((count, rows.unclosed), (MAX_ALERT_ROW_BYTES / 2, Some(1)));
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in "([a,\"\n\r ]|ä){0,60}", piece in 1_usize..9) {
            prop_assert_eq!(all(&text, piece), all(&text, 1000));
        }

        /// What is written as RFC 4180 has it comes back.
        #[test]
        fn there_and_back(table in prop::collection::vec(prop::collection::vec("[a,\"\n ]{0,5}", 2..4), 1..6)) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
            let text = table.iter().map(line).collect::<Vec<_>>().join("\r\n");
            prop_assert_eq!(cells(&text), table);
        }
    }
}
