//! How a layer is shown: every choice here is one of the file's.

use crate::layer::Layer;
use crate::web::settings::Settings;
use crate::web::state::AppState;
use crate::web::view::export_menu::ExportMenu;
use crate::web::view::popover::Popover;
use leptos::prelude::*;

/// The toolbar of a layer.
#[component]
pub fn LayerToolbar() -> impl IntoView {
    view! {
        <section class="toolbar" aria-label="How the layer is shown">
            <div class="toolbar-group" role="group" aria-label="Layout">
                <span class="toolbar-label" aria-hidden="true">"Layout"</span>
                {layout("side", "Side", "Sub-techniques beside their technique")}
                {layout("flat", "Flat", "Sub-techniques below their technique")}
                {layout("mini", "Mini", "Small squares without text: the whole matrix on one screen")}
            </div>
            <div class="toolbar-group" role="group" aria-label="Sub-techniques">
                <span class="toolbar-label" aria-hidden="true">"Sub-techniques"</span>
                {folding("all", "expand-all", "All", "Show all sub-techniques")}
                {folding("annotated", "expand-annotated", "Annotated", "Show the sub-techniques of techniques of which one is annotated")}
                {folding("none", "collapse-all", "None", "Hide all sub-techniques the layer does not unfold")}
            </div>
            {sorting()}
            {aggregates()}
            {platforms()}
            <Popover id="layer-cells" title="What cells show" button="Cells".into_any()>
                {check("IDs", |layer| layer.layout.show_id, |layer, on| {
                    layer.layout.show_id = on;
                    leave_mini(layer, on);
                })}
                {check("Names", |layer| layer.layout.show_name, |layer, on| {
                    layer.layout.show_name = on;
                    leave_mini(layer, on);
                })}
                {scores()}
                {check("Hide disabled cells", |layer| layer.hide_disabled, |layer, on| layer.hide_disabled = on)}
            </Popover>
            <ExportMenu />
        </section>
    }
}

/// In the smallest layout there is no text; who asks for text leaves it, as in the Navigator.
fn leave_mini(layer: &mut Layer, on: bool) {
    if on && layer.layout.layout == "mini" {
        layer.layout.layout = "side";
    }
}

/// Something of the shown layer.
fn of_layer<T: Default + 'static>(read: impl Fn(&Layer) -> T + 'static) -> impl Fn() -> T {
    let tabs = AppState::get().tabs();
    move || tabs.with(|tabs| tabs.active().map(|open| read(&open.layer)).unwrap_or_default())
}

fn layout(name: &'static str, text: &'static str, title: &'static str) -> impl IntoView {
    let state = AppState::get();
    let current = of_layer(|layer| layer.layout.layout);
    view! {
        <button
            type="button"
            class="button button-quiet"
            data-layout-choice=name
            title=title
            aria-pressed=move || (current() == name).to_string()
            on:click=move |_| state.edit_layer(|layer| {
                let layout = &mut layer.layout;
                if name == "mini" {
                    (layout.show_id, layout.show_name) = (false, false);
                } else if layout.layout == "mini" {
                    layout.show_name = true;
                }
                layout.layout = name;
            })
        >
            {text}
        </button>
    }
}

fn folding(
    mode: &'static str,
    action: &'static str,
    text: &'static str,
    title: &'static str,
) -> impl IntoView {
    let state = AppState::get();
    let current = of_layer(|layer| layer.layout.expanded_subtechniques);
    view! {
        <button
            type="button"
            class="button button-quiet"
            data-action=action
            title=title
            aria-pressed=move || (current() == mode).to_string()
            on:click=move |_| {
                state.forget_folds();
                state.edit_layer(|layer| layer.layout.expanded_subtechniques = mode);
            }
        >
            {text}
        </button>
    }
}

fn check(
    text: &'static str,
    read: fn(&Layer) -> bool,
    write: fn(&mut Layer, bool),
) -> impl IntoView {
    let state = AppState::get();
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=of_layer(read)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    state.edit_layer(|layer| write(layer, on));
                }
            />
            {text}
        </label>
    }
}

/// Printing scores is the page's, not the layer's: the format knows nothing of it.
fn scores() -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || settings.with(|settings: &Settings| settings.show_scores)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    state.adjust(|settings| settings.show_scores = on);
                }
            />
            "Scores"
        </label>
    }
}

fn sorting() -> impl IntoView {
    let state = AppState::get();
    let current = of_layer(|layer| layer.sorting);
    const ORDERS: [&str; 4] =
        ["By name", "By name, descending", "By score", "By score, descending"];
    let option = move |(at, name): (u8, &'static str)| {
        let current = of_layer(|layer| layer.sorting);
        view! { <option value=at.to_string() prop:selected=move || current() == at>{name}</option> }
    };
    view! {
        <label class="toolbar-group">
            <span class="visually-hidden">"Order"</span>
            <select
                class="field"
                data-choice="sorting"
                prop:value=move || current().to_string()
                on:change=move |event| {
                    let order = event_target_value(&event).parse().unwrap_or(0);
                    state.edit_layer(|layer| layer.sorting = order);
                }
            >
                {(0..).zip(ORDERS).map(option).collect_view()}
            </select>
        </label>
    }
}

fn aggregates() -> impl IntoView {
    let state = AppState::get();
    let function = move |name: &'static str, text: &'static str| {
        let current = of_layer(|layer| layer.layout.aggregate_function);
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="aggregate-function"
                    value=name
                    prop:checked=move || current() == name
                    on:change=move |_| state.edit_layer(|layer| {
                        layer.layout.aggregate_function = name;
                        layer.layout.count_unscored &= name == "average";
                    })
                />
                {text}
            </label>
        }
    };
    view! {
        <Popover id="aggregates" title="Aggregate scores" button="Aggregate".into_any()>
            {check("Techniques show a score made of their own and their sub-techniques’",
                |layer| layer.layout.show_aggregate_scores,
                |layer, on| layer.layout.show_aggregate_scores = on)}
            <fieldset class="plain-fieldset">
                <legend>"How"</legend>
                {function("average", "Average of the scores there are")}
                {function("min", "Lowest")}
                {function("max", "Highest")}
                {function("sum", "Sum")}
            </fieldset>
            {check("An average counts those without a score as 0",
                |layer| layer.layout.count_unscored,
                |layer, on| {
                    layer.layout.count_unscored = on && layer.layout.aggregate_function == "average";
                })}
            <p class="muted">"A technique without a score of its own stays out of lowest and highest, as in MITRE’s Python library; the Navigator takes it as 0."</p>
        </Popover>
    }
}

/// The layer's filter: techniques of any of these platforms are shown.
fn platforms() -> impl IntoView {
    let state = AppState::get();
    let chosen = of_layer(|layer| {
        layer.filters.as_ref().map(|filters| filters.platforms.clone()).unwrap_or_default()
    });
    let chosen = Memo::new(move |_| chosen());
    let label = move || match chosen.with(Vec::len) {
        0 => "Platforms".to_owned(),
        number => format!("Platforms ({number})"),
    };
    // Those of the release, and what else the layer names.
    let all = Memo::new(move |_| {
        let mut all = state.shown_catalogue().map(|c| c.platforms.clone()).unwrap_or_default();
        for name in chosen.get() {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    });
    let choice = move |name: String| {
        let (is_on, key) = (name.clone(), name.clone());
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&is_on))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        state.edit_layer(|layer| set_platform(layer, &key, on));
                    }
                />
                <bdi>{name}</bdi>
            </label>
        }
    };
    view! {
        <Popover id="layer-platforms" title="Platforms" button=view! { {label} }.into_any()>
            <p class="muted">"Techniques of any of these are shown; of all if none is chosen."</p>
            {move || all.get().into_iter().map(choice).collect_view()}
        </Popover>
    }
}

fn set_platform(layer: &mut Layer, name: &str, on: bool) {
    let filters = layer.filters.get_or_insert_with(|| crate::layer::Filters {
        platforms: Vec::new(),
        extra: crate::layer::Extra::new(),
    });
    filters.platforms.retain(|other| other != name);
    if on {
        filters.platforms.push(name.to_owned());
    }
    if filters.platforms.is_empty() && filters.extra.is_empty() {
        layer.filters = None;
    }
}
