//! Indentation that YAML 1.2 forbids and that libyaml, and with it PyYAML and sigma-cli, reads:
//! lines inside brackets or quotes that stand left of their parent.
//!
//! ```yaml
//! tags: [
//!   attack.t1059
//! ]
//! ```
//! Blanks at the beginning of such lines mean nothing, so more of them are put there. (Of the
//! public sets of other formats 9 files in 2,857 + 707 + 344 + 27 need it; reference: rule
//! formats, section 1: Splunk, Panther, Wazuh, Falco.)

use super::loader::{load_shifted, syntax_error};
use super::{LoadError, Loaded};
use crate::limits::{Limits, MAX_YAML_DEPTH, MAX_YAML_REPAIR_BYTES};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A text that loads after its indentation was mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    text: String,
    /// 1-based lines that were indented, with the blanks put before them.
    shifts: BTreeMap<u32, u32>,
}

impl Repaired {
    /// Mends the text behind an error, if indentation inside brackets and quotes is all that is
    /// wrong with it.
    pub fn new(text: &str, error: &LoadError) -> Option<Self> {
        let mut repaired = Self { text: text.to_owned(), shifts: BTreeMap::new() };
        let mut error = error.clone();
        // Each round reads the text again from its start.
        for _ in 0..MAX_YAML_REPAIR_BYTES / text.len().max(1) {
            repaired.mend(&error)?;
            match syntax_error(&repaired.text) {
                None => return Some(repaired),
                // The parser never goes back: no progress means something else is wrong.
                Some(next) if (next.line, next.column) <= (error.line, error.column) => {
                    return None;
                }
                Some(next) => error = next,
            }
        }
        None
    }

    /// Loads it; places are those in the text as it was.
    pub fn load<'a>(&'a self, wanted: &dyn Fn(&str) -> bool, limits: &Limits) -> Loaded<'a> {
        load_shifted(&self.text, wanted, limits, &self.shifts)
    }

    /// The first line that was indented.
    pub fn line(&self) -> u32 {
        self.shifts.keys().next().copied().unwrap_or(1)
    }

    fn mend(&mut self, error: &LoadError) -> Option<()> {
        let at = self.offset(error)?;
        match error.reason.as_str() {
            // The place is that of the opening quote.
            "invalid indentation in quoted scalar" => {
                let end = at + closing_quote(&self.text[at..])?;
                let breaks = u32::try_from(self.text[at..end].matches('\n').count()).ok()?;
                self.indent(at, end, error.line + 1..=error.line + breaks)
            }
            "invalid indentation" | "invalid indentation in flow construct" => {
                let start = self.text[..at].rfind('\n')?;
                self.indent(start, start + 1, error.line..=error.line)
            }
            _ => None,
        }
    }

    /// Puts blanks behind each line break between two offsets, that is, before these lines.
    /// `None` if there are no lines, if they were indented before, or if it gets too long.
    fn indent(&mut self, from: usize, to: usize, lines: RangeInclusive<u32>) -> Option<()> {
        // A lone carriage return is a break to the parser and none here.
        if lines.is_empty() {
            return None;
        }
        let growth = lines.clone().count() * BLANKS as usize;
        let again = self.shifts.range(lines.clone()).next().is_some();
        if again || self.text.len() + growth > MAX_YAML_REPAIR_BYTES {
            return None;
        }
        let indented =
            self.text[from..to].replace('\n', &format!("\n{}", " ".repeat(BLANKS as usize)));
        self.text.replace_range(from..to, &indented);
        self.shifts.extend(lines.map(|line| (line, BLANKS)));
        Some(())
    }

    /// Where in the text an error is.
    fn offset(&self, error: &LoadError) -> Option<usize> {
        let line = usize::try_from(error.line).ok()?.checked_sub(1)?;
        let column = usize::try_from(error.column).ok()?.checked_sub(1)?;
        let start = match line {
            0 => 0,
            n => self.text.match_indices('\n').nth(n - 1)?.0 + 1,
        };
        let (offset, _) = self.text[start..].char_indices().nth(column)?;
        Some(start + offset)
    }
}

/// Blanks before a line: deeper than parents stand, down to the deepest nesting that is read.
const BLANKS: u32 = 2 * MAX_YAML_DEPTH as u32;

/// The place of the quote that closes the one `text` begins with.
fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut at = 1;
    loop {
        match (*bytes.get(at)?, quote) {
            (b'\\', b'"') => at += 2,
            (b'\'', b'\'') if bytes.get(at + 1) == Some(&b'\'') => at += 2,
            (byte, _) if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml::{NodeKind, load};

    fn all(_: &str) -> bool {
        true
    }

    fn repaired(text: &str) -> Option<Repaired> {
        Repaired::new(text, &load(text, &all).error.expect("it is broken"))
    }

    #[test]
    fn brackets_and_quotes_may_stand_left_of_their_parent() {
        let text = "tags: [\na,\n b, {c:\nd}\n]\ntitle: \"two\n\n words\\\"\n\" # x\nid: 'it''s\n1'\ne: f\n";
        let repaired = repaired(text).expect("only indentation is wrong");
        assert_eq!(repaired.line(), 2);
        let loaded = repaired.load(&all, &Limits::default());
        assert_eq!(loaded.error, None);
        let root = &loaded.documents[0].root;
        assert_eq!(root.get("title").and_then(|n| n.text()), Some("two\nwords\" "));
        assert_eq!(root.get("id").and_then(|n| n.text()), Some("it's 1"));
        assert_eq!(root.get("e").and_then(|n| n.text()), Some("f"));
        let Some(NodeKind::Sequence(items)) = root.get("tags").map(|tags| &tags.kind) else {
            panic!("no list")
        };
        let places: Vec<_> = items.iter().map(|item| (item.line, item.column)).collect();
        assert_eq!(places, [(2, 1), (3, 2), (3, 5)]);
        assert_eq!(items[2].get("c").map(|d| (d.line, d.column)), Some((4, 1)));
    }

    #[test]
    fn what_else_is_wrong_stays_wrong() {
        for text in
            ["tags: [\na\n", "a: \"b\nc\n", "a: [\nb\n]\nc: [\n", "a: @b\n", "a: [\n\tb\n] c\n"]
        {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    /// Found by fuzzing: no line break inside of the quotes.
    #[test]
    fn a_lone_carriage_return_in_quotes() {
        assert_eq!(repaired("{\n{'---\r'\n"), None);
    }

    /// As many rounds as the limit allows, and no more.
    #[test]
    fn a_long_list_is_given_up() {
        let list = format!("a: [\n{}]\n", "b,\n".repeat(100));
        assert!(repaired(&list).is_some());
        let large = format!("a: [\n{}]\nb: {}\n", "b,\n".repeat(100), "c".repeat(1 << 20));
        assert_eq!(repaired(&large), None);
    }
}
