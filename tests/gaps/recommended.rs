//! `coverlay gaps` with a library, peers and actors, as a script uses it. The rules, layers and
//! the profile are our own (`tests/fixtures_gaps`).

use crate::command::{coverlay, folder};
use coverlay::source::archive::Archive;
use serde_json::{Value, json};
use std::path::Path;

const RULES: &str = "tests/fixtures_gaps/rules";
const LIBRARY: &str = "tests/fixtures_gaps/library";
const PROFILE: &str = "tests/fixtures_gaps/profile.yml";
const PEERS: &str = "tests/fixtures_gaps/peers";

/// What is written, and what is said.
fn run(arguments: &[&str]) -> (String, String) {
    let output = coverlay(&[&["gaps", RULES, "--attack", "19.2"], arguments].concat());
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (written, said) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{arguments:?}: {said}");
    (written, said)
}

fn report(arguments: &[&str]) -> Value {
    serde_json::from_str(&run(arguments).0).expect("JSON")
}

#[track_caller]
fn refused(code: i32, arguments: &[&str]) -> String {
    let output = coverlay(&[&["gaps", RULES], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "nothing is written");
    said
}

fn titles(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|rule| rule["title"].as_str()).collect()
}

/// Of chosen keys all that does not change with the day or the release of Coverlay.
#[test]
fn the_whole_answer() {
    let mut report = report(&[
        "--library",
        LIBRARY,
        "--profile",
        PROFILE,
        "--peer",
        PEERS,
        "--actors=APT29,Mimikatz",
        "--top",
        "2",
    ]);
    for gap in report["gaps"].as_array_mut().expect("gaps") {
        let skeleton = gap["guidance"]["skeleton"].as_str().expect("a skeleton").to_owned();
        let lines = skeleton.lines().map(|line| match line.starts_with("date: ") {
            true => "date: TODAY",
            false => line,
        });
        gap["guidance"]["skeleton"] = json!(lines.collect::<Vec<_>>());
    }
    for actor in report["actors"]["actors"].as_array_mut().expect("actors") {
        let actor = actor.as_object_mut().expect("an object");
        actor.retain(|key, _| key != "tactics" && key != "aliases");
    }
    let keys = [
        "attack",
        "profile",
        "frequency",
        "remarks",
        "summary",
        "gaps",
        "next_rules",
        "next_rules_asked",
        "library",
    ];
    let mut kept: serde_json::Map<String, Value> =
        keys.into_iter().map(|key| (key.to_owned(), report[key].clone())).collect();
    kept.insert("actors".to_owned(), report["actors"]["actors"].clone());
    let peers = &report["peers"];
    let some = ["threshold", "notes", "peers", "overall", "missing"];
    let peers = some.map(|key| (key.to_owned(), peers[key].clone()));
    kept.insert("peers".to_owned(), Value::Object(peers.into_iter().collect()));
    insta::assert_json_snapshot!("the_whole_answer", kept);
}

/// APT29 and Mimikatz count: frequency is 0, ½ or 1. By the default weights execution weighs 2,
/// credential access 3, threat 10; levels score medium 50, high and critical 80.
#[test]
fn next_rules_by_hand() {
    let report = report(&["--library", LIBRARY, "--profile", PROFILE]);
    let told: Vec<_> = report["next_rules"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|rule| (rule["techniques"].clone(), rule["gain"].as_f64().expect("a number")))
        .collect();
    let expected = [
        // (2 + 10 · ½) · (50 − 0) % for each of two techniques.
        (json!(["T1059.001", "T1204.002"]), 7.0),
        // (3 + 10 · 1) · (80 − 30) %: a low rule is deployed.
        (json!(["T1003.006"]), 6.5),
        // (3 + 10 · ½) · 50 %, by Mimikatz alone.
        (json!(["T1555.004"]), 4.0),
        // (2 + 10 · ½) · (80 − 50) %: the first rule has brought it to 50.
        (json!(["T1059.001"]), 2.1),
        // Neither uses T1556.006: nothing is at stake.
    ];
    assert_eq!(told, expected);
    assert_eq!(report["library"]["usable"], 5);
    assert_eq!(
        report["library"]["import"],
        json!({"files": 10, "read": 8, "skipped": 1, "failed": 1})
    );
    let gap = |id: &str| {
        let gaps = report["gaps"].as_array().expect("gaps");
        gaps.iter().find(|gap| gap["id"] == id).cloned().expect("a gap")
    };
    assert_eq!(gap("T1555.004")["groups"], json!([]));
    assert_eq!(gap("T1555.004")["software"], json!(["S0002"]));
    let powershell = ["PowerShell with an encoded command", "PowerShell below an office program"];
    assert_eq!(titles(&gap("T1059.001")["recommended"]), powershell);
    assert_eq!(gap("T1059")["recommended"][0]["via"], json!(["T1059.001"]));
}

/// Without a profile somebody uses everything, so all five are worth something.
#[test]
fn the_choice_can_be_restricted() {
    let next = |arguments: &[&str]| {
        let report = report(&[&["--library", LIBRARY, "--top", "1"], arguments].concat());
        let rules = report["next_rules"].clone();
        (report["next_rules_asked"].clone(), rules)
    };
    let (asked, all) = next(&[]);
    assert_eq!(all.as_array().map(Vec::len), Some(5));
    assert_eq!((&asked["most"], &asked["offered"]), (&json!(10), &json!(5)));
    let (_, two) = next(&["--next", "2"]);
    assert_eq!(two.as_array().map(Vec::as_slice), all.as_array().map(|all| &all[..2]));
    let (_, none) = next(&["--next", "0"]);
    assert_eq!(none, json!([]));
    let (asked, there) = next(&["--available-only"]);
    assert_eq!((&asked["offered"], &asked["available_only"]), (&json!(4), &json!(true)));
    assert!(!titles(&there).contains(&"Second factor reset"), "no rule of one's own is on Okta");
    let (_, high) = next(&["--level", "high,critical", "--status", "stable"]);
    assert_eq!(titles(&high), ["PowerShell with an encoded command"]);
    let (asked, none) = next(&["--level", "none", "--status", "test", "--status", "stable"]);
    assert_eq!((&none, &asked["levels"]), (&json!([]), &json!([null])));
    // A log source that the profile names is there.
    let path = folder("cli-gaps-available").join("p.yml");
    std::fs::write(&path, "services: [okta]\n").expect("writable");
    let (_, told) = next(&["--available-only", "--profile", path.to_str().expect("a path")]);
    assert!(titles(&told).contains(&"Second factor reset"), "{told}");
}

/// What was chosen is carried away as it stood, and is then deployed: as much less is at stake as
/// it was said to buy.
#[test]
fn the_chosen_files_are_a_zip() {
    let folder = folder("cli-gaps-zip");
    let zip = folder.join("next.zip");
    let zip = zip.to_str().expect("a path");
    let asked = ["--library", LIBRARY, "--next", "3"];
    let before = report(&[&asked[..], &["--next-zip", zip]].concat());
    let bytes = std::fs::read(zip).expect("written");
    let archive = Archive::open("", &bytes).expect("a zip");
    let mut files: Vec<_> = archive.part(0, 1, 0).map(|file| file.expect("whole")).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut expected: Vec<_> = before["next_rules"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|rule| rule["path"].as_str().expect("a path"))
        .collect();
    expected.sort_unstable();
    assert_eq!(files.len(), 3);
    for (file, path) in files.iter().zip(&expected) {
        assert_eq!(format!("{LIBRARY}/{}", file.path.trim_start_matches('/')), *path);
        assert_eq!(file.bytes, std::fs::read(path).expect("a fixture"), "{path}");
    }

    let after = report(&[&asked[..], &[zip]].concat());
    let deployed = |report: &Value| report["library"]["left_out"][0].clone();
    assert_eq!(deployed(&before), json!({"reason": "deployed", "rules": 1}));
    assert_eq!(deployed(&after), json!({"reason": "deployed", "rules": 4}));
    let stake = |report: &Value| report["next_rules_asked"]["at_stake"].as_f64().expect("a number");
    let bought = before["next_rules"][2]["total"].as_f64().expect("a number");
    assert!((stake(&before) - bought - stake(&after)).abs() < 2e-4, "{bought}");

    // A library that is a zip, and a file of its own, are one library.
    let lsass = format!("{LIBRARY}/windows/lsass.yml");
    let both = report(&["--library", zip, "--library", &lsass])["library"].clone();
    assert_eq!((&both["rules"], &both["usable"]), (&json!(4), &json!(3)));
    let again = folder.join("again.zip");
    let again = again.to_str().expect("a path");
    run(&["--library", zip, "--next", "3", "--next-zip", again, "--format", "csv"]);
    let again = std::fs::read(again).expect("written");
    let archive = Archive::open("", &again).expect("a zip");
    let mut same: Vec<_> = archive.part(0, 1, 0).map(|file| file.expect("whole").bytes).collect();
    let mut first: Vec<_> = files.into_iter().map(|file| file.bytes).collect();
    same.sort_unstable();
    first.sort_unstable();
    assert_eq!(same, first);
}

#[test]
fn without_a_library_there_is_guidance() {
    let (written, said) = run(&["--top", "3"]);
    let report: Value = serde_json::from_str(&written).expect("JSON");
    for gap in report["gaps"].as_array().expect("gaps") {
        assert_eq!(gap["recommended"], json!([]));
        assert!(gap["guidance"]["strategies"][0]["id"].is_string(), "{gap}");
        let skeleton = gap["guidance"]["skeleton"].as_str().expect("a text");
        let tag = format!("attack.{}", gap["id"].as_str().expect("an id").to_lowercase());
        assert!(skeleton.contains(&tag), "{skeleton}");
    }
    assert_eq!(report["next_rules"], json!([]));
    for key in ["next_rules_asked", "library", "peers", "actors"] {
        assert_eq!(report[key], Value::Null, "{key}");
    }
    assert!(said.contains("no library was given") && said.contains("--library PATH"), "{said}");
    assert!(run(&["--top", "3", "--quiet"]).1.is_empty());
}

#[test]
fn a_library_is_summed_up() {
    let (_, said) = run(&["--library", LIBRARY, "--top", "1"]);
    for line in [
        "library: 10 files: 8 read, 1 skipped, 1 failed",
        "library: 8 rules, 5 can be recommended; left out: 1 already deployed, 1 deprecated or unsupported, 1 without a technique of this release",
        "next rules: 5 chosen from 5; they buy ",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(run(&["--library", LIBRARY, "--quiet"]).1.is_empty());
}

#[test]
fn tables_name_rules() {
    let (csv, _) = run(&["--library", LIBRARY, "--profile", PROFILE, "--format", "csv"]);
    let head = csv.lines().next().expect("a head");
    assert!(head.ends_with(
        ",Address,Recommended rules,Recommended rule ids,Recommended in all,Test failed"
    ));
    let row = csv.lines().find(|row| row.contains(",T1059.001,")).expect("a row");
    let said = ",PowerShell with an encoded command; PowerShell below an office program,\
                6f9d1c20-0002-4c55-8a01-000000000002; 6f9d1c20-0002-4c55-8a01-000000000003,2,";
    assert!(row.ends_with(said), "{row}");
    let bare = csv.lines().find(|row| row.contains(",T1003.002,")).expect("a row");
    assert!(bare.ends_with("/T1003/002/,,,0,"), "{bare}");

    let arguments =
        ["--library", LIBRARY, "--profile", PROFILE, "--format", "md", "--peer", PEERS, "--actors"];
    let (md, _) = run(&arguments);
    let headings: Vec<_> = md.lines().filter(|line| line.starts_with("## ")).collect();
    let expected = [
        "## Gaps",
        "## Next rules",
        "## By tactic",
        "## By platform",
        "## Log sources that would open most",
        "## Actors",
        "## What several of them use",
        "## Peers: 2",
        "## Covered by ≥ 75 % of peers, not by you: 2",
        "## Backlog",
        "## Sources",
    ];
    assert_eq!(headings, expected);
    assert!(md.contains("| 1 | PowerShell below an office program (6f9d1c20-0002-4c55-8a01-000000000003) | experimental, medium | 7.00 | 7.00 | T1059.001, T1204.002 |"));
    let task = |id: &str| {
        let (_, rest) = md.split_once(&format!("- [ ] [Detect {id} ")).expect("a task");
        rest.lines().skip(1).take_while(|line| line.starts_with("  ")).collect::<Vec<_>>()
    };
    let deploy = task("T1059.001");
    assert_eq!(deploy.len(), 2, "{deploy:?}");
    assert!(
        deploy[0].starts_with("  - [ ] Deploy PowerShell with an encoded command (stable, high): ")
    );
    let write = task("T1003.002");
    assert_eq!(write.len(), 1, "{write:?}");
    assert!(write[0].starts_with("  - [ ] Write a rule. Detection strategy: DET"), "{write:?}");
    assert!(write[0].contains("Rules to begin with: Memory of LSASS opened (T1003.001)"));
    let (bare, _) = run(&["--format", "md", "--top", "1"]);
    assert!(!bare.contains("## Next rules") && bare.contains("  - [ ] Write a rule."), "{bare}");
}

#[test]
fn peers_and_actors_stand_beside_the_gaps() {
    let report = report(&["--peer", PEERS, "--actors", "APT29,s0002", "--top", "1"]);
    // Of techniques I cover T1003 (by two sub-techniques) and T1047; the peers 4 and 1.
    let overall = &report["peers"]["overall"];
    assert_eq!((&overall["covered"], &overall["median_covered"]), (&json!(2), &json!(2.5)));
    assert_eq!(overall["percentile"], 50.0);
    assert!(!report["peers"].to_string().contains("A peer\""), "names are not kept");
    let ids = |list: &Value, key: &str| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.filter_map(|one| one[key].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids(&report["actors"]["actors"], "id"), ["G0016", "S0002"]);
    assert_eq!(report["actors"]["overlap"][0]["of"], 2);
    let all = self::report(&["--top", "1", "--actors"]);
    let actors = ids(&all["actors"]["actors"], "id");
    assert!(actors.len() > 200, "{}", actors.len());
    assert!(actors.iter().all(|id| id.starts_with(['G', 'C'])), "no software unless named");
    // One file is a peer as well, and more may be named.
    let one = format!("{PEERS}/one.json");
    let two = format!("{PEERS}/two.json");
    let named = self::report(&["--top", "1", "--peer", &one, "--peer", &two]);
    assert_eq!(named["peers"], report["peers"]);
}

#[test]
fn wrong_usage_and_files_that_are_none() {
    for arguments in [
        &["--next", "3"][..],
        &["--available-only"],
        &["--level", "high"],
        &["--status", "test"],
        &["--next-zip", "x.zip"],
    ] {
        let said = refused(2, arguments);
        assert!(said.contains("--library <PATH>"), "{arguments:?}: {said}");
    }
    let library = |arguments: &[&str], code: i32| {
        refused(code, &[&["--library", LIBRARY][..], arguments].concat())
    };
    assert!(library(&["--level", "severe"], 2).contains("'severe' is not one of informational"));
    assert!(library(&["--status", "old"], 2).contains("'old' is not one of stable"));
    assert!(library(&["--next", "-1"], 2).contains("'-1'"));
    assert!(refused(2, &["--library", "-"]).contains("standard input"));
    let missing = refused(3, &["--library", "no such folder"]);
    assert!(missing.contains("no such folder: no such file"), "{missing}");
    let said = refused(3, &["--library", PROFILE]);
    assert!(said.contains("no rule among the files of --library"), "{said}");
    assert!(refused(3, &["--peer", "no such file"]).contains("no such file"));
    let said = refused(3, &["--peer", PROFILE]);
    assert!(said.contains("no coverage of a peer"), "{said}");
    assert!(said.contains("profile.yml: "), "which file, and why: {said}");
    for format in ["csv", "layer"] {
        let said = refused(2, &["--peer", PEERS, "--format", format]);
        assert!(said.contains("written as json or md"), "{said}");
        refused(2, &["--format", format, "--actors"]);
    }
    let said = refused(2, &["--actors=Mimikats"]);
    assert!(said.contains("'Mimikats'"), "{said}");
    let output = coverlay(&[
        "gaps",
        RULES,
        "--library",
        LIBRARY,
        "--quiet",
        "--next-zip",
        "no/such/folder/x.zip",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stdout.is_empty(), "the list is written before");
    assert!(!Path::new("no").exists());
}
