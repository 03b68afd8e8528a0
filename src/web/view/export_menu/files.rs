//! What the exports have in common, and the table.

use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::export::{csv, file_stem};
use crate::rule::Intake;
use crate::web::download;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use leptos::prelude::*;
use std::sync::Arc;

/// What is exported, as it is now.
pub(super) struct Subject {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) coverage: Arc<Coverage>,
    pub(super) intake: Arc<Intake>,
    pub(super) date: Date,
}

impl Subject {
    /// `None` while no catalogue is loaded.
    pub(super) fn now(state: &AppState) -> Option<Self> {
        Some(Self {
            catalogue: state.catalogue.get_untracked()?,
            coverage: state.coverage.get_untracked()?,
            intake: state.intake.get_untracked(),
            date: today(),
        })
    }
}

/// The file name without its ending: of a layer its name, as the Navigator makes it.
pub(super) fn stem_now(state: &AppState) -> String {
    match state.shown_layer.get() {
        Some(shown) => layer_stem(&shown.open.layer.name),
        None => file_stem(today()),
    }
}

/// In small letters, blanks as `_`, nothing that a file system could mind.
pub(super) fn layer_stem(name: &str) -> String {
    const LONGEST: usize = 80;
    let safe = |c: char| match c {
        c if c.is_whitespace() => '_',
        c if c.is_alphanumeric() || "-_.,()+".contains(c) => c,
        _ => '-',
    };
    let stem: String = name.trim().to_lowercase().chars().map(safe).take(LONGEST).collect();
    match stem.trim_start_matches('.') {
        "" => "layer".to_owned(),
        stem => stem.to_owned(),
    }
}

/// Says that a file went out.
pub(in crate::web::view) fn told(state: &AppState, file_name: &str) {
    state.toast.set(Some(Toast { text: format!("Saved {file_name}"), undo: false }));
}

/// Says why none did.
pub(in crate::web::view) fn failed(state: &AppState, reason: &str) {
    state.toast.set(Some(Toast { text: format!("Not saved: {reason}"), undo: false }));
}

pub(super) fn table_section() -> AnyView {
    let state = AppState::get();
    let file_name = format!("{}.csv", file_stem(today()));
    let save = {
        let file_name = file_name.clone();
        move |_| {
            let Some(subject) = Subject::now(&state) else { return };
            let table = csv::rules(&subject.catalogue, &subject.coverage, &subject.intake);
            download::save(&file_name, "text/csv", table.as_bytes());
            told(&state, &file_name);
        }
    };
    view! {
        <section class="export-part">
            <h3>"Rules as a table"</h3>
            <p class="muted">"One row a rule and technique: title, attack_id, level, status and more."</p>
            <div class="export-actions">
                <button type="button" class="button" data-action="export-csv" on:click=save>"CSV"</button>
                <code>{file_name}</code>
            </div>
        </section>
    }
    .into_any()
}
