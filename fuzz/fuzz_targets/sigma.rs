//! YAML below the head of a Sigma rule.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::framed("rule.yml", "title: a\nlogsource: {product: b}\ndetection:\n  c: d\n", bytes, "");
});
