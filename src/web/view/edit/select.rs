//! The menu that selects: by what cells say, by tactic, and by what uses or detects techniques.

use super::{Push, check, of_layer, shown};
use crate::attack::Catalogue;
use crate::layer::{LayerEdit, Reach, Selection, Selector, Subject, SubjectKind, subjects};
use crate::web::layers::ShownLayer;
use crate::web::selecting::{Selecting, change_layer};
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted};
use crate::web::view::popover::Popover;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows at most; more are for the search.
const MOST: usize = 50;

/// What a row selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Tactic(u8),
    Subject(Subject),
}

/// A row: what it selects, and what it shows.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    of: Of,
    kind: &'static str,
    id: String,
    name: String,
    aliases: String,
    techniques: usize,
}

impl Of {
    fn select(self, selector: &Selector<'_>, selection: &mut Selection) {
        match self {
            Self::Tactic(tactic) => selection.extend(selector.in_tactic(tactic)),
            Self::Subject(subject) => selector.add_of(selection, subject),
        }
    }

    fn deselect(self, selector: &Selector<'_>, selection: &mut Selection) {
        match self {
            Self::Tactic(tactic) => {
                let out = selector.in_tactic(tactic);
                selection.retain(|cell| !out.contains(cell));
            }
            Self::Subject(subject) => selector.remove_of(selection, subject),
        }
    }
}

/// Whose rows are listed: tactics at 0, then the kinds.
fn rows(catalogue: &Catalogue, kind: usize, query: &str) -> Vec<Row> {
    let Some(kind) = kind.checked_sub(1) else { return tactics(catalogue, query) };
    let kinds = match SubjectKind::ALL.get(kind) {
        Some(kind) => std::slice::from_ref(kind),
        None => &SubjectKind::ALL[..],
    };
    let row = |kind: SubjectKind, found: crate::layer::SubjectRow| Row {
        of: Of::Subject(found.subject),
        kind: kind.name(),
        id: found.id,
        name: found.name,
        aliases: found.aliases.join(", "),
        techniques: found.techniques,
    };
    let found = |kind: &SubjectKind| {
        let kind = *kind;
        subjects(catalogue, kind, query).into_iter().map(move |found| row(kind, found))
    };
    kinds.iter().flat_map(found).collect()
}

fn tactics(catalogue: &Catalogue, query: &str) -> Vec<Row> {
    let query = crate::lowercase::lowercase(query.trim());
    let row = |(at, tactic): (u8, &crate::attack::Tactic)| Row {
        of: Of::Tactic(at),
        kind: "Tactics",
        id: tactic.id.to_string(),
        name: tactic.name.clone(),
        aliases: String::new(),
        techniques: catalogue.column(usize::from(at)).len(),
    };
    let rows = (0..).zip(&catalogue.tactics).map(row);
    rows.filter(|row| crate::lowercase::lowercase(&row.name).contains(&query)).collect()
}

pub(super) fn menu() -> AnyView {
    let selecting = Selecting::get();
    let state = AppState::get();
    let is_open = RwSignal::new(false);
    let kind = RwSignal::new(1_usize);
    let query = RwSignal::new(String::new());
    let catalogue = Memo::new_with_compare(
        move |_| state.shown_layer.with(|shown| Some(shown.as_ref()?.catalogue.clone())),
        |before: Option<&Option<Arc<Catalogue>>>, now| match (before, now) {
            (Some(Some(before)), Some(Some(now))) => !Arc::ptr_eq(before, now),
            _ => true,
        },
    );
    let found = Memo::new(move |_| match (is_open.get(), catalogue.get()) {
        (true, Some(catalogue)) => query.with(|query| rows(&catalogue, kind.get(), query)),
        _ => Vec::new(),
    });
    let line = move |row: Row| {
        let of = row.of;
        let (select, deselect) = (format!("Select {}", row.name), format!("Deselect {}", row.name));
        let title = (!row.aliases.is_empty()).then(|| row.aliases.clone());
        let id = row.id.clone();
        view! {
            <li title=title data-subject=id>
                <span class="subject-name">
                    <bdi>{row.name}</bdi>
                    " "<span class="muted">{row.id}" "{row.aliases}</span>
                </span>
                <span class="count" title=counted(row.techniques, "technique", "techniques")>{count(row.techniques)}</span>
                {Push {
                    label: Some(select),
                    ..Push::text("select-these", "Select", move || {
                        selecting.change(&|selector, _, selection| of.select(selector, selection));
                    })
                }
                .view()}
                {Push {
                    label: Some(deselect),
                    class: "button button-quiet",
                    ..Push::text("deselect-these", "Deselect", move || {
                        selecting.change(&|selector, _, selection| of.deselect(selector, selection));
                    })
                }
                .view()}
            </li>
        }
    };
    let list = move || {
        let rows = found.get();
        let more = rows.len().saturating_sub(MOST);
        view! {
            <ul class="subjects">{rows.into_iter().take(MOST).map(line).collect_view()}</ul>
            <p class="muted" role="status">
                {match more {
                    0 if found.with(Vec::is_empty) => "Nothing of that name".to_owned(),
                    0 => String::new(),
                    more => format!("{} more: type to narrow", count(more)),
                }}
            </p>
        }
    };
    let option = move |(at, name): (usize, &'static str)| {
        view! { <option value=at.to_string() prop:selected=move || kind.get() == at>{name}</option> }
    };
    let kinds = std::iter::once("Tactics")
        .chain(SubjectKind::ALL.map(SubjectKind::name))
        .chain(["All but tactics"])
        .enumerate();
    view! {
        <Popover
            id="layer-select"
            title="Select cells"
            button="Select".into_any()
            on_toggle=Callback::new(move |open| is_open.set(open))
        >
            <div class="edit-row" role="group" aria-label="Cells">
                {choice("select-all", "All", |selector, _, selection| *selection = selector.all())}
                {choice("select-none", "None", |_, _, selection| selection.clear())}
                {choice("select-invert", "Invert", |selector, _, selection| *selection = selector.inverted(selection))}
                {choice("select-annotated", "Annotated", |selector, shown, selection| {
                    *selection = selector.annotated(selection, &shown.open.layer);
                })}
                {choice("select-unannotated", "Unannotated", |selector, shown, selection| {
                    *selection = selector.unannotated(selection, &shown.open.layer);
                })}
            </div>
            <p class="muted" role="status">{move || selecting.cells.with(|cells| match cells.len() {
                0 => "Nothing is selected.".to_owned(),
                number => format!("{} selected.", counted(number, "cell is", "cells are")),
            })}</p>
            <fieldset class="plain-fieldset">
                <legend>"One pick takes along"</legend>
                {reach("across-tactics", "the same technique in other tactics", |reach| &mut reach.across_tactics)}
                {reach("with-subs", "the whole family of sub-techniques", |reach| &mut reach.with_sub_techniques)}
                {reach("only-visible", "only what filters leave visible", |reach| &mut reach.only_visible)}
            </fieldset>
            <div class="edit-row">
                <select
                    class="field"
                    aria-label="What techniques belong to"
                    on:change=move |event| kind.set(event_target_value(&event).parse().unwrap_or(1))
                >
                    {kinds.map(option).collect_view()}
                </select>
                <input
                    class="field"
                    type="search"
                    aria-label="Name, alias or id"
                    placeholder="Name, alias or id"
                    maxlength="100"
                    prop:value=move || query.get()
                    on:input=move |event| query.set(event_target_value(&event))
                />
            </div>
            {list}
        </Popover>
    }
    .into_any()
}

/// A button that changes the selection as a whole.
fn choice(
    action: &'static str,
    text: &'static str,
    change: fn(&Selector<'_>, &ShownLayer, &mut Selection),
) -> AnyView {
    let selecting = Selecting::get();
    Push::text(action, text, move || selecting.change(&change)).view()
}

/// One of the layer's options of selecting.
fn reach(name: &'static str, text: &'static str, of: fn(&mut Reach) -> &mut bool) -> AnyView {
    let state = AppState::get();
    let is_on = of_layer(move |layer| *of(&mut Reach::of(layer)));
    check(text, name, shown(move || Some(is_on.get())), move |on| {
        let done = || "Layer’s way of selecting changed".to_owned();
        // No value of these can be refused.
        let _ = change_layer(state, &done, &|layer| {
            let mut reach = Reach::of(layer);
            *of(&mut reach) = on;
            let Reach { across_tactics, with_sub_techniques, only_visible } = reach;
            layer.with(&LayerEdit::Selecting { across_tactics, with_sub_techniques, only_visible })
        });
    })
}
