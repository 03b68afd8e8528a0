//! Alerts as a table, one row each, with the columns by whose names Coverlay reads them again. RFC
//! 4180 with `\n` line ends, UTF-8 without BOM, no cell a formula.

use super::alerts_layer::AlertsOf;
use super::csv::push_cell;
use crate::alerts::{Severity, Verdict};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};

/// The columns. More may follow at the end.
pub const COLUMNS: [&str; 15] = [
    "time",
    "event_time",
    "detection_time",
    "rule_id",
    "rule",
    "technique",
    "tactic",
    "severity",
    "verdict",
    "host",
    "user",
    "incident",
    "latency_seconds",
    "file",
    "row",
];

/// Rows of the table in the order given; places behind its end are passed over.
///
/// - times: ISO 8601 in UTC; empty where the alert has none.
/// - `technique`: where it stands in the catalogue: its own techniques, else those of its rule.
/// - `tactic`: short names of the tactics it counts at.
/// - `latency_seconds`: detection less event time, negative where they are the wrong way round.
/// - `file`, `row`: where it is from; rows from 1, the head not counted.
pub fn write(of: &AlertsOf<'_>, rows: &[u32]) -> String {
    at_once(write_paced(of, rows, &Unpaced))
}

/// [`write`] in pieces.
pub async fn write_paced(of: &AlertsOf<'_>, rows: &[u32], pace: &impl Pace) -> String {
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for piece in rows.chunks(PAUSE_EVERY) {
        pace.pause().await;
        piece.iter().for_each(|row| push_row(&mut csv, of, *row as usize));
    }
    csv
}

fn push_row(csv: &mut String, of: &AlertsOf<'_>, row: usize) {
    let AlertsOf { catalogue, alerts, detections, .. } = *of;
    let Some(alert) = alerts.get(row) else { return };
    let placement = &detections.joined.placement;
    let rule = alerts.rule(alert.rule);
    let techniques = placement.techniques(alerts, row).iter();
    let techniques = techniques.map(|index| catalogue.technique(*index).id.to_string());
    let tactics = placement.tactics(alerts, row);
    let tactics = tactics.filter_map(|at| catalogue.tactics.get(usize::from(at)));
    let tactics: Vec<&str> = tactics.map(|tactic| tactic.shortname.as_str()).collect();
    let time = |time: Option<crate::alerts::Moment>| time.map(|t| t.to_string());
    let latency = alert.latency().map(|latency| (latency as f64 / 1000.0).to_string());
    let verdict = if alert.verdict == Verdict::None { "" } else { alert.verdict.as_str() };
    let cells: [&str; 15] = [
        &alert.time.to_string(),
        &time(alert.event).unwrap_or_default(),
        &time(alert.detected).unwrap_or_default(),
        rule.id,
        rule.name,
        &techniques.collect::<Vec<_>>().join(" "),
        &tactics.join(" "),
        alert.severity.map_or("", Severity::as_str),
        verdict,
        alerts.hosts().get(alert.host),
        alerts.users().get(alert.user),
        alerts.incidents().get(alert.incident),
        // A number below 0 is no formula; it stays a number.
        "",
        alerts.path(alert.file),
        &alert.row.to_string(),
    ];
    for (at, text) in cells.into_iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        match at {
            12 => csv.push_str(latency.as_deref().unwrap_or_default()),
            _ => push_cell(csv, text),
        }
    }
    csv.push('\n');
}
