//! The threat profile: groups, campaigns and software, chosen by name.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::used_by;
use crate::layer::{SubjectKind, SubjectRow, subjects};
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Rows of the search at most; more are for further letters.
const MOST: usize = 20;

const KINDS: [SubjectKind; 3] = [SubjectKind::Group, SubjectKind::Campaign, SubjectKind::Software];

/// What those of these ids use that the release has.
pub(super) fn used(catalogue: &Catalogue, ids: &[String]) -> BTreeSet<TechniqueIndex> {
    let used = |id: &String| used_by(catalogue, std::slice::from_ref(id)).unwrap_or_default();
    crate::sorted::set(ids.iter().flat_map(used))
}

fn name_of(catalogue: &Catalogue, id: &str) -> Option<String> {
    let actor = *catalogue.actors_named(id).first()?;
    Some(catalogue.actor_name(actor).name.to_owned())
}

/// The field that searches, what it finds, and what is chosen.
pub(super) fn editor() -> AnyView {
    let state = AppState::get();
    let query = RwSignal::new(String::new());
    let chosen = Memo::new(move |_| state.settings().with(|settings| settings.profile.clone()));
    let field = NodeRef::<leptos::html::Input>::new();
    let back_to_field = move || {
        if let Some(field) = field.get_untracked() {
            // Fails only for elements that cannot have the focus.
            let _ = field.unchecked_ref::<HtmlElement>().focus();
        }
    };
    let chip = move |id: String| {
        let name = state.catalogue.with(|catalogue| name_of(catalogue.as_ref()?, &id));
        let is_unknown = name.is_none();
        let name = name.unwrap_or_else(|| id.clone());
        let label = format!("Remove {name} from the profile");
        view! {
            <li>
                <button
                    type="button"
                    class="chip chip-removes"
                    aria-label=label
                    data-profile=id.clone()
                    on:click=move |_| {
                        state.choose(|settings| settings.profile.retain(|other| *other != id));
                        let text = format!("{name} removed from the profile");
                        state.toast.set(Some(Toast { text, undo: true }));
                        back_to_field();
                    }
                >
                    <bdi>{name.clone()}</bdi>
                    {is_unknown.then_some(" (not in this release)")}
                    <span aria-hidden="true">"×"</span>
                </button>
            </li>
        }
    };
    let found = Memo::new(move |_| {
        let query = query.get();
        let catalogue = state.catalogue.get().filter(|_| !query.trim().is_empty())?;
        let rows = KINDS.map(|kind| subjects(&catalogue, kind, &query));
        let number = rows.iter().map(Vec::len).sum::<usize>();
        // Some of each kind, whatever there is of the others.
        let each = MOST.div_ceil(KINDS.len());
        let some = rows.into_iter().flat_map(|rows| rows.into_iter().take(each));
        Some((some.collect::<Vec<SubjectRow>>(), number))
    });
    let line = move |row: SubjectRow| {
        let id = row.id.clone();
        let has = {
            let id = id.clone();
            move || chosen.with(|chosen| chosen.contains(&id))
        };
        let aliases = row.aliases.join(", ");
        let add = format!("Add {} to the profile", row.name);
        view! {
            <li title=(!aliases.is_empty()).then(|| aliases.clone())>
                <span class="subject-name">
                    <bdi>{row.name}</bdi>" "<span class="muted">{row.id}" "{aliases.clone()}</span>
                </span>
                <button
                    type="button"
                    class="button"
                    aria-label=add
                    data-adds=id.clone()
                    disabled=has
                    on:click=move |_| {
                        state.choose(|settings| {
                            if !settings.profile.contains(&id) {
                                settings.profile.push(id.clone());
                            }
                        });
                        // The button is disabled now, and would lose the focus to nowhere.
                        back_to_field();
                    }
                >
                    "Add"
                </button>
            </li>
        }
    };
    let list = move || {
        let (rows, number) = found.get()?;
        let says = match number.saturating_sub(rows.len()) {
            0 if number == 0 => "Nothing of that name".to_owned(),
            0 => String::new(),
            more => format!("{}: type to narrow", counted(more, "more", "more")),
        };
        Some(view! {
            <ul class="subjects">{rows.into_iter().map(line).collect_view()}</ul>
            <p class="muted" role="status">{says}</p>
        })
    };
    view! {
        <div class="profile">
            <ul class="profile-chosen" aria-label="In the profile">
                {move || chosen.get().into_iter().map(chip).collect_view()}
            </ul>
            <input
                class="field"
                type="search"
                node_ref=field
                aria-label="Group, campaign or software to add to the threat profile"
                placeholder="Group, campaign, software"
                maxlength="100"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || query.get()
                on:input=move |event| query.set(event_target_value(&event))
            />
            {list}
        </div>
    }
    .into_any()
}
