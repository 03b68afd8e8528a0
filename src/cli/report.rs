//! `coverlay report`.

use super::args::{ReportArgs, ReportFormat};
use super::exit::Failure;
use super::gates::gates;
use super::run::{Analysis, analyse_within, say, write};
use crate::coverage::convention::Ledger;
use crate::coverage::{PanelAsked, used_by};
use crate::export::report_json::{self, DetectionsOf, ReportOf};
use crate::export::{csv, reconcile, report};
use crate::pipeline::Options;

pub(super) fn report(args: &ReportArgs, quiet: bool) -> Result<(), Failure> {
    if args.format == ReportFormat::Html && args.reconcile.is_some() {
        return Err(Failure::Usage("--reconcile is written as json, csv or md".to_owned()));
    }
    let options =
        Options { scan_text: args.scan_text, zone: args.alerts.assume_zone, ..Options::default() };
    let analysis = analyse_within(&args.input, options, args.alerts.bounds()?, quiet)?;
    if let Some(convention) = args.reconcile {
        let Analysis { catalogue, intake, coverage, .. } = &analysis;
        let ledger = Ledger::new(catalogue, intake, coverage, convention);
        let bytes = match args.format {
            ReportFormat::Json => reconcile::json(catalogue, coverage, intake, &ledger),
            ReportFormat::Csv => reconcile::csv(catalogue, intake, &ledger).into_bytes(),
            // Refused before anything is read.
            ReportFormat::Html => Vec::new(),
            ReportFormat::Md => reconcile::markdown(catalogue, intake, &ledger).into_bytes(),
        };
        if !quiet {
            say(&ledger.sentence());
        }
        write(args.output.as_deref(), &bytes)?;
        return gates(&args.input, &analysis);
    }
    let profile = match args.used_by.as_slice() {
        [] => None,
        names => Some(used_by(&analysis.catalogue, names).map_err(|name| {
            Failure::Usage(format!("--used-by: no group, campaign or software is called '{name}'"))
        })?),
    };
    let asked = PanelAsked {
        platforms: &args.input.platform,
        profile: profile.as_ref(),
        threshold: args.threshold,
    };
    let of = ReportOf {
        catalogue: &analysis.catalogue,
        coverage: &analysis.coverage,
        intake: &analysis.intake,
        policy: &analysis.policy,
        scope: &analysis.scope,
        asked,
        detections: analysis.detections.as_ref().map(|detections| DetectionsOf {
            alerts: &analysis.alerts,
            detections,
            tests: &analysis.test_results,
        }),
    };
    let bytes = match args.format {
        ReportFormat::Json => report_json::write(&of, &analysis.diagnostics, args.scan_text),
        ReportFormat::Csv => {
            csv::rules(&analysis.catalogue, &analysis.coverage, &analysis.intake).into_bytes()
        }
        ReportFormat::Md => report::markdown::write(&document(&of)).into_bytes(),
        ReportFormat::Html => report::html::write(&document(&of), None).into_bytes(),
    };
    write(args.output.as_deref(), &bytes)?;
    gates(&args.input, &analysis)
}

fn document(of: &ReportOf<'_>) -> report::Report {
    report::report(&report::ReportAsked { of: *of, gaps: None, lint: None, all_rows: true })
}
