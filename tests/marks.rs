//! Marks that would run, in every string of every format: files with them are read as before, and no
//! export of the command carries one that lives.
#![cfg(feature = "cli")]

mod command;
mod marked;

use command::{coverlay_in, folder};
use coverlay::import::Options;
use coverlay::pipeline::import_files_with;
use coverlay::source::{Bucket, SourceFile};
use marked::{MARK, bundle, layer, rules, tests};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Formats as the import report calls them.
fn read_as(files: impl IntoIterator<Item = (String, String)>) -> BTreeSet<String> {
    let files = files.into_iter().map(|(path, text)| SourceFile { path, bytes: text.into_bytes() });
    let (intake, _) = import_files_with(files, Options { profile: true, ..Options::default() });
    let formats = intake.report.outcomes.iter().filter_map(|outcome| match &outcome.bucket {
        Bucket::Read { format, .. } => Some(format.clone()),
        _ => None,
    });
    formats.collect()
}

#[test]
fn every_format_is_still_read_with_marks_in_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let plain = rules().into_iter().map(|(path, _)| {
        let text = std::fs::read_to_string(root.join(&path)).expect("there");
        (path, text)
    });
    let (plain, marked) = (read_as(plain), read_as(rules()));
    let lost: Vec<_> = plain.difference(&marked).collect();
    assert!(lost.is_empty(), "no longer read: {lost:?}");
    assert!(plain.len() > 12, "{plain:?}");
    let with_mark = rules().iter().filter(|(_, text)| text.contains("__fired")).count();
    assert!(with_mark * 10 > rules().len() * 8, "only {with_mark} of {}", rules().len());
}

/// A folder with all of it.
fn all(name: &str) -> PathBuf {
    let folder = folder(name);
    let mut files = rules();
    files.push(("layer.json".to_owned(), layer()));
    files.push(("alerts.csv".to_owned(), marked::alerts()));
    files.push(("tests.xml".to_owned(), tests()));
    for (path, text) in files {
        let path = folder.join("rules").join(path);
        std::fs::create_dir_all(path.parent().expect("below")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
    let named = "<img src=x onerror=window.__fired=1>\u{202e}\u{200b}=1+1.yml";
    let rule = format!(
        "title: '=cmd{}'\nlogsource: {{product: windows}}\ndetection: {{condition: x}}\ntags: [attack.t1059]\n",
        MARK.replace('\'', "''")
    );
    std::fs::write(folder.join("rules").join(named), rule).expect("writable");
    std::fs::write(folder.join("bundle.json"), bundle()).expect("writable");
    folder
}

/// Elements and attributes that are alive in HTML, SVG or Markdown: none of the mark's own.
fn assert_dead(what: &str, text: &str) {
    let lower = text.to_ascii_lowercase();
    for alive in ["<img", "<script>window", "<svg onload"] {
        assert!(!lower.contains(alive), "{what} holds {alive}");
    }
    // In an element: before it a '<' that no '>' has closed.
    for word in ["onerror=", "onload=", "javascript:", "data:text"] {
        for (at, _) in lower.match_indices(word) {
            let (open, close) = (lower[..at].rfind('<'), lower[..at].rfind('>'));
            assert!(open <= close, "{what}: {}", &text[open.unwrap_or(0)..at]);
        }
    }
}

/// Nothing that steers a terminal or turns text round.
fn assert_plain(what: &str, text: &str) {
    let steers = |c: &char| {
        (c.is_control() && !"\n\t\r".contains(*c))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
    };
    let found: BTreeSet<char> = text.chars().filter(steers).collect();
    assert!(found.is_empty(), "{what}: {found:?}");
}

#[test]
fn no_export_of_the_command_carries_a_mark_that_lives() {
    let folder = all("marked");
    let run = |arguments: &[&str]| {
        let output = coverlay_in(&folder, arguments, b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert_plain("standard error", &said);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let drawn = |arguments: &[&str]| {
        run(arguments);
        std::fs::read_to_string(folder.join("a.svg")).expect("a picture")
    };
    for attack in [&[][..], &["--attack", "bundle.json"]] {
        let html = run(&[&["report", "rules", "--format", "html"], attack].concat());
        assert!(html.contains("__fired"), "the mark is there, as text");
        assert_dead("HTML", &html);
        assert_plain("HTML", &html);
        let svg = drawn(&[&["render", "rules", "--output", "a.svg"], attack].concat());
        assert_dead("SVG", &svg);
        let markdown = run(&[&["report", "rules", "--format", "md"], attack].concat());
        assert_dead("Markdown", &markdown);
        assert_plain("Markdown", &markdown);
        let json = run(&[&["report", "rules", "--format", "json"], attack].concat());
        serde_json::from_str::<serde_json::Value>(&json).expect("JSON");
        let layer = run(&[&["layer", "rules"], attack].concat());
        let layer: serde_json::Value = serde_json::from_str(&layer).expect("JSON");
        assert!(!layer.to_string().contains("\"url\":\"javascript:"), "a link that runs");
        let lint = run(&[&["lint", "rules"], attack].concat());
        assert_plain("lint", &lint);
        let gaps = run(&[&["gaps", "rules", "--format", "md"], attack].concat());
        assert_plain("gaps", &gaps);
    }
    let svg = drawn(&["render", "rules/layer.json", "--output", "a.svg"]);
    assert_dead("SVG of a layer", &svg);
}

/// The command's messages and tables, of names that steer a terminal.
#[test]
fn nothing_steers_the_terminal() {
    let folder = folder("marked-terminal");
    std::fs::create_dir_all(folder.join("r")).expect("writable");
    let rule = "title: \"a\\e[2J\\u202eb\\x07\"\nlogsource: {product: \"w\\e[31m\"}\ndetection: {condition: x}\ntags: [\"attack.t9999\\e]0;x\\a\", attack.t1059]\n";
    for name in ["a\u{1b}[2Jb.yml", "c\u{202e}lmy.yml"] {
        std::fs::write(folder.join("r").join(name), rule).expect("writable");
        std::fs::write(folder.join("r").join(format!("broken-{name}")), "title: [\n")
            .expect("writable");
    }
    for arguments in [
        &["lint", "r"][..],
        &["lint", "r", "--patch"],
        &["report", "r", "--format", "md"],
        &["report", "r", "--format", "csv"],
        &["gaps", "r", "--format", "md"],
        &["diff", "r", "r"],
        &["layer", "r/broken-a\u{1b}[2Jb.yml"],
        &["report", "no\u{1b}[2J.yml"],
    ] {
        let output = coverlay_in(&folder, arguments, b"");
        assert_plain(&format!("{arguments:?} err"), &String::from_utf8_lossy(&output.stderr));
        if arguments != ["lint", "r", "--patch"] {
            assert_plain(&format!("{arguments:?} out"), &String::from_utf8_lossy(&output.stdout));
        }
    }
}
