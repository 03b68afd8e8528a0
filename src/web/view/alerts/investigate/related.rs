//! What else happened: other alerts in the same tactics, around the same time.

use super::found::{Finds, Found};
use super::pieces::{self, Most, named};
use crate::alerts::Moment;
use crate::web::investigating::{Kinds, pick_of};
use crate::web::next_task::FramePace;
use crate::web::state::{AppState, Toast};
use crate::web::view::alerts::{rows_href, time_in_words, whole};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{about, cell, live, number, row, sentence, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Rows at first, and with every step.
const STEP: usize = 10;

const COLUMNS: [(&str, &str); 7] = [
    ("Host", ""),
    ("Rule", ""),
    ("Alerts", "number"),
    ("Of picked users", "number"),
    ("First seen", "nowrap"),
    ("Last seen", "nowrap"),
    ("Pick", "number"),
];

pub(super) fn section(finds: Finds) -> AnyView {
    let most = Most::new(STEP);
    let rows = move || {
        let found = finds.get()?;
        let number = found.found.related.alerts.len().min(most.get());
        Some((0..number).map(|at| line(&found, at)).collect())
    };
    let number =
        move || finds.with(|found| found.as_ref().map_or(0, |all| all.found.related.alerts.len()));
    let says = move || finds.with(|found| Some(in_words(found.as_ref()?)));
    let tactics = move || {
        let found = finds.get()?;
        let chips: Vec<AnyView> = found.found.related.tactics.iter().map(|(tactic, alerts)| {
            let name = found.tactic(*tactic);
            view! { <li><bdi>{name}</bdi>" "<span class="count">{count(*alerts as usize)}</span></li> }
                .into_any()
        }).collect();
        (!chips.is_empty()).then(|| {
            view! { <ul class="related-tactics" aria-label="Related alerts by tactic">{chips}</ul> }.into_any()
        })
    };
    let is_none = move || number() == 0;
    let body = view! {
        <div data-figure="related">{sentence(says)}</div>
        {live(tactics)}
        <div hidden=is_none>{table("table stat-table related-table", &COLUMNS, rows)}</div>
        {most.more("related", number)}
    };
    part(
        "related",
        "Related activity",
        "Alerts that were not picked, in one of these tactics and in this time, by host and rule: first those on hosts or of users of picked alerts. How far around it reaches is a weight.",
        body.into_any(),
    )
}

fn in_words(found: &Found) -> String {
    let related = &found.found.related;
    let Some(window) = related.window else {
        return "There is no time to look around in: no alert is picked.".to_owned();
    };
    let alerts = related.seen.map_or(0, |seen| seen.alerts as usize);
    let close = related.alerts.iter().filter(|each| each.is_close()).count();
    format!(
        "{} from {} to {}, on {} and by {}; {} of {} pairs of host and rule are on a picked host or of a picked user.",
        counted(alerts, "more alert", "more alerts"),
        time_in_words(window.since),
        time_in_words(Moment(window.until.0.saturating_sub(1))),
        counted(related.hosts.named.len(), "host", "hosts"),
        counted(related.rules.named.len(), "rule", "rules"),
        count(close),
        count(related.alerts.len()),
    )
}

fn line(found: &Arc<Found>, at: usize) -> AnyView {
    let Some(each) = found.found.related.alerts.get(at) else { return ().into_any() };
    let (host, rule) = (found.host(each.host), found.rule(each.rule));
    let alerts = each.seen.alerts as usize;
    // Not narrowed by the pick: that does not have them.
    let href = rows_href(&[("host", whole(&host)), ("rule", whole(&rule))]);
    let opener = view! {
        <a class="opener" href=href title="The list has those of any time">
            {count(alerts)}<span class="visually-hidden">" alerts, list"</span>
        </a>
    };
    let mark = each.on_picked_host.then(|| {
        view! { " "<span class="badge">"picked host"</span> }
    });
    let on = view! { {named(host.clone())}{mark} };
    let mut cells = vec![
        about(on.into_any()),
        cell("", "Rule", named(rule.clone())),
        cell("number", "Alerts", opener.into_any()),
        number("Of picked users", count(each.of_picked_users as usize)),
    ];
    cells.extend(pieces::times(Some(each.seen)));
    cells.push(cell("number", "Pick", adds(found, at, &host, &rule)));
    row(format!("{host}|{rule}"), format!("{alerts} {}", each.of_picked_users), cells)
}

fn adds(found: &Arc<Found>, at: usize, host: &str, rule: &str) -> AnyView {
    let state = AppState::get();
    let found = found.clone();
    let add = move |_| {
        let found = found.clone();
        spawn_local(async move {
            let Some(alerts) = found.alerts() else { return };
            let Some(each) = found.found.related.alerts.get(at) else { return };
            let all = found.found.rows.iter().chain(&each.rows);
            let all = all.filter_map(|row| u32::try_from(*row).ok());
            let typed = found.of.pick.techniques.clone();
            let pick = pick_of(alerts, all, Kinds::ALL, typed, &FramePace::new()).await;
            state.choose(|settings| settings.detections.pick = Arc::new(pick));
            let text = "Picked by the hosts, users, rules, incidents and time of both; other alerts with the same may have come along".to_owned();
            state.toast.set(Some(Toast { text, undo: true }));
        });
    };
    let says = format!("Add to the pick: alerts of {rule} on {host}");
    view! {
        <button type="button" class="link" data-action="add-related" aria-label=says on:click=add>
            "Add to the pick"
        </button>
    }
    .into_any()
}
