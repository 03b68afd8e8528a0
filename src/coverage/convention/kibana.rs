//! Kibana's MITRE ATT&CK coverage page, main of 2026
//! (`build_coverage_overview_dashboard_model.ts`, `handle_coverage_overview_request.ts`,
//! `coverage_overview/constants.ts`).
//!
//! A cell counts the enabled rules that list its technique and its tactic; a technique in
//! several tactics has several cells, and its value here is that of its fullest one. Colours
//! begin at 1, 3, 7 and 10 rules. Nothing rolls up: a rule's `threat` lists the technique above
//! a sub-technique itself. Rules of other formats, where they are scored at all, need name no
//! tactic.

use super::reading::{Habits, Id, Reading, Strangers};
use super::{Convention, Count, Covers, How, Mark, TacticTally, Tally, place};
use crate::rule::{Claim, Format, Rule};

const HABITS: Habits =
    Habits { formats: &[(Format::Elastic, &["ndjson", "json", "toml"])], single_document: false };

/// Where its fullest band begins.
pub(super) const FULL: u32 = 10;

fn band(rules: usize) -> &'static str {
    match rules {
        0 => "none",
        1..3 => "1 or more",
        3..7 => "3 or more",
        7..10 => "7 or more",
        _ => "10 or more",
    }
}

/// The tactics of the catalogue that a rule names, one bit each.
fn tactics(reading: &Reading<'_>, rule: &Rule) -> u32 {
    let claims = rule.tags.iter().flat_map(|tag| &tag.claims);
    let named = claims.filter_map(|claim| match claim {
        Claim::Tactic(name) => reading.catalogue.tactic_named(name),
        Claim::TacticId(id) => reading.catalogue.tactic_named(&id.to_string()),
        _ => None,
    });
    named.fold(0, |set, at| set | 1_u32.checked_shl(at.into()).unwrap_or(0))
}

pub(super) fn tally(reading: &Reading<'_>) -> Tally {
    let catalogue = reading.catalogue;
    let mut tally = Tally::new(Convention::Kibana, catalogue);
    let mut strangers = Strangers::default();
    // Per rule that is shown: the tactics it names.
    let mut named = vec![0_u32; reading.intake.rules.len()];
    let mut everywhere: Vec<Vec<Count>> = vec![Vec::new(); catalogue.techniques.len()];
    for (at, rule) in reading.rules(&HABITS, &mut tally) {
        if !rule.enabled {
            tally.leave_out(at, super::Reason::Disabled);
            continue;
        }
        if reading.intake.is_duplicate(at) {
            continue;
        }
        let is_own = rule.format == Format::Elastic;
        named[at as usize] = if is_own { tactics(reading, rule) } else { u32::MAX };
        let mut ids: Vec<Id<'_>> = rule
            .tags
            .iter()
            .flat_map(|tag| reading.ids(rule, tag, super::reading::strict))
            .collect();
        crate::sorted::sort(&mut ids);
        ids.dedup();
        for id in ids {
            match id {
                Id::Live(index) => {
                    everywhere[place(index)].push(Count { rule: at, how: How::Tag });
                }
                Id::Stranger(name) => strangers.add(name),
            }
        }
    }
    tally.beside = strangers.named();
    let mut rows = TacticTally::of_all(catalogue);
    for (at, counts) in everywhere.into_iter().enumerate() {
        let technique = &catalogue.techniques[at];
        let mut fullest: Vec<Count> = Vec::new();
        for tactic in &technique.tactics {
            let bit = 1_u32.checked_shl((*tactic).into()).unwrap_or(0);
            let is_here = |count: &&Count| named[count.rule as usize] & bit != 0;
            let here: Vec<Count> = counts.iter().filter(is_here).copied().collect();
            if technique.parent.is_none()
                && let Some(row) = rows.get_mut(usize::from(*tactic))
            {
                row.total = row.total.map(|total| total + 1);
                row.covered += usize::from(!here.is_empty());
            }
            if here.len() > fullest.len() {
                fullest = here;
            }
        }
        if !fullest.is_empty() {
            tally.marks[at] = Some(Mark {
                value: i32::try_from(fullest.len()).unwrap_or(i32::MAX),
                state: band(fullest.len()),
                covers: Covers::Fully,
                counts: fullest,
            });
        }
    }
    tally.tactics = rows;
    tally
}
