//! Technique ids in texts that are no rules: Markdown pages and queries of collections such as
//! FalconFriday. Looked for only if asked to; nobody says what such a text detects, so what is
//! found is kept apart from rules and covers nothing.

use crate::attack::TechniqueId;
use crate::limits::MAX_FILE_SIGHTINGS;
use crate::rule::{Sighting, sight};
use crate::sorted;

/// Every technique a text names, once under each heading.
pub(super) fn sightings(path: &str, text: &str) -> Vec<Sighting> {
    let mut found: Vec<Sighting> = Vec::new();
    let mut title = "";
    let mut has_top = false;
    let mut known = std::collections::BTreeSet::new();
    let mut in_code = false;
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if let Some((level, heading)) = heading(line).filter(|_| !in_code)
            // The name of the page or query; sections below it are called "ATT&CK tags".
            && (level == 1 || title.is_empty() && !has_top)
        {
            title = heading;
            has_top |= level == 1;
            known.clear();
        }
        sight(line, number, &mut |_, id, rest| {
            let id = bare_sub(id, rest).unwrap_or(id);
            if known.insert(id) {
                let (path, title) = (path.to_owned(), title.to_owned());
                found.push(Sighting { path, line: number, title, technique: id });
            }
            found.len() < MAX_FILE_SIGHTINGS
        });
        if found.len() >= MAX_FILE_SIGHTINGS {
            break;
        }
    }
    found
}

/// How many different ids.
pub(super) fn distinct(sightings: &[Sighting]) -> usize {
    sorted::set(sightings.iter().map(|sighting| sighting.technique)).len()
}

/// Level and text of a Markdown heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let text = text.strip_prefix(' ')?.trim();
    ((1..=6).contains(&level) && !text.is_empty()).then_some((level, text))
}

/// FalconFriday's tables have the number of the sub-technique in a cell of its own:
/// `| T1559 | 001 | Name |`. `rest` is what follows the id.
fn bare_sub(id: TechniqueId, rest: &str) -> Option<TechniqueId> {
    let cell = rest.trim_start().strip_prefix('|')?.split('|').next()?.trim();
    let is_number = cell.len() == 3 && cell.bytes().all(|byte| byte.is_ascii_digit());
    // An id with a sub-technique and another number makes no id.
    is_number.then(|| format!("{id}.{cell}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, String, String)> {
        let found = sightings("a.md", text);
        found.into_iter().map(|s| (s.line, s.title, s.technique.to_string())).collect()
    }

    fn of(line: u32, title: &str, id: &str) -> (u32, String, String) {
        (line, title.to_owned(), id.to_owned())
    }

    #[test]
    fn tables() {
        let text = "# Odd parents\n## ATT&CK Tags\n\n| Tactic | Technique | Subtechnique | Name |\n\
                    |---|---|---|---|\n| TA0002 - Execution | T1559 | 001 | COM |\n\
                    | TA0005 | T1218.011 | 001 | |\n| TA0005 | T1036 |  | Masquerading |\n";
        assert_eq!(
            found(text),
            [
                of(6, "Odd parents", "T1559.001"),
                of(7, "Odd parents", "T1218.011"),
                of(8, "Odd parents", "T1036")
            ]
        );
        let text = "| T1078.004 | Cloud | https://attack.mitre.org/techniques/T1078/004/ |";
        assert_eq!(found(text), [of(1, "", "T1078.004")]);
    }

    #[test]
    fn headings() {
        let text =
            "T1001\n### First\nT1001 T1002\n# One\nT1001\n```\n# T1003 in code\n```\n# Two\nT1001";
        assert_eq!(
            found(text),
            [
                of(1, "", "T1001"),
                of(3, "First", "T1001"),
                of(3, "First", "T1002"),
                of(5, "One", "T1001"),
                of(7, "One", "T1003"),
                of(10, "Two", "T1001")
            ]
        );
        assert_eq!(heading("#tag"), None);
        assert_eq!(heading("####### seven"), None);
    }

    #[test]
    fn a_list_of_everything_is_cut() {
        let text: String = (0..9_999).map(|n| format!("T{n:04}\n")).collect();
        assert_eq!(found(&text).len(), MAX_FILE_SIGHTINGS);
    }
}
