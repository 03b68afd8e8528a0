//! Groups and campaigns against coverage: who is seen, how early, and what several of them share.

mod row;
mod shared;

pub(super) use shared::covered;

use super::Both;
use crate::attack::{Actor, ActorKind};
use crate::coverage::Order;
use crate::export::actors;
use crate::gaps::{ACTORS_CONVENTION, ActorColumn, ActorCoverage, actor_coverages, list_actors};
use crate::web::download;
use crate::web::view::actor_picker::{ActorPicker, actor_picker};
use crate::web::view::numbers::counted;
use crate::web::view::rows::{Chunk, Listing, MoreRows, sort_head_here};
use crate::web::view::tactics::cells::button;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// Those who act.
const ACTING: [ActorKind; 2] = [ActorKind::Group, ActorKind::Campaign];

/// All actors, and what they were held against.
pub(super) struct Found {
    both: Both,
    actors: Vec<ActorCoverage>,
}

/// Rows at once: more take longer than a frame.
const STEP: usize = 50;

type Rows = Listing<Option<Arc<Found>>, usize>;

/// What rows can do.
#[derive(Clone, Copy)]
struct Acts {
    /// Whose tactics are shown, by id: a place in the catalogue is another actor's in the next.
    open: RwSignal<Option<String>>,
    /// Ids of those chosen.
    chosen: Signal<Vec<String>>,
    /// Chooses one, or takes it out.
    turn: Callback<(String, bool)>,
}

/// The table of groups and campaigns, and what the chosen ones share. `chosen` are ids, in any
/// order; `turn` is told an id and whether it is chosen from now on.
#[component]
pub fn Actors(
    /// What is on the screen, see [`super::both()`].
    of: Memo<Option<Both>>,
    /// Ids of the chosen actors.
    chosen: Signal<Vec<String>>,
    /// Changes them.
    turn: Callback<(String, bool)>,
) -> impl IntoView {
    let acts = Acts { open: RwSignal::new(None), chosen, turn };
    let picker = actor_picker(ActorPicker {
        catalogue: Signal::derive(move || of.with(|both| Some(both.as_ref()?.catalogue.clone()))),
        chosen,
        turn,
        kinds: &ActorKind::ALL,
        place: "the chosen",
        label: "Group, campaign or software to choose",
        placeholder: "Group, campaign, software",
    });
    let body = view! {
        <div class="stat-line actors-pick">{picker}</div>
        {table(of, acts)}
        <p class="stat-sentence muted">{ACTORS_CONVENTION}</p>
    };
    vec![
        part(
            "actors",
            "Groups and campaigns",
            "How much of what each of them uses is covered, how early in an attack, and through how many tactics it gets unseen. A name opens its techniques by tactic.",
            body.into_any(),
        ),
        shared::section(of, chosen),
    ]
}

fn table(of: Memo<Option<Both>>, acts: Acts) -> AnyView {
    let (text, software, only) =
        (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let order = RwSignal::new(Order { column: ActorColumn::Share, descending: false });
    let shown = RwSignal::new(STEP);
    let found = Memo::new_with_compare(
        move |_| {
            let both = of.get()?;
            let kinds = &ActorKind::ALL[..if software.get() { 3 } else { ACTING.len() }];
            let all: Vec<Actor> =
                kinds.iter().flat_map(|kind| both.catalogue.actors(*kind)).collect();
            let actors = actor_coverages(&both.catalogue, &both.coverage, &all);
            Some(Arc::new(Found { both, actors }))
        },
        |_, _| true,
    );
    let rows = Memo::new(move |previous: Option<&Rows>| {
        let Some(found) = found.get() else { return Rows::after(previous, None, Vec::new()) };
        let catalogue = &found.both.catalogue;
        let mut rows = text
            .with(|text| list_actors(catalogue, &found.actors, &ActorKind::ALL, text, order.get()));
        if only.get() {
            let is_chosen = |at: &usize| {
                let id = catalogue.actor_name(found.actors[*at].actor).id;
                acts.chosen.with(|chosen| chosen.contains(&id))
            };
            rows.retain(is_chosen);
        }
        Rows::after(previous, Some(found), rows)
    });
    let save = move || {
        let csv = rows.with_untracked(|rows| {
            let found = rows.source().as_ref()?;
            let both = &found.both;
            let chosen: Vec<Actor> = found.actors.iter().map(|each| each.actor).collect();
            Some(actors::csv(&both.catalogue, &both.coverage, &chosen))
        });
        if let Some(csv) = csv {
            download::save("actors.csv", "text/csv", csv.as_bytes());
        }
    };
    let head = move |column, label, class| sort_head_here(order, column, label, class);
    let caption = move || rows.with(|rows| counted(rows.len(), "actor", "actors"));
    view! {
        <div class="list-bar">
            <input
                class="field list-text"
                type="search"
                placeholder="Filter by words"
                aria-label="Show only actors whose id or one of whose names holds these words"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=move |event| {
                    shown.set(STEP);
                    text.set(event_target_value(&event));
                }
            />
            {check("only-chosen", "Only the chosen", only)}
            {check("with-software", "Software, too", software)}
        </div>
        <table class="table stat-table actors-table">
            <caption>{caption}</caption>
            <thead>
                <tr>
                    <th scope="col" class="pick"><span class="visually-hidden">"Chosen"</span></th>
                    {head(ActorColumn::Name, "Group or campaign", "")}
                    {head(ActorColumn::Used, "Covered of used", "number")}
                    {head(ActorColumn::Share, "Share", "number")}
                    <th scope="col" class="bar-column"><span>"Bar"</span></th>
                    {head(ActorColumn::Earliest, "Earliest tactic with cover", "")}
                    {head(ActorColumn::Run, "Longest uncovered run", "")}
                </tr>
            </thead>
            <tbody>
                <For
                    each=move || rows.with(|rows| rows.chunks_of(shown.get(), STEP))
                    key=Chunk::key
                    children=move |chunk| actor_rows(chunk, acts)
                />
            </tbody>
        </table>
        {move || rows.with(Rows::is_empty).then(|| view! {
            <p class="list-none muted">"No group or campaign of this list holds these words."</p>
        })}
        <MoreRows total=Signal::derive(move || rows.with(Rows::len)) shown step=STEP />
        {button("export-actors", false.into(), Signal::stored("Save as CSV".to_owned()), save)}
    }
    .into_any()
}

fn check(action: &'static str, label: &'static str, is_on: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-action=action
                prop:checked=move || is_on.get()
                on:change=move |event| is_on.set(event_target_checked(&event))
            />
            {label}
        </label>
    }
    .into_any()
}

fn actor_rows(chunk: Chunk<Option<Arc<Found>>, usize>, acts: Acts) -> AnyView {
    let Some(found) = chunk.source else { return ().into_any() };
    chunk.rows.into_iter().map(|at| row::row(&found, at, acts)).collect::<Vec<_>>().into_any()
}
