//! Anything between Wazuh rules.
#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::framed("a", "<group name=\"a,\"><rule id=\"1\" level=\"3\"/>", bytes, "<rule id=\"2\" level=\"5\"><mitre><id>T1003</id>");
});
