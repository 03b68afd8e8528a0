//! A tab for the rules and one for each layer.

use super::combine::combine_menu;
use crate::layer::layer_letter;
use crate::web::state::{AppState, Toast};
use crate::web::view::edit::start::{NewLayer, RulesAsLayer};
use crate::web::view::numbers::count;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The row of tabs; nothing while no layer is open.
#[component]
pub fn LayerTabs() -> impl IntoView {
    let state = AppState::get();
    let tabs = state.tabs();
    let any = Memo::new(move |_| tabs.with(|tabs| !tabs.open.is_empty()));
    let dragged = RwSignal::new(None::<u32>);
    let keys = Memo::new(move |_| {
        tabs.with(|tabs| tabs.open.iter().map(|open| open.key).collect::<Vec<_>>())
    });
    let active = Memo::new(move |_| tabs.with(|tabs| tabs.active().map(|open| open.key)));
    let row = move || {
        view! {
            <section class="layer-bar" aria-label="Rules and layers">
            <div class="layer-tabs" role="tablist" aria-label="Rules and layers">
                <button
                    type="button"
                    class="layer-tab"
                    role="tab"
                    data-layer-tab="rules"
                    aria-selected=move || active.get().is_none().to_string()
                    tabindex=move || if active.get().is_none() { "0" } else { "-1" }
                    on:click=move |_| show(state, None)
                    on:keydown=move |event| on_key(state, &event, None)
                >
                    "Rules "
                    <span class="count">{move || count(state.intake.with(|all| all.rules.len()))}</span>
                </button>
                <For each=move || keys.get() key=|key| *key let(key)>
                    {tab(state, active, dragged, key)}
                </For>
            </div>
            <NewLayer
                class="button button-quiet button-icon"
                text=view! { <span class="sign sign-plus" aria-hidden="true"></span><span class="visually-hidden">"New layer"</span> }.into_any()
            />
            <RulesAsLayer class="button button-quiet" />
            {combine_menu()}
            </section>
        }
    };
    view! { {move || any.get().then(row)} }
}

/// A layer without a name still needs something to click.
fn title(name: &str) -> String {
    if name.trim().is_empty() { "(no name)".to_owned() } else { name.to_owned() }
}

fn tab(
    state: AppState,
    active: Memo<Option<u32>>,
    dragged: RwSignal<Option<u32>>,
    key: u32,
) -> impl IntoView {
    let tabs = state.tabs();
    let is_active = move || active.get() == Some(key);
    let over = RwSignal::new(false);
    // Letter, name, and where it came from.
    let says = Memo::new(move |_| {
        tabs.with(|tabs| {
            let at = tabs.place(key)?;
            let open = tabs.open.get(at)?;
            let name = title(&open.layer.name);
            let hint = match open.path.as_str() {
                "" => name.clone(),
                path => format!("{name} ({path})"),
            };
            Some((layer_letter(at), name, hint))
        })
    });
    let part = move |part: fn(&(String, String, String)) -> String| {
        move || says.with(|says| says.as_ref().map(part).unwrap_or_default())
    };
    let close_label = part(|(_, name, _)| format!("Close {name}"));
    let drop = move |event: ev::DragEvent| {
        over.set(false);
        let Some(from) = dragged.get_untracked() else { return };
        event.prevent_default();
        // Or the page would take it as a file.
        event.stop_propagation();
        dragged.set(None);
        let to = state.tabs().with_untracked(|tabs| tabs.place(key));
        if let Some(to) = to.filter(|_| from != key) {
            state.edit_tabs(|tabs| tabs.move_to(from, to));
        }
    };
    view! {
        <span
            class="layer-tab-place"
            class:is-over=move || over.get()
            draggable="true"
            role="presentation"
            on:dragstart=move |_| dragged.set(Some(key))
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |event: ev::DragEvent| {
                if dragged.get_untracked().is_some() {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <button
                type="button"
                class="layer-tab"
                role="tab"
                data-layer-tab=key.to_string()
                title=part(|(_, _, hint)| hint.clone())
                aria-selected=move || is_active().to_string()
                tabindex=move || if is_active() { "0" } else { "-1" }
                on:click=move |_| show(state, Some(key))
                on:keydown=move |event| on_key(state, &event, Some(key))
                on:auxclick=move |event: ev::MouseEvent| {
                    if event.button() == 1 {
                        close(state, key);
                    }
                }
            >
                <span class="layer-letter" aria-hidden="true">{part(|(letter, _, _)| letter.clone())}</span>
                <bdi class="layer-tab-name">{part(|(_, name, _)| name.clone())}</bdi>
            </button>
            <button
                type="button"
                class="layer-tab-close"
                tabindex="-1"
                // A list of tabs has nothing but tabs; others press Delete, or “Close” below.
                aria-hidden="true"
                aria-label=close_label
                title=close_label
                on:click=move |_| close(state, key)
            >
                <span class="cross" aria-hidden="true"></span>
            </button>
        </span>
    }
}

/// Shows a layer, or the rules; what is not of layers gives way to the matrix.
pub(crate) fn show(state: AppState, key: Option<u32>) {
    use crate::web::address::{self, Address, View};
    state.turn_tabs(|tabs| tabs.active = key);
    let of_rules = [View::Table, View::Rules, View::Gaps, View::Report, View::Import];
    if key.is_some() && state.address.with_untracked(|at| of_rules.contains(&at.view)) {
        address::go(&Address::view(View::Matrix));
    }
}

/// Closes a tab; the toast can take that back.
pub(super) fn close(state: AppState, key: u32) {
    let name = state.tabs().with_untracked(|tabs| {
        tabs.place(key).and_then(|at| tabs.open.get(at)).map(|open| title(&open.layer.name))
    });
    let Some(name) = name else { return };
    state.edit_tabs(|tabs| tabs.close(key));
    state.toast.set(Some(Toast { text: format!("{name} closed"), undo: true }));
}

/// Arrows go from tab to tab, with Ctrl and Shift they move it; Delete closes, F2 renames.
fn on_key(state: AppState, event: &ev::KeyboardEvent, key: Option<u32>) {
    if event.alt_key() {
        return;
    }
    let tabs = state.tabs().get_untracked();
    // 0 is the rules' tab.
    let here = key.and_then(|key| tabs.place(key)).map_or(0, |at| at + 1);
    let moves = (event.ctrl_key() || event.meta_key()) && event.shift_key();
    let to = match event.key().as_str() {
        "ArrowLeft" => here.checked_sub(1),
        "ArrowRight" => Some(here + 1),
        "Home" => Some(0),
        "End" => Some(tabs.open.len()),
        "Delete" | "Backspace" => {
            if let Some(key) = key {
                event.prevent_default();
                close(state, key);
                focus_active();
            }
            return;
        }
        "F2" if key.is_some() => {
            event.prevent_default();
            if let Some(field) = crate::web::app::by_id::<web_sys::HtmlInputElement>("layer-name") {
                let _ = field.focus();
                field.select();
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    let Some(to) = to.filter(|to| *to <= tabs.open.len()) else { return };
    match (moves, key) {
        (true, Some(key)) if to > 0 => state.edit_tabs(|tabs| tabs.move_to(key, to - 1)),
        (true, _) => return,
        _ => {
            let key = to.checked_sub(1).and_then(|at| tabs.open.get(at)).map(|open| open.key);
            show(state, key);
            // At once: the next arrow may come before the next frame.
            let name = key.map_or_else(|| "rules".to_owned(), |key| key.to_string());
            focus_tab(&format!("[data-layer-tab=\"{name}\"]"));
            return;
        }
    }
    focus_active();
}

/// The focus follows the chosen tab, once it is drawn.
fn focus_active() {
    request_animation_frame(|| focus_tab("[data-layer-tab][aria-selected=true]"));
}

fn focus_tab(selector: &str) {
    if let Ok(Some(tab)) = document().query_selector(selector)
        && let Ok(tab) = tab.dyn_into::<HtmlElement>()
    {
        // Fails only for elements that cannot have the focus.
        let _ = tab.focus();
    }
}
