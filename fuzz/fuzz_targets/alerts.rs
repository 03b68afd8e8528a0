//! Anything as a table of alerts, whole and in pieces, and as results of tests.
#![no_main]

use coverlay::alerts::{Field, Mapping, Zone};
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::import::test_results;

libfuzzer_sys::fuzz_target!(|input: (u8, Vec<u8>)| {
    let (piece, bytes) = input;
    let mut mapping = Mapping::default();
    mapping.set(Field::Time, "t");
    mapping.set(Field::RuleName, "r");
    for mapping in [None, Some(mapping)] {
        let read = |piece: usize| {
            let options = AlertOptions { mapping: mapping.clone(), ..AlertOptions::default() };
            let mut reader = AlertReader::new("a", options);
            bytes.chunks(piece).for_each(|piece| reader.push(piece));
            reader.finish()
        };
        let whole = read(bytes.len().max(1));
        assert_eq!(whole, read(usize::from(piece) + 1));
        if let Ok(alerts) = whole {
            let reading = &alerts.readings[0];
            assert_eq!(reading.rows, reading.read + reading.faults.rows_left_out());
        }
    }
    if test_results::is_results(&bytes) {
        let _ = test_results::read("a", &bytes, &Zone::default());
    }
});
