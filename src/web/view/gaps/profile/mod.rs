//! Who one is, as a form: what matters here, and what comes first. Everything can be undone.

mod accepted;
mod enrichment;
mod files;
mod head;
mod incidents;
mod log_sources;
mod pieces;
mod platforms;
mod services;
mod target;
mod threat;

use crate::attack::Catalogue;
use crate::gaps::Profile;
use crate::web::gaps::{Found, Gaps};
use crate::web::state::{AppState, Toast};
use leptos::prelude::*;
use std::sync::Arc;

/// The profile, and what is known of it.
#[derive(Clone, Copy)]
struct Form {
    state: AppState,
    /// What the gaps make of it; a moment behind.
    found: ReadSignal<Option<Arc<Found>>>,
    /// The release of [`Self::found`].
    release: Memo<Option<Arc<Catalogue>>>,
}

impl Form {
    /// Reads the profile, and follows it.
    fn read<T>(self, read: impl Fn(&Profile) -> T) -> T {
        self.state.settings().with(|settings| read(&settings.profile))
    }

    /// Changes it; can be undone.
    fn change(self, change: impl FnOnce(&mut Profile)) {
        self.state.choose(|settings| change(&mut settings.profile));
    }

    /// Changes it by taking something away, and offers to undo that.
    fn take_away(self, said: String, change: impl FnOnce(&mut Profile)) {
        self.change(change);
        self.state.toast.set(Some(Toast { text: said, undo: true }));
    }

    /// What follows from the gaps, if they are there.
    fn of_found<T>(self, read: impl Fn(&Found) -> T) -> Option<T> {
        self.found.with(|found| found.as_deref().map(read))
    }
}

/// The part.
pub(super) fn profile() -> AnyView {
    let (state, found) = (AppState::get(), Gaps::get().found);
    let release = Memo::new_with_compare(
        move |_| found.with(|found| Some(found.as_ref()?.asked.catalogue.clone())),
        |a, b| match (a, b) {
            (Some(Some(a)), Some(Some(b))) => !Arc::ptr_eq(a, b),
            _ => true,
        },
    );
    let form = Form { state, found, release };
    vec![
        head::section(form),
        platforms::section(form),
        services::section(form),
        log_sources::section(form),
        threat::section(form),
        incidents::section(form),
        accepted::section(form),
        enrichment::section(form),
    ]
    .into_any()
}
