//! Recommendations as JSON, under the keys of `gaps --format json` that scripts read:
//! `recommended` and `guidance` of a gap, and `next_rules`. And the next rules as a list for
//! people: CSV.

use super::csv::push_cell;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::gaps::{
    Availability, Grounds, Guidance, LeftOut, Library, Neighbour, NextRules, Recommended, Shelf,
    skeleton,
};
use crate::rule::{Intake, Rule, RuleIndex};
use crate::source::{Bucket, FileOutcome, ReportCounts};
use serde::Serialize;

/// Groups named; `groups` of a gap has all of them.
const MOST_GROUPS: usize = 10;

/// One of `recommended`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecommendedReport<'a> {
    /// Its own id, or its place.
    pub id: String,
    /// Its title.
    pub title: &'a str,
    /// Where it stands in the library.
    pub path: &'a str,
    /// Of the specification's scale; none where it states none.
    pub level: Option<&'static str>,
    /// Its status.
    pub status: &'static str,
    /// As it says.
    pub log_source: String,
    /// Whether that is there.
    pub available: Availability,
    /// The sub-techniques by which it helps; absent if it names the technique itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
}

/// A thing of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
}

/// One of `guidance.strategies`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StrategyReport<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// What it consists of.
    pub analytics: Vec<AnalyticReport<'a>>,
}

/// One analytic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnalyticReport<'a> {
    /// Its id.
    pub id: String,
    /// Names.
    pub platforms: Vec<&'a str>,
}

/// One of `guidance.data_components`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComponentReport<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// Where it is seen.
    pub log_sources: Vec<LogSourceReport<'a>>,
}

/// One log source as ATT&CK names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogSourceReport<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is there.
    pub available: Availability,
}

/// One of `guidance.subtechniques`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubtechniqueReport<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// As in the report.
    pub coverage: &'static str,
}

/// One of `guidance.groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupReport<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// Techniques and sub-techniques it uses.
    pub techniques: usize,
}

/// One of `guidance.neighbours`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeighbourReport<'a> {
    /// Its own id, or its place.
    pub id: String,
    /// Its title.
    pub title: &'a str,
    /// Where it stands.
    pub path: &'a str,
    /// The relative it names.
    pub technique: String,
    /// Whether it is of the library; else it is deployed.
    pub library: bool,
}

/// `guidance` of a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuidanceReport<'a> {
    /// Detection strategies.
    pub strategies: Vec<StrategyReport<'a>>,
    /// What to collect.
    pub data_components: Vec<ComponentReport<'a>>,
    /// Names.
    pub platforms: Vec<&'a str>,
    /// Against it.
    pub mitigations: Vec<Named<'a>>,
    /// Below it.
    pub subtechniques: Vec<SubtechniqueReport<'a>>,
    /// To study, the first ten.
    pub groups: Vec<GroupReport<'a>>,
    /// Rules to start from.
    pub neighbours: Vec<NeighbourReport<'a>>,
    /// The beginning of a Sigma rule.
    pub skeleton: String,
}

/// One of `next_rules`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextRuleReport<'a> {
    /// From 1.
    pub rank: usize,
    /// Its own id, or its place.
    pub id: String,
    /// Its title.
    pub title: &'a str,
    /// Where it stands in the library.
    pub path: &'a str,
    /// Priority it buys.
    pub gain: f64,
    /// With those before it.
    pub total: f64,
    /// Those whose score rises.
    pub techniques: Vec<String>,
    /// Of the specification's scale.
    pub level: Option<&'static str>,
    /// Its status.
    pub status: &'static str,
    /// Whether its log source is there.
    pub available: Availability,
}

/// `library`: what of it was of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LibraryReport {
    /// Rules in it.
    pub rules: usize,
    /// Those that could be recommended.
    pub usable: usize,
    /// The others, by reason.
    pub left_out: Vec<LeftOutReport>,
    /// What became of its files.
    pub import: ReportCounts,
    /// Those of them that could not be read, by path.
    pub failures: Vec<FailureReport>,
}

/// A file of the library that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureReport {
    /// Which.
    pub path: String,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in characters.
    pub column: Option<u32>,
    /// Stable.
    pub code: String,
    /// Why.
    pub message: String,
}

/// How many rules are left out for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOutReport {
    /// Why.
    pub reason: LeftOut,
    /// How many.
    pub rules: usize,
}

/// `recommended`: the rules of the library for one technique, at most so many.
pub fn recommended<'a>(
    grounds: &Grounds<'a>,
    found: &[Recommended],
    most: usize,
) -> Vec<RecommendedReport<'a>> {
    let reports = found.iter().take(most).filter_map(|found| {
        let rule = rule(grounds.library, found.rule)?;
        Some(RecommendedReport {
            id: rule.name(),
            title: &rule.title,
            path: &rule.path,
            level: rule.level.value.map(|level| level.as_str()),
            status: rule.status.known().as_str(),
            log_source: rule.log_source.to_string(),
            available: found.availability,
            via: ids(grounds.catalogue, found.via.iter().copied()),
        })
    });
    reports.collect()
}

/// `guidance` of one technique.
pub fn guidance<'a>(
    grounds: &Grounds<'a>,
    technique: TechniqueIndex,
    guidance: &Guidance,
) -> GuidanceReport<'a> {
    let catalogue = grounds.catalogue;
    let platforms = |all: &[u8]| {
        let names = all.iter().filter_map(|at| catalogue.platforms.get(usize::from(*at)));
        names.map(String::as_str).collect::<Vec<&str>>()
    };
    let analytic = |analytic: &crate::gaps::AnalyticGuide| {
        let found = catalogue.analytics.get(usize::from(analytic.analytic))?;
        let platforms = platforms(&analytic.platforms);
        Some(AnalyticReport { id: found.id.to_string(), platforms })
    };
    let strategies = guidance.strategies.iter().filter_map(|guide| {
        let strategy = catalogue.strategies.get(usize::from(guide.strategy))?;
        let analytics = guide.analytics.iter().filter_map(analytic).collect();
        Some(StrategyReport { id: strategy.id.to_string(), name: &strategy.name, analytics })
    });
    let log_source = |(source, available): &(u16, Availability)| {
        let name = catalogue.log_sources.get(usize::from(*source))?;
        Some(LogSourceReport { name, available: *available })
    };
    let components = guidance.components.iter().filter_map(|guide| {
        let component = catalogue.data_components.get(usize::from(guide.component))?;
        let log_sources = guide.log_sources.iter().filter_map(log_source).collect();
        Some(ComponentReport { id: component.id.to_string(), name: &component.name, log_sources })
    });
    let mitigations = guidance.mitigations.iter().filter_map(|at| {
        let found = catalogue.mitigations.get(usize::from(*at))?;
        Some(Named { id: found.id.to_string(), name: &found.name })
    });
    let groups = guidance.groups.iter().take(MOST_GROUPS).filter_map(|guide| {
        let group = catalogue.groups.get(usize::from(guide.group))?;
        let techniques = guide.techniques;
        Some(GroupReport { id: group.id.to_string(), name: &group.name, techniques })
    });
    let subtechniques = guidance.subtechniques.iter().map(|(sub, state)| {
        let technique = catalogue.technique(*sub);
        let coverage = state.as_str();
        SubtechniqueReport { id: technique.id.to_string(), name: &technique.name, coverage }
    });
    let neighbours = guidance.neighbours.iter().filter_map(|one| neighbour(grounds, one));
    GuidanceReport {
        strategies: strategies.collect(),
        data_components: components.collect(),
        platforms: platforms(&guidance.platforms),
        mitigations: mitigations.collect(),
        subtechniques: subtechniques.collect(),
        groups: groups.collect(),
        neighbours: neighbours.collect(),
        skeleton: skeleton(grounds, technique),
    }
}

fn neighbour<'a>(grounds: &Grounds<'a>, found: &Neighbour) -> Option<NeighbourReport<'a>> {
    let intake = match found.shelf {
        Shelf::Own => grounds.intake,
        Shelf::Library => grounds.library,
    };
    let rule = rule(intake, found.rule)?;
    Some(NeighbourReport {
        id: rule.name(),
        title: &rule.title,
        path: &rule.path,
        technique: grounds.catalogue.technique(found.technique).id.to_string(),
        library: found.shelf == Shelf::Library,
    })
}

/// `next_rules`.
pub fn next_rules<'a>(
    grounds: &Grounds<'a>,
    library: &Library,
    next: &NextRules,
) -> Vec<NextRuleReport<'a>> {
    let reports = (1..).zip(&next.rules).filter_map(|(rank, next)| {
        let rule = rule(grounds.library, next.rule)?;
        Some(NextRuleReport {
            rank,
            id: rule.name(),
            title: &rule.title,
            path: &rule.path,
            gain: rounded(next.gain),
            total: rounded(next.total),
            techniques: ids(grounds.catalogue, next.raised.iter().map(|raised| raised.technique)),
            level: rule.level.value.map(|level| level.as_str()),
            status: rule.status.known().as_str(),
            available: library.availability(next.rule),
        })
    });
    reports.collect()
}

/// `library`.
pub fn library(grounds: &Grounds<'_>, library: &Library) -> LibraryReport {
    let left_out = library.left_out.iter();
    LibraryReport {
        rules: grounds.library.rules.len(),
        usable: library.usable.len(),
        left_out: left_out
            .map(|(reason, rules)| LeftOutReport { reason: *reason, rules: *rules })
            .collect(),
        import: grounds.library.report.counts(),
        failures: grounds.library.report.outcomes.iter().filter_map(|one| failure(one)).collect(),
    }
}

fn failure(outcome: &FileOutcome) -> Option<FailureReport> {
    match &outcome.bucket {
        Bucket::Failed { code, line, column, reason, .. } => Some(FailureReport {
            path: outcome.path.clone(),
            line: *line,
            column: *column,
            code: code.as_str(),
            message: reason.clone(),
        }),
        Bucket::Read { .. } | Bucket::Skipped { .. } => None,
    }
}

/// The next rules as a table. Cells are made safe as in the table of rules.
pub fn next_rules_csv(grounds: &Grounds<'_>, library: &Library, next: &NextRules) -> String {
    let mut csv = String::from(
        "rank,title,id,level,status,gain,total,techniques,log_source,available,path\n",
    );
    for report in next_rules(grounds, library, next) {
        let place = report.rank.checked_sub(1).and_then(|at| next.rules.get(at));
        let rule = place.and_then(|next| rule(grounds.library, next.rule));
        let source = rule.map(|rule| rule.log_source.to_string()).unwrap_or_default();
        let available = match report.available {
            Availability::Available => "yes",
            Availability::Unknown => "unknown",
            Availability::Unavailable => "no",
        };
        let cells = [
            report.rank.to_string(),
            report.title.to_owned(),
            report.id,
            report.level.unwrap_or_default().to_owned(),
            report.status.to_owned(),
            report.gain.to_string(),
            report.total.to_string(),
            report.techniques.join(" "),
            source,
            available.to_owned(),
            report.path.to_owned(),
        ];
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                csv.push(',');
            }
            push_cell(&mut csv, cell);
        }
        csv.push('\n');
    }
    csv
}

/// Four decimals: under depth a gain may be far below one.
fn rounded(gain: f64) -> f64 {
    (gain * 1e4).round() / 1e4
}

fn rule(intake: &Intake, at: RuleIndex) -> Option<&Rule> {
    intake.rules.get(at as usize).map(|rule| &**rule)
}

fn ids(catalogue: &Catalogue, techniques: impl Iterator<Item = TechniqueIndex>) -> Vec<String> {
    techniques.map(|index| catalogue.technique(index).id.to_string()).collect()
}
