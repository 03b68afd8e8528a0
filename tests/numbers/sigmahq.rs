//! SigmaHQ's rules (`sigma/rules*` of the snapshot in `corpora/sigmahq.zip`) against numbers
//! counted without this project: a Python script that reads the zip with PyYAML and the
//! techniques, parents, tactics and platforms from `attack/catalogue-19.2-derived.json`, takes
//! tags by `^attack\.t\d{4}(\.\d{3})?$`, a log source as the three words of `logsource`, and the
//! platforms of a rule by a table of its own from product and service. Without the rule sets
//! these tests say so and pass.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{
    Coverage, CoverageState, Grouping, Panel, PanelAsked, Policy, Scope, Switchboard, WhatIf,
    difference, platform_views, tactic_views, used_by, weakest,
};
use coverlay::pipeline;
use coverlay::rule::Intake;
use coverlay::source::SourceFile;
use std::path::PathBuf;

fn sigmahq() -> Option<(Catalogue, Intake, Coverage)> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join("corpora/sigmahq.zip");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there (set COVERLAY_SHARED)", path.display());
        return None;
    };
    let (mut intake, _) = pipeline::import_files([SourceFile { path: String::new(), bytes }]);
    intake.rules.retain(|rule| rule.path.trim_start_matches('/').starts_with("sigma/rules"));
    intake.settle();
    let catalogue =
        bundled::find(Domain::Enterprise, None).expect("whole").expect("built in").clone();
    let coverage = cover(&catalogue, &intake, WhatIf::default());
    Some((catalogue, intake, coverage))
}

fn cover(catalogue: &Catalogue, intake: &Intake, what_if: WhatIf) -> Coverage {
    let scope = Scope { what_if, ..Scope::default() };
    Coverage::compute(catalogue, intake, &Policy::default(), &scope, crate::toy::today())
}

#[test]
fn states_and_panel() {
    let Some((catalogue, _, coverage)) = sigmahq() else { return };
    let state = |state: CoverageState| {
        let list = state.list(&catalogue, &coverage);
        let subs = list.iter().filter(|at| catalogue.technique(**at).parent.is_some()).count();
        (list.len() - subs, subs)
    };
    for (of, expected) in [
        (CoverageState::Direct, (157, 243)),
        (CoverageState::ViaSubtechnique, (14, 0)),
        (CoverageState::DisabledOnly, (0, 0)),
        (CoverageState::None, (51, 232)),
        (CoverageState::Partial, (68, 0)),
        (CoverageState::ExperimentalOnly, (5, 14)),
        (CoverageState::SingleRule, (24, 55)),
        (CoverageState::SingleLogSource, (37, 75)),
        (CoverageState::Stale, (72, 94)),
        (CoverageState::NotObservable, (21, 75)),
    ] {
        assert_eq!(state(of), expected, "{of:?}");
    }
    let platforms = ["Windows", "Linux"].map(str::to_owned);
    let profile = used_by(&catalogue, &["APT29".to_owned()]).expect("known");
    let asked =
        |threshold| PanelAsked { platforms: &platforms, profile: Some(&profile), threshold };
    let panel = Panel::of(&catalogue, &coverage, &asked(80));
    let shares: Vec<_> =
        panel.denominators.iter().map(|one| (one.covered.len(), one.total())).collect();
    // The profile: of G0016 and the two campaigns attributed to it.
    assert_eq!(shares, [(171, 222), (414, 697), (159, 201), (149, 176), (95, 119)]);
    let bars =
        |of: fn(&coverlay::coverage::Bar) -> usize| panel.bars.iter().map(of).collect::<Vec<_>>();
    assert_eq!(bars(|bar| bar.techniques.len()), [51, 18, 32, 25, 11, 85]);
    assert_eq!(bars(|bar| bar.exact.len()), [297, 76, 93, 79, 40, 112]);
    assert_eq!(panel.at_least.techniques.len(), 124);
    assert_eq!(Panel::of(&catalogue, &coverage, &asked(31)).at_least.techniques.len(), 148);
    // Others found 27 % as well.
    let c = &panel.concentration;
    assert_eq!((c.mappings, c.ids, c.held()), (4509, 400, 1230));
    let top: Vec<_> =
        c.top.iter().take(3).map(|(at, n)| (catalogue.technique(*at).id.to_string(), *n)).collect();
    assert_eq!(top, [("T1059.001".into(), 220), ("T1685".into(), 164), ("T1218".into(), 153)]);
}

#[test]
fn weakest_log_sources() {
    let Some((catalogue, intake, coverage)) = sigmahq() else { return };
    let found = weakest(&catalogue, &intake, &coverage, &Policy::default());
    let said: Vec<_> = found
        .iter()
        .take(6)
        .map(|one| {
            let name = one.log_source.to_string();
            (name, one.rules, one.techniques.len(), one.points, one.subtechniques.len())
        })
        .collect();
    let expected = [
        ("windows / process_creation", 1416, 9, 2940, 20),
        ("linux / process_creation", 144, 4, 580, 4),
        ("windows / security", 177, 3, 580, 5),
        ("aws / cloudtrail", 58, 3, 560, 5),
        ("cisco / aaa", 13, 2, 250, 3),
        ("windows / registry_event", 41, 1, 290, 3),
    ];
    assert_eq!(said, expected.map(|(name, a, b, c, d)| (name.to_owned(), a, b, c, d)));
    assert_eq!(found.len(), 138, "none of SigmaHQ's log sources goes unweighed");
    let board = Switchboard::of(&catalogue, &intake, &coverage);
    assert_eq!(board.log_sources.len(), 138);
    assert_eq!(board.log_sources[0].rules, 1416);
    // And switched off it is as foretold.
    let log_sources = [found[0].log_source.clone()].into();
    let without = cover(&catalogue, &intake, WhatIf { log_sources, ..WhatIf::default() });
    let change = difference(&coverage, &without);
    assert_eq!((change.techniques, change.rules), ((171, 162), (3780, 3780 - 1416)));
    assert_eq!(change.points.0 - change.points.1, 2940);
}

#[test]
fn platforms_and_tactics() {
    let Some((catalogue, intake, coverage)) = sigmahq() else { return };
    assert_eq!(intake.rules.iter().filter(|rule| rule.platforms.is_empty()).count(), 250);
    let views = platform_views(&catalogue, &intake, &coverage, Grouping::Families);
    let execution = catalogue.tactics.iter().position(|t| t.shortname == "execution");
    let said: Vec<_> = views
        .iter()
        .map(|view| {
            let (all, cells) = (view.all(), view.by_tactic(&catalogue));
            let cell = cells[execution.expect("a tactic")];
            let row = (all.covered, all.visible, all.unstated, all.total);
            (view.name.as_str(), row, (cell.covered, cell.visible, cell.total))
        })
        .collect();
    assert_eq!(
        said,
        [
            ("Windows", (337, 315, 4, 474), (33, 33, 43)),
            ("Linux", (234, 116, 21, 355), (21, 14, 26)),
            ("macOS", (234, 82, 35, 356), (23, 13, 28)),
            ("Cloud", (88, 57, 8, 152), (4, 2, 8)),
            ("Network", (68, 35, 11, 100), (4, 1, 6)),
            ("Containers", (36, 11, 8, 48), (4, 1, 8)),
            ("ESXi", (90, 0, 30, 117), (6, 0, 7)),
            ("PRE", (26, 0, 5, 96), (0, 0, 0)),
        ]
    );
    let tactics = tactic_views(&catalogue, &coverage);
    let said: Vec<_> = catalogue
        .tactics
        .iter()
        .zip(&tactics)
        .map(|(tactic, view)| {
            let median = view.median_log_sources.expect("covered");
            (tactic.shortname.as_str(), view.covered.len(), view.total(), median)
        })
        .collect();
    assert_eq!(
        said,
        [
            ("reconnaissance", 7, 12, 2.0),
            ("resource-development", 5, 9, 4.0),
            ("initial-access", 9, 11, 8.0),
            ("execution", 14, 20, 8.0),
            ("persistence", 19, 22, 10.0),
            ("privilege-escalation", 13, 13, 12.0),
            ("stealth", 23, 30, 4.0),
            ("defense-impairment", 12, 18, 5.5),
            ("credential-access", 16, 17, 6.5),
            ("discovery", 29, 34, 3.0),
            ("lateral-movement", 7, 9, 4.0),
            ("collection", 14, 17, 5.5),
            ("command-and-control", 13, 18, 5.0),
            ("exfiltration", 6, 9, 5.0),
            ("impact", 13, 15, 7.0),
        ]
    );
    let best: Vec<_> =
        tactics[0].best(2).map(|at| catalogue.technique(at).id.to_string()).collect();
    assert_eq!(best, ["T1590", "T1595"]);
}
