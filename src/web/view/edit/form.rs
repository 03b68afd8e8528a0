//! What cells say, each part in a field of its own; what is changed goes to all of them at once.

use super::pairs::{Kind, pairs};
use super::{Field, Push, Refusals, check, colour_field, shown, sign_button};
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
        self.refusals.heard(part, change_layer(self.state, &done, &change))
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
        {Push {
            disabled: shown(move || form.said.with(|said| said.annotated == 0)),
            ..Push::text("clear-annotations", "Clear annotations", move || {
                form.apply("Annotations", &Edit::Clear);
            })
        }
        .view()}
    }
    .into_any()
}

fn score(form: Form) -> AnyView {
    const PART: &str = "Score";
    let number = shown(move || {
        let score = form.said.with(|said| said.score.clone().flatten());
        score.map(|score| score.to_string()).unwrap_or_default()
    });
    let change = move |text: String| {
        match (text.trim().is_empty(), typed_number(&text)) {
            // Nothing typed where cells differ is nothing changed.
            (true, _) if form.said.with_untracked(|said| said.score.is_none()) => {}
            (false, None) => form.refusals.refuse(PART, format!("“{text}” is no number")),
            (_, number) => {
                form.apply(PART, &Edit::Score(number));
            }
        }
    };
    let is_none = shown(move || form.said.with(|said| said.score == Some(None)));
    let mut field = Field::new(number, change).number();
    field.placeholder = hint(form, |said| said.score.is_none());
    view! {
        <div class="edit-part" data-part="score">
            <label class="edit-field">
                <span>{PART}</span>
                {field.view()}
            </label>
            {sign_button("cross", "Clear the score", is_none, move || {
                form.apply(PART, &Edit::Score(None));
            })}
            {form.refusals.line(PART)}
        </div>
    }
    .into_any()
}

/// What an empty field says.
fn hint(form: Form, differs: fn(&Said) -> bool) -> Signal<String> {
    shown(move || form.said.with(|said| if differs(said) { VARIOUS } else { "none" }).to_owned())
}

fn colour(form: Form) -> AnyView {
    const PART: &str = "Colour";
    let now =
        shown(move || form.said.with(|said| said.colour.clone().flatten()).unwrap_or_default());
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
        let swatch = view! { <i style:background-color=colour></i> }.into_any();
        Push {
            class: "colour-choice",
            title: Some(name),
            label: Some(name.to_owned()),
            pressed: Some(shown(move || now.with(|now| now == colour))),
            ..Push::new(swatch, move || set(Some(colour.to_owned())))
        }
        .view()
    };
    let is_none = shown(move || form.said.with(|said| said.colour == Some(None)));
    let inner = view! {
        <div class="edit-row">
            {colour_field("Any colour".into(), now, move |colour| set(Some(colour)))}
            <span class="muted">{text}</span>
            {sign_button("cross", "Clear the colour", is_none, move || set(None))}
        </div>
        <div class="colour-choices" role="group" aria-label="Colours">
            {CELL_COLOURS.map(preset).into_iter().collect_view()}
        </div>
        {form.refusals.line(PART)}
    }
    .into_any();
    let swatch = view! {
        <span class="swatch" aria-hidden="true" style:background-color=move || now.get()></span>
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
    let hint = hint(form, |said| said.comment.is_none());
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
            <span class:visually-hidden=form.room == Room::Bar>{PART}</span>
            <textarea
                class="field"
                rows=if form.room == Room::Bar { "1" } else { "3" }
                maxlength="5000"
                placeholder=move || match form.room {
                    Room::Bar => format!("{PART}: {}", hint.get()),
                    Room::Drawer => hint.get(),
                }
                prop:value=text
                on:change=change
            ></textarea>
        </label>
    }
    .into_any()
}

fn enabled(form: Form) -> AnyView {
    let is_on = shown(move || form.said.with(|said| said.enabled));
    check("Enabled", "enabled", is_on, move |on| {
        form.apply("Enabled", &Edit::Enabled(on));
    })
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
