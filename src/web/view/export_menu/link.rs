//! The link of what is shown.

use crate::web::link;
use crate::web::state::{AppState, Toast};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub(super) fn section() -> AnyView {
    let state = AppState::get();
    // Where the browser does not copy, it stands here to be copied.
    let shown = RwSignal::new(None::<String>);
    let copy = move |_| {
        spawn_local(async move {
            let refused = link::copy(state).await;
            let text = match refused {
                None => "Link copied: the view and its settings, nothing of rules",
                Some(_) => "Not copied, as this browser refuses; the link stands in the menu",
            };
            state.toast.set(Some(Toast { text: text.to_owned(), undo: false }));
            shown.try_set(refused);
        });
    };
    view! {
        <section class="export-part">
            <h3>"Link"</h3>
            <p class="muted">
                "The address of this view with the settings that differ from the defaults: release, platforms, statuses, scoring, order of gaps, colours. Never rules, alerts, layers, your profile, or what you typed."
            </p>
            <div class="export-actions">
                <button type="button" class="button" data-action="copy-link" on:click=copy>"Copy link"</button>
                {move || shown.get().map(|address| view! {
                    <input class="field" type="text" readonly aria-label="The link" prop:value=address />
                })}
            </div>
        </section>
    }
    .into_any()
}
