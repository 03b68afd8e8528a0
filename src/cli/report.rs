//! `coverlay report`.

use super::args::{ReportArgs, ReportFormat};
use super::exit::Failure;
use super::run::{analyse, gates, write};
use crate::export::{csv, report_json};
use crate::pipeline::Options;

pub(super) fn report(args: &ReportArgs, quiet: bool) -> Result<(), Failure> {
    let analysis = analyse(&args.input, Options { scan_text: args.scan_text }, quiet)?;
    let bytes = match args.format {
        ReportFormat::Json => report_json::write(
            &analysis.catalogue,
            &analysis.coverage,
            &analysis.intake,
            &analysis.policy,
            &analysis.scope,
            &analysis.diagnostics,
            args.scan_text,
        ),
        ReportFormat::Csv => {
            csv::rules(&analysis.catalogue, &analysis.coverage, &analysis.intake).into_bytes()
        }
    };
    write(args.output.as_deref(), &bytes)?;
    gates(&args.input, &analysis)
}
