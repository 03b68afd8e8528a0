//! The report as Markdown, as GitHub and GitLab have it.

use super::words::{LONGEST_NOTE, words};
use super::{Cell, Column, Report, Section};
use crate::export::diff::escaped;
use crate::heatmap::wording::{of, percent, plain_up_to};

/// Writes it. No markup of a stranger's gets through.
pub fn write(report: &Report) -> String {
    let mut out = format!("# {}\n", plain(&report.title));
    for line in &report.said {
        out.push_str(&format!("\n{}\n", plain(line)));
    }
    out.push('\n');
    for (what, text) in report.about() {
        out.push_str(&format!("- **{}**: {}\n", plain(&what), plain(&text)));
    }
    out.push_str("\n| What | Number | Percent | What is counted |\n|---|---:|---:|---|\n");
    for figure in &report.figures {
        let part = usize::try_from(figure.part).unwrap_or(usize::MAX);
        let whole = figure.whole.map(|whole| usize::try_from(whole).unwrap_or(usize::MAX));
        let number = whole.map_or_else(|| part.to_string(), |whole| of(part, whole));
        let share = whole.map(|whole| percent(part, whole)).unwrap_or_default();
        let (label, sentence) = (plain(&figure.label), plain(&figure.sentence));
        out.push_str(&format!("| {label} | {number} | {share} | {sentence} |\n"));
    }
    for section in &report.sections {
        table(&mut out, section);
    }
    out.push_str(&format!("\n{}\n", plain(&report.notice)));
    out
}

fn table(out: &mut String, section: &Section) {
    out.push_str(&format!("\n## {}\n", section.key.heading()));
    for note in &section.notes {
        out.push_str(&format!("\n{}\n", plain(note)));
    }
    let shown: Vec<(usize, &Column)> =
        section.columns.iter().enumerate().filter(|(_, column)| !column.is_detail).collect();
    if section.shown().is_empty() {
        return;
    }
    let heads: Vec<String> = shown.iter().map(|(_, column)| plain(&column.name)).collect();
    out.push_str(&format!("\n| {} |\n|", heads.join(" | ")));
    for (_, column) in &shown {
        out.push_str(if column.kind.is_number() { "---:|" } else { "---|" });
    }
    out.push('\n');
    for row in section.shown() {
        out.push('|');
        for (at, column) in &shown {
            let cell = row.get(*at).unwrap_or(&Cell::Empty);
            out.push_str(&format!(" {} |", escaped(&words(cell, column.kind))));
        }
        out.push('\n');
    }
    if let Some(more) = section.more() {
        out.push_str(&format!("\n{more}\n"));
    }
}

fn plain(text: &str) -> String {
    escaped(&plain_up_to(text, LONGEST_NOTE))
}
