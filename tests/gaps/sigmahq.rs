//! SigmaHQ's rules (`sigma/rules*` of the snapshot in `corpora/sigmahq.zip`) against numbers
//! computed without this project: a Python script that reads the zip with PyYAML, techniques and
//! uses from `attack/catalogue-19.2-derived.json`, attributions of campaigns from the STIX bundle
//! of 18.1, and has the formula and its default weights typed in anew. Without the rule sets these
//! tests say so and pass.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::export::gaps_recommended;
use coverlay::gaps::{
    GapList, GapState, GapsAsked, Grounds, Library, LogsAtHand, NextAsked, PriorityPolicy, Profile,
    next_rules, recommended,
};
use coverlay::pipeline;
use coverlay::source::SourceFile;
use coverlay::source::archive::Archive;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

/// The snapshot, and where it lies.
fn archive() -> Option<(PathBuf, Vec<u8>)> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join("corpora/sigmahq.zip");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", path.display());
        return None;
    };
    Some((path, bytes))
}

fn list(profile: &Profile) -> Option<(Catalogue, GapList)> {
    let (_, bytes) = archive()?;
    let (mut intake, _) = pipeline::import_files([SourceFile { path: String::new(), bytes }]);
    intake.rules.retain(|rule| rule.path.trim_start_matches('/').starts_with("sigma/rules"));
    intake.settle();
    let catalogue =
        bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in").clone();
    let (policy, scope) = (Policy::default(), Scope::default());
    let coverage = Coverage::compute(&catalogue, &intake, &policy, &scope, crate::toy::today());
    let list = GapList::of(&GapsAsked {
        catalogue: &catalogue,
        intake: &intake,
        coverage: &coverage,
        profile,
        enrichment: None,
        policy: PriorityPolicy::default(),
        threshold: 80,
    });
    Some((catalogue, list))
}

#[track_caller]
fn first(catalogue: &Catalogue, list: &GapList, expected: &[(&str, &str, f64)]) {
    for (gap, (id, state, priority)) in list.gaps.iter().zip(expected) {
        let told = catalogue.technique(gap.technique).id.to_string();
        assert_eq!((told.as_str(), gap.state.as_str()), (*id, *state));
        assert!((gap.priority - priority).abs() < 5e-5, "{id}: {}", gap.priority);
    }
}

#[test]
fn all_actors() {
    let Some((catalogue, list)) = list(&Profile::default()) else { return };
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    assert_eq!((relevant, list.gaps.len()), (601, 357));
    let states =
        GapState::ALL.map(|state| list.gaps.iter().filter(|gap| gap.state == state).count());
    assert_eq!(states, [213, 7, 92, 45]);
    assert_eq!((list.threat.groups.len(), list.threat.campaigns.len()), (176, 56));
    first(
        &catalogue,
        &list,
        &[
            ("T1027.013", "uncovered", 4.456_897),
            ("T1657", "uncovered", 3.775_862),
            ("T1110.003", "uncovered", 3.560_345),
            ("T1037", "partial", 3.344_828),
            ("T1534", "uncovered", 3.344_828),
            ("T1098.007", "uncovered", 3.301_724),
            ("T1111", "uncovered", 3.301_724),
            ("T1048.002", "uncovered", 3.258_621),
            ("T1098.002", "uncovered", 3.258_621),
            ("T1491", "partial", 3.258_621),
            ("T1056.003", "uncovered", 3.215_517),
            ("T1080", "uncovered", 3.215_517),
        ],
    );
    let sum: f64 = list.gaps.iter().map(|gap| gap.priority).sum();
    assert!((sum - 83.637_931_034_482_76).abs() < 1e-6, "{sum}");
    // Nearly everything SigmaHQ looks at is in the table of log sources.
    let unknown: usize = list.logs.unrecognised.iter().map(|(_, rules)| rules).sum();
    assert!(unknown < 80, "{unknown}: {:?}", list.logs.unrecognised);
}

#[test]
fn three_actors() {
    let text = r#"{"groups": ["APT29", "G0007"], "campaigns": ["C0024"]}"#;
    let profile = Profile::from_json(text).expect("a profile");
    let Some((catalogue, list)) = list(&profile) else { return };
    let relevant = list.assessments.iter().filter(|one| one.relevance.is_in()).count();
    assert_eq!((relevant, list.gaps.len()), (191, 72));
    first(
        &catalogue,
        &list,
        &[
            ("T1048.002", "uncovered", 13.0),
            ("T1098.002", "uncovered", 13.0),
            ("T1074.002", "uncovered", 11.0),
            ("T1114.002", "uncovered", 11.0),
            ("T1037", "partial", 9.666_667),
            ("T1110.003", "uncovered", 9.666_667),
        ],
    );
}

/// Fifty of SigmaHQ's rules deployed as a folder, SigmaHQ's archive as library: the command says
/// what the library's functions do.
#[test]
fn the_command_chooses_as_the_library_does() {
    let Some((path, bytes)) = archive() else { return };
    let folder = crate::command::folder("cli-gaps-fifty");
    let path = path.to_str().expect("UTF-8").to_owned();
    let (mut library, _) = pipeline::import_files([SourceFile { path: path.clone(), bytes }]);
    library.settle();
    let of_rules = library.rules.iter().filter(|rule| rule.path.contains("/sigma/rules"));
    let deployed: BTreeSet<&str> = of_rules.step_by(75).take(50).map(|rule| &*rule.path).collect();
    assert_eq!(deployed.len(), 50);
    let bytes = std::fs::read(&path).expect("read before");
    let archive = Archive::open(&path, &bytes).expect("a zip");
    let files: Vec<SourceFile> = archive
        .unpack_some(|path| deployed.contains(path))
        .zip(0..)
        .map(|(file, number)| SourceFile { path: format!("{number:02}.yml"), ..file })
        .collect();
    for file in &files {
        std::fs::write(folder.join(&file.path), &file.bytes).expect("writable");
    }
    let (mut intake, _) = pipeline::import_files(files);
    intake.settle();
    assert_eq!(intake.rules.len(), 50);

    let started = Instant::now();
    let rules = folder.to_str().expect("UTF-8");
    let arguments = ["gaps", "--quiet", rules, "--attack", "19.2", "--library", &path];
    let output = crate::command::coverlay(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seconds = started.elapsed().as_secs_f64();
    println!("coverlay gaps, 50 rules, SigmaHQ as library: {seconds:.2} s in all");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");

    let catalogue = bundled::find(Domain::Enterprise, Some("19.2")).expect("whole");
    let catalogue = catalogue.expect("built in");
    let (policy, scope) = (Policy::default(), Scope::default());
    let coverage = Coverage::compute(catalogue, &intake, &policy, &scope, crate::toy::today());
    let profile = Profile::default();
    let list = GapList::of(&GapsAsked {
        catalogue,
        intake: &intake,
        coverage: &coverage,
        profile: &profile,
        enrichment: None,
        policy: PriorityPolicy::default(),
        threshold: 80,
    });
    let grounds = Grounds {
        catalogue,
        intake: &intake,
        coverage: &coverage,
        policy: &policy,
        scope: &scope,
        telemetry: &LogsAtHand { catalogue, logs: &list.logs },
        library: &library,
    };
    let of = Library::new(&grounds);
    let next = next_rules(&grounds, &of, &list.stakes(), &NextAsked::default());
    let expected = gaps_recommended::next_rules(&grounds, &of, &next);
    let expected = serde_json::to_value(expected).expect("JSON");
    assert_eq!(report["next_rules"], expected);
    assert_eq!(expected.as_array().map(Vec::len), Some(10));
    assert_eq!(report["library"]["usable"], of.usable.len());
    for (told, gap) in report["gaps"].as_array().expect("gaps").iter().zip(&list.gaps).step_by(25) {
        let rules = recommended(&grounds, &of, gap.technique);
        let rules = gaps_recommended::recommended(&grounds, &rules, usize::MAX);
        assert_eq!(
            told["recommended"],
            serde_json::to_value(rules).expect("JSON"),
            "{}",
            told["id"]
        );
    }
}
