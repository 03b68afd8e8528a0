//! Ids that moved: what the tags say against what the catalogue knows, as diagnostics.

use crate::attack::{Catalogue, Resolution, TechniqueId};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};
use crate::rule::{Claim, Format, Intake, Rule, Tag};
use crate::sorted;
use crate::source::Bucket;

/// Ids offered in place of an unknown one; more would be a list to search through.
const MOST_SUGGESTIONS: usize = 3;

/// Everything there is to say about an intake seen against a catalogue: what its import noticed,
/// one error a failed file, and one diagnostic a tag that does not name a live technique.
/// `others` are the catalogues of other domains, to tell a foreign id from an unknown one.
/// Sorted.
pub fn diagnostics(
    catalogue: &Catalogue,
    others: &[&Catalogue],
    intake: &Intake,
) -> Vec<Diagnostic> {
    at_once(diagnostics_paced(catalogue, others, intake, &Unpaced))
}

/// [`diagnostics`] in pieces.
pub async fn diagnostics_paced(
    catalogue: &Catalogue,
    others: &[&Catalogue],
    intake: &Intake,
    pace: &impl Pace,
) -> Vec<Diagnostic> {
    let mut all = intake.diagnostics.clone();
    let failed =
        intake.report.outcomes.iter().filter(|o| matches!(o.bucket, Bucket::Failed { .. }));
    all.extend(failed.filter_map(|outcome| outcome.diagnostic()));
    for (at, rule) in intake.rules.iter().enumerate() {
        if at.is_multiple_of(PAUSE_EVERY) {
            pace.pause().await;
        }
        for tag in &rule.tags {
            for claim in &tag.claims {
                all.extend(diagnose(catalogue, others, rule, tag, claim));
            }
        }
    }
    sorted::sort(&mut all);
    all
}

/// What there is to say about one thing a tag claims; nothing if it names a live technique or
/// no technique at all.
pub fn diagnose(
    catalogue: &Catalogue,
    others: &[&Catalogue],
    rule: &Rule,
    tag: &Tag,
    claim: &Claim,
) -> Option<Diagnostic> {
    let release = format_args!("{} {}", catalogue.domain.name(), catalogue.version);
    let at = |severity, code, message: String| {
        Diagnostic::new(severity, code, &rule.path, message).at(tag.line, Some(tag.column))
    };
    match claim {
        Claim::Malformed(text) => Some(
            at(
                Severity::Warning,
                Code::TagMalformed,
                format!("tag '{}': '{text}' names no ATT&CK object", tag.written),
            )
            .hint("write attack.t1059.001 for a technique, attack.execution for a tactic"),
        ),
        Claim::Technique(id) => match catalogue.resolve(*id) {
            Resolution::Live(_) => None,
            Resolution::Revoked(index) => {
                let successor = catalogue.technique(index);
                Some(
                    at(
                        Severity::Note,
                        Code::TagRevoked,
                        format!(
                            "'{}': {id} is revoked in {release}; counted on {} {}",
                            tag.written, successor.id, successor.name
                        ),
                    )
                    .hint(format!("write {}", spelt(rule.format, successor.id))),
                )
            }
            Resolution::Deprecated => Some(
                at(
                    Severity::Warning,
                    Code::TagDeprecated,
                    format!(
                        "'{}': {id} is deprecated in {release} and has no successor; not counted",
                        tag.written
                    ),
                )
                .hint("choose a live technique for this rule"),
            ),
            Resolution::Unknown => {
                let home =
                    others.iter().find(|other| !matches!(other.resolve(*id), Resolution::Unknown));
                Some(match home {
                    Some(home) => at(
                        Severity::Note,
                        Code::TagOtherDomain,
                        format!(
                            "'{}': {id} belongs to {}, not to {release}; not counted here",
                            tag.written,
                            home.domain.name()
                        ),
                    )
                    .hint("switch the domain to see it"),
                    None => at(
                        Severity::Warning,
                        Code::TagUnknown,
                        format!("'{}': {release} has no {id}; not counted", tag.written),
                    )
                    .hint(instead_of(catalogue, rule.format, *id)),
                })
            }
        },
        _ => None,
    }
}

/// An id as the rules of a format write it.
fn spelt(format: Format, id: TechniqueId) -> String {
    match format {
        Format::Sigma => format!("attack.{id}").to_ascii_lowercase(),
        _ => id.to_string(),
    }
}

/// What may have been meant by an id that nobody knows.
fn instead_of(catalogue: &Catalogue, format: Format, id: TechniqueId) -> String {
    let near = catalogue.near(id, MOST_SUGGESTIONS);
    let named = |index| {
        let technique = catalogue.technique(index);
        format!("{} ({})", spelt(format, technique.id), technique.name)
    };
    match near.first() {
        Some(first) if Some(catalogue.technique(*first).id) == id.parent() => {
            format!("write {} or one of its sub-techniques", named(*first))
        }
        Some(_) => {
            let near: Vec<String> = near.into_iter().map(named).collect();
            format!("if a digit is wrong: {}", near.join(", "))
        }
        None => "correct the id, or load the ATT&CK release that has it".to_owned(),
    }
}
