//! The library of the page: rules one could deploy, what of them is worth recommending, and
//! whether the browser remembers them. Nothing is computed while nobody looks.

mod ground;
mod store;

pub use ground::{Asked, Ground};

use super::address::View;
use super::next_task::{FramePace, next_task, while_wanted};
use super::state::AppState;
use super::stored::StoreError;
use crate::gaps::NextAsked;
use crate::rule::Intake;
use crate::web::view::numbers::count;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use store::Marked;

/// Whether this browser remembers a library, whoever wrote it.
pub fn is_remembered() -> bool {
    store::marked() != Marked::Nothing
}

/// What is known of the stored library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// Nothing to be said.
    #[default]
    Silent,
    /// It is being written or read.
    Busy(&'static str),
    /// How it went, in a sentence.
    Said(String),
}

/// The library of the page; copyable into every closure.
#[derive(Clone, Copy)]
pub struct PageLibrary {
    state: AppState,
    /// Parts that show what follows from it.
    looking: RwSignal<u32>,
    /// What the newest recommendations rest on; what was there before stays until then. `None`
    /// until somebody looked.
    pub ground: ReadSignal<Option<Arc<Ground>>>,
    /// Which next rules are asked for; for this visit.
    pub next: RwSignal<NextAsked>,
    /// Whether the drawer's advice is unfolded.
    pub advice_open: RwSignal<bool>,
    /// Whether the browser is to remember it.
    pub is_remembered: ReadSignal<bool>,
    remember: WriteSignal<bool>,
    /// What is to be said of that.
    pub memory: RwSignal<Memory>,
    /// The library that is in the browser's storage.
    stored: StoredValue<Option<Arc<Intake>>>,
}

impl PageLibrary {
    /// Follows the page's state.
    pub fn new(state: AppState) -> Self {
        let looking = RwSignal::new(0);
        let (ground, set_ground) = signal(None);
        let (is_remembered, remember) = signal(store::marked() != Marked::Nothing);
        let library = Self {
            state,
            looking,
            ground,
            next: RwSignal::new(NextAsked::default()),
            advice_open: RwSignal::new(false),
            is_remembered,
            remember,
            memory: RwSignal::default(),
            stored: StoredValue::new(None),
        };
        library.follow(set_ground);
        library.keep();
        library.recall();
        library
    }

    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// Has [`Self::ground`] follow the page for as long as the caller is shown.
    pub fn look(self) {
        self.looking.update(|looking| *looking += 1);
        let looking = self.looking;
        on_cleanup(move || {
            looking.try_update(|looking| *looking = looking.saturating_sub(1));
        });
    }

    fn follow(self, set_ground: WriteSignal<Option<Arc<Ground>>>) {
        let Self { state, ground, looking, .. } = self;
        let profile = Memo::new(move |_| state.settings().with(|all| all.profile.clone()));
        let asked = Memo::new(move |_| {
            if looking.get() == 0 {
                return None;
            }
            let (catalogue, coverage) = (state.catalogue.get()?, state.coverage.get()?);
            // Right after a change of release, the two may be of different ones.
            if coverage.techniques.len() != catalogue.techniques.len() {
                return None;
            }
            Some(Asked {
                catalogue,
                intake: state.intake.get(),
                coverage,
                policy: state.policy.get(),
                scope: state.settings().with_untracked(|settings| settings.scope.clone()),
                profile: profile.get(),
                rules: state.library().get(),
            })
        });
        Effect::new(move |_| {
            let Some(of) = asked.get() else { return };
            let is_known = |ground: &Option<Arc<Ground>>| {
                ground.as_ref().is_some_and(|ground| ground.of == of)
            };
            if ground.with_untracked(is_known) {
                return;
            }
            spawn_local(async move {
                next_task().await;
                let is_wanted = || asked.try_get_untracked().flatten().as_ref() == Some(&of);
                let pace = FramePace::new();
                let made = while_wanted(Ground::new(of.clone(), &pace), is_wanted).await;
                if let Some(made) = made {
                    // To show it is as much work again.
                    next_task().await;
                    set_ground.try_set(Some(Arc::new(made)));
                }
            });
        });
    }

    /// Has the browser remember it from now on, or forget it.
    pub fn remember(self, is_to: bool) {
        self.remember.set(is_to);
        if !is_to {
            self.stored.set_value(None);
            self.memory.set(Memory::Silent);
            spawn_local(store::forget());
        }
    }

    /// Switched off. What lies there and is only out of reach stays.
    fn give_up(self, error: &StoreError) {
        match error.leaves_it_there() {
            true => self.remember.set(false),
            false => self.remember(false),
        }
    }

    /// Stores it whenever it changes, if that was asked for; and forgets it when it goes.
    fn keep(self) {
        let Self { state, is_remembered, memory, stored, .. } = self;
        Effect::new(move |_| {
            let library = state.library().get();
            if !is_remembered.get() {
                return;
            }
            let is_same = |stored: &Option<Arc<Intake>>| {
                stored.as_ref().is_some_and(|stored| Arc::ptr_eq(stored, &library))
            };
            if library.report.outcomes.is_empty() {
                // At first it may still lie there, unread.
                if stored.with_value(Option::is_some) {
                    self.remember(false);
                }
                return;
            }
            if stored.with_value(is_same) {
                return;
            }
            stored.set_value(Some(library.clone()));
            memory.set(Memory::Busy("Remembering…"));
            spawn_local(async move {
                let kept = store::keep(&library).await;
                let is_last = stored.with_value(|stored| {
                    stored.as_ref().is_some_and(|stored| Arc::ptr_eq(stored, &library))
                });
                match kept {
                    // Unticked meanwhile.
                    _ if !is_remembered.get_untracked() => store::forget().await,
                    _ if !is_last => {}
                    Ok(Some(bytes)) => memory.set(Memory::Said(format!(
                        "Remembered with its files, {} kB",
                        count(bytes.div_ceil(1000) as usize)
                    ))),
                    Ok(None) => memory.set(Memory::Said(WITHOUT_FILES.to_owned())),
                    Err(error) => {
                        self.give_up(&error);
                        memory.set(Memory::Said(format!("It could not be remembered: {error}")));
                    }
                }
            });
        });
    }

    /// Reads what was remembered, once somebody comes to the gaps.
    fn recall(self) {
        let Self { state, looking, is_remembered, memory, stored, .. } = self;
        let is_wanted = Memo::new(move |_| {
            looking.get() > 0 || state.address.with(|address| address.view == View::Gaps)
        });
        let is_done = StoredValue::new(false);
        Effect::new(move |_| {
            if !is_wanted.get() || is_done.get_value() {
                return;
            }
            is_done.set_value(true);
            let has_one = state.library().with_untracked(|all| !all.report.outcomes.is_empty());
            match store::marked() {
                Marked::Nothing => return,
                _ if has_one => return,
                // Perhaps of a later build, which can read it: it stays until another is remembered.
                Marked::Others => {
                    self.remember.set(false);
                    memory.set(Memory::Said(OTHER_BUILD.to_owned()));
                    return;
                }
                Marked::Ours => {}
            }
            memory.set(Memory::Busy("Reading the remembered library…"));
            spawn_local(async move {
                match store::kept().await {
                    Ok((mut library, has_files)) => {
                        library.settle_paced(&FramePace::new()).await;
                        let has_one = |all: &Arc<Intake>| !all.report.outcomes.is_empty();
                        if !is_remembered.get_untracked() || state.library().with_untracked(has_one)
                        {
                            return;
                        }
                        let library = Arc::new(library);
                        stored.set_value(Some(library.clone()));
                        memory.set(match has_files {
                            true => Memory::Silent,
                            false => Memory::Said(WITHOUT_FILES.to_owned()),
                        });
                        state.shelve_remembered(library);
                    }
                    Err(error) => {
                        self.give_up(&error);
                        let text = format!("The remembered library cannot be read: {error}");
                        memory.set(Memory::Said(text));
                    }
                }
            });
        });
    }
}

const WITHOUT_FILES: &str = "Remembered without its texts, which are too large. To read or save rules in a later visit, choose its folder again.";
const OTHER_BUILD: &str = "Another build of Coverlay has remembered a library in this browser, and only that build reads it. It stays there until another one is remembered: choose the library again.";
