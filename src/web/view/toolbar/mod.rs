//! The toolbar: how the matrix is scored, folded, filtered and coloured.

mod alert_cells;
mod level_table;
mod palette_picker;
mod policy_menu;
mod scope;
pub(super) mod weights;
mod what_if;

pub use what_if::what_if_bar;

use super::export_menu::ExportMenu;
use crate::web::settings::{Expansion, ExpansionMode, Settings};
use crate::web::state::AppState;
use leptos::prelude::*;
use palette_picker::palette_menu;
use policy_menu::policy_menu;
use scope::{platform_menu, status_menu};
use what_if::what_if_menu;

/// The toolbar.
#[component]
pub fn Toolbar() -> impl IntoView {
    view! {
        <section class="toolbar" aria-label="What the matrix shows">
            {policy_menu()}
            {folding_modes()}
            {platform_menu()}
            {status_menu()}
            {what_if_menu()}
            {palette_menu()}
            {cell_text()}
            <ExportMenu />
        </section>
    }
}

/// The three ways to fold all sub-techniques.
fn folding_modes() -> impl IntoView {
    view! {
        <div class="toolbar-group" role="group" aria-label="Sub-techniques">
            <span class="toolbar-label" aria-hidden="true">"Sub-techniques"</span>
            {folding(ExpansionMode::All, "expand-all", "All", "Show all sub-techniques")}
            {folding(ExpansionMode::Annotated, "expand-annotated", "Covered", "Show the sub-techniques of techniques of which at least one is covered")}
            {folding(ExpansionMode::None, "collapse-all", "None", "Hide all sub-techniques")}
        </div>
    }
}

fn folding(
    mode: ExpansionMode,
    action: &'static str,
    text: &'static str,
    title: &'static str,
) -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    let on = move || {
        settings.with(|settings| {
            settings.expansion.mode == mode && settings.expansion.toggled.is_empty()
        })
    };
    view! {
        <button
            type="button"
            class="button button-quiet"
            data-action=action
            title=title
            aria-pressed=move || on().to_string()
            on:click=move |_| {
                state.adjust(|settings| {
                    settings.expansion = Expansion { mode, toggled: Vec::new() };
                });
            }
        >
            {text}
        </button>
    }
}

/// What cells print beside the name.
fn cell_text() -> impl IntoView {
    view! {
        <div class="toolbar-group" role="group" aria-label="In cells">
            {switch("Scores", |settings| settings.show_scores, |settings, on| settings.show_scores = on)}
            {switch("IDs", |settings| settings.show_ids, |settings, on| settings.show_ids = on)}
        </div>
    }
}

fn switch(
    text: &'static str,
    read: fn(&Settings) -> bool,
    write: fn(&mut Settings, bool),
) -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || settings.with(read)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    state.adjust(|settings| write(settings, on));
                }
            />
            {text}
        </label>
    }
}
