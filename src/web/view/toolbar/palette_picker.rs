//! The palette: four built in, and stops of one's own.

use crate::heatmap::{Palette, PaletteName, Rgb, most_mistaken};
use crate::web::state::AppState;
use crate::web::view::popover::Popover;
use leptos::prelude::*;

/// A gradient with more stops is a matter for a file, not for a row of inputs.
const MOST_STOPS: usize = 9;

/// The names on the button; the long ones stand in the menu.
fn short_name(name: PaletteName) -> &'static str {
    match name {
        PaletteName::Blue => "Blue",
        PaletteName::RedYellowGreen => "RYG",
        PaletteName::GreenYellowRed => "GYR",
        PaletteName::BlueYellowBlack => "BYK",
        PaletteName::Custom => "Custom",
    }
}

/// The button and its choices.
pub(super) fn palette_menu() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let shown = Memo::new(move |_| {
        let theme = state.theme.get();
        settings.with(|settings| settings.palette_in(theme))
    });
    let name = Memo::new(move |_| shown.with(Palette::name));
    let button = view! {
        <span class="toolbar-label">"Palette"</span>
        {move || short_name(name.get())}
        {move || swatches(&shown.get())}
    };
    let choices = PaletteName::BUILT_IN.into_iter().chain([PaletteName::Custom]);
    view! {
        <Popover id="palettes" title="Palette" button=button.into_any()>
            <h3>"Palette"</h3>
            <p class="muted">"From score 0 to 100. Blue and blue – yellow – black are safe for colour-blind readers."</p>
            <ul class="choices" role="radiogroup" aria-label="Palette">
                {choices.map(|choice| option(choice, name)).collect_view()}
            </ul>
            {move || (name.get() == PaletteName::Custom).then(stops)}
            {patterns()}
        </Popover>
    }
    .into_any()
}

fn option(choice: PaletteName, now: Memo<PaletteName>) -> impl IntoView {
    let state = AppState::get();
    // Of one's own: what is shown now, to begin with.
    let palette = Memo::new(move |_| {
        let theme = state.theme.get();
        match choice {
            PaletteName::Custom => state.settings().with(|settings| settings.palette_in(theme)),
            name => Palette::new(name, theme),
        }
    });
    view! {
        <li role="none">
            <label class="check">
                <input
                    type="radio"
                    name="palette"
                    prop:checked=move || now.get() == choice
                    on:change=move |_| {
                        let theme = state.theme.get_untracked();
                        state.choose(|settings| {
                            let is_patterned = settings.palette.is_patterned();
                            let palette = match choice {
                                PaletteName::Custom => custom(settings.palette_in(theme).stops().to_vec()),
                                name => Palette::new(name, theme),
                            };
                            settings.palette = palette.with_patterns(is_patterned);
                        });
                    }
                />
                <span>{choice.name()}</span>
                {move || swatches(&palette.get())}
            </label>
        </li>
    }
}

/// Stops as a palette; the default where they are too few, which the buttons do not allow.
fn custom(stops: Vec<Rgb>) -> Palette {
    Palette::custom(stops).unwrap_or_default()
}

fn swatches(palette: &Palette) -> impl IntoView + use<> {
    let stops = palette
        .stops()
        .iter()
        .take(MOST_STOPS)
        .map(|stop| view! { <i style:background-color=stop.to_string()></i> })
        .collect_view();
    view! { <span class="swatches" aria-hidden="true">{stops}</span> }
}

/// Steps as patterns, beside any colours.
fn patterns() -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    view! {
        <label class="check patterns-switch">
            <input
                type="checkbox"
                data-input="patterns"
                prop:checked=move || settings.with(|settings| settings.palette.is_patterned())
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    state.choose(|settings| settings.palette = settings.palette.clone().with_patterns(on));
                }
            />
            <span>"Patterns as well: dots and lines, denser from fifth to fifth"</span>
        </label>
    }
}

/// The inputs for stops of one's own.
fn stops() -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    let colours = Memo::new(move |_| settings.with(|settings| settings.palette.stops().to_vec()));
    let number = Memo::new(move |_| colours.with(Vec::len));
    let change = move |edit: &dyn Fn(&mut Vec<Rgb>)| {
        state.choose(|settings| {
            let mut stops = settings.palette.stops().to_vec();
            edit(&mut stops);
            settings.palette = custom(stops).with_patterns(settings.palette.is_patterned());
        });
    };
    // One's own colours are nobody's to refuse, but it is said who cannot tell them apart.
    let warning = move || {
        let mistaken = colours.with(|colours| most_mistaken(colours))?;
        let (first, second) = mistaken.places;
        Some(format!(
            "Colours {} and {} look much the same for {}. Change one of them, or show patterns as well.",
            first + 1,
            second + 1,
            mistaken.sight.of_whom()
        ))
    };
    let inputs = move || {
        let input = |at: usize| {
            let value = move || {
                colours.with(|colours| colours.get(at).map(ToString::to_string).unwrap_or_default())
            };
            view! {
                <input
                    type="color"
                    aria-label=format!("Colour {}", at + 1)
                    prop:value=value
                    on:change=move |event| {
                        if let Ok(colour) = event_target_value(&event).parse::<Rgb>() {
                            change(&|stops| {
                                if let Some(stop) = stops.get_mut(at) {
                                    *stop = colour;
                                }
                            });
                        }
                    }
                />
            }
        };
        (0..number.get()).map(input).collect_view()
    };
    view! {
        <div class="stops" role="group" aria-label="Colours from score 0 to 100">
            {inputs}
            <button
                type="button"
                class="button button-icon"
                aria-label="Add a colour"
                title="Add a colour"
                disabled=move || number.get() >= MOST_STOPS
                on:click=move |_| change(&|stops| stops.extend(stops.last().copied()))
            >
                "+"
            </button>
            <button
                type="button"
                class="button button-icon"
                aria-label="Remove the last colour"
                title="Remove the last colour"
                disabled=move || number.get() <= 2
                on:click=move |_| {
                    change(&|stops| {
                        stops.pop();
                    });
                }
            >
                "−"
            </button>
        </div>
        <p class="stops-warning" role="status">{warning}</p>
    }
}
