//! The findings of the tag doctor as lines for a terminal.

use crate::heatmap::wording::plain;
use crate::lint::Lint;
use crate::rule::Intake;
use std::fmt::Write;

/// One line a finding, `path:line:column: severity code message; what to do`, a blank line
/// between files; then how often each code was found.
pub fn write(intake: &Intake, lint: &Lint) -> String {
    let mut text = String::new();
    let mut path = None;
    for finding in &lint.findings {
        let d = &finding.diagnostic;
        if path.is_some_and(|path| path != &d.path) {
            text.push('\n');
        }
        path = Some(&d.path);
        text.push_str(&plain(&d.path));
        for number in [d.line, d.line.and(d.column)].into_iter().flatten() {
            let _ = write!(text, ":{number}");
        }
        let severity = super::severity(d.severity);
        let _ = write!(text, ": {severity} {} {}", d.code.as_str(), plain(&d.message));
        if !d.hint.is_empty() {
            text.push_str("; ");
            text.push_str(&plain(&d.hint));
        }
        text.push('\n');
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for (code, count) in &lint.counts {
        let _ = writeln!(
            text,
            "{:>7} in {:>6} rules  {:<22} {}",
            count.findings,
            count.rules,
            code.as_str(),
            code.heading()
        );
    }
    let fixes = lint.findings.iter().filter(|finding| finding.fix.is_some()).count();
    let _ = writeln!(
        text,
        "{} findings in {} rules; {fixes} can be put right with --patch",
        lint.findings.len(),
        intake.rules.len()
    );
    text
}
