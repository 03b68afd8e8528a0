//! What must hold for any bytes whatever.

use coverlay::import::{Options, Recognised, import_file_with};
use coverlay::rule::Intake;
use coverlay::source::{Bucket, SourceFile};

/// Imports bytes under a name, without the pipeline that would catch a panic. Exactly one outcome,
/// and as many rules as it says.
pub fn import(path: &str, bytes: Vec<u8>) {
    let file = SourceFile { path: path.to_owned(), bytes };
    let Recognised::Rules(mut intake) = import_file_with(&file, Options { scan_text: true, ..Options::default() }) else {
        return;
    };
    assert_eq!(intake.report.outcomes.len(), 1);
    match &intake.report.outcomes[0].bucket {
        Bucket::Read { rules, .. } => assert_eq!(*rules as usize, intake.rules.len()),
        Bucket::Skipped { .. } => assert!(intake.rules.is_empty()),
        Bucket::Failed { .. } => {}
    }
    assert_places(&intake);
    intake.settle();
}

/// Lines and columns begin at 1.
fn assert_places(intake: &Intake) {
    for rule in &intake.rules {
        for tag in rule.tags.iter().chain(&rule.mentions) {
            assert!(tag.line > 0 && tag.column > 0 && !tag.written.is_empty());
        }
    }
}

/// The same with text before and behind, so that a format is reached.
#[allow(dead_code, reason = "not every target frames its input")]
pub fn framed(path: &str, before: &str, bytes: &[u8], behind: &str) {
    import(path, [before.as_bytes(), bytes, behind.as_bytes()].concat());
}
