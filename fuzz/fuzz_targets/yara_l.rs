//! Anything inside a YARA-L rule.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::framed("a", "rule a { meta: ", bytes, "\nevents: $e.a = 1 condition: $e }\nrule b { events: }");
});
