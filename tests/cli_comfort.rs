//! Standard input, patterns, completions, the manual, and the same bytes every time.
#![cfg(feature = "cli")]

mod command;

use command::{coverlay, coverlay_in, folder, sample};
use serde_json::Value;
use std::path::Path;

const RULE: &str = "title: One\nid: 00000000-0000-4000-8000-000000000001\nstatus: stable\ntags:\n  - attack.t1057\nlogsource:\n  product: linux\ndetection:\n  selection:\n    Image: x\n  condition: selection\nlevel: high\n";

fn out(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let output = coverlay_in(folder, arguments, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    output.stdout
}

#[test]
fn standard_input_is_what_its_content_says() {
    let here = folder("stdin");
    let read = |bytes: &[u8]| -> Value {
        serde_json::from_slice(&out(&here, &["report", "-"], bytes)).expect("JSON")
    };
    assert_eq!(read(RULE.as_bytes())["summary"]["techniques"]["covered"], 1);
    std::fs::write(here.join("one.yml"), RULE).expect("writable");
    let layer = out(&here, &["layer", "one.yml"], b"");
    assert_eq!(out(&here, &["layer", "-"], RULE.as_bytes()).first(), Some(&b'{'));
    // Beside files.
    let two = RULE.replace("000000000001", "000000000002").replace("t1057", "t1082");
    let both = out(&here, &["report", "one.yml", "-"], two.as_bytes());
    let both: Value = serde_json::from_slice(&both).expect("JSON");
    assert_eq!(both["summary"]["techniques"]["covered"], 2);
    // A layer, and rules, on either side of a comparison.
    std::fs::write(here.join("layer.json"), &layer).expect("writable");
    let lost = |old: &str, new: &str, input: &[u8]| -> (Value, Value) {
        let found = out(&here, &["diff", old, new, "--format", "json"], input);
        let found: Value = serde_json::from_slice(&found).expect("JSON");
        (found["gained"].clone(), found["lost"].clone())
    };
    let is = |ids: &[&str]| serde_json::json!(ids);
    assert_eq!(lost("-", "layer.json", two.as_bytes()), (is(&["T1057"]), is(&["T1082"])));
    assert_eq!(lost("layer.json", "-", &layer), (is(&[]), is(&[])));
    assert_eq!(lost("one.yml", "-", &layer), (is(&[]), is(&[])));
    assert_eq!(coverlay_in(&here, &["diff", "-", "-"], RULE.as_bytes()).status.code(), Some(2));
    assert_eq!(coverlay_in(&here, &["report", "-"], b"").status.code(), Some(3));
    assert_eq!(coverlay_in(&here, &["report", "-"], b"\0\xff\0").status.code(), Some(3));
}

#[test]
fn what_an_option_names_may_be_standard_input() {
    let here = folder("stdin-options");
    std::fs::write(here.join("one.yml"), RULE).expect("writable");
    let json = |arguments: &[&str], input: &[u8]| -> Value {
        serde_json::from_slice(&out(&here, arguments, input)).expect("JSON")
    };
    let profile = b"platforms: [Linux]\ngroups: [APT29]\n";
    let gaps = |arguments: &[&str], input: &[u8]| {
        json(&[&["gaps", "one.yml", "--top", "3"], arguments].concat(), input)
    };
    std::fs::write(here.join("profile.yml"), profile).expect("writable");
    let piped = gaps(&["--profile", "-"], profile);
    assert_eq!(piped["gaps"], gaps(&["--profile", "profile.yml"], b"")["gaps"]);
    assert_ne!(piped["gaps"], gaps(&[], b"")["gaps"], "the profile counts");
    let layer = out(&here, &["layer", "one.yml"], b"");
    std::fs::write(here.join("layer.json"), &layer).expect("writable");
    let peers = |path: &str, input: &[u8]| gaps(&["--peer", path], input)["peers"].clone();
    assert_eq!(peers("-", &layer), peers("layer.json", b""));
    assert_eq!(peers("-", &layer)["peers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_zip_is_read_as_the_files_in_it_from_disk_and_from_a_pipe() {
    let here = folder("stdin-zip");
    std::fs::create_dir_all(here.join("rules")).expect("writable");
    let mut entries = Vec::new();
    for at in 0..60 {
        let text = RULE
            .replace("000000000001", &format!("{at:012}"))
            .replace("t1057", if at % 7 == 0 { "t1082" } else { "t1057" });
        std::fs::write(here.join(format!("rules/{at}.yml")), &text).expect("writable");
        entries.push((format!("rules/{at}.yml"), text.into_bytes()));
    }
    let zip = coverlay::export::rules_zip::write(entries).expect("small");
    std::fs::write(here.join("rules.zip"), &zip).expect("writable");
    let techniques = |path: &str, input: &[u8]| -> Value {
        let report: Value =
            serde_json::from_slice(&out(&here, &["report", path], input)).expect("JSON");
        assert_eq!(report["import"]["read"], 60, "{path}");
        report["techniques"].clone()
    };
    let folder = techniques("rules", b"");
    assert_eq!(techniques("rules.zip", b""), folder);
    assert_eq!(techniques("-", &zip), folder);
}

#[test]
fn patterns_find_what_a_shell_would_find() {
    let here = folder("patterns");
    std::fs::create_dir_all(here.join("a/b")).expect("writable");
    for (at, path) in
        ["a/one.yml", "a/b/two.yml", "a/b/[x].yml", "a/.hidden.yml"].iter().enumerate()
    {
        let text = RULE.replace("000000000001", &format!("00000000000{at}"));
        std::fs::write(here.join(path), text).expect("writable");
    }
    let rules = |patterns: &[&str]| {
        let report = out(&here, &[&["report"], patterns].concat(), b"");
        let report: Value = serde_json::from_slice(&report).expect("JSON");
        report["summary"]["rules"].as_u64()
    };
    assert_eq!(rules(&["a/*.yml"]), Some(1));
    assert_eq!(rules(&["a/**/*.yml"]), Some(3));
    assert_eq!(rules(&["a/b/t?o.yml", "a/o[a-z]e.yml"]), Some(2));
    assert_eq!(rules(&["a/b/[x].yml"]), Some(1), "a file that is called so");
    let nothing = coverlay_in(&here, &["report", "b/*.yml"], b"");
    let said = String::from_utf8_lossy(&nothing.stderr).into_owned();
    assert!(nothing.status.code() == Some(3) && said.contains("nothing fits it"), "{said}");
    assert_eq!(coverlay_in(&here, &["report", "a/***.yml"], b"").status.code(), Some(2));
    // The tag doctor goes through the files a second time for its patch.
    let wrong = RULE.replace("attack.t1057", "attack.T1562.001");
    std::fs::write(here.join("a/wrong.yml"), wrong).expect("writable");
    let patch = out(&here, &["lint", "a/w*.yml", "--patch", "-"], b"");
    assert!(String::from_utf8_lossy(&patch).contains("a/wrong.yml"), "{patch:?}");
}

/// Standard error is no terminal here.
#[test]
fn nothing_moves_where_nobody_looks() {
    let output = coverlay(&["report", "data/sample"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains('\r'));
}

#[test]
fn shells_read_their_completions() {
    let here = folder("completions");
    for (shell, program) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        let script = out(&here, &["completions", shell], b"");
        std::fs::write(here.join(shell), script).expect("writable");
        let checked = std::process::Command::new(program).arg("-n").arg(here.join(shell)).output();
        match checked {
            Ok(output) => assert!(output.status.success(), "{shell}: {output:?}"),
            Err(_) => println!("skipped: there is no {program} to read its completions"),
        }
    }
    assert!(!out(&here, &["completions", "powershell"], b"").is_empty());
    assert_eq!(coverlay(&["completions", "tcsh"]).status.code(), Some(2));
    // What Bash offers after two letters of a command, as it would at the prompt.
    let ask = format!(
        "source {}/bash; COMP_WORDS=(coverlay mi); COMP_CWORD=1; _coverlay coverlay mi coverlay; echo \"${{COMPREPLY[*]}}\"",
        here.display()
    );
    if let Ok(output) = std::process::Command::new("bash").arg("-c").arg(ask).output() {
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "migrate");
    }
}

#[test]
fn every_command_twice_and_with_inputs_in_another_order() {
    let here = folder("reruns");
    let sample = sample();
    let of = |part: &str| format!("{sample}/{part}");
    let parts = [of("windows"), of("linux"), of("cloud"), of("identity")];
    let backwards: Vec<String> = parts.iter().rev().cloned().collect();
    let run = |before: &[&str], inputs: &[String], after: &[&str], file: Option<&str>| {
        let mut arguments = before.to_vec();
        arguments.extend(inputs.iter().map(String::as_str));
        arguments.extend(after);
        let bytes = out(&here, &arguments, b"");
        match file {
            Some(file) => std::fs::read(here.join(file)).expect("written"),
            None => bytes,
        }
    };
    let commands: &[(&[&str], &[&str], Option<&str>)] = &[
        (&["layer"], &[], None),
        (&["layer", "--share"], &[], None),
        (&["report", "--format", "json"], &[], None),
        (&["report", "--format", "csv"], &[], None),
        (&["report", "--format", "md"], &[], None),
        (&["report", "--format", "html"], &[], None),
        (&["report", "--format", "csv-set"], &[], None),
        (&["report", "--format", "xlsx"], &["-o", "report.xlsx"], Some("report.xlsx")),
        (&["report", "--score", "depth"], &[], None),
        (&["report", "--reconcile", "rsigma"], &[], None),
        (&["lint", "--format", "text"], &[], None),
        (&["lint", "--format", "json"], &[], None),
        (&["lint", "--format", "sarif"], &[], None),
        (&["lint", "--format", "junit"], &[], None),
        (&["lint", "--patch", "-"], &[], None),
        (&["gaps", "--format", "json"], &[], None),
        (&["gaps", "--format", "csv"], &[], None),
        (&["gaps", "--format", "md"], &[], None),
        (&["gaps", "--format", "layer"], &[], None),
        (&["render"], &["-o", "x.svg"], Some("x.svg")),
        (&["render"], &["-o", "x.png", "--size", "1280"], Some("x.png")),
        (&["render"], &["-o", "x.xlsx"], Some("x.xlsx")),
    ];
    for (before, after, file) in commands {
        let first = run(before, &parts, after, *file);
        assert!(!first.is_empty(), "{before:?}");
        assert!(first == run(before, &parts, after, *file), "{before:?} {after:?}: a second run");
        assert!(first == run(before, &backwards, after, *file), "{before:?} {after:?}: the order");
    }
    // Where the order says something it stays, and a second run is the same.
    std::fs::write(here.join("a.json"), run(&["layer"], &parts[..1], &[], None)).expect("writable");
    std::fs::write(here.join("b.json"), run(&["layer"], &parts[1..], &[], None)).expect("writable");
    for arguments in [
        &["diff", "a.json", "b.json", "--format", "text"][..],
        &["diff", "a.json", "b.json", "--format", "json"],
        &["diff", "a.json", "b.json", "--format", "md"],
        &["diff", "a.json", "b.json", "--format", "slack"],
        &["diff", "a.json", "b.json", "--format", "gif"],
        &["combine", "max(a, b)", "a.json", "b.json"],
        &["migrate", "a.json", "--to", "18.1"],
        &["catalogue", "list"],
        &["completions", "zsh"],
        &["man", "diff"],
    ] {
        let first = out(&here, arguments, b"");
        assert!(!first.is_empty() && first == out(&here, arguments, b""), "{arguments:?}");
    }
}
