//! Anything between signatures.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::framed("a", "alert tcp any any -> any any (sid:1;)\n", bytes, "\nalert tcp any any -> any any (sid:2;)\n");
});
