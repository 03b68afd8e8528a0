//! What the list of rules is asked: what became of them, words, and one choice a property.

use super::{Listed, Pairs, RuleTable, ask};
use crate::coverage::{Choices, RuleFilter};
use crate::web::address::{Address, View};
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use leptos::prelude::*;

/// The bars above the list.
pub(super) fn filters(
    state: AppState,
    query: Memo<Pairs>,
    listed: Memo<Listed>,
    table: RuleTable,
) -> AnyView {
    let summary = Memo::new(move |_| {
        state.coverage.with(|coverage| coverage.as_ref().map(|c| c.summary)).unwrap_or_default()
    });
    let chip = move |of: RuleFilter| {
        view! {
            <a
                class="chip"
                href=Address::showing(View::Rules, of.as_str()).to_string()
                aria-current=move || query.with(|query| query.show == of.as_str()).then_some("true")
            >
                {of.label()}
                <span class="count">{move || count(of.count(&summary.get()))}</span>
            </a>
        }
    };
    let selects = move || {
        let (Pairs { pairs, .. }, listed) = (query.get(), listed.get());
        let value = |key: &str| {
            let chosen = pairs.iter().rev().find(|(known, _)| known == key);
            chosen.map_or("", |(_, value)| value.as_str()).to_owned()
        };
        let all = listed.choices.iter();
        all.filter_map(|choices| select(query, choices, &value(choices.facet.key()))).collect_view()
    };
    view! {
        <div class="list-bar">
            <nav class="chips" aria-label="Which rules">{RuleFilter::ALL.map(chip)}</nav>
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
            {selects}
            {move || query.with(|query| !query.pairs.is_empty()).then(|| view! {
                <button
                    class="button button-quiet"
                    type="button"
                    on:click=move |_| ask(query.get_untracked().show, Vec::new())
                >
                    "Clear filters"
                </button>
            })}
        </div>
    }
    .into_any()
}

/// One filter; none where there is nothing to choose. `value` is what is chosen.
fn select(
    query: Memo<Pairs>,
    Choices { facet, choices }: &Choices,
    value: &str,
) -> Option<AnyView> {
    let (key, label) = (facet.key(), facet.label());
    if choices.len() < 2 && value.is_empty() {
        return None;
    }
    let option = |value: &str, text: String, chosen: bool| {
        view! { <option value=value.to_owned() selected=chosen>{text}</option> }.into_any()
    };
    let mut options = vec![option("", format!("{label}: any"), value.is_empty())];
    for choice in choices {
        let text = format!("{} ({})", choice.label, count(choice.rules));
        options.push(option(&choice.value, text, choice.value == value));
    }
    // What is chosen is offered also where it shows nothing.
    if !value.is_empty() && !choices.iter().any(|choice| choice.value == value) {
        options.push(option(value, format!("{value} (0)"), true));
    }
    let choose = move |event| {
        let value: String = event_target_value(&event);
        let Pairs { show, mut pairs } = query.get_untracked();
        pairs.retain(|(known, _)| known != key);
        if !value.is_empty() {
            pairs.push((key.to_owned(), value));
        }
        ask(show, pairs);
    };
    let view = view! {
        <select
            class="field list-select"
            class:list-select-on=!value.is_empty()
            data-filter=key
            aria-label=label
            on:change=choose
        >
            {options}
        </select>
    };
    Some(view.into_any())
}
