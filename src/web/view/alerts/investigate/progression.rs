//! The tactics on a line of time, and the order in which they were first seen.

use super::found::{Finds, Found};
use super::pieces::{self, convention};
use crate::alerts::Moment;
use crate::investigate::{Line, PROGRESSION_CONVENTION, Step, TacticTime};
use crate::web::view::alerts::time_in_words;
use crate::web::view::numbers::{count, counted, duration};
use crate::web::view::tactics::cells::{about, cell, foreign, live, number, row, sentence, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::fmt::Write as _;

const COLUMNS: [(&str, &str); 6] = [
    ("Tactic", ""),
    ("When", "lane-column"),
    ("Alerts", "number"),
    ("Techniques", "number"),
    ("First seen", "nowrap"),
    ("Last seen", "nowrap"),
];

pub(super) fn section(finds: Finds) -> AnyView {
    let rows = move || {
        let found = finds.get()?;
        let progression = &found.found.progression;
        let bins = progression.tactics.iter().flat_map(|time| &time.bins);
        let highest = bins.copied().max().unwrap_or_default();
        let mut lines: Vec<AnyView> =
            progression.tactics.iter().map(|time| line(&found, time, highest)).collect();
        lines.extend(progression.line.map(axis));
        Some(lines)
    };
    let steps = move || {
        let found = finds.get()?;
        let steps = &found.found.progression.steps;
        let begin = steps.first()?.first;
        let steps: Vec<AnyView> = steps.iter().map(|each| step(&found, each, begin)).collect();
        Some(
            view! {
                <ol class="progression-steps" aria-label="Tactics in the order in which they were first seen">
                    {steps}
                </ol>
            }
            .into_any(),
        )
    };
    let says = move || finds.with(|found| Some(in_words(found.as_ref()?)));
    let bins = move || {
        finds.with(|found| {
            let line = found.as_ref()?.found.progression.line?;
            Some(format!(
                "Each mark stands for {}; the highest for the most alerts of a tactic in one of them.",
                duration(line.width as f64 / 1000.0)
            ))
        })
    };
    let body = view! {
        {sentence(says)}
        {live(steps)}
        {table("table stat-table lanes", &COLUMNS, rows)}
        {sentence(bins)}
        {convention(PROGRESSION_CONVENTION)}
    };
    part(
        "progression",
        "Tactics in time",
        "In the order of the matrix, from the first picked alert to the last. Techniques: those of the investigation in the tactic, typed ones included.",
        body.into_any(),
    )
}

fn in_words(found: &Found) -> String {
    let progression = &found.found.progression;
    let tactics = progression.tactics.len();
    let all = found.catalogue().tactics.len();
    let back = progression.steps.iter().filter(|step| step.is_backward).count();
    let back = match back {
        0 => String::new(),
        _ => format!(
            " {} back, to a tactic before one that was seen earlier (↩).",
            counted(back, "step leads", "steps lead")
        ),
    };
    match (progression.furthest, progression.surely) {
        (Some(furthest), surely) => {
            let surely = surely.map_or_else(String::new, |surely| {
                format!("; surely reached: {}", found.tactic(surely))
            });
            format!(
                "{} of {} tactics. Furthest tactic of the matrix: {}{surely}.{back}",
                count(tactics),
                count(all),
                found.tactic(furthest),
            )
        }
        (None, _) => "No tactic was seen.".to_owned(),
    }
}

fn step(found: &Found, each: &Step, begin: Moment) -> AnyView {
    let name = found.tactic(each.tactic);
    let step = name.clone();
    let title = format!("First seen {}", time_in_words(each.first));
    let after = (each.first.0 - begin.0) as f64 / 1000.0;
    let after = match after > 0.0 {
        true => format!("+{}", duration(after)),
        false => time_in_words(each.first).get(..16).unwrap_or_default().to_owned(),
    };
    let back = each.is_backward.then(|| {
        view! {
            <span class="step-back" aria-hidden="true">"↩ "</span>
            <span class="visually-hidden">"back to "</span>
        }
    });
    view! {
        <li title=title data-step=step data-back=each.is_backward.to_string()>
            {back}<bdi>{name}</bdi>" "<span class="muted nowrap">{after}</span>
        </li>
    }
    .into_any()
}

fn line(found: &Found, time: &TacticTime, highest: u32) -> AnyView {
    let name = found.tactic(time.tactic);
    let alerts = time.seen.map_or(0, |seen| seen.alerts as usize);
    let tactic = found.catalogue().tactics.get(usize::from(time.tactic));
    let short = tactic.map(|tactic| tactic.shortname.clone()).unwrap_or_default();
    let opener = match alerts {
        0 => view! { <span class="muted">"0"</span> }.into_any(),
        _ => {
            let href = pieces::list(found, &[("tactic", short.clone())]);
            let name = name.clone();
            view! {
                <a class="opener" href=href>
                    {count(alerts)}<span class="visually-hidden">" alerts of "{name}", list"</span>
                </a>
            }
            .into_any()
        }
    };
    let mut cells = vec![
        about(foreign(name)),
        lane(time, highest),
        cell("number", "Alerts", opener),
        number("Techniques", count(time.techniques)),
    ];
    cells.extend(pieces::times(time.seen));
    row(short, format!("{alerts} {}", time.techniques), cells)
}

/// Its alerts as bars; the numbers beside it say as much in words.
fn lane(time: &TacticTime, highest: u32) -> AnyView {
    if time.bins.is_empty() {
        return view! { <td class="lane-column muted"><span class="lane-none">"typed only"</span></td> }
            .into_any();
    }
    let mut path = String::with_capacity(time.bins.len() * 20);
    for (x, alerts) in time.bins.iter().enumerate().filter(|(_, alerts)| **alerts > 0) {
        let top = 100 - (u64::from(*alerts) * 100 / u64::from(highest.max(1))).max(20);
        // A string takes everything.
        let _ = write!(path, "M{x}.1 100V{top}h.8V100z");
    }
    let view_box = format!("0 0 {} 100", time.bins.len());
    view! {
        <td class="lane-column">
            <svg class="lane" viewBox=view_box preserveAspectRatio="none" aria-hidden="true">
                <path d=path />
            </svg>
        </td>
    }
    .into_any()
}

/// Where the line begins and ends.
fn axis(line: Line) -> AnyView {
    let end = Moment(line.since.0.saturating_add(line.width.saturating_mul(line.bins as i64)));
    let short = |time: Moment| time_in_words(time).get(..16).unwrap_or_default().to_owned();
    view! {
        <tr class="lane-axis" aria-hidden="true">
            <td></td>
            <td class="lane-column muted">
                <span>{short(line.since)}</span><span>{short(end)}</span>
            </td>
            <td colspan="4"></td>
        </tr>
    }
    .into_any()
}
