//! The only place that wires the steps.

use crate::attack::{Catalogue, stix};
use crate::diagnostic::{Code, Warned};
pub use crate::import::Options;
use crate::import::{Recognised, import_file_with};
use crate::rule::Intake;
use crate::source::archive::Archive;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads files and the entries of zips among them: rules, one outcome a file, diagnostics (not
/// settled), and the ATT&CK catalogues of STIX bundles. One bad file never stops the rest.
pub fn import_files(files: impl IntoIterator<Item = SourceFile>) -> (Intake, Vec<Catalogue>) {
    import_files_with(files, Options::default())
}

/// [`import_files`] with options.
pub fn import_files_with(
    files: impl IntoIterator<Item = SourceFile>,
    options: Options,
) -> (Intake, Vec<Catalogue>) {
    let mut imported = (Intake::default(), Vec::new());
    for file in files {
        if sniff(&file.bytes) == Kind::Zip {
            import_archive(&file, options, &mut imported);
        } else {
            add(&mut imported, import_one(&file, options));
        }
    }
    imported
}

/// All entries of one zip.
fn import_archive(file: &SourceFile, options: Options, imported: &mut (Intake, Vec<Catalogue>)) {
    match Archive::open(&file.path, &file.bytes) {
        Ok(archive) => {
            for entry in archive.part(0, 1, 0) {
                match entry {
                    Ok(file) => add(imported, import_one(&file, options)),
                    Err(outcome) => imported.0.add_outcome(outcome),
                }
            }
        }
        Err(outcome) => imported.0.add_outcome(outcome),
    }
}

fn add(all: &mut (Intake, Vec<Catalogue>), (intake, catalogues): (Intake, Vec<Catalogue>)) {
    all.0.add(intake);
    all.1.extend(catalogues);
}

/// Reads one file that is no zip to be unpacked. A reader that panics costs the file, not the
/// run; where a panic ends the process (the worker), its owner starts another.
pub fn import_one(file: &SourceFile, options: Options) -> (Intake, Vec<Catalogue>) {
    catch_unwind(AssertUnwindSafe(|| match import_file_with(file, options) {
        Recognised::Rules(intake) => (intake, Vec::new()),
        Recognised::StixBundle => import_bundle(file),
    }))
    .unwrap_or_else(|_| {
        let bucket = Bucket::Failed {
            code: Code::Crashed,
            line: None,
            column: None,
            reason: "the reader stopped unexpectedly".to_owned(),
            remedy: "please report it, with the file if you can".to_owned(),
        };
        (only(file, bucket), Vec::new())
    })
}

/// A STIX bundle to catalogues.
fn import_bundle(file: &SourceFile) -> (Intake, Vec<Catalogue>) {
    match stix::read_file(&file.path, &file.bytes) {
        Ok(Warned { value, diagnostics }) => {
            let bucket = Bucket::Read { format: "ATT&CK (STIX)".to_owned(), rules: 0 };
            (Intake { diagnostics, ..only(file, bucket) }, value)
        }
        Err(error) => {
            let place = error.diagnostic("");
            let bucket = Bucket::Failed {
                code: Code::StixBundle,
                line: place.line,
                column: place.column,
                reason: error.to_string(),
                remedy: error.hint().to_owned(),
            };
            (only(file, bucket), Vec::new())
        }
    }
}

fn only(file: &SourceFile, bucket: Bucket) -> Intake {
    let mut intake = Intake::default();
    intake.add_outcome(FileOutcome {
        path: file.path.clone(),
        bytes: file.bytes.len() as u64,
        bucket,
    });
    intake
}
