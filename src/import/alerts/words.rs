//! What cells of alerts say: severities, verdicts, techniques.

use crate::alerts::{Product, Severity, Verdict};
use crate::attack::TechniqueId;
use crate::lowercase::lowercase;
use crate::rule::{Claim, mentions};

/// The first word of a cell without case and punctuation around it, and all of it without blanks.
fn plain(text: &str) -> String {
    lowercase(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A severity by its word in any product. Numbers mean something else in each, so only those of
/// Wazuh (0 to 15, with the bounds of its own dashboards) are read.
pub(super) fn severity(text: &str, product: Option<Product>) -> Option<Severity> {
    let word = plain(text);
    if product == Some(Product::Wazuh)
        && let Ok(level) = word.parse::<u32>()
    {
        return match level {
            0..=6 => Some(Severity::Low),
            7..=11 => Some(Severity::Medium),
            12..=14 => Some(Severity::High),
            15..=16 => Some(Severity::Critical),
            _ => None,
        };
    }
    Some(match word.as_str() {
        "critical" | "crit" | "severe" | "urgent" | "fatal" | "p1" | "sev1" => Severity::Critical,
        "high" | "major" | "p2" | "sev2" => Severity::High,
        "medium" | "med" | "moderate" | "warning" | "warn" | "p3" | "sev3" => Severity::Medium,
        "low" | "minor" | "p4" | "sev4" => Severity::Low,
        "informational" | "information" | "info" | "notice" | "p5" | "sev5" => {
            Severity::Informational
        }
        _ => return None,
    })
}

/// Words for "no severity": no fault.
pub(super) fn is_nothing(text: &str) -> bool {
    let word = plain(text);
    word.is_empty()
        || ["unknown", "none", "null", "na", "undefined", "unspecified"].contains(&word.as_str())
}

/// A verdict; `None` of the enumeration for a status that holds none (new, open, closed), and for
/// whatever else stands there. `column` is the column's name: `is_false_positive` holds yes or no.
pub(super) fn verdict(text: &str, column: &str) -> Verdict {
    let word = plain(text);
    let column = plain(column);
    let is_yes = ["true", "yes", "1", "y"].contains(&word.as_str());
    if is_yes && column.ends_with("falsepositive") {
        return Verdict::FalsePositive;
    }
    if is_yes && column.ends_with("truepositive") {
        return Verdict::TruePositive;
    }
    match word.as_str() {
        "tp" | "malicious" | "confirmed" | "confirmedmalicious" | "disposition1" | "attack"
        | "securitytesting" | "truthful" => Verdict::TruePositive,
        "bp"
        | "benign"
        | "expected"
        | "authorized"
        | "disposition2"
        | "benigntruepositive"
        | "informationalexpectedactivity"
        | "btp" => Verdict::Benign,
        "fp" | "disposition3" | "disposition4" => Verdict::FalsePositive,
        // `True Positive - Suspicious Activity`, `Closed - False Positive`.
        _ if word.contains("benign") => Verdict::Benign,
        _ if word.contains("falsepositive") || word.contains("falsealarm") => {
            Verdict::FalsePositive
        }
        _ if word.contains("truepositive") => Verdict::TruePositive,
        _ => Verdict::None,
    }
}

/// The technique ids of a cell, whatever stands around them; a technique beside one of its own
/// sub-techniques is left out, as it says no more (exports of Elastic list both).
pub(super) fn techniques(text: &str) -> Vec<TechniqueId> {
    let mut found: Vec<TechniqueId> = mentions(text, 1)
        .into_iter()
        .flat_map(|tag| tag.claims)
        .filter_map(|claim| match claim {
            Claim::Technique(id) => Some(id),
            _ => None,
        })
        .collect();
    crate::sorted::sort(&mut found);
    found.dedup();
    let parents: Vec<TechniqueId> = found.iter().filter_map(|id| id.parent()).collect();
    found.retain(|id| !parents.contains(id));
    found
}

/// Whether a text is nothing but technique ids.
pub(super) fn is_only_techniques(text: &str) -> bool {
    let mut words = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '[' | ']' | '"' | '\''))
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(|word| !techniques(word).is_empty() && word.len() <= 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_of_several_products() {
        for (text, expected) in [
            ("True Positive - Suspicious Activity", Verdict::TruePositive),
            ("TruePositive", Verdict::TruePositive),
            ("true_positive", Verdict::TruePositive),
            ("TP", Verdict::TruePositive),
            ("disposition:1", Verdict::TruePositive),
            ("Benign Positive - Suspicious But Expected", Verdict::Benign),
            ("BenignPositive", Verdict::Benign),
            ("Benign True Positive", Verdict::Benign),
            ("false_positive", Verdict::FalsePositive),
            ("False Positive - Incorrect Analytic Logic", Verdict::FalsePositive),
            ("disposition:4", Verdict::FalsePositive),
            ("Closed (false positive)", Verdict::FalsePositive),
            ("Undetermined", Verdict::None),
            ("New", Verdict::None),
            ("closed", Verdict::None),
            ("", Verdict::None),
        ] {
            assert_eq!(verdict(text, "status"), expected, "{text}");
        }
        assert_eq!(verdict("yes", "is_false_positive"), Verdict::FalsePositive);
        assert_eq!(verdict("no", "is_false_positive"), Verdict::None);
        assert_eq!(verdict("yes", "acknowledged"), Verdict::None);
    }

    #[test]
    fn severities() {
        assert_eq!(severity(" HIGH ", None), Some(Severity::High));
        assert_eq!(severity("12", Some(Product::Wazuh)), Some(Severity::High));
        assert_eq!(severity("12", None), None);
        assert!(is_nothing("Unknown") && !is_nothing("terrible"));
    }

    #[test]
    fn ids_of_cells() {
        let ids = |text| techniques(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ids("[\"T1059\",\"T1059.001\"]"), ["T1059.001"]);
        assert_eq!(ids("T1003.001: LSASS Memory; t1021"), ["T1003.001", "T1021"]);
        assert!(ids("PowerShell").is_empty());
        assert!(is_only_techniques("['T1059.001', 'T1003']"));
        assert!(!is_only_techniques("seen T1059.001") && !is_only_techniques(""));
    }
}
