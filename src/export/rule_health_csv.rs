//! How rules do, as a table: one row a rule, in the order given. RFC 4180 with `\n` line ends,
//! UTF-8 without BOM.

use super::csv::push_cell;
use crate::alerts::Latency;
use crate::attack::Catalogue;
use crate::coverage::detections::{Evidence, RuleHealth};
use crate::rule::Intake;

/// The columns; more may follow at the end.
pub const COLUMNS: [&str; 18] = [
    "title",
    "id",
    "path",
    "alerts",
    "true_positives",
    "benign",
    "false_positives",
    "false_positive_share",
    "latency_median_seconds",
    "latency_p90_seconds",
    "latency_n",
    "last",
    "evidence",
    "silent",
    "loud",
    "noisy",
    "test_failed",
    "covers_alone",
];

/// Writes the table. `latencies` are at the places of the rules that were read, `last` (when it
/// last fired or passed a test) is of the evidence; ids of techniques have blanks between.
pub fn write(
    catalogue: &Catalogue,
    intake: &Intake,
    evidence: &Evidence,
    latencies: &[Latency],
    rows: &[RuleHealth],
) -> String {
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for health in rows {
        let at = health.rule as usize;
        let (Some(rule), Some(own)) = (intake.rules.get(at), evidence.rules.get(at)) else {
            continue;
        };
        let latency = latencies.get(at).copied().unwrap_or_default();
        let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
        let share = health.false_share.map(|share| (share * 10_000.0).round() / 10_000.0);
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let alone = health.covers_alone.iter();
        let alone: Vec<String> =
            alone.map(|index| catalogue.technique(*index).id.to_string()).collect();
        let cells: [String; COLUMNS.len()] = [
            rule.title.clone(),
            rule.id.clone().unwrap_or_default(),
            rule.path.clone(),
            own.alerts.to_string(),
            own.true_positives.to_string(),
            own.benign.to_string(),
            own.false_positives.to_string(),
            number(share),
            number(latency.median),
            number(latency.p90),
            latency.n.to_string(),
            own.last.map(|last| last.to_string()).unwrap_or_default(),
            own.step.as_str().to_owned(),
            yes(health.is_silent),
            yes(health.is_loud),
            yes(health.is_noisy),
            yes(health.test_failed),
            alone.join(" "),
        ];
        for (at, text) in cells.iter().enumerate() {
            if at > 0 {
                csv.push(',');
            }
            push_cell(&mut csv, text);
        }
        csv.push('\n');
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use crate::coverage::detections::RuleEvidence;
    use crate::rule::{Format, Rule};

    #[test]
    fn a_row_by_hand() {
        let catalogue = bundled::find(Domain::Enterprise, None).expect("it reads").expect("it is");
        let rule = Rule { title: "=A, \"B\"".to_owned(), ..Rule::new(Format::Sigma, "a.yml") };
        let intake: Intake = [rule].into_iter().collect();
        let own = RuleEvidence {
            alerts: 7,
            true_positives: 1,
            false_positives: 2,
            ..RuleEvidence::default()
        };
        let evidence = Evidence { rules: vec![own], ..Evidence::default() };
        let health = RuleHealth {
            rule: 0,
            alerts: 7,
            is_silent: false,
            is_loud: false,
            false_share: own.false_share(),
            is_noisy: true,
            test_failed: false,
            covers_alone: vec![catalogue.find("T1003".parse().expect("an id")).expect("it is")],
        };
        let latency = Latency { median: Some(1.5), n: 2, ..Latency::default() };
        let csv = write(catalogue, &intake, &evidence, &[latency], &[health]);
        let row = csv.lines().nth(1).expect("a row");
        assert_eq!(
            row,
            "\"'=A, \"\"B\"\"\",,a.yml,7,1,0,2,0.6667,1.5,,2,,declared,no,no,yes,no,T1003"
        );
        assert_eq!(csv.lines().count(), 2);
    }
}
