//! Alerts and results of tests among the inputs of `coverlay report`, as a script uses them.
#![cfg(feature = "cli")]

mod command;
#[path = "support/mod.rs"]
mod support;

use command::{coverlay, folder};
use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{Entry, zip};

const SAMPLE: &str = "data/sample";

/// Two rules with one technique each, and one with both.
fn rules(folder: &Path) {
    for (name, id, techniques) in [
        ("one", "aaaaaaaa-0000-4000-8000-000000000001", "    - attack.t1003.001\n"),
        ("two", "aaaaaaaa-0000-4000-8000-000000000002", "    - attack.t1059.001\n"),
        (
            "both",
            "aaaaaaaa-0000-4000-8000-000000000003",
            "    - attack.t1003.001\n    - attack.t1021\n",
        ),
    ] {
        let text = format!(
            "title: Rule {name}\nid: {id}\nstatus: stable\nlevel: high\ndate: 2026-01-01\nlogsource:\n    product: windows\n    category: {name}\ndetection:\n    selection:\n        a: b\n    condition: selection\ntags:\n{techniques}"
        );
        fs::write(folder.join(format!("{name}.yml")), text).expect("it is written");
    }
}

fn report(arguments: &[&str]) -> Value {
    let output = coverlay(&[&["report", "--quiet"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

fn technique<'r>(report: &'r Value, id: &str) -> &'r Value {
    let techniques = report["techniques"].as_array().expect("techniques");
    techniques.iter().find(|technique| technique["id"] == id).expect("a technique")
}

fn tactic(report: &Value, name: &str) -> u64 {
    let tactics = report["tactics"].as_array().expect("tactics");
    let tactic = tactics.iter().find(|tactic| tactic["shortname"] == name).expect("a tactic");
    tactic["alerts"].as_u64().expect("a number")
}

/// By hand: which alert stands where, and how long each took.
#[test]
fn counts_and_latencies_by_hand() {
    let folder = folder("alerts_by_hand");
    rules(&folder);
    let csv = "time,event_time,rule_id,rule,technique,severity,host\n\
        2026-02-01 10:00:00,2026-02-01 09:59:50,aaaaaaaa-0000-4000-8000-000000000001,,,high,a\n\
        2026-02-01 11:00:00,2026-02-01 10:59:40,,rule ONE,,high,a\n\
        2026-02-02 10:00:00,2026-02-02 09:59:30,,Rule both,,low,b\n\
        2026-02-03 10:00:00,2026-02-03 10:00:01,,Somebody else's,T1059.001,low,b\n\
        2026-02-04 10:00:00,,,Somebody else's,T9999,low,b\n\
        2026-02-05 10:00:00,,,Rule two,T1021,low,b\n\
        soon,,,Rule two,,low,b\n";
    fs::write(folder.join("alerts.csv"), csv).expect("it is written");
    let report = report(&[&folder.display().to_string()]);
    assert_eq!(report["summary"]["alerts"], 6);
    let latency = &report["summary"]["latency_seconds"];
    // 10, 20 and 30 s; one negative, two without an event time.
    assert_eq!((&latency["median"], &latency["p90"]), (&20.0.into(), &28.0.into()));
    assert_eq!((&latency["n"], &latency["invalid"]), (&3.into(), &3.into()));
    assert_eq!((&latency["negative"], &latency["missing"]), (&1.into(), &2.into()));

    let counts = |id: &str| {
        let technique = technique(&report, id);
        let number = |key: &str| technique[key].as_u64().expect("a number");
        (number("alerts"), number("alerts_rollup"))
    };
    assert_eq!(counts("T1003.001"), (3, 3));
    assert_eq!(counts("T1003"), (0, 3), "rolled up, as rules are");
    assert_eq!(counts("T1021"), (2, 2), "its own technique goes before that of its rule");
    assert_eq!(counts("T1059.001"), (1, 1), "a rule that was not read names a technique itself");
    assert_eq!(tactic(&report, "credential-access"), 3);
    assert_eq!(tactic(&report, "lateral-movement"), 2, "one of both's, and one of two's");
    assert_eq!(tactic(&report, "execution"), 1);
    assert_eq!(technique(&report, "T1548")["blank"], "no_rule");
    assert_eq!(technique(&report, "T1003")["blank"], Value::Null);

    let found = &report["detections"];
    assert_eq!((&found["placed"], &found["alerts"]), (&5.into(), &6.into()));
    assert_eq!(found["unknown_techniques"][0]["id"], "T9999");
    let file = &found["files"][0];
    assert_eq!(
        (&file["rows"], &file["read"], &file["left_out"]),
        (&7.into(), &6.into(), &1.into())
    );
    let import = &report["import"];
    assert_eq!((&import["files"], &import["read"]), (&4.into(), &4.into()));
    let codes: Vec<&str> = import["diagnostics"]
        .as_array()
        .expect("diagnostics")
        .iter()
        .filter_map(|d| d["code"].as_str())
        .filter(|code| code.starts_with("alert/"))
        .collect();
    assert_eq!(codes, ["alert/row", "alert/row"], "the row, and how many");
    let days = found["days"].as_array().expect("days");
    assert_eq!(
        days.iter().map(|day| day["alerts"].as_u64().unwrap_or(9)).collect::<Vec<_>>(),
        [2, 1, 1, 1, 1]
    );
}

#[test]
fn windows_and_zones() {
    let folder = folder("alerts_windows");
    rules(&folder);
    // In Berlin these are 23:30 and 00:30 UTC of the days before and after.
    let csv = "time,rule,host\n2026-03-29 00:30:00,Rule one,a\n2026-03-29 12:00:00,Rule one,a\n2026-03-30 12:00:00,Rule one,a\n";
    fs::write(folder.join("alerts.csv"), csv).expect("it is written");
    let folder = folder.display().to_string();
    let count = |arguments: &[&str]| {
        let report = report(&[&[folder.as_str()], arguments].concat());
        let before = report["detections"]["alerts_before"].as_u64();
        (report["summary"]["alerts"].as_u64(), before)
    };
    assert_eq!(count(&[]), (Some(3), None));
    assert_eq!(count(&["--since", "2026-03-29", "--until", "2026-03-29"]), (Some(2), Some(0)));
    assert_eq!(count(&["--since", "2026-03-30", "--until", "2026-03-30"]), (Some(1), Some(2)));
    assert_eq!(count(&["--until", "2026-03-29T12:00:00"]).0, Some(1));
    assert_eq!(count(&["--since", "2026-03-30T12:00:00Z"]).0, Some(1), "its first moment counts");
    let berlin = ["--assume-zone", "Europe/Berlin"];
    let of_day = |day: &str| count(&[&berlin[..], &["--since", day, "--until", day]].concat()).0;
    assert_eq!((of_day("2026-03-28"), of_day("2026-03-29")), (Some(0), Some(2)));
    let report = report(&[&[folder.as_str()], &berlin[..]].concat());
    let days = report["detections"]["days"].as_array().expect("days");
    let days: Vec<String> = days
        .iter()
        .map(|day| format!("{}={}", day["date"].as_str().unwrap_or_default(), day["alerts"]))
        .collect();
    assert_eq!(days, ["2026-03-28=1", "2026-03-29=1", "2026-03-30=1"], "days of UTC");

    for wrong in [["--since", "soon"], ["--assume-zone", "Mars"], ["--until", "1"]] {
        let output = coverlay(&[&["report", &folder], &wrong[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    let output = coverlay(&["report", &folder, "--since", "2026-04-01", "--until", "2026-03-01"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_proved_counts_under_depth_and_a_failed_test_is_a_state() {
    let folder = folder("alerts_evidence");
    rules(&folder);
    let path = folder.display().to_string();
    let depth = |report: &Value, id: &str| technique(report, id)["score"].as_u64();
    let before = report(&[&path, "--score", "depth", "--weight", "weight.freshness=0"]);
    assert!(before["detections"].is_null() && before["summary"]["alerts"].is_null());
    let plain = depth(&before, "T1059.001").expect("a score");
    assert_eq!(plain, 80, "stable and high");

    fs::write(
        folder.join("alerts.csv"),
        "time,rule,host,verdict\n2026-02-01 10:00:00,Rule one,a,TP\n",
    )
    .expect("it is written");
    let tests = "technique,rule_id,result,time\nT1021,,failed,2026-02-02\n,aaaaaaaa-0000-4000-8000-000000000002,passed,2026-02-03\n,nothing,passed,\n";
    fs::write(folder.join("tests.csv"), tests).expect("it is written");
    let after = report(&[&path, "--score", "depth", "--weight", "weight.freshness=0"]);
    // A passed test is worth 0.85.
    assert_eq!(depth(&after, "T1059.001"), Some(68));
    let evidence = |id: &str| {
        let evidence = &technique(&after, id)["evidence"];
        (evidence["step"].as_str(), evidence["test_failed"].as_bool())
    };
    assert_eq!(evidence("T1059.001"), (Some("tested"), Some(false)));
    assert_eq!(evidence("T1003.001"), (Some("validated"), Some(false)));
    assert_eq!(evidence("T1021"), (Some("enabled"), Some(true)));
    assert_eq!(evidence("T1548"), (None, Some(false)));
    let has_state = |id: &str| {
        technique(&after, id)["states"]
            .as_array()
            .is_some_and(|s| s.contains(&"test_failed".into()))
    };
    assert!(has_state("T1021") && !has_state("T1059.001"));
    let tests = &after["detections"]["tests"];
    assert_eq!(
        (&tests["passed"], &tests["failed"], &tests["without_place"]),
        (&2.into(), &1.into(), &1.into())
    );
    let last = technique(&after, "T1059.001")["evidence"]["last"].as_str();
    assert_eq!(last, Some("2026-02-03T00:00:00Z"));

    // By level nothing changes.
    fs::remove_file(folder.join("alerts.csv")).expect("it was there");
    let level = report(&[&path]);
    assert_eq!(depth(&level, "T1059.001"), Some(80));
}

#[test]
fn in_zips_and_alone() {
    let folder = folder("alerts_zips");
    let alerts = "time,technique,severity\n2026-02-01 10:00:00,T1003.001,high\n";
    let json = "{\"timestamp\":\"2026-02-01T10:00:00Z\",\"rule\":\"x\",\"technique\":\"T1059\",\"host\":\"a\"}\n{\"timestamp\":\"2026-02-01T10:00:01Z\",\"rule\":\"x\",\"host\":\"a\"}\n";
    let archive = zip(&[
        Entry::new("b/alerts.ndjson", json.as_bytes(), true),
        Entry::new("a/alerts.csv", alerts.as_bytes(), true),
    ]);
    let path = folder.join("alerts.zip");
    fs::write(&path, archive).expect("it is written");
    let found = report(&[&path.display().to_string()]);
    assert_eq!(found["summary"]["alerts"], 3);
    assert_eq!(technique(&found, "T1003.001")["alerts"], 1);
    let files = found["detections"]["files"].as_array().expect("files");
    let paths: Vec<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
    assert!(paths[0].ends_with("a/alerts.csv") && paths[1].ends_with("b/alerts.ndjson"));
    let formats = found["import"]["formats"].as_array().expect("formats");
    let names: Vec<&str> = formats.iter().filter_map(|format| format["name"].as_str()).collect();
    assert_eq!(names, ["alerts (CSV)", "alerts (NDJSON)"]);
}

#[test]
fn the_sample_as_json_markdown_and_html() {
    let path = folder("alerts_sample").join("alerts.csv");
    let last = coverlay::date::Date::new(2026, 4, 1).expect("a day");
    std::fs::write(&path, coverlay::sample::alerts(last)).expect("it is written");
    let written = path.to_str().expect("a path");
    let found = report(&[SAMPLE, written]);
    let alerts = found["summary"]["alerts"].as_u64().expect("alerts");
    assert!(alerts > 4_500);
    assert!(found["summary"]["latency_seconds"]["median"].as_f64().is_some_and(|m| m > 10.0));
    // The same rules without alerts score the same.
    let without = report(&[SAMPLE]);
    assert_eq!(without["summary"]["percent"], found["summary"]["percent"]);
    for format in ["md", "html"] {
        let output = coverlay(&["report", "--quiet", "--format", format, SAMPLE, written]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && text.contains("Rule health"), "{format}");
        assert!(text.contains(&format!("{alerts} alerts")), "{format}");
    }
    let again = coverlay(&["report", "--quiet", written, SAMPLE]);
    let other = coverlay(&["report", "--quiet", SAMPLE, written]);
    assert_eq!(again.stdout, other.stdout, "the order of inputs does not matter");
}

/// Two rules on two log sources are no gap, until a test of the technique fails.
#[test]
fn a_failed_test_is_a_gap_with_its_day() {
    let folder = folder("alerts_failed_test");
    rules(&folder);
    let path = folder.display().to_string();
    let gap = |arguments: &[&str]| -> Option<(Value, Value)> {
        let output = coverlay(&[&["gaps", "--quiet", &path], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let gaps = report["gaps"].as_array().expect("gaps").clone();
        let gap = gaps.into_iter().find(|gap| gap["id"] == "T1003.001")?;
        assert_eq!(gap["test_failed"], gap["test_failed_on"].is_string());
        Some((gap["state"].clone(), gap["shortfall"].clone()))
    };
    assert_eq!(gap(&[]), None);
    fs::write(folder.join("t.csv"), "technique,result,time\nT1003.001,failed,2026-02-02 23:30\n")
        .expect("it is written");
    let said = "Its last test failed, on 2026-02-02; its score is 80 of 100.";
    assert_eq!(gap(&[]), Some(("weak".into(), said.into())));
    // In the west that is the next day in UTC.
    let west = gap(&["--assume-zone=-08:00"]).expect("a gap").1;
    assert_eq!(west, "Its last test failed, on 2026-02-03; its score is 80 of 100.");
    for (format, part) in [
        ("csv", "T1003.001,LSASS Memory,weak,"),
        ("csv", ",2026-02-02\n"),
        ("md", "| weak, test failed |"),
        ("layer", " weak, test failed: "),
    ] {
        let output = coverlay(&["gaps", "--quiet", &path, "--format", format]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(part), "{format}: {part}");
    }
    // A later test that was passed takes it back.
    let both = "technique,result,time\nT1003.001,failed,2026-02-02\nT1003.001,passed,2026-02-03\n";
    fs::write(folder.join("t.csv"), both).expect("it is written");
    assert_eq!(gap(&[]), None);
    let output = coverlay(&["gaps", &path, "--since", "soon"]);
    assert_eq!(output.status.code(), Some(2));
}
