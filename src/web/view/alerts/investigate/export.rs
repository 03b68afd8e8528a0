//! Where an investigation can be carried: a layer, a picture, a summary.

use super::found::{Finds, Found};
use crate::attack::TechniqueIndex;
use crate::export::investigation_md::MOST_NEXT;
use crate::export::layer_json::to_json;
use crate::export::{file_stem, investigation_layer, investigation_md};
use crate::heatmap::{self, Expansion, PictureOptions, Scene};
use crate::layer::Layer;
use crate::web::address::{self, Address, View};
use crate::web::clipboard::copy;
use crate::web::download;
use crate::web::state::{AppState, Only, Toast};
use crate::web::today::today;
use crate::web::view::edit::start::open;
use crate::web::view::export_menu::picture::{save_png, save_svg};
use crate::web::view::tactics::cells::press;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

fn file_name(extension: &str) -> String {
    format!("{}-investigation.{extension}", file_stem(today()))
}

fn layer(found: &Found) -> Option<Layer> {
    found.export(|of| investigation_layer::layer(of, ""))
}

fn scene(state: AppState, found: &Found) -> Option<Scene> {
    let layer = layer(found)?;
    let theme = state.theme.get_untracked();
    let options = state.settings().with_untracked(|settings| {
        let theme = settings.picture_theme.unwrap_or(theme);
        PictureOptions {
            theme,
            palette: settings.palette_in(theme),
            size: settings.picture_size,
            sub_techniques: Expansion::None,
            // The layer's name.
            title: String::new(),
            date: today(),
            show_scores: false,
            show_ids: false,
        }
    });
    Some(heatmap::layer_picture(found.catalogue(), &layer, &options))
}

/// What is picked and what may come next, as far as exports show it.
fn techniques(found: &Found) -> Vec<TechniqueIndex> {
    let next = found.found.next.steps.iter().take(MOST_NEXT).map(|step| step.technique);
    let mut all: Vec<TechniqueIndex> = found.found.extent.indices();
    all.extend(next);
    crate::sorted::sort(&mut all);
    all.dedup();
    all
}

pub(super) fn actions(finds: Finds) -> AnyView {
    let state = AppState::get();
    let now = move || finds.get_untracked();
    let saved = move |name: &str| {
        state.toast.set(Some(Toast { text: format!("Saved {name}"), undo: false }));
    };
    let as_layer = move || {
        if let Some(layer) = now().and_then(|found| layer(&found)) {
            open(
                state,
                layer,
                "The investigation is a layer: what is picked, and what may come next",
            );
        }
    };
    let in_matrix = move || {
        let Some(found) = now() else { return };
        let only = Only {
            heading: "Investigated and likely next".to_owned(),
            catalogue: found.catalogue().clone(),
            techniques: techniques(&found),
        };
        state.search.set(String::new());
        state.only.set(Some(Arc::new(only)));
        address::go(&Address::view(View::Matrix));
    };
    let layer_file = move || {
        let Some(layer) = now().and_then(|found| layer(&found)) else { return };
        let name = file_name("json");
        download::save(&name, "application/json", to_json(&layer).as_bytes());
        saved(&name);
    };
    let markdown = move || now().and_then(|found| found.export(investigation_md::write));
    let save_markdown = move || {
        let Some(text) = markdown() else { return };
        let name = file_name("md");
        download::save(&name, "text/markdown", text.as_bytes());
        saved(&name);
    };
    let copy_markdown = move || {
        let Some(text) = markdown() else { return };
        spawn_local(async move {
            let says = match copy(&text).await {
                true => "The summary is on the clipboard, as Markdown",
                false => "The browser refuses the clipboard; save the summary instead",
            };
            state.toast.set(Some(Toast { text: says.to_owned(), undo: false }));
        });
    };
    let png = move || {
        save_png(state, file_name("png"), move || scene(state, &*now()?));
    };
    let svg = move || {
        save_svg(state, file_name("svg"), move || scene(state, &*now()?));
    };
    let button = |action: &'static str, label: &str, press_it: Box<dyn Fn()>| {
        press(action, false.into(), Signal::stored(label.to_owned()), press_it)
    };
    view! {
        <div class="investigate-actions" role="group" aria-label="The investigation">
            <span class="muted">"Summary:"</span>
            {button("investigation-md", "Markdown", Box::new(save_markdown))}
            {button("investigation-copy", "Copy", Box::new(copy_markdown))}
            <span class="muted">"In the matrix:"</span>
            {button("investigation-as-layer", "Open as a layer", Box::new(as_layer))}
            {button("investigation-in-matrix", "Dim all others", Box::new(in_matrix))}
            <span class="muted">"Files:"</span>
            {button("investigation-layer", "Layer", Box::new(layer_file))}
            {button("investigation-png", "PNG", Box::new(png))}
            {button("investigation-svg", "SVG", Box::new(svg))}
        </div>
    }
    .into_any()
}
