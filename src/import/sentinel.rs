//! Microsoft Sentinel: analytics rules and hunting queries in YAML
//! (<https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide>), the same in PascalCase,
//! custom detections of Defender XDR in YAML, and ARM templates in JSON
//! (<https://learn.microsoft.com/azure/templates/microsoft.securityinsights/alertrules>).
//!
//! Decisions:
//! - Log source: service is the first data connector, category its first data type; no product.
//!   A Defender detection names neither: its service is `microsoftthreatprotection`, the
//!   connector of Defender XDR.
//! - A query without severity and trigger is a hunt: people run it.
//! - `techniques`, `relevantTechniques` and `subTechniques` are one list of techniques.
//! - `status: Available` (a template that can be used) is stable.
//! - `enabled: false` counts for a deployed rule; in a template it only says how a rule made
//!   from it begins.
//! - Rules without a query (Fusion, incidents of other products) look at no events: no rules.

mod arm;

use super::body::{fingerprint, on_source};
use super::found::{Found, TextFormat};
use super::ladder::{YamlFormat, YamlText};
use super::mentions::Mentions;
use super::remarks::{Remarks, parts, says_no, tactic, technique};
use super::yaml::Node;
use crate::diagnostic::Code;
use crate::rule::{Format, Level, LogSource, Rule, RuleKind, Status, Tag, platforms};

/// Its rungs of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Microsoft Sentinel",
    keys: &[
        "requiredDataConnectors:",
        "tactics:",
        "relevantTechniques:",
        "triggerOperator:",
        "entityMappings:",
        "RequiredDataConnectors:",
        "Tactics:",
        "TriggerOperator:",
        "queryCondition:",
    ],
    is_read,
    recognises: |root| query(root).is_some(),
    import,
};
pub(super) const JSON: TextFormat =
    TextFormat { name: "Microsoft Sentinel", recognises: arm::recognises, import: arm::import };

const SEVERITIES: &[(&str, Level)] = &[
    ("Informational", Level::Informational),
    ("Low", Level::Low),
    ("Medium", Level::Medium),
    ("High", Level::High),
];

const STATUSES: &[(&str, Status)] = &[
    ("Available", Status::Stable),
    ("Preview", Status::Experimental),
    ("Deprecated", Status::Deprecated),
];

/// In the order in which their tags are listed.
const TECHNIQUES: [&str; 3] = ["relevantTechniques", "techniques", "subTechniques"];

fn is_read(key: &str) -> bool {
    let key = uncapitalised(key);
    TECHNIQUES.contains(&key.as_str())
        || matches!(
            key.as_str(),
            "requiredDataConnectors" | "tactics" | "queryCondition" | "detectionAction"
        )
}

fn uncapitalised(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// The value of a key, also of its PascalCase spelling.
fn get<'n, 'a>(root: &'n Node<'a>, key: &str) -> Option<&'n Node<'a>> {
    root.get(spelling(root, key).as_str())
}

/// A key as a document spells it.
fn spelling(root: &Node<'_>, key: &str) -> String {
    let pascal = || {
        let mut letters = key.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
    };
    if root.get(key).is_some() { key.to_owned() } else { pascal() }
}

/// The query of a document that is a rule, and of no other.
fn query<'n>(root: &'n Node<'_>) -> Option<&'n Node<'n>> {
    if let Some(part) = get(root, "queryCondition") {
        let query = get(part, "queryText")?;
        return get(root, "detectionAction").and(query.text()).map(|_| query);
    }
    let has = |key: &str| get(root, key).is_some();
    let marks = [
        "requiredDataConnectors",
        "tactics",
        "relevantTechniques",
        "triggerOperator",
        "entityMappings",
    ];
    let is_named = has("name") || has("displayName");
    // `inputEntityType`: an exploration query, run from an entity's page.
    let is_rule = is_named && marks.iter().any(|key| has(key)) && !has("inputEntityType");
    let query = get(root, "query").filter(|_| is_rule)?;
    query.text().filter(|text| !text.trim().is_empty()).map(|_| query)
}

fn import(file: &YamlText<'_>) -> Found {
    let mut remarks = Remarks::new(file.path);
    let mut rules = Vec::new();
    let documents = &file.loaded.documents;
    for (at, document) in documents.iter().enumerate() {
        let root = &document.root;
        let Some(query) = query(root) else { continue };
        let mut rule = match get(root, "queryCondition") {
            Some(_) => defender(file.path, root, &mut remarks),
            None => rule(file.path, root, &mut remarks),
        };
        rule.id = remarks.text(root, &spelling(root, "id")).map(str::to_owned);
        rule.document = document.index;
        rule.body = body(query, &rule.log_source);
        let next = documents.get(at + 1).map_or(u32::MAX, |next| next.root.line);
        let own_lines = file.lines.from(root.line).take_while(|(line, _)| *line < next);
        let mut seen = Mentions::default();
        seen.see_lines(own_lines);
        rule.mentions = seen.beside(&rule.tags);
        rules.push(rule);
    }
    let aside = Some((Code::NotARule, "YAML of Microsoft Sentinel, but not a rule"));
    Found { rules, diagnostics: remarks.into_list(), aside, ..Found::default() }
}

fn body(query: &Node<'_>, source: &LogSource) -> u64 {
    on_source(fingerprint(query.text()), source)
}

/// The fields that YAML and the properties of a template share.
fn rule(path: &str, root: &Node<'_>, remarks: &mut Remarks<'_>) -> Rule {
    let name = if get(root, "name").is_some() { "name" } else { "displayName" };
    let is_hunt = get(root, "severity").is_none() && get(root, "triggerOperator").is_none();
    let (log_source, words) = connectors(root, remarks);
    Rule {
        kind: if is_hunt { RuleKind::Hunt } else { RuleKind::Detection },
        title: remarks.title(root, &spelling(root, name)),
        level: remarks.on_scale(root, &spelling(root, "severity"), SEVERITIES),
        status: remarks.on_scale(root, &spelling(root, "status"), STATUSES),
        enabled: !says_no(root, &spelling(root, "enabled")),
        platforms: platforms(words.iter().map(String::as_str)),
        log_source,
        tags: tags(root),
        line: root.line,
        ..Rule::new(Format::Sentinel, path)
    }
}

/// Tactics, then techniques. A text in a list's place may hold several with commas.
fn tags(root: &Node<'_>) -> Vec<Tag> {
    let mut tags = Vec::new();
    if let Some(node) = get(root, "tactics") {
        match node.text() {
            Some(_) if !node.is_null() => {
                tags.extend(parts(node).map(|(word, line, at)| Tag::tactic(word, line, at)));
            }
            _ => tags.extend(node.scalars().filter_map(tactic)),
        }
    }
    for node in TECHNIQUES.iter().filter_map(|key| get(root, key)).flat_map(Node::scalars) {
        tags.extend(parts(node).map(|(word, line, at)| Tag::technique(word, line, at)));
    }
    tags
}

/// The log source, and the words that imply platforms: all connectors.
fn connectors(root: &Node<'_>, remarks: &mut Remarks<'_>) -> (LogSource, Vec<String>) {
    let Some(node) = get(root, "requiredDataConnectors") else { return Default::default() };
    if node.text().is_some() && !node.is_null() {
        let hint = "give each connector a connectorId and its dataTypes";
        remarks.field(node, "'requiredDataConnectors' is not a list".to_owned(), hint);
    }
    let name = |part: &Node<'_>| get(part, "connectorId").and_then(Node::text).map(str::to_owned);
    let names: Vec<String> = node.items().iter().filter_map(name).collect();
    let first = node.items().iter().find(|part| name(part).is_some());
    let types = first.and_then(|part| get(part, "dataTypes"));
    let category = types.and_then(|types| types.scalars().find_map(Node::text)).unwrap_or_default();
    let service = names.first().map(String::as_str).unwrap_or_default();
    (LogSource::new("", category, service), names)
}

/// A custom detection of Defender XDR.
fn defender(path: &str, root: &Node<'_>, remarks: &mut Remarks<'_>) -> Rule {
    let alert = get(root, "detectionAction").and_then(|action| get(action, "alertTemplate"));
    let mut rule = Rule {
        title: remarks.title(root, &spelling(root, "displayName")),
        enabled: !says_no(root, &spelling(root, "isEnabled")),
        log_source: LogSource::new("", "", "MicrosoftThreatProtection"),
        line: root.line,
        ..Rule::new(Format::Sentinel, path)
    };
    if let Some(alert) = alert {
        rule.level = remarks.on_scale(alert, &spelling(alert, "severity"), SEVERITIES);
        rule.tags = get(alert, "category").and_then(tactic).into_iter().collect();
        let ids = get(alert, "mitreTechniques").into_iter().flat_map(Node::scalars);
        rule.tags.extend(ids.filter_map(technique));
    }
    rule
}
