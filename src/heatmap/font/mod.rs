//! Widths of text in Coverlay Sans, the font of the pictures, without a font engine. The font
//! has no kerning or ligatures, so that a text is as wide as its letters together.

mod advances;

use advances::{REGULAR, REGULAR_PUNCTUATION, SEMIBOLD, SEMIBOLD_PUNCTUATION};

/// The family's name in SVG and CSS.
pub const FAMILY: &str = "Coverlay Sans";

/// Height of capitals, in parts of the text size.
pub const CAP_HEIGHT: f64 = 0.66;
/// How far letters such as `g` reach below the base line, in parts of the text size.
pub const DESCENT: f64 = 0.21;

/// The two weights there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400
    Regular,
    /// 600
    Semibold,
}

/// Signs that the font lacks and pictures draw themselves, with their room in thousandths of the
/// text size.
const DRAWN: [(char, u16); 4] = [('→', 1000), ('−', 560), ('▲', 760), ('▼', 760)];

/// Whether pictures draw the sign themselves.
pub(super) fn is_drawn(character: char) -> bool {
    DRAWN.iter().any(|(drawn, _)| *drawn == character)
}

/// How far a character advances, in thousandths of the text size. What the font lacks counts
/// 1000: hardly any letter of any other font is wider.
pub fn advance(character: char, weight: Weight) -> u16 {
    if let Some((_, room)) = DRAWN.iter().find(|(drawn, _)| *drawn == character) {
        return *room;
    }
    let (table, punctuation) = match weight {
        Weight::Regular => (&REGULAR, &REGULAR_PUNCTUATION),
        Weight::Semibold => (&SEMIBOLD, &SEMIBOLD_PUNCTUATION),
    };
    let at = match u32::from(character) {
        code @ 0x20..=0x7e => code - 0x20,
        // After the 95 of Basic Latin.
        code @ 0xa0..=0x17f => code - 0xa0 + 95,
        _ => {
            let found = punctuation.binary_search_by_key(&character, |entry| entry.0);
            return found.map_or(1000, |at| punctuation[at].1);
        }
    };
    table[at as usize]
}

/// The width of a text at a size, in the unit of the size.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let thousandths: u64 = text.chars().map(|c| u64::from(advance(c, weight))).sum();
    thousandths as f64 * size / 1000.0
}

/// The text, or its beginning and "…", so that it is no wider than `room`; empty if not even
/// the "…" fits.
pub fn fit(text: &str, room: f64, size: f64, weight: Weight) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let room = room - width("…", size, weight);
    if room < 0.0 {
        return String::new();
    }
    let kept = &text[..fitting(text, room, size, weight)];
    format!("{}…", kept.trim_end())
}

/// How many bytes of the text fit.
fn fitting(text: &str, room: f64, size: f64, weight: Weight) -> usize {
    let mut thousandths = 0_u64;
    for (at, character) in text.char_indices() {
        thousandths += u64::from(advance(character, weight));
        if thousandths as f64 * size / 1000.0 > room {
            return at;
        }
    }
    text.len()
}

/// The text in at most `lines` lines, broken at blanks and after hyphens and slashes, the last
/// one cut by [`fit`]. A word wider than the room is cut where the line ends. Lines that would
/// be empty are left out.
pub fn wrap(text: &str, room: f64, size: f64, weight: Weight, lines: usize) -> Vec<String> {
    let mut rest = text.trim();
    let mut broken = Vec::new();
    while !rest.is_empty() && broken.len() < lines {
        let fits = fitting(rest, room, size, weight);
        if broken.len() + 1 == lines || fits == rest.len() {
            broken.push(fit(rest, room, size, weight));
            break;
        }
        let at = break_before(rest, fits);
        if at == 0 {
            return Vec::new();
        }
        let (line, after) = rest.split_at(at);
        broken.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    broken.retain(|line| !line.is_empty());
    broken
}

/// The last place to break a line of at most `fits` bytes.
fn break_before(text: &str, fits: usize) -> usize {
    // A blank may stand just behind the line's end.
    let next = text[fits..].chars().next().map_or(0, char::len_utf8);
    let blank = text[..fits + next].rfind(' ');
    let joint = text[..fits].rfind(['-', '/']).map(|at| at + 1);
    blank.max(joint).filter(|at| *at > 0).unwrap_or(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FONTS: [(Weight, &[u8]); 2] = [
        (Weight::Regular, include_bytes!("../../../data/font/CoverlaySans-Regular.ttf")),
        (Weight::Semibold, include_bytes!("../../../data/font/CoverlaySans-Semibold.ttf")),
    ];

    /// Every character of the fonts, against the fonts.
    #[test]
    fn widths_are_those_of_the_fonts() {
        use skrifa::MetadataProvider as _;
        for (weight, bytes) in FONTS {
            let font = skrifa::FontRef::new(bytes).expect("a font");
            let size = skrifa::instance::Size::unscaled();
            let metrics = font.glyph_metrics(size, skrifa::instance::LocationRef::default());
            let mut characters = 0;
            for (code, glyph) in font.charmap().mappings() {
                let character = char::from_u32(code).expect("a character");
                let drawn = metrics.advance_width(glyph).expect("an advance");
                assert_eq!(f32::from(advance(character, weight)), drawn, "{character:?}");
                characters += 1;
            }
            assert_eq!(characters, 334);
            let cap = font.metrics(size, skrifa::instance::LocationRef::default()).cap_height;
            assert_eq!(cap, Some(CAP_HEIGHT as f32 * 1000.0));
        }
    }

    #[test]
    fn cut_text_is_never_wider_than_its_room() {
        let text = "Exploitation for Privilege Escalation";
        for room in 0..300 {
            let cut = fit(text, f64::from(room), 11.0, Weight::Regular);
            assert!(width(&cut, 11.0, Weight::Regular) <= f64::from(room), "{room}: {cut}");
        }
        assert_eq!(fit(text, 300.0, 11.0, Weight::Regular), text);
        assert_eq!(fit("日本語", 25.0, 10.0, Weight::Regular), "日…");
    }

    #[test]
    fn lines_break_at_blanks_and_hyphens() {
        let wrap = |text, room| wrap(text, room, 10.0, Weight::Regular, 2);
        assert_eq!(wrap("Command and Scripting", 70.0), ["Command and", "Scripting"]);
        assert_eq!(wrap("Multi-Stage Channels", 40.0), ["Multi-", "Stage…"]);
        assert_eq!(wrap("Pneumonoultramicro", 40.0), ["Pneumo", "noultr…"]);
        assert_eq!(wrap("Word", 1.0), Vec::<String>::new());
        assert_eq!(wrap("", 10.0), Vec::<String>::new());
        // The blank that ends the line does not count against it.
        let exact = width("Command", 10.0, Weight::Regular);
        assert_eq!(wrap("Command and", exact), ["Command", "and"]);
    }

    #[test]
    fn wrapped_lines_stay_inside() {
        let text = "日本 Über-Lateral/Movement – data, é and 🦀🦀 more";
        for room in 0..200 {
            for lines in 0..4 {
                let room = f64::from(room);
                let broken = wrap(text, room, 9.5, Weight::Semibold, lines);
                assert!(broken.len() <= lines);
                for line in broken {
                    assert!(width(&line, 9.5, Weight::Semibold) <= room, "{room}: {line}");
                }
            }
        }
    }
}
