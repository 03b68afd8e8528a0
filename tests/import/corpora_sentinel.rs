//! Microsoft Sentinel's public rules against independent counts.

use crate::corpora::assert_mapping;
use crate::shared::{assert_places, corpus, count, shared, texts, truth};
use coverlay::rule::{Format, Rule, RuleKind};
use coverlay::source::Bucket;

/// The truth has the YAML files; the templates come on top.
#[test]
fn azure_sentinel_of_2021() {
    let Some(intake) = corpus("sentinel-2021") else { return };
    let truth = &truth("sentinel-2021")["azure-sentinel-2021-04/ Detections, Solutions"];
    let is_yaml = |path: &str| path.ends_with(".yaml");
    assert_mapping(&intake, truth, &is_yaml);
    assert!(intake.rules.iter().all(|rule| rule.format == Format::Sentinel));
    // Counted with PyYAML: `severity`, and the documents with neither it nor `triggerOperator`.
    let yaml = || intake.rules.iter().map(|rule| &**rule).filter(|rule| is_yaml(&rule.path));
    let levels = count(yaml().map(|rule| rule.level.text.as_str()));
    let expected =
        [("", 57), ("High", 54), ("Informational", 3), ("Low", 100), ("Medium", 328), ("high", 1)];
    assert_eq!(levels, expected.map(|(word, count)| (word.to_owned(), count)).into());
    assert_eq!(yaml().filter(|rule| rule.kind == RuleKind::Hunt).count(), 57);
    // The repository's own examples of templates, with comments and all: three resources of type
    // alertRules (grep).
    let templates: Vec<&Rule> =
        intake.rules.iter().map(|rule| &**rule).filter(|rule| !is_yaml(&rule.path)).collect();
    assert_eq!(templates.len(), 3);
    let outcomes = &intake.report.outcomes;
    assert!(!outcomes.iter().any(|outcome| matches!(outcome.bucket, Bucket::Failed { .. })));
    let Some(bytes) = shared("sentinel-2021.zip") else { return };
    for (path, text) in texts("sentinel-2021.zip", &bytes) {
        assert_places(&path, &text, &intake);
    }
}
