//! TOML to the same small tree as YAML, with the place of every value; the only module that
//! knows the TOML crate (but for the settings of the command).

use super::places::Places;
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
    let places = Places::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let first = errors.first().and_then(|found| {
        let at = found.span().map_or(0, |span| span.start);
        error(Code::Syntax, places.of(at), found.message())
    });
    let at = places.of(table.span().start);
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
        let (line, column) = places.of(key.span().start);
        let kind = NodeKind::Scalar(key.into_inner(), true);
        (Node { line, column, kind }, node(value, places, depth + 1))
    };
    NodeKind::Mapping(table.into_iter().map(entry).collect())
}

fn node<'t>(value: Spanned<DeValue<'t>>, places: &Places<'_>, depth: usize) -> Node<'t> {
    let (line, column) = places.of(value.span().start);
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
    }
}
