//! Files in, rules and outcomes out.

mod corpora;
mod corpora_text;
mod fixtures;
#[path = "../support/mod.rs"]
mod support;
