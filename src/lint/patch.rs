//! Fixes as a unified diff that `git apply` takes. Lines keep their line ends, a missing one at
//! the end of a file included; nothing but lines with tags is touched.

use super::Fix;
use super::edit::{self, Changed};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// The diff of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePatch {
    /// Empty if nothing changes.
    pub diff: String,
    /// Fixes in it.
    pub placed: usize,
    /// Fixes that could not be placed: the tag does not stand there, or in a way that cannot be
    /// changed without more than its line.
    pub refused: usize,
}

/// Makes the diff of one file.
///
/// `path` is what the diff calls it, with `/` and relative to where it is applied. `bytes` are
/// the file as it is; what is not UTF-8 (UTF-16 above all, which is binary to git) is left alone.
pub fn file(path: &str, bytes: &[u8], fixes: &[&Fix]) -> FilePatch {
    let none = || FilePatch { refused: fixes.len(), ..FilePatch::default() };
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')) else {
        return none();
    };
    let lines = edit::lines(text);
    let (changed, placed) = edit::apply(&lines, fixes);
    if changed.is_empty() {
        return none();
    }
    FilePatch { diff: diff(path, &lines, &changed), placed, refused: fixes.len() - placed }
}

/// The text after the fixes; as it was where there is nothing to place.
pub fn apply(text: &str, fixes: &[&Fix]) -> String {
    let lines = edit::lines(text);
    let (changed, _) = edit::apply(&lines, fixes);
    let mut now = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate() {
        match changed.get(&at) {
            Some(instead) => instead.iter().for_each(|line| now.push_str(line)),
            None => now.push_str(line),
        }
    }
    now
}

fn diff(path: &str, lines: &[&str], changed: &Changed) -> String {
    let (old, new) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    // As git does it: a tab ends a name with blanks in it.
    let tab = if path.contains(' ') { "\t" } else { "" };
    let mut diff = format!("diff --git {old} {new}\n--- {old}{tab}\n+++ {new}{tab}\n");
    let mut numbers = changed.keys().copied().peekable();
    // How many lines longer the text has become above a hunk.
    let mut longer: isize = 0;
    while let Some(first) = numbers.next() {
        let mut last = first;
        while let Some(next) = numbers.next_if(|next| next - last <= 2 * CONTEXT + 1) {
            last = next;
        }
        let (start, end) = (first.saturating_sub(CONTEXT), (last + 1 + CONTEXT).min(lines.len()));
        let mut body = String::new();
        let (mut before, mut after) = (0_usize, 0_usize);
        let mut at = start;
        while at < end {
            // All that goes, then all that comes, where lines follow one another.
            let run = (at..end).take_while(|at| changed.contains_key(at)).count();
            if run == 0 {
                push(&mut body, ' ', lines[at]);
                (before, after, at) = (before + 1, after + 1, at + 1);
                continue;
            }
            let goes = &lines[at..at + run];
            let comes: Vec<&str> = changed
                .range(at..at + run)
                .flat_map(|(_, lines)| lines)
                .map(String::as_str)
                .collect();
            // A line beside which others are put stays where it is.
            let head = goes.iter().zip(&comes).take_while(|(old, new)| old == new).count();
            let (goes_on, comes_on) = (goes[head..].iter().rev(), comes[head..].iter().rev());
            let tail = goes_on.zip(comes_on).take_while(|(old, new)| old == new).count();
            let parts = [
                (' ', &goes[..head]),
                ('-', &goes[head..goes.len() - tail]),
                ('+', &comes[head..comes.len() - tail]),
                (' ', &goes[goes.len() - tail..]),
            ];
            for (sign, lines) in parts {
                lines.iter().for_each(|line| push(&mut body, sign, line));
            }
            (before, after, at) = (before + goes.len(), after + comes.len(), at + run);
        }
        let moved = start.saturating_add_signed(longer);
        // An empty side is said to stand after the line before it.
        let number = |start: usize, count: usize| if count == 0 { start } else { start + 1 };
        let _ = writeln!(
            diff,
            "@@ -{},{before} +{},{after} @@",
            number(start, before),
            number(moved, after)
        );
        diff.push_str(&body);
        longer = longer.saturating_add_unsigned(after).saturating_sub_unsigned(before);
    }
    diff
}

fn push(body: &mut String, sign: char, line: &str) {
    body.push(sign);
    body.push_str(line);
    if !line.ends_with('\n') {
        body.push_str("\n\\ No newline at end of file\n");
    }
}

/// A name as git writes it: in quotes, C style, if it holds what would end it.
fn quoted(name: &str) -> String {
    if !name.chars().any(|c| c.is_control() || c == '"' || c == '\\') {
        return name.to_owned();
    }
    let mut quoted = String::from("\"");
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => {
                quoted.push('\\');
                quoted.push(char::from(byte));
            }
            0x20..0x7f => quoted.push(char::from(byte)),
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
            }
        }
    }
    quoted.push('"');
    quoted
}
