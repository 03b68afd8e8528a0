//! `coverlay.toml`: what it says, what is typed instead, and what is wrong with it.
#![cfg(feature = "cli")]

mod command;

use command::{coverlay_in, folder, sample};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder with settings.
fn with(name: &str, settings: &str) -> PathBuf {
    let folder = folder(name);
    std::fs::write(folder.join("coverlay.toml"), settings).expect("writable");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let sample = sample();
    let mut all = vec![arguments[0], &sample];
    all.extend(&arguments[1..]);
    let output = coverlay_in(folder, &all, b"");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let (code, out, said) = run(folder, &[&["report"], arguments].concat());
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn the_nearest_file_from_the_folder_up_speaks_and_what_is_typed_wins() {
    let top = with(
        "config-up",
        "attack = '18.1'\nlevels = { high = 70, medium = 40 }\ninclude-disabled = true\nplatform = ['Windows', 'Linux']\n",
    );
    let deep = top.join("a/b");
    std::fs::create_dir_all(&deep).expect("writable");
    let said = report(&deep, &[]);
    assert_eq!(said["attack"]["version"], "18.1");
    assert_eq!(said["policy"]["levels"]["high"], 70);
    assert_eq!(said["policy"]["levels"]["low"], 30, "not named, not changed");
    let typed = report(&deep, &["--attack", "19.2", "--levels", "medium=60"]);
    assert_eq!(typed["attack"]["version"], "19.2");
    assert_eq!(typed["policy"]["levels"]["medium"], 60);
    assert_eq!(typed["policy"]["levels"]["high"], 80, "a list that is typed takes its place");
    // Levels belong to the score beside them.
    assert_eq!(report(&deep, &["--score", "count"])["policy"]["name"], "count");
    // Exactly what the same options do.
    let options = ["--attack", "18.1", "--levels", "high=70,medium=40", "--include-disabled"];
    let options = [&options[..], &["--platform", "Windows,Linux", "--no-config"]].concat();
    assert_eq!(report(&deep, &options), said);
    assert_ne!(report(&deep, &["--no-config"]), said);
    // A file nearer by takes the place of the other, and does not add to it.
    std::fs::write(deep.join("coverlay.toml"), "").expect("writable");
    assert_eq!(report(&deep, &[]), report(&deep, &["--no-config"]));
    let other = top.join("coverlay.toml");
    assert_eq!(report(&deep, &["--config", other.to_str().expect("UTF-8")]), said);
}

#[test]
fn a_flag_that_is_on_is_switched_off_by_typing() {
    let folder = with("config-off", "observable-only = true\nquiet = true\n");
    let total = |arguments: &[&str]| report(&folder, arguments)["summary"]["techniques"].clone();
    let fewer = total(&[]);
    assert_eq!(total(&["--no-config", "--observable-only"]), fewer);
    assert_eq!(total(&["--no-config", "--observable-only=true"]), fewer);
    assert_ne!(total(&["--observable-only=false"]), fewer);
    assert_eq!(total(&["--observable-only=false"]), total(&["--no-config"]));
    assert_eq!(run(&folder, &["report"]).2, "");
    assert_ne!(run(&folder, &["report", "--quiet=false"]).2, "");
}

#[test]
fn tables_of_commands_come_before_what_holds_for_all() {
    let folder = with(
        "config-tables",
        "score = 'depth'\nfail-under = 99\n[weight]\nfreshness.half_life = 3\n[report]\nfail-under = 1\nformat = 'md'\n[layer]\noutput-dir = 'out'\nname-template = 'c_{year}.json'\n",
    );
    let (code, out, said) = run(&folder, &["report"]);
    assert!(code == Some(0) && out.starts_with("# "), "{said}");
    assert!(said.contains("options from ") && said.contains("coverlay.toml"), "{said}");
    let json = report(&folder, &["--format", "json"]);
    assert_eq!(json["policy"]["name"], "depth");
    assert!(json["policy"].to_string().contains("half_life"), "{}", json["policy"]);
    let (code, out, _) = run(&folder, &["layer"]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "the gate of all, and a file");
    assert_eq!(std::fs::read_dir(folder.join("out")).expect("made").count(), 1);
    // -o is typed: the folder of the file is not meant.
    assert_eq!(run(&folder, &["layer", "-o", "typed.json"]).0, Some(1));
    assert!(folder.join("typed.json").is_file());
    // Gates of all do not stop pictures.
    assert_eq!(run(&folder, &["render", "-o", "x.svg"]).0, Some(0));
}

#[test]
fn paths_are_seen_from_the_file_not_from_where_one_is() {
    let folder = with("config-paths", "[gaps]\nprofile = 'us.yml'\nlibrary = ['more']\ntop = 1\n");
    std::fs::write(folder.join("us.yml"), "platforms: [Linux]\n").expect("writable");
    std::fs::create_dir_all(folder.join("more")).expect("writable");
    std::fs::create_dir_all(folder.join("deep")).expect("writable");
    let rule = "title: x\nid: 00000000-0000-4000-8000-000000000001\nstatus: stable\ntags:\n  - attack.t1057\nlogsource:\n  product: linux\ndetection:\n  selection:\n    Image: x\n  condition: selection\nlevel: high\n";
    std::fs::write(folder.join("more/x.yml"), rule).expect("writable");
    for here in [folder.clone(), folder.join("deep")] {
        let (code, out, said) = run(&here, &["gaps"]);
        assert_eq!(code, Some(0), "{said}");
        let json: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(json["gaps"].as_array().map(Vec::len), Some(1));
        assert!(json["profile"].to_string().contains("Linux"), "{}", json["profile"]);
        assert!(!json["library"].is_null());
    }
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_what_was_meant() {
    for (settings, place, reason) in [
        ("\nfail_under = 1\n", ":2: ", "unknown key 'fail_under'; did you mean 'fail-under'?"),
        ("[reprt]\nformat = 'md'\n", ":1: ", "unknown key 'reprt'; did you mean 'report'?"),
        (
            "[report]\n\ntresholds = 3\n",
            ":3: ",
            "unknown key 'tresholds' below [report]; did you mean 'threshold'?",
        ),
        // Of another command, and not of this one's run: it is wrong all the same.
        ("[diff]\nobservable-only = true\n", ":2: ", "unknown key 'observable-only' below [diff]"),
        ("zzzzzzzzz = 1\n", ":1: ", "unknown key 'zzzzzzzzz'; a key is the long name of an option"),
        ("config = 'x'\n", ":1: ", "unknown key 'config'"),
        ("format = 'md'\n", ":1: ", "'format' is another thing in each command"),
        ("domain = 'enterprise'\nx", ":2: ", ""),
        ("include-disabled = 'yes'\n", ":1: ", "'include-disabled' is true or false"),
        ("fail-under = 101\n", ":1: ", "'101' is not a percentage from 0 to 100"),
        ("attack = ['18.1', '19.2']\n", ":1: ", "cannot be used multiple times"),
        ("fail-on = ['tag/unknwn']\n", ":1: ", "did you mean 'tag/unknown'?"),
        ("score = { a = 1 }\n", ":1: ", ""),
        ("score = true\n", ":1: ", "invalid value 'true'"),
    ] {
        let folder = with("config-wrong", settings);
        let (code, out, said) = run(&folder, &["report"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{settings}: {said}");
        let file = format!("coverlay.toml{place}");
        assert!(said.contains(&file) && said.contains(reason), "{settings}: {said}");
    }
    let folder = folder("config-absent");
    assert_eq!(run(&folder, &["report", "--config", "nothing.toml"]).0, Some(2));
    assert_eq!(run(&folder, &["report", "--config", "x", "--no-config"]).0, Some(2));
}

/// The example of the documentation is right, and names every kind of key.
#[test]
fn the_documented_example_is_read() {
    let text = include_str!("../docs/pipeline.md");
    let start = text.find("```toml\n").expect("there is one") + "```toml\n".len();
    let example = &text[start..][..text[start..].find("```").expect("it ends")];
    let folder = with("config-example", example);
    std::fs::write(folder.join("us.yml"), "platforms: [Linux]\n").expect("writable");
    std::fs::create_dir_all(folder.join("sigma")).expect("writable");
    for command in ["layer", "report", "lint"] {
        let (code, _, said) = run(&folder, &[command, "--max-age", "99999", "--fail-under", "0"]);
        assert_ne!(code, Some(2), "{command}: {said}");
        assert!(said.contains("options from "), "{said}");
    }
}
