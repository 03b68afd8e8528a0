//! Files in, rules and outcomes out.

mod corpora;
mod fixtures;
mod mutated;
#[path = "../support/mod.rs"]
mod support;
