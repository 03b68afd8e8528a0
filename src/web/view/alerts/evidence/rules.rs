//! A list of rules below its section.

use super::super::proved::Proved;
use crate::rule::RuleIndex;
use crate::web::address::RulePlace;
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use crate::web::view::tactics::choosing;
use leptos::prelude::*;

/// Rows at first.
const FIRST: usize = 60;
/// And with every step.
const STEP: usize = 300;

pub(super) fn rule_list(proved: &Proved, heading: String, rules: &[RuleIndex]) -> AnyView {
    let state = AppState::get();
    let wanted = RwSignal::new(FIRST);
    let number = rules.len();
    let read = proved.seen.asked.read.clone();
    let listed = rules.to_vec();
    let rows = move || {
        let rules = listed.iter().filter_map(|rule| read.intake.rules.get(*rule as usize));
        rules.take(wanted.get()).map(|rule| link(rule)).collect::<Vec<_>>()
    };
    let close = move || state.address.with(|now| choosing(now, "list", "")).to_string();
    view! {
        <section class="stat-list rule-list" aria-label=heading.clone()>
            <h3>
                {heading.clone()}" "<span class="count">{count(number)}</span>
                <a class="opener" href=close>"Close"</a>
            </h3>
            <ul>{rows}</ul>
            {(number > FIRST).then(|| view! {
                <button type="button" class="button" hidden=move || number <= wanted.get() on:click=move |_| wanted.update(|wanted| *wanted += STEP)>
                    {format!("Show more of {}", count(number))}
                </button>
            })}
        </section>
    }
    .into_any()
}

fn link(rule: &crate::rule::Rule) -> AnyView {
    view! { <li><a href=RulePlace::of(rule).href()><bdi>{rule.title.clone()}</bdi></a></li> }
        .into_any()
}
