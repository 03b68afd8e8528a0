//! Coverage, layers and scenes as bytes. The same input gives the same bytes, in the page and
//! in the command.

pub mod csv;
pub mod layer_json;
#[cfg(feature = "cli")]
pub mod png;
pub mod report_json;
pub mod svg;

use crate::date::Date;

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
