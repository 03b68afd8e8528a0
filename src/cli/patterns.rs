//! Patterns such as `rules/**/*.yml`, where the shell has left them as they are: in quotes, in
//! `cron`, on Windows.

use super::args::{CatalogueCommand, Command};
use super::exit::Failure;
use glob::{MatchOptions, glob_with};
use std::path::PathBuf;

/// Puts files in the place of patterns, wherever there may be several.
///
/// # Errors
/// If nothing fits a pattern.
pub(super) fn expand(command: &mut Command) -> Result<(), Failure> {
    let paths = match command {
        Command::Layer(args) => &mut args.input.inputs,
        Command::Report(args) => &mut args.input.inputs,
        Command::Gaps(args) => &mut args.input.inputs,
        Command::Render(args) => &mut args.input.inputs,
        Command::Lint(args) => &mut args.input.inputs,
        Command::Combine(args) => &mut args.layers,
        Command::Catalogue(CatalogueCommand::Build { inputs, .. }) => inputs,
        _ => return Ok(()),
    };
    let mut expanded = Vec::with_capacity(paths.len());
    for path in std::mem::take(paths) {
        expanded.extend(files(path)?);
    }
    *paths = expanded;
    Ok(())
}

/// A path that is there is no pattern, whatever is in its name.
fn files(path: PathBuf) -> Result<Vec<PathBuf>, Failure> {
    let Some(text) = path.to_str() else { return Ok(vec![path]) };
    if !text.contains(['*', '?', '[']) || path.exists() {
        return Ok(vec![path]);
    }
    // As shells do: `*` is within one folder, and does not find what is hidden.
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let found = glob_with(text, options)
        .map_err(|error| Failure::Usage(format!("'{text}' is no pattern: {}", error.msg)))?;
    let mut files: Vec<PathBuf> = found.flatten().collect();
    files.sort_unstable();
    if files.is_empty() {
        return Err(Failure::NothingReadable(format!("{text}: no such file, and nothing fits it")));
    }
    Ok(files)
}
