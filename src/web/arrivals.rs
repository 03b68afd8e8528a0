//! What comes into the page: drops, chosen files, pastes, the sample. It is taken here, in the moment
//! it comes; what reads it may have to be waited for.

use super::intake::Arrival;
use super::state::{AppState, Progress};
use super::view::later;
use crate::gaps::Shelf;
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{DataTransfer, FileList};

#[wasm_bindgen(module = "/src/web/drop.js")]
extern "C" {
    fn dropped_roots(transfer: &DataTransfer) -> Array;
}

/// Takes the files of an input or of a plain drop.
pub fn take_files(state: AppState, shelf: Shelf, files: &FileList) {
    let roots = Array::new();
    for at in 0..files.length() {
        if let Some(file) = files.get(at) {
            let root = js_sys::Object::new();
            // Setting a property of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&root, &"file".into(), &file);
            roots.push(&root);
        }
    }
    take(state, shelf, Arrival::Roots(roots));
}

/// Takes a drop: files, folders, archives. Must be called within the event.
pub fn take_data_transfer(state: AppState, shelf: Shelf, transfer: &DataTransfer) {
    take(state, shelf, Arrival::Roots(dropped_roots(transfer)));
}

/// Takes a paste: files if there are any, else its text as one file. Must be called within the
/// event. Says whether there was anything to take.
pub fn take_paste(state: AppState, transfer: &DataTransfer) -> bool {
    if transfer.files().is_some_and(|files| files.length() > 0) {
        take_data_transfer(state, Shelf::Own, transfer);
        return true;
    }
    let text = transfer.get_data("text/plain").unwrap_or_default();
    if text.trim().is_empty() {
        return false;
    }
    take(state, Shelf::Own, Arrival::Text(text));
    true
}

/// Takes the built-in sample.
pub fn take_sample(state: AppState) {
    take(state, Shelf::Own, Arrival::Sample);
}

fn take(state: AppState, shelf: Shelf, arrival: Arrival) {
    if arrival.is_none() {
        return;
    }
    if !later::is_there() {
        // Taken over by the import once it begins.
        state.progress.set(Some(Progress { listing: true, shelf, ..Progress::default() }));
    }
    later::once(move |parts| (parts.take)(state, shelf, arrival));
}
