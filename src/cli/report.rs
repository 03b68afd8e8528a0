//! `coverlay report`.

use super::args::{ReportArgs, ReportFormat};
use super::exit::Failure;
use super::run::{Analysis, analyse, gates, say, write};
use crate::coverage::convention::Ledger;
use crate::export::{csv, reconcile, report_json};
use crate::pipeline::Options;

pub(super) fn report(args: &ReportArgs, quiet: bool) -> Result<(), Failure> {
    if args.format == ReportFormat::Md && args.reconcile.is_none() {
        return Err(Failure::Usage("--format md is written with --reconcile only".to_owned()));
    }
    let analysis = analyse(&args.input, Options { scan_text: args.scan_text }, quiet)?;
    if let Some(convention) = args.reconcile {
        let Analysis { catalogue, intake, coverage, .. } = &analysis;
        let ledger = Ledger::new(catalogue, intake, coverage, convention);
        let bytes = match args.format {
            ReportFormat::Json => reconcile::json(catalogue, coverage, intake, &ledger),
            ReportFormat::Csv => reconcile::csv(catalogue, intake, &ledger).into_bytes(),
            ReportFormat::Md => reconcile::markdown(catalogue, intake, &ledger).into_bytes(),
        };
        if !quiet {
            say(&ledger.sentence());
        }
        write(args.output.as_deref(), &bytes)?;
        return gates(&args.input, &analysis);
    }
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
        // Asked for without a ledger: refused before anything is read.
        ReportFormat::Md => Vec::new(),
    };
    write(args.output.as_deref(), &bytes)?;
    gates(&args.input, &analysis)
}
