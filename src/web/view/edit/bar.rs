//! The bar at the foot of the page, while cells are selected.

use super::Push;
use super::form::{Form, Room, fields};
use crate::layer::Selection;
use crate::web::selecting::Selecting;
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// `12 cells of 7 techniques selected`
fn number(cells: &Selection) -> String {
    let techniques = crate::sorted::set(cells.iter().map(|(technique, _)| *technique));
    format!(
        "{} of {} selected",
        counted(cells.len(), "cell", "cells"),
        counted(techniques.len(), "technique", "techniques")
    )
}

/// The bar; nothing while no cell is selected.
pub fn edit_bar() -> AnyView {
    let selecting = Selecting::get();
    let cells = selecting.cells;
    let any = Memo::new(move |_| cells.with(|cells| !cells.is_empty()));
    let text = Memo::new(move |_| cells.with(|cells| number(cells)));
    let bar = move || {
        let form = Form::new(Room::Bar, cells);
        view! {
            <section
                class="edit-bar"
                data-panel="layer-edit"
                aria-label="Edit the selected cells"
                on:keydown=move |event| {
                    let is_open = document().query_selector(":popover-open");
                    if event.key() == "Escape" && !event.default_prevented() && matches!(is_open, Ok(None)) {
                        event.prevent_default();
                        focus_on("[role=gridcell][tabindex='0']");
                    }
                }
            >
                <b class="edit-number tabular">{text}</b>
                {fields(form)}
                {Push {
                    class: "button button-quiet edit-end",
                    title: Some("Select nothing (Esc in the matrix)"),
                    ..Push::text("deselect", "Deselect", move || {
                        selecting.clear();
                        focus_on("[role=gridcell][tabindex='0']");
                    })
                }
                .view()}
            </section>
        }
    };
    view! {
        <p class="visually-hidden" role="status">{move || any.get().then(|| text.get())}</p>
        {move || any.get().then(bar)}
    }
    .into_any()
}

/// Goes to the first field of the bar, if it is there.
pub fn focus() {
    focus_on("[data-panel='layer-edit'] .edit-score");
}

fn focus_on(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // Fails only for elements that cannot take it.
        let _ = element.focus();
    }
}
