//! Peers come and go, and one's own coverage goes to them.

use super::super::Both;
use crate::export::{layer_json, share};
use crate::gaps::peers::{Peer, PeersRead};
use crate::source::Bucket;
use crate::web::gaps::Gaps;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::{live, press};
use crate::web::{download, intake};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{File, FileList, HtmlInputElement};

/// Files named that held no peer; the others unfold.
const MOST_REFUSED: usize = 5;

/// All of it outlives the view: files go on being read when one looks elsewhere.
#[derive(Clone, Copy)]
struct Bar {
    state: AppState,
    gaps: Gaps,
}

impl Bar {
    fn add(self, more: Vec<Peer>) {
        if more.is_empty() {
            return;
        }
        let said = format!("{} added", counted(more.len(), "peer", "peers"));
        let mut all = self.state.peers.with_untracked(|peers| (**peers).clone());
        all.extend(more);
        self.state.compare_with(all, said);
    }

    fn remove_all(self) {
        let number = self.state.peers.with_untracked(|peers| peers.len());
        self.state
            .compare_with(Vec::new(), format!("{} removed", counted(number, "peer", "peers")));
    }

    fn read(self, list: Option<FileList>) {
        let files: Vec<File> = list
            .map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect())
            .unwrap_or_default();
        if files.is_empty() {
            return;
        }
        self.gaps.reading_peers.set(true);
        self.gaps.refused_peers.set(Vec::new());
        spawn_local(async move {
            let PeersRead { peers, refused } = intake::peers(self.state, files).await;
            self.gaps.reading_peers.set(false);
            self.add(peers);
            let said = refused.iter().filter_map(|file| match &file.bucket {
                Bucket::Skipped { reason, .. } | Bucket::Failed { reason, .. } => {
                    Some(format!("{}: {reason}", file.path))
                }
                Bucket::Read { .. } => None,
            });
            self.gaps.refused_peers.set(said.collect());
        });
    }
}

pub(super) fn bar(of: Memo<Option<Both>>) -> AnyView {
    let state = AppState::get();
    let bar = Bar { state, gaps: Gaps::get() };
    let peers = state.peers;
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let input: HtmlInputElement = input;
        bar.read(input.files());
        // So that the same file can be chosen again.
        input.set_value("");
    };
    // The page as a whole would take them for one's own.
    let dropped = move |event: leptos::ev::DragEvent| {
        if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
            event.prevent_default();
            bar.read(Some(files));
        }
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
    let status = move || if bar.gaps.reading_peers.get() { "Reading…" } else { "" };
    view! {
        <div class="library-drop" data-drop="peers" on:drop=dropped>
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
            {press("remove-peers", none, Signal::stored("Remove all peers".to_owned()), Box::new(move || bar.remove_all()))}
            {press("share-coverage", idle, Signal::stored("Export mine for sharing".to_owned()), Box::new(share))}
            <span class="library-drop-text muted">"or drop layers, reports, or a zip of them here"</span>
            <span class="muted" role="status">{status}</span>
        </div>
        {live(move || refused_list(bar.gaps.refused_peers))}
    }
    .into_any()
}

fn refused_list(refused: RwSignal<Vec<String>>) -> Option<AnyView> {
    let lines = refused.get();
    if lines.is_empty() {
        return None;
    }
    let line = |text: &String| view! { <li><bdi>{text.clone()}</bdi></li> }.into_any();
    let (first, rest) = lines.split_at(lines.len().min(MOST_REFUSED));
    let first: Vec<AnyView> = first.iter().map(line).collect();
    let more = (!rest.is_empty()).then(|| {
        let rest_lines: Vec<AnyView> = rest.iter().map(line).collect();
        view! {
            <details>
                <summary>"and "{counted(rest.len(), "more file", "more files")}</summary>
                <ul class="stat-notes">{rest_lines}</ul>
            </details>
        }
        .into_any()
    });
    let list = view! {
        <p class="stat-sentence" role="status">"Not read as peers:"</p>
        <ul class="stat-notes">{first}</ul>
        {more}
    };
    Some(list.into_any())
}
