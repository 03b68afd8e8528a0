//! Hosted defaults: what is wrong in `coverlay.json` is told at its place and costs nothing else; the
//! schema, the example and the file that is shipped agree with the reader.
#![cfg(feature = "cli")]

use coverlay::attack::{Domain, bundled};
use coverlay::coverage::Policy;
use coverlay::hosted::{Hosted, HostedProfile, Problem};
use coverlay::rule::Level;
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

#[path = "support/json_schema.rs"]
mod json_schema;

const OWN: &str = "https://rules.example.org";

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(text: &str) -> (Hosted, Vec<String>) {
    let (hosted, problems) = Hosted::read(text.as_bytes(), OWN);
    (hosted, problems.iter().map(in_a_line).collect())
}

fn in_a_line(problem: &Problem) -> String {
    let Problem { key, line, reason, remedy } = problem;
    let line = line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    format!("{line} {key}: {reason} | {remedy}")
}

fn schema() -> Value {
    serde_json::from_str(&text("docs/schema/coverlay.json")).expect("JSON")
}

#[test]
fn the_example_is_good_in_both_and_has_every_key() {
    let example = text("docs/hosted/coverlay.json");
    let (hosted, problems) = read(&example);
    assert_eq!(problems, [""; 0]);
    let value: Value = serde_json::from_str(&example).expect("JSON");
    let schema = schema();
    assert_eq!(json_schema::faults(&schema, &value), [""; 0]);
    for key in schema["properties"].as_object().expect("properties").keys() {
        assert!(value.get(key).is_some(), "the example shows no {key}");
    }
    assert_eq!(hosted.check(&catalogues()).len(), 0);
    assert_eq!(hosted.domain, Some(Domain::Enterprise));
    assert_eq!(hosted.policy.map(|policy| policy.name()), Some("level"));
    assert!(matches!(hosted.profile, Some(HostedProfile::File(_))));
    let Some(Policy::Level { table }) = hosted.policy else { panic!("by level") };
    assert_eq!(table.critical.get(), 90);
    // What is shipped says nothing.
    assert_eq!(read(&text("public/coverlay.json")), (read("{}").0, vec![]));
}

fn catalogues() -> Vec<Arc<coverlay::attack::Catalogue>> {
    bundled::all().expect("readable").into_iter().map(Arc::new).collect()
}

/// The schema lists what the reader knows: keys, domains, policies, levels and lengths.
#[test]
fn the_schema_is_the_readers() {
    let schema = schema();
    let properties = schema["properties"].as_object().expect("properties");
    // Each key alone, with a wrong value, is known; another is not.
    for key in properties.keys() {
        let (_, problems) = read(&format!("{{\"{key}\": 7}}"));
        assert!(problems.iter().all(|problem| !problem.contains("unknown key")), "{problems:?}");
    }
    let (_, problems) = read("{\"zzz\": 7}");
    let listed = problems[0].rsplit("there are ").next().expect("a list").split(", ");
    let mut known: Vec<&str> = listed.collect();
    known.sort_unstable();
    let mut keys: Vec<&str> = properties.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(known, keys);
    assert_eq!(schema["additionalProperties"], false);

    let texts =
        |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).expect("texts") };
    assert_eq!(texts(&properties["domain"]["enum"]), Domain::ALL.map(|d| d.as_str().to_owned()));
    let names: Vec<String> = Policy::all().iter().map(|policy| policy.name().to_owned()).collect();
    assert_eq!(texts(&schema["definitions"]["score"]["enum"]), names);
    let policy = &schema["definitions"]["policy"];
    let mut levels: Vec<String> = policy["properties"]["levels"]["properties"]
        .as_object()
        .expect("levels")
        .keys()
        .cloned()
        .collect();
    levels.sort_unstable();
    let mut all: Vec<String> = Level::ALL.iter().map(|level| level.as_str().to_owned()).collect();
    all.push("none".to_owned());
    all.sort_unstable();
    assert_eq!(levels, all);
    // Lengths: one more is one too many.
    for key in ["title", "banner"] {
        let longest = properties[key]["maxLength"].as_u64().expect("a length") as usize;
        let problems = |length| read(&format!("{{\"{key}\": \"{}\"}}", "x".repeat(length))).1.len();
        assert_eq!((problems(longest), problems(longest + 1)), (0, 1), "{key}");
    }
    let most = schema["definitions"]["addresses"]["maxItems"].as_u64().expect("a number");
    let of = |number: u64| {
        let names: Vec<String> = (0..number).map(|at| format!("{at}.json")).collect();
        read(&format!("{{\"layers\": {}}}", serde_json::to_string(&names).expect("JSON")))
    };
    assert_eq!((of(most).1.len(), of(most + 1).1.len()), (0, 1));
    assert_eq!(of(most + 1).0.layers.len() as u64, most);
}

/// Faults of every kind at once: each at its line, and what is right is taken.
#[test]
fn faults_are_told_and_cost_nothing_else() {
    let (hosted, problems) = read(
        r#"{
 "titel": "x",
 "title": "Ours\u202e",
 "banner": 5,
 "domain": "enterprise",
 "policy": {"score": "level", "levels": {"hihg": 1, "low": 101, "medium": 55}, "weights": {}},
 "platforms": ["Windows", 5],
 "layers": [
  "a.json",
  "https://example.com/b.json",
  "./a.json",
  "../c.json"
 ],
 "rules": "rules.zip",
 "library": {"a": 1},
 "profile": 7,
 "attack": "19.2",
 "attack": "18.1"
}"#,
    );
    insta::assert_snapshot!(problems.join("\n"));
    assert_eq!(hosted.title.as_deref(), Some("Ours"));
    assert_eq!(hosted.version.as_deref(), Some("18.1"));
    let Some(Policy::Level { table }) = hosted.policy else { panic!("by level") };
    assert_eq!((table.medium.get(), table.low.get()), (55, 30));
    let names: Vec<&str> = hosted.layers.iter().map(|place| place.name()).collect();
    assert_eq!(names, ["a.json", "c.json"]);
    assert_eq!((hosted.rules.len(), hosted.platforms.len(), hosted.domain), (1, 1, None));
}

#[test]
fn policies_as_names_and_with_weights() {
    let policy = |text: &str| read(&format!("{{\"policy\": {text}}}"));
    let (hosted, problems) = policy(r#"{"score": "depth", "weight": {"level.high": 0.5}}"#);
    assert_eq!(problems, [""; 0]);
    let mut depth = Policy::named("depth").expect("a policy");
    depth.set_weight("level.high", 0.5).expect("a weight");
    assert_eq!(hosted.policy, Some(depth));
    assert_eq!(policy("\"count\"").0.policy, Some(Policy::Count));
    for (text, told) in [
        ("\"dept\"", "'depth' may have been meant"),
        ("5", "write one of level, "),
        (r#"{"score": "count", "levels": {"low": 1}}"#, "use the policy 'level'"),
        (r#"{"score": "count", "weight": {"a": 1}}"#, "the policy 'count' has no weights"),
        (r#"{"score": "depth", "weight": {"level.hihg": 1}}"#, "'level.high' may have been meant"),
        (r#"{"score": "depth", "weight": {"level.high": "x"}}"#, "is a number from 0 to 1"),
        (r#"{"levels": 5}"#, "no object"),
    ] {
        let (_, problems) = policy(text);
        assert!(problems.len() == 1 && problems[0].contains(told), "{text}: {problems:?}");
    }
}

#[test]
fn what_is_no_file_of_defaults_says_why() {
    for (bytes, told) in [
        (&b"{\n \"title\": \n}"[..], "3 coverlay.json: no JSON: expected value at line 3"),
        (b"[]", "- coverlay.json: no JSON object"),
        (b"\xff", "- coverlay.json: no UTF-8 text"),
        (b"<!doctype html>", "1 coverlay.json: no JSON"),
    ] {
        let (hosted, problems) = Hosted::read(bytes, OWN);
        assert!(problems.len() == 1 && in_a_line(&problems[0]).starts_with(told), "{problems:?}");
        assert_eq!(hosted, Hosted::default());
    }
    let large = format!("{{\"banner\": \"{}\"}}", "x".repeat(300_000));
    assert!(read(&large).1[0].contains("larger than 256 kB"));
    let many: Vec<String> = (0..500).map(|at| format!("\"k{at}\": 1")).collect();
    let (_, problems) = read(&format!("{{{}}}", many.join(",")));
    assert!(
        problems.len() == 51 && problems[50].contains("450 more problems"),
        "{}",
        problems.len()
    );
    // With the mark some editors write in front.
    assert_eq!(Hosted::read("\u{feff}{\"title\": \"a\"}".as_bytes(), OWN).1, []);
}

#[test]
fn releases_and_platforms_are_checked_when_they_are_there() {
    let (hosted, _) =
        read("{\"attack\": \"17.1\",\n\"platforms\": [\"Linux\",\n\"Windos\", \"zzzzzzzz\"]}");
    let problems: Vec<String> = hosted.check(&catalogues()).iter().map(in_a_line).collect();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].starts_with("1 attack: Enterprise 17.1 is not beside this page"));
    assert!(problems[1].starts_with("3 platforms.1: ") && problems[1].contains("'Windows' may"));
    assert!(problems[2].contains("no platform 'zzzzzzzz'"));
    assert_eq!(hosted.check(&[]), []);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_told(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Hosted::read(&bytes, OWN);
    }

    /// JSON of the right keys and any values: whatever is wrong is a problem, and what is taken leads
    /// nowhere else.
    #[test]
    fn any_values_are_read_or_told(
        keys in proptest::collection::vec("title|banner|domain|attack|policy|platforms|layers|rules|library|peers|profile|x", 0..6),
        values in proptest::collection::vec(
            r#"[0-9]{1,3}|"[a-z:/.#]{0,12}"|\["//[a-z]{1,3}", "[a-z]{1,3}"\]|\{"[a-z]{1,6}": 1\}|null|true"#, 6),
    ) {
        let pairs: Vec<String> = keys.iter().zip(&values).map(|(key, value)| format!("\"{key}\": {value}")).collect();
        let (hosted, _) = Hosted::read(format!("{{{}}}", pairs.join(",\n")).as_bytes(), OWN);
        for place in hosted.layers.iter().chain(&hosted.rules).chain(&hosted.library).chain(&hosted.peers) {
            prop_assert!(!place.as_str().starts_with("//") && !place.as_str().starts_with("javascript:"));
        }
    }
}
