//! Every fixture's result as a snapshot, and the same result whatever the file is called, how
//! it is encoded and how it arrives. A fixture's name is what it specifies.

use crate::support::{Entry, zip};
use coverlay::pipeline::import_files;
use coverlay::rule::{Administered, Claim, Format, Intake, Measured, Rule, Share, Tag, Test};
use coverlay::source::{Bucket, SourceFile};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn import(path: &str, bytes: Vec<u8>) -> Intake {
    let (mut intake, beside) = import_files([SourceFile { path: path.to_owned(), bytes }]);
    assert!(beside.catalogues.is_empty());
    intake.settle();
    intake
}

/// The result without its path.
fn dump(intake: &Intake) -> String {
    let mut text = String::new();
    for outcome in &intake.report.outcomes {
        match &outcome.bucket {
            Bucket::Read { format, rules } => writeln!(text, "read: {format}, {rules}"),
            Bucket::Skipped { code, reason } => {
                writeln!(text, "skipped {}: {reason}", code.as_str())
            }
            Bucket::Failed { code, line, column, reason, remedy } => writeln!(
                text,
                "failed {} {}: {reason}\n  -> {remedy}",
                code.as_str(),
                place(*line, *column)
            ),
        }
        .expect("a string");
    }
    for rule in &intake.rules {
        text.push_str(&dump_rule(rule));
    }
    for test in &intake.tests {
        let Test { line, technique, name, id, platforms, .. } = test;
        let id = id.as_deref().unwrap_or("-");
        let platforms = platforms.join(", ");
        writeln!(text, "test {line} {technique} {name:?} {id} on {platforms}").expect("a string");
    }
    for statement in &intake.administered {
        let Administered { line, technique, detection, visibility, .. } = statement;
        writeln!(
            text,
            "says {line} {technique}: detection {detection:?}, visibility {visibility:?}"
        )
        .expect("a string");
    }
    for record in &intake.measured {
        let Measured { line, rule, precision, false_positives, .. } = record;
        let share = |share: &Option<Share>| share.map_or("-".to_owned(), |s| s.get().to_string());
        let (precision, rate) = (share(precision), share(false_positives));
        writeln!(text, "measured {line} {rule:?}: precision {precision}, false positives {rate}")
            .expect("a string");
    }
    for found in &intake.diagnostics {
        let (severity, place) = (found.severity, place(found.line, found.column));
        let (code, message, hint) = (found.code.as_str(), &found.message, &found.hint);
        writeln!(text, "{severity:?} {code} {place}: {message}\n  -> {hint}").expect("a string");
    }
    text
}

fn dump_rule(rule: &Rule) -> String {
    let shared = if rule.id_is_shared { " (shared)" } else { "" };
    let id = rule.id.as_deref().map_or(String::new(), |id| format!("\n  id {id}{shared}"));
    let date = |date: Option<coverlay::date::Date>| date.map_or("-".to_owned(), |d| d.to_string());
    let mut text = format!(
        "{:?} {:?}, document {}, line {}{id}\n  level {:?} {:?}, status {:?} {:?}, date {}, \
         modified {}\n  {}\n",
        rule.kind,
        rule.title,
        rule.document,
        rule.line,
        rule.level.value,
        rule.level.text,
        rule.status.value,
        rule.status.text,
        date(rule.date),
        date(rule.modified),
        rule.log_source,
    );
    // Only what is not as usual.
    let mut more = Vec::new();
    if rule.format != Format::Sigma {
        more.push(rule.format.name().to_owned());
    }
    if !rule.enabled {
        more.push("switched off".to_owned());
    }
    if rule.is_damaged {
        more.push("damaged".to_owned());
    }
    if !rule.platforms.is_empty() {
        more.push(format!("for {}", rule.platforms.join(", ")));
    }
    if !more.is_empty() {
        writeln!(text, "  {}", more.join("; ")).expect("a string");
    }
    dump_tags(&mut text, "", &rule.tags);
    dump_tags(&mut text, "mentions ", &rule.mentions);
    text
}

fn dump_tags(text: &mut String, kind: &str, tags: &[Tag]) {
    for Tag { written, line, column, claims } in tags {
        let claims: Vec<String> = claims.iter().map(claim).collect();
        writeln!(text, "  {kind}{line}:{column} {written:?} {}", claims.join(", "))
            .expect("a string");
    }
}

fn claim(claim: &Claim) -> String {
    match claim {
        Claim::Technique(id) => id.to_string(),
        Claim::TacticId(id) => id.to_string(),
        Claim::Group(id) => id.to_string(),
        Claim::Software(id) => id.to_string(),
        other => format!("{other:?}"),
    }
}

fn place(line: Option<u32>, column: Option<u32>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("{line}:{column}"),
        (Some(line), None) => line.to_string(),
        _ => "-".to_owned(),
    }
}

/// A file of `tests/fixtures/FORMAT/`.
pub(crate) struct Fixture {
    /// The folder.
    pub(crate) format: String,
    /// The file's name.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// Every fixture, in order.
pub(crate) fn fixtures() -> Vec<Fixture> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("the fixtures are there");
        entries.map(|entry| entry.expect("readable").path()).collect()
    };
    let name = |path: &Path| path.file_name().expect("a file").to_string_lossy().into_owned();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found = Vec::new();
    for format in files(&folder) {
        found.extend(files(&format).into_iter().map(|path| Fixture {
            format: name(&format),
            name: name(&path),
            bytes: std::fs::read(&path).expect("readable"),
        }));
    }
    found.sort_by(|a, b| (&a.format, &a.name).cmp(&(&b.format, &b.name)));
    assert!(found.len() > 30);
    found
}

#[test]
fn snapshots() {
    for Fixture { format, name, bytes } in fixtures() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("../snapshots/{format}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!(name.clone(), dump(&import(&name, bytes)));
        });
    }
}

/// Windows line ends, a byte order mark, UTF-16 of both orders with and without a mark.
#[test]
fn the_encoding_changes_nothing() {
    for Fixture { name, bytes, .. } in fixtures() {
        let expected = dump(&import(&name, bytes.clone()));
        let text = String::from_utf8(bytes.clone()).expect("fixtures are UTF-8");
        let wide = |mark: &str| -> Vec<u16> { format!("{mark}{text}").encode_utf16().collect() };
        let (marked, plain) = (wide("\u{FEFF}"), wide(""));
        let variants = [
            ("CRLF", text.replace('\n', "\r\n").into_bytes()),
            ("BOM", [b"\xEF\xBB\xBF".as_slice(), &bytes].concat()),
            ("UTF-16 LE", marked.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
            ("UTF-16 BE", marked.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
            ("UTF-16 LE without mark", plain.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
            ("UTF-16 BE without mark", plain.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
        ];
        for (variant, bytes) in variants {
            // JSON that is only named, never read, is not worth decoding.
            let is_read = expected.starts_with("read");
            if variant.starts_with("UTF-16") && name.contains("json") && !is_read {
                continue;
            }
            assert_eq!(dump(&import(&name, bytes)), expected, "{name} with {variant}");
        }
    }
}

#[test]
fn the_name_changes_nothing_about_rules() {
    let mut renamed = 0;
    for Fixture { name, bytes, .. } in fixtures() {
        let intake = import(&name, bytes.clone());
        // The file name stands in for a title, so it shows.
        if intake.rules.is_empty() || intake.rules.iter().any(|rule| rule.title == name) {
            continue;
        }
        // JSON has to be called YAML.
        if name.starts_with("json") {
            continue;
        }
        for other in ["unknown", "rule.YAML", "rule.txt", "folder.yml/.rule"] {
            assert_eq!(dump(&import(other, bytes.clone())), dump(&intake), "{name} as {other}");
        }
        renamed += 1;
    }
    assert!(renamed > 20);
}

#[test]
fn in_a_zip_it_is_the_same_with_the_zips_path_before() {
    for Fixture { name, bytes, .. } in fixtures() {
        let expected = dump(&import(&name, bytes.clone()));
        for deflate in [false, true] {
            let inner = format!("rules/{name}");
            let archive =
                zip(&[Entry::new("rules/", b"", false), Entry::new(&inner, &bytes, deflate)]);
            let intake = import("a.zip", archive);
            assert_eq!(dump(&intake), expected, "{name}");
            let path = format!("a.zip/rules/{name}");
            assert!(intake.report.outcomes.iter().all(|outcome| outcome.path == path));
            assert!(intake.rules.iter().all(|rule| rule.path == path));
            assert!(intake.diagnostics.iter().all(|found| found.path == path));
        }
    }
}

/// All at once: each fixture's rules and outcome, nothing lost and nothing mixed up.
#[test]
fn together_they_give_what_each_gives_alone() {
    let files = || {
        let path = |fixture: &Fixture| format!("{}/{}", fixture.format, fixture.name);
        let file = |fixture: Fixture| SourceFile { path: path(&fixture), bytes: fixture.bytes };
        fixtures().into_iter().map(file).collect::<Vec<_>>()
    };
    let (mut together, _) = import_files(files());
    together.settle();
    let mut alone = Intake::default();
    for file in files().into_iter().rev() {
        alone.add(import_files([file]).0);
    }
    alone.settle();
    assert_eq!(together, alone);
    assert_eq!(together.report.counts().files, files().len());
}
