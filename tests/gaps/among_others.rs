//! Files of a profile that come among others.

use crate::command::{coverlay, folder};
use coverlay::gaps::{Part, PartKind, Profile};
use coverlay::limits::Limits;
use coverlay::pipeline::profile::read_part;
use coverlay::pipeline::{Options, import_files_with};
use coverlay::source::{Bucket, SourceFile};

const FILES: [(&str, &str); 7] = [
    ("a/incidents.csv", "technique,count\nT1003,2\nnothing,1\nT1003,1\n"),
    ("a/hosts.csv", "host,platform,service\nh,Windows,aws\n"),
    ("a/profile.yml", "groups: [APT29]\n"),
    ("a/enrichment.json", r#"{"kev": {"techniques": {"T1190": 3}}}"#),
    ("a/broken-profile.json", r#"{"groups": 1}"#),
    (
        "a/rule.yml",
        "title: A\nlogsource: {product: windows}\ndetection: {a: {b: c}, condition: a}\ntags: [attack.t1003]\n",
    ),
    ("a/rules.csv", "title,attack_id,level,status\nB,T1059,high,stable\n"),
];

fn sources() -> Vec<SourceFile> {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    FILES.iter().map(file).collect()
}

#[test]
fn the_page_takes_them_and_the_rules_beside_them() {
    let options = Options { profile: true, ..Options::default() };
    let (intake, beside) = import_files_with(sources(), options);
    let counts = intake.report.counts();
    assert_eq!((counts.files, counts.read, counts.skipped, counts.failed), (7, 6, 0, 1));
    assert_eq!(intake.rules.len(), 2, "tables and files of rules are rules as before");
    let kinds: Vec<PartKind> = beside.parts.iter().map(|read| read.kind()).collect();
    assert_eq!(
        kinds,
        [PartKind::Incidents, PartKind::Assets, PartKind::Whole, PartKind::Enrichment]
    );
    // A row that says nothing is told with its line.
    let told: Vec<_> = intake.diagnostics.iter().filter(|d| d.path == "a/incidents.csv").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].line, Some(3));
    let mut profile = Profile::default();
    for read in beside.parts.into_iter().filter(|read| read.kind() != PartKind::Whole) {
        read.give(&mut profile).expect("a part");
    }
    assert_eq!(profile.incidents.values().copied().collect::<Vec<_>>(), [3]);
    assert_eq!(profile.sources.get("assets").map(String::as_str), Some("hosts.csv"));
}

#[test]
fn elsewhere_they_are_skipped_with_where_to_give_them() {
    let (intake, beside) = import_files_with(sources(), Options::default());
    assert!(beside.parts.is_empty());
    assert_eq!(intake.rules.len(), 2);
    for (path, option) in [
        ("a/incidents.csv", "--incidents"),
        ("a/hosts.csv", "--assets"),
        ("a/profile.yml", "--profile"),
        ("a/enrichment.json", "--enrichment"),
        ("a/broken-profile.json", "--profile"),
    ] {
        let outcome = intake.report.outcomes.iter().find(|o| o.path == path).expect("booked");
        let Bucket::Skipped { reason, .. } = &outcome.bucket else { panic!("{outcome:?}") };
        assert!(reason.contains(option), "{path}: {reason}");
    }
}

/// What the command says of a file it skips is true of the same file given where it belongs.
#[test]
fn the_command_reads_what_it_names() {
    let folder = folder("among-others");
    for (path, text) in FILES {
        std::fs::write(folder.join(path.trim_start_matches("a/")), text).expect("writable");
    }
    let at = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let output = coverlay(&[
        "gaps",
        "data/sample",
        "--incidents",
        &at("incidents.csv"),
        "--assets",
        &at("hosts.csv"),
        "--profile",
        &at("profile.yml"),
        "--enrichment",
        &at("enrichment.json"),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_file_that_is_none_ends_with_place_reason_and_remedy() {
    let failed = |kind, text: &str| {
        let file = SourceFile { path: "f".to_owned(), bytes: text.as_bytes().to_vec() };
        let outcome = read_part(kind, &file, &Limits::default()).expect_err("it is none");
        let Bucket::Failed { line, reason, remedy, .. } = outcome.bucket else { panic!("failed") };
        assert!(!remedy.is_empty());
        (line, reason, remedy)
    };
    let (line, reason, _) = failed(PartKind::Whole, "{\n\"groups\": [\n");
    assert!(line.is_some() && reason.starts_with("not valid JSON"), "{line:?} {reason}");
    let (line, reason, _) = failed(PartKind::Whole, "groups: [a\nb: {");
    assert!(line.is_some(), "{reason}");
    let (_, reason, remedy) = failed(PartKind::Whole, "grups: [a]");
    assert!(reason.starts_with("grups: there is no such key"), "{reason}");
    assert_eq!(remedy, "correct the key, or remove it");
    let (_, reason, remedy) = failed(PartKind::Incidents, "a,b\n");
    assert_eq!(reason, "no column technique in its head");
    assert_eq!(remedy, "let the first line be technique,count");
    let (_, _, remedy) = failed(PartKind::Assets, "a,b\n");
    assert_eq!(remedy, "let the first line be host,platform,service");
    let (_, reason, _) = failed(PartKind::Enrichment, "{\"a\": 1}");
    assert!(reason.contains("it has none of"), "{reason}");
    failed(PartKind::Threat, "{}");
}

#[test]
fn a_layer_is_a_threat() {
    let text = r#"{"name": "n", "domain": "enterprise-attack", "versions": {"layer": "4.5"},
        "techniques": [{"techniqueID": "T1003", "score": 2}]}"#;
    let file = SourceFile { path: "f".to_owned(), bytes: text.as_bytes().to_vec() };
    let read = read_part(PartKind::Threat, &file, &Limits::default()).expect("a layer");
    assert_eq!(read.part, Part::Threat(vec![("T1003".parse().expect("an id"), Some(2.0))]));
}
