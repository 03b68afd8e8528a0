//! The dropped files themselves: handles only, so that a rule's text can be read again when
//! someone asks for it. Nothing is copied; a file that has changed since cannot be read.

use super::refused::unreadable;
use super::run::pool;
use crate::alerts::{Alerts, Mapping, SampledTable};
use crate::gaps::Shelf;
use crate::gaps::peers::PeersRead;
use crate::gaps::{PartKind, PartRead};
use crate::limits::{Limit, Limits};
use crate::lint::Fix;
use crate::lint::patch::FilePatch;
use crate::press::client;
use crate::press::protocol::{Patches, Request, ToFix};
use crate::source::FileOutcome;
use crate::source::excerpt::Excerpt;
use crate::web::state::AppState;
use crate::worker::protocol::Response;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::WithUntracked;
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

thread_local! {
    /// Of each shelf, by path; an archive stands for all of its entries.
    static FILES: RefCell<[BTreeMap<String, Blob>; 2]> =
        const { RefCell::new([BTreeMap::new(), BTreeMap::new()]) };
    /// Who waits for which job.
    static WAITING: RefCell<BTreeMap<u32, js_sys::Function>> = const { RefCell::new(BTreeMap::new()) };
    /// What has come and not been taken.
    static COME: RefCell<BTreeMap<u32, Response>> = const { RefCell::new(BTreeMap::new()) };
}

/// Remembers a file.
pub(super) fn keep(shelf: Shelf, path: &str, file: &Blob) {
    with_files(shelf, |files| files.insert(path.to_owned(), file.clone()));
}

fn with_files<T>(shelf: Shelf, f: impl FnOnce(&mut BTreeMap<String, Blob>) -> T) -> T {
    FILES.with_borrow_mut(|all| f(&mut all[shelf as usize]))
}

/// The files and archives of the library that some paths stand in, each once.
pub fn held<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeMap<String, Blob> {
    let mut found = BTreeMap::new();
    for path in paths {
        if let Some((blob, archive)) = find(Shelf::Library, path) {
            found.entry(archive.unwrap_or_else(|| path.to_owned())).or_insert(blob);
        }
    }
    found
}

/// Files and archives of a library that was remembered.
pub fn hold(files: impl IntoIterator<Item = (String, Blob)>) {
    with_files(Shelf::Library, |known| known.extend(files));
}

/// The bytes of files of the library, by path; those that are no longer there are absent.
pub async fn bytes_of_library(paths: Vec<String>) -> Vec<(String, Vec<u8>)> {
    let mut archives: BTreeMap<String, (Blob, Vec<String>)> = BTreeMap::new();
    let mut found = Vec::new();
    for path in paths {
        match find(Shelf::Library, &path) {
            Some((blob, Some(archive))) => {
                archives.entry(archive).or_insert_with(|| (blob, Vec::new())).1.push(path);
            }
            Some((blob, None)) => {
                if let Some(bytes) = bytes_of(&blob).await {
                    found.push((path, Uint8Array::new(&bytes).to_vec()));
                }
            }
            None => {}
        }
    }
    for (archive, (blob, paths)) in archives {
        let (Some(bytes), Some(pool)) = (bytes_of(&blob).await, pool()) else { continue };
        if let Some(Response::Unpacked { files, .. }) =
            answer(pool.send_unpack(archive, paths, bytes)).await
        {
            found.extend(files);
        }
    }
    found
}

/// The file a path stands in, and the archive's path if it is one.
pub fn find(shelf: Shelf, path: &str) -> Option<(Blob, Option<String>)> {
    with_files(shelf, |files| {
        if let Some(file) = files.get(path) {
            return Some((file.clone(), None));
        }
        let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
        let archive = ends.rev().find_map(|end| files.get_key_value(end));
        archive.map(|(name, file)| (file.clone(), Some(name.clone())))
    })
}

/// How much is read, as it was chosen.
fn limits(state: AppState) -> Limits {
    state.settings().with_untracked(|settings| settings.limits.get())
}

/// Other organisations' coverage in files, one after another; nothing of them is kept beyond what
/// this gives. Files that cannot be read are among those refused.
pub async fn peers(state: AppState, files: Vec<File>) -> PeersRead {
    let (mut all, limits) = (PeersRead::default(), limits(state));
    for file in files {
        let (path, size) = (file.name(), file.size() as u64);
        if size > limits.of(Limit::ArchiveBytes) {
            let limit = Limit::ArchiveBytes;
            all.refused.push(FileOutcome::too_large(path, size, limit, &limits));
            continue;
        }
        let told = match (bytes_of(&file).await, pool()) {
            (Some(bytes), Some(pool)) => answer(pool.send_peers(path.clone(), bytes)).await,
            _ => None,
        };
        match told {
            Some(Response::Peers { read, .. }) => {
                all.peers.extend(read.peers);
                all.refused.extend(read.refused);
            }
            _ => all.refused.push(unreadable(path, size, "reading it failed")),
        }
    }
    all
}

/// What a file gives the profile.
///
/// # Errors
/// The outcome of a file that cannot be read as that.
pub async fn profile_part(
    state: AppState,
    kind: PartKind,
    file: File,
) -> Result<PartRead, FileOutcome> {
    let (path, size) = (file.name(), file.size() as u64);
    let limits = limits(state);
    let limit = match kind {
        PartKind::Threat => Limit::LayerBytes,
        _ => Limit::ProfileBytes,
    };
    if size > limits.of(limit) {
        return Err(FileOutcome::too_large(path, size, limit, &limits));
    }
    let told = match (bytes_of(&file).await, pool()) {
        (Some(bytes), Some(pool)) => answer(pool.send_profile(path.clone(), kind, bytes)).await,
        _ => None,
    };
    match told {
        Some(Response::Profile { read, .. }) => read,
        _ => Err(unreadable(path, size, "reading it failed")),
    }
}

/// What stands around some lines of a file, from the first to the last. `None` if it is no
/// longer there, or was changed.
pub async fn text_around(shelf: Shelf, path: String, lines: (u32, u32)) -> Option<Excerpt> {
    let (blob, archive) = find(shelf, &path)?;
    let bytes = bytes_of(&blob).await?;
    match answer(pool()?.send_text(path, archive, lines, bytes)).await? {
        Response::Text { excerpt, .. } => excerpt,
        _ => None,
    }
}

/// Whether a file of one's own can be read once more.
pub fn can_be_read_again(path: &str) -> bool {
    find(Shelf::Own, path).is_some()
}

/// The columns of a file of one's own, and its first rows as a mapping (else the one that is
/// guessed) reads them. `None` if the file is no table, or no longer there.
pub async fn look_at(
    state: AppState,
    path: String,
    mapping: Option<Mapping>,
) -> Option<(SampledTable, Option<Box<Alerts>>)> {
    let (blob, archive) = find(Shelf::Own, &path)?;
    let pool = pool()?;
    state.settings().with_untracked(|settings| {
        pool.read_as(settings.scan_texts, settings.alert_tables.clone(), settings.limits.get());
    });
    match answer(pool.send_look(path, archive, mapping, blob)).await? {
        Response::Looked { table, preview, .. } => Some((table?, preview)),
        _ => None,
    }
}

/// Files whose diffs are made together …
const FIXED_TOGETHER: usize = 256;
/// … or bytes of them; and entries of an archive, which is opened anew each time.
const FIXED_BYTES: u64 = 1 << 20;
const UNPACKED_TOGETHER: usize = 1024;

/// The diffs that make some changes, by path; files that are no longer there are absent.
pub async fn patches(fixes: BTreeMap<String, Vec<Fix>>) -> BTreeMap<String, FilePatch> {
    let mut done = BTreeMap::new();
    let mut archives: BTreeMap<String, (Blob, BTreeMap<String, Vec<Fix>>)> = BTreeMap::new();
    let mut batch = Vec::new();
    let mut blobs: Vec<Blob> = Vec::new();
    let mut size = 0;
    for (path, fixes) in fixes {
        let Some((blob, archive)) = find(Shelf::Own, &path) else { continue };
        if let Some(archive) = archive {
            let (_, files) = archives.entry(archive).or_insert_with(|| (blob, BTreeMap::new()));
            files.insert(path, fixes);
            continue;
        }
        let len = blob.size() as u32;
        size += u64::from(len);
        batch.push(ToFix { path, len, fixes });
        blobs.push(blob);
        if batch.len() >= FIXED_TOGETHER || size >= FIXED_BYTES {
            size = 0;
            fix_files(std::mem::take(&mut batch), std::mem::take(&mut blobs), &mut done).await;
        }
    }
    fix_files(batch, blobs, &mut done).await;
    for (archive, (blob, files)) in archives {
        fix_entries(&archive, &blob, files, &mut done).await;
    }
    done
}

async fn fix_files(files: Vec<ToFix>, blobs: Vec<Blob>, done: &mut BTreeMap<String, FilePatch>) {
    let size: f64 = blobs.iter().map(Blob::size).sum();
    let together: Array = blobs.iter().collect();
    let together = Blob::new_with_blob_sequence(&together).ok();
    let bytes = match &together {
        Some(together) => bytes_of(together).await,
        None => None,
    };
    match bytes {
        Some(bytes) if f64::from(bytes.byte_length()) == size => {
            fix(None, files, bytes, done).await
        }
        // One of them cannot be read any more: each for itself.
        _ => {
            for (file, blob) in files.into_iter().zip(blobs) {
                if let Some(bytes) = bytes_of(&blob).await {
                    fix(None, vec![file], bytes, done).await;
                }
            }
        }
    }
}

/// Of an archive, whose entries a worker unpacks.
async fn fix_entries(
    archive: &str,
    blob: &Blob,
    mut left: BTreeMap<String, Vec<Fix>>,
    done: &mut BTreeMap<String, FilePatch>,
) {
    while !left.is_empty() {
        let rest = left.keys().nth(UNPACKED_TOGETHER).cloned();
        let rest = rest.map(|first| left.split_off(&first)).unwrap_or_default();
        let mut fixes = std::mem::replace(&mut left, rest);
        let (Some(bytes), Some(pool)) = (bytes_of(blob).await, pool()) else { return };
        let paths = fixes.keys().cloned().collect();
        let told = answer(pool.send_unpack(archive.to_owned(), paths, bytes)).await;
        let Some(Response::Unpacked { files: entries, .. }) = told else { continue };
        let (mut files, mut together) = (Vec::new(), Vec::new());
        for (path, content) in entries {
            let fixes = fixes.remove(&path).unwrap_or_default();
            files.push(ToFix { path, len: content.len() as u32, fixes });
            together.extend(content);
        }
        let together = Uint8Array::from(together.as_slice()).buffer();
        fix(Some(archive.to_owned()), files, together, done).await;
    }
}

/// By the press; where it could not, the files are absent.
async fn fix(
    archive: Option<String>,
    files: Vec<ToFix>,
    bytes: ArrayBuffer,
    done: &mut BTreeMap<String, FilePatch>,
) {
    if files.is_empty() {
        return;
    }
    if let Ok(made) = client::make(&Request::Fix { archive, files }, &[bytes]).await
        && let Ok(patches) = postcard::from_bytes::<Patches>(&made.to_vec())
    {
        done.extend(patches);
    }
}

/// What is in a file, if it can be read.
pub async fn bytes_of(blob: &Blob) -> Option<ArrayBuffer> {
    Some(JsFuture::from(blob.array_buffer()).await.ok()?.unchecked_into())
}

/// What a worker says to a job; `None` if it said nothing.
async fn answer(job: u32) -> Option<Response> {
    let told = js_sys::Promise::new(&mut |done, _| {
        WAITING.with_borrow_mut(|waiting| waiting.insert(job, done));
    });
    // Never rejects.
    JsFuture::from(told).await.ok()?;
    COME.with_borrow_mut(|come| come.remove(&job))
}

/// No worker is at anything any more.
pub(super) fn tell_all() {
    for (_, done) in WAITING.take() {
        let _ = done.call0(&JsValue::NULL);
    }
}

/// A worker has answered, or ended a job, which may be of another kind.
pub(super) fn tell(job: u32, response: Option<Response>) {
    let Some(done) = WAITING.with_borrow_mut(|waiting| waiting.remove(&job)) else { return };
    if let Some(response) = response {
        COME.with_borrow_mut(|come| come.insert(job, response));
    }
    // A promise's own function.
    let _ = done.call0(&JsValue::NULL);
}
