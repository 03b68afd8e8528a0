//! The press's wasm.

fn main() {
    coverlay::press::run::start();
}
