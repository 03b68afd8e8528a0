//! Text and pictures onto the clipboard.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/web/clipboard.js")]
extern "C" {
    /// Rejects where the browser cannot, or does not want to.
    #[wasm_bindgen(catch)]
    async fn copy_png(blob: Promise) -> Result<(), JsValue>;
}

/// Copies a text; false where the browser has no clipboard (a page opened from a file) or
/// refuses.
pub async fn copy(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    // `Navigator::clipboard` promises a value that an insecure page does not have.
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    match clipboard.map(JsCast::dyn_into::<web_sys::Clipboard>) {
        Ok(Ok(clipboard)) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        _ => false,
    }
}

/// Copies a PNG that is being made, a blob; false as above. To be called at once where a button
/// was pressed.
pub async fn copy_picture(png: Promise) -> bool {
    copy_png(png).await.is_ok()
}
