//! `coverlay lint`.

use super::args::{LintArgs, LintFormat};
use super::exit::Failure;
use super::gates::gates_with;
use super::read;
use super::run::{Analysis, analyse, say, write};
use crate::attack::Catalogue;
use crate::export::{junit, lint_json, lint_text, sarif};
use crate::lint::{self, Fix, Lint, Subject, patch};
use crate::pipeline::Options;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(super) fn lint(args: &LintArgs, quiet: bool) -> Result<(), Failure> {
    let analysis = analyse(&args.input, Options::default(), quiet)?;
    let lint = examine(&analysis);
    let patch_to_stdout = args.patch.as_ref().is_some_and(|path| path.as_os_str() == "-");
    if !patch_to_stdout || args.output.is_some() {
        let bytes = match args.format {
            LintFormat::Text => lint_text::write(&analysis.intake, &lint).into_bytes(),
            LintFormat::Json => with_subject(&analysis, |subject| lint_json::write(subject, &lint)),
            LintFormat::Sarif => sarif::write(&lint),
            LintFormat::Junit => junit::write(&analysis.intake, &lint).into_bytes(),
        };
        write(args.output.as_deref(), &bytes)?;
    }
    if let Some(path) = &args.patch {
        let (diff, told) = diff(&args.input.inputs, &lint);
        write(Some(path.as_path()).filter(|_| !patch_to_stdout), diff.as_bytes())?;
        if !quiet {
            say(&told);
        }
    }
    gates_with(&args.input, &analysis, &lint)
}

fn with_subject<T>(analysis: &Analysis, then: impl FnOnce(&Subject<'_>) -> T) -> T {
    let others: Vec<&Catalogue> = analysis.others.iter().collect();
    then(&Subject {
        intake: &analysis.intake,
        catalogue: &analysis.catalogue,
        others: &others,
        claims: &analysis.coverage.claims,
        today: analysis.today,
    })
}

pub(super) fn examine(analysis: &Analysis) -> Lint {
    with_subject(analysis, lint::examine)
}

/// The diffs of all files, by what they are called in it, and what there is to say about it.
fn diff(inputs: &[PathBuf], lint: &Lint) -> (String, String) {
    let fixes: BTreeMap<&str, Vec<&Fix>> = lint.fixes();
    let mut unseen: BTreeSet<&str> = fixes.keys().copied().collect();
    let mut diffs: BTreeMap<String, String> = BTreeMap::new();
    let (mut placed, mut refused) = (0, 0);
    read::again(inputs, |file, name| {
        let Some(fixes) = fixes.get(file.path.as_str()) else { return };
        unseen.remove(file.path.as_str());
        // The same file given twice is one file.
        if diffs.contains_key(name) {
            return;
        }
        let patch = patch::file(name, &file.bytes, fixes);
        placed += patch.placed;
        refused += patch.refused;
        diffs.insert(name.to_owned(), patch.diff);
    });
    // Standard input, for one, is gone.
    refused += unseen.iter().filter_map(|path| fixes.get(path)).map(Vec::len).sum::<usize>();
    let files = diffs.values().filter(|diff| !diff.is_empty()).count();
    let mut told = format!("{placed} corrections in {files} files are in the patch");
    if refused > 0 {
        told.push_str(&format!("; {refused} could not be placed"));
    }
    (diffs.into_values().collect(), told)
}
