//! Files in, rules and outcomes out.

mod corpora;
mod corpora_elastic;
mod corpora_sentinel;
mod fixtures;
mod mutations;
#[path = "../support/mod.rs"]
mod support;
