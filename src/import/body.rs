//! A fingerprint of what a rule detects, to tell copies that go by another name.

use super::lines::Lines;
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
        let mut rest = text.as_bytes().trim_ascii_start();
        while !rest.is_empty() {
            any = true;
            // Up to eight bytes of a word.
            let (eight, after) = match rest.split_first_chunk::<8>() {
                Some((eight, after)) => (*eight, after),
                None => {
                    let mut eight = [b' '; 8];
                    eight.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                    (eight, &[][..])
                }
            };
            let eight = u64::from_le_bytes(eight);
            let blanks = blanks_in(eight);
            if blanks == 0 {
                eat(eight);
                rest = after;
                if rest.first().is_none_or(|byte| *byte <= b' ') {
                    eat(u64::from(b' '));
                    rest = rest.trim_ascii_start();
                }
            } else {
                // The blank behind it tells where the word ends.
                let end = blanks.trailing_zeros() / 8;
                eat(eight & ((1 << (8 * end)) - 1) | u64::from(b' ') << (8 * end));
                let passed = rest.get(end as usize + 1..).unwrap_or_default();
                rest = passed.trim_ascii_start();
            }
        }
        // Between texts, so that moving a word from one to the next makes a difference.
        eat(0);
    }
    if any { hash.max(1) } else { 0 }
}

/// The high bit of each byte that is a blank or another control character.
fn blanks_in(eight: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    !(((eight & (0x7F * ONES)) + 0x5F * ONES) | eight) & (0x80 * ONES)
}

/// The fingerprint of a part whose events come from here: the same selection on another log
/// source is another rule. 0 stays 0.
pub(crate) fn on_source(part: u64, source: &LogSource) -> u64 {
    let LogSource { product, category, service } = source;
    match part {
        0 => 0,
        part => (fingerprint([&**product, category, service]).rotate_left(32) ^ part).max(1),
    }
}

/// The fingerprints of the top-level parts of one YAML text.
pub(crate) struct Bodies<'t> {
    lines: &'t Lines<'t>,
    /// By line: many rules may inherit one part, and it may be large.
    known: BTreeMap<u32, u64>,
}

impl<'t> Bodies<'t> {
    pub(super) fn new(lines: &'t Lines<'t>) -> Self {
        Self { lines, known: BTreeMap::new() }
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
        let is_inside = move |(at, content): &(u32, &str)| {
            *at == line
                || content.is_empty()
                || content.starts_with([' ', '\t', '-', '#']) && !content.starts_with("---")
        };
        let lines = self.lines.from(line).take_while(is_inside);
        lines.filter(|(_, content)| !content.trim_ascii_start().starts_with('#'))
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
        let words = "12345678 1234567 123456789 \u{E4}\u{F6}\u{FC}\u{DF} 1234567812345678";
        assert_eq!(fingerprint([words]), fingerprint([words.replace(' ', "\r\n\t ").as_str()]));
        for at in (0..words.len()).filter(|at| words.is_char_boundary(*at)) {
            let (before, after) = words.split_at(at);
            assert_ne!(fingerprint([words]), fingerprint([format!("{before}x{after}").as_str()]));
        }
        assert_eq!(fingerprint([" \n", ""]), 0);
    }

    #[test]
    fn the_lines_of_a_part() {
        let text = "title: x\ndetection:\n  a: 1\n# no\n\n  # no\n  b: 2\nlevel: low\n";
        let lines = Lines::of(text);
        let mut bodies = Bodies::new(&lines);
        let lines: Vec<_> = bodies.part(2).collect();
        assert_eq!(lines, [(2, "detection:"), (3, "  a: 1"), (5, ""), (7, "  b: 2")]);
        assert_eq!(bodies.part(3).count(), 3, "from the first value");
        let other = Lines::of("tags:\n- a\n---\nb: 1");
        assert_eq!(Bodies::new(&other).part(1).count(), 2);
        assert_eq!(bodies.of(99), 0);
        assert_ne!(bodies.of(2), 0);
        assert_eq!(bodies.of(2), fingerprint(["detection:", "a: 1", "", "b: 2"]));
    }
}
