//! The catalogues built into the command: the same files the page fetches. Each is decoded at
//! its first use.

use super::catalogue::{Catalogue, Domain};
use super::stored::{self, StoredError};
use std::sync::OnceLock;

/// A set of catalogues released together.
struct Set {
    label: &'static str,
    bytes: &'static [u8],
    decoded: OnceLock<Result<Vec<Catalogue>, StoredError>>,
}

impl Set {
    const fn new(label: &'static str, bytes: &'static [u8]) -> Self {
        Self { label, bytes, decoded: OnceLock::new() }
    }

    fn catalogues(&self) -> Result<&[Catalogue], StoredError> {
        match self.decoded.get_or_init(|| stored::read(self.bytes)) {
            Ok(catalogues) => Ok(catalogues),
            Err(error) => Err(error.clone()),
        }
    }
}

/// Newest first.
static SETS: [Set; 2] = [
    Set::new("19.2", include_bytes!("../../public/attack/19.2.catalogue")),
    Set::new("18.1", include_bytes!("../../public/attack/18.1.catalogue")),
];

/// The names of the sets, newest first. A domain of a set may have an own, lower version: the
/// set 19.2 holds Mobile 19.0.
pub fn labels() -> impl ExactSizeIterator<Item = &'static str> {
    SETS.iter().map(|set| set.label)
}

/// The set with exactly this name.
///
/// # Errors
/// If the built-in bytes are damaged.
pub fn set(label: &str) -> Result<Option<&'static [Catalogue]>, StoredError> {
    SETS.iter().find(|set| set.label == label).map(Set::catalogues).transpose()
}

/// All built-in catalogues, newest set first, inside a set in the order of [`Domain::ALL`].
///
/// # Errors
/// If the built-in bytes are damaged.
pub fn all() -> Result<Vec<Catalogue>, StoredError> {
    let mut all = Vec::new();
    for set in &SETS {
        all.extend_from_slice(set.catalogues()?);
    }
    Ok(all)
}

/// The built-in catalogue of a domain: the newest, or the one `version` asks for.
///
/// `version` is a release (`19.2`, `v19.2`) or only its first number (`19`, as layers write it).
/// A catalogue of exactly that version is preferred; else the newest of the same first number is
/// given, since MITRE raises the second number for small changes, often of one domain only
/// (`19.2` finds Mobile 19.0). Look at [`Catalogue::version`] to see which it is. `None` if none
/// matches.
///
/// # Errors
/// If the built-in bytes are damaged.
pub fn find(
    domain: Domain,
    version: Option<&str>,
) -> Result<Option<&'static Catalogue>, StoredError> {
    let wanted = version.map(|version| version.trim().trim_start_matches(['v', 'V']));
    let mut same_major = None;
    for set in &SETS {
        for catalogue in set.catalogues()?.iter().filter(|c| c.domain == domain) {
            let Some(wanted) = wanted else { return Ok(Some(catalogue)) };
            if catalogue.version == wanted {
                return Ok(Some(catalogue));
            }
            if same_major.is_none() && major(&catalogue.version) == major(wanted) {
                same_major = Some(catalogue);
            }
        }
    }
    Ok(same_major)
}

/// The first number of a release; `None` for what is none.
fn major(version: &str) -> Option<u16> {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    minor.parse::<u16>().ok()?;
    major.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(domain: Domain, wanted: Option<&str>) -> Option<&'static str> {
        find(domain, wanted).expect("whole").map(|catalogue| catalogue.version.as_str())
    }

    #[test]
    fn versions_match_exactly_then_by_first_number() {
        assert_eq!(version(Domain::Enterprise, None), Some("19.2"));
        assert_eq!(version(Domain::Enterprise, Some("19")), Some("19.2"));
        assert_eq!(version(Domain::Enterprise, Some("v19.0")), Some("19.2"));
        assert_eq!(version(Domain::Enterprise, Some("18.1")), Some("18.1"));
        assert_eq!(version(Domain::Enterprise, Some("18")), Some("18.1"));
        assert_eq!(version(Domain::Mobile, None), Some("19.0"));
        assert_eq!(version(Domain::Mobile, Some("19.2")), Some("19.0"));
        assert_eq!(version(Domain::Ics, Some("19.0")), Some("19.0"));
        for none in ["17.1", "20", "", "x", "19.x", "1"] {
            assert_eq!(version(Domain::Enterprise, Some(none)), None, "{none}");
        }
    }

    #[test]
    fn sets_are_found_by_their_names() {
        assert_eq!(labels().collect::<Vec<_>>(), ["19.2", "18.1"]);
        assert_eq!(set("18.1").expect("whole").map(<[_]>::len), Some(3));
        assert_eq!(set("18").expect("whole"), None);
        assert_eq!(all().expect("whole").len(), 6);
    }
}
