//! From byte offsets to lines and columns.

/// Lines and columns of byte offsets, in any order and each at the same small cost, also in a
/// text of one long line.
pub(super) struct Places<'t> {
    text: &'t str,
    /// Offsets of the first bytes of lines.
    lines: Vec<usize>,
    /// Characters before each block of [`BLOCK`] bytes.
    characters: Vec<u32>,
}

const BLOCK: usize = 256;

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let mut sum = 0;
        let characters = std::iter::once(0)
            .chain(text.as_bytes().chunks(BLOCK).map(|block| {
                sum += count(block);
                sum
            }))
            .collect();
        Self { text, lines, characters }
    }

    /// Line and column, both from 1, the column in characters.
    pub(super) fn of(&self, offset: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.before(offset).saturating_sub(self.before(start)) + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), column)
    }

    fn before(&self, offset: usize) -> u32 {
        let block = offset / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        self.characters.get(block).copied().unwrap_or_default() + count(rest)
    }
}

/// Characters that begin in these bytes.
fn count(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    u32::try_from(starts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn beyond_the_end() {
        let places = Places::new("a\nbc");
        assert_eq!(places.of(4), (2, 3));
        assert_eq!(places.of(99), (2, 1), "no panic");
    }

    proptest! {
        /// As counted from the beginning.
        #[test]
        fn places_are_right(text in "[aä\u{1F600}\\n]{0,600}", at in 0_usize..700) {
            let places = Places::new(&text);
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            prop_assert_eq!(places.of(at), (line as u32, column as u32));
        }
    }
}
