//! Coverage, layers, scenes and findings as bytes. The same input gives the same bytes, in the page and
//! in the command.

pub mod actors;
pub mod alert_counts_csv;
pub mod alerts_csv;
pub mod alerts_layer;
pub mod change_workbook;
pub mod csv;
pub mod diff;
pub mod gaps_advice;
pub mod gaps_csv;
pub mod gaps_json;
pub mod gaps_layer;
pub mod gaps_md;
pub mod gaps_recommended;
#[cfg(any(feature = "cli", feature = "press"))]
pub mod gif;
pub mod investigation_layer;
pub mod investigation_md;
pub mod junit;
pub mod layer_json;
pub mod layer_workbook;
pub mod lint_json;
pub mod lint_text;
pub mod next_rules_md;
pub mod peers;
#[cfg(feature = "cli")]
pub mod png;
#[cfg(feature = "cli")]
mod png_logo;
pub mod reconcile;
pub mod report;
mod report_detections;
pub mod report_json;
mod report_numbers;
pub mod rule_health_csv;
pub mod rules_zip;
pub mod sarif;
pub mod share;
pub mod svg;
pub mod workbook;
#[cfg(feature = "xlsx")]
pub mod xlsx;

use crate::date::Date;
use crate::diagnostic::Severity;

/// As JSON and SARIF spell it.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The name of a file without its ending, by quarter, for example `coverage_Q4_2026`.
pub fn file_stem(date: Date) -> String {
    format!("coverage_Q{}_{}", date.quarter(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_quarter() {
        let stem = |month| Date::new(2026, month, 1).map(file_stem);
        assert_eq!(stem(12).as_deref(), Some("coverage_Q4_2026"));
        assert_eq!(stem(1).as_deref(), Some("coverage_Q1_2026"));
    }
}
