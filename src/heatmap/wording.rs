//! Text in pictures, layers and tables: strangers' strings made plain, and numbers as people
//! read them.

/// The text on one line, without characters that would change how the rest is shown: control
/// characters, marks of writing direction, and invisible ones. Blanks of any kind, tabs and line
/// breaks become one blank; those at the ends go. Rules and layers come from strangers, and a
/// title that turns its neighbours round, or hides half of itself, is no title.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(character) {
            out.push(character);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Text of a stranger's where it is shown in full: what is neither a blank nor to be seen is put as
/// "�". Joiners stay behind letters that are not ASCII: Persian and emoji are written with them.
pub fn visible(text: &str) -> String {
    let mut before = ' ';
    let shown = |c: char| {
        let is_joiner = matches!(c, '\u{200c}' | '\u{200d}') && !before.is_ascii();
        before = c;
        match is_invisible(c) && !c.is_whitespace() && !is_joiner && !matches!(c, '\u{ad}') {
            true => char::REPLACEMENT_CHARACTER,
            false => c,
        }
    };
    text.chars().map(shown).collect()
}

/// [`visible`] text for a terminal: of blanks only line ends and tabs stay, the others may steer.
pub fn for_terminal(text: &str) -> String {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    visible(text).replace(steers, "\u{fffd}")
}

/// Control and format characters (Unicode Cc, and of Cf and the default-ignorable ones those
/// that steer text), and noncharacters, which XML forbids.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}'
            | '\u{200b}'..='\u{200f}' // zero width, left-to-right and right-to-left mark
            | '\u{202a}'..='\u{202e}' // embedding and override
            | '\u{2060}'..='\u{206f}' // joiner, invisible operators, isolates
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e0fff}'
        )
        || u32::from(character) & 0xfffe == 0xfffe
}

/// [`plain`] text of at most `longest` characters, the rest as "…".
pub fn plain_up_to(text: &str, longest: usize) -> String {
    let mut out = plain(text);
    if let Some((at, _)) = out.char_indices().nth(longest) {
        // One character goes for the ellipsis.
        let last = out[..at].char_indices().next_back().map_or(0, |(at, _)| at);
        out.truncate(last);
        out.truncate(out.trim_end().len());
        out.push('…');
    }
    out
}

/// A number with thin spaces between the thousands: `3 780`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

/// `77 %`. Rounded, but 0 % means none and 100 % all of them.
pub fn percent(part: usize, whole: usize) -> String {
    let percent = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    let rounded =
        if part == 0 || part >= whole { percent.round() } else { percent.round().clamp(1.0, 99.0) };
    format!("{rounded}\u{2009}%")
}

/// A score with at most two digits behind the point: `50`, `12.5`.
pub fn score(score: f64) -> String {
    let rounded = (score * 100.0).round() / 100.0;
    // Never `-0`.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// `171 of 222`
pub fn of(part: usize, whole: usize) -> String {
    format!("{} of {}", grouped(part), grouped(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_text_is_made_plain() {
        assert_eq!(plain(" a\tb\r\nc\u{2028}d "), "a b c d");
        assert_eq!(plain("safe\u{202e}gpj.exe"), "safegpj.exe");
        assert_eq!(plain("a\u{0}\u{1b}[31m\u{200b}b\u{feff}\u{ffff}\u{1fffe}"), "a[31mb");
        assert_eq!(plain("Zażółć <b>&amp;"), "Zażółć <b>&amp;");
        assert_eq!(plain("\u{2066}\u{2069}"), "");
        assert_eq!(for_terminal("  a\n\u{1b}[2J\u{202e}b\r"), "  a\n�[2J�b�");
        assert_eq!(visible("a\u{200d}b\tc\r\u{7}"), "a�b\tc\r�");
        let persian = "\u{645}\u{6cc}\u{200c}\u{62e}";
        assert_eq!(visible(persian), persian);
    }

    #[test]
    fn long_text_is_cut_at_characters() {
        assert_eq!(plain_up_to("äöü", 3), "äöü");
        assert_eq!(plain_up_to("äöüß", 3), "äö…");
        assert_eq!(plain_up_to("äö üß", 4), "äö…");
        assert_eq!(plain_up_to("abc", 0), "…");
    }

    #[test]
    fn numbers() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(3780), "3\u{2009}780");
        assert_eq!(grouped(1_000_000), "1\u{2009}000\u{2009}000");
        assert_eq!(percent(171, 222), "77\u{2009}%");
        assert_eq!((percent(0, 0), percent(0, 9)), ("0\u{2009}%".into(), "0\u{2009}%".into()));
        assert_eq!(
            (percent(221, 222), percent(1, 999)),
            ("99\u{2009}%".into(), "1\u{2009}%".into())
        );
        assert_eq!([50.0, 12.345, -0.001, -7.5].map(score), ["50", "12.35", "0", "-7.5"]);
        assert_eq!(percent(222, 222), "100\u{2009}%");
    }
}
