//! What must hold of the numbers whatever the rules are.

use crate::toy::{any_rules, catalogue, cover, intake};
use coverlay::coverage::{
    Coverage, CoverageState, DenominatorKind, Difference, Grouping, Panel, PanelAsked, Picked,
    Policy, Scope, Switch, Switchboard, TechniqueState, WhatIf, difference, platform_views,
    tactic_views, weakest,
};
use coverlay::rule::{Format, Intake, Level, LogSource, Rule, Status};
use proptest::prelude::*;
use std::collections::BTreeSet;

prop_compose! {
    fn any_what_if()(
        sources in prop::sample::subsequence(vec!["", "process", "file", "dns"], 0..3),
        formats in prop::sample::subsequence(vec![Format::Sigma, Format::Elastic], 0..2),
        levels in prop::sample::subsequence(vec![None, Some(Level::Low), Some(Level::High)], 0..2),
        statuses in prop::sample::subsequence(vec![Status::Test, Status::Unspecified], 0..2),
    ) -> WhatIf {
        WhatIf {
            log_sources: sources.into_iter().map(|name| LogSource::new("", name, "")).collect(),
            formats: formats.into_iter().collect(),
            levels: levels.into_iter().collect(),
            statuses: statuses.into_iter().collect(),
            ..WhatIf::default()
        }
    }
}

prop_compose! {
    fn any_scope()(
        platforms in prop::sample::subsequence(vec!["Linux", "PRE", "Windows"], 0..3),
        observable_only in any::<bool>(),
        count_disabled in any::<bool>(),
        what_if in any_what_if(),
    ) -> Scope {
        Scope {
            platforms: platforms.into_iter().map(str::to_owned).collect(),
            observable_only,
            count_disabled,
            what_if,
            ..Scope::default()
        }
    }
}

fn lost(difference: &Difference, sub: bool) -> usize {
    difference.lost(&catalogue(), sub).len()
}

/// `switch` says that so much is lost with it; switching it off must lose exactly that.
fn agrees<Key>(
    intake: &Intake,
    real: &Coverage,
    scope: &Scope,
    switch: &Switch<Key>,
    what_if: WhatIf,
) -> Result<(), TestCaseError> {
    let without = cover(intake, &Scope { what_if, ..scope.clone() });
    let found = difference(real, &without);
    prop_assert_eq!(lost(&found, false), switch.techniques_alone);
    prop_assert_eq!(lost(&found, true), switch.subtechniques_alone);
    prop_assert_eq!(found.rules.0 - found.rules.1, switch.rules);
    Ok(())
}

proptest! {
    /// Every rule read ends in exactly one list, and every technique in exactly one standing.
    #[test]
    fn nothing_is_counted_twice(rules in any_rules(), scope in any_scope()) {
        let (catalogue, intake) = (catalogue(), intake(rules));
        let coverage = cover(&intake, &scope);
        let lists = [&coverage.mapped, &coverage.unmapped, &coverage.excluded, &coverage.disabled,
            &coverage.switched_off, &intake.duplicates];
        let mut all: Vec<u32> = lists.into_iter().flatten().copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..).take(intake.rules.len()).collect::<Vec<u32>>());
        let in_scope = || catalogue.indices().filter(|index| coverage.technique(*index).in_scope);
        let mut standing: Vec<_> = CoverageState::STANDINGS
            .into_iter()
            .flat_map(|state| state.list(&catalogue, &coverage))
            .collect();
        standing.sort_unstable();
        prop_assert_eq!(standing, in_scope().collect::<Vec<_>>());
        for index in in_scope() {
            let technique = coverage.technique(index);
            let subs = catalogue.sub_techniques(index).filter(|sub| coverage.technique(*sub).in_scope);
            let below = subs.flat_map(|sub| coverage.technique(sub).rules.clone());
            let union: BTreeSet<u32> = technique.rules.iter().copied().chain(below).collect();
            prop_assert_eq!(&technique.rules_rollup, &union.into_iter().collect::<Vec<_>>());
        }
    }

    /// The panel's lists are the headline's numbers, and each share is that of its lists.
    #[test]
    fn numbers_are_the_lengths_of_lists(rules in any_rules(), scope in any_scope(), threshold in 0_u32..110) {
        let (catalogue, intake) = (catalogue(), intake(rules));
        let coverage = cover(&intake, &scope);
        let asked = PanelAsked { platforms: &scope.platforms, threshold, ..PanelAsked::default() };
        let panel = Panel::of(&catalogue, &coverage, &asked);
        let s = coverage.summary;
        let whole = panel.bars.iter().map(|bar| bar.techniques.len()).sum::<usize>();
        prop_assert_eq!(whole, s.techniques_total);
        prop_assert_eq!(panel.bars[0].techniques.len(), s.techniques_total - s.techniques_covered);
        let exact = panel.bars.iter().map(|bar| bar.exact.len()).sum::<usize>();
        prop_assert_eq!(exact, s.techniques_total + s.subtechniques_total);
        prop_assert_eq!(panel.at_least.total, s.techniques_total);
        if threshold == 80 {
            prop_assert_eq!(panel.at_least.techniques.len(), s.techniques_at_least_80);
        }
        let c = &panel.concentration;
        prop_assert!(c.held() <= c.mappings && c.top.len() == c.ids.min(10));
        prop_assert_eq!(c.ids, exact - panel.bars[0].exact.len());
        for one in &panel.denominators {
            let percent = one.covered.len() as f64 * 100.0 / one.total().max(1) as f64;
            prop_assert!((one.percent() - percent).abs() < 1e-9);
            // What a scope of the same kind says of the same rules.
            let alone = |platforms: &[String], observable_only| {
                let scope = Scope { platforms: platforms.to_vec(), observable_only, ..scope.clone() };
                let s = cover(&intake, &scope).summary;
                (s.techniques_covered, s.techniques_total, s.subtechniques_covered, s.subtechniques_total)
            };
            let (covered, total) = match one.kind {
                DenominatorKind::Techniques => { let s = alone(&[], false); (s.0, s.1) }
                DenominatorKind::WithSubtechniques => { let s = alone(&[], false); (s.0 + s.2, s.1 + s.3) }
                DenominatorKind::Observable => { let s = alone(&[], true); (s.0, s.1) }
                DenominatorKind::Platforms => { let s = alone(&scope.platforms, false); (s.0, s.1) }
                DenominatorKind::Profile => unreachable!("no profile was chosen"),
            };
            prop_assert_eq!((one.covered.len(), one.total()), (covered, total), "{:?}", one.kind);
        }
    }

    /// Tactics and platforms say the same as the coverage, and the grid the same as its rows.
    #[test]
    fn views_agree_with_the_totals(rules in any_rules(), scope in any_scope()) {
        let (catalogue, intake) = (catalogue(), intake(rules));
        let coverage = cover(&intake, &scope);
        for (view, tactic) in tactic_views(&catalogue, &coverage).iter().zip(&coverage.tactics) {
            prop_assert_eq!((view.covered.len(), view.total()), (tactic.techniques_covered, tactic.techniques_total));
            prop_assert_eq!(view.median_log_sources.is_none(), view.covered.is_empty());
            let (best, worst) = (view.best(5).collect::<BTreeSet<_>>(), view.worst(5).collect());
            prop_assert!(best.is_disjoint(&worst));
            prop_assert_eq!(best.len() + worst.len(), view.covered.len().min(10));
        }
        let views = platform_views(&catalogue, &intake, &coverage, Grouping::Each);
        for (view, naive) in views.iter().zip(&coverage.platforms) {
            let all = view.all();
            prop_assert_eq!((&view.name, all.covered, all.total), (&naive.name, naive.covered, naive.total));
            prop_assert_eq!(view.blind_spots(true).len(), all.total - all.covered);
            prop_assert_eq!(view.blind_spots(false).len(), all.total - all.visible);
            prop_assert!(all.visible + all.unstated <= all.covered);
        }
    }

    /// The order in which rules come changes nothing at all.
    #[test]
    fn order_changes_nothing(rules in any_rules(), scope in any_scope(), turn in 0_usize..10) {
        let catalogue = catalogue();
        let all = |rules: Vec<Rule>| {
            let intake = intake(rules);
            let coverage = cover(&intake, &scope);
            (
                Panel::of(&catalogue, &coverage, &PanelAsked::default()),
                tactic_views(&catalogue, &coverage),
                platform_views(&catalogue, &intake, &coverage, Grouping::Families),
                weakest(&catalogue, &intake, &coverage, &Policy::default()),
                Switchboard::of(&catalogue, &intake, &coverage),
                CoverageState::ALL.map(|state| state.list(&catalogue, &coverage)),
            )
        };
        let mut turned = rules.clone();
        if !turned.is_empty() {
            let turn = turn % turned.len();
            turned.rotate_left(turn);
        }
        prop_assert_eq!(all(rules), all(turned));
    }

    /// Whatever is switched off, nothing rises; and it is as if those rules were not there.
    #[test]
    fn switching_off_never_raises(rules in any_rules(), what_if in any_what_if()) {
        let intake = intake(rules);
        let real = cover(&intake, &Scope::default());
        let without = cover(&intake, &Scope { what_if: what_if.clone(), ..Scope::default() });
        for (before, after) in real.techniques.iter().zip(&without.techniques) {
            prop_assert!(after.score <= before.score && after.state <= before.state);
            prop_assert!(after.log_sources <= before.log_sources);
            prop_assert!(after.rules_rollup.len() <= before.rules_rollup.len());
        }
        let found = difference(&real, &without);
        prop_assert!(found.points.1 <= found.points.0 && found.techniques.1 <= found.techniques.0);
        prop_assert!(!found.changes.iter().any(|change| change.is_gained()));
        prop_assert_eq!(found.techniques.0 - found.techniques.1, lost(&found, false));
        let stays = |rule: &Rule| {
            !(what_if.log_sources.contains(&rule.log_source)
                || what_if.formats.contains(&rule.format)
                || what_if.levels.contains(&rule.level.value)
                || what_if.statuses.contains(&rule.status.known()))
        };
        let rest: Intake = intake.rules.iter().map(|rule| Rule::clone(rule)).filter(stays).collect();
        let rest = cover(&rest, &Scope::default());
        let said = |coverage: &Coverage| {
            let one = coverage.techniques.iter();
            one.map(|t| (t.state, t.score, t.rules.len(), t.upkeep.stale)).collect::<Vec<_>>()
        };
        prop_assert_eq!(said(&without), said(&rest));
        prop_assert_eq!(without.summary.techniques_covered, rest.summary.techniques_covered);
    }

    /// Planned rules only ever add.
    #[test]
    fn planned_rules_only_add(rules in any_rules()) {
        let intake = intake(rules);
        let real = cover(&intake, &Scope::default());
        let what_if = WhatIf { planned: true, ..WhatIf::default() };
        let planned = cover(&intake, &Scope { what_if, ..Scope::default() });
        prop_assert!(planned.excluded.is_empty() && planned.disabled.is_empty());
        for (before, after) in real.techniques.iter().zip(&planned.techniques) {
            prop_assert!(after.score >= before.score && after.state >= before.state);
            prop_assert!(!after.upkeep.disabled_only);
        }
        // What only disabled rules cover is what counting them gains.
        let enabled = cover(&intake, &Scope { count_disabled: true, ..Scope::default() });
        for (before, after) in real.techniques.iter().zip(&enabled.techniques) {
            let is_gained = before.state == TechniqueState::None && after.state != TechniqueState::None;
            prop_assert_eq!(before.upkeep.disabled_only, is_gained);
        }
    }

    /// What a switch and a dependency say is what switching off shows.
    #[test]
    fn foretold_losses_come_true(rules in any_rules(), scope in any_scope()) {
        let scope = Scope { what_if: WhatIf::default(), ..scope };
        let (catalogue, intake) = (catalogue(), intake(rules));
        let real = cover(&intake, &scope);
        let board = Switchboard::of(&catalogue, &intake, &real);
        for switch in &board.log_sources {
            let log_sources = [switch.key.clone()].into();
            agrees(&intake, &real, &scope, switch, WhatIf { log_sources, ..WhatIf::default() })?;
        }
        for switch in &board.formats {
            let formats = [switch.key].into();
            agrees(&intake, &real, &scope, switch, WhatIf { formats, ..WhatIf::default() })?;
        }
        for switch in &board.levels {
            let levels = [switch.key].into();
            agrees(&intake, &real, &scope, switch, WhatIf { levels, ..WhatIf::default() })?;
        }
        for switch in &board.statuses {
            let statuses = [switch.key].into();
            agrees(&intake, &real, &scope, switch, WhatIf { statuses, ..WhatIf::default() })?;
        }
        for dependency in weakest(&catalogue, &intake, &real, &Policy::default()) {
            prop_assert!(!dependency.log_source.is_empty());
            let log_sources = [dependency.log_source.clone()].into();
            let what_if = WhatIf { log_sources, ..WhatIf::default() };
            let found = difference(&real, &cover(&intake, &Scope { what_if, ..scope.clone() }));
            prop_assert_eq!(found.lost(&catalogue, false), dependency.techniques);
            prop_assert_eq!(found.lost(&catalogue, true), dependency.subtechniques);
            prop_assert_eq!(found.points.0 as i64 - found.points.1 as i64, dependency.points);
        }
    }

    /// Single rules switched off are gone, and only they.
    #[test]
    fn single_rules_are_switched_off(rules in any_rules(), first in 0_u32..10, second in 0_u32..10) {
        let intake = intake(rules);
        let rows: Vec<u32> = [second, first].into_iter().filter(|row| (*row as usize) < intake.rules.len()).collect();
        let what_if = WhatIf { rules: Some(Picked::new(&intake, &rows)), ..WhatIf::default() };
        prop_assert_eq!(what_if.is_real(), rows.is_empty());
        let real = cover(&intake, &Scope::default());
        let without = cover(&intake, &Scope { what_if, ..Scope::default() });
        let counted: BTreeSet<u32> = real.counted().into_iter().collect();
        let off: BTreeSet<u32> = rows.into_iter().filter(|row| counted.contains(row)).collect();
        prop_assert_eq!(without.switched_off.iter().copied().collect::<BTreeSet<_>>(), off.clone());
        let rest: Vec<u32> = counted.difference(&off).copied().collect();
        prop_assert_eq!(without.counted(), rest);
    }
}
