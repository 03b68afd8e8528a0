//! Layers among what is dropped: each file in one bucket, the layers whole, nothing else lost.
#![cfg(feature = "import")]

use coverlay::diagnostic::Code;
use coverlay::layer::stored::{self, LayerFile};
use coverlay::pipeline::import_files;
use coverlay::source::{Bucket, SourceFile};
use std::path::Path;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn fixture(name: &str) -> SourceFile {
    let bytes = std::fs::read(Path::new("tests/fixtures_layers").join(name)).expect("a fixture");
    SourceFile { path: name.to_owned(), bytes }
}

const LAYER: &str = "{\n \"name\": \"x\",\n \"domain\": \"enterprise-attack\",\n \"techniques\": \
                     [{\"techniqueID\": \"T1059\", \"score\": 1}]\n}";

#[test]
fn the_page_gets_what_the_worker_read() {
    insta::glob!("fixtures_layers/*.json", |path| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let (intake, beside) = import_files([fixture(name)]);
        assert!(
            matches!(intake.report.outcomes[0].bucket, Bucket::Read { rules: 0, .. }),
            "{name}"
        );
        assert_eq!(beside.layers.len(), 1, "{name}");
        assert_eq!(stored::read(&stored::write(&beside.layers)), beside.layers, "{name}");
    });
    assert_eq!(stored::read(b"anything else"), []);
}

/// 696 files, 703 layers, 55,409 entries: see `layer_files.rs`.
#[test]
fn all_public_layers_reach_the_page() {
    let path = Path::new("../shared/corpora/layers-a.zip");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: no {}", path.display());
        return;
    };
    let (intake, beside) = import_files([SourceFile { path: "layers-a.zip".to_owned(), bytes }]);
    let counts = intake.report.counts();
    assert_eq!((counts.files, counts.read, counts.failed), (696, 696, 0));
    let arrived = stored::read(&stored::write(&beside.layers));
    assert_eq!(arrived, beside.layers);
    assert_eq!(arrived.iter().map(|file| file.layers.len()).sum::<usize>(), 703);
}

#[test]
fn a_layer_is_known_by_what_it_is() {
    let rule = "title: A\ntags: [attack.t1059]\nlogsource: {product: windows}\n\
                detection: {a: {b: c}, condition: a}\n";
    let sixteen: Vec<u8> = LAYER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (intake, beside) = import_files([
        file("rule.yml", rule),
        file("pasted-1.yml", LAYER),
        file("bom.txt", &format!("\u{FEFF}{LAYER}")),
        SourceFile { path: "sixteen.json".to_owned(), bytes: [vec![0xFF, 0xFE], sixteen].concat() },
        file("cut.json", &LAYER[..LAYER.len() - 5]),
        file("other.json", "{\"techniques\": 1, \"domain\": 2}"),
    ]);
    assert_eq!(intake.rules.len(), 1);
    let paths: Vec<&str> = beside.layers.iter().map(|found| found.path.as_str()).collect();
    assert_eq!(paths, ["pasted-1.yml", "bom.txt", "sixteen.json"]);
    for LayerFile { layers, .. } in &beside.layers {
        assert_eq!((layers[0].name.as_str(), layers[0].techniques.entries.len()), ("x", 1));
    }
    let bucket = |path: &str| {
        let mut outcomes = intake.report.outcomes.iter();
        &outcomes.find(|outcome| outcome.path == path).expect("an outcome").bucket
    };
    let Bucket::Failed { code: Code::Syntax, line: Some(4), reason, .. } = bucket("cut.json")
    else {
        panic!("{:?}", bucket("cut.json"));
    };
    assert!(reason.contains("EOF"), "{reason}");
    assert!(matches!(bucket("other.json"), Bucket::Skipped { code: Code::NotARule, .. }));
}
