//! Bundles nobody at MITRE made.

use crate::id;
use coverlay::attack::stix::{StixError, read_bundle, read_file};
use coverlay::attack::{Catalogue, Domain, Resolution};
use proptest::prelude::*;
use serde_json::{Value, json};

fn reference(id: &str) -> Value {
    json!([
        {"source_name": "capec", "external_id": "CAPEC-13"},
        {"source_name": "mitre-attack", "external_id": id, "url": "https://attack.mitre.org/"}
    ])
}

fn technique(id: &str) -> Value {
    json!({
        "type": "attack-pattern", "id": format!("attack-pattern--{id}"), "name": format!("N {id}"),
        "external_references": reference(id),
        "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "execution"}],
        "x_mitre_platforms": ["Windows"]
    })
}

fn revoked(id: &str) -> Value {
    let mut technique = technique(id);
    technique["revoked"] = json!(true);
    technique
}

fn relation(kind: &str, from: &str, to: &str) -> Value {
    json!({"type": "relationship", "id": format!("relationship--{kind}-{from}-{to}"),
        "relationship_type": kind, "source_ref": from, "target_ref": to})
}

fn revoked_by(from: &str, to: &str) -> Value {
    relation("revoked-by", &format!("attack-pattern--{from}"), &format!("attack-pattern--{to}"))
}

/// A bundle with one tactic, one technique (T0001) and `more`.
fn bundle(more: &[Value]) -> String {
    let mut objects = vec![
        json!({"type": "x-mitre-matrix", "id": "x-mitre-matrix--1", "name": "Enterprise ATT&CK",
            "external_references": reference("enterprise-attack"),
            "tactic_refs": ["x-mitre-tactic--1", "x-mitre-tactic--gone"]}),
        json!({"type": "x-mitre-tactic", "id": "x-mitre-tactic--1", "name": "Execution",
            "external_references": reference("TA0002"), "x_mitre_shortname": "execution"}),
        technique("T0001"),
    ];
    objects.extend_from_slice(more);
    json!({"type": "bundle", "id": "bundle--1", "objects": objects}).to_string()
}

fn import(more: &[Value]) -> Catalogue {
    let mut made = read_bundle(bundle(more).as_bytes(), Some("1.0")).expect("good");
    assert_eq!(made.len(), 1);
    let catalogue = made.remove(0);
    catalogue.validate().expect("valid");
    catalogue
}

#[test]
fn days_that_are_none_are_not_known() {
    let campaign = |number: usize, last_seen: &Value| {
        json!({"type": "campaign", "id": format!("campaign--{number}"), "name": "c",
            "external_references": reference(&format!("C{number:04}")), "last_seen": last_seen})
    };
    let seen = [
        json!("2021-01-01T06:00:00.000Z"),
        json!("2021-13-01T06:00:00.000Z"),
        json!("recently"),
        json!(null),
        json!("1931-05-01"),
    ];
    let mut more: Vec<Value> =
        seen.iter().enumerate().map(|(at, seen)| campaign(at + 1, seen)).collect();
    let uses =
        (1..=5).map(|at| relation("uses", &format!("campaign--{at}"), "attack-pattern--T0001"));
    more.extend(uses);
    let catalogue = import(&more);
    let days = |catalogue: &Catalogue| {
        let days = catalogue.campaigns.iter().map(|campaign| campaign.last_seen);
        days.map(|day| day.map(|day| day.to_string())).collect::<Vec<_>>()
    };
    let (known, old) = (Some("2021-01-01".to_owned()), Some("1931-05-01".to_owned()));
    assert_eq!(days(&catalogue), [known.clone(), None, None, None, old]);
    // The stored form has no day before 1970.
    let stored = coverlay::attack::stored::write(&[catalogue]);
    let again = coverlay::attack::stored::read(&stored).expect("whole");
    assert_eq!(days(&again[0]), [known, None, None, None, None]);
}

#[test]
fn the_least_bundle_is_read() {
    let catalogue = import(&[]);
    assert_eq!((catalogue.domain, catalogue.version.as_str()), (Domain::Enterprise, "1.0"));
    assert_eq!(catalogue.techniques[0].name, "N T0001");
    let text = bundle(&[]);
    let with_mark = ["\u{feff}", &text].concat();
    assert_eq!(read_bundle(with_mark.as_bytes(), Some("1.0")), Ok(vec![catalogue]));
}

#[test]
fn cycles_and_dead_ends_of_revocation_end() {
    let catalogue = import(&[
        revoked("T0002"),
        revoked("T0003"),
        revoked("T0004"),
        revoked("T0005"),
        revoked("T0006"),
        revoked_by("T0002", "T0003"),
        revoked_by("T0003", "T0002"),
        revoked_by("T0004", "T0004"),
        revoked_by("T0005", "T0006"),
        revoked_by("T0006", "T0001"),
        revoked_by("T0001", "T0005"),
    ]);
    for dead in ["T0002", "T0003", "T0004"] {
        assert_eq!(catalogue.resolve(id(dead)), Resolution::Deprecated, "{dead}");
    }
    let live = catalogue.find(id("T0001")).expect("live");
    assert_eq!(catalogue.resolve(id("T0005")), Resolution::Revoked(live));
    assert_eq!(catalogue.resolve(id("T0001")), Resolution::Live(live));
}

#[test]
fn a_long_chain_of_revocation_is_followed_in_no_time() {
    let name = |n: usize| format!("T{:04}.{:03}", n / 900 + 2, n % 900 + 1);
    let mut more: Vec<Value> = (0..20_000).map(|n| revoked(&name(n))).collect();
    more.extend((1..20_000).map(|n| revoked_by(&name(n - 1), &name(n))));
    more.push(revoked_by(&name(19_999), "T0001"));
    let catalogue = import(&more);
    let live = catalogue.find(id("T0001")).expect("live");
    assert_eq!(catalogue.retired.len(), 20_000);
    assert_eq!(catalogue.resolve(id(&name(0))), Resolution::Revoked(live));
}

#[test]
fn dead_objects_and_relations_with_a_dead_end_do_not_count() {
    let group = |n: u8, extra: Value| {
        let mut group = json!({"type": "intrusion-set", "id": format!("intrusion-set--{n}"),
            "name": "G", "aliases": ["G", "H"], "external_references": reference(&format!("G000{n}"))});
        if let (Some(group), Some(extra)) = (group.as_object_mut(), extra.as_object()) {
            group.extend(extra.clone());
        }
        group
    };
    let uses = |from: &str| relation("uses", from, "attack-pattern--T0001");
    let mut dead = uses("intrusion-set--4");
    dead["x_mitre_deprecated"] = json!(true);
    let campaign = json!({"type": "campaign", "id": "campaign--1", "name": "C",
        "external_references": reference("C0001")});
    let catalogue = import(&[
        group(1, json!({})),
        group(2, json!({"revoked": true})),
        group(3, json!({"x_mitre_deprecated": true})),
        group(4, json!({"revoked": false, "x_mitre_deprecated": null})),
        group(5, json!({})),
        campaign,
        uses("intrusion-set--1"),
        uses("intrusion-set--2"),
        uses("intrusion-set--3"),
        dead,
        uses("intrusion-set--9"),
        uses("campaign--1"),
        relation("attributed-to", "campaign--1", "intrusion-set--5"),
        relation("attributed-to", "campaign--1", "intrusion-set--2"),
    ]);
    let groups: Vec<_> = catalogue.groups.iter().map(|g| g.id.to_string()).collect();
    assert_eq!(groups, ["G0001", "G0004", "G0005"]);
    assert_eq!(catalogue.groups[0].aliases, ["H"]);
    assert_eq!(catalogue.techniques[0].groups, [0, 2], "itself, and through its campaign");
}

#[test]
fn doubled_ids_and_versions_are_merged() {
    let mut newer = technique("T0001");
    newer["name"] = json!("new");
    newer["modified"] = json!("2025-01-01T00:00:00.000Z");
    let mut older = technique("T0001");
    older["modified"] = json!("2024-01-01T00:00:00.000Z");
    assert_eq!(import(&[newer, older]).techniques[0].name, "new");
    let mut twin = technique("T0001");
    twin["id"] = json!("attack-pattern--zzz");
    twin["name"] = json!("twin");
    let text = bundle(&[twin]);
    let made = read_file("x.json", text.as_bytes()).expect("good");
    assert_eq!(made.value[0].techniques.len(), 1);
    assert_eq!(made.value[0].techniques[0].name, "N T0001");
    assert!(made.diagnostics.iter().any(|d| d.message.contains("T0001")), "{made:?}");
}

#[test]
fn unreadable_ids_are_left_out_and_counted() {
    let text = bundle(&[technique("T12345"), technique("X1"), technique("")]);
    let made = read_file("enterprise-attack-9.9.json", text.as_bytes()).expect("good");
    assert_eq!(made.value[0].techniques.len(), 1);
    assert_eq!(made.value[0].version, "9.9");
    assert!(made.diagnostics[0].message.starts_with("2 objects"), "{:?}", made.diagnostics);
}

#[test]
fn sub_techniques_without_parent_stay() {
    let catalogue = import(&[technique("T0001.001"), technique("T0009.001")]);
    assert_eq!(catalogue.techniques[1].parent, catalogue.find(id("T0001")));
    assert_eq!(catalogue.techniques[2].parent, None);
}

#[test]
fn bundles_without_the_essentials_are_typed_errors() {
    let error = |text: &str| read_bundle(text.as_bytes(), None).expect_err("not usable");
    let objects = |objects: Value| json!({"type": "bundle", "objects": objects}).to_string();
    assert_eq!(error(&objects(json!([technique("T0001")]))), StixError::NoMatrix);
    assert_eq!(error(&objects(json!([]))), StixError::NoMatrix);
    assert_eq!(error(&objects(Value::Null)), StixError::NoMatrix);
    assert_eq!(
        error(&bundle(&[]).replace("mitre-attack\",\"phase", "other\",\"phase")),
        StixError::NoTechniques
    );
    for wrong in [json!(5), json!("x"), json!({}), json!([5]), json!([null]), json!(["x"])] {
        let error = error(&objects(wrong.clone()));
        assert!(matches!(error, StixError::Shape { line: 1, .. }), "{wrong}: {error:?}");
        assert!(!error.hint().is_empty());
    }
    for (key, value) in [
        ("name", json!(5)),
        ("name", json!([])),
        ("revoked", json!("yes")),
        ("external_references", json!({})),
        ("kill_chain_phases", json!([7])),
        ("x_mitre_platforms", json!("Windows")),
        ("x_mitre_platforms", json!([[]])),
    ] {
        let mut wrong = technique("T0002");
        wrong[key] = value;
        let error = error(&bundle(&[wrong]));
        assert!(matches!(error, StixError::Shape { .. }), "{key}: {error:?}");
    }
}

#[test]
fn deep_nesting_neither_overflows_nor_stops_the_rest() {
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    let text = bundle(&[]);
    // Where nothing is read, it is skipped …
    let skipped = text.replacen("\"tactic_refs\"", &format!("\"x\":{deep},\"tactic_refs\""), 1);
    assert_eq!(read_bundle(skipped.as_bytes(), Some("1.0")), Ok(vec![import(&[])]));
    // … and where something is, it is refused.
    let read = text.replacen("\"N T0001\"", &deep, 1);
    assert!(matches!(read_bundle(read.as_bytes(), None), Err(StixError::Shape { .. })));
    let only = read_bundle(deep.as_bytes(), None).expect_err("no bundle");
    assert!(matches!(only, StixError::Shape { .. } | StixError::Syntax { .. }), "{only:?}");
    let open = read_bundle("[".repeat(100_000).as_bytes(), None).expect_err("no bundle");
    assert!(matches!(open, StixError::Shape { .. } | StixError::Syntax { .. }), "{open:?}");
}

#[test]
fn more_than_the_indices_hold_is_an_error() {
    let mut many = technique("T0002");
    many["x_mitre_platforms"] = (0..300).map(|n| format!("p{n}")).collect();
    let error = read_bundle(bundle(&[many]).as_bytes(), None).expect_err("too many");
    // One more is the first technique's "Windows".
    assert_eq!(error.to_string(), "301 platforms, but a catalogue holds at most 255");
    let techniques: Vec<_> =
        (0..70_000).map(|n| technique(&format!("T{:04}.{:03}", n / 900, n % 900 + 1))).collect();
    let error = read_bundle(bundle(&techniques).as_bytes(), None).expect_err("too many");
    assert!(matches!(error, StixError::TooMany(_)), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_cut_or_changed_bundle_never_panics(cut in 0usize..4000, at in 0usize..4000, byte: u8) {
        let mut bytes = bundle(&[revoked("T0002"), revoked_by("T0002", "T0001"), technique("T0003")]).into_bytes();
        let whole = bytes.len();
        bytes.truncate(cut % whole);
        let error = read_bundle(&bytes, None).expect_err("cut off");
        prop_assert!(matches!(error, StixError::Syntax { .. }), "{:?}", error);

        let mut bytes = bundle(&[revoked("T0002"), revoked_by("T0002", "T0001")]).into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(made) = read_bundle(&bytes, None) {
            for catalogue in made {
                prop_assert_eq!(catalogue.validate(), Ok(()));
            }
        }
    }
}
