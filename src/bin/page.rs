//! The page's wasm.

fn main() {
    coverlay::web::app::mount();
}
