//! The search field: a technique by id or name, from anywhere with `/`.

use crate::attack::{TechniqueId, TechniqueIndex};
use crate::web::state::AppState;
use leptos::prelude::*;

/// As many as fit below the field without scrolling.
const MATCHES: usize = 8;

/// What the field says while it is empty.
pub(super) const PLACEHOLDER: &str = "Technique by id or name";
/// What it is, for those who cannot see it.
pub(super) const LABEL: &str = "Find a technique by id or name";

#[derive(Clone, PartialEq, Eq)]
struct Match {
    id: TechniqueId,
    name: String,
    /// The technique above a sub-technique.
    parent: Option<String>,
}

/// The sign of searching.
pub(super) fn glass() -> AnyView {
    view! {
        <svg class="icon search-icon" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="7" cy="7" r="4.5" />
            <path d="M10.5 10.5 14 14" />
        </svg>
    }
    .into_any()
}

/// The field with the list of its matches.
#[component]
pub fn Search() -> impl IntoView {
    let state = AppState::get();
    let open = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    let matches = Memo::new(move |_| {
        let Some(catalogue) = state.shown_catalogue() else { return Vec::new() };
        let describe = |index: TechniqueIndex| {
            let technique = catalogue.technique(index);
            let parent = technique.parent.map(|parent| catalogue.technique(parent).name.clone());
            Match { id: technique.id, name: technique.name.clone(), parent }
        };
        let found = state.search.with(|text| catalogue.search(text, MATCHES));
        found.into_iter().map(describe).collect()
    });
    let choose = move |id: TechniqueId| {
        open.set(false);
        // Found: what was typed has done its work.
        state.search.set(String::new());
        state.open(id);
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let last = matches.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" if open.get_untracked() => active.update(|at| *at = (*at + 1).min(last)),
            "ArrowDown" => open.set(true),
            "ArrowUp" => active.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                let at = active.get_untracked();
                if let Some(id) = matches.with_untracked(|all| all.get(at).map(|found| found.id)) {
                    choose(id);
                }
            }
            "Escape" if open.get_untracked() => open.set(false),
            "Escape" => state.search.set(String::new()),
            _ => return,
        }
        event.prevent_default();
    };
    let listed = move || open.get() && state.search.with(|text| !text.trim().is_empty());
    let option_id = |at: usize| format!("search-match-{at}");
    view! {
        <div class="search" role="search">
            {glass()}
            <input
                id="search"
                class="field"
                type="search"
                role="combobox"
                placeholder=PLACEHOLDER
                aria-label=LABEL
                aria-autocomplete="list"
                aria-controls="search-matches"
                aria-expanded=move || listed().to_string()
                aria-activedescendant=move || {
                    (listed() && matches.with(|all| !all.is_empty())).then(|| option_id(active.get()))
                }
                autocomplete="off"
                spellcheck="false"
                prop:value=move || state.search.get()
                on:input=move |event| {
                    state.search.set(event_target_value(&event));
                    active.set(0);
                    open.set(true);
                }
                on:keydown=key
                on:blur=move |_| open.set(false)
            />
            <kbd class="search-key" aria-hidden="true">"/"</kbd>
            <ul
                id="search-matches"
                class="search-matches"
                role="listbox"
                aria-label="Techniques found"
                hidden=move || !listed()
            >
                {move || matches.get().into_iter().enumerate().map(|(at, found)| view! {
                    <li
                        id=option_id(at)
                        class="search-match"
                        role="option"
                        aria-selected=move || (active.get() == at).to_string()
                        // The field keeps the focus.
                        on:mousedown=|event| event.prevent_default()
                        on:click=move |_| choose(found.id)
                    >
                        <span class="id">{found.id.to_string()}</span>
                        <span>
                            {found.parent.map(|parent| view! { <span class="muted">{parent}": "</span> })}
                            {found.name}
                        </span>
                    </li>
                }).collect_view()}
                {move || matches.with(Vec::is_empty).then(|| view! {
                    <li class="search-none muted" role="option" aria-disabled="true" aria-selected="false">
                        "No technique of this release has that id or name"
                    </li>
                })}
            </ul>
        </div>
    }
}
