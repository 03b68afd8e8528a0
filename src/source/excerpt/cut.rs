//! What is around a line of a file, cut out of its bytes.

use super::Excerpt;
use crate::source::decode::decode;

/// Lines shown before the one that matters: enough for the file's head in nearly all rules.
const BEFORE: usize = 200;
/// Lines shown from it on. The longest rule of SigmaHQ has about 8,000, nearly all one list.
const AFTER: usize = 1_000;
/// Lines shown in all, however long what matters is.
const MOST: usize = 20_000;
/// Characters of a line that are shown.
const WIDTH: usize = 2_000;
/// The same of a line that matters: in an export of Kibana a rule is one line of up to 60,000.
const FULL_WIDTH: usize = 100_000;

/// What is around the lines that matter (1-based, both included). Bytes that are not text are
/// shown as `�`: nothing is concluded from this text.
pub fn excerpt(bytes: &[u8], line: u32, last: u32) -> Excerpt {
    let text = decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes));
    let total = text.lines().count();
    let place =
        |line: u32| usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1).min(total);
    let (at, last) = (place(line), place(last.max(line)));
    let first = at.saturating_sub(BEFORE);
    let end = last.saturating_add(1).max(at + AFTER).min(first + MOST);
    let shown = text.lines().enumerate().skip(first).take(end - first);
    let lines = shown.map(|(number, content)| {
        cut(content, if (at..=last).contains(&number) { FULL_WIDTH } else { WIDTH })
    });
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Excerpt { first_line: number(first + 1), lines: lines.collect(), total: number(total) }
}

fn cut(line: &str, width: usize) -> String {
    match line.char_indices().nth(width) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_files_are_whole_and_long_ones_are_cut_around_the_line() {
        let short = excerpt(b"\xEF\xBB\xBFa\r\nb\n", 2, 2);
        assert_eq!((short.first_line, short.total), (1, 2));
        assert_eq!(short.lines, ["a", "b"]);
        let text: String = (1..=5_000).map(|n| format!("{n}\n")).collect();
        let long = excerpt(text.as_bytes(), 3_000, 3_001);
        assert_eq!((long.first_line, long.total), (2_800, 5_000));
        assert_eq!(long.lines[200], "3000");
        assert_eq!(long.lines.len(), 1_200);
        assert_eq!(
            excerpt(text.as_bytes(), 99_999, 0).lines,
            excerpt(text.as_bytes(), 5_001, 0).lines
        );
        assert_eq!(excerpt(b"", 1, 1).lines, [""; 0]);
    }

    #[test]
    fn what_is_no_text_is_shown_all_the_same() {
        assert_eq!(excerpt(b"caf\xE9\n", 1, 1).lines, ["caf\u{FFFD}"]);
    }

    /// A rule's tags may stand at its end, and a rule may be one long line.
    #[test]
    fn what_matters_is_there_however_long_it_is() {
        let text: String = (1..=50_000).map(|n| format!("{n}\n")).collect();
        let long = excerpt(text.as_bytes(), 10, 9_000);
        assert_eq!(long.lines.last().map(String::as_str), Some("9000"));
        assert_eq!(excerpt(text.as_bytes(), 1, u32::MAX).lines.len(), MOST);
        let wide = "x".repeat(FULL_WIDTH + 1);
        let text = format!("{wide}\n{wide}\n{wide}\n");
        let widths: Vec<_> =
            excerpt(text.as_bytes(), 2, 2).lines.iter().map(|line| line.chars().count()).collect();
        assert_eq!(widths, [WIDTH + 1, FULL_WIDTH + 1, WIDTH + 1]);
    }
}
