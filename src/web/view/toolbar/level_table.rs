//! The table of the policy by level.

use crate::coverage::{LevelScore, LevelTable, Policy};
use crate::rule::Level;
use crate::web::settings::Settings;
use crate::web::state::AppState;
use leptos::prelude::*;

/// The table's rows, from most to least severe, then rules that state no level.
const ROWS: [Option<Level>; 6] = [
    Some(Level::Critical),
    Some(Level::High),
    Some(Level::Medium),
    Some(Level::Low),
    Some(Level::Informational),
    None,
];

fn table(settings: &Settings) -> LevelTable {
    match settings.policy {
        Policy::Level { table } => table,
        _ => LevelTable::default(),
    }
}

/// The table and what resets it.
pub(super) fn level_table(changed: Memo<bool>) -> impl IntoView {
    let state = AppState::get();
    view! {
        <p class="muted">"Score by level, 0 to 100:"</p>
        <table class="level-table">
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">"Level"</th>
                    <th scope="col">"Score"</th>
                </tr>
            </thead>
            <tbody>{ROWS.map(row)}</tbody>
        </table>
        <button
            type="button"
            class="button"
            disabled=move || !changed.get()
            on:click=move |_| {
                state.choose(|settings| {
                    settings.policy = Policy::Level { table: LevelTable::default() };
                });
            }
        >
            "Reset"
        </button>
        <p class="muted">
            "Default: high 80, medium 50, low 30, which read as production, medium confidence and placeholder."
        </p>
    }
}

fn row(level: Option<Level>) -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    let name = level.map_or("not stated", Level::as_str);
    let field = format!("level-{}", level.map_or("none", Level::as_str));
    let score = Memo::new(move |_| settings.with(|settings| table(settings).score(level)));
    let change = move |event: web_sys::Event| {
        let typed = event_target_value(&event).trim().parse::<u8>().ok().and_then(LevelScore::new);
        match typed {
            Some(typed) if typed != score.get_untracked() => state.choose(|settings| {
                if let Policy::Level { table } = &mut settings.policy {
                    table.set(level, typed);
                }
            }),
            Some(_) => {}
            // Not a score: the field shows again what counts.
            None => {
                let input: web_sys::HtmlInputElement = event_target(&event);
                input.set_value(&score.get_untracked().to_string());
            }
        }
    };
    view! {
        <tr>
            <th scope="row"><label for=field.clone()>{name}</label></th>
            <td>
                <input
                    id=field.clone()
                    class="field"
                    type="number"
                    min="0"
                    max="100"
                    step="1"
                    inputmode="numeric"
                    prop:value=move || score.get().to_string()
                    on:change=change
                />
            </td>
        </tr>
    }
}
