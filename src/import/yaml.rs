//! YAML to a small tree, under the limits of [`crate::limits`]; the only module that knows YAML.
//! The package `coverlay-yaml` gives the events.
//!
//! Driven by events, without recursion: depth, nodes, documents and alias copies are counted as
//! they come, so that hostile text ends in an error and not in a full stack or memory. All
//! scalars stay text (`no` is a word, `2024-05-01` no date object). Documents before an error
//! are kept. Parts the caller does not want are checked and counted, but not built.

mod loader;
mod repair;

pub use loader::{load, load_within};
pub use repair::Repaired;

use crate::diagnostic::Code;
use crate::limits::Limit;
use std::borrow::Cow;

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// What it is.
    pub kind: NodeKind<'a>,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind<'a> {
    /// Text, and whether it stands there without quotes.
    Scalar(Cow<'a, str>, bool),
    /// A list.
    Sequence(Vec<Node<'a>>),
    /// Keys and values in the order of the text; of a key that occurs twice, the last value.
    Mapping(Vec<(Node<'a>, Node<'a>)>),
    /// A list that was not built.
    SkippedSequence,
    /// A mapping that was not built.
    SkippedMapping,
}

impl<'a> Node<'a> {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// Line and column of a scalar's text: behind its quote, if it has one.
    pub(crate) fn text_place(&self) -> (u32, u32) {
        match &self.kind {
            NodeKind::Scalar(_, false) => (self.line, self.column.saturating_add(1)),
            _ => (self.line, self.column),
        }
    }

    /// Whether it is YAML's null: nothing, `~` or `null`, without quotes.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(text, true)
            if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether it is a mapping, built or not.
    pub fn is_mapping(&self) -> bool {
        matches!(self.kind, NodeKind::Mapping(_) | NodeKind::SkippedMapping)
    }

    /// The text of a key's value, without blanks around it; `None` if it is absent, null, empty
    /// or no text.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        let value = self.get(key).filter(|value| !value.is_null())?;
        value.text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The scalars of a list, or the one scalar that stands in a list's place; without nulls,
    /// empty texts and nested values.
    pub fn scalars(&self) -> impl Iterator<Item = &Node<'a>> {
        let items = match &self.kind {
            NodeKind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(self),
        };
        items.iter().filter(|item| {
            !item.is_null() && item.text().is_some_and(|text| !text.trim().is_empty())
        })
    }

    /// [`Self::scalars`] of a key's value; none if it is absent.
    pub fn scalars_of(&self, key: &str) -> impl Iterator<Item = &Node<'a>> {
        self.get(key).into_iter().flat_map(Node::scalars)
    }

    /// The entries of a list or nothing.
    pub fn items(&self) -> &[Node<'a>] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The value of a key; if the mapping lacks it, that of its merge key `<<`.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        let NodeKind::Mapping(entries) = &self.kind else { return None };
        let direct = |wanted: &str| {
            entries.iter().find(|(key, _)| key.text() == Some(wanted)).map(|(_, value)| value)
        };
        // Recursion ends with the tree: its depth is capped, aliases are copies.
        direct(key).or_else(|| match &direct("<<")?.kind {
            NodeKind::Sequence(parts) => parts.iter().find_map(|part| part.get(key)),
            _ => direct("<<")?.get(key),
        })
    }
}

/// One document of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    /// 0-based place in the file; empty documents count, too.
    pub index: u32,
    /// Its value.
    pub root: Node<'a>,
    /// How many nodes the tree has, or a few more: what one walk over it costs.
    pub built: usize,
}

/// A key that occurs more than once in its mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The key.
    pub key: String,
    /// Line of its later place.
    pub line: u32,
    /// Column of its later place.
    pub column: u32,
}

/// Why loading ended early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct LoadError {
    /// [`Code::YamlSyntax`] or [`Code::YamlLimit`].
    pub code: Code,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// Why, in words.
    pub reason: String,
    /// The limit it went beyond, where that can be raised.
    pub limit: Option<Limit>,
}

/// What a text gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded<'a> {
    /// The documents that are complete.
    pub documents: Vec<Document<'a>>,
    /// In the order of the text, at most
    /// [`crate::limits::MAX_FILE_DIAGNOSTICS`].
    pub duplicate_keys: Vec<DuplicateKey>,
    /// What ended the reading, if not the end of the text.
    pub error: Option<LoadError>,
    /// How many nodes were read, skipped and copied ones included: the work done.
    pub nodes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{MAX_YAML_ALIAS_NODES, MAX_YAML_DEPTH, MAX_YAML_DOCUMENTS, MAX_YAML_NODES};
    use proptest::prelude::*;

    fn all(_: &str) -> bool {
        true
    }

    /// A compact form: `line:column` before each scalar is left out.
    fn show(node: &Node<'_>) -> String {
        match &node.kind {
            NodeKind::Scalar(text, true) => text.to_string(),
            NodeKind::Scalar(text, false) => format!("{text:?}"),
            NodeKind::Sequence(items) => {
                format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(","))
            }
            NodeKind::Mapping(entries) => {
                let entry = |(k, v): &(Node<'_>, Node<'_>)| format!("{}:{}", show(k), show(v));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
            }
            NodeKind::SkippedSequence => "[..]".to_owned(),
            NodeKind::SkippedMapping => "{..}".to_owned(),
        }
    }

    fn shown(text: &str) -> Vec<String> {
        load(text, &all).documents.iter().map(|document| show(&document.root)).collect()
    }

    fn code(text: &str) -> Option<Code> {
        load(text, &all).error.map(|error| error.code)
    }

    #[test]
    fn all_scalars_stay_text() {
        let text = "a: no\nb: 2024-05-01\nc: 'null'\nd: null\ne:\nf: 0x1F\n";
        assert_eq!(shown(text), ["{a:no,b:2024-05-01,c:\"null\",d:null,e:,f:0x1F}"]);
        let loaded = load(text, &all);
        let is_null = |key: &str| loaded.documents[0].root.get(key).is_some_and(Node::is_null);
        assert_eq!([is_null("c"), is_null("d"), is_null("e")], [false, true, true]);
    }

    #[test]
    fn places_are_one_based_and_count_characters() {
        let loaded = load("ä: ö\nb:\n  - ü: x\n", &all);
        let root = &loaded.documents[0].root;
        let place = |node: &Node<'_>| (node.line, node.column);
        assert_eq!(root.get("ä").map(place), Some((1, 4)));
        let Some(NodeKind::Sequence(items)) = root.get("b").map(|node| &node.kind) else {
            panic!("no list")
        };
        assert_eq!(items[0].get("ü").map(place), Some((3, 8)));
    }

    #[test]
    fn documents_keep_their_index_and_those_before_an_error_are_kept() {
        let loaded = load("a: 1\n---\n---\nb: 2\n---\nc: [\n---\nd: 4\n", &all);
        let found: Vec<_> = loaded.documents.iter().map(|d| (d.index, show(&d.root))).collect();
        assert_eq!(found, [(0, "{a:1}".to_owned()), (1, String::new()), (2, "{b:2}".to_owned())]);
        let error = loaded.error.expect("the list is not closed");
        assert_eq!((error.code, error.line), (Code::YamlSyntax, 7));
    }

    #[test]
    fn of_a_repeated_key_the_last_value_stays_and_it_is_told() {
        let text = "a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n";
        assert_eq!(shown(text), ["{a:3,b:2,c:{x:2}}"]);
        let keys = |text: &str, wanted: &dyn Fn(&str) -> bool| -> Vec<(String, u32)> {
            load(text, wanted).duplicate_keys.into_iter().map(|k| (k.key, k.line)).collect()
        };
        let expected = [("a".to_owned(), 3), ("x".to_owned(), 4)];
        assert_eq!(keys(text, &all), expected);
        // Also where nothing is built.
        assert_eq!(keys(text, &|key| key != "c"), expected);
        // And beyond the number of keys compared one by one.
        let many: String = (0..40).map(|n| format!("k{}: {n}\n", n % 39)).collect();
        assert_eq!(keys(&many, &all), [("k0".to_owned(), 40)]);
        assert_eq!(load(&many, &all).documents[0].root.get("k0").and_then(Node::text), Some("39"));
        assert_eq!(load(&many, &all).documents[0].root.get("k38").and_then(Node::text), Some("38"));
    }

    #[test]
    fn unwanted_parts_are_checked_but_not_built() {
        let not_b = |key: &str| key != "b";
        let loaded = load("a: [1]\nb:\n  c: &x [2, {d: 3}]\n  e: {}\nf: *x\nb2: 1\n", &not_b);
        assert_eq!(show(&loaded.documents[0].root), "{a:[1],b:{..},f:[2,{d:3}],b2:1}");
        // The key keeps its value if that is text.
        assert_eq!(show(&load("b: x\n", &not_b).documents[0].root), "{b:x}");
        assert!(load("a: 1\nb: [\n", &not_b).error.is_some());
        let deep = format!("b: {}", "[".repeat(MAX_YAML_DEPTH));
        assert_eq!(load(&deep, &not_b).error.map(|e| e.code), Some(Code::YamlLimit));
    }

    #[test]
    fn aliases_and_merge_keys() {
        assert_eq!(shown("a: &x {k: 1}\nb: *x\n"), ["{a:{k:1},b:{k:1}}"]);
        let loaded = load("a: &x {k: 1, l: 2}\nb:\n  <<: [*x, {m: 3, k: 9}]\n  l: 4\n", &all);
        let merged = loaded.documents[0].root.get("b").expect("it is there");
        let text = |key: &str| merged.get(key).and_then(Node::text);
        assert_eq!(
            [text("k"), text("l"), text("m"), text("n")],
            [Some("1"), Some("4"), Some("3"), None]
        );
        // Not from the document before, not around itself, not from nowhere.
        for text in ["a: &x 1\n---\nb: *x\n", "a: &x [*x]\n", "a: *x\n"] {
            assert_eq!(code(text), Some(Code::YamlSyntax), "{text}");
        }
    }

    #[test]
    fn limits() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(code(&nested(MAX_YAML_DEPTH)), None);
        assert_eq!(code(&nested(MAX_YAML_DEPTH + 1)), Some(Code::YamlLimit));
        // A copy counts where it is put.
        let half = nested(MAX_YAML_DEPTH / 2);
        let copied = |n: usize| format!("a: &x {half}\nb: {}*x{}\n", "[".repeat(n), "]".repeat(n));
        assert_eq!(code(&copied(MAX_YAML_DEPTH / 2 - 1)), None);
        assert_eq!(code(&copied(MAX_YAML_DEPTH / 2)), Some(Code::YamlLimit));

        // Long texts are copied like many values.
        let long = format!("a: &x \"{}\"\nb: [{}]\n", "y\\n".repeat(50_000), "*x,".repeat(200));
        assert_eq!(code(&long), Some(Code::YamlLimit));

        let wide = |n: usize| format!("[{}]", "a,".repeat(n));
        assert_eq!(code(&wide(MAX_YAML_NODES - 1)), None);
        assert_eq!(code(&wide(MAX_YAML_NODES)), Some(Code::YamlLimit));

        let documents = |n: usize| "--- a\n".repeat(n);
        assert_eq!(code(&documents(MAX_YAML_DOCUMENTS)), None);
        assert_eq!(code(&documents(MAX_YAML_DOCUMENTS + 1)), Some(Code::YamlLimit));
    }

    proptest! {
        /// Any text at all, and text that looks like YAML.
        #[test]
        fn never_panics_and_always_says_the_same(
            text in prop_oneof![
                any::<String>(),
                "[ \\n\\t:,?&*!|>'\"%@`#{}\\[\\]a-c0-2~.<\u{85}\u{FEFF}\r-]{0,200}",
            ]
        ) {
            let loaded = load(&text, &all);
            prop_assert!(loaded.nodes <= MAX_YAML_NODES + MAX_YAML_ALIAS_NODES);
            prop_assert_eq!(load(&text, &all), loaded);
        }

        /// What is skipped decides neither over errors nor over the other keys.
        #[test]
        fn skipping_changes_nothing_else(
            text in "([ab]: ?[\\[\\]{}a-c,&*:' -]{0,12}\n(  [a-c]: [a-c\\[\\],]{0,5}\n){0,2}){0,5}"
        ) {
            let (built, skipped) = (load(&text, &all), load(&text, &|key| key != "a"));
            prop_assert_eq!(&built.error, &skipped.error);
            prop_assert_eq!(built.nodes, skipped.nodes);
            for (one, other) in built.documents.iter().zip(&skipped.documents) {
                prop_assert_eq!(one.root.get("b"), other.root.get("b"));
            }
        }
    }
}
