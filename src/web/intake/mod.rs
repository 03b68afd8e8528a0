//! From a drop, a choice or a paste to a settled intake: walk, read in batches, send to the
//! workers, collect, publish.

mod beside;
mod fetched;
mod refused;
mod run;
mod sources;
mod tables;
mod workspace;

pub use fetched::{take_fetched, workers};
pub(super) use run::now_ms;
pub use run::{cancel, set_pool};
pub use sources::{
    bytes_of, bytes_of_library, can_be_read_again, find, held, hold, look_at, patches, peers,
    profile_part, text_around,
};
pub use tables::{keep_file, read_alerts, remove_table};
pub use workspace::{Contents, is_reference, reference, restore};

use super::state::AppState;
use super::today::today;
use crate::gaps::Shelf;
use crate::limits::{self, Limit};
use crate::source::FileOutcome;
use crate::worker::protocol::FileHeader;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::task::spawn_local;
use refused::{ignored_folder, too_many, unreadable};
use run::{Later, Run, RunId, finish_if_done, with_this, within_run};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// A batch is read and sent at this many files …
const BATCH_FILES: usize = 256;
/// … or this many bytes.
const BATCH_BYTES: u64 = 1 << 20;
/// Archives above this are shared among the workers, entry by entry.
const SHARED_ARCHIVE_BYTES: u64 = 64 << 10;
/// A table or JSON above this is read by the worker itself, in pieces if it is one of alerts.
const LARGE_FILE_BYTES: u64 = 2 << 20;

/// Whether alerts of any size may be in a file, by its name.
fn is_large_kind(lower: &str) -> bool {
    let end = lower.rsplit('.').next().unwrap_or_default();
    ["csv", "tsv", "txt", "log", "json", "jsonl", "ndjson"].contains(&end)
}

#[wasm_bindgen(module = "/src/web/drop.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn walk(
        roots: &Array,
        ignored_names: &Array,
        found: &Closure<dyn Fn(String, Blob)>,
        ignored: &Closure<dyn Fn(String)>,
        failed: &Closure<dyn Fn(String, String)>,
    ) -> Result<JsValue, JsValue>;
    fn read_together(files: &Array) -> js_sys::Promise;
}

/// Something that has come into the page.
pub enum Arrival {
    /// What is dropped or chosen, as `drop.js` has it.
    Roots(Array),
    /// A text that was pasted.
    Text(String),
    /// The built-in sample is asked for.
    Sample,
}

impl Arrival {
    /// Whether it is a drop of nothing.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Roots(roots) if roots.length() == 0)
    }
}

/// Takes what has come.
pub fn take(state: AppState, shelf: Shelf, arrival: Arrival) {
    match arrival {
        Arrival::Roots(roots) => take_roots(state, shelf, roots),
        Arrival::Text(text) => {
            let number = state.next_paste();
            take_bytes(state, vec![(format!("pasted-{number}.yml"), text.into_bytes())]);
        }
        Arrival::Sample => take_sample(state),
    }
}

fn take_sample(state: AppState) {
    use crate::sample::{ALERTS, FILES, alerts};
    let rules = FILES.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
    let alerts = (ALERTS.to_owned(), alerts(today()).into_bytes());
    take_bytes(state, rules.chain([alerts]).collect());
}

fn take_bytes(state: AppState, files: Vec<(String, Vec<u8>)>) {
    within_run(state, Shelf::Own, move |id| {
        for (path, bytes) in files {
            let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
            match Blob::new_with_u8_array_sequence(&parts) {
                Ok(file) => enter(id, Shelf::Own, path, file, false),
                Err(_) => {
                    let outcome = unreadable(path, bytes.len() as u64, "there is no room for it");
                    with_this(id, |run| run.outcome_once(outcome));
                }
            }
        }
        all_entered(id);
    });
}

fn take_roots(state: AppState, shelf: Shelf, roots: Array) {
    within_run(state, shelf, move |id| {
        with_this(id, |run| {
            run.busy += 1;
            run.progress.listing = true;
        });
        spawn_local(async move {
            let ignored_names: Array =
                limits::IGNORED_FOLDERS.iter().copied().map(JsValue::from).collect();
            let found = Closure::<dyn Fn(String, Blob)>::new(move |path, file| {
                found(id, path, file);
            });
            let ignored = Closure::<dyn Fn(String)>::new(move |path| {
                with_this(id, |run| run.outcome_once(ignored_folder(path)));
            });
            let failed = Closure::<dyn Fn(String, String)>::new(move |path, reason: String| {
                with_this(id, |run| run.outcome_once(unreadable(path, 0, &reason)));
            });
            // Whatever fails is told file by file; the promise itself never rejects.
            let _ = walk(&roots, &ignored_names, &found, &ignored, &failed).await;
            send_batch(id);
            with_this(id, Run::less_busy);
            finish_if_done();
        });
    });
}
/// One file of a walk. Kinds are told by content in the worker; names decide only how much is
/// read at all and whether the workers share the file.
fn found(id: RunId, path: String, file: Blob) {
    let asked = |run: &mut Run| (run.state, run.shelf, run.is_for_later(&path, &file));
    let Some((state, shelf, false)) = with_this(id, asked) else { return };
    match workspace::named(state, shelf, &path, &file) {
        Some(candidates) => {
            with_this(id, |run| {
                run.busy += 1;
                run.claims += 1;
            });
            spawn_local(async move {
                let path = workspace::settled_path(id, candidates, path, &file).await;
                enter(id, shelf, path, file, false);
                let is_last = with_this(id, |run| {
                    run.claims -= 1;
                    run.claims == 0
                });
                if is_last == Some(true) {
                    send_batch(id);
                }
                with_this(id, Run::less_busy);
                finish_if_done();
            });
        }
        None => enter(id, shelf, path, file, false),
    }
}

/// Takes in files that are all there is.
fn enter_all(id: RunId, shelf: Shelf, files: impl IntoIterator<Item = (String, Blob)>) {
    for (path, file) in files {
        enter(id, shelf, path, file, false);
    }
    all_entered(id);
}

fn all_entered(id: RunId) {
    send_batch(id);
    with_this(id, |run| run.progress.listing = run.busy > 0);
    finish_if_done();
}

/// Takes a file in under a path; quietly, if what is open of it is there already.
fn enter(id: RunId, shelf: Shelf, path: String, file: Blob, is_quiet: bool) {
    let again = Later { path, file, is_quiet, has_come: false };
    let Some(Some(Later { path, file, .. })) = with_this(id, |run| run.first_of_its_path(again))
    else {
        return;
    };
    let size = file.size() as u64;
    sources::keep(shelf, &path, &file);
    let lower = path.to_ascii_lowercase();
    let archive = lower.ends_with(".zip");
    let limit = match () {
        () if archive => Limit::ArchiveBytes,
        () if lower.ends_with(".json") => Limit::StixBytes,
        () => Limit::RuleListBytes,
    };
    let full = with_this(id, |run| {
        run.progress.files_total += 1;
        run.show_progress();
        let limits = run.limits;
        if archive || run.has_failed(&path) {
            // Archives are in the report only where they could not be opened, which they may be now.
            run.came.insert(path.clone());
        }
        if u64::from(run.progress.files_total) > limits.of(Limit::Files) {
            run.book(FileOutcome { path, bytes: size, bucket: too_many(&limits) });
            return false;
        }
        if size > limits.of(limit) && !is_large_kind(&lower) {
            run.book(FileOutcome::too_large(path, size, limit, &limits));
            return false;
        }
        if archive && size > SHARED_ARCHIVE_BYTES {
            // The archive itself is no file of the report; its entries are. The workers read it: here
            // its bytes would have to wait for all that the page does in the first moment.
            run.progress.files_total -= 1;
            let parts = run.pool.size() as u32;
            for part in 0..parts {
                run.pool.send_zip_part(path.clone(), part, parts, file.clone());
            }
            return false;
        }
        // In pieces; a folder's tables of this size are alerts, bundles and layers.
        if size > LARGE_FILE_BYTES && is_large_kind(&lower) {
            run.pool.send_large(path, limit, file);
            return false;
        }
        run.batch_bytes += size;
        run.batch.push((path, file));
        run.batch.len() >= BATCH_FILES || run.batch_bytes >= BATCH_BYTES
    });
    if full == Some(true) {
        send_batch(id);
    }
}
/// Reads the files gathered so far and sends them; several batches may be under way.
fn send_batch(id: RunId) {
    let Some(batch) = with_this(id, |run| {
        run.batch_bytes = 0;
        let batch = std::mem::take(&mut run.batch);
        run.busy += u32::from(!batch.is_empty());
        batch
    }) else {
        return;
    };
    if batch.is_empty() {
        return;
    }
    spawn_local(async move {
        let files: Array = batch.iter().map(|(_, file)| file).collect();
        let size: f64 = batch.iter().map(|(_, file)| file.size()).sum();
        match JsFuture::from(read_together(&files)).await {
            Ok(buffer) if f64::from(ArrayBuffer::byte_length(buffer.unchecked_ref())) == size => {
                let headers = batch.into_iter().map(|(path, file)| header(path, &file)).collect();
                with_this(id, |run| run.pool.send_files(headers, buffer.unchecked_into()));
            }
            // One of them cannot be read, or changed meanwhile: each for itself.
            _ => send_singly(id, batch).await,
        }
        with_this(id, Run::less_busy);
        finish_if_done();
    });
}

fn header(path: String, file: &Blob) -> FileHeader {
    FileHeader { path, len: file.size() as u32 }
}

async fn send_singly(id: RunId, batch: Vec<(String, Blob)>) {
    for (path, file) in batch {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => {
                let buffer: ArrayBuffer = buffer.unchecked_into();
                let headers = vec![FileHeader { path, len: buffer.byte_length() }];
                with_this(id, |run| run.pool.send_files(headers, buffer));
            }
            Err(error) => {
                let reason = error
                    .dyn_ref::<js_sys::Error>()
                    .map_or_else(|| "unknown reason".to_owned(), |error| error.message().into());
                with_this(id, |run| run.book(unreadable(path, file.size() as u64, &reason)));
            }
        }
    }
}
