//! Whole public rule sets against independent counts, as far as an import alone can tell:
//! files, rules, ids as written. No ATT&CK data take part, and no rule is left out for its
//! status or as a duplicate.

use crate::shared::{corpus, count, counts, exact, mapped, shared, truth};
use coverlay::pipeline::import_files;
use coverlay::rule::{Claim, Format, Intake, Rule};
use coverlay::source::{Bucket, SourceFile};
use serde_json::Value;
use std::collections::BTreeSet;

/// The settled import of `NAME.zip` and the counts of `NAME.truth.json`.
fn corpus_and_truth(name: &str) -> Option<(Intake, Value)> {
    Some((corpus(name)?, truth(name)))
}

/// The tactics a rule names, whatever their spelling.
fn tactics(rule: &Rule) -> BTreeSet<&str> {
    let claims = rule.tags.iter().flat_map(|tag| &tag.claims);
    claims
        .filter_map(|claim| match claim {
            Claim::Tactic(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

/// Compares the rules below some folders with one group of a truth file.
fn assert_group(intake: &Intake, truth: &Value, below: &dyn Fn(&str) -> bool) {
    assert_mapping(intake, truth, below);
    let rules = || intake.rules.iter().filter(|rule| below(&rule.path));
    assert_eq!(
        count(rules().map(|rule| rule.level.text.as_str())),
        counts(&truth["levels"]),
        "levels"
    );
    // The truth calls a missing status `None`.
    let statuses = rules().map(|rule| match rule.status.text.as_str() {
        "" => "None",
        text => text,
    });
    assert_eq!(count(statuses), counts(&truth["statuses"]), "statuses");
}

/// The same without levels and statuses, of which some truths have none.
pub(crate) fn assert_mapping(intake: &Intake, truth: &Value, below: &dyn Fn(&str) -> bool) {
    let rules: Vec<&Rule> =
        intake.rules.iter().map(|rule| &**rule).filter(|rule| below(&rule.path)).collect();
    let files: BTreeSet<&str> = rules.iter().map(|rule| rule.path.as_str()).collect();
    let exact = exact(&rules);
    assert_eq!(files.len() as u64, truth["files"], "files");
    assert_eq!(rules.len() as u64, truth["rules"], "rules");
    assert_eq!(mapped(&rules) as u64, truth["rules_with_technique"], "rules with a technique");
    assert_eq!(exact.len() as u64, truth["distinct_ids"], "ids");
    assert_eq!(exact, counts(&truth["exact"]), "rules of each id");
    let tactics: Vec<BTreeSet<&str>> = rules.iter().map(|rule| tactics(rule)).collect();
    assert_eq!(
        count(tactics.iter().flatten().copied()),
        counts(&truth["tactic_counts"]),
        "rules of each tactic"
    );
}

/// Every file of the zip in one bucket, and none failed.
fn assert_report(intake: &Intake, files: usize) {
    let counts = intake.report.counts();
    let failed: Vec<_> = intake
        .report
        .outcomes
        .iter()
        .map(|outcome| &**outcome)
        .filter(|outcome| matches!(outcome.bucket, Bucket::Failed { .. }))
        .collect();
    assert_eq!(counts.files, files);
    assert_eq!(failed, Vec::<&coverlay::source::FileOutcome>::new());
    let read: u64 = intake
        .report
        .outcomes
        .iter()
        .map(|outcome| match outcome.bucket {
            Bucket::Read { rules, .. } => u64::from(rules),
            _ => 0,
        })
        .sum();
    assert_eq!(read, intake.rules.len() as u64);
}

#[test]
fn sigmahq_of_2026_08() {
    let Some((intake, truth)) = corpus_and_truth("sigmahq") else { return };
    let below = |folder: &'static str| move |path: &str| path.starts_with(folder);
    assert_group(&intake, &truth["sigma/rules*/"], &below("sigmahq.zip/sigma/rules"));
    assert_group(&intake, &truth["sigma/deprecated/"], &below("sigmahq.zip/sigma/deprecated/"));
    assert_group(&intake, &truth["sigma/unsupported/"], &below("sigmahq.zip/sigma/unsupported/"));
    // 3,780 + 172 + 89, and the three of `other/godmode_sigma_rule.yml`.
    assert_eq!(intake.rules.len(), 4044);
    assert_report(&intake, 4467);
}

#[test]
fn sigmahq_of_2026_04() {
    let Some((intake, truth)) = corpus_and_truth("sigmahq-2026-04") else { return };
    let rules = |path: &str| path.starts_with("sigmahq-2026-04.zip/sigma-history-v18era/rules");
    assert_group(&intake, &truth["sigma-history-v18era/"], &rules);
    assert_report(&intake, 4004);
}

#[test]
fn sigmahq_of_2022() {
    let Some((intake, truth)) = corpus_and_truth("sigmahq-2022") else { return };
    // `rules-deprecated` and `rules-unsupported` are in the zip and not in the truth.
    let rules = |path: &str| path.starts_with("sigmahq-2022.zip/sigma-history-2023/rules/");
    assert_group(&intake, &truth["sigma-history-2023/"], &rules);
    assert_report(&intake, 2650);
}

/// Collections with `action: global`: 393 files, 21 of them with several rules of one id.
#[test]
fn sigmahq_of_2019() {
    let Some((intake, truth)) = corpus_and_truth("sigmahq-2019") else { return };
    assert_group(&intake, &truth["sigma-history-2019/"], &|_| true);
    assert_report(&intake, 393);
}

/// Rule sets of other formats: no rule is taken for Sigma, and of 4,000 YAML files only the two
/// fail that libyaml refuses, too (reference: rule formats, section 4).
#[test]
fn other_formats_are_not_taken_for_sigma() {
    let broken = [
        "splunk.zip/splunk-security_content/docs/yaml-spec/stories_spec.yml",
        "wazuh.zip/wazuh-4.5-ruleset/ruleset/sca/sunos/cis_solaris11.4.yml",
    ];
    for name in ["splunk", "panther-a", "falco", "wazuh", "sublime-a", "car", "elastic"] {
        let Some(bytes) = shared(&format!("{name}.zip")) else { return };
        let (intake, _) = import_files([SourceFile { path: format!("{name}.zip"), bytes }]);
        assert!(intake.rules.iter().all(|rule| rule.format != Format::Sigma), "{name}");
        for outcome in &intake.report.outcomes {
            let failed = matches!(outcome.bucket, Bucket::Failed { .. });
            assert_eq!(failed, broken.contains(&outcome.path.as_str()), "{outcome:?}");
        }
    }
}
