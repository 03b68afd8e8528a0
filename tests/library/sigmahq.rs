//! SigmaHQ as library for a deployment of fifty of its rules. Without the rule sets this says so
//! and passes.

use crate::toy::date;
use crate::{Ground, library::growing::share};
use coverlay::attack::{Domain, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::gaps::{Library, NextAsked, next_rules, preview};
use coverlay::pipeline::import_files;
use coverlay::rule::{Intake, RuleIndex};
use coverlay::source::SourceFile;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// The first ten under the default policy, each recomputed from whole coverages, one for every
/// rule that is left. Rules of the same level on the same techniques give the same scores, so of
/// those only the best is tried; what has no stake is worth nothing.
#[test]
fn the_first_ten_are_those_of_brute_force() {
    let Some(ground) = fifty(Policy::default()) else { return };
    let grounds = ground.grounds();
    let started = Instant::now();
    let library = Library::new(&grounds);
    let looked = started.elapsed();
    let stakes = stakes(&ground);
    let next = next_rules(&grounds, &library, &stakes, &NextAsked::default());
    println!(
        "looked through {} rules in {looked:?}, {} of use, ten chosen in {:?}",
        ground.library.rules.len(),
        library.usable.len(),
        started.elapsed() - looked
    );
    assert!(library.usable.len() > 3000, "{:?}", library.left_out);
    assert_eq!(next.rules.len(), 10);

    let worth = |chosen: &[RuleIndex]| worth(&ground, &stakes, chosen);
    let mut kinds = BTreeMap::new();
    for rule in &library.usable {
        let level = ground.library.rules[*rule as usize].level.value;
        let techniques = &library.claims.techniques[*rule as usize];
        if techniques.iter().all(|technique| stakes[usize::from(technique.0)] == 0.0) {
            continue;
        }
        kinds.entry((level, techniques)).or_insert(*rule);
    }
    // In the library's order, which decides among equals.
    let kinds: Vec<RuleIndex> =
        library.usable.iter().copied().filter(|rule| kinds.values().any(|k| k == rule)).collect();
    let mut chosen: Vec<RuleIndex> = Vec::new();
    for found in &next.rules {
        let before = worth(&chosen);
        let mut best = (0, 0.0);
        for rule in kinds.iter().filter(|rule| !chosen.contains(rule)) {
            let gain = worth(&[chosen.as_slice(), &[*rule]].concat()) - before;
            if gain > best.1 + 1e-8 {
                best = (*rule, gain);
            }
        }
        assert_eq!(ground.title(found.rule), ground.title(best.0), "{:?} {best:?}", found);
        assert!((found.gain - best.1).abs() < 1e-6, "{found:?} {best:?}");
        chosen.push(best.0);
    }
}

/// Under every policy there are ten, their gains fall, and where scores are whole they are what
/// coverage then says.
#[test]
fn every_policy_finds_ten() {
    let Some(mut ground) = fifty(Policy::default()) else { return };
    let stakes = stakes(&ground);
    for policy in Policy::all() {
        ground.policy = policy;
        ground.coverage =
            Coverage::compute(&ground.catalogue, &ground.intake, &policy, &ground.scope, date());
        let grounds = ground.grounds();
        let library = Library::new(&grounds);
        let started = Instant::now();
        let next = next_rules(&grounds, &library, &stakes, &NextAsked::default());
        println!("{}: {:?}", policy.name(), started.elapsed());
        let gains: Vec<f64> = next.rules.iter().map(|next| next.gain).collect();
        assert_eq!(gains.len(), 10, "{}", policy.name());
        assert!(gains.is_sorted_by(|a, b| a >= b), "{} {gains:?}", policy.name());
        if !matches!(policy, Policy::Depth { .. } | Policy::Precision { .. }) {
            let bought = worth(&ground, &stakes, &next.chosen()) - worth(&ground, &stakes, &[]);
            assert!((bought - next.rules[9].total).abs() < 1e-6, "{} {bought}", policy.name());
        }
    }
}

/// What the stakes say of the scores once these are deployed.
fn worth(ground: &Ground, stakes: &[f64], chosen: &[RuleIndex]) -> f64 {
    let all = preview(&ground.intake, &ground.library, chosen);
    let Ground { catalogue, policy, scope, .. } = ground;
    let coverage = Coverage::compute(catalogue, &all, policy, scope, date());
    let scores = catalogue.indices().map(|index| coverage.technique(index).score);
    let worth =
        scores.zip(stakes).map(|(score, stake)| stake * share(policy.scale(), score) / 100.0);
    worth.sum()
}

/// Some stake on two of three techniques; a prime keeps neighbours apart.
fn stakes(ground: &Ground) -> Vec<f64> {
    let techniques = 0..ground.catalogue.techniques.len();
    techniques.map(|at| if at % 3 == 0 { 0.0 } else { (at * 37 % 101) as f64 / 10.0 }).collect()
}

/// Every 75th rule of `sigma/rules*` is deployed; all of the archive is the library.
fn fifty(policy: Policy) -> Option<Ground> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join("corpora/sigmahq.zip");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", path.display());
        return None;
    };
    let (mut library, _) = import_files([SourceFile { path: "sigmahq.zip".to_owned(), bytes }]);
    library.settle();
    let of_rules = library.rules.iter().filter(|rule| rule.path.contains("/rules"));
    let deployed = of_rules.step_by(75).take(50).cloned().collect();
    let mut intake = Intake { rules: deployed, ..Intake::default() };
    intake.settle();
    assert_eq!(intake.rules.len(), 50);
    let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
    Some(Ground::new(catalogue.clone(), intake, library, policy, Scope::default()))
}
