//! A ledger as bytes: another tool's number beside ours, and the ids that make the difference.

use super::csv::push_cell;
use super::diff::escaped as markdown_text;
use super::report_numbers::rounded;
use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::coverage::convention::{Covers, Ledger, Mark, Reason, ReasonTotal};
use crate::heatmap::wording::plain;
use crate::rule::{Intake, RuleIndex};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Rules named in a line of the Markdown table; the other formats name all.
const MOST_RULES: usize = 3;

#[derive(Serialize)]
struct Document<'a> {
    coverlay: &'static str,
    attack: Attack<'a>,
    reconcile: Reconcile<'a>,
}

#[derive(Serialize)]
struct Attack<'a> {
    domain: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Reconcile<'a> {
    convention: &'static str,
    label: &'static str,
    source: &'static str,
    sentence: &'static str,
    summary: String,
    headline: Fraction,
    ours: Ours,
    theirs: Theirs,
    reasons: Vec<ReasonRow>,
    lines: Vec<LineRow<'a>>,
    values: Vec<ValueRow>,
    tactics: Vec<TacticRow<'a>>,
    beside: &'a BTreeMap<String, u32>,
    gradient_top: Option<u32>,
    left_out: Vec<LeftOut>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Fraction {
    covered: usize,
    total: usize,
    percent: f64,
}

#[derive(Serialize)]
struct Ours {
    covered: usize,
    via_subtechnique: usize,
    total: usize,
    percent: f64,
}

/// Without a total and a percentage where the tool prints none.
#[derive(Serialize)]
struct Theirs {
    covered: usize,
    partial: usize,
    total: Option<usize>,
    percent: Option<f64>,
}

#[derive(Serialize)]
struct ReasonRow {
    reason: &'static str,
    sentence: &'static str,
    lines: usize,
    covered: i32,
    partial: i32,
    rules_more: i64,
}

#[derive(Serialize)]
struct LineRow<'a> {
    id: &'a str,
    name: &'a str,
    reason: &'static str,
    covered: i32,
    partial: i32,
    rules_more: i64,
    rules: Vec<String>,
}

#[derive(Serialize)]
struct ValueRow {
    id: String,
    value: i32,
    #[serde(skip_serializing_if = "str::is_empty")]
    state: &'static str,
}

#[derive(Serialize)]
struct TacticRow<'a> {
    shortname: &'a str,
    covered: usize,
    partial: usize,
    total: Option<usize>,
}

#[derive(Serialize)]
struct LeftOut {
    reason: &'static str,
    rules: usize,
}

/// The ledger as indented JSON with a final newline: the head of the report, then `reconcile`.
pub fn json(
    catalogue: &Catalogue,
    coverage: &Coverage,
    intake: &Intake,
    ledger: &Ledger,
) -> Vec<u8> {
    let (tally, convention) = (&ledger.tally, ledger.convention);
    let lines = ledger.lines.iter().map(|line| LineRow {
        id: &line.id,
        name: name_of(catalogue, &line.id),
        reason: line.reason.as_str(),
        covered: line.covered,
        partial: line.partly,
        rules_more: line.rules_more,
        rules: names(intake, &line.rules),
    });
    let summary = &coverage.summary;
    let document = Document {
        coverlay: env!("CARGO_PKG_VERSION"),
        attack: Attack { domain: catalogue.domain.as_str(), version: &catalogue.version },
        reconcile: Reconcile {
            convention: convention.name(),
            label: convention.label(),
            source: convention.source(),
            sentence: convention.sentence(),
            summary: ledger.sentence(),
            headline: Fraction {
                covered: summary.techniques_covered,
                total: summary.techniques_total,
                percent: rounded(summary.percent_techniques()),
            },
            ours: Ours {
                covered: ledger.ours.covered,
                via_subtechnique: ledger.ours.partly,
                total: ledger.ours.total,
                percent: rounded(ledger.ours.percent()),
            },
            theirs: Theirs {
                covered: ledger.theirs.covered,
                partial: ledger.theirs.partly,
                total: ledger.printed.map(|ratio| ratio.total),
                percent: ledger.printed.map(|ratio| rounded(ratio.percent())),
            },
            reasons: reasons(ledger),
            lines: lines.collect(),
            values: values(catalogue, ledger),
            tactics: tally
                .tactics
                .iter()
                .map(|row| TacticRow {
                    shortname: &row.shortname,
                    covered: row.covered,
                    partial: row.partly,
                    total: row.total,
                })
                .collect(),
            beside: &tally.beside,
            gradient_top: tally.gradient_top,
            left_out: tally
                .left_out
                .iter()
                .map(|(reason, rules)| LeftOut { reason: reason.as_str(), rules: rules.len() })
                .collect(),
            notes: &tally.notes,
        },
    };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("plain structs always serialise");
    bytes.push(b'\n');
    bytes
}

fn reasons(ledger: &Ledger) -> Vec<ReasonRow> {
    let rows = ledger.reasons.iter().map(|(reason, total)| ReasonRow {
        reason: reason.as_str(),
        sentence: reason.sentence(),
        lines: total.lines,
        covered: total.covered,
        partial: total.partly,
        rules_more: total.rules_more,
    });
    rows.collect()
}

/// The tool's own values, strangers last; what it calls uncovered is not listed.
fn values(catalogue: &Catalogue, ledger: &Ledger) -> Vec<ValueRow> {
    let marks = catalogue.techniques.iter().zip(&ledger.tally.marks);
    let known =
        marks.filter_map(|(technique, mark)| Some((technique.id.to_string(), mark.as_ref()?)));
    let strangers = ledger.tally.strangers.iter().map(|(id, mark)| (id.clone(), mark));
    let is_said = |mark: &Mark| mark.covers != Covers::Not;
    known
        .chain(strangers)
        .filter(|(_, mark)| is_said(mark))
        .map(|(id, mark)| ValueRow { id, value: mark.value, state: mark.state })
        .collect()
}

fn names(intake: &Intake, rules: &[RuleIndex]) -> Vec<String> {
    let rules = rules.iter().filter_map(|rule| intake.rules.get(*rule as usize));
    rules.map(|rule| rule.name()).collect()
}

/// Empty for an id that the catalogue does not have.
fn name_of<'a>(catalogue: &'a Catalogue, id: &str) -> &'a str {
    let index = id.parse().ok().and_then(|id| catalogue.find(id));
    index.map_or("", |index| &catalogue.technique(index).name)
}

/// The columns of [`csv`].
pub const COLUMNS: [&str; 8] =
    ["id", "name", "reason", "covered", "partial", "rules_more", "rules", "why"];

/// One row a line of the ledger, RFC 4180 with `\n` line ends. `rules` are joined by `; `.
pub fn csv(catalogue: &Catalogue, intake: &Intake, ledger: &Ledger) -> String {
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for line in &ledger.lines {
        push_cell(&mut csv, &line.id);
        csv.push(',');
        push_cell(&mut csv, name_of(catalogue, &line.id));
        // Numbers are no text: a minus is no formula.
        let _ = write!(
            csv,
            ",{},{},{},{},",
            line.reason.as_str(),
            line.covered,
            line.partly,
            line.rules_more
        );
        push_cell(&mut csv, &names(intake, &line.rules).join("; "));
        csv.push(',');
        push_cell(&mut csv, line.reason.sentence());
        csv.push('\n');
    }
    csv
}

/// Both numbers, the reasons, and the ids reason by reason, for a pull request or a wiki.
pub fn markdown(catalogue: &Catalogue, intake: &Intake, ledger: &Ledger) -> String {
    let convention = ledger.convention;
    let mut out = format!(
        "## Coverlay and {}\n\n{}\n\n{}\n\nSource: {}\n\n",
        convention.label(),
        escaped(&ledger.sentence()),
        escaped(convention.sentence()),
        escaped(convention.source())
    );
    out.push_str("| | Ids |\n|---|---|\n");
    let _ = writeln!(out, "| Coverlay: named by a rule | {} |", ledger.ours.covered);
    let moves = |(_, total): &(&Reason, &ReasonTotal)| total.covered != 0;
    for (reason, total) in ledger.reasons.iter().filter(moves) {
        let _ = writeln!(out, "| {} | {:+} |", escaped(reason.sentence()), total.covered);
    }
    let _ = writeln!(out, "| {} | {} |", convention.label(), ledger.theirs.covered);
    for (reason, total) in &ledger.reasons {
        let _ = write!(
            out,
            "\n### {} ({})\n\n{}\n\n",
            reason.as_str().replace('_', " "),
            total.lines,
            escaped(reason.sentence())
        );
        push_lines(&mut out, catalogue, intake, ledger, *reason);
    }
    if !ledger.tally.notes.is_empty() {
        out.push_str("\n### Notes\n\n");
        for note in &ledger.tally.notes {
            let _ = writeln!(out, "- {}", escaped(note));
        }
    }
    out
}

fn push_lines(
    out: &mut String,
    catalogue: &Catalogue,
    intake: &Intake,
    ledger: &Ledger,
    reason: Reason,
) {
    out.push_str("| Technique | Covered | In part | Rules | |\n|---|---|---|---|---|\n");
    for line in ledger.lines.iter().filter(|line| line.reason == reason) {
        let shown = line.rules.iter().take(MOST_RULES);
        let titles = shown.filter_map(|rule| intake.rules.get(*rule as usize));
        let mut rules = titles.map(|rule| escaped(&rule.title)).collect::<Vec<_>>().join(", ");
        if line.rules.len() > MOST_RULES {
            let _ = write!(rules, " and {} more", line.rules.len() - MOST_RULES);
        }
        let _ = writeln!(
            out,
            "| {} {} | {:+} | {:+} | {:+} | {rules} |",
            escaped(&line.id),
            escaped(name_of(catalogue, &line.id)),
            line.covered,
            line.partly,
            line.rules_more
        );
    }
}

/// Text of strangers as text in Markdown: on one line, no markup, no cell of its own.
fn escaped(text: &str) -> String {
    markdown_text(&plain(text))
}
