//! Files in, rules and outcomes out.

mod corpora;
mod corpora_yaml;
mod fixtures;
mod mutated;
mod places;
#[path = "../support/mod.rs"]
mod support;
