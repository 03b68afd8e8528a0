//! Files in, rules and outcomes out.

mod corpora;
mod corpora_text;
mod fixtures;
mod mixed;
#[path = "../support/mod.rs"]
mod support;
