//! The page's state: what was read, what was chosen, and what follows from both.

mod begin;
mod drawer;
mod presets;
mod read;
mod shelves;
mod undo;
mod whole;

use super::address::{self, Address};
use super::answer::{AllDetections, Answer, Question};
use super::board::Place;
use super::catalogues::choose_catalogue;
use super::layers::{OpenLayer, ShownLayer, Tabs};
use super::settings::{Linked, Settings};
use super::today::today;
use super::view::numbers::counted;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::coverage::{Coverage, Policy};
use crate::diagnostic::Diagnostic;
use crate::gaps::peers::Peer;
use crate::gaps::{Enrichment, PartRead, ProfileError, Shelf};
use crate::heatmap::Theme;
use crate::layer::{Layer, Migration};
use crate::rule::Intake;
use leptos::prelude::*;
pub use read::Read;
use std::collections::BTreeSet;
use std::sync::Arc;
use undo::Snapshot;

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
    /// Rows of alerts read.
    pub alerts: u32,
    /// How much of a large file was read, and how much there is, in bytes.
    pub of_file: Option<(u64, u64)>,
    /// Files that failed.
    pub problems: u32,
    /// What it is read as.
    pub shelf: Shelf,
}

/// A line at the foot of the page that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What happened.
    pub text: String,
    /// Whether it offers "Undo".
    pub undo: bool,
}

/// Techniques that a list of numbers picks out of the matrix.
#[derive(Clone)]
pub struct Only {
    /// What they have in common.
    pub heading: String,
    /// The release they are of.
    pub catalogue: Arc<Catalogue>,
    /// Which they are.
    pub techniques: Vec<TechniqueIndex>,
}

/// What works out what a layer shows.
type ShowLayer = fn(&OpenLayer, &[Arc<Catalogue>], Option<&ShownLayer>) -> Option<ShownLayer>;

/// All state, copyable into every closure.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Built-in catalogues and those of dropped STIX bundles.
    pub catalogues: RwSignal<Vec<Arc<Catalogue>>>,
    /// Everything read, settled. Change it with [`Self::show`] or [`Self::publish`].
    read: RwSignal<Read>,
    /// Rules one could deploy, settled; empty where no library was given.
    library: RwSignal<Arc<Intake>>,
    /// What the user chose. Change it with [`Self::choose`].
    settings: RwSignal<Settings>,
    /// Settings of a link that are in use. Change them with [`Self::follow_link`] and such.
    linked: RwSignal<Option<Linked>>,
    /// The layers that are open. Change them with [`Self::edit_tabs`] or [`Self::turn_tabs`].
    tabs: RwSignal<Arc<Tabs>>,
    /// The layer whose tab is shown, on a release; `None` while the rules are shown, and for a
    /// layer of a domain that is not at hand.
    pub shown_layer: Memo<Option<Arc<ShownLayer>>>,
    /// Its code comes later ([`Self::begin`]).
    show_layer: RwSignal<Option<ShowLayer>>,
    /// What others measured of threats, from a file; for this visit. Change it with
    /// [`Self::enrich`].
    pub enrichment: RwSignal<Option<Arc<Enrichment>>>,
    /// Other organisations' coverage, for this visit. Change it with [`Self::compare_with`].
    pub peers: RwSignal<Arc<Vec<Peer>>>,
    /// Cells of layers, by tab, that are folded or unfolded by hand, against what the layer says.
    folds: RwSignal<BTreeSet<(u32, TechniqueId, u8)>>,
    /// What the last migration of a tab had to change.
    pub migrations: RwSignal<Vec<(u32, Arc<Migration>)>>,
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
    /// The others step back in the matrix, unless something is searched for.
    pub only: RwSignal<Option<Arc<Only>>>,
    /// What is on the screen: follows everything above, in pieces where it takes long, and
    /// changes as a whole.
    answer: RwSignal<Option<Arc<Answer>>>,
    /// [`Answer::catalogue`]; `None` until one is loaded.
    pub catalogue: Memo<Option<Arc<Catalogue>>>,
    /// [`Answer::intake`].
    pub intake: Memo<Arc<Intake>>,
    /// The policy of what is on the screen; the settings may be ahead of it.
    pub policy: Memo<Policy>,
    /// [`Answer::coverage`].
    pub coverage: Memo<Option<Arc<Coverage>>>,
    /// [`Answer::real`].
    pub real: Memo<Option<Arc<Coverage>>>,
    /// [`Answer::detections`].
    pub all_detections: Memo<Option<Arc<AllDetections>>>,
    /// [`Answer::diagnostics`].
    pub diagnostics: Memo<Arc<Vec<Diagnostic>>>,
    /// The theme to draw with.
    pub theme: Memo<Theme>,
    /// The release of the comparison that is looked at, if one is.
    pub compared_on: RwSignal<Option<Arc<Catalogue>>>,
    /// The matrix is being drawn in several frames.
    pub drawing: RwSignal<bool>,
    history: RwSignal<Vec<Snapshot>>,
    /// What was undone, the next to be done again last.
    undone: RwSignal<Vec<Snapshot>>,
    pastes: StoredValue<u32>,
    /// The settings that the last link carried, until they are in use.
    link: RwSignal<Option<String>>,
    /// Numbers what was asked, so that only the last is answered.
    asked: StoredValue<u32>,
    /// What is to be shown in the end, whatever is computed meanwhile.
    wanted: StoredValue<Read>,
}

impl AppState {
    /// The state of a fresh page, with the settings that its first picture needs. The others come with
    /// [`Self::begin`], and so does what follows from any of it.
    pub fn new() -> Self {
        let catalogues: RwSignal<Vec<Arc<Catalogue>>> = RwSignal::new(Vec::new());
        let read = RwSignal::new(Read::default());
        let settings = RwSignal::new(Settings::first());
        let system_dark = RwSignal::new(false);

        let answer = RwSignal::new(None::<Arc<Answer>>);
        let catalogue = Memo::new_with_compare(
            move |_| {
                answer.with(|answer| answer.as_ref().map(|all| all.question.catalogue.clone()))
            },
            different_option,
        );
        let intake = Memo::new_with_compare(
            move |_| match answer
                .with(|answer| answer.as_ref().map(|all| all.question.read.intake.clone()))
            {
                Some(intake) => intake,
                None => read.with(|read| read.intake.clone()),
            },
            different,
        );
        let coverage = Memo::new_with_compare(
            move |_| answer.with(|answer| answer.as_ref().map(|all| all.coverage.clone())),
            different_option,
        );
        let real = Memo::new_with_compare(
            move |_| answer.with(|answer| answer.as_ref().map(|all| all.real.clone())),
            different_option,
        );
        let all_detections = Memo::new_with_compare(
            move |_| answer.with(|answer| answer.as_ref()?.detections.clone()),
            different_option,
        );
        let policy = Memo::new(move |_| {
            let of_answer = |answer: &Option<Arc<Answer>>| Some(answer.as_ref()?.question.policy);
            answer.with(of_answer).unwrap_or_default()
        });
        let diagnostics = Memo::new_with_compare(
            move |_| {
                answer
                    .with(|answer| answer.as_ref().map(|all| all.diagnostics.clone()))
                    .unwrap_or_default()
            },
            different,
        );
        let tabs = RwSignal::new(Arc::new(Tabs::default()));
        let show_layer = RwSignal::new(None::<ShowLayer>);
        let shown_layer = Memo::new(move |before: Option<&Option<Arc<ShownLayer>>>| {
            let before = before.and_then(Option::as_deref);
            let (tabs, show) = (tabs.get(), show_layer.get()?);
            let shown = catalogues.with(|all| show(tabs.active()?, all, before))?;
            Some(Arc::new(shown))
        });
        let theme = Memo::new(move |_| settings.with(|s| s.theme(system_dark.get())));
        let (address, link) = address::follow();
        Self {
            catalogues,
            read,
            library: RwSignal::default(),
            settings,
            linked: RwSignal::new(None),
            tabs,
            shown_layer,
            show_layer,
            enrichment: RwSignal::new(None),
            peers: RwSignal::default(),
            folds: RwSignal::default(),
            migrations: RwSignal::default(),
            address,
            progress: RwSignal::new(None),
            toast: RwSignal::new(None),
            system_dark,
            search: RwSignal::new(String::new()),
            only: RwSignal::new(None),
            answer,
            catalogue,
            intake,
            policy,
            coverage,
            real,
            all_detections,
            diagnostics,
            theme,
            compared_on: RwSignal::new(None),
            drawing: RwSignal::new(false),
            history: RwSignal::new(Vec::new()),
            undone: RwSignal::new(Vec::new()),
            pastes: StoredValue::new(0),
            link,
            asked: StoredValue::new(0),
            wanted: StoredValue::new(Read::default()),
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
            && self.tabs.with(|tabs| tabs.open.is_empty())
    }

    /// The layers that are open, to read.
    pub fn tabs(&self) -> ReadSignal<Arc<Tabs>> {
        self.tabs.read_only()
    }

    /// Changes layers or their tabs; can be undone.
    pub fn edit_tabs(&self, change: impl FnOnce(&mut Tabs)) {
        self.remember();
        self.turn_tabs(change);
    }

    /// Changes what is not worth an undo step: which tab is shown, what an import brings.
    pub fn turn_tabs(&self, change: impl FnOnce(&mut Tabs)) {
        self.tabs.update(|tabs| change(Arc::make_mut(tabs)));
    }

    /// Changes the shown layer; can be undone.
    pub fn edit_layer(&self, change: impl FnOnce(&mut Layer)) {
        let Some(open) = self.tabs.with_untracked(|tabs| tabs.active().cloned()) else { return };
        let mut layer = (*open.layer).clone();
        change(&mut layer);
        if layer != *open.layer {
            self.edit_tabs(|tabs| tabs.replace(open.key, Arc::new(layer)));
        }
    }

    /// The release of what is shown: the layer's, or that of the rules.
    pub fn shown_catalogue(&self) -> Option<Arc<Catalogue>> {
        match self.shown_layer.get() {
            Some(shown) => Some(shown.catalogue.clone()),
            None => self.catalogue.get(),
        }
    }

    /// The cells of the shown layer whose sub-techniques are unfolded; `None` if none is shown.
    pub fn unfolded_in_layer(&self) -> Option<BTreeSet<Place>> {
        let shown = self.shown_layer.get()?;
        self.folds.with(|folds| {
            let is_unfolded = |cell: &crate::layer::LayerCell, is_open: bool| {
                let id = shown.catalogue.technique(cell.technique).id;
                is_open != folds.contains(&(shown.open.key, id, cell.tactic))
            };
            Some(crate::sorted::set(
                shown.rows().filter_map(|(place, row)| {
                    is_unfolded(&row.cell, row.is_open).then_some(place)
                }),
            ))
        })
    }

    /// Folds or unfolds the sub-techniques of a technique: in the shown layer in this tactic, of
    /// rules in all.
    pub fn fold(&self, technique: TechniqueId, tactic: u8) {
        let Some(key) = self.shown_layer.with_untracked(|shown| Some(shown.as_ref()?.open.key))
        else {
            return self.adjust(|settings| settings.expansion.toggle(technique));
        };
        self.folds.update(|folds| {
            let fold = (key, technique, tactic);
            if !folds.remove(&fold) {
                folds.insert(fold);
            }
        });
    }

    /// Takes back all folding by hand in the shown layer.
    pub fn forget_folds(&self) {
        let key = self.shown_layer.with_untracked(|shown| Some(shown.as_ref()?.open.key));
        self.folds.update(|folds| folds.retain(|(of, _, _)| Some(*of) != key));
    }

    /// What the shown layer says in words of the cell at a place: comment and metadata.
    pub fn notes_at(&self, place: Place) -> Vec<String> {
        let shown = self.shown_layer.get_untracked();
        shown.map(|shown| shown.notes_at(place)).unwrap_or_default()
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

    /// Takes an enrichment, or forgets it; can be undone.
    pub fn enrich(&self, enrichment: Option<Arc<Enrichment>>) {
        self.remember();
        self.enrichment.set(enrichment);
    }

    /// Takes what a file gives the profile; a part of whatever change is under way.
    ///
    /// # Errors
    /// If it is a profile that is none.
    pub fn take_part(&self, read: PartRead) -> Result<(), ProfileError> {
        let mut profile = self.settings.with_untracked(|settings| settings.profile.clone());
        if let Some(enrichment) = read.give(&mut profile)? {
            self.enrichment.set(Some(Arc::from(enrichment)));
        }
        if self.settings.with_untracked(|settings| settings.profile != profile) {
            self.adjust(|settings| settings.profile = profile);
        }
        Ok(())
    }

    /// Marks the point to which undoing an import, or a file given to the profile, returns.
    pub fn begin_intake(&self) {
        self.remember();
    }

    /// Shows this as soon as everything that follows from it is computed. False if something newer
    /// was asked for meanwhile; that will be shown instead.
    pub async fn show(&self, read: Read) -> bool {
        self.wanted.set_value(read.clone());
        let mine = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(mine);
        let is_current = move || self.asked.get_value() == mine;
        let before = self.answer.get_untracked();
        // Without a catalogue there is nothing to be said.
        let question = self.question(read.clone());
        if let Some(question) =
            question.filter(|new| before.as_ref().is_none_or(|b| b.question != *new))
        {
            let Some(answer) = question.answer(before.as_deref(), is_current).await else {
                return false;
            };
            self.answer.set(Some(Arc::new(answer)));
        }
        // Setting it anew would ask anew.
        if self.read.with_untracked(|shown| *shown != read) {
            self.read.set(read);
        }
        true
    }

    /// Whether this is to be shown in the end.
    pub fn wants(&self, read: &Read) -> bool {
        self.wanted.with_value(|wanted| wanted == read)
    }

    /// What is to be shown of this, by the choices made; `None` until a catalogue is there.
    fn question(&self, read: Read) -> Option<Question> {
        let (domain, version, policy, scope, health) =
            self.settings.with_untracked(Settings::counting);
        self.catalogues.with_untracked(|all| {
            let catalogue = choose_catalogue(all, domain, version.as_deref())?;
            let others = all.iter().filter(|other| other.domain != catalogue.domain);
            Some(Question {
                others: others.cloned().collect(),
                catalogue,
                read,
                policy,
                scope,
                health,
                today: today(),
            })
        })
    }

    /// Replaces what was read.
    fn publish(&self, read: Read) {
        self.wanted.set_value(read.clone());
        self.read.set(read);
    }

    /// Everything read so far, also what is about to be shown.
    pub fn everything_read(&self) -> Read {
        self.read.get_untracked()
    }

    /// Numbers pastes, so that each is a file of its own.
    pub fn next_paste(&self) -> u32 {
        self.pastes.update_value(|number| *number += 1);
        self.pastes.get_value()
    }

    /// Forgets everything read; can be undone.
    pub fn clear(&self) {
        let files = self.read.with_untracked(|read| read.intake.report.outcomes.len());
        self.remember();
        self.publish(Read::default());
        self.turn_tabs(Tabs::close_all);
        self.toast.set(Some(Toast {
            text: format!("{} removed", counted(files, "file", "files")),
            undo: true,
        }));
    }
}

impl Default for AppState {
    fn default() -> Self {
        Self::new()
    }
}

/// Memos hold big values behind `Arc`s; another `Arc` is another value.
fn different<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    !matches!((a, b), (Some(a), Some(b)) if Arc::ptr_eq(a, b))
}

fn different_option<T>(a: Option<&Option<Arc<T>>>, b: Option<&Option<Arc<T>>>) -> bool {
    match (a, b) {
        (Some(Some(a)), Some(Some(b))) => !Arc::ptr_eq(a, b),
        (Some(None), Some(None)) => false,
        _ => true,
    }
}
