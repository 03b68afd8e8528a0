//! The parts of the report for people that come from alerts and results of tests.

use super::report_json::ReportOf;
use super::report_numbers::rounded;
use crate::attack::TechniqueIndex;

/// A table with a heading, of plain text.
pub(super) struct DetectionSection {
    pub(super) heading: &'static str,
    pub(super) note: String,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Silent or noisy rules that are listed for people; the JSON has all.
const MOST_RULES: usize = 30;

/// The same for people.
pub(super) fn sections(of: &ReportOf<'_>) -> Vec<DetectionSection> {
    let Some(found) = of.detections else { return Vec::new() };
    let (volume, latency) = (&found.detections.volume, &found.detections.latency);
    let tactics = of.catalogue.tactics.iter().enumerate().map(|(at, tactic)| {
        let latency = latency.tactics.get(at).copied().unwrap_or_default();
        let alerts = volume.tactics.get(at).copied().unwrap_or_default();
        let [median, p90] = [latency.median, latency.p90].map(duration);
        vec![tactic.name.clone(), alerts.to_string(), median, p90, latency.n.to_string()]
    });
    let techniques = of.catalogue.indices().filter(|index| volume.on(*index) > 0);
    let mut techniques: Vec<TechniqueIndex> = techniques.collect();
    crate::sorted::sort_by(&mut techniques, |a, b| volume.on(*b).cmp(&volume.on(*a)));
    let techniques = techniques.into_iter().map(|index| {
        let technique = of.catalogue.technique(index);
        let count = volume.on(index).to_string();
        vec![technique.id.to_string(), technique.name.clone(), count]
    });
    let health = found.health(of);
    let (silent, noisy) = (
        health.iter().filter(|rule| rule.is_silent).count(),
        health.iter().filter(|rule| rule.is_noisy).count(),
    );
    let failed = health.iter().filter(|rule| rule.test_failed).count();
    let remarkable = health
        .iter()
        .filter(|rule| rule.is_noisy || rule.test_failed || rule.is_silent)
        .take(MOST_RULES);
    let rules = remarkable.filter_map(|health| {
        let rule = of.intake.rules.get(health.rule as usize)?;
        let said = [
            (health.is_silent, "silent"),
            (health.is_noisy, "noisy"),
            (health.test_failed, "test failed"),
        ];
        let said: Vec<&str> =
            said.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        let id = |index: &TechniqueIndex| of.catalogue.technique(*index).id.to_string();
        let alone: Vec<String> = health.covers_alone.iter().map(id).collect();
        let share = health.false_share.map(|share| format!("{:.0} %", 100.0 * share));
        Some(vec![
            rule.title.clone(),
            said.join(", "),
            health.alerts.to_string(),
            share.unwrap_or_default(),
            alone.join(", "),
        ])
    });
    let left_out: u32 = found.alerts.readings.iter().map(|r| r.faults.rows_left_out()).sum();
    let window = found
        .detections
        .selection
        .window
        .map(|window| format!(" From {} to before {}.", window.since, window.until));
    let copies = match found.alerts.copies() {
        0 => String::new(),
        copies => format!(" {copies} rows are in several files and count once."),
    };
    let note = format!(
        "{} alerts, {} of them with a technique, on {} techniques and sub-techniques.{} Latency: median {}, 90th percentile {}, of {} alerts; {} say nothing ({} negative, {} missing). {left_out} rows could not be used.{copies}",
        volume.alerts,
        volume.placed,
        volume.techniques_seen(),
        window.unwrap_or_default(),
        duration(latency.all.median),
        duration(latency.all.p90),
        latency.all.n,
        latency.all.invalid(),
        latency.all.negative,
        latency.all.missing,
    );
    vec![
        DetectionSection {
            heading: "Alerts",
            note,
            head: vec!["Tactic", "Alerts", "Median latency", "90th percentile", "Of"],
            rows: tactics.collect(),
        },
        DetectionSection {
            heading: "Alerts by technique",
            note: String::new(),
            head: vec!["Id", "Name", "Alerts"],
            rows: techniques.collect(),
        },
        DetectionSection {
            heading: "Rule health",
            note: format!(
                "{silent} rules are silent, {noisy} noisy, {failed} failed their last test; at most {MOST_RULES} are listed."
            ),
            head: vec!["Rule", "What", "Alerts", "False positives", "Covers alone"],
            rows: rules.collect(),
        },
    ]
}

/// `1 h 5 min`, `12.5 s`.
fn duration(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else { return "not known".to_owned() };
    if seconds < 60.0 {
        return format!("{} s", rounded(seconds));
    }
    let minutes = (seconds / 60.0) as u64;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min {} s", (seconds % 60.0) as u64),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
