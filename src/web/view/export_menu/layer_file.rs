//! Layers as files: the one that is shown, or all that are open.

use super::files::{layer_stem, told};
use crate::attack::Catalogue;
use crate::heatmap::{Expansion, PictureOptions, Scene, Size, layer_picture};
use crate::layer::{Layer, written};
use crate::limits::MAX_GIF_FRAMES;
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::numbers::count;
use crate::web::{download, film};
use leptos::prelude::*;
use std::sync::Arc;

/// The shown layer, or all, with the release of the shown one.
fn layers(state: &AppState, all: bool) -> (Vec<Layer>, Option<Arc<Catalogue>>) {
    let catalogue = state.shown_layer.with(|shown| Some(shown.as_ref()?.catalogue.clone()));
    let layers = state.tabs().with(|tabs| match all {
        true => tabs.open.iter().map(|open| (*open.layer).clone()).collect(),
        false => tabs.active().map(|open| (*open.layer).clone()).into_iter().collect(),
    });
    // Of several, each may be of another release.
    (layers, catalogue.filter(|_| !all))
}

/// A picture of each open layer of the shown one's domain, in the order of the tabs, all on the
/// shown release and with the sub-techniques the layers unfold.
fn scenes(state: &AppState) -> Vec<Scene> {
    let Some(shown) = state.shown_layer.get_untracked() else { return Vec::new() };
    let theme = state.theme.get_untracked();
    let options = PictureOptions {
        theme,
        palette: state.settings().with_untracked(|settings| settings.palette_in(theme)),
        size: Size::Wide1280,
        sub_techniques: Expansion::None,
        title: String::new(),
        date: today(),
        show_scores: state.settings().with_untracked(|settings| settings.show_scores),
        show_ids: false,
    };
    let domain = shown.open.layer.attack_domain();
    state.tabs().with_untracked(|tabs| {
        let same = tabs.open.iter().filter(|open| open.layer.attack_domain() == domain);
        let same = same.take(MAX_GIF_FRAMES);
        same.map(|open| layer_picture(&shown.catalogue, &open.layer, &options)).collect()
    })
}

pub(super) fn section(open: ReadSignal<bool>) -> AnyView {
    let state = AppState::get();
    let keep = RwSignal::new(true);
    let save = move |all: bool| {
        let (layers, catalogue) = untrack(|| layers(&state, all));
        let Some(first) = layers.first() else { return };
        let stem = if all { "layers".to_owned() } else { layer_stem(&first.name) };
        let name = format!("{stem}.json");
        let (json, _) = written(layers, catalogue.as_deref(), keep.get_untracked());
        download::save(&name, "application/json", json.as_bytes());
        told(&state, &name);
    };
    let number = move || state.tabs().with(|tabs| tabs.open.len());
    let busy = RwSignal::new(false);
    let animate = move |_| film::save(state, scenes(&state), "layers.gif".to_owned(), busy);
    // Writing it is the only way to know.
    let notes = move || {
        if !open.get() {
            return Vec::new();
        }
        let (layers, catalogue) = layers(&state, false);
        let (_, notes) = written(layers, catalogue.as_deref(), keep.get());
        notes.into_iter().map(|(_, note)| note.to_string()).collect()
    };
    let notes = move || {
        let notes: Vec<String> = notes();
        (!notes.is_empty()).then(|| {
            view! {
                <p class="muted">"In the file, other than here:"</p>
                <ul class="plain-list" data-list="layer-notes">
                    {notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
                </ul>
            }
        })
    };
    view! {
        <section class="export-part">
            <h3>"Navigator layer"</h3>
            <p class="muted">"Format 4.5: the ATT&CK Navigator and MITRE’s Python library open it."</p>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || keep.get()
                    on:change=move |event| keep.set(event_target_checked(&event))
                />
                "Keep fields the format does not know"
            </label>
            {notes}
            <div class="export-actions">
                <button type="button" class="button" data-action="export-layer" on:click=move |_| save(false)>"This layer"</button>
                <button
                    type="button"
                    class="button"
                    data-action="export-all-layers"
                    hidden=move || { number() < 2 }
                    on:click=move |_| save(true)
                >
                    {move || format!("All {} layers", count(number()))}
                </button>
                <button
                    type="button"
                    class="button"
                    data-action="export-gif"
                    title="The open layers of this domain one after the other, in the order of their tabs"
                    hidden=move || { number() < 2 }
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=animate
                >
                    "Animate all (GIF)"
                </button>
            </div>
        </section>
    }
    .into_any()
}
