//! The font of the pictures: fetched once from beside the page, given to canvases and to SVG
//! files that carry it.

use crate::export::svg::Fonts;
use crate::heatmap::font::FAMILY;
use futures_util::future::join;
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FontFace, FontFaceDescriptors, Response};

/// Weight and file.
const FILES: [(&str, &str); 2] = [
    ("400", "./font/CoverlaySans-Regular.woff2"),
    ("600", "./font/CoverlaySans-Semibold.woff2"),
];

/// The bytes of both weights, in the order of [`FILES`].
type Loaded = std::rc::Rc<[Vec<u8>; 2]>;

thread_local! {
    static LOADED: RefCell<Option<Loaded>> = const { RefCell::new(None) };
}

/// Fetches the fonts and makes them known to the document; does nothing the second time.
/// Without them (a page opened from a file) pictures take the system's sans-serif.
pub async fn load() -> bool {
    if LOADED.with_borrow(Option::is_some) {
        return true;
    }
    let [(regular_weight, regular_file), (semibold_weight, semibold_file)] = FILES;
    let both =
        join(load_one(regular_weight, regular_file), load_one(semibold_weight, semibold_file));
    let (Some(regular), Some(semibold)) = both.await else { return false };
    LOADED.set(Some(Loaded::new([regular, semibold])));
    true
}

/// Calls `write` with the fonts if they are loaded.
pub fn with<T>(write: impl FnOnce(Option<Fonts<'_>>) -> T) -> T {
    let loaded = LOADED.with_borrow(Clone::clone);
    let fonts = loaded.as_deref().map(|[regular, semibold]| Fonts { regular, semibold });
    write(fonts)
}

async fn load_one(weight: &str, file: &str) -> Option<Vec<u8>> {
    let window = web_sys::window()?;
    let response: Response =
        JsFuture::from(window.fetch_with_str(file)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let buffer: ArrayBuffer =
        JsFuture::from(response.array_buffer().ok()?).await.ok()?.dyn_into().ok()?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    let descriptors = FontFaceDescriptors::new();
    descriptors.set_weight(weight);
    let face =
        FontFace::new_with_array_buffer_and_descriptors(FAMILY, &buffer, &descriptors).ok()?;
    JsFuture::from(face.load().ok()?).await.ok()?;
    window.document()?.fonts().add(&face).ok()?;
    Some(bytes)
}
