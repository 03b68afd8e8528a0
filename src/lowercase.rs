//! Lower case, to compare and to find by. The standard library's tables for letters beyond ASCII
//! are 6 kB of the page and again of the worker, packed; a browser has them already.

/// The text in lower case, as Unicode maps it.
pub(crate) fn lowercase(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { beyond_ascii(text) }
}

#[cfg(all(target_arch = "wasm32", any(feature = "page", feature = "worker")))]
fn beyond_ascii(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(not(all(target_arch = "wasm32", any(feature = "page", feature = "worker"))))]
fn beyond_ascii(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::lowercase;

    #[test]
    fn in_any_alphabet() {
        for (text, lower) in [("", ""), ("Windows EventID", "windows eventid"), ("ÄΣ Σ", "äς σ")]
        {
            assert_eq!(lowercase(text), lower);
        }
    }
}
