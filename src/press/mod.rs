//! The press: a worker of its own for exports that take a heavy library, and for other files that are rarely
//! asked for. Its wasm is fetched last, when the page is there, and compiled when the first of these is
//! asked for.

#[cfg(feature = "page")]
pub mod client;
#[cfg(any(feature = "press", feature = "cli"))]
pub mod fixes;
pub mod protocol;
#[cfg(feature = "press")]
pub mod run;
#[cfg(any(feature = "press", feature = "cli"))]
pub mod saved;
