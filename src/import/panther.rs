//! Panther's YAML beside its Python (<https://docs.panther.com/panther-developer-workflows/detections-repo>).
//!
//! Decisions:
//! - Rules, policies, scheduled rules and correlation rules count, also those that only raise
//!   signals (`CreateAlert: false`): others build on them. Queries, packs, data models and what
//!   else goes by `AnalysisType` do not.
//! - `Reports: MITRE ATT&CK` pairs a tactic with a technique: one tag with both claims. A tactic
//!   that is misspelt does not cost the technique. Other reports (CIS, PCI) are not ATT&CK.
//! - What a rule detects stands in its Python file, so only rules with `Detection` or a query of
//!   their own have a fingerprint.

use super::body::{Bodies, on_source};
use super::fields::Fields;
use super::found::Found;
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::remarks::shape;
use super::yaml::{Document, NodeKind};
use crate::attack::TacticId;
use crate::diagnostic::Code;
use crate::rule::{Format, Level, LogSource, Rule, RuleKind, Status, Tag, platforms_of_names};

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "Panther",
    keys: &["AnalysisType:"],
    is_read: |key| {
        matches!(key, "Reports" | "LogTypes" | "ResourceTypes" | "ScheduledQueries" | "<<")
    },
    recognises: |root| root.text_of("AnalysisType").is_some(),
    import,
};

const LEVELS: &[(&str, Level)] = &[
    ("Info", Level::Informational),
    ("Low", Level::Low),
    ("Medium", Level::Medium),
    ("High", Level::High),
    ("Critical", Level::Critical),
];

const STATUSES: &[(&str, Status)] = &[
    ("Stable", Status::Stable),
    ("Beta", Status::Test),
    ("Experimental", Status::Experimental),
    ("Deprecated", Status::Deprecated),
];

/// What else an `AnalysisType` may be.
const NO_RULES: &[(&str, &str)] = &[
    ("scheduled_query", "a Panther query: the scheduled rule that names it detects"),
    ("saved_query", "a Panther query, no rule"),
    ("pack", "a Panther pack: a list of rules, none itself"),
    ("global", "a Panther helper, no rule"),
    ("datamodel", "a Panther data model, no rule"),
    ("lookup_table", "a Panther lookup table, no rule"),
];

fn kind_of(text: &str) -> Option<RuleKind> {
    match text {
        "rule" | "policy" | "scheduled_rule" => Some(RuleKind::Detection),
        "correlation_rule" => Some(RuleKind::Correlation),
        _ => None,
    }
}

fn import(file: &YamlText<'_>) -> Found {
    let mut bodies = Bodies::new(file.lines);
    let mut found = Found::default();
    for document in &file.loaded.documents {
        let Some(kind) = document.root.text_of("AnalysisType") else { continue };
        let lower = kind.to_ascii_lowercase();
        match kind_of(&lower) {
            Some(kind) => read(file.path, file.lines, &mut bodies, document, kind, &mut found),
            None => {
                let known = NO_RULES.iter().find(|(name, _)| *name == lower);
                let reason = known.map_or("of an unknown Panther AnalysisType", |(_, why)| why);
                found.aside.get_or_insert((Code::NotARule, reason));
            }
        }
    }
    found
}

fn read(
    path: &str,
    lines: &Lines<'_>,
    bodies: &mut Bodies<'_>,
    document: &Document<'_>,
    kind: RuleKind,
    found: &mut Found,
) {
    let root = &document.root;
    let mut fields = Fields::new(path, lines, root);
    let tags = reports(&mut fields);
    let service = ["LogTypes", "ResourceTypes", "ScheduledQueries"]
        .into_iter()
        .map(|key| fields.joined(key))
        .find(|names| !names.is_empty())
        .unwrap_or_default();
    let log_source = LogSource::new(vendor(&service), "", &service);
    let part = ["Detection", "Query"].into_iter().find_map(|key| root.get(key));
    let body = part.map_or(0, |part| bodies.of(part.line));
    let body = on_source(body, &log_source);
    let id = ["RuleID", "PolicyID"].into_iter().find_map(|key| fields.owned(key));
    if id.is_none() {
        fields.warn(None, "the rule has no 'RuleID'".to_owned(), "give it one; Panther needs it");
    }
    // The name is optional: Panther shows the id then.
    let title = match (fields.owned("DisplayName"), &id) {
        (Some(title), _) => title,
        (None, Some(id)) => id.clone(),
        (None, None) => Rule::new(Format::Panther, path).title,
    };
    let prose = ["Description", "Runbook", "Reference", "Tags"];
    found.rules.push(Rule {
        kind,
        id,
        title,
        level: fields.on_scale("Severity", LEVELS),
        status: fields.on_scale("Status", STATUSES),
        enabled: !fields.is_off("Enabled"),
        platforms: platforms_of_names(service.split(", ")),
        log_source,
        mentions: fields.mentions(&prose, &tags),
        tags,
        body,
        line: root.line,
        document: document.index,
        ..Rule::new(Format::Panther, path)
    });
    found.diagnostics.extend(fields.into_list());
}

/// The part before the first dot, if all names have the same: `AWS` of `AWS.CloudTrail, AWS.ALB`.
fn vendor(names: &str) -> &str {
    let of = |name: &'_ str| name.find('.').map_or("", |at| &name[..at]).len();
    let first = names.get(..of(names)).unwrap_or_default();
    let is_same = |name: &str| name.get(..of(name)) == Some(first);
    if names.split(", ").all(is_same) { first } else { "" }
}

/// The pairs of all reports about ATT&CK.
fn reports(fields: &mut Fields<'_, '_>) -> Vec<Tag> {
    let Some(reports) = fields.get("Reports") else { return Vec::new() };
    let NodeKind::Mapping(entries) = &reports.kind else {
        let message = format!("'Reports' is {}, not a mapping", shape(reports));
        fields.warn(Some(reports), message, "write 'MITRE ATT&CK:' and a list below it");
        return Vec::new();
    };
    let mut tags = Vec::new();
    for (name, pairs) in entries {
        let text = name.text().unwrap_or_default().trim();
        if is_attack(text) {
            let words = fields.words(pairs).into_iter();
            tags.extend(words.map(|(word, line, column)| pair(word, line, column)));
        } else if text.parse::<TacticId>().is_ok() {
            let message = format!("'{text}' stands where the name of a report belongs");
            let hint = "write 'MITRE ATT&CK:' and pairs such as 'TA0004:T1548' below it";
            fields.warn(Some(name), message, hint);
        }
    }
    tags
}

/// `MITRE ATT&CK` in its spellings.
fn is_attack(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphabetic);
    let letters: Vec<u8> = letters.map(|byte| byte.to_ascii_lowercase()).collect();
    matches!(letters.as_slice(), b"mitreattck" | b"mitreattack" | b"attck" | b"attack")
}

/// `TA0007:T1078`, or one of the two alone.
fn pair(written: &str, line: u32, column: u32) -> Tag {
    let mut claims = Vec::new();
    for part in written.split(':').map(str::trim).filter(|part| !part.is_empty()) {
        let is_tactic = part.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("ta"));
        let tag = match is_tactic {
            true => Tag::tactic(part, line, column),
            false => Tag::technique(part, line, column),
        };
        claims.extend(tag.claims);
    }
    Tag { written: written.to_owned(), line, column, claims }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Claim;

    #[test]
    fn pairs_whole_halved_and_misspelt() {
        let technique = Claim::Technique("T1078".parse().expect("an id"));
        let tactic = Claim::TacticId("TA0007".parse().expect("an id"));
        let claims = |text: &str| pair(text, 1, 1).claims;
        assert_eq!(claims("TA0007:T1078"), [tactic.clone(), technique.clone()]);
        assert_eq!(claims("ta0007 : T1078"), [tactic.clone(), technique.clone()]);
        assert_eq!(claims("T1078"), std::slice::from_ref(&technique));
        assert_eq!(claims("TA0007"), [tactic]);
        let [Claim::Malformed(_), found] = &claims("TA003:T1078")[..] else { panic!("two claims") };
        assert_eq!(*found, technique, "the technique is readable");
    }

    #[test]
    fn the_vendor_all_names_share() {
        assert_eq!(vendor("AWS.CloudTrail, AWS.ALB"), "AWS");
        assert_eq!(vendor("AWS.CloudTrail, Okta.SystemLog"), "");
        assert_eq!(vendor("Query"), "");
        assert_eq!(vendor(""), "");
    }
}
