//! Layers taken to another release, and compared.
#![cfg(feature = "cli")]

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::export::layer_json;
use coverlay::layer::{self, Layer, Migration, Placement};
use coverlay::source::archive::Archive;
use coverlay::source::decode::decode;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn release(version: &str) -> &'static Catalogue {
    bundled::find(Domain::Enterprise, Some(version)).expect("whole").expect("built in")
}

fn of(techniques: Value) -> Layer {
    let text = json!({
        "name": "t", "versions": {"attack": "18", "layer": "4.5"}, "domain": "enterprise-attack",
        "filters": {"platforms": ["Azure AD", "Windows", "Office 365", "Google Workspace"]},
        "team": "blue", "techniques": techniques,
    });
    let read = layer::read("x", &text.to_string()).expect("a layer");
    assert_eq!(read.diagnostics, []);
    read.value.into_iter().next().expect("one")
}

fn migrated(techniques: Value) -> (Vec<Value>, Migration) {
    let (layer, report) = layer::migrate(of(techniques), Some(release("18.1")), release("19.2"));
    let written: Value = serde_json::from_str(&layer_json::to_json(&layer)).expect("JSON");
    assert_eq!(written["versions"]["attack"], "19");
    assert_eq!(written["team"], "blue", "unknown keys stay");
    let entries = written["techniques"].as_array().expect("a list").clone();
    let short = |mut entry: Value| {
        let map = entry.as_object_mut().expect("an object");
        map.retain(|_, value| {
            !["", "true", "false"].contains(&value.to_string().trim_matches('"'))
        });
        entry
    };
    (entries.into_iter().map(short).collect(), report)
}

/// T1562 and most of its sub-techniques are T1685 since 19.0; the highest score stays.
#[test]
fn merged_techniques_keep_the_highest_score_and_all_comments() {
    let (entries, report) = migrated(json!([
        {"techniqueID": "T1562.006", "score": 50, "comment": "b", "color": "#00ff00"},
        {"techniqueID": "T1562.001", "score": 80, "comment": "a", "links": [{"label": "x", "url": "https://x"}]},
        {"techniqueID": "T1562", "comment": "a", "enabled": false},
    ]));
    assert_eq!(
        entries,
        [json!({"techniqueID": "T1685", "score": 80, "comment": "a; b", "color": "#00ff00",
            "links": [{"label": "x", "url": "https://x"}]})]
    );
    let moved: Vec<_> = report.moved.iter().map(|m| format!("{} {}", m.from, m.to)).collect();
    assert_eq!(moved, ["T1562.006 T1685", "T1562.001 T1685", "T1562 T1685"]);
}

/// Defense Evasion became Stealth and Defense Impairment; where a technique is in neither, its
/// entry goes where the technique is.
#[test]
fn an_entry_of_a_split_tactic_goes_where_its_technique_is() {
    let (entries, report) = migrated(json!([
        {"techniqueID": "T1078", "tactic": "defense-evasion", "score": 1},
        {"techniqueID": "T1548", "tactic": "defense-evasion", "score": 70},
        {"techniqueID": "T1548", "tactic": "privilege-escalation", "score": 20},
        {"techniqueID": "T1059", "tactic": "TA0002", "score": 0},
    ]));
    assert_eq!(
        entries,
        [
            json!({"techniqueID": "T1078", "tactic": "stealth", "score": 1}),
            json!({"techniqueID": "T1548", "tactic": "privilege-escalation", "score": 70}),
            json!({"techniqueID": "T1059", "tactic": "execution", "score": 0}),
        ]
    );
    let told: Vec<_> =
        report.tactics.iter().map(|t| format!("{} {} {:?}", t.id, t.from, t.to)).collect();
    assert_eq!(
        told,
        [
            r#"T1078 defense-evasion ["stealth"]"#,
            r#"T1548 defense-evasion ["privilege-escalation"]"#
        ]
    );
}

#[test]
fn what_has_no_place_is_told_whole_and_what_is_new_too() {
    let (entries, report) = migrated(json!([
        {"techniqueID": "T9999", "score": 3, "comment": "ours"},
        {"techniqueID": "T1108"},
        {"techniqueID": "T1059", "tactic": "impact"},
        {"techniqueID": "T1562.001"},
    ]));
    assert_eq!(entries, [json!({"techniqueID": "T1685"})]);
    let reasons: Vec<_> = report.dropped.iter().map(|d| d.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "T9999 is unknown",
            "T1108 is deprecated and has no successor",
            "T1059 is not in the tactic 'impact'"
        ]
    );
    assert_eq!(report.dropped[0].entry.comment, "ours");
    let (old, new) = (release("18.1"), release("19.2"));
    let names: Vec<_> = report.new.iter().map(|new| new.id).collect();
    let all = new.techniques.iter().map(|t| t.id).filter(|id| old.find(*id).is_none());
    assert!(!names.iter().any(|id| id.to_string() == "T1685"), "an entry stands for it");
    assert_eq!(names.len() + 1, all.count(), "the new ones but T1685");
    let platforms: Vec<_> = report.platforms.iter().map(|p| p.to.as_str()).collect();
    assert_eq!(platforms, ["Identity Provider", "Office Suite", "Office Suite"]);
}

/// Every public layer of Enterprise: what stays has a cell, nothing but what is told goes, and
/// no technique's highest score falls.
#[test]
fn public_layers_migrate() {
    let path = Path::new("../shared/corpora/layers-a.zip");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let to = release("19.2");
    let highest = |layer: &Layer| {
        let placement = Placement::of(layer, to);
        let mut best = std::collections::BTreeMap::new();
        for ((technique, _), at) in &placement.cells {
            let score = layer.techniques.entries[*at].score.as_ref().and_then(|s| s.as_f64());
            let old = best.entry(*technique).or_insert(score);
            *old = if score > *old { score } else { *old };
        }
        (best, placement.nowhere.len())
    };
    let mut seen = 0;
    for file in Archive::open("a.zip", &bytes).expect("a zip").part(0, 1, 0).flatten() {
        let text = decode(&file.bytes).expect("a text");
        for old in layer::read(&file.path, &text).expect("a layer").value {
            if old.attack_domain() != Some(Domain::Enterprise) {
                continue;
            }
            seen += 1;
            let (before, nowhere) = highest(&old);
            let (new, report) = layer::migrate(old, None, to);
            let (after, left) = highest(&new);
            assert_eq!((left, report.dropped.len()), (0, nowhere), "{}", file.path);
            assert_eq!(before.len(), after.len(), "{}", file.path);
            for (technique, score) in &before {
                assert!(after[technique] >= *score, "{} {technique:?}", file.path);
            }
            let again = layer::migrate(new.clone(), None, to).0;
            assert_eq!(again.techniques, new.techniques, "{}: done is done", file.path);
        }
    }
    assert_eq!(seen, 695);
}

fn coverlay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coverlay"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the command starts")
}

/// A file below the target folder.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the target folder is writable");
    path.to_string_lossy().into_owned()
}

#[test]
fn the_command_migrates() {
    let layer =
        file("migrate.json", &layer_json::to_json(&of(json!([{"techniqueID": "T1562.001"}]))));
    let told = coverlay(&["migrate", &layer, "--to", "19.2"]);
    assert!(told.status.success());
    let written: Value = serde_json::from_slice(&told.stdout).expect("the layer");
    assert_eq!(written["techniques"][0]["techniqueID"], "T1685");
    let report: Value = serde_json::from_slice(&told.stderr).expect("only the report");
    assert_eq!(report["moved"][0]["from"], "T1562.001");
    for key in ["moved", "tactics", "dropped", "new"] {
        assert!(report[key].is_array(), "{key}");
    }
    let path = file("migrate.report", "");
    let told = coverlay(&["migrate", &layer, "--to", "19.2", "--report", &path, "--strict"]);
    assert!(!String::from_utf8_lossy(&told.stdout).contains("team"));
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(said.contains("1 techniques moved"), "{said}");
    assert!(std::fs::read_to_string(&path).expect("a report").contains("\"moved\""));
}

#[test]
fn the_command_says_what_is_no_layer_or_no_release() {
    let broken = file("broken.json", "{\"name\": \"x\",\n \"techniques\": [");
    let told = coverlay(&["migrate", &broken, "--to", "19.2"]);
    assert_eq!(told.status.code(), Some(3));
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(said.contains("line 2, column 16"), "{said}");
    let layer = file("custom.json", "{\"name\":\"x\",\"domain\":\"ours\",\"techniques\":[]}");
    assert_eq!(coverlay(&["migrate", &layer, "--to", "19.2"]).status.code(), Some(2));
    let layer =
        file("plain.json", "{\"name\":\"x\",\"domain\":\"mitre-mobile\",\"techniques\":[]}");
    assert_eq!(coverlay(&["migrate", &layer, "--to", "99"]).status.code(), Some(2));
}

/// Seen on 19.2, the old layer's T1562.001 is T1685; 0 and disabled are no coverage, a colour
/// by hand is.
const OLD: &str = r##"{"name": "old", "versions": {"attack": "18", "layer": "4.5"}, "domain": "enterprise-attack", "techniques": [
    {"techniqueID": "T1562.001", "score": 80}, {"techniqueID": "T1059", "score": 80, "tactic": "execution"},
    {"techniqueID": "T1003.001", "score": 50}, {"techniqueID": "T1047", "score": 30},
    {"techniqueID": "T1036", "color": "#ff0000"}, {"techniqueID": "T1055", "score": 0}]}"##;
const NEW: &str = r##"{"name": "new", "versions": {"attack": "19", "layer": "4.5"}, "domain": "enterprise-attack", "techniques": [
    {"techniqueID": "T1685", "score": 30}, {"techniqueID": "T1059", "score": 90},
    {"techniqueID": "T1003.001", "score": 90, "enabled": false}, {"techniqueID": "T1055", "score": 20.5},
    {"techniqueID": "T1036", "score": 10}]}"##;

#[test]
fn two_layers_compared() {
    let (old, new) = (file("old.json", OLD), file("new.json", NEW));
    let told = coverlay(&["diff", &old, &new, "--format", "json"]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let mut found: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let tactics = found["tactics"].take();
    assert_eq!(tactics.as_array().map(Vec::len), Some(15));
    let percent = found["percent"].take();
    assert_eq!(percent["from"], 5.0 * 100.0 / 222.0);
    assert_eq!(
        found,
        json!({
            "from": old, "to": new,
            "attack": {"domain": "enterprise-attack", "version": "19.2"},
            "gained": ["T1055"], "lost": ["T1003.001", "T1047"],
            "raised": [{"id": "T1059", "from": 80, "to": 90}],
            "lowered": [{"id": "T1685", "from": 80, "to": 30}],
            "below_threshold": {"threshold": 50, "ids": ["T1003.001", "T1685"]},
            "percent": null, "techniques": {"from": 5, "to": 4, "total": 222}, "tactics": null,
        })
    );
    let text = |arguments: &[&str]| {
        let told = coverlay(&[&["diff", "--quiet", &old, &new], arguments].concat());
        let text = String::from_utf8(told.stdout).expect("UTF-8");
        text.replace(&old, "old.json").replace(&new, "new.json")
    };
    insta::assert_snapshot!("diff_text", text(&[]));
    insta::assert_snapshot!("diff_markdown", text(&["--format", "md", "--threshold", "90"]));
    assert_eq!(coverlay(&["diff", &old, &new, "--fail-on-lost"]).status.code(), Some(1));
    assert_eq!(coverlay(&["diff", &old, &old, "--fail-on-lost"]).status.code(), Some(0));
}

/// A layer of the sample, and the sample itself: nothing changes, and the percentage is that of
/// the report.
#[test]
fn rules_and_their_own_layer_are_the_same() {
    let layer = file("sample.json", "");
    assert!(coverlay(&["layer", "data/sample", "-o", &layer]).status.success());
    let told = coverlay(&["diff", "data/sample", &layer, "--format", "json"]);
    let found: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    for key in ["gained", "lost", "raised", "lowered"] {
        assert_eq!(found[key], json!([]), "{key}");
    }
    assert_eq!(found["percent"]["from"], found["percent"]["to"]);
    let report = coverlay(&["report", "data/sample"]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(found["techniques"]["from"], report["summary"]["techniques"]["covered"]);
    let text = coverlay(&["diff", "data/sample", &layer]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("No technique changed."));
}

#[test]
fn what_cannot_be_compared() {
    let (old, mobile) = (file("o.json", OLD), file("m.json", &OLD.replace("enterprise", "mobile")));
    assert_eq!(coverlay(&["diff", &old, "nowhere"]).status.code(), Some(3));
    assert_eq!(coverlay(&["diff", &old, "Cargo.toml"]).status.code(), Some(3));
    assert_eq!(coverlay(&["diff", &old, &mobile]).status.code(), Some(2));
    assert_eq!(coverlay(&["diff", &old, &old, "--platform", "Amiga"]).status.code(), Some(2));
    assert_eq!(coverlay(&["diff", &old, &old, "--threshold", "NaN"]).status.code(), Some(2));
}

/// The limits of <https://docs.slack.dev/reference/block-kit/blocks>: 50 blocks, 150 characters a
/// header, 1 to 3000 a section; and nobody is called.
fn assert_slack(payload: &Value) {
    let blocks = payload["blocks"].as_array().expect("blocks");
    assert!((2..=50).contains(&blocks.len()), "{}", blocks.len());
    let length = |value: &Value| value.as_str().expect("a text").encode_utf16().count();
    assert!((1..=4000).contains(&length(&payload["text"])));
    for block in blocks {
        let text = &block["text"];
        let (kind, most) = match block["type"].as_str() {
            Some("header") => ("plain_text", 150),
            Some("section") => ("mrkdwn", 3000),
            other => panic!("{other:?}"),
        };
        assert_eq!(text["type"], kind);
        assert!((1..=most).contains(&length(&text["text"])), "{text}");
        if kind == "mrkdwn" {
            let text = text["text"].as_str().expect("a text");
            assert!(!text.contains("<!") && !text.contains("<@"), "{text}");
            assert_eq!(
                text.matches('<').count(),
                text.matches("<https://attack.mitre.org/").count()
            );
        }
    }
}

#[test]
fn a_message_for_slack_keeps_to_its_limits() {
    let mut catalogue = release("19.2").clone();
    for technique in &mut catalogue.techniques {
        technique.name = format!("<!channel> & {} {}", technique.name, "<\u{1F600}>".repeat(99));
    }
    let standing = |score: f64| {
        let ids = catalogue.techniques.iter().map(|technique| (technique.id, Some(score)));
        layer::Standing::new(ids, &catalogue)
    };
    let (none, all, few) = (layer::Standing::default(), standing(90.0), standing(10.0));
    let names = || [format!("<@U1> {}", "x".repeat(9000)), String::new()];
    for (old, new) in [(&none, &all), (&all, &none), (&all, &few), (&few, &all), (&none, &none)] {
        let found = layer::compare(old, new, names(), 50.0, &catalogue, &|_| true);
        let payload = coverlay::export::diff::slack(&found, &catalogue);
        let payload: Value = serde_json::from_slice(&payload).expect("JSON");
        assert_slack(&payload);
        let last = payload["blocks"].as_array().and_then(|blocks| blocks.last()).expect("a block");
        let cut = last["text"]["text"].as_str().expect("a text").starts_with("… and ");
        assert_eq!(cut, old != new, "what does not fit is counted");
    }
    let (old, new) = (file("s1.json", OLD), file("s2.json", NEW));
    let told = coverlay(&["diff", &old, &new, "--format", "slack"]);
    assert_slack(&serde_json::from_slice(&told.stdout).expect("JSON"));
}

fn combined(expression: &str, layers: &[Value]) -> (Vec<String>, Value) {
    let files: Vec<_> = layers
        .iter()
        .enumerate()
        .map(|(at, techniques)| {
            file(&format!("combine{at}.json"), &layer_json::to_json(&of(techniques.clone())))
        })
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let told = coverlay(&[&["combine", expression], &*files].concat());
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let layer: Value = serde_json::from_slice(&told.stdout).expect("a layer");
    let text = |entry: &Value| {
        let tactic = entry["tactic"].as_str().unwrap_or("*");
        format!("{} {tactic} {}", entry["techniqueID"].as_str().unwrap_or("?"), entry["score"])
    };
    let entries = layer["techniques"].as_array().expect("a list").iter().map(text).collect();
    (entries, layer)
}

#[test]
fn layers_are_combined_cell_by_cell() {
    let a = json!([
        {"techniqueID": "T1078", "score": 80}, {"techniqueID": "T1047", "score": 50},
        {"techniqueID": "T1059", "comment": "no score"},
    ]);
    let b = json!([
        {"techniqueID": "T1078", "tactic": "persistence", "score": 30},
        {"techniqueID": "T1086", "score": 10},
    ]);
    let layers = [a, b];
    let (entries, layer) = combined("a - b", &layers);
    assert_eq!(
        entries,
        [
            "T1047 * 50",
            "T1059.001 * -10",
            "T1078 initial-access 80",
            "T1078 persistence 50",
            "T1078 privilege-escalation 80",
            "T1078 stealth 80"
        ],
        "in the order of the matrix"
    );
    assert_eq!(layer["gradient"]["minValue"], -10);
    assert_eq!(layer["gradient"]["maxValue"], 80);
    let (entries, layer) = combined("a > 0 and b == 0", &layers);
    assert!(entries.contains(&"T1078 persistence 0".to_owned()), "{entries:?}");
    assert_eq!(layer["gradient"]["colors"], json!(["#ffffff", "#66b1ff"]));
    let (entries, _) = combined("avg(a, b)", &layers);
    assert!(entries.contains(&"T1047 * 25".to_owned()), "{entries:?}");
    // Only where b has a score; and nothing is divided by 0.
    // The results 10 and 3.33 lie close together: their digits are kept, in whole numbers.
    let (entries, layer) = combined("100 / b", &layers);
    assert_eq!(entries, ["T1059.001 * 1000", "T1078 persistence 333"]);
    assert_eq!(layer["metadata"], json!([{"name": "score scale", "value": "100"}]));
    assert_eq!(layer["gradient"]["maxValue"], 1000);
    let (entries, _) = combined("7", &layers);
    assert_eq!(entries.len(), 697, "a constant scores everything");
    assert_eq!(coverlay(&["combine", "a +", "Cargo.toml"]).status.code(), Some(3));
    let one = file("one.json", OLD);
    assert_eq!(coverlay(&["combine", "a + b", &one]).status.code(), Some(2));
}

/// The Navigator fails on scores in the top half percent of a gradient.
#[test]
fn no_result_lies_in_the_crash_zone() {
    let layer = json!([
        {"techniqueID": "T1078", "score": 0}, {"techniqueID": "T1047", "score": 999},
        {"techniqueID": "T1059", "score": 1000}, {"techniqueID": "T1036", "score": 995},
        {"techniqueID": "T1055", "score": 991},
    ]);
    let (_, layer) = combined("a", &[layer]);
    let bound = |key: &str| layer["gradient"][key].as_i64().expect("a whole number") as f64;
    let (min, max) = (bound("minValue"), bound("maxValue"));
    for entry in layer["techniques"].as_array().expect("a list") {
        let share = (entry["score"].as_f64().expect("a score") - min) / (max - min);
        assert!(!(0.995..1.0).contains(&share), "{entry} of {min} to {max}");
    }
}
