//! Splunk: the YAML of security_content (<https://github.com/splunk/security_content>, contentctl's
//! schema) and `savedsearches.conf`.
//!
//! Decisions:
//! - `type` decides: TTP, Anomaly, Hunting and Correlation are rules; a Baseline prepares data and
//!   an Investigation is run on a finding: neither detects anything by itself. A type nobody knows
//!   is a rule, and told.
//! - There is no level. It follows from the risk score by contentctl's bands ([`level_of_score`]);
//!   the text kept is the score.
//! - `date` is that of the version (contentctl writes it into both dates of the app), so it is the
//!   day of the last change, and of writing only in version 1.
//! - `tests` hold addresses with technique ids in them: not read, not even as mentions.

mod conf;
mod saved_searches;

pub(super) use saved_searches::SAVED_SEARCHES;

use super::body::fingerprint;
use super::fields::{Fields, joined};
use super::found::Found;
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::yaml::{Document, Node};
use crate::diagnostic::Code;
use crate::rule::{
    Claim, Format, Level, LogSource, Rule, RuleKind, Status, Tag, Written, platforms_of_names,
};

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Splunk",
    keys: &["search:", "how_to_implement:", "known_false_positives:"],
    is_read: |key| matches!(key, "tags" | "data_source" | "data_sources" | "rba" | "<<"),
    recognises,
    import,
};

/// contentctl's words and those of older releases.
const STATUSES: &[(&str, Status)] = &[
    ("production", Status::Stable),
    ("validation", Status::Test),
    ("experimental", Status::Experimental),
    ("deprecated", Status::Deprecated),
    ("removed", Status::Deprecated),
];

/// A search with tags as a mapping; the project's own schema files have mappings for texts.
fn recognises(root: &Node<'_>) -> bool {
    let own = ["analytic_story", "product", "security_domain", "mitre_attack_id"];
    root.text_of("search").is_some()
        && root.text_of("type").is_some()
        && root.get("tags").is_some_and(|tags| own.iter().any(|key| tags.get(key).is_some()))
}

fn import(file: &YamlText<'_>) -> Found {
    let mut found = Found::default();
    for document in file.loaded.documents.iter().filter(|document| recognises(&document.root)) {
        match document.root.text_of("type") {
            Some(kind) if kind.eq_ignore_ascii_case("baseline") => {
                let reason = "a Splunk baseline: it prepares data for detections and is none";
                found.aside.get_or_insert((Code::NotARule, reason));
            }
            Some(kind) if kind.eq_ignore_ascii_case("investigation") => {
                let reason = "a Splunk investigation: it is run on a finding and detects nothing";
                found.aside.get_or_insert((Code::NotARule, reason));
            }
            _ => read(file.path, file.lines, document, &mut found),
        }
    }
    found
}

fn read(path: &str, lines: &Lines<'_>, document: &Document<'_>, found: &mut Found) {
    let root = &document.root;
    let mut fields = Fields::new(path, lines, root);
    let kind = match fields.text("type") {
        Some((kind, node)) => kind_of(kind).unwrap_or_else(|| {
            let hint = "use TTP, Anomaly, Hunting, Correlation, Baseline or Investigation";
            fields.warn(Some(node), format!("'type: {kind}' is none of Splunk's"), hint);
            RuleKind::Detection
        }),
        None => RuleKind::Detection,
    };
    let details = fields.get("tags").unwrap_or(root);
    let ids = details.get("mitre_attack_id").or(fields.get("mitre_attack_id"));
    let mut tags = ids.map(|ids| fields.techniques(ids)).unwrap_or_default();
    tags.extend(details.scalars_of("cve").filter_map(cve));

    let sources: Vec<&Node<'_>> =
        root.scalars_of("data_source").chain(root.scalars_of("data_sources")).collect();
    let source = match joined(root, "data_source") {
        text if text.is_empty() => joined(root, "data_sources"),
        text => text,
    };
    let (asset, domain) = (joined(details, "asset_type"), joined(details, "security_domain"));
    let log_source = LogSource::new(&asset, &domain, &source);
    // "Sysmon EventID 1 AND Sysmon EventID 11" is one name of two sources.
    let names = sources.iter().filter_map(|node| node.text());
    let names = names.flat_map(|name| name.split(" AND ")).chain(asset.split(", "));

    let changed = fields.date("modification_date").or_else(|| fields.date("date"));
    let is_first = fields.text("version").is_some_and(|(version, _)| version == "1");
    let written = fields.date("creation_date").or(changed.filter(|_| is_first));
    let mentions = fields.mentions(
        &["description", "how_to_implement", "known_false_positives", "references"],
        &tags,
    );
    let body = fingerprint([&log_source.to_string(), root.text_of("search").unwrap_or_default()]);
    found.rules.push(Rule {
        kind,
        id: fields.owned("id"),
        title: fields.title("name"),
        level: level(root, details),
        status: fields.on_scale("status", STATUSES),
        platforms: platforms_of_names(names),
        log_source,
        date: written,
        modified: changed,
        tags,
        mentions,
        body,
        line: root.line,
        document: document.index,
        ..Rule::new(Format::Splunk, path)
    });
    found.diagnostics.extend(fields.into_list());
}

/// The types that are rules.
fn kind_of(text: &str) -> Option<RuleKind> {
    let kinds = [
        ("TTP", RuleKind::Detection),
        ("Anomaly", RuleKind::Detection),
        ("Hunting", RuleKind::Hunt),
        ("Correlation", RuleKind::Correlation),
    ];
    kinds.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, kind)| *kind)
}

fn cve(node: &Node<'_>) -> Option<Tag> {
    let written = node.text()?.trim();
    let number = written.to_ascii_lowercase();
    let claim = match number.strip_prefix("cve-") {
        Some(number) => Claim::Cve(number.to_owned()),
        None => Claim::Other,
    };
    let (line, column) = node.text_place();
    Some(Tag { written: written.to_owned(), line, column, claims: vec![claim] })
}

/// From the newest place a score stands in to the oldest: the highest of the `rba` part (as
/// contentctl takes it), `tags.risk_score`, and the impact by the confidence it used to be
/// computed from.
fn level(root: &Node<'_>, details: &Node<'_>) -> Written<Level> {
    let objects = root.get("rba").and_then(|rba| rba.get("risk_objects")).map(Node::items);
    let scores = objects.unwrap_or_default().iter().filter_map(|object| object.text_of("score"));
    let highest = scores.max_by_key(|text| number(text));
    if let Some(text) = highest.or(details.text_of("risk_score")) {
        return level_of_score(text);
    }
    let part = |key: &str| details.text_of(key).and_then(number);
    match (part("impact"), part("confidence")) {
        (Some(impact), Some(confidence)) => {
            level_of_score(&(u64::from(impact) * u64::from(confidence) / 100).to_string())
        }
        _ => Written::default(),
    }
}

/// A score from 0 to 100 in contentctl's bands of twenty (`rba.py`,
/// <https://github.com/splunk/contentctl/blob/main/contentctl/objects/rba.py>).
fn level_of_score(text: &str) -> Written<Level> {
    let value = match number(text) {
        Some(0..=20) => Some(Level::Informational),
        Some(21..=40) => Some(Level::Low),
        Some(41..=60) => Some(Level::Medium),
        Some(61..=80) => Some(Level::High),
        Some(81..=100) => Some(Level::Critical),
        _ => None,
    };
    Written { value, text: text.to_owned() }
}

/// A score; some are written `63.0`.
fn number(text: &str) -> Option<u32> {
    text.trim().split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_in_bands_of_twenty() {
        let level = |text: &str| level_of_score(text).value;
        assert_eq!(level("0"), Some(Level::Informational));
        assert_eq!(level("20"), Some(Level::Informational));
        assert_eq!(level("21"), Some(Level::Low));
        assert_eq!(level("60.0"), Some(Level::Medium));
        assert_eq!(level("80"), Some(Level::High));
        assert_eq!(level("100"), Some(Level::Critical));
        for odd in ["101", "-1", "", "high"] {
            assert_eq!(level(odd), None, "{odd}");
        }
    }
}
