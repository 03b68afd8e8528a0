//! Our layers in MITRE's own library (mitreattack-python, version in scripts/tools.sh): it opens
//! what we write and finds in it what we wrote.
#![cfg(feature = "cli")]

use coverlay::layer::{self, Layer, Note, written};
use coverlay::source::archive::Archive;
use coverlay::source::decode::decode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A fresh folder below the target folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}

/// What the library found in each file, by its path; `None` where it is not at hand.
#[allow(clippy::print_stdout, reason = "a skipped test says so")]
fn open(files: &[(PathBuf, String)]) -> Option<BTreeMap<PathBuf, Value>> {
    let Some(python) = std::env::var_os("COVERLAY_MITREATTACK") else {
        println!("skipped: COVERLAY_MITREATTACK names no Python (scripts/test sets it)");
        return None;
    };
    let mut list = String::new();
    for (path, json) in files {
        std::fs::write(path, json).expect("written");
        list.push_str(&format!("{}\n", path.display()));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/navlayers.py");
    // The library reads files in the encoding of the system: here in the poorest one there is.
    let mut child = Command::new(python)
        .arg(script)
        .envs([("LC_ALL", "C"), ("PYTHONCOERCECLOCALE", "0"), ("PYTHONUTF8", "0")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut input = child.stdin.take().expect("a pipe");
    // From a thread, as both pipes may fill.
    let feeding = std::thread::spawn(move || input.write_all(list.as_bytes()));
    let output = child.wait_with_output().expect("Python ends");
    feeding.join().expect("no panic").expect("read by Python");
    assert!(output.status.success(), "the script failed");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let found = lines.lines().map(|line| {
        let value: Value = serde_json::from_str(line).expect("a line of JSON");
        (PathBuf::from(value["path"].as_str().expect("a path")), value)
    });
    Some(found.collect())
}

/// Each file is opened, and what stands in it is what was found.
fn compare(files: &[(PathBuf, String)]) {
    let Some(found) = open(files) else { return };
    assert_eq!(found.len(), files.len());
    for (path, json) in files {
        let ours: Value = serde_json::from_str(json).expect("JSON");
        let theirs = &found[path];
        let name = path.display();
        assert!(theirs.get("layer").is_some(), "{name}: {}", theirs["told"]);
        for key in ["name", "domain", "versions", "gradient", "layout", "tacticRowBackground"] {
            assert_eq!(theirs["layer"][key], ours[key], "{name}: {key}");
        }
        for key in ["filters", "description", "legendItems", "hideDisabled", "sorting"] {
            // Left out by the library where there is nothing in it.
            if let Some(value) = theirs["layer"].get(key) {
                assert_eq!(*value, ours[key], "{name}: {key}");
            }
        }
        same_items(&theirs["links"], &ours["links"]);
        let entries = ours["techniques"].as_array().expect("a list");
        let read = theirs["techniques"].as_array().expect("a list");
        assert_eq!(read.len(), entries.len(), "{name}");
        for (theirs, wrote) in read.iter().zip(entries) {
            for key in ["techniqueID", "tactic", "score", "color", "comment", "enabled"] {
                assert_eq!(theirs[key], wrote[key], "{name}: {key} of {wrote}");
            }
            assert_eq!(theirs["showSubtechniques"], wrote["showSubtechniques"]);
            same_items(&theirs["metadata"], &wrote["metadata"]);
            same_items(&theirs["links"], &wrote["links"]);
            ends(theirs, &ours["gradient"]);
        }
    }
}

/// The library has no dividers among metadata; it says so and goes on.
fn same_items(theirs: &Value, ours: &Value) {
    let items = ours.as_array().into_iter().flatten();
    let ours: Vec<&Value> =
        items.filter(|item| item.get("url").is_some() || item.get("value").is_some()).collect();
    let items = theirs.as_array().expect("a list").iter();
    let theirs: Vec<&Value> = items.filter(|item| item.get("divider").is_none()).collect();
    assert_eq!(theirs, ours);
}

/// A score at an end of the gradient has its colour. (Between them the library goes another way
/// than the Navigator, through hues.)
fn ends(technique: &Value, gradient: &Value) {
    let Some(score) = technique["score"].as_i64() else { return };
    let colours = gradient["colors"].as_array().expect("a list");
    let end = if gradient["maxValue"].as_i64().is_some_and(|max| score >= max) {
        colours.last()
    } else if gradient["minValue"].as_i64().is_some_and(|min| score <= min) {
        colours.first()
    } else {
        return;
    };
    assert_eq!(Some(&technique["computed"]), end, "{technique}");
}

fn read(text: &str) -> Vec<Layer> {
    layer::read("x", text).expect("a layer").value
}

/// A layer as a strict file; whether the library should open it.
fn strict(layer: &Layer) -> (String, bool) {
    let (json, notes) = written(vec![layer.clone()], None, false);
    (json, !notes.iter().any(|(_, note)| *note == Note::OwnDomain))
}

#[test]
fn every_fixture() {
    let folder = folder("layer_python_fixtures");
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for file in std::fs::read_dir("tests/fixtures_layers").expect("fixtures") {
        let path = file.expect("a fixture").path();
        let text = decode(&std::fs::read(&path).expect("a fixture")).expect("a text").into_owned();
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for (at, layer) in read(&text).iter().enumerate() {
            let file = folder.join(format!("{stem}.{at}.json"));
            match strict(layer) {
                (json, true) => good.push((file, json)),
                (json, false) => refused.push((file, json)),
            }
            // What we say of a layer whose entries without an id were kept.
            let (json, notes) = written(vec![layer.clone()], None, true);
            let is_kept = |(_, note): &(_, Note)| matches!(note, Note::Unplaced { kept: true, .. });
            if notes.iter().any(is_kept) {
                refused.push((folder.join(format!("{stem}.{at}.all.json")), json));
            }
        }
    }
    assert!(good.len() >= 14 && refused.len() >= 3, "{} and {}", good.len(), refused.len());
    compare(&good);
    for (path, found) in open(&refused).into_iter().flatten() {
        assert!(found.get("layer").is_none(), "{} is opened", path.display());
    }
}

/// What the library or the Navigator fail on, as it comes out of the writer.
#[test]
fn what_others_stumble_over() {
    let folder = folder("layer_python_traps");
    let entry = |score: Value| json!({"techniqueID": "T1059", "score": score});
    let gradient = |colours: usize, min: f64, max: f64| json!({"colors": vec!["#ff6666"; colours], "minValue": min, "maxValue": max});
    let layers = [
        ("small", gradient(3, 0.0, 1.0), vec![entry(json!(1)), entry(json!(0))]),
        ("many colours", gradient(30, 0.0, 7.0), vec![entry(json!(6)), entry(json!(7))]),
        ("fractions", gradient(3, 0.0, 2.5), vec![entry(json!(1.25)), entry(json!(2.5))]),
        ("wide", gradient(2, -5.0, 1000.0), vec![entry(json!(999)), entry(json!(1000.0))]),
        ("huge", gradient(2, 0.0, 100.0), vec![entry(json!(1e300)), entry(json!(-1e300))]),
    ];
    let mut files = Vec::new();
    for (name, gradient, techniques) in layers {
        let layer = json!({
            "name": format!("{name} – ä 🛡"), "domain": "enterprise-attack", "own": {"key": null},
            "filters": {"platforms": []}, "versions": {"layer": "4.5"},
            "links": [{"divider": false}, {"divider": true}, {"label": "ü", "url": "https://x/"}],
            "metadata": [{"divider": false}, {"name": "ö", "value": "1"}],
            "gradient": gradient, "techniques": techniques,
        });
        let (json, _) = strict(&read(&layer.to_string())[0]);
        files.push((folder.join(format!("{name}.json")), json));
    }
    compare(&files);
}

/// What the commands write, as they write it.
#[test]
fn what_the_commands_write() {
    let folder = folder("layer_python_commands");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_coverlay")).args(arguments).output();
        let output = output.expect("the command starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let file = arguments.last().expect("a file").to_string();
        (PathBuf::from(&file), std::fs::read_to_string(file).expect("written"))
    };
    let sample = path("sample.json");
    let old = path("old.json");
    let migrated = path("migrated.json");
    let old_layer = json!({
        "name": "old", "versions": {"attack": "15"}, "domain": "enterprise-attack", "team": "red",
        "techniques": [
            {"techniqueID": "T1562.001", "tactic": "defense-evasion", "score": 0.5},
            {"techniqueID": "T1078", "color": "#ff000080", "comment": "ß"},
        ],
        "gradient": {"colors": ["#ffffff", "#ff0000"], "minValue": 0, "maxValue": 1},
    });
    std::fs::write(&old, old_layer.to_string()).expect("written");
    let mut files = vec![
        run(&["layer", "data/sample", "--name", "Straße", "-o", &sample]),
        run(&["migrate", &old, "--to", "19.2", "--strict", "-o", &migrated]),
    ];
    for (at, expression) in ["a / 3", "a - b", "a > 50", "a * 10 + 0.25"].into_iter().enumerate() {
        let file = path(&format!("combined{at}.json"));
        files.push(run(&["combine", expression, &sample, &migrated, "-o", &file]));
    }
    let corpus = Path::new("../shared/corpora/sigmahq.zip");
    if corpus.exists() {
        let file = path("sigmahq.json");
        files.push(run(&["layer", &corpus.to_string_lossy(), "-o", &file]));
    } else {
        println!("skipped: {} is not there", corpus.display());
    }
    compare(&files);
}

/// All public layers at hand, read and written.
#[test]
fn the_layers_of_the_public() {
    let path = Path::new("../shared/corpora/layers-a.zip");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let folder = folder("layer_python_public");
    let archive = Archive::open("a.zip", &bytes).expect("a zip");
    let mut files = Vec::new();
    for file in archive.part(0, 1, 0) {
        let text = decode(&file.expect("an entry").bytes).expect("a text").into_owned();
        for layer in read(&text) {
            if let (json, true) = strict(&layer) {
                files.push((folder.join(format!("{}.json", files.len())), json));
            }
        }
    }
    assert!(files.len() > 600, "{}", files.len());
    compare(&files);
}
