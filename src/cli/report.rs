//! `coverlay report`.

use super::args::{ReportArgs, ReportFormat};
use super::exit::Failure;
use super::film::not_to_a_terminal;
use super::gates::gates;
use super::run::{Analysis, analyse_within, say, write};
use super::{gaps, library, lint};
use crate::coverage::convention::Ledger;
use crate::coverage::{PanelAsked, used_by};
use crate::export::gaps_advice::AdviceOf;
use crate::export::gaps_json::GapsOf;
use crate::export::report::html::Pictures;
use crate::export::report::{self, Report, ReportAsked, ReportFile, csv_set, html, markdown};
use crate::export::report_json::{self, DetectionsOf, ReportOf};
use crate::export::{csv, reconcile, svg, xlsx};
use crate::gaps::{
    GapList, GapsAsked, Grounds, LogsAtHand, NextAsked, PriorityPolicy, Profile, Recommendations,
};
use crate::heatmap::{Expansion, Palette, PaletteName, PictureOptions, Size, Theme, picture};
use crate::pipeline::Options;
use crate::rule::Intake;

impl ReportFormat {
    /// The file that is written from the document; `None` where it is none of those.
    fn file(self) -> Option<ReportFile> {
        match self {
            Self::Json | Self::Csv => None,
            Self::Md => Some(ReportFile::Markdown),
            Self::Html => Some(ReportFile::Html),
            Self::Xlsx => Some(ReportFile::Xlsx),
            Self::CsvSet => Some(ReportFile::CsvSet),
        }
    }
}

pub(super) fn report(args: &ReportArgs, quiet: bool) -> Result<(), Failure> {
    let file = args.format.file();
    if args.reconcile.is_some() && file.is_some_and(|file| file != ReportFile::Markdown) {
        return Err(Failure::Usage("--reconcile is written as json, csv or md".to_owned()));
    }
    if file.is_some_and(ReportFile::has_all_rows) {
        let what = if file == Some(ReportFile::Xlsx) { "a workbook" } else { "a zip" };
        not_to_a_terminal(what, args.output.as_deref())?;
    }
    // What is wrong with these is told before anything large is read.
    let mut own = match (&args.profile, file) {
        (Some(path), Some(_)) => gaps::profile_file(Some(path))?,
        _ => Profile::default(),
    };
    if file.is_some() {
        library::check(&args.library)?;
    }
    let options =
        Options { scan_text: args.scan_text, zone: args.alerts.assume_zone, ..Options::default() };
    let analysis = analyse_within(&args.input, options, args.alerts.bounds()?, quiet)?;
    if let Some(convention) = args.reconcile {
        let Analysis { catalogue, intake, coverage, .. } = &analysis;
        let ledger = Ledger::new(catalogue, intake, coverage, convention);
        let bytes = match args.format {
            ReportFormat::Csv => reconcile::csv(catalogue, intake, &ledger).into_bytes(),
            ReportFormat::Md => reconcile::markdown(catalogue, intake, &ledger).into_bytes(),
            // The others were refused before anything was read.
            _ => reconcile::json(catalogue, coverage, intake, &ledger),
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
    gaps::choose(&mut own, &analysis.catalogue, &args.used_by)?;
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
    let bytes = match file {
        Some(file) => {
            let library = match args.library.as_slice() {
                [] => Intake::default(),
                paths => library::read(paths, quiet)?,
            };
            let document = document(&analysis, &of, &own, &library, file);
            bytes_of(file, &document, &analysis)?
        }
        None if args.format == ReportFormat::Csv => {
            csv::rules(&analysis.catalogue, &analysis.coverage, &analysis.intake).into_bytes()
        }
        None => report_json::write(&of, &analysis.diagnostics, args.scan_text),
    };
    write(args.output.as_deref(), &bytes)?;
    gates(&args.input, &analysis)
}

/// With the gaps of this profile, and the tag doctor's findings.
fn document(
    analysis: &Analysis,
    of: &ReportOf<'_>,
    profile: &Profile,
    library: &Intake,
    file: ReportFile,
) -> Report {
    let Analysis { catalogue, intake, coverage, policy, scope, .. } = analysis;
    let list = GapList::of(&GapsAsked {
        catalogue,
        intake,
        coverage,
        profile,
        enrichment: None,
        policy: PriorityPolicy::default(),
        threshold: u8::try_from(of.asked.threshold).unwrap_or(100).min(100),
    });
    let telemetry = LogsAtHand { catalogue, logs: &list.logs };
    let next = NextAsked::default();
    let grounds =
        || Grounds { catalogue, intake, coverage, policy, scope, telemetry: &telemetry, library };
    // Without a library there is nothing to recommend, and no need to look for it.
    let found = (!library.rules.is_empty()).then(|| {
        let techniques: Vec<_> = list.gaps.iter().map(|gap| gap.technique).collect();
        Recommendations::new(&grounds(), &list.stakes(), &next, &techniques)
    });
    let advice = found.as_ref().map(|found| AdviceOf::new(grounds(), &next, found));
    let gaps = GapsOf {
        catalogue,
        coverage,
        scoring: policy,
        profile,
        enrichment: None,
        list: &list,
        gaps: &list.gaps,
        unlock: &[],
        advice: advice.as_ref(),
    };
    let lint = lint::examine(analysis);
    let all_rows = file.has_all_rows();
    report::report(&ReportAsked { of: *of, gaps: Some(gaps), lint: Some(&lint), all_rows })
}

fn bytes_of(file: ReportFile, document: &Report, analysis: &Analysis) -> Result<Vec<u8>, Failure> {
    let refused = |reason: String| Failure::Usage(reason);
    match file {
        ReportFile::Markdown => Ok(markdown::write(document).into_bytes()),
        ReportFile::Html => Ok(html::write(document, Some(&pictures(analysis))).into_bytes()),
        ReportFile::CsvSet => csv_set::write(document).map_err(|error| refused(error.to_string())),
        ReportFile::Xlsx => {
            xlsx::report::write(document).map_err(|error| refused(error.to_string()))
        }
    }
}

/// The matrix, light and dark; the fonts are in one of them and serve both.
fn pictures(analysis: &Analysis) -> Pictures {
    let Analysis { catalogue, coverage, policy, scope, today, .. } = analysis;
    let scene = |theme| {
        let options = PictureOptions {
            theme,
            palette: Palette::new(PaletteName::Blue, theme),
            size: Size::Wide1920,
            sub_techniques: Expansion::None,
            title: "Detection coverage".to_owned(),
            date: *today,
            show_scores: true,
            show_ids: false,
        };
        picture(catalogue, coverage, policy, scope, &options)
    };
    Pictures {
        light: svg::write(&scene(Theme::Light), Some(svg::FONTS)),
        dark: svg::write(&scene(Theme::Dark), None),
    }
}
