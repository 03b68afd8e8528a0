//! Findings as text, JSON, SARIF and JUnit XML.

use super::json_schema::faults;
use super::{Looked, rule};
use coverlay::export::{junit, lint_json, lint_text, sarif};
use serde_json::Value;

/// Two files, one of them with a name and a title that are up to no good.
fn looked() -> Looked {
    let bad = rule("  - attack.execution\n  - attack.T1059\n  - attack.t1225\n")
        .replace("A test", "\"<x> & \\u0007 \\\"y\\\"\"");
    Looked::at_texts(&[("a b/<ü>&\".yml", &bad), ("broken.yml", "detection: [\n")])
}

#[test]
fn text() {
    let looked = looked();
    insta::assert_snapshot!(lint_text::write(&looked.intake, &looked.lint));
}

#[test]
fn json() {
    let looked = looked();
    let json: Value =
        serde_json::from_slice(&lint_json::write(&looked.subject(), &looked.lint)).expect("JSON");
    for key in [
        "/coverlay",
        "/attack/domain",
        "/attack/version",
        "/today",
        "/rules",
        "/counts/0/code",
        "/counts/0/heading",
        "/counts/0/findings",
        "/counts/0/rules",
        "/findings/0/path",
        "/findings/0/line",
        "/findings/0/column",
        "/findings/0/severity",
        "/findings/0/code",
        "/findings/0/message",
        "/findings/0/hint",
        "/findings/0/rule",
        "/findings/0/fix/line",
        "/findings/0/fix/column",
        "/findings/0/fix/written",
        "/findings/0/fix/change/replace/0",
    ] {
        assert!(json.pointer(key).is_some(), "{key} is missing: {json:#}");
    }
    let counted: u64 = json["counts"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|c| c["findings"].as_u64())
        .sum();
    assert_eq!(json["findings"].as_array().map(|all| all.len() as u64), Some(counted));
}

fn sarif_of(looked: &Looked) -> Value {
    serde_json::from_slice(&sarif::write(&looked.lint)).expect("JSON")
}

/// What code scanning needs, whatever the schema says.
#[test]
fn sarif_has_what_it_needs() {
    let log = sarif_of(&looked());
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let kinds = run["tool"]["driver"]["rules"].as_array().expect("a list");
    let results = run["results"].as_array().expect("a list");
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number"));
        assert_eq!(kinds[index.expect("small")]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/%3C%C3%BC%3E%26%22.yml");
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"]),
        (&8.into(), &5.into())
    );
}

/// The schema is the one Microsoft's SDK checks with, `sarif-2.1.0-rtm.5.json`: that of the
/// OASIS standard in draft 4. `scripts/test` fetches it.
#[test]
fn sarif_is_valid() {
    let Some(path) = std::env::var_os("COVERLAY_SARIF_SCHEMA") else {
        println!("skipped: COVERLAY_SARIF_SCHEMA is not set (scripts/test sets it)");
        return;
    };
    let schema = std::fs::read(path).expect("the schema is readable");
    let schema: Value = serde_json::from_slice(&schema).expect("the schema is JSON");
    let log = sarif_of(&looked());
    assert_eq!(faults(&schema, &log), [""; 0]);
    assert_eq!(faults(&schema, &sarif_of(&Looked::at_texts(&[]))), [""; 0], "nothing found");

    // The check checked: each of these must be noticed.
    let spoilt = |pointer: &str, value: Value| {
        let mut log = log.clone();
        *log.pointer_mut(pointer).expect("there") = value;
        !faults(&schema, &log).is_empty()
    };
    assert!(spoilt("/version", "2.0.0".into()));
    assert!(spoilt("/runs/0/tool/driver/name", 1.into()));
    assert!(spoilt("/runs/0/columnKind", "bytes".into()));
    assert!(spoilt("/runs/0/results/0/level", "notice".into()));
    assert!(spoilt("/runs/0/results/0/message", serde_json::json!({})));
    assert!(spoilt("/runs/0/results/0/ruleIndex", (-2).into()));
    assert!(spoilt("/runs/0/results/0/locations/0", serde_json::json!({"x": 1})));
    let region = "/runs/0/results/0/locations/0/physicalLocation/region/startLine";
    assert!(spoilt(region, 0.into()));
    let uri = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assert!(spoilt(uri, "a b".into()));
}

/// `resvg`'s own parser says whether it is well-formed.
#[test]
fn junit_is_well_formed() {
    let looked = looked();
    let xml = junit::write(&looked.intake, &looked.lint);
    let document = resvg::usvg::roxmltree::Document::parse(&xml).expect("well-formed");
    let suites = document.root_element();
    let number = |node: resvg::usvg::roxmltree::Node<'_, '_>, key: &str| {
        node.attribute(key).and_then(|text| text.parse::<usize>().ok())
    };
    let named = |name: &'static str| {
        document.descendants().filter(move |node| node.has_tag_name(name)).collect::<Vec<_>>()
    };
    assert_eq!(number(suites, "tests"), Some(named("testcase").len()));
    assert_eq!(number(suites, "failures"), Some(named("failure").len()));
    let [bad, broken] = named("testsuite")[..] else { panic!("{xml}") };
    assert_eq!(bad.attribute("name"), Some("a b/<ü>&\".yml"));
    assert_eq!(broken.attribute("name"), Some("broken.yml"));
    let case = named("testcase")[0];
    assert_eq!(case.attribute("name"), Some("<x> & \u{fffd} \"y\""));
    assert_eq!(named("failure")[0].attribute("type"), Some("tag/unknown"));
    assert_eq!(named("system-out").len(), 1, "the spelling is a note");
    insta::assert_snapshot!(xml);
}
