//! What narrows the list: state, tactic, platform, words. All of it stands in the address.

use super::Shown;
use crate::gaps::GapState;
use crate::web::address::{Address, View};
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use crate::web::view::tactics::{choose, choosing, chosen};
use leptos::prelude::*;

pub(super) fn filters(shown: Shown) -> AnyView {
    let numbers = Memo::new(move |_| {
        let found = shown.found.get()?;
        Some(shown.filter.with(|filter| filter.states(&found.asked.catalogue, &found.list)))
    });
    let mut chips =
        vec![chip(shown, None, Signal::derive(move || numbers.get().map(|all| all.iter().sum())))];
    for (at, state) in GapState::ALL.into_iter().enumerate() {
        chips.push(chip(shown, Some(state), Signal::derive(move || Some(numbers.get()?[at]))));
    }
    let tactics = Memo::new(move |_| {
        let found = shown.found.get();
        let pair = |tactic: &crate::attack::Tactic| (tactic.shortname.clone(), tactic.name.clone());
        found
            .map_or_else(Vec::new, |found| found.asked.catalogue.tactics.iter().map(pair).collect())
    });
    let platforms = Memo::new(move |_| {
        let found = shown.found.get();
        let pair = |name: &String| (name.clone(), name.clone());
        found.map_or_else(Vec::new, |found| {
            found.asked.catalogue.platforms.iter().map(pair).collect()
        })
    });
    let is_narrowed = Memo::new(move |_| {
        shown.filter.with(|filter| *filter != crate::gaps::GapFilter::default())
    });
    let text = shown.text;
    let clear = Address::view(View::Gaps).to_string();
    view! {
        <div class="list-bar gaps-filters">
            <nav class="chips" aria-label="Which gaps">{chips}</nav>
            <div class="gaps-selects">
                {select("tactic", "Tactic: any", tactics)}
                {select("platform", "Platform: any", platforms)}
                <input
                    class="field list-text"
                    type="search"
                    data-filter="words"
                    placeholder="Filter by words"
                    aria-label="Show only techniques whose id or name holds these words"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                    on:change=move |event| choose("words", event_target_value(&event).trim())
                />
                <a class="opener" href=clear data-action="clear-filters" hidden=move || !is_narrowed.get()>
                    "Clear"
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// A state, or all of them.
fn chip(shown: Shown, of: Option<GapState>, number: Signal<Option<usize>>) -> AnyView {
    let app = AppState::get();
    let (key, label) = of.map_or(("", "All"), |state| (state.as_str(), state.label()));
    let is_current = Signal::derive(move || shown.filter.with(|filter| filter.state == of));
    let href =
        Signal::derive(move || app.address.with(|now| choosing(now, "state", key)).to_string());
    let current = Signal::derive(move || is_current.get().then_some("true"));
    let shown = Signal::derive(move || number.get().map(count));
    let value = Signal::derive(move || number.get().map(|number| number.to_string()));
    view! {
        <a class="chip" href=href data-state=key data-value=value aria-current=current>
            {label}<span class="count">{shown}</span>
        </a>
    }
    .into_any()
}

/// One of several; `any` is what stands there while none is chosen.
fn select(key: &'static str, any: &'static str, options: Memo<Vec<(String, String)>>) -> AnyView {
    let chosen = chosen(key);
    let label = any.split(':').next();
    let lines = move || {
        let now = chosen.get();
        let option = |value: String, text: String| {
            let is_chosen = value == now;
            view! { <option value=value prop:selected=is_chosen>{text}</option> }.into_any()
        };
        let mut lines = vec![option(String::new(), any.to_owned())];
        let all = options.get();
        // What an address asks for is offered also where there is no such thing.
        if !now.is_empty() && !all.iter().any(|(value, _)| *value == now) {
            lines.push(option(now.clone(), now.clone()));
        }
        lines.extend(all.into_iter().map(|(value, text)| option(value, text)));
        lines
    };
    let is_on = Signal::derive(move || chosen.with(|now| !now.is_empty()));
    view! {
        <select
            class="field list-select"
            class:list-select-on=is_on
            data-filter=key
            aria-label=label
            on:change=move |event| choose(key, &event_target_value(&event))
        >
            {lines}
        </select>
    }
    .into_any()
}
