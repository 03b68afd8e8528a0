//! Support, confidence and lift against `tests/support/lift.py`, which shares no line with us: on
//! the built-in catalogue's facts, and on those the script reads from MITRE's bundle of 18.1
//! itself. Without python3 or the bundle these tests say so and pass.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

use crate::toy::{World, typed};
use coverlay::alerts::Alerts;
use coverlay::attack::{ActorKind, Catalogue, Domain, bundled};
use coverlay::investigate::{Investigation, InvestigationPolicy, Usage};
use coverlay::rule::Intake;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What the script answers; `None`, and said so, where there is no Python.
fn ask(question: &Value) -> Option<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/lift.py");
    let child =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("skipped: there is no python3");
        return None;
    };
    let mut input = child.stdin.take().expect("piped");
    input.write_all(question.to_string().as_bytes()).expect("it listens");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn catalogue(version: &str) -> &'static Catalogue {
    bundled::find(Domain::Enterprise, Some(version)).expect("whole").expect("built in")
}

/// Who uses what, as the catalogue has it.
fn uses(catalogue: &Catalogue) -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for technique in &catalogue.techniques {
        for kind in [ActorKind::Group, ActorKind::Campaign] {
            for actor in catalogue.actors(kind) {
                if technique.users(kind).contains(&actor.at) {
                    let name = catalogue.actor_name(actor).id;
                    uses.entry(name).or_default().insert(technique.id.to_string());
                }
            }
        }
    }
    uses
}

/// Sets of one to three techniques that some group uses together; every one also made otherwise
/// would mostly be used by nobody.
fn sets(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let mut sets = vec![vec!["T1003.001".to_owned(), "T1021.002".to_owned()]];
    for (number, ids) in uses.values().enumerate() {
        let ids: Vec<&String> = ids.iter().collect();
        let size = 1 + number % 3;
        let step = (ids.len() / (size + 1)).max(1);
        let set: BTreeSet<String> = (0..size)
            .filter_map(|at| ids.get(at * step + number % step))
            .map(|id| (*id).clone())
            .collect();
        if !set.is_empty() {
            sets.push(set.into_iter().collect());
        }
    }
    sets
}

/// Compares every technique that is used with a set; how many numbers were compared.
fn compare(catalogue: &Catalogue, with_parents: bool, sets: &[Vec<String>], told: &Value) -> usize {
    let index = |id: &str| catalogue.find(id.parse().expect("an id")).expect("live");
    let usage = Usage::of(catalogue, with_parents);
    assert_eq!(told["entities"], usage.entities());
    assert_eq!(told["groups"], usage.groups);
    let mut compared = 0;
    for (set, told) in sets.iter().zip(told["sets"].as_array().expect("sets")) {
        let antecedent: Vec<_> = set.iter().map(|id| index(id)).collect();
        for (id, numbers) in told["next"].as_object().expect("a map").iter() {
            let ours = usage.association(&antecedent, index(id)).expect("used");
            assert_eq!(told["with"], ours.with, "{set:?}");
            assert_eq!((&numbers[0], &numbers[1]), (&json!(ours.support()), &json!(ours.users)));
            for (number, ours) in [(&numbers[2], ours.confidence()), (&numbers[3], ours.lift())] {
                let number = number.as_f64().expect("a number");
                assert!((number - ours).abs() < 1e-9, "{set:?} → {id}: {number}, {ours}");
            }
            compared += 1;
        }
    }
    compared
}

#[test]
fn every_number_is_that_of_the_script() {
    for version in ["18.1", "19.2"] {
        let catalogue = catalogue(version);
        let uses = uses(catalogue);
        let sets = sets(&uses);
        for with_parents in [false, true] {
            let question = json!({"uses": uses, "sets": sets, "with_parents": with_parents});
            let Some(told) = ask(&question) else { return };
            let compared = compare(catalogue, with_parents, &sets, &told);
            println!("{version}, with parents: {with_parents}: {compared} associations");
            assert!(sets.len() > 200 && compared > 10_000, "{compared}");
        }
    }
}

/// The search finds for every technique the best of all sets of one to three.
#[test]
fn the_search_finds_what_trying_everything_finds() {
    let catalogue = catalogue("18.1");
    let world = World::new(catalogue.clone(), Intake::default(), Alerts::default());
    let uses = uses(catalogue);
    let picks = [
        vec!["T1003.001", "T1021.002"],
        vec!["T1566.001", "T1204.002", "T1059.001", "T1053.005", "T1105"],
        vec!["T1190", "T1505.003", "T1003.001", "T1560.001", "T1071.001", "T1018", "T1570"],
        vec!["T1486"],
    ];
    for with_parents in [false, true] {
        let mut policy = InvestigationPolicy { with_parents, ..InvestigationPolicy::default() };
        for (key, value) in
            [("lift.least", 0.0), ("confidence.least", 0.0), ("antecedent.triples", 15.0)]
        {
            policy.weights.set(key, value).expect("in range");
        }
        let question = json!({"uses": uses, "picks": picks, "with_parents": with_parents});
        let Some(told) = ask(&question) else { return };
        for (pick, told) in picks.iter().zip(told["picks"].as_array().expect("picks")) {
            let pick = typed(pick);
            let found = Investigation::of(&world.asked(&pick, &policy)).next;
            let told = told.as_object().expect("a map");
            assert_eq!(found.steps.len(), told.len(), "{pick:?}");
            assert!(!told.is_empty());
            for step in &found.steps {
                let id = catalogue.technique(step.technique).id.to_string();
                let bound = told[&id][0].as_f64().expect("a number");
                let factor = match step.standing.as_str() {
                    "ahead" => 1.0,
                    "between" => 0.75,
                    _ => 0.5,
                };
                assert!((step.rank - bound * factor).abs() < 1e-9, "{id}: {} {bound}", step.rank);
            }
        }
    }
}

/// The reference: {T1003.001, T1021.002} is used by 18 → T1550.002 lift 6.1, T1003.003 44 %,
/// T1569.002 39 % on 18.1. It counts what ATT&CK links to a group directly. Our catalogues count
/// what campaigns attributed to a group used as the group's, too: two groups more use both.
#[test]
fn the_figures_of_reference_are_those_of_direct_use() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let bundle = folder.join("attack/enterprise-attack-18.1.json");
    if !bundle.exists() {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", bundle.display());
        return;
    }
    let catalogue = catalogue("18.1");
    let sets = sets(&uses(catalogue));
    let question = |attributed| json!({"bundle": bundle, "attributed": attributed, "sets": sets});
    let Some(direct) = ask(&question(false)) else { return };
    let set = &direct["sets"][0];
    assert_eq!((&direct["entities"], &set["with"]), (&json!(219), &json!(18)));
    let numbers = |id: &str, at: usize| set["next"][id][at].as_f64().expect("a number");
    assert_eq!(format!("{:.1}", numbers("T1550.002", 3)), "6.1");
    assert_eq!(format!("{:.0}", numbers("T1003.003", 2) * 100.0), "44");
    assert_eq!(format!("{:.0}", numbers("T1569.002", 2) * 100.0), "39");
    // Ours are those of the bundle as well, read by the script, with attribution.
    let Some(attributed) = ask(&question(true)) else { return };
    assert_eq!(attributed["entities"], 220, "one group is known by its campaign alone");
    assert_eq!(attributed["sets"][0]["with"], 20);
    assert!(compare(catalogue, false, &sets, &attributed) > 10_000);
}

/// The same figures without Python or bundle, as the built-in catalogue gives them.
#[test]
fn the_figures_of_the_built_in_catalogue() {
    let catalogue = catalogue("18.1");
    let index = |id: &str| catalogue.find(id.parse().expect("an id")).expect("live");
    let usage = Usage::of(catalogue, false);
    let both = [index("T1003.001"), index("T1021.002")];
    let of = |id: &str| {
        let found = usage.association(&both, index(id)).expect("used");
        (found.support(), found.with, found.users, found.entities)
    };
    assert_eq!(of("T1550.002"), (6, 20, 12, 220), "lift 5.5; direct use alone: 6 of 18, 6.1");
    assert_eq!(of("T1003.003"), (8, 20, 20, 220), "40 %; direct use alone: 8 of 18, 44 %");
    assert_eq!(of("T1569.002"), (7, 20, 20, 220), "35 %; direct use alone: 7 of 18, 39 %");
}
