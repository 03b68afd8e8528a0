//! A part of a file that is there as a handle. Only a worker may wait for it.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FileReaderSync};

/// Reads a file from one byte up to another.
///
/// # Errors
/// The browser's reason: the file is gone, was changed since it was dropped, or may not be read.
pub fn read(file: &Blob, from: u64, to: u64) -> Result<Vec<u8>, String> {
    let told = |error: JsValue| match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => "unknown reason".to_owned(),
    };
    let part = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(told)?;
    let reader = FileReaderSync::new().map_err(told)?;
    let buffer = reader.read_as_array_buffer(&part).map_err(told)?;
    Ok(Uint8Array::new(&buffer.into()).to_vec())
}

/// Reads all of a file, with a sign of life after each piece: from a slow drive that may take minutes.
///
/// # Errors
/// As [`read`].
pub fn read_all(file: &Blob, alive: impl Fn()) -> Result<Vec<u8>, String> {
    /// On a slow line some ten seconds.
    const PIECE: u64 = 4 << 20;
    let size = file.size() as u64;
    if size <= PIECE {
        return read(file, 0, size);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    for from in (0..size).step_by(PIECE as usize) {
        bytes.extend(read(file, from, size.min(from + PIECE))?);
        alive();
    }
    Ok(bytes)
}
