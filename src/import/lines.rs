//! The lines of a text, found in one pass that everything which asks for a line shares.

/// A text and where its lines begin. A line ends as YAML's do, with LF, CR LF or CR.
pub(super) struct Lines<'t> {
    text: &'t str,
    /// Byte offsets of the first byte of each line.
    starts: Vec<u32>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, starts: starts(text.as_bytes()) }
    }

    /// All of it.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Where they begin.
    pub(super) fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// The lines from one on (1-based) with their numbers, without their ends.
    pub(super) fn from(&self, first: u32) -> impl Iterator<Item = (u32, &'t str)> {
        let at = usize::try_from(first).unwrap_or(usize::MAX).saturating_sub(1);
        let starts = self.starts.get(at..).unwrap_or_default();
        let ends = starts.iter().skip(1).map(|next| *next as usize);
        let ends = ends.chain(std::iter::once(self.text.len()));
        let lines = starts.iter().zip(ends).map(|(start, end)| {
            let line = self.text.get(*start as usize..end).unwrap_or_default();
            line.strip_suffix('\n').map_or(line, |line| line).trim_end_matches('\r')
        });
        (first.max(1)..).zip(lines)
    }
}

/// Where lines begin; eight bytes are looked at in one go, as every byte of every file is.
pub(super) fn starts(bytes: &[u8]) -> Vec<u32> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    // The high bit of each byte below 16: line ends, and tabs, which are rare.
    let low = |x: u64| !(((x & (0x7F * ONES)) + 0x70 * ONES) | x) & (0x80 * ONES);
    let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
    starts.push(0);
    let mut end_at = |at: usize| {
        let next = bytes.get(at + 1);
        let is_end = match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => next != Some(&b'\n'),
            _ => false,
        };
        if is_end && next.is_some() {
            starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        }
    };
    let (eights, rest) = bytes.as_chunks::<8>();
    for (eight, base) in eights.iter().zip((0..).step_by(8)) {
        let mut found = low(u64::from_le_bytes(*eight));
        while found != 0 {
            end_at(base + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
    }
    let base = bytes.len() - rest.len();
    for (byte, at) in rest.iter().zip(base..) {
        if *byte < 16 {
            end_at(at);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_of_every_kind_of_end() {
        let lines = |text| Lines::of(text).from(1).collect::<Vec<_>>();
        assert_eq!(lines("a\r\nb\rc\n\nd"), [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
        assert_eq!(lines("a\n"), [(1, "a")]);
        assert_eq!(lines(""), [(1, "")]);
        assert_eq!(Lines::of("a\nb\nc").from(2).collect::<Vec<_>>(), [(2, "b"), (3, "c")]);
        assert_eq!(Lines::of("a\nb").from(9).count(), 0);
    }

    proptest! {
        #[test]
        fn as_the_standard_library_sees_them(text in "[a\u{8A}\u{10A}\u{B}\t\\n]{1,60}") {
            let found: Vec<_> = Lines::of(&text).from(1).map(|(_, line)| line).collect();
            prop_assert_eq!(found, text.lines().collect::<Vec<_>>());
        }
    }
}
