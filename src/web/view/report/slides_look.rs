//! How slides look: one's own words, logo, size and colours.

use crate::heatmap::Theme;
use crate::heatmap::slide::{SlideOptions, SlideSize};
use crate::web::settings::Settings;
use crate::web::slides::SlideLogo;
use crate::web::state::AppState;
use crate::web::today::today;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlInputElement;

const SIZES: [SlideSize; 2] = [SlideSize::Wide1920, SlideSize::Wide3840];
const SIZE_NAMES: [&str; 2] = ["1920 × 1080", "3840 × 2160"];
const THEMES: [Option<Theme>; 3] = [None, Some(Theme::Light), Some(Theme::Dark)];
const THEME_NAMES: [&str; 3] = ["As the page", "Light", "Dark"];

/// As chosen; follows the choice.
pub(super) fn options(state: &AppState, logo: SlideLogo) -> SlideOptions {
    let page = state.theme.get();
    state.settings().with(|settings| {
        let theme = settings.slide_theme.unwrap_or(page);
        SlideOptions {
            theme,
            palette: settings.palette_in(theme),
            size: settings.slide_size,
            title: settings.slide_title.clone(),
            footer: settings.slide_footer.clone(),
            logo: logo.0.get(),
            date: today(),
        }
    })
}

pub(super) fn fields() -> AnyView {
    view! {
        <div class="slides-look">
            {words("Title", "slide-title", |settings| &mut settings.slide_title)}
            {words("Footer", "slide-footer", |settings| &mut settings.slide_footer)}
            {choice(
                "Size",
                "slide-size",
                &SIZE_NAMES,
                |settings| SIZES.iter().position(|size| *size == settings.slide_size),
                |settings, at| settings.slide_size = SIZES.get(at).copied().unwrap_or_default(),
            )}
            {choice(
                "Colours",
                "slide-theme",
                &THEME_NAMES,
                |settings| THEMES.iter().position(|theme| *theme == settings.slide_theme),
                |settings, at| settings.slide_theme = THEMES.get(at).copied().flatten(),
            )}
            {logo_line()}
        </div>
    }
    .into_any()
}

/// A line of one's own.
fn words(label: &'static str, name: &'static str, of: fn(&mut Settings) -> &mut String) -> AnyView {
    let state = AppState::get();
    let mut at_first = state.settings().get_untracked();
    let at_first = std::mem::take(of(&mut at_first));
    view! {
        <label class="export-field">
            <span>{label}</span>
            <input
                class="field"
                type="text"
                maxlength="120"
                placeholder="None"
                data-input=name
                value=at_first
                on:input=move |event| {
                    let text = event_target_value(&event);
                    state.adjust(|settings| *of(settings) = text.trim().to_owned());
                }
            />
        </label>
    }
    .into_any()
}

fn choice(
    label: &'static str,
    name: &'static str,
    names: &'static [&'static str],
    now: fn(&Settings) -> Option<usize>,
    choose: fn(&mut Settings, usize),
) -> AnyView {
    let state = AppState::get();
    let option = |(at, text): (usize, &'static &'static str)| {
        let is_chosen = move || state.settings().with(|settings| now(settings) == Some(at));
        view! { <option selected=is_chosen>{*text}</option> }.into_any()
    };
    let options: Vec<AnyView> = names.iter().enumerate().map(option).collect();
    let chosen = move |event| {
        let text = event_target_value(&event);
        if let Some(at) = names.iter().position(|name| *name == text) {
            state.adjust(|settings| choose(settings, at));
        }
    };
    view! {
        <label class="export-field">
            <span>{label}</span>
            <select class="field" data-input=name on:change=chosen>{options}</select>
        </label>
    }
    .into_any()
}

/// Choose, remove, and what was wrong with the last file.
fn logo_line() -> AnyView {
    let logo = SlideLogo::get();
    let refused = RwSignal::new(None::<String>);
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let input: HtmlInputElement = input;
        let file = input.files().and_then(|files| files.get(0));
        // So that the same file can be chosen again.
        input.set_value("");
        let Some(file) = file else { return };
        refused.set(None);
        spawn_local(async move {
            let why = logo.take(file).await.err();
            // The view may be gone by now.
            refused.try_set(why);
        });
    };
    let ask = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let said = move || {
        logo.0.with(|logo| match logo {
            Some(logo) => {
                let (width, height) = logo.size();
                format!("{width} × {height} pixels, kept for this visit")
            }
            None => "PNG or JPEG, up to 1 MB".to_owned(),
        })
    };
    view! {
        <div class="slides-logo">
            <span>"Logo"</span>
            <input
                type="file"
                hidden
                accept="image/png,image/jpeg"
                aria-label="Logo"
                data-input="slide-logo"
                node_ref=input
                on:change=chosen
            />
            <button type="button" class="button" data-action="choose-logo" on:click=ask>"Choose…"</button>
            <button
                type="button"
                class="button"
                data-action="remove-logo"
                hidden=move || logo.0.with(Option::is_none)
                on:click=move |_| {
                    refused.set(None);
                    logo.0.set(None);
                }
            >
                "Remove logo"
            </button>
            <span class="muted" role="status">{said}</span>
            {move || refused.get().map(|why| view! { <p class="is-error" role="alert"><bdi>{why}</bdi></p> })}
        </div>
    }
    .into_any()
}
