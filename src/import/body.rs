//! A fingerprint of what a rule detects, to tell copies that go by another name.

use crate::rule::LogSource;
use std::collections::BTreeMap;

/// Hashes the words of texts: blanks, line ends and empty lines do not count, case does. FNV-1a
/// (<https://datatracker.ietf.org/doc/draft-eastlake-fnv/>) over eight bytes at a time, as every
/// selection of every rule goes through it; only equality is asked of it. Never 0 for a text with
/// a word in it; 0 for none.
pub(crate) fn fingerprint<'t>(texts: impl IntoIterator<Item = &'t str>) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = BASIS;
    let mut any = false;
    // The rotation brings the high bytes, which a product leaves high, to the low ones.
    let mut eat = |eight: u64| hash = (hash ^ eight).wrapping_mul(PRIME).rotate_left(23);
    for text in texts {
        for word in text.split_ascii_whitespace() {
            any = true;
            let (eights, rest) = word.as_bytes().as_chunks::<8>();
            eights.iter().for_each(|eight| eat(u64::from_le_bytes(*eight)));
            // The blank behind it tells where the word ends.
            let rest =
                rest.iter().rev().fold(u64::from(b' '), |sum, byte| sum << 8 | u64::from(*byte));
            eat(rest);
        }
        // Between texts, so that moving a word from one to the next makes a difference.
        eat(0);
    }
    if any { hash.max(1) } else { 0 }
}

/// The fingerprint of a part whose events come from here: the same selection on another log
/// source is another rule. 0 stays 0.
pub(crate) fn on_source(part: u64, source: &LogSource) -> u64 {
    match part {
        0 => 0,
        part => fingerprint([source.to_string().as_str(), &part.to_string()]),
    }
}

/// The fingerprints of the top-level parts of one YAML text.
pub(crate) struct Bodies<'t> {
    lines: Vec<&'t str>,
    /// By line: many rules may inherit one part, and it may be large.
    known: BTreeMap<u32, u64>,
}

impl<'t> Bodies<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { lines: text.lines().collect(), known: BTreeMap::new() }
    }

    /// Of the part whose key or first value stands in this line (1-based), without whole-line
    /// comments.
    pub(crate) fn of(&mut self, line: u32) -> u64 {
        if let Some(known) = self.known.get(&line) {
            return *known;
        }
        let found = fingerprint(self.part(line).map(|(_, content)| content));
        self.known.insert(line, found);
        found
    }

    /// The lines to the next one that is not indented, with their numbers.
    pub(crate) fn part(&self, line: u32) -> impl Iterator<Item = (u32, &'t str)> {
        let first = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let is_inside = move |(at, content): &(u32, &str)| {
            *at == line
                || content.is_empty()
                || content.starts_with([' ', '\t', '-', '#']) && !content.starts_with("---")
        };
        let lines = self.lines.get(first..).unwrap_or_default();
        let lines = (line..).zip(lines.iter().copied()).take_while(is_inside);
        lines.filter(|(_, content)| !content.trim_start().starts_with('#'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_do_not_count_and_words_do() {
        assert_eq!(fingerprint(["a  b\n c"]), fingerprint(["a b c "]));
        assert_ne!(fingerprint(["a b c"]), fingerprint(["a b d"]));
        assert_ne!(fingerprint(["a b", "c"]), fingerprint(["a", "b c"]));
        assert_ne!(fingerprint(["ab"]), fingerprint(["a b"]));
        assert_eq!(fingerprint([" \n", ""]), 0);
    }

    #[test]
    fn the_lines_of_a_part() {
        let text = "title: x\ndetection:\n  a: 1\n# no\n\n  # no\n  b: 2\nlevel: low\n";
        let mut bodies = Bodies::new(text);
        let lines: Vec<_> = bodies.part(2).collect();
        assert_eq!(lines, [(2, "detection:"), (3, "  a: 1"), (5, ""), (7, "  b: 2")]);
        assert_eq!(bodies.part(3).count(), 3, "from the first value");
        assert_eq!(Bodies::new("tags:\n- a\n---\nb: 1").part(1).count(), 2);
        assert_eq!(bodies.of(99), 0);
        assert_ne!(bodies.of(2), 0);
        assert_eq!(bodies.of(2), fingerprint(["detection:", "a: 1", "", "b: 2"]));
    }
}
