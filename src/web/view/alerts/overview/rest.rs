//! What stands on no technique, and what is known to nobody here: counted and listed, so that
//! nothing is dropped without a word.

use super::super::linked::{rows as list_of, rows_of_rule};
use super::{Shown, Shows};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{about, button, cell, foreign, live, number, row, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows of a table at first.
const FIRST: usize = 20;
/// And with every step: names may be a hundred thousand.
const STEP: usize = 200;

/// What, and how many alerts.
type Line = (AnyView, AnyView, usize);

const COLUMNS: [(&str, &str); 3] = [("What", ""), ("Why", ""), ("Alerts", "number")];

pub(super) fn section(shown: Shows) -> AnyView {
    let words = move || Some(sentence(&*shown.get()?));
    let unknown = move || {
        let shown = shown.get()?;
        (unknown(&shown, 0).0 > 0).then(|| {
            heading(
                "Named, and not in this release",
                "Of all alerts that were read, whatever counts.",
            )
        })
    };
    let unmatched = move || {
        let shown = shown.get()?;
        let number = shown.seen.detections.joined.unmatched().len();
        let says = "By neither id nor name. Drop the rules themselves, or see whether the alerts call them otherwise.";
        (number > 0).then(|| heading("Rules of alerts that were not read", says))
    };
    let body = view! {
        {live(words)}
        {live(unknown)}
        {lines(shown, "unknown-ids", self::unknown)}
        {live(unmatched)}
        {lines(shown, "unmatched-rules", self::unmatched)}
    };
    part(
        "elsewhere",
        "On no technique",
        "Alerts that no cell of the matrix shows, ids that this release does not have, and rules that are not among those that were read.",
        body.into_any(),
    )
}

fn heading(text: &'static str, about: &'static str) -> AnyView {
    view! { <div class="stat-head"><h3>{text}</h3><p class="muted">{about}</p></div> }.into_any()
}

fn sentence(shown: &Shown) -> AnyView {
    let facets = &shown.facets;
    let (only, nowhere) = (facets.without_technique as usize, facets.nowhere as usize);
    let each: Vec<AnyView> = shown
        .seen
        .asked
        .catalogue
        .tactics
        .iter()
        .zip(&facets.tactic_only)
        .filter(|(_, alerts)| **alerts > 0)
        .map(|(tactic, alerts)| {
            let text = format!("{} {}", tactic.name, count(*alerts as usize));
            view! { " "<a class="opener" href=list_of("tactic", &tactic.shortname)>{text}</a> }
                .into_any()
        })
        .collect();
    view! {
        <p class="stat-sentence" data-figure="tactic-only" data-value=only.to_string()>
            {counted(only, "alert has", "alerts have")}" a tactic and no technique."{each}
        </p>
        <p class="stat-sentence" data-figure="nowhere" data-value=nowhere.to_string()>
            {counted(nowhere, "alert has", "alerts have")}
            " neither: none is named, and the rule is not known or names none."
        </p>
    }
    .into_any()
}

/// How many there are, and the first of them.
fn unknown(shown: &Arc<Shown>, most: usize) -> (usize, Vec<Line>) {
    let placement = &shown.seen.detections.joined.placement;
    let ids = placement.unknown.iter().map(|unknown| {
        let why = match unknown.is_deprecated {
            true => "retired without a successor",
            false => "no technique of this release",
        };
        (unknown.id.to_string().into_any(), why.into_any(), unknown.alerts as usize)
    });
    let tactics = placement.unknown_tactics.iter().map(|(written, alerts)| {
        (foreign(written.clone()), "no tactic of this release".into_any(), *alerts as usize)
    });
    let number = placement.unknown.len() + placement.unknown_tactics.len();
    (number, ids.chain(tactics).take(most).collect())
}

/// The same, most alerts first.
fn unmatched(shown: &Arc<Shown>, most: usize) -> (usize, Vec<Line>) {
    let (alerts, found) = (&shown.seen.asked.read.alerts, &shown.seen.detections);
    let mut lines: Vec<(u32, usize)> = found
        .joined
        .unmatched()
        .into_iter()
        .map(|number| {
            (number, found.volume.rules.get(number as usize).copied().unwrap_or_default() as usize)
        })
        .collect();
    crate::sorted::sort_by(&mut lines, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let line = |(number, raised): (u32, usize)| {
        let rule = alerts.rule(number);
        let name = view! {
            <a class="opener" href=rows_of_rule(rule.label())><bdi>{rule.label().to_owned()}</bdi></a>
        };
        let id =
            (!rule.id.is_empty() && rule.id != rule.label()).then(|| foreign(rule.id.to_owned()));
        (name.into_any(), id.unwrap_or_else(|| "not among the rules".into_any()), raised)
    };
    (lines.len(), lines.into_iter().take(most).map(line).collect())
}

/// A table of lines; nothing where there are none.
fn lines(
    shown: Shows,
    name: &'static str,
    of: fn(&Arc<Shown>, usize) -> (usize, Vec<Line>),
) -> AnyView {
    let wanted = RwSignal::new(FIRST);
    let total = Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(0, |s| of(s, 0).0)));
    let rows = move || {
        let shown = shown.get()?;
        let line = |(at, (what, why, alerts)): (usize, Line)| {
            let cells =
                vec![about(what), cell("muted", "Why", why), number("Alerts", count(alerts))];
            row(format!("{name}-{at}"), alerts.to_string(), cells)
        };
        Some(of(&shown, wanted.get()).1.into_iter().enumerate().map(line).collect::<Vec<_>>())
    };
    let is_there = Memo::new(move |_| total.get() > 0);
    let body =
        move || is_there.get().then(|| table("table stat-table stat-narrow", &COLUMNS, rows));
    let no_more = Signal::derive(move || total.get() <= wanted.get());
    let more = Signal::derive(move || {
        format!(
            "Show {} more of {}",
            count((total.get() - wanted.get().min(total.get())).min(STEP)),
            count(total.get())
        )
    });
    view! {
        <div data-list=name>{live(body)}{button("more-lines", no_more, more, move || wanted.update(|wanted| *wanted += STEP))}</div>
    }
    .into_any()
}
