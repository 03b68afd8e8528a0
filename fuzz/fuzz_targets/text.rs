//! Text that is no rule, scanned for ids.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::framed("a.md", "# A page\n\nT1059 ", bytes, "");
});
