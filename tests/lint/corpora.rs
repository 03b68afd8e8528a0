//! Public rule sets against counts made independently, with a YAML parser and an ATT&CK reader of
//! another language, and by the reference (rule formats, 4.1 and 5.3). The rule sets are not part
//! of the project; without them these tests say so and pass.

use super::{Looked, file};
use coverlay::lint::patch;
use coverlay::pipeline::import_files;
use coverlay::rule::{Claim, Intake, Rule};
use coverlay::source::SourceFile;
use coverlay::source::archive::Archive;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[expect(clippy::print_stdout, reason = "a test that is skipped says why")]
fn shared(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("COVERLAY_SHARED")
        .map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = root.join("corpora").join(name);
    std::fs::read(&path).inspect_err(|e| println!("skipped: {}: {e}", path.display())).ok()
}

/// The files of an archive whose path in it begins so, by that path.
fn files(name: &str, below: &str) -> Option<Vec<SourceFile>> {
    let bytes = shared(&format!("{name}.zip"))?;
    let archive = Archive::open("", &bytes).ok()?;
    let files = archive.part(0, 1, 0).flatten().map(|entry| SourceFile {
        path: entry.path.trim_start_matches('/').to_owned(),
        bytes: entry.bytes,
    });
    Some(files.filter(|file| file.path.starts_with(below)).collect())
}

fn assert_counts(looked: &Looked, expected: &[(&str, usize, usize)]) {
    let found: Vec<_> = expected
        .iter()
        .map(|(code, ..)| {
            let (findings, rules) = looked.count(code);
            (*code, findings, rules)
        })
        .collect();
    assert_eq!(found, expected);
}

/// The reference: 348 rules carry a tactic that none of their techniques has, 469 have tactics
/// only, 2 nothing; all 4,509 ids are live, all tactics spelt as they should be, and no
/// technique is without a tactic of its own.
#[test]
fn sigmahq_rules() {
    let Some(files) = files("sigmahq", "sigma/rules") else { return };
    let looked = Looked::at(files, "19.2");
    assert_counts(
        &looked,
        &[
            ("tag/tactic-mismatch", 478, 348),
            ("tag/tactic-only", 469, 469),
            ("tag/none", 2, 2),
            ("tag/malformed", 1, 1),
            ("tag/parent-beside-sub", 67, 57),
            ("tag/too-many", 28, 28),
            ("tag/revoked", 0, 0),
            ("tag/unknown", 0, 0),
            ("tag/deprecated", 0, 0),
            ("tag/spelling", 0, 0),
            ("tag/tactic-retired", 0, 0),
            ("tag/tactic-missing", 0, 0),
            ("rule/stale", 2860, 2860),
            ("rule/duplicate-id", 0, 0),
            ("rule/no-level", 0, 0),
            ("rule/no-status", 0, 0),
            ("rule/no-date", 0, 0),
        ],
    );
}

/// Reference, 5.3: 174 mappings to ids that v19 revoked.
#[test]
fn sigmahq_of_2022() {
    let Some(files) = files("sigmahq-2022", "sigma-history-2023/rules/") else { return };
    let looked = Looked::at(files, "19.2");
    assert_counts(
        &looked,
        &[
            ("tag/revoked", 174, 170),
            ("tag/tactic-retired", 895, 895),
            ("tag/tactic-mismatch", 239, 196),
            ("tag/tactic-missing", 158, 149),
            ("tag/spelling", 962, 895),
            ("tag/tactic-only", 213, 213),
            ("tag/none", 90, 90),
            ("rule/stale", 2577, 2577),
        ],
    );
}

/// Reference, section 6: 154 revoked and 15 deprecated of 380 mappings.
#[test]
fn sigmahq_of_2019() {
    let Some(files) = files("sigmahq-2019", "") else { return };
    let looked = Looked::at(files, "19.2");
    assert_counts(
        &looked,
        &[
            ("tag/revoked", 154, 145),
            ("tag/deprecated", 15, 15),
            ("tag/tactic-retired", 112, 112),
            ("tag/tactic-mismatch", 65, 63),
            ("tag/tactic-missing", 43, 41),
            ("tag/spelling", 132, 122),
            ("tag/tactic-only", 13, 13),
            ("tag/group-only", 3, 3),
            ("tag/none", 85, 85),
            ("rule/no-status", 92, 92),
        ],
    );
}

/// Techniques and tactics as written.
fn tags(rule: &Rule) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut both = (BTreeSet::new(), BTreeSet::new());
    for claim in rule.tags.iter().flat_map(|tag| &tag.claims) {
        match claim {
            Claim::Technique(id) => both.0.insert(id.to_string()),
            Claim::Tactic(name) => both.1.insert(name.clone()),
            _ => false,
        };
    }
    both
}

fn by_id(intake: &Intake) -> BTreeMap<&str, &Rule> {
    intake.rules.iter().filter_map(|rule| Some((rule.id.as_deref()?, &**rule))).collect()
}

/// SigmaHQ went over to ATT&CK 19 by hand between these two. Of the 1,581 rules that had the
/// retired tactic and whose techniques it only followed to their successors, 159 name no
/// technique, and nothing can decide for them; in all other 1,422 the doctor's tactics for what
/// was retired are those that SigmaHQ chose.
#[test]
fn fixes_agree_with_what_sigmahq_did() {
    let Some(before) = files("sigmahq-2026-04", "sigma-history-v18era/rules") else { return };
    let Some(after) = files("sigmahq", "sigma/rules") else { return };
    let looked = Looked::at(before.iter().map(|f| file(&f.path, &f.bytes)), "19.2");
    let fixes = looked.lint.fixes();
    let fixed = before.into_iter().map(|file| match fixes.get(file.path.as_str()) {
        Some(fixes) => {
            let text = String::from_utf8(file.bytes).expect("UTF-8");
            SourceFile { path: file.path, bytes: patch::apply(&text, fixes).into_bytes() }
        }
        None => file,
    });
    let (fixed, theirs) = (import_files(fixed).0, import_files(after).0);
    let (fixed, theirs) = (by_id(&fixed), by_id(&theirs));
    let new = |tactics: &BTreeSet<String>| -> Vec<String> {
        ["defense-evasion", "stealth", "defense-impairment"]
            .into_iter()
            .filter(|name| tactics.contains(*name))
            .map(str::to_owned)
            .collect()
    };
    let (mut open, mut agreed) = (0, 0);
    for (id, old) in by_id(&looked.intake) {
        let (Some(ours), Some(theirs)) = (fixed.get(id), theirs.get(id)) else { continue };
        let (ours, theirs) = (tags(ours), tags(theirs));
        if !tags(old).1.contains("defense-evasion") || ours.0 != theirs.0 {
            continue;
        }
        if ours.0.is_empty() {
            open += 1;
            continue;
        }
        assert_eq!(new(&ours.1), new(&theirs.1), "{id}");
        agreed += 1;
    }
    assert_eq!((open, agreed), (159, 1422));
}

/// All of three old sets: nothing but lines with tags changes, all fixes can be placed, and after
/// them nothing is left to put right.
#[test]
fn fixes_of_whole_sets() {
    for name in ["sigmahq", "sigmahq-2019", "sigmahq-2022"] {
        let Some(files) = files(name, "") else { return };
        let looked = Looked::at(files.iter().map(|f| file(&f.path, &f.bytes)), "19.2");
        let fixes = looked.lint.fixes();
        let mut fixed = Vec::new();
        for SourceFile { path, bytes } in files {
            let Some(fixes) = fixes.get(path.as_str()) else {
                fixed.push(SourceFile { path, bytes });
                continue;
            };
            let text = String::from_utf8(bytes).expect("UTF-8");
            assert_eq!(patch::file(&path, text.as_bytes(), fixes).refused, 0, "{path}");
            let now = patch::apply(&text, fixes);
            let others = |text: &str| -> Vec<String> {
                let lines = text.split_inclusive('\n').filter(|line| !line.contains("attack."));
                lines.map(str::to_owned).collect()
            };
            assert_eq!(others(&text), others(&now), "{path}");
            fixed.push(SourceFile { path, bytes: now.into_bytes() });
        }
        let after = Looked::at(fixed, "19.2");
        assert_eq!(after.coverage.claims.techniques, looked.coverage.claims.techniques, "{name}");
        assert!(after.lint.findings.iter().all(|finding| finding.fix.is_none()), "{name}");
    }
}
