//! The weights of tactics as a table to be edited: impact and criticality of each.

use super::policy::PRIORITY;
use crate::coverage::Weight;
use crate::web::state::AppState;
use leptos::prelude::*;

const IMPACT: &str = "impact.";
const CRITICALITY: &str = "criticality.";

type All<'a> = &'a [(&'static Weight, f64)];

/// Whether it stands in the table.
pub(super) fn is_of_tactic(weight: &Weight) -> bool {
    weight.key.starts_with(IMPACT) || weight.key.starts_with(CRITICALITY)
}

/// The table; nothing for a policy without such weights. Tactics of the release come first.
pub(super) fn tactic_weights(all: All<'_>) -> Option<AnyView> {
    let state = AppState::get();
    let own: Vec<String> = state.catalogue.with_untracked(|catalogue| {
        let tactics = catalogue.iter().flat_map(|catalogue| &catalogue.tactics);
        tactics.map(|tactic| tactic.shortname.clone()).collect()
    });
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    let mut sources: Vec<&'static str> = Vec::new();
    for (impact, _) in all {
        let Some(tactic) = impact.key.strip_prefix(IMPACT) else { continue };
        let of = |weight: &Weight| weight.key.strip_prefix(CRITICALITY) == Some(tactic);
        let Some((criticality, _)) = all.iter().find(|(weight, _)| of(weight)) else { continue };
        for source in [impact.source, criticality.source] {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let row = row(impact, criticality);
        if own.iter().any(|own| own == tactic) { here.push(row) } else { elsewhere.push(row) }
    }
    if here.is_empty() && elsewhere.is_empty() {
        return None;
    }
    let sources: Vec<AnyView> =
        sources.into_iter().map(|source| view! { <li>{source}</li> }.into_any()).collect();
    let meaning = all.first().map(|(weight, _)| weight.meaning);
    Some(
        view! {
            {table(here)}
            <details>
                <summary>"Tactics of other domains and releases"</summary>
                {table(elsewhere)}
            </details>
            <p class="muted">
                "Impact, 0 to 10: "{meaning}" Criticality, 0 to 5, multiplies it: what the tactic means to you. Defaults:"
            </p>
            <ul class="plain-list muted weights-source">{sources}</ul>
        }
        .into_any(),
    )
}

fn table(rows: Vec<AnyView>) -> AnyView {
    view! {
        <table class="tactic-weights">
            <thead>
                <tr><th scope="col">"Tactic"</th><th scope="col">"Impact"</th><th scope="col">"Criticality"</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(impact: &'static Weight, criticality: &'static Weight) -> AnyView {
    let name = impact.label.split_once(": ").map_or(impact.label, |(_, name)| name);
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{field(impact)}</td>
            <td>{field(criticality)}</td>
        </tr>
    }
    .into_any()
}

/// A number to be typed; what is none, or out of range, is not taken.
fn field(weight: &'static Weight) -> AnyView {
    let state = AppState::get();
    let (least, highest) = weight.range();
    let value = PRIORITY.value(weight);
    let is_changed = Signal::derive(move || value.get() != weight.default());
    let title = format!("{} Default: {}. {}", weight.meaning, weight.default(), weight.source);
    let change = move |event: web_sys::Event| {
        let typed = crate::float::float(event_target_value(&event).trim());
        match typed.filter(|typed| (least..=highest).contains(typed)) {
            Some(typed) if typed == value.get_untracked() => {}
            Some(typed) => {
                state.choose(|settings| (PRIORITY.set)(settings, weight.key, typed));
            }
            None => {
                let field = event_target::<web_sys::HtmlInputElement>(&event);
                field.set_value(&value.get_untracked().to_string());
            }
        }
    };
    view! {
        <input
            class="field"
            class:is-changed=is_changed
            type="number"
            min=least
            max=highest
            step="any"
            inputmode="decimal"
            data-weight=weight.key
            aria-label=weight.label
            title=title
            prop:value=move || value.get().to_string()
            on:change=change
        />
    }
    .into_any()
}
