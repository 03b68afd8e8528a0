//! What the list of rules is asked: what became of them, words, and one choice a property.

use super::{Listed, Pairs, RuleTable, ask};
use crate::coverage::{Choices, Facet, RuleFilter, RuleQuery};
use crate::web::address::{Address, View};
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use crate::web::view::rows::chip;
use leptos::prelude::*;

/// Longer lists are filled when someone comes to them: those of techniques and log sources have
/// hundreds of lines, and making them all would delay every new list of rules.
const SHORT: usize = 24;
/// Nobody chooses from more; words find what is beyond.
const MOST: usize = 2_000;

/// The bars above the list.
pub(super) fn filters(
    state: AppState,
    asked: Memo<Pairs>,
    query: Memo<RuleQuery>,
    listed: ReadSignal<Listed>,
    table: RuleTable,
) -> AnyView {
    let summary = Memo::new(move |_| {
        state.coverage.with(|coverage| coverage.as_ref().map(|c| c.summary)).unwrap_or_default()
    });
    let of_filter = move |of: RuleFilter| {
        let is_current = Signal::derive(move || query.with(|query| query.show == of));
        let number = Signal::derive(move || Some(of.count(&summary.get())));
        chip(Address::showing(View::Rules, of.as_str()).to_string(), of.label(), is_current, number)
    };
    view! {
        <div class="list-bar">
            <nav class="chips" aria-label="Which rules">{RuleFilter::ALL.map(of_filter)}</nav>
            <input
                class="field list-text"
                type="search"
                placeholder="Filter by words"
                aria-label="Show only rules that hold these words in title, id, file, log source or tags"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || table.text.get()
                on:input=move |event| table.text.set(event_target_value(&event))
            />
        </div>
        <div class="list-filters" role="group" aria-label="Filters">
            {Facet::ALL.map(|facet| select(facet, asked, query, listed))}
            {move || query.with(RuleQuery::is_narrowed).then(|| view! {
                <button
                    class="button button-quiet"
                    type="button"
                    on:click=move |_| ask(asked.get_untracked().show, Vec::new())
                >
                    "Clear filters"
                </button>
            })}
        </div>
    }
    .into_any()
}

/// One filter; hidden where there is nothing to choose. It stays the same element whatever is
/// chosen, so that the keyboard's place in it holds.
fn select(
    facet: Facet,
    asked: Memo<Pairs>,
    query: Memo<RuleQuery>,
    listed: ReadSignal<Listed>,
) -> AnyView {
    let (key, label) = (facet.key(), facet.label());
    let is_on = Memo::new(move |_| query.with(|query| query.has(facet)));
    // What cannot be read narrows nothing, and is not shown as if it did.
    let value = Memo::new(move |_| match is_on.get() {
        true => asked.with(|Pairs { pairs, .. }| {
            let chosen = pairs.iter().rev().find(|(known, _)| known == key);
            chosen.map_or_else(String::new, |(_, value)| value.clone())
        }),
        false => String::new(),
    });
    let is_long = Memo::new(move |_| {
        listed.with(|listed| choices(listed, facet).is_some_and(|all| all.choices.len() > SHORT))
    });
    // Someone is at it.
    let is_open = RwSignal::new(false);
    let option = |value: &str, text: String, chosen: bool| {
        view! { <option value=value.to_owned() prop:selected=chosen>{text}</option> }.into_any()
    };
    let options = move || {
        let value = value.get();
        let mut options = vec![option("", format!("{label}: any"), value.is_empty())];
        let all = is_open.get() || !is_long.get();
        let mut is_offered = value.is_empty();
        listed.with(|listed| {
            for choice in choices(listed, facet).into_iter().flat_map(|all| &all.choices) {
                let chosen = choice.value == value;
                is_offered |= chosen;
                if chosen || (all && options.len() <= MOST) {
                    let text = format!("{} ({})", choice.label, count(choice.rules));
                    options.push(option(&choice.value, text, chosen));
                }
            }
        });
        // What is chosen is offered also where it shows nothing.
        if !is_offered {
            options.push(option(&value, format!("{value} (0)"), true));
        }
        options
    };
    let choose = move |event| {
        let value: String = event_target_value(&event);
        let Pairs { show, mut pairs } = asked.get_untracked();
        pairs.retain(|(known, _)| known != key);
        if !value.is_empty() {
            pairs.push((key.to_owned(), value));
        }
        ask(show, pairs);
    };
    let hidden = move || {
        let few =
            listed.with(|listed| choices(listed, facet).is_none_or(|all| all.choices.len() < 2));
        few && !is_on.get() && !is_open.get()
    };
    view! {
        <select
            class="field list-select"
            class:list-select-on=is_on
            data-filter=key
            aria-label=label
            hidden=hidden
            on:pointerdown=move |_| is_open.set(true)
            on:focus=move |_| is_open.set(true)
            on:blur=move |_| is_open.set(false)
            on:change=choose
        >
            {options}
        </select>
    }
    .into_any()
}

fn choices(listed: &Listed, facet: Facet) -> Option<&Choices> {
    listed.choices.iter().find(|choices| choices.facet == facet)
}
