//! The page as a whole: mounts it, wires the document's events, lays out its parts.

use super::address::View;
use super::catalogues;
use super::offline::Offline;
use super::requests::Requests;
use super::settings::ThemeChoice;
use super::state::{AppState, Toast};
use super::view::empty::Empty;
use super::view::header::Header;
use super::view::later::Later;
use super::view::privacy::Notices;
use super::view::progress::ProgressBar;
use super::view::requests::newer_strip;
use super::view::toast::ToastLine;
use super::view::window::MainScroll;
use crate::gaps::Shelf;
use crate::heatmap::Theme;
use crate::web::arrivals;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement};

/// Shows the page in the document's body.
pub fn mount() {
    // The static text that stands there until the page runs.
    let waiting = document().query_selector("body > [data-start]").ok().flatten();
    if let Some(waiting) = waiting {
        waiting.remove();
    }
    leptos::mount::mount_to_body(App);
}

/// Whether the page is as it is before anything was dropped; in the page's context.
#[derive(Clone, Copy)]
pub struct Blank(pub Memo<bool>);

#[component]
fn App() -> impl IntoView {
    let state = AppState::new();
    provide_context(state);
    let (requests, offline) = (Requests::counting(), Offline::default());
    provide_context(requests);
    provide_context(offline);
    let scroll = MainScroll::default();
    provide_context(scroll);
    let later = Later::new(state);
    provide_context(later);
    let blank = Memo::new(move |_| {
        let place = state.address.get();
        place.view == View::Matrix
            && !place.is_open()
            && state.progress.with(Option::is_none)
            && state.is_empty()
            && !later.is_missed()
    });
    provide_context(Blank(blank));
    follow_theme(state);
    tell_keys_from_pointer();
    let dragging = listen_to_files(state);
    catalogues::load(state, requests, offline, later);
    view! {
        <a class="skip button" href="#main" on:click=skip_to_main>"Skip to content"</a>
        <div class="app">
            <Header />
            {newer_strip()}
            {later.show(|parts| parts.strips)}
            {move || (!blank.get()).then(|| later.show(|parts| parts.above))}
            {later.show(|parts| parts.workspace_bar)}
            <div class="body">
                <main
                    id="main"
                    class="main"
                    tabindex="-1"
                    on:scroll=move |event| {
                        let main = event.target().and_then(|main| main.dyn_into::<Element>().ok());
                        scroll.0.set(main.map_or(0, |main| main.scroll_top()));
                    }
                >
                    {move || match blank.get() {
                        true => view! { <Empty /> }.into_any(),
                        false => later.show_view(|parts| parts.view),
                    }}
                </main>
                {later.show(|parts| parts.drawer)}
            </div>
            {later.show(|parts| parts.edit_bar)}
            <Notices />
        </div>
        <div class="drop-target" hidden=move || !dragging.get()>
            <p>"Drop anywhere to add"</p>
        </div>
        <ProgressBar />
        <ToastLine />
        {later.show(|parts| parts.dialogs)}
    }
}

/// The hash is the address, so the link must not change it.
fn skip_to_main(event: ev::MouseEvent) {
    event.prevent_default();
    if let Some(main) = by_id::<HtmlElement>("main") {
        // Fails only for elements that cannot have the focus.
        let _ = main.focus();
    }
}

/// Keeps `data-theme` of the document in step with the choice and the system.
fn follow_theme(state: AppState) {
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        state.system_dark.set(query.matches());
        let asked = query.clone();
        let changed = Closure::<dyn Fn()>::new(move || state.system_dark.set(asked.matches()));
        // Lives as long as the page.
        let _ = query.add_event_listener_with_callback(
            "change",
            changed.into_js_value().unchecked_ref::<js_sys::Function>(),
        );
    }
    Effect::new(move |_| {
        let theme = match state.theme.get() {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", theme);
        }
    });
}

/// The next choice of a button that goes round.
pub fn next_theme(choice: ThemeChoice) -> ThemeChoice {
    match choice {
        ThemeChoice::System => ThemeChoice::Light,
        ThemeChoice::Light => ThemeChoice::Dark,
        ThemeChoice::Dark => ThemeChoice::System,
    }
}

/// Scrolls what one looks at to its top.
pub(super) fn scroll_to_top() {
    if let Some(main) = by_id::<HtmlElement>("main") {
        main.set_scroll_top(0);
    }
}

/// The whole page takes files, at any time. The signal says whether some hover over it.
fn listen_to_files(state: AppState) -> ReadSignal<bool> {
    let (dragging, set_dragging) = signal(false);
    let over = move |event: ev::DragEvent| {
        if event
            .data_transfer()
            .is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
        {
            // Without this the browser would open the file instead.
            event.prevent_default();
            if !dragging.get_untracked() {
                set_dragging.set(true);
            }
        }
    };
    window_event_listener(ev::dragenter, over);
    window_event_listener(ev::dragover, over);
    window_event_listener(ev::dragleave, move |event| {
        // Leaving one element for another still is over the page.
        if event.related_target().is_none() {
            set_dragging.set(false);
        }
    });
    // While something is dragged there are no such events; a browser may end that without a word.
    window_event_listener(ev::pointermove, move |_| {
        if dragging.get_untracked() {
            set_dragging.set(false);
        }
    });
    window_event_listener(ev::drop, move |event| {
        set_dragging.set(false);
        // A place that knows what a file is for has it.
        if !event.default_prevented()
            && let Some(transfer) = event.data_transfer()
            && transfer.types().includes(&"Files".into(), 0)
        {
            event.prevent_default();
            arrivals::take_data_transfer(state, shelf_below(&event), &transfer);
        }
    });
    // What takes a drop for itself is above the sign that all of the page does.
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            // Fails only for a name that is none.
            let _ = root.toggle_attribute_with_force("data-dragging", dragging.get());
        }
    });
    window_event_listener(ev::paste, move |event| {
        let event: &Event = event.unchecked_ref();
        if is_typing(event) {
            return;
        }
        let event: &web_sys::ClipboardEvent = event.unchecked_ref();
        if let Some(transfer) = event.clipboard_data()
            && arrivals::take_paste(state, &transfer)
        {
            event.prevent_default();
        }
    });
    dragging
}

/// What is dropped here becomes rules, but for one place.
fn shelf_below(event: &Event) -> Shelf {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_library = |target: Element| matches!(target.closest("[data-drop=library]"), Ok(Some(_)));
    if target.is_some_and(is_library) { Shelf::Library } else { Shelf::Own }
}

/// Says in `data-input` of the document whether the keyboard is in use: focus that moves by
/// itself shows a ring only then. (Browsers ring it as well where nothing was used before.)
fn tell_keys_from_pointer() {
    let tell = |keys: bool| {
        if let Some(root) = document().document_element() {
            let _ = match keys {
                true => root.set_attribute("data-input", "keys"),
                false => root.remove_attribute("data-input"),
            };
        }
    };
    window_event_listener(ev::keydown, move |event| {
        // A shortcut of the browser, or a modifier alone, goes nowhere in the page.
        let is_command = event.ctrl_key() || event.meta_key() || event.alt_key();
        if !is_command && event.key() != "Shift" {
            tell(true);
        }
    });
    window_event_listener(ev::pointerdown, move |_| tell(false));
}

/// Takes back the last change and says so.
pub fn undo(state: AppState) {
    let text = if state.undo() { "Undone" } else { "Nothing to undo" };
    state.toast.set(Some(Toast { text: text.to_owned(), undo: false }));
}

/// Does again what was taken back, and says so.
pub fn redo(state: AppState) {
    let text = if state.redo() { "Done again" } else { "Nothing to redo" };
    state.toast.set(Some(Toast { text: text.to_owned(), undo: false }));
}

/// Whether the event goes to something one types into.
pub(super) fn is_typing(event: &Event) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    target
        .closest(
            "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], \
             [type=range], [type=file], [type=button])",
        )
        .is_ok_and(|found| found.is_some())
}

/// An element of the document by its id, if it is there and of that kind.
pub(super) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
