//! Layers and tables made from toy rules, checked against the format's specification.

mod toy;

use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::export::{csv, layer_json};
use coverlay::heatmap::{Palette, PaletteName, Theme};
use serde_json::Value;

fn options() -> layer_json::LayerOptions {
    layer_json::LayerOptions {
        name: "Toy\u{202e}\nlayer".to_owned(),
        description: String::new(),
        palette: Palette::new(PaletteName::Blue, Theme::Light),
        date: toy::date(),
    }
}

fn layer_of(rules: &coverlay::rule::Intake, scope: &Scope) -> String {
    let catalogue = toy::three_tactics();
    let policy = Policy::default();
    let coverage = Coverage::compute(&catalogue, rules, &policy, scope, toy::date());
    let layer = layer_json::layer(&catalogue, &coverage, rules, &policy, scope, &options());
    layer_json::to_json(&layer)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_layer_of_the_toy_rules() {
    insta::assert_snapshot!(layer_of(&toy::rules(), &Scope::default()));
}

/// The keys of format 4.5 and no others; nothing null, no empty tactic.
#[test]
fn only_keys_the_format_knows() {
    let scope = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    let layer = parsed(&layer_of(&toy::rules(), &scope));
    let allowed = |value: &Value, allowed: &[&str]| {
        for key in keys(value) {
            assert!(allowed.contains(&key), "{key} in {value}");
        }
    };
    allowed(
        &layer,
        &[
            "name",
            "versions",
            "domain",
            "description",
            "filters",
            "sorting",
            "layout",
            "hideDisabled",
            "techniques",
            "gradient",
            "legendItems",
            "metadata",
            "links",
            "showTacticRowBackground",
            "tacticRowBackground",
            "selectTechniquesAcrossTactics",
            "selectSubtechniquesWithParent",
            "selectVisibleTechniques",
        ],
    );
    allowed(&layer["versions"], &["attack", "navigator", "layer"]);
    allowed(&layer["filters"], &["platforms"]);
    allowed(
        &layer["layout"],
        &[
            "layout",
            "aggregateFunction",
            "showID",
            "showName",
            "showAggregateScores",
            "countUnscored",
            "expandedSubtechniques",
        ],
    );
    allowed(&layer["gradient"], &["colors", "minValue", "maxValue"]);
    for technique in layer["techniques"].as_array().expect("a list") {
        allowed(technique, &["techniqueID", "score", "comment", "enabled", "showSubtechniques"]);
        let score = technique["score"].as_u64().expect("a whole number");
        assert!(score <= 100);
    }
    for item in layer["metadata"].as_array().expect("a list") {
        assert_eq!(keys(item), ["name", "value"]);
        assert!(!item["name"].as_str().unwrap_or_default().is_empty());
        assert!(!item["value"].as_str().unwrap_or_default().is_empty());
    }
    for item in layer["legendItems"].as_array().expect("a list") {
        allowed(item, &["label", "color"]);
    }
    assert!(layer["gradient"]["minValue"].is_u64() && layer["gradient"]["maxValue"].is_u64());
    assert_eq!(layer["versions"]["attack"], "19");
    assert_eq!(layer["name"], "Toy layer");
    fn no_null(value: &Value) {
        match value {
            Value::Null => panic!("null"),
            Value::Array(list) => list.iter().for_each(no_null),
            Value::Object(map) => map.values().for_each(no_null),
            _ => {}
        }
    }
    no_null(&layer);
}

/// What we make ourselves needs no change for those who open it.
#[test]
fn a_layer_of_rules_is_as_others_want_it() {
    for palette in PaletteName::BUILT_IN {
        let catalogue = toy::three_tactics();
        let (rules, scope, policy) = (toy::rules(), Scope::default(), Policy::default());
        let coverage = Coverage::compute(&catalogue, &rules, &policy, &scope, toy::date());
        let palette = Palette::new(palette, Theme::Light);
        let options = layer_json::LayerOptions { palette, ..options() };
        let layer = layer_json::layer(&catalogue, &coverage, &rules, &policy, &scope, &options);
        let (written, notes) = layer.clone().for_navigator(Some(&catalogue), false);
        assert_eq!((written, notes), (layer, vec![]));
    }
}

#[test]
fn entries_are_the_techniques_rules_name() {
    let layer = parsed(&layer_of(&toy::rules(), &Scope::default()));
    let entries: Vec<_> = layer["techniques"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| {
            (
                entry["techniqueID"].as_str().unwrap_or_default(),
                entry["score"].as_u64().unwrap_or_default(),
                entry["showSubtechniques"].as_bool().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            ("T1003.001", 80, false),
            ("T1047", 50, false),
            ("T1053", 30, false),
            ("T1059", 80, true),
            ("T1059.001", 80, false),
        ]
    );
    assert!(layer.get("filters").is_none(), "no platform chosen, no filter");
}

#[test]
fn comments_are_capped_and_plain() {
    let mut rules: Vec<_> = (0..45)
        .map(|at| toy::rule(&format!("title {at:02}"), "high", "test", "x", &["attack.t1047"]))
        .collect();
    rules.push(toy::rule("title\u{202e} 00", "low", "test", "x", &["attack.t1047"]));
    rules.push(toy::rule(&"x".repeat(999), "low", "test", "x", &["attack.t1053"]));
    let layer = parsed(&layer_of(&toy::intake(rules), &Scope::default()));
    let comment = |at: usize| layer["techniques"][at]["comment"].as_str().unwrap_or_default();
    assert!(comment(0).starts_with("title 00; title 01; title 02"), "{}", comment(0));
    assert!(comment(0).ends_with("; title 39; … and 5 more"), "{}", comment(0));
    assert_eq!(comment(1).chars().count(), 200);
}

#[test]
fn the_rule_table() {
    let catalogue = toy::three_tactics();
    let rules = toy::rules();
    let coverage = toy::covered(&catalogue, &rules);
    insta::assert_snapshot!(csv::rules(&catalogue, &coverage, &rules));
}
