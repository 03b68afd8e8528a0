//! The gaps as Markdown: what was asked, the table, which rules to deploy next, where the gaps lie,
//! what to collect, and a list of tasks, each with the rules of a library that would help, or else
//! with what there is to write one by.

use super::diff::escaped;
use super::gaps_advice::AdviceOf;
use super::gaps_csv::{description, rules, title};
use super::gaps_json::GapsOf;
use super::gaps_recommended::NeighbourReport;
use crate::gaps::{Gap, GapCount, by_platform, by_tactic};
use crate::heatmap::MITRE_NOTICE;
use crate::heatmap::wording::plain_up_to;

/// Longest text of a cell, in characters.
const LONGEST: usize = 600;
/// Ids named in one cell; the rest of them is counted.
const MOST_IDS: usize = 10;
/// Rules named for a gap.
const MOST_RULES: usize = 3;

/// As GitHub and GitLab have it.
pub fn write(of: &GapsOf<'_>) -> String {
    write_with(of, &[])
}

/// [`write`] with further sections before the list of tasks, each with its heading.
pub fn write_with(of: &GapsOf<'_>, sections: &[String]) -> String {
    let list = of.list;
    let mut out = format!(
        "# {}\n",
        cell(&format!("Gaps in ATT&CK {} {}", of.catalogue.domain.name(), of.catalogue.version))
    );
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    let shown = match of.gaps.len() == list.gaps.len() {
        true => String::new(),
        false => format!("; {} of them below", of.gaps.len()),
    };
    let mut said = vec![
        format!(
            "{} gaps among {relevant} techniques and sub-techniques that matter{shown}.",
            list.gaps.len()
        ),
        list.policy.sentence(),
        list.threat.sentence(),
        of.scoring.sentence(),
    ];
    said.extend(list.remarks.iter().map(crate::gaps::Remark::sentence));
    for line in said {
        out.push_str(&format!("\n{}\n", cell(&line)));
    }
    table(
        &mut out,
        "Gaps",
        &["Rank", "Technique", "Name", "State", "Priority", "Arithmetic", "Tactics"],
        of.gaps.iter().map(|gap| {
            let technique = of.catalogue.technique(gap.technique);
            let one = list.assessment(gap.technique);
            let terms = &one.terms;
            let failed = if one.test_failed { ", test failed" } else { "" };
            vec![
                gap.rank.to_string(),
                technique.id.to_string(),
                technique.name.clone(),
                format!("{}{failed}", gap.state.as_str()),
                format!("{:.2}", gap.priority),
                terms.arithmetic(),
                of.tactics(technique).join(", "),
            ]
        }),
    );
    if let Some(advice) = of.advice.filter(|advice| advice.has_library()) {
        next_rules(&mut out, advice);
    }
    const COUNTS: [&str; 8] =
        ["", "Relevant", "Gaps", "Uncovered", "Partial", "Weak", "Fragile", "Priority"];
    for (heading, counts) in [
        ("By tactic", by_tactic(of.catalogue, list)),
        ("By platform", by_platform(of.catalogue, list)),
    ] {
        table(&mut out, heading, &COUNTS, counts.iter().map(counted));
    }
    table(
        &mut out,
        "Log sources that would open most",
        &["Rank", "Data component", "Gain", "Log sources", "Opens"],
        of.unlock.iter().map(|one| {
            let component = of.catalogue.data_components.get(usize::from(one.component));
            let names = one.log_sources.iter();
            let names = names.filter_map(|at| of.catalogue.log_sources.get(usize::from(*at)));
            let ids = one.techniques.iter();
            let ids = ids.map(|index| of.catalogue.technique(*index).id.to_string());
            vec![
                one.rank.to_string(),
                component.map(|c| format!("{} {}", c.id, c.name)).unwrap_or_default(),
                format!("{:.2}", one.gain),
                first(&names.cloned().collect::<Vec<_>>()),
                first(&ids.collect::<Vec<_>>()),
            ]
        }),
    );
    for section in sections {
        out.push_str(&format!("\n{section}"));
    }
    out.push_str("\n## Backlog\n\n");
    for gap in of.gaps {
        let id = of.catalogue.technique(gap.technique).id;
        let (title, description) = (cell(&title(of, gap)), cell(&description(of, gap)));
        out.push_str(&format!("- [ ] [{title}]({}): {description}\n", id.url()));
        to_do(&mut out, of, gap);
    }
    out.push_str("\n## Sources\n\n");
    for (what, from) in of.sources() {
        out.push_str(&format!("- {}\n", cell(&format!("{what}: {}", from.sentence()))));
    }
    out.push_str(&format!("\n{}\n", cell(MITRE_NOTICE)));
    out
}

/// What to deploy next, with what it was chosen from and what it buys.
fn next_rules(out: &mut String, advice: &AdviceOf<'_>) {
    let (next, library) = (&advice.found.next, &advice.found.library);
    let rows = advice.next_rules().into_iter().map(|rule| {
        let level = rule.level.unwrap_or("no level");
        let title = format!("{} ({})", rule.title, rule.id);
        vec![
            rule.rank.to_string(),
            title,
            format!("{}, {level}", rule.status),
            format!("{:.2}", rule.gain),
            format!("{:.2}", rule.total),
            first(&rule.techniques),
            rule.path.to_owned(),
        ]
    });
    let head = ["Rank", "Rule", "Status and level", "Gain", "Together", "Raises", "File"];
    table(out, "Next rules", &head, rows);
    let said = format!(
        "Chosen from {} rules of the library, which has {} ({} can be recommended). Gain is the priority \
         a rule buys: of each technique what it would weigh with a score of 0, times the rise of its \
         score in per cent. {:.2} could be bought in all.",
        next.offered,
        advice.grounds.library.rules.len(),
        library.usable.len(),
        next.open,
    );
    out.push_str(&format!("\n{}\n", cell(&said)));
}

/// Below a task: the first rules of the library, or what there is to write one by.
fn to_do(out: &mut String, of: &GapsOf<'_>, gap: &Gap) {
    let Some(advice) = of.advice else { return };
    let (rules, all) = rules(of, gap, MOST_RULES);
    for rule in &rules {
        let level = rule.level.value.map_or("no level", |level| level.as_str());
        let status = rule.status.known().as_str();
        let said = format!("Deploy {} ({status}, {level}): {}", rule.title, rule.path);
        out.push_str(&format!("  - [ ] {}\n", cell(&said)));
    }
    if all > rules.len() {
        out.push_str(&format!("  - {} more in the library\n", all - rules.len()));
    }
    if let (true, Some(guidance)) = (rules.is_empty(), advice.guidance(gap.technique)) {
        let mut said = "Write a rule.".to_owned();
        let mut say = |what: &str, names: Vec<String>| {
            if !names.is_empty() {
                said.push_str(&format!(" {what}: {}.", first(&names)));
            }
        };
        let strategies = guidance.strategies.iter().map(|one| format!("{} {}", one.id, one.name));
        say("Detection strategy", strategies.collect());
        let components = guidance.data_components.iter();
        say("What to look at", components.map(|one| format!("{} {}", one.id, one.name)).collect());
        let neighbours = guidance.neighbours.iter().take(MOST_RULES);
        let neighbour = |one: &NeighbourReport<'_>| format!("{} ({})", one.title, one.technique);
        say("Rules to begin with", neighbours.map(neighbour).collect());
        out.push_str(&format!("  - [ ] {}\n", cell(&said)));
    }
}

fn counted(count: &GapCount) -> Vec<String> {
    let mut row = vec![count.name.clone(), count.relevant.to_string()];
    row.push(count.gaps.len().to_string());
    row.extend(count.states.iter().map(usize::to_string));
    row.push(format!("{:.2}", count.priority));
    row
}

/// The first names, and how many there are beside them.
pub(super) fn first(names: &[String]) -> String {
    let shown = names.iter().take(MOST_IDS).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_IDS) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

pub(super) fn table(
    out: &mut String,
    heading: &str,
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let mut rows = rows.peekable();
    out.push_str(&format!("\n## {heading}\n"));
    if rows.peek().is_none() {
        out.push_str("\nNone.\n");
        return;
    }
    out.push_str(&format!("\n| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len())));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// What comes from strangers gets no markup through.
pub(super) fn cell(text: &str) -> String {
    escaped(&plain_up_to(text, LONGEST))
}
