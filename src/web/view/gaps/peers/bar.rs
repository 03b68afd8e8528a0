//! Peers come and go, and one's own coverage goes to them.

use super::super::Both;
use crate::export::{layer_json, share};
use crate::gaps::peers::{Peer, PeersRead};
use crate::source::Bucket;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::{live, press};
use crate::web::{download, intake};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{File, HtmlInputElement};

/// Files named that held no peer; the rest is counted.
const MOST_REFUSED: usize = 5;

#[derive(Clone, Copy)]
struct Bar {
    state: AppState,
    peers: Signal<Arc<Vec<Peer>>>,
    turn: Callback<Arc<Vec<Peer>>>,
    /// Files are being read.
    reading: RwSignal<bool>,
    /// What could not be read of the last ones; gone with the next.
    refused: RwSignal<Vec<String>>,
}

impl Bar {
    fn add(self, more: Vec<Peer>) {
        if more.is_empty() {
            return;
        }
        let Some(before) = self.peers.try_get_untracked() else { return };
        let text = format!("{} added", counted(more.len(), "peer", "peers"));
        let mut all = (*before).clone();
        all.extend(more);
        self.turn.run(Arc::new(all));
        self.state.toast.set(Some(Toast { text, undo: false }));
    }

    fn read(self, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        self.reading.set(true);
        self.refused.set(Vec::new());
        spawn_local(async move {
            let PeersRead { peers, refused } = intake::peers(files).await;
            // The view may be gone by now.
            if self.reading.try_set(false).is_some() {
                return;
            }
            self.add(peers);
            let mut said = Vec::new();
            for file in refused.iter().take(MOST_REFUSED) {
                if let Bucket::Skipped { reason, .. } | Bucket::Failed { reason, .. } = &file.bucket
                {
                    said.push(format!("{}: {reason}", file.path));
                }
            }
            let more = refused.len().saturating_sub(said.len());
            if more > 0 {
                said.push(format!("and {} more", counted(more, "file", "files")));
            }
            self.refused.set(said);
        });
    }
}

pub(super) fn bar(
    of: Memo<Option<Both>>,
    peers: Signal<Arc<Vec<Peer>>>,
    turn: Callback<Arc<Vec<Peer>>>,
) -> AnyView {
    let state = AppState::get();
    let refused = RwSignal::new(Vec::new());
    let bar = Bar { state, peers, turn, reading: RwSignal::new(false), refused };
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let input: HtmlInputElement = input;
        let list = input.files();
        let files: Vec<File> = list
            .map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect())
            .unwrap_or_default();
        // So that the same file can be chosen again.
        input.set_value("");
        bar.read(files);
    };
    let ask = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let layers = Memo::new(move |_| state.tabs().with(|tabs| tabs.open.len()));
    let add_open = move || {
        let open = state.tabs().with_untracked(|tabs| {
            tabs.open.iter().map(|open| Peer::of_layer(&open.layer)).collect()
        });
        bar.add(open);
    };
    let share = move || {
        let Some(Both { catalogue, coverage }) = of.get_untracked() else { return };
        let layer = share::layer(&catalogue, &coverage, today());
        let name = layer_json::file_name(today());
        download::save(&name, "application/json", layer_json::to_json(&layer).as_bytes());
        let text = format!("{name} saved: ids and scores, and nothing else");
        state.toast.set(Some(Toast { text, undo: false }));
    };
    let none = Signal::derive(move || peers.with(|peers| peers.is_empty()));
    let open_text = Signal::derive(move || {
        format!("Add the {}", counted(layers.get(), "open layer", "open layers"))
    });
    let no_layers = Signal::derive(move || layers.get() == 0);
    let idle = Signal::derive(move || {
        of.with(|both| both.as_ref().is_none_or(|both| both.coverage.mapped.is_empty()))
    });
    let status = move || if bar.reading.get() { "Reading…" } else { "" };
    view! {
        <div class="stat-line">
            <input
                type="file"
                multiple
                hidden
                accept=".json,.zip"
                aria-label="Layers or reports of peers"
                data-input="peers"
                node_ref=input
                on:change=chosen
            />
            {press("add-peers", false.into(), Signal::stored("Add peers’ layers…".to_owned()), Box::new(ask))}
            {press("add-open-layers", no_layers, open_text, Box::new(add_open))}
            {press("remove-peers", none, Signal::stored("Remove all peers".to_owned()), Box::new(move || {
                turn.run(Arc::default());
            }))}
            {press("share-coverage", idle, Signal::stored("Export mine for sharing".to_owned()), Box::new(share))}
            <span class="muted" role="status">{status}</span>
        </div>
        {live(move || refused_list(refused))}
    }
    .into_any()
}

fn refused_list(refused: RwSignal<Vec<String>>) -> Option<AnyView> {
    let lines = refused.get();
    if lines.is_empty() {
        return None;
    }
    let line = |text: String| view! { <li><bdi>{text}</bdi></li> }.into_any();
    let lines: Vec<AnyView> = lines.into_iter().map(line).collect();
    let list = view! {
        <p class="stat-sentence" role="status">"Not read as peers:"</p>
        <ul class="stat-notes">{lines}</ul>
    };
    Some(list.into_any())
}
