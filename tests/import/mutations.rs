//! Fixtures with something cut out, put in twice or replaced: each file still ends in exactly one
//! outcome, the same every time, and its rules stay in the order of the file.

use crate::fixtures::fixtures;
use coverlay::import::{Recognised, import_file};
use coverlay::source::SourceFile;
use proptest::prelude::*;

/// What real damage and hostile hands put into a text.
const PIECES: [&str; 24] = [
    "",
    "\"",
    "'",
    "\"\"\"",
    "{",
    "}",
    "[",
    "]",
    "[[",
    "]]",
    ",",
    ":",
    "=",
    "\n",
    "\r\n",
    "\t",
    "- ",
    "#",
    "\\",
    "\u{FEFF}",
    "ä\u{1F600}",
    "T1059",
    "null",
    "&a *a",
];

/// Cuts from one character to another, and puts a piece there, so many times over.
fn mutate(text: &str, from: usize, to: usize, piece: &str, times: usize) -> String {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let (from, to) = (boundary(from).unwrap_or(0), boundary(to).unwrap_or(0));
    let (from, to) = (from.min(to), from.max(to));
    format!("{}{}{}", &text[..from], piece.repeat(times), &text[to..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn of_any_fixture(
        which in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        width in prop_oneof![4 => 0_usize..12, 1 => 0_usize..2000],
        piece in prop::sample::select(PIECES.to_vec()),
        times in prop_oneof![8 => 0_usize..4, 1 => Just(500_usize)],
    ) {
        let all = fixtures();
        let fixture = &all[which.index(all.len())];
        let text = String::from_utf8_lossy(&fixture.bytes);
        let from = from.index(text.len() + 1);
        let mutated = mutate(&text, from, from + width, piece, times);
        let import = || {
            let bytes = mutated.clone().into_bytes();
            match import_file(&SourceFile { path: fixture.name.clone(), bytes }) {
                Recognised::Rules(intake) => Some(intake),
                Recognised::StixBundle => None,
            }
        };
        let found = import();
        prop_assert_eq!(&found, &import());
        if let Some(intake) = found {
            prop_assert_eq!(intake.report.outcomes.len(), 1);
            let documents: Vec<u32> = intake.rules.iter().map(|rule| rule.document).collect();
            prop_assert!(documents.is_sorted(), "{:?}", documents);
        }
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
        let import = || import_file(&SourceFile { path: "x".to_owned(), bytes: text.clone().into_bytes() });
        let found = import();
        prop_assert_eq!(&found, &import());
        if let Recognised::Rules(intake) = found {
            prop_assert_eq!(intake.report.outcomes.len(), 1);
        }
    }
}
