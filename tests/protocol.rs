//! What an import yields must survive the way from the worker to the page.
#![cfg(feature = "cli")]

use coverlay::attack::{bundled, stored};
use coverlay::gaps::PartKind;
use coverlay::limits::{Limit, Limits};
use coverlay::lint::{Change, Fix};
use coverlay::pipeline::{self, AlertOptions};
use coverlay::press::fixes;
use coverlay::press::protocol::{Request, ToFix};
use coverlay::source::SourceFile;
use coverlay::worker::protocol::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// The benchmark of the worker writes its order by hand, and would measure nothing.
#[test]
fn the_benchmark_of_the_worker_knows_how_many_limits_there_are() {
    let script = include_str!("../benches/worker.mjs");
    assert!(script.contains(&format!("\nconst LIMITS = {};\n", Limit::ALL.len())));
}

/// postcard is not self-describing: an attribute such as `serde(tag)` on any type below would
/// compile and fail here.
#[test]
fn responses_survive_the_way_to_the_page() {
    let sample = coverlay::sample::FILES
        .iter()
        .map(|(path, bytes)| SourceFile { path: (*path).to_owned(), bytes: bytes.to_vec() });
    let broken = SourceFile { path: "broken.yml".to_owned(), bytes: b"detection: [".to_vec() };
    let table = b"rule,precision,fp_rate\na,0.93,\nb,,7%\n".to_vec();
    let table = SourceFile { path: "precision.csv".to_owned(), bytes: table };
    let (intake, _) = pipeline::import_files(sample.chain([broken, table]));
    assert!(intake.rules.len() > 60 && intake.report.counts().failed == 1);
    assert_eq!(intake.measured.len(), 2);
    let layer = r#"{"name": "n", "domain": "ics-attack", "techniques": [{"techniqueID": "T0800", "score": 7}]}"#;
    let layer = SourceFile { path: "a.json".to_owned(), bytes: layer.as_bytes().to_vec() };
    let other = SourceFile { path: "b.json".to_owned(), bytes: b"{}".to_vec() };
    let peers = pipeline::read_peers([layer, other]);
    assert_eq!((peers.peers.len(), peers.refused.len()), (1, 1));
    // Postcard has no values that describe themselves: each kind of part must do without.
    let part = |kind, text: &str| {
        let file = SourceFile { path: "a/p".to_owned(), bytes: text.as_bytes().to_vec() };
        pipeline::profile::read_part(kind, &file, &Limits::default()).expect("good")
    };
    let parts = vec![
        part(
            PartKind::Whole,
            "platforms: [Windows]\naccepted: [{technique: T1091, reason: r, until: 2027-01-01}]\n",
        ),
        part(PartKind::Assets, "host,platform,service\na,Windows,aws\n"),
        part(PartKind::Incidents, "technique,count\nT1059,3\n"),
        part(
            PartKind::Threat,
            r#"{"name": "n", "domain": "enterprise-attack", "techniques": [{"techniqueID": "T1059", "score": 7}]}"#,
        ),
    ];
    let text = "time,rule,technique\n2024-03-04T01:30:00,A,T1059\nnever,B,T1003\n";
    let table = SourceFile { path: "c.csv".to_owned(), bytes: text.as_bytes().to_vec() };
    let (_, beside) = pipeline::import_table(&table, AlertOptions::default());
    let rows = Box::new(beside.alerts);
    assert_eq!((rows.len(), rows.readings.len()), (1, 1));
    let looked = pipeline::sample("c.csv", text.as_bytes(), &[]);
    assert!(looked.is_some());
    for response in [
        Response::Rows { job: 1, path: "c.csv".into(), rows: rows.clone(), read: (1, 2) },
        Response::Looked { job: 1, table: looked, preview: Some(rows.clone()) },
        Response::Batch {
            job: 1,
            done: 2,
            intake,
            catalogues: vec![1, 2, 3],
            layers: vec![4],
            parts: parts.clone(),
            readings: rows.readings.clone(),
            tests: Vec::new(),
        },
        Response::Profile { job: 1, read: Ok(parts[0].clone()) },
        Response::Reading { job: 1, path: "a".into() },
        Response::Unpacked { job: 1, files: vec![("a.zip/b".into(), vec![0, 255])] },
        Response::Peers { job: 1, read: peers },
        Response::Panicked { job: 1, path: "a".into(), done: 0, message: "b".into() },
    ] {
        let bytes = postcard::to_stdvec(&response).expect("serialises");
        assert_eq!(postcard::from_bytes::<Response>(&bytes), Ok(response));
    }
}

/// The same of what the press is asked, and of what it makes of tags.
#[test]
fn what_the_press_makes_of_tags_survives_the_way_as_well() {
    fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
        let bytes = postcard::to_stdvec(value).expect("serialises");
        assert_eq!(postcard::from_bytes::<T>(&bytes).as_ref(), Ok(value));
    }
    let changes = [
        Change::Replace(vec!["attack.t1685".to_owned()]),
        Change::Before(Vec::new()),
        Change::After(Vec::new()),
    ];
    let fix = |change| Fix { line: 1, column: 3, written: "attack.t1562".to_owned(), change };
    let fixes = changes.map(fix).to_vec();
    let files = vec![ToFix { path: "a.yml".to_owned(), len: 15, fixes }];
    let patches = fixes::make(None, &files, b"- attack.t1562\n");
    assert!(patches.len() == 1 && patches[0].1.placed > 0, "{patches:?}");
    there_and_back(&patches);
    there_and_back(&Request::Fix { archive: Some("a.zip".to_owned()), files });
}

/// Diffs are the same for files and for those of an archive, where they are called as in it.
#[test]
fn tags_are_corrected_in_archives_as_in_files() {
    let (one, two) = ("tags:\n  - attack.T1059\n", "x\ntags:\n  - attack.T1003 # y\n");
    let fix = |line, written: &str| {
        let change = Change::Replace(vec![written.to_lowercase()]);
        vec![Fix { line, column: 5, written: written.to_owned(), change }]
    };
    let files = |folder: &str| {
        let of = |name: &str, text: &str, fixes| {
            let len = u32::try_from(text.len()).expect("small");
            ToFix { path: format!("{folder}{name}"), len, fixes }
        };
        let first = of("r/one.yml", one, fix(2, "attack.T1059"));
        [first, of("r/two.yml", two, fix(3, "attack.T1003"))]
    };
    let bytes = [one, two].concat();
    let plain = fixes::make(None, &files(""), bytes.as_bytes());
    assert_eq!(plain.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["r/one.yml", "r/two.yml"]);
    let second = &plain[1].1.diff;
    assert!(second.contains("--- a/r/two.yml\n") && second.contains("\n+  - attack.t1003 # y\n"));
    let within = |(path, patch): &(String, _)| (format!("x/set.zip/{path}"), Clone::clone(patch));
    let expected: Vec<_> = plain.iter().map(within).collect();
    assert_eq!(fixes::make(Some("x/set.zip"), &files("x/set.zip/"), bytes.as_bytes()), expected);
    // What is shorter than it should be is no other file's.
    let cut = fixes::make(None, &files(""), &bytes.as_bytes()[..one.len()]);
    assert_eq!((cut[0].1.placed, cut[1].1.placed, cut[1].1.refused), (1, 0, 1));
}

#[test]
fn catalogues_survive_the_way_to_the_page() {
    let all = bundled::all().expect("whole");
    assert_eq!(stored::read_plain(&stored::write_plain(&all)), Ok(all));
}
