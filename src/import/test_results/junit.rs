//! JUnit XML: a test case is a rule or a technique, by its name or that of its class.

use super::{Results, moment, technique};
use crate::alerts::{TestOutcome, TestResult, Zone};
use crate::limits::MAX_TEST_RESULTS;

/// By the root element; the tag doctor's own report ([`crate::lint`]) is about tags, not tests.
pub(super) fn recognises(bytes: &[u8]) -> bool {
    let head = bytes.get(..2048).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if !text.starts_with('<') || text.contains("<testsuites name=\"coverlay lint\"") {
        return false;
    }
    let mut rest = text;
    // Past the declaration and comments.
    while rest.starts_with("<?") || rest.starts_with("<!--") {
        let Some(end) = rest.find('>') else { return false };
        rest = rest.get(end + 1..).unwrap_or_default().trim_start();
    }
    rest.starts_with("<testsuites") || rest.starts_with("<testsuite")
}

pub(super) fn read(path: &str, text: &str, zone: &Zone) -> Results {
    let mut found = Results { format: "JUnit", ..Results::default() };
    let (mut at, mut line) = (0, 1_u32);
    let mut when = None;
    let mut open: Option<TestResult> = None;
    while let Some(step) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + step;
        let passed = text.get(at..start).unwrap_or_default();
        line = line.saturating_add(lines(passed));
        let rest = text.get(start..).unwrap_or_default();
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<![CDATA[") {
            rest.find("]]>").map(|end| end + 3)
        } else {
            tag_end(rest)
        };
        let Some(end) = end else { break };
        let tag = rest.get(..end).unwrap_or_default();
        let name_end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/') && c != '<');
        let name = match tag.strip_prefix("</") {
            Some(closing) => closing.trim_end_matches('>').trim(),
            None => tag.get(1..name_end.unwrap_or(1).max(1)).unwrap_or_default(),
        };
        let is_end = tag.starts_with("</");
        match (name, is_end) {
            ("testsuite", false) => {
                when = attribute(tag, "timestamp").and_then(|text| moment(&text, zone)).or(when);
            }
            ("testcase", false) => {
                let case = TestResult { at: when, ..of_case(path, line, tag) };
                if tag.ends_with("/>") { take(&mut found, case) } else { open = Some(case) }
            }
            ("failure" | "error", false) => {
                if let Some(case) = &mut open {
                    case.outcome = TestOutcome::Failed;
                }
            }
            ("skipped", false) => {
                if let Some(case) = open.as_mut().filter(|c| c.outcome == TestOutcome::Passed) {
                    case.outcome = TestOutcome::Skipped;
                }
            }
            ("testcase", true) => {
                if let Some(case) = open.take() {
                    take(&mut found, case);
                }
            }
            _ => {}
        }
        line = line.saturating_add(lines(tag));
        at = start + end;
    }
    found
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

fn take(found: &mut Results, case: TestResult) {
    if case.rule.is_none() && case.technique.is_none() {
        found.left_out.push((case.line, "neither a rule nor a technique"));
    } else if found.results.len() < MAX_TEST_RESULTS {
        found.results.push(case);
    } else {
        found.left_out.push((case.line, super::MORE));
    }
}

fn of_case(path: &str, line: u32, tag: &str) -> TestResult {
    let name = attribute(tag, "name").unwrap_or_default();
    let class = attribute(tag, "classname").unwrap_or_default();
    // A rule's id is a class more often than a name; a class with dots is code.
    let is_id = class.len() == 36 && class.matches('-').count() == 4;
    let rule = if is_id || name.is_empty() { &class } else { &name };
    TestResult {
        path: path.to_owned(),
        line,
        rule: Some(rule.trim().to_owned()).filter(|rule| !rule.is_empty()),
        technique: technique(&name).or_else(|| technique(&class)),
        name,
        outcome: TestOutcome::Passed,
        at: None,
        host: None,
    }
}

/// Behind the `>` that is in no quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest.get(..at).unwrap_or_default();
        rest = rest.get(at + name.len()..)?;
        if !before.ends_with(char::is_whitespace) {
            continue;
        }
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = value.get(1..)?;
        return Some(plain(value.get(..value.find(quote)?)?));
    }
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cases_of_rules_and_techniques() {
        let xml = r#"<?xml version="1.0"?>
<!-- made by a script -->
<testsuites>
  <testsuite name="rules" timestamp="2024-03-10T10:00:00">
    <testcase classname="tests.rules" name="A &lt; &quot;B&quot;"/>
    <testcase classname='0b6fd0e9-0f5c-4f9f-a6f0-111111111111' name="detects > it">
      <failure message="no &gt; match"><![CDATA[<testcase name="x"/>]]></failure>
    </testcase>
    <testcase name="T1059.001 PowerShell"><skipped/></testcase>
    <testcase name=""><error/></testcase>
  </testsuite>
</testsuites>"#;
        assert!(recognises(xml.as_bytes()));
        let found = read("a.xml", xml, &Zone::default());
        let told: Vec<String> = found
            .results
            .iter()
            .map(|r| {
                let technique = r.technique.map(|id| id.to_string()).unwrap_or_default();
                format!("{} {:?} {technique} {}", r.line, r.rule.as_deref(), r.outcome.as_str())
            })
            .collect();
        assert_eq!(
            told,
            [
                "5 Some(\"A < \\\"B\\\"\")  passed",
                "6 Some(\"0b6fd0e9-0f5c-4f9f-a6f0-111111111111\")  failed",
                "9 Some(\"T1059.001 PowerShell\") T1059.001 skipped",
            ]
        );
        assert_eq!(found.left_out, [(10, "neither a rule nor a technique")]);
        assert!(found.results[0].at.is_some());
        assert!(!recognises(b"<testsuites name=\"coverlay lint\" tests=\"1\">"));
        assert!(!recognises(b"<group><rule/></group>"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(<testcase|<failure|</testcase>|/>|>|name=|\"|'|<!--|-->|ä| |\n){0,30}") {
            let _ = read("a", &text, &Zone::default());
        }
    }
}
