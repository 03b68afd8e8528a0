//! Coverage of real rule sets against counts that were made independently, technique by
//! technique. The rule sets are not part of the project; without them these tests say so and
//! pass.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

use coverlay::attack::{Catalogue, Domain, Resolution, TechniqueId, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::pipeline;
use coverlay::rule::{Intake, Status};
use coverlay::source::SourceFile;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The folder with the rule sets, if it is there.
fn shared() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    if folder.join("corpora").is_dir() {
        return Some(folder);
    }
    println!("skipped: no rule sets in {} (set COVERLAY_SHARED)", folder.display());
    None
}

/// The day the rule sets were fetched; nothing here depends on it.
fn today() -> Date {
    Date::new(2026, 8, 5).expect("a day")
}

fn all_statuses() -> Scope {
    let mut scope = Scope::default();
    for status in Status::ALL {
        scope.statuses.set(status, true);
    }
    scope
}

/// The rules of an archive whose path inside it passes `wanted`.
fn read(archive: &str, wanted: impl Fn(&str) -> bool) -> Option<Intake> {
    let path = shared()?.join("corpora").join(archive);
    let bytes = std::fs::read(path).expect("the archive is readable");
    let (mut intake, _) = pipeline::import_files([SourceFile { path: String::new(), bytes }]);
    intake.rules.retain(|rule| wanted(rule.path.trim_start_matches('/')));
    intake.settle();
    Some(intake)
}

fn truth(name: &str, key: &str) -> Value {
    let path = shared().expect("checked before").join("corpora").join(name);
    let text = std::fs::read(path).expect("the truth is readable");
    let all: Value = serde_json::from_slice(&text).expect("the truth is JSON");
    all[key].clone()
}

fn counts(value: &Value) -> BTreeMap<TechniqueId, usize> {
    let object = value.as_object().expect("an object");
    let count = |count: &Value| usize::try_from(count.as_u64().expect("a count")).expect("small");
    object.iter().map(|(id, n)| (id.parse().expect("an id"), count(n))).collect()
}

fn newest() -> Catalogue {
    bundled::find(Domain::Enterprise, None).expect("whole").expect("built in").clone()
}

/// The rules that name each id, as written.
fn as_written(intake: &Intake) -> BTreeMap<TechniqueId, usize> {
    let mut counts = BTreeMap::new();
    for rule in &intake.rules {
        for id in rule.technique_ids() {
            *counts.entry(id).or_default() += 1;
        }
    }
    counts
}

/// Per live technique with rules: exact and rolled-up counts.
fn covered(catalogue: &Catalogue, coverage: &Coverage) -> BTreeMap<TechniqueId, (usize, usize)> {
    let rows = catalogue.techniques.iter().zip(&coverage.techniques);
    rows.filter(|(_, c)| !c.rules_rollup.is_empty())
        .map(|(t, c)| (t.id, (c.rules.len(), c.rules_rollup.len())))
        .collect()
}

#[test]
fn sigmahq_rules_agree_exactly() {
    let Some(intake) = read("sigmahq.zip", |path| path.starts_with("sigma/rules")) else { return };
    let truth = truth("sigmahq.truth.json", "sigma/rules*/");
    let catalogue = newest();
    let coverage =
        Coverage::compute(&catalogue, &intake, &Policy::default(), &Scope::default(), today());
    let s = &coverage.summary;
    assert_eq!((s.rules, s.rules_mapped, s.rules_unmapped, s.duplicates), (3780, 3309, 471, 0));
    assert_eq!((s.techniques_covered, s.techniques_total), (171, 222));
    assert_eq!((s.techniques_direct, s.techniques_via_subtechnique), (157, 14));
    assert_eq!((s.subtechniques_covered, s.subtechniques_total), (243, 475));

    // All 4,509 ids are live in 19.2, so nothing moves and both counts must be equal.
    let found = covered(&catalogue, &coverage);
    let exact: BTreeMap<_, _> =
        found.iter().filter(|(_, c)| c.0 > 0).map(|(id, c)| (*id, c.0)).collect();
    let rollup: BTreeMap<_, _> = found.iter().map(|(id, c)| (*id, c.1)).collect();
    assert_eq!(exact, counts(&truth["exact"]));
    assert_eq!(rollup, counts(&truth["rollup"]));
}

/// One set against its truth: ids as written must agree exactly. After migration an id's rules
/// are the union of those of all ids that lead to it, and the truth has only their sizes: a
/// union is at least its largest and at most the sum of all, and equal where only one leads.
fn migrated(archive: &str, truth_file: &str, key: &str, wanted: impl Fn(&str) -> bool) {
    let Some(intake) = read(archive, wanted) else { return };
    let truth = truth(truth_file, key);
    let exact = counts(&truth["exact"]);
    assert_eq!(as_written(&intake), exact, "{key}: ids as written");
    assert_eq!(
        intake.rules.len() as u64,
        truth["rules"].as_u64().expect("a count"),
        "{key}: rules"
    );

    let catalogue = newest();
    let coverage =
        Coverage::compute(&catalogue, &intake, &Policy::default(), &all_statuses(), today());
    let mut leading: BTreeMap<TechniqueId, Vec<usize>> = BTreeMap::new();
    let mut without_successor = BTreeSet::new();
    for (id, count) in &exact {
        match catalogue.resolve(*id) {
            Resolution::Live(index) | Resolution::Revoked(index) => {
                leading.entry(catalogue.technique(index).id).or_default().push(*count);
            }
            Resolution::Deprecated | Resolution::Unknown => {
                without_successor.insert(*id);
            }
        }
    }
    let found = covered(&catalogue, &coverage);
    // Copies of a rule id count once; they are the only thing that may lower a count.
    let copies = intake.duplicates.len();
    for (id, counts) in &leading {
        let rules = found.get(id).map_or(0, |c| c.0);
        let (most, least): (usize, usize) =
            (counts.iter().sum(), counts.iter().copied().max().unwrap_or(0));
        assert!(
            rules <= most && rules + copies >= least,
            "{key} {id}: {rules} not in {least}..={most}"
        );
        if counts.len() == 1 && copies == 0 {
            assert_eq!(rules, most, "{key} {id}");
        }
    }
    let named: BTreeSet<_> = found.iter().filter(|(_, c)| c.0 > 0).map(|(id, _)| *id).collect();
    assert_eq!(named, leading.keys().copied().collect(), "{key}: techniques with rules");

    // Rules that name only ids without a successor are unmapped here and mapped in the truth.
    let lost = intake
        .rules
        .iter()
        .filter(|rule| {
            let ids = rule.technique_ids();
            !ids.is_empty() && ids.iter().all(|id| without_successor.contains(id))
        })
        .count();
    let with_technique = truth["rules_with_technique"].as_u64().expect("a count") as usize;
    assert_eq!(
        coverage.summary.rules_mapped + lost + copies_mapped(&intake),
        with_technique,
        "{key}: mapped"
    );
    println!(
        "{key}: {} rules, {copies} copies, {lost} with ids that have no successor: {without_successor:?}",
        intake.rules.len()
    );
}

fn copies_mapped(intake: &Intake) -> usize {
    let has_id = |at: &&u32| !intake.rules[**at as usize].technique_ids().is_empty();
    intake.duplicates.iter().filter(has_id).count()
}

#[test]
fn sigmahq_deprecated_and_unsupported_agree() {
    migrated("sigmahq.zip", "sigmahq.truth.json", "sigma/deprecated/", |p| {
        p.starts_with("sigma/deprecated/")
    });
    migrated("sigmahq.zip", "sigmahq.truth.json", "sigma/unsupported/", |p| {
        p.starts_with("sigma/unsupported/")
    });
}

#[test]
fn sigmahq_of_2019_agrees_after_migration() {
    migrated("sigmahq-2019.zip", "sigmahq-2019.truth.json", "sigma-history-2019/", |_| true);
}

#[test]
fn sigmahq_of_2022_agrees_after_migration() {
    migrated("sigmahq-2022.zip", "sigmahq-2022.truth.json", "sigma-history-2023/", |p| {
        p.contains("/rules/")
    });
}

#[test]
fn sigmahq_of_april_2026_agrees_after_migration() {
    migrated("sigmahq-2026-04.zip", "sigmahq-2026-04.truth.json", "sigma-history-v18era/", |p| {
        p.contains("/rules")
    });
}
