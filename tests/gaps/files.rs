//! Profiles, tables, layers and enrichments as files.

use coverlay::gaps::{Enrichment, EnrichmentError, Profile};
use coverlay::limits::Limits;
use coverlay::pipeline::profile::{
    read_assets, read_enrichment, read_incidents, read_profile, read_threat,
};

const YAML: &str = "\
platforms: [Windows, 'Azure AD']
log_sources:
  DC0032: true
  Process Access: false
services:
  - aws
industry: Energy
country: NO
groups: [APT29]
campaigns: [C0024]
software: [S0002, 'cobalt strike']
threat:
  - T1059.001
  - technique: t1003
    score: 2.5
accepted:
  - technique: T1091
    reason: no removable media
    until: 2026-12-31
incidents: {T1059: 4}
assets:
  - platform: Linux
    service: \"\"
    hosts: 12
frequency_from: incidents
only: {threat: false}
sources: {threat: a layer}
";

#[test]
fn yaml_and_json_are_the_same_profile() {
    let profile = read_profile(YAML.as_bytes(), &Limits::default()).expect("a profile");
    assert_eq!(profile.platforms, ["Windows", "Azure AD"]);
    assert_eq!(profile.country.as_deref(), Some("NO"), "no is a word");
    assert_eq!(profile.log_sources.get("Process Access"), Some(&false));
    assert_eq!(profile.software, ["S0002", "cobalt strike"]);
    assert_eq!(profile.actors(), ["APT29", "C0024", "S0002", "cobalt strike"]);
    let scores: Vec<_> = profile.threat.iter().map(|entry| entry.score).collect();
    assert_eq!(scores, [None, Some(2.5)]);
    assert_eq!(
        profile.accepted[0].until.map(|date| date.to_string()).as_deref(),
        Some("2026-12-31")
    );
    assert!(!profile.demands.threat && !profile.demands.available_log_sources);
    let json = profile.to_json();
    assert_eq!(read_profile(json.as_bytes(), &Limits::default()).expect("a profile"), profile);
    assert_eq!(Profile::default().to_json(), "{}\n", "what says nothing is not written");
    for empty in ["", "{}", "# nothing\n", "---\n"] {
        assert_eq!(
            read_profile(empty.as_bytes(), &Limits::default()).expect("a profile"),
            Profile::default(),
            "{empty:?}"
        );
    }
}

#[test]
fn actors_are_turned_on_and_off_by_their_ids() {
    let mut profile = Profile::default();
    for id in ["S0002", "G0016", "C0024", "S0002", "X1"] {
        profile.turn_actor(id, true);
    }
    let json = r#"{"groups": ["G0016"], "campaigns": ["C0024"], "software": ["S0002"]}"#;
    assert_eq!(profile, Profile::from_json(json).expect("a profile"));
    assert!(profile.names_a_threat());
    assert_eq!(
        read_profile(profile.to_json().as_bytes(), &Limits::default()).expect("a profile"),
        profile
    );
    for id in ["G0016", "C0024"] {
        profile.turn_actor(id, false);
    }
    assert!(profile.names_a_threat(), "software is a threat, too");
    profile.turn_actor("S0002", false);
    assert_eq!((profile.names_a_threat(), profile), (false, Profile::default()));
}

#[test]
fn every_fault_names_its_key() {
    for (text, said) in [
        (
            "platform: [Windows]",
            "platform: there is no such key; there are platforms, log_sources,",
        ),
        ("platforms: Windows", "platforms: expected a list, found \"Windows\""),
        ("platforms: [Windows, 7]", "platforms[1]: expected a text (in quotes), found 7"),
        ("log_sources: {DC0032: yes}", "log_sources.DC0032: expected true or false, found \"yes\""),
        ("threat: [{technique: T1, score: 1}]", "threat[0].technique: expected a technique id"),
        (
            "threat: [{technique: T1003, score: high}]",
            "threat[0].score: expected a number, found \"high\"",
        ),
        ("threat: [{score: 1}]", "threat[0].technique: missing"),
        ("accepted: [{technique: T1003}]", "accepted[0].reason: missing"),
        (
            "accepted: [{technique: T1003, reason: x, until: soon}]",
            "accepted[0].until: expected a date",
        ),
        (
            "accepted: [{technique: T1003, reason: x, why: y}]",
            "accepted[0].why: there is no such key",
        ),
        ("incidents: {T1003: -1}", "incidents.T1003: expected a whole number from 0, found -1"),
        ("incidents: {mimikatz: 1}", "incidents.mimikatz: expected a technique id"),
        ("assets: [{platform: Linux}]", "assets[0].hosts: missing"),
        ("frequency_from: rumours", "frequency_from: expected actors or incidents"),
        (
            "only: {threats: true}",
            "only.threats: there is no such key; there are threat, available",
        ),
        ("software: {S0002: 1}", "software: expected a list"),
        ("- a\n- b", "profile: expected a group of keys, found a list"),
        ("a: 1\na: 2", "line 2, column 1: the key 'a' stands twice"),
        ("a: [", "line "),
        ("{\"platforms\": [}", "line 1, column 16: not valid JSON"),
        ("--- {}\n--- {}", "a second document"),
    ] {
        let error = read_profile(text.as_bytes(), &Limits::default()).expect_err(text).to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
    let deep = format!("{{\"platforms\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(read_profile(deep.as_bytes(), &Limits::default()).is_err());
    assert!(read_profile(&[0xff, 0xfe, 0x00], &Limits::default()).is_err());
}

#[test]
fn tables_lose_hosts_and_add_up() {
    let table = "host,platform,service\nsrv1,Windows,AD\nsrv2,windows,ad\nsrv3,Linux,\n";
    let read = read_assets(table.as_bytes(), &Limits::default()).expect("a table");
    assert!(read.passed_over.is_empty());
    let assets = read.value;
    let said = serde_json::to_string(&assets).expect("JSON");
    assert!(!said.contains("srv"), "no host is kept: {said}");
    assert_eq!(assets.counts.len(), 2);
    let read =
        read_incidents(b"technique,count\nT1003,2\nT1003,3\nnonsense,1\n", &Limits::default())
            .expect("a table");
    assert_eq!(read.value.values().collect::<Vec<_>>(), [&5]);
    assert_eq!(read.passed_over, [(4, "'nonsense' is no technique id".to_owned())]);
}

#[test]
fn a_threat_layer_names_what_it_annotates() {
    let layer = |techniques: &str| {
        format!(
            r#"{{"name": "x", "domain": "enterprise-attack", "versions": {{"layer": "4.5"}}, "techniques": {techniques}}}"#
        )
    };
    let read = |techniques: &str| {
        let found = read_threat("x.json", layer(techniques).as_bytes(), &Limits::default());
        let found = found.map(|all| {
            all.into_iter().map(|entry| (entry.technique.to_string(), entry.score)).collect()
        });
        found.map_err(|error| error.to_string())
    };
    let expected: Vec<(String, Option<f64>)> =
        vec![("T1003".to_owned(), Some(3.0)), ("T1059".to_owned(), None)];
    let all = r#"[{"techniqueID": "T1003", "tactic": "credential-access", "score": 1},
        {"techniqueID": "T1003", "tactic": "collection", "score": 3},
        {"techniqueID": "T1059", "comment": "seen"},
        {"techniqueID": "T1001", "score": 0}, {"techniqueID": "T1002"},
        {"techniqueID": "T1004", "score": 2, "enabled": false}]"#;
    assert_eq!(read(all), Ok(expected));
    let bare = r#"[{"techniqueID": "T1003"}]"#;
    assert_eq!(read(bare), Ok(vec![("T1003".to_owned(), None)]));
    assert_eq!(read("[]"), Err("the layer names no technique".to_owned()));
    assert!(read_threat("x.json", b"{}", &Limits::default()).is_err());
}

#[test]
fn an_enrichment_is_refused_where_it_is_none() {
    assert_eq!(Enrichment::read("{}"), Err(EnrichmentError::Nothing));
    assert!(matches!(Enrichment::read("[1]"), Err(EnrichmentError::Shape(_))));
    let share = r#"{"top_attack_techniques": {"techniques": {"T1003": {"choke_point": 1.5}}}}"#;
    let error = Enrichment::read(share).expect_err("no share").to_string();
    assert_eq!(error, "T1003: choke_point is 1.5, which is no share from 0 to 1");
    let minimal = r#"{"kev": {"techniques": {"T1003": 2}}}"#;
    let read = read_enrichment(minimal.as_bytes(), &Limits::default()).expect("an enrichment");
    assert_eq!(read.exploited.len(), 1);
}
