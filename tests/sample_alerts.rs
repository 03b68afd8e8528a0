//! The sample's alerts, `data/sample_alerts.csv`: made up, 90 days of them, from the sample's own
//! rules by a small generator that always writes the same bytes.
//!
//! `COVERLAY_WRITE_SAMPLE=1 cargo test --test sample_alerts` writes the file anew. It lies beside
//! the folder of rules, not in it: the rules alone are a fixture of many tests, and stand in the
//! page.
#![cfg(feature = "cli")]

use coverlay::alerts::{Moment, Selection, Severity};
use coverlay::attack::{Domain, bundled};
use coverlay::coverage::detections::{Detections, HealthWeights, rule_health};
use coverlay::coverage::{Claims, Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::pace::Unpaced;
use coverlay::pipeline::import_files;
use coverlay::rule::{Intake, Status};
use coverlay::sample;
use coverlay::source::SourceFile;
use std::fmt::Write;
use std::sync::Arc;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample_alerts.csv");
const DAYS: u64 = 90;
/// The alerts of one attack, step by step: hours after its beginning, and the rule.
const ATTACK: [(u64, &str); 8] = [
    (0, "powershell_from_office"),
    (1, "powershell_encoded_command"),
    (2, "scheduled_task_user_folder"),
    (5, "lsass_dump_file_written"),
    (6, "domain_trust_listing"),
    (20, "pass_the_hash_logon"),
    (21, "remote_service_install"),
    (26, "shadow_copies_removed"),
];

fn sample() -> Intake {
    let files = sample::FILES
        .iter()
        .map(|(path, bytes)| SourceFile { path: (*path).to_owned(), bytes: bytes.to_vec() });
    let (mut intake, _) = import_files(files);
    intake.settle();
    intake
}

/// Numerical Recipes' generator: good enough, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end.max(1)
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// Many small numbers and a few large ones, up to `most`.
    fn skewed(&mut self, most: u64) -> u64 {
        let (a, b, c) = (self.below(most), self.below(most), self.below(most));
        a.min(b).min(c)
    }
}

/// One alert as it is written, by time.
struct Line {
    time: u64,
    text: String,
}

fn generate(intake: &Intake) -> String {
    let start = Moment::start_of(Date::new(2026, 1, 1).expect("a day")).0 as u64 / 1000;
    let mut random = Random(7);
    let mut lines = Vec::new();
    for (at, rule) in intake.rules.iter().enumerate() {
        let is_retired = matches!(rule.status.known(), Status::Deprecated | Status::Unsupported);
        if is_retired || intake.is_duplicate(at as u32) {
            continue;
        }
        // A fifth is silent, two are loud, the rest fires now and then.
        let count = match at % 10 {
            3 | 8 => 0,
            _ if at == 11 => 1_450,
            _ if at == 34 => 900,
            _ => 4 + random.skewed(230),
        };
        let false_share = [5, 20, 45, 85][(at / 3) % 4];
        let level = rule.level.value.map_or("", |level| level.as_str());
        for _ in 0..count {
            // Fewer on weekends, most by day.
            let mut day = random.below(DAYS);
            if (day + 4) % 7 < 2 && random.percent(60) {
                day = (day + 2) % DAYS;
            }
            let hour = if random.percent(75) { 7 + random.below(11) } else { random.below(24) };
            let event = start + day * 86_400 + hour * 3600 + random.below(3600);
            let latency = match random.below(100) {
                0 => -(random.below(90) as i64),
                1..=70 => 15 + random.skewed(400) as i64,
                _ => 60 + random.skewed(14_400) as i64,
            };
            let number = random.below(180);
            let host = match rule.path.split('/').nth(1) {
                Some("windows") => format!("NW-WS-{number:04}"),
                Some("linux") => format!("nw-srv-{:02}", number % 24),
                Some("macos") => format!("NW-MAC-{:02}", number % 9),
                _ => String::new(),
            };
            let user = if random.percent(85) {
                format!("u{:03}", random.below(140))
            } else {
                String::new()
            };
            let verdict = match random.below(100) {
                0..=39 => "",
                other if (other - 40) * 100 / 60 < false_share => "false_positive",
                other if other % 3 == 0 => "true_positive",
                _ => "benign",
            };
            let has_event = random.percent(97);
            lines.push(line(
                event,
                latency,
                has_event,
                (&rule.title, "", level),
                (&host, &user, verdict, ""),
            ));
        }
    }
    // An attack over a day on one computer and then a server, and what another product saw of it.
    let begin = start + 61 * 86_400 + 9 * 3600;
    for (hours, name) in ATTACK {
        let rule =
            intake.rules.iter().find(|rule| rule.path.ends_with(&format!("windows/{name}.yml")));
        let rule = rule.expect("a rule of the sample");
        let level = rule.level.value.map_or("", |level| level.as_str());
        let host = if hours < 20 { "NW-WS-0142" } else { "nw-fs-01" };
        let time = begin + hours * 3600 + random.below(1800);
        lines.push(line(
            time,
            120,
            true,
            (&rule.title, "", level),
            (host, "u077", "true_positive", "INC-0061"),
        ));
    }
    for (hours, name, technique) in [
        (0, "Suspicious mail attachment", "T1566.001"),
        (22, "Data sent to a file-sharing site", "T1567.002"),
    ] {
        let time = begin + hours * 3600 + random.below(1800);
        lines.push(line(
            time,
            45,
            true,
            (name, technique, "high"),
            ("NW-WS-0142", "u077", "true_positive", "INC-0061"),
        ));
    }
    lines.sort_by(|a, b| (a.time, &a.text).cmp(&(b.time, &b.text)));
    let mut text =
        String::from("time,event_time,rule,technique,severity,host,user,verdict,incident\n");
    lines.iter().for_each(|line| text.push_str(&line.text));
    text
}

fn line(
    event: u64,
    latency: i64,
    has_event: bool,
    (rule, technique, level): (&str, &str, &str),
    (host, user, verdict, incident): (&str, &str, &str, &str),
) -> Line {
    let time = event.saturating_add_signed(latency);
    let moment = |seconds: u64| Moment(seconds as i64 * 1000).to_string();
    let rule = if rule.contains([',', '"']) {
        format!("\"{}\"", rule.replace('"', "\"\""))
    } else {
        rule.to_owned()
    };
    let event = if has_event { moment(event) } else { String::new() };
    let mut text = String::new();
    writeln!(
        text,
        "{},{event},{rule},{technique},{level},{host},{user},{verdict},{incident}",
        moment(time)
    )
    .expect("a string");
    Line { time, text }
}

#[test]
fn the_file_is_what_the_generator_writes() {
    let text = generate(&sample());
    if std::env::var_os("COVERLAY_WRITE_SAMPLE").is_some() {
        std::fs::write(FILE, &text).expect("it is written");
    }
    let file = std::fs::read_to_string(FILE).expect("it is there");
    assert!(file == text, "write it anew: COVERLAY_WRITE_SAMPLE=1");
    let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 9).len();
    assert!(packed < 110_000, "{packed} bytes packed");
}

#[test]
fn it_matches_the_rules_of_the_sample() {
    let mut reader = AlertReader::new("sample_alerts.csv", AlertOptions::default());
    reader.push(&std::fs::read(FILE).expect("it is there"));
    let alerts = reader.finish().expect("alerts");
    assert!((4_500..6_500).contains(&alerts.len()), "{}", alerts.len());
    let reading = &alerts.readings[0];
    assert_eq!(reading.faults.all().count(), 0, "{:?}", reading.faults);
    let (first, last) = alerts.span().expect("rows");
    assert!((89..=91).contains(&(last.day() - first.day())));

    let intake = sample();
    let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
    let mut claims = coverlay_claims(catalogue, &intake);
    let found = Detections::of(catalogue, &intake, &claims, &alerts, &Selection::default());
    let unmatched: Vec<&str> =
        found.joined.unmatched().into_iter().map(|rule| alerts.rule(rule).name).collect();
    assert_eq!(unmatched.len(), 2, "those of the other product: {unmatched:?}");
    let latency = found.latency.all;
    assert!(latency.negative > 10 && latency.missing > 50 && latency.n > 4_000, "{latency:?}");

    let weights = HealthWeights::default();
    let evidence = found.evidence(catalogue, &intake, &claims, &alerts, &[], &weights);
    claims.evidence = Some(evidence.clone());
    let day = Date::new(2026, 4, 1).expect("a day");
    let coverage = block_on(Coverage::compute_paced(
        catalogue,
        &intake,
        Arc::new(claims),
        &Policy::default(),
        &Scope::default(),
        day,
        &Unpaced,
    ));
    let health = rule_health(&intake, &coverage, &evidence, &weights);
    let count = |is: fn(&coverlay::coverage::detections::RuleHealth) -> bool| {
        health.iter().filter(|rule| is(rule)).count()
    };
    assert!(count(|rule| rule.is_silent) >= 8);
    assert!(count(|rule| rule.is_silent && !rule.covers_alone.is_empty()) >= 3);
    assert!(
        count(|rule| rule.is_loud) >= 2 && count(|rule| rule.is_noisy) > count(|rule| rule.is_loud)
    );
    assert!(alerts.iter().any(|alert| alert.severity == Some(Severity::High)));
}

fn coverlay_claims(catalogue: &coverlay::attack::Catalogue, intake: &Intake) -> Claims {
    block_on(Claims::of(catalogue, intake, &Unpaced))
}

/// What never waits.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match work.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!("it is unpaced"),
    }
}
