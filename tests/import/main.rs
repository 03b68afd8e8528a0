//! Files in, rules and outcomes out.

mod corpora;
mod fixtures;
#[path = "../support/mod.rs"]
mod support;
