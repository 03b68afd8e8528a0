//! Fixes in texts and as diffs: they apply, they do what they say, and they touch nothing else.

use super::{Looked, file, rule};
use coverlay::attack::{Resolution, TechniqueId};
use coverlay::lint::patch;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rules of every layout, by path. Each has something to put right.
fn texts() -> BTreeMap<&'static str, String> {
    let tags = "    - attack.Execution   # first\n    - 'attack.t1562.001' # why\n    - \"attack.defense_evasion\"\n    # - attack.t1086\n    - attack.T1562\n";
    let plain = rule(tags);
    let not_indented = rule(&tags.replace("    - ", "- ").replace("    #", "#"));
    let flow = plain.replace(
        &format!("tags:\n{tags}"),
        "tags: [ attack.defense_evasion,attack.t1562.001, 'attack.T1562' ] # all\n",
    );
    let last = format!(
        "title: Last\ndetection: {{a: {{b: c}}, condition: a}}\nlogsource: {{product: a}}\ntags:\n{}",
        "  - attack.t1059"
    );
    let global = "action: global\ntitle: Two\nid: 8f5d5bb1-93a4-4ad2-a2b0-1f5f1c9ab1d1\nlogsource: {product: a}\ntags:\n  - attack.t1086\n---\ndetection: {a: {b: c}, condition: a}\n---\ndetection: {a: {b: d}, condition: a}\n";
    // Both lead to T1685; what one rule has does not count for the other.
    let correlation = "title: Both\ncorrelation:\n  type: temporal\n  rules: [one, two]\n---\nname: one\ntitle: One\nlogsource: {product: a}\ntags:\n  - attack.defense_evasion\n  - attack.t1562\ndetection: {a: {b: c}, condition: a}\n---\nname: two\ntitle: Two\nlogsource: {product: a}\ntags:\n  - attack.defense_evasion\n  - attack.t1036\n  - attack.t1685\ndetection: {a: {b: d}, condition: a}\n";
    let far_apart = format!("{}---\n{}", rule(tags).replace("8f5d", "aaaa"), rule(tags));
    BTreeMap::from([
        ("plain.yml", plain.clone()),
        ("windows/crlf.yml", plain.replace('\n', "\r\n")),
        ("not indented.yml", not_indented),
        (" blank first/flow.yml", flow),
        ("last.yml", last.clone()),
        ("last crlf.yml", last.replace('\n', "\r\n")),
        ("mark.yml", format!("\u{feff}{plain}")),
        ("names/\"quoted\" \\ ü #.yml", plain.trim_end().to_owned()),
        ("global.yml", global.to_owned()),
        ("correlation.yml", correlation.to_owned()),
        ("far.yml", far_apart),
        ("good.yml", rule("  - attack.execution\n  - attack.t1059\n")),
    ])
}

fn looked_at(texts: &BTreeMap<&str, String>) -> Looked {
    Looked::at(texts.iter().map(|(path, text)| file(path, text.as_bytes())), "19.2")
}

/// Codes of what a fix can put right.
fn fixable(looked: &Looked) -> BTreeSet<String> {
    let fixes = looked.lint.findings.iter().filter(|finding| finding.fix.is_some());
    fixes.map(|finding| finding.diagnostic.code.as_str()).collect()
}

/// The diff of everything, and how many fixes are not in it.
fn diff(looked: &Looked, texts: &BTreeMap<&str, String>) -> (String, usize) {
    let mut all = String::new();
    let mut refused = 0;
    for (path, fixes) in looked.lint.fixes() {
        let patch = patch::file(path, texts[path].as_bytes(), &fixes);
        all.push_str(&patch.diff);
        refused += patch.refused;
    }
    (all, refused)
}

/// The texts with all fixes in them.
pub(super) fn applied(
    looked: &Looked,
    texts: &BTreeMap<&'static str, String>,
) -> BTreeMap<&'static str, String> {
    let mut fixed = texts.clone();
    for (path, fixes) in looked.lint.fixes() {
        let text = fixed.get_mut(path).expect("a file of ours");
        *text = patch::apply(text, &fixes);
    }
    fixed
}

/// What each rule counts on.
fn techniques(looked: &Looked) -> Vec<BTreeSet<TechniqueId>> {
    let claims = looked.coverage.claims.techniques.iter();
    claims.map(|c| c.iter().map(|at| looked.catalogue.technique(*at).id).collect()).collect()
}

/// Lines that are no tags.
fn other_lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').filter(|line| !line.contains("attack.")).collect()
}

#[test]
fn fixes_put_right_what_they_say_and_nothing_else() {
    let texts = texts();
    let before = looked_at(&texts);
    let fixed = applied(&before, &texts);
    let after = looked_at(&fixed);
    assert_eq!(fixable(&after), BTreeSet::new());
    for code in ["tag/revoked", "tag/tactic-retired", "tag/spelling", "tag/tactic-missing"] {
        assert!(fixable(&before).contains(code), "{code}");
        assert_eq!(after.count(code), (0, 0), "{code}");
    }
    assert_eq!(techniques(&before), techniques(&after));
    for (path, text) in &texts {
        assert_eq!(other_lines(text), other_lines(&fixed[path]), "{path}");
        let commented = |text: &str| text.contains("# - attack.t1086");
        assert_eq!(commented(text), commented(&fixed[path]), "{path}");
    }
    assert_eq!(fixed["good.yml"], texts["good.yml"]);
    insta::assert_snapshot!(diff(&before, &texts).0);
}

/// Twice the rules, or copies, may not take four times as long; the bound is far above any honest
/// time and far below a quadratic one.
#[test]
fn many_rules_of_one_file_are_no_burden() {
    let one = rule("  - attack.defense_evasion\n  - attack.T1562\n");
    let correlation = "title: C\ncorrelation: {rules: [x]}\ntags: [attack.T1059]\n";
    let all = vec![format!("{one}---\n{correlation}"); 5_000].join("---\n");
    let looked = looked_at(&BTreeMap::from([("x.yml", all.clone())]));
    assert_eq!(looked.count("rule/duplicate-id"), (4_999, 4_999));
    let start = std::time::Instant::now();
    let lint = coverlay::lint::examine(&looked.subject());
    let fixes = lint.fixes();
    assert_eq!(patch::file("x.yml", all.as_bytes(), &fixes["x.yml"]).refused, 0);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

/// A fresh folder below the target folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}

/// Runs git there, without anyone's settings; `None` where there is no git.
fn git(folder: &Path, arguments: &[&str]) -> Option<()> {
    let output = Command::new("git")
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// A fresh repository of git.
pub(super) struct Repository(PathBuf);

impl Repository {
    /// With these files; `None` where there is no git.
    pub(super) fn with(name: &str, texts: &BTreeMap<&'static str, String>) -> Option<Self> {
        let folder = folder(name);
        git(&folder, &["init", "--quiet"])?;
        for (path, text) in texts {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a file")).expect("writable");
            std::fs::write(path, text).expect("writable");
        }
        Some(Self(folder))
    }

    pub(super) fn apply(&self, diff: &str) {
        std::fs::write(self.0.join("tags.patch"), diff).expect("writable");
        git(&self.0, &["apply", "--check", "tags.patch"]);
        git(&self.0, &["apply", "tags.patch"]);
    }

    pub(super) fn assert_holds(&self, texts: &BTreeMap<&'static str, String>) {
        for (path, text) in texts {
            let found = std::fs::read(self.0.join(path)).expect("still there");
            assert_eq!(String::from_utf8(found).as_deref(), Ok(text.as_str()), "{path}");
        }
    }
}

#[test]
fn git_applies_the_diff() {
    let texts = texts();
    let Some(repository) = Repository::with("lint-git", &texts) else {
        println!("skipped: no git");
        return;
    };
    let looked = looked_at(&texts);
    let (diff, refused) = diff(&looked, &texts);
    assert_eq!(refused, 0);
    repository.apply(&diff);
    repository.assert_holds(&applied(&looked, &texts));
}

/// The same by command: a folder elsewhere, a folder here, a zip.
#[test]
fn the_command_writes_a_patch() {
    let folder = folder("lint-command");
    let rules = folder.join("rules");
    std::fs::create_dir_all(&rules).expect("writable");
    let texts = texts();
    for name in ["plain.yml", "not indented.yml", "last.yml"] {
        std::fs::write(rules.join(name), &texts[name]).expect("writable");
    }
    let coverlay = |here: &Path, arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_coverlay"))
            .arg("lint")
            .args(arguments)
            .current_dir(here)
            .output()
            .expect("the command starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let names = |diff: &str| -> Vec<String> {
        diff.lines().filter_map(|line| line.strip_prefix("+++ ")).map(str::to_owned).collect()
    };
    let (code, below, messages) = coverlay(&folder, &["rules", "--patch", "-"]);
    assert_eq!(code, Some(0), "{messages}");
    assert_eq!(
        names(&below),
        ["b/rules/last.yml", "b/rules/not indented.yml\t", "b/rules/plain.yml"]
    );
    assert!(messages.contains("9 corrections in 3 files are in the patch\n"), "{messages}");
    // The same folder, and one of its files, twice.
    let (_, twice, _) = coverlay(&folder, &["rules", "./rules/plain.yml", "rules", "--patch", "-"]);
    assert_eq!(twice, below);
    let path = rules.to_string_lossy();
    let elsewhere = folder.join("elsewhere");
    std::fs::create_dir_all(&elsewhere).expect("writable");
    let (_, outside, _) = coverlay(&elsewhere, &[&path, "--patch", "-"]);
    assert_eq!(names(&outside), ["b/last.yml", "b/not indented.yml\t", "b/plain.yml"]);
    // The findings go their own way.
    let (_, findings, _) = coverlay(&folder, &["rules", "--patch", "tags.patch"]);
    assert!(findings.contains("tag/revoked"), "{findings}");
    assert_eq!(std::fs::read_to_string(folder.join("tags.patch")).expect("written"), below);
    if git(&folder, &["init", "--quiet"]).is_some() {
        git(&folder, &["apply", "tags.patch"]);
        let (_, again, _) = coverlay(&folder, &["rules", "--patch", "-"]);
        assert_eq!(again, "");
    }
}

#[test]
fn what_cannot_be_placed_is_counted() {
    let text = rule("  - attack.T1059\n");
    let looked = Looked::at_texts(&[("x.yml", &text)]);
    let fixes = looked.lint.fixes().remove("x.yml").expect("two fixes");
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&units[..], b"something else", b""] {
        let patch = patch::file("x.yml", bytes, &fixes);
        assert_eq!((patch.diff.as_str(), patch.placed, patch.refused), ("", 0, 2));
    }
    assert_eq!(patch::file("x.yml", text.as_bytes(), &fixes).placed, 2);
}

/// Tags as rules write them, good and bad.
fn tag() -> impl Strategy<Value = String> {
    let ids = prop_oneof![
        Just("t1059"),
        Just("t1059.001"),
        Just("T1562"),
        Just("t1562.001"),
        Just("t1685"),
        Just("T1086"),
        Just("t1070.001"),
        Just("t1685.005"),
        Just("t1036"),
        Just("t1548"),
        Just("t1034"),
        Just("t9999"),
        Just("t0800"),
        Just("T1078"),
    ];
    let words = prop_oneof![
        Just("execution"),
        Just("Execution"),
        Just("defense_evasion"),
        Just("defense-evasion"),
        Just("stealth"),
        Just("excution"),
        Just("defense.evesion"),
        Just("ta0005"),
        Just("TA0002"),
        Just("privilege_escalation"),
        Just("g0016"),
        Just("S0154"),
        Just("nonsense"),
        Just("x9"),
    ];
    prop_oneof![
        4 => ids.clone().prop_map(|id| format!("attack.{id}")),
        4 => words.prop_map(|word| format!("attack.{word}")),
        1 => ids.clone().prop_map(|id| format!("attack.execution.{id}")),
        1 => (ids.clone(), ids).prop_map(|(a, b)| format!("attack.{a} {b}")),
        1 => Just("cve.2024-1".to_owned()),
    ]
}

fn layout() -> impl Strategy<Value = (usize, &'static str, bool, bool)> {
    (0_usize..5, prop_oneof![Just(""), Just("'"), Just("\"")], any::<bool>(), any::<bool>())
}

fn laid_out(tags: &[String], layout: (usize, &str, bool, bool)) -> String {
    let (indent, quote, flow, crlf) = layout;
    let quoted = tags.iter().map(|tag| format!("{quote}{tag}{quote}"));
    let list = if flow {
        format!(" [{}]\n", quoted.collect::<Vec<_>>().join(", "))
    } else {
        let line = |tag| format!("{}- {tag} # {indent}\n", " ".repeat(indent));
        format!("\n{}", quoted.map(line).collect::<String>())
    };
    let text = rule("").replace("tags:\n", &format!("tags:{list}"));
    if crlf { text.replace('\n', "\r\n") } else { text }
}

proptest! {
    /// Whatever the tags are, a rule counts on the same techniques after its fixes, nothing else
    /// changes, and nothing is left to be put right.
    #[test]
    fn fixes_keep_the_techniques(tags in prop::collection::vec(tag(), 1..9), layout in layout()) {
        let text = laid_out(&tags, layout);
        let texts = BTreeMap::from([("x.yml", text.clone())]);
        let before = looked_at(&texts);
        let fixed = applied(&before, &texts);
        let after = looked_at(&fixed);
        prop_assert_eq!(techniques(&before), techniques(&after), "{}", fixed["x.yml"]);
        prop_assert_eq!(fixable(&after), BTreeSet::new(), "{}", fixed["x.yml"]);
        prop_assert_eq!(diff(&before, &texts).1, 0);
        prop_assert_eq!(other_lines(&text), other_lines(&fixed["x.yml"]));
        // Ids without a live technique stay as they are but for their spelling.
        let dead = |looked: &Looked| -> BTreeSet<TechniqueId> {
            let rule = looked.intake.rules.first().expect("one rule");
            let is_dead = |id: &TechniqueId| {
                matches!(looked.catalogue.resolve(*id), Resolution::Unknown | Resolution::Deprecated)
            };
            rule.technique_ids().into_iter().filter(is_dead).collect()
        };
        prop_assert_eq!(dead(&before), dead(&after));
    }

    /// Any text whatever, and fixes of another one.
    #[test]
    fn no_text_is_a_panic(text in "[ \\n\\r'\"\\[\\],#:a-cä\u{feff}-]{0,80}", line in 0_u32..5, column in 0_u32..20, written in "[a-cä]{0,3}") {
        use coverlay::lint::{Change, Fix};
        for change in [Change::Replace(Vec::new()), Change::Before(vec!["x".to_owned()]), Change::Replace(vec!["x".to_owned(), "y".to_owned()])] {
            let fix = Fix { line, column, written: written.clone(), change };
            let patch = patch::file("x", text.as_bytes(), &[&fix]);
            prop_assert_eq!(patch.placed + patch.refused, 1);
            prop_assert_eq!(patch.diff.is_empty(), patch::apply(&text, &[&fix]) == text);
        }
    }
}
