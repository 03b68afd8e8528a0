//! What the alerts say of a technique: how many, when, where, by which rules, and what is proved.

use super::Subject;
use crate::alerts::{Day, TestOutcome};
use crate::attack::TechniqueIndex;
use crate::coverage::detections::{
    CellAlerts, Listed, RuleAlerts, TechniqueAlerts, TechniqueEvidence,
};
use crate::heatmap::wording::plain_up_to;
use crate::investigate::Pick;
use crate::web::address::{Address, RulePlace, View};
use crate::web::detections::{Asked, Detecting, Seen};
use crate::web::investigating;
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::alerts::{rows_href, rule, time_in_words, whole};
use crate::web::view::numbers::{count, counted, duration, percent};
use crate::web::view::tactics::cells::{about, bar_cell, cell, foreign, live, row, table};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What is listed.
const LISTED: Listed = Listed { names: 5, rows: 10 };
/// Rules that are named of each sort.
const RULES: usize = 8;
/// Bars of the line of days.
const BARS: usize = 60;
const TOP: [(&str, &str); 3] = [("Name", "wide"), ("Alerts", "number"), ("Share", "bar-column")];
const LATEST: [(&str, &str); 3] = [("Time (UTC)", ""), ("Rule", "wide"), ("Host, user", "")];

/// So many alerts are counted before the drawer is drawn, in a millisecond or two: what comes
/// later moves what stands below.
const AT_ONCE: usize = 20_000;

/// What was found, and what of.
struct Found {
    seen: Arc<Seen>,
    index: TechniqueIndex,
    of: TechniqueAlerts,
}

/// The section; nothing while there are neither alerts nor results of tests.
pub(super) fn alerts(subject: Subject) -> AnyView {
    let seen = Detecting::get().seen;
    let found = RwSignal::new(None::<Arc<Found>>);
    let turn = StoredValue::new(0_u32);
    let index = subject.index;
    Effect::new(move |_| {
        let seen = seen.get().filter(|seen| Arc::ptr_eq(&seen.asked.catalogue, &subject.catalogue));
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        let Some(seen) = seen else { return found.set(None) };
        let Asked { coverage, read, .. } = &seen.asked;
        if read.alerts.len() <= AT_ONCE {
            let (alerts, of) = (&read.alerts, (index, true));
            let of = TechniqueAlerts::of(coverage, alerts, &seen.detections, of, LISTED);
            return found.set(Some(Arc::new(Found { seen: seen.clone(), index, of })));
        }
        spawn_local(async move {
            next_task().await;
            let pace = FramePace::new();
            let made = TechniqueAlerts::of_paced(
                &seen.asked.coverage,
                &seen.asked.read.alerts,
                &seen.detections,
                (index, true),
                LISTED,
                &pace,
            );
            // Also unwanted: one whose drawer is gone.
            let is_wanted = || turn.try_get_value() == Some(mine);
            let Some(of) = while_wanted(made, is_wanted).await else { return };
            found.try_set(Some(Arc::new(Found { seen: seen.clone(), index, of })));
        });
    });
    live(move || found.get().map(|found| section(&found)))
}

fn section(found: &Arc<Found>) -> AnyView {
    let Found { seen, index, of } = &**found;
    let asked = &seen.asked;
    let cell = CellAlerts::of(&asked.catalogue, &asked.coverage, &seen.detections, *index);
    let has_alerts = !asked.read.alerts.readings.is_empty();
    let parts = match (of.alerts > 0, has_alerts) {
        (true, _) => vec![days(&of.days), top(found), latest(found)],
        (false, _) => Vec::new(),
    };
    view! {
        <section
            class="drawer-part drawer-alerts"
            data-figure="technique-alerts"
            data-value=of.alerts.to_string()
        >
            <h3>"Alerts"<span class="count">{count(of.alerts as usize)}</span></h3>
            {has_alerts.then(|| view! { <p>{how_many(&cell)}</p> })}
            {parts}
            {of_rules(found)}
            {proved(found)}
            {links(found)}
        </section>
    }
    .into_any()
}

/// How many, before, and why there are none.
fn how_many(cell: &CellAlerts) -> String {
    let now = counted(cell.count.with_subs as usize, "alert counts", "alerts count");
    let own = match cell.subs {
        0 => String::new(),
        _ => format!(", {} on exactly this technique", count(cell.count.own as usize)),
    };
    let before = cell
        .before
        .map(|before| format!(" In the window before: {}.", count(before.with_subs as usize)));
    let blank = cell.blank.map(|blank| format!(" Blank: {}.", blank.label()));
    format!("{now} here{own}.{}{}", before.unwrap_or_default(), blank.unwrap_or_default())
}

/// Alerts a day as bars.
fn days(days: &[Day]) -> AnyView {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return ().into_any() };
    let width = days.len().div_ceil(BARS).max(1);
    let bars: Vec<u32> =
        days.chunks(width).map(|days| days.iter().map(|day| day.alerts).sum()).collect();
    let most = bars.iter().copied().max().unwrap_or_default().max(1);
    let mut path = String::new();
    for (at, alerts) in bars.iter().enumerate().filter(|(_, alerts)| **alerts > 0) {
        let height = (20.0 * f64::from(*alerts) / f64::from(most)).max(0.8);
        path.push_str(&format!("M{at} 20 v-{height:.1} h.8 v{height:.1} z"));
    }
    let busiest = days.iter().max_by_key(|day| day.alerts).unwrap_or(first);
    let says = format!(
        "Alerts a day from {} to {} (UTC); most on {}: {}.",
        first.date,
        last.date,
        busiest.date,
        count(busiest.alerts as usize)
    );
    let said = says.clone();
    view! {
        <figure class="drawer-days">
            <svg viewBox=format!("0 0 {} 20", bars.len().max(1)) preserveAspectRatio="none" role="img" aria-label=says>
                <path d=path />
            </svg>
            <figcaption class="muted">{said}</figcaption>
        </figure>
    }
    .into_any()
}

/// The hosts and the rules with most alerts.
fn top(found: &Arc<Found>) -> AnyView {
    let Found { seen, of, .. } = &**found;
    let id = technique_of(found);
    let alerts = &seen.asked.read.alerts;
    let rest = |others: u32, alerts: u32, what: (&str, &str)| {
        (others > 0).then(|| {
            let names = counted(others as usize, what.0, what.1);
            let text =
                format!("{names} more with {}.", counted(alerts as usize, "alert", "alerts"));
            view! { <p class="muted">{text}</p> }
        })
    };
    let line = |key: &'static str, name: &str, number_of: u32| {
        let href = rows_href(&[("technique", id.clone()), (key, whole(name))]);
        let link = view! { <a href=href><bdi>{plain_up_to(name, 80)}</bdi></a> };
        let share = 100.0 * f64::from(number_of) / f64::from(of.alerts.max(1));
        let says = view! {
            <span title=percent(number_of as usize, of.alerts as usize)>{count(number_of as usize)}</span>
        };
        let cells = vec![
            about(link.into_any()),
            cell("number", "Alerts", says.into_any()),
            bar_cell(share),
        ];
        row(name.to_owned(), number_of.to_string(), cells)
    };
    let hosts: Vec<AnyView> = of
        .hosts
        .first
        .iter()
        .map(|(host, n)| line("host", alerts.hosts().get(*host), *n))
        .collect();
    let rules: Vec<AnyView> = of
        .alert_rules
        .first
        .iter()
        .map(|(rule, n)| line("rule", alerts.rule(*rule).label(), *n))
        .collect();
    let of_kind = |heading: &'static str, name: &'static str, lines: Vec<AnyView>| {
        (!lines.is_empty()).then(|| {
            view! {
                <h4>{heading}</h4>
                <table class="table stat-table drawer-top" data-part=name>
                    <thead class="visually-hidden">
                        <tr>{TOP.map(|(label, _)| view! { <th scope="col">{label}</th> })}</tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            }
        })
    };
    view! {
        {of_kind("Hosts", "hosts", hosts)}
        {rest(of.hosts.others, of.hosts.other_alerts, ("host", "hosts"))}
        {of_kind("Rules of the alerts", "alert-rules", rules)}
        {rest(of.alert_rules.others, of.alert_rules.other_alerts, ("rule", "rules"))}
    }
    .into_any()
}

fn technique_of(found: &Found) -> String {
    found.seen.asked.catalogue.technique(found.index).id.to_string()
}

/// The latest rows.
fn latest(found: &Arc<Found>) -> AnyView {
    let of = found.clone();
    let rows = move || {
        let Found { seen, of, .. } = &*of;
        let alerts = &seen.asked.read.alerts;
        let line = |at: &u32| {
            let alert = alerts.get(*at as usize)?;
            let names = [alerts.hosts().get(alert.host), alerts.users().get(alert.user)];
            let named = names.into_iter().filter(|name| !name.is_empty());
            let who: Vec<AnyView> = named
                .map(|name| {
                    view! { <span class="drawer-who">{foreign(name.to_owned())}</span> }.into_any()
                })
                .collect();
            let cells = vec![
                cell("nowrap", "Time (UTC)", foreign(time_in_words(alert.time))),
                cell("wide", "Rule", rule(seen, alert.rule)),
                cell("", "Host, user", who.into_any()),
            ];
            Some(row(at.to_string(), alert.time.to_string(), cells))
        };
        Some(of.latest.iter().filter_map(line).collect())
    };
    let heading = match found.of.latest.len() {
        shown if shown < found.of.alerts as usize => format!("The latest {shown}"),
        _ => "All of them".to_owned(),
    };
    view! {
        <h4>{heading}</h4>
        <div class="drawer-latest" tabindex="0" role="group" aria-label="The latest alerts">
            {table("table latest-alerts", &LATEST, rows)}
        </div>
    }
    .into_any()
}

/// Which of its rules raised alerts, and which never did.
fn of_rules(found: &Arc<Found>) -> AnyView {
    if found.seen.asked.read.alerts.readings.is_empty() || found.of.rules.is_empty() {
        return ().into_any();
    }
    let fired: Vec<&RuleAlerts> = found.of.fired().collect();
    let never: Vec<&RuleAlerts> = found.of.never_fired().collect();
    let all = found.of.rules.len();
    let sentence = format!(
        "Of {} that count here, {} fired and {} never did, in the time that counts.",
        counted(all, "rule", "rules"),
        count(fired.len()),
        count(never.len())
    );
    let list = |heading: &'static str, name: &'static str, rules: &[&RuleAlerts]| {
        let line = |one: &&RuleAlerts| {
            let rule = found.seen.asked.read.intake.rules.get(one.rule as usize)?;
            let says = match (one.here, one.anywhere) {
                (0, 0) => String::new(),
                (here, all) if here == all => format!(" {}", count(here as usize)),
                (here, all) => {
                    format!(" {} here, {} in all", count(here as usize), count(all as usize))
                }
            };
            let href = RulePlace::of(rule).href();
            Some(view! {
                <li><a href=href><bdi>{rule.title.clone()}</bdi></a><span class="muted">{says}</span></li>
            })
        };
        let rest = rules.len().saturating_sub(RULES);
        (!rules.is_empty()).then(|| {
            view! {
                <h4>{heading}<span class="count">{count(rules.len())}</span></h4>
                <ul class="drawer-fired" data-part=name data-value=rules.len().to_string()>
                    {rules.iter().take(RULES).filter_map(line).collect_view()}
                    {(rest > 0).then(|| view! { <li class="muted">{format!("and {} more", count(rest))}</li> })}
                </ul>
            }
        })
    };
    view! {
        <p>{sentence}</p>
        {list("Fired", "fired", &fired)}
        {list("Never fired", "never-fired", &never)}
    }
    .into_any()
}

/// Latency, evidence, failed tests.
fn proved(found: &Arc<Found>) -> AnyView {
    let Found { seen, of, index } = &**found;
    let latency = &of.latency;
    let quick = latency.median.map(|median| {
        let left = latency.invalid() as usize;
        format!(
            "Detected after {} (median of {} with both times; {} without or the wrong way round).",
            duration(median),
            counted(latency.n as usize, "alert", "alerts"),
            count(left)
        )
    });
    let evidence = seen.asked.coverage.claims.evidence.as_ref();
    let own = evidence.and_then(|all| all.techniques.get(usize::from(index.0)));
    let step = own.and_then(evidence_in_words);
    let id = seen.asked.catalogue.technique(*index).id;
    let failed: Vec<AnyView> = seen
        .asked
        .read
        .tests
        .iter()
        .filter(|test| test.technique == Some(id) && test.outcome == TestOutcome::Failed)
        .take(RULES)
        .map(|test| {
            let name = if test.name.is_empty() { "a test without a name" } else { &test.name };
            let when = test.at.map(|at| format!(", {}", at.date())).unwrap_or_default();
            view! { <li><bdi>{plain_up_to(name, 100)}</bdi>{when}</li> }.into_any()
        })
        .collect();
    let fails = own.is_some_and(|own| own.test_failed).then(|| {
        view! { <p><b>"Its last test failed: nobody should rely on this technique being seen."</b></p> }
    });
    view! {
        {quick.map(|text| view! { <p data-figure="technique-latency">{text}</p> })}
        {step.map(|text| view! { <p data-figure="technique-evidence">{text}</p> })}
        {fails}
        {(!failed.is_empty()).then(|| view! { <h4>"Failed tests"</h4><ul class="drawer-fired">{failed}</ul> })}
    }
    .into_any()
}

/// How much is proved, and how old that is.
fn evidence_in_words(own: &TechniqueEvidence) -> Option<String> {
    let step = own.step?;
    let age = match own.age_days(today()) {
        None => "; nothing was seen of it yet".to_owned(),
        Some(0) => "; last seen today".to_owned(),
        Some(days) => format!("; last seen {} ago", counted(days as usize, "day", "days")),
    };
    Some(format!("Evidence: {}{age}.", step.as_str()))
}

/// To its rows, and to an investigation.
fn links(found: &Arc<Found>) -> AnyView {
    let id = technique_of(found);
    if found.of.alerts == 0 {
        let href = Address::view(View::Alerts).to_string();
        return view! { <p class="drawer-actions"><a class="button" href=href>"All alerts"</a></p> }
            .into_any();
    }
    let of = found.clone();
    let state = AppState::get();
    let investigate = move |_| {
        let Found { seen, of, index } = &*of;
        let alerts = &seen.asked.read.alerts;
        let rules = of.alert_rules.first.iter().map(|(n, _)| alerts.rule(*n).label().to_owned());
        let pick = Pick {
            rules: rules.collect(),
            window: seen.asked.window(),
            techniques: vec![seen.asked.catalogue.technique(*index).id],
            ..Pick::default()
        };
        investigating::begin(state, pick);
    };
    view! {
        <p class="drawer-actions">
            <a class="button" data-action="technique-rows" href=rows_href(&[("technique", id)])>
                "Show the alerts"
            </a>
            <button type="button" class="button" data-action="investigate-technique" on:click=investigate>
                "Investigate"
            </button>
        </p>
    }
    .into_any()
}
