//! Layers: what was read once reads the same from what is written.
#![no_main]

use coverlay::export::layer_json;
use coverlay::layer;
use coverlay::source::decode::decode;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes) else { return };
    let Ok(read) = layer::read("a.json", &text) else { return };
    let written = layer_json::all_to_json(&read.value);
    let again = layer::read("a.json", &written).expect("what we write");
    // Not the scores: serde_json may read the seventeenth digit differently than it wrote it.
    assert_eq!(again.value.len(), read.value.len());
    for (again, read) in again.value.iter().zip(&read.value) {
        assert_eq!(again.name, read.name);
        assert_eq!(again.techniques.entries.len(), read.techniques.entries.len());
        assert_eq!(again.techniques.unplaced.len(), read.techniques.unplaced.len());
    }
});
