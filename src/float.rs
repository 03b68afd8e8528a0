//! Numbers with a fraction, from text. The standard library's tables for rounding them right are 12 kB of
//! the page and again of the worker, packed; a browser has them already.

/// The number that a text is, and nothing else beside it, as `str::parse` reads it.
pub(crate) fn float(text: &str) -> Option<f64> {
    read(text)
}

#[cfg(all(target_arch = "wasm32", any(feature = "page", feature = "worker")))]
fn read(text: &str) -> Option<f64> {
    Some(match written(text)? {
        Written::Decimal => js_sys::parse_float(text),
        Written::Infinite if text.starts_with('-') => f64::NEG_INFINITY,
        Written::Infinite => f64::INFINITY,
        Written::Nothing => f64::NAN,
    })
}

#[cfg(not(all(target_arch = "wasm32", any(feature = "page", feature = "worker"))))]
fn read(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// How a number is written.
#[cfg(any(test, all(target_arch = "wasm32", any(feature = "page", feature = "worker"))))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Decimal,
    Infinite,
    Nothing,
}

/// By the grammar of `f64::from_str`. That of a browser is another: it passes over what stands
/// behind a number.
#[cfg(any(test, all(target_arch = "wasm32", any(feature = "page", feature = "worker"))))]
fn written(text: &str) -> Option<Written> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
        return Some(Written::Infinite);
    }
    if unsigned.eq_ignore_ascii_case("nan") {
        return Some(Written::Nothing);
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, power) = match unsigned.split_once(['e', 'E']) {
        Some((number, power)) => (number, Some(power.strip_prefix(['+', '-']).unwrap_or(power))),
        None => (unsigned, None),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_one = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && power.is_none_or(|power| !power.is_empty() && digits(power));
    is_one.then_some(Written::Decimal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agree(text: &str) {
        let (own, std) = (written(text), text.parse::<f64>());
        assert_eq!(own.is_some(), std.is_ok(), "{text:?}");
        let Ok(number) = std else { return };
        match own {
            Some(Written::Infinite) => assert!(number.is_infinite(), "{text:?}"),
            Some(Written::Nothing) => assert!(number.is_nan(), "{text:?}"),
            // `1e999` is infinite to both.
            _ => assert!(!number.is_nan(), "{text:?}"),
        }
    }

    #[test]
    fn what_is_a_number_is_one_to_the_standard_library() {
        for text in [
            "",
            "0",
            "-0",
            "+1.5",
            ".5",
            "5.",
            ".",
            "-.",
            "e5",
            ".e5",
            "1e5",
            "1E-5",
            "1e",
            "1e+",
            "1e999",
            "1.2.3",
            "1_0",
            " 1",
            "1 ",
            "0x10",
            "1e5.0",
            "+-1",
            "inf",
            "-Infinity",
            "NaN",
            "+nan",
            "infinit",
            "١",
            "1,5",
            "1e1e1",
            "Infinity1",
            "--1",
        ] {
            agree(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is(text in "[+-]?[0-9.e+E-]{0,8}", other: String) {
            agree(&text);
            agree(&other);
        }
    }
}
