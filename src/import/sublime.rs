//! Sublime's rules for mail in MQL (<https://docs.sublime.security/docs/rule-format>).
//!
//! Decisions:
//! - `rule` and `dlp` detect. A `query` gives insight into a message, an `exclusion` and a
//!   `triage_rule` act on what others found: none of them is a detection.
//! - The taxonomy is Sublime's own (`attack_types`, `tactics_and_techniques`): kept as tags that
//!   claim nothing. A mapping to ATT&CK would be an opinion.

use super::body::fingerprint;
use super::fields::Fields;
use super::found::Found;
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::yaml::{Document, Node};
use crate::diagnostic::Code;
use crate::rule::{Claim, Format, Level, LogSource, Rule, Tag};

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Sublime",
    // With its value and in each way of quoting: `type:` alone stands in too many files.
    keys: &[
        "type: \"rule\"",
        "type: rule",
        "type: 'rule'",
        "type: \"dlp\"",
        "type: dlp",
        "type: 'dlp'",
        "type: \"query\"",
        "type: query",
        "type: 'query'",
        "type: \"exclusion\"",
        "type: exclusion",
        "type: 'exclusion'",
        "type: \"triage_rule\"",
        "type: triage_rule",
        "type: 'triage_rule'",
    ],
    is_read: |key| matches!(key, "attack_types" | "tactics_and_techniques" | "tags" | "<<"),
    recognises,
    import,
};

const LEVELS: &[(&str, Level)] = &[
    ("informational", Level::Informational),
    ("low", Level::Low),
    ("medium", Level::Medium),
    ("high", Level::High),
    ("critical", Level::Critical),
];

/// What is no detection.
const NO_RULES: &[(&str, &str)] = &[
    ("query", "a Sublime query: insight into a message, no detection"),
    ("exclusion", "a Sublime exclusion: it takes messages out of other rules"),
    ("triage_rule", "a Sublime automation: it acts on what other rules found"),
];

fn recognises(root: &Node<'_>) -> bool {
    root.text_of("source").is_some()
        && root.text_of("name").is_some()
        && root.text_of("type").is_some_and(|kind| is_rule(kind) || why_not(kind).is_some())
        // Splunk's searches and Sigma's rules may have a source and a type, too.
        && ["search", "detection", "query", "AnalysisType"].iter().all(|key| root.get(key).is_none())
}

fn is_rule(kind: &str) -> bool {
    matches!(kind, "rule" | "dlp")
}

fn why_not(kind: &str) -> Option<&'static str> {
    NO_RULES.iter().find(|(name, _)| *name == kind).map(|(_, why)| *why)
}

fn import(file: &YamlText<'_>) -> Found {
    let mut found = Found::default();
    for document in file.loaded.documents.iter().filter(|document| recognises(&document.root)) {
        match document.root.text_of("type").and_then(why_not) {
            Some(reason) => {
                found.aside.get_or_insert((Code::NotARule, reason));
            }
            None => read(file.path, file.lines, document, &mut found),
        }
    }
    found
}

fn read(path: &str, lines: &Lines<'_>, document: &Document<'_>, found: &mut Found) {
    let root = &document.root;
    let mut fields = Fields::new(path, lines, root);
    let mut tags = Vec::new();
    for key in ["attack_types", "tactics_and_techniques", "tags"] {
        let Some(node) = fields.get(key) else { continue };
        tags.extend(fields.words(node).into_iter().map(|(word, line, column)| Tag {
            written: word.to_owned(),
            line,
            column,
            claims: vec![Claim::Other],
        }));
    }
    let kind = fields.owned("type").unwrap_or_default();
    let log_source = LogSource::new("", "email", if kind == "dlp" { "dlp" } else { "" });
    found.rules.push(Rule {
        id: fields.owned("id"),
        title: fields.title("name"),
        level: fields.on_scale("severity", LEVELS),
        mentions: fields.mentions(&["description", "references", "false_positives"], &tags),
        body: fingerprint([kind.as_str(), root.text_of("source").unwrap_or_default()]),
        log_source,
        tags,
        line: root.line,
        document: document.index,
        ..Rule::new(Format::Sublime, path)
    });
    found.diagnostics.extend(fields.into_list());
}
