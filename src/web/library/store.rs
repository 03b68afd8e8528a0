//! A library in the browser's own storage, if that was asked for: what was read of it, as workers
//! send it, and its files unless they are too large. Only the build that wrote it reads it again.

use crate::limits::MAX_REMEMBERED_BYTES;
use crate::pace::Pace;
use crate::rule::Intake;
use crate::web::intake;
use crate::web::next_task::FramePace;
use crate::web::stored::{StoreError, drop_database};
use crate::worker::protocol::BUILD;
use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// The database, and where local storage says that there is one, and of which build: to look into
/// the database would create it.
const KEY: &str = "coverlay.library";
/// Rules written in one piece, some milliseconds' work.
const RULES: usize = 256;
/// Outcomes or diagnostics written in one piece.
const LINES: usize = 1024;

#[wasm_bindgen(module = "/src/web/library/store.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn put_library(chunks: &Array, paths: &Array, files: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn get_library() -> Result<JsValue, JsValue>;
}

/// What is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marked {
    /// Nothing.
    Nothing,
    /// A library of this build.
    Ours,
    /// A library that another build wrote.
    Others,
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Whether something is remembered.
pub(super) fn marked() -> Marked {
    let mark = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    match mark.as_deref() {
        None => Marked::Nothing,
        Some(BUILD) => Marked::Ours,
        Some(_) => Marked::Others,
    }
}

/// Remembers a library and, if they are not too large, its files; how many bytes of files.
///
/// # Errors
/// With the browser's reason.
pub(super) async fn keep(library: &Intake) -> Result<Option<u64>, StoreError> {
    let files = intake::held(library.rules.iter().map(|rule| rule.path.as_str()));
    let bytes: u64 = files.values().map(|file| file.size() as u64).sum();
    let has_room = bytes <= MAX_REMEMBERED_BYTES;
    let (paths, blobs) = (Array::new(), Array::new());
    for (path, file) in files.iter().filter(|_| has_room) {
        paths.push(&JsString::from(path.as_str()));
        blobs.push(file);
    }
    let chunks = written(library).await.ok_or_else(|| refused("it cannot be written"))?;
    let marking = storage().ok_or_else(|| refused("the browser has no storage for this page"))?;
    // First, so that nothing lies there without a mark.
    marking.set_item(KEY, BUILD).map_err(StoreError::from)?;
    put_library(&chunks, &paths, &blobs).await.map_err(StoreError::from)?;
    Ok(has_room.then_some(bytes))
}

/// What is remembered, not settled, and whether its files are.
///
/// # Errors
/// With the browser's reason.
pub(super) async fn kept() -> Result<(Intake, bool), StoreError> {
    let record = get_library().await.map_err(StoreError::from)?;
    let record: Array = record.dyn_into().map_err(|_| refused("it is gone"))?;
    let [chunks, paths, files] = [0, 1, 2].map(|at| record.get(at).unchecked_into::<Array>());
    let (pace, mut library) = (FramePace::new(), Intake::default());
    for chunk in chunks.iter() {
        let bytes = Uint8Array::new(&chunk).to_vec();
        let part =
            postcard::from_bytes::<Intake>(&bytes).map_err(|error| refused(&error.to_string()))?;
        library.add(part);
        pace.pause().await;
    }
    let paths = paths.iter().map(|path| path.as_string().unwrap_or_default());
    let files = files.iter().map(|file| file.unchecked_into::<Blob>());
    let has_files = library.rules.is_empty() || files.len() > 0;
    intake::hold(paths.zip(files));
    Ok((library, has_files))
}

/// Forgets it.
pub(super) async fn forget() {
    if let Some(storage) = storage() {
        // Fails only where nothing could be kept either.
        let _ = storage.remove_item(KEY);
    }
    let _ = drop_database(KEY).await;
}

fn refused(reason: &str) -> StoreError {
    StoreError::Refused(reason.to_owned())
}

/// In pieces, each an intake of its own.
async fn written(library: &Intake) -> Option<Array> {
    let (pace, chunks) = (FramePace::new(), Array::new());
    let write = async |part: Intake| {
        let bytes = postcard::to_stdvec(&part).ok()?;
        chunks.push(&Uint8Array::from(bytes.as_slice()));
        pace.pause().await;
        Some(())
    };
    for rules in library.rules.chunks(RULES) {
        write(Intake { rules: rules.to_vec(), ..Intake::default() }).await?;
    }
    for outcomes in library.report.outcomes.chunks(LINES) {
        let mut part = Intake::default();
        part.report.outcomes = outcomes.to_vec();
        write(part).await?;
    }
    for diagnostics in library.diagnostics.chunks(LINES) {
        write(Intake { diagnostics: diagnostics.to_vec(), ..Intake::default() }).await?;
    }
    // What no recommendation looks at; little, if anything.
    let Intake { tests, administered, measured, sightings, .. } = library;
    let (tests, administered) = (tests.clone(), administered.clone());
    let (measured, sightings) = (measured.clone(), sightings.clone());
    write(Intake { tests, administered, measured, sightings, ..Intake::default() }).await?;
    Some(chunks)
}
