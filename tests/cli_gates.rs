//! Gates and names of files, as a pipeline uses them.
#![cfg(feature = "cli")]

mod command;

use command::{coverlay, folder};
use std::path::Path;

const SAMPLE: &str = "data/sample";

fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = coverlay(arguments);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn rule(folder: &Path, name: &str, technique: &str, date: &str) {
    let text = format!(
        "title: {name}\nid: 00000000-0000-4000-8000-0000000000{name}\nstatus: stable\ndescription: x\n{date}tags:\n  - attack.{technique}\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n  selection:\n    Image: x\n  condition: selection\nlevel: high\n"
    );
    std::fs::write(folder.join(format!("{name}.yml")), text).expect("writable");
}

/// Three techniques: one by a rule of 2001 and one without a date that says nothing, one by a
/// rule of the far future, one by rules without a date only.
#[test]
fn max_age_counts_techniques_whose_newest_rule_is_old() {
    let folder = folder("max-age");
    rule(&folder, "01", "t1003", "date: 2001-02-03\n");
    rule(&folder, "02", "t1003", "");
    rule(&folder, "03", "t1057", "date: 2001-02-03\nmodified: 2098-01-01\n");
    rule(&folder, "04", "t1082", "");
    let path = folder.to_str().expect("UTF-8");
    let (code, said_) = said(&["report", path, "--max-age", "365"]);
    assert_eq!(code, Some(1));
    assert!(
        said_.contains("coverlay: 1 of 3 covered techniques and sub-techniques have no rule that changed in the last 365 days: T1003 (2001-02-03); 1 have only rules without a date and are not judged; --max-age asks for 0"),
        "{said_}"
    );
    // A century is longer than that.
    assert_eq!(said(&["report", path, "--max-age", "36500"]).0, Some(0));
    assert_eq!(said(&["report", path, "--max-age", "-1"]).0, Some(2));
}

#[test]
fn every_gate_that_fails_says_so_with_its_numbers() {
    let gates = ["--fail-under", "99", "--fail-on", "tag/revoked", "--max-age", "0"];
    for command in ["report", "layer", "lint", "gaps"] {
        let (code, said) = said(&[&[command, SAMPLE], &gates[..]].concat());
        assert_eq!(code, Some(1), "{command}: {said}");
        let lines: Vec<_> = said.lines().filter(|line| line.starts_with("coverlay: ")).collect();
        assert_eq!(lines.len(), 3, "{command}: {said}");
        assert!(lines[0].contains(" techniques are covered, ") && lines[0].ends_with("99 %"));
        assert!(lines[1].contains("findings in 66 files: ") && lines[1].ends_with("asks for 0"));
        assert!(lines[2].contains(" of ") && lines[2].ends_with("--max-age asks for 0"));
    }
    // One that fails is enough, whichever it is.
    let one = ["report", SAMPLE, "--fail-under", "1", "--max-age", "99999", "--fail-on"];
    assert_eq!(said(&[&one[..], &["tag/revoked"]].concat()).0, Some(1));
    assert_eq!(said(&[&one[..], &["zip/damaged"]].concat()).0, Some(0));
}

#[test]
fn the_output_is_written_though_a_gate_fails() {
    let file = folder("gate-output").join("layer.json");
    let path = file.to_str().expect("UTF-8");
    assert_eq!(said(&["layer", SAMPLE, "-o", path, "--max-age", "0"]).0, Some(1));
    assert!(std::fs::metadata(&file).is_ok_and(|file| file.len() > 1000));
}

#[test]
fn what_is_lost_is_named_with_what_there_was() {
    let (old, new) = (folder("lost-old"), folder("lost-new"));
    for folder in [&old, &new] {
        rule(folder, "01", "t1057", "");
    }
    rule(&old, "02", "t1082", "");
    let paths = [old.to_str().expect("UTF-8"), new.to_str().expect("UTF-8")];
    let (code, said) = said(&["diff", paths[0], paths[1], "--fail-on-lost"]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("coverlay: 1 of 2 techniques and sub-techniques that were covered are covered no more: T1082; --fail-on-lost asks for 0"),
        "{said}"
    );
}

#[test]
fn a_layer_is_called_as_the_template_says() {
    let folder = folder("names").join("new");
    let path = folder.to_str().expect("UTF-8");
    let template = "cov_{domain}_{version}_sprint_{sprint}.json";
    let options = ["--attack", "18.1", "--name-template", template];
    let run = |more: &[&str]| {
        said(&[&["layer", SAMPLE, "--output-dir", path], &options[..], more].concat())
    };
    assert_eq!(run(&["--sprint", "12"]).0, Some(0));
    assert!(folder.join("cov_enterprise-attack_18.1_sprint_12.json").is_file());
    let (code, said_) = run(&[]);
    assert!(code == Some(2) && said_.contains("--sprint"), "{said_}");
    let (code, said_) = said(&["layer", SAMPLE, "--name-template", "{week}.json"]);
    assert!(code == Some(2) && said_.contains("there are {quarter}, {year}, {sprint}"), "{said_}");
    // Without a folder it goes to standard output, as ever.
    let output = coverlay(&[&["layer", SAMPLE, "--sprint", "12"], &options[..]].concat());
    assert!(output.stdout.starts_with(b"{") && output.status.success());
}
