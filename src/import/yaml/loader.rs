//! From the parser's events to documents.

use super::{Document, DuplicateKey, LoadError, Loaded, Node, NodeKind};
use crate::diagnostic::Code;
use crate::limits::{Limit, Limits, MAX_FILE_DIAGNOSTICS, MAX_YAML_DOCUMENTS};
use coverlay_yaml::{Event, Events, Marker, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Loads all documents. Below a top-level key that `wanted` refuses, lists and mappings become
/// [`NodeKind::SkippedSequence`] and [`NodeKind::SkippedMapping`].
pub fn load<'a>(text: &'a str, wanted: &dyn Fn(&str) -> bool) -> Loaded<'a> {
    load_within(text, wanted, &Limits::default())
}

/// [`load`] under other limits.
pub fn load_within<'a>(
    text: &'a str,
    wanted: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Loaded<'a> {
    load_shifted(text, wanted, limits, &BTreeMap::new())
}

/// Loads a text in which some lines (from 1) were indented by so many blanks; places are those
/// before.
pub(super) fn load_shifted<'a>(
    text: &'a str,
    wanted: &dyn Fn(&str) -> bool,
    limits: &Limits,
    shifts: &BTreeMap<u32, u32>,
) -> Loaded<'a> {
    let mut parser = Events::of(text);
    let mut loader = Loader::new(wanted, limits, shifts);
    while let Some(next) = parser.next_event() {
        let taken = match next {
            Ok((event, span)) => loader.event(event, span),
            Err(error) => {
                Err(loader.stop(Code::YamlSyntax, *error.marker(), error.info().to_owned()))
            }
        };
        // The parser repeats its error for ever.
        if let Err(error) = taken {
            loader.loaded.error = Some(error);
            break;
        }
    }
    loader.loaded
}

/// The first syntax error, without loading.
pub(super) fn syntax_error(text: &str) -> Option<LoadError> {
    let mut parser = Events::of(text);
    while let Some(next) = parser.next_event() {
        if let Err(error) = next {
            let (line, column) = place(*error.marker());
            let reason = error.info().to_owned();
            return Some(LoadError { code: Code::YamlSyntax, line, column, reason, limit: None });
        }
    }
    None
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
    Mapping {
        entries: Vec<(Node<'a>, Node<'a>)>,
        key: Option<Node<'a>>,
        keys: Keys<'a>,
    },
    /// Its content is counted and forgotten.
    SkippedSequence,
    /// As above, but the keys are still compared.
    SkippedMapping {
        value_next: bool,
        keys: Keys<'a>,
    },
}

/// The keys of one mapping, to find repetitions: few are compared one by one, many by hash.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashMap<Cow<'a, str>, usize>,
}

const FEW_KEYS: usize = 12;

/// Bytes of a text that weigh as much as a node when it is copied.
const ALIAS_TEXT_BYTES: usize = 128;

impl<'a> Keys<'a> {
    /// The place of an equal earlier key; else takes it in.
    fn insert(&mut self, key: Cow<'a, str>) -> Option<usize> {
        if self.many.is_empty() {
            if let Some(at) = self.few.iter().position(|known| *known == key) {
                return Some(at);
            }
            self.few.push(key);
            if self.few.len() > FEW_KEYS {
                self.many = self.few.drain(..).zip(0..).collect();
            }
            return None;
        }
        let next = self.many.len();
        if let Some(at) = self.many.get(&key) {
            return Some(*at);
        }
        self.many.insert(key, next);
        None
    }
}

struct Loader<'a, 'w> {
    wanted: &'w dyn Fn(&str) -> bool,
    limits: &'w Limits,
    shifts: &'w BTreeMap<u32, u32>,
    loaded: Loaded<'a>,
    /// From the document's root to the innermost open collection.
    open: Vec<Open<'a>>,
    /// Copies for aliases, with nodes and depth of each.
    anchors: BTreeMap<usize, (Node<'a>, usize, usize)>,
    alias_nodes: usize,
    document: u32,
    /// Nodes of this document that are in its tree.
    built: usize,
}

impl<'a, 'w> Loader<'a, 'w> {
    fn new(
        wanted: &'w dyn Fn(&str) -> bool,
        limits: &'w Limits,
        shifts: &'w BTreeMap<u32, u32>,
    ) -> Self {
        Self {
            wanted,
            limits,
            shifts,
            loaded: Loaded::default(),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            alias_nodes: 0,
            document: 0,
            built: 0,
        }
    }

    fn stop(&self, code: Code, marker: Marker, reason: String) -> LoadError {
        let (line, column) = self.place(marker);
        LoadError { code, line, column, reason, limit: None }
    }

    fn place(&self, marker: Marker) -> (u32, u32) {
        let (line, column) = place(marker);
        let shift = self.shifts.get(&line).copied().unwrap_or_default();
        (line, column.saturating_sub(shift).max(1))
    }

    /// The text goes beyond a limit.
    fn beyond(&self, limit: Limit, span: Span) -> LoadError {
        let most = self.limits.of(limit);
        let reason = match limit {
            Limit::YamlDepth => format!("nested deeper than {most} levels"),
            Limit::YamlAliasNodes => format!("aliases copy more than {most} values"),
            _ => format!("more than {most} values"),
        };
        LoadError { limit: Some(limit), ..self.stop(Code::YamlLimit, span.start, reason) }
    }

    fn event(&mut self, event: Event<'a>, span: Span) -> Result<(), LoadError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.count(1, span)?;
                let (line, column) = self.place(span.start);
                let kind = NodeKind::Scalar(text, style == ScalarStyle::Plain);
                self.finish(Node { line, column, kind }, anchor, span)
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, span, true),
            Event::MappingStart(anchor, _) => self.begin(anchor, span, false),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(_) if self.document as usize >= MAX_YAML_DOCUMENTS => {
                let reason = format!("more than {MAX_YAML_DOCUMENTS} documents");
                Err(self.stop(Code::YamlLimit, span.start, reason))
            }
            Event::DocumentEnd => {
                // Anchors are a document's own; the parser would let the next one use them.
                self.anchors.clear();
                self.document += 1;
                self.built = 0;
                Ok(())
            }
            Event::DocumentStart(_) | Event::Nothing | Event::StreamStart | Event::StreamEnd => {
                Ok(())
            }
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), LoadError> {
        self.loaded.nodes += nodes;
        if self.loaded.nodes > self.limits.count(Limit::YamlNodes) {
            return Err(self.beyond(Limit::YamlNodes, span));
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, span: Span, sequence: bool) -> Result<(), LoadError> {
        self.count(1, span)?;
        if self.open.len() >= self.limits.count(Limit::YamlDepth) {
            return Err(self.beyond(Limit::YamlDepth, span));
        }
        // What has a name may be wanted elsewhere.
        let skip = anchor == 0 && self.is_skipped();
        let kind = match (sequence, skip) {
            (true, false) => OpenKind::Sequence(Vec::new()),
            (true, true) => OpenKind::SkippedSequence,
            (false, false) => {
                OpenKind::Mapping { entries: Vec::new(), key: None, keys: Keys::default() }
            }
            (false, true) => OpenKind::SkippedMapping { value_next: false, keys: Keys::default() },
        };
        let (line, column) = self.place(span.start);
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
        if self.alias_nodes > self.limits.count(Limit::YamlAliasNodes) {
            return Err(self.beyond(Limit::YamlAliasNodes, span));
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
        if self.open.len() + depth > self.limits.count(Limit::YamlDepth) {
            return Err(self.beyond(Limit::YamlDepth, span));
        }
        let skipped = self.is_skipped();
        let kind = match &node.kind {
            NodeKind::Sequence(_) if skipped => NodeKind::SkippedSequence,
            NodeKind::Mapping(_) if skipped => NodeKind::SkippedMapping,
            kind => kind.clone(),
        };
        self.copies(nodes, span)?;
        self.count(nodes, span)?;
        self.built += if skipped { 0 } else { nodes };
        let (line, column) = self.place(span.start);
        self.attach(Node { line, column, kind });
        Ok(())
    }

    /// Puts a complete value where it belongs.
    fn attach(&mut self, node: Node<'a>) {
        let Some(parent) = self.open.last_mut() else {
            let (index, built) = (self.document, self.built + 1);
            self.loaded.documents.push(Document { index, root: node, built });
            return;
        };
        self.built +=
            usize::from(matches!(parent.kind, OpenKind::Sequence(_) | OpenKind::Mapping { .. }));
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
                        keys.insert(text.clone()).map(|_| (text, place))
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
                    match keys.insert(text.clone()) {
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

/// Nodes and depth of a complete value; a long text weighs as much as several nodes, as it is
/// copied, too.
fn measure(node: &Node<'_>) -> (usize, usize) {
    let (mut nodes, mut deepest) = (0, 0);
    let mut left = vec![(node, 1)];
    while let Some((node, depth)) = left.pop() {
        nodes += 1;
        match &node.kind {
            NodeKind::Scalar(text, _) => nodes += text.len() / ALIAS_TEXT_BYTES,
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
