//! The field with which one picks.

use super::linked::pick;
use super::suggest::{Suggestion, suggest};
use crate::investigate::Pick;
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What is typed, and what it may mean.
#[derive(Clone, Copy)]
struct Typed {
    query: RwSignal<String>,
    /// What was found, and for which query.
    found: RwSignal<(String, Vec<Suggestion>)>,
    active: RwSignal<usize>,
    is_open: RwSignal<bool>,
}

impl Typed {
    fn choose(self, suggestion: &Suggestion) {
        // Found: what was typed has done its work.
        self.query.set(String::new());
        self.active.set(0);
        pick(|pick| {
            suggestion.add(pick);
        });
    }

    /// Takes the marked suggestion, as soon as it is one for what is typed.
    fn enter(self) {
        let at = self.active.get_untracked();
        let found = self.found.with_untracked(|(query, found)| {
            let is_current = self.query.with_untracked(|now| now == query);
            if is_current { found.get(at).cloned() } else { None }
        });
        match found {
            Some(found) => self.choose(&found),
            None => self.at_once(),
        }
    }

    /// Someone was quicker than the search.
    fn at_once(self) {
        let query = self.query.get_untracked();
        let (state, turn) = (AppState::get(), self.query);
        spawn_local(async move {
            let is_wanted = || turn.try_get_untracked().is_some_and(|now| now == query);
            let found = while_wanted(search(state, query.clone()), is_wanted).await;
            if let Some(first) = found.and_then(|found| found.into_iter().next())
                && is_wanted()
            {
                turn.set(String::new());
                let now = state.settings().with_untracked(|all| all.detections.pick.clone());
                let mut next = Pick::clone(&now);
                if first.add(&mut next) {
                    state.choose(|settings| settings.detections.pick = Arc::new(next));
                }
            }
        });
    }
}

async fn search(state: AppState, query: String) -> Vec<Suggestion> {
    let Some(catalogue) = state.catalogue.get_untracked() else { return Vec::new() };
    let read = state.all_detections.get_untracked().map(|all| all.read.clone());
    let alerts = read.as_ref().map(|read| &*read.alerts);
    suggest(alerts, &catalogue, &query, &FramePace::new()).await
}

pub(super) fn field(picked: Memo<Arc<Pick>>) -> AnyView {
    let state = AppState::get();
    let typed = Typed {
        query: RwSignal::new(String::new()),
        found: RwSignal::default(),
        active: RwSignal::new(0),
        is_open: RwSignal::new(false),
    };
    let Typed { query, found, active, is_open } = typed;
    Effect::new(move |_| {
        let asked = query.get();
        if asked.trim().is_empty() {
            return found.set((asked, Vec::new()));
        }
        spawn_local(async move {
            next_task().await;
            let is_wanted = || query.try_get_untracked().is_some_and(|now| now == asked);
            if let Some(new) = while_wanted(search(state, asked.clone()), is_wanted).await {
                found.try_set((asked.clone(), new));
            }
        });
    });
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let last = found.with_untracked(|(_, found)| found.len()).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" if is_open.get_untracked() => active.update(|at| *at = (*at + 1).min(last)),
            "ArrowDown" => is_open.set(true),
            "ArrowUp" => active.update(|at| *at = at.saturating_sub(1)),
            "Enter" => typed.enter(),
            "Escape" if is_open.get_untracked() => is_open.set(false),
            "Escape" => query.set(String::new()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let listed = move || is_open.get() && query.with(|text| !text.trim().is_empty());
    let option_id = |at: usize| format!("pick-match-{at}");
    let options = move || {
        let Some(catalogue) = state.catalogue.get() else { return Vec::new() };
        let line = |(at, each): (usize, Suggestion)| {
            let (kind, name) = each.told(&catalogue);
            let is_picked = picked.with_untracked(|pick| !each.add(&mut Pick::clone(pick)));
            view! {
                <li
                    id=option_id(at)
                    class="search-match"
                    role="option"
                    aria-selected=move || (active.get() == at).to_string()
                    // The field keeps the focus.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| typed.choose(&each)
                >
                    <span class="id">{kind}</span>
                    <span><bdi>{name}</bdi>{is_picked.then_some(" (picked)")}</span>
                </li>
            }
            .into_any()
        };
        found.with(|(_, found)| found.clone()).into_iter().enumerate().map(line).collect()
    };
    let none = move || {
        let is_none = found.with(|(of, found)| {
            found.is_empty() && query.with(|now| now == of && !now.trim().is_empty())
        });
        is_none.then(|| {
            view! {
                <li class="search-none muted" role="option" aria-disabled="true" aria-selected="false">
                    "No host, user, incident, rule or technique has that name"
                </li>
            }
        })
    };
    view! {
        <div class="stat-line">
            <div class="search pick-search">
                <input
                    id="pick-search"
                    class="field"
                    type="search"
                    role="combobox"
                    placeholder="Host, user, incident, rule, technique; or several ids"
                    aria-label="Pick a host, user, incident, rule or technique; several ids at once"
                    aria-autocomplete="list"
                    aria-controls="pick-matches"
                    aria-expanded=move || listed().to_string()
                    aria-activedescendant=move || {
                        (listed() && found.with(|(_, all)| !all.is_empty())).then(|| option_id(active.get()))
                    }
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="400"
                    prop:value=move || query.get()
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        active.set(0);
                        is_open.set(true);
                    }
                    on:keydown=key
                    on:blur=move |_| is_open.set(false)
                />
                <ul
                    id="pick-matches"
                    class="search-matches"
                    role="listbox"
                    aria-label="What can be picked"
                    hidden=move || !listed()
                >
                    {options}
                    {none}
                </ul>
            </div>
        </div>
    }
    .into_any()
}
