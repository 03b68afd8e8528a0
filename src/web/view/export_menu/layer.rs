//! The layer for the ATT&CK Navigator.

use super::files::{Subject, told};
use crate::export::layer_json::{self, LayerOptions};
use crate::heatmap::Theme;
use crate::web::download;
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::edit::start::RulesAsLayer;
use leptos::prelude::*;

/// The description of a layer nobody described: where it comes from.
fn default_description(state: &AppState) -> String {
    let rules = state
        .coverage
        .with(|coverage| coverage.as_ref().map_or(0, |coverage| coverage.summary.rules_mapped));
    let rules = crate::web::view::numbers::counted(rules, "rule", "rules");
    let mut said = vec![format!("Coverage by {rules}.")];
    state.settings().with(|settings| {
        said.push(settings.policy.sentence());
        said.extend(settings.scope.remarks().into_iter().map(|(_, remark)| remark));
    });
    said.join(" ")
}

pub(super) fn section() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let file_name = layer_json::file_name(today());
    let default_name = move || {
        state.catalogue.with(|catalogue| {
            catalogue.as_ref().map(|catalogue| {
                format!(
                    "Coverage {} ATT&CK {} {}",
                    catalogue.domain.name(),
                    catalogue.version,
                    today()
                )
            })
        })
    };
    let save = {
        let file_name = file_name.clone();
        move |_| {
            let Some(subject) = Subject::now(&state) else { return };
            let settings = settings.get_untracked();
            let options = LayerOptions {
                // Empty, the layer names itself by domain, release and date.
                name: settings.layer_name.clone().unwrap_or_default(),
                description: settings
                    .layer_description
                    .clone()
                    .unwrap_or_else(|| untrack(|| default_description(&state))),
                palette: settings.palette_in(Theme::Light),
                date: subject.date,
            };
            let layer = layer_json::layer(
                &subject.catalogue,
                &subject.coverage,
                &subject.intake,
                &settings.policy,
                &settings.scope,
                &options,
            );
            download::save(&file_name, "application/json", layer_json::to_json(&layer).as_bytes());
            told(&state, &file_name);
        }
    };
    // An emptied field goes back to the default.
    let kept = |text: String| (!text.trim().is_empty()).then_some(text);
    view! {
        <section class="export-part">
            <h3>"Navigator layer"</h3>
            <label class="export-field">
                <span>"Name"</span>
                <input
                    class="field"
                    type="text"
                    maxlength="200"
                    placeholder=default_name
                    prop:value=move || settings.with(|settings| settings.layer_name.clone().unwrap_or_default())
                    on:change=move |event| {
                        let name = kept(event_target_value(&event));
                        state.adjust(|settings| settings.layer_name = name);
                    }
                />
            </label>
            <label class="export-field">
                <span>"Description"</span>
                <textarea
                    class="field"
                    rows="2"
                    maxlength="2000"
                    placeholder=move || default_description(&state)
                    prop:value=move || settings.with(|settings| settings.layer_description.clone().unwrap_or_default())
                    on:change=move |event| {
                        let description = kept(event_target_value(&event));
                        state.adjust(|settings| settings.layer_description = description);
                    }
                ></textarea>
            </label>
            <div class="export-actions">
                <button type="button" class="button" data-action="export-layer" on:click=save>"Layer JSON"</button>
                <RulesAsLayer class="button" />
                <code>{file_name}</code>
            </div>
        </section>
    }
    .into_any()
}
