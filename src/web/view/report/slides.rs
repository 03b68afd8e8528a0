//! Slides: previews, each to be saved or copied, and all of them as a zip.

use super::slides_deck::{Known, follow};
use super::slides_look;
use crate::export::{file_stem, rules_zip};
use crate::heatmap::Scene;
use crate::heatmap::slide::{NoSlide, SMALLEST, SlideKind, SlideOptions};
use crate::web::address::{Address, View};
use crate::web::next_task::next_task;
use crate::web::slides::SlideLogo;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::export_menu::picture::save_png;
use crate::web::{canvas, clipboard, download, fonts};
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::HtmlCanvasElement;

const COUNT: usize = SlideKind::ALL.len();

/// Where copying a picture is not possible.
const NOT_COPIED: &str = "The browser does not allow copying pictures here; save the PNG instead";

/// The slides of the page.
#[derive(Clone, Copy)]
struct Slides {
    state: AppState,
    known: ReadSignal<Option<Arc<Known>>>,
    look: Memo<SlideOptions>,
    /// What each shows in words, or why it is not there; `None` before it was drawn.
    told: [RwSignal<Option<Result<String, NoSlide>>>; COUNT],
    canvases: [NodeRef<Canvas>; COUNT],
    /// Which were in sight.
    seen: RwSignal<[bool; COUNT]>,
}

impl Slides {
    fn scene(self, kind: SlideKind) -> Option<Result<Scene, NoSlide>> {
        let known = self.known.try_get_untracked().flatten()?;
        Some(known.slide(kind, &self.look.try_get_untracked()?))
    }

    fn say(self, text: String) {
        self.state.toast.set(Some(Toast { text, undo: false }));
    }
}

pub(super) fn section() -> AnyView {
    let state = AppState::get();
    let logo = SlideLogo::get();
    let slides = Slides {
        state,
        known: follow(state),
        look: Memo::new(move |_| slides_look::options(&state, logo)),
        told: [(); COUNT].map(|()| RwSignal::new(None)),
        canvases: [(); COUNT].map(|()| NodeRef::new()),
        seen: RwSignal::new([false; COUNT]),
    };
    watch(slides);
    keep_drawn(slides);
    let no_rules = Memo::new(move |_| state.intake.with(|intake| intake.rules.is_empty()));
    let cards: Vec<AnyView> = (0..COUNT).map(|at| card(slides, at)).collect();
    view! {
        <section class="slides" aria-labelledby="slides-heading">
            <h2 id="slides-heading">"Slides"</h2>
            <p class="slides-lead" hidden=move || !no_rules.get()>
                "Slides are made of rules. Drop some anywhere, and they are drawn here."
            </p>
            <div class="slides-all" hidden=move || no_rules.get()>
                <p class="slides-lead">
                    {format!("Six pictures in 16 : 9. No text is smaller than {SMALLEST} px of 1080, a forty-fifth of the height: at eight picture heights away a fiftieth can be read. Cells of the matrix carry no names, as none of hundreds could be.")}
                </p>
                {slides_look::fields()}
                {zip_line(slides)}
                <div class="slides-grid">{cards}</div>
            </div>
        </section>
    }
    .into_any()
}

/// One of them.
fn card(slides: Slides, at: usize) -> AnyView {
    let kind = SlideKind::ALL[at];
    let (told, canvas) = (slides.told[at], slides.canvases[at]);
    let is_none = Signal::derive(move || told.with(|told| matches!(told, Some(Err(_)))));
    let is_there = Signal::derive(move || told.with(|told| matches!(told, Some(Ok(_)))));
    let file_name = format!("{}_{}.png", file_stem(today()), kind.file_stem());
    let label = move || match told.get() {
        Some(Ok(text)) => text,
        _ => format!("{} is being drawn", kind.label()),
    };
    let why = move || told.get().and_then(Result::err).map(reason);
    let quarter = move || {
        let is_so = slides.known.with(|known| known.as_ref().is_some_and(|all| all.is_by_course()));
        (kind == SlideKind::Changes && is_so && is_there.get()).then(|| {
            view! {
                <p class="muted">
                    "Against the last quarter, by dates. "
                    <a href=Address::view(View::Changes).to_string()>"Choose two states in Changes"</a>
                    " to show them instead."
                </p>
            }
        })
    };
    let save = {
        let file_name = file_name.clone();
        move |_| {
            let scene = move || slides.scene(kind)?.ok();
            save_png(slides.state, file_name.clone(), scene);
        }
    };
    let heading = format!("slide-{}", kind.as_str());
    let labelled_by = heading.clone();
    view! {
        <article class="slide" data-slide=kind.as_str() aria-labelledby=labelled_by>
            <h3 id=heading>{kind.label()}</h3>
            <canvas
                node_ref=canvas
                width="960"
                height="540"
                role="img"
                aria-label=label
                hidden=is_none
            ></canvas>
            {why}
            {quarter}
            <div class="export-actions" hidden=move || !is_there.get()>
                <button type="button" class="button" data-action="save-slide" on:click=save>"PNG"</button>
                <button type="button" class="button" data-action="copy-slide" on:click=move |_| copy(slides, kind)>
                    "Copy"
                </button>
                <code>{file_name}</code>
            </div>
        </article>
    }
    .into_any()
}

/// Why there is no slide, and what to do.
fn reason(why: NoSlide) -> AnyView {
    let text = why.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let sentence = format!("{first}{}. ", letters.as_str());
    let link = |show: &str, text: &'static str| {
        let address = Address::showing(View::Changes, show).to_string();
        view! { <a href=address>{text}</a> }.into_any()
    };
    let remedy = match why {
        NoSlide::NoSecondState => link("", "Open a second state in Changes"),
        NoSlide::NoDates => link("trend", "See in Changes what has a date"),
        NoSlide::NothingInScope => "Choose other platforms above.".into_any(),
        NoSlide::SaysNothing => "Drop rules of a format with ATT&CK tags.".into_any(),
        NoSlide::NoPlatforms => "Choose another release above.".into_any(),
        NoSlide::NoGaps => "There is nothing to do.".into_any(),
    };
    view! { <p class="slide-none" role="status">{sentence}{remedy}</p> }.into_any()
}

/// Notes which previews come into sight.
fn watch(slides: Slides) {
    let is_at = move |target: &web_sys::Element| {
        slides.canvases.iter().position(|canvas| {
            let canvas = canvas.try_get_untracked().flatten();
            canvas.is_some_and(|canvas| **canvas == *target)
        })
    };
    let came = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        for entry in entries.iter() {
            let entry: web_sys::IntersectionObserverEntry = entry.unchecked_into();
            if entry.is_intersecting()
                && let Some(at) = is_at(&entry.target())
                && slides.seen.try_with_untracked(|seen| seen[at]) == Some(false)
            {
                slides.seen.try_update(|seen| seen[at] = true);
            }
        }
    });
    // Freed by the browser together with the observer.
    let observer = web_sys::IntersectionObserver::new(came.into_js_value().unchecked_ref()).ok();
    let observer = StoredValue::new_local(observer);
    Effect::new(move |_| {
        observer.with_value(|observer| {
            let there = slides.canvases.iter().filter_map(|canvas| canvas.get());
            for canvas in there {
                if let Some(observer) = observer {
                    observer.observe(&canvas);
                }
            }
        });
    });
    on_cleanup(move || {
        observer.with_value(|observer| {
            if let Some(observer) = observer {
                observer.disconnect();
            }
        });
    });
}

/// Draws what is in sight, one a task, whenever something of it changes.
fn keep_drawn(slides: Slides) {
    let fonts_there = RwSignal::new(false);
    spawn_local(async move {
        // Drawn at once with what there is, and again with the right font.
        if fonts::load().await {
            fonts_there.try_set(true);
        }
    });
    let version = RwSignal::new(0_u32);
    Effect::new(move |_| {
        slides.known.track();
        slides.look.with(|_| ());
        fonts_there.track();
        version.update(|number| *number = number.wrapping_add(1));
    });
    let drawn = StoredValue::new([0_u32; COUNT]);
    Effect::new(move |_| {
        let (mine, seen) = (version.get(), slides.seen.get());
        spawn_local(async move {
            for at in (0..COUNT).filter(|at| seen[*at]) {
                next_task().await;
                if version.try_get_untracked() != Some(mine) {
                    return;
                }
                // What was in sight before is drawn.
                if drawn.with_value(|drawn| drawn[at] != mine) {
                    drawn.update_value(|drawn| drawn[at] = mine);
                    draw(slides, at);
                }
            }
        });
    });
}

fn draw(slides: Slides, at: usize) {
    let Some(made) = slides.scene(SlideKind::ALL[at]) else { return };
    let told = made.map(|scene| {
        let Some(canvas) = slides.canvases[at].try_get_untracked().flatten() else {
            return String::new();
        };
        let canvas: HtmlCanvasElement = canvas;
        let pixels = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        // Not drawn anew where a window grows a little.
        let wide = (f64::from(canvas.client_width()) * pixels).clamp(960.0, 1920.0);
        match canvas::draw(&canvas, &scene, wide / scene.width) {
            Ok(()) => format!("{}. {}.", scene.title, scene.description),
            Err(error) => error.to_string(),
        }
    });
    slides.told[at].try_set(Some(told));
}

/// Puts a slide on the clipboard and says so.
fn copy(slides: Slides, kind: SlideKind) {
    let picture = future_to_promise(async move {
        fonts::load().await;
        let scene = slides.scene(kind).and_then(Result::ok).ok_or(JsValue::NULL)?;
        canvas::png(&scene).await.map(JsValue::from).map_err(|_| JsValue::NULL)
    });
    spawn_local(async move {
        let text = match clipboard::copy_picture(picture).await {
            true => format!("{} copied", kind.label()),
            false => NOT_COPIED.to_owned(),
        };
        slides.say(text);
    });
}

/// The button that saves all, and how far it is.
fn zip_line(slides: Slides) -> AnyView {
    let making = RwSignal::new(None::<usize>);
    let file_name = format!("{}_slides.zip", file_stem(today()));
    let save = {
        let file_name = file_name.clone();
        move |_| {
            if making.get_untracked().is_none() {
                making.set(Some(0));
                let file_name = file_name.clone();
                spawn_local(async move {
                    let text = zip(slides, &file_name, making).await;
                    making.try_set(None);
                    slides.say(text);
                });
            }
        }
    };
    let progress = move || making.get().map(|at| format!("Drawing {} of {COUNT}…", at + 1));
    view! {
        <div class="export-actions slides-zip">
            <button
                type="button"
                class="button button-primary"
                data-action="export-slides"
                aria-disabled=move || making.with(Option::is_some).then_some("true")
                on:click=save
            >
                "All as ZIP"
            </button>
            <code>{file_name}</code>
            <span class="muted" role="status">{progress}</span>
        </div>
    }
    .into_any()
}

/// Draws all slides that there are; what became of it, in a sentence.
async fn zip(slides: Slides, file_name: &str, making: RwSignal<Option<usize>>) -> String {
    fonts::load().await;
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for (at, kind) in SlideKind::ALL.into_iter().enumerate() {
        making.try_set(Some(at));
        next_task().await;
        let Some(made) = slides.scene(kind) else { return "Not saved: still counting".to_owned() };
        let bytes = match made {
            Ok(scene) => png_bytes(&scene).await,
            Err(why) => Err(why.to_string()),
        };
        match bytes {
            Ok(bytes) => files.push((format!("{}.png", kind.file_stem()), bytes)),
            Err(why) => left_out.push(format!("without {}: {why}", kind.as_str())),
        }
    }
    if files.is_empty() {
        return format!("Not saved: {}", left_out.join("; "));
    }
    let saved = [format!("Saved {file_name}")];
    match rules_zip::write(files) {
        Ok(bytes) => {
            download::save(file_name, "application/zip", &bytes);
            saved.into_iter().chain(left_out).collect::<Vec<_>>().join("; ")
        }
        Err(error) => format!("Not saved: {error}"),
    }
}

async fn png_bytes(scene: &Scene) -> Result<Vec<u8>, String> {
    let blob = canvas::png(scene).await.map_err(|error| error.to_string())?;
    let buffer = JsFuture::from(blob.array_buffer()).await;
    let buffer: ArrayBuffer =
        buffer.map_err(|_| "the browser gave no picture".to_owned())?.unchecked_into();
    Ok(Uint8Array::new(&buffer).to_vec())
}
