//! The findings of the tag doctor as JUnit XML, as build servers read it
//! (<https://github.com/jenkinsci/xunit-plugin>, `junit-10.xsd`): a file is a test suite, a rule
//! a test case. Warnings and errors fail it, notes are its output.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Finding, Lint};
use crate::rule::Intake;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One test case: what failed it and what is only noted.
#[derive(Default)]
struct Case<'a> {
    failures: Vec<&'a Diagnostic>,
    notes: Vec<&'a Diagnostic>,
}

/// Writes all rules and, for files without one, what was found in the file.
pub fn write(intake: &Intake, lint: &Lint) -> String {
    // Suite by path, in it cases by the rule's place; what concerns no rule comes first.
    let mut suites: BTreeMap<&str, BTreeMap<Option<u32>, Case<'_>>> = BTreeMap::new();
    for (rule, at) in intake.rules.iter().zip(0_u32..) {
        suites.entry(&rule.path).or_default().entry(Some(at)).or_default();
    }
    for Finding { rule, diagnostic, .. } in &lint.findings {
        let case = suites.entry(&diagnostic.path).or_default().entry(*rule).or_default();
        match diagnostic.severity {
            Severity::Note => case.notes.push(diagnostic),
            Severity::Warning | Severity::Error => case.failures.push(diagnostic),
        }
    }
    let failed = |cases: &BTreeMap<Option<u32>, Case<'_>>| {
        cases.values().filter(|case| !case.failures.is_empty()).count()
    };
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let tests: usize = suites.values().map(BTreeMap::len).sum();
    let failures: usize = suites.values().map(failed).sum();
    let _ = writeln!(
        xml,
        "<testsuites name=\"coverlay lint\" tests=\"{tests}\" failures=\"{failures}\">"
    );
    for (path, cases) in &suites {
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">",
            Escaped(path),
            cases.len(),
            failed(cases)
        );
        for (rule, case) in cases {
            let rule = rule.and_then(|at| intake.rules.get(at as usize));
            push_case(&mut xml, path, rule.map_or("the file", |rule| &rule.title), case);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn push_case(xml: &mut String, path: &str, title: &str, case: &Case<'_>) {
    let _ =
        write!(xml, "    <testcase classname=\"{}\" name=\"{}\"", Escaped(path), Escaped(title));
    if case.failures.is_empty() && case.notes.is_empty() {
        xml.push_str("/>\n");
        return;
    }
    xml.push_str(">\n");
    if let Some(first) = case.failures.first() {
        let _ = write!(
            xml,
            "      <failure type=\"{}\" message=\"{}\">",
            first.code.as_str(),
            Escaped(&first.message)
        );
        push_lines(xml, &case.failures);
        xml.push_str("</failure>\n");
    }
    if !case.notes.is_empty() {
        xml.push_str("      <system-out>");
        push_lines(xml, &case.notes);
        xml.push_str("</system-out>\n");
    }
    xml.push_str("    </testcase>\n");
}

fn push_lines(xml: &mut String, found: &[&Diagnostic]) {
    for (at, diagnostic) in found.iter().enumerate() {
        if at > 0 {
            xml.push('\n');
        }
        let place = [diagnostic.line, diagnostic.line.and(diagnostic.column)];
        for number in place.into_iter().flatten() {
            let _ = write!(xml, "{number}:");
        }
        let _ = write!(xml, " {} {}", diagnostic.code.as_str(), Escaped(&diagnostic.message));
        if !diagnostic.hint.is_empty() {
            let _ = write!(xml, "; {}", Escaped(&diagnostic.hint));
        }
    }
}

/// Text in XML 1.0, in an attribute or between tags. What XML forbids even as a reference
/// (<https://www.w3.org/TR/xml/#charsets>) becomes U+FFFD.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_breaks_out_of_its_place() {
        let text = "a<b>\"c\"&'d'\n\u{0}\u{1b}\u{ffff}\u{7f}ü";
        assert_eq!(
            Escaped(text).to_string(),
            "a&lt;b&gt;&quot;c&quot;&amp;'d'&#10;\u{fffd}\u{fffd}\u{fffd}\u{7f}ü"
        );
    }
}
