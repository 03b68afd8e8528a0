//! The menu of the gradient: its colours, its bounds, and some to take as they are.

use super::{Field, Push, Refusals, colour_field, of_layer, shown, sign_button};
use crate::heatmap::{GradientShades, Palette, PaletteName, Theme};
use crate::layer::{EditError, Gradient, LayerEdit, NAVIGATOR_GRADIENTS, typed_number};
use crate::web::selecting::change_layer;
use crate::web::state::AppState;
use crate::web::view::popover::Popover;
use leptos::html::Input;
use leptos::prelude::*;

/// Colours that a gradient is shown in.
const STEPS: u32 = 24;
const COLOURS: &str = "Colours";
const BOUNDS: &str = "Bounds";

/// The gradient of the shown layer and the way to change it.
#[derive(Clone, Copy)]
struct Editor {
    state: AppState,
    gradient: Memo<Gradient>,
    refusals: Refusals,
}

impl Editor {
    /// One step of the history; false if it was refused.
    fn change(&self, part: &'static str, change: impl FnOnce(&mut Gradient)) -> bool {
        let mut gradient = self.gradient.get_untracked();
        change(&mut gradient);
        let edit = LayerEdit::Gradient {
            colours: gradient.colors,
            min: gradient.min_value,
            max: gradient.max_value,
        };
        let done = || "Gradient changed".to_owned();
        let outcome: Result<(), EditError> =
            change_layer(self.state, &done, &|layer| layer.with(&edit));
        self.refusals.heard(part, outcome)
    }
}

/// A gradient in steps.
pub(super) fn bar(gradient: &Gradient) -> AnyView {
    let value = |number: &serde_json::Number| number.as_f64().unwrap_or_default();
    let (min, max) = (value(&gradient.min_value), value(&gradient.max_value));
    let shades = GradientShades::new(gradient);
    let step = |at: u32| {
        let colour = shades.colour(min + (max - min) * f64::from(at) / f64::from(STEPS - 1));
        view! { <i style:background-color=colour.to_string()></i> }
    };
    view! { <span class="gradient-bar" aria-hidden="true">{(0..STEPS).map(step).collect_view()}</span> }
        .into_any()
}

/// Those of the Navigator, and two of ours.
fn presets() -> Vec<(&'static str, Vec<String>)> {
    let ours = [
        ("Blue, safe for the colour-blind", PaletteName::Blue),
        ("Blue – yellow – black", PaletteName::BlueYellowBlack),
    ];
    let ours = ours.map(|(name, palette)| {
        let stops =
            Palette::new(palette, Theme::Light).stops().iter().map(ToString::to_string).collect();
        (name, stops)
    });
    let theirs = NAVIGATOR_GRADIENTS
        .map(|(name, colours)| (name, colours.iter().map(|colour| (*colour).to_owned()).collect()));
    theirs.into_iter().chain(ours).collect()
}

pub(super) fn menu() -> AnyView {
    let state = AppState::get();
    let gradient = of_layer(|layer| layer.gradient.clone());
    let editor = Editor { state, gradient, refusals: Refusals::new() };
    let is_open = RwSignal::new(false);
    let inner = move || {
        is_open.get().then(|| view! {
            <div class="edit-row">
                <span class="tabular">{move || gradient.with(|gradient| gradient.min_value.to_string())}</span>
                {move || gradient.with(bar)}
                <span class="tabular">{move || gradient.with(|gradient| gradient.max_value.to_string())}</span>
            </div>
            {bounds(editor)}
            {stops(editor)}
            {ready_made(editor)}
        })
    };
    view! {
        <Popover
            id="layer-gradient"
            title="Gradient"
            button="Gradient".into_any()
            on_toggle=Callback::new(move |open| is_open.set(open))
        >
            {inner}
        </Popover>
    }
    .into_any()
}

/// The scores of the first and the last colour.
fn bounds(editor: Editor) -> AnyView {
    let gradient = editor.gradient;
    let fields: [NodeRef<Input>; 2] = [NodeRef::new(), NodeRef::new()];
    // Both at once: who moves the lower above the upper means to move that, too.
    let change = move || {
        let text = |side: usize| {
            fields[side].get_untracked().map(|field| field.value()).unwrap_or_default()
        };
        let (min, max) = (text(0), text(1));
        match (typed_number(&min), typed_number(&max)) {
            (Some(min), Some(max)) => {
                editor.change(BOUNDS, |gradient| {
                    (gradient.min_value, gradient.max_value) = (min, max)
                });
            }
            (None, _) => editor.refusals.refuse(BOUNDS, format!("“{min}” is no number")),
            (_, None) => editor.refusals.refuse(BOUNDS, format!("“{max}” is no number")),
        }
    };
    let field = |side: usize, label: &'static str| {
        let value = shown(move || {
            gradient.with(|gradient| [&gradient.min_value, &gradient.max_value][side].to_string())
        });
        let field = Field { node: fields[side], ..Field::new(value, move |_| change()) };
        view! { <label class="edit-field"><span>{label}</span>{field.number().view()}</label> }
    };
    let fit = move || {
        let bounds =
            editor.state.shown_layer.with_untracked(|shown| shown.as_ref()?.matrix.score_bounds());
        match bounds {
            Some((min, max)) => {
                editor.change(BOUNDS, |gradient| {
                    (gradient.min_value, gradient.max_value) = (min, max)
                });
            }
            None => editor.refusals.refuse(BOUNDS, "there are no scores".to_owned()),
        }
    };
    view! {
        <div class="edit-row">
            {field(0, "From")}
            {field(1, "to")}
            {Push::text("fit-gradient", "Fit to scores", fit).view()}
        </div>
        {editor.refusals.line(BOUNDS)}
    }
    .into_any()
}

fn stops(editor: Editor) -> AnyView {
    let gradient = editor.gradient;
    let number = Memo::new(move |_| gradient.with(|gradient| gradient.colors.len()));
    let stop = move |at: usize| {
        let colour = shown(move || {
            gradient.with(|gradient| gradient.colors.get(at).cloned().unwrap_or_default())
        });
        let set = move |colour: String| {
            editor.change(COLOURS, |gradient| {
                if let Some(stop) = gradient.colors.get_mut(at) {
                    *stop = colour;
                }
            });
        };
        let swap = move |from: usize| {
            editor.change(COLOURS, |gradient| {
                if from + 1 < gradient.colors.len() {
                    gradient.colors.swap(from, from + 1);
                }
            });
        };
        let remove = move || {
            editor.change(COLOURS, |gradient| {
                if at < gradient.colors.len() {
                    gradient.colors.remove(at);
                }
            });
        };
        let label = |what: &str| format!("{what} colour {}", at + 1);
        view! {
            <li>
                {colour_field(format!("Colour {}", at + 1).into(), colour, set)}
                <code>{move || colour.get()}</code>
                {sign_button("up", label("Lower"), (at == 0).into(), move || swap(at.saturating_sub(1)))}
                {sign_button("down", label("Raise"), shown(move || at + 1 >= number.get()), move || swap(at))}
                {sign_button("cross", label("Remove"), shown(move || number.get() <= 2), remove)}
            </li>
        }
    };
    view! {
        <fieldset class="plain-fieldset">
            <legend>"Colours, from low to high"</legend>
            <ol class="stop-list">
                <For each=move || 0..number.get() key=|at| *at let(at)>{stop(at)}</For>
            </ol>
            {Push::text("add-stop", "Add a colour", move || {
                editor.change(COLOURS, |gradient| gradient.colors.extend(gradient.colors.last().cloned()));
            })
            .view()}
            {editor.refusals.line(COLOURS)}
        </fieldset>
    }
    .into_any()
}

fn ready_made(editor: Editor) -> AnyView {
    let preset = move |(at, (name, colours)): (usize, (&'static str, Vec<String>))| {
        let face = Gradient { colors: colours.clone(), ..Gradient::default() };
        let text = view! { {bar(&face)}{name} }.into_any();
        let is_it = {
            let colours = colours.clone();
            shown(move || editor.gradient.with(|gradient| gradient.colors == colours))
        };
        Push {
            class: "button button-quiet",
            action: format!("preset-{at}"),
            pressed: Some(is_it),
            ..Push::new(text, move || {
                editor.change(COLOURS, |gradient| gradient.colors.clone_from(&colours));
            })
        }
        .view()
    };
    view! {
        <div class="presets" role="group" aria-label="Ready-made">
            {presets().into_iter().enumerate().map(preset).collect_view()}
        </div>
    }
    .into_any()
}
