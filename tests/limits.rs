//! The limits: each is in the documentation with its value, each that can be chosen is met and told
//! by its name and value, and raising it lets the same file through.
#![cfg(feature = "cli")]

mod command;
mod support;

use command::{coverlay, coverlay_in, folder};
use coverlay::diagnostic::Code;
use coverlay::import::Options;
use coverlay::limits::{Limit, Limits};
use coverlay::pipeline::import_files_with;
use coverlay::source::{Bucket, SourceFile};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use support::{Entry, zip};

const RULE: &str = "title: Good\nlogsource:\n  product: windows\ndetection:\n  condition: x\n\
                    tags:\n  - attack.t1059\n";

/// Constants of the source, by name, with their values as written there.
fn constants() -> BTreeMap<String, String> {
    let source = include_str!("../src/limits.rs").replace("=\n    ", "= ");
    let constants = source.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("pub const ")?.split_once(':')?;
        let value = rest.split_once("= ")?.1.trim_end_matches(';');
        Some((name.to_owned(), value.to_owned()))
    });
    constants.collect()
}

/// `8 << 20` as `8 MiB`, `500_000` as `500 000`; a list as its words.
fn written(name: &str, value: &str) -> String {
    if let Some(list) = value.strip_prefix('[') {
        return list.trim_end_matches(']').replace('"', "`");
    }
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>().expect("a number");
    let value = match value.split_once("<<") {
        Some((number_of, shift)) => number(number_of) << number(shift),
        None => number(value),
    };
    let unit = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        .into_iter()
        .find(|(shift, _)| value >= 1 << shift && value % (1 << shift) == 0);
    match unit.filter(|_| name.contains("BYTES")) {
        Some((shift, unit)) => format!("{} {unit}", value >> shift),
        None => {
            let digits = value.to_string();
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .map(|group| std::str::from_utf8(group).expect("digits"))
                .collect();
            groups.join(" ")
        }
    }
}

/// Rows of the tables of a page, first cell to the others.
fn rows(page: &str) -> BTreeMap<String, Vec<String>> {
    let rows = page.lines().filter(|line| line.starts_with("| `")).map(|line| {
        let mut cells = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned());
        let name = cells.next().unwrap_or_default().trim_matches('`').to_owned();
        (name, cells.collect())
    });
    rows.collect()
}

#[test]
fn the_documentation_has_every_limit_with_its_value() {
    let page = include_str!("../docs/limits.md");
    let (told, constants) = (rows(page), constants());
    assert!(constants.len() > 60, "{}", constants.len());
    let mut missing = Vec::new();
    for (name, value) in &constants {
        let value = written(name, value);
        if told.get(name).and_then(|cells| cells.first()) != Some(&value) {
            missing.push(format!("| `{name}` | {value} |"));
        }
    }
    for limit in Limit::ALL {
        let cells = told.get(limit.name());
        let values = [limit.default_value(), limit.most()].map(|value| limit.written(value));
        if cells.is_none_or(|cells| cells.get(..2) != Some(&values)) {
            missing.push(format!("| `{}` | {} |", limit.name(), values.join(" | ")));
        }
    }
    assert!(missing.is_empty(), "not in docs/limits.md:\n{}", missing.join("\n"));
    let known = |name: &String| constants.contains_key(name) || Limit::named(name).is_some();
    let gone: Vec<&String> = told.keys().filter(|name| !known(name)).collect();
    assert!(gone.is_empty(), "in docs/limits.md only: {gone:?}");
    assert!(told.values().all(|cells| cells.iter().all(|cell| !cell.is_empty())));
}

/// What was said of a file: reason and remedy of its outcome and of what was noticed.
fn said(path: &str, bytes: &[u8], limits: Limits) -> String {
    let files = [SourceFile { path: path.to_owned(), bytes: bytes.to_vec() }];
    let options = Options { limits, profile: true, ..Options::default() };
    let (intake, _) = import_files_with(files, options);
    let mut said = String::new();
    for outcome in &intake.report.outcomes {
        if let Bucket::Failed { reason, remedy, .. } = &outcome.bucket {
            said.push_str(&format!("{reason}; {remedy}\n"));
        }
    }
    for found in &intake.diagnostics {
        let is_of_limits = [Code::TooLarge, Code::YamlLimit, Code::AlertRow].contains(&found.code);
        if is_of_limits {
            said.push_str(&format!("{}; {}\n", found.message, found.hint));
        }
    }
    said
}

/// Files that meet a limit at this value, and not by default.
fn met_by(limit: Limit) -> (u64, Vec<(&'static str, Vec<u8>)>) {
    let text = |path: &'static str, text: &str| (path, text.as_bytes().to_vec());
    let layer = r#"{"name":"l","domain":"enterprise-attack","versions":{"layer":"4.5"},"techniques":[{"techniqueID":"T1059"},{"techniqueID":"T1003"}]}"#;
    let archive = |deflate| {
        let names = ["a.yml", "b.yml", "c.yml"];
        zip(&names.map(|name| Entry::new(name, RULE.as_bytes(), deflate)))
    };
    match limit {
        Limit::RuleFileBytes => (20, vec![text("a.yml", RULE)]),
        Limit::RuleListBytes => {
            (20, vec![text("a.yml", RULE), text("a.csv", "rule,technique\na,T1059\n")])
        }
        Limit::StixBytes => {
            (20, vec![text("a.json", r#"{"type":"bundle","id":"bundle--1","objects":[]}"#)])
        }
        Limit::ArchiveBytes => (100, vec![("a.zip", archive(true))]),
        Limit::ArchiveUnpackedBytes => (100, vec![("a.zip", archive(true))]),
        Limit::ArchiveRatio => {
            let numbers: String = (0..250_000).map(|n| format!("# {n}\n")).collect();
            (1, vec![("a.zip", zip(&[Entry::new("a.yml", numbers.as_bytes(), true)]))])
        }
        Limit::Files => (2, vec![("a.zip", archive(false))]),
        Limit::FileRules => {
            let suricata = "alert tcp any any -> any any (msg:\"a\"; sid:1;)\n".repeat(3);
            let wazuh = "<group name=\"a,\">\n<rule id=\"1\" level=\"3\"><description>a</description></rule>\n<rule id=\"2\" level=\"3\"><description>b</description></rule>\n</group>";
            let yara = "rule a { meta: x = \"y\" events: $e.a = 1 condition: $e }\nrule b { meta: x = \"y\" events: $e.a = 1 condition: $e }";
            let kibana = "{\"rule_id\":\"a\",\"name\":\"b\",\"type\":\"query\",\"risk_score\":1}\n{\"rule_id\":\"c\",\"name\":\"d\",\"type\":\"query\",\"risk_score\":1}\n";
            let table = "rule,technique\na,T1059\nb,T1003\n";
            let measured = "rule_id,precision\na,0.5\nb,0.7\n";
            let arm = include_str!("fixtures/sentinel/arm-solution.json");
            let all = vec![
                text("a.rules", &suricata),
                text("a.xml", wazuh),
                text("a.yaral", yara),
                text("a.ndjson", kibana),
                text("a.csv", table),
                text("m.csv", measured),
                text("a.json", arm),
            ];
            (1, all)
        }
        Limit::YamlDepth => (2, vec![text("a.yml", &format!("{RULE}x: [[[a]]]\n"))]),
        Limit::YamlNodes => (5, vec![text("a.yml", RULE)]),
        Limit::YamlAliasNodes => {
            (2, vec![text("a.yml", &format!("{RULE}x: &x [a, b, c]\ny: *x\n"))])
        }
        Limit::JsonNodes => {
            let rule = "{\"rule_id\":\"a\",\"name\":\"b\",\"type\":\"query\",\"risk_score\":1}";
            let arm = include_str!("fixtures/sentinel/arm-solution.json");
            let all = vec![
                text("one.json", rule),
                text("lines.ndjson", &format!("{rule}\n{rule}\n")),
                text("arm.json", arm),
            ];
            (3, all)
        }
        Limit::LayerBytes => (20, vec![text("a.json", layer)]),
        Limit::LayerValues => (5, vec![text("a.json", layer)]),
        Limit::ProfileBytes => {
            let all = vec![
                text("a.json", r#"{"platforms": ["Windows"], "accepted": []}"#),
                text("a.yml", "platforms: [Windows]\naccepted: []\n"),
                text("assets.csv", "host,platform,service\na,Windows,ad\n"),
                text("incidents.csv", "technique,count\nT1059,2\n"),
                text("kev.json", r#"{"kev": {"techniques": {"T1190": 1}}}"#),
            ];
            (20, all)
        }
        Limit::WorkspaceBytes => {
            let work = r#"{"format": "coverlay-workspace", "version": 1, "inputs": []}"#;
            (20, vec![text("w.coverlay.json", work)])
        }
        Limit::AlertRows => {
            let rows = "time,rule_name,host\n2024-01-01T00:00:00Z,a,h\n2024-01-02T00:00:00Z,b,h\n2024-01-03T00:00:00Z,c,h\n";
            (2, vec![text("alerts.csv", rows)])
        }
    }
}

#[test]
fn each_limit_is_told_by_its_name_and_value() {
    for limit in Limit::ALL {
        let (value, files) = met_by(limit);
        let mut limits = Limits::default();
        limits.set(limit, value);
        if limit == Limit::StixBytes || limit == Limit::RuleListBytes {
            // The other one lets it through first.
            limits.set(Limit::RuleFileBytes, Limit::RuleFileBytes.default_value());
        }
        for (path, bytes) in files {
            let told = said(path, &bytes, limits);
            assert!(told.contains(&format!("'{}'", limit.name())), "{limit:?} {path}: {told}");
            let value = limit.written(value);
            let is_told = told.split(|c: char| !c.is_alphanumeric()).any(|word| word == value);
            assert!(is_told, "{limit:?} {path}: {told}");
            let by_default = said(path, &bytes, Limits::default());
            assert!(!by_default.contains("raise the limit"), "{limit:?} {path}: {by_default}");
        }
    }
}

#[test]
fn the_command_and_its_file_choose() {
    let folder = folder("limits");
    let deep = format!("{RULE}x: {}a{}\n", "[".repeat(80), "]".repeat(80));
    std::fs::write(folder.join("deep.yml"), deep).expect("writable");
    std::fs::write(folder.join("good.yml"), RULE).expect("writable");
    let large = format!("{RULE}{}", "#".repeat(9 << 20));
    std::fs::write(folder.join("large.yml"), large).expect("writable");
    let run = |arguments: &[&str]| {
        let all = [&["report", "good.yml", "deep.yml", "large.yml"], arguments].concat();
        let output = coverlay_in(&folder, &all, b"");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, out, _) = run(&[]);
    assert_eq!(code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["import"]["failed"], 2, "{out}");
    assert!(out.contains("raise the limit 'rule-file-bytes'"), "{out}");
    assert!(out.contains("raise the limit 'yaml-depth'"), "{out}");
    let (_, typed, _) = run(&["--limit", "rule-file-bytes=16M", "--limit=yaml-depth=100"]);
    let report: serde_json::Value = serde_json::from_str(&typed).expect("JSON");
    assert_eq!((&report["import"]["failed"], &report["import"]["read"]), (&0.into(), &3.into()));
    assert!(!typed.contains("raise the limit"), "{typed}");
    let settings = "[limit]\nrule-file-bytes = '16 MiB'\nyaml-depth = 100\n";
    std::fs::write(folder.join("coverlay.toml"), settings).expect("writable");
    assert_eq!(run(&[]).1, typed, "the file says the same as what was typed");

    for (wrong, told) in [
        ("yaml-depth=257", "from 1 to 256"),
        ("rule-file-bytes=1G", "from 1 to 64 MiB"),
        ("yaml-depht=5", "there are rule-file-bytes"),
        ("files=0", "from 1 to"),
        ("files", "NAME=VALUE"),
    ] {
        let (code, _, said) = run(&["--no-config", "--limit", wrong]);
        assert_eq!(code, Some(2), "{wrong}");
        assert!(said.contains(told), "{wrong}: {said}");
    }
    // Of standard input not the beginning as if it were all.
    let all = ["archive", "rule-list", "rule-file", "stix", "layer", "profile", "workspace"];
    let all: Vec<String> = all.iter().map(|of| format!("--limit={of}-bytes=50")).collect();
    let mut typed: Vec<&str> = vec!["report", "-", "--no-config"];
    typed.extend(all.iter().map(String::as_str));
    let output = coverlay_in(&folder, &typed, RULE.as_bytes());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("larger than 50; or raise the limit 'archive-bytes'"), "{said}");

    // What an option names has its own.
    let profile = r#"{"platforms": ["Windows"], "accepted": []}"#;
    std::fs::write(folder.join("p.json"), profile).expect("writable");
    let work = format!(
        r#"{{"format": "coverlay-workspace", "version": 1, "settings": {{"own_profile": {profile}}}}}"#
    );
    std::fs::write(folder.join("w.json"), &work).expect("writable");
    let gaps = |file: &str, limit: &str| {
        let typed = ["gaps", "good.yml", "--no-config", "--profile", file, "--limit", limit];
        let output = coverlay_in(&folder, &typed, b"");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (file, limit, told) in [
        ("p.json", "profile-bytes=20", "longer than the 20 allowed for a profile"),
        ("w.json", "profile-bytes=20", "longer than the 20 allowed for a profile"),
        ("w.json", "workspace-bytes=20", "longer than the 20 allowed for a workspace"),
    ] {
        let (code, said) = gaps(file, limit);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(told) && said.contains("raise the limit '"), "{said}");
        assert_eq!(gaps(file, "profile-bytes=64M").0, Some(0), "{file}");
    }

    let settings = "[limit]\nyaml-depth = 9999\n";
    std::fs::write(folder.join("coverlay.toml"), settings).expect("writable");
    let (code, _, said) = run(&[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("coverlay.toml:1:") && said.contains("from 1 to 256"), "{said}");
}

/// A gigabyte of nothing, on disk without taking any: refused by its size, before it is read. The
/// process may not even ask for that much memory.
#[cfg(target_os = "linux")]
#[test]
fn a_gigabyte_is_refused_by_its_size() {
    let folder = folder("gigabyte");
    for name in ["rule.yml", "rules.zip", "layer.json", "alerts.csv", "rules.rules", "none"] {
        let file = std::fs::File::create(folder.join(name)).expect("writable");
        file.set_len(1 << 30).expect("sparse");
    }
    std::fs::write(folder.join("good.yml"), RULE).expect("writable");
    let begun = Instant::now();
    let script = "ulimit -v 900000; exec \"$0\" report . --format json";
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_coverlay")])
        .current_dir(&folder)
        .output()
        .expect("sh is there");
    let took = begun.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let import = &report["import"];
    assert_eq!((&import["read"], &import["failed"]), (&1.into(), &6.into()), "{import}");
    let text = import.to_string();
    assert_eq!(text.matches("1024 MiB; the limit for this kind of file is").count(), 6, "{text}");
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// Links of a folder are named and not followed, also those that lead round in a circle.
#[cfg(unix)]
#[test]
fn symbolic_links_of_a_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = folder("symlinks");
    let outside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("symlinks-outside");
    std::fs::create_dir_all(&outside).expect("writable");
    std::fs::write(outside.join("secret.yml"), RULE.replace("Good", "Qxz outside"))
        .expect("writable");
    std::fs::create_dir_all(folder.join("rules")).expect("writable");
    std::fs::write(folder.join("rules/good.yml"), RULE).expect("writable");
    symlink(outside.join("secret.yml"), folder.join("rules/file.yml")).expect("a link");
    symlink(&outside, folder.join("rules/folder")).expect("a link");
    symlink(&folder, folder.join("rules/circle")).expect("a link");
    symlink("/dev/zero", folder.join("rules/endless.yml")).expect("a link");
    let output = coverlay(&["report", folder.to_str().expect("UTF-8")]);
    let out = String::from_utf8_lossy(&output.stdout);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let import = &report["import"];
    assert_eq!((&import["read"], &import["skipped"]), (&1.into(), &4.into()), "{import}");
    assert_eq!(import.to_string().matches("symbolic link").count(), 4, "{import}");
    assert!(!out.contains("Qxz"));
}
