//! The parts of the report that come from alerts and results of tests.

use super::report_json::{DetectionsOf, ReportOf};
use super::report_numbers::rounded;
use crate::alerts::{Latency, Shading, ShadingScale, TestOutcome, TestResult, histogram};
use crate::attack::TechniqueIndex;
use crate::coverage::detections::{
    Blank, EvidenceStep, HealthWeights, RuleHealth, blank, rule_health,
};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Seconds from the event to its detection.
#[derive(Serialize)]
pub(super) struct LatencyReport {
    median: Option<f64>,
    p90: Option<f64>,
    n: u32,
    /// Negative or missing.
    invalid: u32,
    negative: u32,
    missing: u32,
}

impl LatencyReport {
    pub(super) fn of(latency: &Latency) -> Self {
        Self {
            median: latency.median,
            p90: latency.p90,
            n: latency.n,
            invalid: latency.invalid(),
            negative: latency.negative,
            missing: latency.missing,
        }
    }
}

/// What alerts say of a technique.
#[derive(Serialize)]
pub(super) struct TechniqueAlerts {
    /// On exactly this id.
    alerts: u32,
    alerts_rollup: u32,
    /// In the window before, with sub-techniques; none without a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts_before: Option<u32>,
    /// 0 to 100, by the logarithm of the alerts with sub-techniques.
    shade: u8,
    /// Why there are none: `no_rule` or `no_match`.
    blank: Option<&'static str>,
}

/// What is proved of a technique.
#[derive(Serialize)]
pub(super) struct EvidenceReport {
    step: Option<&'static str>,
    last: Option<String>,
    age_days: Option<u32>,
    test_failed: bool,
}

/// Everything else.
#[derive(Serialize)]
pub(super) struct DetectionsReport<'a> {
    window: Option<WindowReport>,
    alerts: u32,
    /// With a technique.
    placed: u32,
    /// Rows of any time that several files have, beyond the first.
    copies: u32,
    alerts_before: Option<u32>,
    techniques_seen: usize,
    unknown_techniques: Vec<Unknown>,
    unknown_tactics: Vec<UnknownTactic<'a>>,
    rules: Vec<AlertRuleReport<'a>>,
    health_policy: BTreeMap<&'static str, f64>,
    health: Vec<HealthReport<'a>>,
    tests: Tests,
    files: Vec<FileReport<'a>>,
    days: Vec<DayReport>,
}

#[derive(Serialize)]
struct WindowReport {
    since: String,
    until: String,
}

#[derive(Serialize)]
struct Unknown {
    id: String,
    deprecated: bool,
    alerts: u32,
}

#[derive(Serialize)]
struct UnknownTactic<'a> {
    written: &'a str,
    alerts: u32,
}

#[derive(Serialize)]
struct AlertRuleReport<'a> {
    id: &'a str,
    name: &'a str,
    alerts: u32,
    /// The rules that were read that it is.
    rule_ids: Vec<String>,
    latency_seconds: LatencyReport,
}

#[derive(Serialize)]
struct HealthReport<'a> {
    id: String,
    title: &'a str,
    alerts: u32,
    silent: bool,
    noisy: bool,
    false_positive_share: Option<f64>,
    test_failed: bool,
    covers_alone: Vec<String>,
    evidence: &'static str,
}

#[derive(Serialize)]
struct Tests {
    passed: usize,
    failed: usize,
    ran: usize,
    skipped: usize,
    without_place: u32,
}

#[derive(Serialize)]
struct FileReport<'a> {
    path: &'a str,
    format: &'static str,
    product: Option<&'static str>,
    rows: u32,
    read: u32,
    left_out: u32,
    /// Read, but of an alert that a file before has, too.
    copies: u32,
    faults: Vec<FaultReport>,
    mapping: &'a crate::alerts::Mapping,
}

#[derive(Serialize)]
struct FaultReport {
    reason: Cow<'static, str>,
    remedy: &'static str,
    rows: u32,
    left_out: bool,
}

#[derive(Serialize)]
struct DayReport {
    date: String,
    alerts: u32,
}

impl DetectionsOf<'_> {
    pub(super) fn health(&self, of: &ReportOf<'_>) -> Vec<RuleHealth> {
        let weights = HealthWeights::default();
        let evidence = of.coverage.claims.evidence.as_ref();
        evidence
            .map(|evidence| rule_health(of.intake, of.coverage, evidence, &weights))
            .unwrap_or_default()
    }
}

/// Alerts of techniques; none without any.
pub(super) struct ByTechnique<'r> {
    of: &'r ReportOf<'r>,
    shading: Shading,
}

impl<'r> ByTechnique<'r> {
    pub(super) fn new(of: &'r ReportOf<'r>) -> Self {
        let counts = of.detections.iter().flat_map(|found| &found.detections.volume.rollup);
        Self { of, shading: Shading::new(ShadingScale::Log, counts.copied()) }
    }

    pub(super) fn alerts(&self, index: TechniqueIndex) -> Option<TechniqueAlerts> {
        let found = self.of.detections?.detections;
        let rollup = found.volume.with_sub_techniques(index);
        Some(TechniqueAlerts {
            alerts: found.volume.on(index),
            alerts_rollup: rollup,
            alerts_before: found.before.as_ref().map(|before| before.with_sub_techniques(index)),
            shade: self.shading.shade(rollup),
            blank: blank(self.of.coverage, &found.volume, index).map(Blank::as_str),
        })
    }

    pub(super) fn evidence(&self, index: TechniqueIndex) -> Option<EvidenceReport> {
        let evidence = self.of.coverage.claims.evidence.as_ref()?;
        let own = evidence.techniques.get(usize::from(index.0))?;
        Some(EvidenceReport {
            step: own.step.map(EvidenceStep::as_str),
            last: own.last.map(|last| last.to_string()),
            age_days: own.age_days(self.of.coverage.today),
            test_failed: own.test_failed,
        })
    }
}

/// The part of the report under `detections`.
pub(super) fn detections<'a>(of: &ReportOf<'a>) -> Option<DetectionsReport<'a>> {
    let found = of.detections?;
    let (alerts, detections) = (found.alerts, found.detections);
    let volume = &detections.volume;
    let placement = &detections.joined.placement;
    let name = |rule: u32| of.intake.rules.get(rule as usize).map(|rule| rule.name());
    let numbers = 1..=u32::try_from(alerts.rules()).unwrap_or(u32::MAX);
    let rules = numbers.map(|number| {
        let rule = alerts.rule(number);
        AlertRuleReport {
            id: rule.id,
            name: rule.name,
            alerts: volume.rules.get(number as usize).copied().unwrap_or_default(),
            rule_ids: detections.joined.rules_of(number).iter().filter_map(|r| name(*r)).collect(),
            latency_seconds: detections
                .latency
                .rules
                .get(number as usize)
                .map_or_else(|| LatencyReport::of(&Latency::default()), LatencyReport::of),
        }
    });
    let mut rules: Vec<AlertRuleReport<'a>> = rules.collect();
    crate::sorted::sort_by(&mut rules, |a, b| (a.id, a.name).cmp(&(b.id, b.name)));
    let evidence = of.coverage.claims.evidence.as_ref();
    let health = found.health(of).into_iter().filter_map(|health| {
        let rule = of.intake.rules.get(health.rule as usize)?;
        let own = evidence?.rules.get(health.rule as usize)?;
        let id = |index: &TechniqueIndex| of.catalogue.technique(*index).id.to_string();
        Some(HealthReport {
            id: rule.name(),
            title: &rule.title,
            alerts: health.alerts,
            silent: health.is_silent,
            noisy: health.is_noisy,
            false_positive_share: health.false_share.map(rounded),
            test_failed: health.test_failed,
            covers_alone: health.covers_alone.iter().map(id).collect(),
            evidence: own.step.as_str(),
        })
    });
    let unknown = placement.unknown.iter().map(|unknown| Unknown {
        id: unknown.id.to_string(),
        deprecated: unknown.is_deprecated,
        alerts: unknown.alerts,
    });
    let tactics = placement.unknown_tactics.iter();
    Some(DetectionsReport {
        window: detections.selection.window.map(|window| WindowReport {
            since: window.since.to_string(),
            until: window.until.to_string(),
        }),
        alerts: volume.alerts,
        placed: volume.placed,
        copies: alerts.copies(),
        alerts_before: detections.before.as_ref().map(|before| before.alerts),
        techniques_seen: volume.techniques_seen(),
        unknown_techniques: unknown.collect(),
        unknown_tactics: tactics
            .map(|(written, alerts)| UnknownTactic { written, alerts: *alerts })
            .collect(),
        rules,
        health_policy: HealthWeights::default().all().map(|(w, value)| (w.key, value)).collect(),
        health: health.collect(),
        tests: tests(found.tests, evidence.map_or(0, |evidence| evidence.tests_without_place)),
        files: files(found),
        days: histogram(alerts, &detections.selection, |_| true)
            .into_iter()
            .map(|day| DayReport { date: day.date.to_string(), alerts: day.alerts })
            .collect(),
    })
}

fn tests(results: &[TestResult], without_place: u32) -> Tests {
    let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count();
    Tests {
        passed: count(TestOutcome::Passed),
        failed: count(TestOutcome::Failed),
        ran: count(TestOutcome::Ran),
        skipped: count(TestOutcome::Skipped),
        without_place,
    }
}

fn files<'a>(found: DetectionsOf<'a>) -> Vec<FileReport<'a>> {
    type Read<'a> = (u16, &'a std::sync::Arc<crate::alerts::Reading>);
    let file = |(at, reading): Read<'a>| FileReport {
        path: &reading.path,
        format: reading.format.name(),
        product: reading.product.map(crate::alerts::Product::name),
        rows: reading.rows,
        read: reading.read,
        left_out: reading.faults.rows_left_out(),
        copies: found.alerts.copies_in(at),
        faults: reading
            .faults
            .all()
            .map(|(fault, rows)| FaultReport {
                reason: reading.faults.reason(fault),
                remedy: fault.remedy(),
                rows,
                left_out: fault.costs_the_row(),
            })
            .collect(),
        mapping: &reading.mapping,
    };
    (0..).zip(&found.alerts.readings).map(file).collect()
}
