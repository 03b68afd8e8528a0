//! Expressions over layers.
#![no_main]

use coverlay::layer::Expression;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(expression) = Expression::parse(text, 3) {
        expression.value(&[80.0, 0.0, -1.5]);
    }
});
