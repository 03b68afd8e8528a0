//! The fields of one Sigma rule, found in its own document or in the parts it inherits.

use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::import::remarks::{Remarks, parts, shape};
use crate::import::yaml::{Node, NodeKind};
use crate::limits::MAX_INHERITED_TAGS;
use crate::rule::{Level, LogSource, RuleKind, Status, Tag, Written, parse_tag};

/// Kinds of correlations: four of the specification
/// (<https://sigmahq.io/sigma-specification/specification/sigma-correlation-rules-specification.html#correlation-types>)
/// and four that tools added (<https://docs.rs/rsigma-eval/0.7.0/rsigma_eval/correlation_engine/>).
const CORRELATIONS: [&str; 8] = [
    "event_count",
    "value_count",
    "temporal",
    "temporal_ordered",
    "value_sum",
    "value_avg",
    "value_percentile",
    "value_median",
];

/// The documents a rule is made of, its own first, and what was noticed while reading them.
pub(super) struct Fields<'d, 'a> {
    layers: Vec<&'d Node<'a>>,
    remarks: Remarks<'d>,
}

impl<'d, 'a> Fields<'d, 'a> {
    pub(super) fn new(path: &'d str, layers: Vec<&'d Node<'a>>) -> Self {
        Self { layers, remarks: Remarks::coded(path, Code::SigmaField) }
    }

    pub(super) fn into_parts(self) -> (Vec<&'d Node<'a>>, Vec<Diagnostic>) {
        (self.layers, self.remarks.into_list())
    }

    /// The rule's own document.
    pub(super) fn own(&self) -> Option<&'d Node<'a>> {
        self.layers.first().copied()
    }

    /// The first value that is not null, and whether it is inherited.
    fn find(&self, key: &str) -> Option<(&'d Node<'a>, bool)> {
        self.layers.iter().enumerate().find_map(|(at, layer)| {
            let value = layer.get(key).filter(|value| !value.is_null())?;
            Some((value, at > 0))
        })
    }

    /// The first value that is not null.
    pub(super) fn get(&self, key: &str) -> Option<&'d Node<'a>> {
        self.find(key).map(|(node, _)| node)
    }

    fn warn(&mut self, node: Option<&Node<'_>>, message: String, hint: &str) {
        if let Some(node) = node.or(self.own()) {
            self.remarks.field(node, message, hint);
        }
    }

    /// The text of a field; a list or a mapping there is told and read as nothing.
    fn text(&mut self, key: &str) -> Option<(&'d str, &'d Node<'a>, bool)> {
        let (node, inherited) = self.find(key)?;
        self.remarks.text_in(key, node).map(|text| (text, node, inherited))
    }

    pub(super) fn id(&mut self) -> (Option<String>, bool) {
        match self.text("id") {
            Some((id, _, inherited)) => (Some(id.to_owned()), inherited),
            None => (None, false),
        }
    }

    pub(super) fn title(&mut self) -> String {
        // Where no part has one, it is the rule's own that is missing.
        match self.get("title").and_then(|node| self.remarks.text_in("title", node)) {
            Some(title) => title.to_owned(),
            None => self.own().map_or_else(String::new, |own| self.remarks.title(own, "title")),
        }
    }

    pub(super) fn level(&mut self) -> Written<Level> {
        let Some((text, node, _)) = self.text("level") else { return Written::level("") };
        let level = Written::level(text);
        if level.value.is_none() {
            let hint = "use informational, low, medium, high or critical";
            self.warn(Some(node), format!("the level '{text}' is not one of Sigma's five"), hint);
        }
        level
    }

    pub(super) fn status(&mut self) -> Written<Status> {
        let Some((text, node, _)) = self.text("status") else { return Written::status("") };
        let status = Written::status(text);
        if status.value.is_none() {
            let hint = "use stable, test, experimental, deprecated or unsupported";
            self.warn(Some(node), format!("the status '{text}' is not one of Sigma's five"), hint);
        }
        status
    }

    pub(super) fn date(&mut self, key: &str) -> Option<Date> {
        let node = self.get(key)?;
        self.remarks.date_in(key, node)
    }

    /// Part by part: a document may give the service to the product of its global part.
    pub(super) fn log_source(&mut self, kind: RuleKind) -> LogSource {
        let parts: Vec<&Node<'_>> = self
            .layers
            .iter()
            .filter_map(|layer| layer.get("logsource"))
            .filter(|part| !part.is_null())
            .collect();
        let part = |key: &str| {
            let texts = parts.iter().filter_map(|part| part.get(key)).map(one_text);
            texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
        };
        let source = LogSource::new(&part("product"), &part("category"), &part("service"));
        let hint = "name at least one of product, category and service";
        match parts.first().copied() {
            // A correlation's events come from the rules it names.
            None if kind == RuleKind::Correlation => {}
            None => self.warn(None, "the rule has no 'logsource'".to_owned(), hint),
            Some(node) if !node.is_mapping() => {
                let message = format!("'logsource' is {}, not a mapping", shape(node));
                self.warn(Some(node), message, hint);
            }
            Some(node) if source.is_empty() => {
                let message = "'logsource' names no product, category or service".to_owned();
                self.warn(Some(node), message, hint);
            }
            Some(_) => {}
        }
        source
    }

    /// Tells of a `detection` that cannot detect anything; its content is not read.
    pub(super) fn check_detection(&mut self) {
        if let Some(node) = self.get("detection").filter(|node| !node.is_mapping()) {
            let message = format!("'detection' is {}, not a mapping", shape(node));
            self.warn(Some(node), message, "give it selections and a condition");
        }
    }

    /// Tells of a correlation of a kind that no tool can know.
    pub(super) fn check_correlation(&mut self) {
        let own = self.own();
        let part = own.and_then(|own| own.get("correlation")).filter(|part| part.is_mapping());
        let Some(node) = part.or(own).and_then(|part| part.get("type")) else { return };
        let kind = node.text().unwrap_or_default().trim();
        if !CORRELATIONS.contains(&kind) {
            let message = format!("the correlation's type '{kind}' is not one of Sigma's");
            let hint = "use event_count, value_count, temporal or another of the specification";
            self.warn(Some(node), message, hint);
        }
    }

    /// What the rule detects.
    pub(super) fn body(&self) -> Option<&'d Node<'a>> {
        self.get("detection").or_else(|| self.get("correlation"))
    }

    /// How many tags are inherited; 0 if the rule has its own.
    pub(super) fn inherited_tags(&self) -> usize {
        match self.find("tags") {
            Some((node, true)) => match &node.kind {
                NodeKind::Sequence(items) => items.len(),
                NodeKind::Scalar(text, _) => 1 + text.matches(',').count(),
                _ => 0,
            },
            _ => 0,
        }
    }

    /// The tags: a list, one tag, or several with commas.
    pub(super) fn tags(&mut self) -> Vec<Tag> {
        let Some(node) = self.get("tags") else { return Vec::new() };
        match &node.kind {
            NodeKind::Sequence(items) => items.iter().filter_map(|item| self.tag(item)).collect(),
            NodeKind::Scalar(..) => {
                parts(node).map(|(written, line, column)| new_tag(written, line, column)).collect()
            }
            _ => {
                let message = format!("'tags' is {}, not a list", shape(node));
                self.warn(Some(node), message, "write '- attack.t1059' on lines of their own");
                Vec::new()
            }
        }
    }

    fn tag(&mut self, item: &Node<'_>) -> Option<Tag> {
        let Some(text) = item.text() else {
            let message = format!("a tag is {}, not text", shape(item));
            self.warn(Some(item), message, "write one tag a line, such as '- attack.t1059'");
            return None;
        };
        let written = text.trim();
        let (line, column) = item.text_place();
        (!written.is_empty() && !item.is_null()).then(|| new_tag(written, line, column))
    }

    /// Tells that inherited tags were not taken over.
    pub(super) fn note_limit(&mut self) {
        let place = self.own().map_or((1, 1), |own| (own.line, own.column));
        let message =
            format!("the rules of this file take over more than {MAX_INHERITED_TAGS} tags");
        let hint = "split the file; this rule and those after it have only their own tags";
        self.remarks.add(Severity::Warning, Code::YamlLimit, place, message, hint);
    }

    /// The names in a correlation's `rules`, also of the old flat form.
    pub(super) fn correlated_rules(&self) -> Vec<&'d str> {
        let own = self.own();
        let rules = own
            .and_then(|own| own.get("correlation"))
            .and_then(|part| part.get("rules"))
            .or_else(|| own.and_then(|own| own.get("rules")));
        match rules.map(|node| &node.kind) {
            Some(NodeKind::Sequence(items)) => {
                items.iter().filter_map(Node::text).map(str::trim).collect()
            }
            Some(NodeKind::Scalar(name, _)) => vec![name.trim()],
            _ => Vec::new(),
        }
    }
}

/// A text, or the texts of a list (`category` of private sets) with commas.
fn one_text(node: &Node<'_>) -> String {
    match &node.kind {
        NodeKind::Scalar(text, _) if !node.is_null() => text.trim().to_owned(),
        NodeKind::Sequence(items) => {
            items.iter().filter_map(Node::text).map(str::trim).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

fn new_tag(written: &str, line: u32, column: u32) -> Tag {
    Tag { written: written.to_owned(), line, column, claims: parse_tag(written) }
}
