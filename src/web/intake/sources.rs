//! The dropped files themselves: handles only, so that a rule's text can be read again when
//! someone asks for it. Nothing is copied; a file that has changed since cannot be read.

use super::run::pool;
use crate::source::excerpt::Excerpt;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

thread_local! {
    /// By path; an archive stands for all of its entries.
    static FILES: RefCell<BTreeMap<String, Blob>> = const { RefCell::new(BTreeMap::new()) };
    /// Who waits for which job.
    static WAITING: RefCell<BTreeMap<u32, js_sys::Function>> = const { RefCell::new(BTreeMap::new()) };
    /// What has come and not been taken.
    static COME: RefCell<BTreeMap<u32, Excerpt>> = const { RefCell::new(BTreeMap::new()) };
}

/// Remembers a file.
pub(super) fn keep(path: &str, file: &File) {
    FILES.with_borrow_mut(|files| files.insert(path.to_owned(), file.clone().into()));
}

/// Remembers what came as bytes (the sample, a paste).
pub(super) fn keep_bytes(path: &str, bytes: &[u8]) {
    if let Ok(blob) = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))) {
        FILES.with_borrow_mut(|files| files.insert(path.to_owned(), blob));
    }
}

/// The file a path stands in, and the archive's path if it is one.
fn find(path: &str) -> Option<(Blob, Option<String>)> {
    FILES.with_borrow(|files| {
        if let Some(file) = files.get(path) {
            return Some((file.clone(), None));
        }
        let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
        let archive = ends.rev().find_map(|end| files.get_key_value(end));
        archive.map(|(name, file)| (file.clone(), Some(name.clone())))
    })
}

/// What stands around a line of a file. `None` if it is no longer there, or was changed.
pub async fn text_around(path: String, line: u32) -> Option<Excerpt> {
    let (blob, archive) = find(&path)?;
    let bytes: ArrayBuffer = JsFuture::from(blob.array_buffer()).await.ok()?.unchecked_into();
    let job = pool()?.send_text(path, archive, line, bytes);
    let told = js_sys::Promise::new(&mut |done, _| {
        WAITING.with_borrow_mut(|waiting| waiting.insert(job, done));
    });
    // Never rejects.
    JsFuture::from(told).await.ok()?;
    COME.with_borrow_mut(|come| come.remove(&job))
}

/// A worker has answered, or ended a job, which may be of another kind.
pub(super) fn tell(job: u32, excerpt: Option<Excerpt>) {
    let Some(done) = WAITING.with_borrow_mut(|waiting| waiting.remove(&job)) else { return };
    if let Some(excerpt) = excerpt {
        COME.with_borrow_mut(|come| come.insert(job, excerpt));
    }
    // A promise's own function.
    let _ = done.call0(&JsValue::NULL);
}
