//! Groups and campaigns that use what was picked, and what else they do.

use super::found::{Finds, Found};
use super::pieces::{self, Most, Open, below, convention, unfolds};
use crate::investigate::{AlsoUsed, MATCHES_CONVENTION, Match};
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::{count, counted, percent};
use crate::web::view::tactics::cells::{about, cell, number, row, sentence, table};
use crate::web::view::tactics::listed::links;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows at first, and with every step.
const STEP: usize = 10;
/// Uncovered techniques of an unfolded row.
const UNCOVERED: usize = 60;

const COLUMNS: [(&str, &str); 7] = [
    ("Group or campaign", ""),
    ("Of the picked", "number"),
    ("Containment", "number"),
    ("Jaccard", "number"),
    ("Uses in all", "number"),
    ("Not covered", "number"),
    ("Threat profile", "number"),
];

const ALSO: [(&str, &str); 3] = [("Technique", ""), ("Used by", ""), ("Would one see it?", "")];

pub(super) fn section(finds: Finds) -> AnyView {
    let most = Most::new(STEP);
    let open: Open = RwSignal::new(Vec::new());
    let rows = move || {
        let found = finds.get()?;
        let all = found.found.matches.iter().take(most.get());
        Some(all.map(|each| line(&found, each, open)).collect())
    };
    let number =
        move || finds.with(|found| found.as_ref().map_or(0, |all| all.found.matches.len()));
    let says = move || {
        finds.with(|found| {
            let all = found.as_ref()?;
            let next = &all.found.next;
            Some(format!(
                "{} of {} use at least one of {}.",
                count(all.found.matches.len()),
                counted(next.groups + next.campaigns, "group or campaign", "groups and campaigns"),
                counted(all.found.picked.len(), "picked technique", "picked techniques"),
            ))
        })
    };
    let is_none = move || number() == 0;
    let body = view! {
        {sentence(says)}
        <div hidden=is_none>{table("table stat-table matches-table", &COLUMNS, rows)}</div>
        {most.more("matches", number)}
        {convention(MATCHES_CONVENTION)}
    };
    part(
        "matches",
        "Groups and campaigns that fit",
        "By how many of the picked techniques each uses, then by how little else. No attribution. A row unfolds into what both share, and what it also uses and you do not cover.",
        body.into_any(),
    )
}

fn line(found: &Arc<Found>, each: &Match, open: Open) -> AnyView {
    let (id, name) = found.actor(each.actor);
    let label = pieces::actor(found, each.actor);
    let (shared, picked) = (each.shared.len(), each.picked);
    let either = picked + each.used - shared;
    let jaccard = format!("{} of {} = {:.3}", count(shared), count(either), each.jaccard());
    let cells = vec![
        about(unfolds(
            id.clone(),
            label,
            ": what it shares, and what else it does".to_owned(),
            open,
        )),
        number("Of the picked", format!("{} of {}", count(shared), count(picked))),
        number("Containment", percent(shared, picked)),
        number("Jaccard", jaccard),
        number("Uses in all", count(each.used)),
        number("Not covered", count(each.uncovered.len())),
        cell("number", "Threat profile", profile(id.clone(), name)),
    ];
    let value = format!("{shared} {picked} {} {}", each.used, each.uncovered.len());
    let (of, unfolded) = (found.clone(), each.clone());
    let more = below(&id, COLUMNS.len(), open, move || opened(&of, &unfolded));
    vec![row(id.clone(), value, cells), more].into_any()
}

/// Into the threat profile, or out of it.
fn profile(id: String, name: String) -> AnyView {
    let state = AppState::get();
    let asked = id.clone();
    let is_in = Memo::new(move |_| {
        state.settings().with(|settings| settings.profile.actors().contains(&asked))
    });
    let label = name.clone();
    let says = move || match is_in.get() {
        true => format!("In the profile: remove {label}"),
        false => format!("To the profile: add {label}"),
    };
    let text = move || if is_in.get() { "In the profile" } else { "To the profile" };
    let shown = id.clone();
    let turn = move |_| {
        let will_be = !is_in.get_untracked();
        state.choose(|settings| settings.profile.turn_actor(&id, will_be));
        let text = match will_be {
            true => format!("{name} is in the threat profile"),
            false => format!("{name} is out of the threat profile"),
        };
        state.toast.set(Some(Toast { text, undo: true }));
    };
    view! {
        <button type="button" class="link" data-profile=shown aria-label=says on:click=turn>
            {text}
            {move || is_in.get().then(|| view! { <span aria-hidden="true">" ×"</span> })}
        </button>
    }
    .into_any()
}

fn opened(found: &Found, each: &Match) -> AnyView {
    let catalogue = found.catalogue();
    let line = |(index, outlook): &(crate::attack::TechniqueIndex, crate::investigate::Outlook)| {
        let gap = outlook.is_gap().then(|| format!("priority {:.2}", outlook.priority));
        view! {
            <li>
                <span>{pieces::technique(found, *index)}</span>
                <span class="muted nowrap">{gap}</span>
            </li>
        }
        .into_any()
    };
    let uncovered: Vec<AnyView> = each.uncovered.iter().take(UNCOVERED).map(line).collect();
    let rest = each.uncovered.len().saturating_sub(UNCOVERED);
    let heading = format!(
        "Also used and not covered: {} of {} others",
        count(each.uncovered.len()),
        count(each.used - each.shared.len())
    );
    view! {
        <h3>"Shared with what is picked"</h3>
        <p class="technique-links">{links(catalogue, &each.shared)}</p>
        <h3>{heading}</h3>
        <ul class="also-list">{uncovered}</ul>
        {(rest > 0).then(|| view! { <p class="muted">{format!("and {} more", count(rest))}</p> })}
    }
    .into_any()
}

/// What those who fit best use beside what was picked.
pub(super) fn also_section(finds: Finds) -> AnyView {
    let most = Most::new(STEP);
    let rows = move || {
        let found = finds.get()?;
        let all = found.found.also_used.iter().take(most.get());
        Some(all.map(|each| also(&found, each)).collect())
    };
    let number =
        move || finds.with(|found| found.as_ref().map_or(0, |all| all.found.also_used.len()));
    let is_none = move || number() == 0;
    let body = view! {
        {sentence(move || is_none().then(|| "Nobody fits.".to_owned()))}
        <div hidden=is_none>{table("table stat-table also-table", &ALSO, rows)}</div>
        {most.more("also-used", number)}
    };
    part(
        "also-used",
        "Other techniques of those who fit best",
        "What most of them use first. How many of them count is a weight.",
        body.into_any(),
    )
}

fn also(found: &Found, each: &AlsoUsed) -> AnyView {
    let first = found.of.policy.weights.get("matches.most").unwrap_or_default() as usize;
    let of = first.min(found.found.matches.len());
    let names: Vec<String> = each.actors.iter().map(|actor| found.actor(*actor).1).collect();
    let who = view! {
        {format!("{} of {}: ", count(each.actors.len()), count(of))}
        <bdi class="muted">{names.join(", ")}</bdi>
    };
    let cells = vec![
        about(pieces::technique(found, each.technique)),
        cell("", "Used by", who.into_any()),
        cell("", "Would one see it?", pieces::outlook(found, each.technique, &each.outlook)),
    ];
    row(found.id(each.technique), each.actors.len().to_string(), cells)
}
