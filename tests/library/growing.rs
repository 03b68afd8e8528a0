//! Scores that grow rule by rule are those of coverage, only unrounded.

use crate::at_once;
use crate::library::laws::any_rules;
use crate::toy::{date, intake, three_tactics};
use coverlay::coverage::{Coverage, Growth, Offer, Policy, Scale, Scope, Score};
use coverlay::pace::Unpaced;
use coverlay::rule::{Intake, Rule, RuleIndex};
use proptest::prelude::*;

/// What a score is of 100 on a scale, not rounded.
pub(crate) fn share(scale: Scale, score: Option<Score>) -> f64 {
    let points = score.map_or(0, Score::get).min(scale.top);
    f64::from(points) * 100.0 / f64::from(scale.top.max(1))
}

fn grown(policy: &Policy, own: &Intake, library: &Intake) -> (Growth, Coverage, Vec<f64>) {
    let catalogue = three_tactics();
    let scope = Scope::default();
    let cover = |intake: &Intake| Coverage::compute(&catalogue, intake, policy, &scope, date());
    let (coverage, offered) = (cover(own), cover(library));
    let rules: Vec<RuleIndex> = offered.mapped.clone();
    let offer = Offer { intake: library, claims: &offered.claims, rules: &rules };
    let (mut growth, brought) =
        at_once(Growth::of(&catalogue, own, &coverage, policy, &offer, &Unpaced));
    let before: Vec<f64> = catalogue.indices().map(|index| growth.score(index)).collect();
    for brings in brought.iter().flatten() {
        let (from, rise) = (growth.score(brings.technique), growth.rise(brings));
        growth.add(brings);
        let to = growth.score(brings.technique);
        assert!((to - from - rise).abs() < 1e-9 && rise >= 0.0, "{from} {rise} {to}");
    }
    (growth, coverage, before)
}

proptest! {
    #[test]
    fn they_round_to_those_of_coverage(own in any_rules("own"), more in any_rules("lib"), at in 0_usize..14) {
        let policy = Policy::all()[at];
        let (catalogue, scope) = (three_tactics(), Scope::default());
        // Copies of an id are another matter.
        let alone = |rules: Vec<Rule>| rules.into_iter().map(|rule| Rule { id: None, ..rule }).collect();
        let (own, library) = (intake(alone(own)), intake(alone(more)));
        let (growth, coverage, before) = grown(&policy, &own, &library);
        let both = intake(own.rules.iter().chain(&library.rules).map(|rule| (**rule).clone()).collect());
        let all = Coverage::compute(&catalogue, &both, &policy, &scope, date());
        for (index, before) in catalogue.indices().zip(before) {
            let (old, new) = (coverage.technique(index).score, all.technique(index).score);
            let near = |unrounded: f64, score| (unrounded - share(policy.scale(), score)).abs() <= 0.5 + 1e-6;
            prop_assert!(near(before, old), "{} {before} {old:?}", policy.name());
            // A peer counts what ours leave out, so that only what was offered is in `growth`.
            if !matches!(policy, Policy::Peer { .. }) {
                prop_assert!(near(growth.score(index), new), "{} {new:?}", policy.name());
            }
        }
    }
}
