//! Every target of the fuzzer, run over its seeds and over changed ones, the same ones each time:
//! what the fuzzer looks for at length is looked for a little with every run of the tests.
#![cfg(feature = "cli")]

mod support;
#[path = "../fuzz/targets.rs"]
#[allow(clippy::duplicate_mod, unreachable_pub, missing_docs, reason = "the fuzzer's own library")]
mod targets;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use support::{Entry, zip};
use targets::{TARGETS, Target};

/// No input takes that long, however busy the machine is: the reader hangs.
const HANGS: Duration = Duration::from_secs(60);
/// Larger seeds make slow steps.
const LARGEST: u64 = 16 << 10;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Seeds that are no files: made, or pieces of a language.
fn made(name: &str) -> Vec<Vec<u8>> {
    let texts = |all: &[&str]| all.iter().map(|text| text.as_bytes().to_vec()).collect();
    match name {
        "zip" => {
            let entries = |deflate| {
                [("a.yml", "title: a\n"), ("b/c.yml", "x"), ("d/", "")]
                    .map(|(name, text)| Entry::new(name, text.repeat(20).as_bytes(), deflate))
            };
            vec![zip(&entries(true)), zip(&entries(false)), zip(&[])]
        }
        "stored_catalogue" => {
            let packed = std::fs::read(root().join("public/attack/19.2.catalogue"));
            vec![packed.expect("a catalogue is built in")[..8 << 10].to_vec()]
        }
        "expression" => texts(&[
            "max(a, b) * 2 + (a > 50 ? c : -b) / 3",
            "avg(a, b, c) >= 3 and not (a = b) or min(1, c)",
            "a ? b : c ? 1 : 2",
        ]),
        "hosted" => texts(&[
            r#"{"title":"a","layers":["a.json"],"rules":["r.zip"],"policy":{"name":"level","levels":{"high":80}},"profile":{"groups":["G0016"]},"platforms":["Windows"]}"#,
            r#"{"layers":"https://example.org/x.json","banner":"b","attack":"19.2","domain":"ics-attack","profile":"p.yml","peers":["../p.json"]}"#,
            // A place on the page's own host, though it does not look like one.
            r#"{"layers":"a.example/x://example.org/x.json"}"#,
        ]),
        "link" => {
            let json = r#"{"domain":"ics-attack","platforms":["Windows"]}"#;
            let link = coverlay::link::join("#/", &coverlay::link::write(json));
            vec![json.as_bytes().to_vec(), link.into_bytes()]
        }
        "workspace" => texts(&[
            r#"{"format":"coverlay-workspace","version":1,"written":{"by":"coverlay","at":"2026-01-01"},"settings":{},"files":[{"path":"a.yml","text":"title: a"},{"path":"b","base64":"AAAA"}],"library":[{"path":"c"}],"tabs":[{"path":"l.json","layer":{"name":"l","domain":"enterprise-attack","techniques":[]}}],"snapshots":[],"peers":[]}"#,
        ]),
        "stix" => texts(&[
            r#"{"type":"bundle","objects":[{"type":"x-mitre-matrix","id":"x-mitre-matrix--1","name":"m","tactic_refs":["x-mitre-tactic--1"],"external_references":[{"source_name":"mitre-attack","external_id":"enterprise-attack"}]},{"type":"x-mitre-tactic","id":"x-mitre-tactic--1","x_mitre_shortname":"execution","name":"Execution","external_references":[{"source_name":"mitre-attack","external_id":"TA0002"}]},{"type":"attack-pattern","id":"attack-pattern--1","name":"a","kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"}],"external_references":[{"source_name":"mitre-attack","external_id":"T1059"}]}]}"#,
        ]),
        "alerts" => texts(&[
            "\u{5}time,rule_name,host,technique\n2024-01-01T00:00:00Z,a,h,T1059\n",
            "\u{1}{\"time\":1700000000,\"rule_name\":\"a\"}\n{\"time\":1700000001,\"rule_name\":\"b\"}\n",
        ]),
        "test_results" => texts(&[
            "rule,technique,passed\na,T1059,true\n",
            "<testsuites><testsuite name=\"a\"><testcase name=\"T1059\" classname=\"r\"><failure/></testcase></testsuite></testsuites>",
            r#"[{"rule":"a","technique":"T1059","passed":false}]"#,
        ]),
        _ => Vec::new(),
    }
}

/// The seeds of a target, in the order of their paths.
fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
    let mut open: Vec<PathBuf> = target.seeds.iter().map(|seed| root().join(seed)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let inside = std::fs::read_dir(&path).expect("a folder");
            open.extend(inside.map(|entry| entry.expect("readable").path()));
        } else if path.metadata().expect("a seed that is there").len() <= LARGEST {
            paths.insert(path);
        }
    }
    let files = paths.iter().map(|path| std::fs::read(path).expect("readable"));
    files.chain(made(target.name)).collect()
}

/// Changed seeds that a target gets: always as many, so that the same tree gives the same result. Each
/// number is about half a second where the tests are not optimised, some 20 seconds with all of them.
fn inputs(name: &str) -> usize {
    match name {
        "zip" | "workspace" | "hosted" | "link" => 60_000,
        "layer" | "stix" | "expression" | "test_results" => 30_000,
        "stored_catalogue" | "peers" => 12_000,
        "text" => 6_000,
        _ => 1_500,
    }
}

/// The changed seeds of a target, the same ones in the same order each time.
fn changed_seeds(seeds: &[Vec<u8>]) -> impl Iterator<Item = Vec<u8>> {
    let mut dice = Dice::new();
    std::iter::repeat_with(move || {
        let (seed, other) = (dice.below(seeds.len()), dice.below(seeds.len()));
        changed(&seeds[seed], &seeds[other], &mut dice)
    })
}

/// Xorshift, with a fixed start.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 8).unwrap_or_default() % most.max(1)
    }
}

/// What breaks readers: signs of every format here, ends and turns of text, numbers at bounds.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\xFF",
    b"\xED\xA0\x80",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\r\n",
    b"\n",
    b"\t",
    b"\"",
    b"'",
    b"\\u",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b"/>",
    b"<!--",
    b"]]>",
    b"&#0;",
    b"&lt;",
    b"!!",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"---\n",
    b": ",
    b"- ",
    b"|\n",
    b"$",
    b"#",
    b"=",
    b",",
    b";",
    b"T1059.001",
    b"attack.t1003",
    b"999999999999999999999",
    b"-1",
    b"1e999",
    b"0001-01-01",
    b"\xE2\x80\xAE",
    b"\xF0\x9F\x92\xA9",
];

fn changed(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let end = at + dice.below((bytes.len() - at).min(40) + 1);
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.splice(at..end, PIECES[dice.below(PIECES.len())].iter().copied())),
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, bytes[at..end].to_vec().repeat(1 + dice.below(8)))),
            4 if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(1 << dice.below(8)),
            _ => {
                let from = dice.below(other.len() + 1);
                let to = from + dice.below((other.len() - from).min(200) + 1);
                drop(bytes.splice(at..at, other[from..to].iter().copied()));
            }
        }
    }
    bytes
}

#[test]
fn no_target_fails_on_its_seeds_or_on_changed_ones() {
    let begun = Instant::now();
    for target in TARGETS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        // In a thread of its own: one that hangs is told, though it does not end.
        let (done, waiting) = channel();
        let all = seeds.len() + inputs(target.name);
        let run = std::thread::spawn(move || {
            let changed = changed_seeds(&seeds).take(inputs(target.name));
            for bytes in seeds.iter().cloned().chain(changed) {
                let ran = catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes)));
                assert!(ran.is_ok(), "{}: {}", target.name, String::from_utf8_lossy(&bytes));
                let _ = done.send(());
            }
        });
        let mut count = 0;
        loop {
            match waiting.recv_timeout(HANGS) {
                Ok(()) => count += 1,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{} hangs at input {count} of {all}", target.name)
                }
            }
        }
        assert!(run.join().is_ok(), "{} fails at input {count} of {all}", target.name);
        assert_eq!(count, all, "{}", target.name);
    }
    println!("{:.1} s", begun.elapsed().as_secs_f64());
}

/// Neither the clock nor the machine says what is tried.
#[test]
fn the_same_inputs_come_each_time() {
    for target in TARGETS {
        let (one, two) = (seeds(target), seeds(target));
        assert!(changed_seeds(&one).take(50).eq(changed_seeds(&two).take(50)), "{}", target.name);
    }
    // And on every machine: the first ones of one target.
    let seeds = [b"title: a\nlevel: high\n".to_vec(), b"{\"a\": [1, 2]}".to_vec()];
    let first: Vec<String> = changed_seeds(&seeds)
        .take(4)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    insta::assert_debug_snapshot!(first);
}

/// What is known to break readers, some 60 kB each: depth, numbers, entities, aliases, expressions that
/// take for ever, halves of characters.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let many = |piece: &str| piece.repeat(60_000 / piece.len()).into_bytes();
    let mut laughs = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\">".to_owned();
    let mut aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='z').zip('a'..) {
        laughs.push_str(&format!("<!ENTITY {name} \"{}\">", format!("&{before};").repeat(10)));
        let copies = vec![format!("*{before}"); 9].join(", ");
        aliases.push_str(&format!("{name}: &{name} [{copies}]\n"));
    }
    laughs.push_str("]><group name=\"&z;\"><rule id=\"1\" level=\"3\"><description>&z;</description><mitre><id>T1003</id></mitre></rule></group>");
    let outside = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\"><!ENTITY % p SYSTEM \"https://example.org/x\"> %p;]><group name=\"a,\"><rule id=\"1\" level=\"3\"><description>&e;</description></rule></group>";
    let expression = format!("({}", "(a+)+".repeat(12_000));
    let regex = format!(
        "title: a\nlogsource: {{product: b}}\ndetection:\n  s:\n    x|re: '{}$'\n    y: '{}!'\n  condition: s\ntags: [attack.t1059]\n",
        "(a+)+".repeat(10_000),
        "a".repeat(50_000)
    );
    let pcre = format!(
        "alert tcp any any -> any any (msg:\"a\"; pcre:\"/{}/\"; sid:1;)\n",
        "(x+x+)+y".repeat(9_000)
    );
    let yara = format!(
        "rule a {{ meta: x = \"y\" events: $e.a = /{}/ condition: $e }}",
        "(.*)*".repeat(12_000)
    );
    let sixteen = |text: &str, odd: &[u8]| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [&b"\xFF\xFE"[..], &units.collect::<Vec<u8>>(), odd].concat()
    };
    vec![
        ("brackets", many("[")),
        ("braces", many("{\"a\":")),
        ("lists of lists", many("[[],")),
        ("closed brackets", [many("["), many("]")].concat()),
        ("numbers", [b"[".to_vec(), many("1,"), b"1]".to_vec()].concat()),
        ("empty keys", [b"[".to_vec(), many("{\"\":0},"), b"0]".to_vec()].concat()),
        ("one key again and again", [b"{".to_vec(), many("\"a\":0,"), b"\"a\":1}".to_vec()].concat()),
        ("a long number", [b"{\"time\":".to_vec(), many("9"), b"}".to_vec()].concat()),
        ("one string", [b"[\"".to_vec(), many("\\u0041"), b"\"]".to_vec()].concat()),
        ("halves of characters", br#"{"name":"\ud800","domain":"enterprise-attack","techniques":[{"techniqueID":"T1059","comment":"\udc00\ud800x"}],"type":"bundle","objects":[],"title":"\ud83d","rule_id":"\udfff","format":"coverlay-workspace"}"#.to_vec()),
        ("half a character of UTF-16", sixteen("title: a\ndetection:\n", b"\x00\xD8")),
        ("turned halves of UTF-16", sixteen("title: a\ndetection:\n  x: ", b"\x00\xDC\x00\xD8\x0a\x00")),
        ("an odd byte of UTF-16", sixteen("a: b\n", b"\x0a")),
        ("NUL", many("title: \0\n")),
        ("elements", many("<rule>")),
        ("attributes", [b"<rule ".to_vec(), many("a=\"b\" "), b">".to_vec()].concat()),
        ("comments", many("<!--")),
        ("entities", laughs.into_bytes()),
        ("entities from outside", outside.as_bytes().to_vec()),
        ("aliases", aliases.into_bytes()),
        ("anchors", many("&a ")),
        ("indentation", (0..600).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>().into_bytes()),
        ("one scalar", [b"title: |\n".to_vec(), many("  xxxxxxxxxxxxxxx\n")].concat()),
        ("tables of TOML", many("[[a.b.c]]\n")),
        ("dotted keys", [many("a."), b"a = 1\n".to_vec()].concat()),
        ("quotes", many("\"")),
        ("cells", many(",")),
        ("rows", [b"rule,technique\n".to_vec(), many("a,T1059\n")].concat()),
        ("brackets of an expression", many("(")),
        ("signs of an expression", many("-")),
        ("choices of an expression", many("a?")),
        ("an expression", expression.into_bytes()),
        ("an expression in Sigma", regex.into_bytes()),
        ("one in Suricata", pcre.into_bytes()),
        ("one in YARA-L", yara.into_bytes()),
        ("ids", many("T1059.001 ")),
    ]
}

/// Each ends soon, and without a panic, whatever it was given as.
#[test]
fn bombs_end_soon_in_every_reader() {
    for target in TARGETS {
        for (name, bomb) in bombs() {
            let begun = Instant::now();
            let ran = catch_unwind(AssertUnwindSafe(|| (target.run)(&bomb)));
            assert!(ran.is_ok(), "{} on {name}", target.name);
            let took = begun.elapsed();
            // Generous: tests are not optimised, and the machine may be busy.
            assert!(took < Duration::from_secs(10), "{} on {name}: {took:?}", target.name);
        }
    }
}

/// What entities name is neither followed nor multiplied.
#[test]
fn entities_stay_as_they_are_written() {
    for (name, bomb) in bombs().into_iter().filter(|(name, _)| name.starts_with("entities")) {
        let files = [coverlay::source::SourceFile { path: "r.xml".to_owned(), bytes: bomb }];
        let (intake, _) = coverlay::pipeline::import_files(files);
        assert_eq!(intake.rules.len(), 1, "{name}");
        let title = &intake.rules[0].title;
        assert!(title.len() < 20 && !title.contains("root:"), "{name}: {title}");
    }
}

/// The fuzzer's program of each target, no more and no less.
#[test]
fn every_target_has_its_binary() {
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("it is there");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let bins = manifest["bin"].as_array().expect("a list");
    let bins: BTreeSet<&str> = bins.iter().filter_map(|bin| bin["name"].as_str()).collect();
    assert_eq!(bins, TARGETS.iter().map(|target| target.name).collect());
    let readme = std::fs::read_to_string(root().join("fuzz/README.md")).expect("it is there");
    for name in bins {
        assert!(readme.contains(&format!("`{name}`")), "{name} is not in fuzz/README.md");
    }
}

/// Writes the corpora a fuzzer begins with: `cargo test --test fuzzed -- --ignored`.
#[test]
#[ignore = "writes into fuzz/corpus"]
fn write_corpora() {
    for target in TARGETS {
        let folder = root().join("fuzz/corpus").join(target.name);
        std::fs::create_dir_all(&folder).expect("writable");
        for (at, seed) in seeds(target).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{at:03}")), seed).expect("writable");
        }
    }
}

/// Inputs the fuzzer broke something with, each with its target.
#[test]
fn what_was_found_once_stays_mended() {
    let folder = root().join("tests/fixtures_fuzz");
    let mut count = 0;
    for target in TARGETS {
        let Ok(files) = std::fs::read_dir(folder.join(target.name)) else { continue };
        for file in files.flatten() {
            (target.run)(&std::fs::read(file.path()).expect("readable"));
            count += 1;
        }
    }
    println!("{count} finds");
}
