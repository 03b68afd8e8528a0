//! The command as a script uses it: real files, real exit codes, standard output and error.
#![cfg(feature = "cli")]

mod command;

use command::{coverlay, folder};
use serde_json::Value;
use std::path::Path;

fn report(arguments: &[&str]) -> Value {
    let output = coverlay(&[&["report"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the report is JSON")
}

const SAMPLE: &str = "data/sample";

#[test]
fn the_report_has_the_stable_keys() {
    let report = report(&[SAMPLE]);
    for key in [
        "/coverlay",
        "/attack/domain",
        "/attack/version",
        "/policy/name",
        "/summary/rules",
        "/summary/rules_mapped",
        "/summary/rules_unmapped",
        "/summary/duplicates",
        "/summary/techniques/covered",
        "/summary/techniques/direct",
        "/summary/techniques/via_subtechnique",
        "/summary/techniques/total",
        "/summary/subtechniques/covered",
        "/summary/subtechniques/total",
        "/summary/percent/techniques",
        "/summary/percent/all",
        "/summary/score_at_least_80/techniques",
        "/summary/score_at_least_80/percent",
        "/tactics/0/id",
        "/tactics/0/shortname",
        "/tactics/0/name",
        "/tactics/0/rules",
        "/tactics/0/alerts",
        "/tactics/0/techniques_covered",
        "/tactics/0/techniques_total",
        "/tactics/0/percent",
        "/tactics/0/median_log_sources",
        "/tactics/0/best",
        "/tactics/0/worst",
        "/tactics/0/uncovered",
        "/summary/rules_disabled",
        "/summary/rules_switched_off",
        "/summary/states/0/name",
        "/summary/states/0/techniques",
        "/summary/states/0/subtechniques",
        "/panel/denominators/0/name",
        "/panel/denominators/0/covered",
        "/panel/denominators/0/total",
        "/panel/denominators/0/percent",
        "/panel/denominators/0/sentence",
        "/panel/rules_per_technique/0/rules",
        "/panel/rules_per_technique/0/techniques",
        "/panel/rules_per_technique/0/exact",
        "/panel/rules_per_technique/0/ids",
        "/panel/score_at_least/score",
        "/panel/score_at_least/percent",
        "/panel/concentration/mappings",
        "/panel/concentration/top_percent",
        "/panel/weakest/0/log_source",
        "/panel/weakest/0/techniques",
        "/panel/weakest/0/score_points",
        "/platforms/0/covered_visible",
        "/platforms/0/covered_platform_not_stated",
        "/platform_families/0/name",
        "/platform_families/0/blind_spots",
        "/platform_families/0/tactics/0/covered_visible",
        "/techniques/0/states",
        "/techniques/0/rules_disabled",
        "/platforms/0/name",
        "/platforms/0/covered",
        "/platforms/0/total",
        "/platforms/0/percent",
        "/techniques/0/id",
        "/techniques/0/name",
        "/techniques/0/tactics",
        "/techniques/0/score",
        "/techniques/0/coverage",
        "/techniques/0/rules",
        "/techniques/0/rules_rollup",
        "/techniques/0/log_sources",
        "/techniques/0/rule_ids",
        "/import/files",
        "/import/read",
        "/import/skipped",
        "/import/failed",
        "/import/diagnostics/0/path",
        "/import/diagnostics/0/line",
        "/import/diagnostics/0/column",
        "/import/diagnostics/0/severity",
        "/import/diagnostics/0/code",
        "/import/diagnostics/0/message",
    ] {
        assert!(report.pointer(key).is_some(), "{key} is missing");
    }
}

/// Counted by hand and by a script from the sample's sources when it was written.
#[test]
fn the_sample_counts_as_its_authors_counted_it() {
    let report = report(&[SAMPLE]);
    let number = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64);
    assert_eq!(number("/import/files"), Some(66));
    assert_eq!(number("/import/read"), Some(63));
    assert_eq!(number("/import/failed"), Some(0));
    assert_eq!(number("/summary/rules_read"), Some(64));
    assert_eq!(number("/summary/rules"), Some(60));
    assert_eq!(number("/summary/rules_mapped"), Some(55));
    assert_eq!(number("/summary/rules_excluded"), Some(3));
    assert_eq!(number("/summary/duplicates"), Some(1));
    let rules = |id: &str| {
        let techniques = report["techniques"].as_array().expect("an array");
        techniques.iter().find(|t| t["id"] == id).and_then(|t| t["rules"].as_u64())
    };
    assert_eq!(rules("T1059.001"), Some(6));
    assert_eq!(rules("T1685"), Some(3), "two by name, one by the revoked T1562.001");
    assert_eq!(rules("T1685.005"), Some(1), "by the revoked T1070.001");
    assert_eq!(rules("T1550.002"), Some(0), "its only rule is unsupported");
    let direct = report["techniques"].as_array().expect("an array").iter();
    assert_eq!(direct.filter(|t| t["coverage"] == "direct").count(), 53);
}

/// The tables for people hold the numbers of the JSON, and no markup of strangers.
#[test]
fn the_report_for_people_says_the_same() {
    let json = report(&[SAMPLE, "--used-by", "APT29", "--threshold", "50"]);
    let folder = folder("people");
    let rule = "title: x\nlogsource: {product: '<script>|a', category: '`b`'}\ntags: [attack.t1059]\ndetection: {a: {b: c}, condition: a}\n";
    std::fs::write(folder.join("hostile.yml"), rule).expect("written");
    let hostile = folder.to_str().expect("UTF-8");
    for format in ["md", "html"] {
        let arguments =
            ["report", SAMPLE, "--used-by", "APT29", "--threshold", "50", "--format", format];
        let text = String::from_utf8(coverlay(&arguments).stdout).expect("UTF-8");
        let shares = json["panel"]["denominators"].as_array().expect("an array");
        assert_eq!(shares.len(), 4, "no platforms were chosen");
        for share in shares {
            let said = format!("{} of {}", share["covered"], share["total"]);
            assert!(text.contains(&said), "{format}: {said}");
        }
        let least = &json["panel"]["score_at_least"];
        let said = format!("{} of {} techniques", least["techniques"], least["total"]);
        assert!(text.contains(&said), "{format}: {said}");
        for technique in json["techniques"].as_array().expect("an array") {
            assert!(text.contains(technique["id"].as_str().expect("text")));
        }
        let text = coverlay(&["report", hostile, "--format", format]).stdout;
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.contains("script") && !text.contains("<script"), "{format}");
        let escaped =
            if format == "md" { r"&lt;script&gt;\|a / \`b\`" } else { "&lt;script&gt;|a / `b`" };
        assert!(text.contains(escaped), "{format}: {text}");
    }
    let unknown = coverlay(&["report", SAMPLE, "--used-by", "APT0"]);
    assert_eq!(unknown.status.code(), Some(2));
}

/// A rule that is switched off counts only on request.
#[test]
fn disabled_rules_are_counted_on_request() {
    let folder = folder("disabled");
    let rule = "[rule]\nname = 'x'\nrule_id = '00000000-0000-4000-8000-000000000001'\nenabled = false\ntype = 'query'\nseverity = 'high'\n[[rule.threat]]\nframework = 'MITRE ATT&CK'\n[[rule.threat.technique]]\nid = 'T1110'\nname = 'y'\n";
    std::fs::write(folder.join("off.toml"), rule).expect("written");
    let folder = folder.to_str().expect("UTF-8");
    let counts = |flags: &[&str]| {
        let report = report(&[&[folder], flags].concat());
        let techniques = report["techniques"].as_array().expect("an array");
        let of = techniques.iter().find(|technique| technique["id"] == "T1110").expect("there");
        (
            report["summary"]["rules_disabled"].as_u64(),
            of["coverage"].as_str().map(str::to_owned),
            of["states"][0].as_str().map(str::to_owned),
        )
    };
    let said = |disabled, coverage: &str, state: &str| {
        (Some(disabled), Some(coverage.to_owned()), Some(state.to_owned()))
    };
    assert_eq!(counts(&[]), said(1, "none", "disabled_only"));
    assert_eq!(counts(&["--include-disabled"]), said(0, "direct", "direct"));
    let total = |flags: &[&str]| {
        report(&[&[folder], flags].concat())["summary"]["techniques"]["total"].as_u64()
    };
    assert_eq!((total(&[]), total(&["--observable-only"])), (Some(222), Some(201)));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = coverlay(&["report", SAMPLE]).stdout;
    assert_eq!(once, coverlay(&["report", SAMPLE]).stdout);
    assert!(!once.is_empty());
}

#[test]
fn the_layer_is_version_4_5_and_scores_by_the_table() {
    let output = coverlay(&["layer", SAMPLE, "--name", "Ours", "--levels", "high=77"]);
    let layer: Value = serde_json::from_slice(&output.stdout).expect("the layer is JSON");
    assert_eq!(layer["versions"]["layer"], "4.5");
    assert_eq!(layer["name"], "Ours");
    let scores: Vec<_> = layer["techniques"]
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|t| t["score"].as_u64())
        .collect();
    assert_eq!(scores.len(), 53, "every technique a rule names, and no other, has a score");
    assert!(
        scores.contains(&77) && scores.iter().all(|s| [30, 50, 77, 80].contains(s)),
        "{scores:?}"
    );
}

#[test]
fn a_layer_in_a_folder_is_named_after_the_quarter() {
    let folder = folder("layer");
    let output = coverlay(&["layer", SAMPLE, "-o", &folder.to_string_lossy()]);
    assert!(output.status.success());
    let names: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let [name] = &names[..] else { panic!("{names:?}") };
    let quarter = name.strip_prefix("coverage_Q").and_then(|rest| rest.chars().next());
    assert!(quarter.is_some_and(|q| ('1'..='4').contains(&q)), "{name}");
}

#[test]
fn the_csv_starts_with_the_four_columns() {
    let output = coverlay(&["report", SAMPLE, "--format", "csv"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with("title,attack_id,level,status,"), "{}", &text[..80]);
}

#[test]
fn pictures_are_what_their_names_say() {
    let folder = folder("render");
    let png = folder.join("x.png");
    assert!(coverlay(&["render", SAMPLE, "-o", &png.to_string_lossy()]).status.success());
    let bytes = std::fs::read(&png).expect("written");
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(&bytes[16..24], [0, 0, 0x07, 0x80, 0, 0, 0x04, 0x38], "1920 by 1080");
    let svg = folder.join("x.svg");
    assert!(coverlay(&["render", SAMPLE, "-o", &svg.to_string_lossy()]).status.success());
    assert!(std::fs::read_to_string(&svg).expect("written").starts_with("<svg"));
    let other = folder.join("x.bmp");
    assert_eq!(
        coverlay(&["render", SAMPLE, "-o", &other.to_string_lossy()]).status.code(),
        Some(2)
    );
}

#[test]
fn exit_codes() {
    let code = |arguments: &[&str]| coverlay(arguments).status.code();
    assert_eq!(code(&["report", SAMPLE, "--fail-under", "1"]), Some(0));
    assert_eq!(code(&["report", SAMPLE, "--fail-under", "99"]), Some(1));
    assert_eq!(code(&["report"]), Some(2));
    assert_eq!(code(&["report", SAMPLE, "--platform", "Amiga"]), Some(2));
    assert_eq!(code(&["report", SAMPLE, "--attack", "3.1"]), Some(2));
    assert_eq!(code(&["report", "no/such/folder"]), Some(3));
    let empty = folder("empty");
    std::fs::write(empty.join("notes.txt"), "no rules here").expect("writable");
    assert_eq!(code(&["report", &empty.to_string_lossy()]), Some(3));
}

#[test]
fn lint_codes_are_gates() {
    let code = |arguments: &[&str]| coverlay(arguments).status.code();
    assert_eq!(code(&["lint", SAMPLE]), Some(0), "finding something is no failure");
    assert_eq!(code(&["lint", SAMPLE, "--fail-on", "tag/revoked"]), Some(1));
    assert_eq!(code(&["lint", SAMPLE, "--fail-on", "zip/bomb,tag/revoked"]), Some(1));
    assert_eq!(code(&["lint", SAMPLE, "--fail-on", "zip/bomb"]), Some(0));
    assert_eq!(code(&["lint", SAMPLE, "--fail-under", "99"]), Some(1));
    assert_eq!(code(&["report", SAMPLE, "--fail-on", "tag/revoked"]), Some(1));
    // Before 19 the id was live.
    let old = ["lint", SAMPLE, "--fail-on", "tag/revoked", "--attack", "18.1"];
    assert_eq!(code(&old), Some(0));
    let wrong = coverlay(&["lint", SAMPLE, "--fail-on", "tag/revokd"]);
    assert_eq!(wrong.status.code(), Some(2));
    let messages = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(messages.contains("did you mean 'tag/revoked'?"), "{messages}");
    assert_eq!(code(&["lint", "no/such/folder"]), Some(3));
}

#[test]
fn lint_speaks_four_formats() {
    let written = |format: &str| {
        let output = coverlay(&["lint", SAMPLE, "--format", format]);
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(written("text").contains(": note tag/revoked 'attack.t1562.001'"));
    let json: Value = serde_json::from_str(&written("json")).expect("JSON");
    assert_eq!(json["attack"]["domain"], "enterprise-attack");
    let sarif: Value = serde_json::from_str(&written("sarif")).expect("JSON");
    let (found, results) = (&json["findings"], &sarif["runs"][0]["results"]);
    assert_eq!(found.as_array().map(Vec::len), results.as_array().map(Vec::len));
    assert!(written("junit").starts_with("<?xml"));
    assert_eq!(coverlay(&["lint", SAMPLE, "--format", "csv"]).status.code(), Some(2));
}

#[test]
fn messages_go_to_standard_error_and_quiet_stops_them() {
    let output = coverlay(&["report", SAMPLE]);
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(messages.contains("66 files: 63 read, 3 skipped, 0 failed"), "{messages}");
    assert!(coverlay(&["report", SAMPLE, "--quiet"]).stderr.is_empty());
}

#[test]
fn one_bad_file_stops_nothing_and_is_named() {
    let folder = folder("bad");
    let good = std::fs::read(Path::new(SAMPLE).join("windows/rdp_between_workstations.yml"));
    std::fs::write(folder.join("good.yml"), good.expect("in the sample")).expect("writable");
    std::fs::write(folder.join("bad.yml"), "title: x\ndetection: [\n").expect("writable");
    let output = coverlay(&["report", &folder.to_string_lossy()]);
    assert!(output.status.success());
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["import"]["read"], &report["import"]["failed"]), (&1.into(), &1.into()));
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(messages.contains("bad.yml:"), "{messages}");
}

#[test]
fn an_older_release_keeps_the_old_ids_where_they_were() {
    let old = report(&[SAMPLE, "--attack", "18.1"]);
    assert_eq!(old["attack"]["version"], "18.1");
    assert_eq!(old["summary"]["techniques"]["total"], 216);
    let techniques = old["techniques"].as_array().expect("an array");
    let rules = |id: &str| techniques.iter().find(|t| t["id"] == id).map(|t| t["rules"].clone());
    assert_eq!(rules("T1562.001"), Some(1.into()));
}

/// Ids in a text that is no rule: apart, only if asked for, and never in the numbers.
#[test]
fn scanned_text_is_listed_apart() {
    let folder = folder("scan-text");
    std::fs::write(folder.join("page.md"), "# Odd parents\n\nT1059.001, T1059.001, T1003\n")
        .expect("writable");
    let page = folder.to_str().expect("a plain path");
    let plain = report(&[SAMPLE, page]);
    assert!(plain.get("sightings").is_none());
    let mut scanned = report(&[SAMPLE, page, "--scan-text"]);
    assert_eq!(scanned["sightings"]["files"], 1);
    assert_eq!(scanned["sightings"]["techniques"], 2);
    assert_eq!(scanned["sightings"]["seen"][0]["title"], "Odd parents");
    for part in ["summary", "tactics", "platforms", "techniques"] {
        assert_eq!(scanned[part].take(), plain[part], "{part}");
    }
}

/// Rules of a format that cannot name techniques, and tests of techniques, are no coverage of 0 %.
#[test]
fn what_cannot_be_mapped_is_not_called_nothing_covered() {
    let said = |inputs: &str| {
        let output = coverlay(&["report", inputs]);
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let sublime = said("tests/fixtures/sublime");
    assert!(sublime.contains("no ATT&CK mapping in this format"), "{sublime}");
    assert!(!sublime.contains('%'), "{sublime}");
    let tests = said("tests/fixtures/atomic");
    assert!(tests.contains("beside them") && tests.contains("neither covers anything"), "{tests}");
}

/// Another tool's number is explained in all three formats; Markdown is for that only.
#[test]
fn another_tools_number_is_reconciled() {
    let rules = "tests/fixtures_conventions/rules";
    let report = report(&[rules, "--reconcile", "sigma-cli-count"]);
    let part = &report["reconcile"];
    assert_eq!(part["convention"], "sigma-cli-count");
    let sum: i64 = part["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| line["covered"].as_i64().expect("a number"))
        .sum();
    let number = |side: &str| part[side]["covered"].as_i64().expect("a number");
    assert_eq!(number("ours") + sum, number("theirs"));
    assert_eq!((number("ours"), number("theirs")), (16, 14));
    assert_eq!(part["lines"][0]["id"], "T1003");
    assert_eq!(part["lines"][0]["reason"], "deprecated_rule");

    let text = |arguments: &[&str]| {
        let output = coverlay(&[&["report", rules], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let csv = text(&["--reconcile", "rsigma", "--format", "csv"]);
    assert!(csv.starts_with("id,name,reason,covered,partial,rules_more,rules,why\n"), "{csv}");
    assert!(csv.contains("\nT9999,,unknown,1,0,1,"), "{csv}");
    let markdown = text(&["--reconcile", "attack-mapper", "--format", "md"]);
    assert!(markdown.starts_with("## Coverlay and attack-mapper 0.4.1\n"), "{markdown}");
    for wrong in [&["--reconcile", "rsigma", "--format", "html"][..], &["--reconcile", "level"]] {
        let output = coverlay(&[&["report", rules], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
