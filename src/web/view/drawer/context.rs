//! What ATT&CK itself knows of a technique: who uses it, and what would show it.

use super::Subject;
use crate::attack::{Analytic, Catalogue, Entity};
use crate::web::view::numbers::count;
use leptos::prelude::*;
use std::fmt::Display;

pub(super) fn context(subject: &Subject) -> AnyView {
    let catalogue = &*subject.catalogue;
    let technique = subject.technique();
    let tactics = technique
        .tactics
        .iter()
        .filter_map(|tactic| catalogue.tactics.get(usize::from(*tactic)))
        .map(|tactic| tactic.name.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let platforms = catalogue.platform_names(technique).collect::<Vec<_>>().join(", ");
    let platforms = if platforms.is_empty() { "none stated".to_owned() } else { platforms };
    view! {
        <section class="drawer-part">
            <h3>"In ATT&CK"</h3>
            <dl class="facts">
                <dt>"Tactics"</dt>
                <dd><bdi>{tactics}</bdi></dd>
                <dt>"Platforms"</dt>
                <dd><bdi>{platforms}</bdi></dd>
            </dl>
            {entities("Groups", &technique.groups, &catalogue.groups)}
            {entities("Campaigns", &technique.campaigns, &catalogue.campaigns)}
            {entities("Software", &technique.software, &catalogue.software)}
            {entities("Mitigations", &technique.mitigations, &catalogue.mitigations)}
            {detection(subject)}
        </section>
    }
    .into_any()
}

/// A foldable list of names; nothing where there are none.
pub(in crate::web::view) fn entities<Id: Display>(
    what: &'static str,
    places: &[u16],
    all: &[Entity<Id>],
) -> AnyView {
    let found: Vec<&Entity<Id>> =
        places.iter().filter_map(|place| all.get(usize::from(*place))).collect();
    if found.is_empty() {
        return view! {
            <p class="fold-none">{what} <span class="count">"none known"</span></p>
        }
        .into_any();
    }
    let names = found
        .iter()
        .map(|entity| {
            let title = (!entity.aliases.is_empty()).then(|| entity.aliases.join(", "));
            view! {
                <li title=title>
                    <span class="entity-id">{entity.id.to_string()}</span>
                    <bdi>{entity.name.clone()}</bdi>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="fold">
            <summary>{what} <span class="count">{count(found.len())}</span></summary>
            <ul class="entities">{names}</ul>
        </details>
    }
    .into_any()
}

/// Detection strategies with the log sources of their analytics (ATT&CK 18 and later).
fn detection(subject: &Subject) -> Option<AnyView> {
    let catalogue = &*subject.catalogue;
    let strategies: Vec<_> = subject
        .technique()
        .strategies
        .iter()
        .filter_map(|place| catalogue.strategies.get(usize::from(*place)))
        .collect();
    if strategies.is_empty() {
        return None;
    }
    let number = strategies.len();
    let items = strategies
        .into_iter()
        .map(|strategy| {
            let analytics = strategy
                .analytics
                .iter()
                .filter_map(|place| catalogue.analytics.get(usize::from(*place)))
                .map(|one| analytic(catalogue, one))
                .collect_view();
            view! {
                <li>
                    <p><span class="entity-id">{strategy.id.to_string()}</span> " " <bdi>{strategy.name.clone()}</bdi></p>
                    <ul class="analytics">{analytics}</ul>
                </li>
            }
        })
        .collect_view();
    let view = view! {
        <details class="fold">
            <summary>"Detection strategies" <span class="count">{count(number)}</span></summary>
            <ul class="strategies">{items}</ul>
        </details>
    };
    Some(view.into_any())
}

fn analytic(catalogue: &Catalogue, analytic: &Analytic) -> AnyView {
    let platforms = analytic
        .platforms
        .iter()
        .filter_map(|place| catalogue.platforms.get(usize::from(*place)))
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    let sources = analytic
        .log_sources
        .iter()
        .filter_map(|(component, source)| {
            let component = catalogue.data_components.get(usize::from(*component))?;
            let source = catalogue.log_sources.get(usize::from(*source))?;
            Some(view! {
                <li><bdi>{source.clone()}</bdi> " " <span class="muted"><bdi>{component.name.clone()}</bdi></span></li>
            })
        })
        .collect_view();
    view! {
        <li>
            <p><span class="entity-id">{analytic.id.to_string()}</span> " " {platforms}</p>
            <ul class="log-sources">{sources}</ul>
        </li>
    }
    .into_any()
}
