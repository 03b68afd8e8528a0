//! Addresses on the page's own host.

use crate::heatmap::wording::plain;
use crate::limits::MAX_HOSTED_ADDRESS;

/// An address that leads to the page's own origin, and nowhere else: a relative one, or an absolute
/// one that begins with that origin. Whether `..` leads out of the page's folder does not matter: the
/// origin is the border that browsers know, and everything on it is the same host's to give.
///
/// It holds for what browsers make of an address (<https://url.spec.whatwg.org/#url-parsing>): they
/// drop tabs and line breaks anywhere and blanks at both ends, and read `\` as `/`. Addresses with any
/// of these are refused, so that what was looked at is what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As written, without a fragment.
    address: String,
    /// See [`Self::name`].
    name: String,
}

/// Why an address is none of the page's own host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Nothing, or a fragment only.
    #[error("the address is empty")]
    Empty,
    /// Longer than [`MAX_HOSTED_ADDRESS`].
    #[error("the address has more than {MAX_HOSTED_ADDRESS} characters")]
    TooLong,
    /// Something that a browser reads otherwise than it looks.
    #[error("the address has a control character, a backslash, or a blank at an end")]
    Unclear,
    /// Another scheme or another host.
    #[error("the address leads to another origin")]
    OtherOrigin,
}

impl PlaceError {
    /// What to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "name a file, for example \"layers/coverage.json\", or leave it out",
            Self::TooLong => "put the file at a shorter address",
            Self::Unclear => "write it as a plain relative address with '/'; blanks as %20",
            Self::OtherOrigin => {
                "put the file on the host of the page and name it by a relative address; nothing was asked for"
            }
        }
    }
}

impl Place {
    /// Reads an address. `origin` is the page's own, without a slash at its end.
    ///
    /// # Errors
    /// If it is empty, too long, not what it looks like, or on another origin.
    pub fn read(text: &str, origin: &str) -> Result<Self, PlaceError> {
        let is_unclear = |c: char| c.is_control() || c == '\\';
        if text.contains(is_unclear) || text.trim() != text {
            return Err(PlaceError::Unclear);
        }
        let address = text.split('#').next().unwrap_or_default();
        if address.is_empty() {
            return Err(PlaceError::Empty);
        }
        if address.len() > MAX_HOSTED_ADDRESS {
            return Err(PlaceError::TooLong);
        }
        // The scheme ends at a colon in front of any slash.
        let first = address.split(['/', '?']).next().unwrap_or_default();
        let path = match first.contains(':') {
            true => below(address, origin).ok_or(PlaceError::OtherOrigin)?,
            false if address.starts_with("//") => return Err(PlaceError::OtherOrigin),
            false => address,
        };
        let name = name(path);
        Ok(Self { address: address.to_owned(), name })
    }

    /// The address, to be seen from the page.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// A path for lists and reports: without origin and query, decoded, on one line. Two addresses
    /// of the same name differ in nothing a reader could see.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What follows the origin, with its slash.
fn below<'a>(address: &'a str, origin: &str) -> Option<&'a str> {
    let start = address.get(..origin.len())?;
    let rest = address.get(origin.len()..)?;
    (!origin.is_empty() && start.eq_ignore_ascii_case(origin) && rest.starts_with('/'))
        .then_some(rest)
}

fn name(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let steps = path.split('/').filter(|step| !matches!(*step, "" | "." | ".."));
    let name = plain(&steps.map(decoded).collect::<Vec<_>>().join("/"));
    if name.is_empty() { "file".to_owned() } else { name }
}

/// `a%20b` as `a b`; as it is where that would be no text.
fn decoded(step: &str) -> String {
    let mut bytes = Vec::with_capacity(step.len());
    let mut rest = step.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = (byte == b'%').then(|| after.get(..2)).flatten();
        let value = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| step.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: &str = "https://rules.example.org:8443";

    #[test]
    fn addresses_of_the_own_host() {
        for (text, name) in [
            ("rules.zip", "rules.zip"),
            ("./layers/a%20b.json?v=2#x", "layers/a b.json"),
            ("/team/a.json", "team/a.json"),
            ("../up/a.json", "up/a.json"),
            ("https://rules.example.org:8443/x/a.json", "x/a.json"),
            ("HTTPS://Rules.Example.org:8443/a.json", "a.json"),
            ("./a:b.json", "a:b.json"),
            ("a b.json", "a b.json"),
            ("%zz%4", "%zz%4"),
            ("%ff.json", "%ff.json"),
            ("?download=7", "file"),
        ] {
            assert_eq!(
                Place::read(text, OWN).map(|place| place.name),
                Ok(name.to_owned()),
                "{text}"
            );
        }
        let place = Place::read("a.json?v=2#x", OWN).expect("an address");
        assert_eq!(place.as_str(), "a.json?v=2");
    }

    #[test]
    fn other_hosts_and_traps_are_refused() {
        for text in [
            "https://example.com/a.json",
            "http://rules.example.org:8443/a.json",
            "https://rules.example.org/a.json",
            "https://rules.example.org:8443",
            "https://rules.example.org:8443@example.com/a.json",
            "https://rules.example.org:84430/a.json",
            "https://rules.example.org:8443.example.com/",
            "https:a.json",
            "//example.com/a.json",
            "///example.com/a.json",
            "javascript:alert(1)",
            "data:application/json,{}",
            "blob:https://rules.example.org:8443/x",
            "file:///etc/passwd",
            "a:b.json",
        ] {
            assert_eq!(Place::read(text, OWN), Err(PlaceError::OtherOrigin), "{text}");
        }
        for text in [
            "\\\\example.com\\a",
            "/\\example.com/a",
            "/\t/example.com",
            "java\nscript:x",
            " a",
            "a\u{0}",
        ] {
            assert_eq!(Place::read(text, OWN), Err(PlaceError::Unclear), "{text:?}");
        }
        assert_eq!(Place::read("", OWN), Err(PlaceError::Empty));
        assert_eq!(Place::read("#x", OWN), Err(PlaceError::Empty));
        assert_eq!(Place::read(&"a".repeat(2001), OWN), Err(PlaceError::TooLong));
        assert_eq!(Place::read("https://x/a", ""), Err(PlaceError::OtherOrigin));
    }

    proptest! {
        /// Whatever is let through has no colon in front of its first slash, unless behind the origin,
        /// and no two slashes at its start.
        #[test]
        fn what_is_let_through_stays(text in "[a-z:/\\\\.@?#% \t]{0,24}") {
            if let Ok(place) = Place::read(&text, OWN) {
                let rest = place.as_str().strip_prefix(OWN).unwrap_or(place.as_str());
                prop_assert!(!rest.starts_with("//") || place.as_str().starts_with(OWN));
                prop_assert!(!rest.split(['/', '?']).next().unwrap_or_default().contains(':'));
                prop_assert!(!rest.contains(['\\', '\t', '#']));
            }
        }
    }
}
