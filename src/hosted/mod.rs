//! Hosted defaults: `coverlay.json`, which whoever hosts the page may lay beside it. What the page
//! is called, what it says, what it counts by until somebody chooses otherwise, and which files of
//! the same host it opens with.
//!
//! Reading ends in defaults and [`Problem`]s: what is wrong is told with key, line, reason and
//! remedy, and never costs the rest. Nothing here asks for anything; an address that could lead to
//! another host does not become a [`Place`].

mod lines;
mod place;
mod policy;
mod read;

pub use place::{Place, PlaceError};

use crate::attack::{Catalogue, Domain};
use crate::coverage::Policy;
use crate::heatmap::wording::plain_up_to;
use crate::lint::meant;
use std::sync::Arc;

/// The file's name, and its address as seen from the page.
pub const FILE: &str = "coverlay.json";

/// What a host says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hosted {
    /// What the page is called, beside its name.
    pub title: Option<String>,
    /// A line above everything.
    pub banner: Option<String>,
    /// The domain it opens with.
    pub domain: Option<Domain>,
    /// The release, for example `18.1` (key `attack`).
    pub version: Option<String>,
    /// How rules become scores.
    pub policy: Option<Policy>,
    /// Platforms that count; empty for all.
    pub platforms: Vec<String>,
    /// Layers to open.
    pub layers: Vec<Place>,
    /// Rules to read: zips or single files.
    pub rules: Vec<Place>,
    /// Rules one could deploy.
    pub library: Vec<Place>,
    /// Others' layers or reports.
    pub peers: Vec<Place>,
    /// Who one is.
    pub profile: Option<HostedProfile>,
    /// Where the keys stand.
    lines: Vec<(String, u32)>,
}

/// Where a profile is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostedProfile {
    /// In a file.
    File(Place),
    /// In `coverlay.json` itself; JSON.
    Inline(String),
}

/// Something in it, or about what it names, that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, for example `policy.levels.high`; the file's name if it is about all of it.
    pub key: String,
    /// Its line, from 1, where there is one.
    pub line: Option<u32>,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Problem {
    /// About the file as a whole.
    pub fn of_file(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (reason, remedy) = (reason.into(), remedy.into());
        Self { key: FILE.to_owned(), line: None, reason, remedy }
    }
}

impl Hosted {
    /// Reads the file. `origin` is the page's own, for example `https://rules.example.org`.
    pub fn read(bytes: &[u8], origin: &str) -> (Self, Vec<Problem>) {
        read::read(bytes, origin)
    }

    /// A problem of a key.
    pub fn problem(
        &self,
        key: &str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let (reason, remedy) = (reason.into(), remedy.into());
        Problem { key: key.to_owned(), line: lines::line_of(&self.lines, key), reason, remedy }
    }

    /// What only shows once the catalogues are there: a release that is not, and platforms that it
    /// does not have. Nothing is said of a domain of which there is none.
    pub fn check(&self, catalogues: &[Arc<Catalogue>]) -> Vec<Problem> {
        let domain = self.domain.unwrap_or(Domain::Enterprise);
        let of_domain: Vec<_> = catalogues.iter().filter(|one| one.domain == domain).collect();
        let mut problems = Vec::new();
        let versions: Vec<&str> = of_domain.iter().map(|one| one.version.as_str()).collect();
        if let Some(version) = &self.version
            && !versions.is_empty()
            && !versions.contains(&version.as_str())
        {
            problems.push(self.problem(
                "attack",
                format!("{} {version} is not beside this page", domain.name()),
                format!("name one of {}; until then the newest is shown", versions.join(", ")),
            ));
        }
        let known = || of_domain.iter().flat_map(|one| &one.platforms).map(String::as_str);
        for (at, name) in self.platforms.iter().enumerate() {
            if of_domain.is_empty() || known().any(|other| other == name) {
                continue;
            }
            let remedy = match meant(name, known()) {
                Some(meant) => format!("'{meant}' may have been meant"),
                None => "use the names that the filter of platforms lists".to_owned(),
            };
            let reason = format!("{} has no platform '{}'", domain.name(), plain_up_to(name, 60));
            problems.push(self.problem(&format!("platforms.{at}"), reason, remedy));
        }
        problems
    }
}
