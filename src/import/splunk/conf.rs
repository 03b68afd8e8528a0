//! Splunk's `.conf` files: stanzas of settings
//! (<https://docs.splunk.com/Documentation/Splunk/latest/Admin/Howtoeditaconfigurationfile>), and
//! the JSON that some values are.
//!
//! A value goes on in the next line where a backslash is the very last character; a comment or a
//! stanza there is part of the value.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// `[name]` and what follows it.
#[derive(Debug)]
pub(super) struct Stanza<'t> {
    /// Empty for what stands before the first stanza.
    pub(super) name: &'t str,
    /// 1-based.
    pub(super) line: u32,
    /// In the order of the text.
    pub(super) settings: Vec<Setting<'t>>,
}

/// `key = value`.
#[derive(Debug)]
pub(super) struct Setting<'t> {
    pub(super) key: &'t str,
    /// Its lines, with line feeds between them.
    pub(super) value: Cow<'t, str>,
    /// 1-based line and column of the value.
    pub(super) line: u32,
    pub(super) column: u32,
}

impl<'t> Stanza<'t> {
    /// Of a setting that occurs twice the last one counts, as in Splunk.
    pub(super) fn get(&self, key: &str) -> Option<&Setting<'t>> {
        self.settings.iter().rev().find(|setting| setting.key == key)
    }
}

/// The stanzas of a text, and the lines that are neither setting nor stanza.
pub(super) fn stanzas(text: &str) -> (Vec<Stanza<'_>>, Vec<u32>) {
    let mut stanzas = vec![Stanza { name: "", line: 1, settings: Vec::new() }];
    let mut known = BTreeMap::from([("", 0)]);
    let mut current = 0;
    let mut odd = Vec::new();
    let mut lines = (1_u32..).zip(text.lines());
    while let Some((line, content)) = lines.next() {
        let trimmed = content.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = stanza_name(trimmed) {
            // Splunk puts stanzas of one name together.
            current = *known.entry(name).or_insert(stanzas.len());
            if current == stanzas.len() {
                stanzas.push(Stanza { name, line, settings: Vec::new() });
            }
            continue;
        }
        let Some((key, value)) = content.split_once('=') else {
            odd.push(line);
            continue;
        };
        let blanks = value.len() - value.trim_start().len();
        let before = key.chars().count() + 1 + value[..blanks].chars().count();
        let column = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        let mut value = Cow::Borrowed(value.trim_start());
        while value.ends_with('\\') {
            // Not one character is lost, so that places can be found again.
            let whole = value.to_mut();
            whole.pop();
            whole.push('\n');
            let Some((_, next)) = lines.next() else { break };
            whole.push_str(next);
        }
        if let Some(stanza) = stanzas.get_mut(current) {
            stanza.settings.push(Setting { key: key.trim(), value, line, column });
        }
    }
    (stanzas, odd)
}

/// `[name]`; the name may hold brackets.
pub(super) fn stanza_name(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']').map(str::trim)
}

/// Walks flat JSON: calls back for every value that is no list or mapping, with the key it stands
/// below and its offset; false if it is no JSON. Escapes stay as they are: ids and numbers have
/// none.
pub(super) fn walk_json<'t>(text: &'t str, each: &mut dyn FnMut(&'t str, &'t str, usize)) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut key) = (0, 0_u32, "");
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let Some(length) = string_length(&bytes[at + 1..]) else { return false };
                let content = &text[at + 1..at + 1 + length];
                let next = at + length + 2;
                let rest = text[next..].trim_start();
                if rest.starts_with(':') {
                    key = content;
                } else {
                    each(key, content, at + 1);
                }
                at = next;
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                let Some(outer) = depth.checked_sub(1) else { return false };
                depth = outer;
                at += 1;
            }
            b',' | b':' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let is_end = |byte: &u8| {
                    byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b'"')
                };
                let length = bytes[at..].iter().position(is_end).unwrap_or(bytes.len() - at);
                each(key, &text[at..at + length], at);
                at += length.max(1);
            }
        }
    }
    depth == 0
}

/// The bytes before the closing quote.
fn string_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let ok = walk_json(text, &mut |key, value, at| {
            assert!(text[at..].starts_with(value));
            found.push((key.to_owned(), value.to_owned()));
        });
        ok.then_some(found)
    }

    #[test]
    fn only_the_last_character_continues_a_line() {
        let text =
            "a = 1\n[x [y]]\n# no\nb=two \\\n# kept \\\n[kept] \\ \nc =\nodd\nb = 3\nd = e\\";
        let (stanzas, odd) = stanzas(text);
        assert_eq!(odd, [8]);
        let names: Vec<_> = stanzas.iter().map(|stanza| (stanza.name, stanza.line)).collect();
        assert_eq!(names, [("", 1), ("x [y]", 2)]);
        let of = |at: usize| -> Vec<_> {
            let settings = &stanzas[at].settings;
            settings.iter().map(|setting| (setting.key, setting.value.as_ref())).collect()
        };
        assert_eq!(of(0), [("a", "1")]);
        let expected = [("b", "two \n# kept \n[kept] \\ "), ("c", ""), ("b", "3"), ("d", "e\n")];
        assert_eq!(of(1), expected);
        assert_eq!(stanzas[1].get("b").map(|setting| setting.line), Some(9));
        let first = &stanzas[1].settings[0];
        assert_eq!((first.line, first.column), (4, 3));
    }

    #[test]
    fn values_of_flat_json() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            values(r#"{"a": ["x", "y\"]"], "b": 1, "c": [{"d": "e"}], "f": [true]}"#),
            Some(vec![
                pair("a", "x"),
                pair("a", "y\\\"]"),
                pair("b", "1"),
                pair("d", "e"),
                pair("f", "true")
            ])
        );
        for broken in ["{\"a\": \"x", "{", "]", "\"\\"] {
            assert_eq!(values(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[a-c={}\\[\\]\"\\\\:, \n#ä-]{0,60}") {
            values(&text);
            stanzas(&text);
        }
    }
}
