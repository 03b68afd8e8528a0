//! Pieces of a file in UTF-8 or UTF-16 to pieces in UTF-8. What is not valid UTF-8 passes as it
//! is: each cell tells.

/// Turns pieces into UTF-8, without the byte order mark.
pub(super) struct Decoder {
    kind: Kind,
    /// Half a unit, and the first half of a pair.
    odd: Option<u8>,
    high: Option<u16>,
    out: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Utf8,
    Little,
    Big,
}

impl Decoder {
    /// By the beginning of a file; and how many bytes of it are the mark.
    pub(super) fn of(head: &[u8]) -> (Self, usize) {
        let is_text = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
        let (kind, mark) = match head {
            [0xEF, 0xBB, 0xBF, ..] => (Kind::Utf8, 3),
            [0xFF, 0xFE, ..] => (Kind::Little, 2),
            [0xFE, 0xFF, ..] => (Kind::Big, 2),
            [first, 0, ..] if is_text(*first) => (Kind::Little, 0),
            [0, first, ..] if is_text(*first) => (Kind::Big, 0),
            _ => (Kind::Utf8, 0),
        };
        (Self { kind, odd: None, high: None, out: Vec::new() }, mark)
    }

    /// The next piece.
    pub(super) fn decode<'d>(&'d mut self, bytes: &'d [u8]) -> &'d [u8] {
        if self.kind == Kind::Utf8 {
            return bytes;
        }
        self.out.clear();
        for byte in bytes {
            let Some(first) = self.odd.take() else {
                self.odd = Some(*byte);
                continue;
            };
            let unit = match self.kind {
                Kind::Big => u16::from_be_bytes([first, *byte]),
                _ => u16::from_le_bytes([first, *byte]),
            };
            self.unit(unit);
        }
        &self.out
    }

    fn unit(&mut self, unit: u16) {
        let high = self.high.take();
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        let units = [high.unwrap_or(unit), unit];
        let units = if high.is_some() { &units[..] } else { &units[1..] };
        for decoded in char::decode_utf16(units.iter().copied()) {
            let character = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_in_pieces_of_any_size() {
        let text = "time,größe 😀\n";
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let mark = mark.then_some('\u{FEFF}');
            let units = mark.into_iter().chain(text.chars());
            units
                .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for bytes in
            [marked, text.into(), utf16(false, true), utf16(true, true), utf16(false, false)]
        {
            for piece in 1..5 {
                let (mut decoder, mark) = Decoder::of(&bytes);
                let mut out = Vec::new();
                for bytes in bytes[mark..].chunks(piece) {
                    out.extend_from_slice(decoder.decode(bytes));
                }
                assert_eq!(String::from_utf8_lossy(&out), text);
            }
        }
    }
}
