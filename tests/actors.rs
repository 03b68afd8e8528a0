//! Groups and campaigns against coverage: examples by hand, laws, and numbers counted without this
//! project.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

mod toy;

use coverlay::attack::{Actor, ActorKind, Catalogue, Domain, Entity, TechniqueIndex, bundled};
use coverlay::coverage::{Coverage, Policy, Scope, TechniqueState};
use coverlay::export::actors;
use coverlay::gaps::{ActorCoverage, actor_coverages, overlap};
use coverlay::pipeline;
use coverlay::rule::Intake;
use coverlay::source::SourceFile;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use toy::{id, intake, rule};

const FIRST: Actor = Actor { kind: ActorKind::Group, at: 0 };
const SECOND: Actor = Actor { kind: ActorKind::Group, at: 1 };
const CAMPAIGN: Actor = Actor { kind: ActorKind::Campaign, at: 0 };

/// Six tactics a to f. `uses` are (technique, who).
fn matrix(uses: &[(&str, &[Actor])]) -> Catalogue {
    let tactics = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E"), ("f", "F")];
    let techniques: [(&str, &str, &[u8]); 9] = [
        ("T1001", "In a", &[0]),
        ("T1002", "In b and e", &[1, 4]),
        ("T1003", "In c", &[2]),
        ("T1003.001", "Below in c", &[2]),
        ("T1003.002", "Below in c, too", &[2]),
        ("T1004", "In d", &[3]),
        ("T1005", "In e", &[4]),
        ("T1006", "In f", &[5]),
        ("T1007", "In a, on Windows", &[0]),
    ];
    let mut catalogue = toy::catalogue(&tactics, &techniques);
    if let Some(last) = catalogue.techniques.last_mut() {
        last.platforms = vec![1];
    }
    let group = |text: &str, name: &str| Entity {
        id: text.parse().expect("an id"),
        name: name.to_owned(),
        aliases: Vec::new(),
        last_seen: None,
    };
    catalogue.groups = vec![group("G0001", "=First|*"), group("G0002", "Second")];
    catalogue.campaigns = vec![Entity {
        id: "C0001".parse().expect("an id"),
        name: "Campaign".to_owned(),
        aliases: Vec::new(),
        last_seen: None,
    }];
    for (technique, users) in uses {
        let at = catalogue.find(id(technique)).expect("there");
        let technique = &mut catalogue.techniques[usize::from(at.0)];
        for actor in *users {
            match actor.kind {
                ActorKind::Group => technique.groups.push(actor.at),
                ActorKind::Campaign => technique.campaigns.push(actor.at),
                ActorKind::Software => technique.software.push(actor.at),
            }
        }
    }
    catalogue
}

fn cover(catalogue: &Catalogue, named: &[&str], scope: &Scope) -> Coverage {
    let rules = named.iter().map(|id| {
        rule(&format!("Rule of {id}"), "high", "stable", "process", &[&format!("attack.{id}")])
    });
    let intake = intake(rules.collect());
    Coverage::compute(catalogue, &intake, &Policy::default(), scope, toy::date())
}

fn one(catalogue: &Catalogue, coverage: &Coverage, actor: Actor) -> ActorCoverage {
    let mut found = actor_coverages(catalogue, coverage, &[actor]);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn ids(catalogue: &Catalogue, list: &[TechniqueIndex]) -> Vec<String> {
    list.iter().map(|index| catalogue.technique(*index).id.to_string()).collect()
}

/// First uses T1002 (b, e: no rule), T1003 (c: only T1003.001 has a rule), T1003.002 (c: none),
/// T1004 (d: none), T1006 (f: none), and T1007, out of scope.
#[test]
fn one_actor_by_hand() {
    let all = ["T1002", "T1003", "T1003.002", "T1004", "T1006", "T1007"];
    let uses: Vec<(&str, &[Actor])> = all.iter().map(|id| (*id, &[FIRST][..])).collect();
    let catalogue = matrix(&uses);
    let scope = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    let coverage = cover(&catalogue, &["t1003.001", "t1001"], &scope);
    let actor = one(&catalogue, &coverage, FIRST);
    assert_eq!(ids(&catalogue, &actor.direct), [""; 0]);
    assert_eq!(ids(&catalogue, &actor.via_subtechnique), ["T1003"]);
    assert_eq!(ids(&catalogue, &actor.uncovered), ["T1002", "T1003.002", "T1004", "T1006"]);
    assert_eq!((actor.covered(), actor.total(), actor.out_of_scope), (1, 5, 1));
    assert_eq!(actor.percent(), 20.0);
    assert_eq!(actor.earliest, Some(2), "c, where T1003 is covered via its sub-technique");
    // a: nothing used in scope; b: uncovered; c: covered; d, e, f: uncovered.
    assert_eq!(actor.longest_run, [3, 4, 5]);
    let per: Vec<_> =
        actor.by_tactic(&catalogue).iter().map(|t| (t.tactic, t.covered(), t.total())).collect();
    assert_eq!(per, [(1, 0, 1), (2, 1, 2), (3, 0, 1), (4, 0, 1), (5, 0, 1)]);
}

#[test]
fn a_run_goes_on_over_tactics_without_use_and_ends_at_cover() {
    // a, d and f, with nothing between; then with cover in d.
    let catalogue = matrix(&[("T1001", &[FIRST]), ("T1004", &[FIRST]), ("T1006", &[FIRST])]);
    let none = cover(&catalogue, &[], &Scope::default());
    let actor = one(&catalogue, &none, FIRST);
    assert_eq!((actor.longest_run, actor.earliest), (vec![0, 3, 5], None));
    let middle = cover(&catalogue, &["t1004"], &Scope::default());
    let actor = one(&catalogue, &middle, FIRST);
    assert_eq!((actor.longest_run, actor.earliest), (vec![0], Some(3)), "the first of two");
    let nobody = one(&catalogue, &none, SECOND);
    assert_eq!((nobody.total(), nobody.percent(), nobody.longest_run), (0, 0.0, vec![]));
}

#[test]
fn overlap_by_hand() {
    let catalogue = matrix(&[
        ("T1001", &[SECOND]),
        ("T1003", &[FIRST, SECOND]),
        ("T1003.001", &[FIRST, SECOND, CAMPAIGN]),
        ("T1005", &[FIRST, CAMPAIGN]),
    ]);
    let coverage = cover(&catalogue, &["t1003.001"], &Scope::default());
    // Twice the same, and in any order.
    let shared = overlap(&catalogue, &coverage, &[CAMPAIGN, SECOND, FIRST, SECOND]);
    let shared: Vec<_> = shared
        .into_iter()
        .map(|s| (catalogue.technique(s.technique).id.to_string(), s.users, s.state))
        .collect();
    let expected = [
        ("T1003.001", vec![FIRST, SECOND, CAMPAIGN], TechniqueState::Direct),
        ("T1003", vec![FIRST, SECOND], TechniqueState::ViaSubtechnique),
        ("T1005", vec![FIRST, CAMPAIGN], TechniqueState::None),
        ("T1001", vec![SECOND], TechniqueState::None),
    ];
    assert_eq!(shared, expected.map(|(id, users, state)| (id.to_owned(), users, state)));
    assert!(overlap(&catalogue, &coverage, &[]).is_empty());
}

#[test]
fn exports_say_the_same() {
    let catalogue =
        matrix(&[("T1001", &[FIRST, SECOND]), ("T1003", &[FIRST]), ("T1005", &[FIRST])]);
    let coverage = cover(&catalogue, &["t1003.001", "t1001"], &Scope::default());
    let chosen = [FIRST, SECOND];
    let report = actors::actors_report(&catalogue, &coverage, &chosen);
    let json: Value = serde_json::to_value(&report).expect("plain values");
    let first = &json["actors"][0];
    let numbers = ["used", "covered", "direct", "via_subtechnique"].map(|key| first[key].as_u64());
    assert_eq!(numbers, [3, 2, 1, 1].map(Some));
    assert_eq!(first["percent"], 66.67);
    assert_eq!(first["earliest_tactic"], "a");
    assert_eq!(first["longest_uncovered_run"], serde_json::json!(["e"]));
    assert_eq!(first["tactics"][1]["via_subtechnique"], serde_json::json!(["T1003"]));
    assert_eq!(json["overlap"][0]["users"], serde_json::json!(["G0001", "G0002"]));
    assert_eq!(json["overlap"][0]["of"], 2);
    let alone = actors::actors_report(&catalogue, &coverage, &[FIRST]);
    let alone: Value = serde_json::to_value(&alone).expect("plain values");
    assert_eq!(alone["overlap"], serde_json::json!([]), "one shares with nobody");

    let csv = actors::csv(&catalogue, &coverage, &chosen);
    let row = csv.lines().nth(1).expect("a row");
    assert_eq!(row, "G0001,group,'=First|*,3,2,1,1,66.67,0,a,1,e,T1005");
    let csv = actors::overlap_csv(&catalogue, &coverage, &chosen);
    assert_eq!(csv.lines().nth(1), Some("T1001,In a,2,2,direct,G0001 G0002"));
    let markdown = actors::markdown(&catalogue, &coverage, &chosen);
    assert!(markdown.contains("| G0001 =First\\|\\* | 2 of 3 | 67 % | 1 | A | E |"), "{markdown}");
    assert!(markdown.contains("| T1001 In a | 2 of 2 | yes | G0001, G0002 |"), "{markdown}");
}

fn catalogue_and_rules() -> impl Strategy<Value = (Catalogue, Vec<&'static str>)> {
    let ids = ["T1001", "T1002", "T1003", "T1003.001", "T1003.002", "T1004", "T1005", "T1006"];
    let used = prop::collection::vec(prop::sample::subsequence(vec![FIRST, SECOND], 0..3), 8);
    let named = prop::sample::subsequence(ids.to_vec(), 0..9);
    (used, named).prop_map(move |(used, named)| {
        let uses: Vec<(&str, &[Actor])> =
            ids.into_iter().zip(&used).map(|(id, users)| (id, users.as_slice())).collect();
        (matrix(&uses), named)
    })
}

proptest! {
    #[test]
    fn laws_of_actors((catalogue, named) in catalogue_and_rules()) {
        let coverage = cover(&catalogue, &named, &Scope::default());
        let groups: Vec<Actor> = catalogue.actors(ActorKind::Group).collect();
        for actor in actor_coverages(&catalogue, &coverage, &groups) {
            prop_assert!(actor.covered() <= actor.total());
            prop_assert!((0.0..=100.0).contains(&actor.percent()));
            prop_assert_eq!(actor.earliest.is_some(), actor.covered() > 0);
            // A run and the earliest cover exclude each other, and a run is in matrix order.
            prop_assert!(actor.longest_run.iter().all(|tactic| Some(*tactic) != actor.earliest));
            prop_assert!(actor.longest_run.windows(2).all(|pair| pair[0] < pair[1]));
            let tactics = actor.by_tactic(&catalogue);
            let run = |tactic: &u8| tactics.iter().find(|t| t.tactic == *tactic);
            prop_assert!(actor.longest_run.iter().filter_map(run).all(|t| t.covered() == 0));
            prop_assert_eq!(actor.longest_run.is_empty(), tactics.iter().all(|t| t.covered() > 0));
            // A rule for everything it uses: all covered, and nowhere to hide.
            let used: Vec<String> = [&actor.direct, &actor.via_subtechnique, &actor.uncovered]
                .into_iter()
                .flat_map(|list| ids(&catalogue, list))
                .collect();
            let used: Vec<&str> = used.iter().map(String::as_str).collect();
            let all = cover(&catalogue, &used, &Scope::default());
            let all = one(&catalogue, &all, actor.actor);
            prop_assert_eq!((all.covered(), all.total()), (actor.total(), actor.total()));
            prop_assert!(all.total() == 0 || all.percent() == 100.0);
            prop_assert!(all.longest_run.is_empty());
        }
        let shared = overlap(&catalogue, &coverage, &groups);
        prop_assert!(shared.windows(2).all(|pair| pair[0].users.len() >= pair[1].users.len()));
        let pairs: usize = shared.iter().map(|each| each.users.len()).sum();
        let found = actor_coverages(&catalogue, &coverage, &groups);
        prop_assert_eq!(pairs, found.iter().map(ActorCoverage::total).sum::<usize>());
    }
}

fn shared() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    if folder.join("attack").is_dir() {
        return Some(folder);
    }
    println!("skipped: nothing in {} (set COVERLAY_SHARED)", folder.display());
    None
}

/// What APT29 uses in 18.1, read from the bundle without the importer: live relations `uses` of
/// the group itself and of campaigns that are `attributed-to` it.
#[test]
fn apt29_in_18_1_from_the_bundle() {
    let Some(shared) = shared() else { return };
    let bytes = std::fs::read(shared.join("attack/enterprise-attack-18.1.json")).expect("there");
    let bundle: Value = serde_json::from_slice(&bytes).expect("JSON");
    let is_live =
        |object: &&Value| object["revoked"] != true && object["x_mitre_deprecated"] != true;
    let objects: Vec<&Value> =
        bundle["objects"].as_array().expect("a list").iter().filter(is_live).collect();
    let attack_id = |stix: &Value| {
        let object = objects.iter().find(|object| object["id"] == *stix)?;
        let references = object["external_references"].as_array()?;
        let of_mitre = references.iter().find(|r| r["source_name"] == "mitre-attack")?;
        Some((object["type"].as_str()?.to_owned(), of_mitre["external_id"].as_str()?.to_owned()))
    };
    let relations = |kind: &str| {
        let kind = kind.to_owned();
        objects.iter().filter(move |object| object["relationship_type"] == *kind)
    };
    let is_group = |object: &&&Value| {
        attack_id(&object["id"]) == Some(("intrusion-set".to_owned(), "G0016".to_owned()))
    };
    let group = &objects.iter().find(is_group).expect("APT29")["id"];
    let mut who = vec![group];
    who.extend(
        relations("attributed-to").filter(|r| r["target_ref"] == *group).map(|r| &r["source_ref"]),
    );
    let used: BTreeSet<String> = relations("uses")
        .filter(|r| who.contains(&&r["source_ref"]))
        .filter_map(|r| attack_id(&r["target_ref"]))
        .filter(|(kind, _)| kind == "attack-pattern")
        .map(|(_, id)| id)
        .collect();
    assert_eq!((who.len(), used.len()), (3, 119), "the group and two campaigns");

    let catalogue = bundled::find(Domain::Enterprise, Some("18.1")).expect("whole").expect("there");
    let nothing = Coverage::compute(
        catalogue,
        &Intake::default(),
        &Policy::default(),
        &Scope::default(),
        toy::date(),
    );
    let named = catalogue.actors_named("APT29");
    let actor = one(catalogue, &nothing, named[0]);
    assert_eq!(ids(catalogue, &actor.uncovered).into_iter().collect::<BTreeSet<_>>(), used);
    assert_eq!(actor.covered(), 0);
}

/// SigmaHQ against groups of 19.2. The numbers are a Python script's, from
/// `attack/catalogue-19.2-derived.json`, the 26 attributions and the ids of
/// `corpora/sigmahq.truth.json`.
#[test]
fn sigmahq_against_groups() {
    let Some(shared) = shared() else { return };
    let bytes = std::fs::read(shared.join("corpora/sigmahq.zip")).expect("there");
    let (mut intake, _) = pipeline::import_files([SourceFile { path: String::new(), bytes }]);
    intake.rules.retain(|rule| rule.path.trim_start_matches('/').starts_with("sigma/rules"));
    intake.settle();
    let catalogue = bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("there");
    let scope = Scope::default();
    let coverage = Coverage::compute(catalogue, &intake, &Policy::default(), &scope, toy::date());
    let expected: [(&str, [usize; 4], &str, &[&str]); 6] = [
        ("G0016", [119, 94, 1, 24], "reconnaissance", &["exfiltration"]),
        ("G0032", [119, 92, 1, 26], "reconnaissance", &[]),
        ("G0007", [101, 74, 2, 25], "reconnaissance", &[]),
        ("C0024", [71, 58, 0, 13], "resource-development", &["reconnaissance"]),
        ("C0051", [18, 15, 0, 3], "resource-development", &["initial-access"]),
        ("G0020", [4, 1, 0, 3], "discovery", &["persistence", "stealth"]),
    ];
    let shortname = |tactic: &u8| catalogue.tactics[usize::from(*tactic)].shortname.as_str();
    for (id, numbers, earliest, run) in expected {
        let actor = one(catalogue, &coverage, catalogue.actors_named(id)[0]);
        let found = [
            actor.total(),
            actor.direct.len(),
            actor.via_subtechnique.len(),
            actor.uncovered.len(),
        ];
        assert_eq!(found, numbers, "{id}");
        assert_eq!(actor.earliest.as_ref().map(shortname), Some(earliest), "{id}");
        assert_eq!(actor.longest_run.iter().map(shortname).collect::<Vec<_>>(), run, "{id}");
    }
    let mut all: Vec<Actor> = catalogue.actors(ActorKind::Group).collect();
    all.extend(catalogue.actors(ActorKind::Campaign));
    let found = actor_coverages(catalogue, &coverage, &all);
    let sum = |of: fn(&ActorCoverage) -> usize| found.iter().map(of).sum::<usize>();
    assert_eq!((sum(ActorCoverage::total), sum(|a| a.direct.len())), (6052, 4990));
    assert_eq!(sum(|a| a.via_subtechnique.len()), 38);
    let used = |actor: &&ActorCoverage| actor.total() > 0;
    assert_eq!(found.iter().filter(used).count(), 228);
    assert_eq!(found.iter().filter(used).filter(|a| a.earliest.is_none()).count(), 2);

    let names = ["G0007", "G0016", "G0032", "G0034", "G0046", "G0096"];
    let six: Vec<Actor> = names.iter().flat_map(|id| catalogue.actors_named(id)).collect();
    let shared = overlap(catalogue, &coverage, &six);
    let by_six: Vec<String> = shared
        .iter()
        .take_while(|each| each.users.len() == 6)
        .map(|each| catalogue.technique(each.technique).id.to_string())
        .collect();
    let expected = [
        "T1005",
        "T1036.005",
        "T1059.001",
        "T1059.003",
        "T1078",
        "T1105",
        "T1140",
        "T1218.011",
        "T1566.001",
        "T1588.002",
    ];
    assert_eq!(by_six, expected);
    assert_eq!(shared.iter().filter(|each| each.users.len() == 4).count(), 18);
}
