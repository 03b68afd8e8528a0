//! What is wrong with a rule as a whole.

use super::{Finding, Subject};
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::coverage::{STALE_AFTER_YEARS, changed};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::MAX_RULE_FINDINGS;
use crate::pace::{PAUSE_EVERY, Pace};
use crate::rule::{Claim, Format, Rule, RuleIndex, RuleKind, Status};
use std::collections::BTreeMap;

/// Techniques of a Sigma rule, parents beside their own sub-techniques left out, beyond which it
/// dilutes what it claims: the 99th percentile of SigmaHQ of August 2026 (3,281 of its 3,309
/// rules with a technique have 4 or fewer, 99.2 %).
const MOST_TECHNIQUES_SIGMA: usize = 4;
/// The same for other formats: the 99th percentile of Elastic's rules of August 2026 (2,069 of
/// 2,085 have 9 or fewer, 99.2 %).
const MOST_TECHNIQUES: usize = 9;

/// Rules that detect what an earlier one detects, with that one.
pub(super) type Copies = BTreeMap<RuleIndex, RuleIndex>;

/// Finds them. Copies under the same id are reported as such and not here; neither is what a
/// deprecated or unsupported rule shares with its successor.
pub(super) async fn copies(subject: &Subject<'_>, pace: &impl Pace) -> Copies {
    let mut first: BTreeMap<u64, RuleIndex> = BTreeMap::new();
    let mut copies = Copies::new();
    for (rule, at) in subject.intake.rules.iter().zip(0_u32..) {
        if (at as usize).is_multiple_of(PAUSE_EVERY) {
            pace.pause().await;
        }
        if rule.body == 0 || is_retired(rule) || subject.intake.is_duplicate(at) {
            continue;
        }
        match first.get(&rule.body) {
            Some(first) => {
                copies.insert(at, *first);
            }
            None => {
                first.insert(rule.body, at);
            }
        }
    }
    copies
}

fn is_retired(rule: &Rule) -> bool {
    matches!(rule.status.known(), Status::Deprecated | Status::Unsupported)
}

/// Looks at one rule.
pub(super) fn examine(
    subject: &Subject<'_>,
    copies: &Copies,
    at: RuleIndex,
    findings: &mut Vec<Finding>,
) {
    let Some(rule) = subject.intake.rules.get(at as usize) else { return };
    let mut found = |severity, code, message: String, hint: &str| {
        let diagnostic = Diagnostic::new(severity, code, &rule.path, message);
        findings.push(Finding::new(at, diagnostic.at(rule.line, None).hint(hint)));
    };
    if let Some((severity, code, message, hint)) = without_technique(rule) {
        found(severity, code, message.to_owned(), hint);
    }
    let most = match rule.format {
        Format::Sigma => MOST_TECHNIQUES_SIGMA,
        _ => MOST_TECHNIQUES,
    };
    let techniques = subject.techniques(at);
    let count = most_specific(subject.catalogue, techniques);
    if count > most {
        found(
            Severity::Note,
            Code::TagTooMany,
            format!("the rule names {count} techniques; 99 of 100 rules name {most} or fewer"),
            "keep those that a match of this rule really shows",
        );
    }
    if let Some(first) = copies.get(&at).and_then(|first| subject.intake.rules.get(*first as usize))
    {
        found(
            Severity::Warning,
            Code::DuplicateBody,
            format!("detects exactly what {}:{} detects", first.path, first.line),
            "remove one of the two, or say in which they differ",
        );
    }
    if rule.is_damaged {
        found(
            Severity::Warning,
            Code::Damaged,
            "the rule's text is broken in a part that is not its tags".to_owned(),
            "correct the text; most tools will not load the rule",
        );
    }
    missing_fields(rule, &mut found);
    if let Some(day) = changed(rule)
        && !is_retired(rule)
        && day < subject.today.years_before(STALE_AFTER_YEARS)
    {
        found(
            Severity::Note,
            Code::Stale,
            format!("last changed on {day}, more than {STALE_AFTER_YEARS} years ago"),
            "check that it still detects what it is for",
        );
    }
    mentions(subject, rule, at, techniques, findings);
}

/// A rule of a format that can name techniques, and does not.
fn without_technique(rule: &Rule) -> Option<(Severity, Code, &'static str, &'static str)> {
    if !rule.format.names_techniques() {
        return None;
    }
    let (mut tactics, mut actors) = (false, false);
    for claim in rule.tags.iter().flat_map(|tag| &tag.claims) {
        match claim {
            // What is unreadable is told at its tag.
            Claim::Technique(_) | Claim::Malformed(_) => return None,
            Claim::Tactic(_) | Claim::TacticId(_) => tactics = true,
            Claim::Group(_) | Claim::Software(_) => actors = true,
            Claim::Car(_) | Claim::Cve(_) | Claim::Other => {}
        }
    }
    let hint = "name the technique that a match of this rule shows";
    Some(if tactics {
        (Severity::Note, Code::TacticOnly, "the rule names tactics and no technique", hint)
    } else if actors {
        let message = "the rule names groups or software and no technique";
        (Severity::Warning, Code::GroupOnly, message, hint)
    } else {
        (Severity::Warning, Code::TagNone, "the rule has no ATT&CK tag", hint)
    })
}

/// Techniques without those that stand beside a sub-technique of theirs. Both are sorted, so
/// that sub-techniques follow their technique.
fn most_specific(catalogue: &Catalogue, techniques: &[TechniqueIndex]) -> usize {
    let parent = |index: &TechniqueIndex| catalogue.technique(*index).parent;
    let nexts = techniques.iter().skip(1).map(Some).chain([None]);
    let is_parent = |at: &TechniqueIndex, next: Option<&TechniqueIndex>| {
        next.is_some_and(|next| parent(next) == Some(*at))
    };
    techniques.iter().zip(nexts).filter(|(at, next)| !is_parent(at, *next)).count()
}

/// Fields that rules of the format have: always (Sigma's three, the level of alerts that need
/// one) or by the custom of its public rule set (Splunk's status and date, CAR's date).
fn missing_fields(rule: &Rule, found: &mut impl FnMut(Severity, Code, String, &str)) {
    let is_detection = rule.kind != RuleKind::Hunt;
    let has_level = match rule.format {
        Format::Sigma | Format::Panther | Format::Falco | Format::Wazuh => true,
        Format::Elastic | Format::Sentinel => is_detection,
        _ => false,
    };
    let has_status = matches!(rule.format, Format::Sigma | Format::Splunk);
    let has_date = matches!(rule.format, Format::Sigma | Format::Splunk | Format::Car);
    if has_level && rule.level.text.is_empty() {
        let hint = "say how severe a match is";
        found(Severity::Note, Code::NoLevel, "the rule states no level".to_owned(), hint);
    }
    if has_status && rule.status.text.is_empty() {
        let hint = "say how mature it is";
        found(Severity::Note, Code::NoStatus, "the rule states no status".to_owned(), hint);
    }
    if has_date && changed(rule).is_none() {
        let hint = "say when it was written or changed, as YYYY-MM-DD";
        found(Severity::Note, Code::NoDate, "the rule has no readable date".to_owned(), hint);
    }
}

/// Techniques that stand only in the text.
fn mentions(
    subject: &Subject<'_>,
    rule: &Rule,
    at: RuleIndex,
    techniques: &[TechniqueIndex],
    findings: &mut Vec<Finding>,
) {
    let catalogue = subject.catalogue;
    for mention in rule.mentions.iter().take(MAX_RULE_FINDINGS) {
        let Some(Claim::Technique(id)) = mention.claims.first() else { continue };
        let (Resolution::Live(index) | Resolution::Revoked(index)) = catalogue.resolve(*id) else {
            continue;
        };
        // A technique whose sub-technique is tagged adds nothing.
        let is_told = |known: &TechniqueIndex| {
            *known == index || catalogue.technique(*known).parent == Some(index)
        };
        if techniques.iter().any(is_told) {
            continue;
        }
        let technique = catalogue.technique(index);
        let message = format!("the text names {}, the tags do not", mention.written);
        let hint = format!("tag {} ({}) if the rule detects it", technique.id, technique.name);
        findings.push(Finding::new(
            at,
            Diagnostic::new(Severity::Note, Code::TagMention, &rule.path, message)
                .at(mention.line, Some(mention.column))
                .hint(hint),
        ));
    }
}
