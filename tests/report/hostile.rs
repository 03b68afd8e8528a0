//! What strangers write stays text, in every file and in every section.

use crate::numbers::parse;
use crate::subject::{Made, rule, text};
use coverlay::export::report::{SectionKey, csv_set, html, markdown};
use std::collections::BTreeSet;

/// Markup, a formula, a link, and what ends a cell.
const MARKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'</style><svg/onload=alert(1)>",
    "=cmd|' /C calc'!A0",
    "[a](javascript:alert(1)) | `b` | <!--",
    "|\u{202e}x\u{2028}\n# y",
];

/// All that HTML may hold: what the writer itself writes.
const TAGS: [&str; 35] = [
    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2",
    "p", "time", "section", "ul", "ol", "li", "span", "b", "dl", "div", "dt", "dd", "nav", "a",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "footer", "svg", "rect",
];

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

/// Every text that comes from a file or a catalogue is one of the marks, with its place before it
/// so that it can be looked for.
pub(crate) fn made() -> Made {
    let mut catalogue = crate::toy::three_tactics();
    catalogue.version = format!("19.2{}", MARKS[0]);
    for (at, tactic) in catalogue.tactics.iter_mut().enumerate() {
        tactic.name = format!("tactic {}", MARKS[at % MARKS.len()]);
    }
    for (at, technique) in catalogue.techniques.iter_mut().enumerate() {
        technique.name = format!("technique {}", MARKS[at % MARKS.len()]);
        technique.platforms = vec![0];
    }
    catalogue.platforms = vec![format!("platform {}", MARKS[1]), format!("more {}", MARKS[2])];
    let mut files = Vec::new();
    for (at, mark) in MARKS.iter().enumerate() {
        let id = u32::try_from(at).expect("few");
        let yaml = |title: &str, product: &str, tags: &str| {
            rule(id, &quoted(title), &quoted(mark), "", tags)
                .replace("product: windows", &format!("product: {}", quoted(product)))
                .replace("status: test", &format!("status: {}", quoted(mark)))
        };
        let tag = quoted(&format!("attack.{mark}"));
        files.push(text(
            &format!("path {}/{at}.yml", mark.replace('/', "∕")),
            &yaml(mark, mark, &format!("attack.t1059, {tag}")),
        ));
        files.push(text(
            &format!("{mark}/{at}b.yml"),
            // An id of its own, so that it is no copy.
            &yaml(&format!("title {mark}"), &format!("source {mark}"), "attack.t1003.001")
                .replace("00000000-0000", "00000001-0000"),
        ));
        files.push(text(&format!("broken {mark}.yml"), &format!("title: {mark}\ndetection: [\n")));
        files.push(text(&format!("notes {mark}.txt"), mark));
    }
    let mut alerts = String::from("timestamp,rule,technique,host\n");
    for mark in MARKS {
        let cell = format!("\"{}\"", mark.replace('"', "\"\""));
        alerts.push_str(&format!("2026-11-20T10:00:30Z,{cell},T1059,{cell}\n"));
    }
    files.push(text("alerts <b>x</b>.csv", &alerts));
    Made::of(catalogue, files)
}

#[test]
fn every_section_is_there() {
    let report = made().report(true);
    let there: Vec<SectionKey> = report.sections.iter().map(|section| section.key).collect();
    assert_eq!(there, SectionKey::ALL, "each once, in the order of the document");
    for section in &report.sections {
        assert!(!section.rows.is_empty(), "{:?}", section.key);
    }
}

#[test]
fn html_has_only_its_own_tags() {
    let page = html::write(&made().report(true), None);
    let body = page.split_once("</style>").expect("a style").1;
    let known: BTreeSet<&str> = TAGS.into_iter().collect();
    let mut seen = BTreeSet::new();
    for part in body.split('<').skip(1) {
        let name: String =
            part.chars().take_while(|c| !c.is_whitespace() && *c != '>' && *c != '/').collect();
        let name = if name.is_empty() { part.trim_start_matches('/') } else { &name };
        let name = name.split(['>', '/', ' ']).next().unwrap_or_default();
        assert!(known.contains(name), "<{name} in {}", &part[..part.len().min(80)]);
        seen.insert(name.to_owned());
        // In attributes of ours there is nothing of theirs but what is quoted.
        let tag = part.split('>').next().unwrap_or_default();
        assert!(!tag.contains("onerror") && !tag.contains("javascript"), "{tag}");
    }
    assert!(seen.contains("td") && seen.contains("svg"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{2028}'));
    // Nothing is fetched, whatever it is called.
    for address in ["src=\"", "href=\"h", "url(", "@import"] {
        assert!(!body.contains(address), "{address}");
    }
}

/// A table's rows all have the cells of its head, and there is no tag.
#[test]
fn markdown_stays_a_table() {
    let page = markdown::write(&made().report(true));
    assert!(!page.contains('<'), "{:?}", page.split('<').nth(1).map(|rest| &rest[..60]));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{2028}'));
    let mut width = 0;
    for line in page.lines() {
        if !line.starts_with('|') {
            assert!(!line.starts_with("# y"), "a heading of a stranger's");
            width = 0;
            continue;
        }
        let mut bars = 0;
        let mut escaped = false;
        for character in line.chars() {
            match character {
                '\\' => escaped = !escaped,
                '|' if !escaped => bars += 1,
                _ => escaped = false,
            }
        }
        if width == 0 {
            width = bars;
        }
        assert_eq!(bars, width, "{line}");
        // No link and no code: each of these is escaped.
        let bare = line.replace("\\[", "").replace("\\`", "").replace("\\*", "");
        assert!(!bare.contains(['[', '`', '*']), "{line}");
    }
}

#[test]
fn no_cell_of_the_csv_files_is_a_formula() {
    let mut marked = 0;
    for (name, bytes) in csv_set::files(&made().report(true)) {
        for row in parse(&String::from_utf8(bytes).expect("UTF-8")) {
            for cell in row {
                let is_number = cell.parse::<f64>().is_ok();
                assert!(!cell.starts_with(['=', '+', '-', '@']) || is_number, "{name}: {cell}");
                marked += usize::from(cell.starts_with("'="));
            }
        }
    }
    assert!(marked > 3, "{marked}");
}
