//! Where the shown gaps can be carried: files for trackers and pipelines, a layer, the matrix.

use super::Shown;
use super::head::Of;
use crate::export::layer_json::{LayerOptions, to_json};
use crate::export::{gaps_csv, gaps_json, gaps_layer, gaps_md};
use crate::gaps::{Gap, UNLOCKS, unlock};
use crate::heatmap::Palette;
use crate::layer::Layer;
use crate::web::address::{self, Address, View};
use crate::web::download;
use crate::web::next_task::next_task;
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

    /// The bytes that `coverlay gaps` gives.
    fn bytes(self, found: &Of, gaps: &[Gap]) -> Vec<u8> {
        let asked = &found.asked;
        let of = |unlocks: &[_], write: &dyn Fn(&gaps_json::GapsOf<'_>) -> Vec<u8>| {
            write(&found.of(gaps, unlocks))
        };
        match self {
            Self::Csv => of(&[], &|of| gaps_csv::write(of).into_bytes()),
            Self::Layer => to_json(&layer(found, gaps)).into_bytes(),
            Self::Markdown => of(&unlock(&asked.catalogue, &found.list, UNLOCKS), &|of| {
                gaps_md::write(of).into_bytes()
            }),
            Self::Json => of(&unlock(&asked.catalogue, &found.list, UNLOCKS), &gaps_json::write),
        }
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
    let state = AppState::get();
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
        spawn_local(async move {
            next_task().await;
            let (name, mime) = kind.file();
            download::save(name, mime, &kind.bytes(&found, &gaps));
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
