//! The ATT&CK knowledge base: the committed catalogues against MITRE's counts, the importers
//! against real bundles, both against hostile input.
#![cfg(feature = "cli")]
// A test that does not run says why.
#![allow(clippy::print_stdout)]

mod built_in;
mod hostile;
mod reimport;
mod stored_form;

use coverlay::attack::{Catalogue, Domain, TechniqueId};

/// A technique id that is known to be one.
fn id(text: &str) -> TechniqueId {
    text.parse().expect("a technique id")
}

/// Numbers of (techniques, sub-techniques).
fn techniques(catalogue: &Catalogue) -> (usize, usize) {
    let subs = catalogue.techniques.iter().filter(|t| t.id.is_sub_technique()).count();
    (catalogue.techniques.len() - subs, subs)
}

/// Numbers of (revoked, deprecated) ids as MITRE counts them: what is revoked towards an id that
/// is itself deprecated has no live successor and so counts as deprecated here.
fn retired(catalogue: &Catalogue) -> (usize, usize) {
    use coverlay::attack::Fate;
    let revoked = catalogue.retired.iter().filter(|r| matches!(r.fate, Fate::RevokedBy(_))).count();
    (revoked, catalogue.retired.len() - revoked)
}

/// Numbers of (groups, software, campaigns, mitigations).
fn entities(catalogue: &Catalogue) -> (usize, usize, usize, usize) {
    (
        catalogue.groups.len(),
        catalogue.software.len(),
        catalogue.campaigns.len(),
        catalogue.mitigations.len(),
    )
}

/// Numbers of (strategies, analytics, data components).
fn detection(catalogue: &Catalogue) -> (usize, usize, usize) {
    (catalogue.strategies.len(), catalogue.analytics.len(), catalogue.data_components.len())
}

/// How many techniques and sub-techniques run on each platform, by name.
fn platforms(catalogue: &Catalogue) -> Vec<(&str, usize)> {
    let count = |p: usize| {
        catalogue
            .techniques
            .iter()
            .filter(move |t| t.platforms.iter().any(|x| usize::from(*x) == p))
    };
    catalogue
        .platforms
        .iter()
        .enumerate()
        .map(|(p, name)| (name.as_str(), count(p).count()))
        .collect()
}

/// The built-in catalogue of a domain.
fn built_in(domain: Domain, version: &str) -> &'static Catalogue {
    let found = coverlay::attack::bundled::find(domain, Some(version)).expect("whole");
    found.unwrap_or_else(|| panic!("{domain} {version} is built in"))
}
