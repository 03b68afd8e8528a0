//! The page before anything was dropped: what to drop, the sample, and where it all stays.

use super::privacy::Privacy;
use crate::web::app::by_id;
use crate::web::intake;
use crate::web::state::AppState;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// What can be dropped now: name and the form it comes in.
const FORMATS: [(&str, &str); 4] = [
    ("Sigma rules", ".yml"),
    ("A folder of them", "any depth"),
    ("An archive", ".zip"),
    ("Another ATT&CK release", "STIX .json"),
];

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
                    {FORMATS.map(|(name, form)| view! {
                        <li class="badge">{name}" "<span class="code">{form}</span></li>
                    })}
                </ul>
                <div class="empty-actions">
                    <button
                        class="button button-primary"
                        type="button"
                        data-action="try-sample"
                        on:click=move |_| intake::take_sample(state)
                    >
                        "Try the sample"
                    </button>
                    <button class="button" type="button" on:click=|_| click_input("open-files")>
                        "Open files…"
                    </button>
                    <button class="button" type="button" on:click=|_| click_input("open-folder")>
                        "Open folder…"
                    </button>
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
