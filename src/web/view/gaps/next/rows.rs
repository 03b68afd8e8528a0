//! The chosen rules, a row each.

use super::found::{Found, Later};
use super::{amount, availability};
use crate::gaps::{NextRule, Raised, Shelf};
use crate::rule::Rule;
use crate::web::address::RulePlace;
use crate::web::view::drawer::{level_badge, status_badge};
use crate::web::view::numbers::plain_percent;
use crate::web::view::rows::short_place;
use crate::web::view::tactics::cells::{about, cell, foreign, live, number, row, table as shown};
use crate::web::view::tactics::listed::link;
use leptos::prelude::*;

const COLUMNS: [(&str, &str); 8] = [
    ("Rank", "number"),
    ("Rule", "wide"),
    ("Level", ""),
    ("Status", ""),
    ("Log source", ""),
    ("Gain", "number"),
    ("Total", "number"),
    ("Raises", ""),
];

pub(super) fn table(found: Later) -> AnyView {
    let rows = move || {
        let found = found.get()?;
        let rows = (1..).zip(&found.next.rules);
        Some(rows.filter_map(|(rank, next)| line(&found, rank, next)).collect())
    };
    let none = move || {
        let is_none = found.with(|found| Some(found.as_ref()?.next.rules.is_empty()))?;
        is_none.then(|| {
            view! {
                <p class="list-none muted" role="status">
                    "No rule of the library that answers these choices would raise a technique that matters."
                </p>
            }
            .into_any()
        })
    };
    view! { <div class="next-box">{shown("table stat-table next-table", &COLUMNS, rows)}</div>{live(none)} }
        .into_any()
}

fn line(found: &Found, rank: usize, next: &NextRule) -> Option<AnyView> {
    let ground = &found.ground;
    let rule = ground.of.rules.rules.get(next.rule as usize)?;
    let source = view! {
        <span>{foreign(rule.log_source.to_string())}" "{availability(ground.library.availability(next.rule))}</span>
    };
    let raised: Vec<AnyView> = next.raised.iter().map(|one| raise(found, one)).collect();
    let cells = vec![
        number("Rank", rank.to_string()),
        about(title(rule)),
        cell("", "Level", level_badge(rule)),
        cell("", "Status", status_badge(rule)),
        cell("", "Log source", source.into_any()),
        number("Gain", amount(next.gain)),
        number("Total", amount(next.total)),
        cell("next-raises", "Raises", view! { <span>{raised}</span> }.into_any()),
    ];
    Some(row(rule.name(), format!("{} {}", next.gain, next.total), cells))
}

/// A rule of the library, with a link to its text.
pub(in crate::web::view::gaps) fn title(rule: &Rule) -> AnyView {
    view! {
        <a href=RulePlace::on(Shelf::Library, rule).href() title="Show the rule's text">
            <bdi>{rule.title.clone()}</bdi>
        </a>
        <span class="rule-place">{short_place(rule.path.clone())}</span>
    }
    .into_any()
}

fn raise(found: &Found, raised: &Raised) -> AnyView {
    let (from, to) = (plain_percent(raised.from), plain_percent(raised.to));
    view! { <span>{link(&found.ground.of.catalogue, raised.technique)}" "{from}" → "{to}</span> }
        .into_any()
}
