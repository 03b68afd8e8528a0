//! Where the shown gaps can be carried: files for trackers and pipelines, a layer, the matrix.

use super::Shown;
use super::head::Of;
use crate::export::gaps_advice::AdviceOf;
use crate::export::gaps_json::{self, GapsOf};
use crate::export::layer_json::{LayerOptions, to_json};
use crate::export::{gaps_csv, gaps_layer, gaps_md};
use crate::gaps::{Gap, Grounds, LogsAtHand, NextAsked, Recommendations, UNLOCKS, unlock};
use crate::heatmap::Palette;
use crate::layer::Layer;
use crate::rule::Intake;
use crate::web::address::{self, Address, View};
use crate::web::download;
use crate::web::gaps::Asked;
use crate::web::library::PageLibrary;
use crate::web::next_task::{FramePace, next_task};
use crate::web::state::{AppState, Only, Toast};
use crate::web::view::edit::start::open;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::press;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What a backlog is written as.
#[derive(Clone, Copy)]
enum Kind {
    Csv,
    Markdown,
    Json,
    Layer,
}

impl Kind {
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("gaps.csv", "text/csv"),
            Self::Markdown => ("gaps.md", "text/markdown"),
            Self::Json => ("gaps.json", "application/json"),
            Self::Layer => ("gaps_layer.json", "application/json"),
        }
    }

    /// Whether it tells what to do about each gap.
    fn has_advice(self) -> bool {
        !matches!(self, Self::Layer)
    }
}

/// The bytes that `coverlay gaps` gives with the same library.
async fn bytes(kind: Kind, found: &Of, gaps: &[Gap], rules: &Intake, next: &NextAsked) -> Vec<u8> {
    if !kind.has_advice() {
        return to_json(&layer(found, gaps)).into_bytes();
    }
    let Asked { catalogue, intake, coverage, scoring, scope, .. } = &found.asked;
    let grounds = Grounds {
        catalogue,
        intake,
        coverage,
        policy: scoring,
        scope,
        telemetry: &LogsAtHand { catalogue, logs: &found.list.logs },
        library: rules,
    };
    let techniques: Vec<_> = gaps.iter().map(|gap| gap.technique).collect();
    let stakes = found.list.stakes();
    let pace = FramePace::new();
    let said = Recommendations::new_paced(&grounds, &stakes, next, &techniques, &pace).await;
    let advice = AdviceOf::new(grounds, next, &said);
    let unlock = unlock(catalogue, &found.list, UNLOCKS);
    next_task().await;
    let of = GapsOf { advice: Some(&advice), ..found.of(gaps, &unlock) };
    match kind {
        Kind::Csv => gaps_csv::write(&of).into_bytes(),
        Kind::Markdown => gaps_md::write(&of).into_bytes(),
        Kind::Json | Kind::Layer => gaps_json::write(&of),
    }
}

fn layer(found: &Of, gaps: &[Gap]) -> Layer {
    let options = LayerOptions {
        name: String::new(),
        description: String::new(),
        palette: Palette::priority(),
        date: found.asked.coverage.today,
    };
    gaps_layer::layer(&found.of(gaps, &[]), &options)
}

pub(super) fn actions(shown: Shown) -> AnyView {
    let (state, library) = (AppState::get(), PageLibrary::get());
    let top = RwSignal::new(None::<usize>);
    let chosen = move || {
        shown.rows.with_untracked(|rows| {
            let found = rows.source().clone()?;
            let gaps = rows.rows().iter().take(top.get_untracked().unwrap_or(usize::MAX));
            Some((found, gaps.cloned().collect::<Vec<Gap>>()))
        })
    };
    let save = move |kind: Kind| {
        let Some((found, gaps)) = chosen() else { return };
        let (rules, next) = (state.library().get_untracked(), library.next.get_untracked());
        spawn_local(async move {
            next_task().await;
            let (name, mime) = kind.file();
            download::save(name, mime, &bytes(kind, &found, &gaps, &rules, &next).await);
            let text = format!("{name} saved: {}", counted(gaps.len(), "gap", "gaps"));
            state.toast.set(Some(Toast { text, undo: false }));
        });
    };
    let file = |action: &'static str, label: &str, kind: Kind| {
        let text = Signal::stored(label.to_owned());
        press(action, false.into(), text, Box::new(move || save(kind)))
    };
    let as_layer = move || {
        if let Some((found, gaps)) = chosen() {
            open(state, layer(&found, &gaps), "The gaps are a layer, coloured by priority");
        }
    };
    let in_matrix = move || {
        let Some((found, gaps)) = chosen() else { return };
        let heading = match gaps.len() == found.list.gaps.len() {
            true => "All gaps".to_owned(),
            false => "Gaps".to_owned(),
        };
        let only = Only {
            heading,
            catalogue: found.asked.catalogue.clone(),
            techniques: gaps.into_iter().map(|gap| gap.technique).collect(),
        };
        state.search.set(String::new());
        state.only.set(Some(Arc::new(only)));
        address::go(&Address::view(View::Matrix));
    };
    let number = move || {
        let all = shown.rows.with(super::Rows::len);
        count(all.min(top.get().unwrap_or(usize::MAX)))
    };
    let none = Signal::derive(move || shown.rows.with(super::Rows::is_empty));
    view! {
        <div class="stat-line gaps-actions" role="group" aria-label="The shown gaps" hidden=none>
            <label>
                "Only the first "
                <input
                    class="field"
                    type="number"
                    min="1"
                    step="1"
                    placeholder="all"
                    data-action="backlog-top"
                    on:input=move |event| {
                        let asked = event_target_value(&event).trim().parse().ok();
                        top.set(asked.filter(|top| *top > 0));
                    }
                />
            </label>
            <span class="muted">"Backlog of "{number}":"</span>
            {file("export-backlog-csv", "CSV for Jira, GitHub", Kind::Csv)}
            {file("export-backlog-md", "Markdown", Kind::Markdown)}
            {file("export-backlog-json", "JSON", Kind::Json)}
            {file("export-backlog-layer", "Layer file", Kind::Layer)}
            <span class="muted">"In the matrix:"</span>
            {press("gaps-as-layer", false.into(), Signal::stored("As a layer, by priority".to_owned()), Box::new(as_layer))}
            {press("show-in-matrix", false.into(), Signal::stored("Dim all others".to_owned()), Box::new(in_matrix))}
        </div>
    }
    .into_any()
}
