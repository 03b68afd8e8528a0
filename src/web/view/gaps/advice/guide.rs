//! What the catalogue says to someone who writes a rule.

use super::super::next::availability;
use super::{Found, listed};
use crate::attack::Entity;
use crate::gaps::{Availability, ComponentGuide, Neighbour, Shelf, StrategyGuide};
use crate::web::address::RulePlace;
use crate::web::view::drawer::state_label;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::listed::link;
use leptos::prelude::*;
use std::fmt::Display;

/// Names in a row of text; the rest is counted.
const MOST_NAMES: usize = 6;
/// Groups; all of them stand in the technique's drawer.
const MOST_GROUPS: usize = 10;

pub(super) fn guide(found: &Found) -> Vec<AnyView> {
    let (of, guidance) = (&found.ground.of, &found.guidance);
    let catalogue = &*of.catalogue;
    let number = |all: usize| if all == 0 { String::new() } else { count(all) };
    let components = guidance.components.iter().filter_map(|one| component(found, one)).collect();
    let strategies = guidance.strategies.iter().filter_map(|one| strategy(found, one)).collect();
    let subs = guidance.subtechniques.iter().map(|(sub, state)| {
        let name = catalogue.technique(*sub).name.clone();
        let state = state_label(*state);
        view! { <li>{link(catalogue, *sub)}" "<bdi>{name}</bdi>" "<span class="muted">{state}</span></li> }
            .into_any()
    });
    let groups = guidance.groups.iter().take(MOST_GROUPS).filter_map(|one| {
        let says = format!("uses {}", counted(one.techniques, "technique", "techniques"));
        Some(entity(catalogue.groups.get(usize::from(one.group))?, says))
    });
    let neighbours = guidance.neighbours.iter().filter_map(|one| neighbour(found, one)).collect();
    let mitigations = guidance.mitigations.iter();
    let mitigations = mitigations
        .filter_map(|at| Some(entity(catalogue.mitigations.get(usize::from(*at))?, String::new())));
    let platforms = platforms(found, &guidance.platforms);
    let head = counted(guidance.groups.len(), "group", "groups");
    vec![
        listed(
            "components",
            "What to collect",
            number(guidance.components.len()),
            "ATT&CK names no data component for it in this release.",
            components,
        ),
        listed(
            "strategies",
            "Detection strategies and analytics",
            number(guidance.strategies.len()),
            "ATT&CK has no detection strategy for it in this release (they came with 18).",
            strategies,
        ),
        listed(
            "subtechniques",
            "Sub-techniques in scope",
            number(guidance.subtechniques.len()),
            "It has none in scope.",
            subs.collect(),
        ),
        listed(
            "neighbours",
            "Rules on its neighbours, to start from",
            number(guidance.neighbours.len()),
            "No rule names the technique above it, or a sub-technique beside or below it.",
            neighbours,
        ),
        listed(
            "groups",
            "Groups to study, those that use most first",
            if guidance.groups.is_empty() { String::new() } else { head },
            "No group is known to use it.",
            groups.collect(),
        ),
        listed(
            "mitigations",
            "Mitigations",
            number(guidance.mitigations.len()),
            "ATT&CK names none.",
            mitigations.collect(),
        ),
        view! {
            <section data-guide="platforms">
                <h3>"Platforms"</h3>
                <p>{if platforms.is_empty() { "ATT&CK names none.".to_owned() } else { platforms }}</p>
            </section>
        }
        .into_any(),
    ]
}

fn platforms(found: &Found, all: &[u8]) -> String {
    let known = &found.ground.of.catalogue.platforms;
    let names = all.iter().filter_map(|at| known.get(usize::from(*at)));
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn entity<Id: Display>(entity: &Entity<Id>, says: String) -> AnyView {
    named(entity.id.to_string(), entity.name.clone(), says)
}

fn named(id: String, name: String, says: String) -> AnyView {
    view! {
        <li>
            <span class="entity-id">{id}</span>" "<bdi>{name}</bdi>" "<span class="muted">{says}</span>
        </li>
    }
    .into_any()
}

/// A data component: whether it is there, and where ATT&CK's analytics see it.
fn component(found: &Found, guide: &ComponentGuide) -> Option<AnyView> {
    let catalogue = &found.ground.of.catalogue;
    let component = catalogue.data_components.get(usize::from(guide.component))?;
    const ALL: [Availability; 3] =
        [Availability::Available, Availability::Unknown, Availability::Unavailable];
    let sources = ALL.map(|there| {
        let names = guide.log_sources.iter().filter(|(_, of)| *of == there);
        let names = names.filter_map(|(at, _)| catalogue.log_sources.get(usize::from(*at)));
        let names: Vec<&str> = names.map(String::as_str).collect();
        if names.is_empty() {
            return ().into_any();
        }
        let mut text = names[..names.len().min(MOST_NAMES)].join(", ");
        if let Some(more @ 1..) = names.len().checked_sub(MOST_NAMES) {
            text.push_str(&format!(" and {more} more"));
        }
        view! { <p>{availability(there)}": "<bdi class="muted">{text}</bdi></p> }.into_any()
    });
    let view = view! {
        <li data-component=component.id.to_string()>
            <p>
                <span class="entity-id">{component.id.to_string()}</span>" "
                <bdi>{component.name.clone()}</bdi>
            </p>
            {Vec::from(sources)}
        </li>
    };
    Some(view.into_any())
}

fn strategy(found: &Found, guide: &StrategyGuide) -> Option<AnyView> {
    let catalogue = &found.ground.of.catalogue;
    let strategy = catalogue.strategies.get(usize::from(guide.strategy))?;
    let analytics = guide.analytics.iter().filter_map(|one| {
        let analytic = catalogue.analytics.get(usize::from(one.analytic))?;
        Some(format!("{} ({})", analytic.id, platforms(found, &one.platforms)))
    });
    let analytics = analytics.collect::<Vec<_>>().join(", ");
    let view = view! {
        <li>
            <p><span class="entity-id">{strategy.id.to_string()}</span>" "<bdi>{strategy.name.clone()}</bdi></p>
            <p class="muted">{analytics}</p>
        </li>
    };
    Some(view.into_any())
}

fn neighbour(found: &Found, one: &Neighbour) -> Option<AnyView> {
    let of = &found.ground.of;
    let (rules, whose) = match one.shelf {
        Shelf::Own => (&of.intake, "yours"),
        Shelf::Library => (&of.rules, "library"),
    };
    let rule = rules.rules.get(one.rule as usize)?;
    let view = view! {
        <li>
            <a href=RulePlace::on(one.shelf, rule).href() title="Show the rule's text"><bdi>{rule.title.clone()}</bdi></a>
            " "<span class="badge">{whose}</span>" on "{link(&of.catalogue, one.technique)}
        </li>
    };
    Some(view.into_any())
}
