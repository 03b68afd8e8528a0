//! Which column of a table is what: what is asked, and what was answered so far.

use super::intake;
use super::state::{AppState, Toast};
use crate::alerts::{Alerts, Field, KnownMapping, Mapping, MappingError, SampledTable, Zone};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::File;

/// What is known of the file.
#[derive(Clone)]
pub enum Looked {
    /// It is being looked at.
    Looking,
    /// It is no table, or can no longer be read.
    NoTable,
    /// Its columns.
    Table(Arc<SampledTable>),
}

/// The question, while it is open.
#[derive(Clone, Copy)]
pub struct ColumnChoice {
    /// The file it is about; `None` while nothing is asked.
    pub path: RwSignal<Option<String>>,
    /// What was found in it.
    pub looked: RwSignal<Looked>,
    /// What is chosen so far.
    pub mapping: RwSignal<Mapping>,
    /// The zone as typed, which may be none.
    pub zone: RwSignal<String>,
    /// The first rows as they would be read, and what becomes of those at the beginning.
    pub preview: RwSignal<Option<Arc<Alerts>>>,
    turn: StoredValue<u32>,
}

impl ColumnChoice {
    /// Nothing is asked.
    pub fn new() -> Self {
        Self {
            path: RwSignal::new(None),
            looked: RwSignal::new(Looked::Looking),
            mapping: RwSignal::default(),
            zone: RwSignal::default(),
            preview: RwSignal::new(None),
            turn: StoredValue::new(0),
        }
    }

    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    /// Asks about a file that was dropped before.
    pub fn open(self, state: AppState, path: String) {
        self.looked.set(Looked::Looking);
        self.preview.set(None);
        self.mapping.set(Mapping::default());
        self.path.set(Some(path.clone()));
        let mine = self.next_turn();
        spawn_local(async move {
            let found = intake::look_at(state, path, None).await;
            if self.turn.try_get_value() != Some(mine) {
                return;
            }
            match found {
                None => self.looked.set(Looked::NoTable),
                Some((table, preview)) => self.show(table, preview),
            }
        });
    }

    fn show(self, table: SampledTable, preview: Option<Box<Alerts>>) {
        self.mapping.set(table.mapping.clone());
        self.zone.set(table.mapping.zone.to_string());
        self.preview.set(preview.map(Arc::from));
        self.looked.set(Looked::Table(Arc::new(table)));
    }

    /// Reads a chosen file, or asks if it does not say itself what its columns are.
    pub fn open_file(self, state: AppState, file: &File) {
        let path = intake::keep_file(file);
        let mine = self.next_turn();
        spawn_local(async move {
            let found = intake::look_at(state, path.clone(), None).await;
            if self.turn.try_get_value() != Some(mine) {
                return;
            }
            match found {
                Some((table, _)) if table.mapping.check().is_ok() => {
                    intake::read_alerts(state, path, table.mapping);
                }
                Some((table, preview)) => {
                    self.path.set(Some(path));
                    self.show(table, preview);
                }
                None => {
                    let name = crate::heatmap::wording::plain_up_to(&path, 60);
                    let text = format!("{name} is no table: neither CSV, TSV, JSON nor NDJSON");
                    state.toast.set(Some(Toast { text, undo: false }));
                }
            }
        });
    }

    /// The dialog was closed, by Escape or because nothing is asked any more.
    pub fn closed(self) {
        if self.path.with_untracked(Option::is_some) {
            self.close();
        }
    }

    /// Asks no longer.
    pub fn close(self) {
        self.next_turn();
        self.path.set(None);
    }

    /// Changes what is chosen, and looks at the first rows again.
    pub fn choose(self, state: AppState, change: impl FnOnce(&mut Mapping)) {
        self.mapping.update(change);
        let (Some(path), mapping) = (self.path.get_untracked(), self.mapping.get_untracked())
        else {
            return;
        };
        let mine = self.next_turn();
        if mapping.check().is_err() {
            self.preview.set(None);
            return;
        }
        spawn_local(async move {
            let found = intake::look_at(state, path, Some(mapping)).await;
            if self.turn.try_get_value() == Some(mine) {
                self.preview.set(found.and_then(|(_, preview)| preview).map(Arc::from));
            }
        });
    }

    /// Takes what was typed as zone, if it is one.
    pub fn choose_zone(self, state: AppState, typed: String) {
        if let Ok(zone) = typed.trim().parse::<Zone>() {
            self.choose(state, |mapping| mapping.zone = zone);
        }
        self.zone.set(typed);
    }

    /// What is wrong with the zone as typed.
    pub fn zone_fault(self) -> Option<String> {
        self.zone.with(|typed| typed.trim().parse::<Zone>().err()).map(|error| error.to_string())
    }

    /// Reads the file by what is chosen, and remembers that for tables with the same columns.
    pub fn read(self, state: AppState) {
        let (Some(path), Looked::Table(table)) =
            (self.path.get_untracked(), self.looked.get_untracked())
        else {
            return;
        };
        let mapping = self.mapping.get_untracked();
        let is_ready = mapping.check().is_ok() && untrack(|| self.zone_fault()).is_none();
        if !is_ready {
            return;
        }
        self.close();
        if !intake::read_alerts(state, path, mapping.clone()) {
            let text = "That file is no longer there; drop it again".to_owned();
            state.toast.set(Some(Toast { text, undo: false }));
            return;
        }
        let columns = table.columns.iter().map(|column| column.name.clone()).collect();
        // Taken back together with the import.
        state.adjust(|settings| {
            KnownMapping { columns, mapping }.remember(&mut settings.alert_tables);
        });
    }
}

impl Default for ColumnChoice {
    fn default() -> Self {
        Self::new()
    }
}

/// Why what is missing matters.
pub fn why_needed(error: MappingError) -> &'static str {
    match error {
        MappingError::NoTime => {
            "Choose the time: without one no alert can be new or old, and none falls into a window."
        }
        MappingError::NoSubject => {
            "Choose a rule id, rule name, technique or tactic: without one an alert stands nowhere on the matrix."
        }
    }
}

/// What a column that is not chosen costs, or what it is for.
pub fn what_for(field: Field) -> &'static str {
    match field {
        Field::Time => "when it was raised; without one nothing can be read",
        Field::RuleId => "finds its rule, and by that the techniques",
        Field::RuleName => "finds its rule where the id does not",
        Field::Technique => "else techniques come from the rule",
        Field::Tactic => "else tactics come from the technique",
        Field::Severity => "to filter by",
        Field::Host => "for investigations",
        Field::User => "for investigations",
        Field::EventTime => "without it there is no latency",
        Field::DetectionTime => "else the time of the alert counts",
        Field::Verdict => "without it nobody knows false positives",
        Field::Incident => "for investigations",
    }
}
