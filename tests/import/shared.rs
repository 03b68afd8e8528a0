//! The shared corpora, what is counted in them, and what holds for every rule of them.

use coverlay::pipeline::import_files;
use coverlay::rule::{Intake, Rule};
use coverlay::source::archive::Archive;
use coverlay::source::{Bucket, SourceFile};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file of the corpora; says why and gives nothing where they are absent.
#[expect(clippy::print_stdout, reason = "a test that is skipped says why")]
pub(crate) fn shared(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("COVERLAY_SHARED")
        .map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = root.join("corpora").join(name);
    std::fs::read(&path).inspect_err(|e| println!("skipped: {}: {e}", path.display())).ok()
}

/// The settled import of one file.
pub(crate) fn import(path: &str, bytes: Vec<u8>) -> Intake {
    let (mut intake, _) = import_files([SourceFile { path: path.to_owned(), bytes }]);
    intake.settle();
    intake
}

/// That of `NAME.zip`.
pub(crate) fn corpus(name: &str) -> Option<Intake> {
    let name = format!("{name}.zip");
    shared(&name).map(|bytes| import(&name, bytes))
}

/// The counts of `NAME.truth.json`.
pub(crate) fn truth(name: &str) -> Value {
    let bytes = shared(&format!("{name}.truth.json")).expect("beside the corpus");
    serde_json::from_slice(&bytes).expect("the truth is JSON")
}

/// The texts of an archive, by their paths below its name.
pub(crate) fn texts(name: &str, bytes: &[u8]) -> BTreeMap<String, String> {
    let archive = Archive::open(name, bytes).expect("it opens");
    let files = archive.part(0, 1, 0).filter_map(Result::ok);
    files.filter_map(|file| Some((file.path, String::from_utf8(file.bytes).ok()?))).collect()
}

/// How often each word occurs.
pub(crate) fn count(words: impl Iterator<Item = impl Into<String>>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word.into()).or_default() += 1;
    }
    counts
}

pub(crate) fn counts(truth: &Value) -> BTreeMap<String, u64> {
    serde_json::from_value(truth.clone()).expect("a table of counts")
}

pub(crate) fn pairs<const N: usize>(pairs: [(&str, u64); N]) -> BTreeMap<String, u64> {
    pairs.into_iter().map(|(word, count)| (word.to_owned(), count)).collect()
}

pub(crate) fn rules(intake: &Intake) -> Vec<&Rule> {
    intake.rules.iter().map(|rule| &**rule).collect()
}

/// How many rules name each technique.
pub(crate) fn exact(rules: &[&Rule]) -> BTreeMap<String, u64> {
    count(rules.iter().flat_map(|rule| rule.technique_ids()).map(|id| id.to_string()))
}

/// How many rules name a technique.
pub(crate) fn mapped(rules: &[&Rule]) -> usize {
    rules.iter().filter(|rule| !rule.technique_ids().is_empty()).count()
}

/// How many files were skipped for a reason with these words in it.
pub(crate) fn skipped(intake: &Intake, words: &str) -> usize {
    let says = |bucket: &Bucket| matches!(bucket, Bucket::Skipped { reason, .. } if reason.contains(words));
    intake.report.outcomes.iter().filter(|outcome| says(&outcome.bucket)).count()
}

/// Every tag and mention of a file's rules stands where it says it does: what corrects it writes
/// there. Gives their number.
pub(crate) fn assert_places(path: &str, text: &str, intake: &Intake) -> usize {
    let lines: Vec<&str> = text.trim_start_matches('\u{FEFF}').lines().collect();
    let mut seen = 0;
    for rule in intake.rules.iter().filter(|rule| rule.path == path) {
        let mentions = rule.mentions.iter().filter(|_| !path.ends_with("json"));
        for tag in rule.tags.iter().chain(mentions) {
            let line = lines[tag.line as usize - 1];
            let found: String = line.chars().skip(tag.column as usize - 1).collect();
            assert!(found.starts_with(&tag.written), "{path}: {tag:?} at {found:?}");
            seen += 1;
        }
    }
    seen
}
