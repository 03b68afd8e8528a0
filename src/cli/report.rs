//! `coverlay report`.

use super::args::{ReportArgs, ReportFormat};
use super::exit::Failure;
use super::run::{analyse, gates, write};
use crate::coverage::{PanelAsked, used_by};
use crate::export::report_json::{self, ReportOf};
use crate::export::{csv, report_text};
use crate::pipeline::Options;

pub(super) fn report(args: &ReportArgs, quiet: bool) -> Result<(), Failure> {
    let analysis = analyse(&args.input, Options { scan_text: args.scan_text }, quiet)?;
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
    };
    let bytes = match args.format {
        ReportFormat::Json => report_json::write(&of, &analysis.diagnostics, args.scan_text),
        ReportFormat::Csv => {
            csv::rules(&analysis.catalogue, &analysis.coverage, &analysis.intake).into_bytes()
        }
        ReportFormat::Md => report_text::markdown(&of).into_bytes(),
        ReportFormat::Html => report_text::html(&of).into_bytes(),
    };
    write(args.output.as_deref(), &bytes)?;
    gates(&args.input, &analysis)
}
