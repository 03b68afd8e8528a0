//! Layer files of every version of the format, read, and written again.
#![cfg(feature = "import")]

use coverlay::export::layer_json;
use coverlay::layer::{self, LayerError, Note};
use coverlay::source::archive::Archive;
use coverlay::source::decode::decode;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

fn remarks(read: &[coverlay::diagnostic::Diagnostic]) -> String {
    read.iter().map(|d| format!("{:?} {}\n", d.severity, d.message)).collect()
}

/// One snapshot a fixture: what was noticed, then the layer as it is written.
#[test]
fn every_version() {
    insta::glob!("fixtures_layers/*.json", |path| {
        let bytes = std::fs::read(path).expect("a fixture");
        let text = decode(&bytes).expect("a text");
        let read = layer::read("x.json", &text).expect("a layer");
        let written = match read.value.as_slice() {
            [layer] => layer_json::to_json(layer),
            layers => layer_json::all_to_json(layers),
        };
        insta::assert_snapshot!(format!("{}{written}", remarks(&read.diagnostics)));
        let again = layer::read("x.json", &written).expect("what we write");
        assert_eq!(again.value, read.value, "nothing is lost on the second way");
    });
}

#[test]
fn what_is_no_layer() {
    let error = |text: &str| layer::read("x", text).map(|_| ()).expect_err("no layer");
    for text in ["[]", "{}", "5", "[1, {\"name\": 1}]", "{\"name\": \"x\", \"domain\": \"y\"}"] {
        assert_eq!(error(text), LayerError::NotALayer, "{text}");
    }
    let told = error("{\"name\": \"x\", \"techniques\": [{\"techniqueID\": ").to_string();
    assert!(told.starts_with("not valid JSON: EOF"), "{told}");
}

/// As MITRE's Python library has them, which also reads no others.
#[test]
fn dividers_of_python() {
    let read = read_one(
        &json!({"name": "x", "domain": "enterprise-attack", "techniques": [], "metadata": [
            {"name": "DIVIDER", "value": true}, {"name": "DIVIDER", "value": "a name like any"},
        ]})
        .to_string(),
    );
    let named = layer::Metadata { name: "DIVIDER".to_owned(), value: "a name like any".to_owned() };
    assert_eq!(read.metadata, [layer::Item::Divider { divider: true }, layer::Item::Of(named)]);
}

/// With [`layer::Layer::without_extra`] only keys of the format are left.
#[test]
fn a_strict_layer_has_no_keys_of_its_own() {
    let text = std::fs::read("tests/fixtures_layers/v4.5.json").expect("a fixture");
    let read = layer::read("x", &decode(&text).expect("a text")).expect("layers");
    let strict = layer_json::to_json(&read.value[0].clone().without_extra());
    for key in ["our own", "zoom", "team", "\"score\": 5", "null"] {
        assert!(!strict.contains(key), "{key}");
    }
}

fn read_one(text: &str) -> layer::Layer {
    layer::read("x", text).expect("a layer").value.swap_remove(0)
}

/// Everything that the Navigator or the Python library stumbles over, in one layer.
#[test]
fn what_others_stumble_over_is_mended_and_told() {
    let mut layer = read_one(
        &json!({
            "name": "Überblick 🛡", "domain": "ours", "zoom": 1, "filters": {"platforms": []},
            "links": [{"divider": false}, {"divider": true}],
            "gradient": {"colors": ["#ff000080", "#00ff00"], "minValue": 0, "maxValue": 400},
            "techniques": [
                {"techniqueID": "T1059", "tactic": "TA0002", "score": 399.4, "color": "#ff000080"},
                {"techniqueID": "T1003", "tactic": "Credential Access", "score": -1, "team": "red"},
                {"techniqueID": "PRE-T1156"}, null
            ]
        })
        .to_string(),
    );
    // What an editor could make and the reader does not let through.
    let link = layer::Link { label: "x".to_owned(), url: "javascript:alert(1)".to_owned() };
    layer.links.push(layer::Item::Of(link));
    let empty = layer::Metadata { name: "x".to_owned(), value: " ".to_owned() };
    layer.techniques.entries[0].metadata.push(layer::Item::Of(empty));
    let catalogue = coverlay::attack::bundled::find(coverlay::attack::Domain::Enterprise, None)
        .expect("whole")
        .expect("built in");

    let (json, notes) = layer::written(vec![layer.clone()], Some(catalogue), true);
    assert!(json.is_ascii());
    let told: Vec<String> = notes.iter().map(|(_, note)| note.to_string()).collect();
    insta::assert_snapshot!(format!("{}\n\n{json}", told.join("\n")));
    let again = read_one(&json);
    assert_eq!(again.name, layer.name);
    assert_eq!(layer::written(vec![again.clone()], Some(catalogue), true).0, json, "settled");

    let (strict, notes) = layer::written(vec![layer], Some(catalogue), false);
    for key in ["zoom", "team", "PRE-", "null"] {
        assert!(!strict.contains(key), "{key}");
    }
    assert!(notes.contains(&(0, Note::Unknown { fields: 2, kept: false })), "{notes:?}");
    assert!(notes.contains(&(0, Note::Unplaced { entries: 2, kept: false })), "{notes:?}");
}

proptest! {
    /// Any layer at all: what is written is read the same and needs no second change.
    #[test]
    fn what_is_written_stays(
        scores in prop::collection::vec(prop_oneof![0.0..1.0, 0.0..9.0, -200.0..2000.0_f64], 1..30),
        bounds in (-10.0..10.0_f64, 0.0..3000.0_f64),
        colours in 2..9_usize,
        aggregates in any::<bool>(),
    ) {
        let mut given = layer::Layer::new("x", "enterprise-attack");
        let number = |value: f64| serde_json::Number::from_f64(value).expect("a number");
        for (at, score) in scores.iter().enumerate() {
            let id = format!("T1{at:03}").parse().expect("an id");
            let score = Some(number(*score));
            given.techniques.entries.push(layer::TechniqueEntry { score, ..layer::TechniqueEntry::new(id) });
        }
        given.gradient.colors = vec!["#102030".to_owned(); colours];
        given.gradient.min_value = number(bounds.0);
        given.gradient.max_value = number(bounds.0 + bounds.1);
        given.layout.show_aggregate_scores = aggregates;
        let (json, _) = layer::written(vec![given], None, false);
        let (again, notes) = read_one(&json).for_navigator(None, false);
        prop_assert_eq!(layer_json::to_json(&again), json, "{:?}", notes);
    }
}

/// All public layers at hand. The numbers are Python's: `json.loads(bytes.decode("utf-8-sig"))`
/// reads all 696 files, one of them a list of 8; 703 objects with 55,409 entries, of which 4 have
/// a `techniqueID` that `[Tt]\d{4}(\.\d{3})?` does not match.
#[test]
fn the_layers_of_the_public() {
    let path = Path::new("../shared/corpora/layers-a.zip");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let archive = Archive::open("a.zip", &bytes).expect("a zip");
    let (mut files, mut layers, mut entries, mut unplaced) = (0, 0, 0, 0);
    for file in archive.part(0, 1, 0) {
        let file = file.expect("an entry");
        let text = decode(&file.bytes).expect("a text");
        assert!(layer::may_be_layer(&text), "{}", file.path);
        let read = layer::read(&file.path, &text).unwrap_or_else(|e| panic!("{}: {e}", file.path));
        files += 1;
        for layer in &read.value {
            layers += 1;
            entries += layer.techniques.entries.len();
            unplaced += layer.techniques.unplaced.len();
            let again = layer::read("x", &layer_json::to_json(layer)).expect("what we write");
            assert_eq!(&again.value[0], layer, "{}", file.path);
        }
    }
    assert_eq!((files, layers, entries + unplaced, unplaced), (696, 703, 55_409, 4));
}

/// Any value at all.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        // Two digits: serde_json may read the seventeenth differently than it wrote it.
        (-99_999_999..99_999_999).prop_map(|hundredths| Value::from(f64::from(hundredths) / 100.0)),
        prop_oneof!["T1[0-9]{3}", "[ -~]{0,6}", Just("#ff0000".to_owned())].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = [
        "name",
        "versions",
        "version",
        "attack",
        "layer",
        "domain",
        "filters",
        "platforms",
        "layout",
        "viewMode",
        "gradient",
        "colors",
        "minValue",
        "maxValue",
        "techniques",
        "techniqueID",
        "tactic",
        "score",
        "color",
        "comment",
        "enabled",
        "metadata",
        "value",
        "links",
        "label",
        "url",
        "divider",
        "showSubtechniques",
        "legendItems",
        "x",
    ];
    prop::sample::select(known.to_vec()).prop_map(str::to_owned)
}

proptest! {
    /// Wrong types everywhere: no panic, and what was read once reads the same from what is
    /// written.
    #[test]
    fn any_layer_survives_the_round_trip(
        fields in prop::collection::vec((key(), value()), 0..12),
        entry in prop::collection::vec((key(), value()), 0..8),
    ) {
        let mut map: serde_json::Map<_, _> = fields.into_iter().collect();
        let mut entry: serde_json::Map<_, _> = entry.into_iter().collect();
        entry.insert("techniqueID".to_owned(), json!("T1059"));
        map.insert("techniques".to_owned(), json!([entry, 5]));
        let read = layer::read("x", &Value::Object(map).to_string()).expect("a layer");
        let written = layer_json::to_json(&read.value[0]);
        let again = layer::read("x", &written).expect("what we write");
        prop_assert_eq!(&again.value, &read.value);
        prop_assert_eq!(layer_json::to_json(&again.value[0]), written);
    }
}
