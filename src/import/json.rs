//! JSON to the same small tree as YAML, with the place of every value, under the limits of
//! [`crate::limits`].
//!
//! Read by ourselves and not by `serde_json`: a tag has to be patched where it stands, and a
//! value of `serde_json` knows neither its place nor the order of its keys. One tree also lets
//! one reader serve a format in YAML, TOML and JSON. Of a key that occurs twice the first value
//! is found. Comments and commas before a closing bracket are read over: templates of Azure have
//! them (reference: rule formats, 2.6).

mod error;

pub(super) use error::JsonError;

use super::cursor::Cursor;
use super::yaml::{Node, NodeKind};
use crate::limits::{Limit, Limits, MAX_JSON_DEPTH};
use error::Why;
use std::borrow::Cow;

/// Whether a text can be JSON at all, by what follows blanks and comments.
pub(super) fn may_be_json(text: &str) -> bool {
    /// A longer comment than that is no template's.
    const WINDOW: usize = 1 << 16;
    let end = (0..=WINDOW.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let mut reader = Reader::new(&text[..end.unwrap_or(0)], &Limits::default());
    reader.blanks();
    matches!(reader.peek(), Some(b'{' | b'['))
}

/// The documents of a text: one, several one after another, or one a line (NDJSON). In NDJSON
/// an unreadable line costs that line, otherwise it ends the reading.
pub(super) fn documents<'t>(text: &'t str, limits: &Limits) -> Documents<'t> {
    let trimmed = text.trim_start();
    let mut lines = trimmed.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let is_by_line = trimmed.starts_with('{')
        && lines.next().is_some_and(|line| line.starts_with('{'))
        // One document can look like that; then it can be read as one.
        && !(first.ends_with(['[', ',', ':']) && {
            let mut whole = Reader::new(text, limits);
            whole.blanks();
            whole.document(false).is_ok()
        });
    Documents { reader: Reader::new(text, limits), by_line: is_by_line, is_done: false }
}

/// See [`documents`].
pub(super) struct Documents<'t> {
    reader: Reader<'t>,
    by_line: bool,
    is_done: bool,
}

impl Documents<'_> {
    /// How many bytes have been read.
    pub(super) fn consumed(&self) -> usize {
        self.reader.cursor.at
    }

    /// Whether it is one document a line.
    pub(super) fn is_by_line(&self) -> bool {
        self.by_line
    }
}

impl<'t> Iterator for Documents<'t> {
    type Item = Result<Node<'t>, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        self.reader.blanks();
        if self.reader.peek().is_none() {
            self.is_done = true;
            return None;
        }
        if self.by_line {
            let cursor = &mut self.reader.cursor;
            let width = cursor.rest().find(['\n', '\r']).unwrap_or(cursor.rest().len());
            // The line alone: what is left open in it must not reach into the next one.
            let text = cursor.text.get(..cursor.at + width).unwrap_or_default();
            let cursor = Cursor { text, ..*cursor };
            let found = Reader { cursor, ..self.reader }.document(true);
            self.reader.cursor.skip(width);
            return Some(found);
        }
        let found = self.reader.document(false);
        self.is_done = found.is_err();
        Some(found)
    }
}

/// Reads one document after another.
#[derive(Clone, Copy)]
struct Reader<'t> {
    cursor: Cursor<'t>,
    /// Nodes of this document …
    nodes: u64,
    /// … of which there are at most so many …
    most_nodes: u64,
    /// … in so many bytes.
    most_bytes: u64,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, limits: &Limits) -> Self {
        let [most_nodes, most_bytes] =
            [Limit::JsonNodes, Limit::RuleFileBytes].map(|limit| limits.of(limit));
        Self { cursor: Cursor::new(text), nodes: 0, most_nodes, most_bytes }
    }

    fn peek(&self) -> Option<u8> {
        self.cursor.peek()
    }

    fn error(&self, reason: &'static str) -> JsonError {
        self.because(Why::Syntax(reason))
    }

    fn because(&self, why: Why) -> JsonError {
        JsonError { line: self.cursor.line, column: self.cursor.column, why }
    }

    /// Blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.cursor.rest();
            let blanks =
                rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{FEFF}']).len();
            let rest = &rest[blanks..];
            let comment = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                0
            };
            self.cursor.skip(blanks + comment);
            if comment == 0 {
                return;
            }
        }
    }

    /// One value; if it has to be `alone`, nothing may follow.
    fn document(&mut self, alone: bool) -> Result<Node<'t>, JsonError> {
        let start = *self;
        self.nodes = 0;
        let root = self.value(0)?;
        if (self.cursor.at - start.cursor.at) as u64 > self.most_bytes {
            return Err(start.because(Why::Beyond(Limit::RuleFileBytes, self.most_bytes)));
        }
        if alone {
            self.blanks();
            if self.peek().is_some() {
                return Err(self.error("more after the end of the object"));
            }
        }
        Ok(root)
    }

    fn value(&mut self, depth: usize) -> Result<Node<'t>, JsonError> {
        self.nodes += 1;
        if self.nodes > self.most_nodes {
            return Err(self.because(Why::Beyond(Limit::JsonNodes, self.most_nodes)));
        }
        if depth > MAX_JSON_DEPTH {
            return Err(self.error("nested deeper than 100 levels"));
        }
        let Cursor { line, column, .. } = self.cursor;
        let kind = match self.peek() {
            Some(b'{') => self.mapping(depth)?,
            Some(b'[') => self.sequence(depth)?,
            Some(b'"') => NodeKind::Scalar(self.string()?, false),
            Some(_) => NodeKind::Scalar(Cow::Borrowed(self.word()?), true),
            None => return Err(self.error("it ends in the middle")),
        };
        Ok(Node { line, column, kind })
    }

    fn mapping(&mut self, depth: usize) -> Result<NodeKind<'t>, JsonError> {
        let mut entries = Vec::new();
        self.cursor.skip(1);
        while self.goes_on(b'}', "a ',' or '}' is missing", entries.is_empty())? {
            let Cursor { line, column, .. } = self.cursor;
            if self.peek() != Some(b'"') {
                return Err(self.error("a key in quotes is missing"));
            }
            let key = Node { line, column, kind: NodeKind::Scalar(self.string()?, false) };
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.error("a ':' is missing"));
            }
            self.cursor.skip(1);
            self.blanks();
            entries.push((key, self.value(depth + 1)?));
        }
        Ok(NodeKind::Mapping(entries))
    }

    fn sequence(&mut self, depth: usize) -> Result<NodeKind<'t>, JsonError> {
        let mut items = Vec::new();
        self.cursor.skip(1);
        while self.goes_on(b']', "a ',' or ']' is missing", items.is_empty())? {
            items.push(self.value(depth + 1)?);
        }
        Ok(NodeKind::Sequence(items))
    }

    /// Steps over a comma to the next entry, or over the closing bracket.
    fn goes_on(
        &mut self,
        close: u8,
        missing: &'static str,
        is_first: bool,
    ) -> Result<bool, JsonError> {
        self.blanks();
        if !is_first && self.peek() == Some(b',') {
            self.cursor.skip(1);
            self.blanks();
        } else if !is_first && self.peek() != Some(close) {
            let reason = if self.peek().is_none() { "it ends in the middle" } else { missing };
            return Err(self.error(reason));
        }
        if self.peek() == Some(close) {
            self.cursor.skip(1);
            return Ok(false);
        }
        Ok(true)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<&'t str, JsonError> {
        let rest = self.cursor.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if !is_number && !matches!(word, "true" | "false" | "null") {
            return Err(self.error("a value is missing"));
        }
        self.cursor.skip(word.len());
        Ok(word)
    }

    /// From quote to quote.
    fn string(&mut self) -> Result<Cow<'t, str>, JsonError> {
        let start = *self;
        let bytes = self.cursor.text.as_bytes();
        let from = self.cursor.at + 1;
        let mut end = from;
        let mut is_escaped = false;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_escaped = true;
                    end += 2;
                }
                Some(b'\n' | b'\r') | None => return Err(start.error("a string is not closed")),
                Some(_) => end += 1,
            }
        }
        let raw = &self.cursor.text[from..end];
        let text = if is_escaped {
            Cow::Owned(unescape(raw).ok_or_else(|| start.error("a string with an unknown escape"))?)
        } else {
            Cow::Borrowed(raw)
        };
        self.cursor.skip(end + 1 - start.cursor.at);
        Ok(text)
    }
}

/// Half of a pair of surrogates becomes U+FFFD.
fn unescape(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut left = after.chars();
        match left.next()? {
            c @ ('"' | '\\' | '/') => text.push(c),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{C}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
                let first = unit(left.as_str())?;
                left = left.as_str().get(4..)?.chars();
                let second = left.as_str().strip_prefix("\\u").and_then(unit);
                let pair = [first, second.unwrap_or_default()];
                match char::decode_utf16(pair).next() {
                    Some(Ok(c)) => {
                        text.push(c);
                        if c.len_utf16() == 2 {
                            left = left.as_str().get(6..)?.chars();
                        }
                    }
                    _ => text.push(char::REPLACEMENT_CHARACTER),
                }
            }
            _ => return None,
        }
        rest = left.as_str();
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::import::found::split_or_raise;
    use crate::limits::MAX_JSON_NODES;
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<Result<Node<'_>, JsonError>> {
        documents(text, &Limits::default()).collect()
    }

    fn only(text: &str) -> Node<'_> {
        let mut found = all(text);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0).expect("valid")
    }

    fn places(text: &str) -> Vec<Result<u32, (u32, u32)>> {
        let place = |found: Result<Node<'_>, JsonError>| match found {
            Ok(node) => Ok(node.line),
            Err(error) => Err((error.line, error.column)),
        };
        documents(text, &Limits::default()).map(place).collect()
    }

    #[test]
    fn places_count_characters() {
        let root = only("{\"ä\": [\"ö\",\n  \"x\", 1.5e3, null],\n\"b\": {\"c\": true}}");
        let items = root.get("ä").expect("there").items();
        let found: Vec<_> =
            items.iter().map(|item| (item.text().unwrap_or("-"), item.line, item.column)).collect();
        assert_eq!(found, [("ö", 1, 8), ("x", 2, 3), ("1.5e3", 2, 8), ("null", 2, 15)]);
        assert!(items[3].is_null());
        assert_eq!(root.get("b").and_then(|b| b.text_of("c")), Some("true"));
    }

    #[test]
    fn escapes() {
        let root = only(r#"["\"\\\/\b\f\n\r\t", "\u00e4\ud83d\ude00", "\ud83dx", "\ude00"]"#);
        let texts: Vec<_> = root.items().iter().filter_map(Node::text).collect();
        assert_eq!(texts, ["\"\\/\u{8}\u{c}\n\r\t", "ä\u{1F600}", "\u{FFFD}x", "\u{FFFD}"]);
        assert!(all(r#"["\x"]"#)[0].is_err());
        assert!(all(r#"["\u00"]"#)[0].is_err());
    }

    #[test]
    fn comments_and_last_commas_are_read_over() {
        let root = only("// why\n{ /* , */ \"a\": [1, 2,], // x\n \"b\": \"// no\", }\n");
        assert_eq!(root.get("a").map(|a| a.items().len()), Some(2));
        assert_eq!(root.text_of("b"), Some("// no"));
    }

    #[test]
    fn a_bad_line_costs_that_line_only() {
        let text = "{\"a\": 1}\n\n{\"a\": \"x}\n{\"a\": [1}\n{\"a\": 1\n{\"a\": 2} x\n{\"a\": 3}";
        let bad = [Err((3, 7)), Err((4, 9)), Err((5, 8)), Err((6, 10))];
        assert_eq!(places(text), [&[Ok(1)][..], &bad, &[Ok(7)]].concat());
        // Also the first line.
        assert_eq!(places("{\"a\": \n{\"a\": 1}\n"), [Err((1, 7)), Ok(2)]);
    }

    #[test]
    fn one_document_on_several_lines_and_several_of_them() {
        assert_eq!(places("{\"a\": [\n{\"b\": 1}\n]}"), [Ok(1)]);
        assert_eq!(places("{\n\"a\": 1\n}\n{\n\"b\": 2\n}\n"), [Ok(1), Ok(4)]);
        assert_eq!(places("{\n\"a\": 1\n}\n{\n\"b\" 2\n}\n"), [Ok(1), Err((5, 5))]);
        assert_eq!(places("{\n\"a\": 1"), [Err((2, 7))]);
        assert_eq!(places("[1, 2]\n"), [Ok(1)]);
        assert_eq!(places(" \n"), []);
    }

    #[test]
    fn limits() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(all(&nested(MAX_JSON_DEPTH))[0].is_ok());
        assert!(all(&nested(MAX_JSON_DEPTH + 2))[0].is_err());
        assert!(all(&"[".repeat(1_000_000))[0].is_err());
        let wide = |more: usize| format!("[{}1]", "1,".repeat(MAX_JSON_NODES - 2 + more));
        let long = format!("[\"{}\"]", "x".repeat(8 << 20));
        let met = |text: &str, limits: &Limits| {
            let found = documents(text, limits).next().expect("one");
            found.err().map(|error| (error.code(), error.reason(), error.remedy("")))
        };
        let beyond = |reason: &str, limit: Limit| {
            Some((Code::TooLarge, reason.to_owned(), split_or_raise(limit)))
        };
        let mut limits = Limits::default();
        assert_eq!(met(&wide(0), &limits), None);
        assert_eq!(met(&wide(1), &limits), beyond("more than 500000 values", Limit::JsonNodes));
        let large = "one document of more than 8 MiB";
        assert_eq!(met(&long, &limits), beyond(large, Limit::RuleFileBytes));
        limits.set(Limit::JsonNodes, 600_000);
        limits.set(Limit::RuleFileBytes, 9 << 20);
        assert_eq!((met(&wide(1), &limits), met(&long, &limits)), (None, None));
        // Each line is a document of its own.
        limits.set(Limit::JsonNodes, 2);
        let of_lines =
            |text: &str| documents(text, &limits).map(|found| found.is_ok()).collect::<Vec<_>>();
        assert_eq!(of_lines("{\"a\": 1}\n{\"a\": [1]}\n{\"a\": 1}\n"), [true, false, true]);
    }

    fn as_value(node: &Node<'_>) -> serde_json::Value {
        match &node.kind {
            NodeKind::Scalar(text, false) => text.to_string().into(),
            NodeKind::Scalar(text, true) => serde_json::from_str(text).expect("a word"),
            NodeKind::Sequence(items) => items.iter().map(as_value).collect(),
            NodeKind::Mapping(entries) => entries
                .iter()
                .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), as_value(value)))
                .collect(),
            _ => panic!("nothing is skipped"),
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn never_panics(text in prop_oneof![any::<String>(), "[\\[\\]{},:\"\\\\/*u0-9a-f \\n-]{0,80}"]) {
            let places = |text: &str| documents(text, &Limits::default()).map(|d| d.map(|n| n.line)).collect::<Vec<_>>();
            prop_assert_eq!(places(&text), places(&text));
        }

        /// What `serde_json` writes is read back, on one line and on many.
        #[test]
        fn reads_what_serde_json_writes(value in json()) {
            for text in [value.to_string(), format!("{value:#}")] {
                prop_assert_eq!(as_value(&only(&text)), value.clone());
            }
        }
    }
}
