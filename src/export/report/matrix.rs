//! Tactics, platforms, and every technique.

use super::build::{id, ids};
use super::{Cell, Column, Kind, Section, SectionKey, Text};
use crate::alerts::Moment;
use crate::attack::{Tactic, TechniqueIndex};
use crate::coverage::{
    CoverageState, Grouping, PlatformView, TacticView, TechniqueCoverage, platform_views_paced,
    states, tactic_views,
};
use crate::export::report_json::ReportOf;
use crate::pace::{PAUSE_EVERY, Pace};
use crate::rule::{LogSource, RuleIndex};
use crate::sorted;
use std::borrow::Cow;

/// Techniques named as a tactic's best, and as its worst.
const BEST: usize = 3;

pub(super) fn tactics(of: &ReportOf<'_>) -> Section {
    let views = tactic_views(of.catalogue, of.coverage);
    let row = |(tactic, view): (&Tactic, &TacticView)| {
        vec![
            Cell::text(tactic.name.clone()),
            Cell::text(tactic.id.to_string()),
            Cell::share(view.covered.len(), view.total()),
            Cell::count(view.rules),
            Cell::decimal(view.median_log_sources),
            ids(of, view.best(BEST)),
            ids(of, view.worst(BEST)),
            ids(of, view.uncovered.iter().copied()),
        ]
    };
    let columns = [
        Column::of("Tactic", Kind::Text),
        Column::detail("Id", Kind::Word),
        Column::of("Techniques", Kind::Share),
        Column::of("Rules", Kind::Integer),
        Column::of("Depth", Kind::Decimal),
        Column::of("Best", Kind::List),
        Column::of("Worst", Kind::List),
        Column::detail("Not covered", Kind::List),
    ];
    let note = "Techniques in scope that a rule covers, directly or via a sub-technique. Depth is the median number of log sources behind a covered technique.";
    let rows = of.catalogue.tactics.iter().zip(&views).map(row);
    Section::new(SectionKey::Tactics, note, &columns).with(rows)
}

/// Platforms in families, and the same in each tactic.
pub(super) async fn platforms(of: &ReportOf<'_>, pace: &impl Pace) -> [Section; 2] {
    let families = Grouping::Families;
    let views = platform_views_paced(of.catalogue, of.intake, of.coverage, families, pace).await;
    let row = |view: &PlatformView| {
        let all = view.all();
        vec![
            Cell::text(view.name.clone()),
            Cell::share(all.visible, all.total),
            Cell::share(all.unstated, all.total),
            Cell::share(all.covered, all.total),
            Cell::list(view.platforms.iter().map(|name| name.clone().into())),
            ids(of, view.blind_spots(true)),
            ids(of, view.blind_spots(false)),
        ]
    };
    let columns = [
        Column::of("Platform", Kind::Text),
        Column::of("Seen", Kind::Share),
        Column::of("Perhaps", Kind::Share),
        Column::of("By any rule", Kind::Share),
        Column::detail("Platforms", Kind::List),
        Column::detail("Covered by no rule", Kind::List),
        Column::detail("Not seen", Kind::List),
    ];
    let note = "Techniques and sub-techniques of each platform: seen by a rule whose log source is of it; perhaps seen, by rules that say nothing of platforms; covered by any rule.";
    let platforms = Section::new(SectionKey::Platforms, note, &columns).with(views.iter().map(row));

    let mut columns = vec![Column::of("Platform", Kind::Text)];
    columns.extend(of.catalogue.tactics.iter().map(|tactic| Column {
        name: Cow::Owned(tactic.name.clone()),
        kind: Kind::Part,
        is_detail: false,
    }));
    let row = |view: &PlatformView| {
        let mut row = vec![Cell::text(view.name.clone())];
        let cells = view.by_tactic(of.catalogue);
        row.extend(cells.iter().map(|cell| match cell.total {
            // A platform without this tactic: 0 of 0 would look like a gap.
            0 => Cell::Empty,
            total => Cell::share(cell.visible, total),
        }));
        row
    };
    let note = "Techniques and sub-techniques seen by a rule whose log source is of the platform, of those it has in the tactic; a technique of two tactics stands in both.";
    let grid =
        Section::new(SectionKey::PlatformTactics, note, &columns).with(views.iter().map(row));
    [platforms, grid]
}

/// Every technique and sub-technique in scope.
pub(super) async fn techniques(of: &ReportOf<'_>, pace: &impl Pace) -> Section {
    let found = of.detections;
    let evidence = of.coverage.claims.evidence.as_ref().filter(|_| found.is_some());
    let mut columns = vec![
        Column::of("Id", Kind::Word),
        Column::of("Name", Kind::Text),
        Column::of("Tactics", Kind::List),
        Column::of("States", Kind::List),
        Column::of("Score", Kind::Integer),
        Column::of("Rules", Kind::Integer),
        Column::of("With sub-techniques", Kind::Integer),
        Column::of("Log sources", Kind::Integer),
        Column::detail("Which log sources", Kind::List),
        Column::detail("Sub-techniques covered", Kind::Part),
        Column::detail("Platforms", Kind::List),
        Column::detail("Rules disabled", Kind::Integer),
    ];
    if found.is_some() {
        columns.extend([
            Column::of("Alerts", Kind::Integer),
            Column::detail("Alerts with sub-techniques", Kind::Integer),
            Column::of("Evidence", Kind::Word),
            Column::detail("Last evidence", Kind::Date),
        ]);
    }
    let mut seen = LogSources { of, last: vec![None; of.intake.rules.len()] };
    let mut row = |index: TechniqueIndex, cover: &TechniqueCoverage| {
        let technique = of.catalogue.technique(index);
        let tactics = technique.tactics.iter();
        let tactics = tactics.filter_map(|at| of.catalogue.tactics.get(usize::from(*at)));
        let said = states(of.catalogue, of.coverage, index).map(CoverageState::label);
        let (covered, total) = (cover.subtechniques_covered, cover.subtechniques_total);
        let mut row = vec![
            id(of, index),
            Cell::text(technique.name.clone()),
            Cell::list(tactics.map(|tactic| tactic.name.clone().into())),
            Cell::list(said.map(Cow::Borrowed)),
            cover.score.map_or(Cell::Empty, |score| Cell::Integer(score.get().into())),
            Cell::count(cover.rules.len()),
            Cell::count(cover.rules_rollup.len()),
            Cell::Integer(cover.log_sources.into()),
            Cell::list(seen.of_rules(index, &cover.rules)),
            if total > 0 { Cell::share(covered as usize, total as usize) } else { Cell::Empty },
            Cell::list(of.catalogue.platform_names(technique).map(|name| name.to_owned().into())),
            Cell::Integer(cover.upkeep.rules_disabled.into()),
        ];
        if let Some(found) = found {
            let volume = &found.detections.volume;
            let own = evidence.and_then(|all| all.techniques.get(usize::from(index.0)));
            row.extend([
                Cell::Integer(volume.on(index).into()),
                Cell::Integer(volume.with_sub_techniques(index).into()),
                own.and_then(|own| own.step).map_or(Cell::Empty, |step| Cell::text(step.as_str())),
                Cell::date(own.and_then(|own| own.last).map(Moment::date)),
            ]);
        }
        row
    };
    let mut rows = Vec::new();
    let mut work = 0;
    for (index, cover) in of.catalogue.indices().zip(&of.coverage.techniques) {
        if !cover.in_scope {
            continue;
        }
        work += 8 + cover.rules.len();
        if work >= PAUSE_EVERY {
            work = 0;
            pace.pause().await;
        }
        rows.push(row(index, cover));
    }
    let note = "Techniques and sub-techniques in scope. Rules and log sources are of the rules that name exactly the id.";
    Section::new(SectionKey::Techniques, note, &columns).with(rows)
}

/// What the rules of techniques look at.
struct LogSources<'r> {
    of: &'r ReportOf<'r>,
    /// At the number of a log source, the technique it was last seen at.
    last: Vec<Option<TechniqueIndex>>,
}

impl LogSources<'_> {
    /// Each once, by name.
    fn of_rules(&mut self, index: TechniqueIndex, rules: &[RuleIndex]) -> Vec<Text> {
        let mut found: Vec<&LogSource> = Vec::new();
        for at in rules {
            let number = self.of.coverage.claims.sources.get(*at as usize);
            let Some(last) = number.and_then(|number| self.last.get_mut(*number as usize)) else {
                continue;
            };
            if *last != Some(index) {
                *last = Some(index);
                found.extend(self.of.intake.rules.get(*at as usize).map(|rule| &rule.log_source));
            }
        }
        sorted::sort(&mut found);
        found.into_iter().map(|source| source.to_string().into()).collect()
    }
}
