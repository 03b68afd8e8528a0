//! The press: a worker of its own for exports that take a heavy library. Its wasm is no part of the
//! page's load; it is fetched when the first of these exports is asked for, and then kept.

#[cfg(feature = "page")]
pub mod client;
pub mod protocol;
#[cfg(feature = "press")]
pub mod run;
