//! Rules of the library that would help, best first.

use super::super::next::{availability, known, title};
use super::{Found, listed};
use crate::attack::Catalogue;
use crate::gaps::Recommended;
use crate::web::address::{Address, View};
use crate::web::view::drawer::{level_badge, status_badge};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{foreign, live};
use crate::web::view::tactics::listed::link;
use leptos::prelude::*;
use std::sync::Arc;

/// Rules at first.
const FIRST: usize = 5;

pub(super) fn rules(found: &Arc<Found>) -> AnyView {
    if found.ground.of.rules.report.outcomes.is_empty() {
        return without_library();
    }
    let number = found.rules.len();
    if number == 0 {
        return listed("rules", "From the library", String::new(), NOTHING, Vec::new());
    }
    let all = RwSignal::new(false);
    let found = found.clone();
    let list = move || {
        let shown = if all.get() { number } else { number.min(FIRST) };
        let rows = found.rules.iter().take(shown).filter_map(|one| row(&found, one));
        let items: Vec<AnyView> = rows.collect();
        let heading = counted(number, "rule", "rules");
        Some(listed("rules", "From the library", heading, NOTHING, items))
    };
    let more = (number > FIRST).then(|| {
        view! {
            <button type="button" class="button" hidden=move || all.get() on:click=move |_| all.set(true)>
                {format!("Show all {}", count(number))}
            </button>
        }
    });
    view! {
        <div class="advice-rules">
            {live(list)}
            {more}
            <p class="muted">
                "Not deployed yet; best first: by status, by level, by whether the log source is there, and those that name the technique itself before those of its sub-techniques."
            </p>
        </div>
    }
    .into_any()
}

const NOTHING: &str = "Nothing in the library names it, or a sub-technique of it in scope, that is not deployed or left out. What follows is for writing one.";

fn without_library() -> AnyView {
    view! {
        <section class="advice-rules" data-guide="rules">
            <h3>"From a library"</h3>
            <p>
                "There is none to choose from. Drop one under "
                <a href=Address::showing(View::Gaps, "next").to_string()>"Next rules"</a>
                ", and the rules that would close this gap are named here: "
                {known()}
                " (each opens a new tab)."
            </p>
        </section>
    }
    .into_any()
}

fn row(found: &Found, one: &Recommended) -> Option<AnyView> {
    let of = &found.ground.of;
    let rule = of.rules.rules.get(one.rule as usize)?;
    let view = view! {
        <li data-recommends=rule.name()>
            <p class="rule-title">{title(rule)}</p>
            <p class="rule-facts">
                {level_badge(rule)}
                {status_badge(rule)}
                {foreign(rule.log_source.to_string())}
                {availability(one.availability)}
                {via(&of.catalogue, one)}
            </p>
        </li>
    };
    Some(view.into_any())
}

fn via(catalogue: &Catalogue, one: &Recommended) -> Option<AnyView> {
    if one.via.is_empty() {
        return None;
    }
    let links: Vec<AnyView> = one.via.iter().map(|index| link(catalogue, *index)).collect();
    Some(view! { <span class="rule-others">"by "{links}</span> }.into_any())
}
