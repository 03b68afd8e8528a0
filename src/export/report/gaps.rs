//! What is missing and what matters first.

use super::build::most;
use super::{Cell, Column, Kind, Section, SectionKey, Text};
use crate::export::gaps_csv::{description, rules};
use crate::export::gaps_json::GapsOf;
use crate::gaps::{Gap, GapState, Remark, component_names};

/// Rules of a library named for a gap.
const MOST_RULES: usize = 5;

pub(super) fn gaps(of: &GapsOf<'_>, all_rows: bool) -> Section {
    let list = of.list;
    let has_library = of.advice.is_some_and(|advice| advice.has_library());
    let mut columns = vec![
        Column::of("Rank", Kind::Integer),
        Column::of("Technique", Kind::Word),
        Column::of("Name", Kind::Text),
        Column::of("State", Kind::Word),
        Column::of("Priority", Kind::Decimal),
        Column::of("Why", Kind::Text),
        Column::detail("Impact weight", Kind::Decimal),
        Column::detail("Tactic criticality", Kind::Decimal),
        Column::detail("Threat weight", Kind::Decimal),
        Column::detail("Adversary frequency", Kind::Decimal),
        Column::detail("Coverage score", Kind::Integer),
        Column::detail("Tactics", Kind::List),
        Column::of("Groups", Kind::List),
        Column::detail("Log sources", Kind::List),
        Column::of("Missing log sources", Kind::List),
        Column::detail("Last test failed", Kind::Word),
    ];
    if has_library {
        columns.extend([
            Column::of("Recommended rules", Kind::List),
            Column::detail("Recommended in all", Kind::Integer),
        ]);
    }
    let row = |gap: &Gap| {
        let technique = of.catalogue.technique(gap.technique);
        let one = list.assessment(gap.technique);
        let usage = &list.threat.usage[usize::from(gap.technique.0)];
        let groups = usage.groups.iter();
        let groups = groups.filter_map(|at| of.catalogue.groups.get(usize::from(*at)));
        let groups = groups.map(|group| Text::Owned(group.name.clone()));
        let components = |places: &[u16]| names(component_names(of.catalogue, places));
        let terms = &one.terms;
        let tactics = technique.tactics.iter();
        let tactics = tactics.filter_map(|at| of.catalogue.tactics.get(usize::from(*at)));
        let tactics = tactics.map(|tactic| Text::Owned(tactic.name.clone()));
        let mut row = vec![
            Cell::count(gap.rank),
            Cell::text(technique.id.to_string()),
            Cell::text(technique.name.clone()),
            Cell::text(gap.state.as_str()),
            Cell::decimal(Some(gap.priority)),
            Cell::text(description(of, gap)),
            Cell::decimal(Some(terms.impact_weight)),
            Cell::decimal(Some(terms.tactic_criticality)),
            Cell::decimal(Some(terms.threat_weight)),
            Cell::decimal(Some(terms.adversary_frequency)),
            Cell::Integer(terms.coverage_score.into()),
            Cell::list(tactics),
            Cell::list(groups),
            components(&one.observability.needed),
            components(&one.observability.missing),
            Cell::text(if one.test_failed { "yes" } else { "no" }),
        ];
        if has_library {
            let (first, all) = rules(of, gap, MOST_RULES);
            let titles = first.into_iter().map(|rule| Text::Owned(rule.title.clone()));
            row.extend([Cell::list(titles), Cell::count(all)]);
        }
        row
    };
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    let of_state = |state: GapState| {
        let count = list.gaps.iter().filter(|gap| gap.state == state).count();
        format!("{count} {}", state.as_str())
    };
    let note = format!(
        "{} gaps among {relevant} techniques and sub-techniques that matter: {}.",
        list.gaps.len(),
        GapState::ALL.map(of_state).join(", "),
    );
    let section = Section::new(SectionKey::Gaps, note, &columns)
        .with(of.gaps.iter().take(most(SectionKey::Gaps, all_rows)).map(row));
    let mut notes = section.notes;
    notes.extend([list.policy.sentence(), list.threat.sentence()]);
    notes.extend(list.remarks.iter().map(Remark::sentence));
    Section { notes, total: of.gaps.len(), ..section }
}

fn names(names: Vec<String>) -> Cell {
    Cell::list(names.into_iter().map(Text::Owned))
}
