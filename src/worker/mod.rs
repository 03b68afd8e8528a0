//! Parsing off the main thread: what is said between page and worker, the worker's loop and the
//! page's side of it.

#[cfg(feature = "page")]
pub mod boot;
#[cfg(feature = "page")]
pub mod client;
#[cfg(feature = "page")]
mod content;
#[cfg(feature = "page")]
pub mod files;
#[cfg(feature = "page")]
mod jobs;
#[cfg(any(feature = "page", test))]
mod ledger;
#[cfg(any(feature = "worker", feature = "press"))]
pub mod pieces;
#[cfg(feature = "worker")]
mod post;
pub mod protocol;
#[cfg(feature = "worker")]
pub mod run;
#[cfg(feature = "worker")]
mod tables;
#[cfg(feature = "worker")]
mod warm;
