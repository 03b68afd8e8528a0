//! Sigma 2.1 (<https://sigmahq.io/sigma-specification/>) and what came before it: detection
//! rules, correlations, collections with `action: global`, `reset` and `repeat`.
//!
//! Decisions:
//! - A detection and a correlation each count as one rule, also in one file: both can raise an
//!   alert. A correlation without tags takes those of the rules it names in the same file.
//! - `generate` changes nothing: a rule that a correlation names raises no alert by itself where
//!   it is absent, and still looks for what its tags say; leaving it out would hide techniques
//!   whenever the correlation has tags of its own.
//! - What a document itself says goes before what it inherits from an `action: global` part.
//! - A field of the wrong shape costs the field, not the rule.
//! - A filter changes other rules and detects nothing: no rule.

mod fields;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::import::body::{Bodies, on_source};
use crate::import::found::Found;
use crate::import::ladder::YamlFormat;
use crate::import::lines::Lines;
use crate::import::mentions::Mentions;
use crate::import::yaml::{Document, Loaded, Node, NodeKind};
use crate::limits::{MAX_GLOBAL_PARTS, MAX_GLOBAL_VALUES, MAX_INHERITED_TAGS};
use crate::rule::{Claim, Format, MentionedIn, Rule, RuleKind, Tag, platforms, sight};
use fields::Fields;
use std::collections::{BTreeMap, BTreeSet};

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Sigma",
    keys: &["detection:", "correlation:", "filter:", "action: global", "action: correlation"],
    is_read,
    recognises,
    import: |file| import(file.path, file.lines, file.loaded),
};

/// A document that may be a Sigma rule, filter or part of a collection, and is not of SEKOIA's
/// dialect.
fn recognises(root: &Node<'_>) -> bool {
    let has = |key: &str| root.get(key).is_some();
    let action = root.text_of("action");
    (has("detection") || has("correlation") || has("filter"))
        && !(has("alert_severity") && has("rule"))
        || matches!(action, Some("global" | "reset" | "repeat" | "correlation"))
}

/// Where technique ids stand that are not tagged: names and addresses of tests and reports.
const PROSE: [&str; 3] = ["description", "references", "falsepositives"];

/// What the documents of one file gave.
#[derive(Debug, Default)]
struct Gathered {
    rules: Vec<Rule>,
    diagnostics: Vec<Diagnostic>,
    /// Documents that are filters.
    filters: usize,
    /// Documents with `action: global`.
    globals: usize,
}

/// The top-level keys whose lists and mappings are read; the rest, `detection` above all, is
/// the bulk of a rule and only checked.
fn is_read(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "id"
            | "name"
            | "status"
            | "level"
            | "date"
            | "modified"
            | "logsource"
            | "tags"
            | "action"
            | "type"
            | "correlation"
            | "rules"
            | "<<"
    )
}

/// Reads all documents of a file.
fn import(path: &str, lines: &Lines<'_>, loaded: &Loaded<'_>) -> Found {
    let mut collection = Collection {
        path,
        bodies: Bodies::new(lines),
        found: Gathered::default(),
        globals: Vec::new(),
        last: None,
        names: BTreeMap::new(),
        waiting: Vec::new(),
        inherited: 0,
    };
    for document in &loaded.documents {
        collection.document(document);
    }
    collection.tag_correlations();
    let Gathered { rules, diagnostics, filters, globals } = collection.found;
    let aside = if filters > 0 {
        Some((
            Code::SigmaFilter,
            "a Sigma filter: it changes other rules and detects nothing by itself",
        ))
    } else if globals > 0 {
        Some((Code::NotARule, "only the global part of a Sigma collection, no rule"))
    } else {
        Some((
            Code::NotARule,
            "parts of a Sigma rule, but no `detection` beside a `title` or a `logsource`",
        ))
    };
    Found { rules, diagnostics, aside, ..Found::default() }
}

/// A correlation that has no tags of its own, and the rules it names.
struct Waiting<'d> {
    rule: usize,
    bases: Vec<&'d str>,
}

struct Collection<'d, 'a> {
    path: &'d str,
    bodies: Bodies<'d>,
    found: Gathered,
    /// The `action: global` parts in force, the newest first.
    globals: Vec<&'d Node<'a>>,
    /// The last rule and what it inherited, for `action: repeat`.
    last: Option<Vec<&'d Node<'a>>>,
    /// Rules by `name` and `id`.
    names: BTreeMap<&'d str, usize>,
    waiting: Vec<Waiting<'d>>,
    inherited: usize,
}

enum Meaning {
    Rule(RuleKind),
    Filter,
    Nothing,
}

impl<'d, 'a> Collection<'d, 'a> {
    fn document(&mut self, document: &'d Document<'a>) {
        let root = &document.root;
        let action = root.get("action").and_then(Node::text).unwrap_or_default();
        let layers = match action {
            "global" => {
                self.found.globals += 1;
                if self.may_be_inherited(document) {
                    self.globals.insert(0, root);
                    self.globals.truncate(MAX_GLOBAL_PARTS);
                }
                return;
            }
            "reset" => {
                self.globals.clear();
                // A rule of its own may follow in the same document.
                vec![root]
            }
            "repeat" => match &self.last {
                Some(last) => std::iter::once(root).chain(last.iter().copied()).collect(),
                None => {
                    self.found.diagnostics.push(
                        Diagnostic::new(
                            Severity::Warning,
                            Code::SigmaField,
                            self.path,
                            "'action: repeat' has no rule before it to repeat",
                        )
                        .at(root.line, Some(root.column))
                        .hint("write the rule out"),
                    );
                    vec![root]
                }
            },
            _ => std::iter::once(root).chain(self.globals.iter().copied()).collect(),
        };
        if !matches!(root.kind, NodeKind::Mapping(_)) {
            return;
        }
        let fields = Fields::new(self.path, layers);
        match meaning(&fields, action) {
            Meaning::Rule(kind) => self.rule(document, fields, kind, action),
            Meaning::Filter => {
                self.found.filters += 1;
                self.found.diagnostics.push(
                    Diagnostic::new(
                        Severity::Note,
                        Code::SigmaFilter,
                        self.path,
                        "a Sigma filter: it changes other rules and detects nothing by itself",
                    )
                    .at(root.line, Some(root.column)),
                );
            }
            Meaning::Nothing => {}
        }
    }

    fn rule(
        &mut self,
        document: &'d Document<'a>,
        mut fields: Fields<'d, 'a>,
        kind: RuleKind,
        action: &str,
    ) {
        fields.check_detection();
        if kind == RuleKind::Correlation {
            fields.check_correlation();
        }
        let (id, id_is_shared) = fields.id();
        self.inherited += fields.inherited_tags();
        let tags = if self.inherited > MAX_INHERITED_TAGS && fields.inherited_tags() > 0 {
            fields.note_limit();
            Vec::new()
        } else {
            fields.tags()
        };
        // Of its own prose only: what many rules inherit would be looked through for each of them.
        let mut seen = Mentions::default();
        let prose = PROSE.iter().filter_map(|key| document.root.get(key));
        for part in prose.filter(|part| !part.is_null()) {
            seen.see_lines(self.bodies.part(part.line));
        }
        let at = self.found.rules.len();
        // Only what the document says of itself can be meant by a name.
        for key in ["name", "id"] {
            if let Some(name) = document.root.get(key).and_then(Node::text) {
                self.names.entry(name.trim()).or_insert(at);
            }
        }
        if kind == RuleKind::Correlation && tags.is_empty() {
            self.waiting.push(Waiting { rule: at, bases: fields.correlated_rules() });
        }
        let mentions = seen.beside(&tags);
        let mentioned_in = self.places_of(&mentions, &document.root);
        let log_source = fields.log_source(kind);
        let body = fields.body().map_or(0, |part| self.bodies.of(part.line));
        let body = on_source(body, &log_source);
        let rule = Rule {
            kind,
            id,
            id_is_shared,
            title: fields.title(),
            level: fields.level(),
            status: fields.status(),
            platforms: platforms([log_source.product.as_str(), &log_source.service]),
            log_source,
            body,
            date: fields.date("date"),
            modified: fields.date("modified"),
            mentions,
            mentioned_in,
            tags,
            line: document.root.line,
            document: document.index,
            ..Rule::new(Format::Sigma, self.path)
        };
        self.found.rules.push(rule);
        let (layers, diagnostics) = fields.into_parts();
        if action != "repeat" {
            // Its size is only of interest if a repetition follows.
            self.last = (document.built <= MAX_GLOBAL_VALUES).then_some(layers);
        }
        self.found.diagnostics.extend(diagnostics);
    }

    /// In which field each mention stands; the description goes before an address.
    fn places_of(&self, mentions: &[Tag], root: &Node<'_>) -> Vec<MentionedIn> {
        const SITE: &str = "attack.mitre.org/techniques/";
        if mentions.is_empty() {
            return Vec::new();
        }
        let mut places = BTreeMap::new();
        for (key, place) in
            [("references", MentionedIn::Address), ("description", MentionedIn::Description)]
        {
            let Some(part) = root.get(key).filter(|part| !part.is_null()) else { continue };
            for (_, line) in self.bodies.part(part.line) {
                sight(line, 0, &mut |tag, id, rest| {
                    let end = line.len() - rest.len() - tag.written.len();
                    let before = line.as_bytes().get(..end).unwrap_or_default();
                    let is_on_site = before.len() >= SITE.len()
                        && before[before.len() - SITE.len()..]
                            .eq_ignore_ascii_case(SITE.as_bytes());
                    if place == MentionedIn::Description || is_on_site {
                        places.insert(id, place);
                    }
                    true
                });
            }
        }
        let ids = mentions.iter().map(|mention| mention.claims.first());
        ids.map(|claim| match claim {
            Some(Claim::Technique(id)) => places.get(id).copied(),
            _ => None,
        })
        .map(|place| place.unwrap_or(MentionedIn::Elsewhere))
        .collect()
    }

    /// Whether a document is small enough for others to look through it.
    fn may_be_inherited(&mut self, document: &Document<'_>) -> bool {
        let small = document.built <= MAX_GLOBAL_VALUES;
        if !small {
            self.found.diagnostics.push(
                Diagnostic::new(
                    Severity::Warning,
                    Code::YamlLimit,
                    self.path,
                    format!("more than {MAX_GLOBAL_VALUES} values for other rules to inherit"),
                )
                .at(document.root.line, Some(document.root.column))
                .hint("nothing is inherited from this document; make it smaller"),
            );
        }
        small
    }

    /// Gives each correlation without tags those of the rules it names; one that names other
    /// correlations waits for them.
    fn tag_correlations(&mut self) {
        /// Correlations of correlations nest this deep; real ones do not nest at all.
        const ROUNDS: usize = 8;
        let mut waiting = std::mem::take(&mut self.waiting);
        for round in 1..=ROUNDS {
            let open = crate::sorted::set(waiting.iter().map(|waiting| waiting.rule));
            let (later, now): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|waiting| {
                let bases = waiting.bases.iter().filter_map(|name| self.names.get(name));
                round < ROUNDS && bases.into_iter().any(|b| *b != waiting.rule && open.contains(b))
            });
            for correlation in now {
                self.tag_correlation(&correlation);
            }
            waiting = later;
        }
    }

    fn tag_correlation(&mut self, correlation: &Waiting<'d>) {
        let mut tags: Vec<Tag> = Vec::new();
        let mut taken = BTreeSet::new();
        for name in &correlation.bases {
            let Some(base) = self.names.get(name) else { continue };
            for tag in self.found.rules.get(*base).into_iter().flat_map(|base| &base.tags) {
                if self.inherited >= MAX_INHERITED_TAGS {
                    break;
                }
                if taken.insert(tag.written.clone()) {
                    self.inherited += 1;
                    tags.push(tag.clone());
                }
            }
        }
        if let Some(rule) = self.found.rules.get_mut(correlation.rule) {
            rule.tags = tags;
        }
    }
}

/// What a document is, by its own keys first and then by those it inherits.
fn meaning(fields: &Fields<'_, '_>, action: &str) -> Meaning {
    let is_mapping = |key: &str| fields.get(key).is_some_and(Node::is_mapping);
    let correlates = |node: &Node<'_>| {
        node.get("correlation").is_some_and(|part| part.get("type").is_some())
            || (action == "correlation" && node.get("type").is_some())
    };
    let says_where = fields.get("logsource").is_some();
    let has_title = fields.get("title").is_some();
    if fields.own().is_some_and(correlates) {
        Meaning::Rule(RuleKind::Correlation)
    } else if is_mapping("detection") && (says_where || has_title) {
        Meaning::Rule(RuleKind::Detection)
    } else if is_mapping("filter") && says_where {
        Meaning::Filter
    } else if fields.get("detection").is_some() && says_where && has_title {
        // Not a mapping: the author's mistake, and told as one.
        Meaning::Rule(RuleKind::Detection)
    } else {
        Meaning::Nothing
    }
}
