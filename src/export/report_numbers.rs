//! The parts of the report that say how much is covered of what, and what it rests on.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{
    Coverage, CoverageState, Grouping, Panel, PanelAsked, Policy, platform_views, weakest,
};
use crate::rule::Intake;
use serde::Serialize;

/// Two decimals: enough to tell any two fractions of a matrix apart, few enough to read.
pub(super) fn rounded(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

/// The log sources named as the weakest.
const WEAKEST: usize = 20;

#[derive(Serialize)]
pub(super) struct PanelReport {
    denominators: Vec<DenominatorReport>,
    rules_per_technique: Vec<BarReport>,
    score_at_least: ScoreReport,
    concentration: ConcentrationReport,
    weakest: Vec<WeakestReport>,
}

#[derive(Serialize)]
struct DenominatorReport {
    name: &'static str,
    covered: usize,
    total: usize,
    percent: f64,
    sentence: String,
}

/// `techniques` and `exact` are counted by rules that cover a technique, and by rules that name
/// exactly an id.
#[derive(Serialize)]
struct BarReport {
    rules: String,
    techniques: usize,
    exact: usize,
    ids: Vec<String>,
}

#[derive(Serialize)]
struct ScoreReport {
    score: u32,
    techniques: usize,
    total: usize,
    percent: f64,
}

#[derive(Serialize)]
struct ConcentrationReport {
    mappings: usize,
    ids: usize,
    top_mappings: usize,
    top_percent: f64,
    top: Vec<TopReport>,
}

#[derive(Serialize)]
struct TopReport {
    id: String,
    rules: usize,
}

#[derive(Serialize)]
struct WeakestReport {
    log_source: String,
    rules: usize,
    score_points: i64,
    techniques: Vec<String>,
    subtechniques: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct StateReport {
    name: &'static str,
    techniques: usize,
    subtechniques: usize,
}

#[derive(Serialize)]
pub(super) struct PlatformFamilyReport<'a> {
    name: String,
    platforms: Vec<String>,
    covered: usize,
    covered_visible: usize,
    covered_platform_not_stated: usize,
    total: usize,
    percent: f64,
    percent_visible: f64,
    /// What no rule covers.
    uncovered: Vec<String>,
    /// What no rule of the platform covers.
    blind_spots: Vec<String>,
    tactics: Vec<GridReport<'a>>,
}

#[derive(Serialize)]
struct GridReport<'a> {
    shortname: &'a str,
    covered: usize,
    covered_visible: usize,
    total: usize,
}

fn ids(catalogue: &Catalogue, techniques: &[TechniqueIndex]) -> Vec<String> {
    techniques.iter().map(|index| catalogue.technique(*index).id.to_string()).collect()
}

pub(super) fn panel(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    policy: &Policy,
    asked: &PanelAsked<'_>,
) -> PanelReport {
    let panel = Panel::of(catalogue, coverage, asked);
    let weakest = weakest(catalogue, intake, coverage, policy);
    PanelReport {
        denominators: panel
            .denominators
            .iter()
            .map(|one| DenominatorReport {
                name: one.kind.as_str(),
                covered: one.covered.len(),
                total: one.total(),
                percent: rounded(one.percent()),
                sentence: one.sentence.clone(),
            })
            .collect(),
        rules_per_technique: panel
            .bars
            .iter()
            .map(|bar| BarReport {
                rules: bar.label(),
                techniques: bar.techniques.len(),
                exact: bar.exact.len(),
                ids: ids(catalogue, &bar.techniques),
            })
            .collect(),
        score_at_least: ScoreReport {
            score: panel.at_least.threshold,
            techniques: panel.at_least.techniques.len(),
            total: panel.at_least.total,
            percent: rounded(panel.at_least.percent()),
        },
        concentration: ConcentrationReport {
            mappings: panel.concentration.mappings,
            ids: panel.concentration.ids,
            top_mappings: panel.concentration.held(),
            top_percent: rounded(panel.concentration.percent()),
            top: panel
                .concentration
                .top
                .iter()
                .map(|(index, rules)| TopReport {
                    id: catalogue.technique(*index).id.to_string(),
                    rules: *rules,
                })
                .collect(),
        },
        weakest: weakest
            .iter()
            .take(WEAKEST)
            .map(|one| WeakestReport {
                log_source: one.log_source.to_string(),
                rules: one.rules,
                score_points: one.points,
                techniques: ids(catalogue, &one.techniques),
                subtechniques: ids(catalogue, &one.subtechniques),
            })
            .collect(),
    }
}

pub(super) fn state_counts(catalogue: &Catalogue, coverage: &Coverage) -> Vec<StateReport> {
    let of_state = |state: CoverageState| {
        let list = state.list(catalogue, coverage);
        let is_sub = |index: &&TechniqueIndex| catalogue.technique(**index).parent.is_some();
        let subtechniques = list.iter().filter(is_sub).count();
        let techniques = list.len() - subtechniques;
        StateReport { name: state.as_str(), techniques, subtechniques }
    };
    CoverageState::ALL.map(of_state).into()
}

pub(super) fn platform_families<'a>(
    catalogue: &'a Catalogue,
    intake: &Intake,
    coverage: &Coverage,
) -> Vec<PlatformFamilyReport<'a>> {
    let views = platform_views(catalogue, intake, coverage, Grouping::Families);
    let row = |view: crate::coverage::PlatformView| {
        let all = view.all();
        let tactics = catalogue.tactics.iter().zip(view.by_tactic(catalogue));
        PlatformFamilyReport {
            covered: all.covered,
            covered_visible: all.visible,
            covered_platform_not_stated: all.unstated,
            total: all.total,
            percent: rounded(all.percent()),
            percent_visible: rounded(all.percent_visible()),
            uncovered: ids(catalogue, &view.blind_spots(true)),
            blind_spots: ids(catalogue, &view.blind_spots(false)),
            tactics: tactics
                .map(|(tactic, cell)| GridReport {
                    shortname: &tactic.shortname,
                    covered: cell.covered,
                    covered_visible: cell.visible,
                    total: cell.total,
                })
                .collect(),
            name: view.name,
            platforms: view.platforms,
        }
    };
    views.into_iter().map(row).collect()
}
