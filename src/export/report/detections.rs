//! What alerts and results of tests say; no sections where there are none.

use super::build::{id, ids, most};
use super::words::duration;
use super::{Cell, Column, Kind, Section, SectionKey, Text};
use crate::alerts::{Product, Reading};
use crate::attack::TechniqueIndex;
use crate::coverage::detections::RuleHealth;
use crate::export::report_json::{DetectionsOf, ReportOf};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) fn sections(of: &ReportOf<'_>, all_rows: bool) -> Vec<Section> {
    let Some(found) = of.detections else { return Vec::new() };
    vec![
        by_tactic(of, found),
        by_technique(of, found, all_rows),
        files(found, all_rows),
        health(of, found, all_rows),
    ]
}

fn by_tactic(of: &ReportOf<'_>, found: DetectionsOf<'_>) -> Section {
    let (volume, latency) = (&found.detections.volume, &found.detections.latency);
    let columns = [
        Column::of("Tactic", Kind::Text),
        Column::of("Alerts", Kind::Integer),
        Column::of("Median latency", Kind::Duration),
        Column::of("90th percentile", Kind::Duration),
        Column::of("Alerts with a latency", Kind::Integer),
    ];
    let rows = of.catalogue.tactics.iter().enumerate().map(|(at, tactic)| {
        let latency = latency.tactics.get(at).copied().unwrap_or_default();
        vec![
            Cell::text(tactic.name.clone()),
            Cell::Integer(volume.tactics.get(at).copied().unwrap_or_default().into()),
            Cell::decimal(latency.median),
            Cell::decimal(latency.p90),
            Cell::Integer(latency.n.into()),
        ]
    });
    Section::new(SectionKey::Alerts, said(found), &columns).with(rows)
}

fn said(found: DetectionsOf<'_>) -> String {
    let (volume, latency) = (&found.detections.volume, &found.detections.latency.all);
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
    let known = |seconds: Option<f64>| seconds.map_or("not known".to_owned(), duration);
    format!(
        "{} alerts, {} of them with a technique, on {} techniques and sub-techniques.{} Latency: median {}, 90th percentile {}, of {} alerts; {} say nothing ({} negative, {} missing). {left_out} rows could not be used.{copies}",
        volume.alerts,
        volume.placed,
        volume.techniques_seen(),
        window.unwrap_or_default(),
        known(latency.median),
        known(latency.p90),
        latency.n,
        latency.invalid(),
        latency.negative,
        latency.missing,
    )
}

/// The techniques that most alerts are on first.
fn by_technique(of: &ReportOf<'_>, found: DetectionsOf<'_>, all_rows: bool) -> Section {
    let volume = &found.detections.volume;
    let seen = of.catalogue.indices().filter(|index| volume.on(*index) > 0);
    let mut seen: Vec<TechniqueIndex> = seen.collect();
    crate::sorted::sort_by(&mut seen, |a, b| volume.on(*b).cmp(&volume.on(*a)));
    let columns = [
        Column::of("Id", Kind::Word),
        Column::of("Name", Kind::Text),
        Column::of("Alerts", Kind::Integer),
    ];
    let row = |index: &TechniqueIndex| {
        let name = of.catalogue.technique(*index).name.clone();
        vec![id(of, *index), Cell::text(name), Cell::Integer(volume.on(*index).into())]
    };
    let rows = seen.iter().take(most(SectionKey::AlertTechniques, all_rows)).map(row);
    let note = "Alerts on exactly this id.";
    let section = Section::new(SectionKey::AlertTechniques, note, &columns).with(rows);
    Section { total: seen.len(), ..section }
}

fn files(found: DetectionsOf<'_>, all_rows: bool) -> Section {
    let columns = [
        Column::of("File", Kind::Path),
        Column::of("Format", Kind::Word),
        Column::of("Product", Kind::Text),
        Column::of("Rows", Kind::Integer),
        Column::of("Read", Kind::Integer),
        Column::of("Left out", Kind::Integer),
        Column::of("Copies", Kind::Integer),
        Column::of("Why left out", Kind::List),
    ];
    let row = |(at, reading): (u16, &Arc<Reading>)| {
        let faults = reading.faults.all().filter(|(fault, _)| fault.costs_the_row());
        let faults = faults
            .map(|(fault, rows)| Text::Owned(format!("{rows} {}", reading.faults.reason(fault))));
        vec![
            Cell::text(reading.path.clone()),
            Cell::text(reading.format.name()),
            reading.product.map_or(Cell::Empty, |product: Product| Cell::text(product.name())),
            Cell::Integer(reading.rows.into()),
            Cell::Integer(reading.read.into()),
            Cell::Integer(reading.faults.rows_left_out().into()),
            Cell::Integer(found.alerts.copies_in(at).into()),
            Cell::list(faults),
        ]
    };
    let readings = &found.alerts.readings;
    let rows = (0..).zip(readings).take(most(SectionKey::AlertFiles, all_rows)).map(row);
    let section = Section::new(SectionKey::AlertFiles, "", &columns).with(rows);
    Section { total: readings.len(), ..section }
}

/// Only rules of which there is something to be said.
fn health(of: &ReportOf<'_>, found: DetectionsOf<'_>, all_rows: bool) -> Section {
    let health = found.health(of);
    let count = |is: fn(&RuleHealth) -> bool| health.iter().filter(|rule| is(rule)).count();
    let note = format!(
        "{} rules are silent, {} noisy, {} failed their last test.",
        count(|rule| rule.is_silent),
        count(|rule| rule.is_noisy),
        count(|rule| rule.test_failed)
    );
    let remarkable = || {
        health
            .iter()
            .filter(|rule| rule.is_noisy || rule.test_failed || rule.is_silent)
            .filter_map(|health| Some((health, of.intake.rules.get(health.rule as usize)?)))
    };
    let columns = [
        Column::of("Rule", Kind::Text),
        Column::detail("Rule id", Kind::Text),
        Column::of("What", Kind::List),
        Column::of("Alerts", Kind::Integer),
        Column::of("False positives, percent", Kind::Decimal),
        Column::of("Covers alone", Kind::List),
    ];
    let rows = remarkable().take(most(SectionKey::RuleHealth, all_rows)).map(|(health, rule)| {
        let said = [
            (health.is_silent, "silent"),
            (health.is_noisy, "noisy"),
            (health.test_failed, "test failed"),
        ];
        let said = said.into_iter().filter(|(is, _)| *is).map(|(_, word)| Cow::Borrowed(word));
        vec![
            Cell::text(rule.title.clone()),
            Cell::text(rule.name()),
            Cell::list(said),
            Cell::Integer(health.alerts.into()),
            Cell::decimal(health.false_share.map(|share| 100.0 * share)),
            ids(of, health.covers_alone.iter().copied()),
        ]
    });
    let section = Section::new(SectionKey::RuleHealth, note, &columns).with(rows);
    Section { total: remarkable().count(), ..section }
}
