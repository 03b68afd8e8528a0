//! The ATT&CK catalogues: those beside the page, loaded once, and those of dropped bundles.

use super::begin::Begun;
use super::fonts;
use super::intake::now_ms;
use super::marks::mark;
use super::next_task::{idle, next_task};
use super::offline::Offline;
use super::requests::Requests;
use super::state::{AppState, Toast};
use super::view::later::Later;
use crate::attack::{Catalogue, Domain, stored};
use crate::worker::boot::Program;
use crate::worker::files;
use futures_util::future::{join, join3};
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Newest first: the first is what the page opens with.
const BUILT_IN: [&str; 2] = ["19.2", "18.1"];
/// How long after the page's address was opened a drop is expected: people who came for that, and scripts.
const FIRST_MOMENTS_MS: f64 = 1500.0;
/// How many sets of them there are.
pub const SETS: usize = BUILT_IN.len();

fn file_of(set: &str) -> String {
    format!("attack/{set}.catalogue")
}

/// Decodes a set one catalogue after another, the browser drawing in between: one of six is seen
/// first.
async fn decode_set(state: AppState, sets: RwSignal<usize>, name: &str, bytes: Option<Vec<u8>>) {
    let read = async {
        for catalogue in stored::Reading::new(&bytes?).ok()? {
            let catalogue = Arc::new(catalogue.ok()?);
            state.catalogues.update(|all| all.push(catalogue));
            next_task().await;
        }
        Some(())
    };
    if read.await.is_none() {
        state.toast.set(Some(Toast {
            text: format!("ATT&CK {name} could not be loaded; reload the page"),
            undo: false,
        }));
    }
    sets.update(|sets| *sets += 1);
}

async fn bytes_of(set: files::Asked) -> Option<Vec<u8>> {
    let bytes = set.bytes().await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Takes the newest catalogues, which were asked for before.
pub async fn take_newest(state: AppState, sets: RwSignal<usize>, asked: files::Asked) {
    decode_set(state, sets, BUILT_IN[0], bytes_of(asked).await).await;
}

/// Takes the older release when nothing else is to be done; `at_idle` is called before.
pub async fn take_older(state: AppState, sets: RwSignal<usize>, at_idle: impl FnOnce()) {
    let [_, older] = BUILT_IN;
    let bytes = bytes_of(files::ask_for(&file_of(older))).await;
    idle().await;
    at_idle();
    decode_set(state, sets, older, bytes).await;
}

/// Loads everything the page will ever need: the newest catalogues and all further code are asked for
/// at once. `coverlay:ready` says that the page is there: what is dropped is taken, and waits for what
/// reads it. Then come the worker, the older release and what may be needed later, so that nothing is
/// asked for after `coverlay:loaded`.
pub fn load(state: AppState, requests: Requests, offline: Offline, later: Later) {
    let newest = files::ask_for(&file_of(BUILT_IN[0]));
    let program = async move {
        let shown = async {
            next_task().await;
            mark("coverlay:ready");
        };
        let ((), came) = join(shown, later.ask()).await;
        // On a slow line not before: a matrix needs the code, and a drop needs both.
        later.will_begin(Begun { worker: Program::ask("worker"), newest });
        let rest = async {
            until_quiet(state).await;
            files::rest().await
        };
        let (all, rest, _) = join3(later.take(came), rest, fonts::load()).await;
        all.and(rest)
    };
    spawn_local(async move {
        match program.await {
            Ok(()) => {
                until_quiet(state).await;
                offline.keep().await;
                requests.complete();
                mark("coverlay:loaded");
            }
            Err(error) => {
                requests.incomplete(error.to_string());
                state.toast.set(Some(Toast {
                    text: format!(
                        "Some of the page could not be fetched ({error}); it is asked for again when you use it"
                    ),
                    undo: false,
                }));
            }
        }
    });
}

/// Ends when the first moments are over and nothing is being read: what only matters later (all that is
/// fetched for then, and once more by the service worker, which checks and keeps it) takes a third of a second of
/// the processor that a drop in those moments needs.
async fn until_quiet(state: AppState) {
    while now_ms() < FIRST_MOMENTS_MS || state.progress.with_untracked(Option::is_some) {
        idle().await;
    }
}

/// Adds the catalogues of dropped STIX bundles and shows the first; a release read again
/// replaces the earlier reading. A workspace has chosen already.
pub fn add(state: AppState, found: Vec<Catalogue>, is_choice: bool) {
    let Some(first) = found.first() else { return };
    let (domain, version) = (first.domain, first.version.clone());
    state.catalogues.update(|all| {
        for new in found {
            all.retain(|old| (old.domain, &old.version) != (new.domain, &new.version));
            all.push(Arc::new(new));
        }
    });
    if !is_choice {
        return;
    }
    let text = format!("{} {version} loaded", domain.name());
    state.choose(|settings| {
        settings.domain = domain;
        settings.version = Some(version);
    });
    state.toast.set(Some(Toast { text, undo: true }));
}

/// Shows a release of those at hand; can be undone.
pub fn show(state: AppState, domain: Domain, version: &str) {
    // The newest is followed when a newer one comes; an older one was meant as such.
    let newest = state.catalogues.with_untracked(|all| {
        let of_domain = all.iter().filter(|catalogue| catalogue.domain == domain);
        of_domain.map(|catalogue| version_order(&catalogue.version)).max()
    });
    let is_newest = newest.as_ref() == Some(&version_order(version));
    state.choose(|settings| {
        settings.domain = domain;
        settings.version = (!is_newest).then(|| version.to_owned());
    });
}

/// The catalogue of that domain and version; without a version, or where the domain lacks it,
/// the newest of the domain.
pub(super) fn choose_catalogue(
    all: &[Arc<Catalogue>],
    domain: Domain,
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
