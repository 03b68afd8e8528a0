//! Coverage against those who attack, and beside those who defend as well: what the page shows is
//! the library's, and nothing of a peer's file but ids and scores stays.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, read, texts, with_sample};
use crate::truth::{newest, sample_coverage};
use coverlay::attack::{Actor, ActorKind};
use coverlay::coverage::Order;
use coverlay::gaps::peers::{Peer, Threshold, peer_view, read as read_peers};
use coverlay::gaps::{ActorColumn, actor_coverages, list_actors, overlap};
use coverlay::sample;
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("actors: rows, tactics and what is shared are the library's", actors),
    ("peers: place, lead and what is missing are the library's, and names are gone", peers),
    ("peers: what is shared has ids and scores only", shared),
    ("beside: accessible in light", |rig| accessible(rig, "light")),
    ("beside: accessible in dark", |rig| accessible(rig, "dark")),
];

/// Rows at first.
const FIRST: usize = 50;

fn opened(rig: &Rig, part: &str) -> Page {
    let page = with_sample(rig);
    page.evaluate(&format!("location.hash = '#/gaps?show={part}'"));
    page.wait_until(&format!("document.querySelector('[data-stat={part}]')"));
    page
}

fn id(actor: Actor) -> String {
    newest().actor_name(actor).id
}

fn actors(rig: &Rig) {
    let page = opened(rig, "actors");
    let (catalogue, coverage) = (newest(), sample_coverage());
    let kinds = [ActorKind::Group, ActorKind::Campaign];
    let all: Vec<Actor> = kinds.iter().flat_map(|kind| catalogue.actors(*kind)).collect();
    let found = actor_coverages(catalogue, &coverage, &all);
    let order = Order { column: ActorColumn::Share, descending: false };
    let rows = list_actors(catalogue, &found, &ActorKind::ALL, "", order);
    let wanted: Vec<String> = rows
        .iter()
        .take(FIRST)
        .map(|at| {
            let each = &found[*at];
            format!("{} {} {}", id(each.actor), each.covered(), each.total())
        })
        .collect();
    page.wait_until(&format!(
        "JSON.stringify([...document.querySelectorAll('tr[data-actor]')].map((row) => row.dataset.actor + ' ' + row.dataset.value)) === {}",
        json!(json!(wanted).to_string())
    ));
    // A name opens its techniques by tactic.
    let first = &found[rows[0]];
    let name = id(first.actor);
    page.click(&format!("tr[data-actor={name}] th button"));
    page.wait_until(&format!("document.querySelector('#actor-{name}')"));
    let mut shown = texts(&page, &format!("#actor-{name} .technique-links a"));
    let tactics = first.by_tactic(catalogue);
    let each = tactics.iter().flat_map(|tactic| {
        [&tactic.uncovered, &tactic.direct, &tactic.via_subtechnique].into_iter().flatten()
    });
    let mut used: Vec<String> =
        each.map(|index| catalogue.technique(*index).id.to_string()).collect();
    shown.sort();
    used.sort();
    assert!(!used.is_empty());
    assert_eq!(shown, used);
    // Two that are chosen share something, and undo takes the choice back.
    let chosen: Vec<Actor> = rows.iter().rev().map(|at| found[*at].actor).collect();
    let two: Vec<Actor> = ["G0016", "G0032"].map(|id| catalogue.actors_named(id)[0]).into();
    assert!(two.iter().all(|actor| chosen.contains(actor)));
    for actor in &two {
        page.click(".actors-pick input[type=search]");
        page.evaluate("document.querySelector('.actors-pick input[type=search]').select()");
        page.type_text(&id(*actor));
        page.wait_until(&format!("document.querySelector('[data-adds={}]')", id(*actor)));
        page.click(&format!("[data-adds={}]", id(*actor)));
        page.wait_until(&format!("document.querySelector('[data-profile={}]')", id(*actor)));
    }
    page.wait_until("document.querySelector('.shared-table tr[data-row]')");
    let wanted: Vec<String> = overlap(catalogue, &coverage, &two)
        .iter()
        .take(5)
        .map(|shared| catalogue.technique(shared.technique).id.to_string())
        .collect();
    let mut rows = attributes(&page, ".shared-table tr[data-row]", "data-row");
    rows.truncate(5);
    assert_eq!(rows, wanted);
    page.click("[data-action=undo]");
    page.wait_until("document.querySelectorAll('.actors-pick [data-profile]').length === 1");
}

/// Layers of peers, under names that must not be seen again.
fn files() -> Vec<(String, String)> {
    let layer = |at: usize, ids: &[(&str, u32)]| {
        let techniques: Vec<Value> = ids
            .iter()
            .map(|(id, score)| {
                json!({"techniqueID": id, "score": score, "comment": "ACME <b>secret</b>"})
            })
            .collect();
        let layer = json!({
            "name": format!("ACME Corporation {at}"), "domain": "enterprise-attack",
            "versions": {"attack": "19", "navigator": "5.2.0", "layer": "4.5"},
            "description": "ACME Corporation", "techniques": techniques,
            "gradient": {"colors": ["#ffffff", "#0000ff"], "minValue": 0, "maxValue": 100},
        });
        (format!("acme-{at}.json"), layer.to_string())
    };
    vec![
        layer(1, &[("T1657", 80), ("T1003", 50), ("T1059", 20)]),
        layer(2, &[("T1657", 60), ("T1059", 90)]),
        layer(3, &[("T1657", 70), ("T1003", 0), ("T1105", 10), ("T1486", 100)]),
    ]
}

fn with_peers(rig: &Rig, page: &Page) -> Vec<Peer> {
    let files = files();
    let mut all: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    all.push(("broken.json", "{"));
    let folder = rig.folder(&all);
    let paths: Vec<_> = all.iter().map(|(name, _)| folder.join(name)).collect();
    let paths: Vec<_> = paths.iter().map(std::path::PathBuf::as_path).collect();
    page.set_file_input("[data-input=peers]", &paths);
    page.wait_until("document.querySelector('[data-peers=\"3\"]')");
    files.iter().flat_map(|(_, text)| read_peers(text).expect("a layer")).collect()
}

fn peers(rig: &Rig) {
    let page = opened(rig, "peers");
    assert!(page.text("[data-stat=peers]").contains("fewer than three"), "what to add is taught");
    let peers = with_peers(rig, &page);
    assert_eq!(peers.len(), 3);
    let (catalogue, coverage) = (newest(), sample_coverage());
    let view = peer_view(catalogue, &coverage, &peers, Threshold::default());
    let place = page.text("[data-stat=peers] .peers-place tr[data-row=all]");
    let own = &view.overall.own;
    assert!(place.contains(&format!("{} of {}", own.covered, own.total)), "{place}");
    let ranks = attributes(&page, ".peers-place tr[data-row]", "data-row");
    assert_eq!(ranks.len(), 1 + catalogue.tactics.len());
    assert_eq!(
        attributes(&page, "[data-figure=peers-missing]", "data-value"),
        [view.missing.len().to_string()]
    );
    let missing: Vec<String> = view
        .missing
        .iter()
        .map(|at| catalogue.technique(view.techniques[*at].technique).id.to_string())
        .collect();
    assert!(missing.contains(&"T1657".to_owned()), "all three cover it: {missing:?}");
    assert_eq!(attributes(&page, "table.peers-missing tr[data-row]", "data-row"), missing);
    // The file that is none is told by name and reason; nothing names a peer.
    let all = page.text("body");
    assert!(all.contains("broken.json"), "what could not be read is told");
    assert!(!all.contains("ACME") && !all.contains("acme"), "a peer is named");
    // Nor is anything of them kept.
    page.wait_until("true");
    assert_eq!(page.evaluate("JSON.stringify({...localStorage}).includes('ACME')"), false);
    page.click("[data-action=remove-peers]");
    page.wait_until("!document.querySelector('[data-peers]')");
    page.key("Control+z");
    page.wait_until("document.querySelector('[data-peers=\"3\"]')");
    // Dropped there they are peers, and no layer of one's own; read also while one looks elsewhere.
    let more = rig.folder(&[("more.json", &files()[0].1)]);
    let (x, y) = page.hover("[data-drop=peers] .library-drop-text");
    page.drop_files(&[&more.join("more.json")], x, y);
    page.evaluate("location.hash = '#/matrix'");
    page.wait_until("document.querySelector('.toast')?.innerText.includes('1 peer added')");
    assert_eq!(page.count("[data-layer-tab]"), 0);
    page.evaluate("location.hash = '#/gaps?show=peers'");
    page.wait_until("document.querySelector('[data-peers=\"4\"]')");
}

fn shared(rig: &Rig) {
    let page = opened(rig, "peers");
    page.click("[data-action=share-coverage]");
    let saved = page.download();
    let text = String::from_utf8(saved.bytes).expect("UTF-8");
    let layer: Value = serde_json::from_str(&text).expect("JSON");
    let entries = layer["techniques"].as_array().expect("a list");
    assert!(entries.len() > 30, "{} entries", entries.len());
    for (path, content) in sample::FILES {
        let rule = String::from_utf8_lossy(content);
        let title = rule.lines().find_map(|line| line.strip_prefix("title: "));
        assert!(!text.contains(path) && !title.is_some_and(|t| text.contains(t)), "{path}");
    }
    // What is shared is read as a peer that covers just as much.
    let [peer] = read_peers(&text).expect("a layer").try_into().expect("one");
    let view = peer_view(newest(), &sample_coverage(), &[peer], Threshold::default());
    assert_eq!((view.overall.equal, view.missing.len()), (1, 0));
}

fn accessible(rig: &Rig, theme: &str) {
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    let mut wrong = Vec::new();
    let mut check = |state: &str| {
        for each in page.axe().unwrap_or_default() {
            let place = each.places.first().cloned().unwrap_or_default();
            wrong.push(format!("{state}: {} ({}) {place}", each.rule, each.impact));
        }
        assert_eq!(
            page.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth"),
            json!(true),
            "{state}"
        );
    };
    page.evaluate("location.hash = '#/gaps?show=actors'");
    page.wait_until("document.querySelector('tr[data-actor]')");
    page.click("tr[data-actor] th button");
    page.wait_until("document.querySelector('.actor-open')");
    check("actors");
    page.set_viewport(390, 844, 1.0);
    check("actors, narrow");
    page.evaluate("location.hash = '#/gaps?show=peers'");
    page.wait_until("document.querySelector('[data-stat=peers]')");
    check("no peers, narrow");
    with_peers(rig, &page);
    check("peers, narrow");
    page.set_viewport(1280, 800, 1.0);
    check("peers");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
