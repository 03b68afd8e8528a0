//! Any number of rules as one zip: our own text, shaped and sized like real Sigma rules (about
//! 1.5 kB, as SigmaHQ's are on average), the same at every run.

use crate::support::{Entry, zip};
use coverlay::attack::{Domain, bundled};
use std::fmt::Write as _;

const LOG_SOURCES: [(&str, &str); 10] = [
    ("windows", "category: process_creation"),
    ("windows", "category: registry_set"),
    ("windows", "category: file_event"),
    ("windows", "category: network_connection"),
    ("windows", "service: security"),
    ("linux", "category: process_creation"),
    ("linux", "service: auditd"),
    ("macos", "category: process_creation"),
    ("aws", "service: cloudtrail"),
    ("azure", "service: activitylogs"),
];
const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
const STATUSES: [&str; 3] = ["experimental", "test", "stable"];
const SUBJECTS: [&str; 12] = [
    "An archiver",
    "A backup agent",
    "A browser helper",
    "A driver loader",
    "An installer",
    "A mail client",
    "A scheduled job",
    "A script host",
    "A service account",
    "A shell",
    "A terminal session",
    "An update service",
];
const ACTIONS: [&str; 12] = [
    "changes a policy that guards logging",
    "copies files to a share nobody else uses",
    "lists accounts of the whole directory",
    "opens a listening port",
    "reads stored credentials",
    "registers a component that starts by itself",
    "removes traces of an earlier step",
    "renames a system tool before running it",
    "sends data to a host outside",
    "starts a tool from a temporary folder",
    "stops a protecting service",
    "writes to the memory of another process",
];
const FIELDS: [&str; 6] = [
    "CommandLine|contains",
    "Image|endswith",
    "ParentImage|endswith",
    "TargetObject",
    "User",
    "Details",
];

/// Pseudo-random numbers (xorshift); good enough to vary text, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// A zip of that many rules, each with an id and a title of its own, and its size unpacked.
pub(crate) fn archive(rules: usize) -> (Vec<u8>, usize) {
    let catalogue = bundled::find(Domain::Enterprise, None).expect("readable").expect("built in");
    let techniques: Vec<_> = catalogue
        .indices()
        .map(|index| catalogue.technique(index).id.to_string().to_ascii_lowercase())
        .collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut unpacked = 0;
    let entries: Vec<_> = (0..rules)
        .map(|number| {
            let (product, source) = dice.pick(&LOG_SOURCES);
            let text = rule(number, product, source, &techniques, &mut dice);
            unpacked += text.len();
            // Folders of some hundred files, as in a real repository.
            let path = format!("generated/{product}/{:03}/rule_{number:05}.yml", number / 250);
            Entry::new(&path, text.as_bytes(), true)
        })
        .collect();
    (zip(&entries), unpacked)
}

fn rule(
    number: usize,
    product: &str,
    source: &str,
    techniques: &[String],
    dice: &mut Dice,
) -> String {
    let (subject, action) = (dice.pick(&SUBJECTS), dice.pick(&ACTIONS));
    let (high, low) = (dice.roll(), dice.roll());
    let id = format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    );
    let mut text = format!(
        "title: {subject} {action} ({number})\nid: {id}\nstatus: {status}\n\
         description: {subject} {action}. Generated for a measurement; it detects nothing.\n\
         references:\n    - https://rules.example/{number}\n    - https://notes.example/{id}\n\
         author: Coverlay measurement\ndate: {date}\nmodified: {modified}\ntags:\n",
        status = dice.pick(&STATUSES),
        date = day(2018, dice),
        modified = day(2022, dice),
    );
    for _ in 0..1 + dice.below(3) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    - attack.{}", techniques[dice.below(techniques.len())]);
    }
    let _ = write!(text, "logsource:\n    product: {product}\n    {source}\ndetection:\n");
    for (at, name) in ["selection_tool", "selection_place", "filter_known"].iter().enumerate() {
        let _ = writeln!(
            text,
            "    {name}:\n        {}:",
            FIELDS[(at * 2 + dice.below(2)) % FIELDS.len()]
        );
        for _ in 0..1 + dice.below(7) {
            let _ = writeln!(
                text,
                "            - '\\Program Files\\{:x}\\tool.exe /run '",
                dice.roll()
            );
        }
    }
    let _ = write!(
        text,
        "    condition: all of selection_* and not filter_known\nfalsepositives:\n    \
         - Administration of the {} kind\n    - Unknown\nlevel: {}\n",
        dice.below(100),
        dice.pick(&LEVELS),
    );
    text
}

fn day(first_year: usize, dice: &mut Dice) -> String {
    let year = first_year + dice.below(4);
    format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28))
}
