//! How far it reaches: alerts, hosts, users, rules, techniques; first and last seen.

use super::found::{Finds, Found};
use super::pieces::{self, Most, NONE};
use crate::investigate::{Counted, Roll, SeenTechnique};
use crate::web::investigating::Kind;
use crate::web::view::alerts::{time_in_words, whole};
use crate::web::view::numbers::{count, duration, percent};
use crate::web::view::tactics::cells::{about, cell, live, number, row, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;

/// Names of a kind, and techniques, at first and with every step.
const STEP: usize = 10;

const TECHNIQUES: [(&str, &str); 6] = [
    ("Technique", ""),
    ("Alerts", "number"),
    ("First seen", "nowrap"),
    ("Last seen", "nowrap"),
    ("Picked by", ""),
    ("Rules that cover it", "number"),
];

pub(super) fn section(finds: Finds) -> AnyView {
    let kinds = [Kind::Host, Kind::User, Kind::Rule, Kind::Incident];
    let most = kinds.map(|kind| (kind, Most::new(STEP)));
    let lists = most.map(|(kind, most)| roll(finds, kind, most)).into_iter().collect::<Vec<_>>();
    let techniques = Most::new(STEP);
    let rows = move || {
        let found = finds.get()?;
        let all = found.found.extent.techniques.iter().take(techniques.get());
        Some(all.map(|each| line(&found, each)).collect())
    };
    let body = view! {
        {live(move || Some(figures(&*finds.get()?)))}
        <div class="gap-parts scope-lists">{lists}</div>
        {table("table stat-table scope-techniques", &TECHNIQUES, rows)}
        {techniques.more("scope-techniques", move || {
            finds.with(|found| found.as_ref().map_or(0, |all| all.found.extent.techniques.len()))
        })}
    };
    part(
        "scope",
        "Scope",
        "Of the picked alerts: each counts once for its host, its user and its rule, and once for every technique it names, itself or by its rule. Times are UTC, as the alerts have them. A number opens its alerts.",
        body.into_any(),
    )
}

fn roll_of(found: &Found, kind: Kind) -> &Roll {
    let extent = &found.found.extent;
    match kind {
        Kind::Host => &extent.hosts,
        Kind::User => &extent.users,
        Kind::Rule => &extent.rules,
        Kind::Incident => &extent.incidents,
    }
}

/// How many of a kind all alerts name.
fn of_all(found: &Found, kind: Kind) -> usize {
    found.alerts().map_or(0, |alerts| match kind {
        Kind::Host => alerts.hosts().len(),
        Kind::User => alerts.users().len(),
        Kind::Rule => alerts.rules(),
        Kind::Incident => alerts.incidents().len(),
    })
}

fn name_of(found: &Found, kind: Kind, number: u32) -> String {
    let name = found.alerts().map(|alerts| match kind {
        Kind::Host => alerts.hosts().get(number),
        Kind::User => alerts.users().get(number),
        Kind::Rule => alerts.rule(number).label(),
        Kind::Incident => alerts.incidents().get(number),
    });
    name.unwrap_or_default().to_owned()
}

fn figures(found: &Found) -> AnyView {
    let extent = &found.found.extent;
    let picked = found.found.rows.len();
    let all = found.all_alerts();
    let figure = |name: &'static str,
                  heading: &'static str,
                  part: usize,
                  all: usize,
                  says: AnyView| {
        view! {
            <li data-figure=name data-value=part.to_string()>
                <h3>{heading}</h3>
                <p class="denominator-number">
                    <b>{count(part)}</b>" "<em>{(all > 0).then(|| format!("of {}", count(all)))}</em>
                </p>
                <p class="muted">{says}</p>
            </li>
        }
        .into_any()
    };
    let span = match extent.seen {
        None => "none picked".into_any(),
        Some(seen) => {
            let seconds = (seen.last.0 - seen.first.0) as f64 / 1000.0;
            let (first, last) = (time_in_words(seen.first), time_in_words(seen.last));
            view! {
                <span class="nowrap">{first}</span>" to "<span class="nowrap">{last}</span>
                {format!(", {}", duration(seconds))}
            }
            .into_any()
        }
    };
    let without = |kind: Kind| {
        let unnamed = roll_of(found, kind).unnamed as usize;
        let says = (unnamed > 0).then(|| format!("and {} alerts without one", count(unnamed)));
        says.into_any()
    };
    let typed = extent.techniques.iter().filter(|each| each.is_typed).count();
    let techniques = found.catalogue().techniques.len();
    let said = (typed > 0).then(|| format!("{} of them typed", count(typed)));
    let named = |kind: Kind| (roll_of(found, kind).named.len(), of_all(found, kind));
    let (hosts, users, rules) = (named(Kind::Host), named(Kind::User), named(Kind::Rule));
    view! {
        <ul class="denominators">
            {figure("picked-alerts", "Alerts", picked, all, span)}
            {figure("picked-hosts", "Hosts", hosts.0, hosts.1, without(Kind::Host))}
            {figure("picked-users", "Users", users.0, users.1, without(Kind::User))}
            {figure("picked-rules", "Rules of alerts", rules.0, rules.1, without(Kind::Rule))}
            {figure("picked-techniques", "Techniques and sub-techniques", extent.techniques.len(), techniques, said.into_any())}
        </ul>
    }
    .into_any()
}

fn roll(finds: Finds, kind: Kind, most: Most) -> AnyView {
    let number =
        move || finds.with(|found| found.as_ref().map_or(0, |all| roll_of(all, kind).named.len()));
    let list = move || {
        let found = finds.get()?;
        let roll = roll_of(&found, kind);
        if roll.named.is_empty() {
            return None;
        }
        let lines: Vec<AnyView> =
            roll.named.iter().take(most.get()).map(|each| entry(&found, kind, each)).collect();
        let (named, all) = (count(roll.named.len()), count(of_all(&found, kind)));
        let heading = format!("{}s", kind.label());
        Some(
            view! {
                <h3>{heading}" "<span class="count">{named}" of "{all}</span></h3>
                <ul class="scope-list" data-list=kind.as_str()>{lines}</ul>
            }
            .into_any(),
        )
    };
    view! {
        <section hidden=move || number() == 0>
            {live(list)}
            {most.more(kind.as_str(), number)}
        </section>
    }
    .into_any()
}

fn entry(found: &Found, kind: Kind, each: &Counted) -> AnyView {
    let name = name_of(found, kind, each.number);
    let href = pieces::list(found, &[(kind.as_str(), whole(&name))]);
    let (first, last) = (time_in_words(each.seen.first), time_in_words(each.seen.last));
    let times = format!("{first} to {last}");
    let says = if name.is_empty() { NONE.to_owned() } else { name.clone() };
    let alerts = each.seen.alerts as usize;
    let share = percent(alerts, found.found.rows.len());
    view! {
        <li data-row=name.clone() data-value=alerts.to_string() title=times>
            <bdi>{says.clone()}</bdi>
            <a class="opener number" href=href>
                {count(alerts)}<span class="visually-hidden">" alerts of "{says}", list"</span>
            </a>
            <span class="muted number">{share}</span>
        </li>
    }
    .into_any()
}

fn line(found: &Found, each: &SeenTechnique) -> AnyView {
    let id = found.id(each.technique);
    let alerts = each.seen.map_or(0, |seen| seen.alerts as usize);
    let opener = match alerts {
        0 => view! { <span class="muted">"0"</span> }.into_any(),
        _ => {
            let href = pieces::list(found, &[("technique", id.clone())]);
            view! {
                <a class="opener" href=href>
                    {count(alerts)}<span class="visually-hidden">" alerts of "{id.clone()}", list"</span>
                </a>
            }
            .into_any()
        }
    };
    let by = match (each.is_typed, each.seen.is_some()) {
        (true, true) => "alerts, and typed",
        (true, false) => "typed",
        _ => "alerts",
    };
    let rules = found.of.gaps.asked.coverage.technique(each.technique).covering().len();
    let mut cells =
        vec![about(pieces::technique(found, each.technique)), cell("number", "Alerts", opener)];
    cells.extend(pieces::times(each.seen));
    cells.extend([
        cell("", "Picked by", by.into_any()),
        number("Rules that cover it", count(rules)),
    ]);
    row(id, format!("{alerts} {rules}"), cells)
}
