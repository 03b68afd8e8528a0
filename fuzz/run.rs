//! Every target is this program under another name: the name says which parser it feeds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coverlay_fuzz::run(env!("CARGO_BIN_NAME"), bytes));
