//! The matrix as a picture: on the screen in its theme, on paper in light.

use super::Shown;
use super::made::Asked;
use super::tables::id_of;
use crate::export::report::html::Pictures;
use crate::export::svg;
use crate::heatmap::{PictureOptions, Scene, Size, Theme, picture};
use crate::web::fonts;
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::web::view::export_menu::picture::{default_title, shown_sub_techniques};
use js_sys::{Array, JsString};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, BlobPropertyBag, Url};

/// In the address.
pub(super) const NAME: &str = "matrix";

fn scene(state: AppState, asked: &Asked, theme: Theme) -> Scene {
    let of = &asked.found.asked;
    state.settings().with_untracked(|settings| {
        let options = PictureOptions {
            theme,
            palette: settings.palette_in(theme),
            size: Size::Whole,
            sub_techniques: shown_sub_techniques(&settings.expansion, &of.catalogue, &of.coverage),
            title: default_title(&of.catalogue, false),
            date: of.coverage.today,
            show_scores: settings.show_scores,
            show_ids: settings.show_ids,
        };
        picture(&of.catalogue, &of.coverage, &of.scoring, &of.scope, &options)
    })
}

fn svg_of(scene: &Scene) -> String {
    fonts::with(|fonts| svg::write(scene, fonts))
}

/// Both, for the file.
pub(super) async fn pictures(state: AppState, asked: &Asked) -> Pictures {
    fonts::load().await;
    let light = svg_of(&scene(state, asked, Theme::Light));
    next_task().await;
    let dark = svg_of(&scene(state, asked, Theme::Dark));
    Pictures { light, dark }
}

/// An address of a picture, for an image.
fn address_of(svg: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let parts = Array::of1(&JsString::from(svg));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// What is shown: on the screen, on paper, and in words.
#[derive(Clone)]
struct Drawn {
    screen: String,
    paper: String,
    said: String,
}

pub(super) fn section(made: Shown) -> AnyView {
    let state = AppState::get();
    let drawn = RwSignal::new(None::<Drawn>);
    let forget = move |drawn: Option<Drawn>| {
        for address in drawn.iter().flat_map(|drawn| [&drawn.screen, &drawn.paper]) {
            // Fails never.
            let _ = Url::revoke_object_url(address);
        }
    };
    Effect::new(move |_| {
        let theme = state.theme.get();
        let Some(of) = made.get() else { return };
        spawn_local(async move {
            fonts::load().await;
            next_task().await;
            let on_screen = scene(state, &of.asked, theme);
            let said = on_screen.description.clone();
            let Some(screen) = address_of(&svg_of(&on_screen)) else { return };
            next_task().await;
            let paper = match theme {
                Theme::Light => screen.clone(),
                Theme::Dark => {
                    let on_paper = svg_of(&scene(state, &of.asked, Theme::Light));
                    address_of(&on_paper).unwrap_or_else(|| screen.clone())
                }
            };
            let before = drawn.try_update(|drawn| drawn.replace(Drawn { screen, paper, said }));
            forget(before.flatten());
        });
    });
    on_cleanup(move || forget(drawn.try_get_untracked().flatten()));
    let of = move |part: fn(&Drawn) -> String| {
        move || drawn.with(|drawn| drawn.as_ref().map(part).unwrap_or_default())
    };
    let image = move || {
        drawn.with(Option::is_some).then(|| {
            view! {
                <img class="doc-picture on-screen" src=of(|drawn| drawn.screen.clone()) alt=of(|drawn| drawn.said.clone()) />
                <img class="doc-picture on-paper" src=of(|drawn| drawn.paper.clone()) alt="" aria-hidden="true" />
            }
        })
    };
    view! {
        <section class="doc-part doc-broad" id=id_of(NAME) data-section=NAME>
            <h2>"Matrix"</h2>
            <div class="doc-wide" tabindex="0" role="group" aria-label="The matrix as a picture">{image}</div>
        </section>
    }
    .into_any()
}
