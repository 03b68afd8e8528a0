//! How much is covered of what, how deep, how evenly, and what it rests on.

use super::build::{id, ids, most};
use super::{Cell, Column, Kind, Section, SectionKey};
use crate::attack::TechniqueIndex;
use crate::coverage::{Bar, CoverageState, Denominator, Dependency, Panel, Policy, weakest_paced};
use crate::export::report_json::ReportOf;
use crate::heatmap::wording::percent;
use crate::pace::Pace;

pub(super) fn denominators(panel: &Panel) -> Section {
    let row = |one: &Denominator| {
        vec![
            Cell::text(one.kind.label()),
            Cell::share(one.covered.len(), one.total()),
            Cell::text(one.sentence.clone()),
        ]
    };
    let columns = [
        Column::of("Of", Kind::Text),
        Column::of("Covered", Kind::Share),
        Column::of("What is counted", Kind::Text),
    ];
    let note = "Of the whole matrix, whatever the scope leaves out.";
    Section::new(SectionKey::Denominators, note, &columns).with(panel.denominators.iter().map(row))
}

pub(super) fn states(of: &ReportOf<'_>) -> Section {
    let row = |state: CoverageState| {
        let list = state.list(of.catalogue, of.coverage);
        let is_sub = |index: &&TechniqueIndex| of.catalogue.technique(**index).parent.is_some();
        let subs = list.iter().filter(is_sub).count();
        let states = Cell::text(state.label());
        vec![states, Cell::count(list.len() - subs), Cell::count(subs)]
    };
    let columns = [
        Column::of("State", Kind::Text),
        Column::of("Techniques", Kind::Integer),
        Column::of("Sub-techniques", Kind::Integer),
    ];
    let note = "The first four exclude one another; the others go with them.";
    Section::new(SectionKey::States, note, &columns).with(CoverageState::ALL.map(row))
}

pub(super) fn depth(of: &ReportOf<'_>, panel: &Panel) -> Section {
    let at_least = &panel.at_least;
    let row = |bar: &Bar| {
        vec![
            Cell::text(bar.label()),
            Cell::count(bar.techniques.len()),
            Cell::count(bar.exact.len()),
            ids(of, bar.techniques.iter().copied()),
        ]
    };
    let columns = [
        Column::of("Rules", Kind::Word),
        Column::of("Techniques", Kind::Integer),
        Column::of("Exact ids", Kind::Integer),
        Column::of("Which techniques", Kind::List),
    ];
    let note = format!(
        "{} have a score of {} or more.",
        share(at_least.techniques.len(), at_least.total, "techniques"),
        at_least.threshold
    );
    Section::new(SectionKey::Depth, note, &columns).with(panel.bars.iter().map(row))
}

pub(super) fn concentration(of: &ReportOf<'_>, panel: &Panel) -> Section {
    let found = &panel.concentration;
    let row = |(index, rules): &(TechniqueIndex, usize)| {
        let name = of.catalogue.technique(*index).name.clone();
        vec![id(of, *index), Cell::text(name), Cell::share(*rules, found.mappings)]
    };
    let columns = [
        Column::of("Id", Kind::Word),
        Column::of("Name", Kind::Text),
        Column::of("Rules", Kind::Share),
    ];
    let note = format!(
        "The {} most-mapped ids of {} hold {}.",
        found.top.len(),
        found.ids,
        share(found.held(), found.mappings, "pairs of a rule and an id")
    );
    Section::new(SectionKey::Concentration, note, &columns).with(found.top.iter().map(row))
}

pub(super) async fn weakest(of: &ReportOf<'_>, all_rows: bool, pace: &impl Pace) -> Section {
    let found = weakest_paced(of.catalogue, of.intake, of.coverage, of.policy, pace).await;
    let row = |one: &Dependency| {
        vec![
            Cell::text(one.log_source.to_string()),
            Cell::count(one.rules),
            ids(of, one.techniques.iter().copied()),
            ids(of, one.subtechniques.iter().copied()),
            Cell::Integer(one.points),
        ]
    };
    let columns = [
        Column::of("Log source", Kind::Text),
        Column::of("Rules", Kind::Integer),
        Column::of("Techniques", Kind::List),
        Column::of("Sub-techniques", Kind::List),
        Column::of("Score points", Kind::Integer),
    ];
    let note = match of.policy {
        Policy::Peer { .. } => {
            "What would be lost with a log source. Score points are 0: what another tool would give fewer rules is not asked."
        }
        _ => "What would be lost with a log source.",
    };
    let rows = found.iter().take(most(SectionKey::Weakest, all_rows)).map(row);
    let section = Section::new(SectionKey::Weakest, note, &columns).with(rows);
    Section { total: found.len(), ..section }
}

/// `124 of 222 techniques (55 %)`
fn share(part: usize, whole: usize, what: &str) -> String {
    format!("{part} of {whole} {what} ({})", percent(part, whole))
}
