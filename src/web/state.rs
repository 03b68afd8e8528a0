//! The page's state: what was read, what was chosen, and what follows from both.

use super::address::{self, Address};
use super::settings::Settings;
use super::today::today;
use super::view::numbers::counted;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::coverage::{self, Coverage};
use crate::diagnostic::Diagnostic;
use crate::heatmap::Theme;
use crate::rule::Intake;
use leptos::prelude::*;
use std::sync::Arc;

/// What a running import has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files listed so far, and whether listing still goes on.
    pub files_total: u32,
    /// Listing (walking folders, opening zips) still goes on.
    pub listing: bool,
    /// Files that ended in a bucket.
    pub files_done: u32,
    /// Rules read.
    pub rules: u32,
    /// Files that failed.
    pub problems: u32,
}

/// A line at the foot of the page that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What happened.
    pub text: String,
    /// Whether it offers "Undo".
    pub undo: bool,
}

#[derive(Clone)]
struct Snapshot {
    settings: Settings,
    intake: Arc<Intake>,
}

/// Undo reaches this far back; a snapshot shares the rules and costs next to nothing.
const UNDO_STEPS: usize = 100;

/// All state, copyable into every closure.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Built-in catalogues and those of dropped STIX bundles.
    pub catalogues: RwSignal<Vec<Arc<Catalogue>>>,
    /// Everything read, settled.
    pub intake: RwSignal<Arc<Intake>>,
    /// What the user chose. Change it with [`Self::choose`].
    settings: RwSignal<Settings>,
    /// Where the user is. Change it with [`address::go`].
    pub address: ReadSignal<Address>,
    /// The running import, if any.
    pub progress: RwSignal<Option<Progress>>,
    /// The last event worth a line.
    pub toast: RwSignal<Option<Toast>>,
    /// Whether the system asks for dark colours.
    pub system_dark: RwSignal<bool>,
    /// What the search field holds.
    pub search: RwSignal<String>,
    /// The catalogue shown; `None` until one is loaded.
    pub catalogue: Memo<Option<Arc<Catalogue>>>,
    /// Its coverage.
    pub coverage: Memo<Option<Arc<Coverage>>>,
    /// [`coverage::diagnostics`].
    pub diagnostics: Memo<Arc<Vec<Diagnostic>>>,
    /// The theme to draw with.
    pub theme: Memo<Theme>,
    history: RwSignal<Vec<Snapshot>>,
    pastes: StoredValue<u32>,
}

impl AppState {
    /// The state of a fresh page.
    pub fn new() -> Self {
        let catalogues: RwSignal<Vec<Arc<Catalogue>>> = RwSignal::new(Vec::new());
        let intake = RwSignal::new(Arc::new(Intake::default()));
        let settings = RwSignal::new(Settings::load());
        let system_dark = RwSignal::new(false);

        let wanted = Memo::new(move |_| settings.with(|s| (s.domain, s.version.clone())));
        let catalogue = Memo::new_with_compare(
            move |_| {
                let (domain, version) = wanted.get();
                catalogues.with(|all| choose_catalogue(all, domain, version.as_deref()))
            },
            different,
        );
        let counting = Memo::new(move |_| settings.with(|s| (s.policy, s.scope.clone())));
        let coverage = Memo::new_with_compare(
            move |_| {
                let catalogue = catalogue.get()?;
                let (policy, scope) = counting.get();
                let intake = intake.get();
                Some(Arc::new(Coverage::compute(&catalogue, &intake, &policy, &scope, today())))
            },
            different,
        );
        let diagnostics = Memo::new_with_compare(
            move |_| {
                let intake = intake.get();
                let Some(shown) = catalogue.get() else { return Arc::default() };
                let others = catalogues.get();
                let others: Vec<&Catalogue> =
                    others.iter().map(Arc::as_ref).filter(|c| c.domain != shown.domain).collect();
                Arc::new(coverage::diagnostics(&shown, &others, &intake))
            },
            |a: Option<&Arc<_>>, b: Option<&Arc<_>>| !matches!((a, b), (Some(a), Some(b)) if Arc::ptr_eq(a, b)),
        );
        let theme = Memo::new(move |_| settings.with(|s| s.theme(system_dark.get())));
        Effect::new(move |_| settings.with(Settings::save));
        Self {
            catalogues,
            intake,
            settings,
            address: address::follow(),
            progress: RwSignal::new(None),
            toast: RwSignal::new(None),
            system_dark,
            search: RwSignal::new(String::new()),
            catalogue,
            coverage,
            diagnostics,
            theme,
            history: RwSignal::new(Vec::new()),
            pastes: StoredValue::new(0),
        }
    }

    /// The state, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// What the user chose, to read.
    pub fn settings(&self) -> ReadSignal<Settings> {
        self.settings.read_only()
    }

    /// Whether nothing was read yet.
    pub fn is_empty(&self) -> bool {
        self.intake.with(|intake| intake.report.outcomes.is_empty())
    }

    /// Changes a setting; can be undone.
    pub fn choose(&self, change: impl FnOnce(&mut Settings)) {
        self.remember();
        self.settings.update(change);
    }

    /// Changes a setting that is not worth an undo step (theme, folding).
    pub fn adjust(&self, change: impl FnOnce(&mut Settings)) {
        self.settings.update(change);
    }

    /// Marks the point to which undoing an import returns.
    pub fn begin_intake(&self) {
        self.remember();
    }

    /// Shows what an import has read (so far).
    pub fn publish(&self, intake: Intake) {
        self.intake.set(Arc::new(intake));
    }

    /// Numbers pastes, so that each is a file of its own.
    pub fn next_paste(&self) -> u32 {
        self.pastes.update_value(|number| *number += 1);
        self.pastes.get_value()
    }

    /// Forgets everything read; can be undone.
    pub fn clear(&self) {
        let files = self.intake.with_untracked(|intake| intake.report.outcomes.len());
        self.remember();
        self.publish(Intake::default());
        self.toast.set(Some(Toast {
            text: format!("{} removed", counted(files, "file", "files")),
            undo: true,
        }));
    }

    /// Takes back the last change; false if there is none.
    pub fn undo(&self) -> bool {
        let Some(Some(last)) = self.history.try_update(Vec::pop) else { return false };
        self.settings.set(last.settings);
        self.intake.set(last.intake);
        self.toast.set(None);
        true
    }

    /// Whether there is a change to take back.
    pub fn can_undo(&self) -> bool {
        self.history.with(|history| !history.is_empty())
    }

    /// Opens a technique's drawer.
    pub fn open(&self, technique: TechniqueId) {
        let now = self.address.get_untracked();
        address::go(&Address { technique: Some(technique), no_technique: None, ..now });
    }

    /// Closes the drawer.
    pub fn close(&self) {
        let now = self.address.get_untracked();
        address::go(&Address { technique: None, no_technique: None, ..now });
    }

    /// The technique whose drawer is open, if the catalogue has it.
    pub fn selected(&self) -> Option<(Arc<Catalogue>, TechniqueIndex)> {
        let id = self.address.with(|address| address.technique)?;
        let catalogue = self.catalogue.get()?;
        let index = catalogue.find(id)?;
        Some((catalogue, index))
    }

    fn remember(&self) {
        // Its "Undo" would take back this change instead.
        self.toast.set(None);
        let snapshot = Snapshot {
            settings: self.settings.get_untracked(),
            intake: self.intake.get_untracked(),
        };
        self.history.update(|history| {
            history.push(snapshot);
            if history.len() > UNDO_STEPS {
                history.remove(0);
            }
        });
    }
}

impl Default for AppState {
    fn default() -> Self {
        Self::new()
    }
}

/// Memos hold big values behind `Arc`s; another `Arc` is another value.
fn different<T>(a: Option<&Option<Arc<T>>>, b: Option<&Option<Arc<T>>>) -> bool {
    match (a, b) {
        (Some(Some(a)), Some(Some(b))) => !Arc::ptr_eq(a, b),
        (Some(None), Some(None)) => false,
        _ => true,
    }
}

/// The catalogue of that domain and version; without a version, or where the domain lacks it,
/// the newest of the domain.
fn choose_catalogue(
    all: &[Arc<Catalogue>],
    domain: crate::attack::Domain,
    version: Option<&str>,
) -> Option<Arc<Catalogue>> {
    let of_domain = || all.iter().filter(|catalogue| catalogue.domain == domain);
    version
        .and_then(|version| of_domain().find(|catalogue| catalogue.version == version))
        .or_else(|| of_domain().max_by_key(|catalogue| version_order(&catalogue.version)))
        .cloned()
}

/// `18.1` before `19.0` before `19.2`; names without numbers first.
pub fn version_order(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}
