<<<<<<< HEAD
//! The page's wasm.

fn main() {
    coverlay::web::app::mount();
=======
//! The page.
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn mark(name: &str);
}

fn main() {
    mark("coverlay:ready");
>>>>>>> rig
}
