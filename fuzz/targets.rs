//! What is fuzzed: one function a parser, and what must hold of any bytes whatever. The fuzzer runs
//! one of them (`run.rs`), the test `tests/fuzzed.rs` all of them over fixtures and changed fixtures.

use coverlay::alerts::{Field, Mapping, Zone};
use coverlay::attack::{stix, stored};
use coverlay::export::layer_json;
use coverlay::gaps::PartKind;
use coverlay::hosted::Hosted;
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::import::{Options, Recognised, import_file_with, test_results};
use coverlay::layer::{self, Expression};
use coverlay::limits::Limits;
use coverlay::pipeline;
use coverlay::rule::Intake;
use coverlay::source::archive::Archive;
use coverlay::source::decode::decode;
use coverlay::source::{Bucket, SourceFile};
use coverlay::{link, workspace};

/// A parser under test.
pub struct Target {
    /// Of the binary, of its corpus and in logs.
    pub name: &'static str,
    /// What is done with bytes; it panics where something does not hold.
    pub run: fn(&[u8]),
    /// Folders and files of the repository that are good beginnings.
    pub seeds: &'static [&'static str],
}

const fn target(name: &'static str, run: fn(&[u8]), seeds: &'static [&'static str]) -> Target {
    Target { name, run, seeds }
}

/// All of them. Each has a `[[bin]]` of its name in `Cargo.toml`; `tests/fuzzed.rs` holds that.
pub const TARGETS: &[Target] = &[
    target("import", any_file, &["tests/fixtures"]),
    target(
        "sigma",
        |b| of("r.yml", SIGMA, b, ""),
        &["tests/fixtures/sigma", "data/sample/windows"],
    ),
    target("elastic_toml", |b| of("r.toml", ELASTIC, b, ""), &["tests/fixtures/elastic"]),
    target("elastic_json", |b| of("r.ndjson", KIBANA, b, "\n"), &["tests/fixtures/elastic"]),
    target("splunk_yaml", |b| of("r.yml", SPLUNK, b, ""), &["tests/fixtures/splunk"]),
    target("splunk_conf", |b| of("r.conf", CONF, b, ""), &["tests/fixtures/splunk"]),
    target("sentinel_yaml", |b| of("r.yml", SENTINEL, b, ""), &["tests/fixtures/sentinel"]),
    target("sentinel_arm", |b| of("r.json", ARM, b, "}}]}"), &["tests/fixtures/sentinel"]),
    target("panther", |b| of("r.yml", PANTHER, b, ""), &["tests/fixtures/panther"]),
    target("yara_l", |b| of("r.yaral", YARA_L, b, YARA_L_END), &["tests/fixtures/yara_l"]),
    target("falco", |b| of("r.yml", FALCO, b, ""), &["tests/fixtures/falco"]),
    target("wazuh", |b| of("r.xml", WAZUH, b, WAZUH_END), &["tests/fixtures/wazuh"]),
    target("suricata", |b| of("r.rules", SURICATA, b, SURICATA), &["tests/fixtures/suricata"]),
    target("sublime", |b| of("r.yml", SUBLIME, b, ""), &["tests/fixtures/sublime"]),
    target("car", |b| of("r.yml", CAR, b, ""), &["tests/fixtures/car"]),
    target("atomic", |b| of("r.yml", ATOMIC, b, ""), &["tests/fixtures/atomic"]),
    target("dettect", |b| of("r.yml", DETTECT, b, ""), &["tests/fixtures/dettect"]),
    target("csv", |b| of("r.csv", "rule,technique\n", b, ""), &["tests/fixtures/csv"]),
    target("text", text, &["tests/fixtures/aside"]),
    target("zip", zip, &[]),
    target("layer", layer, &["tests/fixtures_layers"]),
    target("stix", stix_bundle, &["tests/toy"]),
    target("stored_catalogue", catalogue, &[]),
    target("expression", expression, &[]),
    target("profile", profile, &["tests/fixtures_gaps"]),
    target("peers", peers, &["tests/fixtures_layers"]),
    target("workspace", workspace_file, &[]),
    target("hosted", hosted, &[]),
    target("link", link_settings, &[]),
    target("alerts", alerts, &["tests/fixtures/csv"]),
    target("test_results", results, &[]),
];

/// Runs the target of a name.
#[allow(dead_code, reason = "the test goes through all of them")]
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    (target.run)(bytes);
}

const SIGMA: &str = "title: a\nlogsource: {product: b}\ndetection:\n  c: d\n";
const ELASTIC: &str = "[metadata]\nmaturity = \"production\"\n[rule]\nname = \"a\"\nrule_id = \"b\"\ntype = \"eql\"\n";
const KIBANA: &str = "{\"rule_id\":\"a\",\"name\":\"b\",\"type\":\"query\",\"threat\":[]}\n";
const SPLUNK: &str = "name: a\nid: b\ntype: TTP\nsearch: c\n";
const CONF: &str = "[A - Rule]\naction.correlationsearch.enabled = 1\nsearch = a\n";
const SENTINEL: &str = "id: a\nname: b\nkind: Scheduled\nquery: c\n";
const ARM: &str = "{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\
\"resources\":[{\"type\":\"Microsoft.OperationalInsights/workspaces/providers/alertRules\",\"kind\":\"Scheduled\",\
\"properties\":{\"displayName\":\"a\",";
const PANTHER: &str = "AnalysisType: rule\nRuleID: a\nFilename: b.py\n";
const YARA_L: &str = "rule a { meta: ";
const YARA_L_END: &str = "\nevents: $e.a = 1 condition: $e }\nrule b { events: }";
const FALCO: &str = "- rule: a\n  desc: b\n  condition: c\n  output: d\n  priority: ERROR\n";
const WAZUH: &str = "<group name=\"a,\"><rule id=\"1\" level=\"3\"/>";
const WAZUH_END: &str = "<rule id=\"2\" level=\"5\"><mitre><id>T1003</id>";
const SURICATA: &str = "\nalert tcp any any -> any any (sid:1;)\n";
const SUBLIME: &str = "name: a\ntype: rule\nsource: |\n  type.inbound\n";
const CAR: &str = "title: a\nid: CAR-2020-01-001\nsubmission_date: 2020/01/01\ncoverage:\n";
const ATOMIC: &str = "attack_technique: T1003\ndisplay_name: a\natomic_tests:\n- name: b\n";
const DETTECT: &str = "version: 1.2\nfile_type: technique-administration\nname: a\ntechniques:\n";

/// Any bytes: the whole ladder, each format found by its content.
fn any_file(bytes: &[u8]) {
    import("file", bytes.to_vec());
}

/// Text that is no rule, scanned for ids.
fn text(bytes: &[u8]) {
    import("a.md", [b"# A page\n\nT1059 ", bytes].concat());
}

/// The input as it is, and, if that is no file of rules, behind the head of one, so that a format
/// is reached in any case.
fn of(path: &str, before: &str, bytes: &[u8], behind: &str) {
    if !import(path, bytes.to_vec()) {
        import(path, [before.as_bytes(), bytes, behind.as_bytes()].concat());
    }
}

/// Imports bytes under a name, without the pipeline that would catch a panic. Exactly one outcome,
/// and as many rules as it says. Whether it was a file of rules.
fn import(path: &str, bytes: Vec<u8>) -> bool {
    let file = SourceFile { path: path.to_owned(), bytes };
    let options = Options { scan_text: true, ..Options::default() };
    let Recognised::Rules(mut intake) = import_file_with(&file, options) else {
        return false;
    };
    assert_eq!(intake.report.outcomes.len(), 1);
    let is_read = match &intake.report.outcomes[0].bucket {
        Bucket::Read { rules, .. } => {
            assert_eq!(*rules as usize, intake.rules.len());
            true
        }
        Bucket::Skipped { .. } => {
            assert!(intake.rules.is_empty());
            false
        }
        Bucket::Failed { reason, remedy, .. } => {
            assert!(!reason.is_empty() && !remedy.is_empty());
            !intake.rules.is_empty()
        }
    };
    assert_places(&intake);
    intake.settle();
    is_read
}

/// Lines and columns begin at 1.
fn assert_places(intake: &Intake) {
    for rule in &intake.rules {
        for tag in rule.tags.iter().chain(&rule.mentions) {
            assert!(tag.line > 0 && tag.column > 0 && !tag.written.is_empty());
        }
    }
}

/// The parts of an archive together give each entry once, whatever it holds.
fn zip(bytes: &[u8]) {
    let Ok(archive) = Archive::open("z", bytes) else { return };
    let mut count = 0;
    for part in 0..3 {
        for entry in archive.part(part, 3, 0) {
            count += 1;
            let path = match &entry {
                Ok(file) => &file.path,
                Err(outcome) => &outcome.path,
            };
            assert!(path.starts_with('z') && !path.chars().any(char::is_control));
            // What is read never leaves the archive's own folder.
            if let Ok(file) = entry {
                assert!(file.path.split('/').all(|part| part != ".."), "{}", file.path);
            }
        }
    }
    assert_eq!(count, archive.len());
}

/// What was read once reads the same from what is written.
fn layer(bytes: &[u8]) {
    let Ok(text) = decode(bytes) else { return };
    let Ok(read) = layer::read("a.json", &text) else { return };
    let written = layer_json::all_to_json(&read.value);
    let again = layer::read("a.json", &written).expect("what we write");
    // Not the scores: serde_json may read the seventeenth digit differently than it wrote it.
    assert_eq!(again.value.len(), read.value.len());
    for (again, read) in again.value.iter().zip(&read.value) {
        assert_eq!(again.name, read.name);
        assert_eq!(again.techniques.entries.len(), read.techniques.entries.len());
        assert_eq!(again.techniques.unplaced.len(), read.techniques.unplaced.len());
    }
}

/// A bundle that is read is stored and read back as it was.
fn stix_bundle(bytes: &[u8]) {
    let _ = stix::read_attributions(bytes);
    if let Ok(read) = stix::read_file("enterprise-attack-19.2.json", bytes) {
        let stored = stored::write_plain(&read.value);
        assert_eq!(stored::read_plain(&stored).as_ref(), Ok(&read.value));
    }
}

/// Stored catalogues, packed or not: what is taken can be written and taken again.
fn catalogue(bytes: &[u8]) {
    let _ = stored::read(bytes);
    let _ = layer::stored::read(bytes);
    if let Ok(catalogues) = stored::read_plain(bytes) {
        assert_eq!(stored::read_plain(&stored::write_plain(&catalogues)), Ok(catalogues));
    }
}

fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(expression) = Expression::parse(text, 3) {
        expression.value(&[80.0, 0.0, -1.5]);
        assert!(expression.used().iter().all(|at| *at < 3));
    }
}

/// All that belongs to a profile, whatever it was given as.
fn profile(bytes: &[u8]) {
    let file = SourceFile { path: "profile.yml".to_owned(), bytes: bytes.to_vec() };
    for kind in [
        PartKind::Whole,
        PartKind::Assets,
        PartKind::Incidents,
        PartKind::Threat,
        PartKind::Enrichment,
    ] {
        let _ = pipeline::profile::read_part(kind, &file, &Limits::default());
    }
    let options = Options { profile: true, ..Options::default() };
    pipeline::import_files_with([file], options);
}

fn peers(bytes: &[u8]) {
    let file = SourceFile { path: "a".to_owned(), bytes: bytes.to_vec() };
    pipeline::read_peers([file]);
}

fn workspace_file(bytes: &[u8]) {
    let _ = workspace::is_workspace(bytes);
    let Ok(text) = decode(bytes) else { return };
    if let Ok(opened) = workspace::read(&text) {
        let files = opened.files().count();
        let shelves = [coverlay::gaps::Shelf::Own, coverlay::gaps::Shelf::Library];
        assert_eq!(files, shelves.map(|shelf| opened.count(shelf)).iter().sum::<usize>());
    }
}

/// Every place that is taken over from it is below the page's own origin.
fn hosted(bytes: &[u8]) {
    let (hosted, problems) = Hosted::read(bytes, "https://example.org");
    for place in hosted.layers.iter().chain(&hosted.rules).chain(&hosted.library) {
        let place = place.as_str();
        // By the URL standard; a colon behind a slash begins no host.
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let has_scheme =
            place.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(in_scheme));
        assert!(!has_scheme || place.starts_with("https://example.org/"), "{place}");
        assert!(!place.starts_with("//"), "{place}");
    }
    assert!(problems.iter().all(|problem| !problem.reason.is_empty()));
}

fn link_settings(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (_, settings) = link::split(&text);
    let _ = link::read(settings.unwrap_or(&text));
    // The content of a link, and not only its wrapping.
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(bytes) {
        let json = serde_json::Value::Object(object.clone()).to_string();
        if let Ok(read) = link::read(&link::write(&json)) {
            assert_eq!(read.len(), object.len());
        }
    }
}

/// A table is read the same whole and in pieces, and each row is read or told. The first byte says
/// how large the pieces are.
fn alerts(bytes: &[u8]) {
    let Some((piece, bytes)) = bytes.split_first() else { return };
    let mut mapping = Mapping::default();
    mapping.set(Field::Time, "t");
    mapping.set(Field::RuleName, "r");
    for mapping in [None, Some(mapping)] {
        let read = |piece: usize| {
            let options = AlertOptions { mapping: mapping.clone(), ..AlertOptions::default() };
            let mut reader = AlertReader::new("a", options);
            bytes.chunks(piece).for_each(|piece| reader.push(piece));
            reader.finish()
        };
        let whole = read(bytes.len().max(1));
        assert_eq!(whole, read(usize::from(*piece) + 1));
        if let Ok(alerts) = whole {
            let reading = &alerts.readings[0];
            assert_eq!(reading.rows, reading.read + reading.faults.rows_left_out());
        }
    }
}

fn results(bytes: &[u8]) {
    let _ = test_results::is_results(bytes);
    let found = test_results::read("a", bytes, &Zone::default());
    assert!(!found.format.is_empty());
}
