//! Everything at once: all shared corpora in one import, each file in exactly one bucket.

use crate::shared::shared;
use coverlay::pipeline::{Options, import_files, import_files_with};
use coverlay::rule::Intake;
use coverlay::source::{Bucket, SourceFile};
use std::collections::{BTreeMap, BTreeSet};

/// Every zip of the shared corpora, whatever it holds.
pub(crate) const ALL: [&str; 18] = [
    "atomic-a",
    "car",
    "chronicle-a",
    "dettect",
    "elastic",
    "falco",
    "kibana-exports",
    "layers-a",
    "panther-a",
    "sentinel-2021",
    "sigmahq",
    "sigmahq-2019",
    "sigmahq-2022",
    "sigmahq-2026-04",
    "splunk",
    "sublime-a",
    "suricata",
    "wazuh",
];

/// The files of a zip, counted without the reader that is tested: central directory headers by
/// their signature (APPNOTE.TXT 4.3.12), from the place the end record names (4.3.16), leaving
/// out names that end in `/`.
fn files_in(zip: &[u8]) -> usize {
    let long = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().expect("four bytes"));
    let word = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let end = zip.windows(4).rposition(|found| found == b"PK\x05\x06").expect("a zip");
    let mut at = long(end + 16) as usize;
    let mut files = 0;
    while zip[at..].starts_with(b"PK\x01\x02") {
        let (name, extra, comment) = (word(at + 28), word(at + 30), word(at + 32));
        files += usize::from(zip[at + 45 + name] != b'/');
        at += 46 + name + extra + comment;
    }
    assert_eq!(at, end, "the headers end where the end record begins");
    files
}

#[test]
fn all_corpora_in_one_drop() {
    let mut expected = 0;
    let mut drop = Vec::new();
    for name in ALL {
        let Some(bytes) = shared(&format!("{name}.zip")) else { continue };
        expected += files_in(&bytes);
        drop.push(SourceFile { path: format!("{name}.zip"), bytes });
    }
    if drop.is_empty() {
        return;
    }
    let (mut intake, _) = import_files(drop);
    intake.settle();
    assert_eq!(intake.report.outcomes.len(), expected, "one outcome a file");
    let paths: BTreeSet<&str> = intake.report.outcomes.iter().map(|o| o.path.as_str()).collect();
    assert_eq!(paths.len(), expected, "and no file twice");
    let counts = intake.report.counts();
    assert_eq!(counts.files, counts.read + counts.skipped + counts.failed);
    assert_rules_belong_to_read_files(&intake);
    print_counts(&intake);
}

/// A file that is read as n rules has n rules; a skipped one has none.
pub(crate) fn assert_rules_belong_to_read_files(intake: &Intake) {
    let mut rules: BTreeMap<&str, u32> = BTreeMap::new();
    for rule in &intake.rules {
        *rules.entry(&rule.path).or_default() += 1;
    }
    for outcome in &intake.report.outcomes {
        let found = rules.remove(outcome.path.as_str()).unwrap_or_default();
        match &outcome.bucket {
            Bucket::Read { rules, .. } => assert_eq!(found, *rules, "{outcome:?}"),
            Bucket::Skipped { .. } => assert_eq!(found, 0, "{outcome:?}"),
            // The rules before a fault are kept.
            Bucket::Failed { code, .. } => {
                assert_ne!(code.as_str(), "import/crashed", "{outcome:?}")
            }
        }
    }
    assert!(rules.is_empty(), "rules of files nobody dropped: {rules:?}");
}

#[expect(clippy::print_stdout, reason = "figures to look at, with --nocapture")]
fn print_counts(intake: &Intake) {
    let mut formats: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for outcome in &intake.report.outcomes {
        let (name, rules) = match &outcome.bucket {
            Bucket::Read { format, rules } => (format.as_str(), *rules),
            Bucket::Skipped { .. } => ("(skipped)", 0),
            Bucket::Failed { .. } => ("(failed)", 0),
        };
        let of = formats.entry(name).or_default();
        of.0 += 1;
        of.1 += rules;
    }
    for (name, (files, rules)) in formats {
        println!("{name}: {files} files, {rules} rules");
    }
}

/// A page of a collection: nothing without being asked, sightings and the same bucket if asked.
#[test]
fn text_is_scanned_only_if_asked() {
    let page = || {
        SourceFile {
        path: "page.md".to_owned(),
        bytes: b"# Odd parents\n\n## ATT&CK Tags\n\n| Tactic | Technique | Subtechnique |\n\
            |---|---|---|\n| TA0002 - Execution | T1559 | 001 |\n\n```kql\n// T1036\nDeviceEvents\n```\n"
            .to_vec(),
    }
    };
    let reason = |intake: &Intake| match &intake.report.outcomes[0].bucket {
        Bucket::Skipped { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    };
    let (plain, _) = import_files([page()]);
    assert_eq!(plain.sightings, []);
    assert_eq!(reason(&plain), "text, but no rule in a format that is read");
    let (scanned, _) =
        import_files_with([page()], Options { scan_text: true, ..Options::default() });
    assert!(scanned.rules.is_empty());
    let seen: Vec<_> = scanned
        .sightings
        .iter()
        .map(|seen| (seen.line, seen.title.as_str(), seen.technique.to_string()))
        .collect();
    let of = |line, id: &str| (line, "Odd parents", id.to_owned());
    assert_eq!(seen, [of(7, "T1559.001"), of(10, "T1036")]);
    assert_eq!(reason(&scanned), "text, not a rule; 2 ATT&CK ids seen in it");
}
