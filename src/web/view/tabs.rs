//! The views, as links to their addresses.

use super::numbers::count;
use crate::web::address::{Address, View};
use crate::web::state::AppState;
use leptos::prelude::*;

/// The row of views.
#[component]
pub fn Tabs() -> impl IntoView {
    let state = AppState::get();
    let current = Memo::new(move |_| state.address.with(|address| address.view));
    // Only what is wrong is worth a number here; the rest stands in the headline.
    let failed = Memo::new(move |_| state.intake.with(|intake| intake.report.counts().failed));
    let tab = move |view: View| {
        let badge = move || {
            let number = if view == View::Import { failed.get() } else { 0 };
            (number > 0).then(|| view! { <span class="tab-count">{count(number)}" failed"</span> })
        };
        view! {
            <a
                class="tab"
                href=Address::view(view).to_string()
                data-view=view.as_str()
                aria-current=move || (current.get() == view).then_some("page")
            >
                {view.label()}
                {badge}
            </a>
        }
    };
    view! { <nav class="tabs" aria-label="Views">{View::ALL.map(tab)}</nav> }
}
