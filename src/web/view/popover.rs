//! A button and the panel it opens, on the browser's own popover: it closes on Esc and on a
//! click elsewhere, and gives the focus back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Kept free between a panel and the window's edge, in pixels.
const MARGIN: f64 = 8.0;

/// A button that opens a panel below it.
#[component]
pub fn Popover(
    /// The panel's id; unique in the page.
    id: &'static str,
    /// What the panel is for, for those who cannot see the button.
    title: &'static str,
    /// What the button shows.
    button: AnyView,
    /// Further classes of the button.
    #[prop(default = "")]
    class: &'static str,
    /// Called when the panel opens (true) and closes (false).
    #[prop(optional, into)]
    on_toggle: Option<Callback<bool>>,
    /// The panel.
    children: Children,
) -> impl IntoView {
    let anchor = NodeRef::<leptos::html::Button>::new();
    let place = move |event: web_sys::Event| {
        if let (Some(anchor), Some(panel)) = (
            anchor.get_untracked(),
            event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()),
        ) {
            place_below(&anchor, &panel);
        }
    };
    let tell = move |event: web_sys::Event| {
        let panel = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let Some(panel) = panel.filter(|panel| panel.id() == id) else { return };
        let is_open = panel.matches(":popover-open").unwrap_or(false);
        if is_open {
            keep_within(&panel);
        }
        if let Some(tell) = on_toggle {
            tell.run(is_open);
        }
    };
    view! {
        <button
            type="button"
            class=format!("button button-quiet {class}")
            popovertarget=id
            aria-haspopup="dialog"
            node_ref=anchor
        >
            {button}
            <span class="caret" aria-hidden="true"></span>
        </button>
        <div
            id=id
            popover="auto"
            class="panel"
            role="dialog"
            aria-label=title
            on:beforetoggle=place
            on:toggle=tell
        >
            {children()}
        </div>
    }
}

/// Puts a panel under its button, or above one that stands at the foot of the window, aligned with
/// the side nearer to the window's edge.
fn place_below(anchor: &HtmlElement, panel: &HtmlElement) {
    let Some((width, height)) = window_size() else { return };
    let rect = anchor.get_bounding_client_rect();
    let style = panel.style();
    let set = |property: &str, value: f64| {
        // Fails only for a read-only style.
        let _ = style.set_property(property, &format!("{}px", value.round()));
    };
    let top = rect.bottom() + 4.0;
    if rect.top() * 2.0 > height {
        let _ = style.set_property("--panel-top", "auto");
        set("--panel-bottom", height - rect.top() + 4.0);
        set("--panel-height", rect.top() - 4.0 - MARGIN);
    } else {
        let _ = style.set_property("--panel-bottom", "auto");
        set("--panel-top", top);
        set("--panel-height", (height - top - MARGIN).max(120.0));
    }
    if rect.left() + rect.right() < width {
        set("--panel-left", rect.left().max(MARGIN));
        let _ = style.set_property("--panel-right", "auto");
    } else {
        set("--panel-right", (width - rect.right()).max(MARGIN));
        let _ = style.set_property("--panel-left", "auto");
    }
}

/// Moves an open panel that leaves the window at a side: how wide it is only shows once it is open.
fn keep_within(panel: &HtmlElement) {
    let (Some((width, _)), rect) = (window_size(), panel.get_bounding_client_rect()) else {
        return;
    };
    if rect.left() < MARGIN || rect.right() > width - MARGIN {
        let left = (width - MARGIN - rect.width()).min(rect.left()).max(MARGIN);
        let style = panel.style();
        // Fails only for a read-only style.
        let _ = style.set_property("--panel-left", &format!("{}px", left.round()));
        let _ = style.set_property("--panel-right", "auto");
    }
}

/// Inner width and height of the window, in CSS pixels.
pub fn window_size() -> Option<(f64, f64)> {
    let window = web_sys::window()?;
    Some((window.inner_width().ok()?.as_f64()?, window.inner_height().ok()?.as_f64()?))
}
