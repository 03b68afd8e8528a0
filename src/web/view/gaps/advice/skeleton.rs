//! The beginning of a Sigma rule, to copy or to save.

use super::super::next::copy;
use crate::attack::TechniqueId;
use crate::web::download;
use crate::web::state::AppState;
use crate::web::view::tactics::cells::press;
use leptos::prelude::*;

pub(super) fn skeleton(id: TechniqueId, text: String) -> AnyView {
    let state = AppState::get();
    let copied = text.clone();
    let saved = text.clone();
    let save = move || {
        let name = format!("{}.yml", id.to_string().to_ascii_lowercase().replace('.', "-"));
        download::save(&name, "application/yaml", saved.as_bytes());
    };
    view! {
        <section class="advice-skeleton" data-guide="skeleton">
            <h3>"A Sigma rule to begin with"</h3>
            <p class="muted">
                "Tags and log source come from ATT&CK; every TODO is yours, and so is its id."
            </p>
            <pre tabindex="0" role="region" aria-label="Beginning of a Sigma rule"><code>{text}</code></pre>
            <p class="drawer-actions">
                {press("copy-skeleton", false.into(), Signal::stored("Copy".to_owned()), Box::new(move || copy(state, copied.clone(), "Rule")))}
                {press("save-skeleton", false.into(), Signal::stored("Save as file".to_owned()), Box::new(save))}
            </p>
        </section>
    }
    .into_any()
}
