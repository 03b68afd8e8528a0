//! One row of the list of rules.

use super::Source;
use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::coverage::changed;
use crate::rule::{Rule, RuleIndex};
use crate::web::address::{Address, RulePlace};
use crate::web::view::rows::short_place;
use leptos::ev;
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Techniques named in a row; the rest is a number.
const TECHNIQUES: usize = 3;

/// The row of a rule at a place (from 0) of the list.
pub(super) fn rule_row(
    source: &Source,
    index: RuleIndex,
    at: usize,
    picks: RwSignal<BTreeSet<RuleIndex>>,
) -> Option<AnyView> {
    let rule = &**source.intake.rules.get(index as usize)?;
    let level = rule.level.value.map(|level| level.as_str());
    let level_text = if rule.level.text.is_empty() { "not stated" } else { &rule.level.text };
    let status = rule.status.known().as_str();
    let status_text = if rule.status.text.is_empty() { "not stated" } else { &rule.status.text };
    let pick = move |event: ev::Event| {
        let wanted = event_target_checked(&event);
        picks.update(|picks| {
            match wanted {
                true => picks.insert(index),
                false => picks.remove(&index),
            };
        });
    };
    let row = view! {
        <tr
            data-row=""
            data-rule=rule.id.clone().unwrap_or_else(|| rule.path.clone())
            aria-rowindex=(at + 2).to_string()
        >
            <td class="pick">
                <input
                    type="checkbox"
                    aria-label=format!("Pick {}", rule.title)
                    prop:checked=move || picks.with(|picks| picks.contains(&index))
                    on:change=pick
                />
            </td>
            <th scope="row" class="wide">
                <a class="rule-link" href=RulePlace::of(rule).href() title=rule.title.clone()><bdi>{rule.title.clone()}</bdi></a>
            </th>
            <td data-label="Format">{rule.format.name()}</td>
            <td data-label="Level"><bdi class="badge" data-level=level>{level_text.to_owned()}</bdi></td>
            <td data-label="Status">
                <bdi class="badge" data-status=status>{status_text.to_owned()}</bdi>
                {(!rule.enabled).then(|| view! { <span class="badge" title="The rule itself says so">"off"</span> })}
            </td>
            <td data-label="Log source"><bdi title=rule.log_source.to_string()>{rule.log_source.to_string()}</bdi></td>
            <td data-label="Techniques" class="technique-links">{techniques(&source.catalogue, rule)}</td>
            <td data-label="Changed" class="nowrap">{changed(rule).map(|date| date.to_string())}</td>
            <td data-label="File" class="path muted">{short_place(format!("{}:{}", rule.path, rule.line))}</td>
        </tr>
    };
    Some(row.into_any())
}

/// A click anywhere in a row opens its text, except on what has a purpose of its own.
pub(in crate::web::view) fn open_by_click(event: ev::MouseEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    // Someone who selects text does not want to leave it.
    let selects = window().get_selection().ok().flatten().is_some_and(|s| !s.is_collapsed());
    let own = target.closest("a, input, button, .pick").ok().flatten();
    if selects || own.is_some() {
        return;
    }
    let row = target.closest("tr[data-row]").ok().flatten();
    let link = row.and_then(|row| row.query_selector("a.rule-link").ok().flatten());
    if let Some(address) = link.and_then(|link| link.get_attribute("href")) {
        // Clicking the link would come back to this very function.
        let _ = window().location().set_hash(&address);
    }
}

fn techniques(catalogue: &Catalogue, rule: &Rule) -> AnyView {
    let ids = rule.technique_ids();
    if ids.is_empty() && !rule.format.names_techniques() {
        return view! {
            <span class="muted" title="Rules of this format cannot name ATT&CK techniques">"no mapping in this format"</span>
        }
        .into_any();
    }
    // Several revoked ids may have one successor.
    let mut shown: Vec<(TechniqueId, Option<TechniqueIndex>)> = Vec::new();
    for id in ids {
        let counted_on = match catalogue.resolve(id) {
            Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
            Resolution::Deprecated | Resolution::Unknown => None,
        };
        if counted_on.is_none() || shown.iter().all(|(_, known)| *known != counted_on) {
            shown.push((id, counted_on));
        }
    }
    let links = shown.iter().take(TECHNIQUES).map(|(id, _)| technique_link(catalogue, *id));
    let rest = shown.get(TECHNIQUES..).filter(|rest| !rest.is_empty()).map(|rest| {
        let names: Vec<String> = rest.iter().map(|(id, _)| id.to_string()).collect();
        view! { <span class="muted" title=names.join(", ")>{format!("+{}", rest.len())}</span> }
    });
    view! { {links.collect_view()}{rest} }.into_any()
}

/// An id as a rule names it: a link to the technique it counts on, or why it counts on none.
fn technique_link(catalogue: &Catalogue, id: TechniqueId) -> AnyView {
    let link = |to: TechniqueId, title: String| {
        let href = Address { technique: Some(to), ..Address::default() }.to_string();
        view! { <a class="id" href=href title=title>{to.to_string()}</a> }.into_any()
    };
    let dead = |why: &'static str| {
        view! { <span class="id muted" title=why><s>{id.to_string()}</s></span> }.into_any()
    };
    match catalogue.resolve(id) {
        Resolution::Live(index) => link(id, catalogue.technique(index).name.clone()),
        Resolution::Revoked(index) => {
            let successor = catalogue.technique(index);
            link(successor.id, format!("{} (the rule says {id}, which is revoked)", successor.name))
        }
        Resolution::Deprecated => dead("deprecated, without a successor; not counted"),
        Resolution::Unknown => dead("not in this release; not counted"),
    }
}
