//! Bytes to text: UTF-8 with or without a byte order mark, UTF-16 of either order. Nothing is
//! guessed beyond that and nothing replaced: a tag read from repaired text would be a wrong tag.
//! ([`decode_lossy`] is for the one format whose texts hold other bytes on purpose.)

use crate::diagnostic::Code;
use crate::source::Bucket;
use std::borrow::Cow;

/// Why bytes are not text. Positions are 1-based, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Holds a NUL character, which no text does.
    #[error("not text: it holds a NUL character")]
    Nul {
        /// Of the first one.
        line: u32,
        /// Of the first one.
        column: u32,
    },
    /// Not UTF-8.
    #[error("not UTF-8: byte 0x{byte:02X} at offset {offset}")]
    Utf8 {
        /// The first byte that fits nowhere.
        byte: u8,
        /// Its 0-based place in the file.
        offset: usize,
        /// Its line.
        line: u32,
        /// Its column.
        column: u32,
    },
    /// Begins as UTF-16 and breaks its rules later.
    #[error("broken UTF-16 at offset {offset}")]
    Utf16 {
        /// 0-based place in the file of the half character.
        offset: usize,
        /// Its line.
        line: u32,
        /// Its column.
        column: u32,
    },
}

impl DecodeError {
    /// The outcome of a file that should have been text.
    pub fn bucket(self) -> Bucket {
        let (code, line, column, remedy) = match self {
            Self::Nul { line, column } => {
                (Code::NotText, line, column, "if this is a rule, restore it from its source")
            }
            Self::Utf8 { line, column, .. } | Self::Utf16 { line, column, .. } => {
                (Code::Encoding, line, column, "save the file as UTF-8 and import it again")
            }
        };
        Bucket::Failed {
            code,
            line: Some(line),
            column: Some(column),
            reason: self.to_string(),
            remedy: remedy.to_owned(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// The text of a file, without its byte order mark; borrowed where it is UTF-8. UTF-16 without
/// a mark is recognised by a first character from ASCII (`t`, NUL or NUL, `t`).
///
/// # Errors
/// With the place of the first byte that is not text.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(bytes, rest),
        [0xFF, 0xFE, rest @ ..] => utf16(bytes, rest, Order::Little),
        [0xFE, 0xFF, rest @ ..] => utf16(bytes, rest, Order::Big),
        [first, 0, ..] if unmarked(*first, bytes) => utf16(bytes, bytes, Order::Little),
        [0, first, ..] if unmarked(*first, bytes) => utf16(bytes, bytes, Order::Big),
        _ => utf8(bytes, bytes),
    }
}

/// The text with U+FFFD where it is not UTF-8; `None` if it is no text in any other way.
pub fn decode_lossy(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    without_nul(&text).is_ok().then_some(text)
}

fn unmarked(first: u8, bytes: &[u8]) -> bool {
    (first.is_ascii_graphic() || first.is_ascii_whitespace()) && bytes.len().is_multiple_of(2)
}

/// `rest` is the end of `bytes` after the mark.
fn utf8<'a>(bytes: &[u8], rest: &'a [u8]) -> Result<Cow<'a, str>, DecodeError> {
    let text = std::str::from_utf8(rest).map_err(|error| {
        let (good, bad) = rest.split_at(error.valid_up_to());
        let (line, column) = position_after(&String::from_utf8_lossy(good));
        let offset = bytes.len() - bad.len();
        let byte = bad.first().copied().unwrap_or_default();
        DecodeError::Utf8 { byte, offset, line, column }
    })?;
    without_nul(text)?;
    Ok(Cow::Borrowed(text))
}

fn utf16<'a>(bytes: &[u8], rest: &[u8], order: Order) -> Result<Cow<'a, str>, DecodeError> {
    let (pairs, odd) = rest.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match order {
        Order::Little => u16::from_le_bytes(*pair),
        Order::Big => u16::from_be_bytes(*pair),
    });
    let mut text = String::with_capacity(pairs.len());
    let mut done = 0;
    let broken = |text: &str, done: usize| {
        let (line, column) = position_after(text);
        DecodeError::Utf16 { offset: bytes.len() - rest.len() + done, line, column }
    };
    for decoded in char::decode_utf16(units) {
        let decoded = decoded.map_err(|_| broken(&text, done))?;
        text.push(decoded);
        done += 2 * decoded.len_utf16();
    }
    if !odd.is_empty() {
        return Err(broken(&text, done));
    }
    without_nul(&text)?;
    Ok(Cow::Owned(text))
}

fn without_nul(text: &str) -> Result<(), DecodeError> {
    // `contains` on one ASCII character is the memchr of the standard library.
    let Some(at) = text.find('\0') else { return Ok(()) };
    let (line, column) = position_after(&text[..at]);
    Err(DecodeError::Nul { line, column })
}

/// Line and column, both from 1, of what follows `text`.
fn position_after(text: &str) -> (u32, u32) {
    let line = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (small(line), small(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title: Größe 😀\r\nid: 1\n";

    /// `text` in UTF-16, as Windows editors save it.
    fn utf16_bytes(text: &str, order: Order, mark: bool) -> Vec<u8> {
        let mark = mark.then_some('\u{FEFF}');
        mark.into_iter()
            .chain(text.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .flat_map(|unit| match order {
                Order::Little => unit.to_le_bytes(),
                Order::Big => unit.to_be_bytes(),
            })
            .collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let marked = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        assert_eq!(decode(TEXT.as_bytes()).as_deref(), Ok(TEXT));
        assert_eq!(decode(&marked).as_deref(), Ok(TEXT));
        for order in [Order::Little, Order::Big] {
            for mark in [true, false] {
                assert_eq!(decode(&utf16_bytes(TEXT, order, mark)).as_deref(), Ok(TEXT));
            }
        }
        assert_eq!(decode(b"").as_deref(), Ok(""));
    }

    #[test]
    fn utf8_is_not_copied() {
        assert!(matches!(decode(b"a: b"), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn errors_have_a_place() {
        let bad = [b"\xEF\xBB\xBF".as_slice(), "ä: 1\nbö ".as_bytes(), b"\xFF"].concat();
        assert_eq!(
            decode(&bad),
            Err(DecodeError::Utf8 { byte: 0xFF, offset: 13, line: 2, column: 4 })
        );
        assert_eq!(decode(b"a\n\nb\0c"), Err(DecodeError::Nul { line: 3, column: 2 }));
        let mut half = utf16_bytes("ab\nc", Order::Little, true);
        half.extend([0x00, 0xD8]);
        assert_eq!(decode(&half), Err(DecodeError::Utf16 { offset: 10, line: 2, column: 2 }));
        let mut odd = utf16_bytes("ab", Order::Big, true);
        odd.push(0);
        assert_eq!(decode(&odd), Err(DecodeError::Utf16 { offset: 6, line: 1, column: 3 }));
    }

    #[test]
    fn bytes_that_fit_nowhere_can_be_replaced() {
        assert_eq!(decode_lossy(b"\xEF\xBB\xBFa\xE9\xE8b").as_deref(), Some("a\u{FFFD}\u{FFFD}b"));
        assert_eq!(decode_lossy(b"a\0\xE9"), None);
    }

    #[test]
    fn the_outcome_says_where_and_what_to_do() {
        let bucket = decode(b"a: \xFF").map_err(DecodeError::bucket);
        let Err(Bucket::Failed { code, line, column, reason, remedy }) = bucket else {
            panic!("decoded")
        };
        assert_eq!((code, line, column), (Code::Encoding, Some(1), Some(4)));
        assert_eq!(reason, "not UTF-8: byte 0xFF at offset 3");
        assert!(remedy.contains("UTF-8"));
    }
}
