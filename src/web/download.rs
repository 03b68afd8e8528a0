//! Handing results to the user: files and the clipboard.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Offers bytes as a download.
pub fn save(file_name: &str, mime: &str, bytes: &[u8]) {
    save_array(file_name, mime, &Uint8Array::from(bytes));
}

/// Offers bytes that a worker made as a download.
pub fn save_array(file_name: &str, mime: &str, bytes: &Uint8Array) {
    let parts = Array::of1(bytes);
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        save_blob(file_name, &blob);
    }
}

/// Offers a blob as a download.
pub fn save_blob(file_name: &str, blob: &Blob) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    if let Ok(link) = document.create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(file_name);
        link.click();
    }
    // The browser reads the blob after this turn; a minute is plenty.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(60),
    );
}

/// Puts text on the clipboard. Refused without a user's gesture.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
}
