//! YAML that is broken in one top-level part: the part is cut out, so that the rest, the tags
//! above all, can still be read. Of a list of rules the broken entries are cut out. Lines keep
//! their numbers.

use super::yaml::LoadError;
use crate::limits::MAX_YAML_REPAIR_BYTES;

/// What stands in the place of the part that was cut out.
pub(super) const CUT: &str = "damaged";

/// Parts of one rule that are cut out; a rule with more is beyond repair.
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

/// The text without the parts in which loading it fails, and the first error. `load` says where
/// a text fails. `None` if nothing can be saved: the broken part has no key, or is the tags.
pub(super) fn salvage(
    text: &str,
    error: &LoadError,
    load: impl Fn(&str) -> Option<LoadError>,
) -> Option<String> {
    let is_list = is_list(text);
    // Each cut reads the text again.
    let cuts = if is_list { MAX_YAML_REPAIR_BYTES / text.len().max(1) } else { MAX_CUTS };
    let cut_part = if is_list { cut_entry } else { cut_part };
    let mut cut = cut_part(text, error.line)?;
    for _ in 1..cuts.max(MAX_CUTS) {
        match load(&cut) {
            None => return Some(cut),
            Some(error) => cut = cut_part(&cut, error.line)?,
        }
    }
    load(&cut).is_none().then_some(cut)
}

/// The lines (1-based) of a salvaged text at which a part was cut out.
pub(super) fn cut_lines(saved: &str) -> Vec<u32> {
    let is_cut = |line: &str| {
        is_cut_entry(line) || key_of(line).is_some_and(|key| line == format!("{key}: {CUT}"))
    };
    (1..).zip(saved.lines()).filter(|(_, line)| is_cut(line)).map(|(at, _)| at).collect()
}

/// Replaces the value of the top-level key in which a line stands. An error is noticed in its
/// part or at the first line after it.
fn cut_part(text: &str, line: u32) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = usize::try_from(line).ok()?.checked_sub(1)?.min(lines.len().checked_sub(1)?);
    let candidates = [Some(at), at.checked_sub(1)];
    let start = candidates.into_iter().flatten().find_map(|from| {
        let start = (0..=from).rev().find(|at| is_boundary(lines[*at]))?;
        let key = key_of(lines[start])?;
        // What was cut before is whole by now, so the fault is in the part before it.
        (lines[start].trim_end() != format!("{key}: {CUT}")).then_some(start)
    })?;
    let key = key_of(lines[start])?;
    if TAGS.contains(&key) {
        return None;
    }
    let end = (start + 1..lines.len()).find(|at| is_boundary(lines[*at])).unwrap_or(lines.len());
    let mut cut: String = lines[..start].concat();
    cut.push_str(&format!("{key}: {CUT}\n"));
    cut.extend(std::iter::repeat_n('\n', end - start - 1));
    cut.push_str(&lines[end..].concat());
    Some(cut)
}

/// Whether the text is one list, not indented; that is, whether its first line of content is an
/// entry.
pub(super) fn is_list(text: &str) -> bool {
    let is_content = |line: &&str| {
        !line.trim().is_empty() && !line.starts_with(['#', '%']) && !line.starts_with("---")
    };
    text.lines().find(is_content).is_some_and(is_entry)
}

fn is_entry(line: &str) -> bool {
    line.starts_with("- ") || line.trim_end() == "-"
}

/// What stands in the place of an entry that was cut out.
fn is_cut_entry(line: &str) -> bool {
    line.trim_end().strip_prefix("- ") == Some(CUT)
}

/// Replaces the entry of the list in which a line stands.
fn cut_entry(text: &str, line: u32) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = usize::try_from(line).ok()?.checked_sub(1)?.min(lines.len().checked_sub(1)?);
    let start = |from: usize| (0..=from).rev().find(|at| is_entry(lines[*at]));
    // An error is noticed in its entry or at the first line after it.
    let start = [Some(at), at.checked_sub(1)]
        .into_iter()
        .flatten()
        .filter_map(start)
        .find(|start| !is_cut_entry(lines[*start]))?;
    let is_next = |at: &usize| is_entry(lines[*at]) || lines[*at].starts_with("---");
    let end = (start + 1..lines.len()).find(is_next).unwrap_or(lines.len());
    let mut cut: String = lines[..start].concat();
    cut.push_str(&format!("- {CUT}\n"));
    cut.extend(std::iter::repeat_n('\n', end - start - 1));
    cut.push_str(&lines[end..].concat());
    Some(cut)
}

/// A line that begins a top-level part or a document.
fn is_boundary(line: &str) -> bool {
    key_of(line).is_some() || line.starts_with("---")
}

/// The key of a line such as `detection:`.
fn key_of(line: &str) -> Option<&str> {
    let key = line.split_once(':')?.0;
    let plain = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    plain.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml;

    fn saved(text: &str) -> Option<String> {
        let load = |text: &str| yaml::load(text, &|_| true).error;
        salvage(text, &load(text)?, load)
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
    }

    #[test]
    fn of_a_list_only_the_broken_entries_are_cut() {
        let good = "- rule: a\n  tags: [T1059]\n";
        let text = format!("# x\n---\n{good}- rule: b\n  output: @c\n{good}- rule: 'd\n{good}");
        assert_eq!(
            saved(&text).as_deref(),
            Some(format!("# x\n---\n{good}- damaged\n\n{good}- damaged\n{good}").as_str())
        );
        assert_eq!(cut_lines(&saved(&text).expect("saved")), [5, 9]);
        let many = format!("{good}- rule: b\n  output: @c\n").repeat(20);
        assert_eq!(saved(&many).map(|text| cut_lines(&text).len()), Some(20));
    }

    #[test]
    fn broken_tags_and_text_without_keys_cannot_be_saved() {
        assert_eq!(saved("title: x\ntags: [a, 'b\n"), None);
        assert_eq!(saved("  - [\n"), None);
        assert_eq!(saved("a: 1\n"), None, "nothing is broken");
    }
}
