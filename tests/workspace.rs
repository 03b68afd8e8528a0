//! A workspace from outside: the schema, a snapshot, and the command that reads one.
#![cfg(feature = "cli")]

mod command;
#[path = "support/json_schema.rs"]
mod json_schema;

use base64::Engine as _;
use command::{coverlay, coverlay_in, folder};
use coverlay::attack::Domain;
use coverlay::date::Date;
use coverlay::gaps::peers::Peer;
use coverlay::gaps::{Enrichment, Shelf};
use coverlay::layer::{self, Layer};
use coverlay::pace::Unpaced;
use coverlay::pipeline;
use coverlay::source::{Bucket, SourceFile};
use coverlay::workspace::sha256::Sha256;
use coverlay::workspace::{Content, Named, Place, Snapshot, Tab, Workspace, Writer};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const RULE: &str = "title: One\nid: 00000000-0000-4000-8000-000000000001\nstatus: stable\ntags:\n  - attack.t1057\nlogsource:\n  product: linux\ndetection:\n  selection:\n    Image: x\n  condition: selection\nlevel: high\n";

fn layer(rest: &str) -> Arc<Layer> {
    let text = format!("{{\"name\": \"Ours\", \"domain\": \"enterprise-attack\", {rest}}}");
    Arc::new(layer::read("a.json", &text).expect("a layer").value.remove(0))
}

fn workspace() -> Workspace {
    let own =
        layer(r#""techniques": [{"techniqueID": "T1059", "score": 50, "comment": "edited"}]"#);
    Workspace {
        by: "Coverlay 0.1.0".to_owned(),
        saved: "2026-11-29T17:05:00Z".to_owned(),
        address: "#/gaps?show=order".to_owned(),
        settings:
            r#"{"domain":"enterprise-attack","own_profile":{"platforms":["Linux"],"accepted":[]}}"#
                .to_owned(),
        picked: vec![Place { path: "rules/one.yml".to_owned(), document: 0 }],
        tabs: vec![Tab {
            key: 1,
            path: "ours.json".to_owned(),
            folds: vec![("T1059".parse().expect("an id"), 3)],
            layer: own.clone(),
        }],
        active: Some(1),
        snapshots: vec![Snapshot {
            key: 2,
            name: "Before".to_owned(),
            date: Date::new(2026, 10, 1).expect("a day"),
            domain: Domain::Enterprise,
            version: "19.2".to_owned(),
            rules: 1,
            covered: vec![
                ("T1057".parse().expect("an id"), Some(100.0)),
                ("T1003".parse().expect("an id"), None),
            ],
        }],
        peers: vec![Peer::of_layer(&own)],
        enrichment: Enrichment::read(r#"{"kev": {"source": "s", "techniques": {"T1190": 4}}}"#)
            .ok(),
        ..Workspace::default()
    }
}

fn written(workspace: &Workspace, files: &[(Shelf, &str, &[u8], bool)]) -> String {
    let mut writer = at_once(Writer::begin(workspace, &Unpaced));
    for (shelf, path, bytes, is_whole) in files {
        let hash = Sha256::of(bytes);
        let named = Named { path, size: bytes.len() as u64, sha256: Some(&hash) };
        writer.file(
            *shelf,
            &named,
            if *is_whole { Content::Embedded(bytes) } else { Content::Named },
        );
    }
    writer.end()
}

/// Work that never waits.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(work).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

fn whole() -> String {
    let two = RULE.replace("000000000001", "000000000002").replace("t1057", "t1082");
    let files: &[(Shelf, &str, &[u8], bool)] = &[
        (Shelf::Own, "logo.png", b"\x89PNG\r\n\x1A\n", true),
        (Shelf::Own, "rules/one.yml", RULE.as_bytes(), true),
        (Shelf::Own, "rules/two.yml", two.as_bytes(), false),
        (Shelf::Library, "lib/three.yml", two.as_bytes(), true),
    ];
    written(&workspace(), files)
}

#[test]
fn a_small_workspace_as_text() {
    insta::assert_snapshot!(whole());
}

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/workspace.json");
    serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("JSON")
}

#[test]
fn what_is_written_follows_the_schema() {
    let (schema, full) = (schema(), whole());
    let full: Value = serde_json::from_str(&full).expect("JSON");
    let empty: Value = serde_json::from_str(&written(&Workspace::default(), &[])).expect("JSON");
    assert_eq!(json_schema::faults(&schema, &full), [""; 0]);
    assert_eq!(json_schema::faults(&schema, &empty), [""; 0]);
    // All that is written is in the schema, and the schema can be broken.
    let known = schema["properties"].as_object().expect("properties");
    let unknown: Vec<_> = full
        .as_object()
        .expect("an object")
        .keys()
        .filter(|key| !known.contains_key(*key))
        .collect();
    assert_eq!(unknown, [""; 0]);
    for (pointer, value) in [
        ("/format", json!("other")),
        ("/inputs/0/size", json!("8")),
        ("/inputs/0/mode", json!(1)),
        ("/tabs/0/layer", json!([])),
        ("/snapshots/0/domain", json!("x")),
        ("/peers/0/basis", json!("x")),
    ] {
        let mut spoilt = full.clone();
        match spoilt.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => spoilt["inputs"][0]["mode"] = value,
        }
        assert!(!json_schema::faults(&schema, &spoilt).is_empty(), "{pointer}");
    }
}

/// Keys of the table in docs/workspace.md are those of the schema.
#[test]
fn the_document_names_every_key() {
    let text = include_str!("../docs/workspace.md");
    for key in schema()["properties"].as_object().expect("properties").keys() {
        assert!(text.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn another_program_reads_the_same_bytes() {
    let value: Value = serde_json::from_str(&whole()).expect("JSON");
    let png = value["inputs"][0]["base64"].as_str().expect("base64");
    let png = base64::engine::general_purpose::STANDARD.decode(png).expect("base64");
    assert_eq!(png, b"\x89PNG\r\n\x1A\n");
    assert_eq!(value["inputs"][1]["text"], RULE);
    // `printf abc | sha256sum`, and what the system's own says of the rule, where it has one.
    let here = folder("workspace-hash");
    std::fs::write(here.join("one.yml"), RULE).expect("writable");
    let told = std::process::Command::new("sha256sum").arg(here.join("one.yml")).output();
    match told {
        Ok(told) => {
            let told = String::from_utf8_lossy(&told.stdout);
            assert_eq!(value["inputs"][1]["sha256"].as_str(), told.split(' ').next());
        }
        Err(_) => println!("    sha256sum is not here"),
    }
}

fn imported(path: &str, text: &str) -> coverlay::rule::Intake {
    let file = SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let (mut intake, _) = pipeline::import_files([file]);
    intake.settle();
    intake
}

#[test]
fn its_files_are_files_and_each_ends_in_one_bucket() {
    let intake = imported("my.coverlay.json", &whole());
    let paths: Vec<&str> = intake.rules.iter().map(|rule| rule.path.as_str()).collect();
    assert_eq!(paths, ["my.coverlay.json/rules/one.yml"]);
    let ends: Vec<(&str, &str)> = intake
        .report
        .outcomes
        .iter()
        .map(|outcome| {
            let end = match &outcome.bucket {
                Bucket::Read { .. } => "read",
                Bucket::Skipped { reason, .. } if reason.contains("does not contain it") => "named",
                Bucket::Skipped { .. } => "skipped",
                Bucket::Failed { .. } => "failed",
            };
            (outcome.path.as_str(), end)
        })
        .collect();
    let expected = [
        ("my.coverlay.json", "read"),
        ("my.coverlay.json/logo.png", "skipped"),
        ("my.coverlay.json/rules/one.yml", "read"),
        ("my.coverlay.json/rules/two.yml", "named"),
    ];
    assert_eq!(ends, expected);
    let notes: Vec<&str> = intake
        .diagnostics
        .iter()
        .filter(|note| note.code.as_str() == "workspace/part")
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(
        notes,
        [
            "of this workspace only the files are read, not its settings, 1 open layer, 1 snapshot, 1 peer, 1 file of its library"
        ]
    );
}

/// Whatever it is called; and nothing in it is opened twice.
#[test]
fn it_is_known_by_its_content_and_not_opened_within_others() {
    assert_eq!(imported("a.txt", &whole()).rules.len(), 1);
    let inner = whole();
    let outer = written(&Workspace::default(), &[(Shelf::Own, "in.json", inner.as_bytes(), true)]);
    let intake = imported("out.json", &outer);
    assert_eq!(intake.rules.len(), 0);
    let failed = |outcome: &Bucket| matches!(outcome, Bucket::Failed { reason, .. } if reason.contains("not opened"));
    assert!(failed(&intake.report.outcomes[1].bucket), "{:?}", intake.report.outcomes);
    let broken = imported("b.coverlay.json", &inner[..inner.len() / 2]);
    assert!(matches!(&broken.report.outcomes[0].bucket, Bucket::Failed { line: Some(_), .. }));
    assert_eq!(broken.report.outcomes.len(), 1);
}

#[test]
fn the_command_reads_it_like_an_archive() {
    let here = folder("workspace");
    std::fs::write(here.join("my.coverlay.json"), whole()).expect("writable");
    let read = |arguments: &[&str]| {
        let output = coverlay_in(&here, arguments, b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        (String::from_utf8(output.stdout).expect("UTF-8"), said)
    };
    let (report, said) = read(&["report", "my.coverlay.json"]);
    let value: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(value["summary"]["techniques"]["covered"], 1);
    assert!(said.contains("4 files: 2 read, 2 skipped, 0 failed"), "{said}");
    assert_eq!(report, read(&["report", "my.coverlay.json"]).0, "the same bytes");
    // The same numbers as of the folder.
    std::fs::create_dir_all(here.join("rules")).expect("writable");
    std::fs::write(here.join("rules/one.yml"), RULE).expect("writable");
    let folder: Value = serde_json::from_str(&read(&["report", "rules"]).0).expect("JSON");
    assert_eq!(folder["summary"], value["summary"]);
    // Its profile, for the gaps.
    let gaps = |profile: &str| {
        let (gaps, _) = read(&["gaps", "rules", "--profile", profile, "--format", "json"]);
        serde_json::from_str::<Value>(&gaps).expect("JSON")
    };
    std::fs::write(here.join("p.json"), r#"{"platforms": ["Linux"], "accepted": []}"#)
        .expect("writable");
    assert_eq!(gaps("my.coverlay.json"), gaps("p.json"));
    let output = coverlay(&["report", &here.join("none.coverlay.json").to_string_lossy()]);
    assert_eq!(output.status.code(), Some(3));
}

/// postcard does not describe itself: what JSON takes may fail there. Layers go beside, as bytes.
#[test]
fn it_survives_the_way_to_the_page() {
    use coverlay::investigate::Pick;
    use coverlay::layer::stored;
    use coverlay::limits::Limits;
    use coverlay::press::protocol::WorkspaceParts;
    use coverlay::press::saved::open;
    use coverlay::source::Bucket;
    let picked = Pick { hosts: vec![String::new()], ..Pick::default() };
    let work = Workspace { investigation: picked, ..workspace() };
    let files: &[(Shelf, &str, &[u8], bool)] = &[
        (Shelf::Own, "a.yml", b"x", false),
        (Shelf::Own, "c.yml", b"content", true),
        (Shelf::Library, "../b", b"y", true),
    ];
    let text = written(&work, files);
    let mut contents = Vec::new();
    let limits = Limits::default();
    let keep = |bytes: &[u8]| contents.push(bytes.to_vec());
    let parts = open(text.as_bytes(), &limits, keep).expect("a workspace");
    assert_eq!(parts.files, [(Shelf::Own, "c.yml".to_owned(), 7)]);
    assert_eq!(contents, [b"content"]);
    let bytes = postcard::to_stdvec(&Ok::<_, Bucket>(&parts)).expect("serialises");
    let came = postcard::from_bytes::<Result<WorkspaceParts, Bucket>>(&bytes);
    let came = came.expect("comes back").expect("a workspace").head;
    assert_eq!((came.references.len(), came.refused.len()), (1, 1));
    let refused = open(b"{\"format\": \"coverlay-workspace\"", &limits, |_| {}).map(drop);
    assert!(matches!(refused, Err(Bucket::Failed { line: Some(1), .. })), "{refused:?}");
    let layers = stored::read(&came.layers);
    let mut back = came.workspace.clone();
    for (tab, mut file) in back.tabs.iter_mut().zip(layers) {
        tab.layer = Arc::new(file.layers.remove(0));
    }
    assert_eq!(back, work);
}
