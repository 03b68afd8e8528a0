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
