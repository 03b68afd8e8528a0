//! All of one's work: as a file, kept in this browser if that was asked for, and forgotten.

mod gather;
mod store;
mod write;

pub use gather::{PageFile, files};
pub use write::{Written, written};

use super::intake;
use super::library::{Memory, PageLibrary};
use super::next_task::FramePace;
use super::state::{AppState, Toast};
use super::stored::StoreError;
use super::view::numbers::counted;
use crate::gaps::Shelf;
use crate::heatmap::wording::plain_up_to;
use crate::pace::Pace;
use crate::workspace::{Named, Writer};
use leptos::ev;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::time::Duration;

/// After the last change, so long until it is kept.
const REST: Duration = Duration::from_millis(700);

const OTHERS: &str = "Another tab keeps what is open in it in the same place: what was kept last comes back. Switch it off in one of them.";
const UNOPENED: &str = "What was kept in this browser was not opened. It stays there until something else is kept; reload the page to try again.";

/// A line above the view, with what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub text: String,
    /// What is offered.
    pub offer: Offer,
}

/// What a notice offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Nothing but to put it away.
    Nothing,
    /// To close everything that was restored.
    StartEmpty,
    /// To restore what was kept.
    Restore,
}

/// What is kept in this browser; copyable into every closure.
#[derive(Clone, Copy)]
pub struct PageWorkspace {
    state: AppState,
    /// Whether the browser is to keep what is open.
    pub is_kept: ReadSignal<bool>,
    keep: WriteSignal<bool>,
    /// What is to be said of that.
    pub memory: RwSignal<Memory>,
    /// What is said above the view.
    pub notice: RwSignal<Option<Notice>>,
    /// Tells this page from others that keep their work.
    writer: StoredValue<String>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Something has changed since it was kept.
    is_changed: StoredValue<bool>,
    is_writing: StoredValue<bool>,
    /// Until what was kept is open, nothing takes its place.
    is_restoring: RwSignal<bool>,
}

thread_local! {
    /// What a later version wrote into the workspace that is open.
    static UNKNOWN: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// What a later version wrote into the workspace that is open; it is written again.
pub fn unknown() -> Vec<(String, String)> {
    UNKNOWN.with_borrow(Clone::clone)
}

/// Keeps what is not known for when the workspace is written again.
pub fn keep_unknown(unknown: Vec<(String, String)>) {
    UNKNOWN.set(unknown);
}

/// The time, as workspaces have it.
pub fn now() -> String {
    let text = String::from(js_sys::Date::new_0().to_iso_string());
    format!("{}Z", text.get(..19).unwrap_or(&text))
}

/// The time of a workspace, to be read.
pub fn when(saved: &str) -> String {
    format!("{} UTC", plain_up_to(saved, 40).chars().take(16).collect::<String>().replace('T', " "))
}

/// Pauses, unless the page is being left.
struct MaybePaced(Option<FramePace>);

impl Pace for MaybePaced {
    async fn pause(&self) {
        if let Some(pace) = &self.0 {
            pace.pause().await;
        }
    }
}

/// Whether this browser keeps what is open, and so opens it when the page is loaded.
pub(super) fn is_kept_here() -> bool {
    store::is_asked()
}

impl PageWorkspace {
    /// Follows the page's state.
    pub fn new(state: AppState) -> Self {
        let (is_kept, keep) = signal(store::is_asked());
        let writer = format!("{:x}", (js_sys::Math::random() * 9e15) as u64);
        let page = Self {
            state,
            is_kept,
            keep,
            memory: RwSignal::default(),
            notice: RwSignal::new(None),
            writer: StoredValue::new(writer),
            timer: StoredValue::new(None),
            is_changed: StoredValue::new(false),
            is_writing: StoredValue::new(false),
            is_restoring: RwSignal::new(false),
        };
        if is_kept.get_untracked() {
            match store::was_opening() {
                true => page.notice.set(Some(Notice {
                    text: "What was open is kept in this browser; the last time, opening it did not end.".to_owned(),
                    offer: Offer::Restore,
                })),
                false => page.restore(),
            }
        }
        page.follow();
        page.hear_others();
        page
    }

    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Has the browser keep what is open from now on, or forget it.
    pub fn keep(self, is_to: bool) {
        self.memory.set(Memory::Silent);
        if is_to {
            if let Err(error) = self.writer.with_value(|writer| store::mark(writer, "")) {
                return self.give_up(&error);
            }
            self.is_changed.set_value(true);
            self.look_for_others();
        }
        self.keep.set(is_to);
        if !is_to {
            self.notice.set(None);
            store::unmark();
            spawn_local(store::forget());
        }
    }

    /// It cannot be kept: said where it was asked for, and switched off. What lies there and is
    /// somebody else's, or only out of reach, stays.
    fn give_up(self, error: &StoreError) {
        self.keep.set(false);
        if !error.leaves_it_there() {
            store::unmark();
            spawn_local(store::forget());
        }
        let text =
            format!("Not kept, and switched off: {error}. Save the workspace as a file instead.");
        self.notice.set(Some(Notice { text: text.clone(), offer: Offer::Nothing }));
        self.memory.set(Memory::Said(text));
    }

    /// Keeps it a moment after each change, and before the page is left.
    fn follow(self) {
        let Self { state, is_kept, is_changed, is_restoring, .. } = self;
        let is_busy = Memo::new(move |_| state.progress.with(Option::is_some));
        Effect::new(move |before: Option<()>| {
            state.follow_all();
            let is_on = is_kept.get();
            if before.is_some() {
                is_changed.set_value(true);
            }
            if is_on && !is_busy.get() && !is_restoring.get() {
                self.soon();
            }
        });
        let leave = move |_| {
            if document().hidden() && is_changed.get_value() {
                spawn_local(self.write(true));
            }
        };
        let hidden = window_event_listener(ev::visibilitychange, leave);
        let left = window_event_listener(ev::pagehide, move |_| {
            if is_changed.get_value() {
                spawn_local(self.write(true));
            }
        });
        on_cleanup(move || {
            hidden.remove();
            left.remove();
        });
    }

    fn soon(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let write = move || spawn_local(self.write(false));
        self.timer.set_value(set_timeout_with_handle(write, REST).ok());
    }

    /// Keeps what is open, if it has changed.
    async fn write(self, is_leaving: bool) {
        let Self { state, is_kept, memory, is_changed, is_writing, .. } = self;
        let is_busy = state.progress.with_untracked(Option::is_some);
        if !is_kept.get_untracked()
            || !is_changed.get_value()
            || is_busy
            || self.is_restoring.get_untracked()
        {
            return;
        }
        // Whoever leaves cannot wait: what runs already is of an earlier moment.
        if is_writing.get_value() && !is_leaving {
            return self.soon();
        }
        is_writing.set_value(true);
        is_changed.set_value(false);
        let pace = MaybePaced((!is_leaving).then(FramePace::new));
        let kept = self.written(&pace, is_leaving).await;
        is_writing.set_value(false);
        match kept {
            // Switched off meanwhile.
            _ if !is_kept.get_untracked() => store::forget().await,
            Ok((saved, files, was_other)) => {
                memory.set(Memory::Said(format!(
                    "Kept at {} with {}",
                    when(&saved),
                    counted(files, "file", "files")
                )));
                if was_other {
                    self.tell_of_others();
                }
            }
            Err(error) => self.give_up(&error),
        }
    }

    /// When it was kept, with how many files, and whether in the place of another page's.
    async fn written(
        self,
        pace: &impl Pace,
        is_leaving: bool,
    ) -> Result<(String, usize, bool), StoreError> {
        let (state, saved) = (self.state, now());
        let writer = self.writer.get_value();
        if state.has_nothing() {
            store::mark(&writer, &saved)?;
            if is_leaving {
                store::note_last(&saved, "");
            }
            store::forget().await;
            store::drop_last();
            return Ok((saved, 0, false));
        }
        let mut document = Writer::begin(&state.as_workspace(saved.clone()), pace).await;
        let mut blobs = Vec::new();
        for PageFile { shelf, path, blob, named } in files(state, pace).await {
            let sha256 = named.sha256.as_deref();
            let of = Named { path: &path, size: named.size, sha256 };
            document.begin_file(shelf, &of, None);
            document.end_file();
            blobs.extend(blob.map(|blob| (shelf, path, blob)));
            pace.pause().await;
        }
        let (count, text) = (blobs.len(), document.end());
        if is_leaving {
            store::note_last(&saved, &text);
        }
        let was_other = store::keep((&writer, &saved), &text, blobs).await?;
        store::drop_last();
        Ok((saved, count, was_other))
    }

    /// Opens what was kept.
    pub fn restore(self) {
        let Self { state, is_restoring, notice, .. } = self;
        notice.set(None);
        is_restoring.set(true);
        if !self.is_kept.get_untracked() {
            self.keep.set(true);
        }
        store::set_opening(true);
        let end = move |notice_of: Option<Notice>| {
            store::set_opening(false);
            // Others may have been told of meanwhile.
            let others = notice.with_untracked(|notice| {
                notice.as_ref().is_some_and(|notice| notice.text.contains(OTHERS))
            });
            notice.set(notice_of);
            if others {
                self.tell_of_others();
            }
            self.is_changed.set_value(false);
            is_restoring.set(false);
        };
        let said = |text: String| Some(Notice { text, offer: Offer::Nothing });
        self.look_for_others();
        spawn_local(async move {
            match store::kept(&self.writer.get_value()).await {
                Ok(None) => end(None),
                Err(error) => {
                    // Nothing takes the place of what nobody has seen; the next visit tries again.
                    self.keep.set(false);
                    let text = format!(
                        "What was kept cannot be read: {error}. Nothing is kept in this visit."
                    );
                    let offer = match error {
                        StoreError::Blocked(_) => Offer::Restore,
                        StoreError::Newer | StoreError::Refused(_) => Offer::Nothing,
                    };
                    end(Some(Notice { text, offer }));
                }
                Ok(Some((document, saved, contents))) => {
                    let files = contents.keys().filter(|(shelf, _)| *shelf == Shelf::Own).count();
                    let text = format!(
                        "Restored what was open on {}: {}.",
                        when(&saved),
                        counted(files, "file", "files")
                    );
                    let ended = move |is_open: bool| match is_open {
                        true => end(Some(Notice { text, offer: Offer::StartEmpty })),
                        false => end(said(UNOPENED.to_owned())),
                    };
                    intake::restore(state, document, contents, Box::new(ended));
                }
            }
        });
    }

    /// Another tab keeps its work in the same place; said beside what is said already.
    fn tell_of_others(self) {
        let before = self.notice.get_untracked();
        let before = before.unwrap_or(Notice { text: String::new(), offer: Offer::Nothing });
        if !before.text.contains(OTHERS) {
            let text = format!("{} {OTHERS}", before.text).trim().to_owned();
            self.notice.set(Some(Notice { text, ..before }));
        }
    }

    /// Asks whether another tab keeps its work, too.
    fn look_for_others(self) {
        spawn_local(async move {
            if !store::is_alone().await && self.is_kept.get_untracked() {
                self.tell_of_others();
            }
        });
    }

    /// Hears what other tabs of this browser do.
    fn hear_others(self) {
        window_event_listener(ev::storage, move |event| {
            if event.key().as_deref() != Some(store::KEY) || !self.is_kept.get_untracked() {
                return;
            }
            match event.new_value() {
                Some(_) => self.tell_of_others(),
                None => {
                    self.keep.set(false);
                    let text = "Another tab has forgotten what was kept in this browser; nothing is kept from here on.";
                    self.notice.set(Some(Notice { text: text.to_owned(), offer: Offer::Nothing }));
                }
            }
        });
    }

    /// Removes everything of ours from this browser, and empties the page. What was open can be
    /// had back until the page is left: undo keeps it in memory only.
    pub fn forget_everything(self, library: PageLibrary) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        self.keep.set(false);
        self.memory.set(Memory::Silent);
        self.notice.set(None);
        library.remember(false);
        self.state.forget_all();
        let state = self.state;
        spawn_local(async move {
            let forgotten = store::forget_everything().await;
            let text = match forgotten {
                Ok(()) => "Everything is forgotten: nothing of Coverlay is stored in this browser. Undo brings back what was open until the page is closed.".to_owned(),
                Err(reason) => format!("Something is still stored in this browser: {reason}"),
            };
            state.toast.set(Some(Toast { text, undo: true }));
        });
    }
}
