//! `coverlay migrate`.

use super::args::MigrateArgs;
use super::exit::Failure;
use super::run::{release, say, write};
use crate::attack::{Catalogue, Domain, bundled};
use crate::diagnostic::Warned;
use crate::layer::{self, Layer, Migration};
use crate::limits::MAX_LAYER_BYTES;
use crate::source::decode::decode;
use std::path::Path;

pub(super) fn migrate(args: &MigrateArgs, quiet: bool) -> Result<(), Failure> {
    let Warned { value: layers, diagnostics } = read(&args.input)?;
    // Without a file for it, the report has standard error for itself, so that a script can read it.
    let is_telling = !quiet && args.report.is_some();
    for remark in diagnostics.iter().filter(|_| is_telling) {
        say(&format!("{}: {}", remark.path, remark.message));
    }
    let mut remarks: Vec<String> = diagnostics.into_iter().map(|remark| remark.message).collect();
    let mut migrated = Vec::new();
    let mut reports = Vec::new();
    for layer in layers {
        let domain = layer.attack_domain().ok_or_else(|| {
            let domain = &layer.domain;
            Failure::Usage(format!("the layer is of '{domain}'; only ATT&CK's domains migrate"))
        })?;
        let to = release(domain, Some(&args.to))?;
        let from = old_release(args, domain, &layer)?;
        if from.is_none() && is_telling {
            let told = if layer.versions.attack.is_empty() {
                "the layer does not say which ATT&CK it was made for".to_owned()
            } else {
                format!("ATT&CK {} is not built in", layer.versions.attack)
            };
            say(&format!("{told}; new techniques and new names are not told (see --from)"));
        }
        let (layer, mut report) = layer::migrate(layer, from.as_ref(), &to);
        // Those of a list stand with its first layer; each names its place.
        report.remarks = std::mem::take(&mut remarks);
        if is_telling {
            say(&in_words(&layer, &report, &to));
        }
        migrated.push(layer);
        reports.push(report);
    }
    // Migrated layers have the short names of tactics already.
    let (json, notes) = layer::written(migrated, None, !args.strict);
    for (at, note) in notes {
        if is_telling {
            say(&note.to_string());
        }
        if let Some(report) = reports.get_mut(at) {
            report.remarks.push(note.to_string());
        }
    }
    write(args.output.as_deref(), json.as_bytes())?;
    let told = match reports.as_slice() {
        [report] => serde_json::to_string_pretty(report),
        reports => serde_json::to_string_pretty(reports),
    };
    let told = told.unwrap_or_default() + "\n";
    match &args.report {
        Some(path) => write(Some(path), told.as_bytes())?,
        None if !quiet => say(told.trim_end()),
        None => {}
    }
    Ok(())
}

/// The layers of a file.
pub(super) fn read(path: &Path) -> Result<Warned<Vec<Layer>>, Failure> {
    let name = path.to_string_lossy();
    let unreadable = |reason: String| Failure::NothingReadable(format!("{name}: {reason}"));
    let bytes =
        super::read::file(path, MAX_LAYER_BYTES).map_err(|error| unreadable(error.to_string()))?;
    let text = decode(&bytes).map_err(|error| unreadable(error.to_string()))?;
    layer::read(&name, &text).map_err(|error| {
        unreadable(match &error {
            layer::LayerError::Tree(layer::TreeError::Syntax { line, column, .. }) => {
                format!("{error} (line {line}, column {column})")
            }
            _ => error.to_string(),
        })
    })
}

/// `--from`, else what the layer says, if it is built in.
fn old_release(
    args: &MigrateArgs,
    domain: Domain,
    layer: &Layer,
) -> Result<Option<Catalogue>, Failure> {
    if let Some(from) = &args.from {
        return release(domain, Some(from)).map(Some);
    }
    let attack = layer.versions.attack.as_str();
    let found =
        bundled::find(domain, Some(attack)).map_err(super::catalogue::CatalogueError::from)?;
    Ok(found.filter(|_| !attack.is_empty()).cloned())
}

fn in_words(layer: &Layer, report: &Migration, to: &Catalogue) -> String {
    format!(
        "'{}' to {} {}: {} techniques moved, {} entries to another tactic, {} entries dropped, {} \
         new techniques to look at, {} renamed",
        crate::heatmap::wording::plain_up_to(&layer.name, 100),
        to.domain.name(),
        to.version,
        report.moved.len(),
        report.tactics.len(),
        report.dropped.len(),
        report.new.len(),
        report.renamed.len()
    )
}
