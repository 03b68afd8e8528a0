//! A workspace as a file, in pieces: nothing is read or written that would hold the page up.

use super::gather::{PageFile, files};
use super::now;
use crate::pace::Pace;
use crate::web::intake::bytes_of;
use crate::web::next_task::FramePace;
use crate::web::state::AppState;
use crate::workspace::{Look, Looked, Named, Writer};
use js_sys::{Array, JsString, Uint8Array};
use web_sys::Blob;

/// Bytes of a file that are read at once.
const PIECE: f64 = (256 << 10) as f64;
/// Letters that are gathered before they are handed to the browser.
const HANDED: usize = 1 << 20;

/// A file to be saved.
pub struct Written {
    /// Its content.
    pub blob: Blob,
    /// Files that could not be read any more and are only named.
    pub gone: usize,
    /// All files.
    pub files: usize,
}

/// Writes all there is. `told` hears how many files of how many are done; `None` if the browser
/// has no room for it.
pub async fn written(
    state: AppState,
    is_embedded: bool,
    told: impl Fn(usize, usize),
) -> Option<Written> {
    let pace = FramePace::new();
    let all = files(state, &pace).await;
    let mut writer = Writer::begin(&state.as_workspace(now()), &pace).await;
    let parts = Array::new();
    let mut gone = 0;
    let mut waiting = writer.take();
    for (at, file) in all.iter().enumerate() {
        told(at, all.len());
        gone +=
            usize::from(!one(&mut writer, file, is_embedded, &parts, &mut waiting, &pace).await);
        pace.pause().await;
    }
    waiting.push_str(&writer.end());
    parts.push(&JsString::from(waiting));
    let blob = Blob::new_with_str_sequence(&parts).ok()?;
    Some(Written { blob, gone, files: all.len() })
}

/// Writes one file; false if it was at hand and cannot be read any more.
async fn one(
    writer: &mut Writer,
    file: &PageFile,
    is_embedded: bool,
    parts: &Array,
    waiting: &mut String,
    pace: &impl Pace,
) -> bool {
    let named = &file.named;
    let looked = match &file.blob {
        Some(blob) => look(blob, pace).await,
        None => None,
    };
    let Some((blob, Looked { size, sha256, is_text })) = file.blob.as_ref().zip(looked) else {
        let of = Named { path: &file.path, size: named.size, sha256: named.sha256.as_deref() };
        writer.begin_file(file.shelf, &of, None);
        writer.end_file();
        return file.blob.is_none();
    };
    let of = Named { path: &file.path, size, sha256: Some(&sha256) };
    writer.begin_file(file.shelf, &of, is_embedded.then_some(is_text));
    let mut from = 0.0;
    while is_embedded && from < blob.size() {
        // Read a moment ago: it is there, or was changed in this moment.
        writer.content(&piece(blob, from).await.unwrap_or_default());
        from += PIECE;
        waiting.push_str(&writer.take());
        if waiting.len() > HANDED {
            parts.push(&JsString::from(std::mem::take(waiting)));
        }
        pace.pause().await;
    }
    writer.end_file();
    true
}

async fn look(blob: &Blob, pace: &impl Pace) -> Option<Looked> {
    let mut look = Look::default();
    let mut from = 0.0;
    while from < blob.size() {
        look.update(&piece(blob, from).await?);
        from += PIECE;
        pace.pause().await;
    }
    Some(look.finish())
}

async fn piece(blob: &Blob, from: f64) -> Option<Vec<u8>> {
    let piece = blob.slice_with_f64_and_f64(from, from + PIECE).ok()?;
    Some(Uint8Array::new(&bytes_of(&piece).await?.into()).to_vec())
}
