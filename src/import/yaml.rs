//! YAML to a small tree, under the limits of [`crate::limits`]; the only place that knows the
//! YAML crate.
//!
//! Driven by events, without recursion: depth, nodes, documents and alias copies are counted as
//! they come, so that hostile text ends in an error and not in a full stack or memory. All
//! scalars stay text (`no` is a word, `2024-05-01` no date object). Documents before an error
//! are kept. Parts the caller does not want are checked and counted, but not built.

use crate::diagnostic::Code;
use crate::limits::{
    MAX_FILE_DIAGNOSTICS, MAX_YAML_ALIAS_NODES, MAX_YAML_DEPTH, MAX_YAML_DOCUMENTS, MAX_YAML_NODES,
};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

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

    /// Whether it is YAML's null: nothing, `~` or `null`, without quotes.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(text, true)
            if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether it is a mapping, built or not.
    pub fn is_mapping(&self) -> bool {
        matches!(self.kind, NodeKind::Mapping(_) | NodeKind::SkippedMapping)
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
}

/// What a text gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded<'a> {
    /// The documents that are complete.
    pub documents: Vec<Document<'a>>,
    /// In the order of the text, at most [`MAX_FILE_DIAGNOSTICS`].
    pub duplicate_keys: Vec<DuplicateKey>,
    /// What ended the reading, if not the end of the text.
    pub error: Option<LoadError>,
    /// How many nodes were read, skipped and copied ones included: the work done.
    pub nodes: usize,
}

/// Loads all documents. Below a top-level key that `wanted` refuses, lists and mappings become
/// [`NodeKind::SkippedSequence`] and [`NodeKind::SkippedMapping`].
pub fn load<'a>(text: &'a str, wanted: &dyn Fn(&str) -> bool) -> Loaded<'a> {
    let mut parser = Parser::new_from_str(text);
    let mut loader = Loader::new(wanted);
    while let Some(next) = parser.next_event() {
        let taken = match next {
            Ok((event, span)) => loader.event(event, span),
            Err(error) => Err(loader.stop(
                Code::YamlSyntax,
                *error.marker(),
                error.info().to_owned(),
            )),
        };
        // The parser repeats its error for ever.
        if let Err(error) = taken {
            loader.loaded.error = Some(error);
            break;
        }
    }
    loader.loaded
}

/// A list or mapping that is still open.
struct Open<'a> {
    line: u32,
    column: u32,
    anchor: usize,
    kind: OpenKind<'a>,
}

enum OpenKind<'a> {
    Sequence(Vec<Node<'a>>),
    Mapping { entries: Vec<(Node<'a>, Node<'a>)>, key: Option<Node<'a>>, keys: Keys<'a> },
    /// Its content is counted and forgotten.
    SkippedSequence,
    /// As above, but the keys are still compared.
    SkippedMapping { value_next: bool, keys: Keys<'a> },
}

/// The keys of one mapping, to find repetitions: few are compared one by one, many by hash.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashMap<Cow<'a, str>, usize>,
}

const FEW_KEYS: usize = 12;

impl<'a> Keys<'a> {
    /// The place of an equal earlier key; else takes it in.
    fn insert(&mut self, key: &Cow<'a, str>) -> Option<usize> {
        if self.many.is_empty() {
            if let Some(at) = self.few.iter().position(|known| known == key) {
                return Some(at);
            }
            self.few.push(key.clone());
            if self.few.len() > FEW_KEYS {
                self.many = self.few.drain(..).zip(0..).collect();
            }
            return None;
        }
        let next = self.many.len();
        if let Some(at) = self.many.get(key) {
            return Some(*at);
        }
        self.many.insert(key.clone(), next);
        None
    }
}

struct Loader<'a, 'w> {
    wanted: &'w dyn Fn(&str) -> bool,
    loaded: Loaded<'a>,
    /// From the document's root to the innermost open collection.
    open: Vec<Open<'a>>,
    /// Copies for aliases, with nodes and depth of each.
    anchors: BTreeMap<usize, (Node<'a>, usize, usize)>,
    alias_nodes: usize,
    document: u32,
}

impl<'a, 'w> Loader<'a, 'w> {
    fn new(wanted: &'w dyn Fn(&str) -> bool) -> Self {
        Self {
            wanted,
            loaded: Loaded::default(),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            alias_nodes: 0,
            document: 0,
        }
    }

    fn stop(&self, code: Code, marker: Marker, reason: String) -> LoadError {
        let (line, column) = place(marker);
        LoadError { code, line, column, reason }
    }

    fn limit(&self, span: Span, reason: String) -> LoadError {
        self.stop(Code::YamlLimit, span.start, reason)
    }

    fn event(&mut self, event: Event<'a>, span: Span) -> Result<(), LoadError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.count(1, span)?;
                let (line, column) = place(span.start);
                let kind = NodeKind::Scalar(text, style == ScalarStyle::Plain);
                self.finish(Node { line, column, kind }, anchor, span)
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, span, true),
            Event::MappingStart(anchor, _) => self.begin(anchor, span, false),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(_) if self.document as usize >= MAX_YAML_DOCUMENTS => {
                Err(self.limit(span, format!("more than {MAX_YAML_DOCUMENTS} documents")))
            }
            Event::DocumentEnd => {
                // Anchors are a document's own; the parser would let the next one use them.
                self.anchors.clear();
                self.document += 1;
                Ok(())
            }
            Event::DocumentStart(_) | Event::Nothing | Event::StreamStart | Event::StreamEnd => {
                Ok(())
            }
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), LoadError> {
        self.loaded.nodes += nodes;
        if self.loaded.nodes > MAX_YAML_NODES {
            return Err(self.limit(span, format!("more than {MAX_YAML_NODES} values")));
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, span: Span, sequence: bool) -> Result<(), LoadError> {
        self.count(1, span)?;
        if self.open.len() >= MAX_YAML_DEPTH {
            return Err(self.limit(span, format!("nested deeper than {MAX_YAML_DEPTH} levels")));
        }
        // What has a name may be wanted elsewhere.
        let skip = anchor == 0 && self.is_skipped();
        let kind = match (sequence, skip) {
            (true, false) => OpenKind::Sequence(Vec::new()),
            (true, true) => OpenKind::SkippedSequence,
            (false, false) => {
                OpenKind::Mapping { entries: Vec::new(), key: None, keys: Keys::default() }
            }
            (false, true) => {
                OpenKind::SkippedMapping { value_next: false, keys: Keys::default() }
            }
        };
        let (line, column) = place(span.start);
        self.open.push(Open { line, column, anchor, kind });
        Ok(())
    }

    /// Whether what comes next stands below a key nobody wants.
    fn is_skipped(&self) -> bool {
        match self.open.last().map(|open| &open.kind) {
            Some(OpenKind::SkippedSequence | OpenKind::SkippedMapping { .. }) => true,
            Some(OpenKind::Mapping { key: Some(key), .. }) if self.open.len() == 1 => {
                key.text().is_some_and(|key| !(self.wanted)(key))
            }
            _ => false,
        }
    }

    fn end(&mut self, span: Span) -> Result<(), LoadError> {
        let Some(Open { line, column, anchor, kind }) = self.open.pop() else { return Ok(()) };
        let kind = match kind {
            OpenKind::Sequence(items) => NodeKind::Sequence(items),
            OpenKind::Mapping { entries, .. } => NodeKind::Mapping(entries),
            OpenKind::SkippedSequence => NodeKind::SkippedSequence,
            OpenKind::SkippedMapping { .. } => NodeKind::SkippedMapping,
        };
        self.finish(Node { line, column, kind }, anchor, span)
    }

    /// Copies are paid for twice, when a named value is put by and when it is used.
    fn finish(&mut self, node: Node<'a>, anchor: usize, span: Span) -> Result<(), LoadError> {
        if anchor != 0 {
            let (nodes, depth) = measure(&node);
            self.copies(nodes, span)?;
            self.anchors.insert(anchor, (node.clone(), nodes, depth));
        }
        self.attach(node);
        Ok(())
    }

    fn copies(&mut self, nodes: usize, span: Span) -> Result<(), LoadError> {
        self.alias_nodes += nodes;
        if self.alias_nodes > MAX_YAML_ALIAS_NODES {
            let reason = format!("aliases copy more than {MAX_YAML_ALIAS_NODES} values");
            return Err(self.limit(span, reason));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), LoadError> {
        let Some((node, nodes, depth)) = self.anchors.get(&anchor) else {
            // Of another document, or around this very place.
            let reason = "the alias names nothing that is complete here".to_owned();
            return Err(self.stop(Code::YamlSyntax, span.start, reason));
        };
        let (nodes, depth) = (*nodes, *depth);
        if self.open.len() + depth > MAX_YAML_DEPTH {
            return Err(self.limit(span, format!("nested deeper than {MAX_YAML_DEPTH} levels")));
        }
        let kind = match &node.kind {
            NodeKind::Sequence(_) if self.is_skipped() => NodeKind::SkippedSequence,
            NodeKind::Mapping(_) if self.is_skipped() => NodeKind::SkippedMapping,
            kind => kind.clone(),
        };
        self.copies(nodes, span)?;
        self.count(nodes, span)?;
        let (line, column) = place(span.start);
        self.attach(Node { line, column, kind });
        Ok(())
    }

    /// Puts a complete value where it belongs.
    fn attach(&mut self, node: Node<'a>) {
        let Some(parent) = self.open.last_mut() else {
            self.loaded.documents.push(Document { index: self.document, root: node });
            return;
        };
        let place = (node.line, node.column);
        let repeated = match &mut parent.kind {
            OpenKind::Sequence(items) => {
                items.push(node);
                None
            }
            OpenKind::SkippedSequence => None,
            OpenKind::SkippedMapping { value_next, keys } => {
                *value_next = !*value_next;
                match node.kind {
                    NodeKind::Scalar(text, _) if *value_next => {
                        keys.insert(&text).map(|_| (text, place))
                    }
                    _ => None,
                }
            }
            OpenKind::Mapping { entries, key, keys } => match key.take() {
                None => {
                    *key = Some(node);
                    None
                }
                Some(key) => {
                    let text = match &key.kind {
                        NodeKind::Scalar(text, _) => text.clone(),
                        // A list as a key: nobody can ask for it, so it need not be compared.
                        _ => return,
                    };
                    match keys.insert(&text) {
                        None => {
                            entries.push((key, node));
                            None
                        }
                        Some(at) => {
                            let place = (key.line, key.column);
                            if let Some(entry) = entries.get_mut(at) {
                                *entry = (key, node);
                            }
                            Some((text, place))
                        }
                    }
                }
            },
        };
        if let Some((key, (line, column))) = repeated
            && self.loaded.duplicate_keys.len() < MAX_FILE_DIAGNOSTICS
        {
            self.loaded.duplicate_keys.push(DuplicateKey { key: key.into_owned(), line, column });
        }
    }
}

fn place(marker: Marker) -> (u32, u32) {
    let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (small(marker.line()), small(marker.col() + 1))
}

/// Nodes and depth of a complete value.
fn measure(node: &Node<'_>) -> (usize, usize) {
    let (mut nodes, mut deepest) = (0, 0);
    let mut left = vec![(node, 1)];
    while let Some((node, depth)) = left.pop() {
        nodes += 1;
        match &node.kind {
            NodeKind::Scalar(..) => {}
            NodeKind::SkippedSequence | NodeKind::SkippedMapping => deepest = deepest.max(depth),
            NodeKind::Sequence(items) => {
                deepest = deepest.max(depth);
                left.extend(items.iter().map(|item| (item, depth + 1)));
            }
            NodeKind::Mapping(entries) => {
                deepest = deepest.max(depth);
                left.extend(entries.iter().flat_map(|(k, v)| [(k, depth + 1), (v, depth + 1)]));
            }
        }
    }
    (nodes, deepest)
}
