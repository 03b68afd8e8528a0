//! The numbers above all others, each of what, and by how much they changed.

use super::super::linked::{rows, select};
use super::{Shown, Shows, change};
use crate::alerts::{Latency, Reading, Selection};
use crate::coverage::detections::{AlertKind, SeenOf};
use crate::web::view::numbers::{count, counted, duration, percent};
use crate::web::view::tactics::cells::{bar, live};
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn figures(shown: Shows) -> AnyView {
    let all = move || {
        let shown = shown.get()?;
        let of: Vec<AnyView> =
            [alerts, placed, techniques, latency, rules].map(|f| f(&shown)).into();
        Some(view! { {none(&shown)}<ul class="denominators alert-figures">{of}</ul> }.into_any())
    };
    live(all)
}

/// What to do where nothing counts.
fn none(shown: &Shown) -> Option<AnyView> {
    let all = shown.seen.asked.read.alerts.len();
    if shown.seen.detections.volume.alerts > 0 || all == 0 {
        return None;
    }
    let says = format!(
        "None of {} is in this window with these severities and verdicts. ",
        counted(all, "alert", "alerts")
    );
    Some(
        view! {
            <p class="stat-sentence" data-empty="selection">
                {says}
                <button type="button" class="button" data-action="select-all" on:click=|_| select(|all| *all = Selection::default())>
                    "Count all alerts"
                </button>
            </p>
        }
        .into_any(),
    )
}

/// One figure: its name for scripts, its heading, the number, and what is said below it.
fn figure(heading: &'static str, number: AnyView, below: Vec<AnyView>) -> AnyView {
    view! {
        <li>
            <h3>{heading}</h3>
            <p class="denominator-number">{number}</p>
            {below}
        </li>
    }
    .into_any()
}

fn line(content: AnyView) -> AnyView {
    view! { <p class="muted">{content}</p> }.into_any()
}

fn said(text: String) -> AnyView {
    line(text.into_any())
}

/// Some of a whole, with its share.
fn of(name: &'static str, part: usize, whole: usize) -> AnyView {
    view! {
        <b data-figure=name data-value=part.to_string() data-of=whole.to_string()>
            {count(part)}" of "{count(whole)}
        </b>
        " "
        <em>{percent(part, whole)}</em>
    }
    .into_any()
}

fn share(part: usize, whole: usize) -> AnyView {
    bar(if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 })
}

/// How it was in the window before, if that is compared.
fn before(shown: &Shown, now: usize, of: impl Fn(&super::Earlier) -> usize) -> AnyView {
    let told = shown.earlier.as_ref().map(|earlier| change::of_counts(now, of(earlier)));
    told.map(|told| line(view! { {told}" against the window before" }.into_any())).into_any()
}

fn alerts(shown: &Arc<Shown>) -> AnyView {
    let read = &shown.seen.asked.read.alerts;
    let now = shown.seen.detections.volume.alerts as usize;
    let sum = |of: fn(&Reading) -> u32| -> usize {
        read.readings.iter().map(|reading| of(reading) as usize).sum()
    };
    let (rows, left_out) =
        (sum(|reading| reading.rows), sum(|reading| reading.faults.rows_left_out()));
    let files = format!(
        "{} of {}",
        counted(rows, "row", "rows"),
        counted(read.readings.len(), "file", "files")
    );
    let copies = match read.copies() as usize {
        0 => String::new(),
        copies => format!(", {} of overlapping files", counted(copies, "copy", "copies")),
    };
    let files = view! {
        "Of all that were read: "<a class="opener" href="#/alerts?show=files">{files}</a>
        {format!(", {} left out{copies}", count(left_out))}
    };
    figure(
        "Alerts that count",
        of("alerts", now, read.len()),
        vec![
            share(now, read.len()),
            before(shown, now, |earlier| earlier.volume.alerts as usize),
            line(files.into_any()),
        ],
    )
}

fn placed(shown: &Arc<Shown>) -> AnyView {
    let volume = &shown.seen.detections.volume;
    let (placed, all) = (volume.placed as usize, volume.alerts as usize);
    let without = format!("{} without", count(all - placed));
    let below = view! {
            "By their own id, else by that of their rule. "
    {of_kind(AlertKind::NoTechnique, volume.alerts - volume.placed, without)}
        };
    figure(
        "With a technique",
        of("alerts-placed", placed, all),
        vec![
            share(placed, all),
            before(shown, placed, |earlier| earlier.volume.placed as usize),
            line(below.into_any()),
        ],
    )
}

/// Alerts that are counted apart, as a link to them.
fn of_kind(kind: AlertKind, number: u32, text: String) -> AnyView {
    match number {
        0 => text.into_any(),
        _ => {
            let href = rows("kind", kind.as_str());
            view! { <a class="opener" data-kind=kind.as_str() href=href>{text}</a> }.into_any()
        }
    }
}

fn techniques(shown: &Arc<Shown>) -> AnyView {
    let SeenOf { seen, total, beside } = shown.techniques;
    let all = seen + beside;
    let number = view! {
        <b data-figure="techniques-seen" data-value=all.to_string()>{count(all)}</b>
        " "
        <em>{format!("{} of {}", percent(seen, total), count(total))}</em>
    };
    let says = format!(
        "Techniques and sub-techniques with an alert on exactly this id: {} of the {} that counted rules name, and {} that none does.",
        count(seen),
        count(total),
        count(beside)
    );
    figure(
        "Techniques seen",
        number.into_any(),
        vec![
            share(seen, total),
            before(shown, all, |earlier| earlier.techniques.seen + earlier.techniques.beside),
            said(says),
        ],
    )
}

/// A latency in short.
pub(super) fn time(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "–".to_owned(), duration)
}

fn latency(shown: &Arc<Shown>) -> AnyView {
    let Latency { median, p90, n, negative, missing } = shown.seen.detections.latency.all;
    let value = |seconds: Option<f64>| seconds.map(|seconds| seconds.to_string());
    let number = view! {
        <b data-figure="median-latency" data-value=value(median)>{time(median)}</b>
        " "
        <em class="nowrap" data-figure="p90-latency" data-value=value(p90)>{format!("90 % within {}", time(p90))}</em>
    };
    let all = n as usize + negative as usize + missing as usize;
    let linked = |kind: AlertKind, number: u32| {
        let text = format!("{} {}", count(number as usize), kind.label());
        of_kind(kind, number, text)
    };
    let says = view! {
        {format!("Median and 90th percentile from the event to its detection, of {} of {} alerts; ", count(n as usize), count(all))}
        {linked(AlertKind::NegativeLatency, negative)}
        ", "
        {linked(AlertKind::MissingLatency, missing)}
        ": counted apart."
    };
    let changed = shown.earlier.as_ref().map(|earlier| {
        let before = earlier.latency.all;
        line(view! {
            {change::of_times(median, before.median)}" and "{change::of_times(p90, before.p90)}" against the window before"
        }.into_any())
    });
    figure("Detection latency", number.into_any(), vec![changed.into_any(), line(says.into_any())])
}

fn rules(shown: &Arc<Shown>) -> AnyView {
    let SeenOf { seen, total, beside } = shown.rules;
    let says = view! {
        "Of the rules that count. "
        <a class="opener" href="#/alerts?show=rules&state=silent">"Which are silent"</a>
        {(beside > 0).then(|| format!(". {} more fired that do not count (switched off, retired or left out).", count(beside)))}
    };
    figure(
        "Rules that fired",
        of("rules-fired", seen, total),
        vec![
            share(seen, total),
            before(shown, seen, |earlier| earlier.rules.seen),
            line(says.into_any()),
        ],
    )
}
