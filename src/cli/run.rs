//! Dispatch: from arguments to a command's result and exit code.

use super::args::{CatalogueCommand, Command, InputArgs, window};
use super::catalogue::{self, CatalogueError};
use super::config::{self, Stop};
use super::exit::{Failure, WRONG_USAGE};
use super::{
    combine, diff, gaps, layer, lint, manual, migrate, patterns, progress, read, render, report,
};
use crate::alerts::{Alerts, Moment, Selection, TestResult};
use crate::attack::{Catalogue, Domain, bundled};
use crate::coverage::detections::{Detections, HealthWeights};
use crate::coverage::{self, Claims, Coverage, Policy, Scope, Summary};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::heatmap::wording::for_terminal;
use crate::limits::Limits;
use crate::pace::{Unpaced, at_once};
use crate::pipeline::{Beside, Options};
use crate::rule::{Format, Intake};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Everything a command needs to answer.
pub(super) struct Analysis {
    pub(super) catalogue: Catalogue,
    /// The built-in ones of other domains.
    pub(super) others: Vec<Catalogue>,
    pub(super) intake: Intake,
    pub(super) policy: Policy,
    pub(super) scope: Scope,
    pub(super) coverage: Coverage,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) today: Date,
    /// Settled.
    pub(super) alerts: Alerts,
    pub(super) test_results: Vec<TestResult>,
    /// If there are alerts or results of tests.
    pub(super) detections: Option<Detections>,
}

/// Runs the command with the process's arguments.
pub fn run() -> ExitCode {
    let folder = std::env::current_dir().unwrap_or_default();
    let read = config::read(std::env::args_os().collect(), &folder);
    let mut arguments = match read {
        Ok(config::Read { arguments, file }) => {
            if let Some(file) = file.filter(|_| !arguments.quiet) {
                let below = file.strip_prefix(&folder).unwrap_or(&file);
                say(&format!("options from {}", below.display()));
            }
            arguments
        }
        Err(Stop::Typed(error)) => {
            // Help and version come this way too, and are no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { WRONG_USAGE } else { 0 });
        }
        Err(Stop::File(failure)) => {
            say(&format!("coverlay: {failure}"));
            return failure.code();
        }
    };
    progress::allow(!arguments.quiet);
    let mut limits = Limits::default();
    arguments.limit.iter().for_each(|(limit, value)| limits.set(*limit, *value));
    read::keep_within(limits);
    let quiet = arguments.quiet;
    if let Err(failure) = patterns::expand(&mut arguments.command) {
        say(&format!("coverlay: {failure}"));
        return failure.code();
    }
    let result = match arguments.command {
        Command::Layer(args) => layer::layer(&args, quiet),
        Command::Report(args) => report::report(&args, quiet),
        Command::Gaps(args) => gaps::gaps(&args, quiet),
        Command::Render(args) => render::render(&args, quiet),
        Command::Lint(args) => lint::lint(&args, quiet),
        Command::Combine(args) => combine::combine(&args, quiet),
        Command::Diff(args) => diff::diff(&args, quiet),
        Command::Migrate(args) => migrate::migrate(&args, quiet),
        Command::Catalogue(CatalogueCommand::Build { inputs, output }) => {
            catalogue::build(&inputs, &output)
                .map(|built| {
                    for diagnostic in built.diagnostics.iter().filter(|_| !quiet) {
                        say(&format!("{}: {}", diagnostic.path, diagnostic.message));
                    }
                })
                .map_err(Failure::from)
        }
        Command::Catalogue(CatalogueCommand::List) => {
            catalogue::list(&mut std::io::stdout()).map_err(Failure::from)
        }
        Command::Completions { shell } => write(None, &manual::completions(shell)),
        Command::Man { command } => {
            manual::page(command.as_deref()).and_then(|page| write(None, &page))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !quiet {
                for line in failure.to_string().lines() {
                    say(&format!("coverlay: {line}"));
                }
            }
            failure.code()
        }
    }
}

/// One line to standard error; a closed one is nobody's problem.
pub(super) fn say(line: &str) {
    // Names and messages are of strangers, and a terminal obeys.
    let _ = writeln!(std::io::stderr(), "{}", for_terminal(line));
}

/// Bytes to a file, or to standard output.
pub(super) fn write(output: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    let written = match output {
        Some(path) => std::fs::write(path, bytes),
        None => std::io::stdout().write_all(bytes),
    };
    written.map_err(|source| Failure::Output {
        path: output
            .map_or_else(|| "standard output".to_owned(), |path| path.display().to_string()),
        source,
    })
}

pub(super) fn today() -> Date {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs() / 86_400);
    Date::from_unix_days(u32::try_from(days).unwrap_or(0))
}

/// Reads the inputs and computes their coverage.
pub(super) fn analyse(
    args: &InputArgs,
    options: Options,
    quiet: bool,
) -> Result<Analysis, Failure> {
    analyse_within(args, options, (None, None), quiet)
}

/// [`analyse`] with alerts from a time on and before another.
pub(super) fn analyse_within(
    args: &InputArgs,
    options: Options,
    bounds: (Option<Moment>, Option<Moment>),
    quiet: bool,
) -> Result<Analysis, Failure> {
    let policy = args.scoring.policy()?;
    let (intake, dropped) = read::read_inputs(&args.inputs, options)?;
    let Beside { alerts, test_results, catalogues, .. } = dropped;
    let catalogue = choose_catalogue(args, catalogues)?;
    let Intake { rules, tests, administered, sightings, measured, .. } = &intake;
    let said = tests.len() + administered.len() + sightings.len() + measured.len();
    let said = said + alerts.len() + test_results.len();
    if rules.is_empty() && said == 0 {
        if !quiet {
            say_report(&intake);
        }
        return Err(Failure::NothingReadable(format!(
            "no rule among the inputs; Coverlay reads rules of these formats, in files, folders and zips: {}",
            Format::ALL.map(Format::name).join(", ")
        )));
    }
    known_platforms(&args.platform, &catalogue)?;
    let mut scope = Scope {
        platforms: args.platform.clone(),
        count_disabled: args.include_disabled,
        observable_only: args.observable_only,
        ..Scope::default()
    };
    for status in &args.include_status {
        scope.statuses.set(*status, true);
    }
    let today = today();
    let mut claims = at_once(Claims::of(&catalogue, &intake, &Unpaced));
    let detections = (!alerts.readings.is_empty() || !test_results.is_empty()).then(|| {
        let selection = Selection { window: window(bounds, &alerts), ..Selection::default() };
        let found = Detections::of(&catalogue, &intake, &claims, &alerts, &selection);
        let weights = HealthWeights::default();
        claims.evidence =
            Some(found.evidence(&catalogue, &intake, &claims, &alerts, &test_results, &weights));
        found
    });
    let claims = Arc::new(claims);
    let coverage = at_once(Coverage::compute_paced(
        &catalogue, &intake, claims, &policy, &scope, today, &Unpaced,
    ));
    let mut others = bundled::all().map_err(CatalogueError::from)?;
    others.retain(|other| other.domain != catalogue.domain);
    let foreign: Vec<&Catalogue> = others.iter().collect();
    let diagnostics = coverage::diagnostics(&catalogue, &foreign, &intake);
    if !quiet {
        say_report(&intake);
        say(&format!("{}: {}", label(&catalogue), in_words(&coverage.summary)));
        if coverage.summary.rules_disabled > 0 {
            say(&format!(
                "{} rules are disabled and not counted; --include-disabled counts them",
                coverage.summary.rules_disabled
            ));
        }
        let Intake { tests, administered, .. } = &intake;
        if !tests.is_empty() || !administered.is_empty() {
            say(&format!(
                "beside them {} tests and {} statements about techniques; neither covers anything",
                tests.len(),
                administered.len()
            ));
        }
        say_measured(&intake, &policy);
        say_detections(&alerts, &test_results, detections.as_ref());
    }
    Ok(Analysis {
        alerts,
        test_results,
        detections,
        catalogue,
        others,
        intake,
        policy,
        scope,
        coverage,
        diagnostics,
        today,
    })
}

/// What there is beside rules.
fn say_detections(alerts: &Alerts, tests: &[TestResult], found: Option<&Detections>) {
    if let Some(found) = found.filter(|_| !alerts.readings.is_empty()) {
        let left_out: u32 = alerts.readings.iter().map(|r| r.faults.rows_left_out()).sum();
        let unmatched = found.joined.unmatched().len();
        say(&format!(
            "{} alerts counted, {} with a technique, on {} ids; {} of {} alert rules are not among the rules; {left_out} rows left out",
            found.volume.alerts,
            found.volume.placed,
            found.volume.techniques_seen(),
            unmatched,
            alerts.rules(),
        ));
        if alerts.copies() > 0 {
            say(&format!("{} rows are in several files and count once", alerts.copies()));
        }
    }
    if !tests.is_empty() {
        say(&format!("{} results of tests", tests.len()));
    }
}

/// What was measured of rules, and whether it counts.
fn say_measured(intake: &Intake, policy: &Policy) {
    let records = intake.measured.len();
    match (records, policy) {
        (0, Policy::Precision { .. }) => {
            say("no record of precision among the inputs; every rule has the default quality");
        }
        (0, _) => {}
        (_, Policy::Precision { .. }) => say(&format!("{records} records of precision")),
        _ => say(&format!("{records} records of precision; --score precision counts by them")),
    }
}

/// `--platform`.
pub(super) fn known_platforms(names: &[String], catalogue: &Catalogue) -> Result<(), Failure> {
    match names.iter().find(|name| !catalogue.platforms.contains(name)) {
        Some(name) => Err(Failure::Usage(format!(
            "no platform '{name}' in {}; there are: {}",
            label(catalogue),
            catalogue.platforms.join(", ")
        ))),
        None => Ok(()),
    }
}

/// The totals, with their denominators.
fn in_words(s: &Summary) -> String {
    let rules = format!(
        "{} rules counted, {} mapped, {} unmapped",
        s.rules, s.rules_mapped, s.rules_unmapped
    );
    if s.says_nothing() {
        return format!("{rules}; no ATT&CK mapping in this format");
    }
    format!(
        "{rules}; {} of {} techniques, {:.1} %; {} of {} sub-techniques",
        s.techniques_covered,
        s.techniques_total,
        s.percent_techniques(),
        s.subtechniques_covered,
        s.subtechniques_total,
    )
}

fn label(catalogue: &Catalogue) -> String {
    format!("{} {}", catalogue.domain.name(), catalogue.version)
}

fn say_report(intake: &Intake) {
    let counts = intake.report.counts();
    say(&format!(
        "{} files: {} read, {} skipped, {} failed",
        counts.files, counts.read, counts.skipped, counts.failed
    ));
    for outcome in &intake.report.outcomes {
        if let crate::source::Bucket::Failed { line, column, reason, remedy, .. } = &outcome.bucket
        {
            let place = match (line, column) {
                (Some(line), Some(column)) => format!(":{line}:{column}"),
                (Some(line), None) => format!(":{line}"),
                _ => String::new(),
            };
            say(&format!("{}{place}: {reason}; {remedy}", outcome.path));
        }
    }
}

/// `--attack`, else a bundle among the inputs, else the newest built in.
fn choose_catalogue(args: &InputArgs, dropped: Vec<Catalogue>) -> Result<Catalogue, Failure> {
    if args.attack.is_none()
        && let Some(catalogue) = dropped.into_iter().find(|c| c.domain == args.domain)
    {
        return Ok(catalogue);
    }
    release(args.domain, args.attack.as_deref())
}

/// A release of a domain: one built in, the newest if none is asked for, or a STIX bundle.
pub(super) fn release(domain: Domain, wanted: Option<&str>) -> Result<Catalogue, Failure> {
    if let Some(path) =
        wanted.map(PathBuf::from).filter(|path| path.is_file() || path.as_os_str() == "-")
    {
        let found = catalogue::read(std::slice::from_ref(&path))?.value;
        return found.into_iter().find(|c| c.domain == domain).ok_or_else(|| {
            Failure::Usage(format!("{} holds nothing of {domain}", path.display()))
        });
    }
    let found = bundled::find(domain, wanted).map_err(CatalogueError::from)?;
    found.cloned().ok_or_else(|| {
        let built_in: Vec<_> = bundled::labels().collect();
        Failure::Usage(format!(
            "ATT&CK {} is not built in ({} are), nor a file",
            wanted.unwrap_or("any release"),
            built_in.join(" and ")
        ))
    })
}
