//! The report as JSON: summary, tactics, platforms, techniques, import. Its keys are stable;
//! scripts read them.

use super::report_detections::{
    ByTechnique, DetectionsReport, EvidenceReport, LatencyReport, TechniqueAlerts, detections,
};
use super::report_numbers::{
    PanelReport, PlatformFamilyReport, StateReport, panel, platform_families, rounded, state_counts,
};
use crate::alerts::{Alerts, TestResult};
use crate::attack::Catalogue;
use crate::coverage::detections::Detections;
use crate::coverage::{
    Coverage, Grouping, LevelTable, PanelAsked, Policy, Scope, Score, Summary, platform_views,
    states, tactic_views,
};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::{Intake, RuleIndex};
use crate::sorted;
use crate::source::Bucket;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Report<'a> {
    coverlay: &'static str,
    attack: Attack<'a>,
    policy: PolicyReport,
    scope: &'a Scope,
    summary: SummaryReport,
    panel: PanelReport,
    tactics: Vec<TacticReport<'a>>,
    platforms: Vec<PlatformReport>,
    platform_families: Vec<PlatformFamilyReport<'a>>,
    techniques: Vec<TechniqueReport<'a>>,
    import: Import<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sightings: Option<Sightings<'a>>,
    /// Where alerts or results of tests were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    detections: Option<DetectionsReport<'a>>,
}

/// Ids in texts that are no rules; nothing of it is in any number above.
#[derive(Serialize)]
struct Sightings<'a> {
    files: usize,
    techniques: usize,
    seen: Vec<Seen<'a>>,
}

#[derive(Serialize)]
struct Seen<'a> {
    path: &'a str,
    line: u32,
    title: &'a str,
    technique: String,
}

#[derive(Serialize)]
struct Attack<'a> {
    domain: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct PolicyReport {
    name: &'static str,
    /// Of the policy that has such a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    levels: Option<LevelTable>,
    /// Of a policy that has weights: all of them, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    weights: BTreeMap<&'static str, f64>,
    /// The score at which colours end.
    top: u32,
    sentence: String,
    convention: &'static str,
}

#[derive(Serialize)]
struct SummaryReport {
    rules: usize,
    rules_mapped: usize,
    rules_unmapped: usize,
    rules_read: usize,
    rules_excluded: usize,
    /// Left out because they are switched off themselves.
    rules_disabled: usize,
    /// Left out by a what-if.
    rules_switched_off: usize,
    /// Counted rules of formats that cannot name a technique.
    rules_unmappable: usize,
    duplicates: usize,
    /// Tests of techniques (Atomic Red Team); they cover nothing.
    tests: usize,
    techniques: Techniques,
    subtechniques: Part,
    percent: Percent,
    score_at_least_80: AtLeast,
    /// How many techniques and sub-techniques are in each state; see `techniques[].states`.
    states: Vec<StateReport>,
    /// Where alerts were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_seconds: Option<LatencyReport>,
}

#[derive(Serialize)]
struct Techniques {
    covered: usize,
    direct: usize,
    via_subtechnique: usize,
    total: usize,
}

#[derive(Serialize)]
struct Part {
    covered: usize,
    total: usize,
}

#[derive(Serialize)]
struct Percent {
    techniques: f64,
    all: f64,
}

#[derive(Serialize)]
struct AtLeast {
    techniques: usize,
    percent: f64,
}

#[derive(Serialize)]
struct TacticReport<'a> {
    id: String,
    shortname: &'a str,
    name: &'a str,
    rules: usize,
    /// 0 where no alerts were read.
    alerts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_seconds: Option<LatencyReport>,
    techniques_covered: usize,
    techniques_total: usize,
    percent: f64,
    /// Over the covered techniques: distinct log sources of the rules that cover one.
    median_log_sources: Option<f64>,
    /// The covered techniques that most log sources see.
    best: Vec<String>,
    /// Those that fewest see.
    worst: Vec<String>,
    uncovered: Vec<String>,
}

#[derive(Serialize)]
struct PlatformReport {
    name: String,
    /// By any rule, whatever it looks at.
    covered: usize,
    total: usize,
    percent: f64,
    /// By a rule whose log source is of this platform.
    covered_visible: usize,
    percent_visible: f64,
    /// Only by rules that say nothing of platforms.
    covered_platform_not_stated: usize,
}

#[derive(Serialize)]
struct TechniqueReport<'a> {
    id: String,
    name: &'a str,
    tactics: Vec<&'a str>,
    score: Option<Score>,
    coverage: &'static str,
    states: Vec<&'static str>,
    rules: usize,
    rules_rollup: usize,
    log_sources: u32,
    rules_disabled: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtechniques: Option<Part>,
    rule_ids: Vec<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    alerts: Option<TechniqueAlerts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceReport>,
}

#[derive(Serialize)]
struct Import<'a> {
    files: usize,
    read: usize,
    skipped: usize,
    failed: usize,
    /// What the files that were read are, and how many rules they hold.
    formats: Vec<FormatReport<'a>>,
    diagnostics: Vec<DiagnosticReport<'a>>,
    skipped_files: Vec<Skipped<'a>>,
}

#[derive(Serialize)]
struct FormatReport<'a> {
    name: &'a str,
    files: usize,
    rules: usize,
}

#[derive(Serialize)]
struct DiagnosticReport<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    severity: Severity,
    code: String,
    message: &'a str,
    hint: &'a str,
}

#[derive(Serialize)]
struct Skipped<'a> {
    path: &'a str,
    code: String,
    reason: &'a str,
}

/// How many techniques are named as a tactic's best, and as its worst.
const BEST: usize = 5;

/// What a report is about.
#[derive(Clone, Copy)]
pub struct ReportOf<'r> {
    /// Of the coverage.
    pub catalogue: &'r Catalogue,
    /// What it is of.
    pub coverage: &'r Coverage,
    /// The rules.
    pub intake: &'r Intake,
    /// How rules became scores.
    pub policy: &'r Policy,
    /// What counted.
    pub scope: &'r Scope,
    /// What the panel is asked.
    pub asked: PanelAsked<'r>,
    /// Alerts and results of tests, if there are any.
    pub detections: Option<DetectionsOf<'r>>,
}

/// Alerts and results of tests in a report; what they prove is in the coverage's claims.
#[derive(Clone, Copy)]
pub struct DetectionsOf<'r> {
    /// All that were read.
    pub alerts: &'r Alerts,
    /// What was counted of them.
    pub detections: &'r Detections,
    /// Results of tests.
    pub tests: &'r [TestResult],
}

/// The report as indented JSON with a final newline. `diagnostics` are those of
/// [`crate::coverage::diagnostics`]; sightings are listed where they were looked for.
pub fn write(of: &ReportOf<'_>, diagnostics: &[Diagnostic], with_sightings: bool) -> Vec<u8> {
    let ReportOf { catalogue, coverage, intake, policy, scope, asked, .. } = *of;
    let with_alerts = of.detections.filter(|found| !found.alerts.readings.is_empty());
    let levels = match policy {
        Policy::Level { table } => Some(*table),
        _ => None,
    };
    let summary = &coverage.summary;
    let report = Report {
        coverlay: env!("CARGO_PKG_VERSION"),
        attack: Attack { domain: catalogue.domain.as_str(), version: &catalogue.version },
        policy: PolicyReport {
            name: policy.name(),
            levels,
            weights: policy.weights().into_iter().map(|(w, value)| (w.key, value)).collect(),
            top: coverage.scale.top,
            sentence: policy.sentence(),
            convention: Summary::CONVENTION,
        },
        scope,
        summary: SummaryReport {
            rules: summary.rules,
            rules_mapped: summary.rules_mapped,
            rules_unmapped: summary.rules_unmapped,
            rules_read: summary.rules_read,
            rules_excluded: summary.rules_excluded,
            rules_disabled: summary.rules_disabled,
            rules_switched_off: summary.rules_switched_off,
            rules_unmappable: summary.rules_unmappable,
            duplicates: summary.duplicates,
            tests: intake.tests.len(),
            techniques: Techniques {
                covered: summary.techniques_covered,
                direct: summary.techniques_direct,
                via_subtechnique: summary.techniques_via_subtechnique,
                total: summary.techniques_total,
            },
            subtechniques: Part {
                covered: summary.subtechniques_covered,
                total: summary.subtechniques_total,
            },
            percent: Percent {
                techniques: rounded(summary.percent_techniques()),
                all: rounded(summary.percent_all()),
            },
            score_at_least_80: AtLeast {
                techniques: summary.techniques_at_least_80,
                percent: rounded(summary.percent_at_least_80()),
            },
            states: state_counts(catalogue, coverage),
            alerts: with_alerts.map(|found| found.detections.volume.alerts),
            latency_seconds: with_alerts
                .map(|found| LatencyReport::of(&found.detections.latency.all)),
        },
        panel: panel(catalogue, intake, coverage, policy, &asked),
        tactics: tactics(of),
        platforms: platforms(catalogue, coverage, intake),
        platform_families: platform_families(catalogue, intake, coverage),
        techniques: techniques(of),
        import: import(intake, diagnostics),
        sightings: with_sightings.then(|| sightings(intake)),
        detections: detections(of),
    };
    let mut bytes = serde_json::to_vec_pretty(&report).expect("plain structs always serialise");
    bytes.push(b'\n');
    bytes
}

/// Ids as written: what they are today is a question to ask before believing them.
fn sightings(intake: &Intake) -> Sightings<'_> {
    let all = &intake.sightings;
    Sightings {
        files: sorted::set(all.iter().map(|seen| &seen.path)).len(),
        techniques: sorted::set(all.iter().map(|seen| seen.technique)).len(),
        seen: all
            .iter()
            .map(|seen| Seen {
                path: &seen.path,
                line: seen.line,
                title: &seen.title,
                technique: seen.technique.to_string(),
            })
            .collect(),
    }
}

fn tactics<'a>(of: &ReportOf<'a>) -> Vec<TacticReport<'a>> {
    let ReportOf { catalogue, coverage, .. } = *of;
    let found = of.detections.filter(|found| !found.alerts.readings.is_empty());
    let views = tactic_views(catalogue, coverage);
    let id = |index| catalogue.technique(index).id.to_string();
    let rows = catalogue.tactics.iter().zip(&coverage.tactics).zip(&views).enumerate();
    rows.map(|(at, ((tactic, coverage), view))| TacticReport {
        id: tactic.id.to_string(),
        shortname: &tactic.shortname,
        name: &tactic.name,
        rules: coverage.rules,
        alerts: found
            .and_then(|found| found.detections.volume.tactics.get(at).copied())
            .unwrap_or_default(),
        latency_seconds: found
            .and_then(|found| found.detections.latency.tactics.get(at))
            .map(LatencyReport::of),
        techniques_covered: coverage.techniques_covered,
        techniques_total: coverage.techniques_total,
        percent: rounded(coverage.percent()),
        median_log_sources: view.median_log_sources,
        best: view.best(BEST).map(id).collect(),
        worst: view.worst(BEST).map(id).collect(),
        uncovered: view.uncovered.iter().map(|index| id(*index)).collect(),
    })
    .collect()
}

/// The naive numbers are those of the coverage itself.
fn platforms(catalogue: &Catalogue, coverage: &Coverage, intake: &Intake) -> Vec<PlatformReport> {
    let views = platform_views(catalogue, intake, coverage, Grouping::Each);
    let rows = coverage.platforms.iter().zip(views);
    rows.map(|(platform, view)| {
        let seen = view.all();
        PlatformReport {
            name: view.name,
            covered: platform.covered,
            total: platform.total,
            percent: rounded(platform.percent()),
            covered_visible: seen.visible,
            percent_visible: rounded(seen.percent_visible()),
            covered_platform_not_stated: seen.unstated,
        }
    })
    .collect()
}

fn techniques<'a>(of: &ReportOf<'a>) -> Vec<TechniqueReport<'a>> {
    let ReportOf { catalogue, coverage, intake, .. } = *of;
    let found = ByTechnique::new(of);
    let names = |rules: &[RuleIndex]| {
        rules
            .iter()
            .filter_map(|rule| intake.rules.get(*rule as usize))
            .map(|rule| rule.name())
            .collect()
    };
    let all = coverage;
    let rows = catalogue.techniques.iter().zip(&coverage.techniques).zip(catalogue.indices());
    rows.filter(|((_, coverage), _)| coverage.in_scope)
        .map(|((technique, coverage), index)| TechniqueReport {
            id: technique.id.to_string(),
            name: &technique.name,
            tactics: technique
                .tactics
                .iter()
                .filter_map(|tactic| catalogue.tactics.get(usize::from(*tactic)))
                .map(|tactic| tactic.shortname.as_str())
                .collect(),
            score: coverage.score,
            coverage: coverage.state.as_str(),
            states: states(catalogue, all, index).map(|state| state.as_str()).collect(),
            rules: coverage.rules.len(),
            rules_rollup: coverage.rules_rollup.len(),
            log_sources: coverage.log_sources,
            rules_disabled: coverage.upkeep.rules_disabled,
            subtechniques: (coverage.subtechniques_total > 0).then_some(Part {
                covered: coverage.subtechniques_covered as usize,
                total: coverage.subtechniques_total as usize,
            }),
            rule_ids: names(&coverage.rules),
            alerts: found.alerts(index),
            evidence: found.evidence(index),
        })
        .collect()
}

fn import<'a>(intake: &'a Intake, diagnostics: &'a [Diagnostic]) -> Import<'a> {
    let counts = intake.report.counts();
    let skipped = intake.report.outcomes.iter().filter_map(|outcome| match &outcome.bucket {
        Bucket::Skipped { code, reason } => {
            Some(Skipped { path: &outcome.path, code: code.as_str(), reason })
        }
        Bucket::Read { .. } | Bucket::Failed { .. } => None,
    });
    Import {
        files: counts.files,
        read: counts.read,
        skipped: counts.skipped,
        failed: counts.failed,
        formats: formats(intake),
        diagnostics: diagnostics
            .iter()
            .map(|diagnostic| DiagnosticReport {
                code: diagnostic.code.as_str(),
                path: &diagnostic.path,
                line: diagnostic.line,
                column: diagnostic.column,
                severity: diagnostic.severity,
                message: &diagnostic.message,
                hint: &diagnostic.hint,
            })
            .collect(),
        skipped_files: skipped.collect(),
    }
}

fn formats(intake: &Intake) -> Vec<FormatReport<'_>> {
    let mut formats: BTreeMap<&str, FormatReport<'_>> = BTreeMap::new();
    for outcome in &intake.report.outcomes {
        if let Bucket::Read { format, rules } = &outcome.bucket {
            let report = FormatReport { name: format, files: 0, rules: 0 };
            let report = formats.entry(format).or_insert(report);
            report.files += 1;
            report.rules += *rules as usize;
        }
    }
    formats.into_values().collect()
}
