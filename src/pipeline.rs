//! The only place that wires the steps.

pub mod profile;
mod saved;

use crate::alerts::{Alerts, Fault, Reading, TestResult};
use crate::attack::{Catalogue, stix};
use crate::diagnostic::{Code, Diagnostic, Severity, Warned};
use crate::gaps::peers::{self, PeersRead};
use crate::gaps::{PartKind, PartRead};
use crate::heatmap::wording::visible;
pub use crate::import::Options;
pub use crate::import::alerts::{AlertOptions, AlertReader, is_alerts, is_known, sample};
use crate::import::{Recognised, import_file_with, test_results};
use crate::layer::stored::LayerFile;
use crate::layer::{self, LayerError, TreeError};
use crate::limits::{Limits, MAX_FILE_DIAGNOSTICS};
use crate::rule::Intake;
use crate::source::archive::Archive;
use crate::source::decode::decode;
use crate::source::sniff::{Kind, sniff};
use crate::source::{Bucket, FileOutcome, SourceFile};
use crate::workspace::{is_workspace, within};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Rows left out of a file of test results that are listed.
const SHOWN: usize = 20;

/// What else than rules is in files.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Of STIX bundles.
    pub catalogues: Vec<Catalogue>,
    /// Navigator layers, by their files.
    pub layers: Vec<LayerFile>,
    /// What belongs to a profile; only where [`Options::profile`] asks for it.
    pub parts: Vec<PartRead>,
    /// Alerts of all files; not settled.
    pub alerts: Alerts,
    /// Results of tests.
    pub test_results: Vec<TestResult>,
}

impl Beside {
    /// Takes over what another run found.
    pub fn add(&mut self, other: Self) {
        self.catalogues.extend(other.catalogues);
        self.layers.extend(other.layers);
        self.parts.extend(other.parts);
        if self.alerts.readings.is_empty() {
            self.alerts = other.alerts;
        } else {
            self.alerts.add(&other.alerts);
        }
        self.test_results.extend(other.test_results);
    }
}

/// Reads files and the entries of zips and workspaces among them: rules, one outcome a file, diagnostics (not
/// settled), and what else was among them. One bad file never stops the rest.
pub fn import_files(files: impl IntoIterator<Item = SourceFile>) -> (Intake, Beside) {
    import_files_with(files, Options::default())
}

/// [`import_files`] with options.
pub fn import_files_with(
    files: impl IntoIterator<Item = SourceFile>,
    options: Options,
) -> (Intake, Beside) {
    let mut imported = (Intake::default(), Beside::default());
    for file in files {
        if sniff(&file.bytes) == Kind::Zip {
            import_archive(&file, options, &mut imported);
        } else if cfg!(feature = "cli") && is_workspace(&file.bytes) {
            // The worker gives workspaces to the press before it comes to this.
            saved::import(&file, options, &mut imported);
        } else {
            add(&mut imported, import_one(&file, options));
        }
    }
    imported
}

/// All entries of one zip.
fn import_archive(file: &SourceFile, options: Options, imported: &mut (Intake, Beside)) {
    match Archive::open_within(&file.path, &file.bytes, &options.limits) {
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

fn add(all: &mut (Intake, Beside), (intake, beside): (Intake, Beside)) {
    all.0.add(intake);
    all.1.add(beside);
}

/// Reads one file that is no zip or workspace to be unpacked. A reader that panics costs the file, not the
/// run; where a panic ends the process (the worker), its owner starts another.
pub fn import_one(file: &SourceFile, options: Options) -> (Intake, Beside) {
    if is_workspace(&file.bytes) {
        return (only(file, within()), Beside::default());
    }
    catch_unwind(AssertUnwindSafe(|| match profile::recognise(file, &options.limits) {
        Some(kind) => import_part(file, kind, options),
        None => match import_file_with(file, options) {
            Recognised::Rules(mut intake) => {
                make_visible(&mut intake);
                (intake, Beside::default())
            }
            Recognised::StixBundle => import_bundle(file, &options.limits),
            Recognised::Layer => import_layers(file, options),
            Recognised::Alerts => import_alerts(file, options),
            Recognised::TestResults => import_test_results(file, options),
        },
    }))
    .unwrap_or_else(|_| {
        let bucket = Bucket::Failed {
            code: Code::Crashed,
            line: None,
            column: None,
            reason: "the reader stopped unexpectedly".to_owned(),
            remedy: "please report it, with the file if you can".to_owned(),
        };
        (only(file, bucket), Beside::default())
    })
}

/// Titles and log sources are read by people, everywhere: what turns their writing round or cannot
/// be seen is put as "�". (Ids and paths are matched, and stay.)
fn make_visible(intake: &mut Intake) {
    for rule in &mut intake.rules {
        let source = &rule.log_source;
        let texts = [&rule.title, &source.product, &source.category, &source.service];
        if texts.iter().any(|text| visible(text) != **text) {
            let rule = Arc::make_mut(rule);
            let source = &mut rule.log_source;
            let texts =
                [&mut rule.title, &mut source.product, &mut source.category, &mut source.service];
            texts.into_iter().for_each(|text| *text = visible(text));
        }
    }
}

/// Reads layers and reports, also in zips, as peers. One bad file never stops the rest.
pub fn read_peers(files: impl IntoIterator<Item = SourceFile>) -> PeersRead {
    read_peers_within(files, &Limits::default())
}

/// [`read_peers`] under other limits.
pub fn read_peers_within(
    files: impl IntoIterator<Item = SourceFile>,
    limits: &Limits,
) -> PeersRead {
    let mut read = PeersRead::default();
    for file in files {
        if sniff(&file.bytes) != Kind::Zip {
            read_peer(&file, limits, &mut read);
            continue;
        }
        match Archive::open_within(&file.path, &file.bytes, limits) {
            Ok(archive) => {
                for entry in archive.part(0, 1, 0) {
                    match entry {
                        Ok(file) => read_peer(&file, limits, &mut read),
                        Err(outcome) => read.refused.push(outcome),
                    }
                }
            }
            Err(outcome) => read.refused.push(outcome),
        }
    }
    crate::sorted::sort(&mut read.peers);
    read
}

fn read_peer(file: &SourceFile, limits: &Limits, read: &mut PeersRead) {
    let found = match decode(&file.bytes) {
        Ok(text) => peers::read_within(&text, limits).map_err(|error| {
            let reason = error.to_string();
            Bucket::Skipped { code: Code::NotARule, reason }
        }),
        Err(error) => Err(error.bucket()),
    };
    match found {
        Ok(peers) => read.peers.extend(peers),
        Err(bucket) => read.refused.push(FileOutcome {
            path: file.path.clone(),
            bytes: file.bytes.len() as u64,
            bucket,
        }),
    }
}

/// What belongs to a profile.
fn import_part(file: &SourceFile, kind: PartKind, options: Options) -> (Intake, Beside) {
    if !options.profile {
        let reason = match kind {
            PartKind::Whole => "a profile, no rules; `coverlay gaps --profile` reads it",
            PartKind::Assets => "an inventory, no rules; `coverlay gaps --assets` reads it",
            PartKind::Incidents => "incidents, no rules; `coverlay gaps --incidents` reads them",
            PartKind::Threat => "a threat layer, no rules; `coverlay gaps --threat` reads it",
            PartKind::Enrichment => {
                "an enrichment, no rules; `coverlay gaps --enrichment` reads it"
            }
        };
        let bucket = Bucket::Skipped { code: Code::NotARule, reason: reason.to_owned() };
        return (only(file, bucket), Beside::default());
    }
    match profile::read_part(kind, file, &options.limits) {
        Ok(read) => {
            let bucket = Bucket::Read { format: kind.label().to_owned(), rules: 0 };
            let mut intake = only(file, bucket);
            for (line, reason) in &read.passed_over {
                let message = format!("{reason}; this row is passed over");
                let found =
                    Diagnostic::new(Severity::Warning, Code::RuleField, &file.path, message);
                intake.diagnostics.push(found.at(*line, None));
            }
            intake.diagnostics.truncate(MAX_FILE_DIAGNOSTICS);
            (intake, Beside { parts: vec![read], ..Beside::default() })
        }
        Err(outcome) => (only(file, outcome.bucket), Beside::default()),
    }
}

/// A STIX bundle to catalogues.
fn import_bundle(file: &SourceFile, limits: &Limits) -> (Intake, Beside) {
    match stix::read_file_within(&file.path, &file.bytes, limits) {
        Ok(Warned { value, diagnostics }) => {
            let bucket = Bucket::Read { format: "ATT&CK (STIX)".to_owned(), rules: 0 };
            let beside = Beside { catalogues: value, ..Beside::default() };
            (Intake { diagnostics, ..only(file, bucket) }, beside)
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
            (only(file, bucket), Beside::default())
        }
    }
}

/// A layer, or a list of them.
fn import_layers(file: &SourceFile, options: Options) -> (Intake, Beside) {
    let read = match decode(&file.bytes) {
        Ok(text) => layer::read_within(&file.path, &text, &options.limits),
        Err(error) => return (only(file, error.bucket()), Beside::default()),
    };
    match read {
        Ok(Warned { value: layers, diagnostics }) => {
            let bucket = Bucket::Read { format: "Navigator layer".to_owned(), rules: 0 };
            let found = LayerFile { path: file.path.clone(), layers };
            let beside = Beside { layers: vec![found], ..Beside::default() };
            (Intake { diagnostics, ..only(file, bucket) }, beside)
        }
        // Alerts may have the same keys.
        Err(LayerError::NotALayer) if is_alerts(&file.bytes) => import_alerts(file, options),
        Err(LayerError::NotALayer) => {
            let reason = LayerError::NotALayer.to_string();
            (only(file, Bucket::Skipped { code: Code::NotARule, reason }), Beside::default())
        }
        Err(LayerError::Tree(error)) => (only(file, layer_fault(&error)), Beside::default()),
    }
}

/// Alerts that are in memory already; [`alerts_read`] ends those that came in pieces.
fn import_alerts(file: &SourceFile, options: Options) -> (Intake, Beside) {
    let Options { zone, limits, .. } = options;
    import_table(file, AlertOptions { zone, limits, ..AlertOptions::default() })
}

/// A file that is to be read as alerts, whatever it looks like.
pub fn import_table(file: &SourceFile, options: AlertOptions) -> (Intake, Beside) {
    let mut reader = AlertReader::new(&file.path, options);
    reader.push(&file.bytes);
    alerts_read(&file.path, file.bytes.len() as u64, reader)
}

/// The end of a file of alerts: its outcome, what was noticed, and the table.
pub fn alerts_read(path: &str, bytes: u64, reader: AlertReader) -> (Intake, Beside) {
    let mut intake = Intake::default();
    let (bucket, alerts) = match reader.finish() {
        Ok(alerts) => {
            let reading = alerts.readings.first();
            intake.diagnostics.extend(reading.into_iter().flat_map(|reading| remarks(reading)));
            let format = reading.map_or_else(String::new, |reading| match reading.product {
                Some(product) => format!("alerts ({}, {})", product.name(), reading.format.name()),
                None => format!("alerts ({})", reading.format.name()),
            });
            (Bucket::Read { format, rules: 0 }, alerts)
        }
        Err(why) => {
            let reason = why.to_string();
            (Bucket::Skipped { code: Code::NotARule, reason }, Alerts::default())
        }
    };
    intake.add_outcome(FileOutcome { path: path.to_owned(), bytes, bucket });
    (intake, Beside { alerts, ..Beside::default() })
}

/// What was wrong with rows: the first of each kind, and how many there are.
fn remarks(reading: &Reading) -> Vec<Diagnostic> {
    let (path, faults) = (&reading.path, &reading.faults);
    let of = |fault: Fault| match fault.costs_the_row() {
        true => (Severity::Error, Code::AlertRow),
        false => (Severity::Warning, Code::AlertPart),
    };
    let mut found: Vec<Diagnostic> = faults
        .listed
        .iter()
        .map(|faulty| {
            let (severity, code) = of(faulty.fault);
            let quoted = match faulty.text.as_str() {
                "" => String::new(),
                text => format!(": '{text}'"),
            };
            let message = format!("row {}: {}{quoted}", faulty.row, faults.reason(faulty.fault));
            Diagnostic::new(severity, code, path, message)
                .at(faulty.line, None)
                .hint(faulty.fault.remedy())
        })
        .collect();
    for (fault, count) in faults.all() {
        let (severity, code) = of(fault);
        let message = format!("{count} of {} rows: {}", reading.rows, faults.reason(fault));
        found.push(Diagnostic::new(severity, code, path, message).hint(fault.remedy()));
    }
    if let Some(line) = reading.unclosed {
        let message = "a quote or bracket is not closed; what follows was read without it";
        let remedy = "close it; the file may be cut off";
        found.push(
            Diagnostic::new(Severity::Warning, Code::Syntax, path, message)
                .at(line, None)
                .hint(remedy),
        );
    }
    found
}

fn import_test_results(file: &SourceFile, options: Options) -> (Intake, Beside) {
    let text = match decode(&file.bytes) {
        Ok(text) => text,
        Err(error) => return (only(file, error.bucket()), Beside::default()),
    };
    let found = test_results::read(&file.path, text.as_bytes(), &options.zone);
    let bucket = Bucket::Read { format: found.format.to_owned(), rules: 0 };
    let mut intake = only(file, bucket);
    let left_out = found.left_out.iter().take(SHOWN).map(|(line, why)| {
        Diagnostic::new(Severity::Error, Code::AlertRow, &file.path, *why)
            .at(*line, None)
            .hint("name a rule or a technique, and whether the test was passed or failed")
    });
    intake.diagnostics.extend(left_out);
    if let Some(more) = found.left_out.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let message = format!("{more} more rows were left out");
        let more = Diagnostic::new(Severity::Error, Code::AlertRow, &file.path, message);
        intake.diagnostics.push(more);
    }
    (intake, Beside { test_results: found.results, ..Beside::default() })
}

fn layer_fault(error: &TreeError) -> Bucket {
    let (code, place, remedy) = match error {
        TreeError::TooLarge { limit, .. } => {
            let remedy = format!("split the file, a layer a file, {}", limit.remedy());
            (Code::TooLarge, None, remedy)
        }
        TreeError::Syntax { line, column, .. } => (
            Code::Syntax,
            Some((*line, *column)),
            "it may be cut off; save the layer again where it was made".to_owned(),
        ),
    };
    let (line, column) = place.unzip();
    Bucket::Failed { code, line, column, reason: error.to_string(), remedy }
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
