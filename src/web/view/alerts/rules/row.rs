//! A rule in numbers.

use super::super::linked::rows_of_rule;
use super::super::proved::Proved;
use crate::attack::Catalogue;
use crate::coverage::detections::RuleHealth;
use crate::web::address::RulePlace;
use crate::web::view::numbers::{count, duration, percent};
use crate::web::view::tactics::cells::{about, cell, number, row as table_row};
use crate::web::view::tactics::listed::links;
use leptos::prelude::*;

/// Techniques that are named.
const NAMED: usize = 3;

pub(super) fn row(proved: &Proved, health: &RuleHealth) -> AnyView {
    let asked = &proved.seen.asked;
    let at = health.rule as usize;
    let (Some(rule), Some(own)) = (asked.read.intake.rules.get(at), proved.evidence.rules.get(at))
    else {
        return ().into_any();
    };
    let latency = proved.latencies.get(at).copied().unwrap_or_default();
    let time = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), duration);
    let number_of = |label, of: u32| number(label, count(of as usize));
    let share = match own.judged() {
        0 => "–".to_owned(),
        judged => percent(own.false_positives as usize, judged as usize),
    };
    let last = own.last.map_or_else(|| "–".to_owned(), |last| last.date().to_string());
    let cells = vec![
        about(named(rule, health)),
        cell("number", "Alerts", alerts(proved, health)),
        number_of("True positives", own.true_positives),
        number_of("Benign", own.benign),
        number_of("False positives", own.false_positives),
        number("Share", share),
        number("Median latency", time(latency.median)),
        number("90 % within", time(latency.p90)),
        cell("nowrap", "Last", last.into_any()),
        cell("", "Evidence", own.step.as_str().into_any()),
        cell("technique-links", "Covers alone", alone(&asked.catalogue, health)),
    ];
    let value = format!("{} {}", own.alerts, own.step.as_str());
    table_row(rule.name(), value, cells)
}

/// The title, with what is the matter in words.
fn named(rule: &crate::rule::Rule, health: &RuleHealth) -> AnyView {
    let marks = [
        (health.is_silent && !health.covers_alone.is_empty(), "silent and alone"),
        (health.is_silent && health.covers_alone.is_empty(), "silent"),
        (health.is_loud, "loud"),
        (health.is_noisy && !health.is_loud, "mostly wrong"),
        (health.test_failed, "test failed"),
    ];
    let badge = |(is_on, label): (bool, &'static str)| {
        is_on.then(|| view! { " "<span class="badge health-mark">{label}</span> }.into_any())
    };
    let marks: Vec<AnyView> = marks.into_iter().filter_map(badge).collect();
    view! {
        <a href=RulePlace::of(rule).href()><bdi>{rule.title.clone()}</bdi></a>{marks}
    }
    .into_any()
}

/// How many, as a link to them: by what the alerts call the rule.
fn alerts(proved: &Proved, health: &RuleHealth) -> AnyView {
    let text = count(health.alerts as usize);
    let found = &proved.seen.detections;
    let mut numbers = (0..).zip(&found.volume.rules).filter(|(number, alerts)| {
        **alerts > 0 && found.joined.rules_of(*number).contains(&health.rule)
    });
    match numbers.next() {
        Some((number, _)) => {
            let rule = proved.seen.asked.read.alerts.rule(number);
            view! { <a class="opener" href=rows_of_rule(rule.label())>{text}</a> }.into_any()
        }
        None => view! { <span class="muted">{text}</span> }.into_any(),
    }
}

fn alone(catalogue: &Catalogue, health: &RuleHealth) -> AnyView {
    let all = &health.covers_alone;
    let more = all.len().saturating_sub(NAMED);
    view! {
        {links(catalogue, all.get(..NAMED).unwrap_or(all))}
        {(more > 0).then(|| view! { <span class="muted">{format!("and {} more", count(more))}</span> })}
    }
    .into_any()
}
