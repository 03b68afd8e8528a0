//! The gaps as a table that trackers import, one row a gap.
//!
//! What importers ask:
//! - Jira: a head with `Summary`; `Description`, `Priority` (Highest … Lowest) and `Labels` (one
//!   word each) are its own fields, other columns can be mapped or left out; no punctuation in the
//!   head (<https://support.atlassian.com/jira-cloud-administration/docs/import-data-from-a-csv-file/>).
//! - GitHub has no import of its own; `github-csv-tools` reads `title`, `description` or `body`
//!   and `labels` (<https://github.com/gavinr/github-csv-tools>).
//! - GitLab reads `title` and `description`, in any case
//!   (<https://docs.gitlab.com/user/project/issues/csv_import/>).
//!
//! Jira parts labels at blanks and the others at commas; so there is one label, a single word,
//! and everything else has a column.

use super::csv::push_cell;
use super::gaps_json::GapsOf;
use crate::gaps::{Assessment, Gap, Why, component_names};
use crate::heatmap::wording::plain_up_to;
use crate::rule::Rule;

/// The columns. More may follow at the end.
pub const COLUMNS: [&str; 21] = [
    "Title",
    "Description",
    "Summary",
    "Body",
    "Labels",
    "Priority",
    "Rank",
    "Technique",
    "Name",
    "State",
    "Score",
    "Tactics",
    "Frequency",
    "Coverage",
    "Groups",
    "Missing log sources",
    "Address",
    "Recommended rules",
    "Recommended rule ids",
    "Recommended in all",
    "Test failed",
];

/// Longest description, in characters; Jira takes 32,767.
const LONGEST: usize = 4000;
/// Rules of a library named for a gap.
const MOST_RULES: usize = 5;

/// The table: RFC 4180 with `\n` line ends, UTF-8 without BOM, no cell a formula.
pub fn write(of: &GapsOf<'_>) -> String {
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    let highest = of.list.gaps.first().map_or(0.0, |gap| gap.priority);
    for gap in of.gaps {
        for (at, cell) in row(of, gap, highest).iter().enumerate() {
            if at > 0 {
                csv.push(',');
            }
            push_cell(&mut csv, cell);
        }
        csv.push('\n');
    }
    csv
}

fn row(of: &GapsOf<'_>, gap: &Gap, highest: f64) -> [String; 21] {
    let technique = of.catalogue.technique(gap.technique);
    let one = of.list.assessment(gap.technique);
    let usage = &of.list.threat.usage[usize::from(gap.technique.0)];
    let title = title(of, gap);
    let description = plain_up_to(&description(of, gap), LONGEST);
    let [groups, ..] = of.actors(&usage.groups, &[], &[]);
    let (rules, all) = rules(of, gap, MOST_RULES);
    let titles = rules.iter().map(|rule| rule.title.clone()).collect::<Vec<_>>().join("; ");
    let ids = rules.iter().map(|rule| rule.name()).collect::<Vec<_>>().join("; ");
    [
        title.clone(),
        description.clone(),
        title,
        description,
        format!("gap-{}", gap.state.as_str()),
        urgency(gap.priority, highest).to_owned(),
        gap.rank.to_string(),
        technique.id.to_string(),
        technique.name.clone(),
        gap.state.as_str().to_owned(),
        format!("{:.2}", gap.priority),
        of.tactics(technique).join(" "),
        format!("{:.4}", one.terms.adversary_frequency),
        one.terms.coverage_score.to_string(),
        groups.join(" "),
        component_names(of.catalogue, &one.observability.missing).join("; "),
        technique.id.url(),
        titles,
        ids,
        all.to_string(),
        failed_test(one),
    ]
}

/// When its last test failed, `yes` where no test says; empty if it did not.
fn failed_test(one: &Assessment) -> String {
    match (one.test_failed, one.test_failed_on) {
        (false, _) => String::new(),
        (true, Some(day)) => day.to_string(),
        (true, None) => "yes".to_owned(),
    }
}

/// `Detect T1003 OS Credential Dumping (uncovered)`
pub(super) fn title(of: &GapsOf<'_>, gap: &Gap) -> String {
    let technique = of.catalogue.technique(gap.technique);
    format!("Detect {} {} ({})", technique.id, technique.name, gap.state.as_str())
}

/// The first rules of the library for a gap, and how many there are in all.
pub(super) fn rules<'r>(of: &GapsOf<'r>, gap: &Gap, most: usize) -> (Vec<&'r Rule>, usize) {
    let found = of.advice.map(|advice| advice.first_rules(gap.technique, most));
    found.unwrap_or_default()
}

/// Why it is a gap, why it matters, and what its priority is made of.
pub(super) fn description(of: &GapsOf<'_>, gap: &Gap) -> String {
    let one = of.list.assessment(gap.technique);
    let state = of.list.shortfall(of.coverage, gap.technique).unwrap_or_default();
    // That nothing was asked for is no news in a ticket.
    let why =
        one.relevance.why.iter().filter(|why| !matches!(why, Why::AnyPlatform | Why::AnyThreat));
    let why = why.map(|why| why.sentence(of.catalogue, &of.list.threat));
    let why: Vec<String> = why.collect();
    let priority = format!("Priority: {}.", one.terms.arithmetic());
    format!("{state} {} {priority}", why.join(" "))
}

/// A priority in the words of Jira's own scheme, by fifths of the highest there is.
fn urgency(priority: f64, highest: f64) -> &'static str {
    let share = if highest > 0.0 { priority / highest } else { 0.0 };
    match share {
        share if share >= 0.8 => "Highest",
        share if share >= 0.6 => "High",
        share if share >= 0.4 => "Medium",
        share if share >= 0.2 => "Low",
        _ => "Lowest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_in_words() {
        let said = [10.0, 8.0, 7.9, 5.0, 2.0, 1.0, -3.0].map(|priority| urgency(priority, 10.0));
        let expected = ["Highest", "Highest", "High", "Medium", "Low", "Lowest", "Lowest"];
        assert_eq!(said, expected);
        assert_eq!(urgency(-1.0, -1.0), "Lowest");
    }

    /// Jira's importer stumbles over punctuation in the head.
    #[test]
    fn the_head_is_plain() {
        let plain = |name: &&str| name.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
        assert!(COLUMNS.iter().all(plain));
    }
}
