//! The page as a whole: mounts it, wires the document's events, lays out its parts.

use super::address::{Address, View};
use super::changes::Changes;
use super::columns::ColumnChoice;
use super::detections::Detecting;
use super::doctor::Doctor;
use super::gaps::Gaps;
use super::hosted::Hosting;
use super::library::PageLibrary;
use super::next_task::next_task;
use super::offline::Offline;
use super::requests::Requests;
use super::selecting::Selecting;
use super::settings::ThemeChoice;
use super::slides::SlideLogo;
use super::state::{AppState, Toast};
use super::view::empty::Empty;
use super::view::header::Header;
use super::view::headline::Headline;
use super::view::help;
use super::view::later::Later;
use super::view::matrix::MatrixView;
use super::view::privacy::Notices;
use super::view::progress::ProgressBar;
use super::view::requests::newer_strip;
use super::view::tabs::Tabs;
use super::view::toast::ToastLine;
use super::view::window::MainScroll;
use super::view::{report, rules, table};
use super::workspace::PageWorkspace;
use super::{catalogues, intake};
use crate::gaps::Shelf;
use crate::heatmap::Theme;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

/// Shows the page in the document's body.
pub fn mount() {
    // The static text that stands there until the page runs.
    let waiting = document().query_selector("body > [data-start]").ok().flatten();
    if let Some(waiting) = waiting {
        waiting.remove();
    }
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let state = AppState::new();
    provide_context(state);
    let hosting = Hosting::new(state);
    provide_context(hosting);
    let (requests, offline) = (Requests::counting(), Offline::default());
    provide_context(requests);
    provide_context(offline);
    provide_context(Selecting::new(state));
    provide_context(rules::RuleTable::new(state));
    provide_context(Doctor::new(state));
    provide_context(table::TechniqueList::default());
    provide_context(Changes::new(state));
    provide_context(Gaps::new(state));
    provide_context(PageLibrary::new(state));
    provide_context(PageWorkspace::new(state));
    provide_context(Detecting::new(state));
    provide_context(ColumnChoice::new());
    provide_context(SlideLogo::default());
    let scroll = MainScroll::default();
    provide_context(scroll);
    let later = Later::new();
    provide_context(later);
    follow_theme(state);
    name_document(state, hosting);
    start_at_the_top(state);
    listen_to_keys(state);
    tell_keys_from_pointer();
    let dragging = listen_to_files(state);
    catalogues::load(state, hosting, requests, offline, later);

    let blank = Memo::new(move |_| {
        let place = state.address.get();
        place.view == View::Matrix
            && !place.is_open()
            && state.progress.with(Option::is_none)
            && state.is_empty()
    });
    let has_toolbar = follows(blank);
    let is_layer = Memo::new(move |_| state.tabs().with(|tabs| tabs.active().is_some()));
    let of_changes = Memo::new(move |_| state.address.with(|at| at.view == View::Changes));
    show_rules_where_asked(state);
    view! {
        <a class="skip button" href="#main" on:click=skip_to_main>"Skip to content"</a>
        <div class="app">
            <Header blank />
            {newer_strip()}
            {later.show(|parts| parts.strips)}
            {move || (!blank.get()).then(|| view! {
                {later.show(|parts| parts.layer_tabs)}
                {move || match is_layer.get() {
                    true => later.show_view(|parts| parts.layer_headline),
                    false => view! { <Headline /> }.into_any(),
                }}
                // What a layer looks like says nothing of what changed in it.
                {move || (!is_layer.get() || !of_changes.get()).then(|| view! {
                    <section class="toolbar-place" aria-label="What is shown">
                        {move || has_toolbar.get().then(|| match is_layer.get() {
                            true => later.show_view(|parts| parts.layer_toolbar),
                            false => later.show_view(|parts| parts.toolbar),
                        })}
                    </section>
                })}
                {later.show(|parts| parts.bars)}
                <Tabs />
            })}
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
                    {move || if blank.get() { view! { <Empty /> }.into_any() } else { view_of(state) }}
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

/// Tables of rules and gaps are of the rules: who goes to one leaves the layer that is shown.
fn show_rules_where_asked(state: AppState) {
    let view = Memo::new(move |_| state.address.with(|address| address.view));
    Effect::new(move |_| {
        let has_layer = state.tabs().with_untracked(|tabs| tabs.active().is_some());
        let of_rules = [View::Table, View::Rules, View::Gaps, View::Alerts, View::Report];
        if of_rules.contains(&view.get()) && has_layer {
            state.turn_tabs(|tabs| tabs.active = None);
        }
    });
}

/// Turns true a task after the page is no longer blank. The toolbar's menus are half of what a
/// first drop has to make, and nobody opens one in the same moment.
fn follows(blank: Memo<bool>) -> RwSignal<bool> {
    let there = RwSignal::new(false);
    Effect::new(move |_| {
        if blank.get() {
            there.set(false);
            return;
        }
        spawn_local(async move {
            next_task().await;
            there.set(!blank.get_untracked());
        });
    });
    there
}

fn view_of(state: AppState) -> AnyView {
    let later = Later::get();
    let view = Memo::new(move |_| state.address.with(|address| address.view));
    let show = move || match view.get() {
        View::Matrix => view! { <MatrixView /> }.into_any(),
        View::Table => later.show_view(|parts| parts.table),
        View::Tactics => later.show_view(|parts| parts.tactics),
        View::Gaps => later.show_view(|parts| parts.gaps),
        View::Changes => later.show_view(|parts| parts.changes),
        View::Rules => later.show_view(|parts| parts.rules),
        View::Alerts => later.show_view(|parts| parts.alerts),
        View::Report => later.show_view(|parts| parts.report),
        View::Import => later.show_view(|parts| parts.import),
    };
    view! {
        <h1 class="visually-hidden">{move || view.get().label()}</h1>
        {show}
    }
    .into_any()
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

fn name_document(state: AppState, hosting: Hosting) {
    Effect::new(move |_| {
        let page = match hosting.title() {
            Some(title) => format!("{title} · Coverlay"),
            None => "Coverlay".to_owned(),
        };
        let title = match state.selected() {
            Some((catalogue, index)) => {
                let technique = catalogue.technique(index);
                format!("{} {} · {page}", technique.id, technique.name)
            }
            None if state.address.with(|address| address.rule.is_some()) => {
                let place = state.address.with(|address| address.rule.clone());
                let title = place
                    .and_then(|place| state.rule_at(&place))
                    .map(|rule| format!("{} · {page}", rule.title));
                title.unwrap_or_else(|| format!("No such rule · {page}"))
            }
            None if state.address.with(Address::is_open) => {
                format!("No such technique · {page}")
            }
            None if state.is_empty() => page,
            None => format!("{} · {page}", state.address.with(|address| address.view.label())),
        };
        document().set_title(&title);
    });
}

/// Another view or filter begins at its top; opening a technique leaves everything as it is.
fn start_at_the_top(state: AppState) {
    let place = Memo::new(move |_| {
        state.address.with(|at| {
            // There, what is chosen opens where one stands.
            let stays = matches!(at.view, View::Tactics | View::Gaps | View::Alerts);
            let filters = if stays { Vec::new() } else { at.filters.clone() };
            // There, it is a place on the same page.
            let show = match at.view {
                View::Report => (at.show == report::SLIDES).to_string(),
                _ => at.show.clone(),
            };
            (at.view, show, filters)
        })
    });
    Effect::watch(move || place.get(), |_, _, _| scroll_to_top(), false);
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
    window_event_listener(ev::drop, move |event| {
        set_dragging.set(false);
        // A place that knows what a file is for has it.
        if !event.default_prevented()
            && let Some(transfer) = event.data_transfer()
            && transfer.types().includes(&"Files".into(), 0)
        {
            event.prevent_default();
            intake::take_data_transfer(state, shelf_below(&event), &transfer);
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
            && intake::take_paste(state, &transfer)
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

fn listen_to_keys(state: AppState) {
    let selecting = Selecting::get();
    window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.alt_key() || event.is_composing() {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "z" | "Z" if command && !event.shift_key() && !has_text_to_undo(&event) => {
                event.prevent_default();
                undo(state);
            }
            "z" | "Z" | "y" | "Y" if command && !has_text_to_undo(&event) => {
                event.prevent_default();
                redo(state);
            }
            "Escape" if !command && !something_is_open() && selecting.clear() => {}
            "Escape"
                if !command
                    && !something_is_open()
                    && state.address.with_untracked(Address::is_open) =>
            {
                state.close();
            }
            "/" if !command && single_keys(state, &event) => {
                event.prevent_default();
                if let Some(field) = by_id::<HtmlInputElement>("search") {
                    let _ = field.focus();
                    field.select();
                }
            }
            "?" if !command && single_keys(state, &event) => {
                event.prevent_default();
                help::open();
            }
            _ => {}
        }
    });
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

/// Single characters are commands unless someone types, or switched them off (as speech input
/// needs it).
fn single_keys(state: AppState, event: &Event) -> bool {
    state.settings().with_untracked(|settings| settings.single_keys)
        && !is_typing(event)
        && !something_is_open()
}

/// Whether a menu or dialog is open, which then has the Escape key.
fn something_is_open() -> bool {
    document().query_selector("dialog[open], :popover-open").is_ok_and(|found| found.is_some())
}

/// Whether the event goes to something one types into.
fn is_typing(event: &Event) -> bool {
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

/// Whether the event goes to a field that has something of its own to undo.
fn has_text_to_undo(event: &Event) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    is_typing(event) && field.is_none_or(|field| !field.value().is_empty())
}

/// An element of the document by its id, if it is there and of that kind.
pub(super) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
