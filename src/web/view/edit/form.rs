//! What cells say, each part in a field of its own; what is changed goes to all of them at once.

use super::pairs::{Kind, pairs};
use super::{Refusals, colour_field, sign_button};
use crate::layer::{CELL_COLOURS, Edit, Said, Selection, typed_number};
use crate::web::selecting::change_layer;
use crate::web::state::AppState;
use crate::web::view::numbers::counted;
use crate::web::view::popover::Popover;
use leptos::prelude::*;
use std::sync::Arc;

/// Where a form stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// In the bar: one line, what is long opens.
    Bar,
    /// In the drawer: one below the other.
    Drawer,
}

/// The form of some cells of the shown layer.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    state: AppState,
    room: Room,
    cells: Memo<Arc<Selection>>,
    /// What they say now.
    pub(super) said: Memo<Said>,
    pub(super) refusals: Refusals,
}

impl Form {
    /// For these cells.
    pub(crate) fn new(room: Room, cells: Memo<Arc<Selection>>) -> Self {
        let state = AppState::get();
        let said = Memo::new(move |_| {
            state.shown_layer.with(|shown| {
                let Some(shown) = shown else { return Said::default() };
                cells.with(|cells| Said::of(&shown.open.layer, &shown.matrix.placement, cells))
            })
        });
        let refusals = Refusals::new();
        Effect::new(move |_| {
            cells.with(|_| ());
            refusals.0.set(None);
        });
        Self { state, room, cells, said, refusals }
    }

    /// Edits all cells in one step; false if the edit was refused, which the form then says.
    pub(super) fn apply(&self, part: &'static str, edit: &Edit) -> bool {
        let Some(shown) = self.state.shown_layer.get_untracked() else { return false };
        let cells = self.cells.get_untracked();
        let done = || format!("{part} changed in {}", counted(cells.len(), "cell", "cells"));
        let change = |layer: &crate::layer::Layer| layer.edited(&cells, edit, &shown.catalogue);
        self.refusals.heard(part, change_layer(self.state, done, change))
    }
}

/// In place of a value where cells differ.
pub(super) const VARIOUS: &str = "(various)";

/// The fields.
pub(crate) fn fields(form: Form) -> AnyView {
    view! {
        {score(form)}
        {colour(form)}
        {comment(form)}
        {enabled(form)}
        {list(form, Kind::Links)}
        {list(form, Kind::Metadata)}
        <button
            type="button"
            class="button"
            data-action="clear-annotations"
            disabled=move || form.said.with(|said| said.annotated == 0)
            on:click=move |_| {
                form.apply("Annotations", &Edit::Clear);
            }
        >
            "Clear annotations"
        </button>
    }
    .into_any()
}

fn score(form: Form) -> AnyView {
    const PART: &str = "Score";
    let number =
        move || form.said.with(|said| said.score.clone().flatten().map(|score| score.to_string()));
    let change = move |event| {
        let text = event_target_value(&event);
        match (text.trim().is_empty(), typed_number(&text)) {
            // Nothing typed where cells differ is nothing changed.
            (true, _) if form.said.with_untracked(|said| said.score.is_none()) => {}
            (false, None) => form.refusals.refuse(PART, format!("“{text}” is no number")),
            (_, number) => {
                form.apply(PART, &Edit::Score(number));
            }
        }
    };
    let is_none = move || form.said.with(|said| said.score == Some(None));
    view! {
        <div class="edit-part" data-part="score">
            <label class="edit-field">
                <span>{PART}</span>
                <input
                    class="field edit-score"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    maxlength="20"
                    placeholder=move || form.said.with(|said| if said.score.is_none() { VARIOUS } else { "none" })
                    prop:value=number
                    on:change=change
                />
            </label>
            {sign_button("cross", || "Clear the score".to_owned(), is_none, move || {
                form.apply(PART, &Edit::Score(None));
            })}
            {form.refusals.line(PART)}
        </div>
    }
    .into_any()
}

fn colour(form: Form) -> AnyView {
    const PART: &str = "Colour";
    let now = move || form.said.with(|said| said.colour.clone().flatten());
    let text = move || {
        form.said.with(|said| match &said.colour {
            None => VARIOUS.to_owned(),
            Some(None) => "none".to_owned(),
            Some(Some(colour)) => {
                let named = CELL_COLOURS.iter().find(|(_, known)| known == colour);
                named.map_or(colour.clone(), |(name, _)| (*name).to_owned())
            }
        })
    };
    let set = move |colour: Option<String>| {
        form.apply(PART, &Edit::Colour(colour));
    };
    let preset = move |(name, colour): (&'static str, &'static str)| {
        view! {
            <button
                type="button"
                class="colour-choice"
                aria-label=name
                title=name
                aria-pressed=move || (now().as_deref() == Some(colour)).to_string()
                on:click=move |_| set(Some(colour.to_owned()))
            >
                <i style:background-color=colour></i>
            </button>
        }
    };
    let is_none = move || form.said.with(|said| said.colour == Some(None));
    let inner = view! {
        <div class="edit-row">
            {colour_field(|| "Any colour".to_owned(), now, move |colour| set(Some(colour)))}
            <span class="muted">{text}</span>
            {sign_button("cross", || "Clear the colour".to_owned(), is_none, move || set(None))}
        </div>
        <div class="colour-choices" role="group" aria-label="Colours">
            {CELL_COLOURS.map(preset)}
        </div>
        {form.refusals.line(PART)}
    }
    .into_any();
    let swatch = view! {
        <span class="swatch" aria-hidden="true" style:background-color=move || now().unwrap_or_default()></span>
        {PART}" "<span class="muted">{text}</span>
    }
    .into_any();
    part(form, "edit-colour", PART, swatch, inner)
}

/// A part that the bar opens and the drawer shows.
fn part(
    form: Form,
    id: &'static str,
    title: &'static str,
    button: AnyView,
    inner: AnyView,
) -> AnyView {
    match form.room {
        Room::Bar => view! { <Popover id title button>{inner}</Popover> }.into_any(),
        Room::Drawer => view! {
            <fieldset class="plain-fieldset edit-part">
                <legend>{title}</legend>
                {inner}
            </fieldset>
        }
        .into_any(),
    }
}

fn comment(form: Form) -> AnyView {
    const PART: &str = "Comment";
    let text = move || form.said.with(|said| said.comment.clone().unwrap_or_default());
    let change = move |event| {
        let text = event_target_value(&event);
        // Nothing typed where cells differ is nothing changed.
        if !text.is_empty() || form.said.with_untracked(|said| said.comment.is_some()) {
            form.apply(PART, &Edit::Comment(text));
        }
    };
    view! {
        <label class="edit-field edit-comment">
            <span>{PART}</span>
            <textarea
                class="field"
                rows=if form.room == Room::Bar { "1" } else { "3" }
                maxlength="5000"
                placeholder=move || form.said.with(|said| if said.comment.is_none() { VARIOUS } else { "none" })
                prop:value=text
                on:change=change
            ></textarea>
        </label>
    }
    .into_any()
}

fn enabled(form: Form) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || form.said.with(|said| said.enabled == Some(true))
                prop:indeterminate=move || form.said.with(|said| said.enabled.is_none())
                on:change=move |event| {
                    form.apply("Enabled", &Edit::Enabled(event_target_checked(&event)));
                }
            />
            "Enabled"
            {move || form.said.with(|said| said.enabled.is_none()).then_some(
                view! { <span class="muted">{VARIOUS}</span> }
            )}
        </label>
    }
    .into_any()
}

fn list(form: Form, kind: Kind) -> AnyView {
    let number = move || {
        form.said.with(|said| match kind.of(said) {
            None => VARIOUS.to_owned(),
            Some(rows) => rows.len().to_string(),
        })
    };
    let button = view! { {kind.title()}" "<span class="muted">{number}</span> }.into_any();
    part(form, kind.id(), kind.title(), button, pairs(form, kind))
}
