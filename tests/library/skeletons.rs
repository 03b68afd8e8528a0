//! Sigma skeletons: valid for every technique, and safe whatever a name is.

use crate::toy::{date, index, three_tactics};
use crate::{Ground, Has, at_once};
use coverlay::attack::{Analytic, Catalogue, DataComponent, Entity, Strategy, bundled};
use coverlay::coverage::{Claims, Coverage, Policy, Scope};
use coverlay::gaps::{Grounds, Telemetry, Untold, skeleton};
use coverlay::heatmap::wording::visible;
use coverlay::lint::{self, Subject};
use coverlay::pace::Unpaced;
use coverlay::pipeline::import_files;
use coverlay::rule::{Intake, LogSource};
use coverlay::source::SourceFile;

/// Gives T1059.001 of the toy a strategy of two analytics, and groups that use it.
pub(crate) fn add_facts(catalogue: &mut Catalogue) {
    let component = |id: &str, name: &str| DataComponent {
        id: id.parse().expect("an id"),
        name: name.to_owned(),
    };
    catalogue.data_components =
        vec![component("DC0016", "Module Load"), component("DC0032", "Process Creation")];
    catalogue.log_sources =
        ["AWS:CloudTrail", "WinEventLog:Sysmon", "auditd:SYSCALL"].map(str::to_owned).to_vec();
    let analytic = |id: &str, platforms: Vec<u8>, log_sources: Vec<(u16, u16)>| Analytic {
        id: id.parse().expect("an id"),
        platforms,
        log_sources,
    };
    catalogue.analytics = vec![
        analytic("AN0001", vec![1], vec![(0, 1), (1, 1), (1, 0)]),
        analytic("AN0002", vec![0], vec![(1, 2)]),
    ];
    catalogue.strategies = vec![Strategy {
        id: "DET0001".parse().expect("an id"),
        name: "A strategy".to_owned(),
        analytics: vec![0, 1],
    }];
    let group = |id: &str| Entity {
        id: id.parse().expect("an id"),
        name: id.to_owned(),
        aliases: Vec::new(),
        last_seen: None,
    };
    catalogue.groups = vec![group("G0001"), group("G0002"), group("G0003")];
    for (id, groups) in [("T1059.001", vec![0, 1, 2]), ("T1047", vec![1]), ("T1110", vec![1])] {
        let at = usize::from(index(catalogue, id).0);
        catalogue.techniques[at].groups = groups;
    }
    let at = usize::from(index(catalogue, "T1059.001").0);
    catalogue.techniques[at].strategies = vec![0];
}

fn grounds<'a>(
    catalogue: &'a Catalogue,
    nothing: &'a Intake,
    coverage: &'a Coverage,
    policy: &'a Policy,
    scope: &'a Scope,
    telemetry: &'a dyn Telemetry,
) -> Grounds<'a> {
    Grounds { catalogue, intake: nothing, coverage, policy, scope, telemetry, library: nothing }
}

fn read(text: &str) -> Intake {
    let file = SourceFile { path: "skeleton.yml".to_owned(), bytes: text.as_bytes().to_vec() };
    let (mut intake, _) = import_files([file]);
    intake.settle();
    intake
}

fn claims(catalogue: &Catalogue, intake: &Intake) -> Claims {
    at_once(Claims::of(catalogue, intake, &Unpaced))
}

/// Every technique of both releases and all domains: our importer reads one rule of exactly this
/// technique without a word, and the doctor finds nothing.
#[test]
fn the_doctor_finds_nothing_in_any_skeleton() {
    let all = bundled::all().expect("whole");
    let (policy, scope, nothing) = (Policy::default(), Scope::default(), Intake::default());
    let mut read_in_all = 0;
    let mut guessed = 0;
    for catalogue in &all {
        let coverage = Coverage::compute(catalogue, &nothing, &policy, &scope, date());
        let grounds = grounds(catalogue, &nothing, &coverage, &policy, &scope, &Untold);
        let others: Vec<&Catalogue> =
            all.iter().filter(|other| other.domain != catalogue.domain).collect();
        for technique in catalogue.indices() {
            let text = skeleton(&grounds, technique);
            let intake = read(&text);
            assert_eq!(intake.diagnostics, [], "{text}");
            assert_eq!(intake.rules.len(), 1, "{text}");
            let claims = claims(catalogue, &intake);
            assert_eq!(claims.techniques, [vec![technique]], "{text}");
            let rule = &intake.rules[0];
            assert_eq!(rule.id, None);
            assert!(!rule.log_source.is_empty() && rule.body != 0, "{text}");
            guessed += usize::from(rule.log_source != LogSource::new("", "todo", ""));
            let subject = Subject {
                intake: &intake,
                catalogue,
                others: &others,
                claims: &claims,
                today: date(),
            };
            assert_eq!(lint::examine(&subject).findings, [], "{text}");
            read_in_all += 1;
        }
    }
    // 697 + 124 + 97 and 691 + 124 + 83
    assert_eq!(read_in_all, 1816);
    assert!(guessed > 1400, "{guessed} have a log source");
}

#[test]
fn tactics_are_those_of_the_release() {
    let (policy, scope, nothing) = (Policy::default(), Scope::default(), Intake::default());
    for (version, tactic) in [("19.2", "attack.stealth"), ("18.1", "attack.defense-evasion")] {
        let catalogue = bundled::find(coverlay::attack::Domain::Enterprise, Some(version))
            .expect("whole")
            .expect("built in");
        let coverage = Coverage::compute(catalogue, &nothing, &policy, &scope, date());
        let grounds = grounds(catalogue, &nothing, &coverage, &policy, &scope, &Untold);
        let text = skeleton(&grounds, index(catalogue, "T1027"));
        assert!(text.contains(&format!("    - {tactic}\n    - attack.t1027\n")), "{text}");
        let text = skeleton(&grounds, index(catalogue, "T1059.001"));
        assert!(text.contains("category: process_creation"), "{text}");
    }
}

/// The whole text, for one technique.
#[test]
fn a_skeleton_in_full() {
    let mut catalogue = three_tactics();
    add_facts(&mut catalogue);
    let ground = Ground::new(
        catalogue,
        Intake::default(),
        Intake::default(),
        Policy::default(),
        Scope::default(),
    );
    let of = |has: Has| {
        let grounds = Grounds { telemetry: &has, ..ground.grounds() };
        skeleton(&grounds, index(&ground.catalogue, "T1059.001"))
    };
    let text = "title: \"TODO: PowerShell\"
# TODO: an id of its own, a new UUID (version 4)
status: experimental
description: \"TODO: what is detected, and what a match means\"
references:
    - https://attack.mitre.org/techniques/T1059/001/
author: TODO
date: 2026-11-22
tags:
    - attack.execution
    - attack.t1059.001
# ATT&CK Enterprise 19.2: T1059.001 PowerShell
# Detection strategy DET0001: AN0001, AN0002
# Collect DC0016 Module Load: WinEventLog:Sysmon
# Collect DC0032 Process Creation: WinEventLog:Sysmon, AWS:CloudTrail, auditd:SYSCALL
# TODO: a guess; check it against what you collect
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: TODO
        CommandLine|contains: TODO
    filter_main_expected:
        Image|endswith: TODO what is harmless
    condition: selection and not 1 of filter_main_*
falsepositives:
    - \"TODO: what else looks like this\"
level: medium
";
    assert_eq!(of(Has(&[])), text, "of what is named equally often what most rules look at");
    let there = of(Has(&["image_load"]));
    assert!(there.contains("    product: windows\n    category: image_load\n"), "{there}");
}

/// Names are whatever someone's bundle says.
#[test]
fn hostile_names_stay_text() {
    let evil = "a\": }\n- attack.t1110\r\nlevel: critical # \u{2028}\u{85}\u{0}\u{202e}\\ 'x' T1110 *&!%@`";
    let long = evil.repeat(500);
    for name in [evil, "", "- ", "null", "\u{feff}", "'", long.as_str()] {
        let mut catalogue = three_tactics();
        add_facts(&mut catalogue);
        name.clone_into(&mut catalogue.version);
        for technique in &mut catalogue.techniques {
            name.clone_into(&mut technique.name);
        }
        for source in &mut catalogue.log_sources {
            name.clone_into(source);
        }
        for component in &mut catalogue.data_components {
            name.clone_into(&mut component.name);
        }
        for tactic in &mut catalogue.tactics {
            name.clone_into(&mut tactic.shortname);
        }
        let technique = index(&catalogue, "T1059.001");
        let ground = Ground::new(
            catalogue,
            Intake::default(),
            Intake::default(),
            Policy::default(),
            Scope::default(),
        );
        let text = skeleton(&ground.grounds(), technique);
        let intake = read(&text);
        let [rule] = intake.rules.as_slice() else { panic!("one rule: {text}") };
        assert_eq!(intake.diagnostics, [], "{text}");
        assert_eq!(rule.level.text, "medium");
        assert_eq!(rule.tags.len(), 2, "{text}");
        assert!(rule.tags[0].written.starts_with("attack."), "{text}");
        let short: String = name.chars().take(120).collect();
        let short = visible(&short);
        assert_eq!(rule.title.trim_end(), format!("TODO: {short}").trim_end(), "it is read back");
        assert!(text.lines().all(|line| line.chars().count() < 2500), "lines stay short");
    }
}
