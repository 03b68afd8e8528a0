//! Layers that are broken, too large or made to harm: a clear answer, never a panic, and nothing
//! else lost.
#![cfg(feature = "cli")]

mod clock;

use clock::on_processor;
use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::diagnostic::Diagnostic;
use coverlay::layer::{self, Edit, Item, Layer, LayerError, Migration, Placement, TreeError};
use coverlay::limits::{Limit, MAX_FILE_DIAGNOSTICS, MAX_LAYER_BYTES};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn catalogue() -> &'static Catalogue {
    bundled::find(Domain::Enterprise, None).expect("whole").expect("built in")
}

fn read(value: &Value) -> (Layer, Vec<Diagnostic>) {
    let mut read = layer::read("x", &value.to_string()).expect("a layer");
    (read.value.swap_remove(0), read.diagnostics)
}

/// Every field of format 4.5, each with a value of its own.
fn full() -> Value {
    let pairs = json!([{"name": "a", "value": "b"}, {"divider": true}]);
    let links = json!([{"label": "l", "url": "https://example.org/"}, {"divider": true}]);
    json!({
        "name": "full", "versions": {"attack": "18", "navigator": "5.1.0", "layer": "4.5"},
        "domain": "mobile-attack", "description": "d", "filters": {"platforms": ["Windows"]},
        "sorting": 3, "hideDisabled": true,
        "layout": {"layout": "flat", "aggregateFunction": "max", "showID": true, "showName": false,
            "showAggregateScores": true, "countUnscored": false,
            "expandedSubtechniques": "annotated"},
        "techniques": [
            {"techniqueID": "T1059", "tactic": "execution", "score": 7, "color": "#ff0000",
             "comment": "c", "enabled": false, "metadata": pairs, "links": links,
             "showSubtechniques": true},
            {"techniqueID": "T1003", "score": 1}
        ],
        "gradient": {"colors": ["#000000", "#ffffff"], "minValue": 1, "maxValue": 9},
        "legendItems": [{"label": "l", "color": "#00ff00"}],
        "metadata": pairs, "links": links, "showTacticRowBackground": true,
        "tacticRowBackground": "#0000ff", "selectTechniquesAcrossTactics": false,
        "selectSubtechniquesWithParent": true, "selectVisibleTechniques": true
    })
}

/// The places of all values in a value, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inner = |key: String, value: &Value| {
        let place = format!("{at}/{key}");
        found.push(place.clone());
        places(value, &place, found);
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| inner(at.to_string(), item));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| inner(key.clone(), value));
        }
        _ => {}
    }
}

#[test]
fn a_file_cut_off_anywhere() {
    for entry in std::fs::read_dir("tests/fixtures_layers").expect("fixtures") {
        let path = entry.expect("a fixture").path();
        let text = String::from_utf8(std::fs::read(&path).expect("a fixture")).expect("UTF-8");
        let whole = text.trim_end().len();
        for cut in (0..whole).step_by(7).filter(|cut| text.is_char_boundary(*cut)) {
            match layer::read("x", &text[..cut]) {
                Err(LayerError::Tree(TreeError::Syntax { line, reason, .. })) => {
                    assert!(reason.starts_with("EOF"), "{}: {reason}", path.display());
                    let lines = text[..cut].split('\n').count();
                    assert!(line as usize >= lines - 1, "line {line} of {lines}");
                }
                other => panic!("{} cut at {cut}: {other:?}", path.display()),
            }
        }
    }
}

/// Each value of a full layer by each JSON type. What is not understood is named, and what stands
/// elsewhere is as it was.
#[test]
fn every_type_in_every_place() {
    let types = [
        json!(null),
        json!(true),
        json!(5),
        json!(-1.5),
        json!(1e300),
        json!("text"),
        json!("<img src=x onerror=alert(1)>"),
        json!(""),
        json!([]),
        json!([[1], {"x": null}, "y"]),
        json!({}),
        json!({"name": {"name": []}, "x": 1}),
    ];
    let mut found = Vec::new();
    places(&full(), "", &mut found);
    assert!(found.len() > 70, "{}", found.len());
    let (untouched, remarks) = read(&full());
    assert!(remarks.is_empty(), "{remarks:?}");
    for place in &found {
        let mut without = full();
        let (parent, key) = place.rsplit_once('/').expect("a place");
        match without.pointer_mut(parent).expect("a parent") {
            Value::Object(fields) => drop(fields.remove(key)),
            Value::Array(items) => drop(items.remove(key.parse().expect("a number"))),
            _ => panic!("{parent} has no fields"),
        }
        let (without, _) = read(&without);
        for value in &types {
            let mut changed = full();
            *changed.pointer_mut(place).expect("a place") = value.clone();
            let (layer, remarks) = read(&changed);
            let told = format!("{place} as {value}");

            let says_nothing = [json!(null), json!(""), json!([]), json!({})].contains(value);
            // `true` may be what holds without it.
            let is_flag =
                value.is_boolean() && full().pointer(place).is_some_and(Value::is_boolean);
            if !says_nothing && !is_flag && layer == without && layer != untouched {
                let is_ours = ["/versions/navigator", "/versions/layer"].contains(&place.as_str());
                assert!(is_ours || !remarks.is_empty(), "{told}: lost in silence");
            }
            if !place.starts_with("/techniques") {
                assert_eq!(layer.techniques, untouched.techniques, "{told}");
            }
            if !place.starts_with("/gradient") {
                assert_eq!(layer.gradient, untouched.gradient, "{told}");
            }
            if !place.starts_with("/name") {
                assert_eq!(layer.name, untouched.name, "{told}");
            }
            let again = layer::read("x", &layer::to_json(&layer)).expect("what we write").value;
            assert_eq!(again, std::slice::from_ref(&layer), "{told}");
            let (strict, _) = layer.for_navigator(Some(catalogue()), false);
            let json = layer::to_json(&strict);
            assert!(!json.contains("null") && !json.contains("1e300"), "{told}: {json}");
        }
    }
}

/// Refused by its length, before anything looks into it.
#[test]
fn two_hundred_megabytes() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("huge_layer.json");
    let start = "{\"name\": \"x\", \"domain\": \"enterprise-attack\", \"techniques\": [";
    let mut text = String::from(start);
    text.extend(std::iter::repeat_n(' ', 200_000_000));
    text.push_str("]}");
    let begun = Instant::now();
    let error = layer::read("x", &text).expect_err("refused");
    let most = "64 MiB".to_owned();
    let hit = TreeError::TooLarge { limit: Limit::LayerBytes, most };
    assert_eq!(error, LayerError::Tree(hit));
    assert_eq!(error.to_string(), "larger than 64 MiB");
    assert!(begun.elapsed() < Duration::from_millis(50), "{:?}", begun.elapsed());

    std::fs::write(&path, &text).expect("written");
    let name = path.to_string_lossy();
    for arguments in [
        vec!["migrate", &name, "--to", "19.2"],
        vec!["combine", "a", &name],
        vec!["diff", &name, &name],
    ] {
        let begun = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_coverlay")).args(&arguments).output();
        let output = output.expect("the command starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {told}");
        assert!(told.contains("64 M"), "{arguments:?}: {told}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{arguments:?}: {:?}", begun.elapsed());
    }
    std::fs::remove_file(&path).expect("removed");
}

#[test]
fn a_domain_of_someones_own() {
    let layer = json!({"name": "x", "domain": "our <b>own</b>", "versions": {"layer": "4.5"},
        "customDataURL": "file:///etc/passwd", "techniques": [{"techniqueID": "T9001", "score": 1}]});
    let (read, remarks) = read(&layer);
    assert!(remarks.is_empty(), "{remarks:?}");
    assert_eq!((read.domain.as_str(), read.attack_domain()), ("our <b>own</b>", None));
    assert_eq!(read.extra["customDataURL"], "file:///etc/passwd", "kept, never fetched");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("own_domain.json");
    std::fs::write(&path, layer.to_string()).expect("written");
    let name = path.to_string_lossy();
    for arguments in [
        vec!["migrate", &name, "--to", "19.2"],
        vec!["combine", "a", &name],
        vec!["diff", &name, &name],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_coverlay")).args(&arguments).output();
        let output = output.expect("the command starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains("domain"), "{arguments:?}: {told}");
    }
}

#[test]
fn links_that_would_run_something() {
    let bad = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/",
        "example.org",
        "https",
        "https ://x",
        "blob:https://x/1",
        "view-source:https://x/",
    ];
    let good =
        ["https://example.org/", "HTTP://example.org/?q=javascript:", "mailto:a@example.org"];
    let links: Vec<Value> =
        bad.iter().chain(&good).map(|url| json!({"label": "<b>x</b>", "url": url})).collect();
    let layer = json!({"name": "x", "domain": "enterprise-attack", "links": links,
        "techniques": [{"techniqueID": "T1059", "links": links}]});
    let (read, remarks) = read(&layer);
    for links in [&read.links, &read.techniques.entries[0].links] {
        let kept: Vec<&str> = links
            .iter()
            .filter_map(|item| match item {
                Item::Of(link) => Some(link.url.as_str()),
                Item::Divider { .. } => None,
            })
            .collect();
        assert_eq!(kept, good);
    }
    let told = |remark: &&Diagnostic| remark.message.contains("http, https or mailto");
    assert_eq!(remarks.iter().filter(told).count(), 2 * bad.len(), "each is named");
}

/// A name is text wherever it goes.
#[test]
fn html_in_names() {
    let evil = "</title><script>alert(1)</script>\u{202e}\u{0}";
    let layer = |score: i64| {
        json!({"name": evil, "domain": "enterprise-attack", "description": evil,
            "versions": {"attack": "19"}, "legendItems": [{"label": evil, "color": "red"}],
            "techniques": [{"techniqueID": "T1059", "score": score, "comment": evil}]})
    };
    let (read, _) = read(&layer(5));
    assert_eq!((read.name.as_str(), read.techniques.entries[0].comment.as_str()), (evil, evil));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (old, new) = (folder.join("html_old.json"), folder.join("html_new.json"));
    std::fs::write(&old, layer(60).to_string()).expect("written");
    std::fs::write(&new, layer(5).to_string()).expect("written");
    let (old, new) = (old.to_string_lossy(), new.to_string_lossy());
    for format in ["text", "md", "slack"] {
        let arguments = ["diff", &old, &new, "--format", format];
        let output = Command::new(env!("CARGO_BIN_EXE_coverlay")).args(arguments).output();
        let output = output.expect("the command starts");
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!told.contains('\u{202e}') && !told.contains('\u{0}'), "{format}: {told}");
        assert!(format == "text" || !told.contains("<script"), "{format}: {told}");
    }
}

#[test]
fn nesting() {
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let layer = |own: &str| {
        format!("{{\"name\": \"x\", \"domain\": \"d\", \"techniques\": [], \"own\": {own}}}")
    };
    let read = |text: &str| layer::read("x", text);
    let (whole, _) = (read(&layer(&deep(100))).expect("a layer").value, ());
    assert_eq!(read(&layer::to_json(&whole[0])).expect("what we write").value, whole);
    for text in [layer(&deep(1_000_000)), deep(1_000_000), "{\"a\":".repeat(1_000_000)] {
        match read(&text) {
            Err(LayerError::Tree(TreeError::Syntax { reason, .. })) => {
                assert!(reason.contains("recursion"), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What a layer of so many entries goes through, in the time it takes.
fn through(text: &str) -> Duration {
    let catalogue = catalogue();
    let start = Instant::now();
    let begun = on_processor(start);
    let read = layer::read("x", text).expect("a layer");
    assert!(read.diagnostics.len() <= MAX_FILE_DIAGNOSTICS + 1);
    let Some(first) = read.value.first() else { return on_processor(start) - begun };
    let placed = Placement::of(first, catalogue);
    assert!(placed.diagnostics("x", catalogue).len() <= first.techniques.entries.len());
    let cells = placed.cells.keys().copied().collect();
    let edited = first.edited(&cells, &Edit::Comment("x".to_owned()), catalogue);
    let (strict, _) = edited.expect("an edit").for_navigator(Some(catalogue), false);
    let (_, report): (_, Migration) = layer::migrate(strict, None, catalogue);
    assert!(report.dropped.len() <= first.techniques.entries.len());
    let (json, _) = layer::written(read.value, Some(catalogue), true);
    assert!(!json.is_empty());
    on_processor(start) - begun
}

/// Ten times as much takes about ten times as long, in every direction a layer can grow. (Twenty
/// allows for other work on the machine; what is quadratic takes a hundred.)
#[test]
fn large_layers_take_linear_time() {
    let list = |item: &dyn Fn(usize) -> String, count: usize| {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    };
    let with = |techniques: String| {
        format!("{{\"name\":\"x\",\"domain\":\"enterprise-attack\",\"techniques\":[{techniques}]}}")
    };
    let entry = |more: &str| format!("{{\"techniqueID\":\"T1078\",\"score\":3{more}}}");
    type Shape<'s> = (&'s str, &'s dyn Fn(usize) -> String);
    let shapes: [Shape<'_>; 8] = [
        ("one technique", &|n| with(list(&|at| entry(&format!(",\"comment\":\"{at}\"")), n))),
        ("one technique, ever another tactic", &|n| {
            with(list(&|at| entry(&format!(",\"tactic\":\"t{at}\"")), n))
        }),
        ("all ids there could be", &|n| {
            with(list(
                &|at| format!("{{\"techniqueID\":\"T{:04}.{:03}\"}}", 1000 + at / 999, at % 999),
                n,
            ))
        }),
        ("scores in and out of the crash zone", &|n| {
            with(list(&|at| format!("{{\"techniqueID\":\"T1059\",\"score\":{at}.5}}"), n))
        }),
        ("no ids", &|n| with(list(&|_| "{}".to_owned(), n))),
        ("one long list of metadata", &|n| {
            let pairs = list(&|at| format!("{{\"name\":\"{at}\",\"value\":\"v\"}}"), n);
            with(entry(&format!(",\"metadata\":[{pairs}]")))
        }),
        ("colours, legend, platforms and own fields", &|n| {
            let colours = list(&|at| format!("\"#{at:06x}\""), n);
            let lines = list(&|_| "{\"label\":\"l\",\"color\":\"red\"}".to_owned(), n / 10);
            let names = list(&|at| format!("\"p{at}\""), n);
            let own = list(&|at| format!("\"o{at}\":{at}"), n);
            format!(
                "{{\"name\":\"x\",\"domain\":\"enterprise-attack\",\"techniques\":[],
                      \"gradient\":{{\"colors\":[{colours}],\"minValue\":0,\"maxValue\":9}},
                      \"legendItems\":[{lines}],\"filters\":{{\"platforms\":[{names}]}},{own}}}"
            )
        }),
        ("many layers", &|n| {
            let one = |at| format!("{{\"name\":\"{at}\",\"domain\":\"d\",\"techniques\":[]}}");
            format!("[{}]", list(&one, n / 2))
        }),
    ];
    for (name, shape) in shapes {
        let (small, large) = (shape(10_000), shape(100_000));
        assert!(large.len() < MAX_LAYER_BYTES);
        let small = (0..3).map(|_| through(&small)).min().expect("three runs");
        let large = through(&large);
        println!("{name}: {small:?}, ten times: {large:?}");
        assert!(
            large < small * 20 + Duration::from_millis(200),
            "{name}: {small:?}, ten times: {large:?}"
        );
    }
}
