//! YAML that is broken in one part: the part is cut out, so that the rest, the tags above all, can
//! still be read. A part is a top-level key with its value, in a list of rules a key of an entry;
//! where that would not help, the whole entry is cut out. Lines keep their numbers.

use super::yaml::LoadError;
use crate::limits::MAX_YAML_REPAIR_BYTES;
use crate::rule::{LogSource, Rule, Written};
use crate::sorted::sort_by;
use std::ops::Range;

/// What stands in the place of the part that was cut out.
const CUT: &str = "damaged";

/// Parts that are cut out of a text that is no list; one with more is beyond repair.
const MAX_CUTS: usize = 3;

/// Parts that are named `tags` in other formats: without them there is nothing to save.
const TAGS: &[&str] = &[
    "tags",
    "Reports",
    "coverage",
    "tactics",
    "relevantTechniques",
    "techniques",
    "detectionAction",
];

/// What could be saved of a text.
pub(super) struct Saved {
    /// The text without its broken parts.
    pub(super) text: String,
    /// What was cut out, in the order of the text.
    pub(super) cuts: Vec<Cut>,
}

/// A part or an entry that was cut out.
pub(super) struct Cut {
    /// The line (1-based) that stands in its place.
    pub(super) line: u32,
    /// The line at which its document or entry begins.
    from: u32,
    /// Whether it was a whole entry of a list.
    pub(super) is_entry: bool,
    /// Why it was.
    pub(super) error: LoadError,
}

/// The text without the parts in which loading it fails, and the first error. `load` says where
/// a text fails. `None` if nothing can be saved: the broken part has no key, or is the tags.
pub(super) fn salvage(
    text: &str,
    error: &LoadError,
    load: impl Fn(&str) -> Option<LoadError>,
) -> Option<Saved> {
    // Each cut reads the text again.
    let most = match is_list(text) {
        true => (MAX_YAML_REPAIR_BYTES / text.len().max(1)).max(MAX_CUTS),
        false => MAX_CUTS,
    };
    let mut saved = Saved { text: text.to_owned(), cuts: Vec::new() };
    let mut next = Some(error.clone());
    while let Some(error) = next {
        if saved.cuts.len() >= most {
            return None;
        }
        saved.cut(error)?;
        next = load(&saved.text);
    }
    sort_by(&mut saved.cuts, |a, b| a.line.cmp(&b.line));
    Some(saved)
}

impl Saved {
    /// Cuts out the part in which an error stands.
    fn cut(&mut self, error: LoadError) -> Option<()> {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let is_list = is_list(&self.text);
        let broken = match is_list {
            true => broken_in_list(&lines, &error)?,
            false => broken_part(&lines, &error, 0..lines.len(), 0)?,
        };
        let is_begin = |line: &str| line.starts_with("---") || is_list && is_entry(line);
        let (start, from) = (broken.start, broken.start.saturating_add(usize::from(is_list)));
        let from = (0..from).rev().find(|at| is_begin(lines[*at])).unwrap_or(0);
        let head = lines[start];
        let is_entry = is_list && start == from;
        let placeholder = match head.split_once(':') {
            Some((key, _)) if !is_entry => format!("{key}: {CUT}\n"),
            _ => format!("- {CUT}\n"),
        };
        let blank = "\n".repeat(broken.len().saturating_sub(1));
        let (before, after) = (lines[..start].concat(), lines[broken.end..].concat());
        self.text = [before, placeholder, blank, after].concat();
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
        let (line, from) = (number(start), number(from));
        // An entry takes with it what was cut out of it before.
        self.cuts.retain(|cut| !is_entry || cut.from != from);
        self.cuts.push(Cut { line, from, is_entry, error });
        Some(())
    }

    /// Whether a part of a rule is missing. Of a text that is no list that is said of all rules
    /// if the part belonged to none: the others may have inherited from it.
    pub(super) fn is_damaged(&self, rule: &Rule, rules: &[Rule]) -> bool {
        let parts = || self.cuts.iter().filter(|cut| !cut.is_entry);
        let holds = |cut: &Cut, rule: &Rule| (cut.from..=cut.line).contains(&rule.line);
        parts().any(|cut| holds(cut, rule))
            || !is_list(&self.text) && parts().any(|cut| !rules.iter().any(|rule| holds(cut, rule)))
    }
}

/// Takes out of a rule what only stands in the place of a part.
pub(super) fn forget(rule: &mut Rule, path: &str) {
    if rule.title == CUT {
        rule.title = path.rsplit('/').next().unwrap_or(path).to_owned();
    }
    rule.id = rule.id.take().filter(|id| id != CUT);
    if rule.level.text == CUT {
        rule.level = Written::default();
    }
    if rule.status.text == CUT {
        rule.status = Written::default();
    }
    let LogSource { product, category, service } = &mut rule.log_source;
    for part in [product, category, service] {
        if part == CUT {
            part.clear();
        }
    }
}

/// The lines at which one looks for the part in which an error stands: it is noticed in its part
/// or at the first line after it. What stands at its very beginning is none of that part.
fn suspects(error: &LoadError, lines: &[&str], indent: usize) -> Option<[Option<usize>; 2]> {
    let at = usize::try_from(error.line).ok()?.checked_sub(1)?.min(lines.len().checked_sub(1)?);
    let is_at_begin = error.column as usize <= indent + 1 && at > 0;
    let (this, before) = (Some(at), at.checked_sub(1));
    Some(if is_at_begin { [before, this] } else { [this, before] })
}

/// The lines (from 0) of the part in which an error stands, of those with a key at this
/// indentation.
fn broken_part(
    lines: &[&str],
    error: &LoadError,
    within: Range<usize>,
    indent: usize,
) -> Option<Range<usize>> {
    let is_boundary =
        |at: &usize| key_of(lines[*at], indent).is_some() || lines[*at].starts_with("---");
    // What was cut before is whole by now, so the fault is in the part before it.
    let is_cut = |at: usize| {
        key_of(lines[at], indent).is_none_or(|key| lines[at].trim() == format!("{key}: {CUT}"))
    };
    let start = suspects(error, lines, indent)?.into_iter().flatten().find_map(|from| {
        let start = (within.start..within.end.min(from + 1)).rev().find(is_boundary)?;
        (!is_cut(start)).then_some(start)
    })?;
    // Tags that cannot be read may stand below a bracket that is not closed. Were they broken
    // themselves, nothing would be left to save.
    let start = match TAGS.contains(&key_of(lines[start], indent)?) {
        true => (within.start..start).rev().find(is_boundary).filter(|at| !is_cut(*at))?,
        false => start,
    };
    let end = (start + 1..within.end).find(is_boundary).unwrap_or(within.end);
    Some(start..end)
}

/// The same in a list: of a part of an entry, or of the whole entry if the part is its first one or
/// its tags.
fn broken_in_list(lines: &[&str], error: &LoadError) -> Option<Range<usize>> {
    let is_cut = |line: &str| line.trim_end().strip_prefix("- ") == Some(CUT);
    let start = suspects(error, lines, 0)?
        .into_iter()
        .flatten()
        .filter_map(|from| (0..=from).rev().find(|at| is_entry(lines[*at])))
        .find(|start| !is_cut(lines[*start]))?;
    let is_next = |at: &usize| is_entry(lines[*at]) || lines[*at].starts_with("---");
    let end = (start + 1..lines.len()).find(is_next).unwrap_or(lines.len());
    let first = lines[start].trim_start_matches('-').trim_start_matches(' ');
    let indent = lines[start].len() - first.len();
    Some(broken_part(lines, error, start + 1..end, indent).unwrap_or(start..end))
}

/// Whether the text is one list, not indented; that is, whether its first line of content is an
/// entry.
fn is_list(text: &str) -> bool {
    let is_content = |line: &&str| {
        !line.trim().is_empty() && !line.starts_with(['#', '%']) && !line.starts_with("---")
    };
    text.lines().find(is_content).is_some_and(is_entry)
}

fn is_entry(line: &str) -> bool {
    line.starts_with("- ") || line.trim_end() == "-"
}

/// The key of a line such as `detection:` at this indentation.
fn key_of(line: &str, indent: usize) -> Option<&str> {
    let key = line.split_once(':')?.0;
    let (blanks, key) = key.split_at_checked(indent)?;
    let plain = blanks.bytes().all(|byte| byte == b' ')
        && !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    plain.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml;

    fn cut(text: &str) -> Option<Saved> {
        let load = |text: &str| yaml::load(text, &|_| true).error;
        salvage(text, &load(text)?, load)
    }

    fn saved(text: &str) -> Option<String> {
        cut(text).map(|saved| saved.text)
    }

    /// Where it was cut, and whether whole entries.
    fn cuts(text: &str) -> Vec<(u32, bool)> {
        let cuts = cut(text).map(|saved| saved.cuts).unwrap_or_default();
        cuts.iter().map(|cut| (cut.line, cut.is_entry)).collect()
    }

    #[test]
    fn the_broken_part_is_cut_and_lines_keep_their_numbers() {
        let text = "title: x\ntags:\n  - attack.t1059\ndetection:\n  a: *b\n  c: 'd\nlevel: high\n";
        assert_eq!(
            saved(text).as_deref(),
            Some("title: x\ntags:\n  - attack.t1059\ndetection: damaged\n\n\nlevel: high\n")
        );
        let text = "author: @me\ntitle: x\nnote: %y\nlevel: high\n";
        assert_eq!(
            saved(text).as_deref(),
            Some("author: damaged\ntitle: x\nnote: damaged\nlevel: high\n")
        );
        assert_eq!(cuts(text), [(1, false), (3, false)]);
    }

    /// An error that is noticed at the key after it is not the next part's.
    #[test]
    fn the_tags_below_an_open_bracket_are_saved() {
        for broken in ["{a: [b", "[a", "\n  a: b\n c: d"] {
            let text = format!("title: x\ndetection: {broken}\ntags:\n  - attack.t1059\n");
            let saved = saved(&text).unwrap_or_else(|| panic!("{broken}"));
            assert!(saved.contains("detection: damaged\n"), "{saved}");
            assert!(saved.ends_with("\ntags:\n  - attack.t1059\n"), "{saved}");
        }
    }

    #[test]
    fn of_a_list_the_broken_parts_are_cut_and_else_the_entries() {
        let good = "- rule: a\n  tags: [T1059]\n";
        let part = "- rule: b\n  tags: [T1003]\n  output: @c\n  more: x\n";
        let text =
            format!("# x\n---\n{good}{part}{good}- rule: 'd\n{good}- rule: b\n  tags: [@]\n{good}");
        let part = part.replace("@c", CUT);
        let expected = format!("# x\n---\n{good}{part}{good}- damaged\n{good}- damaged\n\n{good}");
        assert_eq!(saved(&text).as_deref(), Some(expected.as_str()));
        assert_eq!(cuts(&text), [(7, false), (11, true), (14, true)]);
        let many = "- rule: b\n  output: @c\n".repeat(20);
        assert_eq!(cuts(&many).len(), 20);
        // A wider dash, and a part below the dash.
        assert_eq!(cuts("-   rule: a\n    b: @c\n    d: e\n"), [(2, false)]);
        assert_eq!(cuts("-\n  rule: a\n  b: @c\n"), [(1, true)]);
    }

    #[test]
    fn broken_tags_and_text_without_keys_cannot_be_saved() {
        assert_eq!(saved("title: x\ntags: [a, 'b\n"), None);
        assert_eq!(saved("  - [\n"), None);
        assert_eq!(saved("a: 1\n"), None, "nothing is broken");
    }
}
