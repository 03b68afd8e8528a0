//! Every rule, and what is wrong with rules.

use super::build::{ids, most};
use super::{Cell, Column, Kind, Section, SectionKey};
use crate::export::csv::{counted, spelling};
use crate::export::report_json::ReportOf;
use crate::export::severity;
use crate::lint::{Change, Finding, Fix, Lint};
use crate::pace::{PAUSE_EVERY, PAUSE_EVERY_ROWS, Pace};
use crate::rule::{Rule, RuleIndex, RuleKind};

pub(super) async fn rules(of: &ReportOf<'_>, all_rows: bool, pace: &impl Pace) -> Section {
    let columns = [
        Column::of("Title", Kind::Text),
        Column::detail("Id", Kind::Text),
        Column::of("Format", Kind::Word),
        Column::detail("Kind", Kind::Word),
        Column::of("Level", Kind::Word),
        Column::of("Status", Kind::Word),
        Column::of("Techniques", Kind::List),
        Column::of("Log source", Kind::Text),
        Column::of("Date", Kind::Date),
        Column::detail("Modified", Kind::Date),
        Column::of("Counted", Kind::Text),
        Column::detail("Enabled", Kind::Word),
        Column::of("File", Kind::Path),
        Column::detail("Line", Kind::Integer),
    ];
    let row = |(at, rule): (RuleIndex, &Rule)| {
        let claims = of.coverage.claims.techniques.get(at as usize);
        let log_source = match rule.log_source.is_empty() {
            true => Cell::Empty,
            false => Cell::text(rule.log_source.to_string()),
        };
        let kind = match rule.kind {
            RuleKind::Detection => "detection",
            RuleKind::Correlation => "correlation",
            RuleKind::Hunt => "hunt",
        };
        let level = spelling(&rule.level, rule.level.value.map(|level| level.as_str()));
        let status = spelling(&rule.status, rule.status.value.map(|status| status.as_str()));
        vec![
            Cell::text(rule.title.clone()),
            rule.id.clone().map_or(Cell::Empty, Cell::text),
            Cell::text(rule.format.name()),
            Cell::text(kind),
            Cell::text(level.to_owned()),
            Cell::text(status.to_owned()),
            ids(of, claims.into_iter().flatten().copied()),
            log_source,
            Cell::date(rule.date),
            Cell::date(rule.modified),
            Cell::text(counted(of.coverage, of.intake, at)),
            Cell::text(if rule.enabled { "yes" } else { "no" }),
            Cell::text(rule.path.clone()),
            Cell::Integer(rule.line.into()),
        ]
    };
    let rules = (0..).zip(of.intake.rules.iter().map(|rule| &**rule));
    let rules = rules.take(most(SectionKey::Rules, all_rows));
    let note = format!(
        "{} rules by file, copies and those that do not count included; techniques are those a rule counts on, after revoked ids are followed.",
        of.intake.rules.len()
    );
    let section = Section::new(SectionKey::Rules, note, &columns);
    let rows = in_pieces(rules, row, pace).await;
    Section { rows, total: of.intake.rules.len(), ..section }
}

pub(super) async fn diagnostics(
    of: &ReportOf<'_>,
    lint: &Lint,
    all_rows: bool,
    pace: &impl Pace,
) -> Section {
    let columns = [
        Column::of("Severity", Kind::Word),
        Column::of("Code", Kind::Word),
        Column::of("Rule", Kind::Text),
        Column::detail("Rule id", Kind::Text),
        Column::of("File", Kind::Path),
        Column::of("Line", Kind::Integer),
        Column::detail("Column", Kind::Integer),
        Column::of("What", Kind::Text),
        Column::of("What to do", Kind::Text),
        Column::detail("Correction", Kind::Text),
    ];
    let row = |finding: &Finding| {
        let d = &finding.diagnostic;
        let rule = finding.rule.and_then(|at| of.intake.rules.get(at as usize));
        let number = |number: Option<u32>| number.map_or(Cell::Empty, |n| Cell::Integer(n.into()));
        vec![
            Cell::text(severity(d.severity)),
            Cell::text(d.code.as_str()),
            rule.map_or(Cell::Empty, |rule| Cell::text(rule.title.clone())),
            rule.map_or(Cell::Empty, |rule| Cell::text(rule.name())),
            Cell::text(d.path.clone()),
            number(d.line),
            number(d.line.and(d.column)),
            Cell::text(d.message.clone()),
            Cell::text(d.hint.clone()),
            finding.fix.as_ref().map_or(Cell::Empty, |fix| Cell::text(correction(fix))),
        ]
    };
    let findings = lint.findings.iter().take(most(SectionKey::Diagnostics, all_rows));
    let mut fixes = 0;
    for some in lint.findings.chunks(PAUSE_EVERY_ROWS) {
        fixes += some.iter().filter(|finding| finding.fix.is_some()).count();
        pace.pause().await;
    }
    let note = format!(
        "{} findings of the tag doctor and the import in {} rules; {fixes} can be put right by itself (coverlay lint --patch).",
        lint.findings.len(),
        of.intake.rules.len()
    );
    let section = Section::new(SectionKey::Diagnostics, note, &columns);
    let rows = in_pieces(findings, row, pace).await;
    Section { rows, total: lint.findings.len(), ..section }
}

/// `attack.t1086 → attack.t1059.001`
fn correction(fix: &Fix) -> String {
    match &fix.change {
        Change::Replace(tags) if tags.is_empty() => format!("without {}", fix.written),
        Change::Replace(tags) => format!("{} → {}", fix.written, tags.join(", ")),
        Change::Before(tags) => format!("before {}: {}", fix.written, tags.join(", ")),
        Change::After(tags) => format!("after {}: {}", fix.written, tags.join(", ")),
    }
}

/// A row of each.
pub(super) async fn in_pieces<T>(
    items: impl Iterator<Item = T>,
    row: impl Fn(T) -> Vec<Cell>,
    pace: &impl Pace,
) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for item in items {
        if rows.len() % PAUSE_EVERY == PAUSE_EVERY - 1 {
            pace.pause().await;
        }
        rows.push(row(item));
    }
    rows
}
