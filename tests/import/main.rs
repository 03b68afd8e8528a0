//! Files in, rules and outcomes out.

mod corpora;
mod corpora_elastic;
mod corpora_sentinel;
mod fixtures;
#[path = "../support/mod.rs"]
mod support;
