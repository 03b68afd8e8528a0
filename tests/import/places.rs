//! A tag stands where it is said to stand: what corrects it writes there.

use crate::fixtures::{Fixture, fixtures};
use coverlay::pipeline::import_files;
use coverlay::source::SourceFile;

/// The folders whose readers promise it for every tag and mention.
const FORMATS: &[&str] = &["splunk", "panther", "falco", "sublime", "car"];

#[test]
fn every_tag_stands_at_its_line_and_column() {
    let mut seen = 0;
    for Fixture { format, name, bytes } in fixtures() {
        if !FORMATS.contains(&format.as_str()) {
            continue;
        }
        let text = String::from_utf8(bytes.clone()).expect("fixtures are UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        let (intake, _) = import_files([SourceFile { path: name.clone(), bytes }]);
        for rule in &intake.rules {
            for tag in rule.tags.iter().chain(&rule.mentions) {
                let line = lines[tag.line as usize - 1];
                let there: String = line.chars().skip(tag.column as usize - 1).collect();
                assert!(there.starts_with(&tag.written), "{format}/{name}: {tag:?} at {there:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 40);
}
