//! DeTT&CT administration files (<https://github.com/rabobank-cdc/DeTTECT/wiki/YAML-administration-files>).
//!
//! Decisions:
//! - A technique administration says what someone believes of techniques: kept beside the rules,
//!   never counted as coverage. Per entry the newest score counts (the first of equals, as
//!   DeTT&CT takes it), of several entries for one technique the best.
//! - Data source and group administrations say nothing about detection.

use super::fields::Fields;
use super::found::Found;
use super::ladder::{YamlFormat, YamlText};
use super::lines::Lines;
use super::yaml::{Node, NodeKind};
use crate::attack::TechniqueId;
use crate::date::Date;
use crate::diagnostic::Code;
use crate::rule::Administered;
use std::ops::RangeInclusive;

/// Its rung of the ladder.
pub(super) const YAML: YamlFormat = YamlFormat {
    name: "DeTT&CT",
    keys: &["file_type:"],
    is_read: |key| matches!(key, "techniques" | "<<"),
    recognises: |root| root.text_of("file_type").is_some_and(|kind| kind.ends_with(SUFFIX)),
    import,
};

/// What every `file_type` ends in.
const SUFFIX: &str = "-administration";

fn import(file: &YamlText<'_>) -> Found {
    let mut found = Found::default();
    for document in file.loaded.documents.iter().filter(|d| (YAML.recognises)(&d.root)) {
        let root = &document.root;
        let reason = match root.text_of("file_type").and_then(|kind| kind.strip_suffix(SUFFIX)) {
            Some("technique") => {
                read(file.path, file.lines, root, &mut found);
                "a DeTT&CT technique administration without a technique in it"
            }
            Some("data-source") => "a DeTT&CT administration of data sources, not of detections",
            Some("group") => "a DeTT&CT administration of groups, not of detections",
            _ => "a DeTT&CT administration of an unknown kind",
        };
        found.aside.get_or_insert((Code::NotARule, reason));
    }
    found
}

fn read(path: &str, lines: &Lines<'_>, root: &Node<'_>, found: &mut Found) {
    let mut fields = Fields::new(path, lines, root);
    for entry in root.get("techniques").map(Node::items).unwrap_or_default() {
        let id = entry.text_of("technique_id").unwrap_or_default();
        let Ok(technique) = id.to_ascii_uppercase().parse::<TechniqueId>() else {
            let message = format!("'{id}' is no technique id");
            fields.warn(Some(entry), message, "write 'technique_id: T1059'; it is left out");
            continue;
        };
        let detections = newest_scores(&mut fields, entry, "detection", -1..=5);
        let visibility = newest_scores(&mut fields, entry, "visibility", 0..=4);
        found.administered.push(Administered {
            path: path.to_owned(),
            line: entry.line,
            technique,
            detection: detections.iter().copied().max(),
            detections,
            visibility: visibility.into_iter().max(),
        });
    }
    found.diagnostics.extend(fields.into_list());
}

/// The newest score of every object of a kind.
fn newest_scores(
    fields: &mut Fields<'_, '_>,
    entry: &Node<'_>,
    kind: &str,
    scale: RangeInclusive<i8>,
) -> Vec<i8> {
    let Some(part) = entry.get(kind) else { return Vec::new() };
    // One mapping in files of version 1.0, a list of them since.
    let parts = match &part.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(part),
    };
    let mut scores = Vec::new();
    for part in parts {
        let Some(node) = newest(part) else { continue };
        let score = node.text().and_then(|text| text.trim().parse::<i8>().ok());
        match score.filter(|score| scale.contains(score)) {
            Some(score) => scores.push(score),
            None => {
                let message = format!("a score of '{kind}' is not from {scale:?}");
                fields.warn(Some(node), message, "correct it; it is left out");
            }
        }
    }
    scores
}

/// The newest score of a logbook; entries without a date are older than all others.
fn newest<'n, 'a>(part: &'n Node<'a>) -> Option<&'n Node<'a>> {
    let score = |entry: &'n Node<'a>| entry.get("score").filter(|score| !score.is_null());
    let Some(logbook) = part.get("score_logbook") else { return score(part) };
    let date = |entry: &Node<'_>| entry.text_of("date").and_then(Date::read);
    let scored = logbook.items().iter().filter_map(|entry| Some((date(entry), score(entry)?)));
    // `max_by_key` takes the last of equals.
    scored.rev().max_by_key(|(date, _)| *date).map(|(_, score)| score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml::load;

    #[test]
    fn the_newest_score_counts_and_the_first_of_equals() {
        let of = |text: &str| {
            let loaded = load(text, &|_| true);
            newest(&loaded.documents[0].root).and_then(Node::text).map(str::to_owned)
        };
        let logbook =
            "score_logbook:\n- {date: 2020-01-01, score: 1}\n- {date: 2021-01-01, score: 0}\n";
        assert_eq!(of(logbook).as_deref(), Some("0"));
        assert_eq!(of(&logbook.replace("2021", "2020")).as_deref(), Some("1"));
        assert_eq!(of(&logbook.replace("2021-01-01", "")).as_deref(), Some("1"));
        assert_eq!(of("score: 3\n").as_deref(), Some("3"));
        assert_eq!(of("score_logbook: []\n"), None);
    }
}
