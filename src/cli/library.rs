//! A library of rules as the command line names it: read, summed up, and the files of chosen rules
//! carried away.

use super::exit::Failure;
use super::read;
use super::run::say;
use crate::export::rules_zip;
use crate::gaps::{Recommendations, files};
use crate::pipeline::Options;
use crate::rule::{Intake, RuleIndex};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// `--library PATH…`, told before anything large is read.
pub(super) fn check(paths: &[PathBuf]) -> Result<(), Failure> {
    for path in paths {
        if path.as_os_str() == "-" {
            let reason = "--library: standard input is for rules one has; name a file".to_owned();
            return Err(Failure::Usage(reason));
        }
        if !path.exists() {
            let reason = format!("--library: {}: no such file or folder", path.display());
            return Err(Failure::NothingReadable(reason));
        }
    }
    Ok(())
}

/// The rules of a library, settled; none where none was asked for.
pub(super) fn read(paths: &[PathBuf], quiet: bool) -> Result<Intake, Failure> {
    if paths.is_empty() {
        if !quiet {
            say(
                "no library was given, so no rule is recommended; --library PATH names one: a folder, a zip or files of rules",
            );
        }
        return Ok(Intake::default());
    }
    let (library, _) = read::read_inputs(paths, Options::default())?;
    if !quiet {
        let counts = library.report.counts();
        say(&format!(
            "library: {} files: {} read, {} skipped, {} failed",
            counts.files, counts.read, counts.skipped, counts.failed
        ));
    }
    if library.rules.is_empty() {
        return Err(Failure::NothingReadable("no rule among the files of --library".to_owned()));
    }
    Ok(library)
}

/// What of it is of use, and what was chosen.
pub(super) fn sum_up(library: &Intake, found: &Recommendations) {
    let Recommendations { next, library: of, .. } = found;
    let left_out = of.left_out.iter().map(|(why, rules)| format!("{rules} {}", why.label()));
    let left_out: Vec<String> = left_out.collect();
    let but = if left_out.is_empty() { "" } else { "; left out: " };
    say(&format!(
        "library: {} rules, {} can be recommended{but}{}",
        library.rules.len(),
        of.usable.len(),
        left_out.join(", ")
    ));
    let bought = next.rules.last().map_or(0.0, |last| last.total);
    say(&format!(
        "next rules: {} chosen from {}; they buy {bought:.2} of {:.2}",
        next.rules.len(),
        next.offered,
        next.open
    ));
}

/// `--next-zip FILE`: the files of chosen rules, read again.
pub(super) fn write_zip(
    zip: &Path,
    paths: &[PathBuf],
    library: &Intake,
    chosen: &[RuleIndex],
) -> Result<(), Failure> {
    let failed = |source: io::Error| Failure::Output { path: zip.display().to_string(), source };
    let files = files(library, chosen);
    let mut found: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let within: BTreeMap<&str, &str> = files.iter().map(|file| (file.path, file.within)).collect();
    read::again(paths, |file, _| {
        if let Some((path, _)) = within.get_key_value(file.path.as_str()) {
            found.insert(path, file.bytes.clone());
        }
    });
    if let Some(lost) = files.iter().find(|file| !found.contains_key(file.path)) {
        return Err(failed(io::Error::other(format!("{} cannot be read again", lost.path))));
    }
    let named = found.into_iter().map(|(path, bytes)| {
        let name = within.get(path).copied().unwrap_or(path);
        (name.to_owned(), bytes)
    });
    let bytes =
        rules_zip::write(named.collect()).map_err(|error| failed(io::Error::other(error)))?;
    std::fs::write(zip, bytes).map_err(failed)
}
