//! A place in a text that moves forward and knows its line and column.

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    /// All of it.
    pub(super) text: &'t str,
    /// Bytes passed.
    pub(super) at: usize,
    /// 1-based.
    pub(super) line: u32,
    /// 1-based, in characters.
    pub(super) column: u32,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    /// What is still to come.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves on by some bytes that end at a character.
    pub(super) fn skip(&mut self, bytes: usize) {
        let end = self.at.saturating_add(bytes).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        for (at, byte) in passed.iter().enumerate() {
            let next = self.text.as_bytes().get(self.at + at + 1);
            if *byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')) {
                self.line = self.line.saturating_add(1);
                self.column = 1;
            } else if byte & 0xC0 != 0x80 {
                self.column = self.column.saturating_add(1);
            }
        }
        self.at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_of_every_kind_and_characters() {
        let mut cursor = Cursor::new("ä\r\nb\rc\u{1F600}d");
        let mut places = Vec::new();
        while let Some(next) = cursor.rest().chars().next() {
            places.push((next, cursor.line, cursor.column));
            cursor.skip(next.len_utf8());
        }
        let expected = [
            ('ä', 1, 1),
            ('\r', 1, 2),
            ('\n', 1, 3),
            ('b', 2, 1),
            ('\r', 2, 2),
            ('c', 3, 1),
            ('\u{1F600}', 3, 2),
            ('d', 3, 3),
        ];
        assert_eq!(places, expected);
    }
}
