//! Coverlay: what detection rules really cover of MITRE ATT&CK®.
//!
//! Bytes with a path go in, values come out; nothing here knows the browser, the file system,
//! the clock or the terminal (those are the shells: `web`, `worker`, `press` and `cli`).
//!
//! 1. *read*: [`source`] turns bytes into [`source::SourceFile`]s (zips unpacked, text decoded)
//! 2. *import*: `import` recognises the format and yields [`rule::Rule`]s
//! 3. *resolve*: [`attack::Catalogue::resolve`] follows revoked ids to live techniques
//! 4. *score*: [`coverage::Coverage`] says per technique which rules, which score
//!    ([`gaps`] says what is missing, what matters first and what to do about it,
//!    [`investigate`] what happened where alerts were raised and what may come next)
//! 5. *lay out*: [`heatmap`] turns coverage into colours and marks
//!    ([`history`] has the same of earlier moments, [`layer`] of layers)
//! 6. *export*: [`export`] writes layers, tables and pictures
//!
//! `pipeline` wires the steps for the shells; [`workspace`] keeps all of one's work in one file.
#![deny(unsafe_code)]

pub mod alerts;
pub mod attack;
#[cfg(feature = "cli")]
pub mod cli;
pub mod coverage;
pub mod date;
pub mod diagnostic;
pub mod export;
mod float;
pub mod gaps;
pub mod heatmap;
pub mod history;
pub mod hosted;
#[cfg(feature = "import")]
pub mod import;
pub mod investigate;
pub mod layer;
pub mod limits;
pub mod link;
pub mod lint;
mod lowercase;
pub mod pace;
#[cfg(feature = "import")]
pub mod pipeline;
pub mod press;
pub mod rule;
pub mod sample;
mod sorted;
pub mod source;
#[cfg(feature = "page")]
pub mod web;
pub mod worker;
pub mod workspace;
