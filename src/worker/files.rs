//! The program's own files, by name: over the network while the page loads, or out of the document
//! (`public/files.js`, `public/within.js`).

use js_sys::{ArrayBuffer, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Why one of the program's files is not there.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(String);

impl LoadError {
    /// In the words of another error.
    pub fn said(error: &dyn std::error::Error) -> Self {
        Self(error.to_string())
    }

    /// What a script threw, in its words.
    pub fn of(thrown: JsValue) -> Self {
        match thrown.dyn_ref::<js_sys::Error>() {
            Some(error) => Self(error.message().into()),
            None => Self(format!("{thrown:?}")),
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = coverlay, js_name = file)]
    fn ask(name: &str) -> Promise;
    #[wasm_bindgen(js_namespace = coverlay, js_name = rest)]
    fn ask_rest() -> Promise;
    #[wasm_bindgen(thread_local_v2, js_namespace = coverlay, js_name = is_one_file)]
    static IS_ONE_FILE: bool;
}

/// Whether everything is in the document: nothing is ever asked for.
pub fn is_one_file() -> bool {
    IS_ONE_FILE.with(|is| *is)
}

/// A file that was asked for and is on its way.
pub struct Asked(Promise);

/// Asks for a file at once.
pub fn ask_for(name: &str) -> Asked {
    Asked(ask(name))
}

impl Asked {
    /// Its bytes, once they are there.
    ///
    /// # Errors
    /// Offline, gone from the server, or not what this build has under that name.
    pub async fn bytes(self) -> Result<ArrayBuffer, LoadError> {
        let answer: Response =
            JsFuture::from(self.0).await.map_err(LoadError::of)?.unchecked_into();
        let buffer = answer.array_buffer().map_err(LoadError::of)?;
        Ok(JsFuture::from(buffer).await.map_err(LoadError::of)?.unchecked_into())
    }
}

/// The bytes of a file.
///
/// # Errors
/// As [`Asked::bytes`].
pub async fn bytes(name: &str) -> Result<ArrayBuffer, LoadError> {
    ask_for(name).bytes().await
}

/// Fetches what may be needed later, and keeps it.
///
/// # Errors
/// Not all of it could be had; what is missing is asked for again when it is needed.
pub async fn rest() -> Result<(), LoadError> {
    JsFuture::from(ask_rest()).await.map(drop).map_err(LoadError::of)
}
