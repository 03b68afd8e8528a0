//! The menu of the legend, and of the colour behind the tactics.

use super::{Field, Push, Refusals, check, colour_field, of_layer, shown, sign_button};
use crate::layer::{LayerEdit, LegendItem};
use crate::web::selecting::change_layer;
use crate::web::state::AppState;
use crate::web::view::popover::Popover;
use leptos::prelude::*;

const LINES: &str = "Legend";

pub(super) fn menu() -> AnyView {
    let state = AppState::get();
    let refusals = Refusals::new();
    let lines = of_layer(|layer| layer.legend_items.clone());
    let number = Memo::new(move |_| lines.with(Vec::len));
    let edit = move |edit: LayerEdit| {
        let done = || "Legend changed".to_owned();
        refusals.heard(LINES, change_layer(state, &done, &|layer| layer.with(&edit)));
    };
    let line = move |at: usize| {
        let item = move || lines.with(|lines| lines.get(at).cloned());
        let change = move |change: &dyn Fn(&mut LegendItem)| {
            if let Some(mut item) = untrack(item) {
                change(&mut item);
                edit(LayerEdit::ChangeLine(at, item));
            }
        };
        let label = |what: &str| format!("{what} line {}", at + 1);
        let colour = shown(move || item().map(|item| item.color).unwrap_or_default());
        let text = shown(move || item().map(|item| item.label).unwrap_or_default());
        let field = Field::new(text, move |text| change(&|item| item.label.clone_from(&text)));
        view! {
            <li>
                {colour_field(label("Colour of").into(), colour, move |colour| {
                    change(&|item| item.color.clone_from(&colour));
                })}
                {field.labelled(label("Text of")).view()}
                {sign_button("up", label("Move up"), (at == 0).into(), move || edit(LayerEdit::MoveLine(at, at.saturating_sub(1))))}
                {sign_button("down", label("Move down"), shown(move || at + 1 >= number.get()), move || edit(LayerEdit::MoveLine(at, at + 1)))}
                {sign_button("cross", label("Remove"), false.into(), move || edit(LayerEdit::RemoveLine(at)))}
            </li>
        }
    };
    let add = move || {
        let item = LegendItem { label: "New line".to_owned(), color: "#b5bac4".to_owned() };
        edit(LayerEdit::AddLine(item));
    };
    view! {
        <Popover id="layer-legend" title="Legend" button="Legend".into_any()>
            <ol class="stop-list legend-lines">
                <For each=move || 0..number.get() key=|at| *at let(at)>{line(at)}</For>
            </ol>
            <p class="muted" hidden=move || number.get() != 0>"The legend has no lines of its own."</p>
            <div class="edit-row">
                {Push::text("add-legend-line", "Add a line", add).view()}
                {Push::text("legend-from-gradient", "From gradient", move || edit(LayerEdit::LegendFromGradient)).view()}
            </div>
            {refusals.line(LINES)}
            {tactic_row(state)}
        </Popover>
    }
    .into_any()
}

/// The colour behind the heads of the columns.
fn tactic_row(state: AppState) -> AnyView {
    let now =
        of_layer(|layer| (layer.show_tactic_row_background, layer.tactic_row_background.clone()));
    let edit = move |shown: bool, colour: String| {
        let done = || "Colour of the tactics’ row changed".to_owned();
        // What the field gives is a colour.
        let _ = change_layer(state, &done, &|layer| {
            layer.with(&LayerEdit::TacticRow(shown, colour.clone()))
        });
    };
    let is_on = shown(move || Some(now.get().0));
    view! {
        <div class="edit-row">
            {check("Colour behind the tactics", "tactic-row", is_on, move |on| edit(on, now.get_untracked().1))}
            {colour_field("Colour behind the tactics".into(), shown(move || now.get().1), move |colour| edit(true, colour))}
        </div>
    }
    .into_any()
}
