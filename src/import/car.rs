//! Analytics of MITRE's Cyber Analytics Repository (<https://car.mitre.org/>).
//!
//! Decisions:
//! - Every analytic is a detection, also those that are called situational awareness.
//! - The `coverage` of an entry (Low, Moderate, High) says how much of the technique is seen, not
//!   how severe a match is: no level.
//! - Technique and sub-techniques of an entry both count, as in CAR's own layer.

use super::body::{Bodies, on_source};
use super::fields::Fields;
use super::found::Found;
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::yaml::{Document, Node};
use crate::rule::{Format, LogSource, Rule, Tag, platforms};

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "MITRE CAR",
    keys: &["id: CAR-", "id: \"CAR-", "id: 'CAR-"],
    is_read: |key| matches!(key, "coverage" | "platforms" | "data_model_references" | "<<"),
    recognises: |root| {
        let is_analytic = ["coverage", "analytic_types", "information_domain", "implementations"];
        root.text_of("id").is_some_and(|id| id.starts_with("CAR-"))
            && is_analytic.iter().any(|key| root.get(key).is_some())
            && root.get("detection").is_none()
    },
    import,
};

fn import(file: &YamlText<'_>) -> Found {
    let mut bodies = Bodies::new(file.lines);
    let mut found = Found::default();
    for document in file.loaded.documents.iter().filter(|d| (YAML.recognises)(&d.root)) {
        read(file.path, file.lines, &mut bodies, document, &mut found);
    }
    found
}

fn read(
    path: &str,
    lines: &Lines<'_>,
    bodies: &mut Bodies<'_>,
    document: &Document<'_>,
    found: &mut Found,
) {
    let root = &document.root;
    let mut fields = Fields::new(path, lines, root);
    let tags = coverage(&mut fields);
    // Three analytics write `N/A`.
    let platform = match fields.joined("platforms") {
        text if text.eq_ignore_ascii_case("n/a") => String::new(),
        text => text,
    };
    let log_source = LogSource::new(&platform, &events(root), "");
    let body = root.get("implementations").map_or(0, |part| bodies.of(part.line));
    let body = on_source(body, &log_source);
    found.rules.push(Rule {
        id: fields.owned("id"),
        title: fields.title("title"),
        platforms: platforms(platform.split(", ")),
        log_source,
        date: fields.date("submission_date"),
        modified: fields.date("update_date"),
        mentions: fields.mentions(&["description", "references"], &tags),
        tags,
        body,
        line: root.line,
        document: document.index,
        ..Rule::new(Format::Car, path)
    });
    found.diagnostics.extend(fields.into_list());
}

/// The events of `process/create/command_line`, each once: `process/create`.
fn events(root: &Node<'_>) -> String {
    let references = root.scalars_of("data_model_references").filter_map(Node::text);
    let events = references.map(|reference| {
        let end = reference.match_indices('/').nth(1).map_or(reference.len(), |(at, _)| at);
        reference.get(..end).unwrap_or_default().trim()
    });
    crate::sorted::set(events).into_iter().collect::<Vec<_>>().join(", ")
}

/// Techniques, sub-techniques and tactics in the order of the text.
fn coverage(fields: &mut Fields<'_, '_>) -> Vec<Tag> {
    let Some(coverage) = fields.get("coverage") else { return Vec::new() };
    if coverage.items().is_empty() {
        let hint = "write a list of 'technique:' with its 'tactics:'";
        fields.warn(Some(coverage), "'coverage' is not a list of techniques".to_owned(), hint);
    }
    let mut tags = Vec::new();
    for entry in coverage.items() {
        let Some(technique) = entry.get("technique") else {
            let message = "an entry of 'coverage' has no 'technique'".to_owned();
            fields.warn(Some(entry), message, "name the technique it covers");
            continue;
        };
        tags.extend(fields.techniques(technique));
        if let Some(subs) = entry.get("subtechniques") {
            tags.extend(fields.techniques(subs));
        }
        if let Some(tactics) = entry.get("tactics") {
            let words = fields.words(tactics).into_iter();
            tags.extend(words.map(|(word, line, column)| Tag::tactic(word, line, column)));
        }
    }
    tags
}
