//! What must hold of recommendations whatever the rules are.

use crate::Ground;
use crate::library::growing::share;
use crate::toy::{date, intake, rule, three_tactics};
use coverlay::attack::TechniqueIndex;
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::gaps::{Library, NextAsked, NextRules, next_rules, preview, recommended};
use coverlay::rule::{Format, Intake, Level, Rule, RuleIndex, Status, Tag, Written, parse_tag};
use proptest::prelude::*;
use std::collections::BTreeMap;

const TAGS: [&str; 8] = [
    "attack.t1001",
    "attack.t1003.001",
    "attack.t1047",
    "attack.t1053",
    "attack.t1059",
    "attack.t1059.001",
    "attack.t1086",
    "attack.t7777",
];

prop_compose! {
    fn any_rule()(
        id in prop::sample::select(vec!["", "1", "2", "3", "4"]),
        level in prop::sample::select(vec!["low", "medium", "high", "critical", ""]),
        status in prop::sample::select(vec!["stable", "test", "experimental", "deprecated", ""]),
        source in prop::sample::select(vec!["process", "script", "dns"]),
        elastic in prop::bool::weighted(0.2),
        enabled in prop::bool::weighted(0.9),
        year in 2018..2027_i32,
        body in 0..6_u64,
        tags in prop::sample::subsequence(TAGS.to_vec(), 0..4),
    ) -> Rule {
        Rule {
            id: (!id.is_empty()).then(|| id.to_owned()),
            enabled,
            body,
            modified: Date::new(year as _, 1, 2),
            format: if elastic { Format::Elastic } else { Format::Sigma },
            ..rule("any", level, status, source, &tags)
        }
    }
}

/// Each with a title and a file of its own; ids and bodies may meet.
pub(crate) fn any_rules(of: &'static str) -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(any_rule(), 0..12).prop_map(move |rules| {
        let named = rules.into_iter().enumerate();
        named
            .map(|(at, rule)| {
                let ending = if rule.format == Format::Elastic { "toml" } else { "yml" };
                // Ids and bodies of both sides meet, but for one half. Those of two formats do not:
                // to rsigma they would be one rule.
                let side = if at % 2 == 0 { of } else { "" };
                let id = rule.id.clone().map(|id| format!("{side}{id}{ending}"));
                let body = if at % 2 == 0 && rule.body > 0 {
                    rule.body + 10 * u64::from(of.as_bytes()[0])
                } else {
                    rule.body
                };
                let tags = match rule.format {
                    Format::Elastic => rule
                        .tags
                        .iter()
                        .map(|tag| Tag {
                            written: tag.written.trim_start_matches("attack.").to_uppercase(),
                            claims: parse_tag(&tag.written),
                            ..tag.clone()
                        })
                        .collect(),
                    _ => rule.tags.clone(),
                };
                Rule {
                    id,
                    body,
                    tags,
                    title: format!("{of} {at}"),
                    path: format!("{of}/{at}.{ending}"),
                    ..rule
                }
            })
            .collect()
    })
}

fn all_of(ground: &Ground, stakes: &[f64]) -> (Library, NextRules) {
    let grounds = ground.grounds();
    let library = Library::new(&grounds);
    let asked = NextAsked { most: usize::MAX, ..NextAsked::default() };
    let next = next_rules(&grounds, &library, stakes, &asked);
    (library, next)
}

fn ground(own: &[Rule], more: &[Rule], policy: Policy) -> Ground {
    let (own, library) = (intake(own.to_vec()), intake(more.to_vec()));
    Ground::new(three_tactics(), own, library, policy, Scope::default())
}

fn any_stakes() -> impl Strategy<Value = Vec<f64>> {
    let stake = prop::sample::select(vec![0.0, 0.5, 1.0, 2.0, 3.3, 7.0, 10.0]);
    prop::collection::vec(stake, 12)
}

/// The names of what was found, which do not depend on places in lists.
fn names(ground: &Ground, next: &NextRules) -> Vec<(String, f64, f64)> {
    let next = next.rules.iter();
    next.map(|next| (ground.title(next.rule).to_owned(), next.gain, next.total)).collect()
}

proptest! {
    /// Gains are above 0, never rise, and add up to what the stakes say of the scores.
    #[test]
    fn gains_fall_and_add_up(own in any_rules("own"), more in any_rules("lib"), stakes in any_stakes(), at in 0_usize..14) {
        let policy = Policy::all()[at];
        let ground = ground(&own, &more, policy);
        let (_, next) = all_of(&ground, &stakes);
        let mut last = f64::INFINITY;
        let mut total = 0.0;
        for one in &next.rules {
            prop_assert!(one.gain > 0.0 && one.gain <= last, "{} {:?}", policy.name(), next);
            last = one.gain;
            total += one.gain;
            prop_assert!((one.total - total).abs() < 1e-6);
            let raised = one.raised.iter().map(|raised| {
                stakes[usize::from(raised.technique.0)] * (raised.to - raised.from) / 100.0
            });
            prop_assert!((raised.sum::<f64>() - one.gain).abs() < 1e-6);
            prop_assert!(one.raised.iter().all(|raised| raised.to > raised.from && raised.to <= 100.0));
        }
        prop_assert!(total <= next.open + 1e-6, "no more than is at stake");
    }

    /// The order in which rules arrive changes nothing.
    #[test]
    fn the_order_of_input_does_not_matter(own in any_rules("own"), more in any_rules("lib"), stakes in any_stakes(), at in 0_usize..14) {
        let policy = Policy::all()[at];
        let one = ground(&own, &more, policy);
        let (mut turned_own, mut turned_more) = (own, more);
        turned_own.reverse();
        turned_more.reverse();
        let other = ground(&turned_own, &turned_more, policy);
        let ((library, next), (other_library, other_next)) = (all_of(&one, &stakes), all_of(&other, &stakes));
        prop_assert_eq!(one.titles(&library.usable), other.titles(&other_library.usable));
        prop_assert_eq!(library.left_out, other_library.left_out);
        prop_assert_eq!(names(&one, &next), names(&other, &other_next));
    }

    /// Nothing that is deployed is recommended, nothing twice, nothing retired or unmapped.
    #[test]
    fn what_is_deployed_is_never_recommended(own in any_rules("own"), more in any_rules("lib"), stakes in any_stakes()) {
        let ground = ground(&own, &more, Policy::default());
        let (library, next) = all_of(&ground, &stakes);
        prop_assert_eq!(library.usable.len() + library.left_out_in_all(), ground.library.rules.len());
        let (mut bodies, mut ids) = (Vec::new(), Vec::new());
        let grounds = ground.grounds();
        let everywhere = ground.catalogue.indices().flat_map(|index| recommended(&grounds, &library, index));
        let shown: Vec<RuleIndex> = everywhere.map(|found| found.rule).chain(next.chosen()).collect();
        prop_assert!(shown.iter().all(|at| library.usable.contains(at)));
        for at in &library.usable {
            let rule = &ground.library.rules[*at as usize];
            let id = rule.id.as_ref().map(|id| (rule.format, id.to_lowercase()));
            let is_own = |own: &&std::sync::Arc<Rule>| {
                id.is_some() && own.id.as_ref().map(|id| (own.format, id.to_lowercase())) == id
                    || rule.body != 0 && own.body == rule.body
            };
            prop_assert!(!ground.intake.rules.iter().any(|own| is_own(&own)), "{}", rule.title);
            prop_assert!(rule.enabled && rule.status.known() != Status::Deprecated);
            prop_assert!(rule.body == 0 || !bodies.contains(&rule.body));
            prop_assert!(id.is_none() || !ids.contains(&id));
            bodies.push(rule.body);
            ids.push(id);
        }
    }

    /// Once nothing more can be bought, the scores are those of both sets together.
    #[test]
    fn choosing_all_is_coverage_of_the_union(own in any_rules("own"), more in any_rules("lib"), at in 0_usize..14) {
        let policy = Policy::all()[at];
        let ground = ground(&own, &more, policy);
        let (library, next) = all_of(&ground, &[1.0; 12]);
        let cover = |chosen: &[RuleIndex]| {
            let all = preview(&ground.intake, &ground.library, chosen);
            Coverage::compute(&ground.catalogue, &all, &policy, &ground.scope, date())
        };
        let (bought, union) = (cover(&next.chosen()), cover(&library.usable));
        for index in ground.catalogue.indices() {
            let of = |coverage: &Coverage| share(policy.scale(), coverage.technique(index).score);
            prop_assert!((of(&bought) - of(&union)).abs() < 1e-9, "{} {index:?}", policy.name());
        }
    }

    /// Each choice is the best there is, recomputed from nothing but coverage for every rule that
    /// is left. (Scores by level, by count and by a peer are whole; those by depth are next.)
    #[test]
    fn each_choice_is_the_best(own in any_rules("own"), more in any_rules("lib"), stakes in any_stakes(), at in 0_usize..12) {
        let policies: Vec<Policy> = Policy::all()
            .into_iter()
            .filter(|policy| !matches!(policy, Policy::Depth { .. } | Policy::Precision { .. }))
            .collect();
        let policy = policies[at];
        let ground = ground(&own, &more, policy);
        let (library, next) = all_of(&ground, &stakes);
        let worth = |chosen: &[RuleIndex]| {
            let all = preview(&ground.intake, &ground.library, chosen);
            let coverage = Coverage::compute(&ground.catalogue, &all, &policy, &ground.scope, date());
            let scores = ground.catalogue.indices().map(|index| coverage.technique(index).score);
            scores.zip(&stakes).map(|(score, stake)| stake * share(policy.scale(), score) / 100.0).sum::<f64>()
        };
        check_greedy(&library, &next, worth)?;
    }

    /// The same by depth, from its formula written out again.
    #[test]
    fn each_choice_is_the_best_by_depth(own in any_rules("own"), more in any_rules("lib"), stakes in any_stakes()) {
        let ground = ground(&own, &more, Policy::named("depth").expect("a policy"));
        let (library, next) = all_of(&ground, &stakes);
        let worth = |chosen: &[RuleIndex]| {
            let all = preview(&ground.intake, &ground.library, chosen);
            let coverage = Coverage::compute(&ground.catalogue, &all, &ground.policy, &ground.scope, date());
            ground.catalogue.indices().zip(&stakes).map(|(index, stake)| stake * depth(&all, &coverage, index)).sum::<f64>()
        };
        check_greedy(&library, &next, worth)?;
    }
}

/// Against the best of all that are left, of equals the first in the library's order.
fn check_greedy(
    library: &Library,
    next: &NextRules,
    worth: impl Fn(&[RuleIndex]) -> f64,
) -> Result<(), TestCaseError> {
    let mut chosen: Vec<RuleIndex> = Vec::new();
    for at in 0..=next.rules.len() {
        let before = worth(&chosen);
        let mut best: Option<(RuleIndex, f64)> = None;
        for rule in library.usable.iter().filter(|rule| !chosen.contains(rule)) {
            let with = [chosen.as_slice(), &[*rule]].concat();
            let gain = worth(&with) - before;
            if gain > best.map_or(0.0, |(_, most)| most) + 1e-8 {
                best = Some((*rule, gain));
            }
        }
        let found = next.rules.get(at);
        prop_assert_eq!(found.map(|found| found.rule), best.map(|(rule, _)| rule));
        if let (Some(found), Some((rule, gain))) = (found, best) {
            prop_assert!((found.gain - gain).abs() < 1e-6);
            chosen.push(rule);
        }
    }
    Ok(())
}

/// 1 − Π (1 − best q) over log sources, q = status × level × freshness × specificity.
fn depth(all: &Intake, coverage: &Coverage, index: TechniqueIndex) -> f64 {
    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for at in &coverage.technique(index).rules {
        let rule = &all.rules[*at as usize];
        let status = match rule.status.known() {
            Status::Stable => 1.0,
            Status::Test => 0.9,
            Status::Experimental => 0.7,
            Status::Unspecified => 0.8,
            Status::Deprecated | Status::Unsupported => 0.0,
        };
        let level = match rule.level.value {
            Some(Level::Critical | Level::High) => 0.8,
            Some(Level::Medium) => 0.5,
            Some(Level::Low | Level::Informational) | None => 0.3,
        };
        let days =
            rule.modified.map_or(0, |day| date().unix_days() as i64 - day.unix_days() as i64);
        let freshness = 2.0 / (2.0 + days.max(0) as f64 / 365.25);
        let techniques = coverage.claims.techniques[*at as usize].len() as f64;
        let quality = status * level * (0.5 + 0.5 * freshness) / techniques.sqrt();
        let known = best.entry(&rule.log_source.category).or_default();
        *known = known.max(quality);
    }
    1.0 - best.values().map(|quality| 1.0 - quality).product::<f64>()
}

/// A written level that nobody knows is one that is not stated.
#[test]
fn levels_off_the_scale_are_the_last() {
    let odd = Rule {
        level: Written::level("severe"),
        ..rule("a", "low", "test", "process", &["attack.t1047"])
    };
    let low = rule("b", "low", "test", "process", &["attack.t1047"]);
    let ground = ground(&[], &[odd, low], Policy::default());
    let library = Library::new(&ground.grounds());
    assert_eq!(ground.titles(&library.usable), ["b", "a"]);
}
