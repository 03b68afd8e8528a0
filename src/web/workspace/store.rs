//! What was open, in the browser's own storage, if that was asked for. What lies there is a
//! workspace, which any build reads, and its files.

use crate::gaps::Shelf;
use crate::web::intake::Contents;
use crate::web::stored::StoreError;
use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Storage};

/// Where local storage says that it is asked for, by whom and when it was written last: to look
/// into the database would create it.
pub(super) const KEY: &str = "coverlay.workspace";
/// There while what was kept is being opened.
const OPENING: &str = "coverlay.workspace.opening";
/// Before all keys of ours.
const OURS: &str = "coverlay.";

#[wasm_bindgen(module = "/src/web/workspace/store.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn keep_workspace(
        writer: &str,
        saved: &str,
        text: &str,
        paths: &Array,
        files: &Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn take_workspace(writer: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn drop_workspace() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn drop_everything() -> Result<JsValue, JsValue>;
    async fn claim() -> JsValue;
    fn unclaim();
    #[wasm_bindgen(catch)]
    async fn gone_files(files: &Array) -> Result<JsValue, JsValue>;
}

/// What changed in the moment before the page was left, without its files: local storage takes it
/// at once, the database may be too slow.
const LAST: &str = "coverlay.workspace.last";

/// Notes it. Fails where storage is full or refused; then only what the database has is there.
pub(super) fn note_last(saved: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(LAST, &format!("{saved} {text}"));
    }
}

/// Forgets the note, once the database has something newer.
pub(super) fn drop_last() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(LAST);
    }
}

/// The note that is newer than what the database has: when it was written, and its text, which is
/// empty if there was nothing. It stays until something else is kept.
fn last(than: &str) -> Option<(String, String)> {
    let text = storage()?.get_item(LAST).ok().flatten()?;
    let (saved, text) = text.split_once(' ')?;
    (saved >= than).then(|| (saved.to_owned(), text.to_owned()))
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Whether it is asked for.
pub(super) fn is_asked() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(KEY), Ok(Some(_))))
}

/// Whether opening it began and did not end.
pub(super) fn was_opening() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(OPENING), Ok(Some(_))))
}

/// Notes that opening begins, or has ended.
pub(super) fn set_opening(is_opening: bool) {
    let Some(storage) = storage() else { return };
    // Where it is refused there is nothing to be opened either.
    let _ = match is_opening {
        true => storage.set_item(OPENING, "1"),
        false => storage.remove_item(OPENING),
    };
}

/// Notes that it is asked for, and what was written last. Other pages hear of it.
///
/// # Errors
/// With the browser's reason.
pub(super) fn mark(writer: &str, saved: &str) -> Result<(), StoreError> {
    let none = || StoreError::Refused("the browser has no storage for this page".to_owned());
    let storage = storage().ok_or_else(none)?;
    storage.set_item(KEY, &format!("{writer} {saved}")).map_err(StoreError::from)
}

fn key(shelf: Shelf, path: &str) -> String {
    match shelf {
        Shelf::Own => format!("own/{path}"),
        Shelf::Library => format!("library/{path}"),
    }
}

/// Keeps a workspace and its files; whether another page had kept something since. Files that
/// cannot be read any more are left out.
///
/// # Errors
/// With the browser's reason: storage may be refused or full.
pub(super) async fn keep(
    (writer, saved): (&str, &str),
    text: &str,
    files: Vec<(Shelf, String, Blob)>,
) -> Result<bool, StoreError> {
    let (paths, blobs) = (Array::new(), Array::new());
    for (shelf, path, blob) in &files {
        paths.push(&JsString::from(key(*shelf, path)));
        blobs.push(blob);
    }
    mark(writer, saved)?;
    let kept = keep_workspace(writer, saved, text, &paths, &blobs).await;
    let kept = match kept {
        Ok(kept) => Ok(kept),
        Err(error) => {
            // One that is gone costs the whole, unless it is found.
            let gone =
                gone_files(&blobs).await.map_err(StoreError::from)?.unchecked_into::<Array>();
            if gone.length() == 0 {
                return Err(error.into());
            }
            for at in gone.iter().rev() {
                let at = at.as_f64().unwrap_or_default() as u32;
                paths.splice(at, 1, &JsValue::UNDEFINED);
                blobs.splice(at, 1, &JsValue::UNDEFINED);
            }
            keep_workspace(writer, saved, text, &paths, &blobs).await
        }
    };
    Ok(kept.map_err(StoreError::from)?.is_truthy())
}

/// What is kept: the workspace as a file, when it was written, its files. Its text is not read here.
///
/// # Errors
/// With the browser's reason.
pub(super) async fn kept(writer: &str) -> Result<Option<(Blob, String, Contents)>, StoreError> {
    let file =
        |text: &JsValue| Blob::new_with_str_sequence(&Array::of1(text)).map_err(StoreError::from);
    let record = take_workspace(writer).await.map_err(StoreError::from)?;
    if record.is_undefined() {
        // Left before anything was in the database.
        let last = last("").filter(|(_, text)| !text.is_empty());
        let of =
            |(saved, text): (String, String)| Ok((file(&text.into())?, saved, Contents::new()));
        return last.map(of).transpose();
    }
    let record: Array = record.unchecked_into();
    let saved = record.get(1).as_string().unwrap_or_default();
    let [paths, files] = [2, 3].map(|at| record.get(at).unchecked_into::<Array>());
    let contents = paths.iter().zip(files.iter()).filter_map(|(path, file)| {
        let path = path.as_string()?;
        let (shelf, path) = match path.split_once('/')? {
            ("own", path) => (Shelf::Own, path),
            (_, path) => (Shelf::Library, path),
        };
        Some(((shelf, path.to_owned()), file.unchecked_into::<Blob>()))
    });
    let contents = contents.collect();
    Ok(match last(&saved) {
        Some((_, text)) if text.is_empty() => None,
        Some((saved, text)) => Some((file(&text.into())?, saved, contents)),
        None => Some((file(&record.get(0))?, saved, contents)),
    })
}

/// Forgets the workspace. Whether it is asked for stays.
pub(super) async fn forget() {
    // Fails only where nothing could be kept either.
    let _ = drop_workspace().await;
}

/// Whether no other page of this browser keeps its work here.
pub(super) async fn is_alone() -> bool {
    claim().await.is_truthy()
}

/// Takes back that it is asked for.
pub(super) fn unmark() {
    unclaim();
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
        let _ = storage.remove_item(LAST);
    }
    set_opening(false);
}

/// Removes everything of ours from this browser.
///
/// # Errors
/// With the browser's reason, if something stays.
pub(super) async fn forget_everything() -> Result<(), StoreError> {
    unclaim();
    clear_keys();
    drop_everything().await.map_err(StoreError::from)?;
    Ok(())
}

/// Removes every key of ours.
fn clear_keys() {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or_default())
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter(|key| key.starts_with(OURS))
        .collect::<Vec<_>>();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}
