//! Files in, rules and outcomes out.

mod corpora;
mod corpora_elastic;
mod corpora_sentinel;
mod corpora_text;
mod corpora_yaml;
mod fixtures;
mod mixed;
mod mutated;
mod places;
mod shared;
#[path = "../support/mod.rs"]
mod support;
