//! The page before anything was dropped: what to drop, the sample, and where it all stays.

use super::privacy::Privacy;
use crate::rule::Format;
use crate::web::app::by_id;
use crate::web::arrivals;
use crate::web::state::AppState;
use crate::web::view::alerts::open_alerts;
use crate::web::view::edit::start::NewLayer;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// What can be dropped beside rules.
const MORE: [&str; 5] =
    ["Atomic Red Team tests", "DeTT&CT", "ATT&CK releases (STIX)", "folders", ".zip"];

fn click_input(id: &str) {
    if let Some(input) = by_id::<HtmlInputElement>(id) {
        input.click();
    }
}

/// One drop target, three lines.
#[component]
pub fn Empty() -> impl IntoView {
    let state = AppState::get();
    view! {
        <div class="empty">
            <h1>"What do your detection rules really cover?"</h1>
            <p class="empty-lead muted">
                "Drop them anywhere on this page and see your MITRE ATT&CK® matrix: what is covered, how well, and by which rule."
            </p>
            <div class="empty-drop">
                <p class="empty-title">"Drop rules here"</p>
                <ul class="empty-formats" aria-label="What can be dropped">
                    {Format::ALL.map(|format| view! { <li class="badge">{format.name()}</li> })}
                    {MORE.map(|name| view! { <li class="badge badge-quiet">{name}</li> })}
                </ul>
                <div class="empty-actions">
                    <button
                        class="button button-primary"
                        type="button"
                        data-action="try-sample"
                        on:click=move |_| arrivals::take_sample(state)
                    >
                        "Try the sample"
                    </button>
                    <button class="button" type="button" on:click=|_| click_input("open-files")>
                        "Open files…"
                    </button>
                    <button class="button" type="button" on:click=|_| click_input("open-folder")>
                        "Open folder…"
                    </button>
                    {open_alerts()}
                    <NewLayer class="button" text="New layer".into_any() />
                    <span class="muted">"or paste a rule"</span>
                </div>
            </div>
            <details class="empty-privacy">
                <summary><b>"Nothing leaves this tab."</b>" How that is enforced"</summary>
                <Privacy />
            </details>
        </div>
    }
}
