//! The importers against real bundles, which are not part of the project: they are looked for in
//! `../shared/attack` or below `COVERLAY_SHARED`.

use crate::{detection, entities, id, platforms, retired, techniques};
use coverlay::attack::stix;
use coverlay::attack::{Catalogue, Resolution};
use coverlay::cli::catalogue::{build, read};
use std::path::PathBuf;

/// The paths of shared files, or a printed reason why there are none.
fn shared(names: &[&str]) -> Option<Vec<PathBuf>> {
    let root =
        std::env::var_os("COVERLAY_SHARED").map_or_else(|| "../shared".into(), PathBuf::from);
    let paths: Vec<_> = names.iter().map(|name| root.join("attack").join(name)).collect();
    if let Some(missing) = paths.iter().find(|path| !path.is_file()) {
        println!("not run: {} is not there", missing.display());
        return None;
    }
    Some(paths)
}

fn import(name: &str) -> Option<Catalogue> {
    let made = read(&shared(&[name])?).expect("a good bundle").value;
    assert_eq!(made.len(), 1, "one domain");
    made.into_iter().next()
}

#[test]
fn the_committed_files_are_what_the_importers_make() {
    let folder = std::env::temp_dir().join(format!("coverlay-catalogue-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    // Order of the inputs must not matter.
    let bundles =
        ["mobile-attack-18.1.json", "ics-attack-18.1.json", "enterprise-attack-18.1.json"];
    for (label, inputs) in [("18.1", &bundles[..]), ("19.2", &["catalogue-19.2-derived.json"])] {
        let Some(inputs) = shared(inputs) else { return };
        let output = folder.join(label);
        let built = build(&inputs, &output).expect("good inputs");
        assert_eq!(built.value.len(), 3);
        assert_eq!(built.diagnostics, [], "nothing is left out");
        let made = std::fs::read(&output).expect("written");
        let committed = std::fs::read(format!("public/attack/{label}.catalogue"));
        assert!(made == committed.expect("committed"), "{label} differs");
    }
    std::fs::remove_dir_all(&folder).expect("removable");
}

#[test]
fn the_committed_attributions_are_those_of_18_1() {
    let bundles =
        ["enterprise-attack-18.1.json", "mobile-attack-18.1.json", "ics-attack-18.1.json"];
    let Some(paths) = shared(&bundles) else { return };
    let mut lines: Vec<String> = Vec::new();
    for path in paths {
        let bytes = std::fs::read(path).expect("readable");
        let pairs = stix::read_attributions(&bytes).expect("a good bundle");
        lines.extend(pairs.iter().map(|(campaign, group)| format!("{campaign} {group}")));
    }
    lines.sort();
    lines.dedup();
    let text = std::fs::read_to_string("data/attack/attributions-18.1.txt").expect("committed");
    let committed: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(committed, lines);
}

#[test]
fn enterprise_16_1_stix_2_0() {
    let Some(catalogue) = import("enterprise-attack-16.1.json") else { return };
    assert_eq!(catalogue.version, "16.1", "from the name: STIX 2.0 does not say");
    assert_eq!((catalogue.tactics.len(), techniques(&catalogue)), (14, (203, 453)));
    assert_eq!(retired(&catalogue), (131, 12));
    assert_eq!(entities(&catalogue), (159, 710, 34, 44));
    // Its 106 data components have no ids yet, and there are no detection strategies.
    assert_eq!(detection(&catalogue), (0, 0, 0));
    let platforms = platforms(&catalogue);
    for (name, count) in [("Office Suite", 75), ("Identity Provider", 49), ("Network", 98)] {
        assert!(platforms.contains(&(name, count)), "{name}: {platforms:?}");
    }
}

#[test]
fn enterprise_15_0_stix_2_0() {
    let Some(catalogue) = import("enterprise-attack-15.0.json") else { return };
    assert_eq!(catalogue.version, "15.0");
    assert_eq!((catalogue.tactics.len(), techniques(&catalogue)), (14, (202, 435)));
    assert_eq!(retired(&catalogue), (131, 12));
    assert_eq!(entities(&catalogue), (148, 677, 28, 43));
    let successor = catalogue.find(id("T1562.001")).expect("live in 15");
    assert_eq!(catalogue.resolve(id("T1089")), Resolution::Revoked(successor));
}

#[test]
fn mobile_and_ics_17_1_stix_2_1() {
    let Some(mobile) = import("mobile-attack-17.1.json") else { return };
    assert_eq!((mobile.version.as_str(), techniques(&mobile)), ("17.1", (75, 46)));
    // Eight lead to deprecated ids, three name no successor in this release.
    assert_eq!(retired(&mobile), (53 - 11, 14 + 11));
    assert_eq!(entities(&mobile), (15, 118, 3, 13));
    let Some(ics) = import("ics-attack-17.1.json") else { return };
    assert_eq!((ics.version.as_str(), techniques(&ics)), ("17.1", (83, 0)));
    assert_eq!(retired(&ics), (0, 12));
    assert_eq!(entities(&ics), (14, 23, 7, 52));
}

#[test]
fn the_release_is_asked_for_where_the_bundle_is_silent() {
    let Some(paths) = shared(&["mobile-attack-18.1.json", "ics-attack-18.1.json"]) else { return };
    let bytes = std::fs::read(&paths[0]).expect("readable");
    let version = |version| stix::read_bundle(&bytes, version).expect("good")[0].version.clone();
    assert_eq!(version(Some("18.1")), "18.1");
    assert_eq!(version(None), "as of 2025-11-13");
    // A bundle that says its release knows better than whoever named the file.
    let bytes = std::fs::read(&paths[1]).expect("readable");
    assert_eq!(stix::read_bundle(&bytes, Some("3")).expect("good")[0].version, "18.1");
}

#[test]
fn a_bundle_of_all_domains_gives_the_same_catalogues() {
    let names = ["mobile-attack-18.1.json", "ics-attack-18.1.json"];
    let Some(paths) = shared(&names) else { return };
    let mut objects = Vec::new();
    let mut apart = Vec::new();
    for path in &paths {
        let bytes = std::fs::read(path).expect("readable");
        apart.extend(stix::read_bundle(&bytes, Some("18.1")).expect("good"));
        let mut bundle: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        objects.append(bundle["objects"].as_array_mut().expect("a list"));
    }
    let bundle = serde_json::json!({"type": "bundle", "objects": objects}).to_string();
    let together = stix::read_bundle(bundle.as_bytes(), Some("18.1")).expect("good");
    assert_eq!(together.len(), 2);
    for (together, apart) in together.iter().zip(&apart) {
        assert_eq!(together.techniques.len(), apart.techniques.len());
        assert_eq!(together.retired, apart.retired);
        assert_eq!(entities(together), entities(apart));
        assert_eq!(detection(together), detection(apart));
        let uses = |c: &Catalogue| c.techniques.iter().map(|t| t.groups.len()).sum::<usize>();
        assert_eq!(uses(together), uses(apart));
    }
}

#[test]
fn the_same_release_twice_is_refused() {
    let Some(paths) = shared(&["ics-attack-17.1.json"]) else { return };
    let error = read(&[paths[0].clone(), paths[0].clone()]).expect_err("twice");
    assert!(error.to_string().contains("ics-attack 17.1 is also in another input"), "{error}");
    assert!(read(&[]).is_err());
}
