//! From byte offsets to lines and columns.

use crate::rule::{Tag, mentions};

/// Line and column (1-based, in characters) of offsets of one text. Quick as long as the offsets
/// ascend; an earlier one starts from the beginning again.
pub(crate) struct Places<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    column: u32,
}

impl<'t> Places<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    pub(crate) fn of(&mut self, offset: usize) -> (u32, u32) {
        if offset < self.at {
            *self = Self::new(self.text);
        }
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let breaks = passed.bytes().filter(|byte| *byte == b'\n').count();
        let rest = match passed.rfind('\n') {
            Some(last) => {
                self.column = 1;
                &passed[last + 1..]
            }
            None => passed,
        };
        self.line = self.line.saturating_add(small(breaks));
        self.column = self.column.saturating_add(small(rest.chars().count()));
        self.at = offset;
        (self.line, self.column)
    }
}

/// The ids in a piece of a text that begins at this place, without those the tags name.
pub(crate) fn mentions_beside(piece: &str, (line, column): (u32, u32), tags: &[Tag]) -> Vec<Tag> {
    let is_tagged = |found: &Tag| {
        found.claims.iter().all(|claim| tags.iter().any(|tag| tag.claims.contains(claim)))
    };
    let mut found = mentions(piece, line);
    found.retain(|mention| !is_tagged(mention));
    for mention in found.iter_mut().filter(|mention| mention.line == line) {
        mention.column = mention.column.saturating_add(column.saturating_sub(1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_any_order() {
        let mut places = Places::new("aä\n\nb c\n");
        let of = |places: &mut Places<'_>, offset| places.of(offset);
        assert_eq!(of(&mut places, 0), (1, 1));
        assert_eq!(of(&mut places, 3), (1, 3), "in characters");
        assert_eq!(of(&mut places, 5), (3, 1));
        assert_eq!(of(&mut places, 7), (3, 3));
        assert_eq!(of(&mut places, 1), (1, 2), "backwards");
        assert_eq!(of(&mut places, 99), (1, 2), "beyond the end nothing passes");
    }

    #[test]
    fn mentions_of_a_piece() {
        let tags = [Tag::technique("T1003", 1, 1)];
        let found = mentions_beside("T1003 T1059\nT1005", (7, 5), &tags);
        let places: Vec<_> = found.iter().map(|t| (&*t.written, t.line, t.column)).collect();
        assert_eq!(places, [("T1059", 7, 11), ("T1005", 8, 1)]);
    }
}
