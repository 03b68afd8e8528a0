//! The first rows of a table as they would be read.

use crate::alerts::{Alert, Alerts, Fault, Moment};
use crate::heatmap::wording::plain_up_to;
use crate::web::columns::ColumnChoice;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{cell, foreign, live, row, table};
use leptos::prelude::*;

const HEADS: [(&str, &str); 10] = [
    ("Time (UTC)", ""),
    ("Rule", ""),
    ("Techniques", ""),
    ("Tactic", ""),
    ("Severity", ""),
    ("Host", ""),
    ("User", ""),
    ("Event time (UTC)", ""),
    ("Verdict", ""),
    ("Incident", ""),
];

pub(super) fn preview() -> AnyView {
    let choice = ColumnChoice::get();
    let rows = move || {
        let alerts = choice.preview.get()?;
        Some(alerts.iter().map(|alert| line(&alerts, &alert)).collect())
    };
    let said = move || {
        let text = choice.preview.with(|alerts| match alerts {
            Some(alerts) => said(alerts),
            None => "No row can be read yet.".to_owned(),
        });
        Some(view! { <p class="muted" data-figure="preview">{text}</p> }.into_any())
    };
    view! {
        <section class="columns-preview" aria-label="First rows as they would be read" tabindex="0">
            <h3>"First rows as they would be read"</h3>
            {live(said)}
            {table("table preview-table", &HEADS, rows)}
        </section>
    }
    .into_any()
}

/// What becomes of the rows at the beginning.
fn said(alerts: &Alerts) -> String {
    let Some(reading) = alerts.readings.first() else { return String::new() };
    // The last record of what was looked at may be cut.
    let faults = reading.faults.all().filter(|(fault, _)| *fault != Fault::Broken);
    let told: Vec<String> = faults
        .map(|(fault, n)| format!("{} × {}", count(n as usize), reading.faults.reason(fault)))
        .collect();
    let read = counted(reading.read as usize, "row", "rows");
    match told.is_empty() {
        true => format!("{read} at the beginning can be read; nothing is left out there."),
        false => format!("{read} at the beginning can be read. {}.", told.join("; ")),
    }
}

fn line(alerts: &Alerts, alert: &Alert<'_>) -> AnyView {
    let time = |time: Option<Moment>| time.map(|time| time.to_string()).unwrap_or_default();
    let ids: Vec<String> = alert.techniques.iter().map(ToString::to_string).collect();
    let texts = [
        time(Some(alert.time)),
        alerts.rule(alert.rule).label().to_owned(),
        ids.join(", "),
        alert.tactic.to_owned(),
        alert.severity.map(|severity| severity.as_str().to_owned()).unwrap_or_default(),
        alerts.hosts().get(alert.host).to_owned(),
        alerts.users().get(alert.user).to_owned(),
        time(alert.event),
        alert.verdict.label().to_owned(),
        alerts.incidents().get(alert.incident).to_owned(),
    ];
    let cells = HEADS
        .iter()
        .zip(texts)
        .map(|((label, _), text)| cell("", label, foreign(plain_up_to(&text, 60))));
    row(alert.row.to_string(), String::new(), cells.collect())
}
