//! Other tools' numbers, on rules of our own and on real ones. The values of `on_our_rules` were
//! printed by the tools themselves (sigma-cli 3.1.0 with pySigma 1.5.1, rsigma 0.23.0,
//! attack-mapper 0.4.1, detkit-cli 0.1.6, countermap 0.2.2; ATT&CK 19.2), run on the same folder;
//! where a tool stops at a file, without that file. Detect-Forge, DeTT&CT and Kibana were not run:
//! their values follow from their source.
#![allow(clippy::print_stdout, reason = "what was skipped, and why, is part of the result")]

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::convention::{Convention, Covers, Ledger, Line, Reason, Tally};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::pipeline;
use coverlay::rule::{Format, Intake, Level, LogSource, Rule, Status, Tag, Written, parse_tag};
use coverlay::source::SourceFile;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn catalogue() -> &'static Catalogue {
    bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in")
}

fn today() -> Date {
    Date::new(2026, 11, 25).expect("a day")
}

fn compute(intake: &Intake, scope: &Scope) -> Coverage {
    Coverage::compute(catalogue(), intake, &Policy::default(), scope, today())
}

/// The files of some folders or single files below the fixtures.
fn read(parts: &[&str]) -> Intake {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures_conventions");
    let mut files = Vec::new();
    for part in parts {
        let part = root.join(part);
        let mut paths: Vec<PathBuf> = if part.is_dir() {
            let entries = std::fs::read_dir(&part).expect("readable").flatten();
            entries.map(|entry| entry.path()).collect()
        } else {
            vec![part]
        };
        paths.sort();
        files.extend(paths.into_iter().map(|path| SourceFile {
            path: path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/"),
            bytes: std::fs::read(&path).expect("readable"),
        }));
    }
    let (mut intake, _) = pipeline::import_files(files);
    intake.settle();
    intake
}

/// Every id with a value above 0 or a verdict, strangers included, as `id=value`.
fn values(tally: &Tally) -> String {
    let known = catalogue().techniques.iter().zip(&tally.marks);
    let known = known.filter_map(|(t, mark)| Some((t.id.to_string(), mark.as_ref()?)));
    let strangers = tally.strangers.iter().map(|(id, mark)| (id.clone(), mark));
    let all: BTreeMap<_, _> = known.chain(strangers).collect();
    let shown = all.into_iter().filter(|(_, mark)| mark.covers != Covers::Not);
    shown.map(|(id, mark)| format!("{id}={}", mark.value)).collect::<Vec<_>>().join(" ")
}

#[test]
fn on_our_rules() {
    let intake = read(&["rules", "tested"]);
    let of = |convention: Convention| convention.tally(catalogue(), &intake);

    let count = of(Convention::SigmaCliCount);
    assert_eq!(
        values(&count),
        "T1003=1 T1018=2 T1027=1 T1027.010=1 T1033=1 T1053.005=1 T1059=1 T1059.001=2 T1059.003=1 \
         T1087=2 T1110=1 T1110.003=1 T1113=1 T1547.001=1 T1548=1"
    );
    assert_eq!(count.gradient_top, Some(5), "attack.discovery five times, no .yaml");
    assert_eq!(count.beside.get("DISCOVERY"), Some(&5));
    assert_eq!(count.beside.get("T1562.001"), Some(&1));
    assert_eq!(
        values(&of(Convention::SigmaCliMax)),
        "T1003=4 T1018=4 T1027=3 T1027.010=3 T1033=0 T1053.005=2 T1059=5 T1059.001=5 T1059.003=5 \
         T1087=2 T1110=2 T1110.003=4 T1113=3 T1547.001=3 T1548=3"
    );
    let level = of(Convention::SigmaCliLevel);
    assert_eq!(
        values(&level),
        "T1003=8 T1018=16 T1027=4 T1027.010=4 T1033=1 T1053.005=2 T1059=12 T1059.001=20 \
         T1059.003=12 T1087=4 T1110=2 T1110.003=8 T1113=4 T1547.001=4 T1548=4"
    );
    assert_eq!(level.gradient_top, Some(22), "attack.execution: 8 + 2 + 12");

    let stop =
        "sigma-cli stops with an error at 1 file of these and prints nothing; counted is the rest";
    assert_eq!(level.notes[0], stop, "tested.test.yml is no rule");

    let rsigma = of(Convention::Rsigma);
    assert_eq!(
        values(&rsigma),
        "T1003=1 T1018=1 T1027=1 T1027.010=1 T1033=1 T1053.005=1 T1059=1 T1059.001=2 T1059.003=1 \
         T10591=1 T1082=1 T1087=1 T1110=1 T1110.003=1 T1113=1 T1547.001=1 T1548=1 T1562.001=1 \
         T9999=1"
    );
    let rows = rsigma.tactics.iter().map(|row| format!("{}={}", row.shortname, row.covered));
    assert_eq!(
        rows.collect::<Vec<_>>().join(" "),
        "resource-development=0 initial-access=0 execution=4 persistence=1 privilege-escalation=1 defense-evasion=1 \
         credential-access=3 discovery=5 collection=1"
    );

    let mapper = of(Convention::AttackMapper);
    assert_eq!(
        values(&mapper),
        "T1003=1 T1018=1 T1027=1 T1027.010=1 T1033=1 T1059=1 T1059.001=1 T1059.003=1 T1082=1 \
         T1087=1 T1113=1 T1204=1 T1204.002=1 T1547=1 T1547.001=1 T1548=1 T1566=1 T1587=1"
    );
    let ratio = mapper.ratio.expect("it prints one");
    assert_eq!((ratio.covered, ratio.total), (18, 697));
    let unknown: Vec<_> = mapper.beside.keys().map(String::as_str).collect();
    assert_eq!(unknown, ["T1562.001", "T9999"]);
    assert_eq!(
        mapper.notes[0], "attack-mapper lists 6 of 22 files as unmapped",
        "with the test file"
    );
    let stealth = mapper.tactics.iter().find(|row| row.shortname == "stealth").expect("a row");
    assert_eq!((stealth.covered, stealth.total), (2, Some(148)));

    let detkit = of(Convention::Detkit);
    assert_eq!(
        values(&detkit),
        "T1003=50 T1018=50 T1027=50 T1033=50 T1059=50 T1082=50 T1087=50 T1113=100 T1547=50 \
         T1548=50"
    );
    let ratio = detkit.ratio.expect("it prints one");
    assert_eq!((ratio.covered, ratio.total), (10, 207));

    let countermap = of(Convention::Countermap);
    // Without tested.yml (T1113) the tool counted 16 covered and 57 partial.
    assert_eq!((countermap.covered(), countermap.partly()), (17, 57));
    let shown = values(&countermap);
    for part in ["T1685=2", "T1685.001=1", "T1053=1", "T1053.005=2", "T1547=1", "T1003.008=1"] {
        assert!(shown.split(' ').any(|value| value == part), "{part} of {shown}");
    }
    assert_eq!(countermap.beside.keys().collect::<Vec<_>>(), ["T9999"]);
    let row = countermap.tactics.iter().find(|row| row.shortname == "stealth").expect("a row");
    assert_eq!((row.covered, row.partly, row.total), (2, 17, Some(148)));

    // The two files of several documents are lost to it, and revoked ids count for nothing.
    let forge = of(Convention::DetectForge);
    assert_eq!(forge.covered(), 13);
    let shown = values(&forge);
    for part in ["T1082=100", "T1547=50", "T1547.001=100", "T1059.002=50", "T1113=100"] {
        assert!(shown.split(' ').any(|value| value == part), "{part} of {shown}");
    }
    assert!(!shown.contains("T1685") && !shown.contains("T1053") && !shown.contains("T1110"));

    // One detection of score 1, however many rules; upper case is lost to Dettectinator.
    assert_eq!(
        values(&of(Convention::Dettect)),
        "T1003=1 T1018=1 T1027=1 T1033=1 T1059=1 T1059.001=1 T1059.003=1 T1082=1 T1087=1 T1113=1 \
         T1547.001=1 T1548=1"
    );
    assert_eq!(values(&of(Convention::Kibana)), "", "it reads no Sigma");
}

/// The adding up, for any ledger.
fn adds_up(ledger: &Ledger, coverage: &Coverage) -> Result<(), String> {
    let sum = |part: fn(&Line) -> i32| -> i64 {
        ledger.lines.iter().map(|line| i64::from(part(line))).sum()
    };
    let number = |count: usize| i64::try_from(count).expect("small");
    let (ours, theirs) = (number(ledger.ours.covered), number(ledger.theirs.covered));
    if ours + sum(|line| line.covered) != theirs {
        return Err(format!("{ours} and the lines are not {theirs}"));
    }
    if sum(|line| line.partly) != number(ledger.theirs.partly) {
        return Err("the parts do not add up".to_owned());
    }
    if ledger.lines.windows(2).any(|two| (&two[0].id, two[0].reason) >= (&two[1].id, two[1].reason))
    {
        return Err("the lines are not sorted, or one stands twice".to_owned());
    }
    let by_reason: i64 = ledger.reasons.values().map(|total| i64::from(total.covered)).sum();
    if by_reason != sum(|line| line.covered) {
        return Err("the reasons do not add up".to_owned());
    }
    if !ledger.convention.counts_rules() {
        return Ok(());
    }
    for ((technique, coverage), mark) in
        catalogue().techniques.iter().zip(&coverage.techniques).zip(&ledger.tally.marks)
    {
        let ours = if coverage.in_scope { coverage.rules.len() } else { 0 };
        let theirs = mark.as_ref().map_or(0, |mark| i64::from(mark.value));
        if ledger.rules_of(&technique.id.to_string(), ours) != theirs {
            return Err(format!("the rules of {} do not come to {theirs}", technique.id));
        }
    }
    Ok(())
}

/// Each line as `id reason covered rules`.
fn lines(ledger: &Ledger) -> Vec<String> {
    let line = |line: &Line| {
        let Line { id, reason, covered, partly, rules_more, .. } = line;
        format!("{id} {} {covered:+} {partly} {rules_more:+}", reason.as_str())
    };
    ledger.lines.iter().map(line).collect()
}

#[test]
fn the_ledger_says_why() {
    let intake = read(&["rules", "tested", "broken"]);
    let coverage = compute(&intake, &Scope::default());
    let of = |convention| {
        let ledger = Ledger::new(catalogue(), &intake, &coverage, convention);
        adds_up(&ledger, &coverage).expect("it adds up");
        ledger
    };
    assert_eq!(
        lines(&of(Convention::SigmaCliCount)),
        [
            "T1003 deprecated_rule +1 0 +1",
            "T1018 multi_counted +0 0 +1",
            "T1082 file_extension -1 0 -1",
            "T1087 duplicate +0 0 +1",
            "T1105 malformed_file -1 0 -1",
            "T1587.001 tag_not_read -1 0 -1",
            "T1685 revoked_not_followed -1 0 -1",
        ]
    );
    assert_eq!(
        lines(&of(Convention::Rsigma)),
        [
            "T1003 deprecated_rule +1 0 +1",
            "T10591 unknown +1 0 +1",
            "T1105 malformed_file -1 0 -1",
            "T1562.001 revoked_not_followed +1 0 +1",
            "T1587.001 tag_not_read -1 0 -1",
            "T1685 revoked_not_followed -1 0 -1",
            "T9999 unknown +1 0 +1",
        ]
    );
    assert_eq!(
        lines(&of(Convention::AttackMapper)),
        [
            "T1003 deprecated_rule +1 0 +0",
            "T1053.005 multi_document -1 0 +0",
            "T1105 malformed_file -1 0 +0",
            "T1110 multi_document -1 0 +0",
            "T1110.003 multi_document -1 0 +0",
            "T1204 parent_inherited +1 0 +0",
            "T1204.002 mention_only +1 0 +0",
            "T1547 parent_inherited +1 0 +0",
            "T1566 mention_only +1 0 +0",
            "T1587 tag_read_otherwise +1 0 +0",
            "T1587.001 tag_not_read -1 0 +0",
            "T1685 revoked_not_followed -1 0 +0",
        ]
    );
    assert_eq!(
        lines(&of(Convention::Detkit)),
        [
            "T1003 deprecated_rule +1 0 +0",
            "T1105 malformed_file -1 0 +0",
            "T1110 multi_document -1 0 +0",
            "T1547 subtechnique_folded +1 0 +0",
            "T1685 revoked_not_followed -1 0 +0",
        ]
    );
    let countermap = of(Convention::Countermap);
    let shown = lines(&countermap);
    assert!(shown.contains(&"T1685.001 parent_to_sub +0 1 +0".to_owned()), "{shown:?}");
    assert!(shown.contains(&"T1547 sub_to_parent +0 1 +0".to_owned()), "{shown:?}");
    assert_eq!(countermap.reasons[&Reason::DeprecatedRule].covered, 1);
    // An id with a line has the rules behind it.
    let line = countermap.lines.iter().find(|line| line.id == "T1547").expect("a line");
    let paths: Vec<_> =
        line.rules.iter().map(|rule| intake.rules[*rule as usize].path.as_str()).collect();
    assert_eq!(paths, ["rules/sub_alone.yml"]);
}

/// Kibana counts enabled rules in the cells whose tactic they name; a disabled one, and one whose
/// tactic is another's, do not show.
#[test]
fn kibana() {
    let intake = read(&["kibana.ndjson"]);
    let tally = Convention::Kibana.tally(catalogue(), &intake);
    assert_eq!(values(&tally), "T1059=3 T1059.001=2 T1078=2 T1078.004=1");
    let mark = tally.mark(catalogue().find("T1059".parse().expect("an id")).expect("live"));
    assert_eq!(mark.map(|mark| mark.state), Some("3 or more"));
    let row = |name: &str| {
        let row = tally.tactics.iter().find(|row| row.shortname == name).expect("a row");
        (row.covered, row.total)
    };
    assert_eq!(row("execution").0, 1);
    assert_eq!(row("initial-access").0, 1);
    assert_eq!(row("persistence").0, 1);
    assert_eq!(row("discovery").0, 0);
    let missing = [
        "T1059 tactic_missing +0 0 -1",
        "T1078 tactic_missing +0 0 -1",
        "T1110 tactic_missing -1 0 -1",
    ];
    let ledger_of = |scope: &Scope| {
        let coverage = compute(&intake, scope);
        let ledger = Ledger::new(catalogue(), &intake, &coverage, Convention::Kibana);
        adds_up(&ledger, &coverage).expect("it adds up");
        lines(&ledger)
    };
    assert_eq!(ledger_of(&Scope::default()), missing);
    let with_disabled = Scope { count_disabled: true, ..Scope::default() };
    assert_eq!(
        ledger_of(&with_disabled),
        [
            "T1003 disabled -1 0 -1",
            "T1059 disabled +0 0 -1",
            "T1059 tactic_missing +0 0 -1",
            "T1059.001 disabled +0 0 -1",
            "T1078 tactic_missing +0 0 -1",
            "T1110 tactic_missing -1 0 -1",
        ]
    );
}

/// The mean of what is stated, 1 beside it where there are rules; -1 is no score.
#[test]
fn dettect() {
    let intake = read(&["administration.yaml", "rules/sub_alone.yml", "rules/deprecated.yml"]);
    let tally = Convention::Dettect.tally(catalogue(), &intake);
    assert_eq!(values(&tally), "T1003=2 T1021=0 T1547.001=1 T1566=3");
    let scores = Convention::Dettect.scores(catalogue(), &intake);
    let score = |id: &str| {
        let index = catalogue().find(id.parse().expect("an id")).expect("live");
        scores[usize::from(index.0)]
    };
    assert_eq!((score("T1003"), score("T1021"), score("T1059")), (Some(2), Some(0), None));
    assert_eq!(tally.beside.keys().collect::<Vec<_>>(), ["T9999"]);
    let coverage = compute(&intake, &Scope::default());
    let ledger = Ledger::new(catalogue(), &intake, &coverage, Convention::Dettect);
    adds_up(&ledger, &coverage).expect("it adds up");
    assert_eq!(
        lines(&ledger),
        ["T1003 deprecated_rule +1 0 +0", "T1021 statement +1 0 +0", "T1566 statement +1 0 +0",]
    );
}

#[test]
fn of_no_rules_there_is_nothing() {
    let intake = Intake::default();
    for convention in Convention::ALL {
        let tally = convention.tally(catalogue(), &intake);
        assert_eq!((tally.covered(), tally.partly()), (0, 0), "{convention:?}");
        assert!(convention.scores(catalogue(), &intake).iter().all(Option::is_none));
    }
}

/// What the tools printed for SigmaHQ's `rules/` of 2026-08-05 (3,141 files), ATT&CK 19.2.
#[test]
fn on_sigmahq() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let shared = std::env::var_os("COVERLAY_SHARED").map_or_else(|| beside.into(), PathBuf::from);
    let archive = shared.join("corpora/sigmahq.zip");
    let Ok(bytes) = std::fs::read(&archive) else {
        println!("skipped: no {} (set COVERLAY_SHARED)", archive.display());
        return;
    };
    let (mut intake, _) = pipeline::import_files([SourceFile { path: String::new(), bytes }]);
    let is_in = |path: &str| path.trim_start_matches('/').starts_with("sigma/rules/");
    intake.rules.retain(|rule| is_in(&rule.path));
    intake.report.outcomes.retain(|outcome| is_in(&outcome.path));
    intake.settle();
    let sums = |convention: Convention| {
        let tally = convention.tally(catalogue(), &intake);
        let values = || tally.marks.iter().flatten().map(|mark| mark.value);
        (tally.covered(), values().sum::<i32>(), values().max(), tally.gradient_top)
    };
    assert_eq!(sums(Convention::SigmaCliCount), (390, 3786, Some(180), Some(944)));
    assert_eq!(sums(Convention::SigmaCliMax), (390, 1489, Some(5), Some(5)));
    assert_eq!(sums(Convention::SigmaCliLevel), (390, 22482, Some(1171), Some(5568)));
    assert_eq!(sums(Convention::Rsigma), (390, 3786, Some(180), Some(180)));
    let fraction = |convention: Convention| {
        let tally = convention.tally(catalogue(), &intake);
        let ratio = tally.ratio.expect("it prints one");
        (ratio.covered, tally.partly(), ratio.total, format!("{:.1}", ratio.percent()))
    };
    assert_eq!(fraction(Convention::AttackMapper), (405, 0, 697, "58.1".to_owned()));
    assert_eq!(fraction(Convention::Detkit), (161, 0, 207, "77.8".to_owned()));
    assert_eq!(fraction(Convention::Countermap), (390, 194, 697, "56.0".to_owned()));
    let mapper = Convention::AttackMapper.tally(catalogue(), &intake);
    assert_eq!(mapper.notes[0], "attack-mapper lists 345 of 3141 files as unmapped");

    let coverage = compute(&intake, &Scope::default());
    for convention in Convention::ALL {
        let ledger = Ledger::new(catalogue(), &intake, &coverage, convention);
        adds_up(&ledger, &coverage).expect("it adds up");
    }
    let ledger = Ledger::new(catalogue(), &intake, &coverage, Convention::AttackMapper);
    assert_eq!(ledger.ours.covered + 15, ledger.theirs.covered);
    // One of the fifteen is named in a description, too.
    assert_eq!(ledger.reasons[&Reason::ParentInherited].covered, 14);
    assert_eq!(ledger.reasons[&Reason::MentionOnly].covered, 1);
}

/// Tags as people and other tools write them, well and badly.
fn tag() -> impl Strategy<Value = String> {
    let ids = prop::sample::select(vec![
        "t1059",
        "t1059.001",
        "T1059.003",
        "t1003",
        "t1562.001",
        "t1064",
        "t9999",
        "t10591",
        "T1587/001",
        "t1547.001",
        "t1110",
        "t1566.002",
        "execution",
        "defense_evasion",
        "g0016",
        "execution.t1059.003",
        "t1027 t1036",
        "ta0002",
        "",
    ]);
    (prop::sample::select(vec!["attack.", "attack.", "attack.", "ATTACK.", "cve.", ""]), ids)
        .prop_map(|(space, id)| format!("{space}{id}"))
}

fn rule() -> impl Strategy<Value = Rule> {
    let tags = prop::collection::vec(tag(), 0..5);
    let kinds = prop::sample::select(vec![Format::Sigma, Format::Sigma, Format::Elastic]);
    let levels = prop::sample::select(vec!["", "low", "medium", "critical", "odd"]);
    let statuses = prop::sample::select(vec!["", "test", "deprecated"]);
    let endings = prop::sample::select(vec!["yml", "yaml", "toml", "ndjson"]);
    let places = (0_u32..6, 0_u32..2, endings, prop::option::of(0_u32..8));
    (tags, kinds, levels, statuses, places, any::<(bool, bool)>()).prop_map(
        |(tags, format, level, status, (file, document, ending, id), (enabled, is_damaged))| Rule {
            id: id.map(|id| id.to_string()),
            title: format!("rule {}", file % 3),
            level: Written::level(level),
            status: Written::status(status),
            log_source: LogSource::new("windows", "", ""),
            enabled,
            is_damaged: is_damaged && file == 0,
            document,
            tags: tags
                .into_iter()
                .map(|written| Tag { claims: parse_tag(&written), written, line: 5, column: 1 })
                .collect(),
            ..Rule::new(format, &format!("{file}.{ending}"))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Ours and the lines give theirs, whatever the rules, the scope and the statuses; and the
    /// order of input changes nothing.
    #[test]
    fn every_ledger_adds_up(
        rules in prop::collection::vec(rule(), 0..24),
        is_windows in any::<bool>(),
        counts_deprecated in any::<bool>(),
    ) {
        let mut intake: Intake = rules.iter().cloned().collect();
        intake.settle();
        let mut scope = Scope::default();
        if is_windows {
            scope.platforms.push("Windows".to_owned());
        }
        scope.statuses.set(Status::Deprecated, counts_deprecated);
        let coverage = compute(&intake, &scope);
        for convention in Convention::ALL {
            let ledger = Ledger::new(catalogue(), &intake, &coverage, convention);
            if let Err(why) = adds_up(&ledger, &coverage) {
                return Err(TestCaseError::fail(format!("{}: {why}", convention.name())));
            }
        }
    }

    #[test]
    fn the_order_of_input_changes_nothing(mut rules in prop::collection::vec(rule(), 0..16)) {
        // Two rules at one place would be told apart by nothing.
        rules.sort_by(|a, b| (&a.path, a.document).cmp(&(&b.path, b.document)));
        rules.dedup_by(|a, b| a.path == b.path && a.document == b.document);
        let mut intake: Intake = rules.iter().cloned().collect();
        intake.settle();
        rules.reverse();
        let mut reversed: Intake = rules.into_iter().collect();
        reversed.settle();
        for convention in Convention::ALL {
            prop_assert_eq!(
                convention.tally(catalogue(), &intake),
                convention.tally(catalogue(), &reversed)
            );
        }
    }
}

/// How long this thread was on a processor, in nanoseconds; wall time where the system does not
/// say. Other programs must not decide a test.
fn clock(start: Instant) -> u128 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let on_cpu = stat.split(' ').next().and_then(|field| field.parse().ok());
    on_cpu.unwrap_or_else(|| start.elapsed().as_nanos())
}

/// Ten times the rules take about ten times as long. (Optimised, 50,000 rules are meant to take
/// at most 100 ms: printed, not held to, as tests are not optimised.)
#[test]
fn time_is_linear() {
    let spread = |count: u32| {
        let technique = |n: u32| {
            let at = n as usize % catalogue().techniques.len();
            catalogue().techniques[at].id.to_string().to_lowercase()
        };
        let rules = (0..count).map(|n| {
            let tags = [technique(n), technique(n / 7), "execution".to_owned(), "t9999".to_owned()];
            let tag = |id: String| format!("attack.{id}");
            Rule {
                id: Some(format!("{n:08x}")),
                level: Level::ALL
                    .get(n as usize % 5)
                    .map_or_else(Written::default, |level| Written::level(level.as_str())),
                tags: tags
                    .into_iter()
                    .map(tag)
                    .map(|written| Tag { claims: parse_tag(&written), written, line: 5, column: 1 })
                    .collect(),
                ..Rule::new(Format::Sigma, &format!("rules/{n:08}.yml"))
            }
        });
        let mut intake: Intake = rules.collect();
        intake.settle();
        intake
    };
    let (small, large) = (spread(5_000), spread(50_000));
    let coverage = compute(&large, &Scope::default());
    let start = Instant::now();
    for convention in Convention::ALL {
        let time = |intake: &Intake| {
            let begin = clock(start);
            let tally = convention.tally(catalogue(), intake);
            assert!(tally.covered() > 0 || convention == Convention::Kibana);
            (clock(start) - begin) / 1_000
        };
        time(&small);
        let (few, many) = (time(&small), time(&large));
        let begin = clock(start);
        Ledger::new(catalogue(), &large, &coverage, convention);
        let ledger = (clock(start) - begin) / 1_000;
        println!("{}: {few} µs, {many} µs, with the ledger {ledger} µs", convention.name());
        assert!(many < few * 40 + 100_000, "{few} µs, {many} µs");
    }
}
