//! `coverlay catalogue build` and `coverlay catalogue list`.

use crate::attack::facts::{self, FactsError};
use crate::attack::stix::{self, StixError};
use crate::attack::stored::{self, StoredError};
use crate::attack::{Catalogue, Domain, bundled};
use crate::diagnostic::Warned;
use crate::limits::Limit;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{error, fs};

/// The release whose catalogues fill in what a facts file lacks; the file's own log sources are
/// of this release too (`log_sources_18_1`).
const FACTS_PREVIOUS: &str = "18.1";

/// Why no catalogue was built or listed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// An input cannot be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// An input is not usable ATT&CK data.
    #[error("{}: {error}{}", path.display(), hint(.error.as_ref()))]
    Input {
        /// Which.
        path: PathBuf,
        /// A [`StixError`], [`FactsError`] or [`StoredError`].
        error: Box<dyn error::Error + Send + Sync>,
    },
    /// Two inputs hold the same release of the same domain.
    #[error("{}: {domain} {version} is also in another input; give it once", path.display())]
    Twice {
        /// The second of them.
        path: PathBuf,
        /// The domain of both.
        domain: Domain,
        /// The release of both.
        version: String,
    },
    /// No input was given.
    #[error("no input; give STIX bundles, for example enterprise-attack-18.1.json")]
    Nothing,
    /// The built-in catalogues are damaged.
    #[error("built in: {0}")]
    Bundled(#[from] StoredError),
    /// The result cannot be written.
    #[error("{}: {error}", path.display())]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The list cannot be printed.
    #[error(transparent)]
    Print(#[from] io::Error),
}

/// What to do about a STIX fault, in brackets.
fn hint(error: &(dyn error::Error + Send + Sync + 'static)) -> String {
    error
        .downcast_ref::<StixError>()
        .map(|error| {
            let diagnostic = error.diagnostic("");
            let place = diagnostic.line.zip(diagnostic.column);
            let place = place.map(|(l, c)| format!(" at line {l}, column {c}")).unwrap_or_default();
            format!("{place} ({})", error.hint())
        })
        .unwrap_or_default()
}

/// Reads inputs, each recognised by its content: a STIX bundle, a facts file or a stored
/// catalogue. The result is sorted by domain, then version, whatever the order of the inputs;
/// its diagnostics say what of the bundles was left out.
///
/// # Errors
/// The first input that cannot be used; nothing is built from the rest.
pub fn read(inputs: &[PathBuf]) -> Result<Warned<Vec<Catalogue>>, CatalogueError> {
    let mut all: Warned<Vec<Catalogue>> = Warned::default();
    for path in inputs {
        for catalogue in read_one(path, &mut all)? {
            let same = |other: &Catalogue| {
                (other.domain, &other.version) == (catalogue.domain, &catalogue.version)
            };
            if all.value.iter().any(same) {
                let (domain, version) = (catalogue.domain, catalogue.version);
                return Err(CatalogueError::Twice { path: path.clone(), domain, version });
            }
            all.value.push(catalogue);
        }
    }
    if all.value.is_empty() {
        return Err(CatalogueError::Nothing);
    }
    all.value.sort_by(|a, b| (a.domain, &a.version).cmp(&(b.domain, &b.version)));
    Ok(all)
}

fn read_one(
    path: &Path,
    all: &mut Warned<Vec<Catalogue>>,
) -> Result<Vec<Catalogue>, CatalogueError> {
    let unreadable = |error| CatalogueError::Read { path: path.to_owned(), error };
    let unusable = |error: Box<dyn error::Error + Send + Sync>| CatalogueError::Input {
        path: path.to_owned(),
        error,
    };
    let most = super::read::limits().of(Limit::StixBytes);
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    // Not all of it: a disk image given by mistake must not fill the memory.
    let bytes = super::read::file(path, limit).map_err(unreadable)?;
    if bytes.len() > limit {
        let bytes = fs::metadata(path).map_or(bytes.len() as u64, |file| file.len());
        return Err(unusable(StixError::TooLarge { bytes, most }.into()));
    }
    if stored::is_stored(&bytes) {
        return stored::read(&bytes).map_err(|error| unusable(error.into()));
    }
    if facts::is_facts(&bytes) {
        let previous = bundled::set(FACTS_PREVIOUS)?.unwrap_or_default();
        return facts::read(&bytes, previous).map_err(|error: FactsError| unusable(error.into()));
    }
    let read = stix::read_file(&path.to_string_lossy(), &bytes);
    let Warned { value, diagnostics } = read.map_err(|error| unusable(error.into()))?;
    all.diagnostics.extend(diagnostics);
    Ok(value)
}

/// Builds a stored catalogue from `inputs` (see [`read`]) and writes it to `output`; gives back
/// what was written.
///
/// # Errors
/// If an input cannot be used or the output cannot be written.
pub fn build(inputs: &[PathBuf], output: &Path) -> Result<Warned<Vec<Catalogue>>, CatalogueError> {
    let built = read(inputs)?;
    fs::write(output, stored::write(&built.value))
        .map_err(|error| CatalogueError::Write { path: output.to_owned(), error })?;
    Ok(built)
}

/// Prints the built-in catalogues as a table, newest first.
///
/// # Errors
/// If the built-in data is damaged or `out` cannot be written.
pub fn list(out: &mut dyn Write) -> Result<(), CatalogueError> {
    let titles = [
        "set",
        "domain",
        "version",
        "tactics",
        "techniques",
        "sub-techniques",
        "groups",
        "software",
        "strategies",
        "retired ids",
    ];
    writeln!(
        out,
        "{:<5} {:<18} {:<8} {:>7} {:>10} {:>14} {:>6} {:>8} {:>10} {:>11}",
        titles[0],
        titles[1],
        titles[2],
        titles[3],
        titles[4],
        titles[5],
        titles[6],
        titles[7],
        titles[8],
        titles[9]
    )?;
    for label in bundled::labels() {
        for catalogue in bundled::set(label)?.unwrap_or_default() {
            let subs = catalogue.techniques.iter().filter(|t| t.id.is_sub_technique()).count();
            writeln!(
                out,
                "{label:<5} {:<18} {:<8} {:>7} {:>10} {subs:>14} {:>6} {:>8} {:>10} {:>11}",
                catalogue.domain.as_str(),
                catalogue.version,
                catalogue.tactics.len(),
                catalogue.techniques.len() - subs,
                catalogue.groups.len(),
                catalogue.software.len(),
                catalogue.strategies.len(),
                catalogue.retired.len(),
            )?;
        }
    }
    Ok(())
}
