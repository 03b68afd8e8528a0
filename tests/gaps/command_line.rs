//! `coverlay gaps` as a script uses it.

use crate::command::{coverlay, folder};
use serde_json::Value;
use std::path::Path;

const SAMPLE: &str = "data/sample";

fn json(arguments: &[&str]) -> Value {
    let output = coverlay(&[&["gaps", "--quiet", SAMPLE], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text(arguments: &[&str]) -> String {
    let output = coverlay(&[&["gaps", "--quiet", SAMPLE], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn refused(arguments: &[&str]) -> String {
    let output = coverlay(&[&["gaps", SAMPLE], arguments].concat());
    assert_eq!(output.status.code(), Some(2), "{arguments:?} is wrong usage");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("writable");
    path.to_str().expect("a path").to_owned()
}

fn ids(report: &Value) -> Vec<&str> {
    report["gaps"].as_array().expect("gaps").iter().filter_map(|gap| gap["id"].as_str()).collect()
}

#[test]
fn the_stable_keys_and_a_sum_that_adds_up() {
    let report = json(&["--top", "7"]);
    for key in [
        "/policy/name",
        "/policy/weights/threat",
        "/profile",
        "/summary/gaps",
        "/gaps/0/rank",
        "/gaps/0/id",
        "/gaps/0/name",
        "/gaps/0/tactics/0",
        "/gaps/0/state",
        "/gaps/0/priority",
        "/gaps/0/terms/impact_weight",
        "/gaps/0/terms/tactic_criticality",
        "/gaps/0/terms/threat_weight",
        "/gaps/0/terms/adversary_frequency",
        "/gaps/0/terms/coverage_score",
        "/gaps/0/arithmetic",
        "/gaps/0/why/0/sentence",
        "/gaps/0/groups/0",
        "/gaps/0/campaigns",
        "/gaps/0/software",
        "/gaps/0/guidance/skeleton",
        "/frequency/software",
        "/gaps/0/log_sources",
        "/gaps/0/recommended",
        "/gaps/0/guidance",
        "/next_rules",
        "/tactics/0/name",
        "/platforms/0/gaps",
        "/unlock/0/techniques/0",
        "/left_out/0/why/0/sentence",
        "/sources/0/version",
    ] {
        assert!(report.pointer(key).is_some(), "{key} is missing");
    }
    let gaps = report["gaps"].as_array().expect("gaps");
    assert_eq!(gaps.len(), 7);
    for gap in gaps {
        let term = |key: &str| gap["terms"][key].as_f64().expect("a number");
        let sum = term("impact_weight") * term("tactic_criticality")
            + term("threat_weight") * term("adversary_frequency")
            - term("coverage_score") / 10.0;
        assert!((gap["priority"].as_f64().expect("a number") - sum).abs() < 1e-9, "{gap}");
    }
    assert!(report["summary"]["gaps"].as_u64() > Some(7), "the summary is of all");
    // No library was given: nothing is made up.
    let nothing = serde_json::json!([]);
    assert_eq!((&report["next_rules"], &gaps[0]["recommended"]), (&nothing, &nothing));
}

#[test]
fn a_profile_restricts_and_other_options_add_to_it() {
    let folder = folder("cli-gaps");
    let profile = file(&folder, "p.yml", "platforms: [Linux]\ngroups: [G0016]\n");
    let report = json(&["--profile", &profile]);
    assert_eq!(report["profile"]["platforms"][0], "Linux");
    assert_eq!(report["frequency"]["groups"][0], "G0016");
    let gaps = report["gaps"].as_array().expect("gaps");
    assert!(!gaps.is_empty() && gaps.iter().all(|gap| gap["groups"][0] == "G0016"), "all by it");
    let outs = report["left_out"].as_array().expect("a list");
    let is_reason = |why: &Value| why["leaves_out"] == true && why["sentence"].is_string();
    assert!(
        outs.iter().all(|out| out["why"].as_array().is_some_and(|all| all.iter().all(is_reason)))
    );

    let incidents = file(&folder, "i.csv", "technique,count\nT1491,3\nT1490,1\n");
    let report = json(&["--incidents", &incidents]);
    assert_eq!(ids(&report)[..1], ["T1491"]);
    assert_eq!(report["gaps"][0]["terms"]["adversary_frequency"], 0.75);
    assert_eq!(report["profile"]["sources"]["incidents"], "i.csv");

    let assets =
        file(&folder, "a.csv", "host,platform,service\nsrv-secret,Windows Server 2022,okta\n");
    let report = json(&["--assets", &assets]);
    let platforms = report["platforms"].as_array().expect("platforms");
    let names: Vec<_> = platforms.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["Identity Provider", "Windows"]);
    assert!(!report.to_string().contains("srv-secret"), "hosts are not kept");

    let layer = r#"{"name": "t", "domain": "enterprise-attack", "techniques":
        [{"techniqueID": "T1491", "score": 1}, {"techniqueID": "T1561", "score": 2}]}"#;
    let layer = file(&folder, "t.json", layer);
    let report = json(&["--threat", &layer, "--top", "2"]);
    assert_eq!(ids(&report), ["T1561", "T1491"]);

    let report = json(&["--used-by", "APT29,Mimikatz"]);
    assert_eq!(report["frequency"]["of"], 2, "the group and the software");
    let enrichment =
        r#"{"group_sectors": {"source": "me", "groups": {"G0016": {"sectors": ["Energy"]}}}}"#;
    let enrichment = file(&folder, "e.json", enrichment);
    let industry = file(&folder, "industry.json", r#"{"industry": "energy"}"#);
    let report = json(&["--profile", &industry, "--enrichment", &enrichment]);
    assert_eq!(report["frequency"]["groups"], serde_json::json!(["G0016"]));
    assert_eq!(report["sources"][1]["source"], "me");
}

#[test]
fn policies_and_weights_reach_the_list() {
    let exposure = json(&["--priority", "exposure", "--top", "1"]);
    assert_eq!(exposure["policy"]["name"], "exposure");
    assert!(exposure["gaps"][0]["terms"]["factors"]["feasibility"].is_number());
    let weighed =
        json(&["--priority-weight", "threat=0", "--priority-weight", "impact.collection=9"]);
    assert_eq!(weighed["gaps"][0]["terms"]["tactic"], "collection");
    assert_eq!(weighed["gaps"][0]["priority"], 9.0);
    let strict = json(&["--threshold", "100"]);
    assert!(strict["summary"]["weak"].as_u64() > json(&[])["summary"]["weak"].as_u64());
}

#[test]
fn the_other_formats() {
    let csv = text(&["--format", "csv", "--top", "5"]);
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 6);
    assert!(
        lines[0].starts_with("Title,Description,Summary,Body,Labels,Priority,"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("Detect T") && lines[1].contains(",gap-"), "{}", lines[1]);
    assert!(lines[1].contains(",Highest,1,T"), "{}", lines[1]);
    let md = text(&["--format", "md", "--top", "5"]);
    assert_eq!(md.matches("\n- [ ] ").count(), 5);
    for heading in [
        "# Gaps in",
        "## Gaps",
        "## By tactic",
        "## By platform",
        "## Log sources",
        "## Backlog",
        "## Sources",
    ] {
        assert!(md.contains(heading), "{heading}");
    }
    let layer: Value = serde_json::from_str(&text(&["--format", "layer"])).expect("JSON");
    let entries = layer["techniques"].as_array().expect("entries");
    let scores: Vec<_> = entries.iter().filter_map(|entry| entry["score"].as_u64()).collect();
    assert_eq!(scores.len(), entries.len());
    assert_eq!((scores.iter().max(), scores.iter().all(|score| *score <= 100)), (Some(&100), true));
    assert_eq!(text(&["--format", "md"]), text(&["--format", "md"]), "the same bytes");
}

#[test]
fn wrong_usage_says_what_and_gates_hold() {
    let folder = folder("cli-gaps-wrong");
    let profile = file(&folder, "p.yml", "platform: [Linux]\n");
    let said = refused(&["--profile", &profile]);
    assert!(said.contains("p.yml: platform: there is no such key"), "{said}");
    assert!(refused(&["--profile", "no such file"]).contains("no such file"));
    assert!(refused(&["--priority", "vibes"]).contains("no priority policy 'vibes'"));
    assert!(refused(&["--priority-weight", "threta=1"]).contains("there is no weight 'threta'"));
    assert!(
        refused(&["--priority", "groups", "--priority-weight", "threat=1"]).contains("no weights")
    );
    assert!(refused(&["--used-by", "Nobody"]).contains("'Nobody'"));
    let table = file(&folder, "i.csv", "name,hits\nx,1\n");
    assert!(refused(&["--incidents", &table]).contains("no column technique"));
    assert_eq!(coverlay(&["gaps", "--threshold", "101", SAMPLE]).status.code(), Some(2));
    let gate = coverlay(&["gaps", "--quiet", "--fail-under", "99", SAMPLE]);
    assert_eq!(gate.status.code(), Some(1));
    assert!(!gate.stdout.is_empty(), "written before the gate");
    let nothing = file(&folder, "x.txt", "no rule\n");
    assert_eq!(coverlay(&["gaps", &nothing]).status.code(), Some(3));
    let remarks = file(&folder, "r.yml", "services: [mainframe]\n");
    let output = coverlay(&["gaps", "--profile", &remarks, SAMPLE]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("gaps: ") && said.contains("'mainframe'"), "{said}");
}
