//! The worker's wasm.

fn main() {
    coverlay::worker::run::start();
}
