//! One's coverage beside that of peers: examples by hand, laws, and real layers as peers.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

mod command;
mod toy;

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Order, PanelAsked, Policy, Scope, TechniqueState};
use coverlay::date::Date;
use coverlay::export::report_json::{self, ReportOf};
use coverlay::export::{layer_json, peers, share};
use coverlay::gaps::peers::{
    Basis, By, Lead, Peer, PeerColumn, PeerFilter, PeerNote, PeerTechnique, PeerView, Rank,
    Threshold, list_peer_techniques, peer_view, read,
};
use coverlay::pipeline;
use coverlay::rule::{Intake, Rule};
use coverlay::source::{Bucket, SourceFile};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use toy::{id, intake, rule, three_tactics};

/// A layer of techniques with scores, for a release.
fn layer(attack: &str, scores: &[(&str, u32)]) -> Value {
    let entry = |(id, score): &(&str, u32)| json!({ "techniqueID": id, "score": score });
    json!({
        "name": "SECRET", "domain": "enterprise-attack", "description": "SECRET",
        "versions": { "attack": attack, "navigator": "5.1.0", "layer": "4.5" },
        "techniques": scores.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn peer(attack: &str, scores: &[(&str, u32)]) -> Peer {
    let mut peers = read(&layer(attack, scores).to_string()).expect("a layer");
    assert_eq!(peers.len(), 1);
    peers.remove(0)
}

fn rules(named: &[(&str, &str)]) -> Intake {
    let rules = named.iter().map(|(id, level)| {
        rule(
            &format!("SECRET rule of {id}"),
            level,
            "stable",
            "process",
            &[&format!("attack.{id}")],
        )
    });
    intake(rules.collect())
}

fn cover(catalogue: &Catalogue, intake: &Intake, scope: &Scope) -> Coverage {
    Coverage::compute(catalogue, intake, &Policy::default(), scope, toy::date())
}

fn row<'v>(catalogue: &Catalogue, view: &'v PeerView, text: &str) -> &'v PeerTechnique {
    let index = catalogue.find(id(text)).expect("there");
    view.techniques.iter().find(|row| row.technique == index).expect("in scope")
}

fn missing(catalogue: &Catalogue, view: &PeerView) -> Vec<String> {
    let id = |at: &usize| catalogue.technique(view.techniques[*at].technique).id.to_string();
    view.missing.iter().map(id).collect()
}

/// Four peers. T1047: 80, 60, 40, –. T1059.001: three, one of them as T1086, which was revoked.
/// T1003: one. T1110: four of them. Of mine: T1047 (30), T1003 (80), T1071 (50).
fn four() -> Vec<Peer> {
    vec![
        peer("19", &[("T1047", 80), ("T1086", 50), ("T1110", 10), ("T9999", 1)]),
        peer("19", &[("T1047", 60), ("T1059.001", 70), ("T1110", 20)]),
        peer("15", &[("T1047", 40), ("T1059.001", 90), ("T1110", 30), ("T1003", 5)]),
        peer("19", &[("T1047", 0), ("T1110", 40)]),
    ]
}

fn mine() -> Intake {
    rules(&[("t1047", "low"), ("t1003", "high"), ("t1071", "medium")])
}

#[test]
fn four_peers_by_hand() {
    let catalogue = three_tactics();
    let coverage = cover(&catalogue, &mine(), &Scope::default());
    let view = peer_view(&catalogue, &coverage, &four(), Threshold::default());
    let of = |text| {
        let row = row(&catalogue, &view, text);
        (row.covering, row.median, row.state, row.score, row.lead)
    };
    use TechniqueState::{Direct, None as Nothing};
    let by = |by| (Lead::Ahead(by), Lead::Behind(by));
    let (ahead, behind) = by(By::Coverage);
    assert_eq!(of("T1047"), (3, Some(60.0), Direct, Some(30.0), Lead::Behind(By::Score)));
    assert_eq!(of("T1059.001"), (3, Some(70.0), Nothing, None, behind));
    assert_eq!(of("T1059"), (3, None, Nothing, None, behind), "via its sub-technique");
    assert_eq!(of("T1110"), (4, Some(25.0), Nothing, None, behind));
    assert_eq!(of("T1003"), (1, Some(5.0), Direct, Some(80.0), ahead));
    assert_eq!(of("T1003.001"), (0, None, Nothing, None, Lead::Even));
    assert_eq!(of("T1071"), (0, None, Direct, Some(50.0), ahead));
    assert_eq!(missing(&catalogue, &view), ["T1110", "T1059", "T1059.001"], "3 of 4 are 75 %");
    let more = Threshold::new(76).expect("in range");
    let view76 = peer_view(&catalogue, &coverage, &four(), more);
    assert_eq!(missing(&catalogue, &view76), ["T1110"]);

    let list = |filter, text, column, descending| {
        let order = Order { column, descending };
        let rows = list_peer_techniques(&catalogue, &view, filter, text, order);
        let id = |at: usize| catalogue.technique(view.techniques[at].technique).id.to_string();
        rows.into_iter().map(id).collect::<Vec<_>>()
    };
    let behind = ["T1047", "T1059", "T1059.001", "T1110"];
    assert_eq!(list(PeerFilter::Behind, "", PeerColumn::Id, false), behind);
    let by_peers = ["T1110", "T1047", "T1059", "T1059.001"];
    assert_eq!(list(PeerFilter::Behind, "", PeerColumn::Peers, true), by_peers);
    assert_eq!(list(PeerFilter::Ahead, "", PeerColumn::Median, false), ["T1071", "T1003"]);
    assert_eq!(list(PeerFilter::All, "power SHELL", PeerColumn::Id, false), ["T1059.001"]);
    assert_eq!(list(PeerFilter::Covered, "", PeerColumn::Yours, true)[..2], ["T1003", "T1071"]);
    assert_eq!(list(PeerFilter::Covered, "", PeerColumn::Lead, false)[0], "T1059", "by coverage");
    assert_eq!(PeerFilter::ALL.map(|filter| filter.count(&view)), [6, 4, 2, 12]);

    // Techniques: 3 (T1047, T1059, T1110), 3, 4 (and T1003), 1; mine are 3.
    let techniques = view.overall;
    assert_eq!((techniques.fewer, techniques.equal, techniques.more), (1, 2, 1));
    assert_eq!((techniques.own.covered, techniques.own.total), (3, 7));
    assert_eq!(techniques.percentile(), Some(50.0), "(1 + 2 / 2) of 4");
    assert_eq!(techniques.median, Some(3.0));
    // Execution: 2, 2, 2, 0 and mine 1; credentials: 1, 1, 2, 1 and mine 1; control: 0 and mine 1.
    let percentiles: Vec<_> = view.tactics.iter().map(|rank| rank.percentile()).collect();
    assert_eq!(percentiles, [Some(25.0), Some(37.5), Some(100.0)]);
}

#[test]
fn what_is_to_be_known_is_said() {
    let catalogue = three_tactics();
    let coverage = cover(&catalogue, &mine(), &Scope::default());
    let mut peers = four();
    let mobile = layer("19", &[("T1047", 1)]).to_string().replace("enterprise", "mobile");
    let own = layer("19", &[("T1047", 1)]).to_string().replace("enterprise-attack", "SECRET");
    for text in [mobile, own] {
        peers.extend(read(&text).expect("a layer"));
    }
    let view = peer_view(&catalogue, &coverage, &peers, Threshold::default());
    let expected = [
        PeerNote::OtherDomain(2),
        PeerNote::OtherRelease(Some(15), 1),
        PeerNote::Moved(1),
        PeerNote::NotHere(1),
        PeerNote::ReadBy(Basis::Scores, 4),
    ];
    assert_eq!(view.notes, expected);
    assert_eq!(view.peers.len(), 4);
    let two = peer_view(&catalogue, &coverage, &peers[..2], Threshold::default());
    assert_eq!(two.notes.first(), Some(&PeerNote::Few));
    assert!(two.notes[0].to_string().contains("recognised"));
    let same = [peers[0].clone(), peers[1].clone(), peers[0].clone(), peer("19", &[])];
    let same = peer_view(&catalogue, &coverage, &same, Threshold::default());
    assert!(same.notes.contains(&PeerNote::Alike(1)) && same.notes.contains(&PeerNote::Nothing(1)));
    let nobody = peer_view(&catalogue, &coverage, &[], Threshold::default());
    assert_eq!((nobody.overall.percentile(), nobody.overall.median), (None, None));
    assert!(nobody.missing.is_empty() && nobody.notes.is_empty());
    assert!(nobody.techniques.iter().all(|row| row.lead == Lead::Even));
}

/// T1059.001 alone is in scope of Windows, T1059 itself is not.
#[test]
fn what_is_out_of_scope_neither_counts_nor_lends() {
    let mut catalogue = three_tactics();
    let sub = catalogue.find(id("T1059.001")).expect("there");
    catalogue.techniques[usize::from(sub.0)].platforms = vec![1];
    let scope = Scope { platforms: vec!["Linux".to_owned()], ..Scope::default() };
    let coverage = cover(&catalogue, &mine(), &scope);
    let view = peer_view(&catalogue, &coverage, &four(), Threshold::default());
    assert!(view.techniques.iter().all(|row| row.technique != sub));
    assert_eq!(row(&catalogue, &view, "T1059").covering, 0);
    assert_eq!((view.overall.fewer, view.overall.equal, view.overall.more), (3, 1, 0));
}

#[test]
fn exports_say_the_same() {
    let catalogue = three_tactics();
    let coverage = cover(&catalogue, &mine(), &Scope::default());
    let report = peers::peers_report(&catalogue, &coverage, &four(), Threshold::default());
    let json: Value = serde_json::to_value(&report).expect("plain values");
    assert_eq!(json["threshold"], 75);
    assert_eq!(json["overall"]["percentile"], 50.0);
    assert_eq!(json["tactics"][1]["percentile"], 37.5);
    assert_eq!(json["tactics"][1]["shortname"], "credential-access");
    assert_eq!(json["missing"][0]["id"], "T1110");
    assert_eq!(json["missing"][0]["share"], 100.0);
    let wmi = json["techniques"].as_array().expect("a list").iter().find(|t| t["id"] == "T1047");
    let expected = json!({ "id": "T1047", "name": "Windows Management Instrumentation",
        "peers": 3, "of": 4, "share": 75.0, "median_score": 60.0, "coverage": "direct",
        "score": 30.0, "lead": "behind", "by": "score" });
    assert_eq!(wmi, Some(&expected));
    // Ordered by what they cover, not as they were given: T1003 comes first.
    let releases: Vec<_> =
        json["peers"].as_array().expect("a list").iter().map(|peer| &peer["attack"]).collect();
    assert_eq!(releases, ["15", "19", "19", "19"]);
    assert!(!json.to_string().contains("SECRET"));

    let csv = peers::csv(&catalogue, &coverage, &four(), Threshold::default());
    let name = "Windows Management Instrumentation";
    let wmi = format!("T1047,{name},3,4,75,60,direct,30,behind,score,no");
    assert!(csv.lines().any(|line| line == wmi), "{csv}");
    assert!(
        csv.lines().any(|line| line == "T1110,Brute Force,4,4,100,25,none,,behind,coverage,yes")
    );
    let markdown = peers::markdown(&catalogue, &coverage, &four(), Threshold::default());
    assert!(markdown.contains("| All | 3 of 7 | 3 | 50 |"), "{markdown}");
    assert!(markdown.contains("not by you: 3"), "{markdown}");
    assert!(markdown.contains("| T1110 Brute Force | 4 of 4 | 25 | no | – |"), "{markdown}");
}

/// What one shares, and what one's report says, are read back as what one covers.
#[test]
fn ones_own_share_and_report_are_peers_that_cover_the_same() {
    let catalogue = three_tactics();
    let intake = rules(&[("t1059.001", "low"), ("t1003", "high"), ("t1071", "medium")]);
    let (policy, scope) = (Policy::default(), Scope::default());
    let coverage = cover(&catalogue, &intake, &scope);
    let shared = layer_json::to_json(&share::layer(&catalogue, &coverage, toy::date()));
    let asked = PanelAsked { platforms: &[], profile: None, threshold: 50 };
    let (catalogue, coverage, intake) = (&catalogue, &coverage, &intake);
    let of = ReportOf {
        catalogue,
        coverage,
        intake,
        policy: &policy,
        scope: &scope,
        asked,
        detections: None,
    };
    let report = String::from_utf8(report_json::write(&of, &[], false)).expect("UTF-8");
    for text in [shared, report] {
        let peers = read(&text).expect("a peer");
        let view = peer_view(catalogue, coverage, &peers, Threshold::default());
        let covered: Vec<_> = peers[0]
            .covered()
            .iter()
            .map(|(id, s)| (id.to_string(), s.map(|s| s.percent())))
            .collect();
        let expected = [("T1003", 80.0), ("T1059.001", 30.0), ("T1071", 50.0)];
        assert_eq!(covered, expected.map(|(id, score)| (id.to_owned(), Some(score))));
        assert!(view.techniques.iter().all(|row| row.lead == Lead::Even
            && row.covering == usize::from(row.state != TechniqueState::None)));
        assert_eq!(view.overall.percentile(), Some(50.0));
        assert!(view.notes.iter().all(|note| !matches!(note, PeerNote::OtherRelease(..))));
    }
}

/// Every text of the rules is a word that nothing else writes.
#[test]
fn what_is_shared_names_nothing_of_the_rules() {
    let catalogue = three_tactics();
    let secret = |id: &str| Rule {
        id: Some("SECRET id".to_owned()),
        ..rule("SECRET title", "high", "experimental", "SECRET source", &[id, "SECRET.tag"])
    };
    let named = Rule { path: "SECRET/path.yml".to_owned(), ..secret("attack.t1059.001") };
    let intake = intake(vec![named, secret("attack.t1003")]);
    let coverage = cover(&catalogue, &intake, &Scope::default());
    let day = |month, day| Date::new(2026, month, day).expect("a day");
    let at = |date| layer_json::to_json(&share::layer(&catalogue, &coverage, date));
    let text = at(day(11, 22));
    assert!(!text.to_lowercase().contains("secret"), "{text}");
    assert_eq!(text, at(day(10, 1)), "no finer than the quarter");
    assert_ne!(text, at(day(9, 30)));
    for date in ["2026-11", "11-22", "22.11"] {
        assert!(!text.contains(date), "{date}");
    }
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let keys: Vec<_> = json["techniques"][0].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["comment", "enabled", "score", "showSubtechniques", "techniqueID"]);
    assert_eq!((&json["techniques"][0]["comment"], &json["metadata"]), (&json!(""), &json!([])));
    assert_eq!(json["versions"]["layer"], "4.5");
    assert_eq!(json["name"], "Coverage Q4 2026");

    // The order of the rules does not show either.
    let mut other = intake.clone();
    other.rules.reverse();
    other.settle();
    let other = cover(&catalogue, &other, &Scope::default());
    assert_eq!(layer_json::to_json(&share::layer(&catalogue, &other, day(11, 22))), text);
}

#[test]
fn the_command_shares_a_layer() {
    let folder = command::folder("share");
    let folder = folder.to_string_lossy();
    let ran = command::coverlay(&["layer", "data/sample", "--share", "-o", &folder, "--quiet"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let file = std::fs::read_dir(&*folder).expect("there").flatten().next().expect("a file");
    let text = std::fs::read_to_string(file.path()).expect("UTF-8");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let entries = json["techniques"].as_array().expect("a list");
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry["comment"] == ""));
    let usual = command::coverlay(&["layer", "data/sample", "--quiet"]);
    let usual: Value = serde_json::from_slice(&usual.stdout).expect("JSON");
    let ids = |layer: &Value| {
        let all = layer["techniques"].as_array().expect("a list").iter();
        all.map(|entry| (entry["techniqueID"].clone(), entry["score"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(ids(&json), ids(&usual), "the same ids and scores, and nothing else");
    let named = command::coverlay(&["layer", "data/sample", "--share", "--name", "ACME"]);
    assert_eq!(named.status.code(), Some(2), "a name would name someone");
}

const IDS: [&str; 12] = [
    "T1001",
    "T1003",
    "T1003.001",
    "T1003.002",
    "T1047",
    "T1053",
    "T1059",
    "T1059.001",
    "T1059.003",
    "T1059.004",
    "T1071",
    "T1110",
];

fn any_peer() -> impl Strategy<Value = Value> {
    (prop::collection::vec((prop::sample::select(IDS.to_vec()), 0_u32..101), 0..12), 15_u32..20)
        .prop_map(|(scores, attack)| layer(&attack.to_string(), &scores))
}

fn any_mine() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(IDS.to_vec(), 0..12)
}

fn peers_of(layers: &[Value]) -> Vec<Peer> {
    layers.iter().flat_map(|layer| read(&layer.to_string()).expect("a layer")).collect()
}

proptest! {
    #[test]
    fn laws_of_peers(
        layers in prop::collection::vec(any_peer(), 1..6),
        named in any_mine(),
        more in prop::sample::select(IDS.to_vec()),
        percent in 1_u8..=100,
    ) {
        let catalogue = three_tactics();
        let of = |named: &[&str]| {
            let named: Vec<_> = named.iter().map(|id| (*id, "high")).collect();
            cover(&catalogue, &rules(&named), &Scope::default())
        };
        let coverage = of(&named);
        let threshold = Threshold::new(percent).expect("in range");
        let peers = peers_of(&layers);
        let view = peer_view(&catalogue, &coverage, &peers, threshold);
        let ranks = || std::iter::once(&view.overall).chain(&view.tactics);
        for rank in ranks() {
            prop_assert_eq!(rank.fewer + rank.equal + rank.more, peers.len());
            prop_assert!((0.0..=100.0).contains(&rank.percentile().expect("peers")));
        }
        for (at, row) in view.techniques.iter().enumerate() {
            prop_assert!(row.covering <= peers.len());
            prop_assert!(row.median.is_none_or(|median| (0.0..=100.0).contains(&median)));
            let is_missing = row.state == TechniqueState::None
                && row.covering > 0
                && row.covering * 100 >= peers.len() * usize::from(percent);
            prop_assert_eq!(view.missing.contains(&at), is_missing);
        }

        // Another technique covered never lowers one's place.
        let mut grown = named.clone();
        grown.push(more);
        let after = peer_view(&catalogue, &of(&grown), &peers, threshold);
        for (before, after) in ranks().zip(std::iter::once(&after.overall).chain(&after.tactics)) {
            prop_assert!(after.percentile() >= before.percentile());
        }
    }

    /// Not the order of files, nor how layers are put into them, nor what they are called.
    #[test]
    fn order_and_names_do_not_show(
        layers in prop::collection::vec(any_peer(), 1..6).prop_shuffle(),
        turn in 0_usize..6,
    ) {
        let catalogue = three_tactics();
        let coverage = cover(&catalogue, &mine(), &Scope::default());
        let report = |peers: &[Peer]| {
            let report = peers::peers_report(&catalogue, &coverage, peers, Threshold::default());
            serde_json::to_string(&report).expect("plain values")
        };
        let one = report(&peers_of(&layers));
        let mut turned = layers.clone();
        turned.rotate_left(turn % layers.len());
        prop_assert_eq!(&one, &report(&peers_of(&turned)));
        let files = turned.iter().zip(0..).map(|(layer, at)| SourceFile {
            path: format!("{}.json", 9 - at),
            bytes: layer.to_string().into_bytes(),
        });
        prop_assert_eq!(&one, &report(&pipeline::read_peers(files).peers));
        let list = SourceFile { path: "x".to_owned(), bytes: json!(layers).to_string().into_bytes() };
        prop_assert_eq!(&one, &report(&pipeline::read_peers([list]).peers));
    }
}

/// 696 real files of every version of the format, of which one alone holds several layers.
#[test]
fn real_layers_are_peers() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join("corpora/layers-a.zip");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", path.display());
        return;
    };
    let found = pipeline::read_peers([SourceFile { path: "layers-a.zip".to_owned(), bytes }]);
    // Counted by a Python script over the same files.
    let by_basis = |basis| found.peers.iter().filter(|peer| peer.basis() == basis).count();
    assert_eq!(found.peers.len(), 703);
    assert_eq!((by_basis(Basis::Scores), by_basis(Basis::Colours)), (559, 144));
    let enterprise = found.peers.iter().filter(|p| p.domain() == Some(Domain::Enterprise)).count();
    assert_eq!(enterprise, 695);
    assert!(found.refused.iter().all(|file| !matches!(file.bucket, Bucket::Read { .. })));

    let catalogue = bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("there");
    let coverage = cover(catalogue, &rules(&[("t1059.001", "high")]), &Scope::default());
    let view = peer_view(catalogue, &coverage, &found.peers, Threshold::default());
    assert_eq!(view.peers.len(), 695);
    let covering = |text| row(catalogue, &view, text).covering;
    assert_eq!((covering("T1059.001"), covering("T1059")), (210, 275));
    let Rank { fewer, equal, more, median, .. } = view.overall;
    assert_eq!((fewer, equal, more, median), (0, 52, 643, Some(11.0)));
    let names = format!("{:?} {:?}", found.peers, view);
    for name in ["RedCanary", "Bear", "dettect", ".json"] {
        assert!(!names.contains(name), "{name}");
    }
}
