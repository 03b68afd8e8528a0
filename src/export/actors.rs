//! Groups and campaigns against coverage, as JSON, CSV and Markdown.

use super::csv::push_cell;
use super::report_numbers::rounded;
use crate::attack::{Actor, Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState};
use crate::gaps::{ACTORS_CONVENTION, ActorCoverage, TacticUse, actor_coverages, overlap};
use serde::Serialize;

/// What [`actors_report`] gives; its keys are stable.
///
/// ```json
/// { "convention": "…",
///   "actors": [ { "id": "G0016", "kind": "group|campaign|software", "name": "APT29", "aliases": […],
///       "used": 66, "covered": 50, "direct": 45, "via_subtechnique": 5, "percent": 75.76,
///       "out_of_scope": 0, "earliest_tactic": "initial-access" or null,
///       "longest_uncovered_run": ["reconnaissance", "resource-development"],
///       "tactics": [ { "shortname": "execution", "direct": [ids], "via_subtechnique": [ids],
///                      "uncovered": [ids] } ] } ],
///   "overlap": [ { "id": "T1059.001", "name": "PowerShell", "used_by": 4, "of": 6,
///                  "users": ["G0016", …], "coverage": "direct|via_subtechnique|none" } ] }
/// ```
#[derive(Debug, Serialize)]
pub struct ActorsReport<'a> {
    convention: &'static str,
    /// By kind and id.
    actors: Vec<ActorReport<'a>>,
    /// Most shared first; empty unless several were asked for.
    overlap: Vec<SharedReport<'a>>,
}

#[derive(Debug, Serialize)]
struct ActorReport<'a> {
    id: String,
    kind: &'static str,
    name: &'a str,
    aliases: &'a [String],
    used: usize,
    covered: usize,
    direct: usize,
    via_subtechnique: usize,
    percent: f64,
    out_of_scope: usize,
    earliest_tactic: Option<&'a str>,
    longest_uncovered_run: Vec<&'a str>,
    tactics: Vec<TacticReport<'a>>,
}

#[derive(Debug, Serialize)]
struct TacticReport<'a> {
    shortname: &'a str,
    direct: Vec<String>,
    via_subtechnique: Vec<String>,
    uncovered: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SharedReport<'a> {
    id: String,
    name: &'a str,
    used_by: usize,
    of: usize,
    users: Vec<String>,
    coverage: &'static str,
}

/// The chosen actors, and what they have in common if they are several.
pub fn actors_report<'a>(
    catalogue: &'a Catalogue,
    coverage: &Coverage,
    chosen: &[Actor],
) -> ActorsReport<'a> {
    let found = actor_coverages(catalogue, coverage, chosen);
    let of = found.len();
    let shared = if of > 1 { overlap(catalogue, coverage, chosen) } else { Vec::new() };
    let shared = shared.into_iter().map(|each| SharedReport {
        id: id(catalogue, each.technique),
        name: &catalogue.technique(each.technique).name,
        used_by: each.users.len(),
        of,
        users: each.users.iter().map(|actor| catalogue.actor_name(*actor).id).collect(),
        coverage: each.state.as_str(),
    });
    ActorsReport {
        convention: ACTORS_CONVENTION,
        overlap: shared.collect(),
        actors: found.iter().map(|each| report(catalogue, each)).collect(),
    }
}

fn report<'a>(catalogue: &'a Catalogue, actor: &ActorCoverage) -> ActorReport<'a> {
    let name = catalogue.actor_name(actor.actor);
    let ids = |list: &[TechniqueIndex]| list.iter().map(|index| id(catalogue, *index)).collect();
    let tactic = |each: TacticUse| TacticReport {
        shortname: shortname(catalogue, each.tactic),
        direct: ids(&each.direct),
        via_subtechnique: ids(&each.via_subtechnique),
        uncovered: ids(&each.uncovered),
    };
    ActorReport {
        id: name.id,
        kind: actor.actor.kind.as_str(),
        name: name.name,
        aliases: name.aliases,
        used: actor.total(),
        covered: actor.covered(),
        direct: actor.direct.len(),
        via_subtechnique: actor.via_subtechnique.len(),
        percent: rounded(actor.percent()),
        out_of_scope: actor.out_of_scope,
        earliest_tactic: actor.earliest.map(|tactic| shortname(catalogue, tactic)),
        longest_uncovered_run: run(catalogue, actor),
        tactics: actor.by_tactic(catalogue).into_iter().map(tactic).collect(),
    }
}

fn id(catalogue: &Catalogue, index: TechniqueIndex) -> String {
    catalogue.technique(index).id.to_string()
}

fn shortname(catalogue: &Catalogue, tactic: u8) -> &str {
    catalogue.tactics.get(usize::from(tactic)).map_or("", |tactic| &tactic.shortname)
}

fn run<'a>(catalogue: &'a Catalogue, actor: &ActorCoverage) -> Vec<&'a str> {
    actor.longest_run.iter().map(|tactic| shortname(catalogue, *tactic)).collect()
}

/// One row an actor. Columns: `id,kind,name,used,covered,direct,via_subtechnique,percent,
/// out_of_scope,earliest_tactic,longest_uncovered_run,run_tactics,uncovered`; lists are separated
/// by blanks.
pub fn csv(catalogue: &Catalogue, coverage: &Coverage, chosen: &[Actor]) -> String {
    let mut csv = "id,kind,name,used,covered,direct,via_subtechnique,percent,out_of_scope,earliest_tactic,longest_uncovered_run,run_tactics,uncovered\n".to_owned();
    for actor in actor_coverages(catalogue, coverage, chosen) {
        let name = catalogue.actor_name(actor.actor);
        let uncovered: Vec<String> =
            actor.uncovered.iter().map(|index| id(catalogue, *index)).collect();
        let numbers = [
            actor.total(),
            actor.covered(),
            actor.direct.len(),
            actor.via_subtechnique.len(),
            actor.longest_run.len(),
            actor.out_of_scope,
        ];
        let [used, covered, direct, via, run_length, out_of_scope] =
            numbers.map(|number| number.to_string());
        let cells = [
            name.id.as_str(),
            actor.actor.kind.as_str(),
            name.name,
            &used,
            &covered,
            &direct,
            &via,
            &rounded(actor.percent()).to_string(),
            &out_of_scope,
            actor.earliest.map_or("", |tactic| shortname(catalogue, tactic)),
            &run_length,
            &run(catalogue, &actor).join(" "),
            &uncovered.join(" "),
        ];
        push_row(&mut csv, &cells);
    }
    csv
}

/// One row a technique that the chosen actors use, most shared first. Columns:
/// `id,name,used_by,of,coverage,users`.
pub fn overlap_csv(catalogue: &Catalogue, coverage: &Coverage, chosen: &[Actor]) -> String {
    let mut csv = "id,name,used_by,of,coverage,users\n".to_owned();
    let of = crate::sorted::set(chosen.iter().copied()).len().to_string();
    for each in overlap(catalogue, coverage, chosen) {
        let users: Vec<String> =
            each.users.iter().map(|actor| catalogue.actor_name(*actor).id).collect();
        let cells: [&str; 6] = [
            &id(catalogue, each.technique),
            &catalogue.technique(each.technique).name,
            &each.users.len().to_string(),
            &of,
            each.state.as_str(),
            &users.join(" "),
        ];
        push_row(&mut csv, &cells);
    }
    csv
}

pub(super) fn push_row(csv: &mut String, cells: &[&str]) {
    for (at, text) in cells.iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        push_cell(csv, text);
    }
    csv.push('\n');
}

/// A section of a report in Markdown: a table of actors and, of several, one of what more than one
/// of them uses.
pub fn markdown(catalogue: &Catalogue, coverage: &Coverage, chosen: &[Actor]) -> String {
    let found = actor_coverages(catalogue, coverage, chosen);
    let name = |tactic: u8| {
        catalogue.tactics.get(usize::from(tactic)).map_or_else(String::new, |t| t.name.clone())
    };
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|actor| {
            let called = catalogue.actor_name(actor.actor);
            let run: Vec<String> = actor.longest_run.iter().copied().map(name).collect();
            vec![
                format!("{} {}", called.id, called.name),
                format!("{} of {}", actor.covered(), actor.total()),
                format!("{} %", actor.percent().round()),
                actor.via_subtechnique.len().to_string(),
                actor.earliest.map_or_else(|| "none".to_owned(), name),
                run.join(" → "),
            ]
        })
        .collect();
    let mut out = format!("## Actors\n\n{ACTORS_CONVENTION}\n");
    let head = [
        "Actor",
        "Covered",
        "Share",
        "Of these via sub-technique",
        "Earliest tactic with cover",
        "Longest uncovered run",
    ];
    push_table(&mut out, &head, &rows);
    if found.len() > 1 {
        let shared = overlap(catalogue, coverage, chosen);
        let rows: Vec<Vec<String>> = shared
            .iter()
            .filter(|each| each.users.len() > 1)
            .map(|each| {
                let technique = catalogue.technique(each.technique);
                let users = each.users.iter().map(|a| catalogue.actor_name(*a).id);
                vec![
                    format!("{} {}", technique.id, technique.name),
                    format!("{} of {}", each.users.len(), found.len()),
                    covered_word(each.state).to_owned(),
                    users.collect::<Vec<_>>().join(", "),
                ]
            })
            .collect();
        out.push_str("\n## What several of them use\n");
        push_table(&mut out, &["Technique", "Used by", "Covered", "By whom"], &rows);
    }
    out
}

pub(super) fn covered_word(state: TechniqueState) -> &'static str {
    match state {
        TechniqueState::Direct => "yes",
        TechniqueState::ViaSubtechnique => "only via sub-technique",
        TechniqueState::None => "no",
    }
}

pub(super) fn push_table(out: &mut String, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    out.push_str(&format!("\n| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len())));
    for row in rows {
        let plain = |cell: &String| super::diff::escaped(&crate::heatmap::wording::plain(cell));
        let cells: Vec<String> = row.iter().map(plain).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}
