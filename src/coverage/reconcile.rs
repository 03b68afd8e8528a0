//! Ids that moved: what the tags say against what the catalogue knows, as diagnostics.

use crate::attack::{Catalogue, Resolution};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::rule::{Claim, Intake, Tag};
use crate::sorted;
use crate::source::Bucket;

/// Everything there is to say about an intake seen against a catalogue: what its import noticed,
/// one error a failed file, and [`reconcile`]'s findings. Sorted.
pub fn diagnostics(
    catalogue: &Catalogue,
    others: &[&Catalogue],
    intake: &Intake,
) -> Vec<Diagnostic> {
    let failed = intake.report.outcomes.iter().filter_map(|outcome| match &outcome.bucket {
        Bucket::Failed { code, line, column, reason, remedy } => Some(Diagnostic {
            path: outcome.path.clone(),
            line: *line,
            column: *column,
            severity: Severity::Error,
            code: *code,
            message: reason.clone(),
            hint: remedy.clone(),
        }),
        Bucket::Read { .. } | Bucket::Skipped { .. } => None,
    });
    let mut all: Vec<_> = intake.diagnostics.iter().cloned().chain(failed).collect();
    all.extend(reconcile(catalogue, others, intake));
    sorted::sort(&mut all);
    all
}

/// One diagnostic a tag that does not name a live technique of `catalogue`. `others` are the
/// catalogues of other domains, to tell a foreign id from an unknown one.
fn reconcile(catalogue: &Catalogue, others: &[&Catalogue], intake: &Intake) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in &intake.rules {
        for tag in &rule.tags {
            for claim in &tag.claims {
                found.extend(diagnose(catalogue, others, &rule.path, tag, claim));
            }
        }
    }
    found
}

fn diagnose(
    catalogue: &Catalogue,
    others: &[&Catalogue],
    path: &str,
    tag: &Tag,
    claim: &Claim,
) -> Option<Diagnostic> {
    let release = format!("{} {}", catalogue.domain.name(), catalogue.version);
    let at = |severity, code, message: String| {
        Diagnostic::new(severity, code, path, message).at(tag.line, Some(tag.column))
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
                    .hint(format!("write attack.{}", successor.id.to_string().to_ascii_lowercase())),
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
                    .hint("correct the id, or load the ATT&CK release that has it"),
                })
            }
        },
        _ => None,
    }
}
