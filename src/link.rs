//! Settings in a link: JSON, deflated, in base64 for addresses, with the number of its form in front.
//!
//! What may be in it is the page's list (`web::settings::Shared`); here are the form and its limits. A
//! link comes from anybody: nothing in it is believed beyond what fits the limits, and what reads it
//! looks at each setting by itself.

use crate::limits::{MAX_LINK_BYTES, MAX_LINK_CHARS};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde_json::{Map, Value};

/// The key in the hash: `#/matrix?settings=1.…`.
pub const KEY: &str = "settings";

/// The form written here.
const VERSION: &str = "1";

/// As small as it gets: links are short texts.
const LEVEL: u8 = 9;

/// Why there are no settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Longer than [`MAX_LINK_CHARS`], or larger than [`MAX_LINK_BYTES`] unpacked.
    #[error("they are larger than any that Coverlay writes")]
    TooLarge,
    /// Another form.
    #[error("they were written by a newer version of Coverlay")]
    Newer,
    /// Cut off, changed, or never written by Coverlay.
    #[error("they are damaged; the link may have been cut off")]
    Damaged,
}

/// The text for a JSON object.
pub fn write(json: &str) -> String {
    let packed = compress_to_vec(json.as_bytes(), LEVEL);
    format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(packed))
}

/// The object in a text.
///
/// # Errors
/// If it is too large, of another form, or damaged.
pub fn read(text: &str) -> Result<Map<String, Value>, LinkError> {
    if text.len() > MAX_LINK_CHARS {
        return Err(LinkError::TooLarge);
    }
    let (version, code) = text.split_once('.').ok_or(LinkError::Damaged)?;
    if version != VERSION {
        let is_number = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
        return Err(if is_number { LinkError::Newer } else { LinkError::Damaged });
    }
    let packed = URL_SAFE_NO_PAD.decode(code).map_err(|_| LinkError::Damaged)?;
    let json =
        decompress_to_vec_with_limit(&packed, MAX_LINK_BYTES).map_err(|error| {
            match error.status {
                miniz_oxide::inflate::TINFLStatus::HasMoreOutput => LinkError::TooLarge,
                _ => LinkError::Damaged,
            }
        })?;
    serde_json::from_slice(&json).map_err(|_| LinkError::Damaged)
}

/// The hash without settings, and the settings if it has some; of several the last.
pub fn split(hash: &str) -> (String, Option<&str>) {
    let Some((place, query)) = hash.split_once('?') else { return (hash.to_owned(), None) };
    let (mut rest, mut settings) = (Vec::new(), None);
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some((KEY, value)) => settings = Some(value),
            _ => rest.push(pair),
        }
    }
    if settings.is_none() {
        return (hash.to_owned(), None);
    }
    let rest = rest.join("&");
    (if rest.is_empty() { place.to_owned() } else { format!("{place}?{rest}") }, settings)
}

/// The hash with settings in it.
pub fn join(hash: &str, settings: &str) -> String {
    let sign = if hash.contains('?') { '&' } else { '?' };
    format!("{hash}{sign}{KEY}={settings}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_for_addresses_and_small() {
        let text =
            write(r#"{"domain":"ics-attack","platforms":["Windows","Linux"],"show_ids":true}"#);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        assert!(text.starts_with("1.") && text.chars().all(plain), "{text}");
        assert!(text.len() < 110, "{}", text.len());
        let read = read(&text).expect("its own");
        assert_eq!((read.len(), &read["show_ids"]), (3, &Value::Bool(true)));
    }

    #[test]
    fn what_is_not_ours_is_told_apart() {
        let good = write("{}");
        assert_eq!(read(&good.replacen('1', "2", 1)), Err(LinkError::Newer));
        for text in ["", "1", "1.", "x.AA", ".", "1.%%%", "1.AAAA", &good[..good.len() - 1]] {
            assert_eq!(read(text), Err(LinkError::Damaged), "{text}");
        }
        assert_eq!(read(&write("[1]")), Err(LinkError::Damaged), "no object");
        assert_eq!(read(&write("{\"a\":")), Err(LinkError::Damaged));
        assert_eq!(read(&write(&"[".repeat(5000))), Err(LinkError::Damaged), "deep");
    }

    /// A megabyte of nothing is a kilobyte in a link.
    #[test]
    fn bombs_are_refused_unpacked_and_packed() {
        let bomb = format!("{{\"a\":\"{}\"}}", "0".repeat(1 << 20));
        let text = write(&bomb);
        assert!(text.len() < MAX_LINK_CHARS, "{}", text.len());
        assert_eq!(read(&text), Err(LinkError::TooLarge));
        let long = format!("1.{}", "A".repeat(MAX_LINK_CHARS));
        assert_eq!(read(&long), Err(LinkError::TooLarge));
    }

    #[test]
    fn a_hash_with_and_without() {
        assert_eq!(split("#/matrix"), ("#/matrix".to_owned(), None));
        assert_eq!(split("#/gaps?tactic=impact"), ("#/gaps?tactic=impact".to_owned(), None));
        assert_eq!(split("#/matrix?settings=1.A"), ("#/matrix".to_owned(), Some("1.A")));
        assert_eq!(
            split("#/gaps?a=b&settings=1.A&c=d&settings=1.B"),
            ("#/gaps?a=b&c=d".to_owned(), Some("1.B"))
        );
        for hash in ["#/matrix", "#/technique/T1059", "#/gaps?tactic=impact"] {
            assert_eq!(split(&join(hash, "1.x")), (hash.to_owned(), Some("1.x")));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(pairs in proptest::collection::btree_map("[a-z_]{1,12}", "\\PC{0,40}", 0..12)) {
            let map: Map<String, Value> =
                pairs.into_iter().map(|(key, value)| (key, Value::String(value))).collect();
            let json = Value::Object(map.clone()).to_string();
            prop_assert_eq!(read(&write(&json)), Ok(map));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}", code in "[A-Za-z0-9_-]{0,200}") {
            let _ = read(&text);
            let _ = read(&format!("1.{code}"));
            let _ = split(&text);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&format!("1.{}", URL_SAFE_NO_PAD.encode(&bytes)));
            let packed = compress_to_vec(&bytes, 1);
            let _ = read(&format!("1.{}", URL_SAFE_NO_PAD.encode(packed)));
        }
    }
}
