//! Input made to break readers: each file ends in its outcome, everything beside it is still
//! read, and the work stays within the limits (counted, not timed).

mod support;

use coverlay::diagnostic::Code;
use coverlay::import::yaml::load;
use coverlay::import::{Recognised, import_file};
use coverlay::limits::{
    MAX_ARCHIVE_UNPACKED_BYTES, MAX_FILE_DIAGNOSTICS, MAX_INHERITED_TAGS, MAX_RULE_FILE_BYTES,
    MAX_YAML_ALIAS_NODES, MAX_YAML_NODES,
};
use coverlay::pipeline::import_files;
use coverlay::rule::Intake;
use coverlay::source::archive::Archive;
use coverlay::source::{Bucket, FileOutcome, SourceFile};
use proptest::prelude::*;
use support::{Entry, zip};

const RULE: &str = "title: Good\nlogsource:\n  product: windows\ndetection:\n  condition: x\n\
                    tags:\n  - attack.t1059\n";

fn file(path: &str, bytes: impl Into<Vec<u8>>) -> SourceFile {
    SourceFile { path: path.to_owned(), bytes: bytes.into() }
}

fn import(files: impl IntoIterator<Item = SourceFile>) -> Intake {
    let (mut intake, _) = import_files(files);
    intake.settle();
    intake
}

/// `failed` or `skipped` and the code, or `read`.
fn verdict(outcome: &FileOutcome) -> String {
    match &outcome.bucket {
        Bucket::Read { rules, .. } => format!("read {rules}"),
        Bucket::Skipped { code, reason } => {
            assert!(!reason.is_empty());
            format!("skipped {}", code.as_str())
        }
        Bucket::Failed { code, reason, remedy, .. } => {
            assert!(!reason.is_empty() && !remedy.is_empty());
            format!("failed {}", code.as_str())
        }
    }
}

/// Imports a file between two good ones and gives its verdict.
fn alone(path: &str, bytes: impl Into<Vec<u8>>) -> String {
    let intake = import([file("a.yml", RULE), file(path, bytes), file("z.yml", RULE)]);
    let titles: Vec<&str> = intake.rules.iter().map(|rule| rule.path.as_str()).collect();
    assert!(titles.contains(&"a.yml") && titles.contains(&"z.yml"), "{path}: {titles:?}");
    let mut own: Vec<_> = intake.report.outcomes.iter().filter(|o| o.path == path).collect();
    assert_eq!(intake.report.counts().files, 3);
    verdict(own.pop().expect("an outcome"))
}

/// Path below the zip and verdict of each entry, in the order of the report.
fn in_zip(entries: &[Entry]) -> Vec<(String, String)> {
    let intake = import([file("z", zip(entries))]);
    let outcomes = intake.report.outcomes.iter();
    let below = |path: &str| path.strip_prefix("z/").unwrap_or(path).to_owned();
    outcomes.map(|o| (below(&o.path), verdict(o))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, verdict)| ((*path).to_owned(), (*verdict).to_owned())).collect()
}

#[test]
fn contents_that_are_no_rules() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.yml", b"", "skipped source/empty"),
        ("empty", b"", "skipped source/empty"),
        ("binary.yml", b"\0\x01\x02\x03", "failed source/not-text"),
        ("picture.yml", b"\x89PNG\r\n\x1A\n\0\0", "failed source/encoding"),
        ("picture.png", b"\x89PNG\r\n\x1A\n\0\0", "skipped source/not-text"),
        ("late-nul.yml", b"title: a\0b\n", "failed source/not-text"),
        ("latin1.yml", b"title: Gr\xF6\xDFe\ndetection:\n", "failed source/encoding"),
        ("latin1.txt", b"Gr\xF6\xDFe\n", "skipped source/not-text"),
        ("latin1", b"title: Gr\xF6\xDFe\ndetection:\n  a: b\n", "failed source/encoding"),
        ("archive.gz", b"\x1F\x8B\x08\0", "skipped zip/unsupported"),
        ("rules.yml", b"7z\xBC\xAF\x27\x1C\0\0", "skipped zip/unsupported"),
        ("list.json", b"[1, 2]", "skipped import/not-a-rule"),
        ("readme.md", b"# Read me\n", "skipped import/not-a-rule"),
        ("lone.yml", b"a: b: c\n", "failed yaml/syntax"),
    ];
    for (path, bytes, expected) in cases {
        assert_eq!(alone(path, *bytes), *expected, "{path}");
    }
}

#[test]
fn too_large() {
    let sixty = |line: &str| line.repeat((60 << 20) / line.len());
    assert_eq!(alone("big.yml", sixty("key: value\n")), "failed source/too-large");
    assert_eq!(alone("big", sixty("detection:\n  a: b\n")), "failed source/too-large");
    assert_eq!(alone("big.log", sixty("nothing here\n")), "skipped import/not-a-rule");
    // A rule as large as allowed is read.
    let most = usize::try_from(MAX_RULE_FILE_BYTES).expect("small");
    let comment = "#".repeat(most - RULE.len());
    assert_eq!(alone("fits.yml", format!("{RULE}{comment}")), "read 1");
    assert_eq!(alone("fits-not.yml", format!("{RULE}{comment}#")), "failed source/too-large");
}

#[test]
fn nesting() {
    let deep = 100_000;
    let cases = [
        "[".repeat(deep),
        "{".repeat(deep),
        "- ".repeat(deep),
        "? ".repeat(deep),
        "a: {".repeat(deep),
        "[{a: ".repeat(deep),
        "!!seq [".repeat(deep),
        (0..3000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(),
        (0..3000).map(|n| format!("{}-\n", " ".repeat(n))).collect(),
    ];
    for text in cases {
        let start: String = text.chars().take(20).collect();
        // Also below the part of a rule that is not built.
        for text in [text.clone(), format!("{RULE}x:\n  y: {text}"), format!("x: {text}\n{RULE}")] {
            // A rule beside the broken part is read without it.
            let is_saved = text.contains(RULE);
            let verdict = alone("deep.yml", text);
            assert!(
                ["failed yaml/limit", "failed yaml/syntax"].contains(&verdict.as_str())
                    || (is_saved && verdict.starts_with("read")),
                "{start}: {verdict}"
            );
        }
    }
}

#[test]
fn what_is_slow_elsewhere_ends_in_bounded_work() {
    let keys: String = (0..100_000).map(|n| format!("k{n}: v\n")).collect();
    let same = "k: v\n".repeat(100_000);
    let cases = [
        format!("[{}", "a, ".repeat(500_000)),
        format!("{{{}", "a: b, ".repeat(300_000)),
        "--- a\n".repeat(200_000),
        "a ".repeat(2_000_000),
        format!("a: |\n{}", "  x\n".repeat(1_000_000)),
        format!("a: '{}", "x\n\n ".repeat(1_000_000)),
        format!("a: \"{}", "\\u0041".repeat(500_000)),
        "&a ".repeat(200_000),
        "*a ".repeat(200_000),
        "!a ".repeat(200_000),
        "%TAG ! tag:x\n".repeat(100_000),
        format!("a: [\n{}]\n", "b,\n".repeat(100_000)),
        format!("a:\n  b: \"{}\"", "\nc".repeat(1_000_000)),
        "# comment\n".repeat(500_000),
        "\n".repeat(4_000_000),
        keys,
        same,
    ];
    for text in cases {
        let start: String = text.chars().take(20).collect();
        let loaded = load(&text, &|_| true);
        assert!(loaded.nodes <= MAX_YAML_NODES + 1, "{start}: {}", loaded.nodes);
        assert!(loaded.duplicate_keys.len() <= MAX_FILE_DIAGNOSTICS, "{start}");
        // Ends, too, and in one outcome.
        alone("slow.yml", text);
    }
}

#[test]
fn alias_bombs() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        let inside = vec![format!("*a{}", n - 1); 9].join(", ");
        laughs.push_str(&format!("a{n}: &a{n} [{inside}]\n"));
    }
    // Many names around one list, each of which would be put by as a copy.
    let list = "x, ".repeat(5_000);
    let names = format!("a: &a [{list}]\n{}", "b: *a\n".repeat(1_000));
    let onion = format!("{}{list}{}", "&a [".repeat(60), "]".repeat(60));
    for text in [laughs, names, onion] {
        let loaded = load(&text, &|_| true);
        assert_eq!(loaded.error.map(|error| error.code), Some(Code::YamlLimit));
        assert!(loaded.nodes <= MAX_YAML_ALIAS_NODES + 100_000, "{}", loaded.nodes);
        assert_eq!(alone("bomb.yml", text), "failed yaml/limit");
    }
}

/// What one part of a file may ask to be done again for each other part.
#[test]
fn inheritance_and_remarks_are_bounded() {
    let tags = "  - attack.t1059\n".repeat(900);
    let document = "---\ntitle: x\nlogsource: {product: y}\ndetection: {condition: z}\n";
    let many = format!("action: global\ntags:\n{tags}{}", document.repeat(10_000));
    let intake = import([file("global.yml", many)]);
    assert_eq!(intake.rules.len(), 10_000);
    let copies: usize = intake.rules.iter().map(|rule| rule.tags.len()).sum();
    assert!(copies <= MAX_INHERITED_TAGS && copies > 0, "{copies}");
    assert!(intake.diagnostics.iter().any(|found| found.code == Code::YamlLimit));
    assert!(intake.diagnostics.len() <= MAX_FILE_DIAGNOSTICS + 1);

    let base = format!(
        "name: base\n{}",
        RULE.replace("  - attack.t1059\n", &{
            (0..5_000).map(|n| format!("  - tag{n}\n")).collect::<String>()
        })
    );
    let correlation = "---\ntitle: c\ncorrelation: {type: event_count, rules: base}\n";
    let intake = import([file("c.yml", format!("{base}{}", correlation.repeat(10_000)))]);
    let copies: usize = intake.rules.iter().map(|rule| rule.tags.len()).sum();
    assert!((MAX_INHERITED_TAGS..=MAX_INHERITED_TAGS + 5_000).contains(&copies), "{copies}");

    let parts = "action: global\nlevel: low\n---\n".repeat(10_000);
    assert_eq!(alone("parts.yml", format!("{parts}{RULE}")), "read 1");
    let repeats = "---\naction: repeat\ntitle: again\n".repeat(10_000);
    assert_eq!(alone("repeats.yml", format!("{RULE}{repeats}")), "read 10001");
    let odd = "---\ntitle: x\nlevel: odd\nlogsource: {product: y}\ndetection: {condition: z}\n";
    let intake = import([file("odd.yml", odd.repeat(10_000))]);
    assert_eq!(intake.diagnostics.len(), MAX_FILE_DIAGNOSTICS + 1);
}

#[test]
fn entries_that_are_refused_leave_the_others() {
    let good = || Entry::new("good.yml", RULE.as_bytes(), true);
    let named = |name: &str| Entry::new(name, RULE.as_bytes(), true);
    let mut encrypted = named("locked.yml");
    encrypted.flags = 1;
    let mut method = named("odd.yml");
    method.method = 12;
    let mut link = Entry::new("link.yml", b"../../etc/passwd", false);
    link.mode = 0o120_777;
    let mut checksum = named("wrong.yml");
    checksum.crc ^= 1;
    let mut broken = named("broken.yml");
    broken.packed.iter_mut().for_each(|byte| *byte = 0xFF);
    assert_eq!(
        in_zip(&[
            named("../up.yml"),
            named("/root.yml"),
            named("C:\\drive.yml"),
            named("a/../../b.yml"),
            encrypted,
            method,
            link,
            checksum,
            broken,
            named("twice.yml"),
            named("twice.yml"),
            named("inner.zip"),
            Entry::new("nested.zip", &zip(&[good()]), true),
            named("folder/"),
            good(),
        ]),
        pairs(&[
            ("../up.yml", "failed zip/unsafe-name"),
            ("/root.yml", "failed zip/unsafe-name"),
            ("C:/drive.yml", "failed zip/unsafe-name"),
            ("a/../../b.yml", "failed zip/unsafe-name"),
            ("broken.yml", "failed zip/damaged"),
            ("good.yml", "read 1"),
            ("inner.zip", "read 1"),
            ("link.yml", "skipped source/symbolic-link"),
            ("locked.yml", "failed zip/encrypted"),
            ("nested.zip", "skipped zip/unsupported"),
            ("odd.yml", "failed zip/unsupported"),
            ("twice.yml", "read 1"),
            ("twice.yml", "failed zip/damaged"),
            ("wrong.yml", "failed zip/damaged"),
        ])
    );
}

#[test]
fn zip_bombs() {
    let zeros = vec![b' '; 20 << 20];
    let bomb = || Entry::new("bomb.yml", &zeros, true);
    let good = || Entry::new("good.yml", RULE.as_bytes(), true);
    assert_eq!(
        in_zip(&[bomb(), good()]),
        pairs(&[("bomb.yml", "failed zip/bomb"), ("good.yml", "read 1")])
    );
    // Declares less than it holds, or more than its data can hold.
    let mut modest = bomb();
    modest.size = 1000;
    let mut boastful = good();
    boastful.name = b"boastful.yml".to_vec();
    boastful.size = u32::MAX - 1;
    let mut longer = good();
    longer.name = b"longer.yml".to_vec();
    longer.size += 1;
    assert_eq!(
        in_zip(&[modest, boastful, longer, good()]),
        pairs(&[
            ("boastful.yml", "failed source/too-large"),
            ("bomb.yml", "failed zip/bomb"),
            ("good.yml", "read 1"),
            ("longer.yml", "failed zip/damaged"),
        ])
    );
    // Many entries over one set of data.
    let mut entries = vec![good()];
    for n in 0..100 {
        let mut entry = Entry::new(&format!("share{n:03}.yml"), RULE.as_bytes(), true);
        entry.shares = Some(0);
        entries.push(entry);
    }
    let found = in_zip(&entries);
    assert_eq!(found.iter().filter(|(_, verdict)| verdict == "read 1").count(), 1);
    assert_eq!(found.iter().filter(|(_, verdict)| verdict == "failed zip/bomb").count(), 100);
}

/// Honest ratios, but too much in all: what fits is unpacked, the rest refused.
#[test]
fn an_archive_that_unpacks_to_too_much() {
    // 100 MiB that pack to less than 1:200, declared often; the data are shared, so that the
    // test need not hold them, which the plan only finds out afterwards.
    let size = 100_u32 << 20;
    let mut first = Entry::new("f00", &vec![b'x'; 600 << 10], false);
    first.size = size;
    first.method = 8;
    let mut entries = vec![first];
    for n in 1..20 {
        let mut next = Entry::new(&format!("f{n:02}"), b"", false);
        (next.size, next.method, next.shares) = (size, 8, Some(0));
        next.packed = vec![0; 600 << 10];
        entries.push(next);
    }
    let bytes = zip(&entries);
    let archive = Archive::open("z", &bytes).expect("it opens");
    let fits = usize::try_from(MAX_ARCHIVE_UNPACKED_BYTES / u64::from(size)).expect("small");
    let reasons: Vec<String> = archive
        .part(0, 1, 0)
        .skip(fits)
        .map(|entry| match entry {
            Err(FileOutcome { bucket: Bucket::Failed { reason, .. }, .. }) => reason,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(reasons.len(), 20 - fits);
    assert!(reasons.iter().all(|reason| reason.contains("1 GiB")), "{reasons:?}");
}

#[test]
fn damaged_archives() {
    let entries: Vec<_> =
        (0..5).map(|n| Entry::new(&format!("{n}.yml"), RULE.as_bytes(), true)).collect();
    let whole = zip(&entries);
    assert_eq!(alone("empty.zip", zip(&[])), "skipped source/empty");
    for cut in [5, 30, whole.len() / 2, whole.len() - 1] {
        assert_eq!(alone("cut.zip", &whole[..cut]), "failed zip/damaged", "{cut}");
    }
    // The directory breaks after two entries: those are read, and the loss is told.
    let mut broken = whole.clone();
    let third = broken
        .windows(4)
        .enumerate()
        .filter(|(_, found)| found == b"PK\x01\x02")
        .map(|(at, _)| at)
        .nth(2)
        .expect("five entries");
    broken[third] = b'X';
    let intake = import([file("b.zip", broken)]);
    let verdicts: Vec<String> =
        intake.report.outcomes.iter().map(|outcome| verdict(outcome)).collect();
    assert_eq!(verdicts, ["failed zip/damaged", "read 1", "read 1"]);
    // Only tooling.
    let git = [
        Entry::new("r/.git/config", b"x", false),
        Entry::new("r/.git/HEAD", b"x", false),
        Entry::new("r/__MACOSX/._a.yml", b"\0", false),
    ];
    assert_eq!(
        in_zip(&git),
        pairs(&[
            ("r/.git", "skipped source/ignored-folder"),
            ("r/__MACOSX", "skipped source/ignored-folder"),
        ])
    );
}

/// Ten thousand files, a tenth of them broken: each has its outcome, and the parts that several
/// workers would read make the whole.
#[test]
fn many_files_in_parts() {
    let entries: Vec<Entry> = (0..10_000)
        .map(|n| match n % 10 {
            0 => Entry::new(&format!("f{}/{n}.yml", n % 7), b"title: [", true),
            1 => Entry::new(&format!("f{}/{n}.txt", n % 7), b"no rule", false),
            2 => Entry::new(&format!(".git/{n}"), b"x", false),
            _ => Entry::new(&format!("f{}/{n}.yml", n % 7), RULE.as_bytes(), true),
        })
        .collect();
    let bytes = zip(&entries);
    let whole = import([file("z", bytes.clone())]);
    let counts = whole.report.counts();
    assert_eq!((counts.read, counts.skipped, counts.failed), (7000, 1001, 1000));
    assert_eq!(whole.rules.len(), 7000);

    for parts in [1, 3, 8] {
        let mut sum = Intake::default();
        for part in 0..parts {
            let archive = Archive::open("z", &bytes).expect("it opens");
            let before = sum.report.outcomes.len();
            for entry in archive.part(part, parts, 0) {
                match entry {
                    Ok(file) => sum.add(import_files([file]).0),
                    Err(outcome) => sum.add_outcome(outcome),
                }
            }
            assert_eq!(sum.report.outcomes.len() - before, archive.part_len(part, parts));
        }
        sum.settle();
        assert_eq!(sum, whole, "{parts} parts");
    }
}

/// More entries than the first form of the format can count; the last one is read as well.
#[test]
fn more_entries_than_a_plain_zip_has() {
    let mut entries: Vec<Entry> =
        (0..65_600).map(|n| Entry::new(&format!("n/{n}.md"), b"x", false)).collect();
    entries.push(Entry::new("r/last.yml", RULE.as_bytes(), true));
    let intake = import([file("z", zip(&entries))]);
    let counts = intake.report.counts();
    assert_eq!((counts.files, counts.read, counts.failed), (65_601, 1, 0));
    assert_eq!(intake.rules[0].path, "z/r/last.yml");
}

#[test]
fn a_folder_without_rules() {
    let intake = import((0..100).map(|n| file(&format!("notes/{n}.md"), "# Notes\n")));
    let counts = intake.report.counts();
    assert_eq!((counts.files, counts.skipped, intake.rules.len()), (100, 100, 0));
    assert_eq!(import([]), Intake::default());
}

/// Around [`import_file`], not the pipeline, which would catch a panic.
fn one_outcome(path: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let again = || import_file(&file(path, bytes));
    if let Recognised::Rules(intake) = again() {
        prop_assert_eq!(intake.report.outcomes.len(), 1);
        prop_assert_eq!(Recognised::Rules(intake), again());
    }
    Ok(())
}

/// Bytes that mean something in YAML.
const SPECIAL: &[u8] = b"[]{}&*:-?|>#\n\t '\"%@!,";

proptest! {
    #[test]
    fn any_bytes_have_one_outcome(bytes in any::<Vec<u8>>(), yaml in any::<bool>()) {
        one_outcome(if yaml { "a.yml" } else { "a" }, &bytes)?;
    }

    /// Rules with some bytes changed, dropped or doubled.
    #[test]
    fn changed_rules_have_one_outcome(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..6)
    ) {
        let mut bytes = format!("action: global\nlevel: low\n---\n{RULE}---\n{RULE}").into_bytes();
        for (at, kind, byte) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, bytes[at]),
                _ => bytes.insert(at, SPECIAL[usize::from(byte) % SPECIAL.len()]),
            }
        }
        one_outcome("a.yml", &bytes)?;
        one_outcome("a", &bytes)?;
    }

    /// Archives with some bytes changed: no panic, and the same in parts as in one.
    #[test]
    fn changed_archives_are_the_same_in_parts(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let names = ["a.yml", "b/c.yml", ".git/x", "d"];
        let entries = names.map(|name| Entry::new(name, RULE.as_bytes(), name.len() > 4));
        let mut bytes = zip(&entries);
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(archive) = Archive::open("z", &bytes) {
            let whole: Vec<_> = archive.part(0, 1, 0).collect();
            prop_assert_eq!(whole.len(), archive.len());
            for (at, entry) in whole.iter().enumerate() {
                let same = archive.part(at % 3, 3, at / 3).next();
                prop_assert_eq!(same.as_ref(), Some(entry));
            }
        }
    }
}
