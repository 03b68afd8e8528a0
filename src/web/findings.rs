//! The import report as groups of one cause each: what the view shows, copies and saves.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::export::csv::no_formula;
use crate::rule::Sighting;
use crate::sorted;
use crate::source::{Bucket, FileOutcome, ImportReport};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which part of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Everything that was noticed, and what was skipped without a note of its own.
    #[default]
    All,
    /// Files that were read.
    Read,
    /// Files that are not for us.
    Skipped,
    /// Files that could not be read.
    Failed,
    /// Everything that was noticed, failures included.
    Notes,
}

impl Part {
    /// As in an address, `?show=failed`; empty for all.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Read => "read",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Notes => "notes",
        }
    }

    /// Reads [`Self::as_str`]; anything else is all.
    pub fn parse(text: &str) -> Self {
        [Self::Read, Self::Skipped, Self::Failed, Self::Notes]
            .into_iter()
            .find(|part| part.as_str() == text)
            .unwrap_or_default()
    }
}

/// How much a group matters; groups are sorted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Something was not read.
    Failed,
    /// Read, but not as the author meant.
    Warning,
    /// Worth knowing.
    Note,
    /// Not for us.
    Skipped,
    /// Seen in a text that is no rule, because someone asked; counts for nothing.
    Seen,
    /// As it should be.
    Read,
}

impl Weight {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Skipped => "skipped",
            Self::Seen => "seen",
            Self::Read => "read",
        }
    }
}

/// One line of a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// As dropped.
    pub path: String,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in characters.
    pub column: Option<u32>,
    /// What is the matter.
    pub message: String,
    /// What to do; may be empty.
    pub remedy: String,
}

impl Finding {
    /// `rules/a.yml:12:5`, as far as it is known.
    pub fn place(&self) -> String {
        let mut place = self.path.clone();
        for number in [self.line, self.column].into_iter().flatten() {
            place.push(':');
            place.push_str(&number.to_string());
        }
        place
    }
}

/// Everything of one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// How much it matters.
    pub weight: Weight,
    /// The cause's stable name, for example `tag/revoked`; empty for files that were read.
    pub code: String,
    /// The cause in words, or what files were read as.
    pub heading: String,
    /// By path and place.
    pub findings: Vec<Finding>,
}

/// Path, first line, ids and heading of what was seen together. Sightings are sorted by path and
/// line.
fn seen(sightings: &[Sighting]) -> Vec<(String, u32, String, String)> {
    let mut lines: Vec<(String, u32, String, String)> = Vec::new();
    for Sighting { path, line, title, technique } in sightings {
        let id = technique.to_string();
        match lines.last_mut() {
            Some((known, _, ids, heading)) if known == path && heading == title => {
                // Short lists: at most all ids of one heading.
                if !ids.split(", ").any(|known| known == id) {
                    ids.push_str(", ");
                    ids.push_str(&id);
                }
            }
            _ => lines.push((path.clone(), *line, id, title.clone())),
        }
    }
    lines
}

/// The groups of a part of the report, what matters most first.
pub fn groups(
    report: &ImportReport,
    diagnostics: &[Diagnostic],
    sightings: &[Sighting],
    part: Part,
) -> Vec<Group> {
    let mut groups: BTreeMap<(Weight, String), Group> = BTreeMap::new();
    let mut add = |weight, code: Option<Code>, heading: &str, finding| {
        let code = code.map(Code::as_str).unwrap_or_default();
        groups
            .entry((weight, if code.is_empty() { heading.to_owned() } else { code.clone() }))
            .or_insert_with(|| Group {
                weight,
                code,
                heading: heading.to_owned(),
                findings: Vec::new(),
            })
            .findings
            .push(finding);
    };
    let noted = sorted::set(diagnostics.iter().map(|noted| (noted.path.as_str(), noted.code)));
    for outcome in &report.outcomes {
        match (&outcome.bucket, part) {
            (Bucket::Skipped { code, .. }, Part::All)
                if noted.contains(&(outcome.path.as_str(), *code)) => {}
            (Bucket::Read { format, rules }, Part::Read) => {
                let message = match rules {
                    0 => "no rules in it".to_owned(),
                    1 => "1 rule".to_owned(),
                    rules => format!("{rules} rules"),
                };
                add(Weight::Read, None, format, finding(outcome, None, None, &message, ""));
            }
            (Bucket::Skipped { code, reason }, Part::All | Part::Skipped) => {
                let finding = finding(outcome, None, None, reason, "");
                add(Weight::Skipped, Some(*code), code.heading(), finding);
            }
            (Bucket::Failed { code, line, column, reason, remedy }, Part::Failed) => {
                let finding = finding(outcome, *line, *column, reason, remedy);
                add(Weight::Failed, Some(*code), code.heading(), finding);
            }
            _ => {}
        }
    }
    if matches!(part, Part::All | Part::Notes) {
        // These hold the failed files too.
        for diagnostic in diagnostics {
            let weight = match diagnostic.severity {
                Severity::Error => Weight::Failed,
                Severity::Warning => Weight::Warning,
                Severity::Note => Weight::Note,
            };
            let finding = Finding {
                path: diagnostic.path.clone(),
                line: diagnostic.line,
                column: diagnostic.column,
                message: diagnostic.message.clone(),
                remedy: diagnostic.hint.clone(),
            };
            add(weight, Some(diagnostic.code), diagnostic.code.heading(), finding);
        }
    }
    if matches!(part, Part::All | Part::Skipped) {
        let heading = "ATT&CK ids seen in texts that are no rules, not counted";
        for (path, line, message, title) in seen(sightings) {
            let title =
                if title.is_empty() { String::new() } else { format!("under “{title}”") };
            let finding = Finding { path, line: Some(line), column: None, message, remedy: title };
            add(Weight::Seen, None, heading, finding);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    for group in &mut groups {
        sorted::sort(&mut group.findings);
    }
    groups
}

fn finding(
    outcome: &FileOutcome,
    line: Option<u32>,
    column: Option<u32>,
    message: &str,
    remedy: &str,
) -> Finding {
    Finding {
        path: outcome.path.clone(),
        line,
        column,
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// Tab-separated lines with a head, for a spreadsheet or a ticket.
pub fn tab_separated(groups: &[Group]) -> String {
    let mut text = "kind\tcause\tpath\tline\tcolumn\tmessage\tremedy\n".to_owned();
    for group in groups {
        for finding in &group.findings {
            let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
            let fields = [
                group.weight.as_str().to_owned(),
                if group.code.is_empty() { group.heading.clone() } else { group.code.clone() },
                no_formula(&finding.path),
                number(finding.line),
                number(finding.column),
                no_formula(&finding.message),
                no_formula(&finding.remedy),
            ];
            text.push_str(&fields.join("\t"));
            text.push('\n');
        }
    }
    text
}

/// The same as JSON.
pub fn json(groups: &[Group]) -> Vec<u8> {
    // Strings and numbers only: this cannot fail.
    serde_json::to_vec_pretty(groups).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn outcome(path: &str, bucket: Bucket) -> Arc<FileOutcome> {
        Arc::new(FileOutcome { path: path.to_owned(), bytes: 1, bucket })
    }

    fn report() -> ImportReport {
        let read = || Bucket::Read { format: "Sigma".to_owned(), rules: 2 };
        let skipped = Bucket::Skipped { code: Code::NotARule, reason: "a picture".to_owned() };
        let filter = Bucket::Skipped { code: Code::SigmaFilter, reason: "a filter".to_owned() };
        let failed = Bucket::Failed {
            code: Code::YamlSyntax,
            line: Some(3),
            column: Some(1),
            reason: "mapping values are not allowed here".to_owned(),
            remedy: "quote the value".to_owned(),
        };
        ImportReport {
            outcomes: vec![
                outcome("b.yml", read()),
                outcome("a.yml", read()),
                outcome("=1+1.png", skipped),
                outcome("c.yml", failed),
                outcome("d.yml", filter),
            ],
        }
    }

    fn diagnostics() -> Vec<Diagnostic> {
        let new = |severity, code, path: &str| Diagnostic::new(severity, code, path, "m");
        vec![
            new(Severity::Note, Code::TagRevoked, "a.yml"),
            new(Severity::Error, Code::YamlSyntax, "c.yml"),
            new(Severity::Note, Code::SigmaFilter, "d.yml"),
        ]
    }

    #[test]
    fn each_part_shows_its_files_once_and_failures_come_first() {
        let shown = |part| {
            let groups = groups(&report(), &diagnostics(), &[], part);
            let lines = groups.iter().flat_map(|group| {
                group.findings.iter().map(|f| format!("{} {}", group.weight.as_str(), f.place()))
            });
            lines.collect::<Vec<_>>()
        };
        assert_eq!(shown(Part::Read), ["read a.yml", "read b.yml"]);
        assert_eq!(shown(Part::Skipped), ["skipped =1+1.png", "skipped d.yml"]);
        assert_eq!(shown(Part::Failed), ["failed c.yml:3:1"]);
        assert_eq!(shown(Part::Notes), ["failed c.yml", "note d.yml", "note a.yml"]);
        assert_eq!(
            shown(Part::All),
            ["failed c.yml", "note d.yml", "note a.yml", "skipped =1+1.png"]
        );
    }

    #[test]
    fn ids_of_texts_stand_together_by_heading() {
        let sighting = |path: &str, line, title: &str, id: &str| Sighting {
            path: path.to_owned(),
            line,
            title: title.to_owned(),
            technique: id.parse().expect("an id"),
        };
        let sightings = [
            sighting("a.md", 3, "One", "T1059"),
            sighting("a.md", 4, "One", "T1003"),
            sighting("a.md", 5, "One", "T1059"),
            sighting("a.md", 9, "Two", "T1059"),
            sighting("b.md", 1, "", "T1112"),
        ];
        let groups = groups(&ImportReport::default(), &[], &sightings, Part::All);
        let [group] = &groups[..] else { panic!("{groups:?}") };
        let lines: Vec<_> =
            group.findings.iter().map(|f| (f.place(), f.message.as_str())).collect();
        let expected = [("a.md:3", "T1059, T1003"), ("a.md:9", "T1059"), ("b.md:1", "T1112")];
        assert_eq!(lines, expected.map(|(place, ids)| (place.to_owned(), ids)));
        assert_eq!(group.weight, Weight::Seen);
    }

    #[test]
    fn a_file_name_is_no_formula() {
        let text = tab_separated(&groups(&report(), &[], &[], Part::Skipped));
        assert!(text.contains("\t'=1+1.png\t"), "{text}");
        assert!(text.lines().all(|line| line.matches('\t').count() == 6), "{text}");
    }
}
