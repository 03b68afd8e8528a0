//! The findings of the tag doctor as JSON. Its keys are stable; scripts read them.

use crate::lint::{Fix, Lint, Subject};
use serde::Serialize;

#[derive(Serialize)]
struct Report<'a> {
    coverlay: &'static str,
    attack: Attack<'a>,
    today: String,
    rules: usize,
    counts: Vec<CodeReport>,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct Attack<'a> {
    domain: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct CodeReport {
    code: String,
    heading: &'static str,
    findings: usize,
    rules: usize,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    severity: &'static str,
    code: String,
    message: &'a str,
    hint: &'a str,
    /// As in the report's `rule_ids`.
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a Fix>,
}

/// The findings as indented JSON with a final newline.
pub fn write(subject: &Subject<'_>, lint: &Lint) -> Vec<u8> {
    let counts = lint.counts.iter().map(|(code, count)| CodeReport {
        code: code.as_str(),
        heading: code.heading(),
        findings: count.findings,
        rules: count.rules,
    });
    let findings = lint.findings.iter().map(|finding| {
        let d = &finding.diagnostic;
        let rule = finding.rule.and_then(|at| subject.intake.rules.get(at as usize));
        FindingReport {
            path: &d.path,
            line: d.line,
            column: d.column,
            severity: super::severity(d.severity),
            code: d.code.as_str(),
            message: &d.message,
            hint: &d.hint,
            rule: rule.map(|rule| rule.name()),
            fix: finding.fix.as_ref(),
        }
    });
    let report = Report {
        coverlay: env!("CARGO_PKG_VERSION"),
        attack: Attack {
            domain: subject.catalogue.domain.as_str(),
            version: &subject.catalogue.version,
        },
        today: subject.today.to_string(),
        rules: subject.intake.rules.len(),
        counts: counts.collect(),
        findings: findings.collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&report).expect("plain structs always serialise");
    bytes.push(b'\n');
    bytes
}
