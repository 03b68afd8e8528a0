//! The report as one page of HTML: no script, no address outside, light and dark by what the reader
//! prefers, and made to be printed. What stands in it comes from strangers (a log source, the names
//! of somebody's own matrix, a path): no markup of theirs gets through.

use super::words::{LONGEST_NOTE, part_words, words};
use super::{Cell, Column, Figure, Kind, Report, Section, percent};
use crate::heatmap::wording::{grouped, percent as percent_words, plain_up_to};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

const STYLE: &str = include_str!("report.css");

/// The matrix, drawn by `export::svg`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictures {
    /// For paper and light screens.
    pub light: String,
    /// For dark screens; the light one if empty.
    pub dark: String,
}

/// Writes it. `pictures` must be from `export::svg`: they are taken as they are.
pub fn write(report: &Report, pictures: Option<&Pictures>) -> String {
    let mut out = String::with_capacity(1 << 16);
    // Writing to a string cannot fail.
    let _ = write_page(&mut out, report, pictures);
    out
}

fn write_page(out: &mut String, report: &Report, pictures: Option<&Pictures>) -> std::fmt::Result {
    let title = escaped(&report.title);
    let coverlay = report.versions.first().map(|(_, version)| version.as_str()).unwrap_or_default();
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; font-src data:\">\n<meta name=\"generator\" content=\"Coverlay {}\">",
        escaped(coverlay)
    )?;
    writeln!(out, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>")?;
    writeln!(out, "<header>\n<h1>{title}</h1>")?;
    writeln!(
        out,
        "<p class=\"muted\"><time datetime=\"{0}\">{0}</time> · Coverlay {1}</p>",
        report.date,
        escaped(coverlay)
    )?;
    for line in &report.said {
        writeln!(out, "<p>{}</p>", escaped(line))?;
    }
    writeln!(out, "</header>")?;
    writeln!(out, "<section aria-label=\"In short\">\n<ul class=\"figures\">")?;
    for figure in &report.figures {
        write_figure(out, figure)?;
    }
    writeln!(out, "</ul>\n</section>")?;
    writeln!(out, "<section id=\"counting\">\n<h2>How it was counted</h2>\n<dl>")?;
    for (what, text) in report.about() {
        writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(&what), escaped(&text))?;
    }
    writeln!(out, "</dl>\n</section>")?;
    write_contents(out, report, pictures.is_some())?;
    if let Some(pictures) = pictures {
        write_pictures(out, pictures)?;
    }
    for section in &report.sections {
        write_section(out, section)?;
    }
    writeln!(out, "</main>\n<footer><p>{}</p></footer>", escaped(&report.notice))?;
    writeln!(out, "</body>\n</html>")
}

fn write_figure(out: &mut String, figure: &Figure) -> std::fmt::Result {
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    write!(out, "<li data-figure=\"{}\"><span class=\"label\">", escaped(&figure.key))?;
    write!(out, "{}</span><span class=\"number\">", escaped(&figure.label))?;
    let part = number(figure.part);
    match figure.whole.map(number) {
        Some(whole) => {
            let said = crate::heatmap::wording::of(part, whole);
            write!(out, "{said} <b>{}</b></span>", percent_words(part, whole))?;
            write_bar(out, percent(figure.part, figure.whole.unwrap_or_default()))?;
        }
        None => write!(out, "<b>{}</b></span>", grouped(part))?,
    }
    writeln!(out, "<span class=\"muted\">{}</span></li>", escaped(&figure.sentence))
}

fn write_contents(out: &mut String, report: &Report, has_picture: bool) -> std::fmt::Result {
    writeln!(out, "<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ol>")?;
    writeln!(out, "<li><a href=\"#counting\">How it was counted</a></li>")?;
    if has_picture {
        writeln!(out, "<li><a href=\"#matrix\">Matrix</a></li>")?;
    }
    for section in &report.sections {
        writeln!(
            out,
            "<li><a href=\"#{}\">{}</a> <span class=\"muted\">{}</span></li>",
            section.key.as_str(),
            section.key.heading(),
            grouped(section.total)
        )?;
    }
    writeln!(
        out,
        "</ol>\n<p class=\"hint muted\">For a PDF, print this page, on A4 or Letter: tables repeat their heads, and no row is cut.</p>\n</nav>"
    )
}

fn write_pictures(out: &mut String, pictures: &Pictures) -> std::fmt::Result {
    writeln!(out, "<section id=\"matrix\" class=\"broad\">\n<h2>Matrix</h2>")?;
    let has_dark = !pictures.dark.is_empty();
    let theme = if has_dark { " light" } else { "" };
    // On narrow screens they are moved sideways, by the keyboard as well.
    let named = "tabindex=\"0\" role=\"group\" aria-label=\"Picture: Matrix\"";
    writeln!(out, "<div class=\"picture{theme}\" {named}>{}</div>", pictures.light.trim_end())?;
    if has_dark {
        writeln!(out, "<div class=\"picture dark\" {named}>{}</div>", pictures.dark.trim_end())?;
    }
    writeln!(out, "</section>")
}

fn write_section(out: &mut String, section: &Section) -> std::fmt::Result {
    let shown: Vec<(usize, &Column)> =
        section.columns.iter().enumerate().filter(|(_, column)| !column.is_detail).collect();
    let (key, heading) = (section.key.as_str(), section.key.heading());
    let broad = if section.key.is_broad() { " class=\"broad\"" } else { "" };
    writeln!(out, "<section id=\"{key}\"{broad}>\n<h2>{heading}</h2>")?;
    for note in &section.notes {
        writeln!(out, "<p>{}</p>", escaped(note))?;
    }
    let rows = section.shown();
    if rows.is_empty() {
        return writeln!(out, "<p class=\"muted\">None.</p>\n</section>");
    }
    writeln!(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table: {heading}\">"
    )?;
    let count = match section.total - rows.len() {
        0 => grouped(rows.len()),
        _ => format!("the first {} of {}", grouped(rows.len()), grouped(section.total)),
    };
    writeln!(out, "<table>\n<caption>{heading}: {count}</caption>\n<thead><tr>")?;
    for (_, column) in &shown {
        let class = if column.kind.is_number() { " class=\"n\"" } else { "" };
        writeln!(out, "<th scope=\"col\"{class}>{}</th>", escaped(&column.name))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in rows {
        out.push_str("<tr>");
        for (place, (at, column)) in shown.iter().enumerate() {
            write_cell(out, row.get(*at).unwrap_or(&Cell::Empty), column.kind, place == 0)?;
        }
        out.push_str("</tr>\n");
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    if let Some(more) = section.more() {
        writeln!(out, "<p class=\"muted\">{more}</p>")?;
    }
    writeln!(out, "</section>")
}

fn write_cell(out: &mut String, cell: &Cell, kind: Kind, is_head: bool) -> std::fmt::Result {
    let class = match kind {
        Kind::Word => " class=\"w\"",
        Kind::Path => " class=\"p\"",
        Kind::Share if !is_head => " class=\"n share\"",
        kind if kind.is_number() => " class=\"n\"",
        _ => "",
    };
    let tag = if is_head { "th" } else { "td" };
    let scope = if is_head { " scope=\"row\"" } else { "" };
    write!(out, "<{tag}{scope}{class}>")?;
    match cell {
        Cell::Share(part, whole) if kind == Kind::Share => {
            let said = percent_words(*part as usize, *whole as usize);
            write!(out, "{} <b>{said}</b>", part_words(*part, *whole))?;
            write_bar(out, percent((*part).into(), (*whole).into()))?;
        }
        cell => out.push_str(&escaped(&words(cell, kind))),
    }
    write!(out, "</{tag}>")
}

/// The share as a line; the numbers stand beside it.
fn write_bar(out: &mut String, percent: f64) -> std::fmt::Result {
    let part = (percent * 10.0).round() / 10.0;
    write!(
        out,
        "<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"all\" width=\"100\" height=\"4\"/><rect class=\"part\" width=\"{part}\" height=\"4\"/></svg>"
    )
}

/// Plain, and no markup, neither between tags nor in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain_up_to(text, LONGEST_NOTE).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
