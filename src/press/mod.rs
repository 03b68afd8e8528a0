//! The press: a worker of its own for exports that take a heavy library. Its wasm is fetched last,
//! when the page is there, and compiled when the first of these exports is asked for.

#[cfg(feature = "page")]
pub mod client;
pub mod protocol;
#[cfg(feature = "press")]
pub mod run;
#[cfg(any(feature = "press", feature = "cli"))]
pub mod saved;
