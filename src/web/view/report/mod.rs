//! What is shown to others.

mod slides;
mod slides_deck;
mod slides_look;

use leptos::prelude::*;

/// The view.
#[component]
pub fn ReportView() -> impl IntoView {
    view! { <div class="report">{slides::section()}</div> }
}
