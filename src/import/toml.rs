//! TOML to the same small tree as YAML, with the place of every value; the only module that
//! knows the TOML crate.

use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::limits::{MAX_RULE_FILE_BYTES, MAX_TOML_DEPTH};
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TomlError {
    /// [`Code::Syntax`] or [`Code::TooLarge`].
    pub(super) code: Code,
    /// 1-based.
    pub(super) line: u32,
    /// 1-based, in characters.
    pub(super) column: u32,
    /// Why, in words.
    pub(super) reason: String,
}

/// The tree, as far as the text could be read, and the first fault in it. Keys are sorted, not
/// in the order of the text.
pub(super) fn load(text: &str) -> (Option<Node<'_>>, Option<TomlError>) {
    let error = |code, (line, column), reason: &str| {
        Some(TomlError { code, line, column, reason: reason.to_owned() })
    };
    if text.len() as u64 > MAX_RULE_FILE_BYTES {
        return (None, error(Code::TooLarge, (1, 1), "one rule of more than 8 MiB"));
    }
    if has_long_keys(text) {
        return (None, error(Code::TooLarge, (1, 1), "a key of very many parts"));
    }
    let places = Places::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let first = errors.first().and_then(|found| {
        let at = found.span().map_or(0, |span| span.start);
        error(Code::Syntax, places.of_offset(at), found.message())
    });
    let at = places.of_offset(table.span().start);
    (Some(Node { line: at.0, column: at.1, kind: mapping(table.into_inner(), &places, 0) }), first)
}

/// Whether a key has so many parts that tables might nest deep enough to exhaust the stack: the
/// crate caps the parts of a key and the tables within tables, but not their product.
fn has_long_keys(text: &str) -> bool {
    const MAX_PARTS: usize = 20;
    let is_long = |before: &str| {
        let key = before.rsplit(['{', ',']).next().unwrap_or(before);
        key.bytes().filter(|byte| *byte == b'.').count() > MAX_PARTS
    };
    text.lines().any(|line| {
        let mut parts = line.split('=');
        parts.next_back();
        parts.any(is_long)
    })
}

fn mapping<'t>(table: DeTable<'t>, places: &Places<'_>, depth: usize) -> NodeKind<'t> {
    if depth > MAX_TOML_DEPTH {
        return NodeKind::SkippedMapping;
    }
    let entry = |(key, value): (Spanned<std::borrow::Cow<'t, str>>, Spanned<DeValue<'t>>)| {
        let (line, column) = places.of_offset(key.span().start);
        let kind = NodeKind::Scalar(key.into_inner(), true);
        (Node { line, column, kind }, node(value, places, depth + 1))
    };
    NodeKind::Mapping(table.into_iter().map(entry).collect())
}

fn node<'t>(value: Spanned<DeValue<'t>>, places: &Places<'_>, depth: usize) -> Node<'t> {
    let (line, column) = places.of_offset(value.span().start);
    let plain = |text: String| NodeKind::Scalar(text.into(), true);
    let kind = match value.into_inner() {
        DeValue::String(text) => NodeKind::Scalar(text, false),
        DeValue::Integer(number) => plain(number.to_string()),
        DeValue::Float(number) => plain(number.to_string()),
        DeValue::Boolean(yes) => plain(yes.to_string()),
        DeValue::Datetime(time) => plain(time.to_string()),
        DeValue::Table(table) => mapping(table, places, depth),
        DeValue::Array(_) if depth > MAX_TOML_DEPTH => NodeKind::SkippedSequence,
        DeValue::Array(items) => NodeKind::Sequence(
            items.into_iter().map(|item| node(item, places, depth + 1)).collect(),
        ),
    };
    Node { line, column, kind }
}

/// Lines and columns of byte offsets, in any order and each at the same small cost, also in a
/// text of one long line.
struct Places<'t> {
    text: &'t str,
    /// Offsets of the first bytes of lines.
    lines: Vec<usize>,
    /// Characters before each block of [`BLOCK`] bytes.
    characters: Vec<u32>,
}

const BLOCK: usize = 256;

impl<'t> Places<'t> {
    fn of(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let mut sum = 0;
        let characters = std::iter::once(0)
            .chain(text.as_bytes().chunks(BLOCK).map(|block| {
                sum += count(block);
                sum
            }))
            .collect();
        Self { text, lines, characters }
    }

    fn of_offset(&self, offset: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.before(offset).saturating_sub(self.before(start)) + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), column)
    }

    fn before(&self, offset: usize) -> u32 {
        let block = offset / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        self.characters.get(block).copied().unwrap_or_default() + count(rest)
    }
}

/// Characters that begin in these bytes.
fn count(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    u32::try_from(starts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_and_their_places() {
        let text =
            "[a]\n\"ä\" = \"ö\" # x\nlist = [\n  'T1059', 2, true]\n[[a.b]]\nc.d = 1979-05-27\n";
        let (root, error) = load(text);
        assert_eq!(error, None);
        let root = root.expect("a tree");
        let a = root.get("a").expect("there");
        let place = |node: &Node<'_>| (node.text().map(str::to_owned), node.line, node.column);
        assert_eq!(a.get("ä").map(place), Some((Some("ö".to_owned()), 2, 7)));
        assert_eq!(
            a.get("list").map(|list| list.items().iter().map(place).collect::<Vec<_>>()),
            Some(vec![
                (Some("T1059".to_owned()), 4, 3),
                (Some("2".to_owned()), 4, 12),
                (Some("true".to_owned()), 4, 15),
            ])
        );
        let date = a.get("b").and_then(|b| b.items()[0].get("c")?.text_of("d").map(str::to_owned));
        assert_eq!(date.as_deref(), Some("1979-05-27"));
    }

    #[test]
    fn what_can_be_read_beside_a_fault_is_read() {
        let (root, error) = load("[rule]\nname = \"x\"\nindex = [\"a\" \"b\"]\nid = \"y\"\n");
        let error = error.expect("a comma is missing");
        assert_eq!((error.code, error.line), (Code::Syntax, 3));
        let root = root.expect("a tree");
        let rule = root.get("rule").expect("there");
        assert_eq!((rule.text_of("name"), rule.text_of("id")), (Some("x"), Some("y")));
    }

    #[test]
    fn depth_is_bounded() {
        let keys = "a.".repeat(30);
        let values = format!("{}1{}", format!("{{{keys}a=").repeat(70), "}".repeat(70));
        for text in [
            format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("{}a = 1", "a.".repeat(100_000)),
            format!("[{}a]", "a.".repeat(100_000)),
            format!("a = {values}"),
            format!("a = {}", values.replace("a.", "aa.aa.")),
        ] {
            // It must end, whatever comes of it.
            let _ = load(&text);
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_always_says_the_same(
            text in prop_oneof![any::<String>(), "[\\[\\]{}=,.\"'a-c0-2# \\n\\\\ä-]{0,80}"]
        ) {
            let (one, other) = (load(&text), load(&text));
            prop_assert_eq!(one, other);
        }

        /// As counted from the beginning.
        #[test]
        fn places_are_right(text in "[aä\u{1F600}\\n]{0,600}", at in 0_usize..700) {
            let places = Places::of(&text);
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            prop_assert_eq!(places.of_offset(at), (line as u32, column as u32));
        }
    }
}
