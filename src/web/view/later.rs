//! What the first picture does without: its code is a wasm file of its own, which `scripts/split`
//! takes out of the page's and which comes while the first picture is there.
//!
//! Only [`parts`] is called across the two files; all else goes through the functions it gives.

use super::alerts::open_file;
use super::code_file::CodeFile;
use super::edit::start::new_layer;
use super::edits::edits;
use super::hosted::title;
use super::release::ReleaseChoice;
use super::requests::counter;
use super::search::Search;
use super::shown::{above, view_of};
use super::views::other;
use super::workspace::workspace_menu;
use crate::gaps::Shelf;
use crate::web::app::undo;
use crate::web::begin::{Begun, Rest, begin};
use crate::web::intake::{self, Arrival};
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use crate::worker::files::LoadError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::cell::{Cell, RefCell};
use web_sys::File;

/// The functions of that file.
pub struct Parts {
    /// Begins all that follows from what is read and chosen.
    pub begin: fn(AppState, Begun) -> Rest,
    /// Reads what has come.
    pub take: fn(AppState, Shelf, Arrival),
    /// Stops reading.
    pub cancel: fn(AppState),
    /// Takes back the last change.
    pub undo: fn(AppState),
    /// Opens a file of alerts.
    pub open_alerts: fn(AppState, &File),
    /// Opens a new layer.
    pub new_layer: fn(AppState),
    /// The title that the page's host gives it.
    pub title: fn() -> AnyView,
    /// The choice of a release.
    pub release: fn() -> AnyView,
    /// The field to search by.
    pub search: fn() -> AnyView,
    /// Undo, redo and clear.
    pub edits: fn() -> AnyView,
    /// The menu Workspace.
    pub workspace_menu: fn() -> AnyView,
    /// The counter of requests.
    pub counter: fn() -> AnyView,
    /// What the page's host and a link have set.
    pub strips: fn() -> AnyView,
    /// Numbers, controls and tabs above the view.
    pub above: fn() -> AnyView,
    /// The view that is open.
    pub view: fn() -> AnyView,
    /// What is to be said of the workspace.
    pub workspace_bar: fn() -> AnyView,
    /// All there is to know about a technique or a rule.
    pub drawer: fn() -> AnyView,
    /// The bar below a layer that is edited.
    pub edit_bar: fn() -> AnyView,
    /// The dialogs: keys and help, columns of alerts.
    pub dialogs: fn() -> AnyView,
}

static PARTS: Parts = Parts {
    begin,
    take: intake::take,
    cancel: intake::cancel,
    undo,
    open_alerts: open_file,
    new_layer,
    title,
    release: || view! { <ReleaseChoice /> }.into_any(),
    search: || view! { <Search /> }.into_any(),
    edits,
    workspace_menu,
    counter,
    strips: || other(|views| views.strips),
    above,
    view: view_of,
    workspace_bar: || other(|views| views.workspace_bar),
    drawer: || other(|views| views.drawer),
    edit_bar: || other(|views| views.edit_bar),
    dialogs: || other(|views| views.dialogs),
};

// The macro declares what the two files take from each other, which the compiler calls unsafe.
#[allow(unsafe_code, reason = "the import and export between two wasm files")]
mod border {
    use super::{PARTS, Parts, SplitLoaderError, wasm_split};

    /// Fetches the file if it is not there, and gives its functions.
    #[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
    pub(super) fn parts() -> Result<&'static Parts, SplitLoaderError> {
        Ok(&PARTS)
    }
}

type Act = Box<dyn FnOnce(&'static Parts)>;

thread_local! {
    static THERE: Cell<Option<&'static Parts>> = const { Cell::new(None) };
    /// What is to be done with them as soon as they are there.
    static WAITING: RefCell<Vec<Act>> = const { RefCell::new(Vec::new()) };
    /// That of the page: also what is done out of an event finds its context.
    static LATER: Cell<Option<Later>> = const { Cell::new(None) };
}

/// Whether the file is there.
pub fn is_there() -> bool {
    THERE.get().is_some()
}

/// Does something with the file's functions: now, or as soon as they are there. Where they could not
/// be had they are asked for again.
pub fn once(act: impl FnOnce(&'static Parts) + 'static) {
    let Some(later) = LATER.get() else { return };
    match THERE.get() {
        Some(parts) => later.owner.get_value().with(|| act(parts)),
        None => {
            WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(act)));
            later.ask_again_if_failed();
        }
    }
}

/// Stops reading, or waiting for it.
pub fn cancel(state: AppState) {
    match THERE.get() {
        Some(parts) => (parts.cancel)(state),
        None => {
            WAITING.take();
            state.progress.set(None);
        }
    }
}

/// What comes later; in the page's context.
#[derive(Clone, Copy)]
pub struct Later {
    state: AppState,
    file: CodeFile<Parts>,
    /// Something waits for it in vain.
    missed: RwSignal<bool>,
    begun: StoredValue<Option<Begun>, LocalStorage>,
    /// The page's.
    owner: StoredValue<Owner>,
}

/// What came of asking for the file.
pub type Came = Result<&'static Parts, LoadError>;

impl Later {
    /// Nothing is there yet. Called where the page's context is given.
    pub fn new(state: AppState) -> Self {
        let later = Self {
            state,
            file: CodeFile::default(),
            missed: RwSignal::new(false),
            begun: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        LATER.set(Some(later));
        later
    }

    /// That of the page.
    pub fn get() -> Self {
        expect_context()
    }

    /// What is begun with, once the file is there.
    pub fn will_begin(self, begun: Begun) {
        self.begun.set_value(Some(begun));
    }

    /// Fetches the file.
    pub async fn ask(self) -> Came {
        self.missed.set(false);
        self.file.set_awaited();
        border::parts().await.map_err(|error| LoadError::said(&error))
    }

    /// Takes what came of that: the page begins with all of its code, and what waited for it is done.
    /// Ends when nothing is fetched any more.
    ///
    /// # Errors
    /// It, or what it begins with, could not be had; where that is needed the page says so.
    pub async fn take(self, came: Came) -> Result<(), LoadError> {
        let parts = match came {
            // Asked for twice.
            Ok(_) if is_there() => return Ok(()),
            Ok(parts) => parts,
            Err(error) => {
                let is_missed = WAITING.with_borrow(|waiting| !waiting.is_empty());
                if is_missed {
                    self.state.progress.set(None);
                }
                self.missed.set(is_missed);
                self.file.set_failed();
                return Err(error);
            }
        };
        let owner = self.owner.get_value();
        THERE.set(Some(parts));
        let begun = self.begun.try_update_value(Option::take).flatten();
        let rest = begun.map(|begun| owner.with(|| (parts.begin)(self.state, begun)));
        // The browser draws in between.
        next_task().await;
        self.file.set_there(parts);
        for act in WAITING.take() {
            owner.with(|| act(parts));
        }
        if let Some(rest) = rest {
            rest.await?;
        }
        Ok(())
    }

    fn ask_again(self) {
        spawn_local(async move {
            // Shown where it is needed, if it fails again.
            let _ = self.take(self.ask().await).await;
        });
    }

    fn ask_again_if_failed(self) {
        if self.file.has_failed() {
            self.ask_again();
        }
    }

    /// Whether something waits for it in vain.
    pub fn is_missed(self) -> bool {
        self.missed.get()
    }

    /// What a part shows, or nothing until it is there.
    pub fn show(self, part: fn(&'static Parts) -> fn() -> AnyView) -> impl Fn() -> Option<AnyView> {
        self.file.show(part)
    }

    /// The same, with something in its place until then.
    pub fn show_or(
        self,
        part: fn(&'static Parts) -> fn() -> AnyView,
        meanwhile: fn() -> AnyView,
    ) -> impl Fn() -> AnyView {
        self.file.show_or(part, meanwhile)
    }

    /// The same where one waits for it: says so, and what can be done if it cannot be had.
    pub fn show_view(self, part: fn(&'static Parts) -> fn() -> AnyView) -> AnyView {
        self.file.show_view(part, move || self.ask_again())
    }
}
