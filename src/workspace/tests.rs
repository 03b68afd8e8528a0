//! What is written comes back, and nothing hostile goes through.

use super::*;
use crate::limits::MAX_WORKSPACE_REMARKS;
use crate::pace::{Unpaced, at_once};
use crate::source::{Bucket, SourceFile};
use proptest::prelude::*;

fn id(text: &str) -> TechniqueId {
    text.parse().expect("an id")
}

fn layer(json: &str) -> Arc<Layer> {
    let text = format!("{{\"name\": \"n ü\", \"domain\": \"enterprise-attack\", {json}}}");
    Arc::new(crate::layer::read("a.json", &text).expect("a layer").value.remove(0))
}

fn small() -> Workspace {
    let layer = layer(
        r#""x-own": {"a": [1, 2.50]}, "techniques": [{"techniqueID": "T1059", "score": 7.5, "comment": "</script>"}]"#,
    );
    Workspace {
        by: "Coverlay 0.1.0".to_owned(),
        saved: "2026-11-29T17:05:00Z".to_owned(),
        address: "#/gaps?show=order".to_owned(),
        over: "#/technique/T1059".to_owned(),
        settings: r#"{"domain":"enterprise-attack","palette":{"a":1}}"#.to_owned(),
        picked: vec![Place { path: "rules/a.yml".to_owned(), document: 1 }],
        investigation: Pick { hosts: vec!["h".to_owned()], ..Pick::default() },
        tabs: vec![
            Tab { key: 4, path: "a.json".to_owned(), folds: vec![(id("T1059"), 3)], layer },
            Tab {
                key: 2,
                path: String::new(),
                folds: Vec::new(),
                layer: self::layer("\"techniques\": []"),
            },
        ],
        active: Some(2),
        snapshots: vec![Snapshot {
            key: 3,
            name: "Snapshot 1".to_owned(),
            date: Date::new(2026, 11, 1).expect("a day"),
            domain: Domain::Enterprise,
            version: "19.2".to_owned(),
            rules: 12,
            covered: vec![(id("T1003"), None), (id("T1059.001"), Some(50.5))],
        }],
        peers: vec![Peer::of_layer(&self::layer(
            r#""techniques": [{"techniqueID": "T1059", "score": 40}]"#,
        ))],
        enrichment: Enrichment::read(r#"{"kev": {"source": "s", "techniques": {"T1190": 4}}}"#)
            .ok(),
        unknown: vec![("later".to_owned(), "{\"a\": [1]}".to_owned())],
    }
}

type Files<'f> = &'f [(Shelf, &'f str, Option<&'f [u8]>)];

fn written(workspace: &Workspace, files: Files<'_>) -> String {
    let mut writer = at_once(Writer::begin(workspace, &Unpaced));
    let mut text = writer.take();
    for (shelf, path, bytes) in files {
        let size = bytes.map_or(9, |bytes| bytes.len() as u64);
        let hash = bytes.map(sha256::Sha256::of);
        let named = Named { path, size, sha256: hash.as_deref() };
        let content = bytes.map_or(Content::Named, Content::Embedded);
        writer.file(*shelf, &named, content);
        text.push_str(&writer.take());
    }
    text + &writer.end()
}

const FILES: Files<'static> = &[
    (Shelf::Own, "rules/a.yml", Some(b"title: x\n\ttab \xE2\x98\x83\0\n")),
    (Shelf::Own, "rules/b.bin", Some(b"\xFF\xFE\0")),
    (Shelf::Own, "rules/c.yml", None),
    (Shelf::Library, "rules/a.yml", Some(b"")),
];

#[test]
fn a_workspace_comes_back_as_it_was() {
    for workspace in [small(), Workspace::default()] {
        for files in [FILES, &[]] {
            let text = written(&workspace, files);
            assert!(is_workspace(text.as_bytes()));
            assert_eq!(text, written(&workspace, files), "the same bytes");
            let opened = read(&text).expect("a workspace");
            let mut expected = workspace.clone();
            // Folded tabs keep their order, and so do all keys.
            assert_eq!(opened.workspace.tabs, expected.tabs);
            expected.tabs.clone_from(&opened.workspace.tabs);
            assert_eq!(opened.workspace, expected);
            let unknown = usize::from(!workspace.unknown.is_empty());
            assert_eq!(opened.remarks.len(), unknown, "{:?}", opened.remarks);
            let found: Vec<FileOf> = opened.files().collect();
            assert_eq!(found.len(), files.len());
            for (found, (shelf, path, bytes)) in found.iter().zip(files) {
                assert_eq!((found.shelf, &found.remark), (*shelf, &None));
                match (&found.entry, bytes) {
                    (Entry::File(file), Some(bytes)) => {
                        assert_eq!((file.path.as_str(), file.bytes.as_slice()), (*path, *bytes));
                    }
                    (Entry::Reference(named), None) => {
                        assert_eq!((named.path.as_str(), named.size), (*path, 9))
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

/// A reader of JSON that is not this one agrees on what is there.
#[test]
fn it_is_json_with_the_keys_that_are_documented() {
    let value: serde_json::Value = serde_json::from_str(&written(&small(), FILES)).expect("JSON");
    assert_eq!(value["format"], FORMAT);
    assert_eq!(value["version"], VERSION);
    assert_eq!(value["inputs"][0]["text"], "title: x\n\ttab \u{2603}\0\n");
    assert_eq!(value["inputs"][1]["base64"], "//4A");
    assert_eq!(value["library"][0]["size"], 0);
    assert_eq!(value["tabs"][0]["layer"]["techniques"][0]["score"], 7.5);
    assert_eq!(value["tabs"][0]["layer"]["x-own"]["a"][1], 2.5);
    assert_eq!(value["snapshots"][0]["covered"][1], serde_json::json!(["T1059.001", 50.5]));
    assert_eq!(value["later"]["a"][0], 1);
}

fn minimal(rest: &str) -> String {
    format!("{{\"format\": \"{FORMAT}\", \"version\": 1{rest}}}")
}

#[test]
fn what_is_not_known_is_kept_or_named_and_never_fatal() {
    let text = minimal(
        r#", "new": {"x": 1}, "tabs": [{"layer": {"name": "n", "domain": "ics-attack", "techniques": []}, "mood": 1}, 7],
        "snapshots": {}, "inputs": [{"path": "a", "text": "t", "mode": 7}], "saved": 4"#,
    );
    let opened = read(&text).expect("a workspace");
    assert_eq!(opened.workspace.unknown, [("new".to_owned(), "{\"x\": 1}".to_owned())]);
    assert_eq!(opened.workspace.tabs.len(), 1);
    let remarks = opened.remarks.join("\n");
    for part in ["“new”", "tabs[0]: the key “mood”", "tabs[1]", "“snapshots”", "“saved”"]
    {
        assert!(remarks.contains(part), "{part}: {remarks}");
    }
    let file = opened.files().next().expect("one");
    assert!(file.remark.is_some_and(|remark| remark.contains("“mode”")));
    // Written again, it is there.
    let again = written(&opened.workspace, &[]);
    assert!(again.contains("\"new\": {\"x\": 1}"));
}

#[test]
fn later_versions_are_opened_or_refused() {
    let later = format!("{{\"format\": \"{FORMAT}\", \"version\": 2, \"min_reader\": 1}}");
    let opened = read(&later).expect("as far as it is understood");
    assert!(opened.remarks[0].contains("version 2"));
    let other = format!("{{\"format\": \"{FORMAT}\", \"version\": 9, \"min_reader\": 3}}");
    assert_eq!(read(&other).err(), Some(WorkspaceError::TooNew { needs: 3 }));
    assert!(
        matches!(WorkspaceError::TooNew { needs: 3 }.bucket(), Bucket::Failed { remedy, .. } if remedy.contains("newer"))
    );
}

#[test]
fn hostile_files_are_refused_one_by_one() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let paths = ["", "/etc/passwd", "C:\\x", "a/../../b", "a\\..\\b", "..", "a\u{1b}[31m"];
    let entries: Vec<String> = paths
        .iter()
        .map(|path| format!("{{\"path\": {}, \"text\": \"x\"}}", serde_json::json!(path)))
        .collect();
    let text = minimal(&format!(
        ", \"settings\": {deep}, \"deep\": {deep}, \"library\": {deep}, \"inputs\": [{}, {{\"path\": \"twice\", \"text\": \"1\"}},
        {{\"path\": \"twice\", \"text\": \"2\"}}, {{\"path\": \"both\", \"text\": \"\", \"base64\": \"\"}},
        {{\"path\": \"bad\", \"base64\": \"%%%\"}}, {{\"path\": \"short\", \"size\": 9, \"text\": \"1\"}}, 3,
        {{\"path\": \"named\", \"sha256\": \"no hash\"}}]",
        entries.join(",")
    ));
    let opened = read(&text).expect("the rest is good");
    let found: Vec<FileOf> = opened.files().filter(|file| file.shelf == Shelf::Own).collect();
    let refused = found.iter().filter(|file| matches!(file.entry, Entry::Refused(_))).count();
    assert_eq!(refused, paths.len() + 4, "{found:#?}");
    let file = |path: &str| SourceFile { path: path.to_owned(), bytes: b"1".to_vec() };
    assert!(found.iter().any(|one| one.entry == Entry::File(file("twice"))));
    assert!(
        found.iter().any(|one| one.entry == Entry::File(file("short")) && one.remark.is_some())
    );
    let named = Reference { path: "named".to_owned(), size: 0, sha256: None };
    assert!(found.iter().any(|one| one.entry == Entry::Reference(named.clone())));
    // Each has an outcome of its own.
    let mut paths: Vec<&str> = found
        .iter()
        .map(|one| match &one.entry {
            Entry::File(file) => file.path.as_str(),
            Entry::Reference(named) => named.path.as_str(),
            Entry::Refused(outcome) => outcome.path.as_str(),
        })
        .collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), found.len());
    assert!(opened.workspace.settings.is_empty());
}

#[test]
fn what_is_no_workspace_says_so() {
    for (text, is) in [
        ("{\"a\": {\"format\": \"coverlay-workspace\"}}", true),
        ("[\"format\", \"coverlay-workspace\"]", false),
        ("{\"format\": \"other\"}", false),
        ("  {\n \"format\" :\"coverlay-workspace\"", true),
        ("", false),
    ] {
        assert_eq!(is_workspace(text.as_bytes()), is, "{text}");
    }
    assert_eq!(
        read("{\"a\": {\"format\": \"coverlay-workspace\"}}").err(),
        Some(WorkspaceError::NotOne)
    );
    assert!(matches!(
        read("{\"format\": \"coverlay-workspace\""),
        Err(WorkspaceError::Syntax { line: 1, .. })
    ));
    assert!(matches!(read("{} x"), Err(WorkspaceError::Syntax { .. })));
}

#[test]
fn keys_are_made_unique_and_peers_are_put_in_order() {
    let layer = r#"{"name": "n", "domain": "ics-attack", "techniques": []}"#;
    let text = minimal(&format!(
        ", \"active\": 77, \"tabs\": [{{\"key\": 5, \"layer\": {layer}}}, {{\"key\": 5, \"layer\": {layer}}}, {{\"key\": 4294967295, \"layer\": {layer}}}],
        \"peers\": [{{\"covered\": [[\"T1059\", 1], [\"T1003\", 60000], [\"T1059\", 7]], \"attack\": 19, \"domain\": \"enterprise-attack\", \"basis\": \"Scores\"}}]"
    ));
    let opened = read(&text).expect("a workspace");
    assert_eq!(opened.remarks, [""; 0]);
    let keys: Vec<u32> = opened.workspace.tabs.iter().map(|tab| tab.key).collect();
    assert_eq!(keys, [5, 6, 7]);
    assert_eq!(opened.workspace.active, None);
    let covered: Vec<(String, Option<f64>)> = opened.workspace.peers[0]
        .covered()
        .iter()
        .map(|(id, score)| (id.to_string(), score.map(|score| score.percent())))
        .collect();
    assert_eq!(covered, [("T1003".to_owned(), Some(100.0)), ("T1059".to_owned(), Some(0.07))]);
}

#[test]
fn remarks_have_an_end() {
    let many: Vec<String> = (0..1000).map(|at| format!("\"k{at}\": 0")).collect();
    let text = minimal(&format!(", {}", many.join(",")));
    let opened = read(&text).expect("a workspace");
    assert_eq!(opened.remarks.len(), MAX_WORKSPACE_REMARKS + 1);
    assert!(opened.remarks.last().is_some_and(|last| last.starts_with("950 more")));
}

proptest! {
    #[test]
    fn any_files_come_back(
        files in proptest::collection::btree_map("[a-z]{1,8}(/[a-zäß .]{1,8}[a-z])?", proptest::collection::vec(any::<u8>(), 0..60), 0..8),
        saved in "\\PC{0,20}",
    ) {
        let workspace = Workspace { saved, ..small() };
        let list: Vec<(Shelf, &str, Option<&[u8]>)> =
            files.iter().map(|(path, bytes)| (Shelf::Own, path.as_str(), Some(bytes.as_slice()))).collect();
        let text = written(&workspace, &list);
        let opened = read(&text).expect("a workspace");
        prop_assert_eq!(&opened.workspace.saved, &workspace.saved);
        let found: Vec<Entry> = opened.files().map(|file| file.entry).collect();
        let expected: Vec<Entry> = files
            .into_iter()
            .map(|(path, bytes)| Entry::File(SourceFile { path, bytes }))
            .collect();
        prop_assert_eq!(found, expected);
    }

    /// In whatever pieces a file comes, it is written alike.
    #[test]
    fn pieces_do_not_matter(bytes in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        "\\PC{0,20}".prop_map(String::into_bytes),
    ], size in 1_usize..9) {
        let mut look = Look::default();
        bytes.chunks(size).for_each(|piece| look.update(piece));
        let looked = look.finish();
        prop_assert_eq!(looked.is_text, std::str::from_utf8(&bytes).is_ok());
        prop_assert_eq!(&looked.sha256, &sha256::Sha256::of(&bytes));
        let named = Named { path: "a", size: looked.size, sha256: Some(&looked.sha256) };
        let mut writer = at_once(Writer::begin(&Workspace::default(), &Unpaced));
        writer.begin_file(Shelf::Own, &named, Some(looked.is_text));
        bytes.chunks(size).for_each(|piece| writer.content(piece));
        writer.end_file();
        prop_assert_eq!(writer.end(), written(&Workspace::default(), &[(Shelf::Own, "a", Some(&bytes))]));
    }

    /// Whatever is done to the text: an error or a workspace, and no panic.
    #[test]
    fn any_damage_is_survived(cut in 0_usize..4000, with in "\\PC{0,6}", gone in 0_usize..40) {
        let text = written(&small(), FILES);
        let at = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let after = (at + gone..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let text = format!("{}{with}{}", &text[..at], &text[after.min(text.len())..]);
        if let Ok(opened) = read(&text) {
            opened.files().for_each(drop);
        }
    }
}
