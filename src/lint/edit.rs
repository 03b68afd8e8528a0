//! Fixes put into the lines of a text. A tag that does not stand where it is said to stand, or
//! in a way that is not understood, is left alone.

use super::{Change, Fix};
use std::collections::BTreeMap;
use std::ops::Range;

/// A text as lines, each with its line end; only the last may have none.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines that change, by their 0-based number, and what takes their place.
pub(super) type Changed = BTreeMap<usize, Vec<String>>;

/// All that happens at one place.
#[derive(Default)]
struct Spot<'f> {
    written: &'f str,
    before: Vec<&'f str>,
    instead: Option<&'f [String]>,
    after: Vec<&'f str>,
    /// How many fixes this is.
    fixes: usize,
}

/// What the fixes make of the lines, and how many of the fixes could be placed.
pub(super) fn apply(lines: &[&str], fixes: &[&Fix]) -> (Changed, usize) {
    // By line, then from the last column to the first, so that columns stay true.
    let mut spots: BTreeMap<u32, BTreeMap<std::cmp::Reverse<u32>, Spot<'_>>> = BTreeMap::new();
    for fix in fixes {
        let line = spots.entry(fix.line).or_default();
        let spot = line.entry(std::cmp::Reverse(fix.column)).or_default();
        if !spot.written.is_empty() && spot.written != fix.written {
            continue;
        }
        spot.written = &fix.written;
        spot.fixes += 1;
        match &fix.change {
            Change::Replace(texts) => spot.instead = spot.instead.or(Some(texts)),
            // Rules that share their tags ask for the same.
            Change::Before(texts) => extend(&mut spot.before, texts),
            Change::After(texts) => extend(&mut spot.after, texts),
        }
    }
    let mut changed = Changed::new();
    let mut placed = 0;
    for (line, spots) in spots {
        let at = usize::try_from(line).unwrap_or(usize::MAX).wrapping_sub(1);
        let Some(original) = lines.get(at) else { continue };
        let mut now = vec![(*original).to_owned()];
        for (column, spot) in spots {
            // What was split into lines before has its rest at the end.
            let [only] = &now[..] else { break };
            let column = usize::try_from(column.0).unwrap_or(usize::MAX);
            let mark = usize::from(at == 0 && only.starts_with('\u{FEFF}'));
            let Some(tag) = locate(only, column.saturating_add(mark), spot.written) else {
                continue;
            };
            if let Some(edited) = edit(only, &tag, &spot) {
                now = edited;
                placed += spot.fixes;
            }
        }
        if now != [*original] {
            end_lines(lines, at, &mut now);
            changed.insert(at, now);
        }
    }
    (changed, placed)
}

fn extend<'f>(all: &mut Vec<&'f str>, texts: &'f [String]) {
    for text in texts {
        if !all.contains(&text.as_str()) {
            all.push(text);
        }
    }
}

/// A tag in its line.
struct Place {
    /// What is written, in bytes, without its quotes.
    text: Range<usize>,
    /// The quote around it.
    quote: &'static str,
}

impl Place {
    /// With the quotes.
    fn whole(&self) -> Range<usize> {
        self.text.start - self.quote.len()..self.text.end + self.quote.len()
    }

    fn quoted(&self, text: &str) -> String {
        format!("{0}{text}{0}", self.quote)
    }
}

/// Finds the tag that is said to begin at a column (1-based, in characters), or at the quote
/// before it.
fn locate(line: &str, column: usize, written: &str) -> Option<Place> {
    let (mut start, _) = line.char_indices().nth(column.checked_sub(1)?)?;
    if line[start..].starts_with(['\'', '"']) {
        start += 1;
    }
    if written.is_empty() || !line[start..].starts_with(written) {
        return None;
    }
    let end = start + written.len();
    let (before, after) = (&line[..start], &line[end..]);
    let quote = ["'", "\""].into_iter().find(|quote| before.ends_with(quote));
    if quote.is_some_and(|quote| !after.starts_with(quote)) {
        return None;
    }
    // A signature's name of the technique would have to follow.
    if line.contains("mitre_technique_name") {
        return None;
    }
    // Nothing may show that the word goes on.
    let mut next = after.chars();
    let goes_on = match (next.next(), next.next()) {
        (Some(c), _) if c.is_alphanumeric() || c == '_' => true,
        (Some('.' | '/' | '-'), Some(c)) => c.is_alphanumeric(),
        _ => false,
    };
    (!goes_on).then_some(Place { text: start..end, quote: quote.unwrap_or("") })
}

/// How a tag stands in its line.
enum Shape<'l> {
    /// `  - tag`: an entry of its own, and what is before it.
    Item(&'l str),
    /// `[a, tag, b]`
    Listed,
    /// Anything else.
    Lone,
}

fn shape<'l>(line: &'l str, tag: &Place) -> Shape<'l> {
    let before = &line[..tag.whole().start];
    let after = line[tag.whole().end..].trim_start_matches([' ', '\t']);
    let ends = after.is_empty() || after.starts_with(['#', '\r', '\n']);
    let is_item = before.trim_start().strip_prefix('-').is_some_and(|blank| {
        !blank.is_empty() && blank.bytes().all(|byte| byte == b' ' || byte == b'\t')
    });
    if is_item && ends {
        return Shape::Item(before);
    }
    let depth = before.bytes().fold(0_i32, |depth, byte| match byte {
        b'[' => depth.saturating_add(1),
        b']' => depth.saturating_sub(1),
        _ => depth,
    });
    if depth > 0 && after.starts_with([',', ']']) { Shape::Listed } else { Shape::Lone }
}

/// The line after the change, as one line or several; `None` if it cannot be made there.
fn edit(line: &str, tag: &Place, spot: &Spot<'_>) -> Option<Vec<String>> {
    let kept = [line[tag.text.clone()].to_owned()];
    let instead = spot.instead.unwrap_or(&kept);
    let texts: Vec<&str> = spot
        .before
        .iter()
        .copied()
        .chain(instead.iter().map(String::as_str))
        .chain(spot.after.iter().copied())
        .collect();
    let (head, tail) = (&line[..tag.whole().start], &line[tag.whole().end..]);
    match shape(line, tag) {
        Shape::Item(prefix) => {
            let end = match () {
                () if line.ends_with("\r\n") => "\r\n",
                () if line.ends_with('\n') => "\n",
                () => "",
            };
            // A comment stays with the tag that takes the place, or with its neighbour.
            let commented = spot.before.len().min(texts.len().saturating_sub(1));
            let edited = texts.iter().enumerate().map(|(at, text)| {
                let rest = if at == commented && !instead.is_empty() { tail } else { end };
                format!("{prefix}{}{rest}", tag.quoted(text))
            });
            Some(edited.collect())
        }
        Shape::Listed if texts.is_empty() => {
            let tail = tail.trim_start_matches([' ', '\t']);
            let edited = match (tail.strip_prefix(','), head.trim_end().strip_suffix(',')) {
                (Some(tail), _) => format!("{head}{}", tail.trim_start_matches([' ', '\t'])),
                (None, Some(head)) => format!("{}{tail}", head.trim_end()),
                (None, None) => return None,
            };
            Some(vec![edited])
        }
        Shape::Listed => {
            let texts: Vec<String> = texts.iter().map(|text| tag.quoted(text)).collect();
            Some(vec![format!("{head}{}{tail}", texts.join(", "))])
        }
        Shape::Lone => match texts[..] {
            [text] => Some(vec![format!("{head}{}{tail}", tag.quoted(text))]),
            _ => None,
        },
    }
}

/// Gives all lines but the last of a text without a final line end one, as the line above has it.
fn end_lines(lines: &[&str], at: usize, now: &mut [String]) {
    if lines.get(at).is_some_and(|line| line.ends_with('\n')) {
        return;
    }
    let above = at.checked_sub(1).and_then(|above| lines.get(above));
    let end = if above.is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    if let Some((_, all_but_last)) = now.split_last_mut() {
        for line in all_but_last {
            line.push_str(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str, written: &str, change: Change) -> Option<String> {
        let lines = lines(text);
        let at = lines.iter().position(|line| line.contains(written)).unwrap_or(0);
        let before = lines[at].split(written).next().unwrap_or_default();
        let column = before.chars().count() + 1;
        let place = |number| u32::try_from(number).expect("small");
        let fix =
            Fix { line: place(at + 1), column: place(column), written: written.to_owned(), change };
        let (changed, placed) = apply(&lines, &[&fix]);
        assert_eq!(placed, changed.len(), "one line at most");
        let (_, now) = changed.into_iter().next()?;
        Some(now.concat())
    }

    fn replaced(text: &str, written: &str, by: &[&str]) -> Option<String> {
        fixed(text, written, Change::Replace(by.iter().map(|text| (*text).to_owned()).collect()))
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn entries_of_their_own() {
        let text = "tags:\n  -  'b.x' # why\r\n";
        assert_eq!(replaced(text, "b.x", &["y"]), some("  -  'y' # why\r\n"));
        assert_eq!(replaced(text, "b.x", &["y", "z"]), some("  -  'y' # why\r\n  -  'z'\r\n"));
        assert_eq!(replaced(text, "b.x", &[]), some(""));
        let before = Change::Before(vec!["w".to_owned()]);
        assert_eq!(fixed(text, "b.x", before), some("  -  'w'\r\n  -  'b.x' # why\r\n"));
        let after = Change::After(vec!["w".to_owned()]);
        assert_eq!(fixed(text, "b.x", after), some("  -  'b.x' # why\r\n  -  'w'\r\n"));
    }

    #[test]
    fn the_last_line_keeps_having_no_end() {
        let after = || Change::After(vec!["w".to_owned()]);
        assert_eq!(fixed("tags:\n- b.x", "b.x", after()), some("- b.x\n- w"));
        assert_eq!(fixed("tags:\r\n- b.x # why", "b.x", after()), some("- b.x # why\r\n- w"));
    }

    #[test]
    fn lists_in_brackets() {
        let text = "tags: [b.x, \"b.y\" , b.z] # why\n";
        assert_eq!(replaced(text, "b.x", &["w"]), some("tags: [w, \"b.y\" , b.z] # why\n"));
        assert_eq!(
            replaced(text, "b.y", &["v", "w"]),
            some("tags: [b.x, \"v\", \"w\" , b.z] # why\n")
        );
        assert_eq!(replaced(text, "b.x", &[]), some("tags: [\"b.y\" , b.z] # why\n"));
        assert_eq!(replaced(text, "b.y", &[]), some("tags: [b.x, b.z] # why\n"));
        assert_eq!(replaced(text, "b.z", &[]), some("tags: [b.x, \"b.y\"] # why\n"));
        assert_eq!(replaced("tags: [b.x]\n", "b.x", &[]), None, "it would be empty");
        let after = Change::After(vec!["w".to_owned()]);
        assert_eq!(fixed(text, "b.z", after), some("tags: [b.x, \"b.y\" , b.z, w] # why\n"));
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        assert_eq!(replaced("tags: b.x\n", "b.x", &["y"]), some("tags: y\n"));
        for text in ["tags: b.x\n", "tags: b.x, b.y\n"] {
            assert_eq!(replaced(text, "b.x", &["y", "z"]), None, "{text}");
            assert_eq!(replaced(text, "b.x", &[]), None, "{text}");
        }
        for text in ["- b.xy\n", "- b.x.1\n", "- b.x_\n", "- 'b.x \n"] {
            assert_eq!(replaced(text, "b.x", &["y"]), None, "{text}");
        }
        // Elsewhere than it is said to be.
        let fix = |line, column| Fix {
            line,
            column,
            written: "b.x".to_owned(),
            change: Change::Replace(Vec::new()),
        };
        for (line, column) in [(0, 1), (1, 0), (1, 4), (1, 99), (9, 3), (u32::MAX, u32::MAX)] {
            let lines = lines("- b.x\n");
            assert_eq!(apply(&lines, &[&fix(line, column)]), (Changed::new(), 0));
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let fix = Fix {
            line: 1,
            column: 8,
            written: "b.x".to_owned(),
            change: Change::Replace(vec!["y".to_owned()]),
        };
        let lines = lines("\u{FEFF}tags: [b.x]");
        let (changed, _) = apply(&lines, &[&fix]);
        assert_eq!(changed.get(&0), Some(&vec!["\u{FEFF}tags: [y]".to_owned()]));
    }
}
