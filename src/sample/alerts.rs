//! The sample's alerts: made up, 90 days of them before a day, from the sample's own rules by a
//! small generator that always writes the same bytes for the same day. They are made where they are
//! asked for, because as a file they would be half a megabyte.

use crate::alerts::Moment;
use crate::date::Date;
use std::fmt::Write as _;

/// What it is called where it was read.
pub const ALERTS: &str = "sample/alerts.csv";

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

/// A rule of the sample, as far as alerts tell of it.
struct Rule<'r> {
    path: &'r str,
    title: &'r str,
    level: &'r str,
    is_retired: bool,
}

/// The rules, in the order of their files. They are our own and plain enough to be
/// read without a parser.
fn rules() -> Vec<Rule<'static>> {
    let rule = |(path, bytes): &(&'static str, &'static [u8])| {
        let text = std::str::from_utf8(bytes).ok()?;
        let of = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let is_retired = matches!(of("status:"), Some("deprecated" | "unsupported"));
        let (title, level) = (of("title:")?, of("level:").unwrap_or_default());
        of("detection:").map(|_| Rule { path, title, level, is_retired })
    };
    super::FILES.iter().filter_map(rule).collect()
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

/// The table, as CSV, up to the day before `today`: nothing in it is still to come.
pub fn alerts(today: Date) -> String {
    let end = u64::try_from(Moment::start_of(today).0 / 1000).unwrap_or_default();
    let start = end.saturating_sub(DAYS * 86_400);
    let rules = rules();
    let mut random = Random(7);
    let mut lines = Vec::new();
    for (at, rule) in rules.iter().filter(|rule| !rule.is_retired).enumerate() {
        // A fifth is silent, two are loud, the rest fires now and then.
        let count = match at % 10 {
            3 | 8 => 0,
            _ if at == 11 => 1_450,
            _ if at == 34 => 900,
            _ => 4 + random.skewed(230),
        };
        let false_share = [5, 20, 45, 85][(at / 3) % 4];
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
                (rule.title, "", rule.level),
                (&host, &user, verdict, ""),
            ));
        }
    }
    // An attack over a day on one computer and then a server, and what another product saw of it.
    let begin = start + 61 * 86_400 + 9 * 3600;
    for (hours, name) in ATTACK {
        let rule = rules.iter().find(|rule| rule.path.ends_with(&format!("windows/{name}.yml")));
        let Some(rule) = rule else { continue };
        let host = if hours < 20 { "NW-WS-0142" } else { "nw-fs-01" };
        let time = begin + hours * 3600 + random.below(1800);
        lines.push(line(
            time,
            120,
            true,
            (rule.title, "", rule.level),
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
    crate::sorted::sort_by(&mut lines, |a, b| (a.time, &a.text).cmp(&(b.time, &b.text)));
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
    // A string takes everything.
    let _ = writeln!(
        text,
        "{},{event},{rule},{technique},{level},{host},{user},{verdict},{incident}",
        moment(time)
    );
    Line { time, text }
}
