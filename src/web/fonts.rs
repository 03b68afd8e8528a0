//! The font of the pictures: fetched once from beside the page, given to canvases and to SVG
//! files that carry it.

use crate::export::svg::Fonts;
use crate::heatmap::font::FAMILY;
use crate::worker::files;
use futures_util::future::join;
use js_sys::{Promise, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{FontFace, FontFaceDescriptors};

/// Weight and file.
const FILES: [(&str, &str); 2] =
    [("400", "font/CoverlaySans-Regular.woff2"), ("600", "font/CoverlaySans-Semibold.woff2")];

/// The bytes of both weights, in the order of [`FILES`].
type Loaded = std::rc::Rc<[Vec<u8>; 2]>;

thread_local! {
    static LOADED: RefCell<Option<Loaded>> = const { RefCell::new(None) };
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Fetches the fonts and makes them known to the document, once: whoever asks later waits for
/// the same. Asked for as the page starts, so that no picture needs the network. Without them
/// pictures take the system's sans-serif.
pub async fn load() -> bool {
    let fetch = || {
        future_to_promise(async {
            let [regular, semibold] = FILES.map(|(weight, file)| load_one(weight, file));
            let (Some(regular), Some(semibold)) = join(regular, semibold).await else {
                return Err(JsValue::NULL);
            };
            LOADED.set(Some(Loaded::new([regular, semibold])));
            Ok(JsValue::TRUE)
        })
    };
    let loading = LOADING.with_borrow_mut(|loading| loading.get_or_insert_with(fetch).clone());
    JsFuture::from(loading).await.is_ok()
}

/// Calls `write` with the fonts if they are loaded.
pub fn with<T>(write: impl FnOnce(Option<Fonts<'_>>) -> T) -> T {
    let loaded = LOADED.with_borrow(Clone::clone);
    let fonts = loaded.as_deref().map(|[regular, semibold]| Fonts { regular, semibold });
    write(fonts)
}

async fn load_one(weight: &str, file: &str) -> Option<Vec<u8>> {
    let buffer = files::bytes(file).await.ok()?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    let descriptors = FontFaceDescriptors::new();
    descriptors.set_weight(weight);
    let face =
        FontFace::new_with_array_buffer_and_descriptors(FAMILY, &buffer, &descriptors).ok()?;
    JsFuture::from(face.load().ok()?).await.ok()?;
    web_sys::window()?.document()?.fonts().add(&face).ok()?;
    Some(bytes)
}
