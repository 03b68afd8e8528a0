//! One actor: its numbers, and its techniques by tactic when it is opened.

use super::{Acts, Found};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::gaps::{ActorCoverage, TacticUse};
use crate::web::view::numbers::{count, counted, percent};
use crate::web::view::tactics::cells::{bar_cell, cell, number};
use crate::web::view::tactics::listed::links;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn row(found: &Arc<Found>, at: usize, acts: Acts) -> AnyView {
    let Some(each) = found.actors.get(at) else { return ().into_any() };
    let catalogue = &found.both.catalogue;
    let called = catalogue.actor_name(each.actor);
    let (id, name) = (called.id, called.name.to_owned());
    let aliases = (!called.aliases.is_empty()).then(|| called.aliases.join(", "));
    let (covered, total) = (each.covered(), each.total());
    let share = if total == 0 { "–".to_owned() } else { percent(covered, total) };
    let earliest = match each.earliest {
        Some(tactic) => tactic_name(catalogue, tactic),
        None if total == 0 => "–".to_owned(),
        None => "none".to_owned(),
    };
    let heading = heading(id.clone(), name.clone(), aliases, acts);
    let open = {
        let found = found.clone();
        let id = id.clone();
        move || is_open(acts, &id).then(|| opened(&found, at, &id))
    };
    let numbers = vec![
        number("Covered of used", format!("{} of {}", count(covered), count(total))),
        number("Share", share),
        bar_cell(each.percent()),
        cell("", "Earliest tactic with cover", view! { <bdi>{earliest}</bdi> }.into_any()),
        cell("", "Longest uncovered run", run(catalogue, each)),
    ];
    let chooser = chooser(id.clone(), name, acts);
    view! {
        <tr data-actor=id data-value=format!("{covered} {total}")>
            <td class="pick">{chooser}</td>
            {heading}
            {numbers}
        </tr>
        {open}
    }
    .into_any()
}

fn chooser(id: String, name: String, acts: Acts) -> AnyView {
    let asked = id.clone();
    view! {
        <input
            type="checkbox"
            aria-label=format!("Choose {name}")
            prop:checked=move || acts.chosen.with(|chosen| chosen.contains(&asked))
            on:change=move |event| acts.turn.run((id.clone(), event_target_checked(&event)))
        />
    }
    .into_any()
}

fn is_open(acts: Acts, id: &str) -> bool {
    acts.open.with(|open| open.as_deref() == Some(id))
}

fn heading(id: String, name: String, aliases: Option<String>, acts: Acts) -> AnyView {
    let (asked, controls, shown) = (id.clone(), id.clone(), id.clone());
    view! {
        <th scope="row" title=aliases>
            <button
                type="button"
                class="link"
                aria-expanded=move || is_open(acts, &asked).to_string()
                aria-controls=move || is_open(acts, &controls).then(|| format!("actor-{controls}"))
                on:click=move |_| {
                    acts.open.update(|open| {
                        *open = (open.as_ref() != Some(&id)).then(|| id.clone());
                    });
                }
            >
                <bdi>{name}</bdi>
            </button>
            " "
            <span class="muted nowrap">{shown}</span>
        </th>
    }
    .into_any()
}

fn tactic_name(catalogue: &Catalogue, tactic: u8) -> String {
    catalogue.tactics.get(usize::from(tactic)).map_or_else(String::new, |t| t.name.clone())
}

/// Its length and its tactics.
fn run(catalogue: &Catalogue, each: &ActorCoverage) -> AnyView {
    if each.longest_run.is_empty() {
        return view! { <span class="muted">"none"</span> }.into_any();
    }
    let names: Vec<String> =
        each.longest_run.iter().map(|tactic| tactic_name(catalogue, *tactic)).collect();
    view! {
        {counted(names.len(), "tactic", "tactics")}
        <span class="remark"><bdi>{names.join(" → ")}</bdi></span>
    }
    .into_any()
}

/// What it uses, tactic by tactic.
fn opened(found: &Found, at: usize, id: &str) -> AnyView {
    let Some(each) = found.actors.get(at) else { return ().into_any() };
    let catalogue = &found.both.catalogue;
    let tactics: Vec<AnyView> =
        each.by_tactic(catalogue).iter().map(|tactic| in_tactic(catalogue, tactic)).collect();
    let nothing = tactics.is_empty().then_some("It uses nothing that is in scope.");
    let left_out = (each.out_of_scope > 0)
        .then(|| format!("{} more that it uses are out of scope.", count(each.out_of_scope)));
    view! {
        <tr class="actor-open" id=format!("actor-{id}")>
            <td colspan="7">
                <ul class="actor-tactics">{tactics}</ul>
                <p class="muted">{nothing}{left_out}</p>
            </td>
        </tr>
    }
    .into_any()
}

fn in_tactic(catalogue: &Catalogue, tactic: &TacticUse) -> AnyView {
    let list = |label: &'static str, ids: &[TechniqueIndex]| {
        (!ids.is_empty()).then(|| {
            let ids = links(catalogue, ids);
            view! { <p class="technique-links"><span class="muted">{label}</span>{ids}</p> }
                .into_any()
        })
    };
    let name = tactic_name(catalogue, tactic.tactic);
    let of = format!("{} of {} covered", count(tactic.covered()), count(tactic.total()));
    let lists: Vec<AnyView> = [
        list("Not covered:", &tactic.uncovered),
        list("Covered:", &tactic.direct),
        list("Only via sub-technique:", &tactic.via_subtechnique),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! {
        <li>
            <h3><bdi>{name}</bdi>" "<span class="count">{of}</span></h3>
            {lists}
        </li>
    }
    .into_any()
}
