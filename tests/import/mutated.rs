//! Every fixture of every format and a sample of every shared corpus, damaged in ways that
//! editors, merges and copying damage files, and arbitrary text behind known beginnings: no panic,
//! and the file still ends in exactly one bucket, the same every time.

use crate::fixtures::{Fixture, fixtures};
use crate::mixed::{ALL, assert_rules_belong_to_read_files};
use crate::shared::shared;
use coverlay::pipeline::import_files;
use coverlay::source::SourceFile;
use coverlay::source::archive::Archive;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::sync::LazyLock;

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(fixtures);

/// One act of damage; places are relative, so that they fit every text.
#[derive(Clone, Debug)]
enum Damage {
    /// These bytes are gone.
    Cut(Index, usize),
    /// Everything from here on is gone.
    End(Index),
    /// These bytes stand there twice.
    Repeat(Index, u8),
    /// One byte is another.
    Byte(Index, u8),
    /// Something that means something to one of the formats stands in between, so many times.
    Insert(Index, Index, usize),
    /// Two lines changed places.
    Swap(Index, Index),
    /// A line is gone.
    CutLine(Index),
    /// A line stands there again elsewhere.
    CopyLine(Index, Index),
    /// A line is indented otherwise.
    Indent(Index, u8),
}

/// What readers look for, in and out of place.
const PIECES: &[&str] = &[
    "\n",
    "\r",
    "\r\n",
    "\t",
    "  ",
    "- ",
    "---\n",
    ": ",
    ":",
    "{",
    "}",
    "[",
    "]",
    "[[",
    "]]",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "<",
    ">",
    "</",
    "<!--",
    "]]>",
    "&",
    "&amp;",
    "&#x41;",
    "*",
    "|",
    ",",
    ";",
    "(",
    ")",
    "\\",
    "\\\n",
    "#",
    "//",
    "/*",
    "*/",
    "=",
    "\0",
    "\u{FEFF}",
    "\u{85}",
    "\u{2028}",
    "ä",
    "𝕏",
    "T1059",
    "TA0002",
    "attack.t1059.001",
    "null",
    "true",
    "-1",
    "99999999999999999999",
    "<<: *x\n",
    "&x ",
    "&a *a",
    "%YAML 1.2\n",
];

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        (at(), prop_oneof![4 => 0_usize..12, 1 => 0_usize..2_000])
            .prop_map(|(at, count)| Damage::Cut(at, count)),
        at().prop_map(Damage::End),
        (at(), any::<u8>()).prop_map(|(at, count)| Damage::Repeat(at, count)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (at(), at(), prop_oneof![8 => 1_usize..4, 1 => Just(500_usize)])
            .prop_map(|(at, piece, times)| Damage::Insert(at, piece, times)),
        (at(), at()).prop_map(|(one, other)| Damage::Swap(one, other)),
        at().prop_map(Damage::CutLine),
        (at(), at()).prop_map(|(from, to)| Damage::CopyLine(from, to)),
        (at(), any::<u8>()).prop_map(|(at, blanks)| Damage::Indent(at, blanks)),
    ]
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

impl Damage {
    fn do_to(&self, bytes: Vec<u8>) -> Vec<u8> {
        if bytes.is_empty() {
            return bytes;
        }
        let range = |at: &Index, count: usize| {
            let start = at.index(bytes.len());
            start..(start + count).min(bytes.len())
        };
        match self {
            Self::Cut(at, count) => {
                let range = range(at, *count);
                [&bytes[..range.start], &bytes[range.end..]].concat()
            }
            Self::End(at) => bytes[..at.index(bytes.len())].to_vec(),
            Self::Repeat(at, count) => {
                let range = range(at, usize::from(*count));
                [&bytes[..range.end], &bytes[range.start..]].concat()
            }
            Self::Byte(at, byte) => {
                let mut bytes = bytes;
                let at = at.index(bytes.len());
                bytes[at] = *byte;
                bytes
            }
            Self::Insert(at, piece, times) => {
                let at = at.index(bytes.len());
                let pieces = PIECES[piece.index(PIECES.len())].repeat(*times);
                [&bytes[..at], pieces.as_bytes(), &bytes[at..]].concat()
            }
            Self::Swap(one, other) => {
                let mut lines = lines(&bytes);
                let count = lines.len();
                lines.swap(one.index(count), other.index(count));
                lines.concat()
            }
            Self::CutLine(at) => {
                let mut lines = lines(&bytes);
                lines.remove(at.index(lines.len()));
                lines.concat()
            }
            Self::CopyLine(from, to) => {
                let mut lines = lines(&bytes);
                let line = lines[from.index(lines.len())].clone();
                lines.insert(to.index(lines.len()), line);
                lines.concat()
            }
            Self::Indent(at, blanks) => {
                let mut lines = lines(&bytes);
                let at = at.index(lines.len());
                let indented = [vec![b' '; usize::from(blanks % 8)], lines[at].clone()].concat();
                lines[at] = indented;
                lines.concat()
            }
        }
    }
}

proptest! {
    // A file takes well under a millisecond; there are some hundred fixtures.
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_damaged_file_ends_in_one_bucket(
        fixture in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..5),
        as_yaml in any::<bool>(),
    ) {
        let fixture = fixture.get(&FIXTURES);
        let bytes = damages.iter().fold(fixture.bytes.clone(), |bytes, damage| damage.do_to(bytes));
        let path = if as_yaml { "damaged.yml".to_owned() } else { fixture.name.clone() };
        assert_whole(&path, &bytes)?;
    }

    /// Anything at all behind a beginning that a format knows.
    #[test]
    fn of_no_fixture(
        start in prop::sample::select(vec![
            "",
            "[rule]\nrule_id = \"x\"\n",
            "[hunt]\nuuid = 'x'\n",
            "{\"rule_id\": \"x\", \"risk_score\": 1, \"type\": \"q\"}\n",
            "{\"rule_id\": \"x\", \"risk_score\": 1, \"threat\": ",
            "{\"resources\": [{\"type\": \"alertRules\", \"properties\": {\"query\": ",
            "name: x\nquery: y\ntactics: ",
            "queryCondition:\n  queryText: x\ndetectionAction: ",
            "title,technique\nx,T1059\n",
            "T1059\n",
        ]),
        rest in prop_oneof![any::<String>(), "[\\[\\]{}:=,;\"'\\\\/*# \n\tT0-3a-cä.-]{0,80}"],
    ) {
        let text = format!("{start}{rest}");
        assert_whole("x", text.as_bytes())?;
    }
}

/// Real files, each damaged several times. Every 97th of a zip, at least five of each: what the
/// sample is depends on nothing but the corpora.
#[test]
fn damaged_files_of_the_corpora_end_in_one_bucket() {
    /// Larger ones would take all the time; their like is in `tests/hostile.rs`.
    const LARGEST: usize = 64 << 10;
    let mut random = TestRunner::deterministic();
    let damages = prop::collection::vec(damage(), 1..5);
    let mut damaged = 0;
    for name in ALL {
        let name = format!("{name}.zip");
        let Some(bytes) = shared(&name) else { continue };
        let archive = Archive::open(&name, &bytes).expect("it opens");
        let sample = archive.part(0, (archive.len() / 5).clamp(1, 97), 0).filter_map(Result::ok);
        for file in sample.filter(|file| file.bytes.len() <= LARGEST) {
            for _ in 0..6 {
                let damages = damages.new_tree(&mut random).expect("nothing is filtered");
                let bytes = file.bytes.clone();
                let bytes =
                    damages.current().iter().fold(bytes, |bytes, damage| damage.do_to(bytes));
                let found = assert_whole(&file.path, &bytes);
                assert!(found.is_ok(), "{}: {:?}: {found:?}", file.path, damages.current());
                damaged += 1;
            }
        }
        assert!(damaged > 0, "{name}");
    }
}

/// One bucket, the same every time; no panic; rules of that file only, in its order, and as many
/// as its bucket says.
fn assert_whole(path: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let import = || {
        let bytes = bytes.to_vec();
        import_files([SourceFile { path: path.to_owned(), bytes }]).0
    };
    let intake = import();
    prop_assert_eq!(&intake, &import());
    let buckets: Vec<_> = intake.report.outcomes.iter().collect();
    prop_assert_eq!(buckets.len(), 1, "{:?}", buckets);
    prop_assert_eq!(&buckets[0].path, path);
    assert_rules_belong_to_read_files(&intake);
    let documents: Vec<u32> = intake.rules.iter().map(|rule| rule.document).collect();
    prop_assert!(documents.is_sorted(), "{:?}", documents);
    Ok(())
}
