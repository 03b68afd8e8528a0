//! Whole public rule sets of Splunk, Panther, Falco, Sublime, CAR, Atomic Red Team and DeTT&CT
//! against independent counts: files, rules, ids as written.

use crate::shared::{corpus, count, counts, exact, mapped, pairs, rules, skipped, truth};
use coverlay::rule::{Administered, Claim, Format, Intake, Rule, RuleKind};
use coverlay::source::Bucket;
use std::collections::BTreeMap;

/// All rules are of one format, and of the files only these failed.
fn assert_format(intake: &Intake, format: Format, failed: &[&str]) {
    assert!(intake.rules.iter().all(|rule| rule.format == format));
    let outcomes = intake.report.outcomes.iter();
    let paths: Vec<&str> = outcomes
        .filter(|outcome| matches!(outcome.bucket, Bucket::Failed { .. }))
        .map(|outcome| outcome.path.as_str())
        .collect();
    assert_eq!(paths, failed);
}

fn texts(intake: &Intake, of: impl Fn(&Rule) -> &str) -> BTreeMap<String, u64> {
    count(intake.rules.iter().map(|rule| of(rule).to_owned()))
}

/// The truth counts baselines and investigations, too: none of them names a technique.
#[test]
fn splunk_of_2024() {
    let Some(intake) = corpus("splunk") else { return };
    let truth = truth("splunk")["splunk-security_content/"].clone();
    let broken = "splunk.zip/splunk-security_content/docs/yaml-spec/stories_spec.yml";
    assert_format(&intake, Format::Splunk, &[broken]);
    let (baselines, investigations) =
        (skipped(&intake, "a Splunk baseline"), skipped(&intake, "a Splunk investigation"));
    assert_eq!(baselines as u64, truth["types"]["Baseline"]);
    assert_eq!(investigations as u64, truth["types"]["Investigation"]);
    assert_eq!((intake.rules.len() + baselines + investigations) as u64, truth["rules"]);
    assert_eq!(intake.rules.len(), 1711);
    assert_eq!(mapped(&rules(&intake)) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&rules(&intake)), counts(&truth["exact"]));
    let mut statuses = counts(&truth["statuses"]);
    statuses.remove("None");
    assert_eq!(texts(&intake, |rule| &rule.status.text), statuses);
    let kind = |kind| intake.rules.iter().filter(|rule| rule.kind == kind).count() as u64;
    assert_eq!(kind(RuleKind::Hunt), truth["types"]["Hunting"]);
    assert_eq!(kind(RuleKind::Correlation), truth["types"]["Correlation"]);
}

/// Half of the repository, counted with PyYAML over the documents and with regular expressions
/// over the lines. The two agree but for four files with ids that are not in
/// `Reports: MITRE ATT&CK` (two in tests, one in a tag, one below a tactic in the place of the
/// report's name): only the second count finds them, and they do not count.
#[test]
fn panther_of_2026() {
    let Some(intake) = corpus("panther-a") else { return };
    assert_format(&intake, Format::Panther, &[]);
    assert_eq!((intake.rules.len(), mapped(&rules(&intake))), (551, 386));
    let exact = exact(&rules(&intake));
    assert_eq!((exact.len(), exact.values().sum::<u64>()), (120, 548));
    assert_eq!([exact["T1078"], exact["T1098"], exact["T1562"], exact["T1548"]], [41, 35, 26, 9]);
    let levels = [("Medium", 226), ("High", 147), ("Info", 92), ("Low", 71), ("Critical", 15)];
    assert_eq!(texts(&intake, |rule| &rule.level.text), pairs(levels));
    let statuses = [("", 489), ("Experimental", 53), ("Deprecated", 9)];
    assert_eq!(texts(&intake, |rule| &rule.status.text), pairs(statuses));
    assert_eq!(intake.rules.iter().filter(|rule| !rule.enabled).count(), 88);
    // Rules of each tactic.
    let tactics = intake.rules.iter().flat_map(|rule| {
        let claims = rule.tags.iter().flat_map(|tag| &tag.claims);
        let ids = claims.filter_map(|claim| match claim {
            Claim::TacticId(id) => Some(id.to_string()),
            _ => None,
        });
        ids.collect::<std::collections::BTreeSet<_>>()
    });
    let expected = [
        ("TA0001", 66),
        ("TA0002", 16),
        ("TA0003", 58),
        ("TA0004", 49),
        ("TA0005", 84),
        ("TA0006", 62),
        ("TA0007", 24),
        ("TA0008", 12),
        ("TA0009", 30),
        ("TA0010", 36),
        ("TA0011", 7),
        ("TA0040", 48),
        ("TA0042", 7),
        ("TA0043", 6),
    ];
    assert_eq!(count(tactics), pairs(expected));
    assert_eq!(skipped(&intake, "a Panther query"), 43 + 11);
    assert_eq!(skipped(&intake, "a Panther"), 43 + 33 + 20 + 16 + 11 + 7);
}

#[test]
fn falco_of_2026() {
    let Some(intake) = corpus("falco") else { return };
    let truth = truth("falco")["falco-rules/"].clone();
    assert_format(&intake, Format::Falco, &[]);
    assert_eq!(intake.rules.len() as u64, truth["rules"]);
    assert_eq!(mapped(&rules(&intake)) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&rules(&intake)), counts(&truth["exact"]));
    let tactics = intake.rules.iter().flat_map(|rule| &rule.tags).flat_map(|tag| &tag.claims);
    let tactics = tactics.filter_map(|claim| match claim {
        Claim::Tactic(name) => Some(name.clone()),
        _ => None,
    });
    assert_eq!(count(tactics), counts(&truth["tactic_counts"]));
}

#[test]
fn car_of_2025() {
    let Some(intake) = corpus("car") else { return };
    let truth = truth("car")["car/"].clone();
    assert_format(&intake, Format::Car, &[]);
    assert_eq!(intake.rules.len() as u64, truth["rules"]);
    assert_eq!(mapped(&rules(&intake)) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&rules(&intake)), counts(&truth["exact"]));
}

/// Half of the repository, counted by `^type:` with regular expressions and with PyYAML.
#[test]
fn sublime_of_2026() {
    let Some(intake) = corpus("sublime-a") else { return };
    assert_format(&intake, Format::Sublime, &[]);
    assert!(!Format::Sublime.names_techniques());
    assert_eq!(intake.rules.len(), 613 + 114);
    assert_eq!(mapped(&rules(&intake)), 0);
    assert_eq!(skipped(&intake, "a Sublime query"), 85);
    assert_eq!(skipped(&intake, "a Sublime exclusion"), 4);
    // PyYAML reads the source of one of them, `true`, as no text.
    assert_eq!(skipped(&intake, "a Sublime automation"), 9);
}

/// Half of the repository: 866 tests by `auto_generated_guid` and by PyYAML in 164 files, of which
/// two, made to be refused, are of a technique `W1003`.
#[test]
fn atomic_of_2026() {
    let Some(intake) = corpus("atomic-a") else { return };
    assert_eq!(intake.rules, []);
    assert_format(&intake, Format::Sigma, &[]);
    assert_eq!(intake.tests.len(), 864);
    let files = count(intake.tests.iter().map(|test| test.path.clone()));
    assert_eq!(files.len(), 162);
    // 7 of them in the project's own test data.
    assert_eq!(intake.tests.iter().filter(|test| test.path.contains("/atomics/")).count(), 857);
    assert_eq!(intake.diagnostics.len(), 2);
}

/// Scores by PyYAML: newest of each logbook, best of each technique.
#[test]
fn dettect_of_2023() {
    let Some(intake) = corpus("dettect") else { return };
    assert_eq!(intake.rules, []);
    assert_format(&intake, Format::Sigma, &[]);
    assert_eq!(intake.diagnostics, []);
    let of = |file: &str, score: &dyn Fn(&Administered) -> Option<i8>| {
        let here = intake.administered.iter().filter(|said| said.path.ends_with(file));
        count(here.map(|said| score(said).map_or("none".to_owned(), |score| score.to_string())))
    };
    let file = "techniques-administration-endpoints.yaml";
    let detections = [("-1", 329), ("1", 1), ("2", 3), ("3", 6), ("4", 3)];
    assert_eq!(of(file, &|said| said.detection), pairs(detections));
    let visibilities = [("0", 1), ("1", 86), ("2", 173), ("3", 23), ("4", 59)];
    assert_eq!(of(file, &|said| said.visibility), pairs(visibilities));
    let file = "techniques-administration-ics.yaml";
    assert_eq!(of(file, &|said| said.detection), pairs([("-1", 3), ("1", 1), ("3", 1)]));
    let file = "techniques-administration-mobile.yaml";
    assert_eq!(of(file, &|said| said.visibility), pairs([("1", 1), ("2", 2)]));
    assert_eq!(intake.administered.len(), 342 + 5 + 3);
    assert_eq!(skipped(&intake, "a DeTT&CT administration of groups"), 32);
    assert_eq!(skipped(&intake, "a DeTT&CT administration of data sources"), 3);
}
