//! The next rules of a library as Markdown, for a ticket or a wiki.

use super::diff::escaped;
use crate::gaps::{Availability, Grounds, Library, NextRules};
use crate::heatmap::MITRE_NOTICE;
use crate::heatmap::wording::plain_up_to;

/// Longest text of a cell, in characters.
const LONGEST: usize = 300;

/// Heading, what was asked, the table, what was left out.
pub fn write(grounds: &Grounds<'_>, library: &Library, next: &NextRules) -> String {
    let catalogue = grounds.catalogue;
    let mut out = format!(
        "# Next rules\n\nATT&CK {} {}. {}\n\n{}\n",
        cell(catalogue.domain.name()),
        cell(&catalogue.version),
        cell(&bought(next)),
        cell(&grounds.policy.sentence()),
    );
    const HEAD: [&str; 8] =
        ["Rank", "Rule", "Level", "Status", "Log source", "Gain", "Total", "Raises"];
    out.push_str(&format!("\n| {} |\n|{}\n", HEAD.join(" | "), "---|".repeat(HEAD.len())));
    for (rank, chosen) in (1..).zip(&next.rules) {
        let Some(rule) = grounds.library.rules.get(chosen.rule as usize) else { continue };
        let there = match library.availability(chosen.rule) {
            Availability::Available => "there",
            Availability::Unknown => "not known",
            Availability::Unavailable => "not there",
        };
        let raised = chosen.raised.iter().map(|one| {
            let id = catalogue.technique(one.technique).id;
            format!("{id} {:.0} → {:.0}", one.from, one.to)
        });
        let cells = [
            rank.to_string(),
            rule.title.clone(),
            rule.level.value.map_or("", |level| level.as_str()).to_owned(),
            rule.status.known().as_str().to_owned(),
            format!("{} ({there})", rule.log_source),
            format!("{:.2}", chosen.gain),
            format!("{:.2}", chosen.total),
            raised.collect::<Vec<_>>().join(", "),
        ];
        out.push_str(&format!("| {} |\n", cells.map(|text| cell(&text)).join(" | ")));
    }
    out.push('\n');
    for (rank, chosen) in (1..).zip(&next.rules) {
        if let Some(rule) = grounds.library.rules.get(chosen.rule as usize) {
            out.push_str(&format!("{rank}. {}\n", cell(&rule.path)));
        }
    }
    out.push_str(&format!("\n{}\n\n{}\n", cell(&usable(library)), cell(MITRE_NOTICE)));
    out
}

fn bought(next: &NextRules) -> String {
    format!(
        "{} of {} rules that can be chosen buy {:.2} of {:.2} priority that is open: Σ stake × rise \
         of the score ÷ 100, of Σ stake × (100 − score) ÷ 100.",
        next.rules.len(),
        next.offered,
        next.bought(),
        next.open.max(next.bought()),
    )
}

fn usable(library: &Library) -> String {
    let (usable, left_out) = (library.usable.len(), library.left_out_in_all());
    let all = usable + left_out;
    let mut text = format!("{usable} of {all} rules of the library can be recommended");
    for (at, (reason, number)) in library.left_out.iter().enumerate() {
        text.push_str(if at == 0 { "; left out: " } else { ", " });
        text.push_str(&format!("{number} {}", reason.label()));
    }
    text.push('.');
    text
}

/// What comes from strangers gets no markup through.
fn cell(text: &str) -> String {
    escaped(&plain_up_to(text, LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::bundled;
    use crate::coverage::{Coverage, Policy, Scope};
    use crate::date::Date;
    use crate::gaps::{NextAsked, Untold, next_rules};
    use crate::rule::{Format, Intake, Level, Rule, Tag, Written, parse_tag};

    #[test]
    fn a_row_a_rule_and_no_markup_of_strangers() {
        let all = bundled::all().expect("whole");
        let catalogue = all.first().expect("one");
        let rule = |path: &str, title: &str, tag: &str| Rule {
            title: title.to_owned(),
            level: Written::level("high"),
            tags: vec![Tag { written: tag.to_owned(), line: 1, column: 1, claims: parse_tag(tag) }],
            ..Rule::new(Format::Sigma, path)
        };
        let mut library: Intake = [
            rule("lib/a.yml", "<b>|A|</b>", "attack.t1059.001"),
            rule("lib/b.yml", "No technique", "attack.execution"),
        ]
        .into_iter()
        .collect();
        library.settle();
        assert_eq!(library.rules[0].level.value, Some(Level::High));
        let (intake, policy, scope) = (Intake::default(), Policy::default(), Scope::default());
        let today = Date::parse("2026-11-29").expect("a day");
        let coverage = Coverage::compute(catalogue, &intake, &policy, &scope, today);
        let grounds = Grounds {
            catalogue,
            intake: &intake,
            coverage: &coverage,
            policy: &policy,
            scope: &scope,
            telemetry: &Untold,
            library: &library,
        };
        let found = Library::new(&grounds);
        let stakes = vec![2.0; catalogue.techniques.len()];
        let next = next_rules(&grounds, &found, &stakes, &NextAsked::default());
        let text = write(&grounds, &found, &next);
        // A stake of 2, a score of 80 of 100.
        let row = "| 1 | &lt;b&gt;\\|A\\|&lt;/b&gt; | high | unspecified | not stated (not known) | 1.60 | 1.60 | T1059.001 0 → 80 |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("\n1. lib/a.yml\n"), "{text}");
        assert!(text.contains("1 of 2 rules of the library can be recommended"), "{text}");
        assert!(text.contains("1 without a technique of this release"), "{text}");
    }
}
