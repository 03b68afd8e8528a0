//! The menu of the legend, and of the colour behind the tactics.

use super::{Refusals, colour_field, of_layer, sign_button};
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
        refusals.heard(LINES, change_layer(state, done, |layer| layer.with(&edit)));
    };
    let line = move |at: usize| {
        let item = move || lines.with(|lines| lines.get(at).cloned());
        let change = move |change: &dyn Fn(&mut LegendItem)| {
            if let Some(mut item) = untrack(item) {
                change(&mut item);
                edit(LayerEdit::ChangeLine(at, item));
            }
        };
        let label = move |what: &'static str| move || format!("{what} line {}", at + 1);
        view! {
            <li>
                {colour_field(
                    move || format!("Colour of line {}", at + 1),
                    move || item().map(|item| item.color),
                    move |colour| change(&|item| item.color.clone_from(&colour)),
                )}
                <input
                    class="field"
                    type="text"
                    maxlength="300"
                    aria-label=format!("Text of line {}", at + 1)
                    prop:value=move || item().map(|item| item.label)
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        change(&|item| item.label.clone_from(&text));
                    }
                />
                {sign_button("up", label("Move up"), move || at == 0, move || edit(LayerEdit::MoveLine(at, at.saturating_sub(1))))}
                {sign_button("down", label("Move down"), move || at + 1 >= number.get(), move || edit(LayerEdit::MoveLine(at, at + 1)))}
                {sign_button("cross", label("Remove"), || false, move || edit(LayerEdit::RemoveLine(at)))}
            </li>
        }
    };
    let add = move |_| {
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
                <button type="button" class="button" data-action="add-legend-line" on:click=add>"Add a line"</button>
                <button
                    type="button"
                    class="button"
                    data-action="legend-from-gradient"
                    on:click=move |_| edit(LayerEdit::LegendFromGradient)
                >
                    "From gradient"
                </button>
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
        let _ = change_layer(state, done, |layer| layer.with(&LayerEdit::TacticRow(shown, colour)));
    };
    view! {
        <div class="edit-row">
            <label class="check">
                <input
                    type="checkbox"
                    data-choice="tactic-row"
                    prop:checked=move || now.get().0
                    on:change=move |event| edit(event_target_checked(&event), now.get_untracked().1)
                />
                "Colour behind the tactics"
            </label>
            {colour_field(
                || "Colour behind the tactics".to_owned(),
                move || Some(now.get().1),
                move |colour| edit(true, colour),
            )}
        </div>
    }
    .into_any()
}
