//! What is around a line of a file, cut out of its bytes.

use super::Excerpt;
use crate::source::decode::decode;

/// Lines shown before the one that matters: enough for the file's head in nearly all rules.
const BEFORE: usize = 200;
/// Lines shown from it on. The longest rule of SigmaHQ has about 8,000, nearly all one list.
const AFTER: usize = 1_000;
/// Characters of a line that are shown.
const WIDTH: usize = 2_000;

/// What is around a line (1-based). Bytes that are not text are shown as `�`: nothing is
/// concluded from this text.
pub fn excerpt(bytes: &[u8], line: u32) -> Excerpt {
    let text = decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes));
    let total = text.lines().count();
    let at = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1).min(total);
    let first = at.saturating_sub(BEFORE);
    let shown = text.lines().skip(first).take(at - first + AFTER);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Excerpt { first_line: number(first + 1), lines: shown.map(cut).collect(), total: number(total) }
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_files_are_whole_and_long_ones_are_cut_around_the_line() {
        let short = excerpt(b"\xEF\xBB\xBFa\r\nb\n", 2);
        assert_eq!((short.first_line, short.total), (1, 2));
        assert_eq!(short.lines, ["a", "b"]);
        let text: String = (1..=5_000).map(|n| format!("{n}\n")).collect();
        let long = excerpt(text.as_bytes(), 3_000);
        assert_eq!((long.first_line, long.total), (2_800, 5_000));
        assert_eq!(long.lines[200], "3000");
        assert_eq!(long.lines.len(), 1_200);
        assert_eq!(excerpt(text.as_bytes(), 99_999).lines, excerpt(text.as_bytes(), 5_001).lines);
        assert_eq!(excerpt(b"", 1).lines, [""; 0]);
    }

    #[test]
    fn what_is_no_text_is_shown_all_the_same() {
        assert_eq!(excerpt(b"caf\xE9\n", 1).lines, ["caf\u{FFFD}"]);
        let wide = "x".repeat(WIDTH + 1);
        assert_eq!(excerpt(wide.as_bytes(), 1).lines[0].chars().count(), WIDTH + 1);
    }
}
