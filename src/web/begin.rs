//! What the page begins once all of its code is there: everything that follows from what is read and
//! chosen, the workers, keys, and what its host gives.

use super::address::{Address, View};
use super::app::{by_id, is_typing, redo, scroll_to_top, undo};
use super::changes::Changes;
use super::columns::ColumnChoice;
use super::detections::Detecting;
use super::doctor::Doctor;
use super::gaps::Gaps;
use super::hosted::Hosting;
use super::library::PageLibrary;
use super::marks::mark;
use super::selecting::Selecting;
use super::slides::SlideLogo;
use super::state::{AppState, Toast};
use super::view::views::OtherViews;
use super::view::{help, report, rules, table};
use super::workspace::PageWorkspace;
use super::{catalogues, intake};
use crate::worker::boot::Asked;
use crate::worker::client::Pool;
use crate::worker::files::{self, LoadError};
use futures_util::future::join4;
use leptos::ev;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlInputElement};

/// What was asked for before.
pub struct Begun {
    /// The worker.
    pub worker: Asked,
    /// The newest catalogues.
    pub newest: files::Asked,
}

/// Ends when nothing is fetched any more.
///
/// # Errors
/// The other views could not be had; where they are needed the page says so.
pub type Rest = Pin<Box<dyn Future<Output = Result<(), LoadError>>>>;

/// Begins it, below the page's own context.
pub fn begin(state: AppState, begun: Begun) -> Rest {
    let Begun { worker, newest } = begun;
    // Sets of catalogues that have been loaded, or could not be.
    let sets = RwSignal::new(0);
    state.begin();
    let hosting = Hosting::new(state, sets);
    provide_context(hosting);
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
    let views = OtherViews::default();
    provide_context(views);
    name_document(state, hosting);
    start_at_the_top(state);
    listen_to_keys(state);
    show_rules_where_asked(state);
    let pool = Pool::new();
    Box::pin(async move {
        let workers = async {
            if let Err(error) = pool.load(worker).await {
                state.toast.set(Some(Toast { text: error.to_string(), undo: false }));
            }
        };
        let catalogues = async {
            catalogues::take_newest(state, sets, newest).await;
            intake::set_pool(pool.clone());
            mark("coverlay:whole");
            catalogues::take_older(state, sets, || pool.start_first()).await;
        };
        let beside = join4(workers, catalogues, hosting.load(), views.fetch());
        beside.await.3
    })
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

/// Whether the event goes to a field that has something of its own to undo.
fn has_text_to_undo(event: &Event) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    is_typing(event) && field.is_none_or(|field| !field.value().is_empty())
}
