//! Elastic: rules and hunts of <https://github.com/elastic/detection-rules> in TOML, endpoint
//! behaviour rules of <https://github.com/elastic/protections-artifacts> in TOML, Kibana's rule
//! export in NDJSON
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/manage-detection-rules>),
//! and the rules of a Fleet package in JSON.
//!
//! Decisions:
//! - Log source: product is the operating system if one `OS:` tag (or one entry of `os_list`)
//!   names it, else the part of the first integration before its dot; service is the rest of the
//!   integration, or the data set of the first index pattern where no integration is named.
//! - Platforms: those of the `OS:` tags and of `os_list`; without them those of the integrations
//!   and of the `Data Source:` tags.
//! - Building blocks are rules: they raise alerts, if hidden ones.
//! - `threat_mappings`, one list of threats an ATT&CK release, is asked only where `threat` is
//!   empty, for its newest release.
//! - Of several versions of one rule (Fleet packages have them side by side) the highest counts.

mod kibana;
mod toml_rules;

use super::body::fingerprint;
use super::found::TextFormat;
use super::remarks::{Remarks, says_no, tactic, technique, texts};
use super::yaml::{Node, NodeKind};
use crate::rule::{Format, Level, LogSource, Rule, Status, Tag, platforms};

/// Its rungs of the ladder.
pub(super) const TOML: TextFormat =
    TextFormat { name: "Elastic", recognises: toml_rules::recognises, import: toml_rules::import };
pub(super) const JSON: TextFormat =
    TextFormat { name: "Elastic", recognises: kibana::recognises, import: kibana::import };

/// `severity` (<https://www.elastic.co/docs/api/doc/kibana/operation/operation-createrule>).
const SEVERITIES: &[(&str, Level)] = &[
    ("low", Level::Low),
    ("medium", Level::Medium),
    ("high", Level::High),
    ("critical", Level::Critical),
];

/// `maturity` of the repository's rules.
const MATURITIES: &[(&str, Status)] = &[
    ("production", Status::Stable),
    ("development", Status::Experimental),
    ("experimental", Status::Experimental),
    ("deprecated", Status::Deprecated),
];

/// What tells one detection from another; the rest is prose and scheduling.
const BODY: &[&str] = &[
    "type",
    "language",
    "query",
    "filters",
    "threshold",
    "new_terms",
    "new_terms_fields",
    "history_window_start",
    "threat_query",
    "threat_index",
    "threat_mapping",
    "machine_learning_job_id",
    "anomaly_threshold",
    "saved_id",
];

/// What all syntaxes share. `threat` is the list of threats.
fn rule(
    path: &str,
    root: &Node<'_>,
    threat: Option<&Node<'_>>,
    integrations: &[String],
    remarks: &mut Remarks<'_>,
) -> Rule {
    let mut tags = Vec::new();
    if let Some(threat) = threat {
        threat_tags(threat, remarks, &mut tags);
    }
    let mut systems: Vec<String> = Vec::new();
    let mut sources: Vec<&str> = Vec::new();
    for tag in root.scalars_of("tags").filter_map(Node::text) {
        if let Some(system) = tag.strip_prefix("OS:") {
            systems.push(system.trim().to_owned());
        } else if let Some(source) = tag.strip_prefix("Data Source:") {
            sources.push(source.trim());
        }
    }
    let listed = root.scalars_of("os_list").filter_map(Node::text);
    systems.extend(listed.map(|system| system.trim().to_owned()));
    let log_source = log_source(root, &systems, integrations);
    let families = integrations.iter().map(|name| split_integration(name).0);
    let words: Vec<&str> = if systems.is_empty() {
        families.chain(sources).collect()
    } else {
        systems.iter().map(String::as_str).collect()
    };
    let mut body = Vec::new();
    for key in BODY {
        if let Some(part) = root.get(key) {
            body.push(*key);
            texts(part, &mut body);
        }
    }
    let source = log_source.to_string();
    let has_body = body.iter().any(|text| !BODY.contains(text));
    body.push(&source);
    Rule {
        title: remarks.title(root, "name"),
        level: remarks.on_scale(root, "severity", SEVERITIES),
        enabled: !says_no(root, "enabled"),
        platforms: platforms(words),
        body: if has_body { fingerprint(body) } else { 0 },
        log_source,
        version: root.text_of("version").and_then(|text| text.parse().ok()).unwrap_or_default(),
        tags,
        line: root.line,
        ..Rule::new(Format::Elastic, path)
    }
}

/// Tactic, then its techniques with their sub-techniques, block by block.
fn threat_tags(blocks: &Node<'_>, remarks: &mut Remarks<'_>, tags: &mut Vec<Tag>) {
    for block in list(blocks) {
        if !block.is_mapping() {
            let hint = "give it a framework, a tactic and techniques";
            remarks.field(block, "a threat is not a table".to_owned(), hint);
            continue;
        }
        for part in block.get("tactic").into_iter().flat_map(list) {
            let name = part.get("id").filter(|id| !id.is_null()).or_else(|| part.get("name"));
            tags.extend(name.and_then(tactic));
        }
        for part in block.get("technique").into_iter().flat_map(list) {
            tags.extend(id_of(part, remarks));
            for sub in part.get("subtechnique").into_iter().flat_map(list) {
                tags.extend(id_of(sub, remarks));
            }
        }
    }
}

/// The id of a technique's table, or the technique that stands in its place.
fn id_of(part: &Node<'_>, remarks: &mut Remarks<'_>) -> Option<Tag> {
    let id = if part.is_mapping() { part.get("id") } else { Some(part) };
    let tag = id.and_then(technique);
    if tag.is_none() {
        remarks.field(part, "a technique without an id".to_owned(), "write id = \"T1059\"");
    }
    tag
}

/// The entries of a list, or the one that stands in its place.
fn list<'n, 'a>(node: &'n Node<'a>) -> &'n [Node<'a>] {
    match &node.kind {
        NodeKind::Sequence(items) => items,
        _ if node.is_null() => &[],
        _ => std::slice::from_ref(node),
    }
}

/// `threat`, or where there is none that of the newest release in `threat_mappings`.
fn threats<'n, 'a>(root: &'n Node<'a>) -> Option<&'n Node<'a>> {
    let own = root.get("threat").filter(|threat| !list(threat).is_empty());
    own.or_else(|| {
        let release = |block: &&Node<'_>| {
            let version = block.text_of("version").unwrap_or_default();
            let numbers =
                version.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok());
            numbers.collect::<Vec<u32>>()
        };
        list(root.get("threat_mappings")?).iter().max_by_key(release)?.get("threat")
    })
}

/// `aws.cloudtrail` → `aws`, `cloudtrail`.
fn split_integration(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or((name, ""))
}

fn log_source(root: &Node<'_>, systems: &[String], integrations: &[String]) -> LogSource {
    let first = integrations.first().map(String::as_str).unwrap_or_default();
    let (family, data_set) = split_integration(first);
    let index = || {
        let pattern = root.scalars_of("index").filter_map(Node::text).next().unwrap_or_default();
        pattern.trim().trim_start_matches("logs-").trim_end_matches(['*', '-', '.']).to_owned()
    };
    match (systems, first) {
        ([system], "") => LogSource::new(system, "", &index()),
        ([system], _) => LogSource::new(system, "", first),
        (_, "") => LogSource::new("", "", &index()),
        _ => LogSource::new(family, "", data_set),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::json;
    use crate::limits::Limits;

    fn read(text: &str) -> Rule {
        let root =
            json::documents(text, &Limits::default()).next().expect("a document").expect("valid");
        let mut remarks = Remarks::new("x");
        rule("x", &root, threats(&root), &[], &mut remarks)
    }

    fn written(rule: &Rule) -> Vec<&str> {
        rule.tags.iter().map(|tag| tag.written.as_str()).collect()
    }

    #[test]
    fn the_newest_mapping_counts_where_there_is_no_other() {
        let block = |id: &str| format!("[{{\"technique\": [{{\"id\": \"{id}\"}}]}}]");
        let versions = format!(
            "\"threat_mappings\": [{{\"version\": \"v9.1\", \"threat\": {}}}, \
             {{\"version\": \"v19\", \"threat\": {}}}, {{\"version\": \"v18\", \"threat\": {}}}]",
            block("T1001"),
            block("T1002"),
            block("T1003")
        );
        assert_eq!(written(&read(&format!("{{{versions}}}"))), ["T1002"]);
        assert_eq!(written(&read(&format!("{{\"threat\": [], {versions}}}"))), ["T1002"]);
        let both = format!("{{\"threat\": {}, {versions}}}", block("T1004"));
        assert_eq!(written(&read(&both)), ["T1004"]);
    }

    #[test]
    fn log_sources() {
        let source = |tags: &str, integrations: &[&str], index: &str| {
            let text = format!("{{\"tags\": [{tags}], \"index\": [{index}]}}");
            let root =
                json::documents(&text, &Limits::default()).next().expect("one").expect("valid");
            let integrations: Vec<String> = integrations.iter().map(|i| (*i).to_owned()).collect();
            let found = rule("x", &root, None, &integrations, &mut Remarks::new("x"));
            (found.log_source.to_string(), found.platforms.join(", "))
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            source("\"OS: Windows\"", &["endpoint", "m365_defender"], ""),
            pair("windows / endpoint", "Windows")
        );
        assert_eq!(
            source("\"OS: Windows\", \"OS: Linux\"", &["endpoint"], ""),
            pair("endpoint", "Linux, Windows")
        );
        assert_eq!(source("", &["aws.cloudtrail"], ""), pair("aws / cloudtrail", "IaaS"));
        assert_eq!(
            source("", &[], "\"logs-endpoint.events.process-*\""),
            pair("endpoint.events.process", "")
        );
        assert_eq!(
            source("\"OS: macOS\"", &[], "\"auditbeat-*\""),
            pair("macos / auditbeat", "macOS")
        );
        assert_eq!(
            source("\"Data Source: Okta\"", &[], ""),
            pair("not stated", "Identity Provider")
        );
    }

    #[test]
    fn another_query_is_another_body_and_another_name_is_not() {
        let body = |text: &str| read(text).body;
        let one = body("{\"name\": \"a\", \"query\": \"x\", \"type\": \"eql\"}");
        assert_ne!(one, 0);
        assert_eq!(one, body("{\"name\": \"b\", \"type\": \"eql\", \"query\": \"x\"}"));
        assert_ne!(one, body("{\"name\": \"a\", \"query\": \"y\", \"type\": \"eql\"}"));
        assert_eq!(body("{\"name\": \"a\"}"), 0);
    }
}
