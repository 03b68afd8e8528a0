//! Edits of layers: what they change, and that they change nothing else.

mod toy;

use coverlay::attack::{Catalogue, TechniqueIndex};
use coverlay::layer::{
    self, Cell, Edit, EditError, Item, Layer, Link, Metadata, Placement, TechniqueEntry,
    is_annotated,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn of(techniques: Value) -> Layer {
    let layer = json!({"name": "x", "domain": "enterprise-attack", "techniques": techniques});
    layer::read("x", &layer.to_string()).expect("a layer").value.swap_remove(0)
}

fn entries(layer: &Layer) -> Value {
    let parsed: Value = serde_json::from_str(&layer::to_json(layer)).expect("JSON");
    let mut entries = parsed["techniques"].clone();
    for entry in entries.as_array_mut().expect("a list") {
        let entry = entry.as_object_mut().expect("an object");
        let dull = [("comment", json!("")), ("enabled", json!(true))];
        for (key, value) in dull.into_iter().chain([("showSubtechniques", json!(false))]) {
            if entry.get(key) == Some(&value) {
                entry.remove(key);
            }
        }
    }
    entries
}

fn cells(catalogue: &Catalogue, cells: &[(&str, u8)]) -> BTreeSet<Cell> {
    cells.iter().map(|(id, tactic)| (toy::index(catalogue, id), *tactic)).collect()
}

fn score(score: i64) -> Edit {
    Edit::Score(Some(score.into()))
}

#[test]
fn one_of_two_cells_splits_an_entry_and_the_other_joins_it_again() {
    let catalogue = toy::three_tactics();
    let layer = of(json!([
        {"techniqueID": "T1053", "score": 1, "comment": "both", "team": "red"},
        {"techniqueID": "T1047", "score": 5},
    ]));
    let one = layer.edited(&cells(&catalogue, &[("T1053", 2)]), &score(9), &catalogue);
    let one = one.expect("an edit");
    assert_eq!(
        entries(&one),
        json!([
            {"techniqueID": "T1053", "tactic": "execution", "score": 1, "comment": "both", "team": "red"},
            {"techniqueID": "T1053", "tactic": "command-and-control", "score": 9, "comment": "both",
             "team": "red"},
            {"techniqueID": "T1047", "score": 5},
        ])
    );
    let both = one.edited(&cells(&catalogue, &[("T1053", 0)]), &score(9), &catalogue);
    assert_eq!(
        entries(&both.expect("an edit"))[0],
        json!({"techniqueID": "T1053", "score": 9, "comment": "both", "team": "red"})
    );
    assert_eq!(entries(&layer)[0]["score"], 1, "the old layer stays");
}

#[test]
fn cells_without_an_entry_get_one_and_lose_it_again() {
    let catalogue = toy::three_tactics();
    let empty = of(json!([5, {"techniqueID": "T9999", "score": 1}]));
    let named = cells(&catalogue, &[("T1053", 0), ("T1059.001", 0)]);
    let edited = empty.edited(&named, &score(3), &catalogue).expect("an edit");
    assert_eq!(
        entries(&edited.clone().without_extra()),
        json!([
            {"techniqueID": "T9999", "score": 1},
            {"techniqueID": "T1053", "tactic": "execution", "score": 3},
            {"techniqueID": "T1059.001", "score": 3},
        ])
    );
    assert_eq!(edited.edited(&named, &Edit::Score(None), &catalogue), Ok(empty.clone()));
    // What does not say anything does not stay for having been edited.
    assert_eq!(empty.edited(&named, &Edit::Enabled(true), &catalogue), Ok(empty));
}

/// Reference 2.3: the later entry replaces the earlier one.
#[test]
fn the_later_entry_is_the_one_that_is_edited() {
    let catalogue = toy::three_tactics();
    let layer = of(json!([
        {"techniqueID": "T1053", "tactic": "execution", "score": 1},
        {"techniqueID": "T1047", "score": 5},
        {"techniqueID": "T1053", "score": 2},
        {"techniqueID": "T1086", "tactic": "TA0001", "comment": "an old id"},
    ]));
    let named = cells(&catalogue, &[("T1053", 2), ("T1059.001", 0)]);
    let edited = layer.edited(&named, &score(7), &catalogue).expect("an edit");
    assert_eq!(
        entries(&edited),
        json!([
            {"techniqueID": "T1053", "tactic": "execution", "score": 2},
            {"techniqueID": "T1053", "tactic": "command-and-control", "score": 7},
            {"techniqueID": "T1047", "score": 5},
            {"techniqueID": "T1059.001", "score": 7, "comment": "an old id"},
        ])
    );
}

#[test]
fn clearing_leaves_what_is_no_annotation() {
    let catalogue = toy::three_tactics();
    let layer = of(json!([
        {"techniqueID": "T1059", "score": 1, "color": "red", "comment": "c", "enabled": false,
         "metadata": [{"name": "a", "value": "b"}], "links": [{"label": "l", "url": "https://x/"}],
         "showSubtechniques": true},
        {"techniqueID": "T1047", "score": 1, "team": "red"},
        {"techniqueID": "T1110", "score": 1},
    ]));
    let named = cells(&catalogue, &[("T1059", 0), ("T1047", 0), ("T1110", 1)]);
    let cleared = layer.edited(&named, &Edit::Clear, &catalogue).expect("an edit");
    assert_eq!(
        entries(&cleared),
        json!([
            {"techniqueID": "T1059", "showSubtechniques": true},
            {"techniqueID": "T1047", "team": "red"},
        ])
    );
}

#[test]
fn values_that_are_none() {
    let catalogue = toy::three_tactics();
    let layer = of(json!([]));
    let error = |edit| {
        layer.edited(&cells(&catalogue, &[("T1047", 0)]), &edit, &catalogue).expect_err("refused")
    };
    let link = |url: &str| Item::Of(Link { label: "x".to_owned(), url: url.to_owned() });
    assert_eq!(error(Edit::Colour(Some("x".to_owned()))), EditError::Colour("x".to_owned()));
    let script = "javascript:alert(1)".to_owned();
    assert_eq!(error(Edit::Links(vec![link(&script)])), EditError::Link(script));
    let pair = Metadata { name: "a".to_owned(), value: " ".to_owned() };
    assert_eq!(error(Edit::Metadata(vec![Item::Of(pair)])), EditError::Empty);
}

const IDS: [&str; 9] =
    ["T1001", "T1053", "T1059", "T1059.001", "T1086", "T1003.001", "T1047", "T9999", "PRE-T1"];

fn any_entry() -> impl Strategy<Value = Value> {
    let tactic = prop::sample::select(vec![
        None,
        None,
        Some("execution"),
        Some("TA0003"),
        Some("Credential Access"),
        Some("nowhere"),
    ]);
    (
        prop::sample::select(IDS.to_vec()),
        tactic,
        prop::option::of(-3..3),
        prop::option::of(Just("red")),
        "[ab]?",
        any::<bool>(),
        any::<bool>(),
        prop::option::of(Just(1)),
    )
        .prop_map(|(id, tactic, score, color, comment, enabled, open, own)| {
            json!({"techniqueID": id, "tactic": tactic, "score": score, "color": color,
                "comment": comment, "enabled": enabled, "showSubtechniques": open, "own": own})
        })
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let link = Link { label: "l".to_owned(), url: "https://example.org/".to_owned() };
    let pair = Metadata { name: "a".to_owned(), value: "b".to_owned() };
    prop_oneof![
        Just(Edit::Score(None)),
        (-3_i64..3).prop_map(score),
        Just(Edit::Colour(None)),
        Just(Edit::Colour(Some("#F008".to_owned()))),
        "[ab]?".prop_map(Edit::Comment),
        any::<bool>().prop_map(Edit::Enabled),
        Just(Edit::Links(vec![Item::Of(link), Item::Divider { divider: true }])),
        Just(Edit::Metadata(vec![Item::Of(pair)])),
        Just(Edit::Metadata(Vec::new())),
        Just(Edit::Clear),
    ]
}

/// What each cell says, whatever entries that takes.
fn said(layer: &Layer, catalogue: &Catalogue) -> BTreeMap<Cell, TechniqueEntry> {
    let placed = Placement::of(layer, catalogue).cells;
    let entries = placed.into_iter().map(|(cell, at)| {
        let entry = layer.techniques.entries[at].clone();
        let technique_id = catalogue.technique(cell.0).id;
        (cell, TechniqueEntry { technique_id, tactic: None, ..entry })
    });
    let says = |entry: &TechniqueEntry| {
        is_annotated(entry) || entry.show_subtechniques || !entry.extra.is_empty()
    };
    entries.filter(|(_, entry)| says(entry)).collect()
}

/// What has no cell.
fn nowhere(layer: &Layer, catalogue: &Catalogue) -> Vec<TechniqueEntry> {
    let placed = Placement::of(layer, catalogue).nowhere;
    placed.into_iter().map(|(at, _)| layer.techniques.entries[at].clone()).collect()
}

/// What an edit makes of an entry, as its description has it.
fn expected(mut entry: TechniqueEntry, edit: &Edit) -> TechniqueEntry {
    match edit.clone() {
        Edit::Score(score) => entry.score = score,
        Edit::Colour(colour) => entry.color = colour.map(|_| "#ff000088".to_owned()),
        Edit::Comment(comment) => entry.comment = comment,
        Edit::Enabled(enabled) => entry.enabled = enabled,
        Edit::Links(links) => entry.links = links,
        Edit::Metadata(metadata) => entry.metadata = metadata,
        Edit::Clear => {
            (entry.score, entry.color, entry.enabled) = (None, None, true);
            entry.comment.clear();
            entry.links.clear();
            entry.metadata.clear();
        }
    }
    entry
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Exactly the cells named change; a second time nothing does; the file has it all.
    #[test]
    fn an_edit_changes_the_cells_it_names(
        given in prop::collection::vec(any_entry(), 0..10),
        named in prop::collection::btree_set((0..14_u16, 0..4_u8), 0..6),
        edit in any_edit(),
    ) {
        let catalogue = toy::three_tactics();
        let layer = of(json!(given));
        let named: BTreeSet<Cell> =
            named.into_iter().map(|(at, tactic)| (TechniqueIndex(at), tactic)).collect();
        let edited = layer.edited(&named, &edit, &catalogue).expect("an edit");

        let (before, after) = (said(&layer, &catalogue), said(&edited, &catalogue));
        for index in catalogue.indices() {
            for tactic in catalogue.technique(index).tactics.clone() {
                let cell = (index, tactic);
                let new = || TechniqueEntry::new(catalogue.technique(index).id);
                let was = before.get(&cell).cloned().unwrap_or_else(new);
                let is = after.get(&cell).cloned().unwrap_or_else(new);
                let wanted = if named.contains(&cell) { expected(was, &edit) } else { was };
                prop_assert_eq!(is, wanted, "{:?}", cell);
            }
        }
        prop_assert_eq!(nowhere(&layer, &catalogue), nowhere(&edited, &catalogue));
        prop_assert_eq!(&layer.techniques.unplaced, &edited.techniques.unplaced);
        prop_assert_eq!(edited.edited(&named, &edit, &catalogue), Ok(edited.clone()), "twice");
        let read = layer::read("x", &layer::to_json(&edited)).expect("what we write").value;
        prop_assert_eq!(read, [edited]);
    }
}

/// Whatever is edited of the layer itself stands in the file and comes back from it.
#[test]
fn edits_of_the_layer_survive_the_file() {
    use coverlay::layer::{LayerEdit, LegendItem};
    let text = |text: &str| text.to_owned();
    let line = |label: &str| LegendItem { label: text(label), color: text("hsl(0, 100%, 50%)") };
    let edits = [
        LayerEdit::Name(text("")),
        LayerEdit::Name(text("<b>ß</b>\n")),
        LayerEdit::Description(text("d")),
        LayerEdit::Gradient {
            colours: vec![text("transparent"), text("#fff")],
            min: serde_json::Number::from_f64(-0.5).expect("a number"),
            max: 2.into(),
        },
        LayerEdit::AddLine(line("")),
        LayerEdit::AddLine(line("x")),
        LayerEdit::ChangeLine(0, line("y")),
        LayerEdit::MoveLine(1, 0),
        LayerEdit::RemoveLine(1),
        LayerEdit::LegendFromGradient,
        LayerEdit::Layout(text("mini")),
        LayerEdit::ShowIds(true),
        LayerEdit::ShowNames(true),
        LayerEdit::ShowAggregates(true),
        LayerEdit::CountUnscored(true),
        LayerEdit::Aggregate(text("max")),
        LayerEdit::Expanded(text("all")),
        LayerEdit::Sorting(3),
        LayerEdit::HideDisabled(true),
        LayerEdit::TacticRow(true, text("navy")),
        LayerEdit::Platforms(vec![text("Linux"), text("")]),
        LayerEdit::Selecting {
            across_tactics: false,
            with_sub_techniques: true,
            only_visible: true,
        },
        LayerEdit::Metadata(vec![Item::Divider { divider: false }]),
        LayerEdit::Links(vec![Item::Of(Link { label: text("l"), url: text("mailto:a@b") })]),
    ];
    let mut layer = of(json!([{"techniqueID": "T1059", "score": 1}]));
    for edit in edits {
        let edited = layer.with(&edit).unwrap_or_else(|error| panic!("{edit:?}: {error}"));
        assert_ne!(edited, layer, "{edit:?}");
        let read = layer::read("x", &layer::to_json(&edited)).expect("what we write").value;
        assert_eq!(read, std::slice::from_ref(&edited), "{edit:?}");
        layer = edited;
    }
}
