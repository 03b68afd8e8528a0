//! Pictures: PNG for slides, SVG for everything else, with a preview of just that.

use super::files::{Subject, failed, stem_now, told};
use crate::attack::{Catalogue, TechniqueId};
use crate::coverage::Coverage;
use crate::export::svg;
use crate::heatmap::{self, AlertsShown, PictureOptions, Scene, Size, Theme};
use crate::web::board::Place;
use crate::web::detections::{Asked, Detecting, Painted};
use crate::web::layers::ShownLayer;
use crate::web::settings::{Expansion, ExpansionMode, Settings};
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::{canvas, download, fonts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeSet;

/// Width of the preview in pixels; on a fine screen each is two.
const PREVIEW_WIDTH: f64 = 464.0;

/// The sizes on offer.
const SIZES: [(Size, &str); 3] = [
    (Size::Wide1920, "1920 × 1080"),
    (Size::Wide3840, "3840 × 2160"),
    (Size::Whole, "Whole matrix"),
];

/// The same sub-techniques as on screen.
pub(in crate::web::view) fn shown_sub_techniques(
    expansion: &Expansion,
    catalogue: &Catalogue,
    coverage: &Coverage,
) -> heatmap::Expansion {
    if expansion.toggled.is_empty() {
        return match expansion.mode {
            ExpansionMode::None => heatmap::Expansion::None,
            ExpansionMode::Annotated => heatmap::Expansion::Annotated,
            ExpansionMode::All => heatmap::Expansion::All,
        };
    }
    let open = catalogue.indices().filter_map(|index| {
        let technique = catalogue.technique(index);
        let annotated = coverage.technique(index).subtechniques_covered > 0;
        let is_open = technique.parent.is_none() && expansion.is_open(technique.id, annotated);
        is_open.then_some(technique.id)
    });
    heatmap::Expansion::Some(open.collect::<Vec<TechniqueId>>())
}

fn scene(subject: &Subject, alerts: Option<&Painted>, settings: &Settings, page: Theme) -> Scene {
    let theme = settings.picture_theme.unwrap_or(page);
    let options = PictureOptions {
        theme,
        palette: settings.palette_in(theme),
        size: settings.picture_size,
        sub_techniques: shown_sub_techniques(
            &settings.expansion,
            &subject.catalogue,
            &subject.coverage,
        ),
        title: settings
            .picture_title
            .clone()
            .unwrap_or_else(|| default_title(&subject.catalogue, alerts.is_some())),
        date: subject.date,
        show_scores: settings.show_scores,
        show_ids: settings.show_ids,
    };
    if let Some(Painted { seen, painter }) = alerts {
        let Asked { catalogue, coverage, read, .. } = &seen.asked;
        let shown = AlertsShown {
            alerts: &read.alerts,
            detections: &seen.detections,
            look: painter.look(),
        };
        let Settings { policy, scope, .. } = settings;
        return heatmap::alert_picture(catalogue, coverage, policy, scope, shown, &options);
    }
    heatmap::picture(
        &subject.catalogue,
        &subject.coverage,
        &settings.policy,
        &settings.scope,
        &options,
    )
}

pub(in crate::web::view) fn default_title(catalogue: &Catalogue, of_alerts: bool) -> String {
    let what = if of_alerts { "alerts" } else { "coverage" };
    format!("ATT&CK {} {what}", catalogue.domain.name())
}

/// The shown layer as it is on screen.
fn layer_scene(
    shown: &ShownLayer,
    unfolded: &BTreeSet<Place>,
    settings: &Settings,
    page: Theme,
) -> Scene {
    let theme = settings.picture_theme.unwrap_or(page);
    let options = PictureOptions {
        theme,
        palette: settings.palette_in(theme),
        size: settings.picture_size,
        sub_techniques: heatmap::Expansion::None,
        // The layer's name.
        title: String::new(),
        date: today(),
        show_scores: settings.show_scores,
        show_ids: false,
    };
    heatmap::layer_picture(&shown.catalogue, &shown.as_shown(unfolded), &options)
}

/// The scene as chosen now; follows what it shows where it is asked for in an effect.
fn scene_now(state: &AppState, detecting: Detecting) -> Option<Scene> {
    let theme = state.theme.get();
    if let (Some(shown), Some(unfolded)) = (state.shown_layer.get(), state.unfolded_in_layer()) {
        let scene = |settings: &_| layer_scene(&shown, &unfolded, settings, theme);
        return Some(state.settings().with(scene));
    }
    state.coverage.track();
    let subject = Subject::now(state)?;
    let painted = detecting.painted.get();
    let alerts = painted.as_deref();
    Some(state.settings().with(|settings| scene(&subject, alerts, settings, theme)))
}

/// Saves a scene, made once the fonts are there.
pub(in crate::web::view) fn save_png(
    state: AppState,
    file_name: String,
    scene: impl FnOnce() -> Option<Scene> + 'static,
) {
    spawn_local(async move {
        fonts::load().await;
        let Some(scene) = untrack(scene) else { return };
        match canvas::png(&scene).await {
            Ok(blob) => {
                download::save_blob(&file_name, &blob);
                told(&state, &file_name);
            }
            Err(error) => failed(&state, &error.to_string()),
        }
    });
}

/// The same as SVG.
pub(in crate::web::view) fn save_svg(
    state: AppState,
    file_name: String,
    scene: impl FnOnce() -> Option<Scene> + 'static,
) {
    spawn_local(async move {
        fonts::load().await;
        let Some(scene) = untrack(scene) else { return };
        let picture = fonts::with(|fonts| svg::write(&scene, fonts));
        download::save(&file_name, "image/svg+xml", picture.as_bytes());
        told(&state, &file_name);
    });
}

/// Draws the preview anew whenever something it shows changes while the panel is open.
fn keep_preview(
    (state, detecting): (AppState, Detecting),
    open: ReadSignal<bool>,
    preview: NodeRef<leptos::html::Canvas>,
    note: RwSignal<String>,
) {
    let fonts_there = RwSignal::new(false);
    Effect::new(move |_| {
        let (true, Some(canvas)) = (open.get(), preview.get()) else { return };
        if !fonts_there.get() {
            // Drawn at once with what there is, and again with the right font.
            spawn_local(async move {
                if fonts::load().await {
                    fonts_there.set(true);
                }
            });
        }
        let Some(scene) = scene_now(&state, detecting) else { return };
        let pixels = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let scale = PREVIEW_WIDTH * pixels.clamp(1.0, 2.0) / scene.width;
        let drawn = canvas::draw(&canvas, &scene, scale);
        note.set(match drawn {
            Ok(()) => format!("{:.0} × {:.0} pixels", scene.width, scene.height),
            Err(error) => error.to_string(),
        });
    });
}

pub(super) fn section(open: ReadSignal<bool>) -> AnyView {
    let state = AppState::get();
    let detecting = Detecting::get();
    let settings = state.settings();
    let preview = NodeRef::<leptos::html::Canvas>::new();
    let note = RwSignal::new(String::new());
    keep_preview((state, detecting), open, preview, note);
    let name = move |extension: &str| format!("{}.{extension}", stem_now(&state));
    let names = move || format!("{}, {}", name("png"), name("svg"));
    let placeholder = move || {
        state.catalogue.with(|catalogue| {
            Some(default_title(catalogue.as_ref()?, detecting.painted.with(Option::is_some)))
        })
    };
    view! {
        <section class="export-part">
            <h3>"Picture"</h3>
            <div class="export-preview">
                <canvas node_ref=preview width="464" height="261" role="img" aria-label="Preview of the picture"></canvas>
            </div>
            <p class="muted export-size">{note}</p>
            // A layer is called by its name.
            <label class="export-field" hidden=move || state.shown_layer.with(Option::is_some)>
                <span>"Title"</span>
                <input
                    class="field"
                    type="text"
                    maxlength="120"
                    placeholder=placeholder
                    prop:value=move || settings.with(|settings| settings.picture_title.clone().unwrap_or_default())
                    on:input=move |event| {
                        let title = event_target_value(&event);
                        state.adjust(|settings| {
                            settings.picture_title = (!title.trim().is_empty()).then_some(title);
                        });
                    }
                />
            </label>
            <div class="export-options">{size_field()} {theme_field()}</div>
            <div class="export-actions">
                <button
                    type="button"
                    class="button button-primary"
                    data-action="export-png"
                    on:click=move |_| save_png(state, untrack(|| name("png")), move || scene_now(&state, detecting))
                >
                    "PNG"
                </button>
                <button
                    type="button"
                    class="button"
                    data-action="export-svg"
                    on:click=move |_| save_svg(state, untrack(|| name("svg")), move || scene_now(&state, detecting))
                >
                    "SVG"
                </button>
                <code>{names}</code>
            </div>
        </section>
    }
    .into_any()
}

fn size_field() -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    let options = SIZES.map(|(size, name)| {
        view! {
            <option selected=move || settings.with(|settings| settings.picture_size == size)>{name}</option>
        }
    });
    view! {
        <label class="export-field">
            <span>"Size"</span>
            <select
                class="field"
                on:change=move |event| {
                    let name = event_target_value(&event);
                    if let Some((size, _)) = SIZES.into_iter().find(|(_, known)| *known == name) {
                        state.adjust(|settings| settings.picture_size = size);
                    }
                }
            >
                {options}
            </select>
        </label>
    }
}

/// Light, dark, or as the page is.
fn theme_field() -> impl IntoView {
    const THEMES: [(Option<Theme>, &str); 3] =
        [(None, "As the page"), (Some(Theme::Light), "Light"), (Some(Theme::Dark), "Dark")];
    let state = AppState::get();
    let settings = state.settings();
    let options = THEMES.map(|(theme, name)| {
        view! {
            <option selected=move || settings.with(|settings| settings.picture_theme == theme)>{name}</option>
        }
    });
    view! {
        <label class="export-field">
            <span>"Colours"</span>
            <select
                class="field"
                on:change=move |event| {
                    let name = event_target_value(&event);
                    if let Some((theme, _)) = THEMES.into_iter().find(|(_, known)| *known == name) {
                        state.adjust(|settings| settings.picture_theme = theme);
                    }
                }
            >
                {options}
            </select>
        </label>
    }
}
