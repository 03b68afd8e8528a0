//! Records of JSON of any size, from pieces of it: lines, objects one after another, or the
//! objects of a list, alone or below keys (`hits.hits`). Only cuts; what is in a record is read
//! by others.

use crate::limits::MAX_ALERT_ROW_BYTES;

/// What was cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut<'r> {
    /// The bytes of one record.
    Record(&'r [u8]),
    /// Larger than a record may be.
    TooLarge,
    /// No object, or broken by a line end in a string.
    Broken(&'r [u8]),
}

/// Where the records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One a line.
    Lines,
    /// Objects one after another, over any number of lines.
    Objects,
    /// The entries of the list below these keys; of a list alone there are none.
    List(Vec<String>),
}

/// Cuts bytes into records.
pub(super) struct Records {
    layout: Layout,
    /// The record that is being read.
    bytes: Vec<u8>,
    is_too_large: bool,
    line: u32,
    start: u32,
    in_string: bool,
    is_escaped: bool,
    /// Open brackets.
    depth: usize,
    /// The depth of a record's own brackets, while one is read.
    record: Option<usize>,
    /// The depth in the list of records, once it was reached.
    list: Option<usize>,
    /// The last string outside of records, its beginning.
    word: Vec<u8>,
    /// For each open bracket around the list, the key it stands at.
    keys: Vec<Vec<u8>>,
    /// An entry of the list that is no object.
    in_other: bool,
    /// Line of a bracket that is never closed.
    pub(super) unclosed: Option<u32>,
}

/// Longest key that is looked at.
const LONGEST_KEY: usize = 64;

impl Records {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            bytes: Vec::new(),
            is_too_large: false,
            line: 1,
            start: 1,
            in_string: false,
            is_escaped: false,
            depth: 0,
            record: None,
            list: None,
            word: Vec::new(),
            keys: Vec::new(),
            in_other: false,
            unclosed: None,
        }
    }

    /// Takes a piece, and gives every record that ends in it, with its line.
    pub(super) fn push(&mut self, bytes: &[u8], each: &mut dyn FnMut(Cut<'_>, u32)) {
        for byte in bytes {
            match self.layout {
                Layout::Lines => self.byte_of_line(*byte, each),
                Layout::Objects | Layout::List(_) => self.byte(*byte, each),
            }
        }
    }

    /// The end: gives what is left.
    pub(super) fn finish(&mut self, each: &mut dyn FnMut(Cut<'_>, u32)) {
        match self.layout {
            Layout::Lines => self.end_line(each),
            Layout::Objects | Layout::List(_) => {
                if self.record.is_some() {
                    self.unclosed = Some(self.start);
                    self.give_broken(each);
                } else if self.depth > 0 {
                    self.unclosed = Some(self.line);
                }
            }
        }
    }

    fn byte_of_line(&mut self, byte: u8, each: &mut dyn FnMut(Cut<'_>, u32)) {
        if byte != b'\n' {
            self.keep(byte);
            return;
        }
        self.end_line(each);
        self.line = self.line.saturating_add(1);
        self.start = self.line;
    }

    fn end_line(&mut self, each: &mut dyn FnMut(Cut<'_>, u32)) {
        let line = self.bytes.trim_ascii();
        match (line.first(), self.is_too_large) {
            (None, _) => {}
            (_, true) => each(Cut::TooLarge, self.start),
            (Some(b'{'), _) => each(Cut::Record(line), self.start),
            _ => each(Cut::Broken(line), self.start),
        }
        self.bytes.clear();
        self.is_too_large = false;
    }

    fn keep(&mut self, byte: u8) {
        if self.bytes.len() < MAX_ALERT_ROW_BYTES {
            self.bytes.push(byte);
        } else {
            self.is_too_large = true;
        }
    }

    fn byte(&mut self, byte: u8, each: &mut dyn FnMut(Cut<'_>, u32)) {
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        if self.record.is_some() {
            self.byte_of_record(byte, each);
        } else {
            self.byte_around(byte, each);
        }
    }

    fn byte_of_record(&mut self, byte: u8, each: &mut dyn FnMut(Cut<'_>, u32)) {
        if self.in_string && byte == b'\n' {
            // JSON has none in a string: a quote is missing. What follows is looked at anew.
            self.in_string = false;
            self.give_broken(each);
            return;
        }
        self.keep(byte);
        if self.in_string {
            self.string_byte(byte);
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.record.is_some_and(|depth| self.depth < depth) {
                    match self.is_too_large {
                        true => each(Cut::TooLarge, self.start),
                        false => each(Cut::Record(&self.bytes), self.start),
                    }
                    self.end_record();
                }
            }
            _ => {}
        }
    }

    fn give_broken(&mut self, each: &mut dyn FnMut(Cut<'_>, u32)) {
        each(Cut::Broken(&self.bytes), self.start);
        self.depth = self.record.unwrap_or(1).saturating_sub(1);
        self.end_record();
    }

    fn end_record(&mut self) {
        self.record = None;
        self.bytes.clear();
        self.is_too_large = false;
    }

    fn string_byte(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
    }

    /// Between records.
    fn byte_around(&mut self, byte: u8, each: &mut dyn FnMut(Cut<'_>, u32)) {
        if self.in_string {
            self.string_byte(byte);
            if self.in_string && self.word.len() < LONGEST_KEY {
                self.word.push(byte);
            }
            return;
        }
        let at_records = match self.layout {
            Layout::Objects => self.depth == 0,
            _ => self.list == Some(self.depth),
        };
        match byte {
            b'{' if at_records => {
                self.depth += 1;
                self.record = Some(self.depth);
                self.start = self.line;
                self.in_other = false;
                self.keep(byte);
            }
            b'"' | b'[' | b'0'..=b'9' | b'a'..=b'z' | b'-' if at_records && !self.in_other => {
                self.in_other = true;
                each(Cut::Broken(&[byte]), self.line);
                self.open(byte);
            }
            b',' | b'\n' if at_records => self.in_other = false,
            _ => self.open(byte),
        }
    }

    /// Brackets and keys on the way to the list.
    fn open(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.in_string = true;
                self.word.clear();
            }
            b'{' | b'[' => {
                if byte == b'['
                    && self.list.is_none()
                    && let Layout::List(path) = &self.layout
                    && self.keys.len() == path.len()
                    && path.iter().zip(&self.keys).all(|(one, other)| one.as_bytes() == other)
                    && self.depth == path.len()
                {
                    self.list = Some(self.depth + 1);
                }
                self.depth += 1;
            }
            // What a broken record left behind.
            b'}' if self.list == Some(self.depth) => {}
            b'}' | b']' => {
                if self.list == Some(self.depth) {
                    self.list = None;
                }
                self.depth = self.depth.saturating_sub(1);
                self.keys.truncate(self.depth);
            }
            b':' if self.depth > 0 => {
                self.keys.truncate(self.depth - 1);
                if self.keys.len() == self.depth - 1 && self.keys.len() < LONGEST_KEY {
                    self.keys.push(std::mem::take(&mut self.word));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(layout: &Layout, text: &str, piece: usize) -> (Vec<String>, Option<u32>) {
        let mut records = Records::new(layout.clone());
        let mut found = Vec::new();
        let mut each = |cut: Cut<'_>, line: u32| {
            found.push(match cut {
                Cut::Record(bytes) => format!("{line}:{}", String::from_utf8_lossy(bytes)),
                Cut::TooLarge => format!("{line}:too large"),
                Cut::Broken(_) => format!("{line}:broken"),
            });
        };
        for bytes in text.as_bytes().chunks(piece) {
            records.push(bytes, &mut each);
        }
        records.finish(&mut each);
        (found, records.unclosed)
    }

    fn list(path: &[&str]) -> Layout {
        Layout::List(path.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn lists_alone_and_below_keys() {
        let plain = "[{\"a\":\"}]\\\"\"},\n {\"b\":[{}]}, 7, \"x\", [1],\nnull]";
        assert_eq!(
            all(&list(&[]), plain, 3).0,
            [
                "1:{\"a\":\"}]\\\"\"}",
                "2:{\"b\":[{}]}",
                "2:broken",
                "2:broken",
                "2:broken",
                "3:broken"
            ]
        );
        let deep = "{\"took\":1,\"x\":[{\"no\":1}],\"hits\":{\"total\":{\"hits\":[{\"no\":2}]},\"hits\":[{\"yes\":1},{\"yes\":2}]},\"hits2\":[{\"no\":3}]}";
        assert_eq!(all(&list(&["hits", "hits"]), deep, 5).0, ["1:{\"yes\":1}", "1:{\"yes\":2}"]);
    }

    #[test]
    fn lines_and_objects() {
        let text = "{\"a\":1}\r\n\n{\"b\":\nnot json\n";
        assert_eq!(all(&Layout::Lines, text, 4).0, ["1:{\"a\":1}", "3:{\"b\":", "4:broken"]);
        let objects = "{\n \"a\": 1\n}\n{\"b\": {}}{}";
        assert_eq!(
            all(&Layout::Objects, objects, 4).0,
            ["1:{\n \"a\": 1\n}", "4:{\"b\": {}}", "4:{}"]
        );
    }

    #[test]
    fn what_is_broken_costs_little() {
        let text = "[\n{\"a\": \"x\n},\n{\"b\": 1},\n{\"c\": {\n";
        let (found, unclosed) = all(&list(&[]), text, 7);
        assert_eq!(found, ["2:broken", "4:{\"b\": 1}", "5:broken"]);
        assert_eq!(unclosed, Some(5));
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in "([\\[\\]{}\",:\n\\\\a1 ]){0,60}", piece in 1_usize..9) {
            for layout in [Layout::Lines, Layout::Objects, list(&[]), list(&["a"])] {
                prop_assert_eq!(all(&layout, &text, piece), all(&layout, &text, 1000));
            }
        }
    }
}
