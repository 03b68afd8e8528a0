//! Groups, campaigns and software picked by name: a field that searches, what it finds, and what
//! is chosen.

use crate::attack::{Actor, ActorKind, Catalogue};
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Rows of the search at most; more are for further letters.
const MOST: usize = 20;

/// What is picked, and where it goes.
#[derive(Clone, Copy)]
pub struct ActorPicker {
    /// The release that is searched.
    pub catalogue: Signal<Option<Arc<Catalogue>>>,
    /// Ids of those chosen, in their order.
    pub chosen: Signal<Vec<String>>,
    /// Chooses one by its id, or takes it out.
    pub turn: Callback<(String, bool)>,
    /// What is searched.
    pub kinds: &'static [ActorKind],
    /// Where they go, for example "the profile".
    pub place: &'static str,
    /// What the field is for.
    pub label: &'static str,
    /// What stands in the empty field.
    pub placeholder: &'static str,
}

#[derive(Clone, PartialEq, Eq)]
struct Row {
    id: String,
    name: String,
    aliases: String,
}

impl Row {
    fn of(catalogue: &Catalogue, actor: Actor) -> Self {
        let name = catalogue.actor_name(actor);
        Self { id: name.id, name: name.name.to_owned(), aliases: name.aliases.join(", ") }
    }
}

type Field = NodeRef<leptos::html::Input>;

fn back_to(field: Field) {
    if let Some(field) = field.get_untracked() {
        // Fails only for elements that cannot have the focus.
        let _ = field.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Some of each kind, whatever there is of the others, and how many there are.
fn search(catalogue: &Catalogue, kinds: &[ActorKind], query: &str) -> (Vec<Row>, usize) {
    let each = MOST.div_ceil(kinds.len().max(1));
    let (mut rows, mut number) = (Vec::new(), 0);
    for kind in kinds {
        let found = catalogue.search_actors(query, &[*kind], usize::MAX);
        number += found.len();
        rows.extend(found.into_iter().take(each).map(|actor| Row::of(catalogue, actor)));
    }
    (rows, number)
}

/// The picker.
pub fn actor_picker(of: ActorPicker) -> AnyView {
    let query = RwSignal::new(String::new());
    let field = Field::new();
    let found = Memo::new(move |_| {
        let query = query.get();
        let catalogue = of.catalogue.get().filter(|_| !query.trim().is_empty())?;
        Some(search(&catalogue, of.kinds, &query))
    });
    let chips = move || {
        let chip = |id: String| chip(of, id, field);
        of.chosen.get().into_iter().map(chip).collect::<Vec<_>>()
    };
    let list = move || {
        let (rows, number) = found.get()?;
        let says = match number.saturating_sub(rows.len()) {
            0 if number == 0 => "Nothing of that name".to_owned(),
            0 => String::new(),
            more => format!("{}: type to narrow", counted(more, "more", "more")),
        };
        let lines = rows.into_iter().map(|row| line(of, row, field)).collect::<Vec<_>>();
        Some(view! {
            <ul class="subjects">{lines}</ul>
            <p class="muted" role="status">{says}</p>
        })
    };
    let what = format!("In {}", of.place);
    view! {
        <div class="profile">
            <ul class="profile-chosen" aria-label=what>{chips}</ul>
            <input
                class="field"
                type="search"
                node_ref=field
                aria-label=of.label
                placeholder=of.placeholder
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

/// One that is chosen; pressed, it goes.
fn chip(of: ActorPicker, id: String, field: Field) -> AnyView {
    let name = of.catalogue.with(|catalogue| {
        let catalogue = catalogue.as_ref()?;
        let actor = *catalogue.actors_named(&id).first()?;
        Some(catalogue.actor_name(actor).name.to_owned())
    });
    let is_unknown = name.is_none();
    let name = name.unwrap_or_else(|| id.clone());
    let label = format!("Remove {name} from {}", of.place);
    let shown = id.clone();
    view! {
        <li>
            <button
                type="button"
                class="chip chip-removes"
                aria-label=label
                data-profile=shown
                on:click=move |_| {
                    of.turn.run((id.clone(), false));
                    back_to(field);
                }
            >
                <bdi>{name}</bdi>
                {is_unknown.then_some(" (not in this release)")}
                <span aria-hidden="true">"×"</span>
            </button>
        </li>
    }
    .into_any()
}

/// One that was found.
fn line(of: ActorPicker, row: Row, field: Field) -> AnyView {
    let Row { id, name, aliases } = row;
    let asked = id.clone();
    let has = move || of.chosen.with(|chosen| chosen.contains(&asked));
    let label = format!("Add {name} to {}", of.place);
    let (adds, shown, said) = (id.clone(), id.clone(), aliases.clone());
    view! {
        <li title=(!aliases.is_empty()).then_some(aliases)>
            <span class="subject-name"><bdi>{name}</bdi>" "<span class="muted">{shown}" "{said}</span></span>
            <button
                type="button"
                class="button"
                aria-label=label
                data-adds=adds
                disabled=has
                on:click=move |_| {
                    of.turn.run((id.clone(), true));
                    // The button is disabled now, and would lose the focus to nowhere.
                    back_to(field);
                }
            >
                "Add"
            </button>
        </li>
    }
    .into_any()
}
