//! Any bytes: the whole ladder, JSON, TOML, CSV and YAML included, each found by its content.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::import("file", bytes.to_vec());
});
